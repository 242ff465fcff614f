/**
 * Names of the cache files that ssox shares with the AWS CLI: the SHA-1 of a string, in hex, without
 * `.json`. Role credentials are named after Python's `json.dumps` of what identifies them, so that
 * must be matched byte for byte (aws/aws-cli: botocore/credentials.py, botocore/utils.py).
 */
import { sha1 } from '@noble/hashes/legacy.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { AssumeRoleProfile, SsoProfile, SsoSession, WebIdentityProfile } from './profile.ts'

type Json = string | number | null | readonly string[]

/** The token of an SSO session in `~/.aws/sso/cache`. */
export function tokenKey({ cacheName }: Pick<SsoSession, 'cacheName'>): string {
  return hash(cacheName)
}

/**
 * ssox's client registration in `~/.aws/sso/cache`. The AWS CLI's scheme with another `tool`: an
 * older AWS CLI would take up a registration for the wrong flow.
 */
export function registrationKey(session: SsoSession, flow: 'pkce' | 'device'): string {
  const isNamed = session.kind === 'named'
  return hash(
    dumps(
      {
        flow,
        region: session.region,
        scopes: session.scopes ?? null,
        session_name: isNamed ? session.name : null,
        startUrl: session.startUrl,
        tool: 'ssox',
      },
      ' ',
    ),
  )
}

/** The role credentials of an SSO profile in `~/.aws/cli/cache`. */
export function ssoRoleKey({
  accountId,
  roleName,
  session,
}: Pick<SsoProfile, 'accountId' | 'roleName'> & {
  readonly session: Pick<SsoSession, 'kind' | 'cacheName'>
}): string {
  const place = session.kind === 'named' ? 'sessionName' : 'startUrl'
  return hash(dumps({ accountId, roleName, [place]: session.cacheName }, ''))
}

/**
 * The credentials of an assumed role in `~/.aws/cli/cache`: the arguments that come from the
 * profile, so neither a generated session name nor the source of the credentials counts.
 */
export function assumeRoleKey(
  role:
    | Pick<AssumeRoleProfile, 'roleArn' | (typeof OPTIONAL)[number]>
    | Pick<WebIdentityProfile, 'roleArn' | 'roleSessionName'>,
): string {
  const options: Partial<AssumeRoleProfile> = role
  const fields: Record<string, Json> = {}
  if (options.durationSeconds !== undefined) fields['DurationSeconds'] = options.durationSeconds
  if (options.externalId !== undefined) fields['ExternalId'] = options.externalId
  fields['RoleArn'] = role.roleArn
  if (options.roleSessionName !== undefined) fields['RoleSessionName'] = options.roleSessionName
  if (options.mfaSerial !== undefined) fields['SerialNumber'] = options.mfaSerial
  return hash(dumps(fields, ' '))
}

const OPTIONAL = ['durationSeconds', 'externalId', 'mfaSerial', 'roleSessionName'] as const

/**
 * Python's `json.dumps` of a flat object, ASCII only; `space` follows each separator. The fields
 * are expected in alphabetical order (`sort_keys`).
 */
function dumps(fields: Readonly<Record<string, Json>>, space: '' | ' '): string {
  const value = (json: Json): string =>
    Array.isArray(json) ? `[${json.map(value).join(`,${space}`)}]` : ascii(JSON.stringify(json))
  const entries = Object.entries(fields).map(([key, json]) => `"${key}":${space}${value(json)}`)
  return `{${entries.join(`,${space}`)}}`
}

function ascii(json: string): string {
  return json.replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function hash(text: string): string {
  return bytesToHex(sha1(new TextEncoder().encode(text)))
}
