import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type RealShell, testIn } from '../support/in-shell.ts'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { blocksIn, inSandbox, listing, releaseFolder, START_UP } from './sandbox.ts'

type HookShell = keyof typeof START_UP

const SHELLS = Object.keys(START_UP) as HookShell[]

/** Folders for the data of ssox, relative to the home; the last one is outside of it. */
const PLACES = ['', "it's “here” $b `c` \\d", '../else where']

suite('ssox init', (test) => {
  for (const place of PLACES)
    test(`the line is the one that install.sh adds, with hooks in "${place}"`, () =>
      inSandbox(async (sandbox) => {
        const folder = join(sandbox.home, place)
        const env = { ...sandbox.env, ...(place ? { XDG_DATA_HOME: folder } : {}) }
        const run = await sandbox.install(['--no-modify-rc', '--shell', SHELLS.join()], { env })
        assert.is(run.status, 0, told(run))
        for (const shell of SHELLS) {
          const init = await sandbox.run([sandbox.path('.local/bin/ssox'), 'init', shell], { env })
          assert.is(init.stdout.split('\n').length, 2, told(init))
          assert.ok(run.stdout.includes(`\n  ${init.stdout}`), `${init.stdout}\n${run.stdout}`)
        }
      }))

  const loads: Readonly<Record<HookShell, readonly string[]>> = {
    bash: ['bash', '--norc', '-euc', 'eval "$(ssox init bash)"; type -t awsuse'],
    zsh: ['zsh', '-f', '-euc', 'eval "$(ssox init zsh)"; print ${+functions[awsuse]}'],
    fish: ['fish', '--no-config', '-c', 'ssox init fish | source; type -t awsuse'],
    powershell: [
      'pwsh',
      '-NoProfile',
      '-Command',
      'Set-StrictMode -Version Latest; ssox init powershell | Out-String | Invoke-Expression; (Get-Command awsuse).Name',
    ],
  }
  for (const shell of SHELLS)
    testIn(test, loads[shell][0] as RealShell, 'the line loads the hook', () =>
      inSandbox(async (sandbox) => {
        await sandbox.install(['--yes', '--no-modify-rc'])
        mkdirSync(sandbox.path("it's “here” $x"))
        const env = {
          ...sandbox.env,
          XDG_DATA_HOME: sandbox.path("it's “here” $x"),
          PATH: `${sandbox.path('.local/bin')}:${sandbox.env['PATH']}`,
        }
        await sandbox.install(['--no-modify-rc'], { env })
        const run = await sandbox.run(loads[shell], { env })
        assert.match(run.stdout, /^(function|1|awsuse)\r?\n$/, told(run))
        assert.is(run.stderr, '')
      }),
    )

  test('without an installation the line names the hook of the package', () =>
    inSandbox(async (sandbox) => {
      const words = [process.execPath, join(releaseFolder(), 'dist', 'main.cjs'), 'init', 'zsh']
      const own = await sandbox.run(words)
      assert.match(own.stdout, `. '${releaseFolder()}/shell/ssox.zsh'`, told(own))
      await sandbox.install(['--no-modify-rc'])
      const installed = await sandbox.run(words)
      assert.match(installed.stdout, '. "$HOME/.local/share/ssox/shell/ssox.zsh"')
      rmSync(sandbox.path('.local/share/ssox/shell/ssox.bash'))
      const half = await sandbox.run(words)
      assert.is(half.stdout, own.stdout)
    }))

  for (const shell of SHELLS)
    testIn(
      test,
      loads[shell][0] as RealShell,
      '--install adds what install.sh adds; --remove',
      () =>
        inSandbox(async (sandbox) => {
          await sandbox.install(['--no-modify-rc'])
          sandbox.write(START_UP[shell], 'a=1')
          const init = (...words: string[]) =>
            sandbox.run([sandbox.path('.local/bin/ssox'), 'init', shell, ...words])
          const unasked = await init('--install')
          assert.is(unasked.status, 2, told(unasked))
          assert.match(unasked.stderr, `\n  ssox init ${shell} --install --yes\n`)
          const dry = await init('--install', '--dry-run')
          assert.match(dry.stderr, '\n  + # >>> ssox >>>\n', told(dry))
          assert.is(sandbox.read(START_UP[shell]), 'a=1')
          const run = await init('--install', '--yes')
          assert.is(run.status, 0, told(run))
          assert.is(run.stdout, '')
          assert.is(blocksIn(sandbox.read(START_UP[shell])), 1)
          const again = await sandbox.install(['--yes', '--shell', shell])
          assert.match(again.stdout, 'has the lines already')
          const removed = await init('--remove', '--yes')
          assert.is(removed.status, 0, told(removed))
          assert.is(sandbox.read(START_UP[shell]), 'a=1')
          const none = await init('--remove', '--yes')
          assert.is(none.status, 0, told(none))
          assert.match(none.stderr, 'has no lines of ssox')
        }),
    )

  test('what --install adds is on the record of the installation', () =>
    inSandbox(async (sandbox) => {
      const env = { ...sandbox.env, ZDOTDIR: sandbox.path('new/z') }
      await sandbox.install(['--no-modify-rc'], { env })
      const words = [sandbox.path('.local/bin/ssox'), 'init', 'zsh', '--install', '--yes']
      const run = await sandbox.run(words, { env })
      assert.is(run.status, 0, told(run))
      assert.is(blocksIn(sandbox.read('new/z/.zshrc')), 1)
      const removed = await sandbox.install(['--uninstall'])
      assert.is(removed.status, 0, told(removed))
      assert.equal(listing(sandbox.home), [])
    }))

  test('a start-up file that cannot be changed: exit 7, and why', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', 'a=1\n', 0o444)
      const words = [process.execPath, join(releaseFolder(), 'dist', 'main.cjs'), 'init', 'bash']
      const run = await sandbox.run([...words, '--install', '--yes'])
      assert.is(run.status, 7, told(run))
      assert.match(run.stderr, /^ssox: ~\/\.bashrc is read-only\n/)
    }))

  test('without a shell it is the one that runs; one without a hook, and opposites: exit 2', () =>
    inSandbox(async (sandbox) => {
      const words = [process.execPath, join(releaseFolder(), 'dist', 'main.cjs'), 'init']
      const bash = await sandbox.run(['bash', '-c', '"$@"; :', 'bash', ...words])
      assert.match(bash.stdout, '/shell/ssox.bash', told(bash))
      const zsh = await sandbox.run(['zsh', '-fc', '"$@"; :', 'zsh', ...words])
      assert.match(zsh.stdout, '/shell/ssox.zsh', told(zsh))
      const dash = await sandbox.run(['dash', '-c', '"$@"; exit $?', 'dash', ...words])
      assert.is(dash.status, 2, told(dash))
      assert.match(dash.stderr, /^ssox: there is no hook for sh: name one of bash, zsh, fish/)
      for (const more of [['nu'], ['bash', '--install', '--remove']]) {
        const run = await sandbox.run([...words, ...more])
        assert.is(run.status, 2, told(run))
        assert.is(run.stdout, '')
      }
    }))
})
