/** ssox's own settings: `$XDG_CONFIG_HOME/ssox/config`, section `[ssox]` (contract, section 3). */
import { parse } from 'ini'
import { SsoxError } from '../problem.ts'
import { readUserText } from './user-text.ts'

/** Settings as text, keyed as the flags with `_` for `-`. */
export type Settings = ReadonlyMap<string, string>

const IGNORED = /^\s*(?:[;#].*)?$/
const HEADER = /^\s*\[/
const OUR_HEADER = /^\s*\[\s*ssox\s*\]\s*(?:[;#].*)?$/
/** A key, perhaps with a value, which may be in quotes as a whole; then perhaps a comment. */
const SETTING =
  /^\s*(?<setting>[^\s=][^=]*?(?:=(?:\s*(?<quoted>"(?:\\.|[^"\\])*"|'[^']*')|.*?))?)\s*(?:\s[;#].*)?$/
/** A `;` or `#` where `ini` would cut: no `\` before it. */
const CUT = /^(?:\\.|[^\\;#])*[;#]/

/**
 * A line that is not understood ends the reading: it may have been meant to be `protect`.
 * @throws SsoxError `profile` when the file is there but cannot be read
 */
export function readSettings(path: string): Settings {
  const text = readUserText(path)
  const mistake = (why: string, fix: string) =>
    new SsoxError('profile', `cannot read ${path}: ${why}`, `${fix} in ${path}`)
  if (text.includes('\uFFFD')) throw mistake('it is not UTF-8 text', 'write UTF-8')
  const found = new Map<string, { readonly value: string; readonly line: number }>()
  let isOpen = false
  for (const [index, content] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = index + 1
    const refuse = (why: string, fix: string) => mistake(`line ${line} ${why}`, fix)
    if (IGNORED.test(content)) continue
    if (OUR_HEADER.test(content)) {
      isOpen = true
      continue
    }
    if (HEADER.test(content))
      throw refuse('is a header, but not [ssox]', 'put every setting below one line [ssox]')
    if (!isOpen) throw refuse('is not below [ssox]', 'put every setting below a line [ssox]')
    const { setting, quoted } = SETTING.exec(content)?.groups ?? {}
    if (!setting) throw refuse('is not key = value', 'write key = value')
    if (quoted === undefined && CUT.test(setting))
      throw refuse(
        'has ; or # behind a word',
        'put a blank before a comment, or the value in quotes',
      )
    // One line alone: of two with the same key, `ini` would keep the last.
    for (const [key, value] of Object.entries(parse(setting))) {
      const before = found.get(key)
      if (before)
        throw refuse(`gives ${key} again, after line ${before.line}`, 'keep one of the two')
      // `ini` makes booleans of true and false, and arrays of `key[]` lines.
      found.set(key, { value: String(value), line })
    }
  }
  return new Map([...found].map(([key, { value }]) => [key, value]))
}
