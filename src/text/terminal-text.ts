/**
 * Text for a terminal, made harmless. Names of accounts and roles, error bodies and file contents
 * come from others, and a terminal obeys what is written to it (git CVE-2024-52005).
 */

/**
 * What a terminal would obey or not show: control and format characters (bidi and zero-width ones
 * included), line and paragraph separators, default ignorables, lone surrogates. The variation
 * selector U+FE0F is ordinary after a pictograph.
 */
const UNSAFE = /(?<!\p{ExtPict})\uFE0F|(?!\uFE0F)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/gu

/**
 * Makes a string from a server, a file or the environment harmless: whatever a terminal would obey
 * or hide becomes a visible escape (`\x1b`, `\u202e`), a tab a space, a lone surrogate U+FFFD.
 * The result is one line.
 */
export function forTerminal(text: string): string {
  return text.replace(UNSAFE, visible)
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
