/** What whole switches do to real shells, whatever these held before: all of it or nothing. */
import { changed, type EnvChange, settled } from '../../src/shells/change.ts'
import { type ShellName, shellNamed } from '../../src/shells/shell.ts'
import {
  dumpEnvironment,
  environmentAfter,
  environmentIn,
  type RealShell,
  runIn,
  testIn,
} from '../support/in-shell.ts'
import { SLOW_TEST_MS } from '../support/machine.ts'
import { assert, suite } from '../support/suite.ts'
import { familyOf, LINES, POSIX, strict, succeeds } from './lines.ts'
import { CHANGES, FULL, STATES } from './states.ts'

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
    inFunction: (body) => `def --env change [] {\n${body}\n}\nchange`,
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

const ALL_NAMES = [
  ...new Set(
    [...Object.values(CHANGES).map((change) => changed({}, change)), ...Object.values(STATES)]
      .flatMap((state) => Object.keys(state))
      .sort(),
  ),
]

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
          const states = statesIn(run.stdout)
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

const OLD = { ...STATES['what ssox set before'], AWS_VAULT: 'left', AWS_SECURITY_TOKEN: 'left' }

/** Evaluates each line of the file `cuts`, and says for each its status and whether all is as before. */
const posixLoop = (evaluate: string) => `
  state() { now="${ALL_NAMES.map((name) => `\${${name}-unset}`).join('|')}"; }
  state; before=$now
  while IFS= read -r cut; do (
    trap 'status_was=$?; state
      if test "$now" = "$before"; then printf "%s same\\n" $status_was; else printf "%s torn\\n" $status_was; fi' EXIT
    ${evaluate}
  ) 2>/dev/null; done <cuts`

const CUT_LOOPS: readonly (readonly [RealShell, ShellName, how: string, script: string])[] = [
  ['bash', 'bash', 'eval "…"', posixLoop('eval "$cut"')],
  ['bash', 'bash', 'eval …', posixLoop('eval $cut')],
  ['zsh', 'zsh', 'eval "…"', posixLoop('eval "$cut"')],
  ['zsh', 'zsh', 'eval …', posixLoop('eval ${=cut}')],
  ['dash', 'sh', 'eval "…"', posixLoop('eval "$cut"')],
  ['busybox', 'sh', 'eval "…"', posixLoop('eval "$cut"')],
  ['mksh', 'sh', 'eval "…"', posixLoop('eval "$cut"')],
  [
    'fish',
    'fish',
    '… | source',
    `function state; set -g now "${ALL_NAMES.map((name) => `$${name}`).join('|')}"; end
    state; set before $now
    for cut in (cat cuts)
      echo $cut | source 2>/dev/null; set status_was $status
      state; test $now = $before; and echo $status_was same; or echo $status_was torn
    end`,
  ],
  [
    'pwsh',
    'powershell',
    '… | Invoke-Expression',
    `function state { ${ALL_NAMES.map((name) => `$env:${name}`).join(" + '|' + ")} }
    $before = state
    foreach ($cut in [IO.File]::ReadAllLines("$PWD/cuts")) {
      $status_was = 0
      try { $cut | Out-String | Invoke-Expression } catch { $status_was = 1 }
      if ((state) -ceq $before) { "$status_was same" } else { "$status_was torn" }
    }`,
  ],
]

suite('a switch cut at any byte', (test) => {
  for (const [shell, dialect, how, script] of CUT_LOOPS)
    for (const what of ['the full switch', 'a profile without a region'] as const)
      testIn(test, shell, `${how}: ${what} changes nothing and fails, until it is whole`, () => {
        const payload = Buffer.from(shellNamed(dialect).render(CHANGES[what]).trimEnd())
        const cuts = Array.from(payload, (_, length) => payload.subarray(0, length))
        const lines = [...cuts, payload].flatMap((line) => [line, Buffer.from('\n')])
        const files = { cuts: Buffer.concat(lines) }
        const run = runIn(shell, script, { env: OLD, files, timeoutMs: SLOW_TEST_MS })
        const results = run.stdout.toString().trimEnd().split('\n')
        assert.is(results.length, cuts.length + 1, run.stderr)
        assert.is(results.pop(), '0 torn', 'the whole one')
        assert.is(results.shift(), '0 same', 'the empty one')
        const wrong = results.filter((result) => !/^[1-9]\d* same$/.test(result))
        assert.equal(wrong.slice(0, 2), [], `${wrong.length} of ${cuts.length} cuts`)
        assert.equal(run.created, [])
      })

  testIn(test, 'tcsh', 'the full switch changes nothing, until it is whole', () => {
    const payload = Buffer.from(shellNamed('tcsh').render(FULL).trimEnd())
    const script = Array.from({ length: payload.length + 1 }, (_, length) =>
      [`eval "\`head -c ${length} f\`"`, dumpEnvironment('tcsh'), "printf '\\0'"].join('\n'),
    )
    const options = { env: OLD, files: { f: payload }, timeoutMs: SLOW_TEST_MS }
    const states = statesIn(runIn('tcsh', script.join('\n'), options).stdout)
    assert.is(states.length, payload.length + 1)
    assert.equal(states.pop(), familyAfter(OLD, FULL))
    const untouched = JSON.stringify(familyOf(Object.entries(OLD)))
    const torn = states.filter((state) => JSON.stringify(state) !== untouched)
    assert.equal(torn.slice(0, 2), [], `${torn.length} of ${payload.length} cuts`)
  })

  for (const [shell, keepGoing] of [
    ['nu', (line: string) => `try { ${line} } catch { }`],
    ['elvish', (line: string) => `try { ${line} } catch { }`],
    ['xonsh', (line: string) => `try:\n    ${line}\nexcept Exception:\n    pass`],
  ] as const)
    testIn(test, shell, 'changes nothing (30 cuts, one process each)', () => {
      const [, dialect = 'sh', line = String] = LINES.find(([name]) => name === shell) ?? []
      const payload = shellNamed(dialect).render(FULL).trimEnd()
      for (let at = 0; at < 30; at++) {
        const length = 1 + Math.floor((at / 29) * (payload.length - 2))
        const { environment } = environmentAfter(shell, keepGoing(line('f')), {
          env: OLD,
          files: { f: payload.slice(0, length) },
        })
        assert.equal(familyOf(environment), familyOf(Object.entries(OLD)), payload.slice(0, length))
      }
    })
})

const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']

/** Of each step of a change one, and each key. */
const READ_ONLY = [
  ...KEYS,
  ...['AWS_SECURITY_TOKEN', 'AWS_VAULT', 'AWSUME_PROFILE', 'AWS_PROFILE', 'AWS_REGION'],
  ...['AWS_DEFAULT_REGION', 'AWS_ACCOUNT_ID', 'AWS_SESSION_EXPIRATION'],
  ...['SSOX_PROFILE', 'SSOX_REGION', 'SSOX_EXPIRES', 'SSOX_PROTECTED'],
]

suite('a read-only variable', (test) => {
  for (const shell of POSIX)
    for (const flags of shell === 'bash' ? [[], ['--posix']] : [[]])
      for (const [what, change] of Object.entries(CHANGES))
        for (const mode of ['eval "$(cat f)"', 'change() { eval "$(cat f)"; }; change'])
          testIn(test, shell, `never old keys beside new names: ${flags}${what}, ${mode}`, () => {
            const dialect = shell === 'bash' || shell === 'zsh' ? shell : 'sh'
            const files = { f: shellNamed(dialect).render(change) }
            const script = READ_ONLY.map(
              (name) => `(
                trap "command env -0; printf '\\0'" EXIT
                : "\${${name}=mine}"; export ${name}; readonly ${name}
                ${mode} && echo >"ran-${name}"
              ) 2>/dev/null`,
            )
            const run = runIn(shell, script.join('\n'), { files, flags, env: OLD })
            const states = statesIn(run.stdout)
            assert.is(states.length, READ_ONLY.length)
            for (const [at, state] of states.entries()) {
              const name = READ_ONLY[at] ?? ''
              const before: Record<string, string> = { [name]: 'mine', ...OLD }
              const hasNewKey = KEYS.some((key) => state[key] && state[key] !== before[key])
              assert.not.ok(hasNewKey, `${name}: a new key`)
              const oldKeys = KEYS.filter((key) => key !== name && state[key])
              const isWhole =
                JSON.stringify(state) === JSON.stringify(familyOf(Object.entries(before)))
              // busybox stops before it has unset anything when the first key is the read-only one.
              const isStopped = shell === 'busybox' && KEYS.includes(name) && isWhole
              if (!isStopped) assert.equal(oldKeys, [], `${name}: an old key`)
              assert.is(state[name], before[name], name)
            }
            // What only goes while it is what ssox put there may stay as it is.
            const mayRun = ['AWS_ACCOUNT_ID', 'AWS_REGION', 'AWS_DEFAULT_REGION'].map(
              (it) => `ran-${it}`,
            )
            assert.equal(
              run.created.filter((it) => !mayRun.includes(it)),
              [],
            )
          })
})

function statesIn(stdout: Buffer): Record<string, string>[] {
  const records = stdout.toString().split('\0\0').slice(0, -1)
  return records.map((record) => familyOf(environmentIn(Buffer.from(`${record}\0`))))
}

function familyAfter(state: Readonly<Record<string, string>>, change: EnvChange) {
  return familyOf(Object.entries(changed(state, change)))
}
