/** What an answer of AWS must hold before anything is made of it; else exit 6. */
import { type EpochMs, formatTime } from '../aws/time.ts'
import { isAccessToken, MAX_TOKEN_MS } from '../aws/token.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { earlierNow } from './clock.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** An answer that says nothing which could be used; to ask again would give the same. */
export class UnusableAnswer extends SsoxError {
  constructor(what: string, fix = 'try again; if it stays, look at it with --debug') {
    super('network', what, fix)
  }
}

/** @throws UnusableAnswer when the field is not there */
export function required<T>(value: T | undefined, field: string, service: string): T {
  if (value !== undefined && value !== '') return value
  throw new UnusableAnswer(`the answer of ${service} lacks ${field}`)
}

/** @throws UnusableAnswer for what no request could carry */
export function accessTokenOf(value: string | undefined, service: string): string {
  const token = required(value, 'accessToken', service)
  if (isAccessToken(token)) return token
  throw new UnusableAnswer(`the answer of ${service} has an accessToken that no request can carry`)
}

/**
 * When a token ends that is valid for `seconds`; one that says more than a token can last is
 * believed as far as that, since AWS tells when it has ended.
 * @throws UnusableAnswer when it is not valid at all
 */
export function tokenEnd(seconds: number | undefined, service: string, ctx: Context): EpochMs {
  if (Number(required(seconds, 'expiresIn', service)) > 0)
    return ctx.now() + Math.min(Number(seconds) * 1000, MAX_TOKEN_MS)
  throw new UnusableAnswer(`${service} gave a token with no time left`)
}

/**
 * When credentials end, in epoch milliseconds. Not even a time that is too far is let pass: nobody
 * would notice that they have ended.
 * @throws UnusableAnswer when they have ended, or when it is no time that can be meant
 */
export function credentialsEnd(value: unknown, service: string, ctx: Context): EpochMs {
  const end = required(value, 'expiration', service)
  // Not quoted: an answer that mixes its fields up may have put a key there.
  if (typeof end !== 'number')
    throw new UnusableAnswer(`the expiration that ${service} gave is no time`)
  const left = end - earlierNow(ctx)
  if (left > 0 && left <= MAX_TOKEN_MS) return end
  if (left > -DAY_MS && left <= 0)
    throw new UnusableAnswer(
      `${service} gave credentials that ended at ${formatTime(end)}`,
      'check the clock of this machine (date -u), then try again',
    )
  throw new UnusableAnswer(`${service} gave credentials with an end that cannot be meant: ${end}`)
}

/** A number of seconds, a day at the most; `usual` where none can be meant. */
export function secondsOf(value: number | undefined, usual: number): number {
  return value !== undefined && value > 0 ? Math.min(value, DAY_MS / 1000) : usual
}
