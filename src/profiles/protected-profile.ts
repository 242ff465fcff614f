/** The wrong-account guard: whether a profile is protected, and the question before it is entered. */
import { guardedBy, isProtected } from '../aws/protection.ts'
import type { Call } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import type { ChosenProfile } from './profile-choice.ts'

/** True when the setting `protect` names the profile, its account or its role. */
export function isProtectedProfile(
  { profile, files }: ChosenProfile,
  { settings }: Pick<Context, 'settings'>,
): boolean {
  return isProtected(settings.protect, guardedBy(profile, files))
}

/**
 * Asks before a protected profile is entered, on a terminal only; `--yes` answers it.
 * @throws SsoxError `usage` when the answer is not yes; Cancelled
 */
export async function confirmProtected(
  chosen: ChosenProfile,
  { flags }: Call,
  ctx: Context,
): Promise<void> {
  if (!isProtectedProfile(chosen, ctx) || !ctx.interactive || flags.yes) return
  const { ask } = await import('../system/ask.ts')
  const { profile: name, accountId, roleName } = guardedBy(chosen.profile, chosen.files)
  const who = [roleName, accountId && `account ${accountId}`].filter(Boolean).join(' in ')
  ctx.say.ask(`profile "${name}" is protected${who && ` (${who})`}`)
  const answer = await ask('Switch to it? [y/N] ', ctx.signal)
  if (/^y(es)?$/i.test(answer.trim())) return
  throw new SsoxError('usage', `not switched to "${name}"`, 'answer y, or add --yes')
}
