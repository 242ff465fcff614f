import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type Home, withHome } from '../support/home.ts'
import { inParallel } from '../support/machine.ts'
import { writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { asked, decide, gate, type Running, readToken, shownUrl, start } from './rig.ts'

/** A PKCE sign-in that waits for a person, and where its callback is. */
interface Waiting {
  home: Home
  running: Running
  /** The page that the person opens. */
  url: string
  redirectUri: string
  host: string
  port: number
  state: string
}

function withWaiting(use: (waiting: Waiting) => Promise<void>, args: string[] = []) {
  return withHome(
    async (home) => {
      writeSettings(home, { login_flow: 'pkce' })
      const running = start(home, ['login', 'corp', '--no-browser', ...args])
      const url = await shownUrl(running)
      const { searchParams } = new URL(url)
      const redirectUri = searchParams.get('redirect_uri') ?? ''
      const { host, port } = new URL(redirectUri)
      const state = searchParams.get('state') ?? ''
      await use({ home, running, url, redirectUri, host, port: Number(port), state })
    },
    { approve: 'person' },
  )
}

/** Sends bytes as they are; resolves to what came back when the connection is over. */
function send(port: number, bytes: string, patienceMs = 3_000): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
    setTimeout(() => socket.destroy(), patienceMs).unref()
  })
}

function http(method: string, target: string, host: string, more = ''): string {
  return `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n\r\n`
}

/** Requests that are almost the awaited one. */
function forgeries({ host, port, state }: Waiting): string[] {
  const good = `/oauth/callback?code=forged&state=${state}`
  const wrong = `${state.slice(0, -1)}${state.endsWith('A') ? 'B' : 'A'}`
  return [
    http('GET', '/oauth/callback?code=forged', host),
    http('GET', '/oauth/callback?code=forged&state=', host),
    http('GET', `/oauth/callback?code=forged&state=${wrong}`, host),
    http('GET', `/oauth/callback?code=forged&state=${state}x`, host),
    http('GET', `/oauth/callback?code=forged&state=${state.slice(1)}`, host),
    http('GET', `/oauth/callback?code=forged&state=${'A'.repeat(4096)}`, host),
    http('GET', `/oauth/callback?code=forged&state=${wrong}&state=${state}`, host),
    http('GET', `/oauth/callback?error=access_denied&state=${wrong}`, host),
    http('GET', '/oauth/callback?error=access_denied', host),
    http('GET', `/oauth/callback?state=${state}`, host),
    http('GET', '/', host),
    http('GET', '/favicon.ico', host),
    http('GET', good.replace('/oauth/', '//oauth/'), host),
    http('GET', good.replace('callback', 'callback/'), host),
    http('GET', good.replace('callback', 'CALLBACK'), host),
    http('GET', good.replace('callback', 'call%62ack'), host),
    http('GET', `http://${host}${good}`, host),
    http('GET', `http://evil.example${good}`, 'evil.example'),
    http('GET', good, 'evil.example'),
    http('GET', good, `localhost:${port}`),
    http('GET', good, '127.0.0.1'),
    http('GET', good, `127.0.0.1:${port + 1}`),
    http('GET', good, `[::1]:${port}`),
    http('GET', good, `${host}.evil.example`),
    http('POST', good, host, 'Content-Length: 0\r\n'),
    http('POST', '/oauth/callback', host, `Content-Length: ${good.length - 16}\r\n`) +
      good.slice(16),
    http('HEAD', good, host),
    http('OPTIONS', good, host, 'Access-Control-Request-Private-Network: true\r\n'),
    http('PUT', good, host, 'Content-Length: 0\r\n'),
    http('DELETE', good, host),
    `GET ${good} HTTP/1.1\r\nConnection: close\r\n\r\n`,
    `GET ${good} HTTP/1.0\r\n\r\n`,
    http('GET', '/', host, `X-Filler: ${'x'.repeat(8 * 1024)}\r\n`),
    http('GET', good, host, `X-Filler: ${'x'.repeat(64 * 1024)}\r\n`),
    http('GET', '/', host).replace('close', 'keep-alive') +
      http('GET', '/x', host).replace('close', 'keep-alive') +
      http('GET', '/y', host),
    'GET\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    '\r\n\r\n\r\n\r\n',
  ]
}

/** Listening sockets of IPv4 and IPv6 with this port: local addresses in hex, as in /proc/net. */
function listeners(port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = '', , state]) => local.endsWith(suffix) && state === '0A')
      .map(([, local = '']) => local),
  )
}

function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(false)
    })
    socket.on('error', () => resolve(true))
  })
}

suite('callback of the browser', (test) => {
  test('1,000 forged callbacks, 200 idle connections and a slow one: the sign-in completes', () =>
    withWaiting(async (waiting) => {
      const { home, running, url, port, host } = waiting
      const sockets: Socket[] = Array.from({ length: 200 }, () => connect(port, '127.0.0.1'))
      const slow = connect(port, '127.0.0.1')
      const request = [...http('GET', '/oauth/callback?code=slow', host)]
      const drip = setInterval(() => slow.write(request.shift() ?? ''), 20)
      for (const socket of [slow, ...sockets]) socket.on('error', () => undefined)

      try {
        const kinds = forgeries(waiting)
        const forged = Array.from({ length: 1_000 }, (_, at) => kinds[at % kinds.length] ?? '')
        const answers = await inParallel(forged, (bytes) => send(port, bytes), 40)
        for (const [at, answer] of answers.entries()) {
          assert.not.match(answer, /HTTP\/1\.1 [235]\d\d/, `${forged[at]}\n${answer}`)
          assert.not.match(answer, waiting.state, 'no answer repeats the state')
        }
        assert.not.ok(home.center.counts['CreateToken:code'])
        const page = await decide(url, 'allow')
        assert.is(page.status, 200)
        assert.match(await page.text(), 'You are signed in')
      } finally {
        clearInterval(drip)
        for (const socket of [slow, ...sockets]) socket.destroy()
      }
      const { status, stderr } = await running.done
      assert.is(status, 0, stderr)
      assert.is(home.center.counts['CreateToken:code'], 1)
      assert.ok(readToken(home).accessToken)
    }))

  test('listens on 127.0.0.1 alone, and not any longer than the sign-in takes', () =>
    withWaiting(async ({ running, url, redirectUri, port, state }) => {
      assert.equal(listeners(port), [
        `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`,
      ])
      await decide(url, 'allow')
      assert.is((await running.done).status, 0)
      assert.equal(listeners(port), [])
      const late = `${redirectUri}?code=late&state=${state}`
      assert.is(await fetch(late).catch(() => 'refused'), 'refused')
    }))

  test('env does not keep the port open while it gets the role credentials', () =>
    withHome(
      async (home) => {
        writeSettings(home, { login_flow: 'pkce' })
        const running = start(home, ['env', 'dev', '--login', '--no-browser', '--shell', 'sh'])
        const url = await shownUrl(running)
        const port = Number(new URL(new URL(url).searchParams.get('redirect_uri') ?? '').port)
        const { opened, open } = gate()
        home.center.fail('GetRoleCredentials', { until: opened })
        await decide(url, 'allow')
        await asked(home, 'GetRoleCredentials')
        assert.ok(await isRefused(port))
        open()
        assert.is((await running.done).status, 0)
      },
      { approve: 'person' },
    ))

  test('a callback that comes twice is exchanged once', () =>
    withWaiting(async ({ home, running, url }) => {
      const { opened, open } = gate()
      home.center.fail('CreateToken:code', { until: opened })
      const page = await fetch(url).then((answer) => answer.text())
      const ticket = /name="ticket" value="([^"]+)"/.exec(page)?.[1] ?? ''
      const redirect = await fetch(`${home.center.url}/authorize`, {
        method: 'POST',
        body: new URLSearchParams({ ticket, decision: 'allow' }),
        redirect: 'manual',
      })
      const back = redirect.headers.get('location') ?? ''
      const first = fetch(back)
      await asked(home, 'CreateToken:code')
      const second = fetch(back).catch(() => undefined)
      await delay(100)
      open()
      assert.match(await (await first).text(), 'You are signed in')
      assert.is((await running.done).status, 0)
      await second
      assert.is(home.center.counts['CreateToken:code'], 1)
    }))

  test("the page: nothing from elsewhere, kept nowhere, in nobody's frame", () =>
    withWaiting(async ({ running, url }) => {
      const page = await decide(url, 'allow')
      const html = await page.text()
      assert.is((await running.done).status, 0)
      assert.is(page.headers.get('content-type'), 'text/html; charset=utf-8')
      assert.is(page.headers.get('cache-control'), 'no-store')
      assert.is(page.headers.get('x-content-type-options'), 'nosniff')
      assert.is(page.headers.get('referrer-policy'), 'no-referrer')
      assert.is(page.headers.get('connection'), 'close')
      const policy = page.headers.get('content-security-policy') ?? ''
      assert.match(policy, "default-src 'none'")
      assert.match(policy, "frame-ancestors 'none'")
      assert.not.match(html, /<script|https?:\/\/(?!www\.w3\.org)/)
    }))

  const failures: [title: string, query: string, message: RegExp][] = [
    ['access_denied', 'error=access_denied', /the sign-in was denied in the browser\n/],
    ['another error', 'error=server_error', /the sign-in failed in the browser: server_error\n/],
    [
      'an error with terminal controls',
      'error=%1b%5d0%3bpwned%07%e2%80%ae',
      /the sign-in failed in the browser: \\x1b\]0;pwned\\x07\\u202e\n/,
    ],
    ['an error and a code', 'error=access_denied&code=abc', /the sign-in was denied/],
    ['an error without a word', 'error=', /the sign-in failed in the browser/],
  ]
  for (const [title, query, message] of failures)
    test(`${title}, with the right state: exit 4, and the page says so`, () =>
      withWaiting(async ({ home, running, redirectUri, state }) => {
        const page = await fetch(`${redirectUri}?${query}&state=${state}`)
        assert.match(await page.text(), 'You are not signed in')
        const { status, stderr } = await running.done
        assert.is(status, 4)
        assert.match(stderr, message)
        assert.match(stderr, /start again( and allow the access)?: ssox login corp --no-browser\n/)
        assert.not.ok(home.center.counts['CreateToken:code'])
      }))

  test('a code that AWS does not know: exit 4, and the page says so', () =>
    withWaiting(async ({ running, redirectUri, state }) => {
      const page = await fetch(`${redirectUri}?code=stolen&state=${state}`)
      assert.match(await page.text(), 'You are not signed in')
      const { status, stderr } = await running.done
      assert.is(status, 4)
      assert.match(stderr, 'Invalid authorization code provided (InvalidGrantException)')
    }))
})
