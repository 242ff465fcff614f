import type { EnvChange } from './change.ts'
import type { Shell } from './dialect.ts'

/**
 * fish: `begin; set -e -l K N; set -e -g K N; set -qU N; if …; set -gx L '…'; set -gx K '…'; true; …; end`.
 * A local variable of the function that evaluates this would hide the new global one, so locals go
 * first. Erasing an absent variable leaves status 4 and `set` with a value leaves the status alone,
 * hence `true`. A universal variable is the user's, for all terminals, and nothing hides it from
 * programs: where one of those that must go is universal, nothing is set, and the user is told.
 */
export const fish: Shell = {
  name: 'fish',
  quote,
  render: (change) => `begin; ${statements(change).join('; ')}; end\n`,
  failure: () => 'false\n',
  evalLine: (command) => `${command} | source`,
  asks: true,
}

function statements({ unset, owned, unsetLast, set, keys }: EnvChange): string[] {
  const setNames = [...set, ...keys].map(([name]) => name)
  const gone = [...unset, ...unsetLast].filter((name) => !setNames.includes(name))
  const erase = (scope: string, names: readonly string[]) =>
    names.length > 0 ? [`set -e ${scope} ${names.join(' ')}`] : []
  const export_ = ([name, value]: readonly [string, string]) => `set -gx ${name} ${quote(value)}`
  return [
    ...erase('-l', [...new Set([...unset, ...unsetLast, ...setNames])]),
    ...erase('-g', unset),
    ...owned.map(
      ([name, owner]) => `test -n "$${owner}" -a "x$${name}" = "x$${owner}"; and set -e -g ${name}`,
    ),
    ...erase('-g', unsetLast),
    ...unlessUniversal(gone, [...set, ...keys].map(export_)),
  ]
}

/** The status of `set -q` is how many of the names there are not. */
function unlessUniversal(names: readonly string[], then: readonly string[]): string[] {
  if (names.length === 0) return [...then, 'true']
  const told = 'echo "ssox: $name is set in all terminals (universal): set -eU $name" >&2'
  return [
    `set -qU ${names.join(' ')}`,
    `if test $status -eq ${names.length}`,
    ...then,
    'true',
    `else; for name in ${names.join(' ')}`,
    `set -qU $name; and ${told}`,
    'end; false; end',
  ]
}

/**
 * Printable ASCII in `'…'`, where only `\\` and `\'` are escapes; the bytes of everything else as
 * `\X…`, which fish knows outside quotes only and which is exact in every locale.
 * https://fishshell.com/docs/current/language.html#escaping-characters
 */
function quote(text: string): string {
  const parts = text.match(/[ -~]+|[^ -~]+/gu) ?? ['']
  return parts.map((part) => (/^[^ -~]/u.test(part) ? bytes(part) : literal(part))).join('')
}

function literal(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}

function bytes(text: string): string {
  const encoded = new TextEncoder().encode(text)
  return Array.from(encoded, (byte) => `\\X${byte.toString(16).padStart(2, '0')}`).join('')
}
