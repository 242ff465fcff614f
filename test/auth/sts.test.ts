/** AWS STS: where it is asked, and what mends each of its refusals. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environmentAfter, putOnPath } from '../commands/evaluate.ts'
import { type Home, usualConfig, withHome } from '../support/home.ts'
import { inMountNamespace, needing, ssoxUnder } from '../support/machine.ts'
import { assertFailure, told } from '../support/output.ts'
import { withProxy } from '../support/proxy.ts'
import { withSignIn, writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

const GOV = 'arn:aws-us-gov:iam::210987654321:role/Ops'

/** The usual profiles, and some of GovCloud; `gov` has its sign-in there, `gov-ops` its role. */
function govConfig(startUrl: string): string {
  return `${usualConfig(startUrl)}
[profile gov-ops]
role_arn = ${GOV}
source_profile = dev
region = us-gov-west-1
[profile gov-bare]
role_arn = ${GOV}
source_profile = dev
[profile gov-wrong]
role_arn = ${GOV}
source_profile = dev
region = eu-west-1
[profile gov]
sso_session = gov
sso_account_id = 123456789012
sso_role_name = Developer
[sso-session gov]
sso_start_url = ${startUrl}
sso_region = us-gov-east-1
`
}

/** Hosts that ssox asks for STS, with the sign-in and the role credentials from the stand-in. */
async function hostsAsked(
  home: Home,
  args: string[],
  env: Record<string, string> = {},
): Promise<string[]> {
  return withProxy(
    async ({ url, tunnels }) => {
      const { AWS_ENDPOINT_URL_STS: _, ...rest } = home.env
      const run = await home.ssox(args, { env: { ...rest, HTTPS_PROXY: url, ...env } })
      assert.is(run.status, 6, told(run))
      return [...new Set(tunnels)]
    },
    { refuse: '403 Forbidden' },
  )
}

const sts = (region: string) => [`sts.${region}.amazonaws.com:443`]

suite('the region that STS is asked in', (test) => {
  const withGov = (use: (home: Home) => Promise<void>) =>
    withSignIn(async (home) => {
      home.writeConfig(govConfig(home.center.startUrl))
      putOnPath(home)
      await use(home)
    })

  test(
    'in a shell that has the region of another profile: that of the profile that is entered',
    () =>
      withGov(async (home) => {
        const inDev = Object.fromEntries(
          await environmentAfter(home, 'bash', 'eval "$(ssox env dev)"'),
        )
        assert.is(inDev['AWS_REGION'], 'eu-west-1')
        const { AWS_ENDPOINT_URL_STS: _, ...shell } = inDev
        for (const words of [['env', '--shell', 'bash'], ['exec'], ['whoami']]) {
          const [verb = '', ...more] = words
          const rest = verb === 'exec' ? ['--', 'true'] : more
          for (const profile of ['gov-ops', 'gov-bare', 'gov-wrong'])
            assert.equal(
              await hostsAsked(home, [verb, profile, ...rest], shell),
              sts('us-gov-west-1'),
              `${verb} ${profile}`,
            )
          assert.equal(await hostsAsked(home, [verb, 'deploy', ...rest], shell), sts('eu-west-1'))
        }
        const renewal = { ...shell, SSOX_HOOK: 'bash' }
        const args = ['env', 'gov-ops', '--shell', 'bash']
        assert.equal(await hostsAsked(home, args, renewal), sts('us-gov-west-1'))
      }),
    120_000,
  )

  test('whoami of an SSO profile in GovCloud, and of a shell that is in it', () =>
    withGov(async (home) => {
      await home.ssox(['login', 'gov'])
      const env = { AWS_REGION: 'eu-west-1' }
      assert.equal(await hostsAsked(home, ['whoami', 'gov'], env), sts('us-gov-west-1'))
      const keys = { AWS_ACCESS_KEY_ID: 'ASIAX', AWS_SECRET_ACCESS_KEY: 'x' }
      const shell = {
        ...keys,
        SSOX_PROFILE: 'gov',
        AWS_REGION: 'eu-west-1',
        SSOX_REGION: 'eu-west-1',
      }
      assert.equal(await hostsAsked(home, ['whoami'], shell), sts('us-gov-west-1'))
      const own = { ...keys, AWS_REGION: 'ap-south-1' }
      assert.equal(await hostsAsked(home, ['whoami'], own), sts('ap-south-1'))
    }))

  test('the setting region counts in its own partition only, for STS and for the shell', () =>
    withGov(async (home) => {
      writeSettings(home, { login_flow: 'pkce', region: 'eu-west-3' })
      await home.ssox(['login', 'gov'])
      assert.equal(await hostsAsked(home, ['whoami', 'gov-bare']), sts('us-gov-west-1'))
      assert.equal(await hostsAsked(home, ['whoami', 'old', '--login']), sts('eu-west-3'))
      const gov = await home.ssox(['env', 'gov', '--format', 'json'])
      assert.is(gov.status, 0, told(gov))
      assert.is(JSON.parse(gov.stdout).AWS_REGION, undefined)
      const old = await home.ssox(['env', 'old', '--format', 'json'])
      assert.is(JSON.parse(old.stdout).AWS_REGION, 'eu-west-3')
    }))

  test('a region of another cloud is exported as it is, and becomes no host where none is built', () =>
    withSignIn(async (home) => {
      for (const region of ['RegionOne', 'GRA', 'US']) {
        home.writeConfig(
          home
            .read('config')
            .replace(/region = (eu-west-1|RegionOne|GRA)$/gm, `region = ${region}`),
        )
        const env = await home.ssox(['env', 'deploy', '--format', 'json', '--refresh'])
        assert.is(env.status, 0, told(env))
        assert.is(JSON.parse(env.stdout).AWS_REGION, region)
      }
      home.writeConfig(home.read('config').replaceAll('region = US', 'region = a_b'))
      assertFailure(await home.ssox(['whoami', 'deploy']), 3, /"a_b" is not the name of a region/)
    }))
})

suite('endpoints of STS', (test) => {
  const KEY = {
    accessKeyId: 'test',
    secretAccessKey: 'test',
    arn: 'arn:aws:iam::000000000000:user/t',
  }
  const config = `[profile local]
aws_access_key_id = test
aws_secret_access_key = test
[profile role]
role_arn = arn:aws:iam::210987654321:role/Deploy
source_profile = local
`
  /** `where` is written into both profiles, or set. */
  const cases: [
    title: string,
    env: (url: string) => Record<string, string>,
    where: (url: string) => string,
  ][] = [
    ['AWS_ENDPOINT_URL', (url) => ({ AWS_ENDPOINT_URL: url }), () => ''],
    ['endpoint_url of the profile', () => ({}), (url) => `endpoint_url = ${url}\n`],
    [
      'AWS_ENDPOINT_URL before endpoint_url',
      (url) => ({ AWS_ENDPOINT_URL: url }),
      () => 'endpoint_url = http://127.0.0.1:1\n',
    ],
    [
      'AWS_ENDPOINT_URL_STS before AWS_ENDPOINT_URL',
      (url) => ({ AWS_ENDPOINT_URL_STS: url, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }),
      () => '',
    ],
    [
      'the services section before endpoint_url',
      () => ({}),
      () => 'services = s\nendpoint_url = http://127.0.0.1:1\n',
    ],
  ]
  for (const [title, env, where] of cases)
    test(`${title}: for AssumeRole and whoami`, () =>
      withHome(
        async (home) => {
          const { url } = home.center
          for (const service of ['SSO', 'SSO_OIDC', 'STS'])
            delete home.env[`AWS_ENDPOINT_URL_${service}`]
          Object.assign(home.env, env(url))
          home.writeConfig(
            `${config.replaceAll(/^(\[profile .*)$/gm, `$1\n${where(url)}`)}[services s]\nsts =\n  endpoint_url = ${url}\n`,
          )
          const role = await home.ssox(['env', 'role', '--shell', 'bash'])
          assert.is(role.status, 0, told(role))
          const who = await home.ssox(['whoami', 'local'])
          assert.is(who.status, 0, told(who))
          assert.match(who.stdout, 'arn:aws:iam::000000000000:user/t')
          assert.equal(
            [home.center.counts['AssumeRole'], home.center.counts['GetCallerIdentity']],
            [1, 1],
          )
        },
        { staticKeys: [KEY] },
      ))

  needing(test, ['unshare'])(
    'http to a host by name (LocalStack), and whoami of the shell there',
    () =>
      withHome(
        async (home) => {
          const hosts = join(home.path, 'hosts')
          writeFileSync(hosts, '127.0.0.1 localstack.test localhost\n')
          delete home.env['AWS_ENDPOINT_URL_STS']
          const url = `http://localstack.test:${new URL(home.center.url).port}`
          home.writeConfig(config.replaceAll(/^(\[profile .*)$/gm, `$1\nendpoint_url = ${url}`))
          const under = inMountNamespace(`mount --bind '${hosts}' /etc/hosts`)
          const role = await ssoxUnder(home, under, ['env', 'role', '--format', 'json'])
          assert.is(role.status, 0, told(role))
          Object.assign(home.env, JSON.parse(role.stdout))
          const who = await ssoxUnder(home, under, ['whoami'])
          assert.is(who.status, 0, told(who))
          assert.match(who.stdout, ':assumed-role/Deploy/')
        },
        { staticKeys: [KEY] },
      ),
  )

  test('a web identity token goes over https or to this machine only; the sign-in follows neither', () =>
    withHome(async (home) => {
      writeFileSync(join(home.path, 'jwt'), 'a.b.c')
      delete home.env['AWS_ENDPOINT_URL_STS']
      home.writeConfig(`[profile web]
role_arn = arn:aws:iam::210987654321:role/Deploy
web_identity_token_file = ~/jwt
endpoint_url = http://localstack.test:4566
[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
endpoint_url = http://127.0.0.1:1
[sso-session corp]
sso_start_url = ${home.center.startUrl}
sso_region = us-east-1
`)
      assertFailure(
        await home.ssox(['env', 'web', '--shell', 'bash']),
        3,
        /endpoint_url of the profile is not an https/,
      )
      home.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1'
      writeSettings(home, { login_flow: 'pkce' })
      const dev = await home.ssox(['env', 'dev', '--login', '--shell', 'bash'])
      assert.is(dev.status, 0, told(dev))
    }))
})

suite('refusals of STS', (test) => {
  const cases: [title: string, profile: string, type: string, message: string, mend: RegExp][] = [
    [
      'a wrong MFA code',
      'deploy',
      'AccessDenied',
      'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
      /add mfa_serial to profile "deploy"/,
    ],
    [
      'no trust',
      'deploy',
      'AccessDenied',
      'User: x is not authorized to perform: sts:AssumeRole on resource: y',
      /trust policy/,
    ],
    [
      'too long',
      'deploy',
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      /duration_seconds of profile "deploy"/,
    ],
    [
      'too long in a chain',
      'deploy',
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
      /3600 at most/,
    ],
    [
      'too short',
      'deploy',
      'ValidationError',
      "1 validation error detected: Value '60' at 'durationSeconds' failed to satisfy constraint",
      /duration_seconds/,
    ],
    [
      'a role that is none',
      'deploy',
      'ValidationError',
      'arn:aws:iam::1:role/x is invalid',
      /correct role_arn of profile "deploy"/,
    ],
    [
      'a region that is off',
      'deploy',
      'RegionDisabledException',
      'STS is not activated in this region for account:1.',
      /activate STS for eu-west-1/,
    ],
    [
      'a clock that is off',
      'deploy',
      'SignatureDoesNotMatch',
      'Signature expired: 20260101T000000Z is now earlier than 20260102T000000Z',
      /set the clock of this machine/,
    ],
    [
      'a clock that is ahead',
      'deploy',
      'SignatureDoesNotMatch',
      'Signature not yet current: 1 is still later than 2',
      /set the clock of this machine/,
    ],
    [
      'keys of another partition, or none any more',
      'static',
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
      /put keys that are valid into \[profile static\]/,
    ],
    [
      'a wrong secret',
      'static',
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
      /put keys that are valid into/,
    ],
    [
      'a token that has ended',
      'dev',
      'ExpiredToken',
      'The security token included in the request is expired',
      /ssox env dev --refresh/,
    ],
    [
      'a web identity that has ended',
      'web',
      'ExpiredTokenException',
      'Token expired: 1 must be a future date',
      /put a token that is valid into .*jwt/,
    ],
    [
      'a web identity that is none',
      'web',
      'InvalidIdentityToken',
      'The ID Token provided is not a valid JWT.',
      /put a token that is valid into/,
    ],
  ]
  test(
    `${cases.length} of them: each with what mends it`,
    () =>
      withSignIn(async (home) => {
        const jwt = join(home.path, 'jwt')
        writeFileSync(jwt, 'a.b.c')
        home.writeConfig(
          `${home.read('config')}\n[profile web]\nrole_arn = arn:aws:iam::210987654321:role/Deploy\nweb_identity_token_file = ${jwt}\n`,
        )
        for (const [title, profile, type, message, mend] of cases) {
          const stop = ['AssumeRole', 'AssumeRoleWithWebIdentity', 'GetCallerIdentity'].map(
            (operation) =>
              home.center.fail(
                operation,
                { status: type === 'AccessDenied' ? 403 : 400, type, message },
                9,
              ),
          )
          const run = await home.ssox(['whoami', profile])
          for (const end of stop) end()
          assertFailure(run, 5, /AWS refuses .* in [a-z]+-[a-z]+-1: /)
          assert.match(run.stderr.split('\n')[1] ?? '', mend, `${title}: ${run.stderr}`)
          assert.match(run.stderr, type)
        }
      }),
    120_000,
  )

  test('a page of a proxy is no refusal, whatever its status: exit 6', () =>
    withSignIn(async (home) => {
      for (const status of [200, 403]) {
        const headers = { 'content-type': 'text/html' }
        home.center.fail('AssumeRole', { status, headers, body: '<html><p>Blocked</p></html>' })
        assertFailure(await home.ssox(['whoami', 'deploy']), 6, /not an AWS answer/)
      }
    }))
})
