/** What whole switches do to real shells, whatever these held before: all of it or nothing. */
import { changed, settled } from '../../src/shells/change.ts'
import { shellNamed } from '../../src/shells/shell.ts'
import {
  dumpEnvironment,
  environmentIn,
  type RealShell,
  runIn,
  testIn,
} from '../support/in-shell.ts'
import { assert, suite } from '../support/suite.ts'
import { familiesIn, familyOf, LINES, POSIX, strict, succeeds } from './lines.ts'
import { ALL_NAMES, CHANGES, familyAfter, OLD, STATES } from './states.ts'

interface Words {
  readonly set: (name: string, word: string) => string
  /** Removes them, whether they are there or not. */
  readonly unset: (names: readonly string[]) => string
  /** The body inside a function, which is called; undefined where the language has none. */
  readonly inFunction?: (body: string) => string
  /** Writes one NUL. */
  readonly nul: string
}

const POSIX_WORDS: Words = {
  set: (name, word) => `export ${name}=${word}`,
  unset: (names) => `unset ${names.join(' ')}`,
  inFunction: (body) => `change() {\n${body}\n}\nchange`,
  nul: "printf '\\0'",
}

const WORDS: Readonly<Record<RealShell, Words>> = {
  bash: POSIX_WORDS,
  zsh: POSIX_WORDS,
  dash: POSIX_WORDS,
  busybox: POSIX_WORDS,
  mksh: POSIX_WORDS,
  fish: {
    set: (name, word) => `set -gx ${name} ${word}`,
    unset: (names) => `set -e ${names.join(' ')}; true`,
    inFunction: (body) => `function change\n${body}\nend\nchange`,
    nul: "printf '\\0'",
  },
  pwsh: {
    // Assigning '' to $env:NAME unsets it in some versions.
    set: (name, word) => `[Environment]::SetEnvironmentVariable('${name}', ${word})`,
    unset: (names) => names.map((name) => `$env:${name} = $null`).join('; '),
    inFunction: (body) => `function change {\n${body}\n}\nchange`,
    nul: '$ssoxOut.WriteByte(0); $ssoxOut.Flush()',
  },
  nu: {
    set: (name, word) => `$env.${name} = ${word}`,
    unset: (names) => `hide-env -i ${names.join(' ')}`,
    inFunction: (body) => `do --env {\n${body}\n}`,
    nul: "^printf '\\0'",
  },
  elvish: {
    set: (name, word) => `set-env ${name} ${word}`,
    unset: (names) => names.map((name) => `unset-env ${name}`).join('; '),
    inFunction: (body) => `fn change {\n${body}\n}\nchange`,
    nul: "e:printf '\\0'",
  },
  xonsh: {
    set: (name, word) => `$${name} = ${word}`,
    unset: (names) => names.map((name) => `\${...}.pop('${name}', None)`).join('; '),
    inFunction: (body) => `def change():\n    ${body}\nchange()`,
    nul: "$[printf '\\\\0']",
  },
  tcsh: {
    set: (name, word) => `setenv ${name} ${word}`,
    unset: (names) => names.map((name) => `unsetenv ${name}`).join('; '),
    nul: "printf '\\0'",
  },
}

const CASES = Object.entries(CHANGES).flatMap(([what, change]) =>
  Object.entries(STATES).map(([held, state]) => ({ what, change, held, state })),
)

suite('a shell after a switch is what a child of exec would get', (test) => {
  for (const [shell, dialect, line] of LINES) {
    const { set, unset, inFunction, nul } = WORDS[shell]
    const { render, quote, asks } = shellNamed(dialect)
    const files = Object.fromEntries(
      CASES.map(({ change, state }, at) => [
        `f${at}`,
        render(asks ? change : settled(change, state)),
      ]),
    )
    for (const wrap of [(body: string) => body, inFunction])
      if (wrap) {
        const where = wrap === inFunction ? ', in a function' : ''
        testIn(test, shell, `${line('f')}${where}`, () => {
          const script = CASES.flatMap(({ state }, at) => [
            unset(ALL_NAMES),
            ...Object.entries(state).map(([name, value]) => set(name, quote(value))),
            wrap(succeeds(shell, line(`f${at}`))),
            dumpEnvironment(shell),
            nul,
          ])
          const flags = POSIX.includes(shell) ? ['-eu'] : []
          const run = runIn(shell, `${strict(shell)}${script.join('\n')}`, { flags, files })
          assert.is(run.stderr, '')
          assert.is(run.status, 0)
          assert.equal(run.created, [])
          const states = familiesIn(run.stdout)
          assert.is(states.length, CASES.length)
          const wrong = CASES.flatMap(({ what, change, held, state }, at) => {
            const expected = familyAfter(state, change)
            const seen = JSON.stringify(states[at])
            return seen === JSON.stringify(expected) ? [] : [{ what, held, seen, expected }]
          })
          assert.equal(wrong.slice(0, 2), [], `${wrong.length} of ${CASES.length}`)
        })
      }
  }
})

suite('universal variables of fish', (test) => {
  // With a real config: `fish --no-config` takes universal ones for global.
  const script = (universal: string, then: string) => `set -Ux ${universal} left
    cat f | source; and touch RAN
    ${then}`

  for (const [what, change] of Object.entries(CHANGES))
    for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SESSION_TOKEN', 'AWS_ROLE_ARN']) {
      const isSet = Object.hasOwn(changed({}, change), name)
      const title = isSet ? 'is hidden' : 'stops it: no new state, old keys gone, what to type'
      testIn(test, 'fish', `${what} with a universal ${name}: ${title}`, () => {
        const run = runIn('fish', script(name, dumpEnvironment('fish')), {
          env: OLD,
          files: { f: shellNamed('fish').render(change) },
          withConfig: true,
        })
        const seen = familyOf(environmentIn(run.stdout))
        if (isSet) {
          assert.equal(seen, familyAfter(OLD, change))
          assert.equal([run.stderr, run.created], ['', ['RAN']])
          return
        }
        assert.is(
          run.stderr,
          `ssox: ${name} is set in all terminals (universal): set -eU ${name}\n`,
        )
        assert.equal(run.created, [])
        const stopped = familyAfter(OLD, { ...change, set: [], keys: [] })
        assert.equal(seen, familyOf(Object.entries({ ...stopped, [name]: 'left' })))
      })
    }
})

suite('functions and aliases named as builtins', (test) => {
  const names = ['export', 'unset', 'test']
  for (const [shell, shadow] of [
    ['bash', `shopt -s expand_aliases; alias ${names.map((it) => `${it}=:`).join(' ')} builtin=:`],
    ['bash', names.map((it) => `function ${it} { return 0; }`).join('; ')],
    ['bash', names.map((it) => `function ${it} { return 1; }`).join('; ')],
    ['zsh', `alias ${names.map((it) => `${it}=:`).join(' ')} builtin=:`],
    ['zsh', names.map((it) => `function ${it} { return 0; }`).join('; ')],
    ['zsh', names.map((it) => `function ${it} { return 1; }`).join('; ')],
  ] as const)
    for (const evaluate of ['eval "$(cat f)"', 'eval $(cat f)'])
      testIn(test, shell, `${shadow}: ${evaluate}`, () => {
        const change = CHANGES['a profile without a region']
        const run = runIn(shell, `${shadow}\n${evaluate} || : >FAILED\n${dumpEnvironment(shell)}`, {
          env: OLD,
          files: { f: shellNamed(shell).render(change) },
        })
        assert.is(run.stderr, '')
        assert.equal(run.created, [])
        assert.equal(familyOf(environmentIn(run.stdout)), familyAfter(OLD, change))
      })
})
