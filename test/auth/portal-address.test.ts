/** A start URL on the company's own domain: looked up at the sign-in, remembered by the token. */
import { writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { createAuthority } from '../support/certificates.ts'
import { type Finished, type Home, withHome } from '../support/home.ts'
import { inMountNamespace, needing, ssoxUnder } from '../support/machine.ts'
import { assertFailure, told } from '../support/output.ts'
import { withProxy } from '../support/proxy.ts'
import { writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { readToken } from './rig.ts'

const HOST = 'sso.corp.test'
const PORTAL = 'https://ssoins-1.portal.eu-central-1.app.aws'

interface Own {
  home: Home
  startUrl: string
  /** Methods and paths that the company's host was asked for. */
  asked: string[]
  ssox(...args: string[]): Promise<Finished>
}

suite('a start URL on the company’s own domain', (test) => {
  const testOwn = needing(test, ['unshare', 'openssl'])

  const withOwnDomain = (
    answer: (request: IncomingMessage, response: ServerResponse) => void,
    use: (own: Own) => Promise<void>,
    region = '',
  ) =>
    withHome(async (home) => {
      const authority = createAuthority()
      const asked: string[] = []
      const server = createServer(authority.issue(`DNS:${HOST}`), (request, response) => {
        asked.push(`${request.method} ${request.url}`)
        answer(request, response)
        response.end()
      })
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
      const address = server.address()
      const startUrl = `https://${HOST}:${typeof address === 'object' ? address?.port : 0}/start?x=1`
      const [ca, hosts] = [join(home.path, 'ca.pem'), join(home.path, 'hosts')]
      writeFileSync(ca, authority.cert)
      writeFileSync(hosts, `127.0.0.1 localhost ${HOST}\n`)
      home.env['AWS_CA_BUNDLE'] = ca
      writeSettings(home, { login_flow: 'pkce' })
      home.writeConfig(`[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
[sso-session corp]
sso_start_url = ${startUrl}
${region && `sso_region = ${region}\n`}`)
      const wrapper = inMountNamespace(`mount --bind '${hosts}' /etc/hosts`)
      try {
        await use({ home, startUrl, asked, ssox: (...args) => ssoxUnder(home, wrapper, args) })
      } finally {
        server.close()
        server.closeAllConnections()
      }
    })

  const redirect =
    (location: string, status = 302) =>
    (_: unknown, response: ServerResponse) =>
      response.writeHead(status, { location })

  const sent = (home: Home, operation: string) =>
    JSON.parse(home.center.requests.find((one) => one.operation === operation)?.body ?? '{}')

  testOwn(
    'its redirect tells portal and region; the token keeps them, and it is not asked again',
    () =>
      withOwnDomain(redirect(`${PORTAL}/?a=b#/`), async ({ home, startUrl, asked, ssox }) => {
        const login = await ssox('login', 'corp')
        assert.is(login.status, 0, told(login))
        assert.is(sent(home, 'RegisterClient').issuerUrl, PORTAL)
        assert.equal(asked, ['HEAD /start?x=1'])
        assert.is(readToken(home).region, 'eu-central-1')
        assert.is(readToken(home).startUrl, startUrl)
        const env = await ssox('env', 'dev', '--shell', 'bash')
        assert.is(env.status, 0, told(env))
        assert.is((await ssox('status', '--check', 'dev')).status, 0)
        home.center.expireTokens()
        assert.is((await ssox('env', 'dev', '--shell', 'bash', '--refresh')).status, 0)
        await withProxy(
          async ({ url, tunnels }) => {
            delete home.env['AWS_ENDPOINT_URL_SSO']
            home.env['HTTPS_PROXY'] = url
            assertFailure(
              await ssox('env', 'dev', '--shell', 'bash', '--refresh'),
              6,
              /portal\.sso\./,
            )
            assert.equal([...new Set(tunnels)], ['portal.sso.eu-central-1.amazonaws.com:443'])
            const out = await ssox('logout', 'corp')
            assert.is(out.status, 6, told(out))
            assert.equal([...new Set(tunnels)], ['portal.sso.eu-central-1.amazonaws.com:443'])
          },
          { refuse: '403 Forbidden' },
        )
        assert.equal(asked, ['HEAD /start?x=1'])
      }),
  )

  testOwn('the code flow names the portal too; the region of the portal comes first', () =>
    withOwnDomain(
      redirect(`${PORTAL}/start/`, 308),
      async ({ home, ssox }) => {
        const login = await ssox('login', 'corp', '--device-code')
        assert.is(login.status, 0, told(login))
        assert.is(sent(home, 'StartDeviceAuthorization').startUrl, `${PORTAL}/start`)
        assert.is(readToken(home).region, 'eu-central-1')
        const env = await ssox('env', 'dev', '--shell', 'bash')
        assert.is(env.status, 0, told(env))
      },
      'us-east-1',
    ),
  )

  testOwn(
    'a host that takes no HEAD is asked with GET; a portal without a region takes sso_region',
    () =>
      withOwnDomain(
        ({ method }, response) =>
          method === 'HEAD'
            ? response.writeHead(405)
            : response.writeHead(301, { location: 'https://d-1.awsapps.com/start' }),
        async ({ home, asked, ssox }) => {
          const login = await ssox('login', 'corp')
          assert.is(login.status, 0, told(login))
          assert.equal(asked, ['HEAD /start?x=1', 'GET /start?x=1'])
          assert.is(sent(home, 'RegisterClient').issuerUrl, 'https://d-1.awsapps.com/start')
          assert.is(readToken(home).region, 'ap-south-1')
        },
        'ap-south-1',
      ),
  )

  const bad: [title: string, Parameters<typeof withOwnDomain>[0], status: number, about: RegExp][] =
    [
      [
        'does not redirect',
        (_, response) => response.writeHead(200),
        3,
        /does not lead to an access portal/,
      ],
      [
        'redirects nowhere',
        (_, response) => response.writeHead(302),
        3,
        /does not lead to an access/,
      ],
      ['leads elsewhere', redirect('https://evil.example/'), 3, /but to https:\/\/evil\.example\//],
      ['leads to http', redirect('http://d-1.awsapps.com/start'), 3, /but to http:/],
      ['leads to a lookalike', redirect('https://awsapps.com.evil.example/'), 3, /does not lead/],
      ['leads to itself', redirect('/other'), 3, /does not lead/],
      ['lacks the page', (_, response) => response.writeHead(404), 6, /it answers HTTP 404/],
      ['tells no region', redirect('https://d-1.awsapps.com/start'), 3, /"corp" lacks sso_region/],
    ]
  for (const [title, answer, status, about] of bad)
    testOwn(`one that ${title}: exit ${status}, nothing is sent to AWS`, () =>
      withOwnDomain(answer, async ({ home, ssox }) => {
        assertFailure(await ssox('login', 'corp'), status, about)
        assert.equal(home.center.counts, {})
      }),
    )

  test('a start URL of AWS needs sso_region', () =>
    withHome(async (home) => {
      home.writeConfig('[sso-session corp]\nsso_start_url = https://d-1.awsapps.com/start\n')
      assertFailure(await home.ssox(['login', 'corp']), 3, /"corp" lacks sso_region/)
    }))
})
