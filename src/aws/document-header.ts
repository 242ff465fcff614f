/** Section headers of the AWS config and credentials files: text between brackets ⇄ type and name. */

import { splitWords } from '../text/shell-words.ts'
import { lineEnd } from './document-lines.ts'

export type DocumentKind = 'config' | 'credentials'
export type SectionType = 'profile' | 'sso-session' | 'services'

/** What a header line says. */
export interface Header {
  /** undefined: a section that is none of ours, or a name that no tool accepts. */
  readonly section: { readonly type: SectionType; readonly name: string } | undefined
  /** `[default]` in the config file, which `[profile default]` replaces. */
  readonly bare: boolean
  /** The text between the brackets; undefined without a closing bracket. */
  readonly content: string | undefined
  /** What follows the closing bracket. */
  readonly rest: string
  /** Offset after the line break. */
  readonly end: number
}

/** Names that every AWS tool accepts; others need quotes or are unknown to some SDKs. */
export const PORTABLE_NAME = /^[\w\-./%@:+]+$/

/** What stands around a word in the header of a text that `isSearchable`. */
export const BEFORE_WORD: ReadonlySet<string | undefined> = new Set([' ', '\t', '"', "'", '['])
export const AFTER_WORD: ReadonlySet<string | undefined> = new Set([' ', '\t', '"', "'", ']'])

/** An indented header, or a name that is spelt with a backslash or with quotes inside. */
const INDIRECT = /^\uFEFF?(?:[ \t]+\[|\[.*(?:\\|\S["'][^\s\]]|["']\].*\]))/m
/** Without any of these, no header is `INDIRECT`; looking for them is ten times cheaper. */
const MARKS = ['\\', '"', "'", ' [', '\t[']
const SIMPLE = /^(profile|sso-session|services)[ \t]+([\w\-./%@:+]+)$/
const TYPED = /^(profile|sso-session|services)[ \t]+/
const CONTROL = /\p{Cc}/u

/** True when every header starts its line and holds its name letter by letter. */
export function isSearchable(text: string): boolean {
  return !MARKS.some((mark) => text.includes(mark)) || !INDIRECT.test(text)
}

/** Reads the header line that starts at `start` (its blanks included). */
export function readHeader(text: string, start: number, kind: DocumentKind): Header {
  return readPlainHeader(text, start, kind) ?? readAnyHeader(text, start, kind)
}

/** `[type name]` or `[name]` and nothing else, as nearly all headers are: saves most of the time. */
function readPlainHeader(text: string, start: number, kind: DocumentKind): Header | undefined {
  const close = text.indexOf(']', start)
  if (close < 0 || text[close + 1] !== '\n') return undefined
  const content = text.slice(start + 1, close)
  const match = (kind === 'config' ? SIMPLE : PORTABLE_NAME).exec(content)
  if (!match) return undefined
  const [, type = 'profile', name = content] = match
  const section = { type: type as SectionType, name }
  return { section, bare: false, content, rest: '', end: close + 2 }
}

function readAnyHeader(text: string, start: number, kind: DocumentKind): Header {
  const end = lineEnd(text, start)
  const line = text.slice(start, end).trim()
  const first = line.indexOf(']')
  if (first < 0) return { section: undefined, bare: false, content: undefined, rest: '', end }
  // The official grammar allows a comment right after the bracket; the AWS CLI takes the last
  // bracket, so that `a]` is a name.
  const comment = line.slice(first).search(/[#;]/)
  const last = line.lastIndexOf(']', comment < 0 ? line.length : first + comment)
  const content = line.slice(1, last)
  const section = parseName(content, kind)
  const bare = kind === 'config' && content === 'default'
  return { section, bare, content, rest: line.slice(last + 1), end }
}

/**
 * Reads the text between the brackets. Config file: `default` or a type and one word by the rules
 * of Python's shlex, as the AWS CLI reads it. Credentials file: the bare name of a profile. Blanks
 * behind a type and its word are nothing; anywhere else at the ends they are part of the name to the
 * AWS CLI, and no profile at all to others.
 */
function parseName(content: string, kind: DocumentKind): Header['section'] {
  if (kind === 'credentials')
    return content === '' ||
      content !== content.trim() ||
      TYPED.test(content) ||
      CONTROL.test(content)
      ? undefined
      : { type: 'profile', name: content }
  const simple = SIMPLE.exec(content)
  if (simple) return { type: simple[1] as SectionType, name: simple[2] ?? '' }
  if (content === 'default') return { type: 'profile', name: content }
  const type = TYPED.exec(content)
  const words = type ? splitWords(content.slice(type[0].length)) : undefined
  return words?.length === 1 ? toSection(type?.[1], words[0]) : undefined
}

const OPENING = /^[[({<]\s*/
const CLOSING = /\s*[\])}>]+$/
const COMMENT_BEHIND = /\s[#;].*$/

/**
 * The section that a line was meant to begin, though no tool reads it so: `profile a]`, `[profile a`,
 * a whole header in a place where it continues a value. undefined for every other line.
 */
export function readBrokenHeader(content: string, kind: DocumentKind): Header['section'] {
  const line = content.replace(COMMENT_BEHIND, '')
  if (line.includes('=')) return undefined
  const inner = line.replace(OPENING, '').replace(CLOSING, '')
  const hasBracket = /^\[|\]$/.test(line)
  const type = TYPED.exec(inner)
  if (kind === 'credentials') {
    const name = inner.slice(type?.[0].length ?? 0)
    return hasBracket && name !== '' ? toSection('profile', name) : undefined
  }
  if (type) return parseName(inner, kind) ?? toSection(type[1], inner.slice(type[0].length))
  return hasBracket && inner === 'default' ? { type: 'profile', name: inner } : undefined
}

/** A header at the end of a line that begins with something else, as a lost line break leaves it. */
const GLUED = {
  config: /\[(?:(?:profile|sso-session|services)[ \t][^\]]*|default)\]$/,
  credentials: /\[[^\]]+\]$/,
} as const satisfies Record<DocumentKind, RegExp>

/** The header that a value ends with. */
export function readGluedHeader(value: string, kind: DocumentKind): Header['section'] {
  const glued = GLUED[kind].exec(value)?.[0]
  return glued === undefined ? undefined : readBrokenHeader(glued, kind)
}

/** True when a line may be a broken header: a quick look, to leave the reading of all lines out. */
export function mayHoldBrokenHeaders(text: string): boolean {
  if (SUSPICIOUS.test(text)) return true
  for (let at = text.indexOf(']'); at >= 0; at = text.indexOf(']', at + 1)) {
    if (!AFTER_HEADER.has(text[at + 1])) continue
    const start = text.lastIndexOf('\n', at) + 1
    if (text[start] !== '[' && text[start] !== '#' && text[start] !== ';') return true
  }
  return false
}

/** A mark or line ends of old, indented brackets, brackets that stay open, types without a bracket. */
const SUSPICIOUS =
  /^(?:\uFEFF|[ \t]+\[|\[(?!.*\]\r?$)|[({<]|profile[ \t]|sso-session[ \t]|services[ \t])|\r(?!\n)/m
const AFTER_HEADER: ReadonlySet<string | undefined> = new Set([undefined, '\n', '\r', ' ', '\t'])

/**
 * The text between the brackets for a section, quoted as the AWS CLI quotes (shlex.quote) when the
 * bare name would not be read back; undefined when no spelling would.
 */
export function formatName(
  type: SectionType,
  name: string,
  kind: DocumentKind,
): string | undefined {
  const spellings =
    kind === 'credentials'
      ? [name]
      : type === 'profile' && name === 'default'
        ? ['default']
        : [`${type} ${name}`, `${type} '${name.replaceAll("'", `'"'"'`)}'`]
  return spellings.find((spelling) => {
    const header = readHeader(`[${spelling}]`, 0, kind)
    return header.section?.type === type && header.section.name === name && header.rest === ''
  })
}

function toSection(type: string | undefined, name: string | undefined): Header['section'] {
  if (!type || !name || CONTROL.test(name)) return undefined
  return { type: type as SectionType, name }
}
