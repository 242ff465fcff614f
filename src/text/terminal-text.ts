/**
 * Text for a terminal: made harmless, measured, cut. Names of accounts and roles, error bodies and
 * file contents come from others, and a terminal obeys what is written to it (git CVE-2024-52005).
 */
import { eastAsianWidth } from 'get-east-asian-width'

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
  return eastAsianWidth(cell.codePointAt(0) ?? 0)
}
