/** Several installers at once, and what one that was killed leaves to the next. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { shellPath } from '../support/in-shell.ts'
import { testWith } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { blocksIn, inSandbox, listing } from './sandbox.ts'

const SHELLS = (
  [
    ['dash', ['dash']],
    ['busybox', ['busybox', 'sh']],
    ['mksh', ['mksh']],
  ] as const
).flatMap(([name, words]) => (shellPath(name) ? [words] : []))

suite('installers at the same time', (test) => {
  test('in two places with two data folders: one block, and every trace can be removed', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', 'a=1')
      const before = listing(sandbox.home)
      const other = { ...sandbox.env, XDG_DATA_HOME: sandbox.path('data') }
      const runs = await Promise.all([
        ...SHELLS.map((shell) => sandbox.install(['--yes'], { shell })),
        sandbox.install(['--yes', '--prefix', sandbox.path('other')], { env: other }),
      ])
      for (const run of runs) assert.is(run.status, 0, told(run))
      assert.is(blocksIn(sandbox.read('.bashrc')), 1, sandbox.read('.bashrc'))
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
})

suite('an installer that was killed', (test) => {
  testWith(
    test,
    ['strace'],
    'at any of its renames: the next one mends it, and can be removed',
    () =>
      inSandbox(async (sandbox) => {
        sandbox.write('.bashrc', 'a=1')
        const before = listing(sandbox.home)
        // The record, a chunk, an entry, the launcher, a hook, the start-up file.
        for (const at of [1, 5, 60, 75, 80, 84]) {
          const kill = `inject=rename:signal=KILL:when=${at}`
          const words = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=rename', '-e', kill]
          const killed = await sandbox.install(['--yes'], { shell: [...words, 'dash'] })
          const update = await sandbox.install(at % 2 === 0 ? ['--yes'] : ['--uninstall'])
          assert.is(update.status, 0, `${at}: ${told(killed)}${told(update)}`)
          if (at % 2 === 0) {
            assert.is(blocksIn(sandbox.read('.bashrc')), 1)
            assert.ok(existsSync(join(sandbox.home, '.local/bin/ssox')))
          }
          const removed = await sandbox.install(['--uninstall'])
          assert.is(removed.status, 0, told(removed))
          assert.equal(listing(sandbox.home), before, `killed at rename ${at}`)
        }
      }),
  )
})
