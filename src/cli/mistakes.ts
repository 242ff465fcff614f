/** Mistakes on the command line: what is wrong, which word, and the corrected command. */

import { SsoxError } from '../problem.ts'
import { isNumber, limits } from '../settings/table.ts'
import { suggest } from '../text/suggest.ts'
import { type ArgSpec, type FlagSpec, findVerb, flagsOf, VERBS, type VerbSpec } from './spec.ts'
import { type CommandLine, isOption, type TypedOption } from './words.ts'

const MAX_QUOTE = 80
const PLAIN_WORD = /^[\w@%+=:,./-]+$/
const PROFILE_OPTION = /^(-p|--?profile)$/

/** `ssox evn`, with up to three verbs that were perhaps meant. */
export function unknownVerb(
  { argv, options }: Pick<CommandLine, 'argv' | 'options'>,
  at: number,
): SsoxError {
  const word = argv[at] ?? ''
  const swallowed = options.find((option) => option.at === at - 2)?.value
  const verb = findVerb(swallowed)
  if (verb)
    return new SsoxError(
      'usage',
      `${argv[at - 2]} needs a value; it has taken the command "${swallowed}" for it`,
      helpOf(verb),
    )
  const similar = suggest(
    word,
    VERBS.map(({ name }) => name),
  )
  return new SsoxError(
    'usage',
    `unknown command ${quote(word)}${didYouMean(similar)}`,
    corrected(argv, at, similar[0]) ?? 'ssox --help',
  )
}

/** An option that the verb does not take, with up to three of its own that look alike. */
export function unknownOption({ argv, verb }: CommandLine, { at }: TypedOption): SsoxError {
  const [option = '', value] = (argv[at] ?? '').split(/=(.*)/s)
  const similar = similarOptions(option, flagsOf(verb))
  const best = similar[0] && value !== undefined ? `${similar[0]}=${value}` : similar[0]
  return new SsoxError(
    'usage',
    `unknown option ${quote(option)}${verb ? ` for ${verb.name}` : ''}${didYouMean(similar)}`,
    withoutOption(argv, at, verb) ?? corrected(argv, at, best) ?? helpOf(verb),
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
    : flags.flatMap(({ name, description }) => (description ? [name] : []))
  return suggest(word, names).map((name) => `--${name}`)
}

/** Where leaving the option out does what it asks for: `--no-refresh`, `--profile dev`. */
function withoutOption(
  argv: readonly string[],
  at: number,
  verb: VerbSpec | undefined,
): string | undefined {
  const [option = '', value] = (argv[at] ?? '').split(/=(.*)/s)
  const isOff = flagsOf(verb).some(
    ({ name, type, negation }) => type === 'boolean' && !negation && option === `--no-${name}`,
  )
  if (isOff) return commandLine(argv.toSpliced(at, 1))
  // Other AWS tools have an option where ssox has an argument.
  const isProfile = PROFILE_OPTION.test(option) && verb?.args[0]?.name.startsWith('profile')
  const name = value ?? argv[at + 1]
  if (!isProfile || !name || isOption(name) || verb !== findVerb(argv[at - 1])) return undefined
  return commandLine(argv.toSpliced(at, value === undefined ? 2 : 1, name))
}

/** What is wrong with a flag's value: missing, too many, no number, none of the choices. */
export function wrongValue(
  { argv, verb }: CommandLine,
  { at, negated, value }: TypedOption,
  flag: FlagSpec,
): SsoxError | undefined {
  const option = `--${negated ? 'no-' : ''}${flag.name}`
  const usage = (message: string, fix = helpOf(verb)) => new SsoxError('usage', message, fix)
  if (negated || flag.type === 'boolean') {
    if (value === undefined) return undefined
    return usage(`${option} takes no value`, switched(argv, at, flag, negated, value))
  }
  if (value === undefined) {
    const next = argv[at + 1]
    if (next === undefined || next === '--') return usage(`${option} needs a value${oneOf(flag)}`)
    return usage(`${option} needs a value${oneOf(flag)}; one that begins with - is given with =`)
  }
  if (flag.type === 'number')
    return isNumber(value, flag) ? undefined : usage(notANumber(flag, value))
  if (!flag.choices || isChoice(value, flag)) return undefined
  const [similar] = suggest(value, flag.choices)
  const inline = argv[at]?.includes('=')
  return usage(
    `${option} cannot be ${quote(value)}${oneOf(flag)}`,
    similar && corrected(argv, inline ? at : at + 1, inline ? `${option}=${similar}` : similar),
  )
}

/** `--refresh=true` is `--refresh`, `--refresh=false` none, `--login=no` is `--no-login`. */
function switched(
  argv: readonly string[],
  at: number,
  { name, type, negation }: FlagSpec,
  negated: boolean,
  value: string,
): string | undefined {
  const isTrue = /^(true|yes|on|1)$/i.test(value)
  if (!isTrue && !/^(false|no|off|0)$/i.test(value)) return undefined
  const isOn = isTrue !== negated
  if (isOn && type === 'boolean') return corrected(argv, at, `--${name}`)
  if (!isOn && negation) return corrected(argv, at, `--no-${name}`)
  return commandLine(argv.toSpliced(at, 1))
}

/** More arguments than the verb takes. */
export function unexpectedArgument(argv: readonly string[], at: number, verb: VerbSpec): SsoxError {
  return new SsoxError(
    'usage',
    `unexpected argument ${quote(argv[at] ?? '')} for ${verb.name}`,
    helpOf(verb),
  )
}

/** An argument that the verb cannot do without. */
export function missingArgument(
  verb: VerbSpec,
  name: string,
  choices?: readonly string[],
): SsoxError {
  return new SsoxError('usage', `${verb.name} needs a ${name}${oneOf({ choices })}`, helpOf(verb))
}

/** An argument that is none of its choices. */
export function wrongChoice(
  argv: readonly string[],
  at: number,
  verb: VerbSpec,
  arg: Pick<ArgSpec, 'name' | 'choices'>,
): SsoxError {
  const value = argv[at] ?? ''
  const [similar] = suggest(value, arg.choices ?? [])
  return new SsoxError(
    'usage',
    `the ${arg.name} of ${verb.name} cannot be ${quote(value)}${oneOf(arg)}`,
    corrected(argv, at, similar) ?? helpOf(verb),
  )
}

function notANumber({ name, range }: FlagSpec, value: string): string {
  return `--${name} must be a whole number${limits(range)}, not ${quote(value)}`
}

/** True for one of the choices, also under another of its names. */
export function isChoice(
  value: string,
  { choices, aliases }: Pick<FlagSpec, 'choices' | 'aliases'>,
): boolean {
  return choices?.includes(value) === true || aliases?.includes(value) === true
}

function oneOf({ choices }: { readonly choices?: readonly string[] | undefined }): string {
  return choices ? `: one of ${choices.join(', ')}` : ''
}

function didYouMean(words: readonly string[]): string {
  return words.length > 0 ? `; did you mean ${words.join(' or ')}?` : ''
}

function helpOf(verb: VerbSpec | undefined): string {
  return verb ? `ssox ${verb.name} --help` : 'ssox --help'
}

/** The command line with one word replaced; undefined without a replacement that can be typed. */
function corrected(
  argv: readonly string[],
  at: number,
  replacement: string | undefined,
): string | undefined {
  return replacement === undefined ? undefined : commandLine(argv.with(at, replacement))
}

/** The command line as one would type it, if no word needs quotes. */
function commandLine(argv: readonly string[]): string | undefined {
  return argv.every((word) => PLAIN_WORD.test(word)) ? ['ssox', ...argv].join(' ') : undefined
}

function quote(word: string): string {
  return `"${word.length > MAX_QUOTE ? `${word.slice(0, MAX_QUOTE - 3)}...` : word}"`
}
