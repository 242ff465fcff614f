/** The SSO token and client registration files of `~/.aws/sso/cache` (AWS CLI v2's format). */
import { type EpochMs, formatTime, parseTime } from './time.ts'

/** An access token of a sign-in, with what is needed to refresh it. */
export interface SsoToken {
  readonly accessToken: string
  readonly expiresAt: EpochMs
  readonly refreshToken?: string | undefined
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
  readonly registrationExpiresAt?: EpochMs | undefined
  /** As configured; absent in minimal files of other tools. */
  readonly startUrl?: string | undefined
  readonly region?: string | undefined
  /** Fields of other tools; they survive a rewrite. */
  readonly unknown: Readonly<Record<string, unknown>>
}

/** A client registration of ssox, reused until it expires. */
export interface Registration {
  readonly clientId: string
  readonly clientSecret: string
  readonly expiresAt: EpochMs
  readonly scopes: readonly string[]
  /** Which flow it was registered for: PKCE registrations list `authorization_code`. */
  readonly flow: 'pkce' | 'device'
}

/** Nothing of a sign-in is valid for longer; whoever says so is damaged or forged. */
export const MAX_TOKEN_MS = 90 * 24 * 60 * 60 * 1000

type JsonObject = Record<string, unknown>

/** Reads a token file; undefined without an access token and a readable expiry. */
export function decodeToken(file: JsonObject, now: EpochMs): SsoToken | undefined {
  const {
    accessToken,
    expiresAt,
    refreshToken,
    clientId,
    clientSecret,
    registrationExpiresAt,
    startUrl,
    region,
    ...unknown
  } = file
  const expiry = parseTime(expiresAt)
  if (!isAccessToken(accessToken) || expiry === undefined) return undefined
  return {
    accessToken,
    expiresAt: Math.min(expiry, now + MAX_TOKEN_MS),
    refreshToken: text(refreshToken),
    clientId: text(clientId),
    clientSecret: text(clientSecret),
    registrationExpiresAt: parseTime(registrationExpiresAt),
    startUrl: text(startUrl),
    region: text(region),
    unknown,
  }
}

/** True for what can be sent as a bearer token: visible characters and blanks (RFC 6749, A.12). */
export function isAccessToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x20-\x7e]+$/.test(value)
}

/** Writes a token file: the AWS CLI's keys in its order, nothing null, then the unknown fields. */
export function encodeToken(token: SsoToken): string {
  return JSON.stringify({
    startUrl: token.startUrl,
    region: token.region,
    accessToken: token.accessToken,
    expiresAt: formatTime(token.expiresAt),
    clientId: token.clientId,
    clientSecret: token.clientSecret,
    registrationExpiresAt:
      token.registrationExpiresAt === undefined
        ? undefined
        : formatTime(token.registrationExpiresAt),
    refreshToken: token.refreshToken,
    ...token.unknown,
  })
}

/** Reads a registration file; undefined when a field is missing or damaged. */
export function decodeRegistration(file: JsonObject): Registration | undefined {
  const clientId = text(file['clientId'])
  const clientSecret = text(file['clientSecret'])
  const expiresAt = parseTime(file['expiresAt'])
  if (!clientId || !clientSecret || expiresAt === undefined) return undefined
  const grants = file['grantTypes']
  return {
    clientId,
    clientSecret,
    expiresAt,
    scopes: strings(file['scopes']),
    flow: strings(grants).includes('authorization_code') ? 'pkce' : 'device',
  }
}

/** Writes a registration file with the AWS CLI's field names. */
export function encodeRegistration(registration: Registration): string {
  return JSON.stringify({
    clientId: registration.clientId,
    clientSecret: registration.clientSecret,
    expiresAt: formatTime(registration.expiresAt),
    scopes: registration.scopes.length > 0 ? registration.scopes : undefined,
    grantTypes: registration.flow === 'pkce' ? ['authorization_code', 'refresh_token'] : undefined,
  })
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
