/** `ssox exec`: one command with the environment of a profile. */
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { changed } from '../shells/change.ts'
import { runCommand } from '../system/run-command.ts'
import { typedWord } from '../ui/typed-command.ts'
import type { Call, Outcome } from './command.ts'
import { changeFor } from './credentials.ts'
import { chooseProfile } from './profile-choice.ts'

/** The command's own exit code; 128+n when a signal ended it; 126/127 when it could not start. */
export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const [command, ...args] = call.rest
  if (!command)
    throw new SsoxError('usage', 'no command to run', 'ssox exec <profile> -- <command …>')
  const change = await changeFor(chooseProfile(call, ctx), call, ctx)
  const { exitCode, problem } = await runCommand(command, args, changed(ctx.env, change))
  if (problem) ctx.say.problem(new SsoxError('usage', problem, lookAt(command)))
  return { exitCode }
}

/** What shows why a command cannot start: where it is looked for, or what it is. */
function lookAt(command: string): string {
  return command.includes('/') ? `ls -ld ${typedWord(command)}` : `type ${typedWord(command)}`
}
