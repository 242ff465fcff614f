import { changesIn } from './patch.ts'
import type { Shell } from './shell.ts'

/**
 * xonsh: one Python list expression, so that its bracket closes the whole change.
 * `${...}` is the environment. https://xon.sh/tutorial.html#the-environment-itself
 */
export const xonsh: Shell = {
  name: 'xonsh',
  quote,
  render: (patch) => {
    const { unset, set } = changesIn(patch)
    const names = unset.map(quote).join(', ')
    const values = set.map(([name, value]) => `${quote(name)}: ${quote(value)}`).join(', ')
    return `[[\${...}.pop(name, None) for name in [${names}]], \${...}.update({${values}})]\n`
  },
  failure: (message) => `raise RuntimeError(${quote(`ssox: ${message}`)})\n`,
  evalLine: (command) => `execx($(${command} --shell xonsh))`,
}

/** A Python string in ASCII. https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences */
function quote(text: string): string {
  const escaped = text.replace(/['\\]/g, '\\$&').replace(/[^ -~]/gu, (character) => {
    const digits = character.codePointAt(0)?.toString(16) ?? ''
    return digits.length > 4 ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`
  })
  return `'${escaped}'`
}
