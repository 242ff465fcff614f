/** Whether there is somebody to ask. */
import type { Flags } from '../cli/spec.ts'
import type { Context } from '../context.ts'
import type { EditResult } from '../install/edit.ts'
import { SsoxError } from '../problem.ts'

/** Before anybody signs in or waits. @throws SsoxError `usage` */
export function requireSomebody({ yes, dryRun }: Flags, ctx: Context): void {
  if (!yes && !dryRun && !ctx.interactive) throw nobody(ctx)
}

/** @throws SsoxError `usage` where nobody could be asked */
export function requireAnswer(result: EditResult, ctx: Context): void {
  if (result === 'unasked') throw nobody(ctx)
}

function nobody({ cannotAsk }: Context): SsoxError {
  return new SsoxError(
    'usage',
    `there is nobody to ask before ~/.aws/config is changed (${cannotAsk})`,
    'add --yes to change it, or --dry-run to see the change',
  )
}
