import {
  authorizeUrl,
  DEVICE_GRANT,
  errorType,
  exchangeCode,
  handClock,
  PKCE_CLIENT,
  pollDevice,
  portal,
  post,
  REDIRECT,
  redirectOf,
  refresh,
  register,
  request,
  START_URL,
  signIn,
  startDevice,
  withCenter,
} from '../support/identity-center/wire.ts'
import { assert, suite } from '../support/suite.ts'

const CLIENT = { clientName: 'ssox-client-corp', clientType: 'public' }

suite('identity center: client registration', (test) => {
  test('a device client gets an id, a secret and times in seconds', async () => {
    const clock = handClock()
    await withCenter({ clock }, async (center) => {
      const { status, headers, json } = await post(center, '/client/register', CLIENT)
      assert.is(status, 200)
      assert.is(headers.get('content-type'), 'application/json')
      assert.match(String(json['clientId']), /^[\w-]{30,}$/)
      assert.is(json['clientIdIssuedAt'], clock.now / 1000)
      assert.is(json['clientSecretExpiresAt'], clock.now / 1000 + 90 * 86_400)
      assert.ok(center.secrets().includes(String(json['clientSecret'])))
      assert.is(headers.get('date'), 'Tue, 01 Jan 2030 10:00:00 GMT')
    })
  })

  const refused: [title: string, body: unknown, type: string][] = [
    ['a body that is no object', [], 'InvalidRequestException'],
    ['no client name', { clientType: 'public' }, 'InvalidRequestException'],
    [
      'a confidential client',
      { ...CLIENT, clientType: 'confidential' },
      'InvalidClientMetadataException',
    ],
    ['a scope that is none', { ...CLIENT, scopes: ['everything'] }, 'InvalidScopeException'],
    ['scopes that are no list', { ...CLIENT, scopes: 'sso:x' }, 'InvalidRequestException'],
    [
      'an unknown grant type',
      { ...CLIENT, grantTypes: ['password'] },
      'UnsupportedGrantTypeException',
    ],
    [
      'a redirect to another host',
      { ...CLIENT, ...PKCE_CLIENT, redirectUris: ['http://example.com/oauth/callback'] },
      'InvalidRedirectUriException',
    ],
    [
      'an authorization code client without redirect',
      { ...CLIENT, ...PKCE_CLIENT, redirectUris: [] },
      'InvalidRequestException',
    ],
    [
      'an authorization code client without issuer',
      { ...CLIENT, ...PKCE_CLIENT, issuerUrl: undefined },
      'InvalidRequestException',
    ],
  ]
  for (const [title, body, type] of refused)
    test(`${title} is refused as ${type}`, () =>
      withCenter({}, async (center) => {
        const answer = await post(center, '/client/register', body)
        assert.is(answer.status, 400)
        assert.is(
          answer.headers.get('x-amzn-errortype'),
          `${type}:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/`,
        )
        assert.type(answer.json['error_description'], 'string')
      }))

  test('a registration that has expired is an invalid client, with status 401', async () => {
    const clock = handClock()
    await withCenter({ clock, lifetimes: { registration: 60 } }, async (center) => {
      const client = await register(center)
      clock.forward(60)
      const answer = await post(center, '/device_authorization', { ...client, startUrl: START_URL })
      assert.is(answer.status, 401)
      assert.is(errorType(answer), 'InvalidClientException')
      assert.is(answer.json['error'], 'invalid_client')
    })
  })

  test('a wrong secret is an invalid client', () =>
    withCenter({}, async (center) => {
      const client = await register(center)
      const answer = await startDevice(center, { ...client, clientSecret: 'guessed' })
      assert.is(answer.json['error'], 'invalid_client')
    }))
})

suite('identity center: device sign-in', (test) => {
  test('pending until the page is answered, then a token, then nothing more', async () => {
    const clock = handClock()
    await withCenter({ clock, approve: 'auto' }, async (center) => {
      const client = await register(center)
      const { deviceCode, userCode, pageUrl, json } = await startDevice(center, client)
      assert.match(userCode, /^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/)
      assert.is(json['verificationUri'], `${center.url}/device`)
      assert.is(pageUrl, `${center.url}/device?user_code=${userCode}`)
      assert.equal([json['expiresIn'], json['interval']], [600, 1])

      const pending = await pollDevice(center, client, deviceCode)
      assert.is(pending.status, 400)
      assert.is(errorType(pending), 'AuthorizationPendingException')
      assert.equal(pending.json, {
        error: 'authorization_pending',
        error_description: 'Authorization is still pending',
      })

      assert.is((await request(pageUrl)).status, 200)
      clock.forward(1)
      const done = await pollDevice(center, client, deviceCode)
      assert.is(done.status, 200)
      assert.is(done.json['tokenType'], 'Bearer')
      assert.is(done.json['expiresIn'], 3600)
      assert.match(String(done.json['accessToken']), /^aoaAAAAAG/)
      assert.match(String(done.json['refreshToken']), /^aorAAAAAG/)

      clock.forward(1)
      const again = await pollDevice(center, client, deviceCode)
      assert.is(errorType(again), 'InvalidGrantException')
      assert.equal(
        [center.counts['CreateToken:device'], center.counts['StartDeviceAuthorization']],
        [3, 1],
      )
    })
  })

  test('polling faster than the interval is answered with slow_down', async () => {
    const clock = handClock()
    await withCenter({ clock, lifetimes: { interval: 5 } }, async (center) => {
      const client = await register(center)
      const { deviceCode } = await startDevice(center, client)
      const seen: unknown[] = []
      for (const pause of [0, 3, 5, 4.9, 0]) {
        clock.forward(pause)
        seen.push((await pollDevice(center, client, deviceCode)).json['error'])
      }
      const pending = 'authorization_pending'
      assert.equal(seen, [pending, 'slow_down', pending, pending, 'slow_down'])
    })
  })

  test('a denied sign-in is access_denied', () =>
    withCenter({}, async (center) => {
      const client = await register(center)
      const { deviceCode, pageUrl } = await startDevice(center, client)
      const ticket = /name="ticket" value="([^"]+)"/.exec((await request(pageUrl)).text)?.[1] ?? ''
      const body = new URLSearchParams({ ticket, decision: 'deny' })
      await request(`${center.url}/device`, { method: 'POST', body })
      const answer = await pollDevice(center, client, deviceCode)
      assert.equal([answer.status, errorType(answer)], [400, 'AccessDeniedException'])
    }))

  test('a sign-in nobody answers ends with expired_token, and its page with it', async () => {
    const clock = handClock()
    await withCenter({ clock }, async (center) => {
      const client = await register(center)
      const { deviceCode, pageUrl } = await startDevice(center, client)
      clock.forward(599)
      const early = await pollDevice(center, client, deviceCode)
      assert.is(early.json['error'], 'authorization_pending')
      clock.forward(1)
      const late = await pollDevice(center, client, deviceCode)
      assert.equal([late.status, late.json['error']], [400, 'expired_token'])
      assert.is((await request(pageUrl)).status, 400)
    })
  })

  test('a client without scopes gets no refresh token', () =>
    withCenter({ approve: 'auto' }, async (center) => {
      const client = await register(center, {})
      const { deviceCode, pageUrl } = await startDevice(center, client)
      await request(pageUrl)
      const { json } = await pollDevice(center, client, deviceCode)
      assert.is(json['refreshToken'], null)
    }))

  test('a start URL that does not exist, and a client for another flow, are refused', () =>
    withCenter({ startUrls: ['https://other.awsapps.com/start'] }, async (center) => {
      const client = await register(center)
      const unknown = await startDevice(center, client)
      assert.is(unknown.json['error'], 'invalid_request')
      const pkce = await register(center, PKCE_CLIENT)
      assert.is((await startDevice(center, pkce)).json['error'], 'unauthorized_client')
    }))

  test('the device code of one client is of no use to another', () =>
    withCenter({ approve: 'auto' }, async (center) => {
      const { deviceCode, pageUrl } = await startDevice(center, await register(center))
      await request(pageUrl)
      const answer = await pollDevice(center, await register(center), deviceCode)
      assert.is(errorType(answer), 'InvalidGrantException')
    }))
})

suite('identity center: authorization code with PKCE', (test) => {
  test('the browser comes back with code and state; the code buys one token, once', () =>
    withCenter({ approve: 'auto' }, async (center) => {
      const client = await register(center, PKCE_CLIENT)
      const { url, verifier } = authorizeUrl(center, client)
      const answer = await request(url)
      assert.is(answer.status, 302)
      assert.ok(answer.headers.get('location')?.startsWith(`${REDIRECT}?`))
      assert.is(redirectOf(answer).get('state'), 'c4b7a3f2-7d0e-4a53-9a5b-2f6c1f0e8d11')
      const code = redirectOf(answer).get('code') ?? ''
      const token = await exchangeCode(center, client, code, verifier)
      assert.is(token.status, 200)
      assert.is(
        (await portal(center, '/assignment/accounts', String(token.json['accessToken']))).status,
        200,
      )
      const again = await exchangeCode(center, client, code, verifier)
      assert.equal([again.status, errorType(again)], [400, 'InvalidGrantException'])
      assert.equal([center.counts['Authorize'], center.counts['CreateToken:code']], [1, 2])
    }))

  const wrong: [title: string, change: { verifier?: string; redirect?: string; wait?: number }][] =
    [
      ['another verifier', { verifier: 'a'.repeat(64) }],
      ['a verifier shorter than 43 characters', { verifier: 'a'.repeat(42) }],
      ['another port in the redirect URI', { redirect: REDIRECT.replace('34959', '34960') }],
      ['a redirect URI without port', { redirect: 'http://127.0.0.1/oauth/callback' }],
      ['a code that is a minute old', { wait: 60 }],
    ]
  for (const [title, { verifier: other, redirect, wait }] of wrong)
    test(`${title} gets no token, and the code is spent`, async () => {
      const clock = handClock()
      await withCenter({ clock, approve: 'auto' }, async (center) => {
        const client = await register(center, PKCE_CLIENT)
        const { url, verifier } = authorizeUrl(center, client)
        const code = redirectOf(await request(url)).get('code') ?? ''
        clock.forward(wait ?? 0)
        const answer = await exchangeCode(center, client, code, other ?? verifier, redirect)
        assert.is(answer.json['error'], 'invalid_grant')
        const second = await exchangeCode(center, client, code, verifier)
        assert.is(second.json['error'], 'invalid_grant')
      })
    })

  const mistakes: [title: string, change: Record<string, string | undefined>, error: string][] = [
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    [
      'a scope the client did not register',
      { scopes: 'sso:account:access sso:more' },
      'invalid_scope',
    ],
  ]
  for (const [title, change, error] of mistakes)
    test(`${title} sends the browser back with ${error}`, () =>
      withCenter({ approve: 'auto' }, async (center) => {
        const client = await register(center, PKCE_CLIENT)
        const answer = await request(authorizeUrl(center, client, change).url)
        assert.is(answer.status, 302)
        assert.is(redirectOf(answer).get('error'), error)
        assert.is(redirectOf(answer).get('code'), null)
        assert.ok(redirectOf(answer).get('state'))
      }))

  for (const uri of [
    'http://127.0.0.1:1/other/path',
    'http://user@127.0.0.1:1/oauth/callback',
    'http://127.0.0.1:1/oauth/callback?x=1',
    'http://localhost:1/oauth/callback',
    'https://127.0.0.1:1/oauth/callback',
    'https://example.com/oauth/callback',
    'nonsense',
  ])
    test(`nobody is sent to ${uri}`, () =>
      withCenter({ approve: 'auto' }, async (center) => {
        const client = await register(center, PKCE_CLIENT)
        const answer = await request(authorizeUrl(center, client, { redirect_uri: uri }).url)
        assert.is(answer.status, 400)
        assert.is(answer.headers.get('location'), null)
        assert.match(answer.text, 'This sign-in cannot go on')
      }))

  test('an unknown client is shown a page, not a redirect', () =>
    withCenter({ approve: 'auto' }, async (center) => {
      const answer = await request(authorizeUrl(center, { clientId: 'no', clientSecret: '' }).url)
      assert.is(answer.status, 400)
    }))
})

suite('identity center: refresh', (test) => {
  test('a refresh token works once; using it again is refused and does no harm', () =>
    withCenter({}, async (center) => {
      const { client, refreshToken } = await signIn(center)
      const first = await refresh(center, client, refreshToken)
      assert.is(first.status, 200)
      assert.is.not(first.json['refreshToken'], refreshToken)
      const again = await refresh(center, client, refreshToken)
      assert.equal([again.status, errorType(again)], [400, 'InvalidGrantException'])
      const next = await refresh(center, client, first.json['refreshToken'])
      assert.is(next.status, 200)
      assert.is(center.counts['CreateToken:refresh'], 3)
    }))

  test('without single use the same refresh token keeps working and comes back', () =>
    withCenter({ singleUseRefreshTokens: false }, async (center) => {
      const { client, refreshToken } = await signIn(center)
      for (let round = 0; round < 3; round++)
        assert.is((await refresh(center, client, refreshToken)).json['refreshToken'], refreshToken)
    }))

  test('the session ends: the last token is cut short, then refreshing is refused', async () => {
    const clock = handClock()
    await withCenter({ clock, lifetimes: { session: 5400 } }, async (center) => {
      const { client, refreshToken } = await signIn(center)
      clock.forward(3600)
      const late = await refresh(center, client, refreshToken)
      assert.is(late.json['expiresIn'], 1800)
      clock.forward(1800)
      const over = await refresh(center, client, late.json['refreshToken'])
      assert.is(over.json['error'], 'invalid_grant')
    })
  })

  test('the refresh token of one client is of no use to another', () =>
    withCenter({}, async (center) => {
      const { refreshToken } = await signIn(center)
      const answer = await refresh(center, await register(center), refreshToken)
      assert.is(errorType(answer), 'InvalidGrantException')
    }))

  test('lifetimes changed while running count from the next request on', () =>
    withCenter({}, async (center) => {
      const { client, refreshToken } = await signIn(center)
      center.lifetimes.accessToken = 7
      assert.is((await refresh(center, client, refreshToken)).json['expiresIn'], 7)
    }))

  const refused: [title: string, body: Record<string, unknown>, error: string][] = [
    ['an unknown grant type', { grantType: 'password' }, 'unsupported_grant_type'],
    ['no grant type', {}, 'invalid_request'],
    ['a device grant without code', { grantType: DEVICE_GRANT }, 'invalid_request'],
    ['an unknown device code', { grantType: DEVICE_GRANT, deviceCode: 'x' }, 'invalid_grant'],
    [
      'a grant the client is not registered for',
      { grantType: 'authorization_code' },
      'unauthorized_client',
    ],
  ]
  for (const [title, body, error] of refused)
    test(`${title} is ${error}`, () =>
      withCenter({}, async (center) => {
        const client = await register(center)
        const answer = await post(center, '/token', { ...client, ...body })
        assert.equal([answer.status, answer.json['error']], [400, error])
      }))
})
