/** What a caller wants of credentials. Types only. */
import type { EpochMs } from '../aws/time.ts'

export interface CredentialsRequest {
  /** Cached credentials with less time left are not used, in milliseconds. */
  readonly minLeftMs: number
  /** Ask AWS even though the cached ones are valid. */
  readonly refresh: boolean
  /** Since when they are waited for: now, unless given. */
  readonly askedAt?: EpochMs
}
