/**
 * The folder of the switch cache: `<runtime>/current`, a link to the folder of the present state of
 * the AWS files and the settings, a `state-…` beside it. In that are the entries (see `entry.ts`)
 * and a stamp for each of those files: an empty file with its mtime, absent when it is absent.
 *
 * A shell can compare mtimes (`-nt`, `-ot`) without a process, but only equality tells that a file
 * was not replaced by an older one. Node cannot set an mtime to the nanosecond; `touch -r` can.
 * May import src/system and src/state.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readlinkSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { basename, isAbsolute, join } from 'node:path'
import type { Env, Paths } from '../state/paths.ts'
import {
  ensureFolder,
  isPrivateFolder,
  listFolder,
  removeFile,
  storageError,
  writePrivate,
} from '../system/files.ts'
import { findCommand } from '../system/find-command.ts'
import { entryName, isEntryOf, STATE_FILES } from './entry.ts'

/** The mtime of each of the state files in nanoseconds, undefined for one that is not there. */
export type Fingerprint = Readonly<Record<(typeof STATE_FILES)[number], bigint | undefined>>

const SECOND_NS = 1_000_000_000n

/** Taken before the files are read, so that a change while reading is noticed. */
export function fingerprint(files: Pick<Paths, (typeof STATE_FILES)[number]>): Fingerprint {
  return {
    config: mtimeOf(files.config),
    credentials: mtimeOf(files.credentials),
    settings: mtimeOf(files.settings),
  }
}

/**
 * Why a change of the files could be missed, so that nothing may be kept; undefined: it could not.
 * A relative path is another file in another folder, and a time of whole seconds is one that was
 * given to the file (by tar, rsync, an image of a container, or 1 by Nix to every file), maybe to
 * the next one, too. An editor leaves such a time only where the file system has no finer ones.
 */
export function whyChangesAreMissed(paths: Paths, present: Fingerprint): string | undefined {
  const relative = STATE_FILES.find((name) => !isAbsolute(paths[name]))
  if (relative) return `the path ${paths[relative]} is relative`
  const coarse = STATE_FILES.find((name) => (present[name] ?? 1n) % SECOND_NS === 0n)
  return coarse && `${paths[coarse]} has a time of whole seconds`
}

/**
 * The folder of the present state: the current one, or a new one in its place when the AWS files or
 * the settings have changed. undefined when the folder of ssox is not private, and while the files
 * are being changed.
 * @param before taken before the AWS files were read; see `whyChangesAreMissed`
 * @throws SsoxError `storage`
 */
export function ensureStateFolder(paths: Paths, before: Fingerprint, env: Env): string | undefined {
  const current = currentFolder(paths, before)
  if (current) return current
  ensureFolder(paths.runtime)
  if (!isPrivateFolder(paths.runtime)) return undefined
  const folder = join(paths.runtime, `state-${randomBytes(8).toString('hex')}`)
  ensureFolder(folder)
  if (!stamp(folder, paths, before, env)) {
    rmSync(folder, { recursive: true, force: true })
    return undefined
  }
  makeCurrent(paths.runtime, folder)
  return folder
}

/**
 * Forgets every entry, for `logout` and `cache = off`, also those of terminals with another runtime
 * folder. @throws SsoxError `storage`
 */
export function clearSwitchCache({ runtime, otherRuntimes }: Paths): void {
  for (const folder of [runtime, ...otherRuntimes.filter(isPrivateFolder)]) {
    try {
      rmSync(join(folder, 'current'), { force: true, recursive: true })
      removeStatesBut(folder, undefined)
    } catch (error) {
      throw storageError('cannot clear', folder, error)
    }
  }
}

/**
 * Keeps what is kept although ssox itself has changed the credentials file: the stamps of the states
 * that were true until then get its new time, in every runtime folder. Entries of the profiles whose
 * sections were changed go.
 * @param before taken before the old file was read
 * @param isOurs whether the file is what ssox has written, and nobody else since
 * @throws SsoxError `storage`
 */
export function restamp(
  paths: Paths,
  before: Fingerprint,
  changed: readonly string[],
  isOurs: () => boolean,
  env: Env,
): void {
  const after = fingerprint(paths)
  if (after.credentials === before.credentials) return
  const isOnlyChange = after.config === before.config && after.settings === before.settings
  if (!isOnlyChange || whyChangesAreMissed(paths, after)) return
  for (const runtime of [paths.runtime, ...paths.otherRuntimes]) {
    const folder = isPrivateFolder(runtime) ? currentFolder({ runtime }, before) : undefined
    if (folder === undefined) continue
    for (const profile of changed) forgetEntries(folder, profile)
    // Beside the old stamp first: the time of a change that somebody else has just made is no stamp.
    const fresh = join(folder, 'credentials.new')
    setTimeAs(paths.credentials, fresh, env)
    if (mtimeOf(fresh) !== after.credentials || !isOurs()) {
      removeFile(fresh)
      continue
    }
    renameSync(fresh, join(folder, 'credentials'))
    // What was true is so again, for shells that compare whole seconds.
    writePrivate(join(folder, 'checked'), '', { durable: false })
  }
}

function forgetEntries(folder: string, profile: string): void {
  for (const name of listFolder(folder))
    if (isEntryOf(name, profile)) removeFile(join(folder, name))
}

/**
 * Leaves word for the hooks why a renewal has brought nothing, and what to type: they show it once
 * per expiry. Without `text` there is nothing to say any more.
 * @throws SsoxError `storage`
 */
export function noteForHooks(paths: Paths, profile: string, text: string | undefined): void {
  const name = entryName('n', profile)
  if (name === undefined) return
  const path = join(paths.runtime, name)
  if (text === undefined) {
    removeFile(path)
    return
  }
  ensureFolder(paths.runtime)
  writePrivate(path, `${text}\n`, { durable: false })
}

function currentFolder(paths: Pick<Paths, 'runtime'>, present: Fingerprint): string | undefined {
  let folder: string
  try {
    folder = join(paths.runtime, readlinkSync(join(paths.runtime, 'current')))
  } catch {
    return undefined
  }
  const there = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false
  return there && isStampedAs(folder, present) ? folder : undefined
}

function isStampedAs(folder: string, present: Fingerprint): boolean {
  return STATE_FILES.every((name) => mtimeOf(join(folder, name)) === present[name])
}

function stamp(folder: string, paths: Paths, before: Fingerprint, env: Env): boolean {
  for (const name of STATE_FILES)
    if (before[name] !== undefined) setTimeAs(paths[name], join(folder, name), env)
  return isStampedAs(folder, before)
}

/** Makes `path` an empty file with the time of another one, to the nanosecond. */
function setTimeAs(file: string, path: string, env: Env): void {
  const touch = findCommand('touch', env['PATH'])
  if (!touch) return
  // Made here, so that it is 0600 whatever the umask is; `touch` only sets its time.
  writePrivate(path, '', { durable: false })
  spawnSync(touch, ['-c', '-r', file, path], { stdio: 'ignore' })
}

/** Swaps the link atomically; a shell sees the old state or the new one. */
function makeCurrent(runtime: string, folder: string): void {
  const link = `${folder}.link`
  symlinkSync(basename(folder), link)
  renameSync(link, join(runtime, 'current'))
  removeStatesBut(runtime, basename(folder))
}

function removeStatesBut(runtime: string, kept: string | undefined): void {
  for (const name of listFolder(runtime))
    if (name.startsWith('state-') && name !== kept)
      rmSync(join(runtime, name), { recursive: true, force: true })
}

function mtimeOf(path: string): bigint | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })?.mtimeNs
  } catch {
    // Out of reach counts as absent; whoever reads the file says why.
    return undefined
  }
}
