/** ssox's own settings: `$XDG_CONFIG_HOME/ssox/config`, section `[ssox]` (contract, section 3). */
import { parse } from 'ini'
import { SsoxError } from '../problem.ts'
import { readUserFile } from '../system/files.ts'

/** Settings as text, keyed as the flags with `_` for `-`. */
export type Settings = ReadonlyMap<string, string>

/**
 * @throws SsoxError `profile` when the file is there but cannot be read
 */
export function readSettings(path: string): Settings {
  const read = readUserFile(path)
  if (read.state === 'missing') return new Map()
  if (read.state === 'refused')
    throw new SsoxError('profile', `cannot read ${path}: ${read.why}`, `ls -l ${path}`)
  const section: unknown = parse(read.text)['ssox']
  if (typeof section !== 'object' || section === null) return new Map()
  // `ini` makes booleans of true and false, and arrays of repeated `key[]` lines.
  return new Map(Object.entries(section).map(([key, value]) => [key, String(value)]))
}
