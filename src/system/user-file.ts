/**
 * Files that belong to the user (start-up files, AWS files): read byte for byte, and replaced so
 * that links, mode, owner and other names of the file stay, and an edit of somebody else is kept.
 */
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { SsoxError } from '../problem.ts'
import { accessCure } from './access.ts'
import {
  codeOf,
  reasonOf,
  removeTemporaries,
  replaceFile,
  storageError,
  writeAll,
} from './files.ts'

/** As many as Linux follows. */
const MAX_LINKS = 40
const NEW_FILE = 0o666
/** A file is made and written for the first time within this. */
const NEW_MS = 20
/** For so long a new file that is empty may be about to be written. */
const EMPTY_MS = 500
/** The same for one that was emptied. */
export const EMPTIED_MS = 5_000
const ANY_WRITE = 0o222

/**
 * The file behind symbolic links, whether it is there or not.
 * @throws SsoxError `storage` for links in a circle
 */
export function behindLinks(path: string): string {
  let file = path
  for (let hops = 0; hops < MAX_LINKS; hops++) {
    if (!lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return file
    file = resolve(realpathSync(dirname(file)), readlinkSync(file))
  }
  throw new SsoxError('storage', `${path} is a link in a circle`, `rm ${quoted(path)}`)
}

/**
 * The bytes of a file of the user's, links followed; undefined when it is not there.
 * @throws SsoxError `storage` for what is not a regular file, or cannot be read
 */
export function readUserBytes(path: string): Buffer | undefined {
  const target = behindLinks(path)
  try {
    const stat = statSync(target, { throwIfNoEntry: false })
    if (!stat) return undefined
    if (!stat.isFile())
      throw new SsoxError('storage', `${path} is not a regular file`, `ls -l ${quoted(path)}`)
    return readFileSync(target)
  } catch (error) {
    if (error instanceof SsoxError) throw error
    const what = `${path} cannot be read: ${reasonOf(error)}`
    throw new SsoxError('storage', what, accessCure(target, 'read') ?? `ls -l ${quoted(path)}`)
  }
}

/** The same as text, one character per byte (latin1); undefined also for what cannot be read. */
export function readUserText(path: string): string | undefined {
  try {
    return readUserBytes(path)?.toString('latin1')
  } catch {
    return undefined
  }
}

/**
 * Why a file of the user's is not to be changed, or cannot be made; undefined when it can. To root
 * every file is writable: one without any write bit is read-only by intention.
 * @param name what the file is called in the message
 */
export function whyUnwritable(path: string, name: string): SsoxError | undefined {
  const target = behindLinks(path)
  const stat = statSync(target, { throwIfNoEntry: false })
  const isGood = stat
    ? (stat.mode & ANY_WRITE) !== 0 && isWritable(target)
    : isWritable(nearestFolder(target))
  if (isGood) return undefined
  return new SsoxError(
    'storage',
    `${name} ${stat ? 'is read-only' : 'cannot be created'}`,
    accessCure(target, 'write') ?? `ls -l ${quoted(path)}`,
  )
}

/**
 * Puts `bytes` in the place of a file of the user's, or removes it (undefined), unless it is not
 * `expected` any more.
 * @param newFileMode of a file that was not there; as the umask says, unless given
 * @returns false when somebody else has changed it, which is then left as it is
 * @throws SsoxError `storage`; the old content is still there, or the message names a copy of it
 */
export function replaceUserFile(
  path: string,
  bytes: Uint8Array | undefined,
  expected: Uint8Array | undefined,
  newFileMode = NEW_FILE & ~process.umask(),
): boolean {
  const target = behindLinks(path)
  const now = readUserBytes(target)
  if (!isSame(now, expected)) return false
  if (bytes === undefined) remove(target)
  else if (now === undefined) replaceFile(target, bytes, { mode: newFileMode })
  else if (!replaceByRename(target, bytes)) overwrite(target, bytes, now)
  return true
}

/** A file that was opened before it is replaced, to see what others have still written to it. */
export interface HeldFile {
  /** The bytes by now, if the name leads to another file and they are not `expected`. */
  lateWrite(expected: Uint8Array): Buffer | undefined
  close(): void
}

/**
 * Holds on to the file behind a path: tools that write in place (the AWS CLI empties it first) may
 * have it open while it is replaced. undefined when it is not there.
 */
export function holdUserFile(path: string): HeldFile | undefined {
  let fd: number
  try {
    fd = openSync(behindLinks(path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch {
    return undefined
  }
  return {
    lateWrite: (expected) => {
      const { size, nlink } = fstatSync(fd)
      if (nlink > 0) return undefined
      const bytes = Buffer.alloc(size)
      const length = readSync(fd, bytes, 0, size, 0)
      const now = bytes.subarray(0, length)
      return isSame(now, expected) ? undefined : now
    },
    close: () => closeSync(fd),
  }
}

/**
 * True for a file that was found empty, but may be about to be written: whoever writes in place
 * empties it first, and has then perhaps to wait for the machine. Looks at the file as it is now.
 */
export function mayBeHalfWritten(path: string, now = Date.now()): boolean {
  const stat = statSync(behindLinks(path), { throwIfNoEntry: false })
  if (!stat) return false
  const { size, mtimeMs, birthtimeMs } = stat
  // One that was there before had perhaps something in it.
  const limit = mtimeMs - birthtimeMs > NEW_MS ? EMPTIED_MS : EMPTY_MS
  return size > 0 || now - mtimeMs < limit
}

/** True where other users have any permission on a file. */
export function isOpenToOthers(path: string): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0
  return process.platform !== 'win32' && (mode & 0o077) !== 0
}

/** Removes what a killed ssox left beside a file; only for who knows that nobody is writing it now. */
export function dropTemporaries(path: string): void {
  try {
    removeTemporaries(behindLinks(path))
  } catch {
    // A link in a circle has nothing beside it.
  }
}

/** False where a rename would cost the file an owner or another name, or its folder allows none. */
function replaceByRename(target: string, bytes: Uint8Array): boolean {
  const stat = statSync(target)
  if (stat.nlink > 1 || !isWritable(dirname(target)) || !canKeepOwner(stat)) return false
  const owner = isMine(stat) ? undefined : { uid: stat.uid, gid: stat.gid }
  replaceFile(target, bytes, { mode: stat.mode & 0o7777, owner })
  return true
}

function isMine({ uid, gid }: Stats): boolean {
  return process.geteuid === undefined || (uid === process.geteuid() && gid === process.getegid?.())
}

/** The owner is for root to give; a group, for its members. */
function canKeepOwner(stat: Stats): boolean {
  if (isMine(stat) || process.geteuid?.() === 0) return true
  return stat.uid === process.geteuid?.() && (process.getgroups?.().includes(stat.gid) ?? false)
}

/** What needs more room is written first, so that a full disk costs nothing. */
function overwrite(target: string, bytes: Uint8Array, old: Uint8Array): void {
  let fd: number | undefined
  try {
    fd = openSync(target, 'r+')
    writeAll(fd, bytes.subarray(old.length), old.length)
    writeAll(fd, bytes.subarray(0, old.length), 0)
    ftruncateSync(fd, bytes.length)
    fsyncSync(fd)
  } catch (error) {
    if (fd !== undefined) putBack(fd, target, old)
    throw storageError('cannot write', target, error)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function putBack(fd: number, target: string, old: Uint8Array): void {
  try {
    ftruncateSync(fd, old.length)
    writeAll(fd, old, 0)
  } catch (error) {
    const copy = join(mkdtempSync(join(tmpdir(), 'ssox-')), basename(target))
    writeFileSync(copy, old, { mode: 0o600 })
    throw new SsoxError(
      'storage',
      `${target} is not whole any more (${reasonOf(error)}); what it was is in ${copy}`,
      `cp ${quoted(copy)} ${quoted(target)}`,
    )
  }
}

function remove(target: string): void {
  try {
    unlinkSync(target)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw storageError('cannot remove', target, error)
  }
}

function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  return Buffer.compare(one, other) === 0
}

function nearestFolder(path: string): string {
  const folder = dirname(path)
  return lstatSync(folder, { throwIfNoEntry: false }) || folder === path
    ? folder
    : nearestFolder(folder)
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`
}
