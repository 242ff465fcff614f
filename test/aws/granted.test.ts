/** Profiles of granted: `granted_sso_*` beside a line that calls granted. */
import { parseDocument } from '../../src/aws/document.ts'
import { editDocument } from '../../src/aws/document-edit.ts'
import { processCall } from '../../src/aws/process-command.ts'
import { processEdit } from '../../src/aws/process-line.ts'
import {
  type AwsFiles,
  describeProfile,
  loadProfile,
  loadProfileWith,
} from '../../src/aws/profile.ts'
import { settingLines } from '../../src/aws/served-profile.ts'
import { usualSection } from '../../src/aws/written-section.ts'
import { SsoxError } from '../../src/problem.ts'
import { assert, suite } from '../support/suite.ts'

function files(config: string, credentials = ''): AwsFiles {
  return {
    config: parseDocument(config, 'config'),
    credentials: parseDocument(credentials, 'credentials'),
    configPath: '/c',
    credentialsPath: '/k',
  }
}

const KEYS = `granted_sso_start_url = https://x.awsapps.com/start
granted_sso_region = eu-west-1
granted_sso_account_id = 012345678901
granted_sso_role_name = Admin
`
const SSO = KEYS.replaceAll('granted_', '')
const LINE = 'credential_process = granted credential-process --profile a\n'
const STATIC = 'aws_access_key_id = A\naws_secret_access_key = S\n'

suite('the profile of a line', (test) => {
  const rows: [line: string, program: string | undefined, profile?: string | undefined][] = [
    ['granted credential-process --profile a', 'granted', 'a'],
    ['granted credential-process --auto-login --profile=a', 'granted', 'a'],
    ['/opt/home brew/granted credential-process', 'granted', undefined],
    ['"/opt/home brew/granted" credential-process -profile a', 'granted', 'a'],
    ['C:/bin/granted.exe credential-process --window 15m --profile "my a"', 'granted', 'my a'],
    ['dgranted credential-process', 'granted', undefined],
    [`zsh -lc 'granted credential-process --profile a'`, 'granted', 'a'],
    ['/n/node /s/main.cjs credential-process --profile a', 'ssox', 'a'],
    ['ssox credential-process a', 'ssox', 'a'],
    ['granted-wrapper credential-process --profile a', undefined],
    ['aws-sso-util credential-process --profile a', undefined],
    ['aws-sso -S Default process --arn arn:aws:iam::1:role/x', undefined],
    ['credential-process --profile a', undefined],
    [`granted 'credential-process`, undefined],
  ]
  for (const [line, program, profile] of rows)
    test(line, () => {
      const call = processCall(line)
      assert.is(call?.program, program)
      assert.is(call?.profile, profile)
    })
})

suite('profiles of granted', (test) => {
  test('are SSO: with the account, the role and the start URL as they are written', () => {
    assert.equal(describeProfile(files(`[profile a]\n${KEYS}${LINE}region = eu-west-3\n`), 'a'), {
      name: 'a',
      kind: 'sso',
      accountId: '012345678901',
      roleName: 'Admin',
      region: 'eu-west-3',
      session: 'https://x.awsapps.com/start',
    })
    const granted = loadProfile(files(`[profile a]\n${KEYS}${LINE}`), 'a')
    assert.equal(granted, loadProfile(files(`[profile a]\n${SSO}`), 'a'))
  })

  test('scopes make its sign-in last; those of the AWS tools need a session', () => {
    const scopes = 'sso_registration_scopes = sso:account:access, x\n'
    const scopesOf = (text: string) => {
      const profile = loadProfile(files(`[profile a]\n${KEYS}${LINE}${text}`), 'a')
      return profile.kind === 'sso' ? profile.session.scopes : undefined
    }
    assert.equal(scopesOf(`granted_${scopes}`), ['sso:account:access', 'x'])
    assert.is(scopesOf(scopes), undefined)
  })

  test('a session may say the start URL and the region', () => {
    const config = `[sso-session corp]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1
[profile a]\nsso_session = corp\n${KEYS.slice(KEYS.indexOf('granted_sso_account'))}${LINE}`
    const profile = loadProfile(files(config), 'a')
    assert.is(profile.kind === 'sso' && profile.session.cacheName, 'corp')
  })

  test('a role may be assumed with it, and flags may change it', () => {
    const config = `[profile a]\n${KEYS}${LINE}[profile b]\nrole_arn = r\nsource_profile = a\n`
    assert.is(describeProfile(files(config), 'b').session, 'https://x.awsapps.com/start')
    const other = loadProfileWith(files(config), 'a', { accountId: '999999999999' })
    assert.is(other.kind === 'sso' && `${other.accountId} ${other.roleName}`, '999999999999 Admin')
  })

  const kinds: [what: string, config: string, credentials: string, kind: string][] = [
    ['its line is gone', KEYS, '', 'sso'],
    ['a line of ssox for it', `${KEYS}credential_process = ssox credential-process a\n`, '', 'sso'],
    ['the keys of the AWS tools, too, alike', `${KEYS}${SSO}${LINE}`, '', 'sso'],
    [
      'another program prints the keys',
      `${KEYS}credential_process = x --profile a\n`,
      '',
      'process',
    ],
    ['no role of its own: granted has its keys', LINE, '', 'process'],
    [
      'a role comes first',
      `${KEYS}${LINE}role_arn = r\ncredential_source = Environment\n`,
      '',
      'assume-role',
    ],
    ['keys in the credentials file come first', `${KEYS}${LINE}`, STATIC, 'static'],
    ['a login session comes first', `${KEYS}${LINE}login_session = l\n`, '', 'login-session'],
    ['keys in the config file come last', `${KEYS}${LINE}${STATIC}`, '', 'sso'],
    ['those keys, where its line is gone', `${KEYS}${STATIC}`, '', 'static'],
  ]
  for (const [what, config, credentials, kind] of kinds)
    test(`${what}: ${kind}`, () => {
      const both = files(`[profile a]\n${config}`, credentials && `[a]\n${credentials}`)
      assert.is(loadProfile(both, 'a').kind, kind)
    })

  const refused: [what: string, config: string, message: RegExp, fix: RegExp][] = [
    [
      'two accounts',
      `${KEYS}${SSO.replace('012345678901', '999999999999')}${LINE}`,
      /^profile "a" has sso_account_id = 999999999999, and granted_sso_account_id = 012345678901$/,
      /^remove one of sso_account_id and granted_sso_account_id from \[profile a\] in \/c$/,
    ],
    [
      'the line of another profile',
      KEYS + LINE.replace('profile a', 'profile b'),
      /^profile "a" has granted_sso_\* of its own, but its credential_process calls granted for "b"$/,
      /^write --profile a in credential_process of \[profile a\] in \/c$/,
    ],
    [
      'no role',
      KEYS.replace(/.*role_name.*\n/, '') + LINE,
      /^profile "a" lacks granted_sso_role_name$/,
      /^add granted_sso_role_name to \[profile a\] in \/c$/,
    ],
    [
      'an account that is none',
      KEYS.replace('012345678901', '42') + LINE,
      /^granted_sso_account_id of profile "a" is "42", not a number of twelve digits$/,
      /^correct granted_sso_account_id in \[profile a\] in \/c$/,
    ],
    [
      'a region that is none',
      KEYS.replace('eu-west-1', 'not a region') + LINE,
      /^granted_sso_region of profile "a" is "not a region", which is not/,
      /^write granted_sso_region = eu-west-1/,
    ],
    [
      'an account that is there twice',
      `${KEYS}granted_sso_account_id = 999999999999\n${LINE}`,
      /^profile "a" is not used: line 6 of \/c may belong to it: .*granted_sso_account_id/,
      /line 6 of \/c$/,
    ],
    [
      'another start URL than its session',
      `sso_session = corp\n${KEYS}${LINE}[sso-session corp]\nsso_start_url = https://y.awsapps.com/start\nsso_region = eu-west-1\n`,
      /^profile "a" and its SSO session "corp" differ in granted_sso_start_url \(/,
      /^remove granted_sso_start_url from \[profile a\] in \/c$/,
    ],
  ]
  for (const [what, config, message, fix] of refused)
    test(`${what}: refused`, () =>
      assert.throws(
        () => loadProfile(files(`[profile a]\n${config}`), 'a'),
        (error: unknown) => {
          if (!(error instanceof SsoxError)) return false
          assert.is(error.exitCode, 3)
          assert.match(error.message, message)
          assert.match(error.fix ?? '', fix)
          return true
        },
      ))
})

suite('what ssox writes beside them', (test) => {
  const granted = files(`[profile a]\n${KEYS}${LINE}output = json\n`)
  const bare = files(`[profile a]\n${KEYS}output = json\n`)

  test('keys go to another name: under its own they would come first', () => {
    assert.equal(
      [granted, bare].map((it) => usualSection(it, 'a')),
      ['a-keys', 'a-keys'],
    )
  })

  test('an endpoint gets its settings, not its role', () =>
    assert.is(settingLines(bare, 'a'), 'output = json\n'))

  const line = '/n/ssox credential-process --profile a'

  test('its line may be replaced by one of ssox for the same profile', () => {
    const text = editDocument(granted.config, [processEdit(granted, 'a', line, undefined)])
    assert.is(text, granted.config.text.replace(/(?<=process = ).*/, line))
    assert.is(loadProfile(files(text), 'a').kind, 'sso')
  })

  test('not by one for another', () =>
    assert.throws(() => processEdit(granted, 'a', `${line}b`, undefined), /has credential_process/))
})
