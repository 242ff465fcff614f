/**
 * What `aws login` keeps: `<folder>/<SHA-256 of login_session>.json`, with the keys in `accessToken`
 * (boto/botocore: `generate_login_cache_key` in utils.py, `LoginCredentialFetcher` in credentials.py).
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Credentials } from '../aws/credentials.ts'
import { type EpochMs, parseTime } from '../aws/time.ts'
import { isObject, readJsonOnce, textAt } from './json-file.ts'
import type { Paths } from './paths.ts'

/** With less than this, keys may end while they are being used; `aws login` makes them for 15 minutes. */
const USABLE_MS = 60_000

/** The keys of a `login_session`, while they are valid for a minute or more; one look. */
export function loginCredentials(
  loginSession: string,
  { loginCache }: Pick<Paths, 'loginCache'>,
  now: EpochMs,
): (Credentials & { readonly expiresAt: EpochMs }) | undefined {
  const key = createHash('sha256').update(loginSession).digest('hex')
  const read = readJsonOnce(join(loginCache, `${key}.json`))
  const fields = read.state === 'ok' ? read.value['accessToken'] : undefined
  if (!isObject(fields)) return undefined
  const [accessKeyId, secretAccessKey, sessionToken] = [
    textAt(fields, 'accessKeyId'),
    textAt(fields, 'secretAccessKey'),
    textAt(fields, 'sessionToken'),
  ]
  const expiresAt = parseTime(fields['expiresAt'])
  if (!accessKeyId || !secretAccessKey || !sessionToken || expiresAt === undefined) return undefined
  if (expiresAt - now < USABLE_MS) return undefined
  const accountId = textAt(fields, 'accountId')
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt, accountId }
}
