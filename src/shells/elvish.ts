import type { EnvChange } from './change.ts'
import type { Shell } from './dialect.ts'

/** Elvish: `{ unset-env M; set-env K '…' }`, a block that is called on the spot. */
export const elvish: Shell = {
  name: 'elvish',
  quote,
  render: (change) => `{ ${statements(change).join('; ')} }\n`,
  failure: (message) => `fail ${quote(`ssox: ${message}`)}\n`,
  evalLine: (command) => `eval (${command} --shell elvish | slurp)`,
  asks: true,
}

function statements({ unset, owned, unsetLast, set, keys }: EnvChange): string[] {
  const go = (name: string) => `unset-env ${name}`
  return [
    ...unset.map(go),
    ...owned.map(
      ([name, owner]) =>
        `if (and (has-env ${owner}) (has-env ${name}) (not-eq (get-env ${owner}) '') (eq (get-env ${owner}) (get-env ${name}))) { unset-env ${name} }`,
    ),
    ...unsetLast.map(go),
    ...[...set, ...keys].map(([name, value]) => `set-env ${name} ${quote(value)}`),
  ]
}

/** A double-quoted string in ASCII. https://elv.sh/ref/language.html#double-quoted-string */
function quote(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replace(/[^ -~]/gu, (character) => {
    const digits = character.codePointAt(0)?.toString(16) ?? ''
    return digits.length > 4 ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`
  })
  return `"${escaped}"`
}
