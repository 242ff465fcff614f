import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { needing } from '../support/machine.ts'
import { assert, suite } from '../support/suite.ts'
import {
  blocksIn,
  copyRelease,
  inSandbox,
  listing,
  releaseFolder,
  type Sandbox,
} from './sandbox.ts'

/** What `script` (util-linux) types, and what is expected of it. */
const ANSWERS: readonly [title: string, keys: string, status: number, changed: boolean][] = [
  ['y', 'y\n', 0, true],
  ['Enter', '\n', 0, true],
  ['YES', 'YES\n', 0, true],
  ['n', 'n\n', 0, false],
  ['anything else', 'what?\n', 0, false],
  ['the end of input (^D)', '\x04', 130, false],
  ['^C', '\x03', 130, false],
]

/** How the script reaches the shell; the terminal is there in every case. */
const WAYS: readonly [title: string, command: string][] = [
  ['run from a file', `dash '${script()}'`],
  ['run by busybox', `busybox sh '${script()}'`],
  ['run by zsh', `zsh -f '${script()}'`],
  ['through a pipe', `cat '${script()}' | sh -s --`],
  ['with stdout in a file', `dash '${script()}' >/dev/null`],
]

suite('the question on a terminal', (test) => {
  const declare = needing(test, ['script'])

  for (const [title, keys, status, changed] of ANSWERS)
    declare(`answered with ${title}: ${changed ? 'added' : 'not changed'}`, () =>
      inSandbox(async (sandbox) => {
        sandbox.write('.bashrc', 'a=1')
        const run = await onTerminal(sandbox, `dash '${script()}'`, keys)
        assert.is(run.status, status, run.screen)
        assert.match(run.screen, /\+ # >>> ssox >>>/)
        assert.is(blocksIn(sandbox.read('.bashrc')), changed ? 1 : 0, run.screen)
        if (!changed) assert.is(sandbox.read('.bashrc'), 'a=1')
        // The program is installed by then, and whole.
        assert.ok(sandbox.read('.local/bin/ssox').startsWith('#!/bin/sh\n'))
        const temporary = listing(sandbox.home).filter((line) => line.includes('.ssox-tmp'))
        assert.equal(temporary, [])
      }),
    )

  for (const [title, command] of WAYS)
    declare(`asked and answered ${title}`, () =>
      inSandbox(async (sandbox) => {
        const run = await onTerminal(sandbox, command, 'y\n')
        assert.is(run.status, 0, run.screen)
        assert.is(blocksIn(sandbox.read('.bashrc')), 1, run.screen)
      }),
    )

  declare('--uninstall asks, and no means no', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      const no = await onTerminal(sandbox, `dash '${script()}' --uninstall`, 'n\n')
      assert.match(no.screen, /Nothing was removed/)
      assert.is(blocksIn(sandbox.read('.bashrc')), 1)
      const yes = await onTerminal(sandbox, `dash '${script()}' --uninstall`, 'y\n')
      assert.is(yes.status, 0, yes.screen)
      assert.throws(() => sandbox.read('.bashrc'), /ENOENT/)
    }),
  )

  declare('^C during npm ci: what npm says of it comes before the next prompt', () =>
    inSandbox(async (sandbox) => {
      const folder = join(sandbox.root, 'clone')
      copyRelease(folder)
      mkdirSync(join(folder, 'src'))
      rmSync(join(folder, 'dist'), { recursive: true })
      const bin = join(sandbox.root, 'bin')
      mkdirSync(bin)
      const npm = "trap 'sleep 0.5; echo npm has ended; exit 1' INT\necho npm runs\nsleep 20 & wait"
      writeFileSync(join(bin, 'npm'), `#!/bin/sh\n${npm}\n`, { mode: 0o755 })
      // npm is looked for beside Node.
      writeFileSync(
        join(bin, 'node'),
        `#!/bin/sh\n[ "$2" = process.execPath ] && echo "$0" || exec '${process.execPath}' "$@"\n`,
        { mode: 0o755 },
      )
      sandbox.env['PATH'] = `${bin}:${sandbox.env['PATH']}`
      const command = `dash '${join(folder, 'install.sh')}' --yes; echo "the prompt after $?"`
      const run = await onTerminal(sandbox, command, '\x03', { when: 'npm runs' })
      assert.match(run.screen, /npm has ended\n(.*\n)*the prompt after 130\n/)
      assert.not.match(run.screen, 'the build failed')
      assert.equal(listing(sandbox.home), [])
    }),
  )

  declare('ssox init --install and --remove ask, and the line is told where it belongs', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', 'a=1')
      await sandbox.install(['--no-modify-rc', '--yes'])
      const init = `'${sandbox.path('.local/bin/ssox')}' init bash`
      const told = await onTerminal(sandbox, init, '')
      assert.match(told.screen, /^ssox: for ~\/\.bashrc; ssox init bash --install puts it there$/m)
      const no = await onTerminal(sandbox, `${init} --install`, 'n\n')
      assert.is(no.status, 0, no.screen)
      assert.match(no.screen, '+ # >>> ssox >>>')
      assert.match(no.screen, 'ssox: Change ~/.bashrc like this? [Y/n] ')
      assert.is(sandbox.read('.bashrc'), 'a=1')
      const yes = await onTerminal(sandbox, `${init} --install`, '\n')
      assert.is(yes.status, 0, yes.screen)
      assert.match(yes.screen, 'every new terminal has awsuse')
      assert.is(blocksIn(sandbox.read('.bashrc')), 1)
      const removed = await onTerminal(sandbox, `${init} --remove`, 'y\n')
      assert.is(removed.status, 0, removed.screen)
      assert.is(sandbox.read('.bashrc'), 'a=1')
    }),
  )

  declare('--yes and --dry-run ask nothing', () =>
    inSandbox(async (sandbox) => {
      for (const flag of ['--dry-run', '--yes', '--uninstall --yes']) {
        const run = await onTerminal(sandbox, `dash '${script()}' ${flag}`, '')
        assert.is(run.status, 0, run.screen)
        assert.not.match(run.screen, '[Y/n]')
      }
    }),
  )
})

function script(): string {
  return join(releaseFolder(), 'install.sh')
}

/** Runs a command on a terminal of its own and types `keys` when the question, or `when`, appears. */
function onTerminal(
  sandbox: Sandbox,
  command: string,
  keys: string,
  { when = '[Y/n] ' } = {},
): Promise<{ status: number | null; screen: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      cwd: releaseFolder(),
      env: sandbox.env,
      detached: true,
      timeout: 240_000,
    })
    let screen = ''
    let answered = false
    child.stdout.on('data', (chunk: Buffer) => {
      screen += chunk.toString()
      if (answered || !screen.includes(when)) return
      answered = true
      child.stdin.write(keys)
    })
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, screen: screen.replaceAll('\r', '') }))
  })
}
