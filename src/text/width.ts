/** Harmless text in the columns of a terminal: measured, and cut. */
import { eastAsianWidth } from 'get-east-asian-width'

/** One or two columns' worth of text that must not be torn: flag, emoji with its modifier. */
const CELL = /\p{RI}\p{RI}|\p{ExtPict}(?:\uFE0F|\p{EMod})+|./gsu

const EMOJI = /^(?:\p{RI}\p{RI}|\p{ExtPict}[\uFE0F\p{EMod}]|\p{EPres}|\p{EMod})/u

/** Marks, ignorables, and the vowels and finals of Hangul, which join the syllable before them. */
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{DI}\u1160-\u11FF]/u

const PLAIN = /^[\x20-\x7e]*$/

/** Columns that harmless text takes in a terminal. */
export function width(text: string): number {
  if (PLAIN.test(text)) return text.length
  let columns = 0
  for (const [cell] of text.matchAll(CELL)) columns += cellWidth(cell)
  return columns
}

/** Harmless text cut to at most `columns` columns, with `mark` (one column) for what is missing. */
export function clip(text: string, columns: number, mark = '…'): string {
  if (width(text) <= columns) return text
  if (columns < 1) return ''
  let kept = ''
  let used = 0
  for (const [cell] of text.matchAll(CELL)) {
    used += cellWidth(cell)
    if (used > columns - 1) break
    kept += cell
  }
  return kept + mark
}

function cellWidth(cell: string): number {
  if (EMOJI.test(cell)) return 2
  if (ZERO_WIDTH.test(cell)) return 0
  return eastAsianWidth(cell.codePointAt(0) ?? 0)
}
