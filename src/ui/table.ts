/** Aligned columns by display width. */
import type { Style } from './colour.ts'
import { clip, forTerminal, width } from './text.ts'

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
}

interface CleanCell {
  readonly text: string
  readonly style: Style | undefined
}

const GAP = 2
/** Columns are not narrowed below this; what still does not fit is cut at the right edge. */
const NARROWEST = 8

/**
 * Lays rows out in columns, one line per row, each ended by a line feed and without trailing
 * blanks; empty without rows and header. In a window that is too small the widest columns are
 * narrowed first.
 */
export function table(
  rows: readonly (readonly Cell[])[],
  { header, headerStyle, columns = Number.POSITIVE_INFINITY, mark }: TableOptions = {},
): string {
  const titles = header?.map((text) => clean({ text, style: headerStyle }))
  const lines = [...(titles ? [titles] : []), ...rows.map((row) => row.map(clean))]
  const widths = columnWidths(lines, columns)
  return lines.map((line) => `${layOut(line, widths, { columns, mark })}\n`).join('')
}

function clean(cell: Cell): CleanCell {
  if (typeof cell === 'string') return { text: forTerminal(cell).trimEnd(), style: undefined }
  return { text: forTerminal(cell.text).trimEnd(), style: cell.style }
}

function columnWidths(lines: readonly (readonly CleanCell[])[], columns: number): number[] {
  const widths: number[] = []
  for (const line of lines)
    line.forEach(({ text }, at) => {
      widths[at] = Math.max(widths[at] ?? 0, width(text))
    })
  let excess = widths.reduce((sum, wide) => sum + wide + GAP, -GAP) - columns
  for (; excess > 0; excess--) {
    const widest = widths.indexOf(Math.max(...widths))
    if ((widths[widest] ?? 0) <= NARROWEST) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

function layOut(
  line: readonly CleanCell[],
  widths: readonly number[],
  { columns, mark }: { readonly columns: number; readonly mark: string | undefined },
): string {
  const last = line.findLastIndex(({ text }) => text !== '')
  let laidOut = ''
  let used = 0
  for (const [at, { text, style }] of line.slice(0, last + 1).entries()) {
    const shown = clip(text, Math.min(widths[at] ?? 0, columns - used), mark)
    if (shown === '' && used >= columns) break
    const padding = at === last ? 0 : (widths[at] ?? 0) + GAP - width(shown)
    laidOut += (style ? style(shown) : shown) + ' '.repeat(padding)
    used += width(shown) + padding
  }
  return laidOut.trimEnd()
}
