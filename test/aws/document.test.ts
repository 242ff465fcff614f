import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import {
  type AwsDocument,
  type DocumentKind,
  parseDocument,
  type SectionType,
} from '../../src/aws/document.ts'
import { assert, suite } from '../support/suite.ts'
import { awkwardFile } from './awkward-file.ts'

const FIXTURES = new URL('../fixtures/aws/', import.meta.url)
const TYPES = ['profile', 'sso-session', 'services'] as const

/** All profiles of a text, keys with nested values as objects. */
function profiles(text: string, kind: DocumentKind = 'config') {
  return sections(parseDocument(text, kind), 'profile')
}

function sections(document: AwsDocument, type: SectionType) {
  return Object.fromEntries(
    document.names(type).map((name) => [name, contents(document, type, name)]),
  )
}

function contents(document: AwsDocument, type: SectionType, name: string) {
  const section = document.section(type, name)
  const entries = [...(section?.values ?? [])].map(([key, value]) => {
    const nested = section?.nested.get(key)
    return [key, nested ? Object.fromEntries(nested) : value]
  })
  return Object.fromEntries(entries)
}

suite('reading AWS files', (test) => {
  const cases: [string, string, Record<string, unknown>][] = [
    ['an empty file has no profiles', '', {}],
    ['a file of blanks and comments has no profiles', '\n# a\n; b\n  \t\n', {}],
    ['a profile may be empty', '[profile foo]', { foo: {} }],
    ['[default] needs no prefix', '[default]\na = b', { default: { a: 'b' } }],
    ['[profile default] is the same profile', '[profile default]\na = b', { default: { a: 'b' } }],
    [
      '[profile default] replaces [default] whole when it comes first',
      '[profile default]\na = b\n[default]\nc = d',
      { default: { a: 'b' } },
    ],
    [
      '[profile default] replaces [default] whole when it comes last',
      '[default]\nc = d\n[profile default]\na = b',
      { default: { a: 'b' } },
    ],
    ['a section without the prefix is no profile', '[foo]\na = b', {}],
    ['the prefix must be a word of its own', '[profilefoo]\na = b\n[profile]\nc = d', {}],
    [
      'a profile may be called like the prefix',
      '[profile profile]\na = b',
      { profile: { a: 'b' } },
    ],
    ['blanks around the name do not count', '[profile \t foo \t]\na = b', { foo: { a: 'b' } }],
    ['blanks in front of the prefix: no profile', '[ profile a]\na = b\n[\tprofile b ]\nc = d', {}],
    ['blanks around default: no profile', '[ default]\na = b\n[default ]\nc = d', {}],
    ['a comment may follow the bracket at once', '[profile foo]; c\na = b', { foo: { a: 'b' } }],
    ['a comment may hold brackets', '[profile foo] # see [bar]\na = b', { foo: { a: 'b' } }],
    ['a bare name with blanks is no name', '[profile foo bar]\na = b', {}],
    ['a quoted name may hold blanks', '[profile "foo bar"]\na = b', { 'foo bar': { a: 'b' } }],
    [
      'quotes inside a word belong to shlex',
      `[profile f"o b"'a'r]\na = b`,
      { 'fo bar': { a: 'b' } },
    ],
    ['backslashes escape', '[profile foo\\ bar]\na = b', { 'foo bar': { a: 'b' } }],
    ['an open quote is no name', '[profile "foo]\na = b', {}],
    ['two quoted words are no name', '[profile "foo" "bar"]\na = b', {}],
    ['an empty name is no name', '[profile ""]\na = b', {}],
    ['a control character in a name is refused', '[profile "a\u001b[31m"]\na = b', {}],
    [
      'a header without a bracket at the end takes its keys with it',
      '[profile a]\nx = 1\n[profile b\nx = 2',
      { a: { x: '1' } },
    ],
    [
      'sections with one name are merged, the last value counts',
      '[profile a]\nx = 1\ny = 1\n[profile b]\n[profile a]\ny = 2\nz = 3',
      { a: { x: '1', y: '2', z: '3' }, b: {} },
    ],
    [
      'spellings of one name are merged',
      '[profile a]\nx = 1\n[profile "a"]\ny = 2',
      { a: { x: '1', y: '2' } },
    ],
    ['the last of two equal keys counts', '[profile a]\nx = 1\nX = 2', { a: { x: '2' } }],
    ['a value may hold equals signs', '[profile a]\nx = b==', { a: { x: 'b==' } }],
    ['a value may be empty', '[profile a]\nx =\ny =  \t\n', { a: { x: '', y: '' } }],
    ['a key must not be empty', '[profile a]\n= b\n = c\nx = 1', { a: { x: '1' } }],
    [
      'keys of other characters are skipped',
      '[profile a]\nb c = 1\nk[] = 2\nx = 1',
      { a: { x: '1' } },
    ],
    ['a line without an equals sign is skipped', '[profile a]\nx\ny: 2\nz = 3', { a: { z: '3' } }],
    [
      'lines under a skipped line do not land in the value above it',
      '[profile a]\nx = 1\ny: 2\n  3\nz = 4',
      { a: { x: '1', z: '4' } },
    ],
    [
      'keys in front of the first section are skipped',
      'x = 1\n[profile a]\ny = 2',
      { a: { y: '2' } },
    ],
    ['keys are lower-cased, values are not', '[profile a]\nRegion = A', { a: { region: 'A' } }],
    [
      'a comment needs a blank in front of it',
      '[profile a]\nx = 1 # c\ny = 2\t; c\nz = 3#4;5',
      { a: { x: '1', y: '2', z: '3#4;5' } },
    ],
    ['a value may be nothing but a comment', '[profile a]\nx = # c', { a: { x: '' } }],
    ['a sign right behind the equals sign is a value', '[profile a]\nx =#c', { a: { x: '#c' } }],
    [
      'indented lines continue a value, comments in them included',
      '[profile a]\nx = 1 # c\n  2 # d\n\t3\ny = 4',
      { a: { x: '1\n2 # d\n3', y: '4' } },
    ],
    [
      'an indented comment line is a comment, as the AWS CLI and the JavaScript SDK read it',
      '[profile a]\nregion = eu-west-1\n  # c\noutput = json',
      { a: { region: 'eu-west-1', output: 'json' } },
    ],
    [
      'blank lines do not end a value',
      '[profile a]\nx = 1\n\n  2\ny = 3',
      { a: { x: '1\n2', y: '3' } },
    ],
    [
      'under an empty value the lines are nested values',
      '[profile a]\ns3 =\n  b = c # d\n  Max = 2\n  junk\nx = 1',
      { a: { s3: { b: 'c', max: '2' }, x: '1' } },
    ],
    [
      'a later plain value replaces a nested block',
      '[profile a]\ns3 =\n  b = c\ns3 = d',
      { a: { s3: 'd' } },
    ],
    [
      'keys that are indented alike are keys',
      '[profile a]\n  x =\n  y = 1\n z = 2',
      { a: { x: '', y: '1', z: '2' } },
    ],
    [
      'a file may be indented as a whole',
      '  [profile a]\n  x = 1\n  [profile b]\n  x = 2\n',
      { a: { x: '1' }, b: { x: '2' } },
    ],
    [
      'an indented bracket under a value continues it',
      '[profile a]\nx = 1\n  [profile b]\ny = 2',
      { a: { x: '1\n[profile b]', y: '2' } },
    ],
    [
      'an indented header under a header is a header',
      '[profile a]\n  [profile b]\nx = 1',
      { a: {}, b: { x: '1' } },
    ],
    ['a byte order mark is skipped', '\uFEFF[profile a]\nx = 1', { a: { x: '1' } }],
    [
      'a byte order mark may stand before blanks',
      '\uFEFF  [profile a]\n  x = 1',
      { a: { x: '1' } },
    ],
    ['lines may end in CRLF', '[profile a]\r\nx = 1\r\n  2\r\n', { a: { x: '1\n2' } }],
    ['CR alone ends a line', '[profile a]\rx = 1\ry = 2', { a: { x: '1', y: '2' } }],
    [
      'form feed and NEL do not end a line',
      '[profile a]\nx = 1\f2\u00853',
      { a: { x: '1\f2\u00853' } },
    ],
  ]
  for (const [title, text, expected] of cases)
    test(title, () => {
      assert.equal(profiles(text), expected)
    })

  test('sessions and services are sections of their own', () => {
    const document = parseDocument(
      '[sso-session corp]\nsso_region = r\n[services "my dev"]\nsso =\n  endpoint_url = u\n[sso-session]\n[services a b]',
      'config',
    )
    assert.equal(sections(document, 'sso-session'), { corp: { sso_region: 'r' } })
    assert.equal(sections(document, 'services'), { 'my dev': { sso: { endpoint_url: 'u' } } })
    assert.equal(document.names('profile'), [])
  })

  test('the credentials file has bare names only', () => {
    const text =
      '[default]\na = 1\n[profile x]\na = 2\n[my profile]\na = 3\n[sso-session s]\na = 4\n["q"]\na = 5\n'
    assert.equal(profiles(text, 'credentials'), {
      default: { a: '1' },
      'my profile': { a: '3' },
      '"q"': { a: '5' },
    })
  })

  test('__proto__ is a name like any other', () => {
    const document = parseDocument('[profile __proto__]\n__proto__ = a\nconstructor = b', 'config')
    assert.equal(document.names('profile'), ['__proto__'])
    const section = document.section('profile', '__proto__')
    assert.equal(
      [...(section?.values ?? [])],
      [
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ],
    )
    assert.is(document.section('profile', 'toString'), undefined)
    assert.is(({} as Record<string, unknown>)['a'], undefined)
  })

  test('names come in file order and once', () => {
    const document = parseDocument('[profile b]\n[default]\n[profile a]\n[profile b]', 'config')
    assert.equal(document.names('profile'), ['b', 'default', 'a'])
  })

  test('a section knows its comments and where it stands', () => {
    const text = '# top\n[profile a]\n# by ssox\nx = 1\n\n[profile b]\n[profile a]\n; more\n'
    const section = parseDocument(text, 'config').section('profile', 'a')
    assert.equal(section?.comments, ['by ssox', 'more'])
    assert.equal(
      section?.ranges.map(({ start, end }) => text.slice(start, end)),
      ['[profile a]\n# by ssox\nx = 1\n\n', '[profile a]\n; more\n'],
    )
  })

  test('a name that is part of others or of values is found where it is a header', () => {
    const text =
      '[profile dev-x]\nsource_profile = dev\n# [profile dev]\n[profile my-dev]\nx = [dev]\n[sso-session dev]\n[profile dev]\nx = 1\n'
    const document = parseDocument(text, 'config')
    assert.equal(contents(document, 'profile', 'dev'), { x: '1' })
    assert.is(document.section('services', 'dev'), undefined)
    assert.is(document.section('profile', ''), undefined)
    const twice = parseDocument('[profile dev] # dev \n[services services]\n', 'config')
    assert.is(twice.section('profile', 'dev')?.ranges.length, 1)
    assert.is(twice.section('services', 'services')?.ranges.length, 1)
  })

  test('any text can be read, and one look-up finds what the list of names finds', () => {
    fc.assert(
      fc.property(awkwardFile, fc.constantFrom('config', 'credentials'), (text, kind) => {
        const listed = parseDocument(text, kind)
        for (const type of TYPES)
          for (const name of listed.names(type))
            assert.equal(
              parseDocument(text, kind).section(type, name),
              listed.section(type, name),
              `${type} ${name}`,
            )
      }),
      { numRuns: 2000 },
    )
  })
})

/** Where ssox reads something else than the AWS CLI 2.36.7: what, and why. */
const DIFFERENT: Record<string, [expected: unknown, reason: string]> = {
  'inline-hash': [{ x: { region: 'a' } }, 'official grammar and SDKs: a comment'],
  'inline-semi': [{ x: { region: 'a' } }, 'official grammar and SDKs: a comment'],
  'cred-proc-quotes': [
    { x: { credential_process: `"/path with space/p" --a "b c" --u 'd;e'` } },
    'official grammar and SDKs: a comment',
  ],
  bom: [{ x: { region: 'a' } }, 'the AWS CLI refuses the file, the SDKs read it'],
  'no-eq': [{ x: { output: 'json' } }, 'the AWS CLI refuses the file, the SDKs skip the line'],
  'global-key': [{ x: { output: 'json' } }, 'the AWS CLI refuses the file, the SDKs skip the line'],
  'array-key': [{ x: {} }, 'the AWS CLI refuses the file; not a key of the official grammar'],
  'dup-section': [
    { x: { region: 'a', output: 'json' } },
    'the AWS CLI refuses the file; official grammar: merged',
  ],
  'dup-key': [{ x: { region: 'b' } }, 'the AWS CLI refuses the file; official grammar: the last'],
  DEFAULT: [
    { x: { output: 'json' } },
    'a feature of configparser: no SDK spreads [DEFAULT] over the profiles',
  ],
  colon: [{ x: {} }, 'the official grammar has no colons; reported by doctor'],
  'default-both-rev': [
    { default: { region: 'prefixed' } },
    'official grammar and SDKs: [profile default] wins wherever it stands',
  ],
}

suite('awkward config files, as measured with the AWS CLI', (test) => {
  interface Probe {
    readonly name: string
    readonly configFile: string
    readonly awscli_2_36_7: Record<string, unknown>
  }
  const { cases } = JSON.parse(
    readFileSync(new URL('config-grammar-probes.json', FIXTURES), 'utf8'),
  ) as { cases: Probe[] }

  test('there are 55 of them, and every difference is one of them', () => {
    assert.is(cases.length, 55)
    const names = new Set(cases.map(({ name }) => name))
    assert.equal(
      Object.keys(DIFFERENT).filter((name) => !names.has(name)),
      [],
    )
  })
  for (const { name, configFile, awscli_2_36_7: cli } of cases) {
    const different = DIFFERENT[name]
    test(different ? `${name}: ${different[1]}` : `${name}: as the AWS CLI`, () => {
      const document = parseDocument(configFile, 'config')
      assert.equal(
        sections(document, 'profile'),
        different ? different[0] : (cli['profiles'] ?? {}),
      )
      assert.equal(sections(document, 'sso-session'), cli['sso_sessions'] ?? {})
      assert.equal(sections(document, 'services'), cli['services'] ?? {})
    })
  }
})

suite('sample files of the AWS CLI', (test) => {
  const read = (name: string) =>
    profiles(readFileSync(new URL(`aws-cli-2.36.7/cfg/${name}`, FIXTURES), 'utf8'))

  test('aws_bad_profile: bad names are skipped, the others are there', () => {
    assert.equal(Object.keys(read('aws_bad_profile')), ['default', 'my profile', 'personal1'])
  })
  test('aws_config_bad: keys before the first section do not hide the profiles', () => {
    assert.equal(read('aws_config_bad'), {
      personal: { aws_access_key_id: 'fie', aws_secret_access_key: 'baz' },
    })
  })
  test('aws_config_nested: blocks and the key behind them', () => {
    assert.equal(read('aws_config_nested')['default'], {
      aws_access_key_id: 'foo',
      aws_secret_access_key: 'bar',
      s3: { signature_version: 's3v4', addressing_style: 'path' },
      cloudwatch: { signature_version: 'v4' },
      region: 'us-west-2',
    })
  })
  test('aws_config_nested_bad: a bad line in a block costs only itself', () => {
    const { s3, cloudwatch } = read('aws_config_nested_bad')['default'] ?? {}
    assert.equal([s3, cloudwatch], [{}, { signature_version: 'v4' }])
  })
  test('aws_services_config and aws_sso_session_config: sections beside the profiles', () => {
    const open = (name: string) =>
      parseDocument(readFileSync(new URL(`aws-cli-2.36.7/cfg/${name}`, FIXTURES), 'utf8'), 'config')
    assert.equal(sections(open('aws_services_config'), 'services'), {
      'my-services': {
        s3: { endpoint_url: 'https://localhost:5678/' },
        dynamodb: { endpoint_url: 'https://localhost:8888/' },
      },
    })
    assert.equal(sections(open('aws_sso_session_config'), 'sso-session'), {
      sso: { sso_start_url: 'https://example.com', sso_region: 'us-east-1' },
    })
  })
})
