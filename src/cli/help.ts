/** The command table as text for reading. */
import type { SettingSpec } from '../settings/table.ts'
import type { Speaker } from '../shells/speaker.ts'
import { type Colours, colours } from '../ui/colour.ts'
import { AWSUSE, NOT_FOR_AWSUSE } from './awsuse.ts'
import { EXITS_IN_WORDS } from './exits.ts'
import { flagText } from './flag-text.ts'
import { paragraph, type Row, type Section, sections } from './layout.ts'
import { type FlagGroup, type FlagSpec, flagsIn, usageOf, VERBS, type VerbName } from './spec.ts'
import { TOPICS } from './topic-names.ts'
import { DESCRIBED_VERBS, type DescribedVerb, describedVerb, VERB_GROUPS } from './verb-text.ts'

/** Choices that fit stand in place of the placeholder of a value. */
const MAX_PLACEHOLDER = 20

export const FIRST_STEPS = [
  ['awsuse dev', 'this terminal acts as dev (the shell hook: ssox init --install)'],
  ['eval "$(ssox env dev)"', 'the same without the hook'],
  ['ssox exec dev -- aws s3 ls', 'one command as dev'],
  ['ssox status', 'what is signed in, and until when'],
  ['ssox demo', 'try it without an AWS account'],
] as const

export const FLAG_TITLES: Readonly<Record<FlagGroup, string>> = {
  own: 'Options',
  'sign-in': 'Sign-in',
  identity: 'In place of a profile',
  global: 'With every command',
}

/**
 * `ssox <verb> --help`, or `ssox --help` without a verb; ends with a line feed. The help of `env` for
 * who has typed `awsuse` is that of `awsuse`.
 */
export function help(
  name: VerbName | undefined,
  style: Colours = colours(false),
  speaker: Speaker = 'ssox',
): string {
  const verb = describedVerb(name)
  if (!verb) return overview(style)
  return verbHelp(speaker === 'awsuse' && verb.name === 'env' ? asAwsuse(verb) : verb, style)
}

function asAwsuse(env: DescribedVerb): DescribedVerb & { usage: string } {
  const own = env.own.filter((flag) => !NOT_FOR_AWSUSE.includes(flag))
  const exits = [...AWSUSE.exits, ...env.exits.filter(([code]) => code !== '2')]
  return { ...env, ...AWSUSE, own, exits }
}

/** `ssox` alone: a few lines that lead on. */
export function shortHelp(style: Colours = colours(false)): string {
  return (
    sections([['ssox: AWS SSO for every terminal and every tool', FIRST_STEPS]], style) +
    `\n${paragraph(
      VERBS.map(({ name }) => name),
      ' · ',
    )}\n  ssox --help shows more.\n`
  )
}

/** Examples, the verbs by group, the topics, the options that every verb takes. */
function overview(style: Colours): string {
  const groups = VERB_GROUPS.map((group): Section => {
    const verbs = DESCRIBED_VERBS.filter((verb) => verb.group === group)
    return [group, verbs.map((verb): Row => [usageOf(verb), verb.summary])]
  })
  return (
    `${style.bold('ssox')}: AWS SSO for every terminal and every tool\n\n` +
    sections([['Examples', FIRST_STEPS]], style) +
    `\n${sections(
      [
        ...groups,
        ['Topics, by ssox help <topic>', Object.entries(TOPICS)],
        [FLAG_TITLES.global, flagRows(flagsIn('global'))],
      ],
      style,
    )}` +
    exitCodes(EXITS_IN_WORDS, style) +
    '\nssox <command> --help shows the examples and options of one command.\n'
  )
}

/** Examples first, then the options by group, then the exit codes. */
function verbHelp(verb: DescribedVerb & { usage?: string }, style: Colours): string {
  const groups: readonly FlagGroup[] = ['own', ...verb.shared, 'global']
  return (
    `${style.bold(verb.usage ?? `ssox ${usageOf(verb)}`)}\n  ${verb.summary}\n\n` +
    sections(
      [['Examples', verb.examples.map(({ command, does }): Row => [command, does])]],
      style,
    ) +
    `\n${sections(
      [
        ['Arguments', argumentRows(verb)],
        ...groups.map((group): Section => {
          return [FLAG_TITLES[group], flagRows(flagsIn(group, verb), verb)]
        }),
      ],
      style,
    )}` +
    exitCodes(verb.exits, style)
  )
}

/** Arguments with a fixed set of values. */
function argumentRows(verb: DescribedVerb): Row[] {
  return verb.args.flatMap(({ name, choices }) =>
    choices ? [[`<${name}>`, choices.join(', ')] as const] : [],
  )
}

export function flagRows(flags: readonly FlagSpec[], verb?: DescribedVerb): Row[] {
  const implied: readonly string[] = verb?.implied ?? []
  return flags.flatMap((flag) => {
    const rows: Row[] = []
    const short = flag.short ? `-${flag.short}, ` : ''
    const { value, list } = valueWords(flag)
    const also = flag.variable ? ` (or ${flag.variable})` : ''
    const { does, undoes } = flagText(flag, verb)
    const isUsual = does === flagText(flag, undefined).does
    if (does && !implied.includes(flag.name))
      rows.push([
        `${short}--${flag.name}${value && ` ${value}`}`,
        does + list + (isUsual ? byDefault(flag) : '') + also,
      ])
    if (undoes) rows.push([`--no-${flag.name}`, undoes])
    return rows
  })
}

/** The placeholder of a value, or its choices in that place; else the choices as a list. */
export function valueWords({ value, choices }: Pick<SettingSpec, 'value' | 'choices'>) {
  if (value === undefined) return { value: '', list: '' }
  const inPlace = choices?.join('|') ?? value
  if (inPlace.length <= MAX_PLACEHOLDER) return { value: `<${inPlace}>`, list: '' }
  return { value: `<${value}>`, list: choices ? `: ${choices.join(', ')}` : '' }
}

function byDefault(spec: Pick<SettingSpec, 'default'>): string {
  return spec.default === undefined ? '' : ` (default: ${spec.default})`
}

function exitCodes(codes: DescribedVerb['exits'], style: Colours): string {
  const items = [['0', 'ok'], ...codes].map(([code, meaning]) => `${code} ${meaning}`)
  return `\n${style.bold('Exit codes')}\n${paragraph(items, ' · ')}`
}
