/** Text for reading, at most 100 columns wide: titles, rows of two columns, paragraphs. */
import { width } from '../text/width.ts'
import type { Colours } from '../ui/colour.ts'

const COLUMNS = 100
const GAP = 2
/** A left column does not grow beyond this; longer entries get a line of their own. */
const WIDEST_LEFT = 44

export type Row = readonly [left: string, right: string]

export type Section = readonly [title: string, rows: readonly Row[]]

/** The sections that have rows, with one left column for all of them. */
export function sections(all: readonly Section[], style: Colours): string {
  const shown = all.filter(([, rows]) => rows.length > 0)
  const lefts = shown.flatMap(([, rows]) => rows.map(([left]) => width(left)))
  const column = Math.max(...lefts.filter((wide) => wide <= WIDEST_LEFT))
  return shown
    .map(
      ([title, rows]) => `${style.bold(title)}\n${rows.map((row) => line(row, column)).join('')}`,
    )
    .join('\n')
}

function line([left, right]: Row, column: number): string {
  const indent = ' '.repeat(GAP + column + GAP)
  const [first = '', ...more] = wrap(right.split(' '), ' ', COLUMNS - indent.length)
  const head =
    width(left) > column
      ? `  ${left}\n${indent}${first}`
      : `  ${left}${' '.repeat(column - width(left) + GAP)}${first}`
  return [head, ...more.map((text) => indent + text)].map((text) => `${text}\n`).join('')
}

/** Items one after the other, indented. */
export function paragraph(items: readonly string[], separator: string): string {
  return wrap(items, separator, COLUMNS - GAP)
    .map((row) => `  ${row}\n`)
    .join('')
}

/** Joins items to rows of at most `columns` columns. */
function wrap(items: readonly string[], separator: string, columns: number): string[] {
  const rows: string[] = []
  for (const item of items) {
    const row = rows.at(-1)
    const joined = `${row}${separator}${item}`
    if (row !== undefined && width(joined) <= columns) rows[rows.length - 1] = joined
    else rows.push(item)
  }
  return rows
}
