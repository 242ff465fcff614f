/** The lines that load ssox, in the words of each shell that has a hook. Pure. */
import { type ShellName, shellNamed } from '../shells/shell.ts'

/** File names of the hooks below `shell/`. */
export const HOOK_FILES = {
  bash: 'ssox.bash',
  zsh: 'ssox.zsh',
  fish: 'ssox.fish',
  powershell: 'ssox.ps1',
} as const

/** A shell that has a hook. */
export type HookShell = keyof typeof HOOK_FILES

/** True for the name of a shell that has a hook. */
export function hasHook(name: string): name is HookShell {
  return Object.hasOwn(HOOK_FILES, name)
}

/**
 * One line that loads the hook and does nothing where it is not there. `if`, not `&&`: as the last
 * line of a start-up file it must not leave a failing status.
 */
export function hookLine(shell: HookShell, file: string, home: string): string {
  const path = pathWord(shell, file, home)
  if (shell === 'powershell') return `if (Test-Path -LiteralPath ${path}) { . ${path} }`
  if (shell === 'fish') return `if test -r ${path}; source ${path}; end`
  return `if [ -r ${path} ]; then . ${path}; fi`
}

/** One line that puts the folder of the command at the end of PATH, once. */
export function pathLine(shell: HookShell, folder: string, home: string): string {
  const bin = pathWord(shell, folder, home)
  const add = addToPath(shell, folder, home)
  if (shell === 'powershell')
    return `if (($env:PATH -split [IO.Path]::PathSeparator) -cnotcontains ${bin}) { ${add} }`
  if (shell === 'fish') return `if not contains -- ${bin} $PATH; ${add}; end`
  return `case ":$PATH:" in *:${bin}:*) ;; *) ${add} ;; esac`
}

/** The statement that puts a folder at the end of PATH, for shells without a hook too. */
export function addToPath(shell: ShellName, folder: string, home: string): string {
  const bin = pathWord(shell, folder, home)
  if (shell === 'powershell') return `$env:PATH += [IO.Path]::PathSeparator + ${bin}`
  if (shell === 'fish') return `set -gx PATH $PATH ${bin}`
  if (shell === 'tcsh') return `set path = ($path ${bin})`
  return `export PATH="$PATH":${bin}`
}

/** The statement that loads a hook that is there. */
export function loadHook(shell: HookShell, file: string, home: string): string {
  return `${shell === 'fish' ? 'source' : '.'} ${pathWord(shell, file, home)}`
}

/** A path as a word of the shell; below $HOME it says so, since start-up files travel. */
function pathWord(shell: ShellName, path: string, homeFolder: string): string {
  // For people to read: the octal form that bash and zsh get from `env` is exact but illegible.
  const { quote } = shellNamed(shell === 'bash' || shell === 'zsh' ? 'sh' : shell)
  const home = homeFolder.replace(/\/+$/, '')
  if (!path.startsWith(`${home}/`)) return quote(path)
  const rest = path.slice(home.length)
  if (/^[\w/.@%+=:,-]+$/.test(rest)) return `"$HOME${rest}"`
  return shell === 'powershell' ? `($HOME + ${quote(rest)})` : `"$HOME"${quote(rest)}`
}
