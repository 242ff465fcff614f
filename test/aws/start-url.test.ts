/** Start URLs on a company's own domain. */
import { isOwnDomain, plainStartUrl, regionOfPortal } from '../../src/aws/start-url.ts'
import { assert, suite } from '../support/suite.ts'

suite('whose start URL it is', (test) => {
  const own = [
    'https://sso.corp.example/start',
    'https://aws.corp.example',
    'https://awsapps.com.evil.example/',
  ]
  const others = [
    ...[
      'https://d-1.awsapps.com/start',
      'https://D-1.AWSAPPS.COM./start#/',
      'https://x.awsapps.cn/start',
    ],
    ...[
      'https://ssoins-1.portal.eu-west-1.app.aws',
      'https://identitycenter.amazonaws.com/ssoins-1',
    ],
    ...[
      'https://start.us-gov-home.awsapps.com/directory/d-1',
      'https://d-1.us-gov-west-1.portal.amazonaws.com',
    ],
    ...['http://sso.corp.example/start', 'http://127.0.0.1:1/start', 'https://127.0.0.1:1/start'],
    ...['https://localhost:1/start', 'https://demo.localhost/start', 'https://x', 'nonsense', ''],
  ]
  test('the company’s', () => {
    for (const url of own) assert.ok(isOwnDomain(url), url)
  })
  test('of AWS, or of this machine', () => {
    for (const url of others) assert.not(isOwnDomain(url), url)
  })

  const portals: [host: string, region: string | undefined][] = [
    ['ssoins-1.portal.eu-west-1.app.aws', 'eu-west-1'],
    ['SSOINS-1.portal.EU-west-1.app.aws.', 'eu-west-1'],
    ['d-1.us-gov-west-1.portal.amazonaws.com', 'us-gov-west-1'],
    ['d-1.cn-north-1.portal.amazonaws.com.cn', 'cn-north-1'],
    ['d-1.eusc-de-east-1.portal.amazonaws.eu', 'eusc-de-east-1'],
    ['ssoins-1.portal.cn-north-1.app.amazonwebservices.com.cn', 'cn-north-1'],
    ['d-1.awsapps.com', undefined],
    ['a.b.portal.eu-west-1.app.aws', undefined],
    ['portal.eu-west-1.app.aws', undefined],
  ]
  test('the region in the name of a portal', () => {
    for (const [host, region] of portals) assert.is(regionOfPortal(host), region, host)
  })

  test('as AWS knows it', () => {
    const url = new URL('https://d-1.awsapps.com/start//?a=b#/')
    assert.is(plainStartUrl(url), 'https://d-1.awsapps.com/start')
  })
})
