import { isSignInPage } from '../../src/auth/sign-in-page.ts'
import type { SsoSession } from '../../src/aws/profile.ts'
import { assert, suite } from '../support/suite.ts'

const endpoint = 'http://127.0.0.1:8080/authorize'

function session(startUrl: string): SsoSession {
  return { kind: 'legacy', startUrl, region: 'eu-west-1', cacheName: startUrl }
}

const corp = session('https://corp.awsapps.com/start')
const own = session('https://sso.example.com/start')

const PAGES: [title: string, page: string, expected: boolean, session?: SsoSession][] = [
  ['the device page of a region', 'https://device.sso.eu-west-1.amazonaws.com/', true],
  ['an access portal', 'https://corp.awsapps.com/start/#/device?user_code=ABCD-EFGH', true],
  ['an access portal with dual stack', 'https://ssoins-1.portal.eu-west-1.app.aws/device', true],
  ['China', 'https://start.home.awsapps.cn/directory/corp#/device', true],
  ['the European sovereign cloud', 'https://device.sso.eusc-de-east-1.amazonaws.eu/', true],
  ["the start URL's own host", 'https://sso.example.com/start#/device', true, own],
  ['the endpoint that was set', 'http://127.0.0.1:8080/device?user_code=ABCD-EFGH', true],
  ['a script', 'javascript:alert(1)', false],
  ['a script that names AWS', 'javascript://corp.awsapps.com/%0aalert(1)', false],
  ['a file', 'file:///etc/passwd', false],
  ['a file with a host of AWS', 'file://corp.awsapps.com/etc/passwd', false],
  ['data', 'data:text/html,<script>alert(1)</script>', false],
  ['another program', 'ms-settings:privacy', false],
  ["a stranger's https page", 'https://evil.example/device', false],
  ['AWS in front of another host', 'https://device.sso.amazonaws.com.evil.example/', false],
  ['a host that ends like AWS, without the dot', 'https://evilamazonaws.com/', false],
  ['AWS in the path', 'https://evil.example/.awsapps.com', false],
  ['AWS as user name', 'https://corp.awsapps.com@evil.example/', false],
  [
    'a backslash that some read as the end of the host',
    'https://evil.example\\.awsapps.com/',
    false,
  ],
  ['http at AWS', 'http://device.sso.us-east-1.amazonaws.com/', false],
  ["http at the start URL's host", 'http://sso.example.com/start', false, own],
  ["another port of the start URL's host", 'https://sso.example.com:8443/start', false, own],
  ['a user name in front of the right host', 'https://evil@corp.awsapps.com/start', false],
  ['another port of the endpoint that was set', 'http://127.0.0.1:1/device', false],
  ['an option', '--profile=/etc', false],
  ['a shell command', '$(touch pwned)', false],
  ['nothing', '', false],
  ['64 KB', `https://corp.awsapps.com/${'x'.repeat(64 * 1024)}`, false],
]

suite('which pages may be opened to sign in', (test) => {
  for (const [title, page, expected, whose = corp] of PAGES)
    test(`${expected ? 'yes' : 'no'}: ${title}`, () => {
      assert.is(isSignInPage(page, whose, endpoint), expected)
    })
})
