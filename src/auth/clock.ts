/** The clock of this machine beside the one of AWS, which every answer tells. */
import type { EpochMs } from '../aws/time.ts'
import type { Context } from '../context.ts'
import { timeLeft } from '../ui/duration.ts'

const MINUTE_MS = 60_000

/** A clock that is further off makes AWS refuse what is fine. */
export const TOLERATED_MS = 5 * 60 * 1000

/** By how much the clock of this machine is ahead; only what is more than tolerated. */
const leads = new WeakMap<Context, number>()

/** Takes note of a lead in milliseconds; the first one that is too large is said. */
export function noteClockLead(leadMs: number, ctx: Context): void {
  if (Math.abs(leadMs) <= TOLERATED_MS) return
  const isNew = !leads.has(ctx)
  leads.set(ctx, leadMs)
  if (!isNew) return
  ctx.say.warn(`${leadWords(leadMs)}: set it, or AWS will refuse requests`)
}

/** How wrong the clock is, as a sentence: `the clock of this machine is 2h 00m ahead of AWS`. */
export function leadWords(leadMs: number): string {
  const off = timeLeft(Math.round(Math.abs(leadMs) / MINUTE_MS) * MINUTE_MS)
  return `the clock of this machine is ${off} ${leadMs > 0 ? 'ahead of' : 'behind'} AWS`
}

/** The earlier one of the two clocks: what has ended by it has ended, whichever of them is wrong. */
export function earlierNow(ctx: Context): EpochMs {
  return ctx.now() - Math.max(0, leads.get(ctx) ?? 0)
}
