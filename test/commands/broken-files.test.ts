/** AWS files with a broken line: the profiles it may belong to are refused, the others work. */
import { fileURLToPath } from 'node:url'
import type { Home } from '../support/home.ts'
import { runIn } from '../support/machine.ts'
import { assertFailure, assertNoStack, told } from '../support/output.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { putOnPath } from './evaluate.ts'

const hook = fileURLToPath(new URL('../../shell/ssox.bash', import.meta.url))
const BROKEN = /line 6 of \S+\/config may belong to it: the section header has lost a bracket$/

/** The header of `prod`, in line 6, has lost its bracket, so that `dev` reads as the account of it. */
function breakConfig(home: Home): void {
  home.writeConfig(`[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = eu-west-1
profile prod]
sso_session = corp
sso_account_id = 012345678901
sso_role_name = AdministratorAccess

[profile other]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = ReadOnly

[sso-session corp]
sso_start_url = ${home.center.startUrl}
sso_region = us-east-1
sso_registration_scopes = sso:account:access
`)
}

function withBroken<T>(use: (home: Home) => Promise<T>): Promise<T> {
  return withSignIn(async (home) => {
    putOnPath(home)
    // What was kept before the line broke must not be used either.
    assert.is((await home.ssox(['env', 'dev', '--shell', 'bash'])).status, 0)
    breakConfig(home)
    return use(home)
  })
}

suite('a broken line of the AWS files', (test) => {
  test('env, exec, whoami and login refuse whom it may belong to: exit 3, file, line, what mends it', () =>
    withBroken(async (home) => {
      for (const words of [
        ['env', 'NAME', '--shell', 'bash'],
        ['env', 'NAME', '--shell', 'bash', '--mode', 'profile'],
        ['exec', 'NAME', '--', 'echo', 'run'],
        ['whoami', 'NAME'],
        ['login', 'NAME'],
      ])
        for (const name of ['dev', 'prod']) {
          const run = await home.ssox(words.map((word) => (word === 'NAME' ? name : word)))
          assertFailure(run, 3, BROKEN)
          assert.match(run.stderr, `profile "${name}" is not used: `)
          assert.match(
            run.stderr,
            `\n  write [profile prod] in line 6 of ${home.aws('config')}\n`,
            told(run),
          )
          assert.is(run.stdout, words[0] === 'env' ? 'false\n' : '')
        }
    }))

  test('AWS_PROFILE and a role that is based on it lead to the same', () =>
    withBroken(async (home) => {
      const env = { ...home.env, AWS_PROFILE: 'dev' }
      for (const words of [['whoami'], ['login']])
        assertFailure(await home.ssox(words, { env }), 3, BROKEN)
      home.writeConfig(`${home.read('config')}
[profile ops]
role_arn = arn:aws:iam::210987654321:role/Deploy
source_profile = dev
`)
      const ops = await home.ssox(['env', 'ops', '--shell', 'bash'])
      assertFailure(ops, 3, BROKEN)
      assert.match(ops.stderr, 'profile "ops", which is based on profile "dev", is not used: ')
    }))

  test('the others work, with one note', () =>
    withBroken(async (home) => {
      for (const words of [
        ['env', 'other', '--mode', 'profile', '--shell', 'bash'],
        ['env', 'other', '--shell', 'bash'],
        ['exec', 'other', '--', 'true'],
        ['whoami', 'other'],
      ]) {
        const run = await home.ssox(words)
        assert.is(run.status, 0, told(run))
        assertNoStack(run)
        assert.match(
          run.stderr,
          /^ssox: line 6 of \S+\/config: the section header has lost a bracket \(and 3 more: ssox doctor\); not used until it is mended: profile "dev", profile "prod"\n$/,
        )
        const quiet = await home.ssox([...words.slice(0, 2), '--quiet', ...words.slice(2)])
        assert.is(quiet.stderr, '')
      }
      const login = await home.ssox(['login', 'corp'])
      assert.match(login.stderr, /^ssox: line 6 of .*\nssox: signed in to /)
    }))

  test('the hook: exit 3, and the terminal stays as it was', () =>
    withBroken(async (home) => {
      const script = `. '${hook}'; awsuse other 2>/dev/null; echo "$? $SSOX_PROFILE"
awsuse dev; echo "$? $SSOX_PROFILE $SSOX_ACCOUNT_ID"; awsuse prod 2>/dev/null; echo "$? $SSOX_PROFILE"`
      const run = await runIn(home, ['bash', '--noprofile', '--norc', '-c', script])
      assert.is(run.stdout, '0 other\n3 other 123456789012\n3 other\n')
      assert.match(run.stderr, 'profile "dev" is not used: line 6 of ')
    }))

  test('once the line is mended, both work', () =>
    withBroken(async (home) => {
      home.writeConfig(home.read('config').replace('profile prod]', '[profile prod]'))
      for (const [name, account] of [
        ['dev', '123456789012'],
        ['prod', '012345678901'],
      ] as const) {
        const run = await home.ssox(['env', name, '--shell', 'bash'])
        assert.is(run.status, 0, told(run))
        assert.is(run.stderr, '')
        assert.match(run.stdout, `SSOX_ACCOUNT_ID='${account}'`)
      }
    }))

  test('list and status: the problem under the table; the profile is not signed out or lost', () =>
    withBroken(async (home) => {
      const list = await home.ssox(['list'])
      assert.is(list.status, 0, told(list))
      assert.match(list.stdout, /^dev {2,}invalid\n/m)
      assert.match(
        list.stdout,
        /^profile "dev" is not used: line 6 of .*\n {2}write \[profile prod\]/m,
      )
      assert.match(list.stderr, /^ssox: line 6 of \S+\/config: .*\n$/)
      const { profiles } = JSON.parse((await home.ssox(['list', '--json'])).stdout)
      assert.equal([profiles[0].name, profiles[0].kind], ['dev', 'sso'])
      assert.match(profiles[0].problem, BROKEN)
      assert.match(profiles[0].fix, /^write \[profile prod\] in line 6 of /)
      const status = await home.ssox(['status', '--json'])
      assert.match(JSON.parse(status.stdout).profiles[0].problem, BROKEN)
      assert.is((await home.ssox(['status', '--check', 'other'])).status, 0)
      assertFailure(await home.ssox(['status', '--check', 'dev']), 3, BROKEN)
      assertFailure(await home.ssox(['status', 'dev']), 3, BROKEN)
      assert.is((await home.ssox(['logout', '--all'])).status, 0)
    }))
})
