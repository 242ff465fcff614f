/**
 * What in an AWS config or credentials file is an error, or read differently by the AWS CLI and the
 * SDKs. Messages name sections and keys, never values: a value may be a secret.
 */
import type { AwsDocument, DocumentKind, SectionType } from './document.ts'
import { mayHoldBrokenHeaders, readHeader } from './document-header.ts'
import { type Line, readLines, textStart } from './document-lines.ts'
import { SectionState } from './problem-lines.ts'
import type { DocumentProblem, Report, SectionRef } from './problem-types.ts'

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
