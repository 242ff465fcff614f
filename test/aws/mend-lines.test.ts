/** Lines that can be mended without a guess, and those that are left for the person. */
import { type DocumentKind, parseDocument } from '../../src/aws/document.ts'
import { findProblems } from '../../src/aws/document-problems.ts'
import { isMendable, mendLines } from '../../src/aws/mend-lines.ts'
import { assert, suite } from '../support/suite.ts'

const SSO = 'sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Dev\n'

const mended: [title: string, kind: DocumentKind, before: string, after: string][] = [
  ['a byte order mark', 'config', '\uFEFF[default]\nregion = r\n', '[default]\nregion = r\n'],
  [
    'a header that has lost its first bracket',
    'config',
    `[profile a]\nregion = r\nprofile b]\n${SSO}`,
    `[profile a]\nregion = r\n[profile b]\n${SSO}`,
  ],
  [
    'its second',
    'config',
    `[profile a]\nregion = r\n[profile b\n${SSO}`,
    `[profile a]\nregion = r\n[profile b]\n${SSO}`,
  ],
  [
    'two sections with the same keys, the header between them broken: no key is lost',
    'config',
    `[profile a]\n${SSO}profile b]\n${SSO}`,
    `[profile a]\n${SSO}[profile b]\n${SSO}`,
  ],
  [
    'a header that is indented; keys may be',
    'config',
    '[profile a]\nregion = r\n  [profile b]\n  sso_session = corp\n  role_arn = x\n',
    '[profile a]\nregion = r\n[profile b]\n  sso_session = corp\n  role_arn = x\n',
  ],
  [
    'a key of identity that is indented, and so part of the value above',
    'config',
    '[profile a]\nregion = r\n  sso_session = corp\n',
    '[profile a]\nregion = r\nsso_session = corp\n',
  ],
  [
    'a header behind a value, whose line break is lost',
    'config',
    '[profile a]\nregion = r[profile b]\nregion = s\n',
    '[profile a]\nregion = r\n\n[profile b]\nregion = s\n',
  ],
  [
    'a comment right behind a header',
    'config',
    '[profile a]; mine\nregion = r\n',
    '[profile a]\n# mine\nregion = r\n',
  ],
  [
    'blanks inside the brackets',
    'config',
    '[ profile a ]\nregion = r\n',
    '[profile a]\nregion = r\n',
  ],
  [
    'profile in the credentials file',
    'credentials',
    '[profile a]\naws_access_key_id = A\naws_secret_access_key = B\n',
    '[a]\naws_access_key_id = A\naws_secret_access_key = B\n',
  ],
  ['no profile in the config file', 'config', `[a]\n${SSO}`, `[profile a]\n${SSO}`],
  [
    'a name of two words without quotes',
    'config',
    '[profile my team]\nregion = r\n',
    "[profile 'my team']\nregion = r\n",
  ],
  [
    'a colon in place of =',
    'config',
    '[profile a]\nregion: eu-west-1\n',
    '[profile a]\nregion = eu-west-1\n',
  ],
  [
    'no = at all behind a key that is known',
    'config',
    '[profile a]\nsso_account_id 123456789012\n',
    '[profile a]\nsso_account_id = 123456789012\n',
  ],
  ['a key with capitals', 'config', '[profile a]\nRegion = r\n', '[profile a]\nregion = r\n'],
  [
    'quotes around a value that is known',
    'config',
    '[profile a]\nsso_role_name = "Dev"\n',
    '[profile a]\nsso_role_name = Dev\n',
  ],
  [
    'a comment behind a value',
    'config',
    '[profile a]\nregion = r ; of home\n',
    '[profile a]\n# of home\nregion = r\n',
  ],
  [
    'an indented comment',
    'config',
    '[profile a]\nregion = r\n  # mine\n',
    '[profile a]\nregion = r\n# mine\n',
  ],
  [
    'the same key twice, with one value',
    'config',
    '[profile a]\nregion = r\noutput = json\nregion = r\n',
    '[profile a]\nregion = r\noutput = json\n',
  ],
  [
    'the ends of lines stay, also where there is none in the end',
    'config',
    '[profile a]\r\nregion: r\r\n[b]\r\nregion = s # x',
    '[profile a]\r\nregion = r\r\n[profile b]\r\n# x\r\nregion = s',
  ],
]

const left: [title: string, kind: DocumentKind, text: string][] = [
  ['two values of one key', 'config', '[profile a]\nregion = r\nregion = s\n'],
  [
    'a section that is there twice',
    'config',
    '[profile a]\nregion = r\n[profile a]\noutput = json\n',
  ],
  [
    'a header whose right spelling is there already',
    'config',
    '[profile a]\nregion = r\n[a]\nregion = s\n',
  ],
  ['a section that may be a session', 'config', '[a]\nsso_start_url = https://x\nsso_region = r\n'],
  ['a section of another tool', 'config', '[a]\nregion = r\nmy_own_key = 1\n'],
  ['a line that means nothing', 'config', '[profile a]\nfoo bar baz\n'],
  ['a name that only the AWS CLI knows', 'config', "[profile 'my team']\nregion = r\n"],
  ['[DEFAULT]', 'config', '[DEFAULT]\nregion = r\n'],
  ['a value with blanks in quotes', 'config', '[profile a]\nsso_role_name = "D e"\n'],
  ['a secret in quotes may be one with quotes', 'config', '[profile a]\nmfa = "x"\n'],
  ['bytes that are not UTF-8', 'config', '[profile a]\nregion: r\n# \uFFFD\n'],
  ['a continued value', 'config', '[profile a]\noutput = json\n  more\n'],
]

suite('mending lines', (test) => {
  for (const [title, kind, before, after] of mended)
    test(title, () => {
      const document = parseDocument(before, kind)
      assert.is(mendLines(document), after)
      const problems = findProblems(document)
      assert.ok(problems.length > 0 && problems.some((problem) => isMendable(document, problem)))
    })

  test('what is mended once needs no mending', () => {
    for (const [title, kind, , after] of mended)
      assert.is(mendLines(parseDocument(after, kind)), after, title)
  })
})

suite('lines that are left as they are', (test) => {
  for (const [title, kind, text] of left)
    test(title, () => {
      const document = parseDocument(text, kind)
      assert.is(mendLines(document), text)
      assert.ok(findProblems(document).length > 0, 'there is nothing wrong with it')
      assert.equal(
        findProblems(document).filter((problem) => isMendable(document, problem)),
        [],
      )
    })

  test('a file without a problem', () => {
    const text = `# mine\n[profile a]\n${SSO}`
    assert.is(mendLines(parseDocument(text, 'config')), text)
  })
})
