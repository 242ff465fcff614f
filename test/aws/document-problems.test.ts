import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { type DocumentKind, parseDocument } from '../../src/aws/document.ts'
import { breakOf, findProblems } from '../../src/aws/document-problems.ts'
import { assert, suite } from '../support/suite.ts'
import { awkwardFile } from './awkward-file.ts'

/** `line code`, with `!` where the AWS CLI refuses the whole file. */
function problems(text: string, kind: DocumentKind = 'config'): string[] {
  return findProblems(parseDocument(text, kind)).map(
    ({ line, code, fatal }) => `${line} ${code}${fatal ? '!' : ''}`,
  )
}

suite('problems of AWS files', (test) => {
  const cases: [string, string, string[]][] = [
    [
      'an ordinary file has none',
      '# c\n[default]\nregion = eu-west-1\n\n[profile a.b]\nsso_session = corp\n\n[sso-session corp]\nsso_start_url = https://x.awsapps.com/start#/\n[services s]\nsso =\n  endpoint_url = https://x\n[plugins]\na = b\n',
      [],
    ],
    ['an empty file has none', '', []],
    ['a byte order mark', '\uFEFF[profile a]\nx = 1', ['1 byte-order-mark!']],
    ['bytes that are not UTF-8', '[profile a]\nx = \uFFFD', ['2 not-utf-8!']],
    ['CR alone', '[profile a]\rx = 1\n', ['1 lone-carriage-return']],
    ['a section twice', '[profile a]\nx = 1\n[profile a]\ny = 1', ['3 duplicate-section!']],
    [
      'a section twice in two spellings',
      '[profile a]\nx = 1\n[profile "a"]\ny = 1',
      ['3 duplicate-section'],
    ],
    ['another section twice', '[plugins]\nx = 1\n[plugins]\ny = 1', ['3 duplicate-section!']],
    ['a key twice', '[profile a]\nx = 1\nx = 2', ['3 duplicate-key!']],
    [
      'a key twice, once with capitals',
      '[profile a]\nx = 1\nX = 2',
      ['3 duplicate-key!', '3 upper-case-key'],
    ],
    ['a key in front of the first section', 'x = 1\n[profile a]\nx = 2', ['1 key-before-section!']],
    ['a line without an equals sign', '[profile a]\njunk\nx = 2', ['2 no-equals!']],
    ['a colon', '[profile a]\nx: 1\ny = 2', ['2 colon']],
    ['a line without a key', '[profile a]\n= 1\ny = 2', ['2 bad-key!']],
    ['a key with a blank', '[profile a]\nx y = 1\ny = 2', ['2 bad-key']],
    ['a comment behind a value', '[profile a]\nx = 1 # c\ny = a;b', ['2 inline-comment']],
    [
      'quotes around a value',
      '[profile a]\nx = "1"\ny = \'2\'',
      ['2 quoted-value', '3 quoted-value'],
    ],
    ['quotes within a command are fine', '[profile a]\ncredential_process = "a b" "c"', []],
    ['a key with capitals', '[profile a]\nRegion = 1', ['2 upper-case-key']],
    ['a value of several lines', '[profile a]\nx = 1\n  2', ['3 continuation']],
    ['an indented comment', '[profile a]\nx = 1\n  # 2', ['3 indented-comment']],
    ['a comment that is indented under nothing', '[profile a]\n  # 2\nx = 1', []],
    ['a nested line without an equals sign', '[profile a]\nx =\n  b', ['3 nested-without-equals!']],
    [
      'the same under a comment, which the AWS CLI takes for the value',
      '[profile a]\nx = # c\n  b',
      ['2 inline-comment', '3 nested-without-equals'],
    ],
    ['indented keys under an empty one', '[profile a]\n x =\n y = 1', ['3 indented-after-empty']],
    ['a name with a blank', '[profile "a b"]\nx = 1', ['1 unportable-name']],
    ['a name with an accent', '[profile é]\nx = 1', ['1 unportable-name']],
    ['a bare name with a blank', '[profile a b]\nx = 1', ['1 not-a-name']],
    ['a header of nothing but the type', '[profile]\nx = 1', ['1 not-a-name']],
    ['a quote that stays open', '[profile "a]\nx = 1', ['1 not-a-name']],
    ['blanks in front of the type', '[ profile a ]\nx = 1', ['1 header-blanks']],
    ['a blank behind the name', '[profile a ]\nx = 1', ['1 header-blanks']],
    ['blanks around another section', '[ a ]\nx = 1', ['1 unknown-section']],
    ['a comment right behind a header', '[profile a]# c\nx = 1', ['1 after-header']],
    ['a comment behind a header, with a blank between, is fine', '[profile a] # c\nx = 1', []],
    ['text behind a header', '[profile a] b\nx = 1', ['1 after-header']],
    ['a header without its bracket', '[profile a\nx = 1', ['1 unclosed-header!']],
    [
      'a header without its first bracket',
      '[profile a]\nx = 1\nprofile b]\nx = 1',
      ['3 broken-header!', '4 duplicate-key!'],
    ],
    [
      'a header that continues a value',
      '[profile a]\nx = 1\n  [profile b]\ny = 1',
      ['3 indented-header'],
    ],
    [
      'an identity key that continues a value',
      '[profile a]\nx = 1\n  role_arn = 1',
      ['3 indented-key'],
    ],
    ['[DEFAULT]', '[DEFAULT]\nx = 1', ['1 default-section']],
    ['a section without the prefix', '[a]\nx = 1', ['1 unknown-section']],
    ['two default profiles', '[default]\nx = 1\n[profile default]\nx = 1', ['3 default-twice']],
    [
      '__proto__ as a name and as a key',
      '[profile __proto__]\n__proto__ = 1',
      ['1 proto', '2 proto'],
    ],
    [
      'profiles without keys',
      '[profile a]\n# c\n[profile b]\nx = 1\n[profile c]',
      ['1 empty-section', '5 empty-section'],
    ],
  ]
  for (const [title, text, expected] of cases)
    test(title, () => {
      assert.equal(problems(text), expected)
    })

  test('in the credentials file a prefix is the problem, a bare name is not', () => {
    assert.equal(problems('[profile a]\nx = 1\n[b]\nx = 1', 'credentials'), [
      '1 profile-in-credentials',
    ])
    assert.equal(problems('[DEFAULT]\nx = 1', 'credentials'), ['1 default-section'])
    assert.equal(problems('[ b ]\nx = 1', 'credentials'), ['1 header-blanks'])
  })

  test('lines are counted whatever they end in', () => {
    assert.equal(problems('# 1\r\n\r\n[profile a]\r\nx = 1\r\njunk\r\n'), ['5 no-equals!'])
  })

  test('no message holds a value, which may be a secret', () => {
    const text =
      'S3CRET = S3CRET\n[profile a]\naws_secret_access_key: S3CRET\nx = S3CRET # S3CRET\n  S3CRET\ny = "S3CRET"\nS3CRET\nS3CRET S3CRET\n'
    const found = findProblems(parseDocument(text.replace(/^S3CRET =/, 'key ='), 'config'))
    assert.ok(found.length > 5)
    for (const { message } of found) assert.not.match(message, /S3CRET/)
  })

  test('the AWS CLI refuses a file if and only if a problem says so', () => {
    const url = new URL('../fixtures/aws/config-grammar-probes.json', import.meta.url)
    const { cases: probes } = JSON.parse(readFileSync(url, 'utf8')) as {
      cases: { name: string; configFile: string; awscli_2_36_7: Record<string, unknown> }[]
    }
    for (const { name, configFile, awscli_2_36_7: cli } of probes)
      assert.is(
        problems(configFile).some((problem) => problem.endsWith('!')),
        cli['ERR'] !== undefined,
        name,
      )
  })

  test('a section by itself is broken if and only if the whole file says so', () => {
    fc.assert(
      fc.property(
        awkwardFile,
        fc.constantFrom<DocumentKind>('config', 'credentials'),
        (text, kind) => {
          const whole = findProblems(parseDocument(text, kind))
          const names = parseDocument(text, kind).names('profile')
          const named = whole.flatMap(({ breaks }) => breaks.map(({ name }) => name))
          for (const name of new Set([...names, ...named])) {
            const first = whole.find(({ breaks }) =>
              breaks.some((one) => one.type === 'profile' && one.name === name),
            )
            const found = breakOf(parseDocument(text, kind), { type: 'profile', name })
            assert.equal(found, first, JSON.stringify(name))
          }
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('any file can be looked through', () => {
    fc.assert(
      fc.property(
        awkwardFile,
        fc.constantFrom<DocumentKind>('config', 'credentials'),
        (text, kind) => {
          const found = findProblems(parseDocument(text, kind))
          const lines = text.split(/\r\n|\n|\r/).length
          for (const { line } of found) assert.ok(line >= 1 && line <= lines)
          assert.equal(
            found.map(({ line }) => line),
            found.map(({ line }) => line).toSorted((a, b) => a - b),
          )
        },
      ),
      { numRuns: 1000 },
    )
  })
})
