/** The words of a command line → what they ask for, by the command table; or what is wrong with them. */
import { isNumber } from '../settings/table.ts'
import type { Speaker } from '../shells/speaker.ts'
import {
  type ArgSpec,
  camelCase,
  type FlagSpec,
  type Flags,
  findVerb,
  flagsOf,
  type VerbName,
  type VerbSpec,
} from './spec.ts'
import { TOPIC_NAMES, type TopicName } from './topic-names.ts'
import type { CommandLine, TypedOption } from './words.ts'

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
      /** The words that it was read from. */
      readonly line: CommandLine
    }
  /** `help <topic>`: for reading, on stdout. */
  | { readonly kind: 'topic'; readonly topic: TopicName }
  /** `--help`, `-h`, `help <verb>`: the same. */
  | { readonly kind: 'help'; readonly verb: VerbName | undefined; readonly speaker: Speaker }
  | { readonly kind: 'version' }
  /** No verb at all: the short help on stderr, exit 2. */
  | { readonly kind: 'bare' }
  | { readonly kind: 'mistake'; readonly mistake: Mistake }

/** What is wrong, and with which word; `mistakes.ts` has the sentences, which few runs need. */
export type Mistake =
  | { readonly what: 'unknown-verb'; readonly at: number }
  | { readonly what: 'unknown-option'; readonly option: TypedOption }
  | { readonly what: 'wrong-value'; readonly option: TypedOption; readonly flag: FlagSpec }
  | { readonly what: 'unexpected-argument'; readonly at: number; readonly verb: VerbSpec }
  | { readonly what: 'missing-argument'; readonly arg: ArgSpec; readonly verb: VerbSpec }
  | {
      readonly what: 'wrong-choice'
      readonly at: number
      readonly arg: ArgSpec
      readonly verb: VerbSpec
    }
  | { readonly what: 'second-topic'; readonly at: number; readonly first: string }

/**
 * What a command line asks for. `--help` and `--version` win over mistakes, up to `--` or the command
 * of `exec`.
 */
export function invocationOf(line: CommandLine): Invocation {
  const { argv, verbAt, verb } = line
  if (verbAt !== undefined && argv[verbAt] === 'help') return helpAbout(line)
  if (verbAt !== undefined && !verb) return wrong({ what: 'unknown-verb', at: verbAt })
  const { flags, mistake } = readFlags(line)
  if (flags.help) return { kind: 'help', verb: verb?.name, speaker: line.speaker }
  if (flags.version) return { kind: 'version' }
  if (mistake) return wrong(mistake)
  if (!verb) return { kind: 'bare' }
  const args = line.positions.map((at) => argv[at] ?? '')
  const wrongArgument = argumentMistake(line, verb)
  if (wrongArgument) return wrong(wrongArgument)
  return { kind: 'run', verb: verb.name, args, rest: line.rest, flags, line }
}

function wrong(mistake: Mistake): Invocation {
  return { kind: 'mistake', mistake }
}

/**
 * The flags that the verb takes with values that are right, and the first mistake among the others;
 * of a repeated flag the last one counts.
 */
export function readFlags(line: CommandLine): {
  readonly flags: Flags
  readonly mistake: Mistake | undefined
} {
  const known = flagsOf(line.verb)
  const flags: Record<string, string | number | boolean> = {}
  let mistake: Mistake | undefined
  for (const option of line.options) {
    const { value, negated } = option
    if (option.flags.length === 0 || !option.flags.every((flag) => known.includes(flag))) {
      mistake ??= { what: 'unknown-option', option }
      continue
    }
    for (const flag of option.flags) {
      if (!isRight(option, flag)) {
        mistake ??= { what: 'wrong-value', option, flag }
        continue
      }
      flags[camelCase(flag.name)] =
        value === undefined ? !negated : flag.type === 'number' ? Number(value) : value
    }
  }
  return { flags, mistake }
}

/** Whether the flag is given a value just where it takes one, and one that it takes. */
function isRight({ negated, value }: TypedOption, flag: FlagSpec): boolean {
  if (negated || flag.type === 'boolean') return value === undefined
  if (value === undefined) return false
  if (flag.type === 'number') return isNumber(value, flag)
  return !flag.choices || isChoice(value, flag)
}

function argumentMistake(line: CommandLine, verb: VerbSpec): Mistake | undefined {
  const { argv, positions } = line
  const extra = verb.args.at(-1)?.many ? undefined : positions[verb.args.length]
  if (extra !== undefined) return { what: 'unexpected-argument', at: extra, verb }
  for (const [index, arg] of verb.args.entries()) {
    const at = positions[index]
    if (at === undefined && arg.required) return { what: 'missing-argument', arg, verb }
    if (at !== undefined && arg.choices && !isChoice(argv[at] ?? '', arg))
      return { what: 'wrong-choice', at, arg, verb }
  }
  return undefined
}

/** True for one of the choices, also under another of its names. */
function isChoice(
  value: string,
  { choices, aliases }: Pick<FlagSpec, 'choices' | 'aliases'>,
): boolean {
  return choices?.includes(value) === true || aliases?.includes(value) === true
}

/** `ssox help`, `ssox help env`, `ssox help files`. */
function helpAbout(line: CommandLine): Invocation {
  const { argv, positions } = line
  const [at, extra] = positions
  if (at === undefined) return { kind: 'help', verb: undefined, speaker: line.speaker }
  const word = argv[at] ?? ''
  const topic = TOPIC_NAMES.find((name) => name === word)
  const verb = findVerb(word === 'awsuse' ? 'env' : word)
  if (!verb && !topic) return wrong({ what: 'unknown-verb', at })
  if (extra !== undefined) return wrong({ what: 'second-topic', at: extra, first: word })
  if (topic) return { kind: 'topic', topic }
  return { kind: 'help', verb: verb?.name, speaker: word === 'awsuse' ? 'awsuse' : 'ssox' }
}
