/**
 * What in an AWS config or credentials file is an error, or read differently by the AWS CLI and the
 * SDKs. Messages name sections and keys, never values: a value may be a secret.
 */
import type { AwsDocument, DocumentKind, SectionType } from './document.ts'
import {
  formatName,
  type Header,
  mayHoldBrokenHeaders,
  PORTABLE_NAME,
  readBrokenHeader,
  readGluedHeader,
  readHeader,
} from './document-header.ts'
import { type Line, readLines, splitProperty, textStart } from './document-lines.ts'

export interface DocumentProblem {
  /** Counted from 1. */
  readonly line: number
  readonly code: ProblemCode
  readonly message: string
  /** The AWS CLI v2 refuses the whole file for it. */
  readonly fatal: boolean
  /**
   * The sections that the line may belong to, so that nobody knows what they say: the one above it,
   * and the one that a broken header names.
   */
  readonly breaks: readonly SectionRef[]
  /** What mends it, for a sentence that goes on with ` in line 3 of the file`. */
  readonly fix?: string | undefined
  /** Text between the brackets of a header that no tool reads as a section of ours. */
  readonly header?: string | undefined
  /** The section that the line stands in. */
  readonly within?: SectionRef | undefined
}

export interface SectionRef {
  readonly type: SectionType
  readonly name: string
}

export type ProblemCode =
  | 'after-header'
  | 'bad-key'
  | 'broken-header'
  | 'byte-order-mark'
  | 'colon'
  | 'continuation'
  | 'default-section'
  | 'default-twice'
  | 'duplicate-key'
  | 'duplicate-section'
  | 'empty-section'
  | 'header-blanks'
  | 'indented-after-empty'
  | 'indented-comment'
  | 'indented-header'
  | 'indented-key'
  | 'inline-comment'
  | 'key-before-section'
  | 'lone-carriage-return'
  | 'nested-without-equals'
  | 'no-equals'
  | 'not-a-name'
  | 'not-utf-8'
  | 'profile-in-credentials'
  | 'proto'
  | 'quoted-value'
  | 'unclosed-header'
  | 'unknown-section'
  | 'unportable-name'
  | 'upper-case-key'

type Details = Partial<Pick<DocumentProblem, 'fatal' | 'breaks' | 'fix' | 'header'>>
type Report = (code: ProblemCode, message: string, details?: Details) => void

/** Sections of other tools in the config file. */
const FOREIGN = /^(?:plugins|preview|toolkit)$/
const ADJACENT_COMMENT = /^[#;]/
const DISTANT_COMMENT = /^\s+[#;]/
/** Keys that decide as whom AWS is called. */
export const IDENTITY_KEY =
  /^(?:aws_\w+|(?:granted_)?sso_(?:session|start_url|region|account_id|role_name)|role_arn|source_profile|credential_(?:source|process)|web_identity_token_file|login_session|external_id|mfa_serial|role_session_name)$/

/** What has been found out about a file, which is read once and asked about often. */
interface Findings {
  readonly mayBeBroken: boolean
  asked: number
  problems?: readonly DocumentProblem[]
  /** The first line that breaks a section, by type and name. */
  breaks?: ReadonlyMap<string, DocumentProblem>
}

const findings = new WeakMap<AwsDocument, Findings>()
/** Sections that are looked at by themselves; to read the whole file costs as much as some hundred. */
const LOOKS = 8

/** Every problem of a file, in line order. */
export function findProblems(document: AwsDocument): readonly DocumentProblem[] {
  const known = findingsOf(document)
  known.problems ??= readProblems(document.text, document.kind)
  return known.problems
}

/**
 * The first line that makes it unknown what a section says. Where there is none, which is nearly
 * always, only the section itself is read.
 */
export function breakOf(
  document: AwsDocument,
  { type, name }: SectionRef,
): DocumentProblem | undefined {
  const known = findingsOf(document)
  if (!known.mayBeBroken && known.asked++ < LOOKS && isSound(document, type, name)) return undefined
  known.breaks ??= firstBreaks(findProblems(document))
  return known.breaks.get(`${type} ${name}`)
}

function findingsOf(document: AwsDocument): Findings {
  const known = findings.get(document) ?? {
    mayBeBroken: mayHoldBrokenHeaders(document.text),
    asked: 0,
  }
  findings.set(document, known)
  return known
}

function firstBreaks(problems: readonly DocumentProblem[]): Map<string, DocumentProblem> {
  const first = new Map<string, DocumentProblem>()
  for (const problem of problems)
    for (const { type, name } of problem.breaks)
      if (!first.has(`${type} ${name}`)) first.set(`${type} ${name}`, problem)
  return first
}

function isSound({ text, kind, section }: AwsDocument, type: SectionType, name: string): boolean {
  const found = section(type, name)
  if (!found) return true
  const [range, ...more] = found.ranges
  if (!range || more.length + found.replaced.length > 0) return false
  return readProblems(text.slice(range.start, range.end), kind).every(
    ({ breaks }) => breaks.length === 0,
  )
}

/** A header that was perhaps meant for a section that is not there. */
export function misspeltHeader(document: AwsDocument, name: string): DocumentProblem | undefined {
  return findProblems(document).find(({ header }) => header !== undefined && isMeant(header, name))
}

/** `[dev]`, `[ dev ]`, `[profil dev]`, `[profile my team]` and `["dev"]` may mean a name. */
function isMeant(header: string, name: string): boolean {
  const words = header.trim()
  return [words, words.replace(/^\S+\s+/, '')].some(
    (word) => word === name || word.replace(/^(["'])(.*)\1$/, '$2') === name,
  )
}

function readProblems(text: string, kind: DocumentKind): DocumentProblem[] {
  const problems: DocumentProblem[] = []
  const state = new SectionState(kind)
  for (const [index, line] of readLines(text, textStart(text), text.length).entries()) {
    const report: Report = (code, message, { fatal = false, breaks = [], ...details } = {}) =>
      problems.push({
        line: index + 1,
        code,
        message,
        fatal,
        breaks,
        within: state.section,
        ...details,
      })
    if (index === 0 && textStart(text) === 1)
      report('byte-order-mark', 'the file starts with a byte order mark', { fatal: true })
    if (line.kind === 'header') state.open(readHeader(text, line.start, kind), line, report)
    else state.read(line, report)
    checkCharacters(text, line, state, report)
  }
  return [...problems, ...state.close()].sort((a, b) => a.line - b.line)
}

function checkCharacters(
  text: string,
  { start, end, kind }: Line,
  { section }: SectionState,
  report: Report,
): void {
  const raw = text.slice(start, end)
  if (raw.includes('\uFFFD'))
    report('not-utf-8', 'the line holds bytes that are not UTF-8', {
      fatal: true,
      breaks: kind === 'comment' || !section ? [] : [section],
      fix: 'write UTF-8',
    })
  if (raw.endsWith('\r'))
    report(
      'lone-carriage-return',
      'the line ends in CR alone: only the AWS CLI takes it for an end',
    )
}

/** Walks through the lines of a file and remembers what the section above said. */
class SectionState {
  readonly #kind: DocumentKind
  readonly #headers = new Map<string, { content: string; line: number }>()
  readonly #defaults = new Map<boolean, number>()
  #section: { label: string; keys: Map<string, number>; ref: SectionRef | undefined } | undefined
  /** The property above; `empty` is all of it but a comment. */
  #above: { key: string; empty: boolean; commented: boolean } | undefined
  #line = 0
  #empty: { line: number; label: string } | undefined
  readonly #late: DocumentProblem[] = []

  constructor(kind: DocumentKind) {
    this.#kind = kind
  }

  /** The section of the line that was read last. */
  get section(): SectionRef | undefined {
    return this.#section?.ref
  }

  open(header: Header, { content: line }: Line, report: Report): void {
    this.#line++
    this.#endSection()
    const { section, content = '' } = header
    const label = `[${content}]`
    const above = this.section
    this.#section = { label, keys: new Map(), ref: section }
    this.#above = undefined
    if (section?.type === 'profile') this.#empty = { line: this.#line, label }
    if (header.content === undefined) {
      // To some SDKs it is no header, so that the section above goes on.
      const meant = readBrokenHeader(line, this.#kind)
      report('unclosed-header', 'the section header has no closing bracket', {
        fatal: true,
        ...this.#broken(meant, above),
      })
      return
    }
    checkHeader(header, this.#kind, report)
    if (section?.name === 'default' && section.type === 'profile' && this.#kind === 'config')
      this.#checkDefaults(header.bare, section, report)
    this.#checkTwice(header, report)
  }

  #checkTwice({ section, bare, content = '' }: Header, report: Report): void {
    const id = section ? `${section.type} ${section.name} ${bare}` : content
    const earlier = this.#headers.get(id)
    this.#headers.set(id, { content, line: this.#line })
    if (!earlier || content === 'DEFAULT') return
    const isSame = earlier.content === content
    report(
      'duplicate-section',
      isSame
        ? `[${content}] is there twice (line ${earlier.line}, too); the SDKs merge the two`
        : `[${content}] is there twice in two spellings (line ${earlier.line}, too): the AWS CLI takes the last, the SDKs merge`,
      {
        fatal: isSame,
        breaks: section ? [section] : [],
        fix: `join [${earlier.content}] of line ${earlier.line} with the one`,
      },
    )
  }

  /** The AWS CLI takes the last of the two, the SDKs the prefixed one. */
  #checkDefaults(bare: boolean, section: SectionRef, report: Report): void {
    const other = this.#defaults.get(!bare)
    this.#defaults.set(bare, this.#line)
    if (other === undefined) return
    const isAgreed = !bare
    report(
      'default-twice',
      `[default] and [profile default] are both there (line ${other}, too): the AWS CLI takes the last, the SDKs take [profile default]`,
      isAgreed
        ? {}
        : { breaks: [section], fix: `join [profile default] of line ${other} with the one` },
    )
  }

  /** What a header without its bracket may belong to, and what it should be. */
  #broken(meant: SectionRef | undefined, above: SectionRef | undefined): Details {
    const breaks = [above, meant].filter((one) => one !== undefined)
    const right = meant && formatName(meant.type, meant.name, this.#kind)
    return { breaks, fix: right === undefined ? 'close the brackets' : `write [${right}]` }
  }

  read(line: Line, report: Report): void {
    this.#line++
    if (line.kind === 'comment') this.#checkComment(line, report)
    else if (line.kind === 'continuation') this.#checkContinuation(line, report)
    else if (line.kind === 'odd') this.#checkOdd(line, report)
    else if (line.kind === 'property') this.#checkProperty(line, report)
  }

  #checkComment(line: Line, report: Report): void {
    if (line.indent > 0 && this.#above)
      report(
        'indented-comment',
        `the comment is indented: some SDKs read it as part of ${this.#above.key}`,
      )
  }

  #checkContinuation({ content }: Line, report: Report): void {
    if (!this.#above) return
    const { key, empty, commented } = this.#above
    const breaks = this.#ref()
    const meant = /^\[|\]$/.test(content) ? readBrokenHeader(content, this.#kind) : undefined
    const indented = splitProperty(content)?.key.toLowerCase() ?? ''
    if (meant)
      report(
        'indented-header',
        `the section header is indented, so that it is part of ${key} to the AWS CLI`,
        { ...this.#broken(meant, this.section), fix: 'remove the blanks in front of the header' },
      )
    else if (IDENTITY_KEY.test(indented))
      report(
        'indented-key',
        `${indented} is indented, so that it is part of ${key} to the AWS CLI, but not to all SDKs`,
        { breaks, fix: `remove the blanks in front of ${indented}` },
      )
    else if (!empty)
      report('continuation', `the line continues ${key}: the JavaScript SDK leaves it out`, {
        // A command may be as long as it likes.
        breaks: IDENTITY_KEY.test(key) && key !== 'credential_process' ? breaks : [],
        fix: `write ${key} on one line; it goes on`,
      })
    else if (!content.includes('='))
      report('nested-without-equals', `the line under ${key} has no "="`, {
        fatal: !commented,
        breaks,
        fix: `write the value right behind "${key} ="; it stands`,
      })
  }

  #checkOdd({ content }: Line, report: Report): void {
    this.#above = undefined
    const colon = /^([\w\-./%@+]+)\s*:/.exec(content)
    const key = /^[^=:]*/.exec(content)?.[0].trim().toLowerCase() ?? ''
    const meant = readBrokenHeader(content, this.#kind)
    const breaks = this.#ref()
    if (meant)
      report('broken-header', 'the section header has lost a bracket', {
        fatal: !content.includes(':'),
        ...this.#broken(meant, this.section),
      })
    else if (!this.#section)
      report('key-before-section', 'the line is in front of the first section', { fatal: true })
    else if (this.#section.keys.has(key))
      report('duplicate-key', `a key is there twice in ${this.#section.label}`, {
        fatal: true,
        breaks,
        fix: 'remove the second one',
      })
    if (meant || !this.#section) return
    this.#section.keys.set(key, this.#line)
    if (colon)
      report('colon', `${colon[1]} is set with ":", which only the AWS CLI reads`, {
        breaks,
        fix: `write "${colon[1]} =" in place of "${colon[1]}:"`,
      })
    else if (!/[=:]/.test(content))
      report('no-equals', 'the line has no "="', {
        fatal: true,
        breaks,
        fix: IDENTITY_KEY.test(content.split(/\s/)[0] ?? '')
          ? `put "=" behind ${content.split(/\s/)[0]}`
          : 'write key = value, or a "#" for a comment,',
      })
    else if (/^[=:]/.test(content))
      report('bad-key', 'the line has no key', {
        fatal: true,
        breaks,
        fix: 'write key = value, or a "#" for a comment,',
      })
    else report('bad-key', 'the key has a character that AWS does not allow in keys')
  }

  #checkProperty({ content, indent }: Line, report: Report): void {
    const parts = splitProperty(content)
    if (!parts) return
    const key = parts.key.toLowerCase()
    if (!this.#section) {
      report('key-before-section', `${parts.key} is in front of the first section`, { fatal: true })
      return
    }
    const glued = readGluedHeader(parts.value, this.#kind)
    if (glued)
      report('broken-header', `a section header stands behind the value of ${key}`, {
        ...this.#broken(glued, this.section),
        fix: 'begin a new line in front of the header',
      })
    const earlier = this.#section.keys.get(key)
    if (earlier !== undefined)
      report(
        'duplicate-key',
        `${key} is there twice in ${this.#section.label} (line ${earlier}, too)`,
        {
          fatal: true,
          breaks: IDENTITY_KEY.test(key) ? this.#ref() : [],
          fix: `remove ${key} in line ${earlier}, or`,
        },
      )
    if (this.#above?.empty && indent > 0)
      report(
        'indented-after-empty',
        `${key} is indented under the empty ${this.#above.key}: the JavaScript SDK reads ${this.#above.key}.${key}`,
      )
    if (key !== parts.key)
      report('upper-case-key', `${parts.key} has capitals: the JavaScript SDK does not see it`)
    if (key === '__proto__') report('proto', 'the JavaScript SDK loses a key of this name')
    if (parts.valueEnd < content.length)
      report('inline-comment', `${key} has a comment behind it: the AWS CLI reads it as the value`)
    if (key !== 'credential_process' && /^(["']).*\1$/.test(parts.value))
      report('quoted-value', `${key} is in quotes, which are part of the value`)
    this.#section.keys.set(key, this.#line)
    this.#empty = undefined
    this.#above = { key, empty: parts.value === '', commented: parts.valueEnd < content.length }
  }

  #ref(): readonly SectionRef[] {
    return this.section ? [this.section] : []
  }

  #endSection(): void {
    if (this.#empty)
      this.#late.push({
        line: this.#empty.line,
        code: 'empty-section',
        message: `${this.#empty.label} is empty: the JavaScript SDK does not find it`,
        fatal: false,
        breaks: [],
      })
    this.#empty = undefined
  }

  close(): DocumentProblem[] {
    this.#endSection()
    return this.#late
  }
}

function checkHeader(header: Header, kind: DocumentKind, report: Report): void {
  const { section, content = '', rest } = header
  const label = `[${content}]`
  if (rest !== '' && !DISTANT_COMMENT.test(rest))
    report(
      'after-header',
      ADJACENT_COMMENT.test(rest)
        ? `a comment is right behind ${label}: put a blank in front of it, or some SDKs read past the header`
        : `there is text behind ${label}, which only the AWS CLI leaves out`,
    )
  if (content.trim() === 'DEFAULT')
    report(
      'default-section',
      '[DEFAULT]: the AWS CLI adds its values to every section, the SDKs to none',
    )
  else if (section) checkName(section.name, label, report)
  else if (!hasBlanks(content, kind)) checkStrange(content, kind, report)
  if (hasBlanks(content, kind))
    report(
      'header-blanks',
      `${label} has blanks inside the brackets, which some tools or all do not accept`,
      section ? {} : { header: content },
    )
}

/** True when it would be a section of ours, or is one for some tools, but for the blanks around it. */
function hasBlanks(content: string, kind: DocumentKind): boolean {
  const inner = content.trim()
  return inner !== content && readHeader(`[${inner}]`, 0, kind).section !== undefined
}

function checkName(name: string, label: string, report: Report): void {
  if (name === '__proto__')
    report('proto', `${label}: the JavaScript SDK fails on this name and reads no profile at all`)
  else if (!PORTABLE_NAME.test(name))
    report('unportable-name', `${label}: only the AWS CLI (and ssox) knows names like this`)
}

/** A section that is no profile, session or services section. */
function checkStrange(content: string, kind: DocumentKind, report: Report): void {
  const name = content.trim()
  const header = content
  if (kind === 'credentials') {
    report(
      'profile-in-credentials',
      `[${content}] is ignored: this file holds profiles by their names alone`,
      { header },
    )
  } else if (/^(?:profile|sso-session|services)(?:\s|$)/.test(name)) {
    report('not-a-name', `[${content}] is not a name that AWS tools read, unless it is quoted`, {
      header,
    })
  } else if (!FOREIGN.test(name)) {
    report('unknown-section', `[${content}] is no section that AWS tools read`, { header })
  }
}
