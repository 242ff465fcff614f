/**
 * Edits of the AWS config and credentials files that keep every byte they are not about: comments,
 * order, line endings, spacing. The result is read back before it is given out.
 */
import { SsoxError } from '../problem.ts'
import { type AwsDocument, parseDocument, type Section, type SectionType } from './document.ts'
import { formatName } from './document-header.ts'
import {
  type Line,
  type Property,
  readLines,
  readProperties,
  splitProperty,
  textStart,
} from './document-lines.ts'

/** What shall become of one section. */
export interface SectionEdit {
  readonly type: SectionType
  readonly name: string
  /** New values by key, null removes a key; 'remove' removes the section. */
  readonly values: ReadonlyMap<string, string | null> | 'remove'
  /** One line without `#`, put under the header when the section is new; null removes it. */
  readonly comment?: string | null | undefined
  /** Tells the comment (without `#`) of a section that is there already, which the new one replaces. */
  readonly replaces?: RegExp | undefined
}

/** Replaces `text.slice(start, end)`. */
interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * The new text with the values of one section set; null removes a key, a missing section is
 * appended with its header quoted as the AWS CLI does.
 * @throws SsoxError `profile` for a name, key or value that the file format cannot hold, or a file
 *   that cannot be edited safely
 */
export function setValues(
  document: AwsDocument,
  type: SectionType,
  name: string,
  values: ReadonlyMap<string, string | null>,
  options: { readonly comment?: string } = {},
): string {
  return editDocument(document, [{ type, name, values, comment: options.comment }])
}

/** The new text without a section. Comments in front of the next header stay. @throws SsoxError `profile` */
export function removeSection(document: AwsDocument, type: SectionType, name: string): string {
  return editDocument(document, [{ type, name, values: 'remove' }])
}

/**
 * The new text after several edits, at most one per section: one pass for a whole set-up.
 * @throws SsoxError `profile` as `setValues`
 */
export function editDocument(document: AwsDocument, edits: readonly SectionEdit[]): string {
  for (const edit of edits) checkEdit(edit, document)
  let text = applyEdits(document, edits)
  // `[default]` comes to light when the `[profile default]` in front of it is gone.
  const hidden = edits.filter(
    ({ values, type, name }) =>
      values === 'remove' && parseDocument(text, document.kind).section(type, name),
  )
  if (hidden.length > 0) text = applyEdits(parseDocument(text, document.kind), hidden)
  if (!isAsExpected(document, parseDocument(text, document.kind), edits))
    throw new SsoxError(
      'profile',
      `the AWS ${document.kind} file is indented in a way that cannot be edited safely`,
      'put its section headers and keys at the start of their lines, or edit it by hand',
    )
  return text
}

function applyEdits(document: AwsDocument, edits: readonly SectionEdit[]): string {
  const { text, kind } = document
  const eol = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n'
  const splices: Splice[] = []
  const removals: Splice[] = []
  const appended: string[][] = []
  for (const edit of edits) {
    const { type, name, values, comment } = edit
    const section = document.section(type, name)
    if (values === 'remove') removals.push(...(section ? removal(text, section) : []))
    else if (section)
      splices.push(
        ...commentChange(text, section, edit, eol),
        ...changes(text, section, values, eol),
      )
    else {
      const lines = [...values].flatMap(([key, value]) =>
        value === null ? [] : `${key} = ${value}`,
      )
      const header = `[${formatName(type, name, kind)}]`
      if (lines.length > 0) appended.push([header, ...(comment ? [`# ${comment}`] : []), ...lines])
    }
  }
  let result = splice(text, [...splices, ...removals, ...blankBeforeEnd(text, removals)])
  if (appended.length === 0) return result
  if (result.length > textStart(result)) {
    if (!/[\r\n]/.test(result.slice(-1))) result += eol
    // Always: who takes the section out again takes one blank line with it.
    result += eol
  }
  // One blank line between them; all at once, since there may be thousands.
  result += appended.map((lines) => lines.map((line) => line + eol).join('')).join(eol)
  return result
}

function splice(text: string, splices: readonly Splice[]): string {
  let result = ''
  let at = 0
  for (const { start, end, text: insert } of splices.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(at, start) + insert
    at = end
  }
  return result + text.slice(at)
}

function changes(
  text: string,
  section: Section,
  values: ReadonlyMap<string, string | null>,
  eol: string,
): Splice[] {
  const properties = section.ranges.flatMap(({ body, end }) =>
    readProperties(readLines(text, body, end)),
  )
  const splices: Splice[] = []
  const added: string[] = []
  for (const [key, value] of values) {
    const same = properties.filter((property) => property.key === key)
    const last = same.at(-1)
    if (value === null) splices.push(...same.flatMap(({ lines }) => lines.map(deletion)))
    else if (last === undefined) added.push(`${key} = ${value}`)
    else if (last.value !== value) splices.push(...replacement(last, value))
  }
  if (added.length > 0) splices.push(insertion(text, section, added, eol))
  return splices
}

/** A comment goes in the place of the one that it replaces, else under the header. */
function commentChange(
  text: string,
  { ranges }: Section,
  { comment, replaces }: SectionEdit,
  eol: string,
): Splice[] {
  if (comment === undefined || replaces === undefined) return []
  const old = ranges
    .flatMap(({ body, end }) => readLines(text, body, end))
    .find(({ kind, content }) => kind === 'comment' && replaces.test(content.slice(1).trim()))
  if (old && comment === null) return [deletion(old)]
  if (comment === null) return []
  if (old) {
    const start = old.start + old.indent
    return [{ start, end: start + old.content.length, text: `# ${comment}` }]
  }
  const at = ranges[0]?.body ?? text.length
  const lead = /[\r\n]/.test(text.charAt(at - 1)) ? '' : eol
  return [{ start: at, end: at, text: `${lead}# ${comment}${eol}` }]
}

/** New keys go under the last property (or the header), with its indentation. */
function insertion(text: string, section: Section, added: string[], eol: string): Splice {
  const range = section.ranges.at(-1) ?? { start: text.length, body: text.length, end: text.length }
  const last = readProperties(readLines(text, range.body, range.end)).at(-1)
  const above = last?.lines[0].start ?? range.start
  const indent = /[ \t]*/y
  indent.lastIndex = above
  const blanks = indent.exec(text)?.[0] ?? ''
  const at = last?.lines.at(-1)?.end ?? range.body
  const lead = /[\r\n]/.test(text.charAt(at - 1)) ? '' : eol
  return { start: at, end: at, text: lead + added.map((line) => blanks + line + eol).join('') }
}

/** Puts the value in the place of the old one; what surrounds it stays. */
function replacement({ lines: [first, ...rest] }: Property, value: string): Splice[] {
  const parts = splitProperty(first.content)
  if (!parts) return []
  const content = first.start + first.indent
  const old = parts.value === '' ? -1 : first.content.indexOf(parts.value, parts.equals + 1)
  const change =
    old < 0
      ? { start: content + parts.valueEnd, end: content + parts.valueEnd, text: ` ${value}` }
      : { start: content + old, end: content + old + parts.value.length, text: value }
  return [change, ...rest.map(deletion)]
}

function deletion({ start, end }: Line): Splice {
  return { start, end, text: '' }
}

/** From the header to its last property, and one blank line under it if something follows. */
function removal(text: string, section: Section): Splice[] {
  return section.ranges.map(({ start, body, end }) => {
    const lines = readLines(text, body, end)
    const last = lines.findLastIndex(({ kind }) => kind !== 'blank' && kind !== 'comment')
    const own = last >= 0 ? last + 1 : lines.findIndex(({ kind }) => kind !== 'comment')
    const [under, ...rest] = own < 0 ? [] : lines.slice(own)
    if (under === undefined) return { start, end, text: '' }
    const isBlank = under.kind === 'blank'
    const isLast = end === text.length && rest.every(({ kind }) => kind === 'blank')
    return { start, end: isBlank && !isLast ? under.end : under.start, text: '' }
  })
}

/** What is last in the file goes with the blank line above it. */
function blankBeforeEnd(text: string, removals: readonly Splice[]): Splice[] {
  const written = text.trimEnd().length
  const end = written + (/^[ \t]*(?:\r\n|\n|\r)/.exec(text.slice(written))?.[0].length ?? 0)
  let start = end
  for (const one of removals.toSorted((a, b) => b.start - a.start))
    if (one.end === start) start = one.start
  const blank = start < end ? blankLineBefore(text, start) : undefined
  return blank === undefined ? [] : [{ start: blank, end: start, text: '' }]
}

/** Where the line above the one at `at` starts, if it is blank and not the first. */
function blankLineBefore(text: string, at: number): number | undefined {
  const written = text.slice(0, at).trimEnd().length
  const breaks = /(?:\r\n|\n|\r(?!\n))(?=[ \t]*(?:\r\n|\n|\r)$)/.exec(text.slice(written, at))
  return breaks ? written + breaks.index + breaks[0].length : undefined
}

/** Counted from 1. */
function lineOf(text: string, at: number): number {
  return text.slice(0, at).split(/\r\n|\n|\r/).length
}

function checkEdit(
  { type, name, values, comment }: SectionEdit,
  { text, kind }: AwsDocument,
): void {
  const refuse = (what: string, fix: string) => {
    throw new SsoxError('profile', what, fix)
  }
  const lost = text.indexOf('\uFFFD')
  if (lost >= 0)
    refuse(
      `line ${lineOf(text, lost)} of the AWS ${kind} file holds bytes that are not UTF-8, which an edit would destroy`,
      'ssox doctor',
    )
  if (values === 'remove') return
  // [DEFAULT] would give its values to every other section in the AWS CLI.
  const spreads = kind === 'credentials' && name === 'DEFAULT'
  const isSpelt = name.trim() === name && formatName(type, name, kind) !== undefined
  if (/[\p{Cc}\]]/u.test(name) || !isSpelt || spreads)
    refuse(
      `the name ${JSON.stringify(name)} cannot be written to the AWS ${kind} file`,
      'choose a name of letters, digits and - _ . @ : + % /',
    )
  if (typeof comment === 'string' && /\p{Cc}/u.test(comment))
    refuse(`the comment for ${name} is not one line`, 'leave out line breaks')
  for (const [key, value] of values) {
    const parts = value === null ? splitProperty(`${key} = x`) : splitProperty(`${key} = ${value}`)
    if (parts?.key !== key || key !== key.toLowerCase())
      refuse(
        `${JSON.stringify(key)} is not a key of the AWS ${kind} file`,
        'use letters, digits and _',
      )
    else if (value !== null && (value === '' || /\p{Cc}/u.test(value) || parts.value !== value))
      refuse(
        `the value of ${key} for ${name} cannot be written to the AWS ${kind} file: it is empty, or has a line break, a control character, a blank at an end, or a # or ; behind a blank`,
        `correct the value of ${key}`,
      )
  }
}

/** True when the edits took effect and everything else reads as before. */
function isAsExpected(
  before: AwsDocument,
  after: AwsDocument,
  edits: readonly SectionEdit[],
): boolean {
  const edited = new Map(edits.map((edit) => [`${edit.type} ${edit.name}`, edit.values]))
  return (['profile', 'sso-session', 'services'] as const).every((type) =>
    [...new Set([...before.names(type), ...after.names(type), ...namesOf(edits, type)])].every(
      (name) => {
        const values = edited.get(`${type} ${name}`)
        const [old, now] = [before.section(type, name), after.section(type, name)]
        if (values === 'remove') return now === undefined
        const expected = contents(old)
        for (const [key, value] of values ?? []) {
          for (const [sub] of old?.nested.get(key) ?? []) expected.delete(`${key} ${sub}`)
          if (value === null) expected.delete(key)
          else expected.set(key, value)
        }
        if (old === undefined && expected.size === 0) return now === undefined
        return now !== undefined && sameEntries(expected, contents(now))
      },
    ),
  )
}

/** Values by key, nested ones by both keys. */
function contents(section: Section | undefined): Map<string, string> {
  const flat = new Map(section?.values)
  for (const [key, block] of section?.nested ?? [])
    for (const [sub, value] of block) flat.set(`${key} ${sub}`, value)
  return flat
}

function namesOf(edits: readonly SectionEdit[], type: SectionType): string[] {
  return edits.filter((edit) => edit.type === type).map(({ name }) => name)
}

function sameEntries(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value)
}
