/** What a command with an endpoint in place of keys finds in its environment. */

import { environmentWithEndpoint } from '../../src/switch/endpoint-environment.ts'
import { assert, suite } from '../support/suite.ts'

const TARGET = {
  profileName: 'dev',
  inFiles: true,
  region: 'eu-west-1',
  accountId: '123456789012',
  roleName: 'Developer',
  isProtected: false,
}
const ENDPOINT = { url: 'http://127.0.0.1:4711/x', token: 't0ken' }

const after = (env: Record<string, string>, shield: Record<string, string> = {}) =>
  environmentWithEndpoint(env, TARGET, ENDPOINT, shield)

suite('the environment with an endpoint', (test) => {
  test('has the endpoint, the region and who it is, and nothing that would end', () =>
    assert.equal(after({ HOME: '/h' }), {
      HOME: '/h',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      SSOX_PROFILE: 'dev',
      SSOX_ACCOUNT_ID: '123456789012',
      SSOX_ROLE: 'Developer',
      SSOX_REGION: 'eu-west-1',
      NO_PROXY: '127.0.0.1',
      no_proxy: '127.0.0.1',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: ENDPOINT.url,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: ENDPOINT.token,
      AWS_EC2_METADATA_DISABLED: 'true',
    }))

  for (const name of [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_SECURITY_TOKEN',
    'AWS_ACCESS_KEY',
    'AWS_SECRET_KEY',
    'AWS_CREDENTIAL_EXPIRATION',
    'AWS_SESSION_EXPIRATION',
    'SSOX_EXPIRES',
    'AWS_PROFILE',
    'AWS_DEFAULT_PROFILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_ROLE_ARN',
    'AWS_ROLE_SESSION_NAME',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
    'AWS_CREDENTIAL_FILE',
    'AWS_CREDENTIAL_PROFILES_FILE',
    'AMAZON_ACCESS_KEY_ID',
    'AMAZON_SECRET_ACCESS_KEY',
    'AMAZON_SESSION_TOKEN',
    'AWS_BEARER_TOKEN_BEDROCK',
  ])
    test(`has no ${name}, not even an empty one`, () => {
      for (const value of ['', 'x']) assert.not.ok(name in after({ [name]: value }))
    })

  test('has what shields it from other credentials', () =>
    assert.is(
      after({ AWS_PROFILE: 'x' }, { AWS_PROFILE: 'dev-served' })['AWS_PROFILE'],
      'dev-served',
    ))

  for (const [title, before, upper, lower] of [
    ['none', {}, '127.0.0.1', '127.0.0.1'],
    ['one spelling', { NO_PROXY: 'corp' }, 'corp,127.0.0.1', 'corp,127.0.0.1'],
    ['the other', { no_proxy: 'corp, .x' }, 'corp,.x,127.0.0.1', 'corp,.x,127.0.0.1'],
    ['both', { NO_PROXY: 'a', no_proxy: 'b' }, 'a,127.0.0.1', 'b,127.0.0.1'],
    ['the address already', { NO_PROXY: '127.0.0.1,a' }, 'a,127.0.0.1', 'a,127.0.0.1'],
  ] as const)
    test(`reaches 127.0.0.1 without a proxy: ${title}`, () => {
      const env = after({ ...before, HTTP_PROXY: 'http://p' })
      assert.equal(
        [env['NO_PROXY'], env['no_proxy'], env['HTTP_PROXY']],
        [upper, lower, 'http://p'],
      )
    })

  test('leaves * alone, which means no proxy only by itself, and takes the proxies away', () => {
    const proxies = { HTTP_PROXY: 'p', http_proxy: 'p', ALL_PROXY: 'p', all_proxy: 'p' }
    const env = after({ ...proxies, HTTPS_PROXY: 'p', NO_PROXY: '*' })
    assert.is(env['NO_PROXY'], '*')
    assert.is(env['HTTPS_PROXY'], 'p')
    for (const name of Object.keys(proxies)) assert.not.ok(name in env, name)
  })
})
