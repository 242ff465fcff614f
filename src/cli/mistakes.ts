/** The sentences for mistakes on the command line: what is wrong, which word, and the corrected command. */
import { SsoxError } from '../problem.ts'
import { limits } from '../settings/table.ts'
import { asTyped } from '../shells/speaker.ts'
import { quotedWord } from '../text/shell-words.ts'
import { suggest } from '../text/suggest.ts'
import type { Mistake } from './parse.ts'
import {
  type ArgSpec,
  type FlagSpec,
  findVerb,
  flagsOf,
  VERBS,
  type VerbName,
  type VerbSpec,
} from './spec.ts'
import { TOPIC_NAMES } from './topic-names.ts'
import { type CommandLine, isOption, type TypedOption } from './words.ts'

const MAX_QUOTE = 80
/** A word that looks on the screen as it must be typed. */
const LEGIBLE = /^[ -~]*$/
const PROFILE_OPTION = /^(-p|--?profile)$/

/** What other tools call what ssox has under another name. */
const OTHER_NAMES: Readonly<Record<string, VerbName>> = {
  run: 'exec',
  shell: 'exec',
  signin: 'login',
  signout: 'logout',
  ls: 'list',
  profiles: 'list',
  export: 'env',
  process: 'credential-process',
  hook: 'init',
  id: 'whoami',
  configure: 'setup',
  populate: 'setup',
}
/** What the shell hook does, which ssox itself cannot: no program changes the shell it is started in. */
const SWITCHES = ['use', 'switch', 'assume', 'awsuse', 'select']

/** The error to throw: `usage`, naming the word, with the corrected command as fix where there is one. */
export function problemOf(mistake: Mistake, line: CommandLine): SsoxError {
  switch (mistake.what) {
    case 'unknown-verb':
      return unknownVerb(line, mistake.at)
    case 'unknown-option':
      return unknownOption(line, mistake.option)
    case 'wrong-value':
      return wrongValue(line, mistake.option, mistake.flag)
    case 'unexpected-argument':
      return unexpectedArgument(line, mistake.at, mistake.verb)
    case 'missing-argument':
      return missingArgument(line, mistake.verb, mistake.arg)
    case 'wrong-choice':
      return wrongChoice(line, mistake.at, mistake.verb, mistake.arg)
    case 'second-topic':
      return secondTopic(mistake.first, line.argv[mistake.at] ?? '')
  }
}

/** `ssox evn`, with up to three verbs that were perhaps meant; `ssox use dev` is `awsuse dev`. */
function unknownVerb(line: CommandLine, at: number): SsoxError {
  const { argv, options, verbAt } = line
  const word = argv[at] ?? ''
  const before = at === verbAt ? options.find((option) => option.at === at - 2) : undefined
  const swallowed = before?.value
  const verb = findVerb(swallowed)
  if (verb)
    return new SsoxError(
      'usage',
      `${argv[at - 2]} needs a value; it has taken the command "${swallowed}" for it`,
      helpOf(line, verb),
    )
  if (SWITCHES.includes(word))
    return new SsoxError(
      'usage',
      `ssox has no command ${quote(word)}: awsuse switches this terminal (ssox init --install adds it to your shell)`,
      wordsAsTyped(['awsuse', ...argv.slice(at + 1)]) ?? 'awsuse --help',
    )
  const other = Object.hasOwn(OTHER_NAMES, word) ? OTHER_NAMES[word] : undefined
  const similar = other
    ? [other]
    : suggest(word, [...VERBS.map(({ name }) => name), ...TOPIC_NAMES])
  return new SsoxError(
    'usage',
    `unknown command ${quote(word)}${didYouMean(similar)}`,
    corrected(line, at, similar[0]) ?? 'ssox --help',
  )
}

/** An option that the verb does not take, with up to three of its own that look alike. */
function unknownOption(line: CommandLine, { at }: TypedOption): SsoxError {
  const { argv, verb } = line
  const [option = '', value] = (argv[at] ?? '').split(/=(.*)/s)
  const similar = similarOptions(option, flagsOf(verb))
  const best = similar[0] && value !== undefined ? `${similar[0]}=${value}` : similar[0]
  return new SsoxError(
    'usage',
    `unknown option ${quote(option)}${verb ? ` for ${nameOf(line, verb)}` : ''}${didYouMean(similar)}`,
    withoutOption(line, at) ?? corrected(line, at, best) ?? helpOf(line, verb),
  )
}

/** One letter stands for one letter, and a negation for a negation: the opposite is not meant. */
function similarOptions(option: string, flags: readonly FlagSpec[]): string[] {
  const word = option.replace(/^-+/, '')
  if (word.length === 1)
    return suggest(
      word,
      flags.flatMap(({ short }) => short ?? []),
    ).map((letter) => `-${letter}`)
  const names = word.startsWith('no')
    ? flags.flatMap(({ name, negation }) => (negation ? [`no-${name}`] : []))
    : flags.flatMap(({ name, negation }) => (negation === 'alone' ? [] : [name]))
  return suggest(word, names).map((name) => `--${name}`)
}

/** Where leaving the option out does what it asks for: `--no-refresh`, `--profile dev`. */
function withoutOption(line: CommandLine, at: number): string | undefined {
  const { argv, verb } = line
  const [option = '', value] = (argv[at] ?? '').split(/=(.*)/s)
  const isOff = flagsOf(verb).some(
    ({ name, type, negation }) => type === 'boolean' && !negation && option === `--no-${name}`,
  )
  if (isOff) return commandLine(line, argv.toSpliced(at, 1))
  // Other AWS tools have an option where ssox has an argument.
  const isProfile = PROFILE_OPTION.test(option) && verb?.args[0]?.name.startsWith('profile')
  const name = value ?? argv[at + 1]
  const isFirst = (line.verbAt ?? at) < at && !line.positions.some((position) => position < at)
  if (!isProfile || !name || isOption(name) || !isFirst) return undefined
  return commandLine(line, argv.toSpliced(at, value === undefined ? 2 : 1, name))
}

/** What is wrong with a flag's value: missing, too many, no number, none of the choices. */
function wrongValue(
  line: CommandLine,
  { at, negated, value }: TypedOption,
  flag: FlagSpec,
): SsoxError {
  const { argv, verb } = line
  const option = `--${negated ? 'no-' : ''}${flag.name}`
  const usage = (message: string, fix = helpOf(line, verb)) => new SsoxError('usage', message, fix)
  if (value !== undefined && (negated || flag.type === 'boolean'))
    return usage(`${option} takes no value`, switched(line, at, flag, negated, value))
  if (value === undefined) {
    const next = argv[at + 1]
    if (next === undefined || next === '--') return usage(`${option} needs a value${oneOf(flag)}`)
    return usage(`${option} needs a value${oneOf(flag)}; one that begins with - is given with =`)
  }
  if (flag.type === 'number') return usage(notANumber(flag, value))
  const [similar] = suggest(value, flag.choices ?? [])
  const inline = argv[at]?.includes('=')
  return usage(
    `${option} cannot be ${quote(value)}${oneOf(flag)}`,
    similar && corrected(line, inline ? at : at + 1, inline ? `${option}=${similar}` : similar),
  )
}

/** `--refresh=true` is `--refresh`, `--refresh=false` none, `--login=no` is `--no-login`. */
function switched(
  line: CommandLine,
  at: number,
  { name, type, negation }: FlagSpec,
  negated: boolean,
  value: string,
): string | undefined {
  const isTrue = /^(true|yes|on|1)$/i.test(value)
  if (!isTrue && !/^(false|no|off|0)$/i.test(value)) return undefined
  const isOn = isTrue !== negated
  if (isOn && type === 'boolean') return corrected(line, at, `--${name}`)
  if (!isOn && negation) return corrected(line, at, `--no-${name}`)
  return commandLine(line, line.argv.toSpliced(at, 1))
}

/** More arguments than the verb takes. */
function unexpectedArgument(line: CommandLine, at: number, verb: VerbSpec): SsoxError {
  return new SsoxError(
    'usage',
    `unexpected argument ${quote(line.argv[at] ?? '')} for ${nameOf(line, verb)}`,
    helpOf(line, verb),
  )
}

/** `ssox help env files`. */
function secondTopic(first: string, second: string): SsoxError {
  const message = `help is about one command or topic; ${quote(second)} is a second one`
  return new SsoxError('usage', message, `ssox help ${first}`)
}

/** An argument that the verb cannot do without. */
function missingArgument(
  line: CommandLine,
  verb: VerbSpec,
  arg: Pick<ArgSpec, 'name' | 'choices'>,
): SsoxError {
  const message = `${verb.name} needs a ${arg.name}${oneOf(arg)}`
  return new SsoxError('usage', message, helpOf(line, verb))
}

/** An argument that is none of its choices. */
function wrongChoice(
  line: CommandLine,
  at: number,
  verb: VerbSpec,
  arg: Pick<ArgSpec, 'name' | 'choices'>,
): SsoxError {
  const value = line.argv[at] ?? ''
  const [similar] = suggest(value, arg.choices ?? [])
  return new SsoxError(
    'usage',
    `the ${arg.name} of ${verb.name} cannot be ${quote(value)}${oneOf(arg)}`,
    corrected(line, at, similar) ?? helpOf(line, verb),
  )
}

function notANumber({ name, range }: FlagSpec, value: string): string {
  return `--${name} must be a whole number${limits(range)}, not ${quote(value)}`
}

function oneOf({ choices }: { readonly choices?: readonly string[] | undefined }): string {
  return choices ? `: one of ${choices.join(', ')}` : ''
}

function didYouMean(words: readonly string[]): string {
  return words.length > 0 ? `; did you mean ${words.join(' or ')}?` : ''
}

/** The verb as it was called: `env` by the shell hook is `awsuse`. */
function nameOf({ speaker }: CommandLine, { name }: VerbSpec): string {
  return asTyped([name], speaker).at(-1) ?? name
}

function helpOf({ speaker }: CommandLine, verb: VerbSpec | undefined): string {
  return [...asTyped(verb ? [verb.name] : [], speaker), '--help'].join(' ')
}

/** The command line with one word replaced; undefined without a replacement that can be typed. */
function corrected(
  line: CommandLine,
  at: number,
  replacement: string | undefined,
): string | undefined {
  return replacement === undefined ? undefined : commandLine(line, line.argv.with(at, replacement))
}

/** The command line as one would type it, if every word of it can be read off a screen. */
function commandLine({ speaker }: CommandLine, argv: readonly string[]): string | undefined {
  return wordsAsTyped(asTyped(argv, speaker))
}

function wordsAsTyped(words: readonly string[]): string | undefined {
  return words.every((word) => LEGIBLE.test(word)) ? words.map(quotedWord).join(' ') : undefined
}

function quote(word: string): string {
  return `"${word.length > MAX_QUOTE ? `${word.slice(0, MAX_QUOTE - 3)}...` : word}"`
}
