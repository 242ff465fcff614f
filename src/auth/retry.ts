/** When an AWS call is made again, and how long it may take with all that. */
import { setTimeout as delay } from 'node:timers/promises'
import type { SSOClientConfig } from '@aws-sdk/client-sso'
import type { ProfileSettings } from '../aws/profile.ts'
import { SsoxError } from '../problem.ts'
import type { Env } from '../state/paths.ts'
import { isLookup } from './service-error.ts'

/** By retry mode, as the AWS SDKs and Tools Reference has it ("Retry behavior"). */
const ATTEMPTS = { standard: 3, adaptive: 3, legacy: 5 } as const
/** Doubled by each attempt; half of it is left to chance, so that many do not come back at once. */
const PAUSE_MS = { TRANSIENT: 200, THROTTLING: 1_000 } as const
/** A service that wants to be left alone for longer is reported, not waited for. */
const MAX_PAUSE_MS = 5_000
/** One call with three attempts takes no longer. */
const CALL_MS = 20_000

type RetryStrategy = Extract<
  SSOClientConfig['retryStrategy'],
  { acquireInitialRetryToken: unknown }
>
type RetryToken = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>

/**
 * How often a call is tried: AWS_MAX_ATTEMPTS, else `max_attempts` of the profile, else what
 * AWS_RETRY_MODE, or `retry_mode`, stands for.
 * @throws SsoxError `profile` for a value that no AWS tool takes
 */
export function attemptsFor(settings: ProfileSettings, env: Env): number {
  const [mode, attempts] = [
    chosen('AWS_RETRY_MODE', env, settings.retryMode),
    chosen('AWS_MAX_ATTEMPTS', env, settings.maxAttempts),
  ]
  const byMode = Object.entries(ATTEMPTS).find(([name]) => name === mode?.value.toLowerCase())
  if (mode && !byMode) throw unusable(mode, Object.keys(ATTEMPTS).join(', '))
  if (!attempts) return byMode?.[1] ?? ATTEMPTS.standard
  if (/^[1-9]\d{0,3}$/.test(attempts.value)) return Number(attempts.value)
  throw unusable(attempts, 'a whole number from 1')
}

/** In milliseconds; more attempts than usual have more time. */
export function deadlineFor(attempts: number): number {
  return CALL_MS + Math.max(0, attempts - ATTEMPTS.standard) * MAX_PAUSE_MS
}

interface Chosen {
  readonly value: string
  readonly origin: string
}

function chosen(variable: string, env: Env, ofProfile: string | undefined): Chosen | undefined {
  const value = env[variable]
  if (value) return { value: value.trim(), origin: variable }
  const key = variable.slice(4).toLowerCase()
  return ofProfile ? { value: ofProfile.trim(), origin: `${key} of the profile` } : undefined
}

function unusable({ value, origin }: Chosen, expected: string): SsoxError {
  return new SsoxError(
    'profile',
    `${origin} is ${JSON.stringify(value)}; it must be ${expected}`,
    origin.startsWith('AWS_') ? `unset ${origin}` : `correct ${origin}`,
  )
}

/**
 * So many attempts, as in the SDK's own "standard" mode, but with pauses that `signal` ends: the SDK
 * leaves its timers running, and they would keep an interrupted ssox alive. A name that was not
 * found is not looked up again: the resolver has done that itself.
 * @param isPaced whether somebody else waits where there are too many requests
 */
export function createRetryStrategy(
  attempts: number,
  signal: AbortSignal,
  isPaced = false,
): RetryStrategy {
  const began = new WeakMap<RetryToken, number>()
  const tokenOf = (retries: number, start: number): RetryToken => {
    // The pause is over when the token is handed out.
    const token = { getRetryCount: () => retries, getRetryDelay: () => 0 }
    began.set(token, start)
    return token
  }
  return {
    acquireInitialRetryToken: async () => tokenOf(0, performance.now()),
    async refreshRetryTokenForRetry(token, { error, errorType, retryAfterHint }) {
      const made = token.getRetryCount() + 1
      const start = began.get(token) ?? performance.now()
      const isPassing = errorType === 'TRANSIENT' || (errorType === 'THROTTLING' && !isPaced)
      if (!isPassing || made >= attempts || isLookup(error)) throw new Error('not again')
      const usual = PAUSE_MS[errorType] * 2 ** (made - 1) * (1 - Math.random() / 2)
      const asked = retryAfterHint ? retryAfterHint.getTime() - Date.now() : 0
      const pause = Math.min(Math.max(usual, asked), MAX_PAUSE_MS)
      const left = deadlineFor(attempts) - (performance.now() - start)
      if (pause > left) throw new Error('no time left')
      await delay(pause, undefined, { signal })
      return tokenOf(made, start)
    },
    recordSuccess: () => undefined,
  }
}
