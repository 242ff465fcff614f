/** `ssox init <shell>`: the line that loads the hook, one of those that `install.sh` adds. */
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
  const name = shellNamed(args[0] ?? 'bash').name as HookShell
  const file = join(hookFolder(ctx.env, ctx.paths), FILES[name])
  return { stdout: `${loadLine(name, pathWord(name, file, ctx.paths.home))}\n` }
}

/** `if`, not `&&`: as the last line of a start-up file it must not leave a failing status. */
function loadLine(shell: HookShell, file: string): string {
  if (shell === 'powershell') return `if (Test-Path -LiteralPath ${file}) { . ${file} }`
  if (shell === 'fish') return `if test -r ${file}; source ${file}; end`
  return `if [ -r ${file} ]; then . ${file}; fi`
}

/** A path as a word of the shell; below $HOME it says so, since start-up files travel. */
function pathWord(shell: HookShell, path: string, homeFolder: string): string {
  // For people to read: the octal form that bash and zsh get from `env` is exact but illegible.
  const { quote } = shellNamed(shell === 'bash' || shell === 'zsh' ? 'sh' : shell)
  const home = homeFolder.replace(/\/+$/, '')
  if (!path.startsWith(`${home}/`)) return quote(path)
  const rest = path.slice(home.length)
  if (/^[\w/.@%+=:,-]+$/.test(rest)) return `"$HOME${rest}"`
  return shell === 'powershell' ? `($HOME + ${quote(rest)})` : `"$HOME"${quote(rest)}`
}
