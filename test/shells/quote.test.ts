/** Every value arrives byte for byte and nothing in it runs, in the real shells. */

import type { EnvChange } from '../../src/shells/change.ts'
import { bash, sh, zsh } from '../../src/shells/posix.ts'
import { type Shell, shellNamed } from '../../src/shells/shell.ts'
import { environmentAfter, type RealShell, testIn } from '../support/in-shell.ts'
import { assert, suite } from '../support/suite.ts'
import { changeOf } from './change-of.ts'
import { hostileStrings, hostileValues } from './hostile.ts'

const STRINGS = hostileStrings(10_000)
const VALUES = hostileValues(10_000)
const SLOW: readonly RealShell[] = ['pwsh', 'elvish', 'xonsh', 'tcsh']

/** tcsh copies its whole environment for each variable; a new one for the next few is faster. */
const VARIABLES_AT_ONCE: Partial<Record<RealShell, number>> = { tcsh: 200 }

const ASSIGNMENT: [RealShell, Shell, (name: string, word: string) => string][] = [
  ['bash', bash, (name, word) => `export ${name}=${word}`],
  ['zsh', zsh, (name, word) => `export ${name}=${word}`],
  ['dash', sh, (name, word) => `export ${name}=${word}`],
  ['busybox', sh, (name, word) => `export ${name}=${word}`],
  ['mksh', sh, (name, word) => `export ${name}=${word}`],
  ['fish', shellNamed('fish'), (name, word) => `set -gx ${name} ${word}`],
  ['pwsh', shellNamed('pwsh'), (name, word) => `$env:${name} = ${word}`],
  ['nu', shellNamed('nu'), (name, word) => `$env.${name} = ${word}`],
  ['elvish', shellNamed('elvish'), (name, word) => `set-env ${name} ${word}`],
  ['xonsh', shellNamed('xonsh'), (name, word) => `$${name} = ${word}`],
  ['tcsh', shellNamed('tcsh'), (name, word) => `setenv ${name} ${word}`],
]

suite('quote', (test) => {
  for (const [shell, { quote }, assign] of ASSIGNMENT) {
    for (const locale of localesFor(shell)) {
      testIn(
        test,
        shell,
        `reads ${stringsFor(shell).length} quoted strings back (${locale})`,
        () => {
          const all = stringsFor(shell)
          const size = VARIABLES_AT_ONCE[shell] ?? all.length
          for (let from = 0; from < all.length; from += size) {
            const strings = all.slice(from, from + size)
            const statements = strings.map((text, at) => assign(`V${at}`, quote(text)))
            const { environment, created } = environmentAfter(shell, statements.join('\n'), {
              env: { LC_ALL: locale },
            })
            equalValues(environment, strings)
            assert.equal(created, [], 'nothing was executed')
          }
        },
      )
    }
  }
})

/** The lines that users type, with the payload in a file instead of ssox. */
const EVALUATION: [RealShell, Shell, (file: string) => string][] = [
  ['bash', bash, (file) => `eval "$(cat ${file})"`],
  ['bash', bash, (file) => `eval $(cat ${file})`],
  ['zsh', zsh, (file) => `eval "$(cat ${file})"`],
  ['zsh', zsh, (file) => `eval $(cat ${file})`],
  ['dash', sh, (file) => `eval "$(cat ${file})"`],
  ['busybox', sh, (file) => `eval "$(cat ${file})"`],
  ['mksh', sh, (file) => `eval "$(cat ${file})"`],
  ['fish', shellNamed('fish'), (file) => `cat ${file} | source`],
  ['fish', shellNamed('fish'), (file) => `eval (cat ${file})`],
  ['pwsh', shellNamed('pwsh'), (file) => `cat ${file} | Out-String | Invoke-Expression`],
  ['nu', shellNamed('nu'), (file) => `^cat ${file} | from json | load-env`],
  ['elvish', shellNamed('elvish'), (file) => `eval (e:cat ${file} | slurp)`],
  ['xonsh', shellNamed('xonsh'), (file) => `execx($(cat ${file}))`],
  ['tcsh', shellNamed('tcsh'), (file) => `eval "\`cat ${file}\`"`],
]

suite('render', (test) => {
  for (const [shell, { render }, evaluate] of EVALUATION) {
    for (const locale of localesFor(shell)) {
      const values = valuesFor(shell)
      const title = `${evaluate('payload')} sets ${values.length} values (${locale})`
      testIn(test, shell, title, () => {
        const files = Object.fromEntries(
          changesFor(shell).map((change, at) => [`payload${at}`, render(change)]),
        )
        const script = Object.keys(files).map(evaluate).join('\n')
        const { environment, created } = environmentAfter(shell, script, {
          env: { LC_ALL: locale },
          files,
        })
        equalValues(environment, values)
        assert.equal(created, [], 'nothing was executed')
      })
    }
  }
})

/** C is the locale that is harder to be right in; the shells that most people have get both. */
function localesFor(shell: RealShell): string[] {
  return ['pwsh', 'nu', 'elvish', 'xonsh', 'tcsh'].includes(shell) ? ['C'] : ['C', 'C.UTF-8']
}

/**
 * bash wants few large payloads, since it rebuilds its whole environment for each process. xonsh
 * and tcsh want small ones: a long `$(…)` gets cut by the one and garbled by the other.
 */
function changesFor(shell: RealShell): EnvChange[] {
  const size = { bash: 2500, xonsh: 50, tcsh: 50 }[shell as string] ?? 500
  const entries = valuesFor(shell).map((value, at): [string, string] => [`V${at}`, value])
  return Array.from({ length: Math.ceil(entries.length / size) }, (_, at) =>
    changeOf([], entries.slice(at * size, (at + 1) * size)),
  )
}

function stringsFor(shell: RealShell): string[] {
  return SLOW.includes(shell) ? STRINGS.slice(0, 2000) : STRINGS
}

function valuesFor(shell: RealShell): string[] {
  return SLOW.includes(shell) ? VALUES.slice(0, 2000) : VALUES
}

function equalValues(environment: ReadonlyMap<string, string>, values: readonly string[]): void {
  const wrong = values.flatMap((value, at) => {
    const got = environment.get(`V${at}`)
    return got === value ? [] : [`${JSON.stringify(value)} became ${JSON.stringify(got)}`]
  })
  assert.equal(wrong.slice(0, 5), [], `${wrong.length} of ${values.length} values differ`)
}
