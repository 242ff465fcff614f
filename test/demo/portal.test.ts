import { type Account, sampleAccounts } from '../support/identity-center/index.ts'
import {
  type Answer,
  handClock,
  portal,
  refresh,
  request,
  signIn,
  withCenter,
} from '../support/identity-center/wire.ts'
import { assert, suite } from '../support/suite.ts'

const CREDENTIALS = '/federation/credentials?role_name=Developer&account_id=123456789012'
const UNAUTHORIZED = {
  message: 'Session token not found or invalid',
  __type: 'com.amazonaws.switchboard.portal#UnauthorizedException',
}

interface RoleCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
  expiration: number
}

function credentialsOf({ json }: Answer): RoleCredentials {
  return json['roleCredentials'] as RoleCredentials
}

function manyAccounts(count: number): Account[] {
  return Array.from({ length: count }, (_, index) => ({
    accountId: String(index).padStart(12, '0'),
    accountName: `account ${index}`,
    emailAddress: `aws+${index}@example.com`,
    roles: ['ReadOnly'],
  }))
}

suite('identity center: role credentials', (test) => {
  test('they have the shape of the real ones and expire in milliseconds', async () => {
    const clock = handClock()
    await withCenter({ clock, lifetimes: { roleCredentials: 900 } }, async (center) => {
      const { accessToken } = await signIn(center)
      const answer = await portal(center, CREDENTIALS, accessToken)
      assert.is(answer.status, 200)
      assert.is(answer.headers.get('server'), 'AWS SSO')
      assert.ok(answer.headers.get('requestid'))
      const credentials = credentialsOf(answer)
      assert.match(credentials.accessKeyId, /^ASIA[A-Z2-7]{16}$/)
      assert.match(credentials.secretAccessKey, /^(?=.*\/)(?=.*\+)[A-Za-z0-9+/]{40}$/)
      assert.match(credentials.sessionToken, /^IQoJb3JpZ2luX2Vj[A-Za-z0-9+/]{600,}==$/)
      assert.is(credentials.expiration, clock.now + 900_000)
      for (const secret of [credentials.secretAccessKey, credentials.sessionToken, accessToken])
        assert.ok(center.secrets().includes(secret))
    })
  })

  const refused: [title: string, path: string, status: number, type: string][] = [
    ['a role that is not assigned', CREDENTIALS.replace('Developer', 'Billing'), 403, 'Forbidden'],
    [
      'an account of somebody else',
      CREDENTIALS.replace('123456789012', '999999999999'),
      403,
      'Forbidden',
    ],
    ['no role name', '/federation/credentials?account_id=123456789012', 400, 'InvalidRequest'],
    ['no account', '/assignment/roles', 400, 'InvalidRequest'],
    ['roles of an unknown account', '/assignment/roles?account_id=1', 403, 'Forbidden'],
    ['a page of nothing', '/assignment/accounts?max_result=0', 400, 'InvalidRequest'],
    ['a page of 101', '/assignment/accounts?max_result=101', 400, 'InvalidRequest'],
    ['a page token from elsewhere', '/assignment/accounts?next_token=x', 400, 'InvalidRequest'],
  ]
  for (const [title, path, status, type] of refused)
    test(`${title} is ${type}Exception`, () =>
      withCenter({}, async (center) => {
        const { accessToken } = await signIn(center)
        const answer = await portal(center, path, accessToken)
        assert.is(answer.status, status)
        assert.is(answer.json['__type'], `com.amazonaws.switchboard.portal#${type}Exception`)
        if (status === 403) assert.is(answer.json['message'], 'No access')
      }))

  test('accounts may change while running', () =>
    withCenter({}, async (center) => {
      const { accessToken } = await signIn(center)
      center.accounts = [{ ...sampleAccounts()[1]!, roles: [] }]
      assert.is((await portal(center, CREDENTIALS, accessToken)).status, 403)
      center.accounts[0]?.roles.push('Developer')
      assert.is((await portal(center, CREDENTIALS, accessToken)).status, 200)
    }))

  test('a hook puts its own values in place, and they are counted as secrets', () =>
    withCenter(
      {
        roleCredentials: () => ({
          secretAccessKey: '$(id)',
          expiration: 'soon',
          sessionToken: undefined,
        }),
      },
      async (center) => {
        const { accessToken } = await signIn(center)
        const { json } = await portal(center, CREDENTIALS, accessToken)
        const { accessKeyId, ...rest } = json['roleCredentials'] as RoleCredentials
        assert.match(accessKeyId, /^ASIA/)
        assert.equal(rest, { secretAccessKey: '$(id)', expiration: 'soon' })
        assert.ok(center.secrets().includes('$(id)'))
      },
    ))
})

suite('identity center: access tokens', (test) => {
  test('a token nobody issued is unauthorized, a missing one is a bad request', () =>
    withCenter({}, async (center) => {
      const unknown = await portal(center, CREDENTIALS, 'aoaAAAAAG')
      assert.is(unknown.status, 401)
      assert.equal(unknown.json, UNAUTHORIZED)
      assert.is((await portal(center, CREDENTIALS)).status, 400)
    }))

  test('a token expires by its lifetime', async () => {
    const clock = handClock()
    await withCenter({ clock, lifetimes: { accessToken: 60 } }, async (center) => {
      const { accessToken } = await signIn(center)
      clock.forward(59)
      assert.is((await portal(center, CREDENTIALS, accessToken)).status, 200)
      clock.forward(1)
      assert.is((await portal(center, CREDENTIALS, accessToken)).status, 401)
    })
  })

  test('expireTokens leaves refreshing, revokeSession does not', () =>
    withCenter({}, async (center) => {
      const { client, accessToken, refreshToken } = await signIn(center)
      center.expireTokens()
      assert.is((await portal(center, CREDENTIALS, accessToken)).status, 401)
      const { json } = await refresh(center, client, refreshToken)
      const second = String(json['accessToken'])
      assert.is((await portal(center, CREDENTIALS, second)).status, 200)
      center.revokeSession()
      assert.is((await portal(center, CREDENTIALS, second)).status, 401)
      assert.is(
        (await refresh(center, client, json['refreshToken'])).json['error'],
        'invalid_grant',
      )
    }))

  test('logout ends this session, its refresh token too, and no other', () =>
    withCenter({}, async (center) => {
      const mine = await signIn(center)
      const other = await signIn(center)
      const headers = { 'x-amz-sso_bearer_token': mine.accessToken }
      const answer = await request(`${center.url}/logout`, { method: 'POST', headers })
      assert.equal([answer.status, answer.text], [200, ''])
      assert.is((await portal(center, CREDENTIALS, mine.accessToken)).status, 401)
      const refreshed = await refresh(center, mine.client, mine.refreshToken)
      assert.is(refreshed.json['error'], 'invalid_grant')
      assert.is((await portal(center, CREDENTIALS, other.accessToken)).status, 200)
      const again = await request(`${center.url}/logout`, { method: 'POST', headers })
      assert.equal(again.json, UNAUTHORIZED)
      assert.is(center.counts['Logout'], 2)
    }))
})

suite('identity center: lists', (test) => {
  test('the sample accounts come on one page, without their roles', () =>
    withCenter({}, async (center) => {
      const { accessToken } = await signIn(center)
      const { json } = await portal(center, '/assignment/accounts', accessToken)
      assert.is(json['nextToken'], null)
      assert.equal((json['accountList'] as unknown[])[0], {
        accountId: '012345678901',
        accountName: 'Unicorn Production',
        emailAddress: 'aws+unicorn-production@example.com',
      })
      const roles = await portal(center, '/assignment/roles?account_id=567890123456', accessToken)
      assert.equal(roles.json, {
        nextToken: null,
        roleList: [
          { roleName: 'Billing', accountId: '567890123456' },
          { roleName: 'ReadOnly', accountId: '567890123456' },
        ],
      })
    }))

  const sizes: [title: string, query: string, pages: number][] = [
    ['default page size', '', 7],
    ['max_result', '&max_result=100', 3],
    ['a page for each', '&max_result=1', 205],
  ]
  for (const [title, query, pages] of sizes)
    test(`all of 205 accounts come once each, in order, with ${title}`, () =>
      withCenter({ accounts: manyAccounts(205), pageSize: 30 }, async (center) => {
        const { accessToken } = await signIn(center)
        const ids: string[] = []
        let nextToken: unknown = ''
        for (let page = 0; page < pages; page++) {
          const path = `/assignment/accounts?next_token=${encodeURIComponent(String(nextToken))}${query}`
          const { json } = await portal(center, path, accessToken)
          ids.push(...(json['accountList'] as Account[]).map(({ accountId }) => accountId))
          nextToken = json['nextToken']
        }
        assert.is(nextToken, null)
        assert.equal(
          ids,
          center.accounts.map(({ accountId }) => accountId),
        )
      }))

  test('more calls than allowed in a second are too many', async () => {
    const clock = handClock()
    await withCenter({ clock, portalCallsPerSecond: 3 }, async (center) => {
      const { accessToken } = await signIn(center)
      const call = async () => (await portal(center, '/assignment/accounts', accessToken)).status
      assert.equal([await call(), await call(), await call(), await call()], [200, 200, 200, 429])
      clock.forward(1)
      assert.is(await call(), 200)
    })
  })
})

suite('identity center: console sign-in', (test) => {
  const federation = (parameters: Record<string, string>) =>
    `/federation?${new URLSearchParams(parameters)}`

  test('role credentials become a sign-in token, and that one open console', () =>
    withCenter({}, async (center) => {
      const { accessToken } = await signIn(center)
      const { accessKeyId, secretAccessKey, sessionToken } = credentialsOf(
        await portal(center, CREDENTIALS, accessToken),
      )
      const Session = JSON.stringify({
        sessionId: accessKeyId,
        sessionKey: secretAccessKey,
        sessionToken,
      })
      const form = { Action: 'getSigninToken', Session, SessionDuration: '43200' }
      const asked = await request(`${center.url}/federation`, {
        method: 'POST',
        body: new URLSearchParams(form),
      })
      assert.is(asked.status, 200)
      const SigninToken = String(asked.json['SigninToken'])
      assert.ok(center.secrets().includes(SigninToken))
      const login = { Action: 'login', Issuer: 'ssox', Destination: 'https://x/<b>', SigninToken }
      const page = await request(center.url + federation(login))
      assert.is(page.status, 200)
      assert.match(page.text, 'assumed-role/AWSReservedSSO_Developer_')
      assert.match(page.text, 'https://x/&#60;b&#62;')
      assert.is((await request(center.url + federation(login))).status, 400)
      const wrong = { ...form, Session: Session.replace(accessKeyId, 'ASIAAAAAAAAAAAAAAAAA') }
      assert.is((await request(center.url + federation(wrong))).status, 400)
      const long = { ...form, SessionDuration: '43201' }
      assert.is((await request(center.url + federation(long))).status, 400)
      assert.is((await request(center.url + federation({ ...form, Session: '{' }))).status, 400)
    }))
})
