/** The lines that people type in each shell, with the payload in a file instead of ssox. */
import type { ShellName } from '../../src/shells/shell.ts'
import { environmentIn, type RealShell } from '../support/in-shell.ts'

/** A shell, the dialect it is given, and the line that evaluates a file. */
export const LINES: readonly (readonly [RealShell, ShellName, (file: string) => string])[] = [
  ['bash', 'bash', (file) => `eval "$(cat ${file})"`],
  ['bash', 'bash', (file) => `eval $(cat ${file})`],
  ['zsh', 'zsh', (file) => `eval "$(cat ${file})"`],
  ['zsh', 'zsh', (file) => `eval $(cat ${file})`],
  ['dash', 'sh', (file) => `eval "$(cat ${file})"`],
  ['busybox', 'sh', (file) => `eval "$(cat ${file})"`],
  ['mksh', 'sh', (file) => `eval "$(cat ${file})"`],
  ['fish', 'fish', (file) => `cat ${file} | source`],
  ['fish', 'fish', (file) => `eval (cat ${file})`],
  ['pwsh', 'powershell', (file) => `cat ${file} | Out-String | Invoke-Expression`],
  ['nu', 'nu', (file) => `^cat ${file} | from json | load-env`],
  ['elvish', 'elvish', (file) => `eval (e:cat ${file} | slurp)`],
  ['xonsh', 'xonsh', (file) => `execx($(cat ${file}))`],
  ['tcsh', 'tcsh', (file) => `eval "\`cat ${file}\`"`],
]

export const POSIX: readonly RealShell[] = ['bash', 'zsh', 'dash', 'busybox', 'mksh']

/** The line, leaving a file FAILED behind when its status is not 0. */
export function succeeds(shell: RealShell, line: string): string {
  if (shell === 'fish') return `false; ${line}; or touch FAILED`
  if (shell === 'tcsh') return `${line} || touch FAILED`
  return line
}

/** Makes a script end, or throw, at the first thing that goes wrong. */
export function strict(shell: RealShell): string {
  return shell === 'pwsh' ? "Set-StrictMode -Version Latest; $ErrorActionPreference = 'Stop'\n" : ''
}

/** The variables of AWS, of ssox and of other tools; sorted. */
export function familyOf(environment: Iterable<readonly [string, string]>): Record<string, string> {
  const found = [...environment].filter(([name]) => /^(AWS|AWSU|AWSUME|GRANTED|SSOX)_/.test(name))
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The families in dumps of the environment with a NUL after each. */
export function familiesIn(stdout: Buffer): Record<string, string>[] {
  const records = stdout.toString().split('\0\0').slice(0, -1)
  return records.map((record) => familyOf(environmentIn(Buffer.from(`${record}\0`))))
}
