/** `ssox exec`: one command, or a shell, with the environment of a profile. */

import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { ifPossible } from '../profiles/if-possible.ts'
import { changeFor } from '../profiles/profile-change.ts'
import { type ChosenProfile, chooseOrPick } from '../profiles/profile-choice.ts'
import { confirmProtected } from '../profiles/protected-profile.ts'
import { changed } from '../shells/change.ts'
import { rememberUse } from '../state/recent.ts'
import { EXEC_SHELL, OUTER_SHELLS } from '../switch/variables.ts'
import { findCommand } from '../system/find-command.ts'
import { runCommand, userShell } from '../system/run-command.ts'
import { typedWord, whyNotStarted } from '../ui/typed-command.ts'

/** The command's own exit code; 128+n when a signal ended it; 126/127 when it could not start. */
export async function run(call: Call, ctx: Context): Promise<Outcome> {
  if (call.flags.each !== undefined) {
    if (call.flags.roleArn !== undefined)
      throw new SsoxError(
        'usage',
        '--role-arn is for one profile, not for --each',
        'ssox exec --help',
      )
    const { runEach } = await import('./exec-each.ts')
    return runEach(call.flags.each, call, ctx)
  }
  refuseWithoutEach(call)
  const { isShell, command, args } = whatToRun(call, ctx)
  const chosen = await chooseOrPick(call, ctx).catch((error) => {
    throw withoutProfile(error, call, ctx)
  })
  await confirmProtected(chosen, call, ctx)
  const { name } = chosen.profile
  const served = await servedFor(chosen, call, ctx)
  const env = served?.env ?? changed(ctx.env, await changeFor(chosen, call, ctx))
  if (chosen.isPicked) ifPossible(() => rememberUse(ctx.paths, name, ctx.now()), ctx)
  if (isShell) {
    const { [EXEC_SHELL]: outer, [OUTER_SHELLS]: around } = ctx.env
    ctx.say.note(shellNote(name, outer))
    env[EXEC_SHELL] = name
    if (outer) env[OUTER_SHELLS] = around ? `${around} > ${outer}` : outer
  }
  const { exitCode, problem } = await runCommand(command, args, env).finally(() => served?.end())
  if (problem) ctx.say.problem(new SsoxError('usage', problem, whyNotStarted(command)))
  return { exitCode }
}

function refuseWithoutEach({ flags }: Call): void {
  const flag = flags.parallel !== undefined ? '--parallel' : flags.json ? '--json' : undefined
  if (!flag) return
  throw new SsoxError(
    'usage',
    `${flag} is for --each, which names the profiles`,
    'ssox exec --help',
  )
}

interface WhatToRun {
  /** True for the user's shell, which is to be left again. */
  readonly isShell: boolean
  readonly command: string
  readonly args: readonly string[]
}

/** The command of the call, else on a terminal a shell. @throws SsoxError `usage` */
function whatToRun({ rest }: Call, { terminal, env }: Context): WhatToRun {
  const [command, ...args] = rest
  if (command) return { isShell: false, command, args }
  const isTerminal = terminal.stdin && terminal.stdout && terminal.stderr
  if (command === undefined && isTerminal)
    return { isShell: true, command: userShell(env), args: [] }
  const what = command === undefined ? 'exec needs a command' : 'no command to run'
  throw new SsoxError('usage', what, 'ssox exec --help')
}

/** `ssox exec aws s3 ls`: its first word was meant as the command, and is no profile. */
function withoutProfile(error: unknown, { line, args }: Call, { env }: Context): unknown {
  const { argv, positions } = line
  const [at] = positions
  if (!(error instanceof SsoxError) || error.fix !== 'ssox list') return error
  if (at === undefined || argv.includes('--') || !findCommand(args[0] ?? '', env['PATH']))
    return error
  const words = ['ssox', ...argv.toSpliced(at, 0, '--')].map((word) => typedWord(word))
  return new SsoxError(error.kind, error.message, words.join(' '))
}

/** With `--serve`, the environment with an endpoint in it. */
async function servedFor(chosen: ChosenProfile, call: Call, ctx: Context) {
  if (!call.flags.serve) return undefined
  if (call.flags.mode !== undefined)
    throw new SsoxError(
      'usage',
      '--serve gives no keys and no profile, so --mode changes nothing',
      'leave out --mode',
    )
  const { serve } = await import('../profiles/serve.ts')
  return serve(chosen, call, ctx)
}

function shellNote(name: string, outer: string | undefined): string {
  const shell = `this is a shell as "${name}"`
  return outer
    ? `${shell} inside that of "ssox exec ${outer}", to which exit returns`
    : `${shell}; exit leaves it`
}
