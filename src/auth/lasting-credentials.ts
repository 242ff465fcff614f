/**
 * Credentials that are kept valid in memory for as long as they are needed. Every decision looks at
 * the clock of the wall: a timer does not run while the machine sleeps.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Credentials } from '../aws/credentials.ts'
import type { EpochMs } from '../aws/time.ts'
import { messageOf, SsoxError } from '../problem.ts'

/** Renewed from here on: ahead of the window of every AWS SDK (.NET asks from 16 minutes on). */
export const WINDOW_MS = 16 * 60_000
/** With less than this left, a renewal that is under way is waited for. */
const SPARE_MS = 5_000
/** A client that still waits after this time has given up long ago. */
const HOLD_MS = 60_000
/** Between attempts to renew, after the first, second … failure. */
const PAUSES_MS = [5_000, 10_000, 20_000, 40_000, 60_000] as const
/** While somebody waits, and nothing but the network is in the way. */
const HELD_PAUSE_MS = 1_000

const ALREADY_ENDED =
  'the new credentials have ended already by the clock of this machine, which is wrong, or the answer is old'

/** Credentials that end. */
export type EndingCredentials = Credentials & {
  readonly sessionToken: string
  readonly expiresAt: EpochMs
}

export interface LastingOptions {
  readonly now: () => EpochMs
  /** New credentials with more than `minLeftMs` left. */
  readonly renew: (minLeftMs: number) => Promise<EndingCredentials>
  /** Tells how a sign-in elsewhere is noticed: a value that is another one afterwards. */
  readonly signInState: () => unknown
  /** Told once why a renewal fails, as far as the person has to know: see `isPassing`. */
  readonly onProblem: (problem: SsoxError) => void
  /** Ends whoever waits. */
  readonly signal: AbortSignal
}

export interface LastingCredentials {
  /**
   * Credentials that are valid, from memory; where there are none, once there are.
   * @throws SsoxError why there are none; the signal's reason
   */
  current(): Promise<EndingCredentials>
  /** Renews what is about to end, in the background; to be called every second or so. */
  look(): void
}

/** Keeps `first` valid by renewing it. */
export function keepValid(first: EndingCredentials, options: LastingOptions): LastingCredentials {
  const { now, renew, signInState, onProblem, signal } = options
  let held = first
  /** The most that was ever left: at least that long are the role's sessions. */
  let length = first.expiresAt - now()
  let renewing: Promise<void> | undefined
  let waiting = 0
  let failures = 0
  let triedAt = Number.NEGATIVE_INFINITY
  let signInBefore: unknown
  let problem: SsoxError | undefined
  let isTold = false

  const left = () => held.expiresAt - now()
  const windowMs = () => Math.min(WINDOW_MS, length / 2)
  const spareMs = () => Math.min(SPARE_MS, windowMs() / 4)

  const pauseMs = () => {
    if (failures === 0) return 0
    if (problem && isPassing(problem) && waiting > 0 && left() <= 0) return HELD_PAUSE_MS
    if (problem?.kind === 'sign-in' && signInState() !== signInBefore) return 0
    return PAUSES_MS[Math.min(failures, PAUSES_MS.length) - 1] ?? 0
  }

  const accept = (credentials: EndingCredentials) => {
    if (credentials.expiresAt <= now()) return refuse(new SsoxError('network', ALREADY_ENDED))
    if (credentials.expiresAt > held.expiresAt) held = credentials
    length = Math.max(length, left())
    problem = undefined
    isTold = false
    // Less than the window is asked for again, but not all the time.
    failures = left() < windowMs() ? failures + 1 : 0
  }

  const refuse = (error: unknown) => {
    if (signal.aborted) return
    failures++
    problem =
      error instanceof SsoxError
        ? error
        : new SsoxError('internal', messageOf(error), undefined, { cause: error })
    signInBefore = signInState()
  }

  const tell = () => {
    if (!problem || isTold || (isPassing(problem) && left() > 0)) return
    isTold = true
    onProblem(problem)
  }

  const look = () => {
    tell()
    const at = now()
    const isPaused = at >= triedAt && at < triedAt + pauseMs()
    if (renewing || left() >= windowMs() || isPaused) return
    triedAt = at
    renewing = renew(windowMs())
      .then(accept, refuse)
      .finally(() => {
        renewing = undefined
      })
  }

  const current = async () => {
    const until = now() + HOLD_MS
    waiting++
    try {
      for (;;) {
        signal.throwIfAborted()
        look()
        if (left() > spareMs() || (left() > 0 && !renewing)) return held
        if (!renewing && problem && (!isPassing(problem) || now() >= until)) {
          tell()
          throw problem
        }
        const pause = delay(HELD_PAUSE_MS, undefined, { signal })
        await (renewing ? Promise.race([renewing, pause]) : pause)
      }
    } finally {
      waiting--
    }
  }

  return { look, current }
}

/** True for what may be over in a moment, with nobody doing anything. */
function isPassing({ kind }: SsoxError): boolean {
  return kind === 'network' || kind === 'busy'
}
