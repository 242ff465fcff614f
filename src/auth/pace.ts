/**
 * How fast the portal is asked: it takes 20 requests a second from one person for each operation, and
 * answers 429 above that, also when another program of theirs is asking meanwhile.
 */
import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { isThrottled } from './service-error.ts'

/** A little below, since what is sent in equal distances does not arrive so. */
const MAX_PER_SECOND = 19
const LEAST_PER_SECOND = 2
/** Single refusals happen; more than this share of a second's answers means that it is too fast. */
const TOO_MANY = 0.3
const SLOWER = 0.7
const WINDOW_MS = 1_000
const FIRST_PAUSE_MS = 250
const MAX_PAUSE_MS = 5_000
/** So long nothing but refusals: something else is wrong. */
const GIVE_UP_MS = 120_000

interface Pace {
  /** Waits for the next turn. @throws the signal's reason */
  turn(): Promise<void>
  /** Notes an answer, and waits before the same request may be made again, for the nth time. */
  refused(repetition: number): Promise<void>
  answered(): void
}

/** As many of the first need not wait for each other: the next one waits for as long as all these would have. */
export const AT_ONCE = 16

/** Makes a request when its turn has come, and again for as long as it is one too many. */
export type Pacer = <T>(make: () => Promise<T>) => Promise<T>

/**
 * The pacer of many requests, which the SDK must not repeat when they are throttled.
 * @param atOnce as many of the first do not wait, see `AT_ONCE`
 */
export function createPacer(signal: AbortSignal, atOnce = 0): Pacer {
  // Each request listens, and there are many at once.
  setMaxListeners(0, signal)
  const pace = createPace(signal, atOnce)
  let lastAnswer = 0
  return async (make) => {
    const began = performance.now()
    for (let refusals = 0; ; refusals++) {
      await pace.turn()
      try {
        const answer = await make()
        pace.answered()
        lastAnswer = performance.now()
        return answer
      } catch (error) {
        signal.throwIfAborted()
        const refusedFor = performance.now() - Math.max(began, lastAnswer)
        if (!isThrottled(error) || refusedFor >= GIVE_UP_MS) throw error
        await pace.refused(refusals)
      }
    }
  }
}

/** Turns in equal distances; the distance grows and shrinks with what is answered. */
function createPace(signal: AbortSignal, atOnce: number): Pace {
  let rate = MAX_PER_SECOND
  let free = atOnce
  let nextAt = performance.now()
  let windowEnd = nextAt + WINDOW_MS
  let [answers, refusals] = [0, 0]
  const wait = (ms: number) => pause(ms, signal)
  const note = (isRefusal: boolean) => {
    answers++
    if (isRefusal) refusals++
    const now = performance.now()
    if (now < windowEnd) return
    rate = nextRate(rate, refusals / answers)
    windowEnd = now + WINDOW_MS
    answers = 0
    refusals = 0
  }
  return {
    async turn() {
      const now = performance.now()
      const at = Math.max(now, nextAt)
      nextAt = at + 1_000 / rate
      if (free > 0) free--
      else if (at > now) await wait(at - now)
      signal.throwIfAborted()
    },
    refused: (repetition) => {
      note(true)
      const most = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** repetition)
      return wait(most * (1 - Math.random() / 2))
    },
    answered: () => note(false),
  }
}

/** @throws the signal's reason */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal }).catch(() => {
    throw signal.reason
  })
}

/** Requests a second, after a second in which this share of the answers was a refusal. */
export function nextRate(rate: number, refused: number): number {
  return refused > TOO_MANY
    ? Math.max(LEAST_PER_SECOND, rate * SLOWER)
    : Math.min(MAX_PER_SECOND, rate + 1)
}
