import { changesIn, type EnvPatch } from './patch.ts'
import type { Shell, ShellName } from './shell.ts'

/**
 * bash, zsh and sh: `{ unset M N && export K='…' L='…'; }`.
 * The braces make a cut payload a syntax error instead of half an assignment. `&&` with the exports
 * last: a read-only variable on either side makes the whole statement fail, so `eval … && deploy`
 * never goes on with a mixture of two accounts.
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

function statements(patch: EnvPatch, quote: (text: string) => string): string {
  const { unset, set } = changesIn(patch)
  const parts = []
  if (unset.length > 0) parts.push(`unset ${unset.join(' ')}`)
  if (set.length > 0)
    parts.push(`export ${set.map(([name, value]) => `${name}=${quote(value)}`).join(' ')}`)
  return parts.join(' && ') || ':'
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
