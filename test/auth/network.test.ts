import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { createAuthority } from '../support/certificates.ts'
import { type Finished, type Home, signIn, withHome } from '../support/home.ts'
import type { Fault } from '../support/identity-center/index.ts'
import { inMountNamespace, ssoxUnder, testWith } from '../support/machine.ts'
import { assertFailure } from '../support/output.ts'
import { assertInTime } from '../support/patience.ts'
import { withProxy } from '../support/proxy.ts'
import { tokenFile, withSignIn, writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { once, start, until } from './rig.ts'

const ENV = ['env', 'dev', '--shell', 'bash']

type Env = Record<string, string>

function assertCredentials({ status, stdout, stderr }: Finished): void {
  assert.is(status, 0, stderr)
  assert.match(stdout, "AWS_ACCESS_KEY_ID='ASIA")
}

/** A failure that leaves the shell as it was. */
function assertNoCredentials(run: Finished, status: number, about: RegExp): void {
  assertFailure(run, status, about)
  assert.is(run.stdout, 'false\n')
}

/** An HTTP server on loopback that answers as told, and counts. */
async function withServer(
  answer: RequestListener,
  use: (server: { url: string; requests: () => number }) => Promise<void>,
): Promise<void> {
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    answer(request, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  try {
    await use({ url: `http://127.0.0.1:${port}`, requests: () => requests })
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

suite('a network that fails', (test) => {
  const answers: [title: string, fault: Fault, about: RegExp, requests: number][] = [
    ['the connection is cut', 'reset', /cannot reach 127\.0\.0\.1:\d+: the connection was cut/, 3],
    ['a captive portal answers', 'html', /not an AWS answer \(a web page of the network/, 1],
    ['half an answer arrives', 'garbage', /not an AWS answer/, 1],
    [
      'a captive portal redirects',
      { status: 302, headers: { location: 'https://portal.example/' }, body: '' },
      /not an AWS answer/,
      1,
    ],
    [
      'a firewall answers with its own page',
      { status: 403, headers: { 'content-type': 'text/html' }, body: '<h1>Blocked</h1>' },
      /not an AWS answer/,
      1,
    ],
    [
      'an internal error',
      { status: 500, type: 'InternalServerException' },
      /is not available \(InternalServerException, HTTP 500\)/,
      3,
    ],
    ['a bad gateway', { status: 502, type: 'BadGateway' }, /is not available \(.*HTTP 502\)/, 3],
    [
      'a load balancer without a service behind it',
      { status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>503</h1>' },
      /127\.0\.0\.1:\d+ /,
      3,
    ],
    [
      'too many requests',
      { status: 429, type: 'TooManyRequestsException' },
      /receiving too many requests \(TooManyRequestsException, HTTP 429\)/,
      3,
    ],
    ['an answer without keys', { body: '{"roleCredentials":{}}' }, /lacks accessKeyId/, 1],
    ['an empty answer', { body: '' }, /lacks accessKeyId/, 1],
    ['an answer of another shape', { body: '{"roleCredentials":[1]}' }, /lacks accessKeyId/, 1],
  ]
  for (const [title, fault, about, requests] of answers)
    test(`${title}: exit 6 after ${requests === 1 ? 'one attempt' : 'three attempts'}`, () =>
      withSignIn(async (home) => {
        void silent()
        home.center.fail('GetRoleCredentials', fault, 9)
        assertNoCredentials(await home.ssox(ENV), 6, about)
        assert.is(home.center.counts['GetRoleCredentials'], requests)
      }))

  const passing: [title: string, fault: Fault][] = [
    ['errors of the service', { status: 500, type: 'InternalServerException' }],
    ['cut connections', 'reset'],
    ['lost answers', 'lost'],
    ['too many requests', { status: 429, type: 'TooManyRequestsException' }],
  ]
  for (const [title, fault] of passing)
    test(`two ${title}, then the answer: nobody notices`, () =>
      withSignIn(async (home) => {
        home.center.fail('GetRoleCredentials', fault, 2)
        const run = await home.ssox(ENV)
        assertCredentials(run)
        assert.is(run.stderr, '')
      }))

  const busy: Fault = { status: 500, type: 'InternalServerException' }
  const attempts: [title: string, env: Record<string, string>, profile: string, made: number][] = [
    ['AWS_MAX_ATTEMPTS', { AWS_MAX_ATTEMPTS: '6' }, '', 6],
    ['one attempt', { AWS_MAX_ATTEMPTS: '1' }, '', 1],
    ['max_attempts', {}, 'max_attempts = 4', 4],
    ['the variable before the profile', { AWS_MAX_ATTEMPTS: '2' }, 'max_attempts = 4', 2],
    ['retry_mode = legacy', {}, 'retry_mode = legacy', 5],
    ['AWS_RETRY_MODE=Adaptive', { AWS_RETRY_MODE: 'Adaptive' }, 'retry_mode = legacy', 3],
    ['max_attempts before retry_mode', { AWS_RETRY_MODE: 'legacy' }, 'max_attempts = 2', 2],
  ]
  test('how often is tried says AWS_MAX_ATTEMPTS, max_attempts, or the retry mode', () =>
    withSignIn(async (home) => {
      const config = home.read('config')
      for (const [title, env, profile, made] of attempts) {
        home.writeConfig(config.replace('[profile dev]', `[profile dev]\n${profile}`))
        const before = home.center.counts['GetRoleCredentials'] ?? 0
        const stop = home.center.fail('GetRoleCredentials', busy, 9)
        const run = await home.ssox(ENV, { env: { ...home.env, ...env } })
        stop()
        assertNoCredentials(run, 6, /is not available/)
        assert.is((home.center.counts['GetRoleCredentials'] ?? 0) - before, made, title)
      }
      home.env['AWS_MAX_ATTEMPTS'] = '6'
      home.center.fail('GetRoleCredentials', { status: 429, type: 'TooManyRequestsException' }, 4)
      assertCredentials(await home.ssox(ENV))
    }))

  test('a number of attempts, or a retry mode, that is none: exit 3, with its name', () =>
    withSignIn(async (home) => {
      const config = home.read('config')
      for (const [name, value] of [
        ...['0', '-1', 'many', '1.5'].map((one) => ['max_attempts', one] as const),
        ['retry_mode', 'eager'] as const,
      ]) {
        const env = { ...home.env, [`AWS_${name.toUpperCase()}`]: value }
        const variable = await home.ssox(ENV, { env })
        assertNoCredentials(variable, 3, new RegExp(`AWS_${name.toUpperCase()} is "${value}"`))
        assert.match(variable.stderr, `\n  unset AWS_${name.toUpperCase()}\n`)
        home.writeConfig(config.replace('[profile dev]', `[profile dev]\n${name} = ${value}`))
        assertNoCredentials(await home.ssox(ENV), 3, new RegExp(`${name} of the profile is`))
      }
      assert.not.ok(home.center.counts['GetRoleCredentials'])
    }))

  test('the time that a busy service asks for is waited', () =>
    withSignIn(async (home) => {
      const headers = { 'retry-after': '2' }
      home.center.fail('GetRoleCredentials', {
        status: 429,
        type: 'TooManyRequestsException',
        headers,
      })
      assertCredentials(await home.ssox(ENV))
      const [first, second] = home.center.requests.filter(
        ({ operation }) => operation === 'GetRoleCredentials',
      )
      const paused = (second?.time ?? 0) - (first?.time ?? 0)
      assert.ok(paused > 900, `${paused} ms`)
      assertInTime(paused, 5_000)
    }))

  test('nobody listens: exit 6', () =>
    withSignIn(async (home) => {
      home.env['AWS_ENDPOINT_URL_SSO'] = 'http://127.0.0.1:1'
      const about = /cannot reach 127\.0\.0\.1:1: the connection was refused/
      assertNoCredentials(await home.ssox(ENV), 6, about)
    }))

  test('a name that does not exist: exit 6', () =>
    withSignIn(async (home) => {
      home.env['AWS_ENDPOINT_URL_SSO'] = 'https://no-such-host.invalid'
      const about = /cannot reach no-such-host\.invalid: its name (does not exist|cannot be looked)/
      assertNoCredentials(await home.ssox(ENV), 6, about)
    }))

  test('a sign-in cannot begin: exit 6', () =>
    withHome(async (home) => {
      home.center.fail('RegisterClient', 'reset', 9)
      assertFailure(
        { ...(await home.ssox(['login', 'corp', '-q'])) },
        6,
        /cannot reach 127\.0\.0\.1:\d+: the connection was cut/,
      )
    }))

  test('role credentials in the cache need no network', () =>
    withSignIn(async (home) => {
      assertCredentials(await home.ssox(ENV))
      for (const service of ['SSO', 'SSO_OIDC', 'STS'])
        home.env[`AWS_ENDPOINT_URL_${service}`] = 'http://127.0.0.1:1'
      assertCredentials(await home.ssox(ENV))
      assert.is((await home.ssox(['env', 'dev', '--format', 'json'])).status, 0)
    }))

  test('an answer that never ends is cut off: exit 6', () =>
    withSignIn(async (home) => {
      let sent = 0
      const chunk = 'x'.repeat(256 * 1024)
      await withServer(
        (_, response) => {
          response.writeHead(200, { 'content-type': 'application/json' })
          const pour = () => {
            while (!response.destroyed) {
              sent += chunk.length
              if (!response.write(chunk)) break
            }
          }
          response.on('drain', pour)
          response.write('{"filler":"')
          pour()
        },
        async ({ url }) => {
          home.env['AWS_ENDPOINT_URL_SSO'] = url
          assertNoCredentials(await home.ssox(ENV), 6, /127\.0\.0\.1:\d+/)
        },
      )
      assert.ok(sent > 1e6 && sent < 64e6, `${sent} bytes were taken`)
    }))

  const keys = {
    accessKeyId: 'ASIAANSWER',
    secretAccessKey: 'secret-of-the-answer',
    sessionToken: 'token-of-the-answer',
  }
  const now = Date.now()
  const ends: [title: string, expiration: unknown, about: RegExp][] = [
    ['none', undefined, /lacks expiration/],
    ['null', null, /lacks expiration|is no time/],
    ['zero', 0, /an end that cannot be meant: 0/],
    ['a minute ago', now - 60_000, /credentials that ended at \d{4}-\d\d-\d\dT/],
    ['in seconds', Math.round(now / 1000) + 3600, /cannot be meant: \d{10}$/],
    ['in microseconds', (now + 3_600_000) * 1000, /cannot be meant: \d{16}$/],
    ['a year from now', now + 365 * 86_400_000, /cannot be meant: \d{13}$/],
    ['after the end of all time stamps', 9e15, /cannot be meant: 9000000000000000/],
    ['a hundred times that', 1e17, /cannot be meant: 100000000000000000/],
    ['before all time stamps', -9e15, /cannot be meant: -9000000000000000/],
    ['text', new Date(now + 3_600_000).toISOString(), /not an AWS answer|is no time/],
  ]
  test('role credentials with an end that cannot be: exit 6, nothing is cached', () =>
    withSignIn(async (home) => {
      for (const [title, expiration, about] of ends) {
        const body = JSON.stringify({ roleCredentials: { ...keys, expiration } })
        home.center.fail('GetRoleCredentials', { body })
        const run = await home.ssox(ENV)
        assertNoCredentials(run, 6, about)
        assert.match(run.stderr, title === 'a minute ago' ? /the clock/ : /try again; if it stays/)
        assert.not.ok(existsSync(home.aws('cli')), title)
      }
    }))

  test('an assumed role with such an end: exit 6, only what it came from is cached', () =>
    withSignIn(async (home) => {
      const answer = (end: number) =>
        `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${new Date(end).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`
      for (const [end, about] of [
        [Date.now() - 60_000, /AWS STS gave credentials that ended at/],
        [0, /AWS STS gave credentials with an end that cannot be meant: 0/],
      ] as const) {
        home.center.fail('AssumeRole', { body: answer(end) })
        assertNoCredentials(await home.ssox(['env', 'deploy', '--shell', 'bash']), 6, about)
        assert.is(readdirSync(home.aws('cli', 'cache')).length, 1)
      }
    }))

  test('credentials that have ended only by the clock of this machine, which is ahead: given', () =>
    withSignIn(
      async (home) => {
        home.center.fail('*', { dateSkewMs: -7_200_000 }, 9)
        const run = await home.ssox(ENV)
        assertCredentials(run)
        assert.match(run.stderr, /the clock of this machine is 2h 00m ahead of AWS/)
      },
      { roleCredentials: () => ({ expiration: Date.now() - 3_600_000 }) },
    ))

  const accessToken = 'access-token-of-the-answer'
  const tokens: [title: string, answer: object, about: RegExp][] = [
    ['that has ended', { accessToken, expiresIn: 0 }, /gave a token with no time left/],
    ['that ended before', { accessToken, expiresIn: -1 }, /gave a token with no time left/],
    ['with an end in words', { accessToken, expiresIn: 'never' }, /gave a token with no time left/],
    ['without an end', { accessToken }, /lacks expiresIn/],
    ['with a line break', { accessToken: 'to\nken', expiresIn: 9 }, /that no request can carry/],
    ['with a euro sign', { accessToken: 'to€ken', expiresIn: 9 }, /that no request can carry/],
    ['that is empty', { accessToken: '', expiresIn: 9 }, /lacks accessToken/],
  ]
  test('a sign-in answered with a token that is none: exit 6, nothing is stored', () =>
    withHome(async (home) => {
      writeSettings(home, { login_flow: 'pkce' })
      for (const [title, answer, about] of tokens) {
        for (const flow of [[], ['--device-code']]) {
          home.center.fail('CreateToken', { body: JSON.stringify(answer) })
          const run = await home.ssox(['login', 'corp', '-q', ...flow])
          assert.is(run.status, 6, `${title} ${flow}: ${run.stderr}`)
          assert.match(run.stderr, about)
          assert.not.ok(existsSync(tokenFile(home)), title)
        }
      }
    }))

  test('a token or registration that lasts for ever lasts 90 days', () =>
    withHome(
      async (home) => {
        writeSettings(home, { login_flow: 'pkce' })
        await signIn(home)
        home.center.fail('CreateToken', {
          body: JSON.stringify({ accessToken, refreshToken: 'CANARY', expiresIn: 1e15 }),
        })
        const run = await home.ssox(['login', 'corp', '--force'])
        assert.is(run.status, 0, run.stderr)
        assert.match(run.stderr, /signed in to "corp" \((90d 00h|89d 23h) left/)
      },
      { lifetimes: { registration: 9e15 } },
    ))

  test('the clock of this machine is off: said once', () =>
    withSignIn(async (home) => {
      home.center.fail('*', { dateSkewMs: 3_600_000 }, 9)
      home.center.expireTokens()
      const run = await home.ssox(ENV)
      assertCredentials(run)
      assert.is(run.stderr.match(/the clock of this machine is 1h 00m behind AWS/g)?.length, 1)
    }))

  // Both last as long as ssox is patient: they run beside the other tests.
  const silent = once(() =>
    withSignIn(async (home) => {
      const slowly: RequestListener = (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        const drip = setInterval(() => response.write(' '), 200)
        response.on('close', () => clearInterval(drip))
      }
      await withServer(slowly, async ({ url }) => {
        const began = Date.now()
        home.center.fail('GetRoleCredentials', 'hang', 9)
        const runs = await Promise.all([
          home.ssox(ENV),
          home.ssox(['env', 'prod', '--shell', 'bash'], {
            env: { ...home.env, AWS_ENDPOINT_URL_SSO: url },
          }),
        ])
        for (const run of runs) assertNoCredentials(run, 6, /no answer within 20 s/)
        assertInTime(Date.now() - began, 26_000)
      })
    }),
  )
  test('a service that says nothing, or next to nothing: exit 6 after 20 seconds', silent)
})

suite('where tokens are sent', (test) => {
  test('AWS_ENDPOINT_URL is for other services: it gets nothing', () =>
    withHome((home) =>
      withServer(
        (_, response) => response.end('{}'),
        async ({ url, requests }) => {
          home.env['AWS_ENDPOINT_URL'] = url
          writeSettings(home, { login_flow: 'pkce' })
          assertCredentials(await home.ssox([...ENV, '--login']))
          assertCredentials(await home.ssox(['env', 'deploy', '--shell', 'sh']))
          assert.is(requests(), 0)
        },
      ),
    ))

  /** Runs without endpoint settings, with a proxy that refuses: it shows where ssox would go. */
  const destinations = (region: string, env: Record<string, string> = {}) =>
    withHome((home) =>
      withProxy(
        async ({ url, tunnels }) => {
          for (const service of ['SSO', 'SSO_OIDC', 'STS'])
            delete home.env[`AWS_ENDPOINT_URL_${service}`]
          Object.assign(home.env, { HTTPS_PROXY: url, HTTP_PROXY: url }, env)
          home.writeConfig(
            `[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = ${region}\n`,
          )
          const { status, stderr } = await home.ssox(['login', 'corp', '--device-code'])
          return { status, stderr, hosts: [...new Set(tunnels)] }
        },
        { refuse: '403 Forbidden' },
      ),
    )

  const regions: [region: string, env: Record<string, string>, host: string][] = [
    ['eu-west-1', {}, 'oidc.eu-west-1.amazonaws.com:443'],
    ['cn-north-1', {}, 'oidc.cn-north-1.amazonaws.com.cn:443'],
    ['us-gov-west-1', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'oidc.us-gov-west-1.amazonaws.com:443'],
    ['us-east-2', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'oidc.us-east-2.api.aws:443'],
    ['us-east-1', { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, 'oidc.us-east-1.amazonaws.com:443'],
  ]
  for (const [region, env, host] of regions)
    test(`${region} ${Object.keys(env)}: to ${host}`, async () => {
      const { status, hosts } = await destinations(region, env)
      assert.is(status, 6)
      assert.equal(hosts, [host])
    })

  const hostile = [
    'us-east-1.evil.example',
    'us-east-1.amazonaws.com.evil.example/#',
    'x@127.0.0.1:8080/#',
    '127.0.0.1:8080/?',
    'us-east-1/../..',
    'us-east-1\\@evil.example',
    'us-east-1 evil',
    'us_east_1',
    'us-east-1%2eevil%2eexample',
    'us-east-1\u3002evil.example',
    '\u001b[31mred',
    'a'.repeat(64),
  ]
  test('an sso_region that is none connects nowhere', async () => {
    for (const region of hostile) {
      const { status, stderr, hosts } = await destinations(region)
      assert.equal(hosts, [], region)
      assert.is(status, 3, `${region}: ${stderr}`)
      assert.match(stderr, 'is not the name of a region')
      assert.not.match(stderr, /\u001b\[31m/)
    }
  }, 90_000)

  test('a region by flag or environment that is none connects nowhere either', () =>
    withHome((home) =>
      withProxy(async ({ url, tunnels }) => {
        Object.assign(home.env, { HTTPS_PROXY: url, HTTP_PROXY: url })
        const identity = ['--start-url=https://corp.awsapps.com/start', '--role-name=Developer']
        const args = ['env', ...identity, '--account-id=123456789012', '--login', '--shell=bash']
        for (const region of hostile.slice(0, 3)) {
          const flag = await home.ssox([...args, `--sso-region=${region}`])
          assertNoCredentials(flag, 2, /is not the name of a region/)
          home.env['AWS_SSO_REGION'] = region
          assertNoCredentials(await home.ssox(args), 2, /is not the name of a region/)
        }
        assert.equal(tunnels, [])
        assert.equal(home.center.counts, {})
      }),
    ))

  const refused: [endpoint: string, about: RegExp][] = [
    ['http://example.com', /is not an https address/],
    ['http://127.0.0.1.evil.example', /is not an https address/],
    ['http://localhost.evil.example', /is not an https address/],
    ['http://10.0.0.1:8080', /is not an https address/],
    ['http://0.0.0.0:8080', /is not an https address/],
    ['ftp://127.0.0.1', /is not an https address/],
    ['file:///etc/passwd', /is not an https address/],
    ['127.0.0.1:8080', /is not an https address/],
    ['https://user:secret@example.com', /has a user name, a query or a fragment/],
    ['https://example.com/?x', /has a user name, a query or a fragment/],
  ]
  test('an endpoint that is neither https nor this machine: exit 3, nothing is sent', () =>
    withSignIn((home) =>
      withProxy(async ({ url, tunnels }) => {
        Object.assign(home.env, { HTTPS_PROXY: url, HTTP_PROXY: url, ALL_PROXY: url })
        for (const [endpoint, about] of refused) {
          home.env['AWS_ENDPOINT_URL_SSO'] = endpoint
          const run = await home.ssox(ENV)
          assertNoCredentials(run, 3, about)
          assert.match(run.stderr, 'AWS_ENDPOINT_URL_SSO')
          assert.not.match(run.stderr, 'secret')
        }
        assert.equal(tunnels, [])
        assert.not.ok(home.center.counts['GetRoleCredentials'])
      }),
    ))

  test('a redirect is not followed: the other server gets no token', () =>
    withSignIn((home) =>
      withServer(
        (_, response) => response.end('{}'),
        async ({ url, requests }) => {
          for (const status of [301, 302, 303, 307, 308]) {
            const headers = { location: `${url}/federation/credentials` }
            home.center.fail('GetRoleCredentials', { status, headers, body: '' })
            assertNoCredentials(await home.ssox(ENV), 6, /not an AWS answer/)
          }
          assert.is(requests(), 0)
        },
      ),
    ))

  test('the endpoints of a services section count', () =>
    withHome(async (home) => {
      const { center } = home
      for (const service of ['SSO', 'SSO_OIDC']) delete home.env[`AWS_ENDPOINT_URL_${service}`]
      const services = ['sso', 'sso_oidc'].map(
        (name) => `${name} =\n  endpoint_url = ${center.url}\n`,
      )
      home.writeConfig(
        `${home.read('config').replaceAll('[profile dev]', '[profile dev]\nservices = here')}\n[services here]\n${services.join('')}`,
      )
      writeSettings(home, { login_flow: 'pkce' })
      assertCredentials(await home.ssox([...ENV, '--login']))
    }))
})

suite('TLS and proxies', (test) => {
  const authority = once(async () => createAuthority())

  /** A home whose Identity Center speaks https with a certificate of our CA. */
  const withTlsHome = async (
    use: (home: Home, ca: string) => Promise<void>,
    { names = 'IP:127.0.0.1', hostname = '127.0.0.1' } = {},
  ) => {
    const { cert, issue } = await authority()
    await withHome(
      async (home) => {
        const ca = join(home.path, 'ca.pem')
        writeFileSync(ca, cert)
        // The "browser" is curl.
        home.env['CURL_CA_BUNDLE'] = ca
        writeSettings(home, { login_flow: 'pkce' })
        await use(home, ca)
      },
      { hostname, tls: issue(names) },
    )
  }
  const signInWith = (home: Home, ca: string) =>
    signIn({
      ...home,
      ssox: (args) => home.ssox(args, { env: { ...home.env, AWS_CA_BUNDLE: ca } }),
    })
  const testTls = (title: string, run: () => Promise<void>, timeoutMs?: number) =>
    testWith(test, ['openssl'], title, run, timeoutMs)

  testTls('AWS_CA_BUNDLE names the CA', () =>
    withTlsHome(async (home, ca) => {
      void silentProxy()
      home.env['AWS_CA_BUNDLE'] = ca
      assertCredentials(await home.ssox([...ENV, '--login']))
      assertCredentials(await home.ssox(['env', 'deploy', '--shell', 'sh']))
    }),
  )

  testTls('ca_bundle of the profile names the CA, for sign-in and role', () =>
    withTlsHome(async (home, ca) => {
      home.writeConfig(
        home.read('config').replace('[profile dev]', `[profile dev]\nca_bundle = ${ca}`),
      )
      assertCredentials(await home.ssox([...ENV, '--login']))
    }),
  )

  testTls('AWS_CA_BUNDLE beats ca_bundle; a CA that is not the right one: exit 6', () =>
    withTlsHome(async (home, ca) => {
      const other = join(home.path, 'other.pem')
      writeFileSync(other, createAuthority().cert)
      home.writeConfig(
        home.read('config').replace('[profile dev]', `[profile dev]\nca_bundle = ${ca}`),
      )
      home.env['AWS_CA_BUNDLE'] = other
      assertNoCredentials(
        await home.ssox([...ENV, '--login', '-q']),
        6,
        /its certificate is not trusted \(UNABLE_TO/,
      )
      assert.equal(home.center.counts, {})
    }),
  )

  const bundles: [title: string, env: Env, profile: string][] = [
    ['AWS_CA_BUNDLE from home', { AWS_CA_BUNDLE: '~/ca.pem' }, ''],
    ['ca_bundle from home', {}, 'ca_bundle = ~/ca.pem'],
    ['REQUESTS_CA_BUNDLE', { REQUESTS_CA_BUNDLE: 'CA' }, ''],
    ['SSL_CERT_FILE', { SSL_CERT_FILE: 'CA' }, ''],
    ['AWS_CA_BUNDLE before ca_bundle', { AWS_CA_BUNDLE: 'CA' }, 'ca_bundle = OTHER'],
    ['ca_bundle before REQUESTS_CA_BUNDLE', { REQUESTS_CA_BUNDLE: 'OTHER' }, 'ca_bundle = CA'],
    ['before SSL_CERT_FILE', { REQUESTS_CA_BUNDLE: 'CA', SSL_CERT_FILE: 'OTHER' }, ''],
  ]
  testTls('the CA is found by every setting that names one', () =>
    withTlsHome(async (home, ca) => {
      const other = join(home.path, 'other.pem')
      writeFileSync(other, createAuthority().cert)
      const filled = (text: string) => text.replace(/^CA$/, ca).replace(/^OTHER$/, other)
      await signInWith(home, ca)
      const config = home.read('config')
      for (const [title, variables, profile] of bundles) {
        home.writeConfig(
          config.replace(
            '[profile dev]',
            `[profile dev]\n${profile.replace(/(?<== )\w+$/, filled)}`,
          ),
        )
        const env = { ...home.env }
        for (const [name, value] of Object.entries(variables)) env[name] = filled(value)
        const run = await home.ssox([...ENV, '--refresh'], { env })
        assert.is(run.status, 0, `${title}: ${run.stderr}`)
      }
    }),
  )

  const unfit: [title: string, env: Env, profile: string, status: number, about: RegExp][] = [
    [
      'lacks the CA',
      { AWS_CA_BUNDLE: 'OTHER' },
      '',
      6,
      /not in the CA bundle \S+other\.pem \(AWS_CA_BUNDLE\)/,
    ],
    [
      'lacks it, by profile',
      {},
      'ca_bundle = ~/other.pem',
      6,
      /bundle \/\S+other\.pem \(ca_bundle of the profile\)/,
    ],
    [
      'lacks it, by requests',
      { REQUESTS_CA_BUNDLE: 'OTHER' },
      '',
      6,
      /other\.pem \(REQUESTS_CA_BUNDLE\)/,
    ],
    [
      'is empty',
      { AWS_CA_BUNDLE: '/dev/null' },
      '',
      3,
      /the CA bundle \/dev\/null \(AWS_CA_BUNDLE\) cannot be read: it is not a reg/,
    ],
    [
      'is another file',
      { REQUESTS_CA_BUNDLE: '~/browser' },
      '',
      3,
      /\/browser \(REQUESTS_CA_BUNDLE\) holds no certificate/,
    ],
    [
      'has broken certificates',
      {},
      'ca_bundle = ~/broken.pem',
      3,
      /broken\.pem \(ca_bundle of the profile\) holds no cert/,
    ],
    [
      'is not there',
      {},
      'ca_bundle = ~/none.pem',
      3,
      /none\.pem \(ca_bundle of the profile\) cannot be read: there is no/,
    ],
    [
      'is no file of the system',
      { SSL_CERT_FILE: '/no/such.pem' },
      '',
      6,
      /is the traffic inspected\? AWS_CA_BUNDLE names/,
    ],
  ]
  testTls('a bundle that does not serve is named, with the setting that names it', () =>
    withTlsHome(async (home, ca) => {
      const other = join(home.path, 'other.pem')
      writeFileSync(other, createAuthority().cert)
      const block = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
      writeFileSync(join(home.path, 'broken.pem'), block)
      await signInWith(home, ca)
      const config = home.read('config')
      for (const [title, variables, profile, status, about] of unfit) {
        home.writeConfig(config.replace('[profile dev]', `[profile dev]\n${profile}`))
        const env = { ...home.env }
        for (const [name, value] of Object.entries(variables))
          env[name] = value.replace('OTHER', other)
        const run = await home.ssox(ENV, { env })
        assert.is(run.status, status, `a bundle that ${title}: ${run.stderr}`)
        assertNoCredentials(run, status, about)
      }
      assert.not.ok(home.center.counts['GetRoleCredentials'])
    }),
  )

  testWith(test, ['openssl', 'unshare'], 'a CA in the store of the system is trusted', () =>
    withTlsHome(async (home, ca) => {
      await signInWith(home, ca)
      const under = inMountNamespace(`mount --bind '${ca}' /etc/ssl/certs/ca-certificates.crt`)
      assertCredentials(await ssoxUnder(home, under, ENV))
    }),
  )

  testTls('no CA: exit 6 with the cause and the variable', () =>
    withTlsHome(async (home) => {
      const about =
        /cannot reach 127\.0\.0\.1:\d+: its certificate is not trusted .*AWS_CA_BUNDLE names a CA file/
      assertNoCredentials(await home.ssox([...ENV, '--login', '-q']), 6, about)
      assert.equal(home.center.counts, {})
    }),
  )

  testTls("another host's certificate: exit 6", () =>
    withTlsHome(
      async (home, ca) => {
        home.env['AWS_CA_BUNDLE'] = ca
        const about = /its certificate is not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)/
        assertNoCredentials(await home.ssox([...ENV, '--login', '-q']), 6, about)
        assert.equal(home.center.counts, {})
      },
      { names: 'DNS:other.example' },
    ),
  )

  testTls('a CA file that is not there, or is none: said', () =>
    withTlsHome(async (home) => {
      home.env['AWS_CA_BUNDLE'] = '/no/such/ca.pem'
      const missing = await home.ssox([...ENV, '--login', '-q'])
      assertNoCredentials(missing, 3, /the CA bundle \/no\/such\/ca\.pem .* there is no such file/)
      const none = join(home.path, 'browser')
      home.env['AWS_CA_BUNDLE'] = none
      const empty = await home.ssox([...ENV, '--login', '-q'])
      assertNoCredentials(empty, 3, /the CA bundle .*\/browser \(AWS_CA_BUNDLE\) holds no cert/)
      assert.equal(home.center.counts, {})
    }),
  )

  testTls('NODE_TLS_REJECT_UNAUTHORIZED=0: nothing is sent, exit 6', () =>
    withTlsHome(async (home) => {
      home.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
      const about = /NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off/
      assertNoCredentials(await home.ssox([...ENV, '--login', '-q']), 6, about)
      assert.equal(home.center.counts, {})
    }),
  )

  /** Behind a proxy hosts have names. */
  const named = { names: 'DNS:localhost', hostname: 'localhost' }

  testTls('HTTPS_PROXY is used for all services, its password too', () =>
    withTlsHome(
      (home, ca) =>
        withProxy(async ({ url, tunnels, authorizations }) => {
          home.env['AWS_CA_BUNDLE'] = ca
          home.env['HTTPS_PROXY'] = url.replace('//', '//ana:s%40cret@')
          // curl would use the proxy as well.
          home.env['BROWSER'] = `env -u HTTPS_PROXY ${home.env['BROWSER']}`
          const run = await home.ssox(['env', 'deploy', '--login', '--shell', 'bash'])
          assertCredentials(run)
          assert.not.match(run.stderr, 's%40cret')
          const { host } = new URL(home.center.url)
          assert.equal([...new Set(tunnels)], [host])
          assert.is(tunnels.length, 4, 'registration, exchange, role credentials, AssumeRole')
          const basic = `Basic ${Buffer.from('ana:s@cret').toString('base64')}`
          assert.equal([...new Set(authorizations)], [basic])
        }),
      named,
    ),
  )

  testTls('a proxy that speaks TLS itself, with a % in its password', () =>
    withTlsHome(
      (home, ca) =>
        withProxy(async ({ url, tunnels, authorizations }) => {
          home.env['AWS_CA_BUNDLE'] = ca
          await signIn(home)
          const { issue } = await authority()
          const sockets = new Set<Socket>()
          const server = createTlsServer(issue('DNS:localhost'), (socket) => {
            const behind = connect(Number(new URL(url).port), '127.0.0.1')
            for (const one of [socket, behind]) sockets.add(one.on('error', () => one.destroy()))
            socket.pipe(behind).pipe(socket)
          })
          await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
          const address = server.address()
          const port = typeof address === 'object' ? address?.port : 0
          try {
            home.env['HTTPS_PROXY'] = `https://user:100%@localhost:${port}`
            assertCredentials(await home.ssox(ENV))
          } finally {
            for (const socket of sockets) socket.destroy()
            server.close()
          }
          assert.equal(tunnels, [new URL(home.center.url).host])
          const basic = `Basic ${Buffer.from('user:100%').toString('base64')}`
          assert.equal(authorizations, [basic])
        }),
      named,
    ),
  )

  testTls('NO_PROXY excludes a host; https_proxy counts as well', () =>
    withTlsHome(
      (home, ca) =>
        withProxy(async ({ url, tunnels }) => {
          Object.assign(home.env, { AWS_CA_BUNDLE: ca, https_proxy: url, NO_PROXY: 'localhost' })
          assertCredentials(await home.ssox([...ENV, '--login']))
          assert.equal(tunnels, [])
          delete home.env['NO_PROXY']
          assertCredentials(await home.ssox([...ENV, '--refresh']))
          assert.is(tunnels.length, 1)
          home.env['https_proxy'] = url.replace('http://', '')
          assertCredentials(await home.ssox([...ENV, '--refresh']))
          assert.is(tunnels.length, 2, 'without a scheme it is the same proxy')
        }),
      named,
    ),
  )

  test('an http endpoint on this machine is reached without the proxy', () =>
    withHome((home) =>
      withProxy(async ({ url, tunnels }) => {
        writeSettings(home, { login_flow: 'pkce' })
        await signIn(home)
        Object.assign(home.env, {
          HTTPS_PROXY: url,
          HTTP_PROXY: url,
          http_proxy: url,
          ALL_PROXY: url,
        })
        assertCredentials(await home.ssox(ENV))
        assert.equal(tunnels, [])
      }),
    ))

  const secret = 'pr0xy-secret'

  const assertProxyFailure = (options: Parameters<typeof withProxy>[1], about: RegExp) =>
    withTlsHome((home, ca) =>
      withProxy(async ({ url }) => {
        home.env['AWS_CA_BUNDLE'] = ca
        home.env['HTTPS_PROXY'] = url.replace('//', `//ana:${secret}@`)
        const began = Date.now()
        const run = await home.ssox([...ENV, '--login', '-q', '--debug'])
        assert.is(run.status, 6, run.stderr)
        assert.match(run.stderr, about)
        assert.not.match(run.stderr, secret)
        assertInTime(Date.now() - began, 25_000)
      }, options),
    )

  const broken: [title: string, refuse: string, about: RegExp][] = [
    ['wants a password', '407 Proxy Authentication Required', /the proxy 127.* \(407\): put them/],
    ['refuses the host', '403 Forbidden', /the proxy 127.* opens no tunnel \(403\)/],
    ['cannot reach the host', '502 Bad Gateway', /the proxy 127.* opens no tunnel \(502\)/],
  ]
  for (const [title, refuse, about] of broken)
    testTls(`a proxy that ${title}: exit 6, and its password stays secret`, () =>
      assertProxyFailure({ refuse }, about),
    )

  testTls('a proxy that is not there, or is no address: exit 6', () =>
    withTlsHome(async (home, ca) => {
      home.env['AWS_CA_BUNDLE'] = ca
      home.env['HTTPS_PROXY'] = `http://ana:${secret}@127.0.0.1:1`
      const away = await home.ssox([...ENV, '--login', '-q'])
      assertNoCredentials(away, 6, /the proxy 127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/)
      home.env['HTTPS_PROXY'] = 'http://['
      assertNoCredentials(
        await home.ssox([...ENV, '--login', '-q']),
        6,
        /HTTPS_PROXY is not an address of an HTTP proxy/,
      )
    }),
  )

  // Three attempts of five seconds: it runs beside the other tests.
  const silentProxy = once(() =>
    assertProxyFailure({ hang: true }, /the proxy 127\.0\.0\.1:\d+ does not answer/),
  )
  testTls('a proxy that says nothing: exit 6 in time, and its password stays secret', silentProxy)

  testTls('^C while a proxy says nothing: exit 130 at once', () =>
    withTlsHome((home, ca) =>
      withProxy(
        async ({ url, tunnels }) => {
          const env = { AWS_CA_BUNDLE: ca, HTTPS_PROXY: url }
          const running = start(home, [...ENV, '--login', '--no-browser'], env)
          await until('the proxy to be asked', () => tunnels.length > 0)
          const sentAt = Date.now()
          running.child.kill('SIGINT')
          const { status, at } = await running.done
          assert.is(status, 130)
          assertInTime(at - sentAt, 1_500, 'the end')
        },
        { hang: true },
      ),
    ),
  )
})
