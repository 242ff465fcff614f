/** Role credentials in `~/.aws/cli/cache`, shared with the AWS CLI both ways. */
import { join } from 'node:path'
import { type Credentials, decodeCacheEntry, encodeCacheEntry } from '../aws/credentials.ts'
import type { EpochMs } from '../aws/time.ts'
import { ensureFolder, removeFile, writePrivate } from '../system/files.ts'
import { type JsonObject, type JsonRead, readJson, readJsonOnce } from './json-file.ts'

/** A place in the cache: the file name is a SHA-1 of what the credentials were asked with. */
export interface RoleCacheFile {
  readonly folder: string
  /** SHA-1 in hex, without `.json`. */
  readonly key: string
  readonly kind: 'sso' | 'assume-role'
}

/** The entry if it is valid for at least `minLeftMs` more; one look, no waiting. */
export function peekRoleCredentials(
  roleFile: RoleCacheFile,
  now: EpochMs,
  minLeftMs: number,
): Credentials | undefined {
  return usable(readJsonOnce(pathOf(roleFile)), now, minLeftMs)
}

/** As `peekRoleCredentials`, but waits briefly for a file that is being written. */
export async function readRoleCredentials(
  roleFile: RoleCacheFile,
  now: EpochMs,
  minLeftMs: number,
  signal: AbortSignal,
): Promise<Credentials | undefined> {
  return usable(await readJson(pathOf(roleFile), signal), now, minLeftMs)
}

/**
 * Writes an entry that the AWS CLI reads; unknown fields of the old entry are kept.
 * @throws SsoxError `storage`
 */
export function writeRoleCredentials(
  roleFile: RoleCacheFile,
  credentials: Credentials & { readonly expiresAt: EpochMs },
): void {
  ensureFolder(roleFile.folder)
  const old = readJsonOnce(pathOf(roleFile))
  const previous: JsonObject = old.state === 'ok' ? old.value : {}
  writePrivate(pathOf(roleFile), encodeCacheEntry(credentials, roleFile.kind, previous))
}

/** Forgets an entry. @throws SsoxError `storage` */
export function removeRoleCredentials(roleFile: RoleCacheFile): boolean {
  return removeFile(pathOf(roleFile))
}

function pathOf({ folder, key }: RoleCacheFile): string {
  return join(folder, `${key}.json`)
}

function usable(read: JsonRead, now: EpochMs, minLeftMs: number): Credentials | undefined {
  if (read.state !== 'ok') return undefined
  const credentials = decodeCacheEntry(read.value)
  if (!credentials?.expiresAt || credentials.expiresAt - now < minLeftMs) return undefined
  return credentials
}
