/** `ssox init <shell>`: the line that loads the hook. */
import { join } from 'node:path'
import type { Context } from '../context.ts'
import { shellNamed } from '../shells/shell.ts'
import { hookFolder } from '../state/hooks.ts'
import type { Call, Outcome } from './command.ts'

const FILES = {
  bash: 'ssox.bash',
  zsh: 'ssox.zsh',
  fish: 'ssox.fish',
  powershell: 'ssox.ps1',
} as const

type HookShell = keyof typeof FILES

/** One line for the shell's start-up file; it does nothing where the hook is not installed. */
export async function run({ args }: Call, ctx: Context): Promise<Outcome> {
  const shell = shellNamed(args[0] ?? 'bash')
  const name = shell.name as HookShell
  const file = shell.quote(join(hookFolder(ctx.env, ctx.paths), FILES[name]))
  if (name === 'powershell')
    return { stdout: `if (Test-Path -LiteralPath ${file}) { . ${file} }\n` }
  if (name === 'fish') return { stdout: `test -r ${file}; and source ${file}\n` }
  return { stdout: `[ -r ${file} ] && . ${file}\n` }
}
