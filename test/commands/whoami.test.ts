/** `ssox whoami`: asks STS whose credentials these are. */
import { writeFileSync } from 'node:fs'
import { type Home, usualConfig } from '../support/home.ts'
import { assertFailure, told } from '../support/output.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { environmentAfter, putOnPath, runScript } from './evaluate.ts'

const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' }

const HTML = { 'content-type': 'text/html; charset=utf-8' }

/** The rows of the answer. */
function rows(stdout: string): Record<string, string> {
  const pairs = stdout.trimEnd().split('\n')
  return Object.fromEntries(
    pairs.map((line) => [line.slice(0, 8).trim(), line.slice(8).trim()] as const),
  )
}

function withKeys<T>(use: (home: Home) => Promise<T>): Promise<T> {
  const arn = 'arn:aws:iam::123456789012:user/ana'
  return withSignIn(
    async (home) => {
      putOnPath(home)
      return use(home)
    },
    { staticKeys: [{ ...KEYS, arn }] },
  )
}

suite('whoami', (test) => {
  test('of a profile: account, ARN and id as STS says, for every kind', () =>
    withKeys(async (home) => {
      for (const [profile, account, arn] of [
        [
          'dev',
          '123456789012',
          /:assumed-role\/AWSReservedSSO_Developer_[0-9a-f]{16}\/ana\.silva$/,
        ],
        ['deploy', '210987654321', /:assumed-role\/Deploy\/ssox-\d+$/],
        ['static', '123456789012', /^arn:aws:iam::123456789012:user\/ana$/],
      ] as const) {
        const run = await home.ssox(['whoami', profile])
        assert.is(run.status, 0, told(run))
        assert.is(run.stderr, '')
        const found = rows(run.stdout)
        assert.equal(Object.keys(found), ['profile', 'account', 'arn', 'user id'])
        assert.is(found['profile'], profile)
        assert.is(found['account'], account)
        assert.match(found['arn'] ?? '', arn)
        assert.match(found['user id'] ?? '', /^A/)
      }
    }))

  test('an answer that does not say who: exit 6, nothing on stdout', () =>
    withKeys(async (home) => {
      for (const [fault, about] of [
        ['html', /not an AWS answer/],
        [{ body: '' }, /lacks Account/],
        [{ status: 403, headers: HTML, body: '<p>Blocked</p>' }, /not an AWS answer/],
      ] as const) {
        home.center.fail('GetCallerIdentity', fault)
        const run = await home.ssox(['whoami', 'static'])
        assertFailure(run, 6, about)
        assert.is(run.stdout, '')
      }
    }))

  test('without a name: the keys of this shell, before AWS_PROFILE', () =>
    withKeys(async (home) => {
      const dev = await environmentAfter(home, 'bash', 'eval "$(ssox env dev)"')
      const env = { ...home.env, ...Object.fromEntries(dev), AWS_PROFILE: 'deploy' }
      const run = await home.ssox(['whoami'], { env })
      assert.is(rows(run.stdout)['profile'], 'dev')
      assert.match(rows(run.stdout)['arn'] ?? '', /AWSReservedSSO_Developer_/)
      assert.is(home.center.counts['AssumeRole'] ?? 0, 0)
      const named = await home.ssox(['whoami', 'deploy'], { env })
      assert.is(rows(named.stdout)['account'], '210987654321')
    }))

  test('without a name and without keys: AWS_PROFILE, else default', () =>
    withKeys(async (home) => {
      assert.is(rows((await home.ssox(['whoami'])).stdout)['profile'], 'default')
      const env = { ...home.env, AWS_PROFILE: 'static' }
      assert.is(rows((await home.ssox(['whoami'], { env })).stdout)['profile'], 'static')
    }))

  test('without anything to go by, a [default] of settings only is not what is meant', () =>
    withKeys(async (home) => {
      const config = home.read('config').replace(/^\[default\]\n(?:.+\n)+/, '')
      for (const start of ['[default]\nregion = eu-west-1\n', '']) {
        home.writeConfig(`${start}${config}`)
        const run = await home.ssox(['whoami'])
        assertFailure(run, 3, /^ssox: this shell has no credentials, and no profile is named$/m)
        assert.match(run.stderr, '\n  ssox whoami dev\n')
        const mended = await runScript(home, 'bash', run.stderr.trimEnd().split('\n').at(-1) ?? '')
        assert.match(mended.stdout, /^profile +dev$/m)
      }
      home.writeConfig('[default]\nregion = eu-west-1\n')
      assert.match((await home.ssox(['whoami'])).stderr, '\n  ssox setup\n')
      home.writeConfig(`[default]\nsso_session = corp\n${config}`)
      assertFailure(await home.ssox(['whoami']), 3, /"default" has an SSO session, but no account/)
    }))

  test('an account and role in place of a profile', () =>
    withKeys(async (home) => {
      const run = await home.ssox([
        ...['whoami', '--start-url', home.center.startUrl, '--sso-region', 'us-east-1', '--login'],
        ...['--account-id', '012345678901', '--role-name', 'ReadOnly'],
      ])
      assert.is(run.status, 0, told(run))
      assert.is(rows(run.stdout)['profile'], 'ReadOnly@012345678901')
      assert.is(rows(run.stdout)['account'], '012345678901')
    }))

  test('keys of this shell that AWS refuses: exit 5, and what puts others in their place', () =>
    withKeys(async (home) => {
      const keys = 'AWS_ACCESS_KEY_ID=AKIAX AWS_SECRET_ACCESS_KEY=0123456789abcdef'
      const own = await runScript(home, 'bash', `${keys} ssox whoami --debug; exit $?`)
      assert.is(own.status, 5)
      assert.match(own.stderr, /AWS refuses the credentials of "this shell"/)
      assert.match(own.stderr, /^ {2}eval "\$\(ssox env --clear\)"$/m)
      assert.not.match(own.stderr, /0123456789abcdef/)
      const switched = await runScript(
        home,
        'bash',
        `SSOX_PROFILE=dev ${keys} ssox whoami; exit $?`,
      )
      assertFailure(switched, 5, /AWS refuses the credentials of "dev"/)
      assert.match(switched.stderr, /\n {2}eval "\$\(ssox env dev --refresh\)"\n$/)
    }))

  test('keys of a file that AWS refuses: the section they are in', () =>
    withKeys(async (home) => {
      writeFileSync(
        home.aws('credentials'),
        '[my keys]\naws_access_key_id = AKIAX\naws_secret_access_key = 0123456789abcdef\n',
        { mode: 0o600 },
      )
      home.writeConfig(`[profile role]
role_arn = arn:aws:iam::210987654321:role/Deploy
source_profile = my keys

[profile here]
aws_access_key_id = AKIAX
aws_secret_access_key = 0123456789abcdef
`)
      for (const [profile, mend] of [
        ['my keys', `[my keys] in ${home.aws('credentials')}`],
        ['role', `[my keys] in ${home.aws('credentials')}`],
        ['here', `[profile here] in ${home.aws('config')}`],
      ] as const) {
        const run = await home.ssox(['whoami', profile])
        assertFailure(run, 5, /AWS refuses .*InvalidClientTokenId/)
        assert.is(run.stderr.split('\n')[1], `  put keys that are valid into ${mend}`)
      }
      const shell = await runScript(home, 'bash', 'eval "$(ssox env here)"; ssox whoami; exit $?')
      assertFailure(shell, 5, /AWS refuses the credentials of "here"/)
      assert.match(shell.stderr, /\n {2}put keys that are valid into \[profile here\] in /)
    }))

  test('failures: the exit codes of env', () =>
    withKeys(async (home) => {
      home.writeConfig(`${usualConfig(home.center.startUrl)}
[profile foreign]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Root
`)
      const away = { env: { ...home.env, AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9' } }
      assertFailure(await home.ssox(['whoami', 'dve']), 3, /no profile "dve"/)
      assertFailure(await home.ssox(['whoami', 'old', '--no-login']), 4, /needs a sign-in/)
      assertFailure(await home.ssox(['whoami', 'foreign']), 5, /refuses role Root/)
      assertFailure(await home.ssox(['whoami', 'dev'], away), 6, /cannot reach 127\.0\.0\.1:9/)
      assertFailure(await home.ssox(['whoami', 'dev', 'x']), 2, /unexpected argument/)
    }))

  test('keys that are words (LocalStack has test and test) do not blot out the message', () =>
    withSignIn(async (home) => {
      home.writeConfig('[profile test]\naws_access_key_id = test\naws_secret_access_key = test\n')
      const run = await home.ssox(['whoami', 'test'])
      assertFailure(run, 5, /AWS refuses the credentials of "test" in us-east-1: /)
      assert.match(run.stderr, '\n  put keys that are valid into [profile test] in ')
    }))
})
