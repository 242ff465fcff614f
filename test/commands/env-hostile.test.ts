/** Values that would break out of their quotes: from the server, from files, into real shells. */

import { type Home, usualConfig } from '../support/home.ts'
import type { Account } from '../support/identity-center/index.ts'
import { dumpEnvironment, environmentIn } from '../support/in-shell.ts'
import { inParallel } from '../support/machine.ts'
import { assertFailure, assertNoStack, told } from '../support/output.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { dialectOf, putOnPath, runScript, testInShells } from './evaluate.ts'

const ACCOUNT = '123456789012'

/** Secret keys that a server could send; every shell must take them as they are. */
const EXACT = [
  `a'b"c\`d$e\\f`,
  '$(touch PWNED)',
  '`touch PWNED`',
  "';touch PWNED;'",
  '"; touch PWNED; #',
  '\u2019;New-Item PWNED;\u2018$(New-Item PWNED)',
  ' two  blanks\tand a tab ',
  '-n !! !$ ~ * ? [a-z] {1,2} %PATH% ^ & | < > ( ) ;',
  '\x01\x07\x1b]0;PWNED\x07\x1b[2J\x7f',
  'größe 日本 🔑 \u202e \u0085 \u2028 \ufeff',
  `\\'; touch PWNED #`,
  `x' 'y" "z\\`,
  '0',
  '=',
]

/** What no variable of AWS may hold. */
const REFUSED = ['a\nb', 'a\rb', 'a\0b', '\n', 'touch PWNED\n']

/** Role `R<n>` of the account gives the n-th of these secret keys, in all three fields. */
function withSecrets<T>(values: readonly string[], use: (home: Home) => Promise<T>): Promise<T> {
  const roles = values.map((_, at) => `R${at}`)
  const accounts: Account[] = [
    { accountId: ACCOUNT, accountName: '$(touch PWNED)', emailAddress: 'a@example.com', roles },
  ]
  const secretOf = (role: string) => values[Number(role.slice(1))]
  return withSignIn(
    async (home) => {
      const profiles = roles.map(
        (role) => `[profile ${role}]
sso_session = corp
sso_account_id = ${ACCOUNT}
sso_role_name = ${role}
region = eu-west-1
`,
      )
      home.writeConfig(`${usualConfig(home.center.startUrl)}\n${profiles.join('\n')}`)
      putOnPath(home)
      return use(home)
    },
    {
      accounts,
      roleCredentials: (_, role) => ({
        secretAccessKey: secretOf(role),
        sessionToken: secretOf(role),
      }),
    },
  )
}

const FENCE = '\x02fence\x02'

/** Evaluates each profile, and writes the environment after each between fences. */
async function environmentsIn(home: Home, shell: keyof typeof FENCES, names: readonly string[]) {
  const { evaluate, quote } = dialectOf(shell)
  const steps = names.map((name) =>
    [evaluate(quote(name)), dumpEnvironment(shell), FENCES[shell]].join('\n'),
  )
  const run = await runScript(home, shell, steps.join('\n'))
  assert.is(run.status, 0, told(run))
  const dumps = run.stdout.split(FENCE).slice(0, -1)
  assert.is(dumps.length, names.length, told(run))
  return dumps.map((dump) => environmentIn(Buffer.from(dump)))
}

const printf = `printf '\\002fence\\002'`
const FENCES = {
  bash: printf,
  zsh: printf,
  dash: printf,
  busybox: printf,
  mksh: printf,
  fish: printf,
  pwsh: '$ssoxOut.Write([byte[]](2,102,101,110,99,101,2), 0, 7); $ssoxOut.Flush()',
} as const

async function assertNothingRan(home: Home): Promise<void> {
  const { stdout } = await runScript(home, 'dash', 'find "$HOME" -name "PWNED*"')
  assert.is(stdout, '', 'something in a value was run')
}

suite('hostile keys from the server', (test) => {
  testInShells(
    test,
    'are exactly the variables, in the shell and for exec; nothing runs',
    (shells) =>
      withSecrets(EXACT, async (home) => {
        await inParallel(EXACT, async (value, at) => {
          const run = await home.ssox(['exec', `R${at}`, '--', 'env', '-0'])
          assert.is(run.status, 0, told(run))
          const environment = environmentIn(Buffer.from(run.stdout))
          assert.is(environment.get('AWS_SECRET_ACCESS_KEY'), value)
        })
        await inParallel(shells, async (shell) => {
          const names = EXACT.map((_, at) => `R${at}`)
          const found = await environmentsIn(home, shell, names)
          found.forEach((environment, at) => {
            const about = `${shell}, value ${at}`
            assert.is(environment.get('AWS_SECRET_ACCESS_KEY'), EXACT[at], about)
            assert.is(environment.get('AWS_SESSION_TOKEN'), EXACT[at], about)
            assert.is(environment.get('AWS_PROFILE'), names[at], about)
          })
        })
        await assertNothingRan(home)
      }),
  )

  test('with a line break or NUL are refused, fresh and from the cache; nothing is quoted', () =>
    withSecrets(REFUSED, async (home) => {
      await inParallel(REFUSED, async (_, at) => {
        for (const args of [
          ['env', `R${at}`, '--shell', 'bash'],
          ['env', `R${at}`, '--shell', 'bash'],
          ['env', `R${at}`, '--format', 'json'],
          ['exec', `R${at}`, '--', 'touch', 'PWNED'],
        ]) {
          const run = await home.ssox(args)
          assertFailure(run, 6, /the answer for profile "R\d" is damaged/)
          assert.is(run.stdout, args.includes('bash') ? 'false\n' : '')
          assert.not.match(run.stderr, /touch/)
        }
      })
      await assertNothingRan(home)
    }))
})

/** What a terminal obeys or hides. */
const OBEYED = /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/

/** Profile names that the config can hold. */
const NAMES = [
  '$(touch PWNED)',
  '`touch PWNED`',
  "it's;touch PWNED;'x",
  'a & touch PWNED | b',
  '\u2019; New-Item PWNED; \u2018',
  '-rf',
  '*',
  'größe 日本 🔑',
  '\u202eDENW\u2066\u200b\ufeff\u2028P',
  '%PATH%',
]

/** A config whose account of role names is as odd as its profile names. */
function withNames<T>(use: (home: Home) => Promise<T>): Promise<T> {
  const accounts: Account[] = [
    {
      accountId: ACCOUNT,
      accountName: '\x1b[2J$(touch PWNED)',
      emailAddress: '`touch PWNED`',
      roles: [...NAMES, 'Developer'],
    },
  ]
  return withSignIn(
    async (home) => {
      const profiles = NAMES.map(
        (name) => `[profile "${name}"]
sso_session = corp
sso_account_id = ${ACCOUNT}
sso_role_name = ${name}
`,
      )
      home.writeConfig(`${usualConfig(home.center.startUrl)}\n${profiles.join('\n')}`)
      putOnPath(home)
      return use(home)
    },
    { accounts },
  )
}

suite('hostile names in the AWS files', (test) => {
  testInShells(test, 'are exactly the variables, and nothing runs', (shells) =>
    withNames(async (home) => {
      const names = NAMES.filter((name) => !name.startsWith('-'))
      for (const name of names) await home.ssox(['env', name, '--format', 'json'])
      await inParallel(shells, async (shell) => {
        const found = await environmentsIn(home, shell, names)
        found.forEach((environment, at) => {
          for (const name of ['AWS_PROFILE', 'SSOX_PROFILE', 'SSOX_ROLE'])
            assert.is(environment.get(name), names[at], shell)
        })
      })
      await assertNothingRan(home)
    }),
  )

  test('a name that looks like an option is given after --', () =>
    withNames(async (home) => {
      const run = await home.ssox(['env', '--shell', 'bash', '--', '-rf'])
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, / AWS_PROFILE='-rf' /)
    }))

  test('reach the terminal as visible escapes: messages, list, status, whoami', () =>
    withNames(async (home) => {
      const hostile = '\x1b]0;PWNED\x07\x9b2J\u202e'
      home.writeConfig(`${home.read('config')}
[profile ${NAMES[8]}x]
sso_session = corp
sso_account_id = ${ACCOUNT}
sso_role_name = \x1b[31m\u202erole
[profile bad]
region = \x1b[31m\u202eregion
sso_session = \x1b[2Jnowhere
`)
      const env = { ...home.env, AWS_ACCESS_KEY_ID: 'x', SSOX_PROFILE: hostile, AWS_PROFILE: 'dev' }
      const runs = [
        ['env', `${hostile}x`, '--shell', 'bash'],
        ['env', '--shell', hostile],
        ['exec', `${hostile}x`, '--', 'true'],
        ['exec', 'dev', '--', hostile],
        ['exec', 'dev', '--', `/${hostile}`],
        ['login', `${hostile}x`],
        ['logout', `${hostile}x`],
        ['status', `${hostile}x`],
        ['status', hostile],
        ['status'],
        ['status', 'bad'],
        ['env', 'bad', '--shell', 'bash'],
        ['list'],
        ['whoami', hostile],
        ['whoami'],
        ['init', hostile],
        [hostile],
        ['env', `--${hostile}`],
      ]
      await inParallel(runs, async (args) => {
        const run = await home.ssox(args, { env })
        assertNoStack(run)
        const shown = `${run.stdout}${run.stderr}`
        assert.not.match(shown.replaceAll('\n', ''), OBEYED, args.join(' '))
        if (args.includes(hostile)) assert.match(shown, /\\x1b.*\\u202e/, told(run))
      })
    }))
})
