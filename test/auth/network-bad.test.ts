/** Bad proxies, hosts, resolvers and name servers: every command ends in time, and with it the process. */
import { writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { createAuthority } from '../support/certificates.ts'
import { type Home, signIn, withHome } from '../support/home.ts'
import { inMountNamespace, inParallel, needing, ssoxUnder } from '../support/machine.ts'
import { type NameServerManner, withNameServers } from '../support/name-server.ts'
import { assertFailure } from '../support/output.ts'
import { assertInTime } from '../support/patience.ts'
import { withSignIn, writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { withTcpServer } from '../support/tcp.ts'
import { type Ending, start } from './rig.ts'

/** What a command may take whatever the network does, and what a busy machine adds. */
const LIMIT_MS = 20_000
const SLACK_MS = 15_000
/** From the message to the end of the process. */
const LEAVING_MS = 5_000
const TEST_MS = 170_000

/** A host that is only ever reached through the proxy. */
const HOST = 'https://portal.ssox.test'

/** Profiles with roles of their own, so that no command waits for another. */
function manyProfiles(home: Home, count: number): string[] {
  const names = Array.from({ length: count }, (_, at) => `p${at}`)
  const profiles = names.map(
    (name) =>
      `[profile ${name}]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Role-${name}\n`,
  )
  home.writeConfig(`${home.read('config')}\n${profiles.join('')}`)
  return names
}

/** Runs `env` of one profile; it must fail with exit 6 in time, and end at once then. */
async function assertEnds(
  home: Home,
  profile: string,
  env: Record<string, string>,
  about: RegExp,
  title: string,
): Promise<Ending> {
  const began = Date.now()
  const running = start(home, ['env', profile, '--shell', 'bash'], env)
  await running.says(/^ssox: .*\n.*\n/m, LIMIT_MS + SLACK_MS).catch((error) => {
    throw new Error(`${title}: ${error}`)
  })
  const saidAt = Date.now()
  const ending = await running.done
  const all = `${title}: ${ending.status} ${ending.stderr}`
  assert.is(ending.status, 6, all)
  assert.is(ending.stdout, 'false\n', all)
  assert.match(ending.stderr, about, all)
  assert.not.match(ending.stderr, /pr0xy-secret|\n\s+at |URI malformed/, all)
  assertInTime(ending.at - began, LIMIT_MS + SLACK_MS, title)
  assertInTime(ending.at - saidAt, LEAVING_MS, `${title}: the end after its message`)
  return ending
}

/** Tries every case, many at a time since they wait, and fails with whatever failed. */
async function tryAll<T>(
  cases: readonly T[],
  work: (one: T, at: number) => Promise<unknown>,
  limit = 9,
): Promise<void> {
  const failures: string[] = []
  const attempt = (one: T, at: number) =>
    work(one, at).catch((error) => failures.push(error instanceof Error ? error.message : error))
  await inParallel(cases, attempt, limit)
  assert.is(failures.join('\n'), '')
}

const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n'

/** Once the request for the tunnel has arrived. */
function onceAsked(then: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) => socket.once('data', () => then(socket))
}

function drip(socket: Socket, piece: string): void {
  const timer = setInterval(() => socket.write(piece), 100)
  socket.on('close', () => clearInterval(timer))
}

suite('a bad proxy', (test) => {
  type Case = [title: string, behave: (socket: Socket) => void, about: RegExp, login?: string]
  const proxies: Case[] = [
    ['hangs up at once', (socket) => socket.destroy(), /the proxy 127.* cannot be used: /],
    ['resets the connection', (socket) => socket.resetAndDestroy(), /the proxy 127.* cannot be/],
    [
      'hangs up when asked',
      onceAsked((socket) => socket.end()),
      /the proxy 127.* cannot be used: /,
    ],
    ['says nothing', () => undefined, /the proxy 127\.0\.0\.1:\d+ does not answer/],
    [
      'is no proxy',
      onceAsked((s) => s.end('SSH-2.0-OpenSSH_9.2\r\n')),
      /the proxy 127.* cannot be/,
    ],
    [
      'stops in its answer',
      onceAsked((s) => s.write('HTTP/1.1 2')),
      /the proxy .* does not answer/,
    ],
    [
      'drips headers',
      onceAsked((s) => {
        s.write('HTTP/1.1 200 OK\r\n')
        drip(s, 'X: y\r\n')
      }),
      /the proxy .* does not answer/,
    ],
    [
      'floods headers',
      onceAsked((s) => s.write(`HTTP/1.1 200 OK\r\n${`X: ${'y'.repeat(8000)}\r\n`.repeat(99)}`)),
      /the proxy .* cannot be used: /,
    ],
    [
      'answers 100 and no more',
      onceAsked((s) => s.write('HTTP/1.1 100 Continue\r\n\r\n')),
      /opens no tunnel \(100\)/,
    ],
    [
      'wants a password',
      onceAsked((s) => s.end('HTTP/1.1 407 X\r\nContent-Length: 0\r\n\r\n')),
      /\(407\): put them/,
    ],
    [
      'wants another, and keeps the line',
      onceAsked((s) => s.write('HTTP/1.1 407 X\r\nContent-Length: 9\r\n\r\n')),
      /\(407\): put them/,
      'user:100%@',
    ],
    [
      'forbids the host',
      onceAsked((s) => s.write('HTTP/1.1 403 X\r\n\r\n')),
      /opens no tunnel \(403\)/,
      'ana:pr0xy-secret@',
    ],
    [
      'opens a tunnel and hangs up',
      onceAsked((s) => s.end(ESTABLISHED)),
      /cannot reach portal\.ssox\.test: /,
    ],
    [
      'opens a tunnel and resets it',
      onceAsked((s) => s.write(ESTABLISHED, () => s.resetAndDestroy())),
      /cannot reach portal\.ssox\.test: /,
    ],
    [
      'opens a tunnel to what is no TLS',
      onceAsked((s) => s.write(`${ESTABLISHED}hello there, who is it?`)),
      /cannot reach portal\.ssox\.test: /,
    ],
    [
      'opens a tunnel to nobody',
      onceAsked((s) => s.write(ESTABLISHED)),
      /cannot reach portal\.ssox\.test: (no answer within|the connection timed)/,
    ],
    [
      'opens a tunnel, and TLS drips',
      onceAsked((s) => {
        s.write(ESTABLISHED)
        drip(s, '\x16\x03\x03\x40\x00')
      }),
      /cannot reach portal\.ssox\.test: /,
    ],
  ]

  test(
    `${proxies.length} kinds: exit 6 in time, the process ends, no connection stays`,
    () =>
      withSignIn(async (home) => {
        const profiles = manyProfiles(home, proxies.length)
        await tryAll(
          proxies,
          async ([title, behave, about, login = ''], at) =>
            withTcpServer(behave, async (server) => {
              const env = {
                AWS_ENDPOINT_URL_SSO: HOST,
                HTTPS_PROXY: `http://${login}127.0.0.1:${server.port}`,
              }
              await assertEnds(home, profiles[at] ?? '', env, about, `a proxy that ${title}`)
              assert.ok(server.connections() > 0, title)
            }),
          4,
        )
      }),
    TEST_MS,
  )

  test('a password with a % is sent as curl sends it, and the tunnel serves', () =>
    withSignIn(async (home) => {
      let asked = ''
      await withTcpServer(
        (socket) =>
          socket.once('data', (data) => {
            asked = data.toString()
            socket.end('HTTP/1.1 403 X\r\n\r\n')
          }),
        async ({ port }) => {
          home.env['AWS_ENDPOINT_URL_SSO'] = HOST
          home.env['HTTPS_PROXY'] = `http://user:100%@127.0.0.1:${port}`
          assertFailure(
            await home.ssox(['env', 'dev', '--shell', 'bash']),
            6,
            /opens no tunnel \(403\)/,
          )
        },
      )
      const basic = Buffer.from('user:100%').toString('base64')
      assert.match(asked, `CONNECT portal.ssox.test:443 HTTP/1.1\r\n`)
      assert.match(asked, `Proxy-Authorization: Basic ${basic}\r\n`)
    }))

  const addresses: [title: string, env: Record<string, string>, about: RegExp][] = [
    ['nobody listens', { HTTPS_PROXY: 'http://127.0.0.1:1' }, /ECONNREFUSED/],
    [
      'its name does not exist',
      { HTTPS_PROXY: 'http://proxy.invalid:1' },
      /the proxy proxy\.invalid:1 cannot/,
    ],
    ['it is none', { HTTPS_PROXY: 'http://[' }, /HTTPS_PROXY is not an address/],
    ['it speaks SOCKS', { HTTPS_PROXY: 'socks5://127.0.0.1:1' }, /HTTPS_PROXY is not an address/],
    ['it is to speak TLS', { HTTPS_PROXY: 'https://127.0.0.1:1' }, /ECONNREFUSED/],
    [
      'ALL_PROXY=socks5:// is passed over',
      { ALL_PROXY: 'socks5://127.0.0.1:1', AWS_ENDPOINT_URL_SSO: 'https://127.0.0.1:1' },
      /cannot reach 127\.0\.0\.1:1: the connection was refused/,
    ],
  ]
  test(
    `an address of a proxy, ${addresses.length} kinds: exit 6`,
    () =>
      withSignIn(async (home) => {
        const profiles = manyProfiles(home, addresses.length)
        await tryAll(addresses, ([title, env, about], at) =>
          assertEnds(
            home,
            profiles[at] ?? '',
            { AWS_ENDPOINT_URL_SSO: HOST, ...env },
            about,
            title,
          ),
        )
      }),
    TEST_MS,
  )
})

suite('bad name servers', (test) => {
  const testDns = needing(test, ['unshare', 'openssl'])

  /** ssox with these name servers, in this order, and no others. */
  const withResolver = <T>(
    home: Home,
    { manners, first, lines = '' }: { manners: NameServerManner[]; first: number; lines?: string },
    use: (wrapper: string[]) => Promise<T>,
  ) =>
    withNameServers(
      manners,
      (servers) => {
        const path = join(home.path, `resolv-${first}.conf`)
        writeFileSync(path, `${servers.map((one) => `nameserver ${one}\n`).join('')}${lines}`)
        return use(inMountNamespace(`mount --bind '${path}' /etc/resolv.conf`))
      },
      first,
    )

  /** A home whose portal is at a name that only the name servers know. */
  const withNamedPortal = (use: (home: Home) => Promise<void>) => {
    const authority = createAuthority()
    return withHome(
      async (home) => {
        const path = join(home.path, 'ca.pem')
        writeFileSync(path, authority.cert)
        Object.assign(home.env, { AWS_CA_BUNDLE: path, CURL_CA_BUNDLE: path })
        writeSettings(home, { login_flow: 'pkce' })
        await signIn(home)
        home.env['AWS_ENDPOINT_URL_SSO'] =
          `https://portal.ssox.test:${new URL(home.center.url).port}`
        await use(home)
      },
      { tls: authority.issue('DNS:portal.ssox.test,IP:127.0.0.1') },
    )
  }

  const good: [title: string, manners: NameServerManner[]][] = [
    ['answers', ['answer']],
    ['is silent, the next one answers', ['silent', 'answer']],
    ['refuses, the next one answers', ['refused', 'answer']],
    ['fails, the next one answers', ['servfail', 'answer']],
    ['is silent, the next one too, the last answers', ['silent', 'silent', 'answer']],
  ]
  testDns(
    `one that answers among them, ${good.length} kinds: credentials`,
    () =>
      withNamedPortal(async (home) => {
        const profiles = manyProfiles(home, good.length)
        const account = home.center.accounts.find(({ accountId }) => accountId === '123456789012')
        account?.roles.push(...profiles.map((name) => `Role-${name}`))
        await tryAll(
          good,
          ([title, manners], at) =>
            withResolver(home, { manners, first: 1 + 3 * at }, async (wrapper) => {
              const began = Date.now()
              const run = await ssoxUnder(home, wrapper, [
                'env',
                profiles[at] ?? '',
                '--shell',
                'bash',
              ])
              assert.is(run.status, 0, `the first name server ${title}: ${run.stderr}`)
              assert.match(run.stdout, "AWS_ACCESS_KEY_ID='ASIA")
              assert.is(run.stderr, '', title)
              assertInTime(Date.now() - began, LIMIT_MS + SLACK_MS, title)
            }),
          5,
        )
      }),
    TEST_MS,
  )

  const bad: [title: string, manners: NameServerManner[], about: RegExp, lines?: string][] = [
    ['one that is silent', ['silent'], /its name cannot be looked up right now/],
    ['two that are silent', ['silent', 'silent'], /its name cannot be looked up right now/],
    [
      'two, and a search domain',
      ['silent', 'silent'],
      /cannot be looked up|no answer within 20 s/,
      'search corp.test\n',
    ],
    [
      'three, and a search domain',
      ['silent', 'silent', 'silent'],
      /cannot be looked up|no answer within 20 s/,
      'search corp.test\n',
    ],
    ['one that knows no such name', ['nxdomain'], /its name does not exist in DNS/],
    ['one that knows no address of it', ['empty'], /its name does not exist in DNS/],
    ['those that fail', ['servfail', 'servfail'], /its name cannot be looked up right now/],
    ['those that refuse', ['refused', 'refused'], /its name cannot be looked up right now/],
    ['one that sends what is no DNS', ['garbage'], /its name cannot be looked up right now/],
  ]
  testDns(
    `none that answers, ${bad.length} kinds: exit 6 in time, the process ends`,
    () =>
      withSignIn(async (home) => {
        home.env['AWS_ENDPOINT_URL_SSO'] = HOST
        const profiles = manyProfiles(home, bad.length)
        await tryAll(
          bad,
          ([title, manners, about, lines = ''], at) =>
            withResolver(home, { manners, first: 51 + 3 * at, lines }, async (wrapper) => {
              const began = Date.now()
              const run = await ssoxUnder(home, wrapper, [
                'env',
                profiles[at] ?? '',
                '--shell',
                'bash',
              ])
              const took = Date.now() - began
              assertFailure(run, 6, about)
              assert.is(run.stdout, 'false\n', title)
              assert.match(run.stderr, 'AWS_ENDPOINT_URL_SSO chose this host')
              assertInTime(took, LIMIT_MS + SLACK_MS, title)
            }),
          5,
        )
      }),
    TEST_MS,
  )

  const switched: [env: Record<string, string>, profile: string, host: string, by: string][] = [
    [
      { AWS_USE_FIPS_ENDPOINT: 'true' },
      '',
      'portal.sso-fips.us-east-1.amazonaws.com',
      'AWS_USE_FIPS_ENDPOINT',
    ],
    [
      { AWS_USE_DUALSTACK_ENDPOINT: 'true' },
      '',
      'portal.sso.us-east-1.api.aws',
      'AWS_USE_DUALSTACK_ENDPOINT',
    ],
    [
      {},
      'use_fips_endpoint = true',
      'portal.sso-fips.us-east-1.amazonaws.com',
      'use_fips_endpoint of the profile',
    ],
    [
      { AWS_USE_FIPS_ENDPOINT: 'true' },
      'use_dualstack_endpoint = true',
      'portal.sso-fips.us-east-1.api.aws',
      'AWS_USE_FIPS_ENDPOINT and use_dualstack_endpoint of the profile',
    ],
  ]
  testDns('a host that FIPS or dual-stack endpoints have: what switched them on', () =>
    withSignIn((home) =>
      withResolver(home, { manners: ['nxdomain'], first: 90 }, async (wrapper) => {
        const config = home.read('config')
        for (const name of ['SSO', 'SSO_OIDC']) delete home.env[`AWS_ENDPOINT_URL_${name}`]
        for (const [env, profile, host, by] of switched) {
          home.writeConfig(config.replace('[profile dev]', `[profile dev]\n${profile}`))
          const options = { env: { ...home.env, ...env } }
          const run = await ssoxUnder(home, wrapper, ['env', 'dev', '--shell', 'bash'], options)
          const [message, mend] = run.stderr.split('\n')
          assert.is(
            message,
            `ssox: cannot reach ${host}: its name does not exist in DNS; ${by} chose this host`,
          )
          const variable = /^AWS_\S+/.exec(by)?.[0]
          assert.is(mend, variable ? `  unset ${variable}` : `  correct or remove ${by}`)
        }
      }),
    ),
  )
})

suite('a bad host', (test) => {
  const hosts: [title: string, behave: (socket: Socket) => void][] = [
    ['hangs up', (socket) => socket.destroy()],
    ['speaks no TLS', (socket) => socket.write('220 mail ready\r\n')],
    ['says nothing', () => undefined],
    ['drips', (socket) => drip(socket, '\x16')],
  ]
  test(
    `${hosts.length} kinds: exit 6 in time, the process ends`,
    () =>
      withSignIn(async (home) => {
        const profiles = manyProfiles(home, hosts.length)
        await tryAll(
          hosts,
          ([title, behave], at) =>
            withTcpServer(behave, ({ port }) =>
              assertEnds(
                home,
                profiles[at] ?? '',
                { AWS_ENDPOINT_URL_SSO: `https://127.0.0.1:${port}` },
                /cannot reach 127\.0\.0\.1:\d+: /,
                `a host that ${title}`,
              ),
            ),
          4,
        )
      }),
    TEST_MS,
  )

  needing(test, ['openssl'])(
    'a host that agrees on TLS and says no more: exit 6 in time',
    () =>
      withSignIn(async (home) => {
        const authority = createAuthority()
        const ca = join(home.path, 'ca.pem')
        writeFileSync(ca, authority.cert)
        const server = createTlsServer(authority.issue('IP:127.0.0.1'), (socket) =>
          socket.on('error', () => socket.destroy()),
        )
        await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
        const address = server.address()
        const port = typeof address === 'object' ? address?.port : 0
        try {
          const env = { AWS_ENDPOINT_URL_SSO: `https://127.0.0.1:${port}`, AWS_CA_BUNDLE: ca }
          await assertEnds(home, 'dev', env, /no answer within 20 s|timed out/, 'silent after TLS')
        } finally {
          server.close()
        }
      }),
    TEST_MS,
  )
})
