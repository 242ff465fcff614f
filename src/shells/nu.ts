import type { Shell } from './dialect.ts'

/**
 * nushell, which evaluates no strings: one JSON record for `from json | load-env`. A null there is
 * not passed to any program, so it unsets. https://www.nushell.sh/commands/docs/load-env.html
 */
export const nu: Shell = {
  name: 'nu',
  quote,
  render: ({ unset, unsetLast, set, keys }) => {
    const gone = [...unset, ...unsetLast].map((name) => [name, null] as const)
    return `${asciiJson(Object.fromEntries([...gone, ...set, ...keys]))}\n`
  },
  // JSON, but no record: load-env refuses it.
  failure: () => 'false\n',
  evalLine: (command) => `${command} --shell nu | from json | load-env`,
  asks: false,
}

function asciiJson(record: Record<string, string | null>): string {
  return JSON.stringify(record).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A double-quoted string. https://www.nushell.sh/book/working_with_strings.html */
function quote(text: string): string {
  return `"${text
    .replace(/["\\]/g, '\\$&')
    .replace(/[^ -~]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)}"`
}
