import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Finished, type Home, signIn, withHome } from '../support/home.ts'
import { tokenFile, writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { ageToken, inSeconds, readToken, type TokenFile, writeToken } from './rig.ts'

const ENV = ['env', 'dev', '--shell', 'bash']
const FALSE = 'false\n'

/** Ends of tokens, in seconds from now. */
const MINUTE = 60
const ENDED = -10 * MINUTE

function refreshes(home: Home): number {
  return home.center.counts['CreateToken:refresh'] ?? 0
}

function assertCredentials({ status, stdout, stderr }: Finished): void {
  assert.is(status, 0, stderr)
  assert.match(stdout, "export AWS_ACCESS_KEY_ID='ASIA")
}

/** A home that is signed in, its token changed to end in `seconds`. */
function withAgedToken(seconds: number, use: (home: Home, token: TokenFile) => Promise<void>) {
  return withHome(async (home) => {
    writeSettings(home, { login_flow: 'pkce' })
    await signIn(home)
    await use(home, ageToken(home, seconds))
  })
}

suite('an access token that ends', (test) => {
  const window: [title: string, seconds: number, expected: number][] = [
    ['with more than fifteen minutes left is used as it is', 16 * MINUTE, 0],
    ['with less than fifteen minutes left is renewed', 14 * MINUTE, 1],
    ['with seconds left is renewed', 5, 1],
    ['that has ended is renewed', ENDED, 1],
  ]
  for (const [title, seconds, expected] of window)
    test(title, () =>
      withAgedToken(seconds, async (home, old) => {
        assertCredentials(await home.ssox(ENV))
        assert.is(refreshes(home), expected)
        assert.is(home.browserOpens().length, 1, 'only the sign-in before')
        const token = readToken(home)
        assert.is(token.accessToken === old.accessToken, expected === 0)
        assert.is(token.clientId, old.clientId)
      }),
    )

  const failures: [title: string, fault: Parameters<Home['center']['fail']>[1]][] = [
    ['the service is away', { status: 503, type: 'ServiceUnavailable' }],
    ['the connection is cut', 'reset'],
    ['a captive portal answers', 'html'],
    ['the service refuses', { status: 400, type: 'InvalidGrantException', message: 'Invalid' }],
  ]
  for (const [title, fault] of failures)
    test(`still valid, and it cannot be renewed (${title}): it is used`, () =>
      withAgedToken(10 * MINUTE, async (home, old) => {
        home.center.fail('CreateToken:refresh', fault, 3)
        const run = await home.ssox(ENV)
        assertCredentials(run)
        assert.is(run.stderr, '')
        assert.ok(refreshes(home) > 0)
        assert.equal(readToken(home), old)
      }))

  test('ended, and the network is away: exit 6, the token stays for the next try', () =>
    withAgedToken(ENDED, async (home, old) => {
      home.center.fail('CreateToken:refresh', 'reset', 3)
      const { status, stdout, stderr } = await home.ssox(ENV)
      assert.is(status, 6)
      assert.is(stdout, FALSE)
      assert.match(stderr, 'cannot reach 127.0.0.1')
      assert.equal(readToken(home), old)
      assertCredentials(await home.ssox(ENV))
    }))

  const refusals = [
    'InvalidGrantException',
    'ExpiredTokenException',
    'UnauthorizedClientException',
    'InvalidRequestException',
    'InvalidScopeException',
    'AccessDeniedException',
  ]
  test('ended, and the service refuses to renew it: exit 4, and the token is forgotten', () =>
    withAgedToken(ENDED, async (home, old) => {
      for (const type of refusals) {
        writeToken(home, old)
        home.center.fail('CreateToken:refresh', { status: 400, type, message: 'no' })
        const { status, stdout, stderr } = await home.ssox(ENV)
        assert.is(status, 4, `${type}: ${stderr}`)
        assert.is(stdout, FALSE)
        assert.match(stderr, 'the SSO session "corp" needs a sign-in (there is no terminal)')
        assert.match(stderr, '\n  ssox login dev\n')
        assert.not.ok(existsSync(tokenFile(home)), type)
      }
      assert.is(home.browserOpens().length, 1, 'only the sign-in before')
    }))

  test('ended, and the service refuses to renew it: with --login a sign-in follows', () =>
    withAgedToken(ENDED, async (home) => {
      home.center.revokeSession()
      assertCredentials(await home.ssox([...ENV, '--login']))
      assert.is(refreshes(home), 1)
      assert.is(home.browserOpens().length, 2)
    }))

  test('an answer without a new refresh token: it is not in the file any more; foreign fields stay', () =>
    withAgedToken(ENDED, async (home, old) => {
      writeToken(home, { ...old, theirs: { nested: [1, 'two'] } })
      const body = JSON.stringify({ accessToken: 'CANARY-new', expiresIn: 3600 })
      home.center.fail('CreateToken:refresh', { body })
      await home.ssox(ENV)
      const { refreshToken, accessToken, theirs } = readToken(home)
      assert.is(refreshToken, undefined)
      assert.is(accessToken, 'CANARY-new')
      assert.equal(theirs, { nested: [1, 'two'] })
    }))

  test('a single-use refresh token is replaced by the new one', () =>
    withAgedToken(ENDED, async (home, old) => {
      for (const _ of [1, 2, 3]) {
        assertCredentials(await home.ssox([...ENV, '--refresh']))
        ageToken(home, ENDED)
      }
      assert.is(refreshes(home), 3)
      assert.not.equal(readToken(home).refreshToken, old.refreshToken)
    }))

  test('login --force signs in although the token is good and could be renewed', () =>
    withAgedToken(10 * MINUTE, async (home, old) => {
      assert.is((await home.ssox(['login', 'corp', '--force'])).status, 0)
      assert.is(refreshes(home), 0)
      assert.is(home.browserOpens().length, 2)
      assert.not.equal(readToken(home).accessToken, old.accessToken)
    }))

  test('login renews quietly when that is enough', () =>
    withAgedToken(ENDED, async (home) => {
      const { status, stderr } = await home.ssox(['login', 'corp'])
      assert.is(status, 0, stderr)
      assert.is(refreshes(home), 1)
      assert.is(home.browserOpens().length, 1, 'only the sign-in before')
    }))
})

suite('tokens that the AWS SDKs agree on (sso-token-provider-refresh.json)', (test) => {
  interface Vector {
    documentation: string
    currentTime: string
    cachedToken: TokenFile
    refreshResponse?: Record<string, unknown>
    expectedTokenWriteback?: TokenFile
    expectedToken?: { token: string; expiration: string }
    expectedException?: string
  }
  const file = new URL(
    '../fixtures/aws/aws-cli-2.36.7/sso-token-provider-refresh.json',
    import.meta.url,
  )
  const { cases } = JSON.parse(readFileSync(fileURLToPath(file), 'utf8')) as { cases: Vector[] }

  /** The same token, as long before or after now as it was before or after the vector's time. */
  const moved = (token: TokenFile, from: string): TokenFile =>
    Object.fromEntries(
      Object.entries(token).map(([key, value]) => {
        if (key !== 'expiresAt' && key !== 'registrationExpiresAt') return [key, value]
        return [key, inSeconds((Date.parse(String(value)) - Date.parse(from)) / 1000)]
      }),
    )

  /** Seconds between two times of token files. */
  const apart = (left: unknown, right: unknown) =>
    Math.abs(Date.parse(String(left)) - Date.parse(String(right))) / 1000

  assert.is(cases.length, 8)
  for (const vector of cases)
    test(vector.documentation, () =>
      withHome(async (home) => {
        const { currentTime, refreshResponse, expectedTokenWriteback } = vector
        home.writeConfig(`[profile test]
sso_session = admin
sso_account_id = 123456789012
sso_role_name = Developer
[sso-session admin]
sso_region = us-west-2
sso_start_url = https://d-123.awsapps.com/start
`)
        const cached = moved(vector.cachedToken, currentTime)
        writeToken(home, cached, 'admin')
        if (refreshResponse)
          home.center.fail('CreateToken:refresh', { body: JSON.stringify(refreshResponse) })
        // Whoever has a token asks for role credentials with it; this answer is enough.
        home.center.fail('GetRoleCredentials', {
          body: JSON.stringify({
            roleCredentials: {
              accessKeyId: 'ASIAEXAMPLE',
              secretAccessKey: 'secret',
              sessionToken: 'session',
              expiration: Date.now() + 3_600_000,
            },
          }),
        })
        const { status, stderr } = await home.ssox(['env', 'test', '--shell', 'sh'])
        const sent = home.center.requests.find(
          ({ operation }) => operation === 'GetRoleCredentials',
        )
        if (vector.expectedException) {
          assert.is(status, 4, stderr)
          assert.not.ok(sent)
        } else {
          assert.is(status, 0, stderr)
          assert.is(sent?.headers['x-amz-sso_bearer_token'], vector.expectedToken?.token)
        }
        assert.is(refreshes(home), refreshResponse ? 1 : 0)
        if (!refreshResponse) return assert.equal(readToken(home, 'admin'), cached)
        const { expiresAt, ...written } = readToken(home, 'admin')
        const { expiresAt: wanted, ...others } = moved(expectedTokenWriteback ?? {}, currentTime)
        assert.ok(apart(expiresAt, wanted) <= 30, `${expiresAt}, wanted ${wanted}`)
        assert.ok(apart(written.registrationExpiresAt, others.registrationExpiresAt) <= 30)
        const { registrationExpiresAt: _written, ...rest } = written
        const { registrationExpiresAt: _wanted, ...expected } = others
        assert.equal(rest, expected)
      }),
    )
})

suite('a token that AWS refuses', (test) => {
  test('is renewed once, and the request is made again', () =>
    withAgedToken(60 * MINUTE, async (home) => {
      home.center.expireTokens()
      assertCredentials(await home.ssox(ENV))
      assert.is(refreshes(home), 1)
      assert.is(home.center.counts['GetRoleCredentials'], 2)
    }))

  test('and cannot be renewed: one sign-in, and the request is made again', () =>
    withAgedToken(60 * MINUTE, async (home) => {
      home.center.revokeSession()
      assertCredentials(await home.ssox([...ENV, '--login']))
      assert.is(home.browserOpens().length, 2)
      assert.is(home.center.counts['GetRoleCredentials'], 2)
    }))

  test('and cannot be renewed: without a terminal exit 4', () =>
    withAgedToken(60 * MINUTE, async (home) => {
      home.center.revokeSession()
      const { status, stdout, stderr } = await home.ssox(ENV)
      assert.is(status, 4)
      assert.is(stdout, FALSE)
      assert.match(stderr, 'ssox login dev')
      assert.is(home.center.counts['GetRoleCredentials'], 1)
    }))

  test('even after a new sign-in: exit 4 after that one, no loop', () =>
    withAgedToken(60 * MINUTE, async (home) => {
      home.center.fail(
        'GetRoleCredentials',
        {
          status: 401,
          type: 'UnauthorizedException',
          message: 'Session token not found or invalid',
        },
        9,
      )
      const { status, stderr } = await home.ssox([...ENV, '--login'])
      assert.is(status, 4)
      assert.match(stderr, 'AWS refuses the sign-in of profile "dev"')
      assert.match(stderr, '  ssox login dev --force')
      assert.is(home.center.counts['GetRoleCredentials'], 2)
      assert.ok(home.browserOpens().length <= 2)
    }))

  test('while another program has put a newer one there: that one is used', () =>
    withAgedToken(60 * MINUTE, async (home, good) => {
      writeToken(home, { ...good, accessToken: 'stale', refreshToken: 'stale' })
      home.center.fail('CreateToken:refresh', { delayMs: 300 })
      const refused = home.ssox(ENV)
      await new Promise<void>((done) => {
        const timer = setInterval(() => {
          if (refreshes(home) === 0) return
          clearInterval(timer)
          writeToken(home, good)
          done()
        }, 5)
      })
      assertCredentials(await refused)
      assert.equal(readToken(home), good)
    }))
})

suite('a role that AWS refuses', (test) => {
  const role = (name: string) => [
    'env',
    '--account-id=123456789012',
    `--role-name=${name}`,
    '--sso-region=us-east-1',
    '--shell=sh',
  ]

  test('exit 5 names the roles that are there; no sign-in follows', () =>
    withAgedToken(60 * MINUTE, async (home) => {
      home.writeConfig(
        home.read('config').replace('sso_role_name = Developer', 'sso_role_name = Admin'),
      )
      const { status, stdout, stderr } = await home.ssox([...ENV, '--login'])
      assert.is(status, 5)
      assert.is(stdout, FALSE)
      assert.match(stderr, 'AWS refuses role Admin in account 123456789012 (profile "dev")')
      assert.match(stderr, 'you have there: AdministratorAccess, Developer, ReadOnly')
      assert.is(home.browserOpens().length, 1, 'only the sign-in before')
      assert.is(home.center.counts['GetRoleCredentials'], 1)
    }))

  test('an account where nothing is there: exit 5 says so', () =>
    withAgedToken(60 * MINUTE, async (home) => {
      home.writeConfig(home.read('config').replaceAll('123456789012', '999999999999'))
      const { status, stderr } = await home.ssox(ENV)
      assert.is(status, 5)
      assert.match(stderr, 'you have no role in account 999999999999, or it does not exist')
    }))

  test('a role that is listed, and refused all the same: exit 5 says both, and no other role', () =>
    withAgedToken(60 * MINUTE, async (home) => {
      const fault = { status: 403, type: 'ForbiddenException', message: 'No access' }
      home.center.fail('GetRoleCredentials', fault)
      const { status, stderr } = await home.ssox(ENV)
      assert.is(status, 5)
      assert.match(stderr, /role Developer in account 123456789012 .* lists as yours: No access\n/)
      assert.not.match(stderr, 'sso_role_name')
    }))

  test('the list of roles cannot be had either: exit 5 all the same', () =>
    withAgedToken(60 * MINUTE, async (home) => {
      home.center.fail('GetRoleCredentials', { status: 403, type: 'ForbiddenException' })
      home.center.fail('ListAccountRoles', 'reset', 9)
      assert.is((await home.ssox(ENV)).status, 5)
    }))

  test('the many roles of an account are listed to the last page', () =>
    withHome(
      async (home) => {
        await signIn(home)
        home.writeConfig(home.read('config').replaceAll('= Developer', '= Nobody'))
        const { stderr } = await home.ssox(ENV)
        assert.match(stderr, 'Role0, ')
        assert.match(stderr, ', Role249')
        assert.is(home.center.counts['ListAccountRoles'], 3)
      },
      {
        accounts: [
          {
            accountId: '123456789012',
            accountName: 'Many',
            emailAddress: 'many@example.com',
            roles: Array.from({ length: 250 }, (_, index) => `Role${index}`),
          },
        ],
      },
    ))

  test('an error that nobody expects: exit 5 with its name, no internal error', () =>
    withAgedToken(60 * MINUTE, async (home) => {
      home.center.fail('GetRoleCredentials', { status: 400, type: 'OddException', message: 'odd' })
      const { status, stderr } = await home.ssox(ENV)
      assert.is(status, 5)
      assert.match(stderr, 'AWS refuses the request: odd (OddException)')
    }))

  test('account and role by flags are refused in the same way', () =>
    withHome(async (home) => {
      await home.ssox(['login', 'old'])
      const { status, stderr } = await home.ssox([
        ...role('Nobody'),
        `--start-url=${home.center.startUrl}`,
      ])
      assert.is(status, 5)
      assert.match(stderr, 'you have there: AdministratorAccess, Developer, ReadOnly')
    }))
})

suite('when a sign-in is not allowed', (test) => {
  const cases: [title: string, args: string[], options: Record<string, string>, why: string][] = [
    ['there is no terminal', [], {}, 'there is no terminal'],
    ['--no-login', ['--no-login'], {}, '--no-login'],
    ['--no-login against the setting', ['--no-login'], { login: 'true' }, '--no-login'],
    ['the setting login = false', [], { login: 'false' }, 'login = false in the settings'],
    ['--no-input', ['--no-input'], {}, '--no-input'],
    ['--no-input against the setting', ['--no-input'], { login: 'true' }, '--no-input'],
  ]
  test('exit 4 with the command that signs in; nothing is sent or opened', () =>
    withHome(async (home) => {
      for (const [title, args, options, why] of cases) {
        writeSettings(home, options)
        const { status, stdout, stderr } = await home.ssox([...ENV, ...args])
        assert.is(status, 4, `${title}: ${stderr}`)
        assert.is(stdout, FALSE, title)
        assert.is(
          stderr,
          `ssox: the SSO session "corp" needs a sign-in (${why})\n  ssox login dev\n`,
          title,
        )
      }
      assert.equal(home.center.counts, {})
      assert.equal(home.browserOpens(), [])
    }))

  test('a legacy profile is named in the command that signs in', () =>
    withHome(async (home) => {
      const { status, stderr } = await home.ssox(['env', 'old', '--shell', 'sh'])
      assert.is(status, 4)
      assert.match(stderr, `the SSO session ${home.center.startUrl} needs a sign-in`)
      assert.match(stderr, '\n  ssox login old\n')
    }))

  test('login itself may always sign in, unless --no-input or --no-login', () =>
    withHome(async (home) => {
      assert.is((await home.ssox(['login', 'corp', '--no-input'])).status, 4)
      assert.is((await home.ssox(['login', 'corp', '--no-login'])).status, 4)
      assert.equal(home.center.counts, {})
      assert.is((await home.ssox(['login', 'corp'])).status, 0)
    }))

  test('login = true in the settings allows it without a terminal', () =>
    withHome(async (home) => {
      writeSettings(home, { login: 'true', login_flow: 'pkce' })
      assertCredentials(await home.ssox(ENV))
    }))

  test('the profile at the root of a role chain is signed in', () =>
    withHome(async (home) => {
      writeSettings(home, { login_flow: 'pkce' })
      const { status, stderr } = await home.ssox(['env', 'deploy', '--shell', 'sh'])
      assert.is(status, 4)
      assert.match(stderr, '\n  ssox login dev\n')
      assertCredentials(await home.ssox(['env', 'deploy', '--login', '--shell', 'sh']))
      assert.is(home.browserOpens().length, 1)
      assert.is(home.center.counts['AssumeRole'], 1)
    }))
})
