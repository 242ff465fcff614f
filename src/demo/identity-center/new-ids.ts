/** Fresh random values in the shapes AWS gives them, so that whatever handles the real ones meets
 * the same length and characters here (`+`, `/`, `=`, `:`). */
import { createHash, randomBytes, randomInt } from 'node:crypto'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** No vowels and no look-alikes: RFC 8628, section 6.1. */
const USER_CODE_LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'

/** 20 characters; `ASIA` marks temporary keys. */
export function temporaryKeyId(): string {
  return `ASIA${letters(BASE32, 16)}`
}

/** 21 characters, always the same for the same ARN; `AROA` marks a role, `AIDA` a user. */
export function identityId(prefix: 'AROA' | 'AIDA', arn: string): string {
  const digest = createHash('sha256').update(arn).digest().subarray(0, 17)
  return prefix + [...digest].map((byte) => BASE32[byte % 32]).join('')
}

/** The 16 hexadecimal digits that end the name of a role made by a permission set. */
export function reservedRoleSuffix(accountId: string, roleName: string): string {
  return createHash('sha256').update(`${accountId}/${roleName}`).digest('hex').slice(0, 16)
}

/** 40 characters with at least one `/` and one `+`: the two that trip up quoting. */
export function secretAccessKey(): string {
  for (;;) {
    const key = randomBytes(30).toString('base64')
    if (key.includes('/') && key.includes('+')) return key
  }
}

/** About 700 characters of base64 ending in `==`. */
export function sessionToken(): string {
  return `IQoJb3JpZ2luX2Vj${randomBytes(520).toString('base64')}`
}

export function accessToken(): string {
  return portalToken('aoaAAAAAG')
}

export function refreshToken(): string {
  return portalToken('aorAAAAAG')
}

/** Ends with the region in base64, as the real ones do. */
export function clientId(): string {
  return `${randomBytes(16).toString('base64url')}dXMtZWFzdC0x`
}

/** A signed token in form only; nothing in it is ever read. */
export function clientSecret(expiresAt: number): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = part({ kid: `key-${randomInt(1e9)}`, alg: 'HS384' })
  return `${header}.${part({ expirationTimestamp: expiresAt })}.${opaqueCode()}`
}

/** Device codes, authorization codes, sign-in tickets. */
export function opaqueCode(): string {
  return randomBytes(48).toString('base64url')
}

/** `BCDF-GHJK`. */
export function userCode(): string {
  return `${letters(USER_CODE_LETTERS, 4)}-${letters(USER_CODE_LETTERS, 4)}`
}

function portalToken(prefix: string): string {
  return `${prefix}${randomBytes(192).toString('base64url')}:${randomBytes(102).toString('base64')}`
}

function letters(alphabet: string, count: number): string {
  return Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join('')
}
