/** What `credential_process` must print (AWS SDKs and Tools Reference, "Process credential provider"). */
import type { Credentials } from './credentials.ts'
import { formatTime } from './time.ts'

/**
 * One line of JSON with `Version` 1. What is not known is left out: .NET and Go refuse null and ''.
 * @param accountId of the profile, where the credentials do not tell it
 */
export function processAnswer(credentials: Credentials, accountId: string | undefined): string {
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = credentials
  const account = credentials.accountId ?? accountId
  return JSON.stringify({
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    ...(sessionToken ? { SessionToken: sessionToken } : {}),
    ...(expiresAt === undefined ? {} : { Expiration: formatTime(expiresAt) }),
    ...(account ? { AccountId: account } : {}),
  })
}
