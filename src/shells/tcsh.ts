import type { EnvChange, Owned } from './change.ts'
import type { Shell } from './dialect.ts'

/**
 * tcsh: `eval 'unsetenv M; setenv K v\ w; :'`. The language has no block on one line; one quoted
 * argument does the same, since a cut leaves its quote unmatched and nothing runs. The values in it
 * get by without quotes, so only one with an apostrophe interrupts the outer quotes and can be cut
 * there. Characters outside ASCII stand for themselves: there is no escape for them.
 */
export const tcsh: Shell = {
  name: 'tcsh',
  quote,
  render: (change) => `eval ${quote(statements(change).join('; '))}\n`,
  failure: () => 'false\n',
  evalLine: (command) => `eval "\`${command} --shell tcsh\`"`,
  asks: true,
}

function statements({ unset, owned, unsetLast, set, keys }: EnvChange): string[] {
  const go = (name: string) => `unsetenv ${name}`
  return [
    ...unset.map(go),
    ...owned.map(question),
    ...unsetLast.map(go),
    ...[...set, ...keys].map(([name, value]) => `setenv ${name} ${bareWord(value)}`),
    ':',
  ]
}

/** The inner eval is read only where both are there; a variable that is not there is an error. */
function question([name, owner]: Owned): string {
  return `if ( $?${name} && $?${owner} ) eval \\if \\( x \\!= x\\$${owner}:q \\&\\& x\\$${name}:q == x\\$${owner}:q \\) unsetenv ${name}`
}

/** History expansion and line ends work inside single quotes too, and take a backslash. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''").replace(/[!\n]/g, '\\$&')}'`
}

/**
 * The text as a word that needs no single quotes: a backslash before every special character, and
 * double quotes around what is not ASCII, where tcsh may see blanks (U+00A0, or its byte).
 */
function bareWord(text: string): string {
  const word = text
    .replace(/[^A-Za-z0-9_.,:/+=\u0080-\uffff-]/g, '\\$&')
    .replace(/[\u0080-\uffff]+/g, '"$&"')
  return word || '""'
}
