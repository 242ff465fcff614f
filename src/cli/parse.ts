/** The words of a command line → what they ask for, by the command table; or what is wrong with them. */
import type { SsoxError } from '../problem.ts'
import type { Speaker } from '../shells/speaker.ts'
import * as mistake from './mistakes.ts'
import { camelCase, type Flags, findVerb, flagsOf, type VerbName, type VerbSpec } from './spec.ts'
import { TOPIC_NAMES, type TopicName } from './topic-names.ts'
import type { CommandLine } from './words.ts'

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

/**
 * What a command line asks for. `--help` and `--version` win over mistakes, up to `--` or the command
 * of `exec`.
 * @throws SsoxError `usage`, naming the word, with the corrected command as fix where there is one
 */
export function invocationOf(line: CommandLine): Invocation {
  const { argv, verbAt, verb } = line
  if (verbAt !== undefined && argv[verbAt] === 'help') return helpAbout(line)
  if (verbAt !== undefined && !verb) throw mistake.unknownVerb(line, verbAt)
  const { flags, problem } = readFlags(line)
  if (flags.help) return { kind: 'help', verb: verb?.name, speaker: line.speaker }
  if (flags.version) return { kind: 'version' }
  if (problem) throw problem
  if (!verb) return { kind: 'bare' }
  const args = line.positions.map((at) => argv[at] ?? '')
  checkArguments(line, verb)
  return { kind: 'run', verb: verb.name, args, rest: line.rest, flags, line }
}

/**
 * The flags that the verb takes with values that are right, and the first mistake among the others;
 * of a repeated flag the last one counts.
 */
export function readFlags(line: CommandLine): {
  readonly flags: Flags
  readonly problem: SsoxError | undefined
} {
  const { verb } = line
  const known = flagsOf(verb)
  const flags: Record<string, string | number | boolean> = {}
  let problem: SsoxError | undefined
  for (const option of line.options) {
    const { value, negated } = option
    if (option.flags.length === 0 || !option.flags.every((flag) => known.includes(flag))) {
      problem ??= mistake.unknownOption(line, option)
      continue
    }
    for (const flag of option.flags) {
      const wrong = mistake.wrongValue(line, option, flag)
      problem ??= wrong
      if (wrong) continue
      flags[camelCase(flag.name)] =
        value === undefined ? !negated : flag.type === 'number' ? Number(value) : value
    }
  }
  return { flags, problem }
}

function checkArguments(line: CommandLine, verb: VerbSpec): void {
  const { argv, positions } = line
  const extra = verb.args.at(-1)?.many ? undefined : positions[verb.args.length]
  if (extra !== undefined) throw mistake.unexpectedArgument(line, extra, verb)
  for (const [index, arg] of verb.args.entries()) {
    const at = positions[index]
    if (at === undefined && arg.required) throw mistake.missingArgument(line, verb, arg)
    if (at !== undefined && arg.choices && !mistake.isChoice(argv[at] ?? '', arg))
      throw mistake.wrongChoice(line, at, verb, arg)
  }
}

/** `ssox help`, `ssox help env`, `ssox help files`. */
function helpAbout(line: CommandLine): Invocation {
  const { argv, positions } = line
  const [at, extra] = positions
  if (at === undefined) return { kind: 'help', verb: undefined, speaker: line.speaker }
  const word = argv[at] ?? ''
  const topic = TOPIC_NAMES.find((name) => name === word)
  const verb = findVerb(word === 'awsuse' ? 'env' : word)
  if (!verb && !topic) throw mistake.unknownVerb({ ...line, options: [] }, at)
  if (extra !== undefined) throw mistake.secondTopic(word, argv[extra] ?? '')
  if (topic) return { kind: 'topic', topic }
  return { kind: 'help', verb: verb?.name, speaker: word === 'awsuse' ? 'awsuse' : 'ssox' }
}
