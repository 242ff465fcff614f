import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { assumeRoleKey, registrationKey, ssoRoleKey, tokenKey } from '../../src/aws/cache-key.ts'
import type { SsoSession } from '../../src/aws/profile.ts'
import { assert, suite } from '../support/suite.ts'

const FIXTURES = new URL('../fixtures/aws/', import.meta.url)
const read = (name: string) => JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8'))
const sha1 = (text: string) => createHash('sha1').update(text, 'utf8').digest('hex')

interface SsoInput {
  readonly sso_start_url: string
  readonly sso_session: string | null
  readonly sso_region?: string
  readonly sso_role_name?: string
  readonly sso_account_id?: string
  readonly scopes?: string[] | null
}
interface Vector<T> {
  readonly input: T
  readonly hashed_string: string
  readonly key: string
}

function sessionOf(input: SsoInput): SsoSession {
  const { sso_start_url: startUrl, sso_session: name, sso_region: region = 'eu-west-1' } = input
  return name === null
    ? { kind: 'legacy', startUrl, region, cacheName: startUrl }
    : { kind: 'named', name, startUrl, region, scopes: input.scopes ?? [], cacheName: name }
}

suite('names of cache files, computed by the AWS CLI', (test) => {
  const vectors = read('cache-keys.json') as {
    sso_role: Vector<SsoInput>[]
    sso_token: Vector<SsoInput>[]
    sso_registration: Vector<SsoInput>[]
    assume_role: Vector<Record<string, string | number>>[]
    web_identity: Vector<Record<string, string>>[]
  }

  for (const { input, key, hashed_string } of vectors.sso_role)
    test(`SSO role credentials: ${hashed_string}`, () => {
      const { sso_account_id: accountId = '', sso_role_name: roleName = '' } = input
      assert.is(ssoRoleKey({ accountId, roleName, session: sessionOf(input) }), key)
    })

  for (const { input, key } of vectors.sso_token)
    test(`SSO token: ${input.sso_session ?? input.sso_start_url}`, () => {
      assert.is(tokenKey(sessionOf(input)), key)
    })

  for (const { input, key, hashed_string } of vectors.assume_role)
    test(`assumed role: ${hashed_string}`, () => {
      const { role_arn, RoleSessionName, ExternalId, SerialNumber, DurationSeconds } = input
      const role = {
        roleArn: String(role_arn),
        ...(RoleSessionName ? { roleSessionName: String(RoleSessionName) } : {}),
        ...(ExternalId ? { externalId: String(ExternalId) } : {}),
        ...(SerialNumber ? { mfaSerial: String(SerialNumber) } : {}),
        ...(DurationSeconds ? { durationSeconds: Number(DurationSeconds) } : {}),
      }
      assert.is(assumeRoleKey(role), key)
    })

  for (const { input, key } of vectors.web_identity)
    test(`web identity: ${input['role_arn']}`, () => {
      assert.is(assumeRoleKey({ roleArn: input['role_arn'] ?? '' }), key)
    })

  for (const { input, key, hashed_string } of vectors.sso_registration)
    test(`registration: the scheme of ${key.slice(0, 8)}, under a name of ssox's own`, () => {
      assert.is(sha1(hashed_string), key)
      // A session without scopes is no case of ours: an empty list stands for it.
      const scheme =
        input.sso_session === null ? hashed_string : hashed_string.replace('null', '[]')
      for (const flow of ['pkce', 'device'] as const) {
        const own = scheme
          .replace('{', `{"flow": "${flow}", `)
          .replace('"tool": "botocore"', '"tool": "ssox"')
        assert.is(registrationKey(sessionOf(input), flow), sha1(own))
      }
    })

  test('registration: scopes are written as Python writes lists', () => {
    const session: SsoSession = {
      kind: 'named',
      name: 'c',
      startUrl: 'u',
      region: 'r',
      scopes: ['a', 'é'],
      cacheName: 'c',
    }
    const text =
      '{"flow": "pkce", "region": "r", "scopes": ["a", "\\u00e9"], "session_name": "c", "startUrl": "u", "tool": "ssox"}'
    assert.is(registrationKey(session, 'pkce'), sha1(text))
  })

  test('characters that Python escapes: DEL, control characters, quotes, pairs', () => {
    const roleArn = '\u007f\u0001\t"\\/é\u{1f600}'
    const text = '{"RoleArn": "\\u007f\\u0001\\t\\"\\\\/\\u00e9\\ud83d\\ude00"}'
    assert.is(assumeRoleKey({ roleArn }), sha1(text))
  })
})

suite('names of cache files in the tests of the AWS CLI', (test) => {
  const { cases } = read('aws-cli-2.36.7/cache-keys-from-tests.json') as {
    cases: { kind: string; args: string | Record<string, string>; key: string }[]
  }
  for (const { kind, args, key } of cases)
    test(`${kind}: ${JSON.stringify(args)}`, () => {
      if (typeof args === 'string') assert.is(tokenKey({ cacheName: args }), key)
      else if (kind === 'sso') {
        const { accountId = '', roleName = '', startUrl = '' } = args
        const session = { kind: 'legacy', cacheName: startUrl } as const
        assert.is(ssoRoleKey({ accountId, roleName, session }), key)
      } else {
        const { RoleArn: roleArn = '', RoleSessionName: roleSessionName } = args
        const role = roleSessionName ? { roleArn, roleSessionName } : { roleArn }
        assert.is(assumeRoleKey(role), key)
      }
    })
})
