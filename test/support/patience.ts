/** Limits of time that mean the same on a machine that is busy with other things. */
import { spawnSync } from 'node:child_process'
import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

/** How long a bare Node takes on an idle machine that is not fast. */
const IDLE_START_MS = 60

let slowest = 1

/** How many times longer than on an idle machine things take, or have taken in this process. */
function slowness(): number {
  const began = performance.now()
  spawnSync(process.execPath, ['-e', '0'], { env: {} })
  const started = (performance.now() - began) / IDLE_START_MS
  const load = (loadavg()[0] ?? 0) / availableParallelism()
  slowest = Math.max(slowest, started, load)
  return slowest
}

/** True when something has taken longer than a limit for an idle machine allows here and now. */
export function isLate(tookMs: number, limitMs: number): boolean {
  return tookMs > limitMs && tookMs > limitMs * slowest && tookMs > limitMs * slowness()
}

/** Fails when something has taken too long, by a limit for an idle machine. */
export function assertInTime(tookMs: number, limitMs: number, what = 'it'): void {
  if (isLate(tookMs, limitMs))
    throw new Error(`${what} took ${tookMs} ms; the limit is ${limitMs} ms on an idle machine`)
}

/** Waits until `isTrue`; throws, naming `what`, after the time that an idle machine needs at most. */
export async function until(what: string, isTrue: () => unknown, limitMs = 20_000): Promise<void> {
  const began = performance.now()
  while (!(await isTrue())) {
    const took = performance.now() - began
    if (isLate(took, limitMs)) throw new Error(`waited ${took.toFixed(0)} ms for ${what}`)
    await delay(10)
  }
}
