/** The wrong-account guard: whether a profile is protected, and the question before it is entered. */
import { guardedBy, isProtected } from '../aws/protection.ts'
import type { Call } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { asTyped } from '../shells/speaker.ts'
import { typedWord } from '../ui/typed-command.ts'
import type { ChosenProfile } from './profile-choice.ts'

/** True when the setting `protect` names the profile, its account or its role. */
export function isProtectedProfile(
  { profile, files }: ChosenProfile,
  { settings }: Pick<Context, 'settings'>,
): boolean {
  // To know the names of accounts, all profiles are read.
  return settings.protect !== undefined && isProtected(settings.protect, guardedBy(profile, files))
}

/**
 * Asks before a protected profile is entered, on a terminal only; `--yes` answers it.
 * @throws SsoxError `usage` when the answer is not yes; Cancelled
 */
export async function confirmProtected(
  chosen: ChosenProfile,
  call: Call,
  ctx: Context,
): Promise<void> {
  await confirmAllProtected([chosen], call, ctx)
}

/** As `confirmProtected`, with one question for all of them. */
export async function confirmAllProtected(
  chosen: readonly ChosenProfile[],
  { flags, line }: Call,
  ctx: Context,
): Promise<void> {
  const guarded = chosen.filter((one) => isProtectedProfile(one, ctx))
  if (guarded.length === 0 || !ctx.interactive || flags.yes) return
  const { ask } = await import('../system/ask.ts')
  for (const one of guarded) ctx.say.ask(whoIs(one))
  const isOne = guarded.length === 1
  const answer = await ask(isOne ? 'Switch to it? [y/N] ' : 'Use all of them? [y/N] ', ctx.signal)
  if (/^y(es)?$/i.test(answer.trim())) return
  const names = guarded.map(({ profile }) => `"${profile.name}"`).join(', ')
  throw new SsoxError('usage', `not switched to ${names}`, `answer y, or: ${withYes(line)}`)
}

/** The same command, which does not ask. */
function withYes({ argv, verbAt = 0, verb, positions, speaker }: Call['line']): string {
  const end = verb?.rest ? verbAt + 1 : argv.length
  const at = positions[0] === undefined ? end : positions[0] + 1
  return asTyped(argv.toSpliced(at, 0, '--yes'), speaker)
    .map((word) => typedWord(word))
    .join(' ')
}

function whoIs({ profile, files }: ChosenProfile): string {
  const { accountId, roleName } = guardedBy(profile, files)
  const who = [roleName, accountId && `account ${accountId}`].filter(Boolean).join(' in ')
  return `profile "${profile.name}" is protected${who && ` (${who})`}`
}
