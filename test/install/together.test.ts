/** Several installers at once, and what one that was killed leaves to the next. */
import { existsSync, readFileSync } from 'node:fs'
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
      // The folder with the lock is on record only where it was made for the installation.
      const found = () => listing(sandbox.home).filter((line) => !line.includes('/manifest '))
      await sandbox.install(['--yes'])
      const installed = found()
      const runs = await Promise.all([
        sandbox.install(['--yes']),
        sandbox.install(['--uninstall', '--yes']),
      ])
      for (const run of runs) assert.is(run.status, 0, told(run))
      const after = found()
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
        const traced = (log: string, ...more: string[]) => {
          const words = ['strace', '-f', '-qq', '-o', log, '-e', 'trace=rename', ...more]
          return sandbox.install(['--yes'], { shell: [...words, 'dash'] })
        }
        const log = join(sandbox.root, 'log')
        await traced(log)
        const last = readFileSync(log, 'utf8')
          .split('\n')
          .filter((line) => line.includes('rename(')).length
        await sandbox.install(['--uninstall'])
        // The record, a chunk, an entry, the launcher, a hook, the record again, the start-up file.
        for (const at of [1, 4, last - 12, last - 8, last - 4, last - 1, last]) {
          const killed = await traced('/dev/null', '-e', `inject=rename:signal=KILL:when=${at}`)
          assert.is(killed.status, 128, told(killed))
          const update = await sandbox.install(at % 2 === 0 ? ['--yes'] : ['--uninstall'])
          assert.is(update.status, 0, `${at}: ${told(killed)}${told(update)}`)
          if (at % 2 === 0) {
            assert.is(blocksIn(sandbox.read('.bashrc')), 1)
            assert.ok(existsSync(join(sandbox.home, '.local/bin/ssox')))
          }
          const removed = await sandbox.install(['--uninstall'])
          assert.is(removed.status, 0, told(removed))
          // Of one that was killed before its record was written, empty folders stay.
          const files = listing(sandbox.home).filter((line) => line.split(' ').length > 2)
          assert.equal(files, before, `killed at rename ${at}`)
        }
      }),
  )
})
