import {
  camelCase,
  findFlag,
  findVerb,
  flagsIn,
  flagsOf,
  usageOf,
  VERBS,
  type VerbSpec,
} from '../../src/cli/spec.ts'
import { DESCRIBED_VERBS, VERB_GROUPS } from '../../src/cli/verb-text.ts'
import { assert, suite } from '../support/suite.ts'

const verbs: readonly VerbSpec[] = VERBS
const names = (verb: string) => flagsOf(findVerb(verb)).map(({ name }) => name)

suite('command table', (test) => {
  test('has each verb once', () =>
    assert.is(new Set(verbs.map(({ name }) => name)).size, verbs.length))

  test('has the verbs that exist', () => {
    const expected =
      'console credential-process demo doctor env exec init list login logout setup status whoami write'
    assert.is(
      verbs
        .map(({ name }) => name)
        .sort()
        .join(' '),
      expected,
    )
  })

  test('puts every verb into a group of the overview', () => {
    for (const { group, name } of DESCRIBED_VERBS) assert.ok(VERB_GROUPS.includes(group), name)
  })

  test('gives every verb a summary, an example and exit code 2', () => {
    for (const { name, summary, examples, exits } of DESCRIBED_VERBS) {
      assert.ok(summary.length > 0, name)
      assert.ok(examples.length > 0, name)
      assert.ok(
        exits.some(([code]) => code === '2'),
        name,
      )
    }
  })

  test('has no flag twice on one verb', () => {
    for (const verb of verbs) {
      const all = flagsOf(verb).map(({ name }) => name)
      assert.is(new Set(all).size, all.length, verb.name)
    }
  })

  test('has flags whose names cannot be taken for a negation or for one another', () => {
    const all = new Set(verbs.flatMap((verb) => flagsOf(verb).map(({ name }) => name)))
    for (const name of all) {
      assert.match(name, /^[a-z]+(-[a-z]+)*$/)
      assert.not.match(name, /^no-/)
    }
    assert.is(new Set([...all].map(camelCase)).size, all.size)
  })

  test('has one letter only for booleans that have no negation', () => {
    for (const flag of flagsIn('global').filter(({ short }) => short !== undefined)) {
      assert.is(flag.type, 'boolean', flag.name)
      assert.is(flag.negation, undefined, flag.name)
    }
  })

  test('has a placeholder for every value and for nothing else', () => {
    for (const flag of verbs.flatMap((verb) => flagsOf(verb))) {
      assert.is(flag.value === undefined, flag.type === 'boolean', flag.name)
    }
  })

  for (const [verb, flags, sentence] of [
    [
      'env',
      ['shell', 'format', 'mode', 'clear', 'refresh', 'min-left', 'print'],
      'env has the options of the contract',
    ],
    ['login', ['force'], 'login can be forced'],
    ['logout', ['all'], 'logout can mean every session'],
    ['status', ['json', 'check', 'watch'], 'status has three forms'],
    ['list', ['names', 'json'], 'list has two forms'],
    ['demo', ['script'], 'demo plays by itself'],
    ['doctor', ['json', 'fix', 'report', 'network'], 'doctor has the options of the contract'],
    [
      'setup',
      ['filter', 'template', 'prune', 'convert', 'legacy', 'yes', 'dry-run', 'json'],
      'setup has the options of the contract',
    ],
    ['write', ['as', 'default', 'force', 'dry-run'], 'write has the options of the contract'],
  ] as const)
    test(sentence, () => {
      for (const flag of flags) assert.ok(names(verb).includes(flag), flag)
    })

  for (const verb of ['credential-process', 'env', 'exec', 'login', 'whoami', 'write'])
    test(`${verb} may sign in, so it takes the sign-in and identity flags`, () => {
      for (const flag of ['login', 'browser', 'device-code', 'port', 'start-url', 'sso-region'])
        assert.ok(names(verb).includes(flag), flag)
      for (const flag of ['account-id', 'role-name']) assert.ok(names(verb).includes(flag), flag)
    })

  for (const verb of ['logout', 'status', 'list', 'init', 'demo', 'doctor'])
    test(`${verb} never signs in, so it takes none of them`, () => {
      for (const flag of ['login', 'browser', 'account-id'])
        assert.not(names(verb).includes(flag), flag)
    })

  test('every verb takes the global flags', () => {
    for (const { name } of verbs)
      for (const flag of ['debug', 'quiet', 'input', 'region', 'color', 'help', 'version'])
        assert.ok(names(name).includes(flag), `${name} ${flag}`)
  })

  test('finds a flag by its exact name only', () => {
    assert.is(findFlag('min-left')?.type, 'number')
    for (const name of ['minLeft', 'min', 'MIN-LEFT', 'constructor', '__proto__', ''])
      assert.is(findFlag(name), undefined, name)
  })

  test('finds a verb by its exact name only', () => {
    assert.is(findVerb('env')?.name, 'env')
    for (const name of ['ENV', 'en', 'constructor', '', undefined])
      assert.is(findVerb(name), undefined, name)
  })

  test('shows how a verb is typed', () => {
    assert.is(usageOf(findVerb('exec') as VerbSpec), 'exec [profile] [-- <command …>]')
    assert.is(usageOf(findVerb('login') as VerbSpec), 'login [profile|session]')
    assert.is(usageOf(findVerb('list') as VerbSpec), 'list')
    assert.is(usageOf(findVerb('write') as VerbSpec), 'write [profile or glob …]')
  })
})
