/** The shell that will evaluate the output. */
import type { Context } from '../context.ts'
import { detectShell } from '../shells/detect.ts'
import { evalLine, type ShellName } from '../shells/shell.ts'
import { parentNames } from '../system/surroundings.ts'
import { typedCommand } from '../ui/typed-command.ts'

/**
 * `--shell`, else the parent process; a guess from $SHELL or the system is announced.
 * @throws SsoxError `usage` when the flag names no shell
 */
export function detectedShell(flag: string | undefined, ctx: Context): ShellName {
  const { shell, guessedFrom } = detect(flag, ctx)
  if (guessedFrom)
    ctx.say.note(`writing for ${shell}, a guess from ${guessedFrom} (--shell decides)`)
  return shell
}

/** The line that switches in the shell of this terminal, for a message; a guess will do there. */
export function switchLine(
  name: string | undefined,
  options: readonly string[],
  ctx: Pick<Context, 'env'>,
): string {
  const { shell } = detect(undefined, ctx)
  return evalLine(shell, typedCommand('env', name, options, shell))
}

function detect(flag: string | undefined, { env }: Pick<Context, 'env'>) {
  return detectShell({
    flag,
    parentNames: flag === undefined ? parentNames() : [],
    shellEnv: env['SHELL'],
    onWindows: process.platform === 'win32',
  })
}
