/** Credentials, and the AWS CLI's cache file for role credentials (`~/.aws/cli/cache`). */
import { type EpochMs, formatTime, parseTime } from './time.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  /** Absent for long-term keys. */
  readonly expiresAt?: EpochMs | undefined
  readonly accountId?: string | undefined
}

type JsonObject = Record<string, unknown>

/**
 * Reads a cache entry of the AWS CLI v2, SSO or assume-role; undefined unless every field that a
 * reader needs is there with its right type (`Credentials.{AccessKeyId,SecretAccessKey,
 * SessionToken,Expiration}`).
 */
export function decodeCacheEntry(entry: JsonObject): Credentials | undefined {
  const fields = entry['Credentials']
  if (typeof fields !== 'object' || fields === null) return undefined
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration, AccountId } = fields as JsonObject
  const expiresAt = parseTime(Expiration)
  if (!isText(AccessKeyId) || !isText(SecretAccessKey) || !isText(SessionToken)) return undefined
  if (expiresAt === undefined) return undefined
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiresAt,
    accountId: isText(AccountId) ? AccountId : undefined,
  }
}

/**
 * Writes a cache entry as the AWS CLI v2 does, keeping the unknown fields of the entry that it
 * replaces. `sso` marks role credentials of Identity Center, which `aws sso logout` removes.
 */
export function encodeCacheEntry(
  credentials: Credentials & { readonly expiresAt: EpochMs },
  kind: 'sso' | 'assume-role',
  previous: JsonObject = {},
): string {
  const { Credentials: _, ProviderType: __, ...unknown } = previous
  return JSON.stringify({
    ...(kind === 'sso' ? { ProviderType: 'sso' } : {}),
    Credentials: {
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      SessionToken: credentials.sessionToken,
      Expiration: formatTime(credentials.expiresAt),
      ...(credentials.accountId ? { AccountId: credentials.accountId } : {}),
    },
    ...unknown,
  })
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
