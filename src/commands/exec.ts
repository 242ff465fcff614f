/** `ssox exec`: one command with the environment of a profile. */

import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { ifPossible } from '../profiles/if-possible.ts'
import { changeFor } from '../profiles/profile-change.ts'
import { chooseOrPick } from '../profiles/profile-choice.ts'
import { confirmProtected } from '../profiles/protected-profile.ts'
import { changed } from '../shells/change.ts'
import { rememberUse } from '../state/recent.ts'
import { runCommand } from '../system/run-command.ts'
import { typedWord } from '../ui/typed-command.ts'

/** The command's own exit code; 128+n when a signal ended it; 126/127 when it could not start. */
export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const [command, ...args] = call.rest
  if (!command) throw new SsoxError('usage', 'no command to run', 'ssox exec --help')
  const chosen = await chooseOrPick(call, ctx)
  await confirmProtected(chosen, call, ctx)
  const change = await changeFor(chosen, call, ctx)
  if (chosen.isPicked) ifPossible(() => rememberUse(ctx.paths, chosen.profile.name, ctx.now()), ctx)
  const { exitCode, problem } = await runCommand(command, args, changed(ctx.env, change))
  if (problem) ctx.say.problem(new SsoxError('usage', problem, lookAt(command)))
  return { exitCode }
}

/** What shows why a command cannot start: where it is looked for, or what it is. */
function lookAt(command: string): string {
  return command.includes('/') ? `ls -ld ${typedWord(command)}` : `type ${typedWord(command)}`
}
