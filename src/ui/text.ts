/**
 * Text for a terminal: made harmless, measured, cut. Names of accounts and roles, error bodies and
 * file contents come from others, and a terminal obeys what is written to it (git CVE-2024-52005).
 */

/**
 * What a terminal would obey or not show: control and format characters (bidi and zero-width ones
 * included), line and paragraph separators, default ignorables, lone surrogates. The variation
 * selector U+FE0F is ordinary after a pictograph.
 */
const UNSAFE = /(?<!\p{ExtPict})\uFE0F|(?!\uFE0F)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/gu

/** One or two columns' worth of text that must not be torn: flag, emoji with its modifier. */
const CELL = /\p{RI}\p{RI}|\p{ExtPict}(?:\uFE0F|\p{EMod})+|./gsu

const EMOJI = /^(?:\p{RI}\p{RI}|\p{ExtPict}[\uFE0F\p{EMod}]|\p{EPres}|\p{EMod})/u

/** Marks, ignorables, and the vowels and finals of Hangul, which join the syllable before them. */
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{DI}\u1160-\u11FF]/u

const PLAIN = /^[\x20-\x7e]*$/

/** Wide and fullwidth characters outside emoji (Unicode, EastAsianWidth.txt), first and last. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2630, 0x2637],
  [0x268a, 0x268f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
]

/**
 * Makes a string from a server, a file or the environment harmless: whatever a terminal would obey
 * or hide becomes a visible escape (`\x1b`, `\u202e`), a tab a space, a lone surrogate U+FFFD.
 * The result is one line.
 */
export function forTerminal(text: string): string {
  return text.replace(UNSAFE, visible)
}

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

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code === 0x09) return ' '
  if (code === 0x0a) return '\\n'
  if (code === 0x0d) return '\\r'
  if (code >= 0xd800 && code <= 0xdfff) return '\uFFFD'
  if (code > 0xffff) return `\\u{${code.toString(16)}}`
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`
}

function cellWidth(cell: string): number {
  if (EMOJI.test(cell)) return 2
  if (ZERO_WIDTH.test(cell)) return 0
  const code = cell.codePointAt(0) ?? 0
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1
}
