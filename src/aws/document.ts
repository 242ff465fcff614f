/**
 * The AWS config and credentials files as sections. A section is found by its name and parsed when
 * it is asked for: one look-up among 5,000 profiles takes less than two milliseconds. Maps
 * throughout, so that a section or key named `__proto__` is a name like any other.
 */
import {
  AFTER_WORD,
  BEFORE_WORD,
  type DocumentKind,
  isSearchable,
  readHeader,
  type SectionType,
} from './document-header.ts'
import {
  headerOffsets,
  lineStart,
  nextHeader,
  readLines,
  readProperties,
  splitProperty,
} from './document-lines.ts'

export type { DocumentKind, SectionType } from './document-header.ts'

/** All sections with one name together; of a key that occurs twice, the last value counts. */
export interface Section {
  /** Keys in lower case; a key with nested values has the value ''. */
  readonly values: ReadonlyMap<string, string>
  /** Indented `key = value` lines under an empty value, as in `services` sections. */
  readonly nested: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Comment lines without their marker, in file order. */
  readonly comments: readonly string[]
  /** Where the section stands, from its header to the next one. */
  readonly ranges: readonly SectionRange[]
  /** Where a section of the same name stands that this one replaces (`[default]`). */
  readonly replaced: readonly SectionRange[]
}

export interface SectionRange {
  readonly start: number
  readonly end: number
  /** Offset after the line of the header. */
  readonly body: number
}

export interface AwsDocument {
  readonly kind: DocumentKind
  readonly text: string
  /** Names in file order, without duplicates. */
  names(type: SectionType): readonly string[]
  section(type: SectionType, name: string): Section | undefined
}

interface Entry extends SectionRange {
  /** `[default]`, which `[profile default]` replaces. */
  readonly bare: boolean
}

type Index = ReadonlyMap<SectionType, ReadonlyMap<string, readonly Entry[]>>

/** Look-ups without an index of all names; one costs a tenth of building it. */
const SEARCHES = 8

/**
 * Opens the text of `~/.aws/config` or `~/.aws/credentials`. Never throws: what no tool could read
 * is skipped (`findProblems` reports it).
 */
export function parseDocument(text: string, kind: DocumentKind): AwsDocument {
  let index: Index | undefined
  let searches = 0
  const sections = new Map<string, Section | undefined>()
  const indexed = (type: SectionType) => {
    index ??= indexSections(text, kind)
    return index.get(type)
  }
  const find = (type: SectionType, name: string) => {
    if (index === undefined && searches === 0 && !isSearchable(text)) searches = SEARCHES
    if (index === undefined && searches++ < SEARCHES) return searchSection(text, kind, type, name)
    return indexed(type)?.get(name) ?? []
  }
  return {
    kind,
    text,
    names: (type) => [...(indexed(type)?.keys() ?? [])],
    section: (type, name) => {
      const key = `${type} ${name}`
      if (!sections.has(key)) {
        const entries = find(type, name)
        sections.set(key, entries.length > 0 ? readSection(text, entries) : undefined)
      }
      return sections.get(key)
    },
  }
}

function indexSections(text: string, kind: DocumentKind): Index {
  const index = new Map<SectionType, Map<string, Entry[]>>()
  const offsets = headerOffsets(text)
  for (const [position, start] of offsets.entries()) {
    const { section, bare, end: body } = readHeader(text, start, kind)
    if (!section) continue
    const entry = { start, end: offsets[position + 1] ?? text.length, body, bare }
    const named = index.get(section.type) ?? new Map<string, Entry[]>()
    index.set(section.type, named)
    const same = named.get(section.name)
    if (same) same.push(entry)
    else named.set(section.name, [entry])
  }
  return index
}

/**
 * Finds the sections with one name without reading other headers; needs `isSearchable`. Sessions
 * and services are few, but each profile may mention them: there the word of the type is searched.
 */
function searchSection(
  text: string,
  kind: DocumentKind,
  type: SectionType,
  name: string,
): readonly Entry[] {
  const entries: Entry[] = []
  const word = type === 'profile' ? name : type
  for (let at = text.indexOf(word); at >= 0 && name !== ''; at = text.indexOf(word, at + 1)) {
    if (!AFTER_WORD.has(text[at + word.length]) || !BEFORE_WORD.has(text[at - 1])) continue
    const start = lineStart(text, at)
    if (text[start] !== '[' || start === entries.at(-1)?.start) continue
    const { section, bare, end: body } = readHeader(text, start, kind)
    if (section?.type === type && section.name === name)
      entries.push({ start, end: nextHeader(text, body), body, bare })
  }
  return entries
}

/** `[profile default]` replaces `[default]` whole, in either order. */
function readSection(text: string, entries: readonly Entry[]): Section {
  const prefixed = entries.filter(({ bare }) => !bare)
  const ranges = prefixed.length > 0 ? prefixed : entries
  const replaced = entries.filter((entry) => !ranges.includes(entry))
  const values = new Map<string, string>()
  const nested = new Map<string, ReadonlyMap<string, string>>()
  const comments: string[] = []
  for (const { body, end } of ranges) {
    const lines = readLines(text, body, end)
    for (const { kind, content } of lines)
      if (kind === 'comment') comments.push(content.slice(1).trim())
    for (const { key, value, nested: block } of readProperties(lines)) {
      values.set(key, value)
      nested.delete(key)
      if (block.length > 0) nested.set(key, readNested(block))
    }
  }
  return { values, nested, comments, ranges, replaced }
}

function readNested(lines: readonly { readonly content: string }[]): Map<string, string> {
  const values = new Map<string, string>()
  for (const { content } of lines) {
    const parts = splitProperty(content)
    if (parts) values.set(parts.key.toLowerCase(), parts.value)
  }
  return values
}
