/** The picker as a machine without a terminal: a state, and what a key makes of it. */
import { type Field, type Searchable, search, toField } from '../text/fuzzy.ts'
import { forTerminal } from '../text/terminal-text.ts'
import { width } from '../text/width.ts'
import type { Key } from './keys.ts'

export interface PickerItem extends Searchable {
  /** As it came; what is shown and searched is harmless. */
  readonly name: string
  /** The one in use. */
  readonly isCurrent: boolean
  /** One to be asked about before it is used. */
  readonly isProtected: boolean
}

export interface PickerState {
  readonly items: readonly PickerItem[]
  /** Of the widest text of each field, in columns. */
  readonly widths: readonly number[]
  readonly query: string
  /** What the query finds, best first. */
  readonly found: readonly PickerItem[]
  /** The selected one of `found`, and the first that is shown. */
  readonly at: number
  readonly top: number
  /** Between the marks of a paste, where Enter is only text. */
  readonly isPasting: boolean
  /** Where any number is chosen: those that are. */
  readonly marked?: ReadonlySet<PickerItem>
}

/** What a key has led to. */
export type PickerStep =
  | { readonly kind: 'open'; readonly state: PickerState }
  | { readonly kind: 'chosen'; readonly item: PickerItem }
  /** In the order of the items. */
  | { readonly kind: 'marked'; readonly items: readonly PickerItem[] }
  | { readonly kind: 'cancelled' }

/** An item from the texts of its columns, the name first. */
export function pickerItem(
  columns: readonly [name: string, ...others: string[]],
  { weight = 0, isCurrent = false, isProtected = false } = {},
): PickerItem {
  const fields: readonly Field[] = columns.map((text) => toField(forTerminal(text)))
  return { name: columns[0], fields, weight, isCurrent, isProtected }
}

/** The picker before the first key; with `marked`, any number is chosen, those at first. */
export function openPicker(
  items: readonly PickerItem[],
  marked?: Iterable<PickerItem>,
): PickerState {
  const widths: number[] = []
  for (const { fields } of items)
    for (const [at, { text }] of fields.entries())
      widths[at] = Math.max(widths[at] ?? 0, width(text))
  const start = { query: '', found: search(items, ''), at: 0, top: 0, isPasting: false }
  return { items, widths, ...start, ...(marked ? { marked: new Set(marked) } : {}) }
}

/** What `key` does; `page` is the number of rows that are shown. */
export function pressKey(state: PickerState, key: Key, page: number): PickerStep {
  if (state.marked && !state.isPasting) {
    const step = pressMarkingKey(state, state.marked, key, page)
    if (step) return step
  }
  if ('text' in key) return open(withQuery(state, state.query + forTerminal(key.text)), page)
  if (state.isPasting || key.name === 'paste-start') return open(paste(state, key.name), page)
  switch (key.name) {
    case 'enter': {
      const item = state.found[state.at]
      return item ? { kind: 'chosen', item } : { kind: 'open', state }
    }
    case 'escape':
    case 'ctrl-c':
    case 'ctrl-g':
      return { kind: 'cancelled' }
    case 'ctrl-d':
      return state.query === '' ? { kind: 'cancelled' } : { kind: 'open', state }
    case 'backspace':
      return open(withQuery(state, withoutLast(state.query)), page)
    case 'ctrl-w':
      return open(withQuery(state, state.query.replace(/\S*\s*$/, '')), page)
    case 'ctrl-u':
      return open(withQuery(state, ''), page)
    default:
      return open({ ...state, at: moved(state, key.name, page) }, page)
  }
}

/** What a key does only where any number is chosen. */
function pressMarkingKey(
  state: PickerState,
  marked: ReadonlySet<PickerItem>,
  key: Key,
  page: number,
): PickerStep | undefined {
  const name = 'text' in key ? (key.text === ' ' ? 'tab' : '') : key.name
  if (name === 'enter')
    return { kind: 'marked', items: state.items.filter((one) => marked.has(one)) }
  if (name === 'tab') {
    const item = state.found[state.at]
    const next = { ...state, marked: toggled(marked, item ? [item] : []), at: state.at + 1 }
    return open(next, page)
  }
  if (name === 'ctrl-a') return open({ ...state, marked: toggled(marked, state.found) }, page)
  return undefined
}

/** All of the items marked, or none of them where they were all marked. */
function toggled(
  marked: ReadonlySet<PickerItem>,
  items: readonly PickerItem[],
): ReadonlySet<PickerItem> {
  const next = new Set(marked)
  const areAll = items.every((item) => marked.has(item))
  for (const item of items)
    if (areAll) next.delete(item)
    else next.add(item)
  return next
}

/** The same state in a window of `page` rows: the selected row is one of them. */
export function fitPicker(state: PickerState, page: number): PickerState {
  const at = Math.max(0, Math.min(state.at, state.found.length - 1))
  const last = Math.max(0, state.found.length - page)
  const top = Math.min(Math.max(Math.min(state.top, at), at - page + 1), last)
  return { ...state, at, top }
}

function open(state: PickerState, page: number): PickerStep {
  return { kind: 'open', state: fitPicker(state, page) }
}

function paste(state: PickerState, name: string): PickerState {
  if (name === 'enter' || name === 'tab') return withQuery(state, `${state.query} `)
  return {
    ...state,
    isPasting: name === 'paste-start' || (state.isPasting && name !== 'paste-end'),
  }
}

function withQuery(state: PickerState, query: string): PickerState {
  if (query === state.query) return state
  return { ...state, query, found: search(poolFor(state, query), query), at: 0, top: 0 }
}

/** Another letter at the end can only find less; the order stays that of the items. */
function poolFor({ items, found, query: before }: PickerState, query: string) {
  if (!query.startsWith(before) || found.length * 2 > items.length) return items
  const pool = new Set(found)
  return items.filter((item) => pool.has(item))
}

function moved({ at, found }: PickerState, key: string, page: number): number {
  switch (key) {
    case 'up':
    case 'ctrl-p':
    case 'shift-tab':
      return at - 1
    case 'down':
    case 'ctrl-n':
    case 'tab':
      return at + 1
    case 'page-up':
      return at - page
    case 'page-down':
      return at + page
    case 'home':
      return 0
    case 'end':
      return found.length - 1
    default:
      return at
  }
}

/** Without what a person takes for the last character. */
function withoutLast(text: string): string {
  const last = [...new Intl.Segmenter().segment(text)].at(-1)
  return last ? text.slice(0, last.index) : ''
}
