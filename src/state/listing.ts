/**
 * Accounts and roles as the portal has listed them, for a `setup` that was stopped in between:
 * `$XDG_STATE_HOME/ssox/listing-<token key>`, JSON. It names the marker of the sign-in that it was got
 * with, so another person never gets it.
 */
import { basename, join } from 'node:path'
import { tokenKey } from '../aws/cache-key.ts'
import type { SsoSession } from '../aws/profile.ts'
import type { EpochMs } from '../aws/time.ts'
import { ensureFolder, listFolder, removeFile, writePrivate } from '../system/files.ts'
import { isObject, readJsonOnce, textAt } from './json-file.ts'
import type { Paths } from './paths.ts'
import { signInMarker } from './sign-in-marker.ts'

export interface CachedListing {
  /** When the first account was asked for. */
  readonly startedAt: EpochMs
  /** Undefined while they are not all known. */
  readonly accounts: readonly { readonly id: string; readonly name: string }[] | undefined
  /** By account id. */
  readonly roles: ReadonlyMap<string, readonly string[]>
}

type Place = Pick<Paths, 'state'>

/** What was kept of the present sign-in; undefined where nothing was. */
export function readListing(
  session: Pick<SsoSession, 'cacheName'>,
  paths: Place,
): CachedListing | undefined {
  const read = readJsonOnce(fileOf(session, paths))
  if (read.state !== 'ok' || read.value['version'] !== 1) return undefined
  const { value } = read
  const marker = markerOf(session, paths)
  if (marker === undefined || textAt(value, 'signIn') !== marker) return undefined
  const startedAt = Number(value['startedAt'])
  if (!Number.isFinite(startedAt)) return undefined
  const roles = isObject(value['roles']) ? Object.entries(value['roles']) : []
  return {
    startedAt,
    accounts: Array.isArray(value['accounts'])
      ? value['accounts'].flatMap((one) => accountOf(one) ?? [])
      : undefined,
    roles: new Map(roles.flatMap(([id, names]) => (isTexts(names) ? [[id, names] as const] : []))),
  }
}

/** @throws SsoxError `storage` */
export function cacheListing(
  session: Pick<SsoSession, 'cacheName'>,
  { startedAt, accounts, roles }: CachedListing,
  paths: Place,
): void {
  const signIn = markerOf(session, paths)
  if (signIn === undefined) return
  ensureFolder(paths.state)
  const value = { version: 1, signIn, startedAt, accounts, roles: Object.fromEntries(roles) }
  writePrivate(fileOf(session, paths), `${JSON.stringify(value)}\n`, { durable: false })
}

/** Removes that of one session, or of all. @throws SsoxError `storage` */
export function dropListing(session: Pick<SsoSession, 'cacheName'> | 'all', paths: Place): void {
  if (session !== 'all') return void removeFile(fileOf(session, paths))
  for (const name of listFolder(paths.state).filter((one) => one.startsWith('listing-')))
    removeFile(join(paths.state, name))
}

function accountOf(value: unknown) {
  if (!isObject(value)) return undefined
  const id = textAt(value, 'id')
  return id === undefined ? undefined : { id, name: textAt(value, 'name') ?? '' }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function markerOf(session: Pick<SsoSession, 'cacheName'>, paths: Place): string | undefined {
  const path = signInMarker(paths, tokenKey(session))
  return path === undefined ? undefined : basename(path)
}

function fileOf(session: Pick<SsoSession, 'cacheName'>, { state }: Place): string {
  return join(state, `listing-${tokenKey(session)}`)
}
