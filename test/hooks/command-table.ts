/**
 * The command table of `src/cli/spec.ts` as the hooks for fish and PowerShell hold it, for
 * completion, between the lines `BEGIN command table` and `END command table`.
 * `SSOX_WRITE_TABLES=1` makes the test write the table in place of checking it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  type ArgSpec,
  type FlagGroup,
  type FlagSpec,
  flagsIn,
  VERBS,
  type VerbSpec,
} from '../../src/cli/spec.ts'
import { assert } from '../support/suite.ts'

/** Asserts that the hook holds the table; `write` puts it there. */
export function checkTable(
  hook: string,
  table: readonly string[],
  write = process.env['SSOX_WRITE_TABLES'] === '1',
): void {
  const file = fileURLToPath(new URL(`../../shell/${hook}`, import.meta.url))
  const text = readFileSync(file, 'utf8')
  const match = /^([ \t]*)# BEGIN command table\n([\s\S]*?)^[ \t]*# END command table$/m.exec(text)
  if (!match) throw new Error(`${hook} has no lines BEGIN and END command table`)
  const [, indent = '', found = ''] = match
  const expected = table.map((line) => (line === '' ? '\n' : `${indent}${line}\n`)).join('')
  if (!write) {
    assert.fixture(found, expected, `${hook}: set SSOX_WRITE_TABLES=1 and run again`)
    return
  }
  const at = match.index + match[0].indexOf('\n') + 1
  writeFileSync(file, `${text.slice(0, at)}${expected}${text.slice(at + found.length)}`)
}

/** The functions of `shell/ssox.fish`. */
export function fishTable(): string[] {
  return [
    'function __ssox_verbs',
    ...fishRows(verbs.map(({ name, summary }) => [name, summary])),
    'end',
    '',
    '# What a verb takes besides flags.',
    'function __ssox_argument --argument-names verb',
    '    switch $verb',
    ...verbs.flatMap((verb) => {
      const kinds = argumentKinds(verb)
      return kinds.length > 0
        ? [`        case ${verb.name}`, `            builtin printf '%s\\n' ${kinds.join(' ')}`]
        : []
    }),
    '    end',
    'end',
    '',
    '# The values of a flag or of an argument, as far as there is a list; status 1: it takes none.',
    'function __ssox_choices --argument-names word',
    '    switch $word',
    ...choices().flatMap(([word, values]) => [
      `        case ${word}`,
      `            builtin printf '%s\\n' ${values.join(' ')}`,
    ]),
    `        case ${freeFlags().join(' ')}`,
    "        case '*'",
    '            return 1',
    '    end',
    'end',
    '',
    'function __ssox_flags --argument-names group',
    '    switch $group',
    ...flagGroups().flatMap(({ name, flags, shared }) => [
      `        case ${name}`,
      ...fishRows(flags.flatMap(spellings)).map((line) => `        ${line}`),
      ...shared.map((group) => `            __ssox_flags ${group}`),
    ]),
    '    end',
    'end',
  ]
}

/** The body of `__ssox_table` in `shell/ssox.ps1`. */
export function powershellTable(): string[] {
  const groups = flagGroups()
  return [
    '@{',
    '  Verbs     = [ordered] @{',
    ...verbs.map(({ name, summary }) => `    ${psQuote(name)} = ${psQuote(summary)}`),
    '  }',
    '  # What a verb takes besides flags.',
    '  Arguments = @{',
    ...verbs.flatMap((verb) => psList(verb.name, argumentKinds(verb))),
    '  }',
    '  # The values of a flag or of an argument, as far as there is a list.',
    '  Choices   = @{',
    ...choices().flatMap(([word, values]) => psList(word, values)),
    ...freeFlags().map((flag) => `    ${psQuote(flag)} = @()`),
    '  }',
    '  Flags     = @{',
    ...groups.flatMap(({ name, flags }) => [
      `    ${psQuote(name)} = @(`,
      ...flags.flatMap(spellings).map((row, at, { length }) => {
        const comma = at < length - 1 ? ',' : ''
        return `      ${row.map(psQuote).join(', ')}${comma}`
      }),
      '    )',
    ]),
    '  }',
    '  Groups    = @{',
    ...groups.flatMap(({ name, shared }) => psList(name, shared)),
    '  }',
    '}',
  ]
}

const verbs: readonly VerbSpec[] = VERBS

type Row = readonly [word: string, description: string]

function fishRows(rows: readonly Row[]): string[] {
  if (rows.length === 0) return []
  const quoted = rows.map(([word, text]) => `        ${word} ${fishQuote(text)}`)
  return ["    builtin printf '%s\\t%s\\n' \\", ...quoted.join(' \\\n').split('\n')]
}

function fishQuote(text: string): string {
  return text.includes("'")
    ? `"${text.replace(/[\\"$]/g, '\\$&')}"`
    : `'${text.replaceAll('\\', '\\\\')}'`
}

function psList(key: string, values: readonly string[]): string[] {
  return values.length > 0 ? [`    ${psQuote(key)} = @(${values.map(psQuote).join(', ')})`] : []
}

/** The hook is ASCII, so that Windows PowerShell reads it whatever the code page is. */
function psQuote(text: string): string {
  return `'${text
    .replaceAll("'", "''")
    .replaceAll('…', '...')
    .replace(/[^ -~]/g, '?')}'`
}

/** `profile`, `session`, and `choice` for a list of its own. */
function argumentKinds({ args }: VerbSpec): string[] {
  const kindsOf = ({ name, choices }: ArgSpec) =>
    choices ? ['choice'] : name.split('|').filter((word) => /^(profile|session)$/.test(word))
  return [...new Set(args.flatMap(kindsOf))]
}

/** Flags, and verbs with such an argument, that take one of a list. */
function choices(): [word: string, values: readonly string[]][] {
  const flags = allFlags().flatMap(({ name, choices }): [string, readonly string[]][] =>
    choices ? [[`--${name}`, choices]] : [],
  )
  const args = verbs.flatMap(({ name, args }): [string, readonly string[]][] =>
    args.flatMap(({ choices }) => (choices ? [[name, choices]] : [])),
  )
  return [...flags, ...args]
}

/** Flags with a value that is not from a list. */
function freeFlags(): string[] {
  return allFlags()
    .filter(({ type, choices }) => type !== 'boolean' && !choices)
    .map(({ name }) => `--${name}`)
}

function allFlags(): FlagSpec[] {
  const all = flagGroups().flatMap(({ flags }) => flags)
  return [...new Map(all.map((flag) => [flag.name, flag])).values()]
}

interface Group {
  readonly name: string
  readonly flags: readonly FlagSpec[]
  readonly shared: readonly FlagGroup[]
}

/** Each verb with its own flags and the names of the groups that it takes; then the groups. */
function flagGroups(): Group[] {
  const shared = ['sign-in', 'identity', 'global'] as const
  return [
    ...verbs.map((verb) => ({
      name: verb.name,
      flags: flagsIn('own', verb),
      shared: [...verb.shared, 'global' as const],
    })),
    ...shared.map((name) => ({ name, flags: flagsIn(name), shared: [] })),
  ]
}

/** Every way to type a flag, with what it does. */
function spellings({ name, short, description, negation }: FlagSpec): Row[] {
  const rows: Row[] = []
  if (description !== undefined) rows.push([`--${name}`, description])
  if (negation !== undefined) rows.push([`--no-${name}`, negation])
  if (short !== undefined && description !== undefined) rows.push([`-${short}`, description])
  return rows
}
