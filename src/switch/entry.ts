/**
 * The entries of the switch cache: finished results of `ssox env <profile>` and of
 * `ssox credential-process --profile <profile>`, and what must be true for them to be used. Pure, and
 * loads nothing: `main.ts` starts with it. Four kinds of a profile:
 *
 *   p-NAME         for the hooks but that of fish: names to unset, and NAME=value lines; any shell can apply it
 *   r-NAME         for their renewal: the same with newer keys for what the shell acts as already
 *   s-SHELL-NAME   for whoever prints: the statement for that shell (launcher, main.ts; the fish hook reads s-fish)
 *   c-NAME         for whoever prints: the answer of credential-process (launcher, main.ts)
 *
 * Lines of all four:
 *   1  `condition`: version, profile, and the variables that decide which files count
 *   2  the path of the config file, 3 of the credentials file, 4 of the settings
 *   5  the state folder, where `config`, `credentials` and `settings` have the times of those three
 *   6  the SSO token file, 7 the marker of its sign-in: both must be there
 *      (the state folder in place of both, where there is no sign-in behind the keys)
 *   8  the expiry in epoch seconds (`NO_EXPIRY`: none); at least 300 seconds must be left, of c 960
 * then of p and r:
 *   9  account and role with a blank between: a renewal must be of the same
 *  10  names to unset, the keys first; also those that are set then, so that a read-only one is met
 *      before there are new keys
 *  11  pairs `NAME OWNER`: unset NAME, too, if its value is that of OWNER (looked at before 10); in r
 *      there are none, and the fish hook, which reads no p, does not look
 *  12  NAME=value …, the keys last, and a last line `.`
 * of s:
 *   9  the statement, and a last line `.`
 * of c:
 *   9  the file with the role credentials (none: empty), 10 its mtime in nanoseconds
 *  11  the answer, and a last line `.`
 * The mtime of r and s is the expiry less those 300 seconds, of c less 960.
 * A p and s entry is missing for a protected profile, since `ssox env` has to ask.
 */
import type { EnvChange } from '../shells/change.ts'

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
export type EntryKind = 'p' | 'r' | 'n' | 'c' | `s-${string}`

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

/** The text of an s entry; undefined when a value does not fit on a line. */
export function statementEntry(head: EntryHead, statement: string): string | undefined {
  return lines([...headLines(head), statement.trimEnd(), '.'])
}

/** The file that an answer was made of, and when it was written; empty for keys in the AWS files. */
export interface AnswerSource {
  readonly file: string
  readonly mtimeNs: string
}

/** The text of a c entry; undefined when a value does not fit on a line. */
export function answerEntry(
  head: EntryHead,
  { file, mtimeNs }: AnswerSource,
  answer: string,
): string | undefined {
  return lines([...headLines(head), file, mtimeNs, answer, '.'])
}

/** The parts of an s entry, or of a c entry with its source; undefined when it is neither, or was cut. */
export function readEntry(text: string):
  | {
      readonly head: EntryHead
      readonly source: AnswerSource | undefined
      readonly statement: string
    }
  | undefined {
  const all = text.split('\n')
  const [condition = '', config = '', credentials = '', settings = '', ...rest] = all
  const [stateFolder = '', tokenFile = '', marker = '', expires = '', ...body] = rest
  const [file = '', mtimeNs = ''] = body
  const source = body.length === 5 ? { file, mtimeNs } : undefined
  const [statement = '', end, last] = source ? body.slice(2) : body
  if (end !== '.' || last !== '' || body.length !== (source ? 5 : 3)) return undefined
  const files = { config, credentials, settings }
  return {
    head: { condition, files, stateFolder, tokenFile, marker, expires: Number(expires) },
    source,
    statement: `${statement}\n`,
  }
}

function headLines(head: EntryHead): string[] {
  const { condition, files, stateFolder, tokenFile, marker, expires } = head
  const paths = STATE_FILES.map((name) => files[name])
  return [condition, ...paths, stateFolder, tokenFile, marker, String(expires)]
}

function lines(all: readonly string[]): string | undefined {
  return all.some((line) => /[\0\r\n]/.test(line)) ? undefined : `${all.join('\n')}\n`
}
