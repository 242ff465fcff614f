/** Which proxy, if any: HTTPS_PROXY, ALL_PROXY and NO_PROXY as curl, Go and botocore read them. */
import { proxyFor } from '../../src/auth/proxy-choice.ts'
import { SsoxError } from '../../src/problem.ts'
import { assert, suite } from '../support/suite.ts'

const HOST = 'https://oidc.eu-west-1.amazonaws.com'
const PROXY = 'http://proxy.corp:3128'

type Env = Record<string, string>

const proxyOf = (env: Env, endpoint = HOST) => proxyFor(new URL(endpoint), env)?.url.href

suite('the address of the proxy', (test) => {
  const cases: [title: string, env: Env, expected: string | undefined][] = [
    ['no variable', {}, undefined],
    ['an address', { HTTPS_PROXY: PROXY }, `${PROXY}/`],
    ['a host and port alone', { HTTPS_PROXY: 'proxy.corp:3128' }, `${PROXY}/`],
    ['a host alone', { HTTPS_PROXY: 'proxy.corp' }, 'http://proxy.corp/'],
    ['an IPv6 host and port', { HTTPS_PROXY: '[::1]:3128' }, 'http://[::1]:3128/'],
    ['a password without a scheme', { HTTPS_PROXY: 'u:p@proxy:1' }, 'http://proxy:1/'],
    ['blanks around it', { HTTPS_PROXY: ` ${PROXY} ` }, `${PROXY}/`],
    ['a proxy that speaks TLS', { HTTPS_PROXY: 'https://proxy:1' }, 'https://proxy:1/'],
    ['small letters first', { https_proxy: PROXY, HTTPS_PROXY: 'http://other' }, `${PROXY}/`],
    ['an empty variable is none', { https_proxy: '', HTTPS_PROXY: PROXY }, `${PROXY}/`],
    ['ALL_PROXY', { ALL_PROXY: PROXY }, `${PROXY}/`],
    [
      'HTTPS_PROXY before ALL_PROXY',
      { all_proxy: 'http://other', HTTPS_PROXY: PROXY },
      `${PROXY}/`,
    ],
    ['HTTP_PROXY is for http', { HTTP_PROXY: PROXY }, undefined],
  ]
  for (const [title, env, expected] of cases)
    test(title, () => {
      assert.is(proxyOf(env), expected)
    })

  test('an http endpoint is this machine: no proxy', () => {
    assert.is(proxyOf({ HTTPS_PROXY: PROXY, ALL_PROXY: PROXY }, 'http://127.0.0.1:8080'), undefined)
  })

  for (const value of ['socks5://proxy:1080', 'socks5h://u:p@proxy:1080', 'file:///proxy'])
    test(`ALL_PROXY=${value} is for other programs, as to the AWS CLI`, () => {
      for (const name of ['ALL_PROXY', 'all_proxy'])
        assert.is(proxyOf({ [name]: value }), undefined)
      assert.is(proxyOf({ ALL_PROXY: value, HTTPS_PROXY: PROXY }), `${PROXY}/`)
    })

  /** User name and password as they are decoded from the header. */
  const logins: [title: string, address: string, login: string | undefined][] = [
    ['none', PROXY, undefined],
    ['a user name alone', 'http://ana@proxy:1', 'ana:'],
    ['an encoded password', 'http://ana:s%40cret%2f@proxy:1', 'ana:s@cret/'],
    ['a % with nothing behind it', 'http://user:100%@proxy:1', 'user:100%'],
    ['a % before what is no number', 'http://user:50%zz%4@proxy:1', 'user:50%zz%4'],
    ['a % before an encoded sign', 'http://user:100%%22@proxy:1', 'user:100%"'],
    ['a Windows domain', 'http://CORP\\ana:pw@proxy:1', 'CORP\\ana:pw'],
    ['an @ in the password', 'http://ana:p@ss@proxy:1', 'ana:p@ss'],
    ['a colon in the password', 'http://ana:p:ss@proxy:1', 'ana:p:ss'],
    ['signs that no URL has', 'http://ana:a b"<>`{|}^[]é@proxy:1', 'ana:a b"<>`{|}^[]é'],
    ['without a scheme', 'ana:100%@proxy:1', 'ana:100%'],
  ]
  for (const [title, address, login] of logins)
    test(`user name and password: ${title}`, () => {
      const proxy = proxyFor(new URL(HOST), { HTTPS_PROXY: address })
      assert.match(proxy?.url.href ?? '', /^http:\/\/proxy(\.corp:3128|:1)\/$/)
      const expected = login && `Basic ${Buffer.from(login).toString('base64')}`
      assert.is(proxy?.authorization, expected)
    })

  test('a byte that is no UTF-8 is sent as it is', () => {
    const proxy = proxyFor(new URL(HOST), { HTTPS_PROXY: 'http://u:%e9@proxy' })
    const sent = Buffer.concat([Buffer.from('u:'), Buffer.from([0xe9])]).toString('base64')
    assert.is(proxy?.authorization, `Basic ${sent}`)
  })

  for (const value of [
    '::::',
    'http://[',
    'http://',
    'http://a b',
    'http://u:p#x@proxy:1',
    'http://p:99999',
  ])
    test(`${value} is no HTTP proxy: said, with the variable and a way out`, () => {
      for (const name of ['HTTPS_PROXY', 'ALL_PROXY', 'https_proxy'])
        try {
          proxyOf({ [name]: value })
          assert.unreachable(value)
        } catch (error) {
          if (!(error instanceof SsoxError)) throw error
          assert.is(error.kind, 'network')
          assert.is(error.message, `${name} is not an address of an HTTP proxy`)
          assert.match(error.fix ?? '', `export ${name}=http://host:port`)
        }
    })
})

suite('NO_PROXY', (test) => {
  const excluding = [
    '*',
    'foo.example.test',
    'example.test',
    '.example.test',
    '*.example.test',
    'test',
    'FOO.Example.TEST',
    'foo.example.test:8443',
    'example.test:8443',
    'other.test,example.test',
    'other.test, example.test ',
    'other.test example.test',
  ]
  for (const list of excluding)
    test(`"${list}" covers foo.example.test:8443`, () => {
      const env = { HTTPS_PROXY: PROXY, NO_PROXY: list }
      assert.is(proxyOf(env, 'https://foo.example.test:8443'), undefined)
      assert.is(
        proxyOf({ https_proxy: PROXY, no_proxy: list }, 'https://foo.example.test:8443'),
        undefined,
      )
    })

  const others = [
    '',
    ',',
    'ample.test',
    'oo.example.test',
    'bar.foo.example.test',
    'example.test:443',
    'example',
    '.',
  ]
  for (const list of others)
    test(`"${list}" does not`, () => {
      const env = { HTTPS_PROXY: PROXY, NO_PROXY: list }
      assert.is(proxyOf(env, 'https://foo.example.test:8443'), `${PROXY}/`)
    })

  test('the port of https is 443, an IPv6 address is one with and without brackets', () => {
    const excluded = (NO_PROXY: string, host: string) =>
      proxyOf({ HTTPS_PROXY: PROXY, NO_PROXY }, `https://${host}`) === undefined
    assert.ok(excluded('example.test:443', 'example.test'))
    assert.ok(excluded('2001:db8::1', '[2001:db8::1]'))
    assert.ok(excluded('[2001:db8::1]', '[2001:db8::1]'))
    assert.ok(excluded('[2001:db8::1]:8443', '[2001:db8::1]:8443'))
    assert.not(excluded('[2001:db8::1]:8443', '[2001:db8::1]'))
  })
})
