/** The command table as text for reading, at most 100 columns wide. */
import { SETTINGS, type SettingSpec } from '../settings/table.ts'
import { width } from '../text/terminal-text.ts'
import { type Colours, colours } from '../ui/colour.ts'
import {
  descriptionOf,
  type FlagGroup,
  type FlagSpec,
  findVerb,
  flagsIn,
  usageOf,
  VERB_GROUPS,
  VERBS,
  type VerbName,
  type VerbSpec,
} from './spec.ts'

const COLUMNS = 100
const GAP = 2
/** A left column does not grow beyond this; longer entries get a line of their own. */
const WIDEST_LEFT = 44
/** Choices that fit stand in place of the placeholder of a value. */
const MAX_PLACEHOLDER = 20

const EXIT_CODES = [
  ['1', 'internal error'],
  ['2', 'usage'],
  ['3', 'profile'],
  ['4', 'sign-in needed'],
  ['5', 'AWS refused'],
  ['6', 'network'],
  ['7', 'storage'],
  ['8', 'busy'],
  ['130', 'cancelled'],
] as const

const FIRST_STEPS = [
  ['eval "$(ssox env dev)"', 'this shell acts as dev'],
  ['ssox exec dev -- aws s3 ls', 'one command as dev'],
  ['ssox status', 'what is signed in, and until when'],
  ['ssox demo', 'try it without an AWS account'],
] as const

const FLAG_TITLES: Readonly<Record<FlagGroup, string>> = {
  own: 'Options',
  'sign-in': 'Sign-in',
  identity: 'In place of a profile',
  global: 'With every command',
}

type Row = readonly [left: string, right: string]

/** `ssox <verb> --help`, or `ssox --help` without a verb; ends with a line feed. */
export function help(name: VerbName | undefined, style: Colours = colours(false)): string {
  const verb = findVerb(name)
  return verb ? verbHelp(verb, style) : overview(style)
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

/** Examples, the verbs by group, the options that every verb takes, the settings. */
function overview(style: Colours): string {
  const groups = VERB_GROUPS.map((group): Section => {
    const verbs = VERBS.filter((verb) => verb.group === group)
    return [group, verbs.map((verb): Row => [usageOf(verb), verb.summary])]
  })
  return (
    `${style.bold('ssox')}: AWS SSO for every terminal and every tool\n\n` +
    sections([['Examples', FIRST_STEPS]], style) +
    `\n${sections(
      [
        ...groups,
        [FLAG_TITLES.global, flagRows(flagsIn('global'))],
        ['Settings, below [ssox] in ~/.config/ssox/config; flags win', settingRows()],
      ],
      style,
    )}` +
    exitCodes(EXIT_CODES, style) +
    '\nssox <command> --help shows the examples and options of one command.\n'
  )
}

/** Examples first, then the options by group, then the exit codes. */
function verbHelp(verb: VerbSpec, style: Colours): string {
  const groups: readonly FlagGroup[] = ['own', ...verb.shared, 'global']
  return (
    `${style.bold(`ssox ${usageOf(verb)}`)}\n  ${verb.summary}\n\n` +
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

type Section = readonly [title: string, rows: readonly Row[]]

/** The sections that have rows, with one left column for all of them. */
function sections(all: readonly Section[], style: Colours): string {
  const shown = all.filter(([, rows]) => rows.length > 0)
  const lefts = shown.flatMap(([, rows]) => rows.map(([left]) => width(left)))
  const column = Math.max(...lefts.filter((wide) => wide <= WIDEST_LEFT))
  return shown
    .map(
      ([title, rows]) => `${style.bold(title)}\n${rows.map((row) => line(row, column)).join('')}`,
    )
    .join('\n')
}

function line([left, right]: Row, column: number): string {
  const indent = ' '.repeat(GAP + column + GAP)
  const [first = '', ...more] = wrap(right.split(' '), ' ', COLUMNS - indent.length)
  const head =
    width(left) > column
      ? `  ${left}\n${indent}${first}`
      : `  ${left}${' '.repeat(column - width(left) + GAP)}${first}`
  return [head, ...more.map((text) => indent + text)].map((text) => `${text}\n`).join('')
}

/** Arguments with a fixed set of values. */
function argumentRows(verb: VerbSpec): Row[] {
  return verb.args.flatMap(({ name, choices }) =>
    choices ? [[`<${name}>`, choices.join(', ')] as const] : [],
  )
}

function flagRows(flags: readonly FlagSpec[], verb?: VerbSpec): Row[] {
  const implied: readonly string[] = verb?.implied ?? []
  return flags.flatMap((flag) => {
    const rows: Row[] = []
    const short = flag.short ? `-${flag.short}, ` : ''
    const { value, list } = valueWords(flag)
    const also = flag.variable ? ` (or ${flag.variable})` : ''
    const described = descriptionOf(flag, verb)
    if (described && !implied.includes(flag.name))
      rows.push([
        `${short}--${flag.name}${value && ` ${value}`}`,
        described + list + (described === flag.description ? byDefault(flag) : '') + also,
      ])
    if (flag.negation) rows.push([`--no-${flag.name}`, flag.negation])
    return rows
  })
}

function settingRows(): Row[] {
  return Object.entries<SettingSpec>(SETTINGS).map(([name, spec]) => {
    const { value, list } = valueWords(spec)
    const also = spec.variable ? ` (or ${spec.variable})` : ''
    return [
      `${name} = ${value || '<true|false>'}`,
      spec.description + list + byDefault(spec) + also,
    ]
  })
}

/** The placeholder of a value, or its choices in that place; else the choices as a list. */
function valueWords({ value, choices }: Pick<SettingSpec, 'value' | 'choices'>) {
  if (value === undefined) return { value: '', list: '' }
  const inPlace = choices?.join('|') ?? value
  if (inPlace.length <= MAX_PLACEHOLDER) return { value: `<${inPlace}>`, list: '' }
  return { value: `<${value}>`, list: choices ? `: ${choices.join(', ')}` : '' }
}

function byDefault(spec: Pick<SettingSpec, 'default'>): string {
  return spec.default === undefined ? '' : ` (default: ${spec.default})`
}

function exitCodes(codes: VerbSpec['exits'], style: Colours): string {
  const items = [['0', 'ok'], ...codes].map(([code, meaning]) => `${code} ${meaning}`)
  return `\n${style.bold('Exit codes')}\n${paragraph(items, ' · ')}`
}

function paragraph(items: readonly string[], separator: string): string {
  return wrap(items, separator, COLUMNS - GAP)
    .map((row) => `  ${row}\n`)
    .join('')
}

/** Joins items to rows of at most `columns` columns. */
function wrap(items: readonly string[], separator: string, columns: number): string[] {
  const rows: string[] = []
  for (const item of items) {
    const row = rows.at(-1)
    const joined = `${row}${separator}${item}`
    if (row !== undefined && width(joined) <= columns) rows[rows.length - 1] = joined
    else rows.push(item)
  }
  return rows
}
