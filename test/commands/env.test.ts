/** `ssox env`: which variables it sets and unsets, for every kind of profile and in real shells. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Home, type HomeOptions, usualConfig } from '../support/home.ts'
import { testIn } from '../support/in-shell.ts'
import { inParallel } from '../support/machine.ts'
import { assertFailure, assertSuccess, told } from '../support/output.ts'
import { withSignIn, writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { dialectOf, environmentAfter, family, putOnPath, testInShells } from './evaluate.ts'

const HOOK = fileURLToPath(new URL('../../shell/ssox.bash', import.meta.url))

const AUDITOR = 'arn:aws:iam::345678901234:role/Auditor'

/** Profiles of every kind, beside the usual ones. */
function everyKind(home: Home): string {
  const now = Date.now()
  const answer = (expiration: string) =>
    `{"Version":1,"AccessKeyId":"ASIAPROCESS","SecretAccessKey":"process+secret/1","SessionToken":"token=="${expiration}}`
  const program = (name: string, text: string) => {
    const path = join(home.path, name)
    writeFileSync(path, `#!/bin/sh\nprintf '%s' '${text}'\n`)
    chmodSync(path, 0o755)
    return path
  }
  const later = new Date(now + 1_800_000).toISOString()
  const ending = program('ending', answer(`,"Expiration":"${later}"`))
  const endless = program('endless', answer(''))
  const claims = Buffer.from(JSON.stringify({ exp: now / 1000 + 3600 })).toString('base64url')
  writeFileSync(join(home.path, 'jwt'), `e30.${claims}.c2ln\n`)
  writeFileSync(
    home.aws('credentials'),
    '[temporary]\naws_access_key_id = ASIATEMPORARY\naws_secret_access_key = temporary+secret\naws_session_token = temporary/token==\n',
  )
  return `${usualConfig(home.center.startUrl)}
[profile placeless]
sso_session = corp
sso_account_id = 012345678901
sso_role_name = ReadOnly

[profile audit]
role_arn = ${AUDITOR}
external_id = unicorn-audit
role_session_name = by-the-book
source_profile = deploy

[profile rooted]
role_arn = ${AUDITOR}
external_id = unicorn-audit
source_profile = keyed
region = ca-central-1

[profile keyed]
aws_access_key_id = AKIAKEYED00000000000
aws_secret_access_key = keyed+secret

[profile ending]
credential_process = ${ending}
region = eu-west-3

[profile endless]
credential_process = ${endless}

[profile web]
role_arn = arn:aws:iam::210987654321:role/Deploy
web_identity_token_file = ${join(home.path, 'jwt')}
region = us-west-2
`
}

/** The person's own keys at the stand-in's STS, for chains that begin with them. */
const OPTIONS: HomeOptions = {
  staticKeys: [
    {
      accessKeyId: 'AKIAKEYED00000000000',
      secretAccessKey: 'keyed+secret',
      arn: 'arn:aws:iam::123456789012:user/ana',
    },
  ],
}

/** A signed-in home with profiles of every kind, `ssox` on its PATH. */
function withEveryKind<T>(use: (home: Home) => Promise<T>): Promise<T> {
  return withSignIn(async (home) => {
    home.writeConfig(everyKind(home))
    putOnPath(home)
    return use(home)
  }, OPTIONS)
}

/** What is true of a kind of profile; `true`: set to whatever fits the pattern in `PATTERNS`. */
interface Kind {
  readonly account?: string
  readonly role?: string
  readonly region?: string
  readonly expires: boolean
  readonly token: boolean
  /** The sign-in behind it ends at a time that is known: a legacy one, which is never renewed. */
  readonly signInEnds?: boolean
}

const KINDS: Readonly<Record<string, Kind>> = {
  default: {
    account: '123456789012',
    role: 'ReadOnly',
    region: 'us-east-1',
    expires: true,
    token: true,
  },
  dev: {
    account: '123456789012',
    role: 'Developer',
    region: 'eu-west-1',
    expires: true,
    token: true,
  },
  placeless: { account: '012345678901', role: 'ReadOnly', expires: true, token: true },
  old: {
    account: '210987654321',
    role: 'Developer',
    expires: true,
    token: true,
    signInEnds: true,
  },
  deploy: {
    account: '210987654321',
    role: 'Deploy',
    region: 'eu-west-1',
    expires: true,
    token: true,
  },
  audit: { account: '345678901234', role: 'Auditor', expires: true, token: true },
  rooted: {
    account: '345678901234',
    role: 'Auditor',
    region: 'ca-central-1',
    expires: true,
    token: true,
  },
  static: { region: 'eu-north-1', expires: false, token: false },
  temporary: { expires: false, token: true },
  ending: { region: 'eu-west-3', expires: true, token: true },
  endless: { expires: false, token: true },
  web: {
    account: '210987654321',
    role: 'Deploy',
    region: 'us-west-2',
    expires: true,
    token: true,
  },
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** Asserts that exactly the variables of the contract are set (section 4.3). */
function assertSets(
  found: Readonly<Record<string, string>>,
  profile: string,
  mode: 'both' | 'keys' | 'profile',
): void {
  const kind = KINDS[profile] as Kind
  const keys = mode !== 'profile'
  const ends = keys ? kind.expires : (kind.signInEnds ?? false)
  const expected: Record<string, string | RegExp | undefined> = {
    AWS_ACCESS_KEY_ID: keys ? /^A[KS]IA[A-Z0-9]+$/ : undefined,
    AWS_SECRET_ACCESS_KEY: keys ? /^\S{10,}$/ : undefined,
    AWS_SESSION_TOKEN: keys && kind.token ? /^\S{7,}$/ : undefined,
    AWS_PROFILE: mode === 'keys' ? undefined : profile,
    AWS_REGION: kind.region,
    AWS_DEFAULT_REGION: kind.region,
    AWS_ACCOUNT_ID: keys ? kind.account : undefined,
    AWS_CREDENTIAL_EXPIRATION: keys && ends ? TIME : undefined,
    AWS_SESSION_EXPIRATION: ends ? TIME : undefined,
    SSOX_PROFILE: profile,
    SSOX_EXPIRES: ends ? /^\d{10}$/ : undefined,
    SSOX_ACCOUNT_ID: kind.account,
    SSOX_ROLE: kind.role,
    SSOX_REGION: kind.region,
  }
  const about = `${profile}, mode ${mode}`
  const wanted = Object.entries(expected).filter(([, value]) => value !== undefined)
  assert.equal(Object.keys(found).sort(), wanted.map(([name]) => name).sort(), about)
  for (const [name, value] of wanted)
    if (value instanceof RegExp) assert.match(found[name] ?? '', value, `${about}: ${name}`)
    else assert.is(found[name], value, `${about}: ${name}`)
  if (!ends) return
  const epoch = Number(found['SSOX_EXPIRES']) * 1000
  assert.is(Date.parse(found['AWS_SESSION_EXPIRATION'] ?? ''), epoch, about)
  assert.ok(epoch > Date.now() && epoch <= Date.now() + 43_200_000, about)
}

suite('what env sets', (test) => {
  test('exactly the variables of the contract, for every kind of profile in every mode', () =>
    withEveryKind(async (home) => {
      await home.ssox(['login', 'old'])
      await inParallel(Object.keys(KINDS), async (profile) => {
        for (const mode of ['both', 'keys', 'profile'] as const) {
          // Quiet, because two chains may wait for the same role.
          const run = await home.ssox(['env', profile, '--mode', mode, '--format', 'json', '-q'])
          assertSuccess(run)
          assertSets(JSON.parse(run.stdout), profile, mode)
        }
      })
    }))

  test('mode profile fetches no keys, but signs in when it must', () =>
    withSignIn(async (home) => {
      const env = ['env', 'dev', '--mode', 'profile', '--shell', 'bash']
      assertSuccess(await home.ssox(env))
      assert.is(home.center.counts['GetRoleCredentials'] ?? 0, 0)
      await home.ssox(['logout', 'corp'])
      assertFailure(await home.ssox([...env, '--no-login']), 4, /"corp" needs a sign-in/)
      const again = await home.ssox([...env, '--login'])
      assert.is(again.status, 0, told(again))
      assert.is(home.browserOpens().length, 2)
    }))

  test('without a name: AWS_PROFILE, else AWS_DEFAULT_PROFILE, else default', () =>
    withSignIn(async (home) => {
      for (const [env, profile] of [
        [{ AWS_PROFILE: 'static', AWS_DEFAULT_PROFILE: 'dev' }, 'static'],
        [{ AWS_PROFILE: '', AWS_DEFAULT_PROFILE: 'dev' }, 'dev'],
        [{}, 'default'],
      ] as const) {
        const run = await home.ssox(['env', '--format', 'json'], { env: { ...home.env, ...env } })
        assertSuccess(run)
        assert.is(JSON.parse(run.stdout)['SSOX_PROFILE'], profile)
      }
    }))
})

/** What other tools leave in a shell; each of them would choose or show another account. */
const RIVALS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'AWS_SECURITY_TOKEN AWS_ACCESS_KEY AWS_SECRET_KEY AWS_CREDENTIAL_SCOPE AWS_DEFAULT_PROFILE',
      'AWS_EB_PROFILE AWS_PROFILE_REGION AWSU_PROFILE AWSUME_PROFILE AWSUME_EXPIRATION',
      'AWSUME_COMMAND AWS_SSO AWS_SSO_PROFILE AWS_SSO_ACCOUNT_ID',
      'AWS_SSO_ROLE_NAME AWS_SSO_ROLE_ARN AWS_SSO_SESSION_EXPIRATION AWS_SSO_DEFAULT_REGION',
      'GRANTED_SSO GRANTED_SSO_START_URL GRANTED_SSO_ROLE_NAME GRANTED_SSO_REGION',
      'GRANTED_SSO_ACCOUNT_ID AWS_VAULT AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN AWS_ROLE_SESSION_NAME',
      'AMAZON_ACCESS_KEY_ID AMAZON_SECRET_ACCESS_KEY AMAZON_SESSION_TOKEN',
      'SSOX_PROTECTED SSOX_ROLE SSOX_ACCOUNT_ID SSOX_EXPIRES SSOX_PROFILE',
      'AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE',
      'AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION',
    ]
      .join(' ')
      .split(' ')
      .map((name) => [name, `left over: ${name}`]),
  ),
}

/** What describes the shell or the tools, not the account: never touched. */
const KEPT: Readonly<Record<string, string>> = {
  AWS_SDK_LOAD_CONFIG: '1',
  AWS_CA_BUNDLE: '',
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/pod',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_PAGER: 'cat',
  SSOX_PROMPT: 'off',
  SSOX_RENEW_MINUTES: '0',
  SSOX_BROWSER: 'no-browser',
  OTHER: "with 'quotes' $HOME",
}

const kept = (home: Home) => ({
  ...Object.fromEntries(Object.entries(home.env).filter(([name]) => name.startsWith('AWS_'))),
  ...Object.fromEntries(Object.entries(KEPT).filter(([name]) => name !== 'OTHER')),
})

suite('env in a shell full of what others left', (test) => {
  testInShells(test, 'the state is exactly the new one, and --clear leaves nothing', (shells) =>
    withEveryKind(async (home) => {
      const own = kept(home)
      const regions = { AWS_REGION: 'mine-1', AWS_DEFAULT_REGION: 'mine-2' }
      const dirty = { ...RIVALS, ...KEPT, ...regions }
      const without = (found: Record<string, string>, names: object) =>
        Object.fromEntries(Object.entries(found).filter(([name]) => !Object.hasOwn(names, name)))
      for (const profile of ['deploy', 'placeless']) await home.ssox(['exec', profile, 'true'])
      await inParallel(shells, async (shell) => {
        const use = dialectOf(shell).evaluate
        const after = (words: string) => environmentAfter(home, shell, use(words), dirty)
        const switched = await after('deploy')
        assertSets(without(family(switched), own), 'deploy', 'both')
        const cleared = await after('--clear')
        assert.equal(family(cleared), sorted({ ...own, ...regions }), shell)
        const placeless = await after('placeless --mode keys')
        assertSets(without(family(placeless), { ...own, ...regions }), 'placeless', 'keys')
        assert.is(placeless.get('AWS_REGION'), 'mine-1', shell)
        assert.is(placeless.get('AWS_DEFAULT_REGION'), 'mine-2', shell)
        for (const found of [switched, cleared, placeless])
          for (const [name, value] of Object.entries({ ...own, OTHER: KEPT['OTHER'] }))
            assert.is(found.get(name), value, `${shell}: ${name}`)
      })
    }),
  )
})

function sorted(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))
}

suite('whose region it is', (test) => {
  const use = dialectOf('bash').evaluate
  /** Scripts of several switches, and what the two variables hold at the end. */
  const journeys: [title: string, script: string, regions: (string | undefined)[]][] = [
    [
      'the region of a profile goes with it',
      `${use('dev')}; ${use('placeless')}`,
      [undefined, undefined],
    ],
    [
      'the region of a profile goes with it on --clear',
      `${use('dev')}; ${use('--clear')}`,
      [undefined, undefined],
    ],
    [
      'one that was changed by hand after the switch stays',
      `${use('dev')}; export AWS_REGION=mine-1; ${use('placeless')}`,
      ['mine-1', undefined],
    ],
    [
      'one that the user had exported stays on a switch to a profile without region',
      `export AWS_DEFAULT_REGION=mine-1; ${use('placeless')}; ${use('--clear')}`,
      [undefined, 'mine-1'],
    ],
    [
      '--region wins over the profile, and is ssox’s to remove',
      `${use('dev --region sa-east-1')}; ${use('placeless')}`,
      [undefined, undefined],
    ],
    [
      '--region wins over the profile and the environment',
      `export AWS_REGION=mine-1; ${use('dev --region sa-east-1')}`,
      ['sa-east-1', 'sa-east-1'],
    ],
    [
      'from one profile with a region to another',
      `${use('dev')}; ${use('prod')}`,
      ['eu-central-1', 'eu-central-1'],
    ],
  ]

  testIn(test, 'bash', 'what ssox has set is unset, what the user has set stays', () =>
    withEveryKind(async (home) => {
      await inParallel(journeys, async ([title, script, regions]) => {
        const found = await environmentAfter(home, 'bash', script)
        const actual = [found.get('AWS_REGION'), found.get('AWS_DEFAULT_REGION')]
        assert.equal(actual, regions, title)
        assert.is(found.has('SSOX_REGION'), regions[0] !== undefined && regions[0] !== 'mine-1')
      })
    }),
  )

  testIn(test, 'bash', 'the setting counts where neither profile nor shell has a region', () =>
    withEveryKind(async (home) => {
      writeSettings(home, { region: 'ap-south-1' })
      // Twice, so that the second run has cached credentials.
      for (const [script, region] of [
        [use('placeless'), 'ap-south-1'],
        [use('dev'), 'eu-west-1'],
        [`${use('dev')}; ${use('placeless')}`, 'ap-south-1'],
        [`export AWS_REGION=mine-1; ${use('placeless')}`, 'mine-1'],
      ] as const)
        for (const _ of ['cold', 'warm']) {
          const found = await environmentAfter(home, 'bash', script)
          assert.is(found.get('AWS_REGION'), region, script)
        }
    }),
  )
})

suite('an account and role in place of a profile', (test) => {
  const ID = ['--account-id', '012345678901', '--role-name', 'ReadOnly']
  const where = (home: Home) => ['--start-url', home.center.startUrl, '--sso-region', 'us-east-1']

  test('no AWS_PROFILE, the rest as for a profile; the environment fills in what is missing', () =>
    withSignIn(async (home) => {
      const asFlags = ['env', ...where(home), ...ID, '--login', '--format', 'json']
      const first = await home.ssox(asFlags)
      assert.is(first.status, 0, told(first))
      const found = JSON.parse(first.stdout)
      assert.is(found['SSOX_PROFILE'], 'ReadOnly@012345678901')
      assert.is(found['SSOX_ACCOUNT_ID'], '012345678901')
      assert.not(Object.hasOwn(found, 'AWS_PROFILE'))

      const environment = {
        AWS_SSO_START_URL: home.center.startUrl,
        AWS_SSO_REGION: 'us-east-1',
        AWS_SSO_ACCOUNT_ID: '999999999999',
        AWS_SSO_ROLE_NAME: 'ReadOnly',
        AWS_PROFILE: 'dev',
      }
      const second = await home.ssox(
        ['env', '--account-id', '012345678901', '--shell', 'bash', '--mode', 'keys'],
        { env: { ...home.env, ...environment } },
      )
      assertSuccess(second)
      assert.match(second.stdout, new RegExp(`AWS_ACCESS_KEY_ID='${found['AWS_ACCESS_KEY_ID']}'`))
      assert.match(second.stdout, /^[^&]* unset -v [^&]* AWS_PROFILE /)
      assert.match(second.stdout, / AWS_SSO_ACCOUNT_ID AWS_SSO_ROLE_NAME /)
      assert.is(home.center.counts['GetRoleCredentials'], 1, 'the second run used the cache')

      const alone = await home.ssox(['env', '--format', 'json'], {
        env: { ...home.env, ...environment },
      })
      assert.is(JSON.parse(alone.stdout)['SSOX_PROFILE'], 'dev', 'AWS_PROFILE comes first')
    }))

  const variables = (home: Home) => ({
    AWS_SSO_START_URL: home.center.startUrl,
    AWS_SSO_REGION: 'us-east-1',
    AWS_SSO_ACCOUNT_ID: '012345678901',
    AWS_SSO_ROLE_NAME: 'ReadOnly',
  })

  test('the variables alone, if all are there: they stay, and can be asked again', () =>
    withSignIn(async (home) => {
      putOnPath(home)
      const all = variables(home)
      assert.is((await home.ssox(['login'], { env: { ...home.env, ...all } })).status, 0)
      const twice = 'eval "$(ssox env)" && unset SSOX_PROFILE && eval "$(ssox env)"'
      const found = await environmentAfter(home, 'bash', twice, all)
      assert.is(found.get('SSOX_PROFILE'), 'ReadOnly@012345678901')
      assert.not(found.has('AWS_PROFILE'))
      for (const [name, value] of Object.entries(all)) assert.is(found.get(name), value)
      const whoami = await home.ssox(['whoami'], { env: { ...home.env, ...all } })
      assert.match(whoami.stdout, /^profile +ReadOnly@012345678901\naccount +012345678901\n/)

      for (const env of [
        { ...all, AWS_SSO_START_URL: '' },
        { ...all, AWS_PROFILE: 'dev' },
      ] as Record<string, string>[]) {
        const run = await home.ssox(['env', '--format', 'json'], { env: { ...home.env, ...env } })
        assert.is(JSON.parse(run.stdout)['SSOX_PROFILE'], env['AWS_PROFILE'] ?? 'default')
      }
      const named = await home.ssox(['env', 'dev', '--format', 'json'], {
        env: { ...home.env, ...all },
      })
      assert.is(JSON.parse(named.stdout)['SSOX_PROFILE'], 'dev')
    }))

  test('its name leads back to it, also for a hook, until a profile has that name', () =>
    withSignIn(async (home) => {
      putOnPath(home)
      const flags = [...where(home), ...ID].join(' ')
      const name = 'ReadOnly@012345678901'
      assertFailure(await home.ssox(['env', name, '--shell', 'sh']), 3, /there is no profile "Read/)
      assert.is((await home.ssox(['login', ...where(home)])).status, 0)
      const steps = [`awsuse ${flags}`, 'awsuse prod', 'awsuse -', 'awsuse prod', `awsuse ${name}`]
      const script = `. '${HOOK}'; ${steps.join(' && ')}`
      const found = await environmentAfter(home, 'bash', script)
      assert.is(found.get('SSOX_PROFILE'), name)
      assert.is(found.get('SSOX_ACCOUNT_ID'), '012345678901')
      assert.not(found.has('AWS_PROFILE'))
      const asked = home.center.counts['GetRoleCredentials'] ?? 0
      const renewed = await home.ssox(
        ['env', '--shell', 'bash', '--no-login', '--min-left', '700', '-q', '--', name],
        { env: { ...home.env, SSOX_HOOK: 'renew' } },
      )
      assertSuccess(renewed)
      assert.is(home.center.counts['GetRoleCredentials'], asked + 1)

      home.writeConfig(`${home.read('config')}
[profile ${name}]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
`)
      const other = await home.ssox(['env', name, '--format', 'json'])
      assert.is(JSON.parse(other.stdout)['SSOX_ROLE'], 'Developer')
    }))

  test('is not kept for the hooks where a profile has its name: that name means the profile', () =>
    withSignIn(async (home) => {
      putOnPath(home)
      const name = 'ReadOnly@012345678901'
      home.writeConfig(`${home.read('config')}
[profile ${name}]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
`)
      assert.is((await home.ssox(['login', ...where(home)])).status, 0)
      const flags = [...where(home), ...ID].join(' ')
      const steps = ['awsuse dev', `awsuse ${flags}`, 'got=$SSOX_ROLE', 'awsuse dev']
      const script = `. '${HOOK}'; ${[...steps, `awsuse ${name}`, 'export got'].join(' && ')}`
      const found = await environmentAfter(home, 'bash', script)
      assert.is(found.get('got'), 'ReadOnly')
      assert.is(found.get('SSOX_ROLE'), 'Developer')
      assert.is(found.get('SSOX_ACCOUNT_ID'), '123456789012')
    }))

  for (const [title, words, about] of [
    ['a profile beside them', ['dev', ...ID], /^ssox: --start-url is for an account and role/],
    ['something missing', ['--account-id', '012345678901'], /--start-url, --sso-region, --role/],
    ['eleven digits', ['--account-id', '12345678901'], /"12345678901" is not a number of twelve/],
    ['a region that is none', ['--sso-region', 'x/y'], /"x\/y" is not the name of a region/],
    ['mode profile', ['--mode', 'profile'], /mode profile needs a profile/],
  ] as const)
    test(`${title}: exit 2, and the shell gets its failing statement`, () =>
      withSignIn(async (home) => {
        const all = [...where(home), ...ID]
        const args = title === 'something missing' ? words : [...all, ...words]
        const run = await home.ssox(['env', ...args, '--shell', 'bash'])
        assertFailure(run, 2, about)
        assert.is(run.stdout, 'false\n')
      }))
})

suite('when env asks AWS again', (test) => {
  test('not while the cached credentials are valid; with --refresh always, and all others see it', () =>
    withSignIn(async (home) => {
      const asked = () => home.center.counts['GetRoleCredentials'] ?? 0
      const id = async (...words: string[]) => {
        const run = await home.ssox(['env', 'dev', '--format', 'json', ...words])
        assertSuccess(run)
        return JSON.parse(run.stdout)['AWS_ACCESS_KEY_ID']
      }
      const first = await id()
      assert.is(await id(), first)
      assert.is(asked(), 1)
      const second = await id('--refresh')
      assert.not.equal(second, first)
      assert.is(await id(), second)
      assert.is(asked(), 2)
    }))

  for (const [title, lifetime, words, asked] of [
    ['six minutes left are enough', 360, [], 1],
    ['less than five minutes left are not', 290, [], 2],
    ['--min-left 3 takes less', 290, ['--min-left', '3'], 1],
    ['--min-left 10 wants more', 360, ['--min-left', '10'], 2],
    ['--min-left 0 takes what is left', 60, ['--min-left', '0'], 1],
  ] as const)
    test(title, () =>
      withSignIn(
        async (home) => {
          for (const _ of [1, 2]) {
            const run = await home.ssox(['env', 'dev', '--shell', 'bash', ...words])
            assertSuccess(run)
          }
          assert.is(home.center.counts['GetRoleCredentials'], asked)
        },
        { lifetimes: { roleCredentials: lifetime } },
      ),
    )
})
