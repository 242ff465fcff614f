/** Addresses of the web console, in every partition. */
import { consoleAddress, consoleSite, loginAddress, portalLink } from '../../src/aws/console.ts'
import { pageOfService, SERVICE_NAMES } from '../../src/aws/console-services.ts'
import { NO_SETTINGS, type SsoProfile } from '../../src/aws/profile.ts'
import { SsoxError } from '../../src/problem.ts'
import { assert, suite } from '../support/suite.ts'

const ireland = consoleSite('aws', 'eu-west-1')
const IN_IRELAND = 'https://eu-west-1.console.aws.amazon.com'

/** `usage` where it is refused. */
function addressOf(page: string, site = ireland): string {
  try {
    return consoleAddress(page, site)
  } catch (error) {
    if (error instanceof SsoxError) return error.kind
    throw error
  }
}

suite('the console', (test) => {
  const sites: [partition: string, region: string | undefined, signin: string, console: string][] =
    [
      ['aws', 'eu-west-1', 'eu-west-1.signin.aws.amazon.com', 'eu-west-1.console.aws.amazon.com'],
      ['aws', 'us-east-1', 'signin.aws.amazon.com', 'console.aws.amazon.com'],
      ['aws', undefined, 'signin.aws.amazon.com', 'console.aws.amazon.com'],
      ['aws-cn', 'cn-north-1', 'signin.amazonaws.cn', 'console.amazonaws.cn'],
      [
        'aws-cn',
        'cn-northwest-1',
        'cn-northwest-1.signin.amazonaws.cn',
        'cn-northwest-1.console.amazonaws.cn',
      ],
      [
        'aws-us-gov',
        'us-gov-west-1',
        'signin.amazonaws-us-gov.com',
        'console.amazonaws-us-gov.com',
      ],
      [
        'aws-eusc',
        'eusc-de-east-1',
        'eusc-de-east-1.signin.amazonaws-eusc.eu',
        'eusc-de-east-1.console.amazonaws-eusc.eu',
      ],
    ]
  for (const [partition, region, signin, console] of sites)
    test(`of ${partition}, in ${region ?? 'no region'}`, () => {
      const site = consoleSite(partition, region)
      assert.is(site.signinUrl, `https://${signin}`)
      assert.is(site.consoleUrl, `https://${console}`)
    })

  test('of a partition that is not on the internet is refused', () =>
    assert.throws(
      () => consoleSite('aws-iso', 'us-iso-east-1'),
      (error: unknown) => error instanceof SsoxError && error.kind === 'usage',
    ))

  const pages: [title: string, page: string, address: string][] = [
    ['a path', 's3/home', `${IN_IRELAND}/s3/home?region=eu-west-1`],
    ['a path as it stands in an address', '/s3/home', `${IN_IRELAND}/s3/home?region=eu-west-1`],
    ['a query goes on', 's3/home?a=1', `${IN_IRELAND}/s3/home?a=1&region=eu-west-1`],
    [
      'a fragment stays behind',
      'ec2/home#Instances:',
      `${IN_IRELAND}/ec2/home?region=eu-west-1#Instances:`,
    ],
    [
      'a region that the page names itself',
      'ec2/home?region=us-east-2',
      `${IN_IRELAND}/ec2/home?region=us-east-2`,
    ],
    [
      'a whole address',
      'https://us-west-2.console.aws.amazon.com/s3/buckets/b?region=us-west-2',
      'https://us-west-2.console.aws.amazon.com/s3/buckets/b?region=us-west-2',
    ],
    [
      'another host of AWS',
      'https://lightsail.aws.amazon.com/ls',
      'https://lightsail.aws.amazon.com/ls?region=eu-west-1',
    ],
    ['blanks around it', ' s3/home ', `${IN_IRELAND}/s3/home?region=eu-west-1`],
    ['an unusual character', 's3/a b', `${IN_IRELAND}/s3/a%20b?region=eu-west-1`],
    ['a path that would leave', '../../x', `${IN_IRELAND}/x?region=eu-west-1`],
    ['http', 'http://console.aws.amazon.com/', 'usage'],
    ['a stranger', 'https://evil.example/', 'usage'],
    ['a stranger with AWS in front', 'https://console.aws.amazon.com.evil.example/', 'usage'],
    ['a stranger that ends alike', 'https://evilaws.amazon.com/', 'usage'],
    ['a user name', 'https://a@console.aws.amazon.com/', 'usage'],
    ['a port', 'https://console.aws.amazon.com:8443/', 'usage'],
    ['another partition', 'https://console.amazonaws.cn/', 'usage'],
    ['no scheme', '//evil.example/s3', 'usage'],
    ['backslashes', '\\\\evil.example\\s3', 'usage'],
    ['a script', 'javascript:alert(1)', 'usage'],
  ]
  for (const [title, page, address] of pages)
    test(`page: ${title}`, () => assert.is(addressOf(page), address))

  test('without a region the page has none', () =>
    assert.is(
      addressOf('s3/home', consoleSite('aws', undefined)),
      'https://console.aws.amazon.com/s3/home',
    ))

  test('every service has one page, on the host of the console', () => {
    assert.is(new Set(SERVICE_NAMES).size, SERVICE_NAMES.length)
    for (const name of SERVICE_NAMES) {
      const address = addressOf(pageOfService(name.toUpperCase()) ?? '')
      assert.match(address, new RegExp(`^${IN_IRELAND}/[^?]+\\?region=eu-west-1(?:#.+)?$`), name)
    }
    assert.is(pageOfService('constructor'), undefined)
  })

  const links: [startUrl: string, start: string][] = [
    ['https://d-1234567890.awsapps.com/start', 'https://d-1234567890.awsapps.com/start'],
    ['https://d-1234567890.awsapps.com/start/#/', 'https://d-1234567890.awsapps.com/start'],
    ['https://ssoins-1.portal.eu-west-1.app.aws', 'https://ssoins-1.portal.eu-west-1.app.aws'],
    [
      'https://start.us-gov-home.awsapps.com/directory/corp',
      'https://start.us-gov-home.awsapps.com/directory/corp',
    ],
  ]
  test('the link of the portal', () => {
    for (const [startUrl, start] of links) {
      const profile: SsoProfile = {
        kind: 'sso',
        name: 'dev',
        region: undefined,
        settings: NO_SETTINGS,
        session: { kind: 'legacy', startUrl, region: 'eu-west-1', cacheName: startUrl },
        accountId: '012345678901',
        roleName: 'Team+Admin@corp',
      }
      assert.is(
        portalLink(profile, 'https://console.aws.amazon.com/s3/home?region=eu-west-1#a'),
        `${start}/#/console?account_id=012345678901&role_name=Team%2BAdmin%40corp&destination=https%3A%2F%2Fconsole.aws.amazon.com%2Fs3%2Fhome%3Fregion%3Deu-west-1%23a`,
      )
    }
  })

  test('the address that signs in', () =>
    assert.is(
      loginAddress('https://signin.aws.amazon.com/federation', {
        page: 'https://console.aws.amazon.com/',
        issuer: undefined,
        token: 'a+b/=',
      }),
      'https://signin.aws.amazon.com/federation?Action=login&Destination=https%3A%2F%2Fconsole.aws.amazon.com%2F&SigninToken=a%2Bb%2F%3D',
    ))
})
