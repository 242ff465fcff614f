/** SSO tokens and client registrations in `~/.aws/sso/cache`, shared with the AWS CLI and SDKs. */
import { join } from 'node:path'
import type { EpochMs } from '../aws/time.ts'
import {
  decodeRegistration,
  decodeToken,
  encodeRegistration,
  encodeToken,
  type Registration,
  type SsoToken,
} from '../aws/token.ts'
import { SsoxError } from '../problem.ts'
import { ensureFolder, makePrivate, removeFile, writePrivate } from '../system/files.ts'
import { typedWord } from '../ui/typed-command.ts'
import { type JsonRead, readJson, readJsonOnce } from './json-file.ts'

/** Where the token of one SSO session lives. */
export interface TokenSlot {
  readonly folder: string
  /** SHA-1 in hex of the session name or start URL, without `.json`. */
  readonly key: string
  readonly startUrl: string
  readonly region: string
}

/**
 * The token of a session; undefined when there is none, it is damaged (after a brief re-read) or it
 * belongs to another start URL or region than the session has now.
 * @throws SsoxError `storage` when the file exists but must not be trusted or cannot be read
 */
export async function readToken(
  slot: TokenSlot,
  now: EpochMs,
  signal: AbortSignal,
): Promise<SsoToken | undefined> {
  return accept(slot, await readJson(pathOf(slot), signal), now)
}

/** As `readToken`, with one look and no waiting. @throws SsoxError `storage` */
export function peekToken(slot: TokenSlot, now: EpochMs): SsoToken | undefined {
  return accept(slot, readJsonOnce(pathOf(slot)), now)
}

function accept(slot: TokenSlot, read: JsonRead, now: EpochMs): SsoToken | undefined {
  const path = pathOf(slot)
  if (read.state === 'refused')
    throw new SsoxError(
      'storage',
      `the SSO token file ${path} cannot be used: ${read.why}`,
      `look at it and move it away: mv ${typedWord(path)} ${typedWord(`${path}.bad`)}`,
    )
  if (read.state !== 'ok') return undefined
  if ((read.mode & 0o077) !== 0) makePrivate(path)
  const token = decodeToken(read.value, now)
  if (!token) return undefined
  if (token.startUrl !== undefined && token.startUrl !== slot.startUrl) return undefined
  if (token.region !== undefined && token.region !== slot.region) return undefined
  return token
}

/** Writes the token of a session. @throws SsoxError `storage` */
export function writeToken(slot: TokenSlot, token: SsoToken): void {
  ensureFolder(slot.folder)
  writePrivate(pathOf(slot), encodeToken(token))
}

/** Forgets the token of a session. @throws SsoxError `storage` */
export function removeToken(slot: TokenSlot): boolean {
  return removeFile(pathOf(slot))
}

/**
 * Forgets the token only while the file still holds `accessToken`: another process may have put a
 * newer one there. @throws SsoxError `storage`
 */
export function removeTokenIf(slot: TokenSlot, accessToken: string): void {
  const read = readJsonOnce(pathOf(slot))
  if (read.state === 'ok' && read.value['accessToken'] === accessToken) removeToken(slot)
}

/** A client registration of ssox; undefined when there is none or it is damaged. */
export function readRegistration(folder: string, key: string): Registration | undefined {
  const read = readJsonOnce(join(folder, `${key}.json`))
  return read.state === 'ok' ? decodeRegistration(read.value) : undefined
}

/** @throws SsoxError `storage` */
export function writeRegistration(folder: string, key: string, registration: Registration): void {
  ensureFolder(folder)
  writePrivate(join(folder, `${key}.json`), encodeRegistration(registration))
}

/** Forgets a registration that the service does not know any more. @throws SsoxError `storage` */
export function removeRegistration(folder: string, key: string): void {
  removeFile(join(folder, `${key}.json`))
}

function pathOf({ folder, key }: TokenSlot): string {
  return join(folder, `${key}.json`)
}
