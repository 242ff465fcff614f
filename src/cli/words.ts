/** Words of a command line, told apart by the flags of the command table. */
import { type FlagSpec, findFlag, flagsOf } from './spec.ts'

/** An option as typed: its flags (none: unknown; several: `-qh`), and the value after `=`. */
export interface TypedOption {
  readonly flags: readonly FlagSpec[]
  readonly negated: boolean
  readonly value: string | undefined
}

/** Whether a word is an option; a lone `-` is a word like any other. */
export function isOption(word: string): boolean {
  return word.startsWith('-') && word !== '-'
}

/** Reads a word that begins with `-`: the name exactly as in the table, never an abbreviation. */
export function readOption(word: string): TypedOption {
  if (!word.startsWith('--')) return { flags: shortFlags(word), negated: false, value: undefined }
  const equals = word.indexOf('=')
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals)
  const value = equals < 0 ? undefined : word.slice(equals + 1)
  const flag = findFlag(name)
  if (flag?.description) return { flags: [flag], negated: false, value }
  const opposite = name.startsWith('no-') ? findFlag(name.slice(3)) : undefined
  return { flags: opposite?.negation ? [opposite] : [], negated: true, value }
}

/** The flags of `-q` or `-qh`; none when a letter is unknown. */
function shortFlags(word: string): FlagSpec[] {
  const known = flagsOf(undefined)
  const flags = [...word.slice(1)].map((letter) => known.find(({ short }) => short === letter))
  return flags.includes(undefined) ? [] : flags.filter((flag) => flag !== undefined)
}

/** Whether the option's value is the next word; a value that begins with `-` needs `=`. */
export function takesNextWord(option: TypedOption, next: string | undefined): boolean {
  const [flag] = option.flags
  if (!flag || flag.type === 'boolean' || option.negated || option.value !== undefined) return false
  return next !== undefined && !isOption(next)
}

/** Index of the first word that is neither an option nor the value of one. */
export function verbIndex(argv: readonly string[]): number | undefined {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? ''
    if (word === '--') return undefined
    if (!isOption(word)) return at
    const option = readOption(word)
    if (takesNextWord(option, argv[at + 1])) at++
    else if (option.flags.length === 0) return undefined
  }
  return undefined
}
