/** Aligned columns by display width. */

import { forTerminal } from '../text/terminal-text.ts'
import { clip, width } from '../text/width.ts'
import type { Style } from './colour.ts'

/** A cell's text as it came (it is made harmless here), with the style to show it in. */
export type Cell = string | { readonly text: string; readonly style?: Style | undefined }

export interface TableOptions {
  /** Titles of the columns. */
  readonly header?: readonly string[] | undefined
  readonly headerStyle?: Style | undefined
  /** Width of the terminal; without it nothing is cut. */
  readonly columns?: number | undefined
  /** What stands for the end of a cell that is cut; `…` unless the locale has none. */
  readonly mark?: string | undefined
  /** One for each column; without it the widest columns are narrowed, whatever they hold. */
  readonly fit?: readonly ColumnFit[] | undefined
}

/** What becomes of a column where not all of them fit. */
export interface ColumnFit {
  /** The highest goes first; 0 is always there, and whole. */
  readonly rank: number
  /** True for what may be narrowed before it goes. */
  readonly isFlexible?: boolean
}

/** Where a line ends, and what shows that. */
interface Cut {
  readonly columns: number
  readonly mark: string | undefined
  /** True for columns whose cells are never cut: one that is wider moves the rest of its line. */
  readonly isWhole?: readonly boolean[]
}

interface CleanCell {
  readonly text: string
  readonly style: Style | undefined
}

const GAP = 2
/** Columns are not narrowed below this. */
const MIN_WIDTH = 8
/** One row in so many may be wider than its column, where that leaves room for more columns. */
const ODD_ONES = 10

/**
 * Lays rows out in columns, one line per row, each ended by a line feed and without trailing
 * blanks; empty without rows and header. What does not fit a window is narrowed or left out as `fit`
 * says; without it, the widest columns are narrowed first, and the rest is cut at the right edge.
 */
export function table(
  rows: readonly (readonly Cell[])[],
  { header, headerStyle, columns = Number.POSITIVE_INFINITY, fit, mark }: TableOptions = {},
): string {
  const titles = header?.map((text) => clean({ text, style: headerStyle }))
  const lines = [...(titles ? [titles] : []), ...rows.map((row) => row.map(clean))]
  const natural = naturalWidths(lines)
  if (!fit) return drawn(lines, narrowed(natural, columns), { columns, mark })
  const whole = fitted(natural, fit, columns)
  const usual = fitted(usualWidths(lines, natural, fit, columns), fit, columns)
  const { shown, widths } = usual.shown.length > whole.shown.length ? usual : whole
  const kept = lines.map((line) => line.filter((_, at) => shown.includes(at)))
  const isWhole = shown.map((at) => fit[at]?.rank === 0)
  return drawn(kept, widths, { columns, mark, isWhole })
}

function drawn(
  lines: readonly (readonly CleanCell[])[],
  widths: readonly number[],
  cut: Cut,
): string {
  return lines.map((line) => `${layOut(line, widths, cut)}\n`).join('')
}

function clean(cell: Cell): CleanCell {
  if (typeof cell === 'string') return { text: forTerminal(cell).trimEnd(), style: undefined }
  return { text: forTerminal(cell.text).trimEnd(), style: cell.style }
}

function naturalWidths(lines: readonly (readonly CleanCell[])[]): number[] {
  const widths: number[] = []
  for (const line of lines)
    line.forEach(({ text }, at) => {
      widths[at] = Math.max(widths[at] ?? 0, width(text))
    })
  return widths
}

/** What is always whole and takes most of the window, as wide as most rows need it. */
function usualWidths(
  lines: readonly (readonly CleanCell[])[],
  natural: readonly number[],
  fit: readonly ColumnFit[],
  columns: number,
): number[] {
  return natural.map((widest, at) => {
    if (fit[at]?.rank !== 0 || widest <= columns / 2) return widest
    const widths = lines.map((line) => width(line[at]?.text ?? '')).sort((a, b) => b - a)
    return widths[Math.floor(lines.length / ODD_ONES)] ?? widest
  })
}

function excessOf(widths: readonly number[], columns: number): number {
  return widths.reduce((sum, wide) => sum + wide + GAP, -GAP) - columns
}

function narrowed(natural: readonly number[], columns: number): number[] {
  const widths = [...natural]
  for (let excess = excessOf(widths, columns); excess > 0; excess--) {
    const widest = widths.indexOf(Math.max(...widths))
    if ((widths[widest] ?? 0) <= MIN_WIDTH) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

/** The columns that fit, by their places, with their widths; only the last to go is narrowed. */
function fitted(natural: readonly number[], fit: readonly ColumnFit[], columns: number) {
  for (let most = Math.max(...fit.map(({ rank }) => rank)); ; most--) {
    // One that is empty takes no room, but for the first, which is a margin then.
    const isShown = (at: number) => (fit[at]?.rank ?? 0) <= most && (at === 0 || natural[at] !== 0)
    const shown = [...natural.keys()].filter(isShown)
    const widths = shown.map((at) => natural[at] ?? 0)
    const excess = excessOf(widths, columns)
    if (excess <= 0 || most <= 0) return { shown, widths }
    const last = shown.findIndex((at) => fit[at]?.rank === most && fit[at]?.isFlexible)
    const left = (widths[last] ?? 0) - excess
    if (left >= MIN_WIDTH) return { shown, widths: widths.with(last, left) }
  }
}

function layOut(
  line: readonly CleanCell[],
  widths: readonly number[],
  { columns, mark, isWhole }: Cut,
): string {
  const last = line.findLastIndex(({ text }) => text !== '')
  let laidOut = ''
  let used = 0
  for (const [at, { text, style }] of line.slice(0, last + 1).entries()) {
    const wide = isWhole?.[at] ? Number.POSITIVE_INFINITY : (widths[at] ?? 0)
    // Behind a cell that is wider than its column, a half one would tell nothing.
    if (isWhole && at > 0 && used + Math.min(wide, width(text)) > columns) break
    const shown = clip(text, isWhole ? wide : Math.min(wide, columns - used), mark)
    if (shown === '' && used >= columns) break
    const padding = at === last ? 0 : Math.max(GAP, (widths[at] ?? 0) + GAP - width(shown))
    laidOut += (style ? style(shown) : shown) + ' '.repeat(padding)
    used += width(shown) + padding
  }
  return laidOut.trimEnd()
}
