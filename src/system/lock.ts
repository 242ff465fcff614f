/**
 * A lock between processes that dies with its holder.
 *
 * On POSIX the kernel's flock(2) on a lock file: Node has no call for it, so a helper (`flock` of
 * util-linux, else perl) takes the lock on a descriptor that it inherits; the lock belongs to the
 * open file, so it stays with ssox when the helper exits, and the kernel frees it when ssox dies,
 * however it dies. Without a helper on Linux, and on Windows, a listening socket is the lock.
 * Correctness never depends on the lock: writes are atomic and commits compare what they replace.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { SsoxError } from '../problem.ts'
import { codeOf, ensureFolder, withFullMode } from './files.ts'
import { findCommand } from './find-command.ts'
import { isStopped, listenerOf, mayHaveOpen } from './proc.ts'

/** How often a waiter looks whether what it waits for is there already. */
const LOOK_EVERY_MS = 200
/** A waiter is told whom it waits for only when the wait is noticeable. */
const QUIET_MS = 1_000

export interface Lock {
  release(): void
}

export interface LockOptions {
  /** How long to wait at the most, in milliseconds; then SsoxError `busy`. */
  waitMs: number
  /** PATH, to find the helper. */
  searchPath: string | undefined
  /** What is locked, for the message when the wait is over: `the sign-in of "corp"`. */
  what: string
  signal: AbortSignal
  /** Asked while waiting: true ends the wait without the lock. */
  isDone?: () => boolean
  /** Called once when the wait is noticeable, with the holder's process id when it is known. */
  onWait?: (holder: number | undefined) => void
}

/**
 * Takes the lock `path`.
 * @returns the lock, or undefined when `isDone` said that it is not needed any more
 * @throws SsoxError `busy` after `waitMs`, `storage` when nothing here can lock; the signal's reason
 *   when aborted
 */
export async function acquireLock(path: string, options: LockOptions): Promise<Lock | undefined> {
  options.signal.throwIfAborted()
  ensureFolder(dirname(path))
  const helper = process.platform === 'win32' ? undefined : findHelper(options.searchPath)
  if (helper) {
    const attempt = await lockFile(path, helper, options)
    if (attempt !== 'unsupported') return attempt
  }
  return lockSocket(path, options)
}

/** The command that takes the lock on descriptor 3: at once or not at all (exit 1), or waiting. */
type Helper = (mode: 'try' | 'wait') => { command: string; args: string[] }

/** `flock` or perl in an absolute PATH entry; a relative entry could be planted in any folder. */
function findHelper(searchPath: string | undefined): Helper | undefined {
  const flock = findCommand('flock', searchPath)
  // No `-w`: the flock of busybox has no such option.
  if (flock)
    return (mode) => ({ command: flock, args: mode === 'try' ? ['-x', '-n', '3'] : ['-x', '3'] })
  const perl = findCommand('perl', searchPath)
  if (perl)
    return (mode) => ({
      command: perl,
      args: [
        '-MFcntl=:flock',
        '-e',
        mode === 'try'
          ? 'open F,"+<&=3" or exit 2; flock(F,LOCK_EX|LOCK_NB) or exit($!{EWOULDBLOCK}?1:2)'
          : 'open F,"+<&=3" or exit 2; flock(F,LOCK_EX) or exit 2',
      ],
    })
  return undefined
}

async function lockFile(
  path: string,
  helper: Helper,
  options: LockOptions,
): Promise<Lock | undefined | 'unsupported'> {
  const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)
  let fd: number
  try {
    fd = withFullMode(() => openSync(path, flags, 0o600))
  } catch {
    return 'unsupported'
  }
  // To read the holder from a FIFO would take until somebody writes to it.
  if (!fstatSync(fd).isFile()) {
    closeSync(fd)
    return 'unsupported'
  }
  const outcome = await waitForFlock(fd, helper, path, options).catch((error) => {
    closeSync(fd)
    throw error
  })
  if (outcome !== 'locked') {
    const holder = outcome === 'busy' ? holderOf(fd, path) : undefined
    closeSync(fd)
    if (outcome === 'busy') throw busy(options, holder)
    return outcome === 'done' ? undefined : 'unsupported'
  }
  writeHolder(fd)
  return { release: () => closeSync(fd) }
}

async function waitForFlock(fd: number, helper: Helper, path: string, options: LockOptions) {
  const first = await runHelper(helper('try'), fd, options.signal)
  if (first === 0) return 'locked'
  if (first !== 1) return 'unsupported'
  const started = performance.now()
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  const waiting = runHelper(helper('wait'), fd, signal).then((code) =>
    code === 0 ? 'locked' : 'unsupported',
  )
  const late = delay(options.waitMs, 'busy' as const, { signal })
  try {
    return await Promise.race([
      waiting,
      late,
      watchUntilDone(options, signal, () => holderOf(fd, path), started),
    ])
  } catch (error) {
    options.signal.throwIfAborted()
    throw error
  } finally {
    stop.abort()
    await Promise.allSettled([waiting, late])
  }
}

/** Resolves to 'done' when the wait has become needless; announces the wait once. */
async function watchUntilDone(
  options: LockOptions,
  signal: AbortSignal,
  holder: () => number | undefined,
  started: number,
): Promise<'done'> {
  let announced = false
  const refuseStopped = stoppedWatch(options)
  for (;;) {
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => {
      throw options.signal.aborted ? options.signal.reason : new Error('no longer waiting')
    })
    if (options.isDone?.()) return 'done'
    refuseStopped(holder())
    if (!announced && performance.now() - started >= QUIET_MS) {
      announced = true
      options.onWait?.(holder())
    }
  }
}

/** Runs the helper with the lock file as descriptor 3; resolves to its exit code. */
function runHelper(
  { command, args }: { command: string; args: string[] },
  fd: number,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore', fd], env: {} })
    const onAbort = () => child.kill('SIGKILL')
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    child.on('error', () => resolve(127))
    child.on('close', (code) => {
      signal.removeEventListener('abort', onAbort)
      if (signal.aborted && code === null) reject(signal.reason)
      else resolve(code ?? 127)
    })
  })
}

/** The holder's process id, for the message only: nothing is decided by it. */
function writeHolder(fd: number): void {
  try {
    ftruncateSync(fd, 0)
    writeSync(fd, `${process.pid}\n`, 0)
  } catch {
    // A full disk must not cost the lock.
  }
}

/** Whoever has the file open: after a full disk it may still name the holder before. */
function holderOf(fd: number, path: string): number | undefined {
  try {
    const text = Buffer.alloc(32)
    const length = readSync(fd, text, 0, text.length, 0)
    const pid = Number.parseInt(text.toString('latin1', 0, length), 10)
    return pid > 0 && mayHaveOpen(pid, path) ? pid : undefined
  } catch {
    return undefined
  }
}

function busy(options: LockOptions, holder: number | undefined): SsoxError {
  const who = holder === undefined ? 'another ssox' : `another ssox (process ${holder})`
  return new SsoxError(
    'busy',
    `gave up after ${Math.round(options.waitMs / 1000)} s: ${who} is still busy with ${options.what}`,
    holder === undefined
      ? 'finish the sign-in that is open, or try again'
      : `finish the sign-in that is open, or end that process: kill ${holder}`,
  )
}

/**
 * Looks at the holder again and again: one that is stopped (^Z) when looked at twice will not end by
 * itself, and whoever waits for it is told so at once.
 */
function stoppedWatch(options: LockOptions): (holder: number | undefined) => void {
  let before: number | undefined
  return (holder) => {
    const stopped = holder !== undefined && isStopped(holder) ? holder : undefined
    if (stopped !== undefined && stopped === before) throw stoppedHolder(options, stopped)
    before = stopped
  }
}

function stoppedHolder({ what }: LockOptions, holder: number): SsoxError {
  return new SsoxError(
    'busy',
    `another ssox (process ${holder}) is stopped in the middle of ${what}`,
    `type fg in its terminal, or end it: kill -KILL ${holder}`,
  )
}

/**
 * The fallback: whoever listens on the address holds the lock.
 * @throws SsoxError `storage` where a dead holder would leave its address behind
 */
async function lockSocket(path: string, options: LockOptions): Promise<Lock | undefined> {
  const address = addressOf(path)
  const started = performance.now()
  let announced = false
  let holder: number | undefined
  const refuseStopped = stoppedWatch(options)
  for (;;) {
    options.signal.throwIfAborted()
    const lock = await listen(address)
    if (lock) return lock
    await waitForListener(address, options.signal)
    if (options.isDone?.()) return undefined
    const waited = performance.now() - started
    if (waited > options.waitMs) throw busy(options, listenerOf(address))
    if (!announced && waited >= QUIET_MS) {
      announced = true
      holder = listenerOf(address)
      options.onWait?.(holder)
    }
    // By now another one may hold it.
    refuseStopped(holder !== undefined && isStopped(holder) ? listenerOf(address) : undefined)
  }
}

/** A name that goes when its listener goes: a named pipe, or an abstract socket (unix(7)). */
function addressOf(path: string): string {
  const name = `ssox-${createHash('sha256').update(path).digest('hex')}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`
  if (process.platform === 'linux') return `\0${name}`
  throw new SsoxError(
    'storage',
    'nothing here can lock a file: PATH has neither flock nor perl',
    'install flock (util-linux) or perl',
  )
}

function listen(address: string): Promise<Lock | undefined> {
  return new Promise((resolve, reject) => {
    const waiters = new Set<Socket>()
    const server = createServer((socket) => {
      waiters.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => waiters.delete(socket))
      // Without reading, the end of a waiter would go unnoticed.
      socket.resume()
    })
    server.on('error', (error) =>
      codeOf(error) === 'EADDRINUSE' || codeOf(error) === 'EACCES'
        ? resolve(undefined)
        : reject(new SsoxError('storage', `cannot lock: ${error.message}`, 'try again')),
    )
    server.listen(address, () => {
      server.unref()
      resolve({
        release: () => {
          server.close()
          for (const waiter of waiters) waiter.destroy()
        },
      })
    })
  })
}

/** Waits until the holder goes away (its socket closes), but not for long. */
function waitForListener(address: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(address)
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      socket.destroy()
      resolve()
    }
    const timer = setTimeout(finish, LOOK_EVERY_MS)
    signal.addEventListener('abort', finish, { once: true })
    socket.on('connect', () => socket.on('close', finish))
    socket.on('error', (error) => {
      if (GONE.has(codeOf(error))) finish()
    })
  })
}

/** There is no holder any more; anything else (a full queue) is waited out. */
const GONE: ReadonlySet<string | undefined> = new Set(['ECONNREFUSED', 'ENOENT'])
