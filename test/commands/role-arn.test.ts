/** `--role-arn`: a role on top of a profile, as if a profile with role_arn and source_profile existed. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { adHocProfile, type Profile } from '../../src/aws/profile.ts'
import { roleOnTop } from '../../src/aws/role-on-top.ts'
import { type Home, usualConfig } from '../support/home.ts'
import { assertFailure, assertSuccess, told } from '../support/output.ts'
import { useIdentity, withSignIn, writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { environmentAfter, putOnPath } from './evaluate.ts'

const ARN = 'arn:aws:iam::210987654321:role/Deploy'
const NAME = 'Deploy@210987654321'

function withPath<T>(use: (home: Home) => Promise<T>): Promise<T> {
  return withSignIn((home) => {
    putOnPath(home)
    return use(home)
  })
}

const cached = (home: Home) => readdirSync(home.aws('cli', 'cache')).length

suite('the role that --role-arn names', (test) => {
  const sso = (ssoRegion: string): Profile =>
    adHocProfile({
      startUrl: 'https://x.awsapps.com/start',
      ssoRegion,
      accountId: '123456789012',
      roleName: 'Dev',
    })
  const cases: [title: string, text: string, source: Profile, arn: string | undefined][] = [
    ['an ARN as it is', ARN, sso('us-east-1'), ARN],
    ['account:role in the partition of most regions', '210987654321:Deploy', sso('eu-west-1'), ARN],
    [
      'account:role in China',
      '210987654321:Deploy',
      sso('cn-north-1'),
      'arn:aws-cn:iam::210987654321:role/Deploy',
    ],
    [
      'account:role on top of a role in GovCloud',
      '210987654321:Deploy',
      roleOnTop('arn:aws-us-gov:iam::123456789012:role/First', sso('us-gov-west-1')),
      'arn:aws-us-gov:iam::210987654321:role/Deploy',
    ],
    [
      'a role with a path',
      '210987654321:ci/team/Deploy',
      sso('us-east-1'),
      'arn:aws:iam::210987654321:role/ci/team/Deploy',
    ],
    ['no short account', '21098765432:Deploy', sso('us-east-1'), undefined],
    ['no user', 'arn:aws:iam::210987654321:user/ana', sso('us-east-1'), undefined],
    ['no name alone', 'Deploy', sso('us-east-1'), undefined],
    ['no line break', `${ARN}\n`, sso('us-east-1'), undefined],
    ['no slash at the end', `${ARN}/`, sso('us-east-1'), undefined],
    ['not nothing', '', sso('us-east-1'), undefined],
  ]
  for (const [title, text, source, arn] of cases)
    test(title, () => {
      if (arn === undefined) assert.throws(() => roleOnTop(text, source), /--role-arn is/)
      else assert.is(roleOnTop(text, source).roleArn, arn)
    })
})

suite('--role-arn', (test) => {
  test('env: keys of the role, its name, account and role, no AWS_PROFILE, nothing kept', () =>
    withPath(async (home) => {
      const runtime = join(home.path, '.cache', 'ssox')
      for (const arn of [ARN, '210987654321:Deploy']) {
        const vars = await environmentAfter(
          home,
          'bash',
          `export AWS_PROFILE=dev; eval "$(SSOX_HOOK=bash ssox env dev --role-arn ${arn})"`,
        )
        assert.is(vars.get('AWS_PROFILE'), undefined)
        assert.is(vars.get('SSOX_PROFILE'), NAME)
        assert.is(vars.get('SSOX_ACCOUNT_ID'), '210987654321')
        assert.is(vars.get('AWS_ACCOUNT_ID'), '210987654321')
        assert.is(vars.get('SSOX_ROLE'), 'Deploy')
        assert.is(vars.get('AWS_REGION'), 'eu-west-1')
        assert.match(vars.get('AWS_ACCESS_KEY_ID') ?? '', /^ASIA/)
      }
      assert.is(home.center.counts['AssumeRole'], 1, 'the second is from the cache of the AWS CLI')
      const kept = existsSync(runtime)
        ? readdirSync(runtime, { recursive: true, encoding: 'utf8' }).filter((name) =>
            /Deploy|210987654321/.test(name),
          )
        : []
      assert.equal(kept, [])
    }))

  test('exec, whoami and credential-process, on top of AWS_PROFILE too', () =>
    withPath(async (home) => {
      const env = { ...home.env, AWS_PROFILE: 'dev' }
      const flag = [`--role-arn=${ARN}`]
      const exec = ['exec', ...flag, '--', 'sh', '-c', 'echo "$SSOX_PROFILE/$AWS_PROFILE"']
      assert.is((await home.ssox(exec, { env })).stdout, `${NAME}/\n`)
      const who = await home.ssox(['whoami', ...flag], { env })
      assert.match(who.stdout, /^arn +arn:aws:sts::210987654321:assumed-role\/Deploy\/ssox-\d+$/m)
      const answer = await home.ssox(['credential-process', '--profile', 'dev', ...flag])
      assertSuccess(answer)
      assert.is(JSON.parse(answer.stdout).AccountId, '210987654321')
      const plain = await home.ssox(['credential-process', '--profile', 'dev'])
      assert.is(JSON.parse(plain.stdout).AccountId, '123456789012')
    }))

  test('on top of an account and role without a profile', () =>
    withPath(async (home) => {
      await useIdentity(home)
      const run = await home.ssox(['whoami', 'ReadOnly@012345678901', `--role-arn=${ARN}`])
      assert.match(run.stdout, /^account +210987654321$/m, told(run))
    }))

  test('logout removes its role credentials, that of another session does not', () =>
    withPath(async (home) => {
      await home.ssox(['whoami', 'dev', `--role-arn=${ARN}`])
      const before = cached(home)
      assert.is((await home.ssox(['logout', 'old'])).status, 0)
      assert.is(cached(home), before)
      assert.is((await home.ssox(['logout', 'corp'])).status, 0)
      assert.is(cached(home), 0)
    }))

  test('the guard sees its account and role', () =>
    withPath(async (home) => {
      for (const protect of ['210987654321', 'Dep*', NAME]) {
        writeSettings(home, { login_flow: 'pkce', protect })
        const run = ['--', 'sh', '-c', 'echo "$SSOX_PROTECTED"']
        const role = await home.ssox(['exec', 'dev', `--role-arn=${ARN}`, ...run])
        assert.is(role.stdout, '1\n')
        assert.is((await home.ssox(['exec', 'dev', ...run])).stdout, '\n')
      }
    }))

  test('its name leads to nothing but a hint, and a renewal takes no other keys for it', () =>
    withPath(async (home) => {
      const flag = `--role-arn=${ARN}`
      assertSuccess(await home.ssox(['env', 'dev', flag, '--shell', 'bash']))
      const named = await home.ssox(['env', NAME, '--shell', 'bash'])
      assertFailure(named, 3, /that was a role of --role-arn/)
      assert.match(named.stderr, `\n  ssox env dev ${flag}\n`)
      const env = { ...home.env, SSOX_HOOK: 'renew' }
      const renewal = await home.ssox(['env', '--shell', 'bash', '--', NAME], { env })
      assertSuccess(renewal)
      assert.not.match(renewal.stdout, /ASIA/)
      const note = readdirSync(join(home.path, '.cache', 'ssox')).filter((one) => /^n-/.test(one))
      assert.is(note.length, 1)
    }))

  test('a profile that has the name keeps it', () =>
    withPath(async (home) => {
      const mine = `\n[profile ${NAME}]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n`
      home.writeConfig(`${usualConfig(home.center.startUrl)}${mine}`)
      const run = ['--', 'sh', '-c', 'echo "$SSOX_PROFILE"']
      const role = await home.ssox(['exec', 'dev', `--role-arn=${ARN}`, ...run])
      assert.is(role.stdout, `${NAME}/dev\n`)
    }))

  test('what it cannot be: exit 2, and no keys', () =>
    withPath(async (home) => {
      const cases: [args: string[], about: RegExp][] = [
        [['env', 'dev', '--role-arn', 'Deploy', '--shell', 'bash'], /not the ARN of a role/],
        [
          ['env', 'dev', `--role-arn=${ARN}`, '--mode', 'profile', '--shell', 'bash'],
          /mode profile needs a profile/,
        ],
        [['exec', '--each', '*', `--role-arn=${ARN}`, '--', 'true'], /not for --each/],
        [
          ['credential-process', '--install', 'dev', `--role-arn=${ARN}`],
          /--install writes a line for a profile/,
        ],
      ]
      for (const [args, about] of cases) assertFailure(await home.ssox(args), 2, about)
      const refused = await home.ssox(['whoami', 'dev', '--role-arn', '210987654321:Nobody'])
      assertFailure(refused, 5, /AWS refuses role arn:aws:iam::210987654321:role\/Nobody/)
      assert.match(refused.stderr, /must admit profile "dev"/)
    }))
})
