/** What a listing means for the config file, and which profiles are setup's own. */
import { parseDocument } from '../../src/aws/document.ts'
import { editDocument } from '../../src/aws/document-edit.ts'
import type { NamedSession } from '../../src/aws/profile.ts'
import { convertEdits, legacyGroups } from '../../src/setup/convert.ts'
import { filterBy } from '../../src/setup/filter.ts'
import { emptyListing, type Listing } from '../../src/setup/listing.ts'
import { compare, prunable } from '../../src/setup/plan.ts'
import { profileEdit, sessionEdit, stateOf } from '../../src/setup/section.ts'
import { assert, suite } from '../support/suite.ts'

const URL = 'https://d-1234567890.awsapps.com/start'
const CORP: NamedSession = {
  kind: 'named',
  name: 'corp',
  startUrl: URL,
  region: 'eu-west-1',
  scopes: ['sso:account:access'],
  cacheName: 'corp',
}
const DEV = {
  name: 'dev',
  accountId: '111111111111',
  accountName: 'Dev; all # of it',
  roleName: 'Admin',
  region: 'eu-west-1',
  avoids: undefined,
}

const filesWith = (text: string) => ({
  config: parseDocument(text, 'config'),
  credentials: parseDocument('', 'credentials'),
  configPath: 'config',
  credentialsPath: 'credentials',
})
const listing = (...accounts: [id: string, name: string, ...roles: string[]][]): Listing => ({
  ...emptyListing(),
  accounts: accounts.map(([id, name]) => ({ id, name })),
  roles: new Map(accounts.map(([id, , ...roles]) => [id, roles])),
})
const made = (output?: string) =>
  editDocument(parseDocument('', 'config'), [
    ...sessionEdit(CORP),
    profileEdit(DEV, { session: CORP, output }),
  ])

suite('a section of setup', (test) => {
  test('has what the SDKs need, and nothing that some read otherwise', () => {
    assert.is(
      made('json').replace(/[0-9a-f]{8}\)/, 'digest)'),
      `[sso-session corp]
sso_start_url = ${URL}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile dev]
# by ssox setup (digest)
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Admin
region = eu-west-1
output = json
`,
    )
  })

  test('without a session it has the start URL', () => {
    const legacy = { kind: 'legacy', startUrl: URL, region: 'eu-west-1', cacheName: URL } as const
    const { values } = profileEdit({ ...DEV, accountName: 'Dev' }, { session: legacy, output: '' })
    assert.equal(
      [...(values as Map<string, string>).keys()],
      [
        'sso_start_url',
        'sso_region',
        'sso_account_id',
        'sso_account_name',
        'sso_role_name',
        'region',
      ],
    )
  })

  for (const [from, to, expected, sentence] of [
    ['', '', 'untouched', 'as it was made'],
    [
      'region = eu-west-1\n',
      'region = eu-west-1\n\n# about prod\n[profile x]\nregion = a\n',
      'untouched',
      'a comment below it is of the next section',
    ],
    ['sso_session', '\nsso_session', 'untouched', 'blank lines'],
    ['eu-west-1\n', 'eu-west-1\r\n', 'untouched', 'line ends'],
    ['region = eu-west-1\n', 'region = us-east-1\n', 'touched', 'another region'],
    ['region = eu-west-1\n', 'region = eu-west-1\ncli_pager =\n', 'touched', 'one more key'],
    ['region = eu-west-1\n', '', 'touched', 'one key less'],
    ['sso_session', '# mine\nsso_session', 'touched', 'a comment inside'],
    ['# by ssox setup', '# by me and ssox setup', 'foreign', 'another marker'],
    ['[profile dev]', '[profile mine]', 'touched', 'another name'],
  ] as const)
    test(`${expected}: ${sentence}`, () => {
      const [head = '', own = ''] = made().split(/(?=\[profile)/)
      const text = head + own.replace(from, to)
      const name = text.includes('mine]') ? 'mine' : 'dev'
      assert.is(stateOf(parseDocument(text, 'config'), name), expected)
    })
})

suite('what a listing means', (test) => {
  const CONFIG = `${made()}
[profile hand]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Read

[profile old]
sso_start_url = ${URL}/#/
sso_region = eu-west-1
sso_account_id = 222222222222
sso_role_name = Read

[sso-session other]
sso_start_url = https://other.awsapps.com/start
sso_region = us-east-1

[profile elsewhere]
sso_session = other
sso_account_id = 111111111111
sso_role_name = Admin
`
  test('profiles by hand and legacy ones count, those of another portal do not', () => {
    const all = listing(['111111111111', 'Dev', 'Admin', 'Read'], ['222222222222', 'Ops', 'Read'])
    const { present, gone, listed } = compare(filesWith(CONFIG), CORP, all)
    assert.equal(
      present.map(({ name, isLegacy }) => [name, isLegacy]),
      [
        ['dev', false],
        ['hand', false],
        ['old', true],
      ],
    )
    assert.equal([gone, listed.length], [[], 3])
  })

  test('what is gone may be taken out where setup has made it, and nothing builds on it', () => {
    const names = (text: string) => {
      const files = filesWith(text)
      const { gone } = compare(files, CORP, listing(['333333333333', 'New', 'Admin']))
      const { own, others } = prunable(files, gone)
      return [own, others].map((list) => list.map(({ name }) => name).join(' '))
    }
    assert.equal(names(CONFIG), ['dev', 'hand old'])
    const onTop = '[profile top]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = dev\n'
    assert.equal(names(CONFIG + onTop), ['', 'dev hand old'])
  })

  test('an account whose roles the portal refuses to tell is not gone', () => {
    const all = listing(['222222222222', 'Ops', 'Read'])
    all.refused.add('111111111111')
    assert.equal(compare(filesWith(CONFIG), CORP, all).gone, [])
  })

  test('accounts are in the order of their names', () => {
    const all = listing(['1', 'b 10', 'z', 'a'], ['2', 'B 9', 'r'], ['3', 'a', 'r'])
    const { listed } = compare(filesWith(''), CORP, all)
    assert.equal(
      listed.map(({ accountName, roleName }) => `${accountName} ${roleName}`),
      ['a r', 'B 9 r', 'b 10 a', 'b 10 z'],
    )
  })
})

suite('--filter', (test) => {
  const one = { accountId: '111111111111', accountName: 'Acme Prod', roleName: 'ReadOnly' }
  for (const [globs, isMeant, sentence] of [
    ['*', true, 'all'],
    ['111111111111', true, 'the account id'],
    ['acme-prod', true, 'the account as names have it'],
    ['acme?prod', true, 'the account as AWS has it'],
    ['dev, Acme Prod/Read*', true, 'the account as AWS has it, and role'],
    ['readonly', true, 'the role, in any letter case'],
    ['*prod/ReadOnly', true, 'account and role'],
    ['1111*/ReadOnly', true, 'id and role'],
    ['dev-*, *-prod', true, 'one of several'],
    ['*prod/Admin', false, 'another role'],
    ['acme', false, 'a part of a name is not the name'],
  ] as const)
    test(sentence, () => assert.is(filterBy(globs)(one), isMeant))

  test('what is no glob is refused', () => {
    for (const globs of ['', ' , ', '(a|b)', '[ab'])
      assert.throws(() => filterBy(globs), /not a list of globs/)
  })
})

suite('--convert', (test) => {
  const BEFORE = `# mine\r
[profile a]\r
  sso_start_url  =  ${URL}#/   \r
  sso_region=eu-west-1\r
  sso_account_id = 111111111111\r
  # keep me\r
  sso_role_name = Admin\r
\r
[default]\r
region = us-east-1\r
\r
[profile b]\r
sso_start_url = ${URL}\r
sso_region = eu-west-1\r
sso_account_id = 222222222222\r
sso_role_name = Read\r
[profile c]\r
sso_start_url = ${URL}\r
sso_region = us-east-1\r
[profile d]\r
sso_start_url = https://other.awsapps.com/start\r
sso_region = eu-west-1`

  test('finds profiles by start URL, however it is written, and region', () => {
    assert.equal(
      legacyGroups(filesWith(BEFORE)).map(({ profiles }) => profiles.join(' ')),
      ['a b', 'c', 'd'],
    )
  })

  test('changes these keys alone, and keeps every other byte', () => {
    const files = filesWith(BEFORE)
    const [group] = legacyGroups(files)
    const after = editDocument(files.config, convertEdits(group!, CORP, files))
    const expected = BEFORE.replace(/ {2}sso_start_url {2}.*\r\n {2}sso_region=.*\r\n/, '')
      .replace('  sso_role_name = Admin\r\n', '  sso_role_name = Admin\r\n  sso_session = corp\r\n')
      .replace(
        /(\[profile b\]\r\n)sso_start_url.*\r\nsso_region.*\r\n(sso_account.*\r\nsso_role.*\r\n)/,
        '$1$2sso_session = corp\r\n',
      )
    assert.is(
      after,
      `${expected}\r\n\r\n[sso-session corp]\r\nsso_start_url = ${URL}\r\nsso_region = eu-west-1\r\nsso_registration_scopes = sso:account:access\r\n`,
    )
  })

  test('what setup has made stays its own', () => {
    const legacy = { kind: 'legacy', startUrl: URL, region: 'eu-west-1', cacheName: URL } as const
    const text = editDocument(parseDocument('', 'config'), [
      profileEdit(DEV, { session: legacy, output: undefined }),
    ])
    const files = filesWith(text)
    assert.is(stateOf(files.config, 'dev'), 'untouched')
    const [group] = legacyGroups(files)
    const after = editDocument(files.config, convertEdits(group!, CORP, files))
    assert.match(after, 'sso_session = corp')
    assert.is(stateOf(parseDocument(after, 'config'), 'dev'), 'untouched')
  })
})
