import type { Fault } from '../support/identity-center/index.ts'
import {
  handClock,
  portal,
  refresh,
  register,
  request,
  signIn,
  withCenter,
} from '../support/identity-center/wire.ts'
import { until } from '../support/patience.ts'
import { assert, suite } from '../support/suite.ts'

const LIST = '/assignment/accounts'

/** Status and start of the body, or `cut` when the connection ended without an answer. */
async function outcome(call: Promise<{ status: number; text: string }>): Promise<string> {
  try {
    const { status, text } = await call
    return `${status} ${text.slice(0, 20)}`
  } catch {
    return 'cut'
  }
}

suite('identity center: faults', (test) => {
  const faults: [title: string, fault: Fault, seen: string][] = [
    ['reset cuts the connection', 'reset', 'cut'],
    ['lost cuts it as well', 'lost', 'cut'],
    ['html is a captive portal', 'html', '200 <!doctype html><titl'],
    ['garbage is half a document', 'garbage', '200 {"accessToken":"aoaA'],
    ['an error of the service', { status: 500, type: 'Oops' }, '500 {"message":"","__typ'],
    ['any other answer', { status: 502, body: 'Bad Gateway' }, '502 Bad Gateway'],
    ['a late answer', { delayMs: 20 }, '200 {"nextToken":null,"a'],
  ]
  for (const [title, fault, seen] of faults)
    test(`${title}, once`, () =>
      withCenter({}, async (center) => {
        const { accessToken } = await signIn(center)
        center.fail('ListAccounts', fault)
        assert.is(await outcome(portal(center, LIST, accessToken)), seen)
        assert.match(await outcome(portal(center, LIST, accessToken)), /^200 \{"nextToken"/)
      }))

  test('hang never answers', () =>
    withCenter({}, async (center) => {
      center.fail('Portal', 'hang')
      const gone = new AbortController()
      const call = request(center.startUrl, { signal: gone.signal }).then(
        () => 'answered',
        (error: Error) => error.name,
      )
      await until('the request', () => center.requests.length > 0)
      // A later request has its answer.
      await request(center.startUrl)
      gone.abort()
      assert.is(await call, 'AbortError')
      await until('its end', () => center.requests[0]?.endTime !== undefined)
      assert.is(center.requests[0]?.status, undefined)
    }))

  test('lost means done: the refresh token is used up although no answer came', () =>
    withCenter({}, async (center) => {
      const { client, refreshToken } = await signIn(center)
      center.fail('CreateToken:refresh', 'lost')
      assert.is(await outcome(refresh(center, client, refreshToken)), 'cut')
      assert.is((await refresh(center, client, refreshToken)).json['error'], 'invalid_grant')
    }))

  test('reset means not done: the refresh token still works', () =>
    withCenter({}, async (center) => {
      const { client, refreshToken } = await signIn(center)
      center.fail('CreateToken:refresh', 'reset')
      assert.is(await outcome(refresh(center, client, refreshToken)), 'cut')
      assert.is((await refresh(center, client, refreshToken)).status, 200)
    }))

  test('until holds the answer back until it is let go', () =>
    withCenter({}, async (center) => {
      let release = () => {}
      const released = new Promise<void>((done) => {
        release = done
      })
      center.fail('RegisterClient', { until: released })
      let answered = false
      const call = register(center).then(() => {
        answered = true
      })
      await until('the request', () => center.requests.length > 0)
      // A later request has its answer.
      await request(center.startUrl)
      assert.is(answered, false)
      release()
      await call
    }))

  test('dateSkewMs moves the Date header only', async () => {
    const clock = handClock()
    await withCenter({ clock }, async (center) => {
      center.fail('Portal', { dateSkewMs: -3_600_000 })
      const { status, headers } = await request(center.startUrl)
      assert.equal([status, headers.get('date')], [200, 'Tue, 01 Jan 2030 09:00:00 GMT'])
    })
  })

  test('faults queue up by name, by family and for all; a fault can be taken back', () =>
    withCenter({}, async (center) => {
      const { client, accessToken, refreshToken } = await signIn(center)
      const cancel = center.fail('*', { status: 599, body: 'all' }, Number.POSITIVE_INFINITY)
      assert.is((await portal(center, LIST, accessToken)).status, 599)
      assert.is((await request(center.startUrl)).status, 599)
      cancel()
      center.fail('CreateToken', { status: 501, body: '' }, 2)
      center.fail('CreateToken:refresh', { status: 502, body: '' })
      center.fail('CreateToken:device', { status: 503, body: '' })
      const seen: number[] = []
      for (let round = 0; round < 4; round++)
        seen.push((await refresh(center, client, refreshToken)).status)
      assert.equal(seen, [501, 501, 502, 200])
      assert.is((await portal(center, LIST, accessToken)).status, 200)
    }))

  test('a fault may bring its own headers', () =>
    withCenter({}, async (center) => {
      const headers = { 'retry-after': '2' }
      center.fail('ListAccounts', { status: 429, type: 'TooManyRequestsException', headers })
      center.fail('ListAccounts', {
        status: 302,
        body: '',
        headers: { location: 'http://x.invalid' },
      })
      assert.is((await portal(center, LIST, 'x')).headers.get('retry-after'), '2')
      const moved = await portal(center, LIST, 'x')
      assert.equal([moved.status, moved.headers.get('location')], [302, 'http://x.invalid'])
    }))
})
