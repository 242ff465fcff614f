/** The table of the command line for the hooks says what the parser takes, no more and no less. */
import { readFileSync } from 'node:fs'
import { completionTable } from '../../src/cli/completion.ts'
import { findFlag, findVerb, VERBS, type VerbSpec } from '../../src/cli/spec.ts'
import { TOPIC_NAMES } from '../../src/cli/topic-names.ts'
import { asked } from '../support/command-line.ts'
import { assert, suite } from '../support/suite.ts'

const verbs: readonly VerbSpec[] = VERBS
const rows = completionTable()
  .split('\n')
  .slice(0, -1)
  .map((line) => line.split('\t'))

/** The words of the rows of a kind, for a verb or a flag. */
function words(kind: string, of: string): string[] {
  return rows.filter((row) => row[0] === kind && row[1] === of).map((row) => row[2] ?? '')
}

function isTaken(line: readonly string[]): boolean {
  try {
    asked(line)
    return true
  } catch {
    return false
  }
}

/** The least that a verb needs, with `more` in it; none is the line without one. */
function lineOf(verb: VerbSpec | undefined, more: readonly string[]): string[] {
  if (!verb) return [...more]
  const args = verb.args.filter((arg) => arg.required).map((arg) => arg.choices?.[0] ?? 'dev')
  return [verb.name, ...more, ...args]
}

/** A value that the flag takes; undefined for one that takes none. */
function valueFor(spelling: string): string | undefined {
  const flag = findFlag(spelling.replace(/^--/, ''))
  if (!flag || flag.type === 'boolean') return undefined
  return words('value', spelling)[0] ?? String(flag.range?.[0] ?? 'x')
}

/** Every spelling that a flag could have: of each name alone and with `no-`, and every letter. */
function possibleSpellings(): string[] {
  const names = rows.flatMap(([kind, , word = '']) =>
    kind === 'flag' ? [word.replace(/^--?(no-)?/, '').replace(/=$/, '')] : [],
  )
  const letters = Array.from({ length: 26 }, (_, at) => String.fromCharCode(97 + at))
  return [
    ...[...new Set(names)].flatMap((name) => [`--${name}`, `--no-${name}`]),
    ...letters.flatMap((letter) => [`-${letter}`, `-${letter.toUpperCase()}`]),
  ]
}

suite('the table for completion', (test) => {
  test('is in the file beside the hooks', () => {
    const file = new URL('../../shell/completion.tsv', import.meta.url)
    assert.is(readFileSync(file, 'utf8'), completionTable())
  })

  test('has four fields in each row, none of them empty, and no row twice', () => {
    for (const row of rows) {
      assert.is(row.length, 4, row.join(' | '))
      assert.ok(
        row.every((field) => field !== '' && !/[\r\0]/.test(field)),
        row.join(' | '),
      )
    }
    assert.is(new Set(rows.map((row) => row.slice(0, 3).join('\t'))).size, rows.length)
  })

  test('has every verb, and help with every verb and topic', () => {
    const names = verbs.map(({ name }) => name)
    assert.equal(words('verb', '-'), [...names, 'help'])
    for (const name of names) assert.ok(findVerb(name), name)
    assert.equal(words('word', 'help'), [...names, ...TOPIC_NAMES])
    for (const word of words('word', 'help')) assert.ok(isTaken(['help', word]), word)
  })

  for (const verb of [undefined, ...verbs]) {
    const of = verb?.name ?? '-'
    test(`${of}: its flags are those that the parser takes, with a value where it wants one`, () => {
      const listed = words('flag', of)
      for (const spelling of possibleSpellings()) {
        const [plain, valued] = [listed.includes(spelling), listed.includes(`${spelling}=`)]
        const value = valueFor(spelling)
        if (value === undefined) {
          assert.is(isTaken(lineOf(verb, [spelling])), plain, `${of} ${spelling}`)
          continue
        }
        assert.not.ok(plain, `${of} ${spelling}`)
        assert.is(isTaken(lineOf(verb, [`${spelling}=${value}`])), valued, `${of} ${spelling}=`)
        assert.is(isTaken(lineOf(verb, [spelling, value])), valued, `${of} ${spelling} ${value}`)
      }
    })
  }

  test('awsuse: has what env has, but for what its help leaves out', () => {
    const left = words('flag', 'env').filter((word) => !words('flag', 'awsuse').includes(word))
    assert.equal(left, ['--shell=', '--format=', '--print'])
    assert.equal(words('word', 'awsuse'), words('word', 'env'))
  })

  for (const verb of verbs)
    test(`${verb.name}: its arguments are those that the parser takes`, () => {
      const listed = words('word', verb.name)
      const taken = (word: string) => isTaken([verb.name, word])
      const names = listed.filter((word) => word.startsWith(':'))
      for (const name of names) assert.ok([':profile', ':session'].includes(name), name)
      for (const word of listed) if (!names.includes(word)) assert.ok(taken(word), word)
      assert.is(taken('any-name'), names.length > 0)
      // What follows the first word may be a command.
      if (verb.rest === undefined)
        assert.is(isTaken([verb.name, 'any-name', 'other']), words('more', verb.name).length > 0)
    })

  test('has the values of every flag with a list, and no others are taken', () => {
    const flags = new Set(rows.flatMap(([kind, of = '']) => (kind === 'value' ? [of] : [])))
    for (const flag of flags) {
      const verb = verbs.find(({ own }) => own.some((name) => `--${name}` === flag)) ?? verbs[0]
      for (const value of words('value', flag))
        assert.ok(isTaken(lineOf(verb, [`${flag}=${value}`])), `${flag}=${value}`)
      assert.not.ok(isTaken(lineOf(verb, [`${flag}=nope`])), flag)
    }
    for (const [kind, , word = ''] of rows) {
      const flag = findFlag(word.replace(/^--/, '').replace(/=$/, ''))
      if (kind === 'flag' && word.endsWith('=') && flag?.choices)
        assert.ok(flags.has(word.slice(0, -1)), word)
    }
  })
})
