/**
 * The entries of the switch cache: finished results of `ssox env <profile>` and of
 * `ssox credential-process --profile <profile>`, and what must be true for them to be used. Pure, and
 * imports only src/text: `main.ts` starts with it. Five kinds of a profile, of two shapes:
 *
 *   p-NAME         for the hooks but that of fish: names to unset, and NAME=value lines; any shell can apply it
 *   r-NAME         for their renewal: the same with newer keys for what the shell acts as already
 *   f-NAME         for the hook of fish: the statement that it evaluates
 *   t-SHELL-NAME   for whoever prints (launcher, main.ts): the text of the statement for that shell
 *   j-NAME         for whoever prints: the answer of credential-process, JSON
 *
 * p, r and f are lines, which a hook takes apart with one builtin; it evaluates only the statement of f:
 *   1  `condition`: version, profile, and the variables that decide which files count
 *   2  the path of the config file, 3 of the credentials file, 4 of the settings
 *   5  the state folder, where `config`, `credentials` and `settings` have the times of those three
 *   6  the SSO token file, 7 the marker of its sign-in: both must be there
 *      (the state folder in place of both, where there is no sign-in behind the keys)
 *   8  the expiry in epoch seconds (`NO_EXPIRY`: none); at least 300 seconds must be left, of j 960
 * then of p and r:
 *   9  account and role with a blank between: a renewal must be of the same
 *  10  names to unset, the keys first; also those that are set then, so that a read-only one is met
 *      before there are new keys
 *  11  pairs `NAME OWNER`: unset NAME, too, if its value is that of OWNER (looked at before 10); in r
 *      there are none, and the fish hook, which reads no p, does not look
 *  12  NAME=value …, the keys last, and a last line `.`
 * of f:
 *   9  the statement, and a last line `.`
 *
 * t and j are an assignment to a variable for each of these, in braces (`assignments`), since a POSIX
 * shell has no way to read lines but a system call for each byte: the launcher runs the file. One that
 * was cut anywhere has no closing brace, so nothing in it is run, not even a part. What is assigned
 * is compared like the lines, but after it was run: with another shape they need other letters. The
 * fish hook has lines, since it would take four times as long to take the quotes off again.
 *   ssox_condition, config, credentials, settings, state, token, marker, expires   lines 1 to 8
 *   ssox_source        of j: the file with the role credentials (none: empty)
 *   ssox_source_time   of j: its mtime in nanoseconds
 *   ssox_answer        the statement or the JSON, without its line break
 *
 * The mtime of r, f and t is the expiry less those 300 seconds, of j less 960.
 * A p, f and t entry is missing for a protected profile, since `ssox env` has to ask.
 */
import type { EnvChange } from '../shells/change.ts'
import { singleQuoted } from '../text/shell-words.ts'

type Env = Readonly<Record<string, string | undefined>>

/** In place of the expiry of keys without one: a time that no clock reaches. */
export const NO_EXPIRY = 99_999_999_999
/** An entry is used while this much time is left. */
export const ENTRY_MIN_LEFT_MINUTES = 5
/** An answer of credential-process is used while this much is left. */
export const ANSWER_MIN_LEFT_MINUTES = 16
/** The files that decide what a profile is, by the names of their stamps in the state folder. */
export const STATE_FILES = ['config', 'credentials', 'settings'] as const

/** Variables that decide which files count, and with them what a profile is. */
const DECIDING = ['HOME', 'XDG_CONFIG_HOME', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']
const VERSION = 'ssox-switch 4'
const MAX_FILE_NAME = 255

/** `n` is no entry but a note for the hooks, see `noteForHooks`. */
export type EntryKind = 'p' | 'r' | 'f' | 'n' | 'j' | `t-${string}`

/** What must be true for an entry to be used; paths are absolute, the expiry in epoch seconds. */
export interface EntryHead {
  readonly condition: string
  readonly files: Readonly<Record<(typeof STATE_FILES)[number], string>>
  readonly stateFolder: string
  readonly tokenFile: string
  readonly marker: string
  readonly expires: number
}

/** The first line of the entries of a profile in this environment; compared as a whole. */
export function condition(profile: string, env: Env): string {
  return [VERSION, profile, ...DECIDING.map((name) => env[name] ?? '')].join('\t')
}

/**
 * True when the first line means one environment alone: no value with a tab, and no path with a
 * variable in it, which may be another one tomorrow.
 */
export function isConditionSafe(profile: string, env: Env): boolean {
  const values = DECIDING.map((name) => env[name] ?? '')
  return !profile.includes('\t') && !values.some((value) => /[\t$]/.test(value))
}

/**
 * The file name of an entry: `%` and `/` are written `%%` and `%-`; undefined where a name is too
 * long for a file, or has a line break, which no entry can hold.
 */
export function entryName(kind: EntryKind, profile: string): string | undefined {
  const name = `${kind}-${profile.replaceAll('%', '%%').replaceAll('/', '%-')}`
  const fits = Buffer.byteLength(name) <= MAX_FILE_NAME && profile !== ''
  return fits && !/[\0\r\n]/.test(profile) ? name : undefined
}

/** True for the name of an entry of this profile, of whatever kind. */
export function isEntryOf(fileName: string, profile: string): boolean {
  return fileName.replace(/^(?:[fjpr]|t-[a-z]+)(?=-)/, 'p') === entryName('p', profile)
}

/** The text of a p or r entry; undefined when a value does not fit on a line. */
export function dataEntry(
  head: EntryHead,
  identity: string,
  change: EnvChange,
): string | undefined {
  return lines([...headLines(head), identity, ...changeLines(change)])
}

/**
 * What the hook of PowerShell gets in place of a statement, which it would have to evaluate, and
 * PowerShell may log what it evaluates: lines 10 to 12 of an entry. It decodes the output of a program
 * by the locale, so they are ASCII; `Regex.Unescape` of .NET reads the rest.
 */
export function dataForHook(change: EnvChange): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return changeLines(change)
    .map((line) => `${line.replace(/[^ -[\]-~]/g, escaped)}\n`)
    .join('')
}

function changeLines({ unset, owned, unsetLast, set, keys }: EnvChange): string[] {
  return [
    [...unset, ...unsetLast, ...set.map(([name]) => name)].join(' '),
    owned.flat().join(' '),
    ...[...set, ...keys].map(([name, value]) => `${name}=${value}`),
    '.',
  ]
}

/** The text of an f entry; undefined when a value does not fit on a line. */
export function fishEntry(head: EntryHead, statement: string): string | undefined {
  return lines([...headLines(head), statement.trimEnd(), '.'])
}

/** The text of a t entry; undefined when a value has a line break. */
export function statementEntry(head: EntryHead, statement: string): string | undefined {
  return assignments([...headFields(head), ['answer', statement.trimEnd()]])
}

/** The file that an answer was made of, and when it was written; empty for keys in the AWS files. */
export interface AnswerSource {
  readonly file: string
  readonly mtimeNs: string
}

/** The text of a j entry; undefined when a value has a line break. */
export function answerEntry(
  head: EntryHead,
  { file, mtimeNs }: AnswerSource,
  answer: string,
): string | undefined {
  const source: Field[] = [
    ['source', file],
    ['source_time', mtimeNs],
  ]
  return assignments([...headFields(head), ...source, ['answer', answer]])
}

/** The parts of a t entry, or of a j entry with its source; undefined when it is neither, or was cut. */
export function readEntry(text: string):
  | {
      readonly head: EntryHead
      readonly source: AnswerSource | undefined
      readonly statement: string
    }
  | undefined {
  if (!text.startsWith('{\n') || !text.endsWith('\n}')) return undefined
  const fields = new Map<string, string>()
  for (const line of text.slice(2, -2).split('\n')) {
    const [, name, quoted] = /^ssox_(\w+)='((?:[^']|'\\'')*)'$/.exec(line) ?? []
    if (name === undefined || quoted === undefined) return undefined
    fields.set(name, quoted.replaceAll("'\\''", "'"))
  }
  if (!fields.get('answer')) return undefined
  const field = (name: string) => fields.get(name) ?? ''
  const files = {
    config: field('config'),
    credentials: field('credentials'),
    settings: field('settings'),
  }
  return {
    head: {
      condition: field('condition'),
      files,
      stateFolder: field('state'),
      tokenFile: field('token'),
      marker: field('marker'),
      expires: Number(field('expires')),
    },
    source: fields.has('source')
      ? { file: field('source'), mtimeNs: field('source_time') }
      : undefined,
    statement: `${field('answer')}\n`,
  }
}

type Field = readonly [name: string, value: string]

function headFields(head: EntryHead): Field[] {
  return [
    ['condition', head.condition],
    ...STATE_FILES.map((name): Field => [name, head.files[name]]),
    ['state', head.stateFolder],
    ['token', head.tokenFile],
    ['marker', head.marker],
    ['expires', String(head.expires)],
  ]
}

function headLines(head: EntryHead): string[] {
  return headFields(head).map(([, value]) => value)
}

function lines(all: readonly string[]): string | undefined {
  return all.some((line) => /[\0\r\n]/.test(line)) ? undefined : `${all.join('\n')}\n`
}

/** No line break at the end, so that a file that lacks its last byte was cut. */
function assignments(fields: readonly Field[]): string | undefined {
  const text = lines(fields.map(([name, value]) => `ssox_${name}=${singleQuoted(value)}`))
  return text && `{\n${text}}`
}
