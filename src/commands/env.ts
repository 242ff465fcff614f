/** `ssox env`: statements that put a profile's credentials into the evaluating shell. */
import { clearingPatch } from '../aws/environment.ts'
import type { Context } from '../context.ts'
import { formatNamed, formatPatch } from '../shells/formats.ts'
import type { EnvPatch } from '../shells/patch.ts'
import { evalLine, type ShellName, shellNamed } from '../shells/shell.ts'
import type { Call, Outcome } from './command.ts'
import { patchFor } from './credentials.ts'
import { detectedShell } from './detected-shell.ts'
import { chooseProfile } from './profile-choice.ts'

/**
 * @throws SsoxError of any kind; the caller then prints the shell's failing statement
 */
export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const { flags } = call
  if (ctx.terminal.stdout && !flags.print) return explainEval(call, ctx)
  const format = flags.format === undefined ? undefined : formatNamed(flags.format)
  const shell = format === undefined ? detectedShell(flags.shell, ctx) : undefined
  const patch = flags.clear
    ? clearingPatch(ctx.env)
    : await patchFor(chooseProfile(call, ctx), call, ctx)
  noteVault(patch, ctx)
  return { stdout: format ? formatPatch(format, patch) : shellNamed(shell ?? 'sh').render(patch) }
}

/** Secrets do not belong on a screen: what to type instead. */
function explainEval(call: Call, ctx: Context): Outcome {
  const shell: ShellName = detectedShell(call.flags.shell, ctx)
  const words = ['ssox', 'env', ...call.args, ...(call.flags.clear ? ['--clear'] : [])]
  const command = words.map((word) =>
    /^[\w./:@+-]+$/.test(word) ? word : shellNamed(shell).quote(word),
  )
  ctx.say.ask('this is for the shell to read, not for the screen; type:')
  ctx.say.lines(`  ${evalLine(shell, command.join(' '))}\n`)
  return { exitCode: 2 }
}

function noteVault(patch: EnvPatch, ctx: Context): void {
  if (ctx.env['AWS_VAULT'] && patch.get('AWS_VAULT') === null)
    ctx.say.note('this shell was started by aws-vault; AWS_VAULT is unset')
}
