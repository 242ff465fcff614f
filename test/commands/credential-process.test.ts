/** `ssox credential-process`: what programs get that call it, how often, and when a browser opens. */

import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launcherText } from '../../src/install/launcher.ts'
import { ageToken, filesOf, inSeconds, start, until } from '../auth/rig.ts'
import { type Finished, type Home, node, program, usualConfig, withHome } from '../support/home.ts'
import {
  inParallel,
  OFFLINE,
  runIn,
  SLOW_TEST_MS,
  ssoxUnder,
  testWith,
} from '../support/machine.ts'
import { assertFailure, assertSuccess, told } from '../support/output.ts'
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
import { changeField } from './switch-cache.ts'

const DEV = ['credential-process', '--profile', 'dev']

type Answer = Record<string, unknown>

/** The one JSON object on stdout; nothing is on stderr. */
function answered(run: Finished): Answer {
  assertSuccess(run)
  const answer = JSON.parse(run.stdout) as Answer
  assert.is(run.stdout, `${JSON.stringify(answer)}\n`)
  assert.is(answer['Version'], 1)
  return answer
}

function assertRefused(run: Finished, status: number, about: RegExp): void {
  assertFailure(run, status, about)
  assert.is(run.stdout, '')
}

/** Makes the cached keys of dev end in so many minutes. */
function leave(home: Home, minutes: number): void {
  const credentials = readObject(roleFile(home))['Credentials'] as Answer
  setFields(roleFile(home), {
    Credentials: { ...credentials, Expiration: inSeconds(minutes * 60) },
  })
}

function endSession(home: Home): void {
  rmSync(tokenFile(home))
}

suite('credential-process', (test) => {
  test('prints the keys of an SSO profile, with end and account, and nothing else', () =>
    withSignIn(async (home) => {
      const answer = answered(await home.ssox(DEV))
      assert.match(String(answer['AccessKeyId']), /^ASIA/)
      assert.match(String(answer['Expiration']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      assert.equal(Object.keys(answer), [
        'Version',
        'AccessKeyId',
        'SecretAccessKey',
        'SessionToken',
        'Expiration',
        'AccountId',
      ])
      assert.is(answer['AccountId'], '123456789012')
      assert.equal(answered(await home.ssox(['credential-process', 'dev'])), answer)
      const { Credentials } = readObject(roleFile(home)) as { Credentials: Answer }
      assert.is(Credentials['AccessKeyId'], answer['AccessKeyId'])
    }))

  test('of a role chain and of static keys; those have no end', () =>
    withSignIn(async (home) => {
      home.center.iamRoles.push({ roleArn: 'arn:aws:iam::210987654321:role/Deploy' })
      const role = answered(await home.ssox(['credential-process', '--profile=deploy']))
      assert.is(role['AccountId'], '210987654321')
      assert.match(String(role['Expiration']), /Z$/)
      assert.equal(answered(await home.ssox(['credential-process', '--profile', 'static'])), {
        Version: 1,
        AccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        SecretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      })
    }))

  test('without a profile: the account and role of flags, of the environment, then AWS_PROFILE', () =>
    withSignIn(async (home) => {
      await useIdentity(home)
      const { startUrl } = home.center
      const flags = ['--start-url', startUrl, '--region', 'us-east-1', '--role-name', 'ReadOnly']
      const variables = {
        AWS_SSO_START_URL: startUrl,
        AWS_SSO_REGION: 'us-east-1',
        AWS_SSO_ACCOUNT_ID: '123456789012',
        AWS_SSO_ROLE_NAME: 'ReadOnly',
      }
      const account = async (args: string[], env: Record<string, string>) => {
        const run = await home.ssox(['credential-process', ...args], {
          env: { ...home.env, ...env },
        })
        return answered(run)['AccountId']
      }
      const profile = { AWS_PROFILE: 'dev' }
      assert.is(
        await account([...flags, '--account-id', '012345678901'], variables),
        '012345678901',
      )
      assert.is(await account([], { ...variables, ...profile }), '123456789012')
      assert.is(await account([], { AWS_PROFILE: 'prod' }), '012345678901')
      assert.is(await account([], {}), '123456789012')
      assert.is(await account(['--profile', IDENTITY], {}), '012345678901')
      const partly = await home.ssox(['credential-process', ...flags])
      assertRefused(partly, 2, /--account-id must be given/)
    }))

  test('with a profile: parameter before environment before profile', () =>
    withSignIn(async (home) => {
      const account = async (args: string[], env: Record<string, string>) =>
        answered(await home.ssox([...DEV, ...args], { env: { ...home.env, ...env } }))['AccountId']
      const variable = { AWS_SSO_ACCOUNT_ID: '012345678901', AWS_SSO_ROLE_NAME: 'ReadOnly' }
      assert.is(await account([], {}), '123456789012')
      assert.is(await account([], variable), '012345678901')
      assert.is(await account(['--account-id', '123456789012'], variable), '123456789012')
      assert.is(await account(['--region', 'us-east-1'], {}), '123456789012', 'its own sign-in')
      assertRefused(
        await home.ssox([...DEV, '--region', 'eu-west-1']),
        4,
        new RegExp(`the SSO session ${home.center.startUrl} needs a sign-in`),
      )
    }))

  test('says what is wrong, and prints nothing then', () =>
    withSignIn(async (home) => {
      const rows: [args: string[], status: number, about: RegExp][] = [
        [['--profile', 'dve'], 3, /there is no profile "dve".*did you mean "dev"/],
        [['dev', '--profile', 'prod'], 2, /two profiles are named: "dev" and "prod"/],
        [['--profile', 'static', '--role-name', 'X'], 2, /--role-name is for a profile that uses/],
        [['--profile', 'dev', '--account-id', '12'], 2, /the account id "12" is not/],
        [['--profile', 'dev', '--nonsense'], 2, /unknown option "--nonsense"/],
      ]
      for (const [args, status, about] of rows)
        assertRefused(await home.ssox(['credential-process', ...args]), status, about)
      const odd = { ...home.env, AWS_SSO_INTERACTIVE_AUTH: 'perhaps' }
      assertRefused(await home.ssox(DEV, { env: odd }), 2, /AWS_SSO_INTERACTIVE_AUTH is "perhaps"/)
    }))

  test('needs no PATH and reads no stdin', () =>
    withSignIn(async (home) => {
      const env = { HOME: home.path, PATH: '', ...endpoints(home) }
      const running = start(home, DEV)
      running.child.stdin?.destroy()
      answered({ ...(await running.done), status: (await running.done).status ?? -1 })
      // A pipe that nobody closes.
      answered(await home.ssox(DEV, { env, stdin: 'pipe' }))
    }))
})

function endpoints({ env }: Home): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('AWS_')))
}

suite('how long the keys are good', (test) => {
  for (const [title, minutes, args, isNew] of [
    ['17 minutes left: the same', 17, [], false],
    ['15 minutes left: new ones', 15, [], true],
    ['15 minutes left and --min-left 10: the same', 15, ['--min-left', '10'], false],
    ['20 minutes left and --min-left 30: new ones', 20, ['--min-left', '30'], true],
  ] as const)
    test(title, () =>
      withSignIn(async (home) => {
        const first = answered(await home.ssox(DEV))
        leave(home, minutes)
        const second = answered(await home.ssox([...DEV, ...args]))
        assert.is(second['AccessKeyId'] !== first['AccessKeyId'], isNew)
        assert.is(home.center.counts['GetRoleCredentials'], isNew ? 2 : 1)
      }),
    )

  test('min_left of the settings counts when it is more', () =>
    withSignIn(async (home) => {
      const first = answered(await home.ssox(DEV))
      leave(home, 20)
      writeSettings(home, { min_left: '30' })
      assert.not.equal(answered(await home.ssox(DEV))['AccessKeyId'], first['AccessKeyId'])
    }))

  test("a role's session that is too short for 16 minutes: half of it", () =>
    withSignIn(async (home) => {
      home.center.iamRoles.push({ roleArn: 'arn:aws:iam::210987654321:role/Deploy' })
      home.center.lifetimes.roleCredentials = 900
      home.writeConfig(
        usualConfig(home.center.startUrl).replace(
          'source_profile = dev',
          'source_profile = prod\nduration_seconds = 900',
        ),
      )
      const args = ['credential-process', '--profile', 'deploy']
      const first = answered(await home.ssox(args))
      assert.equal(answered(await home.ssox(args)), first)
      assert.is(home.center.counts['AssumeRole'], 1)
    }))

  testWith(test, ['unshare'], 'without a network: what is still valid, else exit 6', () =>
    withSignIn(async (home) => {
      const first = answered(await home.ssox(DEV))
      leave(home, 15)
      assert.is(answered(await ssoxUnder(home, OFFLINE, DEV))['AccessKeyId'], first['AccessKeyId'])
      leave(home, 0)
      assertRefused(await ssoxUnder(home, OFFLINE, DEV), 6, /cannot reach|127\.0\.0\.1/)
    }),
  )

  test('without a session: what is still valid and no browser, else exit 4', () =>
    withSignIn(async (home) => {
      const first = answered(await home.ssox(DEV))
      leave(home, 15)
      endSession(home)
      const args = [...DEV, '--interactive']
      assert.is(answered(await home.ssox(args))['AccessKeyId'], first['AccessKeyId'])
      assert.is(home.browserOpens().length, 1, 'only the sign-in before')
      leave(home, 0)
      const run = await home.ssox(DEV)
      assertRefused(run, 4, /"corp" needs a sign-in \(it opens no browser without --interactive\)/)
      assert.match(run.stderr, '\n  ssox login dev\n')
    }))

  test('a role that was taken away: exit 5, though the old keys are valid', () =>
    withSignIn(async (home) => {
      answered(await home.ssox(DEV))
      leave(home, 15)
      for (const account of home.center.accounts) account.roles = []
      assertRefused(await home.ssox(DEV), 5, /AWS refuses role Developer/)
    }))
})

suite('when the browser opens', (test) => {
  const yes = { AWS_SSO_INTERACTIVE_AUTH: 'true' }
  const no = { AWS_SSO_INTERACTIVE_AUTH: 'false' }
  const rows: [
    title: string,
    args: string[],
    env: Record<string, string>,
    profile: string,
    settings: Record<string, string>,
    opens: boolean,
  ][] = [
    ['not by itself', [], {}, '', {}, false],
    ['--interactive', ['--interactive'], {}, '', {}, true],
    ['--login, as everywhere', ['--login'], {}, '', {}, true],
    ['the variable', [], yes, '', {}, true],
    ['the variable as 1', [], { AWS_SSO_INTERACTIVE_AUTH: '1' }, '', {}, true],
    ['an empty variable is none', [], { AWS_SSO_INTERACTIVE_AUTH: '' }, '', {}, false],
    ['the key of the profile', [], {}, 'true', {}, true],
    ['the setting', [], {}, '', { login: 'true' }, true],
    ['parameter before environment', ['--noninteractive'], yes, 'true', { login: 'true' }, false],
    ['parameter before environment, on', ['--interactive'], no, 'false', {}, true],
    ['--no-login before environment', ['--no-login'], yes, '', {}, false],
    ['--no-input before environment', ['--no-input'], yes, '', {}, false],
    ['environment before profile', [], no, 'true', { login: 'true' }, false],
    ['environment before profile, on', [], yes, 'false', { no_input: 'true' }, true],
    ['profile before setting', [], {}, 'false', { login: 'true' }, false],
    ['never wins where both are given', ['--interactive', '--noninteractive'], {}, '', {}, false],
  ]
  for (const [title, args, env, profile, settings, opens] of rows)
    test(`${title}: ${opens ? 'it does' : 'exit 4'}`, () =>
      withHome(async (home) => {
        writeSettings(home, { login_flow: 'pkce', ...settings })
        const key = profile && `sso_interactive_auth = ${profile}\n`
        home.writeConfig(
          usualConfig(home.center.startUrl).replace('[profile dev]\n', `[profile dev]\n${key}`),
        )
        const run = await home.ssox([...DEV, ...args], { env: { ...home.env, ...env } })
        if (opens) assert.match(JSON.parse(run.stdout)['AccessKeyId'], /^ASIA/, told(run))
        else assertRefused(run, 4, /needs a sign-in/)
        assert.is(home.browserOpens().length, opens ? 1 : 0)
      }))
})

suite('many calls with a session that has ended', (test) => {
  const CALLS = 24
  /** So many calls come in what the note of a refusal takes for one minute. */
  const CALLS_A_MINUTE = 6
  const ENDED = { status: 400, type: 'InvalidGrantException', message: 'the session has ended' }

  test(
    'not interactive: exit 4, one try to refresh, no browser',
    () =>
      withSignIn(async (home) => {
        ageToken(home, -60)
        home.center.fail('CreateToken:refresh', ENDED, CALLS)
        const calls = Array.from({ length: CALLS }, () => DEV)
        const runs = await inParallel(calls, (args) => home.ssox(args), 8)
        for (const run of runs) assertRefused(run, 4, /needs a sign-in/)
        assert.is(home.center.counts['CreateToken:refresh'], 1)
        assert.is(home.browserOpens().length, 1, 'only the sign-in before')
      }),
    2 * SLOW_TEST_MS,
  )

  test(
    'interactive, and the person says no each time: three browsers at most',
    () =>
      withHome(
        async (home) => {
          writeSettings(home, { login_flow: 'pkce' })
          refuseInBrowser(home)
          home.env['AWS_SSO_INTERACTIVE_AUTH'] = 'true'
          const calls = Array.from({ length: CALLS }, () => DEV)
          const runs = await inParallel(
            calls,
            async (args, at) => {
              // A minute later, as far as the note of the refusal tells.
              if (at % CALLS_A_MINUTE === CALLS_A_MINUTE - 1) ageRefusal(home)
              return home.ssox(args)
            },
            8,
          )
          for (const run of runs) assert.is(run.status, 4, told(run))
          assert.is(home.browserOpens().length, 3)
          ageRefusal(home)
          assertRefused(await home.ssox(DEV), 4, /"dev" was begun 3 times and not used/)

          home.center.approve = 'auto'
          assert.is((await home.ssox(['login', 'dev'])).status, 0)
          answered(await home.ssox(DEV))
          rmSync(roleFile(home))
          endSession(home)
          assert.is((await home.ssox(DEV)).status, 0, 'it may be asked for again')
        },
        { approve: 'person' },
      ),
    2 * SLOW_TEST_MS,
  )

  test('a program that ends it each time before it is done: three browsers at most', () =>
    withHome(
      async (home) => {
        writeSettings(home, { login_flow: 'pkce' })
        writeFileSync(home.env['BROWSER'] ?? '', `#!/bin/sh\necho x >>'${home.path}/opened.log'\n`)
        const args = [...DEV, '--interactive']
        for (let opens = 1; opens <= 3; opens++) {
          const running = start(home, args)
          await until('the browser', () => home.browserOpens().length === opens)
          running.child.kill('SIGKILL')
          await running.done
        }
        assertRefused(await home.ssox(args), 4, /"dev" was begun 3 times and not used/)
        assert.is(home.browserOpens().length, 3)
      },
      { approve: 'person' },
    ))

  testWith(test, ['unshare'], 'a sign-in that nothing can keep: three browsers at most', () =>
    withHome(async (home) => {
      writeSettings(home, { login_flow: 'pkce' })
      const locked = [
        'unshare',
        '-m',
        'sh',
        '-ec',
        `mount --bind -o ro "$HOME/.aws" "$HOME/.aws"\nmount -o remount,bind,ro "$HOME/.aws"\nexec "$@"`,
        'sh',
      ]
      const runs: Finished[] = []
      for (let at = 0; at < 5; at++)
        runs.push(await ssoxUnder(home, locked, [...DEV, '--interactive']))
      assert.equal(
        runs.map(({ status }) => status),
        [0, 0, 0, 4, 4],
        runs.map(told).join('\n'),
      )
      assert.is(home.browserOpens().length, 3)
    }),
  )
})

/** A browser in which the person presses Deny. */
function refuseInBrowser(home: Home): void {
  const helper = join(home.path, 'deny.mjs')
  writeFileSync(
    helper,
    `const url = process.argv[2]
const page = await (await fetch(url)).text()
const ticket = /name="ticket" value="([^"]+)"/.exec(page)[1]
const { origin, pathname } = new URL(url)
await fetch(origin + pathname, { method: 'POST', body: new URLSearchParams({ ticket, decision: 'deny' }) })
`,
  )
  writeFileSync(
    home.env['BROWSER'] ?? '',
    `#!/bin/sh\necho x >>'${home.path}/opened.log'\nexec '${node}' '${helper}' "$1"\n`,
  )
}

function ageRefusal(home: Home): void {
  for (const name of filesOf(home).filter((path) => /\/token-\w+\.failed$/.test(path))) {
    const path = join(home.path, name)
    setFields(path, { at: Date.now() - 61_000 })
  }
}

/** What has the place of Node in a launcher tells so; else the launcher has answered itself. */
function launcherOf(home: Home): string {
  const source = fileURLToPath(new URL('../../shell/ssox.sh', import.meta.url))
  const [stub, path] = [join(home.path, 'stub'), join(home.path, 'ssox')]
  writeFileSync(stub, '#!/bin/sh\necho Node\n')
  writeFileSync(
    path,
    launcherText(readFileSync(source, 'utf8'), { node: stub, script: '/x/dist/x' }),
  )
  for (const file of [stub, path]) chmodSync(file, 0o755)
  return path
}

suite('a warm credential-process', (test) => {
  /** A home with an entry for dev that tells where an answer came from. */
  function withEntry(use: (home: Home, entry: string) => Promise<void>): Promise<void> {
    return withSignIn(async (home) => {
      const base = join(home.path, 'run')
      mkdirSync(base, { mode: 0o700 })
      home.env['XDG_RUNTIME_DIR'] = base
      answered(await home.ssox(DEV))
      const entry = join(base, 'ssox', 'current', 'j-dev')
      changeField(entry, 'answer', 'kept')
      // As it is a while after: some shells know the times of files to the second.
      const then = Date.now() / 1000 - 5
      utimesSync(join(base, 'ssox', 'current', 'checked'), then, then)
      utimesSync(roleFile(home), then - 5, then - 5)
      const { mtimeNs } = statSync(roleFile(home), { bigint: true })
      changeField(entry, 'source_time', String(mtimeNs))
      await use(home, entry)
    })
  }

  function endIn(entry: string, seconds: number): void {
    const end = Math.floor(Date.now() / 1000) + seconds
    changeField(entry, 'expires', String(end))
    utimesSync(entry, end - 960, end - 960)
  }

  test('is answered from the switch cache, by the program and by the launcher', () =>
    withEntry(async (home, entry) => {
      assert.is(statSync(entry).mode & 0o777, 0o600)
      assert.is((await home.ssox(DEV)).stdout, 'kept\n')
      const launcher = launcherOf(home)
      assert.is((await runIn(home, [launcher, ...DEV])).stdout, 'kept\n')
      const other = { ...home.env, AWS_PROFILE: 'prod', AWS_REGION: 'x', kind: 's', shell: 'json' }
      assert.is((await runIn(home, [launcher, ...DEV], { env: other })).stdout, 'kept\n')
    }))

  const misses: [
    title: string,
    args: string[],
    env: Record<string, string>,
    spoil: (home: Home, entry: string) => void,
  ][] = [
    ['15 minutes left', DEV, {}, (_, entry) => endIn(entry, 900)],
    ['a config that was changed', DEV, {}, (home) => home.writeConfig(`${home.read('config')}\n`)],
    ['settings that were changed', DEV, {}, (home) => writeSettings(home, { login: 'false' })],
    ['role credentials that were written anew', DEV, {}, (home) => leave(home, 60)],
    ['no role credentials', DEV, {}, (home) => rmSync(roleFile(home))],
    ['no token', DEV, {}, (home) => rmSync(tokenFile(home))],
    ['another home', DEV, { HOME: '/' }, () => undefined],
    ['an account of the environment', DEV, { AWS_SSO_ACCOUNT_ID: '1' }, () => undefined],
    ['a role of the environment', DEV, { AWS_SSO_ROLE_NAME: 'X' }, () => undefined],
    ['a start URL of the environment', DEV, { AWS_SSO_START_URL: 'x' }, () => undefined],
    ['a region of the environment', DEV, { AWS_SSO_REGION: 'x' }, () => undefined],
    ['a log', DEV, { AWS_SSO_CREDENTIAL_PROCESS_DEBUG: '1' }, () => undefined],
    ['another option', [...DEV, '--region', 'us-east-1'], {}, () => undefined],
    ['another profile', ['credential-process', '--profile', 'prod'], {}, () => undefined],
    ['`env` for a shell of that name', ['env', 'dev', '--shell', 'json'], {}, () => undefined],
    ['`env` for a shell called j', ['env', 'dev', '--shell', 'j'], {}, () => undefined],
  ]
  for (const [title, args, env, spoil] of misses)
    test(`not with ${title}`, () =>
      withEntry(async (home, entry) => {
        assert.is((await home.ssox(DEV)).stdout, 'kept\n')
        spoil(home, entry)
        const options = { env: { ...home.env, ...env } }
        assert.is((await runIn(home, [launcherOf(home), ...args], options)).stdout, 'Node\n')
        assert.is.not((await home.ssox(args, options)).stdout, 'kept\n')
      }))

  test('16 minutes and a bit are enough', () =>
    withEntry(async (home, entry) => {
      endIn(entry, 1_020)
      assert.is((await home.ssox(DEV)).stdout, 'kept\n')
      assert.is((await runIn(home, [launcherOf(home), ...DEV])).stdout, 'kept\n')
    }))

  test('a logout and a new sign-in end it', () =>
    withEntry(async (home, entry) => {
      assertSuccess(await home.ssox(['logout', 'corp', '-q']))
      assert.not.ok(existsSync(entry))
      assertRefused(await home.ssox(DEV), 4, /needs a sign-in/)
    }))

  for (const [title, settings, args, env] of [
    ['cache = off', { cache: 'off' }, DEV, {}],
    ['min_left above 16', { min_left: '17' }, DEV, {}],
    ['--min-left', {}, [...DEV, '--min-left', '0'], {}],
    ['another role', {}, [...DEV, '--role-name', 'ReadOnly'], {}],
    ['an account of the environment', {}, DEV, { AWS_SSO_ACCOUNT_ID: '123456789012' }],
    ['no name', {}, ['credential-process'], {}],
  ] as const)
    test(`nothing is kept with ${title}`, () =>
      withSignIn(async (home) => {
        writeSettings(home, { login_flow: 'pkce', ...settings })
        answered(await home.ssox([...args], { env: { ...home.env, ...env } }))
        assert.not.ok(filesOf(home).some((name) => /\/j-\w+$/.test(name)))
      }))
})

suite('a line that calls ssox again', (test) => {
  const line = (name: string, asked: string) =>
    `[profile ${name}]\ncredential_process = "${node}" "${program}" credential-process --profile ${asked}\n`

  test('for its own profile: one line, exit 3', () =>
    withHome(async (home) => {
      home.writeConfig(line('dev', 'dev'))
      const run = await home.ssox(DEV)
      assertRefused(run, 3, /^ssox: credential_process goes round in a circle: "dev" → "dev"$/)
      assert.match(
        run.stderr,
        `\n  correct credential_process of profile "dev" in ${home.aws('config')}\n`,
      )
    }))

  test('for one that calls it back: the circle is named, and ends', () =>
    withHome(async (home) => {
      home.writeConfig(line('a', 'b') + line('b', 'c') + line('c', 'a'))
      for (const args of [
        ['credential-process', '--profile', 'a'],
        ['env', 'a', '--format', 'json'],
      ])
        assertRefused(
          await home.ssox(args),
          3,
          /^ssox: credential_process goes round in a circle: "a" → "b" → "c" → "a"$/,
        )
    }))

  test('that the AWS CLI is running for: no process is started', () =>
    withHome(async (home) => {
      home.writeConfig(
        `[profile dev]\ncredential_process = /bin/sh -c 'echo x >>started; exit 1'\n`,
      )
      const env = { ...home.env, _AWS_CLI_PROFILE_CHAIN: 'x,dev' }
      assertRefused(await home.ssox(DEV, { env }), 3, /in a circle: "dev" → "dev"$/)
      assert.equal(filesOf(home).includes('started'), false)
      assertRefused(await home.ssox(DEV), 3, /it ended with status 1/)
    }))

  test('for another profile works, however long the chain is', () =>
    withSignIn(async (home) => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f']
      const chain = names.map((name, at) => line(name, names[at + 1] ?? 'dev')).join('')
      home.writeConfig(usualConfig(home.center.startUrl) + chain)
      const first = answered(await home.ssox(DEV))
      const last = answered(await home.ssox(['credential-process', '--profile', 'a']))
      assert.is(last['AccessKeyId'], first['AccessKeyId'])
      assert.is(last['AccountId'], '123456789012')
    }))
})

suite('the log of credential-process', (test) => {
  const logOf = (home: Home) => join(home.path, '.local/state/ssox/credential-process.log')

  test('says what happened, is private, and holds no secret', () =>
    withSignIn(async (home) => {
      const answer = answered(await home.ssox([...DEV, '--debug']))
      leave(home, 0)
      endSession(home)
      const env = { ...home.env, AWS_SSO_CREDENTIAL_PROCESS_DEBUG: 'true' }
      const failed = await home.ssox(DEV, { env })
      assert.is(failed.status, 4)
      assert.is(failed.stderr.trimEnd().split('\n').length, 2, told(failed))
      const text = readFileSync(logOf(home), 'utf8')
      assert.match(text, /profile "dev" \(sso, Developer in 123456789012\)/)
      assert.match(text, /keys that end 20/)
      assert.match(text, /failed: the SSO session "corp" needs a sign-in/)
      for (const secret of [...home.center.secrets(), String(answer['SecretAccessKey'])])
        assert.not.ok(text.includes(secret))
      assert.is(statSync(logOf(home)).mode & 0o777, 0o600)
    }))

  test('and a talkative command fill no pipe: a reader may come to stderr last, as those of Java do', () =>
    withHome(async (home) => {
      const keys = '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s"}'
      writeFileSync(
        join(home.path, 'talk'),
        `#!/bin/sh\nhead -c 300000 /dev/zero | tr '\\0' x >&2\necho '${keys}'\n`,
        { mode: 0o755 },
      )
      home.writeConfig(`[profile dev]\ncredential_process = ${home.path}/talk\n`)
      const { child } = start(home, [...DEV, '--debug'])
      child.stderr?.removeAllListeners('data').pause()
      const [code] = await once(child, 'exit')
      assert.is(code, 0)
    }))

  test('is not written unasked', () =>
    withSignIn(async (home) => {
      const env = { ...home.env, AWS_SSO_CREDENTIAL_PROCESS_DEBUG: '0' }
      answered(await home.ssox(DEV, { env }))
      answered(await home.ssox(DEV))
      assert.not.ok(filesOf(home).some((name) => name.endsWith('.log')))
    }))

  test('begins anew after a megabyte; what cannot be written is no failure', () =>
    withSignIn(async (home) => {
      mkdirSync(join(home.path, '.local/state/ssox'), { recursive: true, mode: 0o700 })
      writeFileSync(logOf(home), 'x'.repeat(1024 * 1024 + 1))
      answered(await home.ssox([...DEV, '--debug']))
      assert.ok(statSync(logOf(home)).size < 10_000)
      rmSync(logOf(home))
      mkdirSync(logOf(home))
      answered(await home.ssox([...DEV, '--debug']))
    }))
})
