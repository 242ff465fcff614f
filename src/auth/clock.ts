/** The clock of this machine beside the one of AWS, which every answer tells. */
import type { EpochMs } from '../aws/time.ts'
import type { Context } from '../context.ts'

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
  const minutes = Math.round(Math.abs(leadMs) / 60_000)
  ctx.say.warn(
    `the clock of this machine is ${minutes} minutes ${leadMs > 0 ? 'ahead of' : 'behind'} AWS: set it, or AWS will refuse requests`,
  )
}

/** The earlier one of the two clocks: what has ended by it has ended, whichever of them is wrong. */
export function earlierNow(ctx: Context): EpochMs {
  return ctx.now() - Math.max(0, leads.get(ctx) ?? 0)
}
