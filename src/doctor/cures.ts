/** Commands in the words of the shell that they are for. */
import type { ShellName } from '../shells/shell.ts'
import { typedWord } from '../ui/typed-command.ts'

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

/** The statement that exports a variable. */
export function set(shell: ShellName, name: string, value: string): string {
  const word = typedWord(value, shell)
  if (shell === 'fish') return `set -gx ${name} ${word}`
  if (shell === 'powershell') return `$env:${name} = '${value.replaceAll("'", "''")}'`
  if (shell === 'tcsh') return `setenv ${name} ${word}`
  if (shell === 'nu') return `$env.${name} = ${JSON.stringify(value)}`
  if (shell === 'elvish') return `set-env ${name} ${word}`
  if (shell === 'cmd') return `set ${name}=${value}`
  return `export ${name}=${word}`
}
