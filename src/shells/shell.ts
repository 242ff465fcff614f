/** The shells that ssox speaks, by name. */
import { SsoxError } from '../problem.ts'
import { cmd } from './cmd.ts'
import type { Shell } from './dialect.ts'
import { elvish } from './elvish.ts'
import { fish } from './fish.ts'
import { SHELL_NAMES, type ShellName } from './names.ts'
import { nu } from './nu.ts'
import { bash, sh, zsh } from './posix.ts'
import { powershell } from './powershell.ts'
import { tcsh } from './tcsh.ts'
import { xonsh } from './xonsh.ts'

export type { Shell } from './dialect.ts'
export { SHELL_NAMES, type ShellName } from './names.ts'

const SHELLS: Readonly<Record<ShellName, Shell>> = {
  bash,
  zsh,
  sh,
  fish,
  powershell,
  nu,
  elvish,
  xonsh,
  tcsh,
  cmd,
}

/** Other names for the dialects. The Korn shells get `sh`, since not all of them know `$'…'`. */
const ALIASES: ReadonlyMap<string, ShellName> = new Map([
  ['rbash', 'bash'],
  ['ash', 'sh'],
  ['busybox', 'sh'],
  ['dash', 'sh'],
  ['ksh', 'sh'],
  ['lksh', 'sh'],
  ['loksh', 'sh'],
  ['mksh', 'sh'],
  ['oksh', 'sh'],
  ['pdksh', 'sh'],
  ['posh', 'sh'],
  ['yash', 'sh'],
  ['pwsh', 'powershell'],
  ['pwsh-preview', 'powershell'],
  ['powershell_ise', 'powershell'],
  ['nushell', 'nu'],
  ['csh', 'tcsh'],
])

/** The shell that `--shell` names: a name, an alias or a path. Throws `usage` when unknown. */
export function shellNamed(name: string): Shell {
  const known = shellNameOf(name)
  if (known) return SHELLS[known]
  throw new SsoxError('usage', `unknown shell ${JSON.stringify(name)}`, shellFlag)
}

/** The step that mends an unknown or undetected shell. */
const shellFlag = `give --shell one of: ${SHELL_NAMES.join(', ')}`

/**
 * The dialect of a shell's process name, or undefined: `zsh`, `-zsh` (a login shell), `/bin/zsh`,
 * `bash-5.2`, `ksh93`, `C:\Program Files\PowerShell\7\pwsh.exe`.
 */
export function shellNameOf(processName: string): ShellName | undefined {
  const name = commandName(processName).replace(/-?\d[\d.]*$/, '')
  return SHELL_NAMES.find((known) => known === name) ?? ALIASES.get(name)
}

/** A process name without folder, login dash, `.exe` and arguments, in lower case. */
export function commandName(processName: string): string {
  const file = processName.replace(/^.*[/\\]/s, '').replace(/^-/, '')
  return file.toLowerCase().replace(/(\.exe)?(\s.*)?$/s, '')
}

/** The line a user types in `shell` to load what `command` (without `--shell`) prints. */
export function evalLine(shell: ShellName, command: string): string {
  return SHELLS[shell].evalLine(command)
}
