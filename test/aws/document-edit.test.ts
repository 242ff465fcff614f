import fc from 'fast-check'
import { type DocumentKind, parseDocument, type SectionType } from '../../src/aws/document.ts'
import { editDocument, removeSection, setValues } from '../../src/aws/document-edit.ts'
import { SsoxError } from '../../src/problem.ts'
import { assert, suite } from '../support/suite.ts'
import { awkwardFile } from './awkward-file.ts'

type Values = Record<string, string | null>

function set(text: string, name: string, values: Values, kind: DocumentKind = 'config') {
  const document = parseDocument(text, kind)
  return setValues(document, 'profile', name, new Map(Object.entries(values)))
}

function remove(text: string, name: string, kind: DocumentKind = 'config') {
  return removeSection(parseDocument(text, kind), 'profile', name)
}

suite('setting values in AWS files', (test) => {
  const cases: [string, before: string, name: string, Values, after: string][] = [
    [
      'a value is replaced in place; comments, order and spacing stay',
      '# top\n[profile a]\nregion=eu-west-1   # mine\n; c\noutput = json\n\n[profile b]\nregion = x\n',
      'a',
      { region: 'us-east-1' },
      '# top\n[profile a]\nregion=us-east-1   # mine\n; c\noutput = json\n\n[profile b]\nregion = x\n',
    ],
    ['an equal value changes nothing', '[profile a]\nx=1', 'a', { x: '1' }, '[profile a]\nx=1'],
    [
      'the spelling of the key stays',
      '[profile a]\nRegion = a\n',
      'a',
      { region: 'b' },
      '[profile a]\nRegion = b\n',
    ],
    [
      'a new key goes under the last one',
      '[profile a]\nx = 1\n# c\n\n[profile b]\n',
      'a',
      { y: '2', z: '3' },
      '[profile a]\nx = 1\ny = 2\nz = 3\n# c\n\n[profile b]\n',
    ],
    [
      'a new key goes under an empty section',
      '[profile a]\n[profile b]\n',
      'a',
      { y: '2' },
      '[profile a]\ny = 2\n[profile b]\n',
    ],
    [
      'a new key is indented like the one above it',
      '  [profile a]\n    x = 1\n  [profile b]\n  x = 1\n',
      'a',
      { y: '2' },
      '  [profile a]\n    x = 1\n    y = 2\n  [profile b]\n  x = 1\n',
    ],
    ['an empty value is filled', '[profile a]\nx =\n', 'a', { x: '1' }, '[profile a]\nx = 1\n'],
    [
      'an empty value with a comment is filled',
      '[profile a]\nx = # c\n',
      'a',
      { x: '1' },
      '[profile a]\nx = 1 # c\n',
    ],
    [
      'a value of several lines becomes one line',
      '[profile a]\nx = 1\n  2\n# c\n  3\ny = 4\n',
      'a',
      { x: '5' },
      '[profile a]\nx = 5\n# c\ny = 4\n',
    ],
    [
      'a nested block becomes a value',
      '[profile a]\ns3 =\n  b = c\ny = 4\n',
      'a',
      { s3: 'd' },
      '[profile a]\ns3 = d\ny = 4\n',
    ],
    ['null removes a key', '[profile a]\nx = 1\ny = 2\n', 'a', { x: null }, '[profile a]\ny = 2\n'],
    [
      'null removes a nested block',
      '[profile a]\ns3 =\n  b = c\ny = 2\n',
      'a',
      { s3: null },
      '[profile a]\ny = 2\n',
    ],
    [
      'null removes every occurrence, so that none comes to light',
      '[profile a]\nx = 1\nx = 2\n[profile a]\nx = 3\ny = 4\n',
      'a',
      { x: null },
      '[profile a]\n[profile a]\ny = 4\n',
    ],
    [
      'of several occurrences the one that counts is changed',
      '[profile a]\nx = 1\n[profile b]\n[profile "a"]\nx = 2\n',
      'a',
      { x: '3' },
      '[profile a]\nx = 1\n[profile b]\n[profile "a"]\nx = 3\n',
    ],
    [
      '[default] stays as it is under a [profile default] that hides it',
      '[profile default]\nx = 1\n[default]\nx = 2\n',
      'default',
      { x: '3' },
      '[profile default]\nx = 3\n[default]\nx = 2\n',
    ],
    [
      'a missing profile is appended behind a blank line',
      '[profile a]\nx = 1\n',
      'b',
      { y: '2' },
      '[profile a]\nx = 1\n\n[profile b]\ny = 2\n',
    ],
    [
      'a blank line that is there is of the user, who gets it back when the profile goes',
      '[profile a]\nx = 1\n \n',
      'b',
      { y: '2' },
      '[profile a]\nx = 1\n \n\n[profile b]\ny = 2\n',
    ],
    ['the first profile starts the file', '', 'b', { y: '2' }, '[profile b]\ny = 2\n'],
    ['the default profile needs no prefix', '', 'default', { y: '2' }, '[default]\ny = 2\n'],
    ['removing from nothing adds nothing', '', 'b', { y: null }, ''],
    [
      'a missing line break at the end is added',
      '[profile a]\nx = 1',
      'a',
      { y: '2' },
      '[profile a]\nx = 1\ny = 2\n',
    ],
    [
      'a missing line break behind the last header is added',
      '[profile a]',
      'a',
      { y: '2' },
      '[profile a]\ny = 2\n',
    ],
    [
      'CRLF files get CRLF',
      '[profile a]\r\nx = 1\r\n[profile c]\r\n',
      'a',
      { x: '3', y: '2' },
      '[profile a]\r\nx = 3\r\ny = 2\r\n[profile c]\r\n',
    ],
    [
      'a new section in a CRLF file ends its lines alike',
      '\uFEFF[profile a]\r\nx = 1',
      'b',
      { y: '2' },
      '\uFEFF[profile a]\r\nx = 1\r\n\r\n[profile b]\r\ny = 2\r\n',
    ],
    ['a name with blanks is quoted', '', 'my dev', { y: '2' }, "[profile 'my dev']\ny = 2\n"],
    ['a name with a quote is quoted', '', "it's", { y: '2' }, `[profile 'it'"'"'s']\ny = 2\n`],
    ['a name with a backslash is quoted', '', 'a\\b', { y: '2' }, "[profile 'a\\b']\ny = 2\n"],
    [
      'a value may hold what is special elsewhere',
      '[profile a]\n',
      'a',
      { x: `"q" 'r' a#b;c %d=\\` },
      `[profile a]\nx = "q" 'r' a#b;c %d=\\\n`,
    ],
  ]
  for (const [title, before, name, values, after] of cases)
    test(title, () => {
      assert.is(set(before, name, values), after)
    })

  test('in the credentials file a name stands bare', () => {
    assert.is(set('', 'my dev', { x: '1' }, 'credentials'), '[my dev]\nx = 1\n')
    assert.is(set('[a]\nx = 1\n', 'a', { x: '2' }, 'credentials'), '[a]\nx = 2\n')
  })

  test('sessions and services are written with their own prefix', () => {
    const values = new Map([['sso_region', 'eu-west-1']])
    assert.is(
      setValues(parseDocument('', 'config'), 'sso-session', 'corp', values),
      '[sso-session corp]\nsso_region = eu-west-1\n',
    )
  })

  test('a comment marks a new section and can be read back', () => {
    const options = { comment: 'written by ssox' }
    const values = new Map([['x', '1']])
    const text = setValues(parseDocument('', 'credentials'), 'profile', 'a', values, options)
    assert.is(text, '[a]\n# written by ssox\nx = 1\n')
    const again = parseDocument(text, 'credentials')
    assert.equal(again.section('profile', 'a')?.comments, ['written by ssox'])
    assert.is(setValues(again, 'profile', 'a', values, options), text)
  })

  test('many sections are written in one go, each behind a blank line', () => {
    const document = parseDocument('[profile b]\nx = 1\n', 'config')
    const edit = (type: SectionType, name: string, values: Values | 'remove') => ({
      type,
      name,
      values: values === 'remove' ? values : new Map(Object.entries(values)),
    })
    assert.is(
      editDocument(document, [
        edit('sso-session', 's', { sso_region: 'r' }),
        edit('profile', 'b', 'remove'),
        edit('profile', 'c', { y: '1' }),
      ]),
      '[sso-session s]\nsso_region = r\n\n[profile c]\ny = 1\n',
    )
  })
})

suite('removing sections from AWS files', (test) => {
  const cases: [string, before: string, name: string, after: string][] = [
    [
      'a section goes with the blank line under it',
      '[profile a]\nx = 1\n\n[profile b]\n',
      'a',
      '[profile b]\n',
    ],
    [
      'one blank line: the others are of the user',
      '[profile z]\n\n[profile a]\nx = 1\n\n \n[profile b]\n',
      'a',
      '[profile z]\n\n \n[profile b]\n',
    ],
    [
      'the last section leaves the blank lines under it',
      '[profile b]\n\n[profile a]\nx = 1\n\n',
      'a',
      '[profile b]\n\n',
    ],
    [
      'a comment above the next section stays',
      '[profile a]\nx = 1\n# own\ny = 2\n\n# about b\n[profile b]\n',
      'a',
      '# about b\n[profile b]\n',
    ],
    [
      'the last section goes with the blank line above it',
      '[profile b]\nx = 1\n\n[profile a]\nx = 1\n',
      'a',
      '[profile b]\nx = 1\n',
    ],
    [
      'the comment of an empty section goes with it',
      '[a]\n[profile a]\n# by ssox\n\n# z\n',
      'a',
      '[a]\n# z\n',
    ],
    [
      'every section of the name goes',
      '[profile a]\nx = 1\n[profile b]\n[profile "a"]\ny = 1\n',
      'a',
      '[profile b]\n',
    ],
    [
      'a hidden [default] does not come to light',
      '[default]\nx = 1\n[profile b]\n[profile default]\nx = 2\n',
      'default',
      '[profile b]\n',
    ],
    ['a name that is not there changes nothing', '[profile b]\nx', 'a', '[profile b]\nx'],
  ]
  for (const [title, before, name, after] of cases)
    test(title, () => {
      assert.is(remove(before, name), after)
    })

  test('what was appended goes without a trace', () => {
    for (const before of ['', '[profile b]\r\nx = 1\r\n', '# c\n\n[default]\nx = 1\n'])
      assert.is(remove(set(before, 'a', { x: '1', y: '2' }), 'a'), before)
  })
})

suite('edits that are refused', (test) => {
  const cases: [string, text: string, name: string, Values, fix: RegExp][] = [
    ['a line break in a name', '', 'a\nb', { x: '1' }, /letters, digits/],
    ['a carriage return in a name', '', 'a\r', { x: '1' }, /letters, digits/],
    ['a bracket in a name', '', 'a]b', { x: '1' }, /letters, digits/],
    ['a blank at the end of a name', '', 'a ', { x: '1' }, /letters, digits/],
    ['an empty name', '', '', { x: '1' }, /letters, digits/],
    ['an escape sequence in a name', '', 'a\u001b[0m', { x: '1' }, /letters, digits/],
    ['a line break in a value', '', 'a', { x: '1\n2' }, /correct the value of x/],
    ['a carriage return in a value', '', 'a', { x: '1\r[profile b]' }, /correct the value of x/],
    ['NUL in a value', '', 'a', { x: '1\u0000' }, /correct the value of x/],
    ['a blank in front of a value', '', 'a', { x: ' 1' }, /correct the value of x/],
    ['a blank behind a value', '', 'a', { x: '1\u00a0' }, /correct the value of x/],
    ['a value that would be cut as a comment', '', 'a', { x: '1 #2' }, /correct the value of x/],
    ['a value that would be a comment', '', 'a', { x: ';1' }, /correct the value of x/],
    ['an empty value', '', 'a', { x: '' }, /correct the value of x/],
    ['a key that is none', '', 'a', { 'x y': '1' }, /letters, digits and _/],
    ['a key that is a header', '', 'a', { '[profile b]\nx': '1' }, /letters, digits and _/],
    ['a key with capitals', '', 'a', { X: '1' }, /letters, digits and _/],
    [
      'a change that would swallow an indented header',
      '[profile a]\n  [profile b]\n  x = 1\n',
      'a',
      { y: '1' },
      /start of their lines/,
    ],
  ]
  for (const [title, text, name, values, fix] of cases)
    test(title, () => {
      assert.throws(
        () => set(text, name, values),
        (error: unknown) =>
          error instanceof SsoxError && error.kind === 'profile' && fix.test(error.fix ?? ''),
      )
    })

  test('bytes that are not UTF-8 elsewhere in the file: by their line, which doctor shows', () => {
    for (const [text, line] of [
      ['# \uFFFD\n', 1],
      ['[profile b]\r\nregion = x\r\n# caf\uFFFD\r\n# \uFFFD\r\n', 3],
    ] as const)
      assert.throws(
        () => set(text, 'a', { x: '1' }),
        (error: unknown) =>
          error instanceof SsoxError &&
          error.fix === 'ssox doctor' &&
          error.message.startsWith(
            `line ${line} of the AWS config file holds bytes that are not UTF-8`,
          ),
      )
  })

  test('a secret is not part of the message', () => {
    assert.throws(
      () => set('', 'a', { aws_secret_access_key: 'wJalr\nXUtn' }),
      (error: Error) => !/wJalr|XUtn/.test(error.message),
    )
  })

  test('in the credentials file: a name that would be read as a type', () => {
    assert.throws(() => set('', 'profile x', { x: '1' }, 'credentials'), /cannot be written/)
    assert.throws(() => set('', 'DEFAULT', { x: '1' }, 'credentials'), /cannot be written/)
    const values = new Map([['x', '1']])
    assert.throws(() => setValues(parseDocument('', 'credentials'), 'sso-session', 's', values))
  })

  test('a comment of two lines', () => {
    const document = parseDocument('', 'config')
    const options = { comment: 'a\n[profile b]' }
    assert.throws(() => setValues(document, 'profile', 'a', new Map([['x', '1']]), options))
  })
})

suite('edits of awkward files', (test) => {
  const kinds = fc.constantFrom<DocumentKind>('config', 'credentials')
  const name = fc.constantFrom('a', 'dev', 'default', 'my profile', 'new one', "it's", '__proto__')
  const value = fc
    .string({ minLength: 1, unit: 'grapheme' })
    .filter(
      (text) => text.trim() === text && !/\p{Cc}|(?:^|\s)[#;]/u.test(text) && !/\uFFFD/.test(text),
    )
  const values = fc.dictionary(
    fc.constantFrom('region', 'sso', 'k', '__proto__', 'new'),
    fc.oneof(value, fc.constant(null)),
    { minKeys: 1 },
  )

  /** The new text, or undefined when the file cannot be edited, which must be said. */
  function tryEdit(edit: () => string): string | undefined {
    try {
      return edit()
    } catch (error) {
      if (error instanceof SsoxError && /safely|UTF-8/.test(error.message)) return undefined
      throw error
    }
  }

  const linesOf = (text: string) =>
    text
      .replace(/^\uFEFF/, '')
      .split(/(?<=\n)|(?<=\r)(?!\n)/)
      .filter((line) => line !== '')

  /** The lines that only one of two texts has (a missing line break at the end aside). */
  function difference(before: string, after: string): { gone: string[]; added: string[] } {
    const [old, now] = [linesOf(before), linesOf(after)]
    const same = (one = '', other = '') =>
      one === other || (one === old.at(-1) && other.replace(/[\r\n]+$/, '') === one)
    /** Length of the longest common subsequence of what is behind `i` and `j`. */
    const common = (i: number, j: number): number => {
      const key = i * (now.length + 1) + j
      const known = memory[key]
      if (known !== undefined) return known
      if (i >= old.length || j >= now.length) return 0
      const length = same(old[i], now[j])
        ? 1 + common(i + 1, j + 1)
        : Math.max(common(i + 1, j), common(i, j + 1))
      memory[key] = length
      return length
    }
    const memory: number[] = []
    const [gone, added]: [string[], string[]] = [[], []]
    let [i, j] = [0, 0]
    while (i < old.length || j < now.length)
      if (i < old.length && j < now.length && same(old[i], now[j])) [i, j] = [i + 1, j + 1]
      else if (i < old.length && common(i + 1, j) >= common(i, j + 1)) gone.push(old[i++] ?? '')
      else added.push(now[j++] ?? '')
    return { gone, added }
  }

  test('the edited values are read back, all other lines are the same bytes', () => {
    let edited = 0
    fc.assert(
      fc.property(awkwardFile, kinds, name, values, (text, kind, profile, wanted) => {
        const document = parseDocument(text, kind)
        const after = tryEdit(() =>
          setValues(document, 'profile', profile, new Map(Object.entries(wanted))),
        )
        if (after === undefined) return
        edited++
        const now = parseDocument(after, kind).section('profile', profile)
        for (const [key, expected] of Object.entries(wanted))
          assert.is(now?.values.get(key), expected ?? undefined)
        assert.is(after.startsWith('\uFEFF'), text.startsWith('\uFEFF'))
        const { gone, added } = difference(text, after)
        const keys = Object.keys(wanted).join('|')
        const ours = new RegExp(`^\\s*(?:(?:${keys})\\s*=.*|\\[.*\\])?\\s*$`, 'is')
        for (const line of added) assert.match(line, ours)
        const ranges = document.section('profile', profile)?.ranges ?? []
        const own = ranges.map(({ start, end }) => text.slice(start, end)).join('')
        for (const line of gone) assert.ok(own.includes(line), `lost: ${JSON.stringify(line)}`)
      }),
      { numRuns: 2000 },
    )
    assert.ok(edited > 1000)
  })

  test('a section that was appended goes without a trace, but for a missing line end', () => {
    fc.assert(
      fc.property(awkwardFile, kinds, (text, kind) => {
        const after = tryEdit(() => remove(set(text, 'zz', { x: '1', y: '2' }, kind), 'zz', kind))
        if (after !== undefined && after !== text)
          assert.match(
            after.startsWith(text) ? after.slice(text.length) : after,
            /^(?:\r\n|\n|\r)$/,
          )
      }),
      { numRuns: 2000 },
    )
  })

  test('a removed section is gone, and every other section reads as before', () => {
    fc.assert(
      fc.property(awkwardFile, kinds, name, (text, kind, profile) => {
        const before = parseDocument(text, kind)
        const after = tryEdit(() => removeSection(before, 'profile', profile))
        if (after === undefined) return
        const now = parseDocument(after, kind)
        assert.equal(
          now.names('profile'),
          before.names('profile').filter((one) => one !== profile),
        )
        for (const one of now.names('profile'))
          assert.equal(now.section('profile', one)?.values, before.section('profile', one)?.values)
        const comments = (one: string) => one.match(/^[#;].*/gm)?.length ?? 0
        if (!before.section('profile', profile)) assert.is(after, text)
        assert.ok(comments(after) <= comments(text))
      }),
      { numRuns: 2000 },
    )
  })
})
