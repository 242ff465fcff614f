/**
 * The lines of ssox in a start-up file, between two markers: text in, text out. The texts are bytes,
 * one per character (latin1): a start-up file need not be UTF-8, and none of its bytes may change.
 */
import { SsoxError } from '../problem.ts'

const BEGIN = '# >>> ssox >>>'
const END = '# <<< ssox <<<'
/** Inside the block, so that it can be removed byte for byte, even on another machine. */
const WAS_NEW = '# install.sh: this file was new'
const HAD_NO_BREAK = '# install.sh: the line above had no line break'
const NOTES: readonly string[] = [WAS_NEW, HAD_NO_BREAK]

export interface Block {
  /** Number of its first line, from 1 on. */
  readonly first: number
  /** Number of its last line. */
  readonly last: number
}

interface Parts {
  /** What stands before the block. */
  readonly before: string
  readonly note: string | undefined
  readonly isCrlf: boolean
  /** What stands behind it. */
  readonly after: string
}

/** Markers that are no pair, or more than one. */
export interface Broken {
  /** Number of the line of the first of them. */
  readonly brokenAt: number
}

/** Where the block is; undefined where there is no marker at all. */
export function markersIn(text: string): Block | Broken | undefined {
  const marks = linesOf(text).flatMap((line, at) =>
    bare(line) === BEGIN || bare(line) === END ? [{ mark: bare(line), number: at + 1 }] : [],
  )
  const [begin, end, more] = marks
  if (!begin) return undefined
  if (begin.mark === BEGIN && end?.mark === END && !more)
    return { first: begin.number, last: end.number }
  return { brokenAt: begin.number }
}

/** @throws SsoxError `storage` for markers that do not match (`has … markers`) */
function findBlock(text: string): Block | undefined {
  const found = markersIn(text)
  if (!found || 'first' in found) return found
  throw new SsoxError(
    'storage',
    `has ssox markers that do not match (line ${found.brokenAt})`,
    `remove them by hand, from line ${found.brokenAt}`,
  )
}

/**
 * The text with the lines of ssox in it: where its block stands, else at the end.
 * @param text undefined for a file that is not there
 * @param hashEnds whether `#` begins a comment that may end a line, as in all shells but PowerShell:
 *   in a file with CRLF it takes the CR, which would be part of the last word
 * @throws SsoxError `storage` for markers that do not match; its message is a predicate (`has …`)
 */
export function withLines(
  text: string | undefined,
  lines: readonly string[],
  hashEnds: boolean,
): string {
  const { before, note, isCrlf, after } = partsOf(text)
  const body = lines.map((line) => asBytes(isCrlf && hashEnds ? `${line} #` : line))
  const eol = isCrlf ? '\r\n' : '\n'
  const block = [BEGIN, ...(note ? [note] : []), ...body, END].map((line) => line + eol)
  return before + block.join('') + after
}

/**
 * The text without the block, as it was before; undefined when the file was made for it alone. The
 * text itself where there is no block.
 * @throws SsoxError `storage` for markers that do not match; its message is a predicate (`has …`)
 */
export function withoutLines(text: string): string | undefined {
  if (!findBlock(text)) return text
  const { before, note, isCrlf, after } = partsOf(text)
  // A line break that had to be added stays where something follows by now.
  const isOpen = note === HAD_NO_BREAK && after === ''
  const rest = isOpen ? before.slice(0, isCrlf ? -2 : -1) : before + after
  return note === WAS_NEW && rest === '' ? undefined : rest
}

/** Number of the first line outside the block that names the file of a hook, or `ssox init`. */
export function lineThatNames(text: string, hook: string): number | undefined {
  const block = markersIn(text)
  const name = hook.replace('.', '\\.')
  const pattern = new RegExp(`(^|[\\s"'/\\\\])${name}(?![\\w.-])|\\bssox["']?\\s+init\\b`)
  const at = linesOf(text).findIndex(
    (line, index) => !(block && isInside(block, index + 1)) && pattern.test(line),
  )
  return at < 0 ? undefined : at + 1
}

/** The bytes of a text that is to stand in a file, as the texts here have them. */
function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function isInside(block: Block | Broken, number: number): boolean {
  return 'first' in block && number >= block.first && number <= block.last
}

function partsOf(text: string | undefined): Parts {
  if (text === undefined) return { before: '', note: WAS_NEW, isCrlf: false, after: '' }
  const block = findBlock(text)
  if (!block) return partsWithoutBlock(text)
  const lines = linesOf(text)
  const note = bare(lines[block.first] ?? '')
  return {
    before: lines.slice(0, block.first - 1).join(''),
    note: NOTES.includes(note) ? note : undefined,
    isCrlf: lines[block.first - 1]?.endsWith('\r\n') ?? false,
    after: lines.slice(block.last).join(''),
  }
}

function partsWithoutBlock(text: string): Parts {
  const isCrlf = /^[^\n]*\r(\n|$)/.test(text)
  const isOpen = text !== '' && !text.endsWith('\n')
  const before = isOpen ? text + (isCrlf ? '\r\n' : '\n') : text
  return { before, note: isOpen ? HAD_NO_BREAK : undefined, isCrlf, after: '' }
}

/** Lines with their ends. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function bare(line: string): string {
  return line.replace(/\r?\n?$/, '')
}
