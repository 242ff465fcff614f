/**
 * Files on disk: reads that cannot be fooled or hang, writes that are whole or not at all.
 * Everything is synchronous: the warm path of `env` must not pay for promises or streams.
 */
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { messageOf, SsoxError } from '../problem.ts'
import { quotedWord } from '../text/shell-words.ts'
import { accessCure } from './access.ts'

/** A cache file: written by ssox or another AWS tool, so a few KB at the most. */
const CACHE_LIMIT_BYTES = 1024 * 1024
/** `~/.aws/config`: 50,000 profiles are about 6 MB. */
const CONFIG_LIMIT_BYTES = 64 * 1024 * 1024
/** Temporary files of a killed ssox are removed once they are this old. */
const STALE_TEMP_MS = 60 * 60 * 1000

/** The major number of /dev/null and its like on Linux. */
const MEMORY_DEVICES = 1

const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700

/** What a read found: text, nothing, or a reason why the file was not trusted. */
export type ReadResult =
  | {
      readonly state: 'ok'
      readonly text: string
      readonly mode: number
      /** Epoch milliseconds. */
      readonly changedAt: number
    }
  | { readonly state: 'missing' }
  | { readonly state: 'refused'; readonly why: string }

/**
 * Reads a private cache file: a regular file of ours, not reached through a symbolic link, at most
 * 1 MiB. Never blocks on a FIFO or device.
 */
export function readPrivate(path: string): ReadResult {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  return readChecked(path, flags, CACHE_LIMIT_BYTES, true)
}

/** Reads a file of the user's, following their symbolic links; at most 64 MiB, never blocks. */
export function readUserFile(path: string): ReadResult {
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
  return readChecked(path, flags, CONFIG_LIMIT_BYTES, false)
}

function readChecked(path: string, flags: number, limit: number, ours: boolean): ReadResult {
  let fd: number
  try {
    // The first exception of a process costs Node 4 ms, and most homes lack one of the files.
    if (!lstatSync(path, { throwIfNoEntry: false })) return { state: 'missing' }
    fd = openSync(path, flags)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'missing' }
    const isLink = ours && code === 'ELOOP'
    return { state: 'refused', why: isLink ? 'it is a symbolic link' : reasonOf(error) }
  }
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) return { state: 'refused', why: 'it is not a regular file' }
    if (ours && !isOurs(stat.uid)) return { state: 'refused', why: 'it belongs to another user' }
    if (stat.size > limit) return { state: 'refused', why: `it is larger than ${limit} bytes` }
    const text = readFileSync(fd, 'utf8')
    return { state: 'ok', text, mode: stat.mode & 0o777, changedAt: stat.mtimeMs }
  } catch (error) {
    return { state: 'refused', why: reasonOf(error) }
  } finally {
    closeSync(fd)
  }
}

/**
 * Replaces a private file atomically: a temporary file in the same folder, 0600 from birth, written
 * in full, fsynced, renamed; then the folder is fsynced. The old content survives every failure.
 * @param options.durable false leaves both fsyncs out, for what may be lost in a power cut
 * @param options.mtime the time of the file in epoch seconds, in place of now
 * @throws SsoxError `storage` with the path and the system's reason
 */
export function writePrivate(
  path: string,
  text: string,
  { durable = true, mtime }: { durable?: boolean; mtime?: number } = {},
): void {
  replaceFile(path, text, { mode: PRIVATE_FILE, durable, mtime })
}

export interface ReplaceOptions {
  readonly mode: number
  /** False leaves both fsyncs out. */
  readonly durable?: boolean
  /** Epoch seconds, in place of now. */
  readonly mtime?: number | undefined
  /** Whom the new file shall belong to, where that is not this user. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
}

/**
 * Replaces a file atomically, as `writePrivate` does, with another mode or owner; it is private
 * until it is whole.
 * @throws SsoxError `storage`
 */
export function replaceFile(
  path: string,
  text: string | Uint8Array,
  { mode, durable = true, mtime, owner }: ReplaceOptions,
): void {
  const folder = dirname(path)
  const temp = join(folder, `${temporaryStem(path)}${randomName()}.ssox-tmp`)
  let fd: number | undefined
  try {
    fd = withFullMode(() => openSync(temp, 'wx', PRIVATE_FILE))
    writeAll(fd, text, 0)
    if (mtime !== undefined) futimesSync(fd, mtime, mtime)
    if (durable) fsyncSync(fd)
    closeSync(fd)
    fd = undefined
    if (owner) chownSync(temp, owner.uid, owner.gid)
    if (mode !== PRIVATE_FILE) chmodSync(temp, mode)
    renameSync(temp, path)
  } catch (error) {
    if (fd !== undefined) closeQuietly(fd)
    removeQuietly(temp)
    throw storageError('cannot write', path, error)
  }
  if (durable) syncFolder(folder)
  removeStaleTemps(folder)
}

/**
 * Creates a folder (and its parents) with 0700.
 * @throws SsoxError `storage`
 */
export function ensureFolder(path: string): void {
  try {
    makeFolder(path)
  } catch (error) {
    throw storageError('cannot create the folder', path, error)
  }
}

/**
 * Parents first, each level at most twice: `recursive` of mkdirSync never ends where mkdir says
 * ENOENT in a folder that is there (/proc), and hides that a file system is read-only.
 */
function makeFolder(path: string): void {
  try {
    makeLevel(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    makeFolder(dirname(path))
    makeLevel(path)
  }
}

/** Another ssox may be making it at the same moment. */
function makeLevel(path: string): void {
  try {
    withFullMode(() => mkdirSync(path, PRIVATE_FOLDER))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || !isFolder(path)) throw error
  }
}

/**
 * Creates a file or folder under an umask that takes nothing from its owner: with a umask of 0177
 * or 0777, ssox could not use what it has made.
 */
export function withFullMode<T>(create: () => T): T {
  const before = process.umask(0o077)
  try {
    return create()
  } finally {
    process.umask(before)
  }
}

/** Makes a file that another tool left readable for others 0600, where that is possible. */
export function makePrivate(path: string): void {
  try {
    chmodSync(path, PRIVATE_FILE)
  } catch {
    // A read-only home: the content can still be used.
  }
}

/** True when `path` is a real folder of ours that nobody else may enter (0700). */
export function isPrivateFolder(path: string): boolean {
  try {
    const stat = lstatSync(path)
    return stat.isDirectory() && isOurs(stat.uid) && (stat.mode & 0o077 & ~umaskless()) === 0
  } catch {
    return false
  }
}

/** On Windows mode bits say nothing about access. */
function umaskless(): number {
  return process.platform === 'win32' ? 0o077 : 0
}

/**
 * Removes a file; a file that is not there is fine.
 * @returns whether it was there
 * @throws SsoxError `storage`
 */
export function removeFile(path: string): boolean {
  try {
    // As in `readChecked`: mostly there is nothing to remove.
    if (!lstatSync(path, { throwIfNoEntry: false })) return false
    unlinkSync(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw storageError('cannot remove', path, error)
  }
}

/** Names of the files in a folder; empty when it cannot be read. */
export function listFolder(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

/**
 * Writes all of `text` (as UTF-8, or bytes as they are) to a descriptor, through short writes and
 * EAGAIN; to a file, from byte `position` on.
 * @throws the system's error (ENOSPC, EPIPE …)
 */
export function writeAll(fd: number, text: string | Uint8Array, position?: number): void {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text
  let done = 0
  while (done < bytes.length) {
    try {
      const at = position === undefined ? null : position + done
      done += writeSync(fd, bytes, done, bytes.length - done, at)
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

/** The `code` of a system error (`ENOENT` …), if it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}

const REASONS: Readonly<Record<string, string>> = {
  E2BIG: 'arguments and environment together are too long',
  EACCES: 'permission denied',
  EAGAIN: 'no more processes may be started',
  EEXIST: 'something else is in its place',
  EFBIG: 'the file size limit is reached',
  EIO: 'input/output error',
  EISDIR: 'it is a folder',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENOSPC: 'no space left on the disk',
  ENOTDIR: 'a parent is not a folder',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
}

/** A system error in plain words. */
export function reasonOf(error: unknown): string {
  if (isOverQuota(error)) return 'the disk quota is used up'
  const code = codeOf(error)
  return (code && REASONS[code]) || code || messageOf(error)
}

/** A `storage` problem that names the path and the reason. */
export function storageError(what: string, path: string, error: unknown): SsoxError {
  return new SsoxError(
    'storage',
    `${what} ${path}: ${reasonOf(error)}`,
    accessCure(path, 'write') ??
      `check the file and its folder: ls -ld ${quotedWord(dirname(path))}`,
    { cause: error },
  )
}

/** EDQUOT, for which libuv has no name; by its number, since `node:os` is one module more to load. */
function isOverQuota(error: unknown): boolean {
  const number = process.platform === 'linux' ? 122 : 69
  return error instanceof Error && 'errno' in error && error.errno === -number
}

/** Of the name itself only what leaves room for the rest: it may be as long as a name can be. */
function temporaryStem(path: string): string {
  return `.${basename(path).slice(0, 60)}.`
}

/** Removes the temporary files of `path`, also those of who is writing it now. */
export function removeTemporaries(path: string): void {
  const folder = dirname(path)
  for (const name of listFolder(folder))
    if (name.startsWith(temporaryStem(path)) && name.endsWith('.ssox-tmp'))
      removeQuietly(join(folder, name))
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function isOurs(uid: number): boolean {
  return process.geteuid === undefined || uid === process.geteuid()
}

function randomName(): string {
  return `${process.pid.toString(36)}${Math.random().toString(36).slice(2, 12)}`
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd)
  } catch {
    // The write has failed already; that error is the one to report.
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Nothing was created, or the folder went away.
  }
}

/** Makes a rename survive a power cut; not every file system can sync a folder. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  try {
    const fd = openSync(folder, 'r')
    try {
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  } catch {
    // The new file is complete and in place; only its durability is up to the file system.
  }
}

/** Folders that this run has looked through: the next hour's leavings are for the next run. */
const swept = new Set<string>()

/** Removes what a killed ssox left behind: our own pattern, our own files, older than an hour. */
function removeStaleTemps(folder: string): void {
  if (swept.has(folder)) return
  swept.add(folder)
  for (const name of listFolder(folder)) {
    if (!name.endsWith('.ssox-tmp')) continue
    try {
      const path = join(folder, name)
      const stat = lstatSync(path)
      if (isOurs(stat.uid) && Date.now() - stat.mtimeMs > STALE_TEMP_MS) unlinkSync(path)
    } catch {
      // Another ssox was faster.
    }
  }
}

/** False where an open stream is no terminal for certain. `node:tty`, which knows, is slow to load. */
export function mayBeTerminal(fd: 0 | 1 | 2): boolean {
  const stat = fstatSync(fd)
  if (!stat.isCharacterDevice()) return false
  return process.platform !== 'linux' || stat.rdev >> 8 !== MEMORY_DEVICES
}
