import { changesIn, type EnvPatch } from './patch.ts'
import type { Shell } from './shell.ts'

/**
 * fish: `begin; set -e -l K M; set -e -g M; set -gx K '…'; true; end`.
 * A local variable of the function that evaluates this would hide the new global one, so locals go
 * first. Erasing an absent variable leaves status 4 and `set` with a value leaves the status alone,
 * hence `true`. Universal variables are the user's, for all terminals: a global hides one that is
 * set, but one that is only unset here shows through.
 */
export const fish: Shell = {
  name: 'fish',
  quote,
  render: (patch) => `begin; ${statements(patch).join('; ')}; end\n`,
  failure: () => 'false\n',
  evalLine: (command) => `${command} | source`,
}

function statements(patch: EnvPatch): string[] {
  const { unset, set } = changesIn(patch)
  const erased = unset.length > 0 ? [`set -e -g ${unset.join(' ')}`] : []
  const hidden = patch.size > 0 ? [`set -e -l ${[...patch.keys()].join(' ')}`] : []
  const exported = set.map(([name, value]) => `set -gx ${name} ${quote(value)}`)
  return [...hidden, ...erased, ...exported, 'true']
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
