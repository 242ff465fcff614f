import { changesIn, type EnvPatch } from './patch.ts'
import type { Shell, ShellName } from './shell.ts'

/**
 * bash, zsh and sh: `{ unset M N KEY && export L='…' && export KEY='…'; }`.
 * The braces make a cut payload a syntax error instead of half an assignment. Where the user has a
 * read-only variable among these, the statement fails (zsh and dash stop right there) before the
 * keys are set and after the old ones are gone: never a mixture of two accounts.
 */
export const bash = posixShell('bash', octalQuote)
export const zsh = posixShell('zsh', octalQuote)
export const sh = posixShell('sh', singleQuote)

function posixShell(name: ShellName, quote: (text: string) => string): Shell {
  return {
    name,
    quote,
    render: (patch) => `{ ${statements(patch, quote)}; }\n`,
    failure: () => 'false\n',
    evalLine: (command) => `eval "$(${command})"`,
  }
}

const KEYS = new Set(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])

function statements(patch: EnvPatch, quote: (text: string) => string): string {
  const { unset, set } = changesIn(patch)
  const assignment = ([name, value]: readonly [string, string]) => `${name}=${quote(value)}`
  const keys = set.filter(([name]) => KEYS.has(name))
  const others = set.filter(([name]) => !KEYS.has(name))
  const parts = [
    ['unset', ...unset, ...keys.map(([name]) => name)],
    ['export', ...others.map(assignment)],
    ['export', ...keys.map(assignment)],
  ]
  return (
    parts
      .filter((words) => words.length > 1)
      .map((words) => words.join(' '))
      .join(' && ') || ':'
  )
}

/**
 * `$'…'` with every byte outside a small set as three octal digits: ASCII, one word without blanks
 * or glob characters (so unquoted `eval $(…)` is safe too), and the same in every locale. Not `\x`:
 * it takes as many digits as it finds in the Korn shells. https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html
 */
function octalQuote(text: string): string {
  const escaped = text.replace(/[^A-Za-z0-9_@%+=:,./-]/gu, octal)
  return escaped === text ? `'${text}'` : `$'${escaped}'`
}

function octal(character: string): string {
  const bytes = new TextEncoder().encode(character)
  return Array.from(bytes, (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}

/**
 * `'…'` as POSIX has it. There is no escape for bytes outside ASCII (dash has no `$'…'`), so they
 * stand for themselves, and blanks need the quotes of `eval "$(…)"`.
 * https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_02_02
 */
function singleQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
