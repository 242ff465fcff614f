/** Several installers at once, and what one that was killed leaves to the next. */
import { copyFileSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { shellPath } from '../support/in-shell.ts'
import { AS_NOBODY, NOBODY, testWith } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { blocksIn, inSandbox, listing, type Sandbox } from './sandbox.ts'

const SHELLS = (
  [
    ['dash', ['dash']],
    ['busybox', ['busybox', 'sh']],
    ['bash', ['bash', '--posix']],
    ['mksh', ['mksh']],
    ['zsh', ['zsh', '-f']],
  ] as const
).flatMap(([name, words]) => (shellPath(name) ? [words] : []))

const LOCK = '.ssox-install.lock'

suite('installers at the same time', (test) => {
  for (const [title, prefix, data] of [
    ['in one place', '.local', ''],
    ['in two places', 'other', ''],
    ['for two data folders', '.local', 'data'],
  ] as const)
    test(`${title}: one block, and every trace can be removed`, () =>
      inSandbox(async (sandbox) => {
        sandbox.write('.bashrc', 'a=1')
        const before = listing(sandbox.home)
        // Between the look at the start-up file and the change there is time for another one.
        const env = withTool(sandbox, 'ls', 'sleep 0.5; exec /bin/ls "$@"')
        const other = { ...env, XDG_DATA_HOME: data && sandbox.path(data) }
        const runs = await Promise.all(
          SHELLS.slice(0, 4).map((shell, at) =>
            at % 2 === 0
              ? sandbox.install(['--yes'], { shell, env })
              : sandbox.install(['--yes', '--prefix', sandbox.path(prefix)], { shell, env: other }),
          ),
        )
        for (const run of runs) assert.is(run.status, 0, told(run))
        assert.is(blocksIn(sandbox.read('.bashrc')), 1, sandbox.read('.bashrc'))
        assert.not.ok(readdirSync(sandbox.home).some((name) => name.startsWith(LOCK)))
        for (const place of ['.local', 'other']) {
          const run = await sandbox.install(['--uninstall', '--prefix', sandbox.path(place)])
          assert.is(run.status, 0, told(run))
        }
        assert.equal(listing(sandbox.home), before)
      }))

  test('one that installs and one that removes: all of it, or nothing', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      const installed = listing(sandbox.home)
      const runs = await Promise.all([
        sandbox.install(['--yes']),
        sandbox.install(['--uninstall', '--yes']),
      ])
      for (const run of runs) assert.is(run.status, 0, told(run))
      const after = listing(sandbox.home)
      assert.equal(after, after.length === 0 ? [] : installed)
    }))

  test('where another one goes on for too long, it gives up and has changed nothing', () =>
    inSandbox(async (sandbox) => {
      symlinkSync(`install.sh:${process.pid}`, sandbox.path(LOCK))
      const before = listing(sandbox.home)
      const env = quick(sandbox)
      for (const words of [['--yes'], ['--uninstall']]) {
        const run = await sandbox.install(words, { env })
        assert.is(run.status, 1, told(run))
        assert.is(
          run.stderr,
          `Waiting for another install.sh (process ${process.pid}).\n` +
            `install.sh: another install.sh is at work (process ${process.pid})\n` +
            `  wait for its end; if there is none: rm '${sandbox.path(LOCK)}'*\n`,
        )
        assert.equal(listing(sandbox.home), before)
      }
      const dry = await sandbox.install(['--yes', '--dry-run'])
      assert.is(dry.status, 0, told(dry))
    }))

  testWith(test, ['setpriv'], 'a home that takes no lock is no obstacle', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', 'a=1\n')
      await sandbox.run(['chown', '-R', String(NOBODY), sandbox.root])
      await sandbox.run(['chmod', '555', sandbox.home])
      const words = ['--yes', '--prefix', `${sandbox.root}/local`]
      const env = { ...sandbox.env, XDG_DATA_HOME: `${sandbox.root}/data` }
      const run = await sandbox.install(words, { env, shell: [...AS_NOBODY, 'dash'] })
      assert.is(run.status, 0, told(run))
      assert.is(blocksIn(sandbox.read('.bashrc')), 1)
    }),
  )
})

suite('an installer that was killed', (test) => {
  test('while it installs: the next ones, at once, mend it', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', 'a=1')
      sandbox.write('.local/bin/mine', '')
      sandbox.write('.local/lib/mine', '')
      const before = listing(sandbox.home)
      const killed = await sandbox.install(['--yes'], { env: killedBy(sandbox, 'cp') })
      assert.is(killed.status, 128, told(killed))
      assert.ok(readdirSync(sandbox.home).includes(LOCK), 'it had the lock')
      const runs = await Promise.all(SHELLS.map((shell) => sandbox.install(['--yes'], { shell })))
      for (const run of runs) assert.is(run.status, 0, told(run))
      assert.is(blocksIn(sandbox.read('.bashrc')), 1)
      const removed = await sandbox.install(['--uninstall'])
      assert.is(removed.status, 0, told(removed))
      assert.equal(listing(sandbox.home), before)
    }))

  test('while it removed the lock of another one that was killed', () =>
    inSandbox(async (sandbox) => {
      // No process has such numbers.
      symlinkSync('install.sh:99999999', join(sandbox.home, LOCK))
      symlinkSync('install.sh:99999998', join(sandbox.home, `${LOCK}-99999999`))
      const run = await sandbox.install(['--yes'])
      assert.is(run.status, 0, told(run))
      assert.not.match(readdirSync(sandbox.home).join(' '), LOCK)
    }))

  for (const next of ['--yes', '--uninstall'])
    for (const [title, first] of [
      ['removes', ['--uninstall']],
      ['updates', ['--yes', '--prefix', 'other']],
    ] as const)
      test(`while it ${title}: its copy of the start-up file is gone after ${next}`, () =>
        inSandbox(async (sandbox) => {
          sandbox.write('.bashrc', 'a=1\nb=2')
          const before = listing(sandbox.home)
          await sandbox.install(['--yes'])
          const env = killedBy(sandbox, 'mv')
          const killed = await sandbox.install(first, { env, cwd: sandbox.home })
          assert.is(killed.status, 128, told(killed))
          assert.equal(copies(sandbox).length, 1, told(killed))
          const run = await sandbox.install([next])
          assert.is(run.status, 0, told(run))
          assert.equal(copies(sandbox), [])
          await sandbox.install(['--uninstall', '--prefix', 'other'], { cwd: sandbox.home })
          await sandbox.install(['--uninstall'])
          assert.equal(listing(sandbox.home), before)
        }))

  for (const [title, put] of [
    ['a copy of another content', (s: Sandbox, name: string) => s.write(name, 'a=2\n')],
    ['a link', (s: Sandbox, name: string) => symlinkSync('.bashrc', s.path(name))],
    ['a folder', (s: Sandbox, name: string) => mkdirSync(s.path(name))],
  ] as const)
    test(`${title} beside a start-up file stays, although it has such a name`, () =>
      inSandbox(async (sandbox) => {
        sandbox.write('.bashrc', 'a=1\n')
        put(sandbox, '.bashrc.ssox.4999999')
        await stays(sandbox)
      }))

  for (const [title, ending] of [
    ['of a process that lives', String(process.pid)],
    ['with a date', '20260102'],
    ['with a word', 'old'],
    ['without a number', ''],
  ] as const)
    test(`a copy ${title} in its name stays`, () =>
      inSandbox(async (sandbox) => {
        sandbox.write('.bashrc', 'a=1\n')
        copyFileSync(sandbox.path('.bashrc'), sandbox.path(`.bashrc.ssox.${ending}`))
        await stays(sandbox)
      }))
})

/** Installs and removes; what is beside the start-up file is not touched. */
async function stays(sandbox: Sandbox): Promise<void> {
  const before = listing(sandbox.home)
  for (const words of [['--yes'], ['--yes'], ['--uninstall']]) {
    const run = await sandbox.install(words)
    assert.is(run.status, 0, told(run))
  }
  assert.equal(listing(sandbox.home), before)
}

function copies(sandbox: Sandbox): string[] {
  return readdirSync(sandbox.home).filter((name) => name.startsWith('.bashrc.'))
}

/** An environment in which nothing waits. */
function quick(sandbox: Sandbox): Record<string, string> {
  return withTool(sandbox, 'sleep', '')
}

/** An environment in which a tool kills the installer, once it is about to change a start-up file. */
function killedBy(sandbox: Sandbox, tool: string): Record<string, string> {
  const kill = 'kill -KILL $PPID; exit 1'
  return withTool(
    sandbox,
    tool,
    tool === 'mv' ? `case $* in *.bashrc) ${kill} ;; esac\nexec /bin/mv "$@"` : kill,
  )
}

function withTool(sandbox: Sandbox, name: string, script: string): Record<string, string> {
  sandbox.write(`../bin/${name}`, `#!/bin/sh\n${script}\n`, 0o755)
  return { ...sandbox.env, PATH: `${sandbox.root}/bin:${sandbox.env['PATH']}` }
}
