import type { IdentityCenter } from '../support/identity-center/index.ts'
import { handClock, portal, request, signIn, withCenter } from '../support/identity-center/wire.ts'
import { assert, suite } from '../support/suite.ts'

interface Keys {
  accessKeyId: string
  sessionToken: string | undefined
}

const STATIC = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  arn: 'arn:aws:iam::123456789012:user/ana',
}
const STATIC_KEYS: Keys = { accessKeyId: STATIC.accessKeyId, sessionToken: undefined }
const DEPLOY = 'arn:aws:iam::210987654321:role/Deploy'
const TEAM = 'arn:aws-cn:iam::345678901234:role/team/a/Auditor'
const OPTIONS = {
  staticKeys: [STATIC],
  iamRoles: [
    { roleArn: DEPLOY },
    { roleArn: TEAM, externalId: 'x-1' },
    {
      roleArn: 'arn:aws:iam::345678901234:role/Guarded',
      mfa: { serialNumber: 'arn:aws:iam::123456789012:mfa/ana', tokenCode: '123456' },
    },
  ],
}

function sts(center: IdentityCenter, keys: Keys | undefined, action: Record<string, string>) {
  const headers: Record<string, string> = {}
  if (keys)
    headers['authorization'] =
      `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/20300101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=00`
  if (keys?.sessionToken) headers['x-amz-security-token'] = keys.sessionToken
  const body = new URLSearchParams({ Version: '2011-06-15', ...action })
  return request(`${center.url}/`, { method: 'POST', headers, body })
}

function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
}

async function roleKeys(center: IdentityCenter): Promise<Keys> {
  const { accessToken } = await signIn(center)
  const path = '/federation/credentials?role_name=Developer&account_id=123456789012'
  return (await portal(center, path, accessToken)).json['roleCredentials'] as Keys
}

const IDENTITY = { Action: 'GetCallerIdentity' }
const ASSUME = { Action: 'AssumeRole', RoleArn: DEPLOY, RoleSessionName: 'alice' }

suite('identity center: who am I', (test) => {
  test('keys of an assigned role say account, reserved role and person', () =>
    withCenter(OPTIONS, async (center) => {
      const { status, headers, text } = await sts(center, await roleKeys(center), IDENTITY)
      assert.is(status, 200)
      assert.is(headers.get('content-type'), 'text/xml')
      assert.is(element(text, 'Account'), '123456789012')
      assert.match(
        element(text, 'Arn') ?? '',
        /^arn:aws:sts::123456789012:assumed-role\/AWSReservedSSO_Developer_[0-9a-f]{16}\/ana\.silva$/,
      )
      assert.match(element(text, 'UserId') ?? '', /^AROA[A-Z2-7]{17}:ana\.silva$/)
    }))

  test('static keys are who their ARN says', () =>
    withCenter(OPTIONS, async (center) => {
      const { text } = await sts(center, STATIC_KEYS, IDENTITY)
      assert.is(element(text, 'Arn'), STATIC.arn)
    }))

  const wrong: [title: string, keys: (real: Keys) => Keys | undefined, code: string][] = [
    ['no signature', () => undefined, 'MissingAuthenticationToken'],
    [
      'an unknown access key',
      (keys) => ({ ...keys, accessKeyId: 'ASIAX' }),
      'InvalidClientTokenId',
    ],
    ['no session token', (keys) => ({ ...keys, sessionToken: undefined }), 'InvalidClientTokenId'],
    ['the token of other keys', (keys) => ({ ...keys, sessionToken: 'x' }), 'InvalidClientTokenId'],
    [
      'a token with static keys',
      () => ({ ...STATIC_KEYS, sessionToken: 'x' }),
      'InvalidClientTokenId',
    ],
  ]
  for (const [title, change, code] of wrong)
    test(`${title} is ${code}`, () =>
      withCenter(OPTIONS, async (center) => {
        const { status, text } = await sts(center, change(await roleKeys(center)), IDENTITY)
        assert.equal([status, element(text, 'Code'), element(text, 'Type')], [403, code, 'Sender'])
      }))

  test('keys past their time are ExpiredToken', async () => {
    const clock = handClock()
    await withCenter({ clock, lifetimes: { roleCredentials: 900 } }, async (center) => {
      const keys = await roleKeys(center)
      clock.forward(899)
      assert.is((await sts(center, keys, IDENTITY)).status, 200)
      clock.forward(1)
      const { status, text } = await sts(center, keys, IDENTITY)
      assert.equal([status, element(text, 'Code')], [403, 'ExpiredToken'])
    })
  })
})

suite('identity center: assuming roles', (test) => {
  test('the keys of an assumed role work, and can assume the next', async () => {
    const clock = handClock()
    await withCenter({ ...OPTIONS, clock }, async (center) => {
      const first = await sts(center, await roleKeys(center), {
        ...ASSUME,
        DurationSeconds: '1800',
      })
      assert.is(first.status, 200)
      assert.is(element(first.text, 'Arn'), 'arn:aws:sts::210987654321:assumed-role/Deploy/alice')
      assert.is(element(first.text, 'Expiration'), '2030-01-01T10:30:00Z')
      const keys = {
        accessKeyId: element(first.text, 'AccessKeyId') ?? '',
        sessionToken: element(first.text, 'SessionToken'),
      }
      assert.is(element((await sts(center, keys, IDENTITY)).text, 'Account'), '210987654321')
      const second = await sts(center, keys, { ...ASSUME, RoleArn: TEAM, ExternalId: 'x-1' })
      assert.is(
        element(second.text, 'Arn'),
        'arn:aws-cn:sts::345678901234:assumed-role/Auditor/alice',
      )
      assert.ok(center.secrets().includes(element(second.text, 'SecretAccessKey') ?? ''))
      assert.equal([center.counts['AssumeRole'], center.counts['GetCallerIdentity']], [2, 1])
    })
  })

  const refused: [title: string, change: Record<string, string>, status: number, code: string][] = [
    ['a role that trusts nobody here', { RoleArn: `${DEPLOY}er` }, 403, 'AccessDenied'],
    ['no external id where one is asked', { RoleArn: TEAM }, 403, 'AccessDenied'],
    ['a wrong external id', { RoleArn: TEAM, ExternalId: 'x-2' }, 403, 'AccessDenied'],
    ['no MFA code', { RoleArn: OPTIONS.iamRoles[2]!.roleArn }, 403, 'AccessDenied'],
    [
      'a wrong MFA code',
      {
        RoleArn: OPTIONS.iamRoles[2]!.roleArn,
        SerialNumber: 'arn:aws:iam::123456789012:mfa/ana',
        TokenCode: '654321',
      },
      403,
      'AccessDenied',
    ],
    ['no role', { RoleArn: '' }, 400, 'ValidationError'],
    ['something that is no role ARN', { RoleArn: 'Deploy' }, 400, 'ValidationError'],
    ['a session name with blanks', { RoleSessionName: 'a b' }, 400, 'ValidationError'],
    ['fifteen minutes less a second', { DurationSeconds: '899' }, 400, 'ValidationError'],
    ['more than an hour in a chain', { DurationSeconds: '3601' }, 400, 'ValidationError'],
    ['another action', { Action: 'GetSessionToken' }, 400, 'InvalidAction'],
  ]
  for (const [title, change, status, code] of refused)
    test(`${title} is ${code}`, () =>
      withCenter(OPTIONS, async (center) => {
        const answer = await sts(center, await roleKeys(center), { ...ASSUME, ...change })
        assert.equal([answer.status, element(answer.text, 'Code')], [status, code])
      }))

  test('the right MFA code opens a guarded role, static keys may ask for twelve hours', () =>
    withCenter(OPTIONS, async (center) => {
      const { status } = await sts(center, STATIC_KEYS, {
        ...ASSUME,
        RoleArn: 'arn:aws:iam::345678901234:role/Guarded',
        SerialNumber: 'arn:aws:iam::123456789012:mfa/ana',
        TokenCode: '123456',
        DurationSeconds: '43200',
      })
      assert.is(status, 200)
    }))

  test('text in an error is escaped', () =>
    withCenter(OPTIONS, async (center) => {
      const { text } = await sts(center, await roleKeys(center), { ...ASSUME, RoleArn: '<a>&"' })
      assert.is(element(text, 'Message'), '&#60;a&#62;&#38;&#34; is invalid')
    }))
})

suite('identity center: web identity', (test) => {
  const jwt = (claims: unknown) =>
    ['{"alg":"RS256"}', JSON.stringify(claims), 'signature']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.')
  const action = { ...ASSUME, Action: 'AssumeRoleWithWebIdentity' }
  const cases: [title: string, token: string, role: string, outcome: string][] = [
    ['a token that is valid', jwt({ exp: 4_000_000_000 }), DEPLOY, 'OK'],
    ['a token without expiry', jwt({ sub: 'ci' }), DEPLOY, 'OK'],
    ['a token that has expired', jwt({ exp: 1 }), DEPLOY, 'ExpiredTokenException'],
    ['something that is no token', 'abc', DEPLOY, 'InvalidIdentityToken'],
    ['a role that trusts nobody here', jwt({}), `${DEPLOY}er`, 'AccessDenied'],
  ]
  for (const [title, WebIdentityToken, RoleArn, outcome] of cases)
    test(`${title}: ${outcome}`, () =>
      withCenter(OPTIONS, async (center) => {
        const input = { ...action, WebIdentityToken, RoleArn }
        const { text } = await sts(center, undefined, input)
        assert.is(element(text, 'Code') ?? 'OK', outcome)
        assert.is(element(text, 'AccessKeyId') !== undefined, outcome === 'OK')
      }))
})
