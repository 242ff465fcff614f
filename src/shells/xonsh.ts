import type { Shell } from './dialect.ts'

/**
 * xonsh: one Python list expression, so that its bracket closes the whole change.
 * `${...}` is the environment. https://xon.sh/tutorial.html#the-environment-itself
 */
export const xonsh: Shell = {
  name: 'xonsh',
  quote,
  render: ({ unset, owned, unsetLast, set, keys }) => {
    const gone = (names: readonly string[]) =>
      `[\${...}.pop(name, None) for name in [${names.map(quote).join(', ')}]]`
    const pairs = owned.map((pair) => `(${pair.map(quote).join(', ')})`).join(', ')
    const values = [...set, ...keys].map(([name, value]) => `${quote(name)}: ${quote(value)}`)
    return `[${[
      gone(unset),
      `[\${...}.pop(name, None) for name, owner in [${pairs}] if name in \${...} and \${...}.get(owner, '') == \${...}[name] != '']`,
      gone(unsetLast),
      `\${...}.update({${values.join(', ')}})`,
    ].join(', ')}]\n`
  },
  failure: (message) => `raise RuntimeError(${quote(`ssox: ${message}`)})\n`,
  evalLine: (command) => `execx($(${command} --shell xonsh))`,
  asks: true,
}

/** A Python string in ASCII. https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences */
function quote(text: string): string {
  const escaped = text.replace(/['\\]/g, '\\$&').replace(/[^ -~]/gu, (character) => {
    const digits = character.codePointAt(0)?.toString(16) ?? ''
    return digits.length > 4 ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`
  })
  return `'${escaped}'`
}
