/** `ssox status`: what is signed in and until when; `--check` for scripts. */
import { renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { type Home, usualConfig, withHome } from '../support/home.ts'
import { inParallel, runIn } from '../support/machine.ts'
import { assertFailure, told } from '../support/output.ts'
import {
  IDENTITY,
  roleFile,
  setFields,
  tokenFile,
  useIdentity,
  withSignIn,
  writeSettings,
} from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal, withTerminal } from '../support/terminal.ts'
import { putOnPath } from './evaluate.ts'
import { onScreen, testOnScreen } from './screen.ts'

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** Nearly a minute more, so that a slow machine shows the same. */
const inMinutes = (minutes: number) =>
  `${new Date(Date.now() + minutes * 60_000 + 55_000).toISOString().slice(0, 19)}Z`

/** The words about a session, behind its name. */
function session(text: string, name: string): string {
  const line = text.split('\n').find((one) => one.startsWith(`${name}: `))
  if (line === undefined) throw new Error(`no session ${name} in:\n${text}`)
  return line.slice(name.length + 2)
}

/** The cells of the row that begins with these. */
function row(text: string, ...first: string[]): string[] {
  const rows = text.split('\n').map((line) => line.trim().split(/ {2,}/))
  const found = rows.find((cells) => first.every((cell, at) => cells[at] === cell))
  if (!found) throw new Error(`no row ${first.join(', ')} in:\n${text}`)
  return found
}

suite('status', (test) => {
  test('signed out: every session, the keys of files, and where the rest is', () =>
    withHome(async (home) => {
      const run = await home.ssox(['status'])
      assert.is(run.status, 0, told(run))
      assert.is(run.stderr, '')
      const { startUrl } = home.center
      assert.is(session(run.stdout, 'corp'), `signed out · us-east-1 · ${startUrl}`)
      assert.is(session(run.stdout, startUrl), 'signed out · us-east-1')
      assert.equal(row(run.stdout, 'static'), ['static', 'no expiry'])
      const groups = run.stdout.split('\n\n')
      assert.equal(
        groups.map((group) => group.split(/[\n ]/, 1)[0]),
        ['this', '', 'corp:', `${startUrl}:`, 'without', 'ssox'],
      )
      assert.match(groups[2] ?? '', /\n {2}4 without credentials$/, 'default, dev, prod, deploy')
      assert.match(groups[3] ?? '', /\n {2}1 without credentials$/, 'old')
      assert.not.match(run.stdout, /dev/)
    }))

  test('signed in: the time left of the session and of the credentials that are cached', () =>
    withSignIn(async (home) => {
      for (const profile of ['dev', 'deploy']) await home.ssox(['env', profile, '--shell', 'bash'])
      const run = await home.ssox(['status'])
      const clock = String.raw`(?:\w{3} )?\d\d:\d\d`
      assert.match(
        session(run.stdout, 'corp'),
        new RegExp(`^signed in, 59m left until ${clock}, renewable · us-east-1`),
      )
      const until = new RegExp(`^${clock}$`)
      for (const cells of [
        ['dev', '123456789012', 'Developer', '59m'],
        ['deploy', '210987654321', 'Deploy', '59m'],
      ]) {
        const found = row(run.stdout, cells[0] ?? '')
        assert.equal(found.slice(0, 4), cells)
        assert.match(found[4] ?? '', until)
      }
      assert.match(run.stdout, /\n {2}2 more without credentials\n/)
    }))

  const lifetimes: [minutes: number, shown: string, colour: string][] = [
    [75, '1h 15m', '32'],
    [31, '31m', '32'],
    [29, '29m', '33'],
    [9, '9m', '31'],
  ]
  test('the time left, green, yellow below 30 minutes, red below 10', () =>
    withSignIn(async (home) => {
      await home.ssox(['env', 'dev', '--shell', 'bash'])
      for (const [minutes, shown, colour] of lifetimes) {
        setFields(roleFile(home), {
          Credentials: {
            AccessKeyId: 'A',
            SecretAccessKey: 'B',
            SessionToken: 'C',
            Expiration: inMinutes(minutes),
          },
        })
        const run = await home.ssox(['status', '--color'])
        assert.ok(run.stdout.includes(`\x1b[${colour}m${shown}\x1b[39m`), told(run))
      }
    }))

  test('keys of the credentials file: as long as it says, and no longer', () =>
    withSignIn(async (home) => {
      const written = await home.ssox(['write', 'dev'])
      assert.is(written.status, 0, told(written))
      const before = await home.ssox(['status'])
      const found = row(before.stdout, 'dev-keys')
      assert.equal(found.slice(0, 2), ['dev-keys', '59m'])
      assert.match(found[2] ?? '', /^(?:\w{3} )?\d\d:\d\d$/)
      assert.equal(row(before.stdout, 'static'), ['static', 'no expiry'])
      assert.is((await home.ssox(['status', 'dev-keys', '--check'])).status, 0)
      const { profiles } = JSON.parse((await home.ssox(['status', 'dev-keys', '--json'])).stdout)
      assert.is(profiles[0].kind, 'static')
      assert.match(profiles[0].expiresAt, TIME)

      const past = home
        .read('credentials')
        .replace(/^expiration = .*$/m, 'expiration = 2020-01-01T00:00:00Z')
      writeFileSync(home.aws('credentials'), past)
      assert.equal(row((await home.ssox(['status'])).stdout, 'dev-keys').slice(0, 2), [
        'dev-keys',
        'expired',
      ])
      assert.is((await home.ssox(['status', 'dev-keys', '--check'])).status, 4)
      const env = await home.ssox(['env', 'dev-keys', '--shell', 'bash'])
      assert.not.match(env.stdout, /SSOX_EXPIRES=|AWS_CREDENTIAL_EXPIRATION=/, 'contract 4.3')
    }))

  test('a sign-in that has ended: renewable, or expired', () =>
    withSignIn(async (home) => {
      setFields(tokenFile(home), { expiresAt: inMinutes(-10) })
      const words = async () => session((await home.ssox(['status'])).stdout, 'corp')
      assert.match(await words(), /^signed in, renewable · /)
      setFields(tokenFile(home), { refreshToken: undefined })
      assert.match(await words(), /^expired · /)
    }))

  test('one profile: its session and itself only, with credentials or without', () =>
    withSignIn(async (home) => {
      const run = await home.ssox(['status', 'deploy'])
      assert.equal(row(run.stdout, 'deploy'), ['deploy', '210987654321', 'Deploy', 'none'])
      assert.not.match(run.stdout, /legacy|dev|more without/)
      const keys = await home.ssox(['status', 'static'])
      assert.match(
        keys.stdout,
        /^this terminal: no profile\n\n +PROFILE .*\n.*static .*no expiry\n$/,
        'no session, no heading',
      )
      assertFailure(await home.ssox(['status', 'dve']), 3, /no profile "dve".*did you mean "dev"/)
      home.writeConfig(
        `${home.read('config')}\n[profile half]\nsso_session = corp\nsso_account_id = 1\n`,
      )
      assertFailure(await home.ssox(['status', 'half']), 3, /"half" lacks/)
    }))

  test('an account and role without a profile: when it is named, or in use', () =>
    withSignIn(async (home) => {
      assertFailure(await home.ssox(['status', IDENTITY]), 3, /there is no profile "ReadOnly@/)
      await useIdentity(home)
      home.writeConfig(usualConfig('https://elsewhere.awsapps.com/start'))
      const named = await home.ssox(['status', IDENTITY])
      assert.is(named.status, 0, told(named))
      const cells = [IDENTITY, '012345678901', 'ReadOnly', '59m']
      assert.equal(row(named.stdout, IDENTITY).slice(0, 4), cells)
      assert.match(session(named.stdout, home.center.startUrl), /^signed in, /)
      assert.not.match(named.stdout, /corp|elsewhere|more without/)

      const env = { ...home.env, AWS_ACCESS_KEY_ID: 'A', SSOX_PROFILE: IDENTITY }
      const used = await home.ssox(['status'], { env })
      assert.equal(row(used.stdout, '*').slice(1, 3).join(' '), `${IDENTITY} 012345678901`)
      assert.match(used.stdout, /corp/)
      const { profiles, sessions } = JSON.parse(
        (await home.ssox(['status', '--json'], { env })).stdout,
      )
      assert.is(sessions.at(-1).startUrl, home.center.startUrl)
      const { expiresAt, ...last } = profiles.at(-1)
      assert.match(expiresAt, TIME)
      assert.equal(last, {
        name: IDENTITY,
        kind: 'sso',
        accountId: '012345678901',
        roleName: 'ReadOnly',
        session: home.center.startUrl,
        current: true,
        protected: false,
      })
      assert.not.match((await home.ssox(['status'])).stdout, /ReadOnly@/)
    }))

  test('--json: version 1, sessions and profiles with their times', () =>
    withSignIn(async (home) => {
      await home.ssox(['env', 'dev', '--shell', 'bash'])
      home.writeConfig(
        `${home.read('config')}\n[profile half]\nsso_session = corp\nsso_account_id = 1\n`,
      )
      const run = await home.ssox(['status', '--json'], {
        env: { ...home.env, AWS_PROFILE: 'dev' },
      })
      assert.is(run.status, 0, told(run))
      assert.is(run.stderr, '')
      const { version, sessions, profiles } = JSON.parse(run.stdout)
      assert.is(version, 1)
      const [corp, legacy] = sessions
      assert.match(corp.expiresAt, TIME)
      assert.equal(
        { ...corp, expiresAt: '' },
        {
          name: 'corp',
          kind: 'named',
          startUrl: home.center.startUrl,
          region: 'us-east-1',
          state: 'signed-in',
          expiresAt: '',
          refreshable: true,
        },
      )
      assert.equal(legacy, {
        name: null,
        kind: 'legacy',
        startUrl: home.center.startUrl,
        region: 'us-east-1',
        state: 'signed-out',
        expiresAt: null,
        refreshable: false,
      })
      const [, dev] = profiles
      assert.match(dev.expiresAt, TIME)
      assert.equal(
        { ...dev, expiresAt: '' },
        {
          name: 'dev',
          kind: 'sso',
          accountId: '123456789012',
          roleName: 'Developer',
          region: 'eu-west-1',
          session: 'corp',
          current: true,
          protected: false,
          expiresAt: '',
        },
      )
      const half = profiles.at(-1)
      assert.is(half.kind, 'invalid')
      assert.match(half.problem, /"half" lacks/)
      assert.is(half.expiresAt, null)

      const one = JSON.parse((await home.ssox(['status', 'deploy', '--json'])).stdout)
      assert.equal([one.sessions.length, one.profiles.length], [1, 1])
    }))

  test('a token file that must not be trusted is part of the answer', () =>
    withSignIn(async (home) => {
      renameSync(tokenFile(home), `${tokenFile(home)}.real`)
      symlinkSync(`${tokenFile(home)}.real`, tokenFile(home))
      const run = await home.ssox(['status'])
      assert.is(run.status, 0)
      assert.match(session(run.stdout, 'corp'), /symbolic link/)
      const { sessions } = JSON.parse((await home.ssox(['status', '--json'])).stdout)
      assert.match(sessions[0].problem, /symbolic link/)
      assert.is(sessions[0].state, 'signed-out')
    }))

  test('no profile and no session at all: exit 0, a word on stderr, no header of a table', () =>
    withHome(async (home) => {
      home.writeConfig('')
      const text = await home.ssox(['status'])
      assert.is(text.status, 0)
      assert.is(text.stdout, '')
      assert.match(text.stderr, /^ssox: there is no profile in .*config \(ssox setup .*\)\n$/)
      const json = await home.ssox(['status', '--json'])
      const terminal = { profile: null, keys: 'none', expiresAt: null }
      assert.equal(JSON.parse(json.stdout), { version: 1, terminal, sessions: [], profiles: [] })
    }))
})

suite('the profile in use', (test) => {
  const keys = { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B' }
  const cases: [title: string, env: Record<string, string>, marked: string | undefined][] = [
    ['AWS_PROFILE', { AWS_PROFILE: 'prod' }, 'prod'],
    ['AWS_DEFAULT_PROFILE', { AWS_DEFAULT_PROFILE: 'prod' }, 'prod'],
    ['the keys of ssox', { ...keys, SSOX_PROFILE: 'dev' }, 'dev'],
    [
      'the keys of ssox before AWS_PROFILE',
      { ...keys, SSOX_PROFILE: 'dev', AWS_PROFILE: 'prod' },
      'dev',
    ],
    ['AWS_PROFILE where there are no keys', { SSOX_PROFILE: 'dev', AWS_PROFILE: 'prod' }, 'prod'],
    ['none', {}, undefined],
  ]
  for (const [title, env, marked] of cases)
    test(`is marked: ${title}`, () =>
      withHome(async (home) => {
        const run = await home.ssox(['status'], { env: { ...home.env, ...env } })
        const stars = run.stdout.split('\n').filter((line) => line.startsWith('*'))
        assert.equal(
          stars.map((line) => line.split(/ +/)[1]),
          marked === undefined ? [] : [marked],
        )
        const warned = run.stdout.includes('warning:')
        assert.is(warned, Boolean(env['AWS_ACCESS_KEY_ID'] && env['AWS_PROFILE']))
      }))

  const terminals: [
    title: string,
    env: Record<string, string>,
    keys: string,
    problem: RegExp | '',
    fix: string,
  ][] = [
    ['none', {}, 'none', '', ''],
    ['AWS_PROFILE alone', { AWS_PROFILE: 'dev' }, 'none', '', ''],
    [
      'AWS_PROFILE alone, of a profile that is gone',
      { AWS_PROFILE: 'dve' },
      'none',
      /^there is no profile "dve" in .*; did you mean "dev"\?$/,
      'eval "$(ssox env --clear)"',
    ],
    ['those of the profile', { ...keys, SSOX_PROFILE: 'dev', AWS_PROFILE: 'dev' }, 'match', '', ''],
    [
      'those of a profile that is gone',
      { ...keys, SSOX_PROFILE: 'dve', AWS_PROFILE: 'dve' },
      'match',
      /^there is no profile "dve" in .*; did you mean "dev"\?$/,
      'eval "$(ssox env --clear)"',
    ],
    ['the same by its keys alone', { ...keys, SSOX_PROFILE: 'dve' }, 'match', '', ''],
    [
      'those of another profile',
      { ...keys, SSOX_PROFILE: 'dev', AWS_PROFILE: 'prod' },
      'other',
      /^the keys of this shell are of "dev", but AWS_PROFILE is "prod"$/,
      'eval "$(ssox env dev)"',
    ],
    [
      'those of an account that the profile had before',
      { ...keys, SSOX_PROFILE: 'dev', SSOX_ACCOUNT_ID: '999999999999' },
      'other',
      /are of account 999999999999, but "dev" is account 123456789012 now$/,
      'eval "$(ssox env dev)"',
    ],
    [
      'ended',
      { ...keys, SSOX_PROFILE: 'dev', SSOX_EXPIRES: '1000000000' },
      'ended',
      /of "dev", have ended$/,
      'eval "$(ssox env dev)"',
    ],
    ['not from ssox', keys, 'foreign', '', ''],
    [
      'not from ssox, beside a name',
      { ...keys, AWS_PROFILE: 'dev' },
      'foreign',
      /not from ssox; most tools use them, and not the profile "dev"$/,
      'eval "$(ssox env dev)"',
    ],
    [
      'those of the credentials file',
      { ...keys, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', SSOX_PROFILE: 'static' },
      'match',
      '',
      '',
    ],
    [
      'others than those of the credentials file',
      { ...keys, SSOX_PROFILE: 'static' },
      'older',
      '',
      '',
    ],
  ]
  test('its keys are told, and what is wrong with them', () =>
    withHome((home) =>
      inParallel(terminals, async ([title, more, state, problem, fix]) => {
        const env = { ...home.env, ...more }
        const { terminal } = JSON.parse((await home.ssox(['status', '--json'], { env })).stdout)
        assert.is(terminal.keys, state, title)
        assert.match(terminal.problem ?? '', problem, title)
        assert.is(terminal.fix ?? '', fix, title)
        const { stdout } = await home.ssox(['status'], { env })
        assert.match(stdout, /^this terminal: \w+/)
        if (fix !== '')
          assert.ok(stdout.includes(`\nwarning: ${terminal.problem}\n  ${fix}\n`), stdout)
      }),
    ))

  test('keys that another terminal has renewed are older ones', () =>
    withSignIn(async (home) => {
      putOnPath(home)
      const script = `eval "$(ssox env dev)"; ssox status dev | head -1
ssox env dev --refresh --shell bash >/dev/null; ssox status dev | head -1`
      const run = await runIn(home, ['bash', '-c', script])
      const [fresh = '', old = ''] = run.stdout.split('\n')
      assert.match(fresh, /^this terminal: dev, with its keys, \d+m left until [\w :]+$/)
      assert.match(old, /^this terminal: dev, with its keys, .*; newer ones are there$/)
    }))

  test('protected profiles are marked, in words too; a narrow window keeps names and words', () =>
    withSignIn(async (home) => {
      putOnPath(home)
      writeSettings(home, { protect: '*prod*, 210987654321' })
      for (const name of ['prod', 'dev']) await home.ssox(['env', name, '--shell', 'bash'])
      const { profiles } = JSON.parse((await home.ssox(['status', '--json'])).stdout)
      const marked = (all: { name: string; protected: boolean }[]) =>
        all.filter((one) => one.protected).map(({ name }) => name)
      assert.equal(marked(profiles), ['prod', 'old', 'deploy'])
      const list = JSON.parse((await home.ssox(['list', '--json'])).stdout)
      assert.equal(marked(list.profiles), ['prod', 'old', 'deploy'])
      assert.match((await home.ssox(['status'])).stdout, / {2}prod .* protected\n/)
      const coloured = await home.ssox(['list', '--color'])
      assert.ok(coloured.stdout.includes('\x1b[41m\x1b[37m\x1b[1mprod\x1b['), coloured.stdout)
      for (const verb of ['status', 'list']) {
        const run = await runIn(home, [
          'script',
          '-qec',
          `stty cols 40; ssox ${verb} --no-color`,
          '/dev/null',
        ])
        assert.match(run.stdout, /prod .*protected\r\n/, verb)
        assert.not.match(run.stdout, /Administrator/)
      }
    }))
})

suite('status --check', (test) => {
  async function check(home: Home, args: string[], env: Record<string, string> = {}) {
    const run = await home.ssox(['status', ...args, '--check'], { env: { ...home.env, ...env } })
    assert.is(run.stdout, '', args.join(' '))
    if (run.status === 0 || run.status === 4) assert.is(run.stderr, '', args.join(' '))
    return run.status
  }

  test('0 when usable, 4 when a sign-in is needed, 3 for what cannot be; without a word', () =>
    withSignIn(async (home) => {
      home.writeConfig(`${usualConfig(home.center.startUrl)}
[profile on-old]
role_arn = arn:aws:iam::210987654321:role/Other
source_profile = old

[profile half]
sso_session = corp

[profile aws-login]
login_session = x
`)
      const expected: Record<string, number> = {
        dev: 0,
        deploy: 0,
        static: 0,
        old: 4,
        'on-old': 4,
        'aws-login': 4,
        half: 3,
        nope: 3,
      }
      await inParallel(Object.entries(expected), async ([name, status]) =>
        assert.is(await check(home, [name]), status, name),
      )
      assert.is(home.browserOpens().length, 1)
    }))

  test('without a name: the profile of this shell, else default', () =>
    withSignIn(async (home) => {
      assert.is(await check(home, []), 0)
      assert.is(await check(home, [], { AWS_PROFILE: 'old' }), 4)
      assert.is(await check(home, [], { AWS_PROFILE: 'nope' }), 3)
      assert.is(await check(home, ['dev'], { AWS_PROFILE: 'old' }), 0)
      const adHoc = { AWS_ACCESS_KEY_ID: 'A', SSOX_PROFILE: 'ReadOnly@012345678901' }
      const soon = String(Math.floor(Date.now() / 1000) + 60)
      assert.is(await check(home, [], { ...adHoc, SSOX_EXPIRES: soon }), 0)
      assert.is(await check(home, [], { ...adHoc, SSOX_EXPIRES: '1000000000' }), 4)
    }))

  test('an account and role without a profile, by its name or by the variables', () =>
    withSignIn(async (home) => {
      const all = {
        AWS_SSO_START_URL: home.center.startUrl,
        AWS_SSO_REGION: 'us-east-1',
        AWS_SSO_ACCOUNT_ID: '012345678901',
        AWS_SSO_ROLE_NAME: 'ReadOnly',
      }
      assert.is(await check(home, [IDENTITY]), 3, 'not used yet')
      assert.is(await check(home, [], all), 4)
      await useIdentity(home)
      assert.is(await check(home, [IDENTITY]), 0)
      assert.is(await check(home, [], { AWS_PROFILE: IDENTITY }), 0)
      assert.is(await check(home, [], all), 0)
      assert.is((await home.ssox(['logout', IDENTITY])).status, 0)
      assert.is(await check(home, [IDENTITY]), 4)
    }))

  test('credentials that are still valid are enough; a sign-in that can be renewed too', () =>
    withSignIn(async (home) => {
      setFields(tokenFile(home), { expiresAt: inMinutes(-10) })
      assert.is(await check(home, ['dev']), 0, 'renewable')
      await home.ssox(['env', 'dev', '--shell', 'bash'])
      setFields(tokenFile(home), { expiresAt: inMinutes(-10), refreshToken: undefined })
      assert.is(await check(home, ['dev']), 0, 'cached')
      assert.is(await check(home, ['prod']), 4)
      writeFileSync(roleFile(home), '{')
      assert.is(await check(home, ['dev']), 4)
    }))
})

suite('status for people and for pipes', (test) => {
  const streams: [title: string, args: string, env: Record<string, string>, colour: boolean][] = [
    ['a terminal', 'status', {}, true],
    ['--no-color', 'status --no-color', { FORCE_COLOR: '1' }, false],
    ['NO_COLOR', 'status', { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['NO_COLOR, empty', 'status', { NO_COLOR: '' }, true],
    ['--color over NO_COLOR', 'status --color', { NO_COLOR: '1' }, true],
    ['CLICOLOR=0', 'status', { CLICOLOR: '0' }, false],
    ['TERM=dumb', 'status', { TERM: 'dumb' }, false],
    ['FORCE_COLOR over TERM=dumb', 'status', { TERM: 'dumb', FORCE_COLOR: '1' }, true],
  ]
  testOnScreen(test, 'colour on a terminal, unless told otherwise', () =>
    withHome(async (home) => {
      putOnPath(home)
      for (const [title, args, env, colour] of streams) {
        const run = await onScreen(home, args, env)
        assert.is(run.status, 0)
        assert.is(run.screen.includes('\x1b['), colour, title)
      }
    }),
  )

  test('no colour in a pipe, unless told otherwise; each stream for itself', () =>
    withHome(async (home) => {
      for (const [env, args, colour] of [
        [{}, [], false],
        [{ FORCE_COLOR: '1' }, [], true],
        [{ FORCE_COLOR: '0' }, [], false],
        [{ CLICOLOR_FORCE: '1' }, [], true],
        [{ CLICOLOR: '1' }, [], false],
        [{}, ['--color'], true],
        [{ NO_COLOR: '1' }, ['--color'], true],
      ] as const) {
        const run = await home.ssox(['status', ...args], { env: { ...home.env, ...env } })
        assert.is(run.stdout.includes('\x1b['), colour, JSON.stringify([env, args]))
        const failed = await home.ssox(['status', 'x', ...args], { env: { ...home.env, ...env } })
        assert.is(failed.stderr.includes('\x1b['), colour, JSON.stringify([env, args]))
      }
      const json = await home.ssox(['status', '--json', '--color'])
      assert.not.match(json.stdout, /\x1b/)
    }))

  testOnScreen(test, 'stderr in a file has no colour while stdout is a terminal', () =>
    withHome(async (home) => {
      putOnPath(home)
      const run = await onScreen(home, 'status nope')
      assert.match(run.stderr, /^ssox: there is no profile "nope"/)
      assert.is(run.screen, '')
    }),
  )

  testOnScreen(test, 'a table that is too wide is cut to the window; in a pipe it is whole', () =>
    withHome(async (home) => {
      putOnPath(home)
      const long = 'x'.repeat(300)
      home.writeConfig(
        `[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/${long}\ncredential_source = Environment\n`,
      )
      const run = await onScreen(home, 'status dev')
      for (const line of run.screen.split('\r\n')) assert.ok(line.length < 120, line)
      assert.match(run.screen, /x…/)
      const piped = await home.ssox(['status', 'dev'])
      assert.ok(piped.stdout.includes(long))
    }),
  )

  test('3,000 profiles: all in the JSON, a short table, in a moment', () =>
    withSignIn(async (home) => {
      const profiles = Array.from(
        { length: 3000 },
        (_, at) => `[profile p${at}]
sso_session = corp
sso_account_id = ${String(at).padStart(12, '0')}
sso_role_name = Developer
`,
      )
      home.writeConfig(`${usualConfig(home.center.startUrl)}\n${profiles.join('\n')}`)
      const json = await home.ssox(['status', '--json'])
      assert.is(JSON.parse(json.stdout).profiles.length, 3006)
      const text = await home.ssox(['status'])
      assert.match(text.stdout, /\n {2}3004 without credentials\n/)
      assert.not.match(text.stdout, /\n\n\n/, 'one blank line where there is no table')
      assert.ok(text.stdout.split('\n').length < 20)
      const list = await home.ssox(['list'])
      assert.is(list.stdout.trimEnd().split('\n').length, 3007)
    }))

  testInTerminal(
    test,
    'bash',
    '--watch redraws in place, follows the size, and gives all back',
    () =>
      withSignIn(async (home) => {
        putOnPath(home)
        await home.ssox(['env', 'dev', '--shell', 'bash'])
        const env = { ...home.env, HISTFILE: '/dev/null', PS1: 'ready> ' }
        const size = [100, 30] as const
        await withTerminal(['bash', '--noprofile', '--norc'], { env, size }, async (terminal) => {
          await terminal.run('echo before; ssox status --watch; echo "exit $?"')
          await terminal.until('59m left')
          await terminal.until((screen) => !screen.includes('before'))
          setFields(tokenFile(home), { expiresAt: inMinutes(20) })
          await terminal.until('20m left')
          await terminal.until(/█[█─]* 59m.*\n(.*\n)+\(q or \^C ends\)$/)
          await terminal.resize(40, 12)
          await terminal.until((screen) => !screen.includes('Developer') && screen.includes('dev '))
          await terminal.resize(100, 30)
          await terminal.until('Developer')
          const drawn = (await terminal.bytes()).toString()
          assert.not.match(drawn.slice(drawn.indexOf('\x1b[?1049h') + 8), /\x1b\[2J/, 'no flicker')
          await terminal.press('C-c')
          await terminal.until(/before\n(.*\n)*exit 130\nready> /)
          assert.match((await terminal.bytes()).toString(), /\x1b\[\?25h\x1b\[\?1049l/)
          await terminal.run('ssox status --watch; echo "exit $?"')
          await terminal.until('q or ^C ends')
          await terminal.type('q')
          await terminal.until('exit 0')
          await terminal.run('ssox status --watch </dev/null; echo "exit $?"')
          await terminal.until('(^C ends)')
          await terminal.press('C-c')
          await terminal.until(/exit 0\n(.*\n)*exit 130\n/)
          await terminal.run('stty -a | grep -o " echo "; echo done')
          await terminal.until(/ echo\s*\ndone/)
        })
      }),
  )

  test('--watch without a terminal prints once', () =>
    withHome(async (home) => {
      assert.equal(await home.ssox(['status', '--watch']), await home.ssox(['status']))
    }))
})
