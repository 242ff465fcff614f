/** What `credential_process` must print, and the account and role of a profile with parts from elsewhere. */
import { parseDocument } from '../../src/aws/document.ts'
import { processAnswer } from '../../src/aws/process-answer.ts'
import { type AwsFiles, type Identity, loadProfileWith } from '../../src/aws/profile.ts'
import { SsoxError } from '../../src/problem.ts'
import { assert, suite } from '../support/suite.ts'

const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'sec"ret/+' }

suite('the answer of a credential process', (test) => {
  const cases: [
    title: string,
    keys: Parameters<typeof processAnswer>[0],
    accountId: string | undefined,
    more: object,
  ][] = [
    ['long-term keys have neither token nor end', KEYS, undefined, {}],
    ['empty parts are left out', { ...KEYS, sessionToken: '', accountId: '' }, '', {}],
    [
      'the end is in UTC and whole seconds',
      { ...KEYS, sessionToken: 't==', expiresAt: Date.UTC(2099, 0, 2, 3, 4, 5, 678) },
      undefined,
      { SessionToken: 't==', Expiration: '2099-01-02T03:04:05Z' },
    ],
    ['the account of the profile', KEYS, '012345678901', { AccountId: '012345678901' }],
    [
      'the account that the keys tell comes first',
      { ...KEYS, accountId: '123456789012' },
      '012345678901',
      { AccountId: '123456789012' },
    ],
  ]
  for (const [title, keys, accountId, more] of cases)
    test(title, () => {
      const text = processAnswer(keys, accountId)
      const { accessKeyId, secretAccessKey } = KEYS
      const first = { Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey }
      assert.equal(JSON.parse(text), { ...first, ...more })
      assert.not.match(text, /[\r\n]/)
    })
})

const URL = 'https://corp.awsapps.com/start'
const OTHER = 'https://other.awsapps.com/start'

const files: AwsFiles = {
  configPath: '/c',
  credentialsPath: '/k',
  credentials: parseDocument('', 'credentials'),
  config: parseDocument(
    `[sso-session corp]
sso_start_url = ${URL}
sso_region = us-east-1
[profile dev]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Dev
region = eu-west-1
[profile old]
sso_start_url = ${URL}
sso_region = us-east-1
sso_account_id = 222222222222
sso_role_name = Old
[profile bare]
sso_session = corp
[profile line]
credential_process = ssox credential-process --profile line
[profile keys]
aws_access_key_id = AKIA
aws_secret_access_key = x
`,
    'config',
  ),
}

suite('a profile with parts of its account and role from elsewhere', (test) => {
  const all = { startUrl: OTHER, ssoRegion: 'eu-west-1', accountId: '333333333333', roleName: 'R' }
  const cases: [title: string, name: string, given: Partial<Identity>, expected: string][] = [
    ['nothing given: as it is', 'dev', {}, 'dev: Dev in 111111111111 through corp'],
    [
      'another account',
      'dev',
      { accountId: '000000000001' },
      'dev: Dev in 000000000001 through corp',
    ],
    ['another role', 'dev', { roleName: 'Admin' }, 'dev: Admin in 111111111111 through corp'],
    [
      'another start URL leaves the session, not its region',
      'dev',
      { startUrl: OTHER },
      `Dev@111111111111: Dev in 111111111111 through ${OTHER} us-east-1`,
    ],
    [
      'another region leaves the session, not its start URL',
      'dev',
      { ssoRegion: 'eu-west-1' },
      `Dev@111111111111: Dev in 111111111111 through ${URL} eu-west-1`,
    ],
    [
      'the same sign-in does not leave it',
      'dev',
      { startUrl: URL, ssoRegion: 'us-east-1' },
      'dev: Dev in 111111111111 through corp',
    ],
    [
      'nor does it for a legacy profile',
      'old',
      { startUrl: URL, roleName: 'New' },
      `old: New in 222222222222 through ${URL} us-east-1`,
    ],
    [
      'what a profile lacks is filled',
      'bare',
      { accountId: '444444444444', roleName: 'R' },
      'bare: R in 444444444444 through corp',
    ],
    [
      'a profile that has nothing but the line needs all four',
      'line',
      all,
      `R@333333333333: R in 333333333333 through ${OTHER} eu-west-1`,
    ],
    ['with less it is what it is', 'line', { ...all, startUrl: undefined! }, 'process'],
    ['so are keys', 'keys', { accountId: '444444444444', roleName: 'R' }, 'static'],
  ]
  for (const [title, name, given, expected] of cases)
    test(title, () => {
      const profile = loadProfileWith(files, name, given)
      if (profile.kind !== 'sso') return assert.is(profile.kind, expected)
      const { session, accountId, roleName } = profile
      const through =
        session.kind === 'named' ? session.name : `${session.startUrl} ${session.region}`
      assert.is(`${profile.name}: ${roleName} in ${accountId} through ${through}`, expected)
    })

  for (const [given, about] of [
    [{ accountId: '123' }, /account id "123" is not a number of twelve digits/],
    [{ ssoRegion: 'a/b' }, /SSO region "a\/b" is not the name of a region/],
  ] as const)
    test(`refuses ${JSON.stringify(given)}`, () =>
      assert.throws(
        () => loadProfileWith(files, 'dev', given),
        (error: unknown) =>
          error instanceof SsoxError && error.kind === 'usage' && about.test(error.message),
      ))
})
