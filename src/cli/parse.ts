/**
 * argv → invocation, by the command table. cac gathers the options and arguments of a verb; because
 * it turns values into numbers, drops a lone `-`, lets a boolean with a dash in its name swallow
 * the next word, takes `--region.x`, reads `--x= y` as `--x y` and says nothing about unknown
 * verbs, it gets only checked option names and, for every other word, a ticket in its place.
 * Nothing else imports cac, and cac never prints.
 */
import { cac } from 'cac'
import type { SsoxError } from '../problem.ts'
import * as mistake from './mistakes.ts'
import {
  camelCase,
  type FlagSpec,
  type Flags,
  findVerb,
  flagsOf,
  type VerbName,
  type VerbSpec,
} from './spec.ts'
import { isOption, readOption, takesNextWord, verbIndex } from './words.ts'

/** What the words of a command line ask for. */
export type Invocation =
  | {
      readonly kind: 'run'
      readonly verb: VerbName
      /** Positional arguments, byte for byte. */
      readonly args: readonly string[]
      /** The command of `exec`, byte for byte; empty for other verbs. */
      readonly rest: readonly string[]
      readonly flags: Flags
    }
  /** `--help`, `-h`, `help <verb>`: for reading, on stdout. */
  | { readonly kind: 'help'; readonly verb: VerbName | undefined; readonly flags: Flags }
  | { readonly kind: 'version'; readonly flags: Flags }
  /** No verb at all: the short help on stderr, exit 2. */
  | { readonly kind: 'bare'; readonly flags: Flags }

/**
 * Reads the words after `ssox`. `--help` and `--version` win over mistakes, up to `--` or the
 * command of `exec`; of a repeated flag the last one counts.
 * @throws SsoxError `usage`, naming the word, with the corrected command as fix where there is one
 */
export function parse(argv: readonly string[]): Invocation {
  const verbAt = verbIndex(argv)
  const word = verbAt === undefined ? undefined : argv[verbAt]
  const verb = findVerb(word)
  const line = shield(argv, verb, verbAt)
  if (word === 'help') return helpAbout(argv, line)
  if (verbAt !== undefined && !verb) throw mistake.unknownVerb(argv, verbAt)
  const { args, flags } = match(line, verb)
  if (flags.help) return { kind: 'help', verb: verb?.name, flags }
  if (flags.version) return { kind: 'version', flags }
  if (line.problem) throw line.problem
  if (!verb) return { kind: 'bare', flags }
  checkArguments(argv, verb, line, { args, flags })
  return { kind: 'run', verb: verb.name, args, rest: line.rest, flags }
}

/**
 * The flags that decide how a failure is shown, read without any check, for the case that `parse`
 * throws.
 */
export function outputFlags(argv: readonly string[]): Pick<Flags, 'color' | 'quiet' | 'debug'> {
  const end = argv.indexOf('--')
  const words = end < 0 ? argv : argv.slice(0, end)
  const colour = words.findLast((word) => word === '--color' || word === '--no-color')
  return {
    color: colour === undefined ? undefined : colour === '--color',
    quiet: words.includes('-q') || words.includes('--quiet'),
    debug: words.includes('--debug'),
  }
}

/** A command line made safe for cac. */
interface Shielded {
  /** The verb, checked options in camel case, tickets. */
  readonly words: string[]
  /** What the tickets stand for; ticket `w3` is entry 3. */
  readonly values: string[]
  /** Where the positional arguments stand in argv. */
  readonly positions: number[]
  readonly rest: string[]
  /** Every flag that the verb takes. */
  readonly known: readonly FlagSpec[]
  readonly given: Set<FlagSpec>
  /** The first mistake. */
  problem: SsoxError | undefined
}

function shield(
  argv: readonly string[],
  verb: VerbSpec | undefined,
  verbAt: number | undefined,
): Shielded {
  const line: Shielded = {
    words: [],
    values: [],
    positions: [],
    rest: [],
    known: flagsOf(verb),
    given: new Set(),
    problem: undefined,
  }
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? ''
    if (at === verbAt) line.words.push(word)
    else if (word === '--' && verb?.rest) {
      line.rest.push(...argv.slice(at + 1))
      break
    } else if (word === '--') {
      for (let after = at + 1; after < argv.length; after++) addPositional(line, argv, after)
      break
    } else if (isOption(word)) {
      if (addOption(line, argv, at, verb)) at++
    } else if (verb?.rest && line.positions.at(-1) === at - 1 && isLast(line, verb)) {
      // `exec dev aws …` without `--`: from the word after the last argument on it is the command.
      line.rest.push(...argv.slice(at))
      break
    } else addPositional(line, argv, at)
  }
  return line
}

function isLast(line: Shielded, verb: VerbSpec): boolean {
  return line.positions.length === verb.args.length
}

function addPositional(line: Shielded, argv: readonly string[], at: number): void {
  line.positions.push(at)
  line.words.push(ticket(line, argv[at] ?? ''))
}

/** Adds the option at `at`, or remembers what is wrong with it; true when it took the next word. */
function addOption(
  line: Shielded,
  argv: readonly string[],
  at: number,
  verb: VerbSpec | undefined,
): boolean {
  const option = readOption(argv[at] ?? '')
  const next = argv[at + 1]
  const tookNext = takesNextWord(option, next)
  if (option.flags.length === 0 || !option.flags.every((flag) => line.known.includes(flag))) {
    line.problem ??= mistake.unknownOption(argv, at, verb)
    return tookNext
  }
  for (const flag of option.flags) {
    const value = tookNext ? next : option.value
    const wrong = mistake.wrongValue({ argv, at, verb, flag, value, negated: option.negated })
    line.problem ??= wrong
    if (wrong) continue
    line.given.add(flag)
    const key = camelCase(flag.name)
    if (option.negated) line.words.push(`--no-${key}`)
    else line.words.push(value === undefined ? `--${key}` : `--${key}=${ticket(line, value)}`)
  }
  return tookNext
}

function ticket(line: Shielded, word: string): string {
  return `w${line.values.push(word) - 1}`
}

interface Matched {
  readonly args: readonly string[]
  readonly flags: Flags
}

/** Lets cac gather the options and arguments of the verb, then puts the words back for the tickets. */
function match(line: Shielded, verb: VerbSpec | undefined): Matched {
  const program = cac('ssox')
  // It parses the line once per command and option by option: what is not there would cost time.
  const command = verb ? program.command(verb.name) : program
  for (const { name, value } of line.given)
    command.option(`--${camelCase(name)}${value ? ' <value>' : ''}`, '')
  const { args, options } = program.parse(['node', 'ssox', ...line.words], { run: false })

  const word = (given: string) => line.values[Number(given.slice(1))] ?? ''
  const flags: Record<string, string | number | boolean> = {}
  for (const { name, type } of line.given) {
    const key = camelCase(name)
    const given: unknown = [options[key]].flat().at(-1)
    if (typeof given === 'boolean') flags[key] = given
    else if (typeof given === 'string')
      flags[key] = type === 'number' ? Number(word(given)) : word(given)
  }
  return { args: args.map(word), flags }
}

function checkArguments(
  argv: readonly string[],
  verb: VerbSpec,
  line: Shielded,
  { args, flags }: Matched,
): void {
  const extra = line.positions[verb.args.length]
  if (extra !== undefined) throw mistake.unexpectedArgument(argv, extra, verb)
  for (const [at, arg] of verb.args.entries()) {
    const given = args[at]
    const replaced = arg.unlessFlag !== undefined && Object.hasOwn(flags, camelCase(arg.unlessFlag))
    if (given === undefined && arg.required && !replaced)
      throw mistake.missingArgument(verb, arg.name, arg.choices)
    if (given !== undefined && arg.choices && !mistake.isChoice(given, arg))
      throw mistake.wrongChoice(argv, line.positions[at] ?? 0, verb, arg)
  }
  if (verb.rest?.required && line.rest.length === 0)
    throw mistake.missingArgument(verb, verb.rest.name)
}

/** `ssox help`, `ssox help env`. */
function helpAbout(argv: readonly string[], line: Shielded): Invocation {
  const [topic, extra] = line.positions
  const { flags } = match(line, undefined)
  if (topic === undefined) return { kind: 'help', verb: undefined, flags }
  const verb = findVerb(argv[topic])
  if (!verb) throw mistake.unknownVerb(argv, topic)
  if (extra !== undefined) throw mistake.unexpectedArgument(argv, extra, verb)
  return { kind: 'help', verb: verb.name, flags }
}
