import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { SsoxError } from '../../src/problem.ts'
import { findCommand } from '../../src/system/find-command.ts'
import { acquireLock, type Lock, type LockOptions } from '../../src/system/lock.ts'
import { type Holder, startHolder } from '../support/lock-holder.ts'
import { assertInTime, until } from '../support/patience.ts'
import { assert, suite } from '../support/suite.ts'

interface Place {
  folder: string
  /** A lock file that does not exist yet. */
  path: string
  /** The PATH of a kind of helper. */
  searchPath: string
  lock(options?: Partial<LockOptions>): Promise<Lock | undefined>
  /** A process that holds the lock. */
  holder(): Promise<Holder>
}

/** What the PATH offers: how each kind of lock comes about. */
const KINDS = {
  flock: (folder: string) => link(folder, 'flock'),
  'flock of busybox': (folder: string) => {
    // As busybox 1.36: no -w; it refuses unknown options with 1.
    const script = `#!/bin/sh\ncase "$*" in *-w*) exit 1;; esac\nexec ${found('flock')} "$@"\n`
    writeFileSync(join(folder, 'flock'), script)
    chmodSync(join(folder, 'flock'), 0o755)
  },
  perl: (folder: string) => link(folder, 'perl'),
  'no helper': () => undefined,
}
type Kind = keyof typeof KINDS
const ALL = Object.keys(KINDS) as Kind[]

function found(name: string): string {
  return findCommand(name, process.env['PATH']) ?? `no ${name} here`
}

function link(folder: string, name: string): void {
  symlinkSync(found(name), join(folder, name))
}

async function withPlace(kind: Kind, use: (place: Place) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ssox-lock-'))
  const searchPath = join(folder, 'bin')
  const path = join(folder, 'locks', 'one.lock')
  const holders: Holder[] = []
  mkdirSync(searchPath)
  KINDS[kind](searchPath)
  try {
    await use({
      folder,
      path,
      searchPath,
      lock: (options) => acquireLock(path, { ...usual(searchPath), ...options }),
      holder: async () => {
        const holder = await startHolder(path, searchPath)
        holders.push(holder)
        return holder
      },
    })
  } finally {
    for (const { child } of holders) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Waits for longer than any test may take. */
function usual(searchPath: string): LockOptions {
  return { waitMs: 600_000, searchPath, what: 'the test', signal: new AbortController().signal }
}

/** The error of a lock that could not be had. */
async function problemOf(attempt: Promise<unknown>): Promise<SsoxError> {
  const error = await attempt.then(
    () => new Error('it was locked'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof SsoxError) return error
  throw error
}

/** Milliseconds that `run` takes. */
async function took(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await run()
  return performance.now() - began
}

/** Runs `count` contenders that each hold the lock for a moment; the most that held it at once. */
async function mostAtOnce(count: number, lock: Place['lock']): Promise<number> {
  let [now, most, finished] = [0, 0, 0]
  const contender = async () => {
    const held = await lock()
    most = Math.max(most, ++now)
    await delay(5)
    now--
    finished++
    held?.release()
  }
  await Promise.all(Array.from({ length: count }, contender))
  assert.is(finished, count)
  return most
}

suite('lock between processes', (test) => {
  /** The same test for every kind of lock, side by side. */
  const forAll = (title: string, run: (place: Place) => Promise<void>) =>
    test(title, () =>
      Promise.all(
        ALL.map((kind) =>
          withPlace(kind, run).catch((error) => {
            throw new Error(`${kind}: ${error instanceof Error ? error.stack : error}`)
          }),
        ),
      ),
    )

  forAll('whoever waits too long is told who holds it, and for what', async ({ lock, holder }) => {
    const { pid, release } = await holder()
    let problem: SsoxError | undefined
    const waited = await took(async () => {
      problem = await problemOf(lock({ waitMs: 600 }))
    })
    assert.is(problem?.kind, 'busy')
    assert.is(problem?.exitCode, 8)
    const who = `another ssox (process ${pid})`
    assert.is(problem?.message, `gave up after 1 s: ${who} is still busy with the test`)
    assert.match(problem?.fix ?? '', `kill ${pid}`)
    assert.ok(waited >= 590, `${waited} ms`)
    assertInTime(waited, 3_000)
    release()
    assert.ok(await lock())
  })

  forAll('the wait is announced once, when it is noticeable', async ({ lock, holder }) => {
    const { pid, release } = await holder()
    const announced: (number | undefined)[] = []
    const waiting = lock({ onWait: (holding) => announced.push(holding) })
    const waited = await took(() => delay(150))
    // On a machine that is busy the time may have come meanwhile.
    if (waited < 500) assert.equal(announced, [])
    await until('the announcement', () => announced.length > 0)
    release()
    assert.ok(await waiting)
    assert.equal(announced, [pid])
  })

  forAll('a wait that has become needless ends without the lock', async ({ lock, holder }) => {
    await holder()
    let done = false
    setTimeout(() => {
      done = true
    }, 300)
    assert.is(await lock({ isDone: () => done }), undefined)
    assert.ok(done)
  })

  forAll('an aborted wait ends at once with the reason of the signal', async ({ lock, holder }) => {
    await holder()
    const controller = new AbortController()
    const reason = new Error('^C')
    const waiting = lock({ signal: controller.signal }).catch((error) => error)
    await delay(400)
    const waited = await took(() => {
      controller.abort(reason)
      return waiting
    })
    assert.is(await waiting, reason)
    assertInTime(waited, 500)
  })

  forAll('a signal that was aborted before wins as well', async ({ lock }) => {
    const reason = new Error('^C')
    const signal = AbortSignal.abort(reason)
    assert.is(await lock({ signal }).catch((error) => error), reason)
  })

  forAll('twenty contenders hold it one after the other', async ({ lock }) => {
    assert.is(await mostAtOnce(20, lock), 1)
  })

  forAll(
    'a holder that is killed frees it at once, though its browser lives on',
    async ({ lock, holder }) => {
      const { child } = await holder()
      const waiting = lock()
      await delay(300)
      const waited = await took(() => {
        child.kill('SIGKILL')
        return waiting
      })
      assert.ok(await waiting)
      assertInTime(waited, 1_000)
    },
  )

  forAll(
    'a holder that is stopped keeps it, which is said at once; once it goes on, all is well',
    async ({ lock, holder }) => {
      const { child, pid, release } = await holder()
      child.kill('SIGSTOP')
      const problem = await problemOf(lock({ waitMs: 60_000 }))
      assert.is(problem.kind, 'busy')
      assert.is(
        problem.message,
        `another ssox (process ${pid}) is stopped in the middle of the test`,
      )
      assert.is(problem.fix, `type fg in its terminal, or end it: kill -KILL ${pid}`)
      release()
      child.kill('SIGCONT')
      assert.ok(await lock())
    },
  )

  forAll(
    'a holder that is stopped while it is waited for; the command that is named ends it',
    async ({ lock, holder }) => {
      const { child } = await holder()
      const waiting = problemOf(lock({ waitMs: 60_000, onWait: () => child.kill('SIGSTOP') }))
      const command = /kill -KILL \d+$/.exec((await waiting).fix ?? '')?.[0] ?? 'no command'
      execFileSync('sh', ['-c', command])
      assert.ok(await lock())
    },
  )

  test('a process that is stopped, named by a lock file that it has not open, is not the holder', () =>
    withPlace('flock', async ({ lock, holder, path }) => {
      const stopped = spawn('sleep', ['60'])
      try {
        await holder()
        writeFileSync(path, `${stopped.pid}\n`)
        stopped.kill('SIGSTOP')
        const problem = await problemOf(lock({ waitMs: 1_000 }))
        assert.match(problem.message, /^gave up after 1 s: another ssox is still busy/)
      } finally {
        stopped.kill('SIGKILL')
      }
    }))

  forAll(
    'a hundred other locks are free while one is held',
    async ({ lock, folder, searchPath }) => {
      const held = await lock()
      for (let batch = 0; batch < 10; batch++) {
        const names = Array.from({ length: 10 }, (_, index) => `${batch}-${index}.lock`)
        const locks = await Promise.all(
          names.map((name) =>
            acquireLock(join(folder, 'locks', name), { ...usual(searchPath), waitMs: 0 }),
          ),
        )
        assert.ok(locks.every(Boolean))
      }
      held?.release()
    },
  )

  test('the folder is 0700 and the file 0600, and the file stays', () =>
    withPlace('flock', async ({ lock, path, folder }) => {
      const held = await lock()
      held?.release()
      assert.is(statSync(join(folder, 'locks')).mode & 0o777, 0o700)
      assert.is(statSync(path).mode & 0o777, 0o600)
    }))

  test('a folder that cannot be made is a storage problem', () =>
    withPlace('flock', async ({ folder, searchPath }) => {
      writeFileSync(join(folder, 'file'), '')
      const path = join(folder, 'file', 'one.lock')
      assert.is((await problemOf(acquireLock(path, usual(searchPath)))).kind, 'storage')
    }))

  test('a helper in a relative folder of PATH is not run', () =>
    withPlace('no helper', async ({ folder, lock }) => {
      writeFileSync(join(folder, 'flock'), `#!/bin/sh\ntouch ${folder}/pwned\n`)
      chmodSync(join(folder, 'flock'), 0o755)
      const before = process.cwd()
      process.chdir(folder)
      try {
        assert.ok(await lock({ searchPath: '.::bin/..' }))
      } finally {
        process.chdir(before)
      }
      assert.not.ok(readdirSync(folder).includes('pwned'))
    }))

  const contents = ['', 'not a number', '-5\n', '99999999999999999999', '\0\0\0', '12 34\n']
  test('foreign words in the lock file do no harm', () =>
    withPlace('flock', async ({ lock, path }) => {
      mkdirSync(dirname(path))
      for (const text of contents) {
        writeFileSync(path, text)
        const held = await lock({ waitMs: 0 })
        assert.ok(held, JSON.stringify(text))
        writeFileSync(path, text)
        assert.is((await problemOf(lock({ waitMs: 10 }))).kind, 'busy')
        held?.release()
      }
    }))

  const junk: [title: string, plant: (path: string) => void][] = [
    ['a folder', (path) => mkdirSync(path)],
    ['a symbolic link', (path) => symlinkSync('/etc/passwd', path)],
    ['a dangling link', (path) => symlinkSync('/no/such/place', path)],
    ['a FIFO', (path) => execFileSync('mkfifo', [path])],
  ]
  for (const [title, plant] of junk)
    test(`${title} in place of the lock file: it is left alone, and the lock works`, () =>
      withPlace('flock', async ({ lock, path }) => {
        mkdirSync(dirname(path))
        plant(path)
        const before = execFileSync('ls', ['-ldi', '--time-style=full-iso', path], {
          encoding: 'utf8',
        })
        assert.is(await mostAtOnce(5, lock), 1)
        const held = await lock()
        assert.is((await problemOf(lock({ waitMs: 500 }))).kind, 'busy', 'a waiter looks who it is')
        held?.release()
        const after = execFileSync('ls', ['-ldi', '--time-style=full-iso', path], {
          encoding: 'utf8',
        })
        assert.is(after, before)
      }))
})

suite('lock without a helper', (test) => {
  const kind = 'no helper'

  test('sixteen waiters on what a dead holder held: one at a time, and no file is needed', () =>
    withPlace(kind, async ({ lock, holder, path }) => {
      for (let round = 0; round < 3; round++) {
        const { child } = await holder()
        child.kill('SIGKILL')
        await new Promise((gone) => child.once('close', gone))
        assert.is(await mostAtOnce(16, lock), 1)
        assert.equal(readdirSync(dirname(path)), [])
      }
    }))

  test('waiters that come and go cost the holder no descriptors', () =>
    withPlace(kind, async ({ lock, holder }) => {
      const { pid } = await holder()
      const open = () => readdirSync(`/proc/${pid}/fd`).length
      const before = open()
      const waiters = Array.from({ length: 10 }, () => lock({ waitMs: 1_500 }))
      const problems = await Promise.all(waiters.map(problemOf))
      assert.ok(problems.every(({ kind }) => kind === 'busy'))
      assert.ok(open() <= before + 10, `${before} before, ${open()} after`)
    }))
})
