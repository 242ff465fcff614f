/** The address of an access portal, in the forms in which people have it at hand. */
import { isInstance, readPastedUrl, suggestedSession } from '../../src/aws/pasted-url.ts'
import { assert, suite } from '../support/suite.ts'

const D = 'https://d-1234567890.awsapps.com/start'
const I = 'ssoins-1234567890abcdef'

suite('a pasted start URL', (test) => {
  for (const [pasted, startUrl, region, sentence] of [
    [D, D, undefined, 'as it is'],
    [`${D}/`, D, undefined, 'with a slash at the end'],
    [`${D}#/`, D, undefined, 'with the fragment of the portal'],
    [`${D}/#/?tab=accounts`, D, undefined, 'from the address bar'],
    [`${D}/#/console?account_id=123456789012&role_name=Admin`, D, undefined, 'a shortcut link'],
    [`  <${D}>  `, D, undefined, 'from a mail'],
    [`"${D}"`, D, undefined, 'in quotes'],
    ['https://D-1234567890.AWSAPPS.COM/start', D, undefined, 'in capitals'],
    ['https://d-1234567890.awsapps.com', D, undefined, 'without its path'],
    ['d-1234567890.awsapps.com/start', D, undefined, 'without https://'],
    ['d-1234567890', D, undefined, 'the directory alone'],
    ['D-1234567890', D, undefined, 'the directory in capitals'],
    ['acme', 'https://acme.awsapps.com/start', undefined, 'the sub-domain alone'],
    ['Acme-Corp', 'https://acme-corp.awsapps.com/start', undefined, 'the sub-domain in capitals'],
    [
      `https://${I}.portal.eu-west-1.app.aws/#/`,
      `https://${I}.portal.eu-west-1.app.aws`,
      'eu-west-1',
      'the dual-stack portal',
    ],
    [
      `https://${I}.eu-west-1.portal.amazonaws.com/`,
      `https://${I}.eu-west-1.portal.amazonaws.com`,
      'eu-west-1',
      'the portal of an additional region',
    ],
    [
      `https://identitycenter.amazonaws.com/${I}`,
      `https://identitycenter.amazonaws.com/${I}`,
      undefined,
      'the issuer',
    ],
    [
      'https://start.us-gov-home.awsapps.com/directory/d-1234567890#/',
      'https://start.us-gov-home.awsapps.com/directory/d-1234567890',
      undefined,
      'GovCloud',
    ],
    [
      'https://start.us-gov-east-1.us-gov-home.awsapps.com/directory/acme/#/',
      'https://start.us-gov-east-1.us-gov-home.awsapps.com/directory/acme',
      'us-gov-east-1',
      'GovCloud with its region',
    ],
    [
      'https://start.cn-north-1.home.awsapps.cn/directory/acme#/',
      'https://start.cn-north-1.home.awsapps.cn/directory/acme',
      'cn-north-1',
      'China with its region',
    ],
    [
      'https://eu-central-1.signin.aws/platform/d-1234567890/login?workflowStateHandle=x',
      D,
      'eu-central-1',
      'the page where one signs in',
    ],
    [
      'https://sso.corp.example/start/',
      'https://sso.corp.example/start',
      undefined,
      'a domain of the company',
    ],
    [
      'http://127.0.0.1:8080/start/#/',
      'http://127.0.0.1:8080/start',
      undefined,
      'a stand-in on this machine',
    ],
  ] as const)
    test(sentence, () => assert.equal(readPastedUrl(pasted), { startUrl, region }))

  for (const [region, startUrl] of [
    ['eu-west-1', `https://${I}.portal.eu-west-1.app.aws`],
    ['cn-north-1', `https://${I}.portal.cn-north-1.app.amazonwebservices.com.cn`],
  ] as const)
    test(`an instance alone, in ${region}`, () =>
      assert.equal(readPastedUrl(I, region), { startUrl, region }))

  test('an instance alone needs the region', () => {
    assert.ok(isInstance(` ${I.toUpperCase()} `))
    assert.not(isInstance('d-1234567890'))
    assert.is(readPastedUrl(I), undefined)
  })

  for (const text of [
    '',
    'https://',
    'two words',
    'http://acme.awsapps.com/start',
    'https://console.aws.amazon.com/console/home',
    'https://123456789012.signin.aws.amazon.com/console',
    'https://eu-central-1.signin.aws/platform/login',
    'https://start.us-gov-home.awsapps.com/',
    'ftp://acme.awsapps.com/start',
    'localhost',
    'a_b',
  ])
    test(`is none: ${JSON.stringify(text)}`, () => assert.is(readPastedUrl(text), undefined))
})

suite('the name of a new session', (test) => {
  for (const [startUrl, name] of [
    ['https://acme.awsapps.com/start', 'acme'],
    [D, 'sso'],
    [`https://${I}.portal.eu-west-1.app.aws`, 'sso'],
    [`https://identitycenter.amazonaws.com/${I}`, 'sso'],
    ['https://start.us-gov-home.awsapps.com/directory/acme', 'acme'],
    ['https://start.home.awsapps.cn/directory/d-1234567890', 'sso'],
    ['https://sso.corp.example/start', 'corp'],
    ['https://acme-sso.example/start', 'acme-sso'],
    ['http://127.0.0.1:8080/start', 'sso'],
  ] as const)
    test(`${startUrl}: ${name}`, () => assert.is(suggestedSession(startUrl), name))
})
