import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { signIn, withHome } from '../support/home.ts'
import { assertInTime } from '../support/patience.ts'
import { assert, suite } from '../support/suite.ts'
import {
  answerAfterBrowser,
  asked,
  decide,
  once,
  readToken,
  shownUrl,
  start,
  until,
} from './rig.ts'

const LOGIN = ['login', 'corp', '--device-code']

suite('device sign-in', (test) => {
  // Three polls 1, 6 and 11 seconds apart: it runs beside the other tests, and is judged last.
  const slowSignIn = once(() =>
    withHome(async (home) => {
      const slowDown = {
        status: 400,
        type: 'SlowDownException',
        message: 'Client is polling too fast',
      }
      home.center.fail('CreateToken:device', slowDown, 2)
      const { status, stderr } = await home.ssox(LOGIN)
      const polls = home.center.requests.filter(
        ({ operation }) => operation === 'CreateToken:device',
      )
      return { status, stderr, times: polls.map(({ time }) => time) }
    }),
  )

  test('shows the code, the short and the full address, and opens the full one', () =>
    withHome(async (home) => {
      void slowSignIn()
      answerAfterBrowser(home)
      const { status, stderr } = await home.ssox(LOGIN)
      assert.is(status, 0, stderr)
      const [, code = ''] = /type the code {2}([A-Z]{4}-[A-Z]{4})\n/.exec(stderr) ?? []
      assert.match(stderr, 'signing in to "corp" with a code (--device-code)')
      assert.match(stderr, `  Open  ${home.center.url}/device\n`)
      assert.match(stderr, `${home.center.url}/device?user_code=${code}\n`)
      assert.match(
        stderr,
        'It is valid for 10m. Allow it only if you have started this sign-in yourself.',
      )
      assert.equal(home.browserOpens(), [`${home.center.url}/device?user_code=${code}`])
      assert.equal(home.center.counts, {
        RegisterClient: 1,
        StartDeviceAuthorization: 1,
        Device: 1,
        'CreateToken:device': 1,
      })
      assert.ok(readToken(home).refreshToken)
    }))

  test('--no-browser opens nothing, and polls at the interval until the person has allowed it', () =>
    withHome(
      async (home) => {
        const running = start(home, [...LOGIN, '--no-browser'])
        const url = await shownUrl(running)
        await asked(home, 'CreateToken:device', 2)
        await decide(url, 'allow')
        assert.is((await running.done).status, 0)
        assert.equal(home.browserOpens(), [])
        const polls = home.center.requests.filter(
          ({ operation }) => operation === 'CreateToken:device',
        )
        for (const [index, { time }] of polls.slice(1).entries())
          assert.ok(time - (polls[index]?.time ?? 0) >= 950, 'polls are a second apart')
      },
      { approve: 'person' },
    ))

  test('a person who presses Deny ends it with exit 4', () =>
    withHome(
      async (home) => {
        const running = start(home, ['env', 'dev', '--login', '--device-code', '--shell', 'fish'])
        await decide(await shownUrl(running), 'deny')
        const { status, stdout, stderr } = await running.done
        assert.is(status, 4)
        assert.is(stdout, 'false\n')
        assert.match(
          stderr,
          'the sign-in was denied in the browser\n  start again and allow the access: ssox login dev --device-code\n',
        )
      },
      { approve: 'person' },
    ))

  const overdue: [title: string, lifetime: number][] = [
    ['a code that nobody answers', 2],
    ['a code that ends before the first poll', 1],
  ]
  for (const [title, lifetime] of overdue)
    test(`${title}: exit 4 when its time is over`, () =>
      withHome(
        async (home) => {
          const began = Date.now()
          const { status, stderr } = await home.ssox([...LOGIN, '--no-browser'])
          assert.is(status, 4)
          assert.match(
            stderr,
            'not finished in time\n  start again: ssox login corp --device-code --no-browser\n',
          )
          assertInTime(Date.now() - began, lifetime * 1000 + 8_000)
        },
        { approve: 'person', lifetimes: { deviceCode: lifetime } },
      ))

  test('an interval without end is as long as the code is valid', () =>
    withHome(
      async (home) => {
        const { status, stderr } = await home.ssox([...LOGIN, '--no-browser'])
        assert.is(status, 4, stderr)
        assert.is(home.center.counts['CreateToken:device'], 1)
      },
      { approve: 'person', lifetimes: { deviceCode: 2, interval: 1e15 } },
    ))

  test('a service that says that the code has expired: exit 4', () =>
    withHome(async (home) => {
      home.center.fail('CreateToken:device', { status: 400, type: 'ExpiredTokenException' })
      const { status, stderr } = await home.ssox(LOGIN)
      assert.is(status, 4)
      assert.match(stderr, 'the sign-in was not finished in time')
    }))

  test('a network that is away for a while does not end the wait', () =>
    withHome(async (home) => {
      // The SDK tries three times: the first poll fails for good, the second works.
      home.center.fail('CreateToken:device', 'reset', 3)
      answerAfterBrowser(home)
      const { status, stderr } = await home.ssox(LOGIN)
      assert.is(status, 0, stderr)
      assert.is(home.center.counts['CreateToken:device'], 4)
    }))

  test('a registration that the service has forgotten is replaced, without a word', () =>
    withHome(async (home) => {
      await home.ssox(LOGIN)
      home.center.fail('StartDeviceAuthorization', {
        status: 401,
        type: 'InvalidClientException',
        message: 'Invalid client provided',
      })
      const { status, stderr } = await home.ssox([...LOGIN, '--force'])
      assert.is(status, 0, stderr)
      assert.is(home.center.counts['RegisterClient'], 2)
      assert.is(home.browserOpens().length, 2)
    }))

  test('a wrong start URL: exit 4 with the two settings to look at', () =>
    withHome(
      async (home) => {
        const { status, stderr } = await home.ssox(LOGIN)
        assert.is(status, 4)
        assert.match(stderr, 'Invalid start url provided (InvalidRequestException)')
        assert.match(stderr, 'check sso_start_url and sso_region')
      },
      { startUrls: ['https://other.awsapps.com/start'] },
    ))

  test('a legacy profile: its token is filed under the start URL and cannot be renewed', () =>
    withHome(async (home) => {
      const { status, stderr } = await home.ssox(['env', 'old', '--login', '--shell', 'sh'])
      assert.is(status, 0, stderr)
      assert.match(stderr, `with a code (the profile has no sso_session)`)
      const token = readToken(home, home.center.startUrl)
      assert.is(token.startUrl, home.center.startUrl)
      assert.not.ok(token.refreshToken)
      assert.is((await home.ssox(['env', 'old', '--shell', 'sh'])).status, 0)
      assert.is(home.browserOpens().length, 1)
    }))

  test('sessions do not share a token: a sign-in for "corp" does not sign the legacy profile in', () =>
    withHome(async (home) => {
      await signIn(home)
      assert.is((await home.ssox(['env', 'old', '--shell', 'sh'])).status, 4)
    }))

  test('slow_down, twice: each adds five seconds to every later poll, and the sign-in completes', async () => {
    const { status, stderr, times } = await slowSignIn()
    assert.is(status, 0, stderr)
    assert.is(times.length, 3)
    const [first = 0, second = 0, third = 0] = times
    assert.ok(second - first >= 5_950, `second poll after ${second - first} ms`)
    assert.ok(third - second >= 10_950, `third poll after ${third - second} ms`)
  })
})

suite('the page that the service names', (test) => {
  const answer = (short: string, full: string) => ({
    body: JSON.stringify({
      deviceCode: 'device',
      userCode: 'ABCD-EFGH',
      verificationUri: short,
      verificationUriComplete: full,
      expiresIn: 600,
      interval: 1,
    }),
  })

  const hostile: [title: string, short: string, full: string][] = [
    ['a script as full address', 'OWN', 'javascript:alert(1)'],
    ['a file as short address', 'file:///etc/passwd', 'OWN'],
    [
      'a stranger and terminal controls',
      'OWN',
      'https://evil.example/\u001b]52;c;YQ==\u0007\u202e',
    ],
    ['an option', '--profile=/etc', '--profile=/etc'],
  ]
  test('is not opened when it is nobody we know: exit 6, and no poll', () =>
    withHome(async (home) => {
      for (const [title, ...pages] of hostile) {
        const [short, full] = pages.map((page) => page.replace('OWN', `${home.center.url}/device`))
        home.center.fail('StartDeviceAuthorization', answer(short ?? '', full ?? ''))
        const { status, stderr } = await home.ssox(LOGIN)
        assert.is(status, 6, `${title}: ${stderr}`)
        assert.match(stderr, "a sign-in page that is not one of AWS's and not yours", title)
        assert.match(stderr, 'check sso_start_url and sso_region of the profile')
        assert.not.match(stderr, /[\u001b\u0007\u202e]/, title)
      }
      assert.not.ok(home.center.counts['CreateToken:device'])
      assert.equal(home.browserOpens(), [])
    }))

  test('where the service names one page alone, nothing is said of one with the code filled in', () =>
    withHome(async (home) => {
      const page = `${home.center.url}/device`
      const { verificationUriComplete: _, ...fields } = JSON.parse(answer(page, page).body)
      home.center.fail('StartDeviceAuthorization', { body: JSON.stringify(fields) })
      const running = start(home, [...LOGIN, '--no-browser'])
      await running.says(/type the code {2}ABCD-EFGH\n {2}It is valid for 10m/)
      running.child.kill()
      await running.done
    }))

  test("is opened when it is AWS's", () =>
    withHome(async (home) => {
      const page = 'https://device.sso.eu-west-1.amazonaws.com/?user_code=ABCD-EFGH'
      home.center.fail('StartDeviceAuthorization', answer(page, page))
      const opened = join(home.path, 'opened')
      const browser = `sh -c 'printf %s "$1" >${opened}' sh %s`
      const running = start(home, [...LOGIN, '--browser', browser])
      await until('the browser', () => existsSync(opened) && readFileSync(opened, 'utf8') === page)
      running.child.kill()
      assert.is((await running.done).status, 143)
    }))
})
