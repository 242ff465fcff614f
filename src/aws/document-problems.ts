/**
 * What in an AWS config or credentials file is an error, or read differently by the AWS CLI and the
 * SDKs. Messages name sections and keys, never values: a value may be a secret.
 */
import type { AwsDocument, DocumentKind } from './document.ts'
import { type Header, PORTABLE_NAME, readHeader } from './document-header.ts'
import { type Line, readLines, splitProperty, textStart } from './document-lines.ts'

export interface DocumentProblem {
  /** Counted from 1. */
  readonly line: number
  readonly code: ProblemCode
  readonly message: string
  /** The AWS CLI v2 refuses the whole file for it. */
  readonly fatal: boolean
}

export type ProblemCode =
  | 'after-header'
  | 'bad-key'
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

type Report = (code: ProblemCode, message: string, fatal?: boolean) => void

/** Sections of other tools in the config file. */
const FOREIGN = /^(?:plugins|preview|toolkit)$/
const ADJACENT_COMMENT = /^[#;]/
const DISTANT_COMMENT = /^\s+[#;]/

/** Every problem of a file, in line order. */
export function findProblems(document: AwsDocument): DocumentProblem[] {
  const { text, kind } = document
  const problems: DocumentProblem[] = []
  const state = new SectionState(kind)
  for (const [index, line] of readLines(text, textStart(text), text.length).entries()) {
    const report: Report = (code, message, fatal = false) =>
      problems.push({ line: index + 1, code, message, fatal })
    if (index === 0 && textStart(text) === 1)
      report('byte-order-mark', 'the file starts with a byte order mark', true)
    checkCharacters(text, line, report)
    if (line.kind === 'header') state.open(readHeader(text, line.start, kind), report)
    else state.read(line, report)
  }
  return [...problems, ...state.close()].sort((a, b) => a.line - b.line)
}

function checkCharacters(text: string, { start, end }: Line, report: Report): void {
  const raw = text.slice(start, end)
  if (raw.includes('\uFFFD')) report('not-utf-8', 'the line holds bytes that are not UTF-8', true)
  if (raw.endsWith('\r'))
    report(
      'lone-carriage-return',
      'the line ends in CR alone: only the AWS CLI takes it for an end',
    )
}

/** Walks through the lines of a file and remembers what the section above said. */
class SectionState {
  readonly #kind: DocumentKind
  readonly #headers = new Map<string, string>()
  readonly #defaults = new Map<boolean, number>()
  #section: { label: string; keys: Set<string>; isProfile: boolean } | undefined
  /** The property above; `empty` is all of it but a comment. */
  #above: { key: string; empty: boolean; commented: boolean } | undefined
  #line = 0
  #empty: { line: number; label: string } | undefined
  readonly #late: DocumentProblem[] = []

  constructor(kind: DocumentKind) {
    this.#kind = kind
  }

  open(header: Header, report: Report): void {
    this.#line++
    this.#endSection()
    const content = header.content ?? ''
    const label = `[${content}]`
    this.#section = { label, keys: new Set(), isProfile: header.section?.type === 'profile' }
    this.#above = undefined
    if (header.section?.type === 'profile') this.#empty = { line: this.#line, label }
    checkHeader(header, this.#kind, report)
    const { section } = header
    const id = section ? `${section.type} ${section.name} ${header.bare}` : content
    const earlier = this.#headers.get(id)
    if (section?.name === 'default' && section.type === 'profile' && this.#kind === 'config')
      this.#checkDefaults(header.bare, report)
    if (earlier === content && content !== 'DEFAULT')
      report('duplicate-section', `${label} is there twice; the SDKs merge the two`, true)
    else if (earlier !== undefined && earlier !== content)
      report(
        'duplicate-section',
        `${label} is there twice in two spellings: the AWS CLI takes the last, the SDKs merge`,
      )
    this.#headers.set(id, content)
  }

  #checkDefaults(bare: boolean, report: Report): void {
    this.#defaults.set(bare, this.#line)
    if (this.#defaults.size === 2)
      report(
        'default-twice',
        '[default] and [profile default] are both there: the AWS CLI takes the last, the SDKs take [profile default]',
      )
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

  #checkContinuation(line: Line, report: Report): void {
    if (!this.#above) return
    const { key, empty, commented } = this.#above
    if (!empty)
      report('continuation', `the line continues ${key}: the JavaScript SDK leaves it out`)
    else if (!line.content.includes('='))
      report('nested-without-equals', `the line under ${key} has no "="`, !commented)
  }

  #checkOdd({ content }: Line, report: Report): void {
    this.#above = undefined
    const colon = /^([\w\-./%@+]+)\s*:/.exec(content)
    const key = /^[^=:]*/.exec(content)?.[0].trim().toLowerCase() ?? ''
    if (this.#section?.keys.has(key))
      report('duplicate-key', `a key is there twice in ${this.#section.label}`, true)
    this.#section?.keys.add(key)
    if (!this.#section)
      report('key-before-section', 'the line is in front of the first section', true)
    else if (colon)
      report('colon', `${colon[1]} is set with ":", which only the AWS CLI reads: write "="`)
    else if (!/[=:]/.test(content)) report('no-equals', 'the line has no "="', true)
    else if (/^[=:]/.test(content)) report('bad-key', 'the line has no key', true)
    else report('bad-key', 'the key has a character that AWS does not allow in keys')
  }

  #checkProperty({ content, indent }: Line, report: Report): void {
    const parts = splitProperty(content)
    if (!parts) return
    const key = parts.key.toLowerCase()
    if (!this.#section) {
      report('key-before-section', `${parts.key} is in front of the first section`, true)
      return
    }
    if (this.#section.keys.has(key))
      report('duplicate-key', `${key} is there twice in ${this.#section.label}`, true)
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
    this.#section.keys.add(key)
    this.#empty = undefined
    this.#above = { key, empty: parts.value === '', commented: parts.valueEnd < content.length }
  }

  #endSection(): void {
    if (this.#empty)
      this.#late.push({
        line: this.#empty.line,
        code: 'empty-section',
        message: `${this.#empty.label} is empty: the JavaScript SDK does not find it`,
        fatal: false,
      })
    this.#empty = undefined
  }

  close(): DocumentProblem[] {
    this.#endSection()
    return this.#late
  }
}

function checkHeader(header: Header, kind: DocumentKind, report: Report): void {
  const { section, content, rest } = header
  if (content === undefined) {
    report('unclosed-header', 'the section header has no closing bracket', true)
    return
  }
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
  if (kind === 'credentials') {
    report('profile-in-credentials', `[${content}] is ignored: write the name alone in this file`)
  } else if (/^(?:profile|sso-session|services)(?:\s|$)/.test(name)) {
    report('not-a-name', `[${content}] is not a name that AWS tools read: quote a name with blanks`)
  } else if (!FOREIGN.test(name)) {
    report('unknown-section', `[${content}] is not a profile: write [profile ${name}]`)
  }
}
