/** How the picker looks, and the control sequences that draw it below the cursor. */

import { foundRanges, type Range } from '../text/fuzzy.ts'
import { clip, width } from '../text/width.ts'
import type { Colours, Style } from './colour.ts'
import type { PickerItem, PickerState } from './picker.ts'

export interface PickerLook {
  /** Size of the terminal. */
  readonly columns: number
  readonly rows: number
  readonly style: Colours
  /** A sign or text of our own as the locale can show it; names stay as they are. */
  readonly shown: (own: string) => string
  /** What is chosen: `Profile`. */
  readonly prompt: string
  /** One for each field, and one for the note. */
  readonly table: readonly PickerColumn[]
  readonly note: NoteOf
}

/** The last column of an item, harmless text; asked for those on the screen only. */
export type NoteOf = (item: PickerItem) => { readonly text: string; readonly style: Style }

export interface PickerColumn {
  readonly title: string
  /** A narrow terminal leaves out the highest first; the first column is always there. */
  readonly rank: number
  /** True for what is of no use when it is cut. */
  readonly isFixed?: boolean
}

/** One for each column of an item; the account id has its name, if there is one, beside it. */
export const PICKER_TABLE: readonly PickerColumn[] = [
  { title: 'PROFILE', rank: 0 },
  { title: 'ACCOUNT', rank: 3, isFixed: true },
  { title: '', rank: 4 },
  { title: 'ROLE', rank: 2 },
  { title: 'LEFT', rank: 1, isFixed: true },
]

export interface PickerView {
  /** Styled lines, none of them wider than the terminal. */
  readonly lines: readonly string[]
  /** Where the cursor stands in the first line. */
  readonly cursor: number
}

const MAX_ROWS = 10
/** Below this height there is no room for a header and a footer. */
const ROWS_WITH_FRAME = 7
const FRAME = 2
const GAP = 2
const POINTER = '❯ '
/** The one in use, and those that are protected. */
const MARKS = { current: '*', protected: '!' } as const
const MARK_WIDTH = 2
const KEYS = '↑↓ move · Enter choose · Esc cancel'
/** Where any number is chosen. */
const BOX = { marked: '[x] ', open: '[ ] ' }
const MARKING_KEYS = 'Space mark · ^A all found · Enter done · Esc cancel'
/** Columns are not narrowed below this; some are left out instead. */
const MIN_WIDTH = 8
const COLUMNS_WITH_MARK = 12
/** What the first column may take while there are others. */
const MAX_SHARE = 2 / 3
/** `no expiry` is the longest note. */
const NOTE_WIDTH = 9

/** How many items fit on a screen of `rows` rows. */
export function pickerPage(rows: number, items: number): number {
  const others = 2 + (rows < ROWS_WITH_FRAME ? 0 : FRAME)
  return Math.max(1, Math.min(MAX_ROWS, items, rows - others))
}

/** What the screen shows; `state` must fit the page of this size (`fitPicker`). */
export function viewPicker(state: PickerState, look: PickerLook): PickerView {
  const { columns, rows, style } = look
  const page = pickerPage(rows, state.items.length)
  const layout = layOut(state, look)
  const shown = state.found.slice(state.top, state.top + page)
  const body = shown.map((item, at) => row(item, state, state.top + at === state.at, layout, look))
  if (body.length === 0) body.push(style.dim(cut('  nothing matches', columns - 1, look)))
  const query = queryLine(state.query, look)
  if (rows < ROWS_WITH_FRAME) return { ...query, lines: [...query.lines, ...body] }
  const count = `${state.found.length} of ${state.items.length}`
  const status = state.marked ? `${count}, ${state.marked.size} chosen` : count
  const keys = look.shown(state.marked ? MARKING_KEYS : KEYS)
  const footer = style.dim(cut(`  ${status}   ${keys}`, columns - 1, look))
  return { ...query, lines: [...query.lines, header(layout, look), ...body, footer] }
}

/**
 * Draws a view over the one before, whose first line the cursor is in. Lines do not wrap even when
 * the terminal takes a character for wider than we do.
 */
export function drawView({ lines, cursor }: PickerView): string {
  const up = lines.length > 1 ? `\x1b[${lines.length - 1}A` : ''
  const right = cursor > 0 ? `\x1b[${cursor}C` : ''
  return `\r\x1b[?7l${lines.join('\x1b[K\r\n')}\x1b[J\x1b[?7h${up}\r${right}`
}

/** Removes the view; the cursor is back where it was before the first one. */
export const ERASE_VIEW = '\r\x1b[J'

/**
 * Goes back to the beginning of the first line after the terminal got narrower: a line that was
 * wider now takes several.
 */
export function returnAfterResize(cursor: number, columns: number): string {
  const rows = Math.floor(cursor / Math.max(1, columns))
  return rows > 0 ? `\x1b[${rows}A` : ''
}

function queryLine(query: string, look: PickerLook): PickerView {
  const { columns, prompt, style } = look
  const head = cut(`${prompt}: `, columns - 1, look)
  const shown = cutStart(query, columns - 1 - width(head), look)
  const hint = query === '' ? cut('type to filter', columns - 1 - width(head) - 1, look) : ''
  const line = style.bold(head) + shown + style.dim(hint && ` ${hint}`)
  return { lines: [line], cursor: width(head) + width(shown) }
}

interface Layout {
  /** Width of each column; 0 for one that is not shown. */
  readonly widths: readonly number[]
  /** What stands in front of the first column, by item; empty texts where nothing does. */
  readonly mark: { readonly of: (item: PickerItem) => string; readonly none: string }
}

/** Widths by all items, so that nothing moves while filtering. */
function layOut(state: PickerState, look: PickerLook): Layout {
  const { widths } = state
  const mark = markOf(state, look)
  const room = Math.max(0, look.columns - 1 - width(POINTER) - width(mark.none))
  const wanted = look.table.map(({ title }, at) => {
    const wide = at < widths.length ? (widths[at] ?? 0) : NOTE_WIDTH
    return wide === 0 ? 0 : Math.min(Math.max(wide, width(title)), room)
  })
  for (let most = Math.max(...look.table.map(({ rank }) => rank)); most > 0; most--) {
    const tried = wanted.map((wide, at) => ((look.table[at]?.rank ?? 0) > most ? 0 : wide))
    const fitting = narrowed(tried, room, look.table)
    if (fitting) return { widths: fitting, mark }
  }
  return { widths: wanted.map((wide, at) => (at === 0 ? wide : 0)), mark }
}

function markOf({ items, marked }: PickerState, look: PickerLook): Layout['mark'] {
  const { bold, cyan } = look.style
  const blank = (text: string) => ' '.repeat(width(text))
  if (look.columns < COLUMNS_WITH_MARK) return { of: () => '', none: '' }
  if (marked) {
    const of = (item: PickerItem) => (marked.has(item) ? cyan(BOX.marked) : BOX.open)
    return { of, none: blank(BOX.open) }
  }
  const signs = ({ isCurrent, isProtected }: PickerItem) =>
    (isCurrent ? MARKS.current : '') + (isProtected ? MARKS.protected : '')
  if (items.every((item) => signs(item) === '')) return { of: () => '', none: '' }
  const none = ' '.repeat(MARK_WIDTH)
  return { of: (item) => bold(signs(item)) + none.slice(signs(item).length), none }
}

/**
 * The columns beside the first narrowed, the widest ones first, until all fit; the first gives way
 * only as far as it takes most of the room. undefined when they cannot fit.
 */
function narrowed(
  wanted: readonly number[],
  room: number,
  table: readonly PickerColumn[],
): number[] | undefined {
  const [first = 0] = wanted
  const widths = [Math.min(first, Math.floor(room * MAX_SHARE)), ...wanted.slice(1)]
  const gaps = GAP * (widths.filter((wide) => wide > 0).length - 1)
  let excess = widths.reduce((sum, wide) => sum + wide, gaps) - room
  for (; excess > 0; excess--) {
    const flexible = widths.map((wide, at) => (at === 0 || table[at]?.isFixed ? 0 : wide))
    const widest = flexible.indexOf(Math.max(...flexible))
    if ((flexible[widest] ?? 0) <= MIN_WIDTH) return undefined
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  widths[0] = Math.min(first, (widths[0] ?? 0) - excess)
  return widths
}

function header({ widths, mark }: Layout, look: PickerLook): string {
  const cells = look.table.map(({ title }): ShownCell => ({ text: title, shown: title }))
  const margin = ' '.repeat(width(POINTER)) + mark.none
  return look.style.dim(cut(margin + joined(cells, widths), look.columns - 1, look))
}

function row(
  item: PickerItem,
  state: PickerState,
  isSelected: boolean,
  { widths, mark }: Layout,
  look: PickerLook,
): string {
  const { bold, cyan, danger, dim } = look.style
  const found = foundRanges(item, state.query)
  const cells = item.fields.map(({ text }, at): ShownCell => {
    const kept = cut(text, widths[at] ?? 0, look)
    const ofName = item.isProtected ? danger : isSelected ? bold : (part: string) => part
    const plain = at === 0 ? ofName : isSelected ? bold : dim
    return {
      text: kept,
      shown: highlight(kept, found[at] ?? [], plain, (part) => bold(cyan(part))),
    }
  })
  const { text, style } = look.note(item)
  const note = cut(text, widths[cells.length] ?? 0, look)
  const pointer = (isSelected ? look.shown(POINTER) : ' '.repeat(width(POINTER))).slice(
    0,
    look.columns - 1,
  )
  return (
    (isSelected ? bold(cyan(pointer)) : pointer) +
    mark.of(item) +
    joined([...cells, { text: note, shown: style(note) }], widths)
  )
}

/** A cell cut to its column, without and with style. */
interface ShownCell {
  readonly text: string
  readonly shown: string
}

function joined(cells: readonly ShownCell[], widths: readonly number[]): string {
  let line = ''
  let blanks = 0
  for (const [at, { text, shown }] of cells.entries()) {
    const wide = widths[at] ?? 0
    if (wide === 0) continue
    if (text !== '') {
      line += ' '.repeat(blanks) + shown
      blanks = 0
    }
    blanks += wide - width(text) + GAP
  }
  return line
}

/** The parts in the ranges in one style, the others in another. */
function highlight(text: string, ranges: readonly Range[], plain: Style, marked: Style): string {
  const isFound = (at: number) => ranges.some(([from, to]) => at >= from && at < to)
  let line = ''
  let from = 0
  for (let at = 1; at <= text.length; at++) {
    if (at < text.length && isFound(at) === isFound(from)) continue
    line += (isFound(from) ? marked : plain)(text.slice(from, at))
    from = at
  }
  return line
}

function cut(text: string, columns: number, { shown }: PickerLook): string {
  return clip(text, columns, shown('…'))
}

/** The end of a text that is too long, as a line of input shows it. */
function cutStart(text: string, columns: number, { shown }: PickerLook): string {
  let kept = text
  while (kept !== '' && width(kept) > columns - (kept === text ? 0 : 1))
    kept = kept.slice(String.fromCodePoint(kept.codePointAt(0) ?? 0).length)
  return kept === text || columns < 1 ? kept : shown('…') + kept
}
