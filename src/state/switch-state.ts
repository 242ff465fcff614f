/** Makes and removes the states of the switch cache (see `switch-cache.ts`). */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { renameSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  ensureFolder,
  isPrivateFolder,
  listFolder,
  removeFile,
  storageError,
  writePrivate,
} from '../system/files.ts'
import { findCommand } from '../system/lock.ts'
import type { Env, Paths } from './paths.ts'
import {
  currentState,
  entryPath,
  type Fingerprint,
  fingerprint,
  hasEntryName,
  STATE_FILES,
  tellsChanges,
} from './switch-cache.ts'

/**
 * The folder of the present state: the current one, or a new one in its place when the AWS files
 * or the settings have changed. undefined when the folder of ssox is not private, while the files
 * are being changed, and where the hooks could not tell that they were.
 * @param before taken before the AWS files were read
 * @throws SsoxError `storage`
 */
export function ensureState(
  paths: Paths,
  before: Fingerprint,
  names: readonly string[],
  env: Env,
): string | undefined {
  const current = currentState(paths, before)
  if (current) return current
  if (!tellsChanges(paths, before)) return undefined
  ensureFolder(paths.runtime)
  if (!isPrivateFolder(paths.runtime)) return undefined
  const folder = join(paths.runtime, `state-${randomBytes(8).toString('hex')}`)
  ensureFolder(folder)
  if (!stamp(folder, paths, before, env)) {
    rmSync(folder, { recursive: true, force: true })
    return undefined
  }
  const lines = names.filter((name) => !/[\r\n]/.test(name)).map((name) => `${name}\n`)
  writePrivate(join(folder, 'names'), lines.join(''), { durable: false })
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

/** Leaves word for the hook that a renewal in the background needs a sign-in. */
export function noteSignInNeeded(folder: string | undefined, profile: string): void {
  if (folder && hasEntryName(profile))
    writePrivate(entryPath(folder, 'e', profile), '', { durable: false })
}

/** A renewal starts afresh: somebody may have signed in since the last one failed. */
export function forgetSignInNeeded(folder: string | undefined, profile: string): void {
  if (folder && hasEntryName(profile)) removeFile(entryPath(folder, 'e', profile))
}

function stamp(folder: string, paths: Paths, before: Fingerprint, env: Env): boolean {
  const touch = findCommand('touch', env['PATH'])
  if (!touch) return false
  for (const name of STATE_FILES) {
    if (before[name] === undefined) continue
    // Made here, so that it is 0600 whatever the umask is; `touch` only sets its time.
    writePrivate(join(folder, name), '', { durable: false })
    spawnSync(touch, ['-c', '-r', paths[name], join(folder, name)], { stdio: 'ignore' })
  }
  const made = fingerprint({
    ...paths,
    config: join(folder, 'config'),
    credentials: join(folder, 'credentials'),
    settings: join(folder, 'settings'),
  })
  return STATE_FILES.every((name) => made[name] === before[name])
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
