import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type RealShell, testIn } from '../support/in-shell.ts'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { inSandbox, releaseFolder, START_UP } from './sandbox.ts'

type HookShell = keyof typeof START_UP

const SHELLS = Object.keys(START_UP) as HookShell[]

/** Folders for the data of ssox, relative to the home; the last one is outside of it. */
const PLACES = ['', 'data', "it's “here”", 'a $b `c` \\d', '../else where']

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
          // Beyond ASCII `init` writes code units, which every encoding of a profile survives.
          if (place.includes('“') && (shell === 'fish' || shell === 'powershell')) continue
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

  test('an unknown shell, and none: exit 2', () =>
    inSandbox(async (sandbox) => {
      for (const args of [['init', 'nu'], ['init']]) {
        const run = await sandbox.run([
          process.execPath,
          join(releaseFolder(), 'dist', 'main.cjs'),
          ...args,
        ])
        assert.is(run.status, 2, told(run))
        assert.is(run.stdout, '')
      }
    }))
})
