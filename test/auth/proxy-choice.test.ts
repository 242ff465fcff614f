/** Which proxy, if any: HTTPS_PROXY, ALL_PROXY and NO_PROXY as curl, Go and botocore read them. */
import { proxyFor } from '../../src/auth/proxy-choice.ts'
import { SsoxError } from '../../src/problem.ts'
import { assert, suite } from '../support/suite.ts'

const HOST = 'https://oidc.eu-west-1.amazonaws.com'
const PROXY = 'http://proxy.corp:3128'

type Env = Record<string, string>

const proxyOf = (env: Env, endpoint = HOST) => proxyFor(new URL(endpoint), env)?.href

suite('the address of the proxy', (test) => {
  const cases: [title: string, env: Env, expected: string | undefined][] = [
    ['no variable', {}, undefined],
    ['an address', { HTTPS_PROXY: PROXY }, `${PROXY}/`],
    ['a host and port alone', { HTTPS_PROXY: 'proxy.corp:3128' }, `${PROXY}/`],
    ['a host alone', { HTTPS_PROXY: 'proxy.corp' }, 'http://proxy.corp/'],
    ['an IPv6 host and port', { HTTPS_PROXY: '[::1]:3128' }, 'http://[::1]:3128/'],
    ['a password without a scheme', { HTTPS_PROXY: 'u:p@proxy:1' }, 'http://u:p@proxy:1/'],
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

  for (const value of ['::::', 'http://[', 'socks5://proxy:1080', 'file:///proxy'])
    test(`${value} is no HTTP proxy: said, with the variable and a way out`, () => {
      for (const name of ['HTTPS_PROXY', 'ALL_PROXY'])
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
