/**
 * Lines of the AWS shared-config format: which line is a header, a property, its continuation.
 * The official grammar decides (AWS SDKs and Tools Reference, "Shared config and credentials
 * files"); indentation and comment lines are read as the AWS CLI's configparser reads them, so that
 * an indented section, or an indented comment, does not end up inside the value above it.
 */

/** One physical line. Offsets count UTF-16 units of the whole text. */
export interface Line {
  readonly kind: LineKind
  readonly start: number
  /** Offset after the line break. */
  readonly end: number
  /** Number of blanks in front of `content`. */
  readonly indent: number
  /** The line without the blanks at its ends. */
  readonly content: string
}

/** `odd` is a line that is none of the others: it has no `=`, or no usable key before it. */
export type LineKind = 'blank' | 'comment' | 'header' | 'property' | 'continuation' | 'odd'

/** A property with its continuation lines; `value` is '' when `nested` lines follow instead. */
export interface Property {
  /** Lower case. */
  readonly key: string
  readonly value: string
  readonly nested: readonly Line[]
  /** The line of the key first, then its continuation lines. */
  readonly lines: readonly [Line, ...Line[]]
}

/** The parts of `key = value # comment`; offsets count from the start of the content. */
export interface PropertyParts {
  readonly key: string
  readonly equals: number
  readonly value: string
  /** Where the blank in front of an inline comment is, or the end of the content. */
  readonly valueEnd: number
}

const INLINE_COMMENT = /\s[#;]/
/** A command up to a comment outside of its quotes; what a backslash does is as in `splitWords`. */
const COMMAND = /(?:[^\s"'\\]|\\(?:.|$)|"(?:[^"\\]|\\.)*"?|'[^']*'?|\s(?![#;]))*/sy
const KEY = /^[\w\-./%@:+]+$/
const LINE_FEED = 10
const CARRIAGE_RETURN = 13

/** Splits `key = value`; undefined when there is no `=` or the key is not one of the format. */
export function splitProperty(content: string): PropertyParts | undefined {
  const equals = content.indexOf('=')
  if (equals <= 0) return undefined
  const key = content.slice(0, equals).trimEnd()
  if (!KEY.test(key)) return undefined
  const valueEnd = endOfValue(content, key, equals + 1)
  return { key, equals, value: content.slice(equals + 1, valueEnd).trim(), valueEnd }
}

/** Where the comment behind a value begins; in a command, quoted signs begin none. */
function endOfValue(content: string, key: string, start: number): number {
  if (key.toLowerCase() === 'credential_process') {
    COMMAND.lastIndex = start
    return start + (COMMAND.exec(content)?.[0].length ?? 0)
  }
  const comment = content.slice(start).search(INLINE_COMMENT)
  return comment < 0 ? content.length : start + comment
}

/**
 * Reads the lines from `from` to `to`. `from` must be the start of the text or of a section, or the
 * line after a header: a continuation needs a property above it.
 */
export function readLines(text: string, from: number, to: number): Line[] {
  const lines: Line[] = []
  /** Indentation of the property above; a deeper line continues it. */
  let above = Number.POSITIVE_INFINITY
  for (let start = from; start < to; ) {
    const end = lineEnd(text, start)
    const raw = text.slice(start, end)
    const content = raw.trim()
    const indent = content === '' ? 0 : raw.indexOf(content)
    const kind = kindOf(content, indent > above)
    if (kind === 'property' || kind === 'odd') above = indent
    if (kind === 'header') above = Number.POSITIVE_INFINITY
    lines.push({ kind, start, end, indent, content })
    start = end
  }
  return lines
}

function kindOf(content: string, deeper: boolean): LineKind {
  if (content === '') return 'blank'
  if (content.startsWith('#') || content.startsWith(';')) return 'comment'
  if (deeper) return 'continuation'
  if (content.startsWith('[')) return 'header'
  return splitProperty(content) ? 'property' : 'odd'
}

/** Groups lines into properties; lines under an `odd` line belong to it and are left out. */
export function readProperties(lines: readonly Line[]): Property[] {
  const properties: Property[] = []
  let group: [Line, ...Line[]] | undefined
  const close = () => {
    if (group) properties.push(toProperty(group))
    group = undefined
  }
  for (const line of lines) {
    if (line.kind === 'continuation') group?.push(line)
    else if (line.kind !== 'blank' && line.kind !== 'comment') {
      close()
      if (line.kind === 'property') group = [line]
    }
  }
  close()
  return properties
}

function toProperty(lines: [Line, ...Line[]]): Property {
  const [first, ...rest] = lines
  const parts = splitProperty(first.content)
  const key = parts?.key.toLowerCase() ?? ''
  const value = parts?.value ?? ''
  if (value === '') return { key, value, nested: rest, lines }
  return {
    key,
    value: [value, ...rest.map(({ content }) => content)].join('\n'),
    nested: [],
    lines,
  }
}

/** Offset after the line break (LF, CRLF or, as the AWS CLI reads it, CR) of the line at `start`. */
export function lineEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === LINE_FEED) return at + 1
    if (code === CARRIAGE_RETURN) return text.charCodeAt(at + 1) === LINE_FEED ? at + 2 : at + 1
  }
  return text.length
}

/** Offsets of the lines that start a section, in file order. */
export function headerOffsets(text: string): number[] {
  const offsets: number[] = []
  for (let at = text.indexOf('['); at >= 0; at = text.indexOf('[', at + 1)) {
    if (at === textStart(text) || isBreak(text.charCodeAt(at - 1))) offsets.push(at)
    // A bracket behind blanks may continue a value: only a full reading can tell.
    else if (isIndented(text, at)) return indentedHeaderOffsets(text)
  }
  return offsets
}

/** Offset of the line that holds `at`. */
export function lineStart(text: string, at: number): number {
  let start = at
  while (start > textStart(text) && !isBreak(text.charCodeAt(start - 1))) start--
  return start
}

/** Offset of the first header at or after `from`, in a text without indented headers. */
export function nextHeader(text: string, from: number): number {
  let at = text.indexOf('[', from)
  while (at > 0 && !isBreak(text.charCodeAt(at - 1))) at = text.indexOf('[', at + 1)
  return at < 0 ? text.length : at
}

/** 1 for a text with a byte order mark, which the SDKs skip, else 0. */
export function textStart(text: string): number {
  return text.charCodeAt(0) === 0xfeff ? 1 : 0
}

function isBreak(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN
}

function isIndented(text: string, bracket: number): boolean {
  let at = bracket - 1
  while (at >= textStart(text) && (text[at] === ' ' || text[at] === '\t')) at--
  return at < textStart(text) || isBreak(text.charCodeAt(at))
}

function indentedHeaderOffsets(text: string): number[] {
  return readLines(text, textStart(text), text.length)
    .filter(({ kind }) => kind === 'header')
    .map(({ start }) => start)
}
