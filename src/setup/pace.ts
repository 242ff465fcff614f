/**
 * How fast the portal is asked: it takes 20 requests a second from one person for each operation, and
 * answers 429 above that, also when another program of theirs is asking meanwhile.
 */
import { setTimeout as delay } from 'node:timers/promises'

/** A little below, since what is sent in equal distances does not arrive so. */
const MAX_PER_SECOND = 19
const LEAST_PER_SECOND = 2
/** Single refusals happen; more than this share of a second's answers means that it is too fast. */
const TOO_MANY = 0.3
const SLOWER = 0.7
const WINDOW_MS = 1_000
const FIRST_PAUSE_MS = 250
const MAX_PAUSE_MS = 5_000

export interface Pace {
  /** Waits for the next turn. @throws the signal's reason */
  turn(): Promise<void>
  /** Notes an answer, and waits before the same request may be made again, for the nth time. */
  refused(repetition: number): Promise<void>
  answered(): void
}

/** Turns in equal distances; the distance grows and shrinks with what is answered. */
export function createPace(signal: AbortSignal): Pace {
  let rate = MAX_PER_SECOND
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
      if (at > now) await wait(at - now)
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
