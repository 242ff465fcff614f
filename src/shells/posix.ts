import { singleQuoted } from '../text/shell-words.ts'
import type { Assignment, EnvChange } from './change.ts'
import type { Shell } from './dialect.ts'
import type { ShellName } from './names.ts'

/**
 * bash, zsh and sh: `{ unset -v KEY N && if test …; then unset -v R; fi && unset -v L && export L='…' && export KEY='…' && :; }`.
 * The braces make a cut statement a syntax error instead of half an assignment. Where the user has a
 * read-only variable among these, the statement fails (zsh and dash stop right there) before the new
 * keys are set and after the old ones are gone. `if`, since `||` breaks an unquoted `eval $(…)` in
 * zsh with glob_subst; `test`, since nocasematch does not change it; `:` at the end, so that `$_`
 * and `$BASH_COMMAND` do not hold a secret. bash and zsh run the builtins whatever functions and
 * aliases of those names there are; a POSIX shell has no word for that.
 */
export const bash = posixShell('bash', octalQuote, '\\builtin ')
export const zsh = posixShell('zsh', octalQuote, '\\builtin ')
export const sh = posixShell('sh', singleQuoted, '')

type Quote = (text: string) => string

function posixShell(name: ShellName, quote: Quote, prefix: string): Shell {
  return {
    name,
    quote,
    render: (change) => `{ ${steps(change, quote, prefix).join(' && ')}; }\n`,
    failure: () => 'false\n',
    evalLine: (command) => `eval "$(${command})"`,
    asks: true,
  }
}

function steps({ unset, owned, unsetLast, set, keys }: EnvChange, quote: Quote, prefix: string) {
  const go = (names: readonly string[]) =>
    names.length ? [`${prefix}unset -v ${names.join(' ')}`] : []
  const come = (values: readonly Assignment[]) =>
    values.length
      ? [`${prefix}export ${values.map(([name, value]) => `${name}=${quote(value)}`).join(' ')}`]
      : []
  const question = ([name, owner]: readonly [string, string]) =>
    `if ${prefix}test "\${${owner}:+x\${${name}-}}" = "x\${${owner}-}"; then ${prefix}unset -v ${name}; fi`
  // A variable that was declared a number would evaluate what it is given.
  const cleared = [...unsetLast, ...set.map(([name]) => name)]
  return [...go(unset), ...owned.map(question), ...go(cleared), ...come(set), ...come(keys), ':']
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
