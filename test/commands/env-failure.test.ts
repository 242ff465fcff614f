/** A failing `ssox env`: the shell's own failing statement, the exit code, and nothing changed. */
import { type Home, usualConfig } from '../support/home.ts'
import { dumpEnvironment, environmentIn, testIn } from '../support/in-shell.ts'
import { inParallel } from '../support/machine.ts'
import { assertFailure, told } from '../support/output.ts'
import { withKeys, withSignIn, writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import {
  dialectOf,
  type Evaluator,
  intoClosedPipe,
  putOnPath,
  runScript,
  testInShells,
  withoutShellState,
} from './evaluate.ts'

interface Failure {
  readonly title: string
  readonly words: string
  /** `NAME=value` for this run alone. */
  readonly env?: string
  readonly status: number
  readonly about: RegExp
}

const FAILURES: readonly Failure[] = [
  { title: 'a mistyped name', words: 'dve', status: 3, about: /no profile "dve".*mean "dev"/ },
  { title: 'an invalid profile', words: 'half', status: 3, about: /"half" lacks sso_role_name/ },
  { title: 'login_session', words: 'login', status: 3, about: /login_session/ },
  { title: 'an unknown option', words: 'dev --clera', status: 2, about: /did you mean --clear/ },
  { title: 'a wrong value', words: 'dev --mode=kees', status: 2, about: /--mode cannot be "kees"/ },
  { title: 'an argument too many', words: 'dev prod', status: 2, about: /unexpected argument/ },
  {
    title: 'a sign-in that is not allowed',
    words: 'other --no-login',
    status: 4,
    about: /sign-in/,
  },
  { title: 'no terminal to sign in on', words: 'other', status: 4, about: /there is no terminal/ },
  { title: 'a role one does not have', words: 'foreign', status: 5, about: /refuses role Root/ },
  {
    title: 'a role that does not trust',
    words: 'distrusted',
    status: 5,
    about: /refuses role arn/,
  },
  {
    title: 'a service that cannot be reached',
    words: 'dev --refresh',
    env: 'AWS_ENDPOINT_URL_SSO=http://127.0.0.1:9',
    status: 6,
    about: /cannot reach 127\.0\.0\.1:9/,
  },
  {
    title: 'a program that fails',
    words: 'broken',
    status: 3,
    about: /credential_process.*"broken"/,
  },
  { title: 'no home', words: 'dev', env: 'HOME=nowhere', status: 3, about: /no home folder/ },
]

function withFailures<T>(use: (home: Home) => Promise<T>): Promise<T> {
  // Else they wait for one another's keys on a busy machine, and say so.
  return withKeys(async (home) => {
    home.writeConfig(`${usualConfig(home.center.startUrl)}
[profile half]
sso_session = corp
sso_account_id = 123456789012

[profile login]
login_session = arn:aws:iam::123456789012:user/ana

[profile foreign]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Root

[profile distrusted]
role_arn = arn:aws:iam::210987654321:role/Nobody
source_profile = dev

[profile broken]
credential_process = /bin/sh -c "echo no >&2; exit 9"

[profile other]
sso_session = elsewhere
sso_account_id = 123456789012
sso_role_name = Developer

[sso-session elsewhere]
sso_start_url = ${home.center.startUrl}
sso_region = us-east-1
`)
    putOnPath(home)
    return use(home)
  })
}

/** The variables of an account that somebody works with. */
const BEFORE = {
  AWS_ACCESS_KEY_ID: 'AKIABEFORE',
  AWS_SECRET_ACCESS_KEY: 'before',
  AWS_SESSION_TOKEN: 'before==',
  AWS_PROFILE: 'before',
  AWS_REGION: 'us-west-1',
  AWSUME_PROFILE: 'before',
  SSOX_PROFILE: 'before',
  SSOX_REGION: 'us-west-1',
}

/** Evaluates every failing command; each says on stdout whether the shell went on. */
function script(shell: Evaluator): string {
  const { evaluate, branch } = dialectOf(shell)
  const lines = FAILURES.map(({ words, env }) => {
    const prefix = env ? `env ${env} ` : ''
    const statement = evaluate(words).replace('ssox env', `${prefix}ssox env`)
    return branch(statement, 'echo deployed', 'echo stopped')
  })
  return `${lines.join('\n')}\n${dumpEnvironment(shell)}`
}

suite('a failing env in a real shell', (test) => {
  testInShells(test, 'stops what would come next, and changes nothing', (shells) =>
    withFailures((home) =>
      inParallel(shells, async (shell) => {
        const run = await runScript(home, shell, script(shell), BEFORE)
        const untouched = await runScript(home, shell, dumpEnvironment(shell), BEFORE)
        const lines = run.stdout.split('\n')
        const said = lines.slice(0, FAILURES.length).map((line) => line.trim())
        assert.equal(said, Array(FAILURES.length).fill('stopped'), told(run))
        const dump = lines.slice(FAILURES.length).join('\n')
        assert.equal(
          withoutShellState(environmentIn(Buffer.from(dump))),
          withoutShellState(environmentIn(Buffer.from(untouched.stdout))),
          shell,
        )
        for (const { title, about } of FAILURES)
          assert.match(run.stderr, about, `${shell}: ${title}`)
      }),
    ),
  )

  for (const [shell, ...flags] of [
    ['bash', 'set -e', 'set -euo pipefail'],
    ['zsh', 'set -e', 'setopt err_return'],
    ['dash', 'set -eu'],
    ['mksh', 'set -e'],
    ['busybox', 'set -e'],
    ['pwsh', "$ErrorActionPreference = 'Continue'", "$ErrorActionPreference = 'Ignore'"],
    ['pwsh', "$ErrorActionPreference = 'SilentlyContinue'", 'Set-StrictMode -Version Latest'],
  ] as const)
    testIn(test, shell, `a script ends there under ${flags.join(', or ')}`, () =>
      withFailures((home) =>
        inParallel(flags, async (flag) => {
          const { evaluate } = dialectOf(shell)
          const run = await runScript(home, shell, `${flag}\n${evaluate('dve')}\necho deployed`)
          assert.is(run.status, 1, told(run))
          assert.is(run.stdout, '')
          assert.match(run.stderr, /ssox: there is no profile "dve"/)
        }),
      ),
    )

  for (const shell of ['bash', 'zsh'] as const)
    testIn(test, shell, 'an eval without quotes stops too', () =>
      withFailures(async (home) => {
        const run = await runScript(home, shell, 'eval $(ssox env dve) && echo deployed')
        assert.is(run.stdout, '', told(run))
        assert.is(run.status, 1)
      }),
    )
})

const STATEMENTS: Readonly<Record<string, RegExp>> = {
  bash: /^false\n$/,
  zsh: /^false\n$/,
  sh: /^false\n$/,
  fish: /^false\n$/,
  powershell: /^& \{ \$ErrorActionPreference = 'Stop'; throw 'ssox: .*' \}\n$/,
  nu: /^false\n$/,
  elvish: /^fail "ssox: .*"\n$/,
  xonsh: /^raise RuntimeError\('ssox: .*'\)\n$/,
  tcsh: /^false\n$/,
  cmd: /^cmd \/c exit 1\r\n$/,
}

suite('the output of a failing env', (test) => {
  test('the failing statement of the shell, one line, for every shell', () =>
    withFailures((home) =>
      inParallel(Object.entries(STATEMENTS), async ([shell, statement]) => {
        const run = await home.ssox(['env', 'dve', '--shell', shell])
        assertFailure(run, 3, /no profile "dve"/)
        assert.match(run.stdout, statement, shell)
        assert.is(run.stdout.split('\n').length, 2, 'one line')
      }),
    ))

  test('the exit code and two lines that help, for every failure; --format prints nothing', () =>
    withFailures((home) =>
      inParallel(FAILURES, async ({ title, words, env = 'OTHER=', status, about }) => {
        const [name = '', value = ''] = env.split('=')
        for (const output of [['--shell', 'bash'], ['--format', 'json'], ['--format=docker']]) {
          const run = await home.ssox(['env', ...words.split(' '), ...output], {
            env: { ...home.env, [name]: value },
          })
          assertFailure(run, status, about)
          assert.is(run.stdout, output[0] === '--shell' ? 'false\n' : '', title)
        }
      }),
    ))

  test('a wrong setting, also where cached credentials would do', () =>
    withSignIn(async (home) => {
      const env = ['env', 'dev', '--shell', 'bash']
      assert.is((await home.ssox(env)).status, 0)
      writeSettings(home, { mode: 'kees' })
      const wrong = await home.ssox(env)
      assertFailure(wrong, 2, /the setting mode is "kees"; it must be both or keys or profile/)
      assert.is(wrong.stdout, 'false\n')
    }))

  testIn(test, 'bash', 'an unknown --shell: the shell that runs gets its statement', () =>
    withSignIn(async (home) => {
      putOnPath(home)
      const run = await runScript(home, 'bash', 'ssox env dev --shell bosh; echo $?')
      assert.is(run.stdout, 'false\n2\n')
      assert.match(run.stderr, /--shell cannot be "bosh".*\n {2}ssox env dev --shell bash\n/)
    }),
  )

  testIn(test, 'bash', 'a result that cannot be written is a failure', () =>
    withSignIn(async (home) => {
      putOnPath(home)
      // The full program, then the fast path.
      for (const command of ['ssox env dev --min-left 9', 'ssox env dev']) {
        const full = await runScript(home, 'bash', `${command} >/dev/full; echo $?`)
        assert.is(full.stdout, '7\n', command)
        assert.match(full.stderr, /^ssox: cannot write the result: no space left[^\n]*\n {2}\S/)
        const closed = await runScript(home, 'bash', intoClosedPipe(command))
        assert.equal(closed, { status: 0, stdout: '141\n', stderr: '' }, command)
      }
    }),
  )
})
