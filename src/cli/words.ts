/**
 * Words of a command line, each in its role by the command table. Values stay as they were typed, and
 * nothing is thrown: what is wrong with the words is said in `parse.ts`.
 */
import type { Speaker } from '../shells/speaker.ts'
import { type FlagSpec, findFlag, findVerb, flagsOf, type VerbName, type VerbSpec } from './spec.ts'

/** An option: its flags (none: unknown; several: `-qh`), and its value. */
export interface TypedOption {
  /** Where it stands in argv. */
  readonly at: number
  readonly flags: readonly FlagSpec[]
  readonly negated: boolean
  /** After `=`, or the next word. */
  readonly value: string | undefined
}

/** The words after `ssox`. */
export interface CommandLine {
  readonly argv: readonly string[]
  /** By which name they were called. */
  readonly speaker: Speaker
  /** Where the word in the place of the verb stands in argv. */
  readonly verbAt: number | undefined
  /** The verb, if that word is one. */
  readonly verb: (VerbSpec & { readonly name: VerbName }) | undefined
  readonly options: readonly TypedOption[]
  /** Where the arguments stand in argv. */
  readonly positions: readonly number[]
  /** The command of `exec`, byte for byte; empty for other verbs. */
  readonly rest: readonly string[]
}

/** Tells the words apart. Options end at `--`, and at the first word of the command of `exec`. */
export function readWords(argv: readonly string[], speaker: Speaker = 'ssox'): CommandLine {
  const options: TypedOption[] = []
  const positions: number[] = []
  let verbAt: number | undefined
  let verb: CommandLine['verb']
  let rest: readonly string[] = []
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? ''
    if (word === '--') {
      if (verb?.rest) rest = argv.slice(at + 1)
      else for (let after = at + 1; after < argv.length; after++) positions.push(after)
      break
    }
    if (isOption(word)) {
      const option = readOption(argv, at)
      if (option.value !== undefined && !word.includes('=')) at++
      options.push(option)
    } else if (verbAt === undefined && options.every(({ flags }) => flags.length > 0)) {
      // After an unknown option the word may be its value.
      verbAt = at
      verb = findVerb(word)
    } else if (verb?.rest && positions.length === verb.args.length) {
      rest = argv.slice(at)
      break
    } else positions.push(at)
  }
  return { argv, speaker, verbAt, verb, options, positions, rest }
}

/** Whether a word is an option; a lone `-` is a word like any other. */
export function isOption(word: string): boolean {
  return word.startsWith('-') && word !== '-'
}

/** Reads a word that begins with `-`: the name exactly as in the table, never an abbreviation. */
function readOption(argv: readonly string[], at: number): TypedOption {
  const word = argv[at] ?? ''
  if (!word.startsWith('--'))
    return { at, flags: shortFlags(word), negated: false, value: undefined }
  const [, name = '', inline] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? []
  const flag = findFlag(name)
  if (flag && flag.negation !== 'alone') {
    const next = argv[at + 1]
    const isValue = flag.type !== 'boolean' && next !== undefined && !isOption(next)
    return { at, flags: [flag], negated: false, value: inline ?? (isValue ? next : undefined) }
  }
  const opposite = name.startsWith('no-') ? findFlag(name.slice(3)) : undefined
  return { at, flags: opposite?.negation ? [opposite] : [], negated: true, value: inline }
}

/** The flags of `-q` or `-qh`; none when a letter is unknown. */
function shortFlags(word: string): FlagSpec[] {
  const known = flagsOf(undefined)
  const flags = [...word.slice(1)].map((letter) => known.find(({ short }) => short === letter))
  return flags.includes(undefined) ? [] : flags.filter((flag) => flag !== undefined)
}
