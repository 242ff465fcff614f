/**
 * Renews credentials before they end, until the signal. Times are compared with the clock once a
 * second, so that it goes on at once when the machine wakes up.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { EpochMs } from '../aws/time.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { timeLeft } from '../ui/duration.ts'

const LOOK_EVERY_MS = 1_000
/** boto3 and .NET ask for newer credentials with less left than about this. */
const RENEW_LEFT_MS = 16 * 60_000
const FIRST_RETRY_MS = 5_000
const MAX_RETRY_MS = 60_000

/** Credentials that are in use somewhere. */
export interface Renewable {
  /** As people know them: `"dev" in [dev-keys]`. */
  readonly name: string
  readonly expiresAt: EpochMs
  /** Gets newer ones and puts them in the place of these; their end, or undefined if they have none. */
  renew(minLeftMs: number): Promise<EpochMs | undefined>
  /** Another value after a new sign-in, which is then tried at once. */
  signIn(): string | undefined
}

/** One of them in the course of time. */
interface Watched {
  readonly item: Renewable
  expiresAt: EpochMs
  dueAt: EpochMs
  failure:
    | { readonly retryMs: number; readonly signIn: string | undefined; told: string }
    | undefined
}

/**
 * Goes on until the signal; a line for each event.
 * @throws the signal's reason; SsoxError `profile` or `usage`, which no waiting would mend
 */
export async function keepFresh(items: readonly Renewable[], ctx: Context): Promise<never> {
  const watched = items.map((item): Watched => {
    const { expiresAt } = item
    return { item, expiresAt, dueAt: dueAt(expiresAt, ctx.now()), failure: undefined }
  })
  for (;;) {
    await delay(LOOK_EVERY_MS, undefined, { signal: ctx.signal }).catch(() => {
      throw ctx.signal.reason
    })
    for (const one of watched.filter((each) => isDue(each, ctx.now()))) await renew(one, ctx)
  }
}

/** With 16 minutes left, or half of the time of short ones. */
function dueAt(expiresAt: EpochMs, now: EpochMs): EpochMs {
  return expiresAt - Math.min(RENEW_LEFT_MS, Math.max(0, expiresAt - now) / 2)
}

function isDue({ item, dueAt, failure }: Watched, now: EpochMs): boolean {
  return now >= dueAt || (failure !== undefined && failure.signIn !== item.signIn())
}

async function renew(one: Watched, ctx: Context): Promise<void> {
  const { item, failure } = one
  const left = Math.max(0, one.expiresAt - ctx.now())
  try {
    // What has no more left than these was got before.
    const expiresAt = await item.renew(Math.min(RENEW_LEFT_MS, left + 1_000))
    one.failure = undefined
    one.expiresAt = expiresAt ?? Number.POSITIVE_INFINITY
    one.dueAt = dueAt(one.expiresAt, ctx.now())
    const good = expiresAt === undefined ? '' : `, good for ${timeLeft(expiresAt - ctx.now())}`
    ctx.say.note(`${clock(ctx)} renewed ${item.name}${good}`)
  } catch (error) {
    ctx.signal.throwIfAborted()
    if (!(error instanceof SsoxError) || error.kind === 'profile' || error.kind === 'usage')
      throw error
    const retryMs = Math.min(failure ? failure.retryMs * 2 : FIRST_RETRY_MS, MAX_RETRY_MS)
    const told = `${error.message}${left > 0 ? '' : ' (ended)'}`
    one.failure = { retryMs, signIn: item.signIn(), told }
    one.dueAt = ctx.now() + retryMs
    if (failure?.told === told) return
    const state = left > 0 ? `${timeLeft(left)} left` : 'its keys have ended'
    ctx.say.ask(`${clock(ctx)} not renewed: ${item.name}, ${state}; trying again`)
    ctx.say.problem(error)
  }
}

/** The local time of an event, for whoever looks hours later. */
function clock({ now }: Context): string {
  return new Date(now()).toTimeString().slice(0, 8)
}
