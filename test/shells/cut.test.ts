/** A switch that arrives cut at any byte changes nothing, in the real shells. */
import { type ShellName, shellNamed } from '../../src/shells/shell.ts'
import { environmentAfter, type RealShell, runIn, testIn } from '../support/in-shell.ts'
import { SLOW_TEST_MS } from '../support/machine.ts'
import { assert, suite } from '../support/suite.ts'
import { familyOf, LINES } from './lines.ts'
import { ALL_NAMES, CHANGES, FULL, OLD, TOKEN } from './states.ts'

const STATE = `state() { now="${ALL_NAMES.map((name) => `\${${name}-unset}`).join('|')}"; }
  state; before=$now`
const TOLD =
  'if test "$now" = "$before"; then printf "%s same\\n" $result; else printf "%s torn\\n" $result; fi'

/** Evaluates each line of the file `cuts`, and says its status and whether all is as before. */
const loop = (evaluate: string) => `${STATE}
  while IFS= read -r cut; do ${evaluate} 2>/dev/null; result=$?; state; ${TOLD}; done <cuts`

/** The same where a syntax error ends the shell. */
const forkingLoop = (evaluate: string) => `${STATE}
  while IFS= read -r cut; do (
    trap 'result=$?; state; ${TOLD}' EXIT
    ${evaluate}
  ) 2>/dev/null; done <cuts`

const CUT_LOOPS: readonly (readonly [RealShell, ShellName, how: string, script: string])[] = [
  ['bash', 'bash', 'eval "…"', loop('eval "$cut"')],
  ['bash', 'bash', 'eval …', loop('eval $cut')],
  ['zsh', 'zsh', 'eval "…"', loop('eval "$cut"')],
  ['zsh', 'zsh', 'eval …', loop('eval ${=cut}')],
  ['dash', 'sh', 'eval "…"', forkingLoop('eval "$cut"')],
  ['busybox', 'sh', 'eval "…"', forkingLoop('eval "$cut"')],
  ['mksh', 'sh', 'eval "…"', forkingLoop('eval "$cut"')],
  [
    'fish',
    'fish',
    '… | source',
    `function state; set -g now "${ALL_NAMES.map((name) => `$${name}`).join('|')}"; end
    state; set before $now
    for cut in (cat cuts)
      echo $cut | source 2>/dev/null; set result $status
      state; test $now = $before; and echo $result same; or echo $result torn
    end`,
  ],
  [
    'pwsh',
    'powershell',
    '… | Invoke-Expression',
    `function state { ${ALL_NAMES.map((name) => `$env:${name}`).join(" + '|' + ")} }
    $before = state
    foreach ($cut in [IO.File]::ReadAllLines("$PWD/cuts")) {
      $result = 0
      try { $cut | Out-String | Invoke-Expression } catch { $result = 1 }
      if ((state) -ceq $before) { "$result same" } else { "$result torn" }
    }`,
  ],
]

/** fish writes its syntax errors past a redirection of the statement, one byte at a time. */
const QUIET_FISH = 'exec fish --no-config loop 2>/dev/null'

const SHORT_TOKEN = TOKEN.slice(0, 16) + TOKEN.slice(-16)

suite('a switch cut at any byte', (test) => {
  // The second is the longer one, and has all that the first has.
  for (const [shell, dialect, how, script] of CUT_LOOPS)
    for (const what of ['the full switch', 'a profile without a region'] as const)
      if (shell === 'bash' || what !== 'the full switch')
        testIn(test, shell, `${how}: ${what} changes nothing and fails, until it is whole`, () => {
          // One cut in the middle of a long word is like another: the token need not be as long as AWS's.
          const text = shellNamed(dialect).render(CHANGES[what]).replaceAll(TOKEN, SHORT_TOKEN)
          assert.ok(text.includes(SHORT_TOKEN))
          const payload = Buffer.from(text.trimEnd())
          const cuts = Array.from(payload, (_, length) => payload.subarray(0, length))
          const lines = [...cuts, payload].flatMap((line) => [line, Buffer.from('\n')])
          const files = { cuts: Buffer.concat(lines), loop: script }
          const run = runIn(shell, shell === 'fish' ? QUIET_FISH : script, {
            env: OLD,
            files,
            timeoutMs: SLOW_TEST_MS,
          })
          const results = run.stdout.toString().trimEnd().split('\n')
          assert.is(results.length, cuts.length + 1, run.stderr)
          assert.is(results.pop(), '0 torn', 'the whole one')
          assert.is(results.shift(), '0 same', 'the empty one')
          const wrong = results.filter((result) => !/^[1-9]\d* same$/.test(result))
          assert.equal(wrong.slice(0, 2), [], `${wrong.length} of ${cuts.length} cuts`)
          assert.equal(run.created, [])
        })

  test('tcsh: stays inside one pair of quotes to the end', () => {
    assert.match(shellNamed('tcsh').render(FULL), /^eval '[^']+'\n$/)
  })

  for (const [shell, keepGoing] of [
    ['tcsh', (line: string) => line],
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
        // tcsh may end there, and with it all that could have changed.
        if (shell !== 'tcsh' || environment.size > 0)
          assert.equal(familyOf(environment), familyOf(Object.entries(OLD)), `${length}`)
      }
    })
})
