/**
 * The text of ssox's own settings → values: section `[ssox]` (contract, section 3), and sections for
 * some profiles or SSO sessions alone.
 */
import { parse } from 'ini'
import { SsoxError } from '../problem.ts'
import { type Glob, parseGlobs } from '../text/glob.ts'
import { suggest } from '../text/suggest.ts'
import {
  expectedOf,
  findSetting,
  readValue,
  type Scope,
  SECTION_KINDS,
  SETTING_NAMES,
  type SectionKind,
  type Settings,
  settingsWith,
} from './table.ts'

const IGNORED = /^\s*(?:[;#].*)?$/
const HEADER = /^\s*\[/
const OUR_HEADER = /^\s*\[\s*ssox\s*\]\s*(?:[;#].*)?$/
/** A set of a glob has brackets of its own. */
const SCOPED_HEADER = new RegExp(
  String.raw`^\s*\[\s*(?<kind>${SECTION_KINDS.join('|')})\s+(?<names>\S.*?)\s*\]\s*(?:[;#].*)?$`,
)
/** A key, perhaps with a value, which may be in quotes as a whole; then perhaps a comment. */
const SETTING =
  /^\s*(?<setting>[^\s=][^=]*?(?:=(?:\s*(?<quoted>"(?:\\.|[^"\\])*"|'[^']*')|.*?))?)\s*(?:\s[;#].*)?$/
/** A `;` or `#` where `ini` would cut: no `\` before it. */
const CUT = /^(?:\\.|[^\\;#])*[;#]/

type Refuse = (why: string, fix: string) => SsoxError

/** The lines of one section, or of all that are called `[ssox]`. */
interface Section {
  readonly kind: SectionKind | undefined
  readonly globs: readonly Glob[]
  readonly found: Map<string, { readonly text: string; readonly line: number }>
}

/**
 * The settings of a file's text; an empty value counts as none. A line that is not understood is an
 * error, since it may have been meant to be `protect`: a guard must not be off in silence.
 * @param path of the file, for the words of an error
 * @throws SsoxError `usage` naming line, key and value
 */
export function readSettings(
  text: string,
  path: string,
): { values: Settings; scopes: readonly Scope[] } {
  const own: Section = { kind: undefined, globs: [], found: new Map() }
  const scoped: Section[] = []
  let open: Section | undefined
  for (const [index, content] of linesOf(text, path).entries()) {
    const line = index + 1
    const refuse: Refuse = (why, fix) => wrong(`line ${line} of ${path} ${why}`, fix, path)
    if (IGNORED.test(content)) continue
    if (HEADER.test(content)) {
      open = OUR_HEADER.test(content) ? own : scopedSection(content, refuse)
      if (open !== own) scoped.push(open)
      continue
    }
    if (!open) throw refuse('is not below [ssox]', 'put every setting below a line [ssox]')
    for (const [key, text] of entriesOf(content, refuse)) {
      const before = open.found.get(key)
      if (before)
        throw refuse(`gives ${key} again, after line ${before.line}`, 'keep one of the two')
      open.found.set(key, { text, line })
    }
  }
  return {
    values: settingsWith(checked(own, path)),
    scopes: scoped.flatMap((section) => {
      const { kind, globs } = section
      return kind === undefined ? [] : { kind, globs, values: checked(section, path) }
    }),
  }
}

function scopedSection(content: string, refuse: Refuse): Section {
  const { kind, names } = SCOPED_HEADER.exec(content)?.groups ?? {}
  const known = SECTION_KINDS.find((one) => one === kind)
  if (known === undefined || names === undefined)
    throw refuse('is a header, but not [ssox]', 'put every setting below one line [ssox]')
  const globs = parseGlobs(names)
  if (globs !== undefined) return { kind: known, globs, found: new Map() }
  throw refuse(
    'has no list of globs such as *prod*',
    `write [${known} <globs>] with *, ?, [a-z] and [!a-z]`,
  )
}

function linesOf(text: string, path: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  const at = lines.findIndex((line) => line.includes('\uFFFD'))
  if (at >= 0) throw wrong(`line ${at + 1} of ${path} is not UTF-8 text`, 'write UTF-8', path)
  return lines
}

/** The key of a line and its text, read by `ini` one line alone: of two it would keep the last. */
function entriesOf(content: string, refuse: Refuse): [key: string, text: string][] {
  const { setting, quoted } = SETTING.exec(content)?.groups ?? {}
  if (!setting) throw refuse('is not key = value', 'write key = value')
  if (quoted === undefined && CUT.test(setting))
    throw refuse('has ; or # behind a word', 'put a blank before a comment, or the value in quotes')
  // `ini` makes booleans of true and false, arrays of `key[]`, and no entry of `__proto__`.
  const entries = Object.entries(parse(setting))
  if (entries.length === 0) throw refuse('is not key = value', 'write key = value')
  return entries.map(([key, value]) => [key, String(value)])
}

function checked(
  { kind, found }: Section,
  path: string,
): ReadonlyMap<string, string | number | boolean> {
  const values = new Map<string, string | number | boolean>()
  for (const [key, { text, line }] of found) {
    const where = `line ${line} of ${path}`
    const spec = findSetting(key)
    if (!spec) throw unknownSetting(key, where)
    if (kind !== undefined && spec.section !== kind) throw notThere(key, kind, where)
    if (text === '') continue
    const value = readValue(text, spec)
    if (value === undefined)
      throw new SsoxError(
        'usage',
        `${where}: the setting ${key} is "${text}"; it must be ${expectedOf(spec)}`,
        `correct ${key} in ${path}`,
      )
    values.set(key, value)
  }
  return values
}

function notThere(key: string, kind: SectionKind, where: string): SsoxError {
  const names = SETTING_NAMES.filter((name) => findSetting(name)?.section === kind)
  return new SsoxError(
    'usage',
    `${where}: ${key} cannot be set for some ${kind}s alone, only ${names.join(', ')} can`,
    `move it below [ssox], or remove ${where}`,
  )
}

function unknownSetting(key: string, where: string): SsoxError {
  const meant = meantBy(key)
  return new SsoxError(
    'usage',
    `${where}: there is no setting "${key}"${meant ? `; did you mean ${meant}?` : ''}`,
    meant ? `write ${meant} in ${where}` : `remove ${where}; all settings: ssox help settings`,
  )
}

/** A negation stands for a negation: whoever writes `no_color` does not mean `color = true`. */
function meantBy(key: string): string | undefined {
  const isNegated = key.startsWith('no')
  const opposite = key.replace(/^no[_-]?/, '')
  if (isNegated && findSetting(opposite)?.type === 'boolean') return `${opposite} = false`
  return suggest(
    key,
    SETTING_NAMES.filter((name) => name.startsWith('no') === isNegated),
  )[0]
}

function wrong(message: string, fix: string, path: string): SsoxError {
  return new SsoxError('usage', `cannot read the settings: ${message}`, `${fix} in ${path}`)
}
