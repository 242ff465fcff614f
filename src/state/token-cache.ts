/** SSO tokens and client registrations in `~/.aws/sso/cache`, shared with the AWS CLI and SDKs. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { tokenKey } from '../aws/cache-key.ts'
import type { SsoSession } from '../aws/profile.ts'
import { isOwnDomain } from '../aws/start-url.ts'
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
import { accessCure } from '../system/access.ts'
import { ensureFolder, makePrivate, removeFile, writePrivate } from '../system/files.ts'
import { quotedWord } from '../text/shell-words.ts'
import { type JsonRead, readJson, readJsonOnce } from './json-file.ts'
import type { Paths } from './paths.ts'

/** Where the token of one SSO session lives. */
export interface TokenFile {
  readonly folder: string
  /** SHA-1 in hex of the session name or start URL, without `.json`. */
  readonly key: string
  readonly startUrl: string
  /** undefined: the token tells it, since the start URL is on the company's own domain. */
  readonly region: string | undefined
}

/** Where the token of a session lives. */
export function tokenFileOf(session: SsoSession, { ssoCache }: Pick<Paths, 'ssoCache'>): TokenFile {
  return {
    folder: ssoCache,
    key: tokenKey(session),
    startUrl: session.startUrl,
    region: isOwnDomain(session.startUrl) ? undefined : session.region,
  }
}

/**
 * The token of a session; undefined when there is none, it is damaged (after a brief re-read) or it
 * belongs to another start URL or region than the session has now.
 * @throws SsoxError `storage` when the file exists but must not be trusted or cannot be read
 */
export async function readToken(
  tokenFile: TokenFile,
  now: EpochMs,
  signal: AbortSignal,
): Promise<SsoToken | undefined> {
  return accept(tokenFile, await readJson(pathOf(tokenFile), signal), now)
}

/** As `readToken`, with one look and no waiting. @throws SsoxError `storage` */
export function peekToken(tokenFile: TokenFile, now: EpochMs): SsoToken | undefined {
  return accept(tokenFile, readJsonOnce(pathOf(tokenFile)), now)
}

function accept(tokenFile: TokenFile, read: JsonRead, now: EpochMs): SsoToken | undefined {
  const path = pathOf(tokenFile)
  if (read.state === 'refused')
    throw new SsoxError(
      'storage',
      `the SSO token file ${path} cannot be used: ${read.why}`,
      accessCure(path, 'read') ??
        `look at it and move it away: mv ${quotedWord(path)} ${quotedWord(`${path}.bad`)}`,
    )
  if (read.state !== 'ok') return undefined
  if ((read.mode & 0o077) !== 0) makePrivate(path)
  const token = decodeToken(read.value, now)
  if (!token) return undefined
  if (token.startUrl !== undefined && token.startUrl !== tokenFile.startUrl) return undefined
  const isElsewhere = tokenFile.region !== undefined && token.region !== tokenFile.region
  if (token.region !== undefined && isElsewhere) return undefined
  return token
}

/** Writes the token of a session. @throws SsoxError `storage` */
export function writeToken(tokenFile: TokenFile, token: SsoToken): void {
  ensureFolder(tokenFile.folder)
  writePrivate(pathOf(tokenFile), encodeToken(token))
}

/** True while there is a token file, whatever is in it: a logout removes it. */
export function isTokenStored(tokenFile: TokenFile): boolean {
  return existsSync(pathOf(tokenFile))
}

/** Forgets the token of a session. @throws SsoxError `storage` */
function removeToken(tokenFile: TokenFile): boolean {
  return removeFile(pathOf(tokenFile))
}

/**
 * Forgets the token only while the file still holds `accessToken`: another process may have put a
 * newer one there. @throws SsoxError `storage`
 */
export function removeTokenIf(tokenFile: TokenFile, accessToken: string): void {
  const read = readJsonOnce(pathOf(tokenFile))
  if (read.state === 'ok' && read.value['accessToken'] === accessToken) removeToken(tokenFile)
}

/** True when a token as long as this one could be written there now: it is tried, without secrets. */
export function canStoreToken(tokenFile: TokenFile, token: SsoToken): boolean {
  const trial = join(tokenFile.folder, `.${tokenFile.key}.${process.pid}.trial.ssox-tmp`)
  try {
    writePrivate(trial, ' '.repeat(encodeToken(token).length), { durable: false })
    removeFile(trial)
    return true
  } catch {
    return false
  }
}

/** A client registration of ssox; undefined when there is none or it is damaged. */
export function readRegistration(folder: string, key: string): Registration | undefined {
  const read = readJsonOnce(join(folder, `${key}.json`))
  return read.state === 'ok' ? decodeRegistration(read.value) : undefined
}

/**
 * Takes a registration out of the cache: until a sign-in has shown that the service still knows it,
 * nobody else is to find it there. undefined when there is none, and when it cannot be taken out.
 */
export function takeRegistration(folder: string, key: string): Registration | undefined {
  const registration = readRegistration(folder, key)
  try {
    removeFile(join(folder, `${key}.json`))
    return registration
  } catch {
    return undefined
  }
}

/** @throws SsoxError `storage` */
export function writeRegistration(folder: string, key: string, registration: Registration): void {
  ensureFolder(folder)
  writePrivate(join(folder, `${key}.json`), encodeRegistration(registration))
}

function pathOf({ folder, key }: TokenFile): string {
  return join(folder, `${key}.json`)
}
