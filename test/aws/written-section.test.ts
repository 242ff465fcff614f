/** Sections of the credentials file that ssox writes: text in, text out. */
import type { Credentials } from '../../src/aws/credentials.ts'
import { parseDocument } from '../../src/aws/document.ts'
import { editDocument } from '../../src/aws/document-edit.ts'
import type { AwsFiles } from '../../src/aws/profile.ts'
import type { SectionOrigin } from '../../src/aws/written-marker.ts'
import {
  checkSection,
  refusedLines,
  removeEdit,
  type SectionRecord,
  shownEdits,
  usualSection,
  writeEdit,
  writtenSections,
} from '../../src/aws/written-section.ts'
import { SsoxError } from '../../src/problem.ts'
import { assert, suite } from '../support/suite.ts'

const KEYS: Credentials = {
  accessKeyId: 'ASIANEW',
  secretAccessKey: 'new+secret/=',
  sessionToken: 'new==token==',
  expiresAt: Date.UTC(2030, 0, 2, 3, 4, 5),
}
const DEV: SectionOrigin = { profile: 'dev', session: 'corp' }
const MARKER = '# written by ssox for profile "dev" of SSO session "corp"; ssox logout takes it out'
const LINES = `aws_access_key_id = ASIANEW
aws_secret_access_key = new+secret/=
aws_session_token = new==token==
expiration = 2030-01-02T03:04:05Z
`
const OURS = `[dev-keys]\n${MARKER}\n${LINES}`
const OLD = OURS.replace('ASIANEW', 'ASIAOLD').replaceAll('new', 'old').replace('2030', '2020')

function write(text: string, section = 'dev-keys', origin = DEV, credentials = KEYS): string {
  const document = parseDocument(text, 'credentials')
  return editDocument(document, [writeEdit(document, { section, origin, credentials })])
}

function remove(text: string, section = 'dev-keys'): string {
  const document = parseDocument(text, 'credentials')
  return editDocument(document, [removeEdit(document, section)])
}

suite('writing a section', (test) => {
  const foreign = '# mine\n[a]\naws_access_key_id=AKIA1 ; x\n\n\n[ b ]\nk = 1\n'
  for (const [sentence, before, after] of [
    ['makes a file', '', OURS],
    ['goes behind what is there, one blank line between', foreign, `${foreign}\n${OURS}`],
    ['ends a last line that has no end', '[a]\nk = 1', `[a]\nk = 1\n\n${OURS}`],
    ['keeps CRLF', '[a]\r\nk = 1\r\n', `[a]\r\nk = 1\r\n\r\n${OURS.replaceAll('\n', '\r\n')}`],
    ['renews the four values where they are', `${OLD}\n${foreign}`, `${OURS}\n${foreign}`],
    [
      'changes nothing where all is so already',
      `x\n${OURS}# c\n${foreign}`,
      `x\n${OURS}# c\n${foreign}`,
    ],
    [
      'takes out the old token, which boto3 prefers, and other names of the expiry',
      `${OLD}aws_security_token = OLD\nx_security_token_expires = 2020-01-01T00:00:00Z\noutput = json\n`,
      `${OURS}output = json\n`,
    ],
    [
      'takes out what would count in place of the keys',
      `[dev-keys]\ncredential_process = x\nrole_arn = r\nsso_session = s\noutput = json\n`,
      `[dev-keys]\n${MARKER}\noutput = json\n${LINES}`,
    ],
    [
      'says anew whose it is',
      OLD.replace('profile "dev" of SSO session "corp"', 'profile "prod" of SSO session "other"'),
      OURS,
    ],
  ] as const)
    test(sentence, () => assert.is(write(before), after))

  test('keys without an end have no expiration, and no token none', () => {
    const { accessKeyId, secretAccessKey } = KEYS
    const text = write(
      OLD,
      'dev-keys',
      { profile: 'p', session: undefined },
      {
        accessKeyId,
        secretAccessKey,
      },
    )
    assert.is(
      text,
      '[dev-keys]\n# written by ssox for profile "p"\naws_access_key_id = ASIANEW\naws_secret_access_key = new+secret/=\n',
    )
  })

  test('writes no ; line, no comment behind anything, and a header alone', () => {
    for (const line of write('', 'a', { profile: 'a "b" \u0085 ; #', session: 'x\\y' }).split('\n'))
      assert.match(line, /^(?:|\[a\]|# .*|\w+ = [^ ]+)$/)
  })

  for (const profile of ['dev', 'a "b"; c', 'x\\', '"; of SSO session "z"', 'Grüße', '\u0085'])
    test(`whose it is can be read back: ${JSON.stringify(profile)}`, () => {
      for (const session of [undefined, 'corp', profile]) {
        const document = parseDocument(write('', 's', { profile, session }), 'credentials')
        assert.equal(writtenSections(document, []), [
          { profile, session, section: 's', endsAt: KEYS.expiresAt },
        ])
      }
    })
})

suite('taking a section out', (test) => {
  const foreign = '[a]\nk = 1\n\n[b]\nk = 2\n'
  for (const [sentence, before, after] of [
    ['leaves nothing of it', OURS, ''],
    ['in front of another', `${OURS}\n${foreign}`, foreign],
    ['at the end', `${foreign}\n${OURS}`, foreign],
    ['between two', `[a]\nk = 1\n\n${OURS}\n[b]\nk = 2\n`, foreign],
    ['with the region beside it', `${foreign}\n${OURS}region = x\n`, foreign],
    ['keeps CRLF', `[a]\r\n\r\n${OURS.replaceAll('\n', '\r\n')}`, '[a]\r\n'],
    [
      'leaves what somebody else has added to it',
      `[dev-keys]\n# my own\n${MARKER}\noutput = json\n${LINES}`,
      '[dev-keys]\n# my own\noutput = json\n',
    ],
    ['leaves comments of the next one', `${OURS}# of b\n[b]\nk = 2\n`, '# of b\n[b]\nk = 2\n'],
  ] as const)
    test(sentence, () => assert.is(remove(before), after))
})

suite('taking several sections out', (test) => {
  test('leaves the file as it was before them', () => {
    for (const eol of ['\n', '\r\n']) {
      const before = '[a]\nk = 1\n\n# c\n'.replaceAll('\n', eol)
      const text = ['x', 'y', 'z'].reduce((text, section) => write(text, section), before)
      const document = parseDocument(text, 'credentials')
      for (const gone of [
        ['x', 'y', 'z'],
        ['z', 'x', 'y'],
      ]) {
        const edits = gone.map((section) => removeEdit(document, section))
        assert.is(editDocument(document, edits), before)
      }
      const some = ['x', 'z'].map((section) => removeEdit(document, section))
      assert.is(editDocument(document, some), write(before, 'y'))
    }
  })
})

suite('which sections are of ssox', (test) => {
  const record: SectionRecord = { ...DEV, section: 'dev-keys', keyIds: ['ASIANEW', 'AKIA9'] }
  for (const [sentence, text, records, expected] of [
    ['one with the marker', OURS, [], true],
    ['one without is not', OURS.replace(`${MARKER}\n`, ''), [], false],
    [
      'one that has lost its comment to another tool, by its key',
      OURS.replace(`${MARKER}\n`, ''),
      [record],
      true,
    ],
    [
      'not when its key is another one since',
      OURS.replace(`${MARKER}\n`, '').replace('ASIANEW', 'ASIAOTHER'),
      [record],
      false,
    ],
    ['not when somebody has put long-term keys in', OURS.replace('ASIANEW', 'AKIA1'), [], false],
    ['long-term keys that ssox has put in are', OURS.replace('ASIANEW', 'AKIA9'), [record], true],
    ['a marker that was edited is none', OURS.replace('profile "dev"', 'profile dev'), [], false],
    ['a marker of another section does not count', `${OURS}\n[x]\nk = 1\n`, [], true],
  ] as const)
    test(sentence, () => {
      const found = writtenSections(parseDocument(text, 'credentials'), records)
      assert.equal(
        found.map(({ section }) => section),
        expected ? ['dev-keys'] : [],
      )
    })
})

function files(config: string, credentials = ''): AwsFiles {
  return {
    configPath: '/c',
    credentialsPath: '/s',
    config: parseDocument(config, 'config'),
    credentials: parseDocument(credentials, 'credentials'),
  }
}

suite('the section of a profile', (test) => {
  for (const [config, expected] of [
    ['', 'dev'],
    ['[profile dev]\nregion = x\n', 'dev'],
    ['[profile dev]\naws_access_key_id = AKIA1\n', 'dev'],
    ['[profile dev]\nsso_session = corp\nsso_account_id = 1\n', 'dev-keys'],
    ['[profile dev]\nsso_start_url = x\n', 'dev-keys'],
    ['[profile dev]\nrole_arn = x\nsource_profile = y\n', 'dev-keys'],
    ['[profile dev]\ncredential_process = x\n', 'dev-keys'],
    ['[profile dev]\nlogin_session = x\n', 'dev-keys'],
  ] as const)
    test(`is ${expected} beside ${JSON.stringify(config)}`, () =>
      assert.is(usualSection(files(config), 'dev'), expected))
})

suite('a section that must not be written', (test) => {
  const sso = '[profile taken]\nsso_session = corp\n'
  for (const [sentence, config, credentials, section, forced, message] of [
    ['is free', '', '', 'x', false, undefined],
    ['is ours', '', OURS, 'dev-keys', false, undefined],
    ['is of somebody else', '', '[x]\naws_access_key_id = AKIA1\n', 'x', false, /not of ssox/],
    ['is of somebody else, forced', '', '[x]\naws_access_key_id = AKIA1\n', 'x', true, undefined],
    ['is somebody else’s settings', '', '[x]\nregion = y\n', 'x', false, /not of ssox/],
    ['has SSO in the config file', sso, '', 'taken', false, /SSO under that name/],
    ['has SSO in the config file, forced', sso, '', 'taken', true, undefined],
    ['has a role there', '[profile x]\nrole_arn = y\n', '', 'x', false, /role_arn under that name/],
    ['has SSO as default', '[default]\nsso_session = c\n', '', 'default', false, /SSO under/],
    ['has settings there', '[profile x]\nregion = y\n', '', 'x', false, undefined],
    ['has keys of another', '[profile x]\naws_access_key_id = A\n', '', 'x', false, /keys under/],
    ['is there twice, forced', '', '[x]\na = 1\n[x]\na = 2\n', 'x', true, /twice/],
  ] as const)
    test(sentence, () => {
      const check = () =>
        checkSection(files(config, credentials), [], { section, profile: 'dev', force: forced })
      if (message === undefined) return check()
      assert.throws(check, (error: unknown) => {
        assert.instance(error, SsoxError)
        assert.match((error as SsoxError).message, message)
        return (error as SsoxError).exitCode === 3
      })
    })
})

suite('the shown change', (test) => {
  const shown = (before: string, edit: (document: ReturnType<typeof parseDocument>) => unknown) => {
    const document = parseDocument(before, 'credentials')
    const edits = [edit(document) as ReturnType<typeof writeEdit>]
    const after = parseDocument(editDocument(document, edits), 'credentials')
    return shownEdits(document, after, edits).join('\n')
  }
  test('has what changes, and no secret', () => {
    const text = shown(`${OLD}output = json\n\n[x]\npassword = hush\n`, (document) =>
      writeEdit(document, { section: 'dev-keys', origin: DEV, credentials: KEYS }),
    )
    assert.is(
      text,
      `  [dev-keys]
- aws_access_key_id = ASIAOLD
- aws_secret_access_key = [secret]
- aws_session_token = [secret]
- expiration = 2020-01-02T03:04:05Z
+ aws_access_key_id = ASIANEW
+ aws_secret_access_key = [secret]
+ aws_session_token = [secret]
+ expiration = 2030-01-02T03:04:05Z`,
    )
  })
  test('has what goes', () =>
    assert.match(
      shown(OURS, (document) => removeEdit(document, 'dev-keys')),
      /^- \[dev-keys\]\n- # written by ssox .*\n- aws_access_key_id = ASIANEW\n(?:- .*\n){2}- expiration = \S+$/,
    ))
})

suite('lines for which programs do not read a credentials file', (test) => {
  for (const [text, expected] of [
    [`${OURS}\n[x]\naws_access_key_id = A\n# c\n`, []],
    ['\uFEFF[x]\nk = 1\n', [[1, /byte order/, /AWS CLI, boto3, Go/]]],
    ['[x]\nk = 1\n[x]\nk = 2\n', [[3, /twice/, /AWS CLI, boto3$/]]],
    ['[x]\nk = 1\nk = 2\n', [[3, /twice/, /\.NET/]]],
    ['[x]\njunk\n', [[2, /no "="/, /AWS CLI.*\.NET, Java 1/]]],
    ['[x]\nk: v\n', [[2, /":"/, /^\.NET, Java 1/]]],
    ['[x]\n; c\nk = 1\n', [[2, /begins with ;/, /^Java 1/]]],
    ['[x] # c\nk = 1\n', [[1, /behind a section header/, /^\.NET, Java 1/]]],
    ['[x]# c\nk = 1\n', [[1, /comment/, /^\.NET, Java 1/]]],
  ] as const)
    test(JSON.stringify(text.slice(0, 30)), () => {
      const found = refusedLines(parseDocument(text, 'credentials'))
      assert.is(found.length, expected.length, JSON.stringify(found))
      found.forEach(({ line, what, by }, at) => {
        const [expectedLine, message, programs] = expected[at] ?? []
        assert.is(line, expectedLine)
        assert.match(what, message ?? /^$/)
        assert.match(by.join(', '), programs ?? /^$/)
      })
    })
})
