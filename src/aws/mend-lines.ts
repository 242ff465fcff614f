/**
 * Lines of the AWS files that can be mended without a guess: what was meant stands in them, only not
 * as every tool reads it. Text in, text out; what is left is for the person.
 */
import { type AwsDocument, type DocumentKind, parseDocument } from './document.ts'
import {
  formatName,
  type Header,
  readBrokenHeader,
  readGluedHeader,
  readHeader,
} from './document-header.ts'
import { type Line, readLines, splitProperty, textStart } from './document-lines.ts'
import { findProblems } from './document-problems.ts'
import { type DocumentProblem, IDENTITY_KEY, type ProblemCode } from './problem-types.ts'

interface Place {
  readonly document: AwsDocument
  readonly lines: readonly Line[]
  /** Index of the line. */
  readonly at: number
  readonly line: Line
}

/** The lines in the place of one, without their ends; undefined where that would be a guess. */
type Mender = (place: Place) => readonly string[] | undefined

/** Each pass may bring to light what the one before it has hidden. */
const MAX_PASSES = 8
const PLAIN_KEY = /^(?:region|output|sso_region|sso_registration_scopes)$/
const OF_PROFILES =
  /^(?:region|sso_account_id|sso_role_name|role_arn|source_profile|aws_access_key_id|credential_process)$/

/** True when `mendLines` has something to put in the place of the line. */
export function isMendable(document: AwsDocument, problem: DocumentProblem): boolean {
  return mended(document, linesOf(document), problem) !== undefined
}

/** The text with every line mended that can be. */
export function mendLines(document: AwsDocument): string {
  let present = document
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const next = parseDocument(onePass(present), document.kind)
    if (next.text === present.text || !isBetter(next, present)) break
    present = next
  }
  return present.text
}

/**
 * Numbers of the lines with a comment behind a header: the AWS CLI and most SDKs read past it, .NET
 * and Java 1 refuse the file.
 */
export function commentedHeaders(document: AwsDocument): number[] {
  return linesOf(document).flatMap((line, at) => (behindHeader(document, line) ? [at + 1] : []))
}

/** The text with these comments on lines of their own. */
export function moveHeaderComments(document: AwsDocument): string {
  const { text } = document
  const eol = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n'
  const parts = linesOf(document).map((line) => {
    const own = text.slice(line.start, line.end)
    const rest = behindHeader(document, line)
    if (rest === undefined) return own
    const end = /(?:\r\n|\n|\r)$/.exec(own)?.[0] ?? ''
    return `${bareHeader(line, rest)}${eol}${comment(rest)}${end}`
  })
  return text.slice(0, textStart(text)) + parts.join('')
}

function behindHeader(document: AwsDocument, line: Line): string | undefined {
  if (line.kind !== 'header' || document.text.includes('\uFFFD')) return undefined
  const { rest } = headerOf(document, line)
  return /^\s+[#;]/.test(rest) ? rest : undefined
}

/** A mend must not break a section that was sound, nor leave as much to mend as before. */
function isBetter(next: AwsDocument, before: AwsDocument): boolean {
  const broken = (document: AwsDocument) =>
    findProblems(document).filter(({ fatal, breaks }) => fatal || breaks.length > 0).length
  // A header that no tool reads weighs more than one that some do.
  const weight = (document: AwsDocument) =>
    findProblems(document).reduce((sum, { header }) => sum + (header === undefined ? 1 : 2), 0)
  return weight(next) < weight(before) && broken(next) <= broken(before)
}

/** Where a section begins decides what the lines below it say: headers come first, alone. */
function onePass(document: AwsDocument): string {
  const { text } = document
  const lines = linesOf(document)
  const eol = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n'
  const problems = findProblems(document)
  const headers = replacementsFor(problems.filter(isAboutHeader), document, lines)
  const replacements = headers.size > 0 ? headers : replacementsFor(problems, document, lines)
  if (replacements.size === 0) return text
  const hasMark = findProblems(document).some(({ code }) => code === 'byte-order-mark')
  const parts = lines.map(({ start, end }, index) => {
    const own = text.slice(start, end)
    const replacement = replacements.get(index + 1)
    if (!replacement) return own
    const last = /(?:\r\n|\n|\r)$/.exec(own)?.[0] ?? ''
    return replacement.map((line, at) => line + (at < replacement.length - 1 ? eol : last)).join('')
  })
  return (hasMark ? '' : text.slice(0, textStart(text))) + parts.join('')
}

function replacementsFor(
  problems: readonly DocumentProblem[],
  document: AwsDocument,
  lines: readonly Line[],
): ReadonlyMap<number, readonly string[]> {
  const replacements = new Map<number, readonly string[]>()
  for (const problem of problems) {
    if (replacements.has(problem.line)) continue
    const replacement = mended(document, lines, problem)
    if (replacement) replacements.set(problem.line, replacement)
  }
  return replacements
}

const ABOUT_HEADERS: ReadonlySet<ProblemCode> = new Set([
  'after-header',
  'broken-header',
  'byte-order-mark',
  'header-blanks',
  'indented-header',
  'not-a-name',
  'profile-in-credentials',
  'unclosed-header',
  'unknown-section',
])

function isAboutHeader({ code }: DocumentProblem): boolean {
  return ABOUT_HEADERS.has(code)
}

/**
 * True for a second key that is one only because a header between the two is broken: it belongs to
 * another section.
 */
export function isAftermath(
  document: AwsDocument,
  { code, line, within }: DocumentProblem,
): boolean {
  if (code !== 'duplicate-key') return false
  return findProblems(document).some(
    (other) =>
      BREAKS_SECTIONS.has(other.code) &&
      other.line < line &&
      other.within?.type === within?.type &&
      other.within?.name === within?.name,
  )
}

const BREAKS_SECTIONS: ReadonlySet<ProblemCode> = new Set(['broken-header', 'indented-header'])

function linesOf({ text }: AwsDocument): Line[] {
  return readLines(text, textStart(text), text.length)
}

function mended(
  document: AwsDocument,
  lines: readonly Line[],
  problem: DocumentProblem,
): readonly string[] | undefined {
  // Somebody's bytes would be lost.
  if (document.text.includes('\uFFFD') || isAftermath(document, problem)) return undefined
  const at = problem.line - 1
  const line = lines[at]
  return line && MENDERS[problem.code]?.({ document, lines, at, line })
}

const MENDERS: Partial<Record<ProblemCode, Mender>> = {
  'byte-order-mark': ({ document: { text }, line: { start, end } }) => [
    text.slice(start, end).replace(/[\r\n]+$/, ''),
  ],
  'indented-header': ({ document, line: { content } }) =>
    header(document, readBrokenHeader(content, document.kind)),
  'unclosed-header': ({ document, line: { content } }) =>
    header(document, readBrokenHeader(content, document.kind)),
  'broken-header': ({ document, line: { content } }) => {
    const parts = splitProperty(content)
    const glued = parts && readGluedHeader(parts.value, document.kind)
    if (!glued) return header(document, readBrokenHeader(content, document.kind))
    const own = header(document, glued)
    return own && [content.slice(0, content.lastIndexOf('[')).trimEnd(), '', ...own]
  },
  'after-header': ({ document, line }) => {
    const { rest } = headerOf(document, line)
    return /^[#;]/.test(rest) ? [bareHeader(line, rest), comment(rest)] : undefined
  },
  'header-blanks': ({ document, line }) => {
    const { content = '', rest } = headerOf(document, line)
    const inner = readHeader(`[${content.trim()}]`, 0, document.kind).section
    return rest === '' ? header(document, inner, content) : undefined
  },
  'profile-in-credentials': ({ document, line }) => {
    const { content = '', rest } = headerOf(document, line)
    const name = /^profile\s+(.*)$/.exec(content.trim())?.[1]
    return name && rest === '' ? header(document, { type: 'profile', name }) : undefined
  },
  'unknown-section': (place) => {
    const { content = '', rest } = headerOf(place.document, place.line)
    const name = content.trim()
    return rest === '' && /^\S+$/.test(name) && hasKeysOfProfile(place)
      ? header(place.document, { type: 'profile', name })
      : undefined
  },
  'not-a-name': ({ document, line }) => {
    const { content = '', rest } = headerOf(document, line)
    const [, type, name] = /^(profile|sso-session)\s+(\S.*)$/.exec(content.trim()) ?? []
    if (!name || rest !== '' || /["'\\]/.test(name)) return undefined
    return header(document, { type: type as 'profile' | 'sso-session', name })
  },
  colon: ({ line: { content } }) => {
    const [, key = '', value] = /^([\w\-./%@+]+)\s*:\s*(\S.*)$/.exec(content) ?? []
    return value === undefined ? undefined : property(key, value)
  },
  'no-equals': ({ line: { content } }) => {
    const [, key = '', value] = /^(\w+)\s+(\S+)$/.exec(content) ?? []
    return value !== undefined && isKnown(key) ? property(key, value) : undefined
  },
  'indented-key': ({ line: { content } }) => [content],
  'indented-comment': ({ line: { content } }) => [content],
  'upper-case-key': ({ line: { content, indent } }) => {
    const key = splitProperty(content)?.key ?? ''
    return indent === 0 ? [key.toLowerCase() + content.slice(key.length)] : undefined
  },
  'quoted-value': ({ line: { content, indent } }) => {
    const { key, value } = splitProperty(content) ?? { key: '', value: '' }
    const inner = value.slice(1, -1)
    return indent === 0 && isKnown(key) && /^[^\s"'#;]+$/.test(inner)
      ? property(key, inner)
      : undefined
  },
  'inline-comment': ({ line: { content, indent } }) => {
    const parts = splitProperty(content)
    if (indent > 0 || !parts || parts.value === '') return undefined
    return [comment(content.slice(parts.valueEnd)), content.slice(0, parts.valueEnd).trimEnd()]
  },
  'duplicate-key': ({ lines, at, line: { content } }) => {
    const same = splitProperty(content)
    const goesOn = lines[at + 1]?.kind === 'continuation'
    if (!same || goesOn) return undefined
    for (let above = at - 1; above >= 0 && lines[above]?.kind !== 'header'; above--) {
      const other = splitProperty(lines[above]?.content ?? '')
      if (other?.key.toLowerCase() !== same.key.toLowerCase()) continue
      const isWhole = lines[above + 1]?.kind !== 'continuation'
      return isWhole && other.value === same.value ? [] : undefined
    }
    return undefined
  },
}

/** The header of a section, unless there is one already (or the same line spells it). */
function header(
  { section, kind }: AwsDocument,
  meant: Header['section'],
  present = '',
): readonly string[] | undefined {
  const name = meant && formatName(meant.type, meant.name, kind)
  if (!meant || name === undefined) return undefined
  const isItself = readHeader(`[${present}]`, 0, kind).section?.name === meant.name
  return section(meant.type, meant.name) === undefined || isItself ? [`[${name}]`] : undefined
}

function headerOf({ text, kind }: { text: string; kind: DocumentKind }, { start }: Line): Header {
  return readHeader(text, start, kind)
}

function bareHeader({ content }: Line, rest: string): string {
  return content.slice(0, content.length - rest.length)
}

/** A `;` in front of a comment is read by fewer tools than `#`. */
function comment(text: string): string {
  return `# ${text.trim().replace(/^[#;]+\s*/, '')}`
}

function property(key: string, value: string): readonly string[] | undefined {
  const line = `${key.toLowerCase()} = ${value}`
  return splitProperty(line)?.value === value ? [line] : undefined
}

function isKnown(key: string): boolean {
  return IDENTITY_KEY.test(key.toLowerCase()) || PLAIN_KEY.test(key.toLowerCase())
}

/** Whether the lines under a header are those of a profile; those of a session would fit, too. */
function hasKeysOfProfile({ lines, at }: Place): boolean {
  const keys: string[] = []
  for (let below = at + 1; below < lines.length && lines[below]?.kind !== 'header'; below++)
    keys.push(splitProperty(lines[below]?.content ?? '')?.key.toLowerCase() ?? '')
  return (
    keys.some((key) => OF_PROFILES.test(key)) && keys.every((key) => key === '' || isKnown(key))
  )
}
