/** When an AWS call is made again. */
import { setTimeout as delay } from 'node:timers/promises'
import type { SSOClientConfig } from '@aws-sdk/client-sso'

const ATTEMPTS = 3
/** Doubled by each attempt; half of it is left to chance, so that many do not come back at once. */
const PAUSE_MS = { TRANSIENT: 200, THROTTLING: 1_000 } as const
/** A service that wants to be left alone for longer is reported, not waited for. */
const LONGEST_PAUSE_MS = 5_000

type RetryStrategy = Extract<
  SSOClientConfig['retryStrategy'],
  { acquireInitialRetryToken: unknown }
>
type RetryToken = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>

/**
 * Three attempts, as the SDK's own "standard" mode, but with pauses that `signal` ends: the SDK
 * leaves its timers running, and they would keep an interrupted ssox alive.
 */
export function createRetryStrategy(signal: AbortSignal): RetryStrategy {
  return {
    acquireInitialRetryToken: async () => tokenOf(0),
    async refreshRetryTokenForRetry(token, { errorType, retryAfterHint }) {
      const made = token.getRetryCount() + 1
      if ((errorType !== 'TRANSIENT' && errorType !== 'THROTTLING') || made >= ATTEMPTS)
        throw new Error('not again')
      const usual = PAUSE_MS[errorType] * 2 ** (made - 1) * (1 - Math.random() / 2)
      const asked = retryAfterHint ? retryAfterHint.getTime() - Date.now() : 0
      await delay(Math.min(Math.max(usual, asked), LONGEST_PAUSE_MS), undefined, { signal })
      return tokenOf(made)
    },
    recordSuccess: () => undefined,
  }
}

/** The pause is over when the token is handed out. */
function tokenOf(retries: number): RetryToken {
  return { getRetryCount: () => retries, getRetryDelay: () => 0 }
}
