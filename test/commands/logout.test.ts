/** `ssox logout`: revoked at the server, gone from this machine, and nothing else is. */
import { createHash } from 'node:crypto'
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { signInMarker } from '../../src/state/sign-in-marker.ts'
import { asked, gate, start, until } from '../auth/rig.ts'
import { type Home, usualConfig } from '../support/home.ts'
import type { RequestRecord } from '../support/identity-center/types.ts'
import { inParallel, NOBODY } from '../support/machine.ts'
import { assertFailure, told } from '../support/output.ts'
import { IDENTITY, readObject, tokenFile, useIdentity, withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

/** Signed in to `corp` and `other`. */
function withTwoSessions<T>(use: (home: Home) => Promise<T>): Promise<T> {
  return withSignIn(async (home) => {
    home.writeConfig(`${usualConfig(home.center.startUrl)}
[profile elsewhere]
sso_session = other
sso_account_id = 123456789012
sso_role_name = Developer

[profile elsewhere-deploy]
role_arn = arn:aws:iam::345678901234:role/Auditor
external_id = unicorn-audit
source_profile = elsewhere

[sso-session other]
sso_start_url = ${home.center.startUrl}
sso_region = us-east-1
`)
    assert.is((await home.ssox(['login', 'other'])).status, 0)
    return use(home)
  })
}

/** Role credentials of both sessions, and of roles that were assumed with them. */
async function fillCache(home: Home): Promise<void> {
  await inParallel(['dev', 'prod', 'deploy', 'elsewhere', 'elsewhere-deploy'], async (name) => {
    const run = await home.ssox(['env', name, '--shell', 'bash', '-q'])
    assert.is(run.status, 0, told(run))
  })
  assert.is(cached(home).length, 5)
}

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex')

const cached = (home: Home) => {
  const folder = home.aws('cli', 'cache')
  return existsSync(folder) ? readdirSync(folder).sort() : []
}

/** What a logout says when all is done. */
const signedOut = (what: string) =>
  `ssox: signed out of ${what}\nssox: open terminals keep their keys until those end; in each of them: awsuse --clear\n`

/** Whether `env` works for a profile without a sign-in. */
async function works(home: Home, profile: string): Promise<boolean> {
  const run = await home.ssox(['env', profile, '--shell', 'bash', '--no-login', '-q'])
  assert.ok(run.status === 0 || run.status === 4, told(run))
  return run.status === 0
}

suite('logout of one session', (test) => {
  test('ends it at the server, and removes its token and role credentials, chains included', () =>
    withTwoSessions(async (home) => {
      const token = readFileSync(tokenFile(home))
      await fillCache(home)
      const run = await home.ssox(['logout', 'corp'])
      assert.equal(run, { status: 0, stdout: '', stderr: signedOut('"corp"') })
      assert.is(home.center.counts['Logout'], 1)
      assert.not(existsSync(tokenFile(home)))
      assert.is(cached(home).length, 2, 'the two of the other session stay')
      for (const profile of ['dev', 'prod', 'deploy']) assert.not(await works(home, profile))
      for (const profile of ['elsewhere', 'elsewhere-deploy']) assert.ok(await works(home, profile))

      writeFileSync(tokenFile(home), token)
      const revoked = await home.ssox(['env', 'dev', '--shell', 'bash', '--no-login'])
      assertFailure(revoked, 4, /"corp" needs a sign-in/)
    }))

  test('the token of the other session still works at the server', () =>
    withTwoSessions(async (home) => {
      await home.ssox(['logout', 'corp'])
      const run = await home.ssox(['env', 'elsewhere', '--refresh', '--no-login', '--shell', 'sh'])
      assert.is(run.status, 0, told(run))
    }))

  test('what the hooks remember goes', () =>
    withTwoSessions(async (home) => {
      const hook = { ...home.env, SSOX_HOOK: 'use' }
      const runtime = join(home.path, '.cache', 'ssox')
      await home.ssox(['env', 'dev', '--shell', 'bash'], { env: hook })
      assert.ok(existsSync(join(runtime, 'current', 'p-dev')))
      // A terminal with a runtime directory signs out for the others, too.
      const XDG_RUNTIME_DIR = join(home.path, 'run')
      mkdirSync(XDG_RUNTIME_DIR, { mode: 0o700 })
      const there = { ...hook, XDG_RUNTIME_DIR }
      await home.ssox(['env', 'dev', '--shell', 'bash'], { env: there })
      assert.ok(existsSync(join(XDG_RUNTIME_DIR, 'ssox', 'current', 'p-dev')))
      await home.ssox(['logout', 'corp'], { env: there })
      for (const folder of [runtime, join(XDG_RUNTIME_DIR, 'ssox')]) {
        const left = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        assert.equal(
          left.filter((name) => /current|state-|p-/.test(name)),
          [],
        )
      }
    }))

  test("the marker of its sign-in goes, that of another session stays; with --all, everyone's", () =>
    withTwoSessions(async (home) => {
      const paths = { state: join(home.path, '.local', 'state', 'ssox') }
      const marker = (session: string) => signInMarker(paths, sha1(session)) ?? ''
      const [corp, other] = [marker('corp'), marker('other')]
      assert.is((await home.ssox(['logout', 'corp'])).status, 0)
      assert.equal([existsSync(corp), existsSync(other)], [false, true])
      const gone = marker('in no file any more')
      assert.is((await home.ssox(['logout', '--all'])).status, 0)
      assert.equal([existsSync(other), existsSync(gone)], [false, false])
    }))

  test('client registrations and the files of others stay', () =>
    withTwoSessions(async (home) => {
      const folder = home.aws('sso', 'cache')
      writeFileSync(join(folder, 'botocore-client-id-us-east-1.json'), '{"clientId":"x"}')
      writeFileSync(join(folder, 'notes.txt'), 'mine')
      const before = readdirSync(folder).sort()
      const gone = tokenFile(home).split('/').at(-1)
      await home.ssox(['logout', 'corp'])
      assert.equal(
        readdirSync(folder).sort(),
        before.filter((name) => name !== gone),
      )
    }))

  test('by profile, by the profile of a chain, by AWS_PROFILE', () =>
    inParallel(
      [
        [['dev'], {}, 'corp'],
        [['deploy'], {}, 'corp'],
        [[], { AWS_PROFILE: 'elsewhere-deploy' }, 'other'],
      ] as const,
      ([args, env, session]) =>
        withTwoSessions(async (home) => {
          const run = await home.ssox(['logout', ...args], { env: { ...home.env, ...env } })
          assert.is(run.stderr, signedOut(`"${session}"`))
          assert.not(existsSync(tokenFile(home, session)))
          assert.ok(existsSync(tokenFile(home, session === 'corp' ? 'other' : 'corp')))
        }),
    ))

  for (const [verb, ...rest] of [
    ['env', '--format', 'json'],
    ['exec', '--', 'true'],
    ['whoami'],
  ] as const)
    test(`removes what ${verb} got for an account and role without a profile`, () =>
      withTwoSessions(async (home) => {
        const where = ['--start-url', home.center.startUrl, '--sso-region', 'us-east-1']
        const id = ['--account-id', '123456789012', '--role-name', 'ReadOnly']
        assert.is((await home.ssox(['login', ...where])).status, 0)
        await fillCache(home)
        const used = await home.ssox([verb, ...where, ...id, ...rest])
        assert.is(used.status, 0, told(used))
        assert.is(cached(home).length, 6)
        assert.ok(await works(home, 'ReadOnly@123456789012'))
        const run = await home.ssox(['logout', home.center.startUrl])
        assert.is(run.status, 0, told(run))
        assert.is(cached(home).length, 5, 'those of the sessions that are in use stay')
        assert.not(await works(home, 'ReadOnly@123456789012'))
      }))

  test('by an account and role without a profile, its start URL, or the variables', () =>
    inParallel(
      [
        () => [[IDENTITY], {}],
        (startUrl) => [[startUrl], {}],
        () => [[], { AWS_PROFILE: IDENTITY }],
        (startUrl) => [[], { AWS_SSO_START_URL: startUrl, AWS_SSO_REGION: 'us-east-1' }],
      ] as ((startUrl: string) => [args: string[], env: Record<string, string>])[],
      (given) =>
        withSignIn(async (home) => {
          const { startUrl } = home.center
          await useIdentity(home)
          home.writeConfig(usualConfig('https://elsewhere.awsapps.com/start'))
          const [args, env] = given(startUrl)
          const run = await home.ssox(['logout', ...args], { env: { ...home.env, ...env } })
          assert.equal(run, { status: 0, stdout: '', stderr: signedOut(startUrl) })
          assert.not(existsSync(tokenFile(home, startUrl)))
          assert.ok(existsSync(tokenFile(home)))
          assert.equal(cached(home), [])
        }),
    ))

  test('the variables come after AWS_PROFILE', () =>
    withSignIn(async (home) => {
      const variables = { AWS_SSO_START_URL: home.center.startUrl, AWS_SSO_REGION: 'us-east-1' }
      const env = { ...home.env, ...variables, AWS_PROFILE: 'dev' }
      const run = await home.ssox(['logout'], { env })
      assert.is(run.stderr, signedOut('"corp"'))
    }))

  test('twice is no failure, and asks nobody', () =>
    withSignIn(async (home) => {
      for (const _ of [1, 2]) assert.is((await home.ssox(['logout', 'corp'])).status, 0)
      assert.is(home.center.counts['Logout'], 1)
    }))

  test('what cannot be meant is a failure, and nothing is removed', () =>
    withTwoSessions(async (home) => {
      for (const [args, status, about] of [
        [['logout'], 2, /there are 3 SSO sessions: corp, http:.*, other$/],
        [['logout', 'crop'], 3, /is called "crop"; did you mean corp/],
        [['logout', 'static'], 3, /does not use SSO/],
        [['logout', '--force'], 2, /unknown option "--force" for logout/],
      ] as const)
        assertFailure(await home.ssox([...args]), status, about)
      for (const session of ['corp', 'other']) assert.ok(existsSync(tokenFile(home, session)))
    }))
})

suite('a logout while another ssox gets keys', (test) => {
  for (const args of [
    ['env', 'dev', '--shell', 'bash'],
    ['env', 'deploy', '--shell', 'bash'],
    ['write', 'dev'],
  ])
    test(`${args.slice(0, 2).join(' ')}: AWS has answered, but nothing is left of it`, () =>
      withSignIn(async (home) => {
        const operation = args[1] === 'deploy' ? 'AssumeRole' : 'GetRoleCredentials'
        const { opened, open } = gate()
        home.center.fail(operation, { until: opened })
        const getter = start(home, args)
        await asked(home, operation)
        getter.child.kill('SIGSTOP')
        open()
        const answered = ({ operation: of, endTime }: RequestRecord) =>
          of === operation && endTime !== undefined
        await until('the answer', () => home.center.requests.some(answered))
        assert.is((await home.ssox(['logout', 'corp'])).status, 0)
        getter.child.kill('SIGCONT')
        const { status, stderr } = await getter.done
        assert.is(status, 4, stderr)
        assert.match(
          stderr,
          /^ssox: somebody has signed out of "corp" while .*\n {2}ssox login dev$/m,
        )
        assert.equal(cached(home), [])
        assert.not(existsSync(home.aws('credentials')))
      }))
})

suite('logout --all', (test) => {
  test('ends every session, also one that is in no file any more', () =>
    withTwoSessions(async (home) => {
      const token = readObject(tokenFile(home, 'other'))
      await fillCache(home)
      home.writeConfig(usualConfig(home.center.startUrl))
      rmSync(home.aws('config'))
      writeFileSync(home.aws('config'), '[profile x]\naws_access_key_id = a\n')
      const run = await home.ssox(['logout', '--all'])
      assert.equal(run, {
        status: 0,
        stdout: '',
        stderr: signedOut('every SSO session'),
      })
      assert.is(home.center.counts['Logout'], 2)
      const sso = cached(home).filter(
        (name) => readObject(home.aws('cli', 'cache', name))['ProviderType'] === 'sso',
      )
      assert.equal(sso, [])
      for (const session of ['corp', 'other']) assert.not(existsSync(tokenFile(home, session)))

      home.writeConfig(`[profile back]
sso_session = other
sso_account_id = 123456789012
sso_role_name = Developer
[sso-session other]
sso_start_url = ${home.center.startUrl}
sso_region = us-east-1
`)
      writeFileSync(tokenFile(home, 'other'), JSON.stringify(token))
      assert.not(await works(home, 'back'), 'the server has forgotten it')
    }))

  test('with every session in the files', () =>
    withTwoSessions(async (home) => {
      await fillCache(home)
      assert.is((await home.ssox(['logout', '--all'])).status, 0)
      assert.is(home.center.counts['Logout'], 2)
      assert.equal(cached(home), [])
    }))
})

suite('a logout that cannot do everything', (test) => {
  test('the server cannot be reached: the files are gone, exit 6', () =>
    withSignIn(async (home) => {
      await home.ssox(['env', 'dev', '--shell', 'bash'])
      const env = { ...home.env, AWS_ENDPOINT_URL_SSO: 'http://127.0.0.1:9' }
      const run = await home.ssox(['logout', 'corp'], { env })
      assert.is(run.status, 6, told(run))
      assert.match(run.stderr, /^ssox: signed out here, but AWS could not be told: cannot reach/m)
      assert.not(existsSync(tokenFile(home)))
      assert.equal(cached(home), [])
    }))

  test('a page of the network in place of an answer: AWS was not told, exit 6', () =>
    withSignIn(async (home) => {
      home.center.fail('Logout', 'html', 9)
      const run = await home.ssox(['logout', 'corp'])
      assert.is(run.status, 6, told(run))
      assert.match(run.stderr, /^ssox: signed out here, but AWS could not be told: .* not an AWS/m)
      assert.not(existsSync(tokenFile(home)))
    }))

  test('the server does not know the token any more: that is what was wanted', () =>
    withSignIn(async (home) => {
      home.center.revokeSession()
      const run = await home.ssox(['logout', 'corp'])
      assert.equal(run, { status: 0, stdout: '', stderr: signedOut('"corp"') })
    }))

  test('a file that cannot be removed: exit 7, and everything else is done', () =>
    withSignIn(async (home) => {
      await home.ssox(['env', 'dev', '--shell', 'bash'])
      const identity =
        '{"accountId":"012345678901","roleName":"AdministratorAccess","sessionName":"corp"}'
      const name = sha1(identity)
      mkdirSync(home.aws('cli', 'cache', `${name}.json`, 'inside'), { recursive: true })
      const run = await home.ssox(['logout', 'corp'])
      assertFailure(run, 7, /cannot remove .*\.json/)
      assert.not(existsSync(tokenFile(home)))
      assert.is(home.center.counts['Logout'], 1)
      assert.equal(cached(home), [`${name}.json`])
    }))

  test('a token file that must not be trusted: exit 7, AWS is not told, and it goes all the same', () =>
    withSignIn(async (home) => {
      const kept = join(home.path, 'kept.json')
      renameSync(tokenFile(home), kept)
      const cases: [about: RegExp, make: (path: string) => void][] = [
        [/it is a symbolic link$/, (path) => symlinkSync(kept, path)],
        [/it is larger than 1048576 bytes$/, (path) => truncateSync(path, 2 ** 21)],
      ]
      if (process.getuid?.() === 0)
        cases.push([/it belongs to another user$/, (path) => chownSync(path, NOBODY, NOBODY)])
      for (const [about, make] of cases) {
        if (!about.source.includes('link')) writeFileSync(tokenFile(home), readFileSync(kept))
        make(tokenFile(home))
        const run = await home.ssox(['logout', 'corp'])
        assertFailure(run, 7, /^ssox: AWS could not be told of the sign-out: the SSO token file \//)
        assert.match(run.stderr.split('\n')[0] ?? '', about)
        assert.not(lstatSync(tokenFile(home), { throwIfNoEntry: false }), about.source)
      }
      assert.is(home.center.counts['Logout'], undefined)
      assert.ok(existsSync(kept), 'what the link pointed to')
    }))

  test('a token file that is no JSON, or holds what no request can carry, goes too', () =>
    withSignIn(async (home) => {
      for (const text of ['{"accessToken":', '{"accessToken":"to€ken","region":"us-east-1"}'])
        for (const which of ['corp', '--all']) {
          writeFileSync(tokenFile(home), text)
          const run = await home.ssox(['logout', which])
          assert.is(run.status, 0, told(run))
          assert.not(existsSync(tokenFile(home)))
        }
      assert.is(home.center.counts['Logout'], undefined)
    }))
})
