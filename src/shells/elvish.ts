import { changesIn, type EnvPatch } from './patch.ts'
import type { Shell } from './shell.ts'

/** Elvish: `{ unset-env M; set-env K '…' }`, a block that is called on the spot. */
export const elvish: Shell = {
  name: 'elvish',
  quote,
  render: (patch) => `{ ${statements(patch).join('; ')} }\n`,
  failure: (message) => `fail ${quote(`ssox: ${message}`)}\n`,
  evalLine: (command) => `eval (${command} --shell elvish | slurp)`,
}

function statements(patch: EnvPatch): string[] {
  const { unset, set } = changesIn(patch)
  return [
    ...unset.map((name) => `unset-env ${name}`),
    ...set.map(([name, value]) => `set-env ${name} ${quote(value)}`),
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
