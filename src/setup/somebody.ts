/** Whether the config file can be changed: there is somebody to ask, and it is not read-only. */
import type { Flags } from '../cli/spec.ts'
import type { Context } from '../context.ts'
import type { EditResult } from '../install/edit.ts'
import { withTilde } from '../install/edit.ts'
import { SsoxError } from '../problem.ts'
import { refuseCopy } from '../profiles/editor.ts'
import { whyUnwritable } from '../system/user-file.ts'

/** Before anybody signs in or waits. @throws SsoxError `usage` */
export function requireSomebody({ yes, dryRun }: Flags, ctx: Context): void {
  if (!yes && !dryRun && !ctx.interactive) throw nobody(ctx)
}

/** @throws SsoxError `usage` where nobody could be asked */
export function requireAnswer(result: EditResult, ctx: Context): void {
  if (result === 'unasked') throw nobody(ctx)
}

/** Nobody shall sign in and wait for nothing. @throws SsoxError `storage`, or as `refuseCopy` */
export function requireWritable({ dryRun }: Flags, ctx: Context): void {
  if (dryRun) return
  refuseCopy('config', ctx)
  const { paths } = ctx
  const unwritable = whyUnwritable(paths.config, withTilde(paths.config, paths.home))
  if (unwritable) throw unwritable
}

function nobody({ cannotAsk, paths }: Context): SsoxError {
  return new SsoxError(
    'usage',
    `there is nobody to ask before ${withTilde(paths.config, paths.home)} is changed (${cannotAsk})`,
    'add --yes to change it, or --dry-run to see the change',
  )
}
