/** `ssox login`: which session it signs in to, and when it asks nobody. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { signInMarker } from '../../src/state/sign-in-marker.ts'
import { decide, shownUrl, start } from '../auth/rig.ts'
import { type Home, usualConfig, withHome } from '../support/home.ts'
import { inParallel, runIn } from '../support/machine.ts'
import { assertFailure, keysIn, told } from '../support/output.ts'
import {
  IDENTITY,
  readObject,
  roleFile,
  setFields,
  tokenFile,
  useIdentity,
  withSignIn,
  writeSettings,
} from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { putOnPath } from './evaluate.ts'

/** A home where a sign-in takes a moment: with the browser, which approves at once. */
function withBrowser<T>(use: (home: Home) => Promise<T>): Promise<T> {
  return withHome((home) => {
    writeSettings(home, { login_flow: 'pkce' })
    return use(home)
  })
}

const session = (home: Home, name: string) => `[sso-session ${name}]
sso_start_url = ${home.center.startUrl}
sso_region = us-east-1
`

const profile = (name: string, sessionName: string) => `[profile ${name}]
sso_session = ${sessionName}
sso_account_id = 123456789012
sso_role_name = Developer
`

suite('which session login means', (test) => {
  const cases: [title: string, args: string[], env: Record<string, string>][] = [
    ['a session', ['corp'], {}],
    ['a profile', ['dev'], {}],
    ['a profile whose chain begins there', ['deploy'], {}],
    ['AWS_PROFILE', [], { AWS_PROFILE: 'prod' }],
    ['AWS_DEFAULT_PROFILE', [], { AWS_DEFAULT_PROFILE: 'deploy' }],
  ]
  test('a session, a profile, the profile of a chain, or AWS_PROFILE', () =>
    inParallel(cases, ([title, args, env]) =>
      withBrowser(async (home) => {
        const run = await home.ssox(['login', ...args], { env: { ...home.env, ...env } })
        assert.is(run.status, 0, `${title}: ${told(run)}`)
        assert.is(run.stdout, '')
        assert.match(
          run.stderr,
          /^ssox: signed in to "corp" \(59m left, then renewed by itself\)$/m,
        )
        assert.is(home.browserOpens().length, 1)
        assert.ok(existsSync(tokenFile(home)))
      }),
    ))

  test('alone: the only session there is, named or not', () =>
    withBrowser(async (home) => {
      home.writeConfig(`${profile('a', 'corp')}${profile('b', 'corp')}${session(home, 'corp')}`)
      const run = await home.ssox(['login'])
      assert.is(run.status, 0, told(run))
      assert.match(run.stderr, /signed in to "corp"/)
      home.writeConfig(`[profile old]
sso_start_url = ${home.center.startUrl}
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = Developer
`)
      const old = await home.ssox(['login'])
      assert.is(old.status, 0, told(old))
      assert.match(old.stderr, /signed in to http:.*\/start \(59m left\)/)
    }))

  test('one without a name by its start URL, as the message about several says', () =>
    withBrowser(async (home) => {
      const old = usualConfig(home.center.startUrl).split('\n\n')[3] ?? ''
      home.writeConfig(`${old}\n${profile('dev', 'corp')}${session(home, 'corp')}`)
      const several = await home.ssox(['login'])
      assertFailure(several, 2, /there are 2 SSO sessions: http:.*\/start, corp$/)
      const words = several.stderr.trimEnd().split('\n')[1]?.trim().split(' ') ?? []
      assert.equal(words, ['ssox', 'login', home.center.startUrl])
      const run = await home.ssox(words.slice(1))
      assert.is(run.status, 0, told(run))
    }))

  test('a start URL and its region, by flags or variables; account and role may be there', () =>
    withBrowser(async (home) => {
      const flags = ['--start-url', home.center.startUrl, '--sso-region', 'us-east-1']
      const variables = { AWS_SSO_START_URL: home.center.startUrl, AWS_SSO_REGION: 'us-east-1' }
      for (const [args, env] of [
        [flags, {}],
        [[...flags, '--account-id', '123456789012', '--role-name', 'Developer'], {}],
        [[], variables],
      ] as const) {
        const run = await home.ssox(['login', ...args], { env: { ...home.env, ...env } })
        assert.is(run.status, 0, told(run))
        assert.match(run.stderr, /signed in to http:.*\/start \(59m left\)/)
      }
      const half = await home.ssox(['login', ...flags.slice(0, 2)])
      assertFailure(half, 2, /without a profile --sso-region must be given, too$/)
      assertFailure(await home.ssox(['login', 'dev', ...flags]), 2, /not for use beside "dev"$/)
      const env = { ...home.env, ...variables, AWS_PROFILE: 'dev' }
      assert.match((await home.ssox(['login'], { env })).stderr, /signed in to "corp"/)
    }))

  test('an account and role without a profile, once it was used, by its name or its start URL', () =>
    withBrowser(async (home) => {
      assertFailure(await home.ssox(['login', IDENTITY]), 3, /is called "ReadOnly@/)
      await useIdentity(home)
      home.writeConfig(usualConfig('https://elsewhere.awsapps.com/start'))
      for (const name of [IDENTITY, home.center.startUrl]) {
        const run = await home.ssox(['login', name, '--force'])
        assert.is(run.status, 0, told(run))
        assert.match(run.stderr, /signed in to http:\S*\/start \(59m left\)/)
      }
      home.writeConfig(profile(IDENTITY, 'corp') + session(home, 'corp'))
      assert.match((await home.ssox(['login', IDENTITY])).stderr, /signed in to "corp"/)
    }))

  test('a profile that is invalid does not keep others from the session', () =>
    withBrowser(async (home) => {
      const half = '[profile half]\nsso_session = corp\nsso_account_id = 1\n'
      home.writeConfig(`${half}${usualConfig(home.center.startUrl)}`)
      const run = await home.ssox(['login', 'corp'])
      assert.is(run.status, 0, told(run))
      assertFailure(await home.ssox(['login', 'half']), 3, /profile "half" lacks sso_role_name/)
    }))

  test('what cannot be meant is a failure that says what to do', () =>
    withBrowser(async (home) => {
      for (const [args, status, about, mend] of [
        [['login'], 2, /there are 2 SSO sessions: corp, http/, 'ssox login corp'],
        [['login', 'static'], 3, /"static" does not use SSO/, 'ssox whoami static'],
        [['login', 'crop'], 3, /is called "crop"; did you mean corp/, 'ssox login corp'],
        [['login', 'dev', 'prod'], 2, /unexpected argument "prod"/, 'ssox login --help'],
      ] as const) {
        const run = await home.ssox([...args])
        assertFailure(run, status, about)
        assert.match(run.stderr, new RegExp(`\n  ${mend}\n$`))
      }
      home.writeConfig('[profile x]\naws_access_key_id = a\naws_secret_access_key = b\n')
      assertFailure(await home.ssox(['login']), 3, /there is no SSO profile in/)
      home.writeConfig(`${session(home, "'two words'")}${session(home, 'other')}`)
      const quoted = await home.ssox(['login'])
      assert.match(quoted.stderr, /\n {2}ssox login 'two words'\n$/)
      assert.is(home.browserOpens().length, 0)
    }))
})

suite('a profile and a session of one name', (test) => {
  /** The profile `app` signs in to `other`, the session `app` is that of `x`. */
  const crossed = (home: Home) =>
    [profile('app', 'other'), profile('x', 'app'), session(home, 'app'), session(home, 'other')]
      .join('\n')
      .concat(`[profile corp]
sso_start_url = ${home.center.startUrl}
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = Developer
`)

  const cases: [title: string, args: string[], env: Record<string, string>, into: RegExp][] = [
    ['AWS_PROFILE names the profile', ['login'], { AWS_PROFILE: 'app' }, /to "other"/],
    ['the argument of login too', ['login', 'app'], {}, /to "other"/],
    ['the session through a profile that uses it', ['login', 'x'], {}, /to "app"/],
    ['AWS_PROFILE, for logout', ['logout'], { AWS_PROFILE: 'app' }, /of "other"/],
    ['the argument of logout names the session', ['logout', 'app'], {}, /of "app"/],
  ]
  for (const [title, args, env, into] of cases)
    test(title, () =>
      withBrowser(async (home) => {
        home.writeConfig(crossed(home))
        const run = await home.ssox(args, { env: { ...home.env, ...env } })
        assert.is(run.status, 0, told(run))
        assert.match(run.stderr, into)
      }),
    )

  test('AWS_PROFILE does not name a session', () =>
    withBrowser(async (home) => {
      for (const verb of ['login', 'logout']) {
        const run = await home.ssox([verb], { env: { ...home.env, AWS_PROFILE: 'corp' } })
        assertFailure(run, 3, /there is no profile "corp"/)
      }
    }))

  test('a profile that cannot sign in leaves its name to the session', () =>
    withBrowser(async (home) => {
      for (const text of [
        'aws_access_key_id = a\naws_secret_access_key = b',
        'region = eu-west-1',
      ]) {
        home.writeConfig(`[profile corp]\n${text}\n${session(home, 'corp')}`)
        const run = await home.ssox(['login', 'corp'])
        assert.is(run.status, 0, told(run))
        assert.match(run.stderr, /signed in to "corp"/)
      }
    }))

  test('the command that env shows signs in to what env needs', () =>
    withBrowser(async (home) => {
      const config = `${crossed(home)}${session(home, 'corp')}`
      for (const name of ['app', 'x', 'corp']) {
        home.writeConfig(config)
        const refused = await home.ssox(['env', name, '--no-login', '--shell', 'sh'])
        assertFailure(refused, 4, /needs a sign-in/)
        const login = refused.stderr.trimEnd().split('\n')[1]?.trim().split(' ').slice(1) ?? []
        const again = await home.ssox([...login, '--no-login'])
        assert.is(again.stderr.split('\n')[1]?.trim(), `ssox ${login.join(' ')}`, told(again))
        assert.is((await home.ssox(login)).status, 0)
        const run = await home.ssox(['env', name, '--no-login', '--shell', 'sh'])
        assert.is(run.status, 0, `${name}: ${told(run)}`)
      }
    }))

  test('a name that a shell would take apart is pasted in one piece', () =>
    withBrowser(async (home) => {
      putOnPath(home)
      for (const name of ['my dev', '-foo', "it's; touch ran"]) {
        home.writeConfig(`${profile(JSON.stringify(name), 'corp')}${session(home, 'corp')}`)
        const refused = await home.ssox(['env', '--no-login', '--shell', 'sh', '--', name])
        assertFailure(refused, 4, /needs a sign-in/)
        const paste = refused.stderr.trimEnd().split('\n')[1]?.trim() ?? ''
        const run = await runIn(home, ['sh', '-c', paste])
        assert.is(run.status, 0, `${paste}: ${told(run)}`)
        assert.match(run.stderr, /signed in to "corp"/)
        assert.not(existsSync(join(home.path, 'ran')))
        assert.is((await home.ssox(['logout', 'corp'])).status, 0)
      }
    }))

  test('the message about several sessions names one by what means it', () =>
    withBrowser(async (home) => {
      home.writeConfig(
        [profile('x', 'app'), profile('app', 'other'), session(home, 'app')].join('\n') +
          session(home, 'other'),
      )
      const login = await home.ssox(['login'])
      assert.match(login.stderr, /there are 2 SSO sessions: app, other\n {2}ssox login x\n$/)
      assert.match((await home.ssox(['logout'])).stderr, /\n {2}ssox logout app\n$/)
    }))
})

suite('a new sign-in', (test) => {
  const OTHER_CONFIG = (home: Home) => `${usualConfig(home.center.startUrl)}
[profile elsewhere]
sso_session = other
sso_account_id = 123456789012
sso_role_name = Developer

[profile deploy-far]
role_arn = arn:aws:iam::345678901234:role/Auditor
external_id = unicorn-audit
source_profile = elsewhere

${session(home, 'other')}`

  const stateOf = (home: Home) => ({ state: join(home.path, '.local', 'state', 'ssox') })

  /** The keys of each profile, as a terminal with the hook gets them. */
  async function keys(home: Home, names: readonly string[]): Promise<string[]> {
    const env = { ...home.env, SSOX_HOOK: 'use' }
    const runs = []
    for (const name of names) {
      const run = await home.ssox(['env', name, '--no-login', '--shell', 'sh'], { env })
      assert.is(run.status, 0, told(run))
      runs.push(keysIn(run).id)
    }
    return runs
  }

  const OURS = ['dev', 'prod', 'deploy']
  const THEIRS = ['elsewhere', 'deploy-far']

  function withKeys(
    use: (home: Home, ours: string[], theirs: string[], marker: string) => Promise<void>,
  ): Promise<void> {
    return withSignIn(async (home) => {
      home.writeConfig(OTHER_CONFIG(home))
      assert.is((await home.ssox(['login', 'other'])).status, 0)
      const marker = signInMarker(stateOf(home), basename(tokenFile(home), '.json')) ?? ''
      const theirs = await keys(home, THEIRS)
      const ours = await keys(home, OURS)
      assert.ok(existsSync(join(home.path, '.cache', 'ssox', 'current', 'p-dev')))
      await use(home, ours, theirs, marker)
    })
  }

  const ways: [title: string, args: string[], prepare?: (home: Home) => void][] = [
    ['login --force', ['login', 'corp', '--force']],
    ['login --force with a code', ['login', 'corp', '--force', '--device-code']],
    [
      'env, when the sign-in is over',
      ['env', 'default', '--login', '--shell', 'sh'],
      (home) => home.center.revokeSession(),
    ],
  ]
  for (const [title, args, prepare] of ways)
    test(`${title}: the keys of the person before are gone, chains and the hooks' too`, () =>
      withKeys(async (home, ours, theirs, marker) => {
        prepare?.(home)
        const opens = home.browserOpens().length
        const run = await home.ssox(args)
        assert.is(run.status, 0, told(run))
        assert.is(home.browserOpens().length, opens + 1)
        assert.not.ok(existsSync(marker))
        assert.not.ok(existsSync(join(home.path, '.cache', 'ssox', 'current', 'p-dev')))
        for (const [at, id] of (await keys(home, OURS)).entries())
          assert.not.equal(id, ours[at], OURS[at])
        assert.equal(await keys(home, THEIRS), theirs, 'the other session keeps its own')
      }))

  test('a renewal of the token keeps them', () =>
    withKeys(async (home, ours, _, marker) => {
      setFields(tokenFile(home), { expiresAt: '2020-01-01T00:00:00Z' })
      const run = await home.ssox(['login', 'corp', '--no-login'])
      assert.is(run.status, 0, told(run))
      assert.is(home.center.counts['CreateToken:refresh'], 1)
      assert.ok(existsSync(marker))
      assert.equal(await keys(home, OURS), ours)
    }))

  test('one that is denied keeps them', () =>
    withKeys(async (home, ours, _, marker) => {
      const fault = { status: 400, type: 'AccessDeniedException', message: 'no' }
      home.center.fail('CreateToken:code', fault)
      assert.is((await home.ssox(['login', 'corp', '--force'])).status, 4)
      assert.ok(existsSync(marker))
      assert.equal(await keys(home, OURS), ours)
    }))

  test('what cannot be removed is said, and the sign-in is kept', () =>
    withKeys(async (home) => {
      const before = readFileSync(tokenFile(home))
      const file = roleFile(home)
      rmSync(file)
      mkdirSync(join(file, 'inside'), { recursive: true })
      const run = await home.ssox(['login', 'corp', '--force'])
      assert.is(run.status, 0, told(run))
      assert.match(
        run.stderr,
        /warning: credentials of the sign-in before may still be used: cannot remove \S+\.json: /,
      )
      assert.not.equal(readFileSync(tokenFile(home)), before)
    }))

  test('AWS files that have become unreadable do not cost the new sign-in', () =>
    withHome(
      async (home) => {
        writeSettings(home, { login_flow: 'pkce' })
        const running = start(home, ['login', 'corp', '--no-browser'])
        const url = await shownUrl(running)
        const marker = signInMarker(stateOf(home), basename(tokenFile(home), '.json')) ?? ''
        assert.ok(existsSync(marker))
        rmSync(home.aws('config'))
        mkdirSync(home.aws('config'))
        await decide(url, 'allow')
        const { status, stderr } = await running.done
        assert.is(status, 0, stderr)
        assert.match(stderr, 'credentials of the sign-in before may still be used')
        assert.ok(existsSync(tokenFile(home)))
        assert.not.ok(existsSync(marker))
      },
      { approve: 'person' },
    ))
})

suite('when login asks nobody', (test) => {
  test('while the sign-in is good: no browser, no network; --force asks again', () =>
    withSignIn(async (home) => {
      const before = readFileSync(tokenFile(home))
      const requests = home.center.requests.length
      const again = await home.ssox(['login', 'corp'])
      assert.is(again.status, 0, told(again))
      assert.match(
        again.stderr,
        /^ssox: signed in to "corp" \(59m left, then renewed by itself\)\n$/,
      )
      assert.is(home.center.requests.length, requests)
      assert.equal(readFileSync(tokenFile(home)), before)
      const quiet = await home.ssox(['login', 'corp', '-q'])
      assert.equal(quiet, { status: 0, stdout: '', stderr: '' })

      const forced = await home.ssox(['login', 'corp', '--force'])
      assert.is(forced.status, 0, told(forced))
      assert.is(home.browserOpens().length, 2)
      assert.is(home.center.counts['CreateToken:code'], 2)
      assert.not.equal(readFileSync(tokenFile(home)), before)
    }))

  test('with --no-login or --no-input: exit 0 while it is good, else 4', () =>
    withSignIn(async (home) => {
      assert.is((await home.ssox(['login', 'corp', '--no-login'])).status, 0)
      assertFailure(await home.ssox(['login', 'old', '--no-login']), 4, /\(--no-login\)/)
      assertFailure(await home.ssox(['login', 'old', '--no-input']), 4, /\(--no-input\)/)
      assertFailure(await home.ssox(['login', 'corp', '--force', '--no-login']), 4, /"corp" needs/)
      writeSettings(home, { login: 'false' })
      assertFailure(await home.ssox(['login', 'old']), 4, /\(login = false in the settings\)/)
      assert.is(home.browserOpens().length, 1)
    }))

  test('a token that can be renewed is renewed', () =>
    withSignIn(async (home) => {
      const path = tokenFile(home)
      const { accessToken } = readObject(path)
      home.center.expireTokens()
      const expired = JSON.stringify({ ...readObject(path), expiresAt: '2020-01-01T00:00:00Z' })
      writeFileSync(path, expired)
      const run = await home.ssox(['login', 'corp', '--no-login'])
      assert.is(run.status, 0, told(run))
      assert.is(home.center.counts['CreateToken:refresh'], 1)
      assert.not.equal(readObject(path)['accessToken'], accessToken)
    }))
})
