/** Commands in the words of the shell that they are for. */
import type { ShellName } from '../shells/shell.ts'

/** The statement that takes variables out of the environment; the names are plain. */
export function unset(shell: ShellName, names: readonly string[]): string {
  if (shell === 'fish') return `set -e ${names.join(' ')}`
  if (shell === 'powershell') return `Remove-Item ${names.map((name) => `Env:${name}`).join(', ')}`
  if (shell === 'tcsh') return names.map((name) => `unsetenv ${name}`).join('; ')
  if (shell === 'nu') return `hide-env ${names.join(' ')}`
  if (shell === 'elvish') return names.map((name) => `unset-env ${name}`).join('; ')
  if (shell === 'cmd') return names.map((name) => `set ${name}=`).join(' & ')
  return `unset ${names.join(' ')}`
}
