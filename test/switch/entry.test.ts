import {
  answerEntry,
  dataForHook,
  type EntryHead,
  entryName,
  fishEntry,
  isEntryOf,
  readEntry,
  statementEntry,
} from '../../src/switch/entry.ts'
import { changeTo } from '../../src/switch/variables.ts'
import { assert, suite } from '../support/suite.ts'

suite('what the hook of PowerShell gets', (test) => {
  const dataOf = (profileName: string) =>
    dataForHook(
      changeTo({
        profileName,
        inFiles: true,
        mode: 'both',
        region: undefined,
        credentials: undefined,
        sessionEndsAt: undefined,
        accountId: undefined,
        roleName: undefined,
        isProtected: false,
      }),
    ).split('\n')

  test('names to unset with the keys first, names with their owners, values, and an end', () => {
    const [gone = '', owned, ...values] = dataOf('dev')
    assert.match(gone, /^AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN /)
    assert.match(gone, / AWS_PROFILE SSOX_PROFILE$/)
    assert.is(
      owned,
      'AWS_REGION SSOX_REGION AWS_DEFAULT_REGION SSOX_REGION AWS_ACCOUNT_ID SSOX_ACCOUNT_ID',
    )
    assert.equal(values, ['AWS_PROFILE=dev', 'SSOX_PROFILE=dev', '.', ''])
  })

  for (const [name, written] of [
    ['a b=c\'"$(x)%{}[]', 'a b=c\'"$(x)%{}[]'],
    ['back\\slash', 'back\\u005cslash'],
    ['\\u0041', '\\u005cu0041'],
    ['l’été', 'l\\u2019\\u00e9t\\u00e9'],
    ['🔑', '\\ud83d\\udd11'],
    ['tab\tesc\x1b', 'tab\\u0009esc\\u001b'],
  ] as const)
    test(`${JSON.stringify(name)} in ASCII, as .NET reads it`, () => {
      assert.is(dataOf(name)[2], `AWS_PROFILE=${written}`)
    })
})

const HEAD: EntryHead = {
  condition: 'ssox-switch 4\tdev\t/home/me\t\t\t',
  files: { config: '/home/me/.aws/config', credentials: '/c', settings: '/s' },
  stateFolder: '/run/user/1/ssox/state-1',
  tokenFile: '/t',
  marker: '/m',
  expires: 1_800_000_000,
}

suite('an entry for whoever prints', (test) => {
  test('is assignments in braces, in single quotes, without a line break at the end', () => {
    const text = statementEntry(HEAD, "{ export A='it'\\''s'; }\n") ?? ''
    assert.equal(text.split('\n'), [
      '{',
      "ssox_condition='ssox-switch 4\tdev\t/home/me\t\t\t'",
      "ssox_config='/home/me/.aws/config'",
      "ssox_credentials='/c'",
      "ssox_settings='/s'",
      "ssox_state='/run/user/1/ssox/state-1'",
      "ssox_token='/t'",
      "ssox_marker='/m'",
      "ssox_expires='1800000000'",
      "ssox_answer='{ export A='\\''it'\\''\\'\\'''\\''s'\\''; }'",
      '}',
    ])
    const answer = answerEntry(HEAD, { file: '/role', mtimeNs: '17' }, '{"Version":1}') ?? ''
    assert.equal(answer.split('\n').slice(9), [
      "ssox_source='/role'",
      "ssox_source_time='17'",
      `ssox_answer='{"Version":1}'`,
      '}',
    ])
  })

  for (const value of [
    'plain',
    "it's",
    "'",
    "'''",
    "'\\''",
    "\\'",
    '\\',
    '',
    '}',
    "x'\\",
    '$(x) `x` $HOME "!" # *',
    '\ttab \x01\x1b\x7f',
    'zo\u00eb \u2028\u2029\u0085 \u{1f511}',
  ])
    test(`${JSON.stringify(value)} is read as it was written, everywhere`, () => {
      const files = { config: value, credentials: value, settings: value }
      const paths = { files, stateFolder: value, tokenFile: value, marker: value }
      const head = { condition: value, ...paths, expires: 1 }
      const source = { file: value, mtimeNs: '1' }
      const statement = `${value}.\n`
      assert.equal(readEntry(statementEntry(head, statement) ?? ''), {
        head,
        source: undefined,
        statement,
      })
      assert.equal(readEntry(answerEntry(head, source, `${value}.`) ?? ''), {
        head,
        source,
        statement,
      })
    })

  for (const value of ['a\nb', 'a\rb', 'a\0b', '\n'])
    test(`${JSON.stringify(value)} is in none`, () => {
      const files = { ...HEAD.files, config: value }
      assert.is(statementEntry({ ...HEAD, files }, 'x'), undefined)
      assert.is(statementEntry(HEAD, `${value}x`), undefined)
      assert.is(answerEntry(HEAD, { file: value, mtimeNs: '' }, '{}'), undefined)
      assert.is(fishEntry({ ...HEAD, marker: value }, 'x'), undefined)
    })

  test('one that was cut anywhere, or is something else, is none', () => {
    const text = statementEntry(HEAD, "{ export A='it'\\''s'; }") ?? ''
    assert.ok(readEntry(text))
    for (let length = 0; length < text.length; length++)
      assert.is(readEntry(text.slice(0, length)), undefined, String(length))
    for (const [title, other] of [
      ['a line break behind it', `${text}\n`],
      ['zeros behind it', `${text}\0`],
      ['no answer', text.replace(/^ssox_answer=.*\n/m, '')],
      ['an empty answer', text.replace(/^ssox_answer=.*$/m, "ssox_answer=''")],
      ['a value without quotes', text.replace("='/t'", '=/t')],
      ['a quote too many', text.replace("='/t'", "='/t''")],
      ['a line that is no assignment', text.replace(/}$/, 'exit\n}')],
      ['lines, as fish has them', fishEntry(HEAD, 'x') ?? ''],
    ] as const)
      assert.is(readEntry(other), undefined, title)
  })
})

suite('the entries of a profile', (test) => {
  for (const [fileName, profile, is] of [
    ['p-dev', 'dev', true],
    ['r-dev', 'dev', true],
    ['f-dev', 'dev', true],
    ['j-dev', 'dev', true],
    ['t-bash-dev', 'dev', true],
    ['t-powershell-dev', 'dev', true],
    ['t-bash-dev', 'bash-dev', false],
    ['p-bash-dev', 'bash-dev', true],
    ['p-bash-dev', 'dev', false],
    ['t-sh-a%-b%%', 'a/b%', true],
    ['p-devs', 'dev', false],
    ['config', 'config', false],
    ['checked', 'checked', false],
  ] as const)
    test(`${fileName} is ${is ? 'one' : 'none'} of ${profile}`, () => {
      assert.is(isEntryOf(fileName, profile), is)
    })

  test('have names that fit a file', () => {
    assert.is(entryName('t-bash', 'a/b%'), 't-bash-a%-b%%')
    assert.is(entryName('j', 'x\ny'), undefined)
    assert.is(entryName('t-powershell', 'x'.repeat(243)), undefined)
  })
})
