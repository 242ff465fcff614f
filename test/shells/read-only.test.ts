/** Variables with an attribute in the real shells: never a mixture of two accounts, and no value is evaluated. */
import { shellNamed } from '../../src/shells/shell.ts'
import { changeTo } from '../../src/switch/variables.ts'
import { environmentIn, type RealShell, runIn, testIn } from '../support/in-shell.ts'
import { assert, suite } from '../support/suite.ts'
import { familiesIn, familyOf, POSIX } from './lines.ts'
import { ALL_NAMES, CHANGES, familyAfter, OLD, TARGET } from './states.ts'

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
            const states = familiesIn(run.stdout)
            assert.is(states.length, READ_ONLY.length)
            for (const [at, state] of states.entries()) {
              const name = READ_ONLY[at] ?? ''
              const before: Record<string, string> = { [name]: 'mine', ...OLD }
              const hasNewKey = KEYS.some((key) => state[key] && state[key] !== before[key])
              assert.not.ok(hasNewKey, `${name}: a new key`)
              const oldKeys = KEYS.filter((key) => key !== name && state[key])
              const isOld = Object.entries(state).every(([it, value]) => value === before[it])
              // Where the read-only one is a key, some shells stop there, and nothing new has come.
              if (!KEYS.includes(name) || !isOld) assert.equal(oldKeys, [], `${name}: an old key`)
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

/** Declares a variable a number, a list, or in other letters. */
const DECLARATIONS: readonly (readonly [RealShell, string])[] = [
  ['bash', 'declare -i'],
  ['bash', 'declare -a'],
  ['bash', 'declare -u'],
  ['zsh', 'typeset -i'],
  ['zsh', 'typeset -a'],
  ['zsh', 'typeset -u'],
  ['mksh', 'typeset -i'],
  ['mksh', 'typeset -u'],
]

suite('a variable that was declared', (test) => {
  for (const [shell, declare] of DECLARATIONS)
    testIn(test, shell, `${declare}: gets what ssox says, and none of it runs`, () => {
      const hostile = 'x[$(touch PWNED)]'
      const change = changeTo({ ...TARGET, profileName: hostile, region: hostile })
      const files = { f: shellNamed(shell === 'mksh' ? 'sh' : shell).render(change) }
      const script = `${declare} ${ALL_NAMES.join(' ')}\neval "$(cat f)"\ncommand env -0`
      const run = runIn(shell, script, { files })
      assert.equal(run.created, [], run.stderr)
      assert.equal(familyOf(environmentIn(run.stdout)), familyAfter({}, change))
    })
})
