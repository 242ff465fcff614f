/**
 * What ssox says when something fails, as it is written in the source: a list for a person to read
 * (`errors.txt`), and what holds for every entry. `SSOX_WRITE_WORDS=1` writes the list anew.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { findVerb } from '../../src/cli/spec.ts'
import { EXIT, type ProblemKind } from '../../src/problem.ts'
import { asked } from '../support/command-line.ts'
import { assert, suite } from '../support/suite.ts'
import { type WrittenError, writtenErrors } from './sources.ts'

const list = new URL('errors.txt', import.meta.url)
const errors = writtenErrors()

/** Two lines of a terminal. */
const MAX_MESSAGE = 160
const MAX_FIX = 140

/** Kinds of those that are given another one where they are said. */
const PASSED_ON = 'error.kind'

suite('the errors of ssox', (test) => {
  test('are as in the list that was read last', () => {
    const now = asList(errors)
    if (process.env['SSOX_WRITE_WORDS']) writeFileSync(list, now)
    assert.is(readFileSync(list, 'utf8'), now, 'read the new words, then SSOX_WRITE_WORDS=1')
    assert.ok(errors.length > 120, `${errors.length} errors`)
  })

  test('have a kind, which is an exit code, and a cure', () => {
    for (const error of errors) {
      const where = `${error.file}:${error.line}`
      assert.ok(error.kind in EXIT || error.kind === PASSED_ON, `${where}: ${error.kind}`)
      assert.ok(error.fixSource !== undefined, `${where} has no cure`)
    }
  })

  test('are short, begin small, and end without a full stop', () => {
    for (const { file, line, message, fix } of errors)
      for (const [texts, most] of [
        [message, MAX_MESSAGE],
        [fix, MAX_FIX],
      ] as const)
        for (const text of texts) {
          const where = `${file}:${line}: ${text}`
          assert.ok(text.replace(/<[^<>]*>/g, '').length <= most, where)
          assert.not.match(text, /\n|[^.]\.$|!$|^[A-Z][a-z]+ (?!refuse|could|load)/, where)
          assert.not.match(text, /\b(please|invalid|failed to|unable|oops|sorry)\b/i, where)
        }
  })

  test('name in their cures only commands that ssox understands', () => {
    const commands = errors.flatMap(({ file, line, fix }) =>
      fix.flatMap((text) =>
        [...text.matchAll(/(?<![\w./-])(ssox|awsuse) ([^;()]*)/g)].map(
          ([, who = '', words = '']) => ({
            where: `${file}:${line}: ${text}`,
            words: `${who === 'awsuse' ? 'env ' : ''}${words}`,
          }),
        ),
      ),
    )
    assert.ok(commands.length > 30, `${commands.length} commands`)
    for (const { where, words } of commands) assertCommand(words, where)
    assert.throws(() => assertCommand('list --shell bash', 'a wrong one'))
  })
})

/** @throws when ssox would not take the words; `<name>` stands for a word, `…` for what is made elsewhere. */
function assertCommand(words: string, where: string): void {
  const plain = words.replace('<install|remove>', 'install').replace(/<[^<>]*>/g, 'bash')
  const [verb = '', ...rest] = plain.trim().split(' ')
  if (!rest.some((word) => word.startsWith('…'))) invocationAt(where, [verb, ...rest])
  else if (verb !== 'verb') assert.ok(findVerb(verb), where)
}

function invocationAt(where: string, words: readonly string[]): void {
  try {
    asked(words)
  } catch (error) {
    throw new Error(`${where}: ${error}`)
  }
}

function asList(all: readonly WrittenError[]): string {
  const lines = [
    'What ssox says when something fails, and what mends it, as written in src/ (made by errors.test.ts).',
    '<name>: what is put in; a | b: one of these, as the case is.',
  ]
  let file = ''
  for (const error of all) {
    if (error.file !== file) lines.push('', `${error.file}`)
    file = error.file
    const code = error.kind in EXIT ? EXIT[error.kind as ProblemKind] : '-'
    const fix = error.fix.length > 0 ? error.fix.join(' | ') : `<${error.fixSource}>`
    lines.push(`  ${code}  ${error.message.join(' | ')}`, `       ${fix}`)
  }
  return `${lines.join('\n')}\n`
}
