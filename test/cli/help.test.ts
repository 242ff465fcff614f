import { help, shortHelp } from '../../src/cli/help.ts'
import { flagsOf } from '../../src/cli/spec.ts'
import { TOPICS } from '../../src/cli/topic-names.ts'
import { DESCRIBED_VERBS as verbs } from '../../src/cli/verb-text.ts'
import { width } from '../../src/text/width.ts'
import { colours } from '../../src/ui/colour.ts'
import { assert, suite } from '../support/suite.ts'

const everything = [help(undefined), shortHelp(), ...verbs.map(({ name }) => help(name))]

suite('help', (test) => {
  test('fits into 100 columns', () => {
    for (const text of everything)
      for (const line of text.split('\n')) assert.ok(width(line) <= 100, line)
  })

  test('has no trailing blanks, ends with one line feed, and nothing undefined', () => {
    for (const text of everything) {
      assert.not.match(text, / $/m)
      assert.match(text, /[^\n]\n$/)
      assert.not.match(text, /undefined/)
    }
  })

  test('of ssox lists each verb with its arguments and summary', () => {
    const words = flatten(help(undefined))
    for (const { name, summary } of verbs) {
      assert.match(words, new RegExp(` ${name} `))
      assert.ok(words.includes(summary), name)
    }
  })

  test('of ssox leads with examples', () => {
    const text = help(undefined)
    assert.ok(text.indexOf('eval "$(ssox env dev)"') < text.indexOf('Daily'))
  })

  test('of ssox names the exit codes', () => {
    for (const code of ['0 ok', '2 usage', '4 sign-in needed', '8 busy', '130 cancelled'])
      assert.ok(help(undefined).includes(code), code)
  })

  for (const verb of verbs) {
    const text = help(verb.name)
    test(`of ${verb.name} mentions every flag that it takes, with value and choices`, () => {
      for (const { name, short, value, choices, negation } of flagsOf(verb)) {
        const isShown = negation !== 'alone' && !verb.implied?.some((flag) => flag === name)
        assert.is(new RegExp(`--${name}( <|\\s)`).test(text), isShown, name)
        if (negation) assert.match(text, new RegExp(`--no-${name}\\s`))
        if (short) assert.ok(text.includes(`-${short}, --${name}`), short)
        if (value && !choices && isShown) assert.ok(text.includes(`--${name} <${value}>`), name)
        for (const choice of choices ?? []) assert.match(text, new RegExp(`\\b${choice}\\b`))
      }
    })

    test(`of ${verb.name} shows examples before flags, then exit codes`, () => {
      const examples = text.indexOf('\nExamples\n')
      const flags = text.indexOf('\nWith every command\n')
      assert.ok(0 < examples && examples < flags && flags < text.indexOf('\nExit codes\n'))
      for (const { command } of verb.examples) {
        // A long one has a line of its own.
        const at = Math.max(...['  ', '\n'].map((end) => text.indexOf(`\n  ${command}${end}`)))
        assert.ok(examples < at && at < flags, command)
      }
      for (const [code, meaning] of verb.exits)
        assert.ok(flatten(text).includes(`${code} ${meaning}`), code)
    })
  }

  test('of ssox names awsuse first, and every topic', () => {
    const text = help(undefined)
    assert.ok(text.indexOf('awsuse dev') < text.indexOf('ssox env dev'))
    for (const [name, summary] of Object.entries(TOPICS))
      assert.ok(flatten(text).includes(` ${name} ${summary}`), name)
  })

  test('of env speaks as awsuse to who has typed that', () => {
    const text = help('env', colours(false), 'awsuse')
    assert.match(text, /^awsuse \[profile\]\n/)
    assert.not.match(text, /ssox env|--shell|--format|--print|eval/)
    assert.match(text, /\n {2}awsuse --clear {2}/)
    assert.is(help('exec', colours(false), 'awsuse'), help('exec'))
  })

  test('of login does not show --login, which it is itself; it is taken all the same', () =>
    assert.not.match(help('login'), /--login\b/))

  test('does not show a flag form that does not exist', () => {
    assert.not.match(help('env'), /--input\b/)
    assert.not.match(help('env'), /--no-refresh/)
  })

  test('names the variable that stands for a flag', () =>
    assert.match(help('env'), /--account-id <id> +account, 12 digits \(or AWS_SSO_ACCOUNT_ID\)\n/))

  test('of init lists the shells that have a hook', () =>
    assert.match(help('init'), /<shell>\s+bash, zsh, fish, powershell/))

  test('is plain without colour and says the same with it', () => {
    for (const name of [undefined, 'env'] as const) {
      assert.not.match(help(name), /\x1b/)
      const coloured = help(name, colours(true))
      assert.match(coloured, /\x1b\[1m/)
      assert.is(coloured.replace(/\x1b\[\d+m/g, ''), help(name))
    }
  })

  test('of a bare ssox is short and leads on', () => {
    assert.ok(shortHelp().split('\n').length <= 12)
    assert.match(shortHelp(), /ssox --help/)
    for (const { name } of verbs) assert.ok(shortHelp().includes(name), name)
  })
})

/** The text with line breaks and indents made one blank. */
function flatten(text: string): string {
  return text.replace(/\s+/g, ' ')
}
