/** ssox's own settings: `$XDG_CONFIG_HOME/ssox/config`, section `[ssox]` (contract, section 3). */
import { parse } from 'ini'
import { SsoxError } from '../problem.ts'
import { readUserText } from './user-text.ts'

/** Settings as text, keyed as the flags with `_` for `-`. */
export type Settings = ReadonlyMap<string, string>

const IGNORED = /^\s*(?:[;#].*)?$/
const HEADER = /^\s*\[/
const OUR_HEADER = /^\s*\[\s*ssox\s*\]\s*(?:[;#].*)?$/
/** `;` or `#` behind a word, where `ini` would cut a value that has no quotes. */
const ADJACENT_COMMENT = /^[^=]*=\s*(?!["'\s]).*[^\s\\][;#]/

/**
 * A line that is not understood ends the reading: it may have been meant to be `protect`.
 * @throws SsoxError `profile` when the file is there but cannot be read
 */
export function readSettings(path: string): Settings {
  const text = readUserText(path)
  const mistake = (why: string, fix: string) =>
    new SsoxError('profile', `cannot read ${path}: ${why}`, `${fix} in ${path}`)
  if (text.includes('\uFFFD')) throw mistake('it is not UTF-8 text', 'write UTF-8')
  const ours: string[] = []
  let isOpen = false
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const refuse = (why: string, fix: string) => mistake(`line ${index + 1} ${why}`, fix)
    if (IGNORED.test(line)) continue
    if (OUR_HEADER.test(line)) isOpen = true
    else if (HEADER.test(line))
      throw refuse('is a header, but not [ssox]', 'put every setting below one line [ssox]')
    else if (!isOpen) throw refuse('is not below [ssox]', 'put every setting below a line [ssox]')
    else if (/^\s*=/.test(line)) throw refuse('has no key', 'write key = value')
    else if (ADJACENT_COMMENT.test(line))
      throw refuse(
        'has ; or # behind a word',
        'put a blank before a comment, or the value in quotes',
      )
    else ours.push(line)
  }
  // `ini` makes booleans of true and false, and arrays of repeated `key[]` lines. It sees no
  // header, as it puts one with a dot in its name inside another section.
  const settings = Object.entries(parse(ours.join('\n')))
  return new Map(settings.map(([key, value]) => [key, String(value)]))
}
