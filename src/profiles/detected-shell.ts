/** The shell that will evaluate the output. */
import type { Context } from '../context.ts'
import { detectShell } from '../shells/detect.ts'
import type { ShellName } from '../shells/shell.ts'
import { parentNames } from '../system/surroundings.ts'

/**
 * `--shell`, else the parent process; a guess from $SHELL or the system is announced.
 * @throws SsoxError `usage` when the flag names no shell
 */
export function detectedShell(flag: string | undefined, ctx: Context): ShellName {
  const { shell, guessedFrom } = detectShell({
    flag,
    parentNames: flag === undefined ? parentNames() : [],
    shellEnv: ctx.env['SHELL'],
    onWindows: process.platform === 'win32',
  })
  if (guessedFrom)
    ctx.say.note(`writing for ${shell}, a guess from ${guessedFrom} (--shell decides)`)
  return shell
}
