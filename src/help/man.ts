/** The manual page ssox(1), made of the same tables as the help (groff_man(7), man(7) of mandoc). */
import { AWSUSE } from '../cli/awsuse.ts'
import { FIRST_STEPS, FLAG_TITLES, flagRows } from '../cli/help.ts'
import type { Row, Section } from '../cli/layout.ts'
import { flagsIn, usageOf } from '../cli/spec.ts'
import type { TopicName } from '../cli/topic-names.ts'
import { DESCRIBED_VERBS, type DescribedVerb } from '../cli/verb-text.ts'
import { MAN_MARK } from './mark.ts'
import { topicSections } from './topics.ts'

/** Of the topics, those that manual pages have a usual title for come last, in their usual order. */
const TOPIC_TITLES: readonly (readonly [title: string, topic: TopicName])[] = [
  ['MODES', 'modes'],
  ['SHELLS', 'shells'],
  ['SETTINGS', 'settings'],
  ['EXIT STATUS', 'exit-codes'],
  ['ENVIRONMENT', 'environment'],
  ['FILES', 'files'],
]

const WIDEST = 79

const DESCRIPTION =
  'ssox signs in to AWS IAM Identity Center (AWS SSO) and puts the credentials of a profile of ' +
  '~/.aws/config into a shell, one command, a file or a tool. Tokens and role credentials are ' +
  'shared with the AWS CLI and the SDKs. The shell hook adds awsuse, which switches the terminal ' +
  'that it is typed in.'

/** The page in roff. @param version of ssox */
export function manPage(version: string): string {
  return [
    MAN_MARK,
    `.TH SSOX 1 "" "ssox ${version}" "User Commands"`,
    ...heading('NAME'),
    'ssox \\- AWS SSO for every terminal and every tool',
    ...heading('SYNOPSIS'),
    ...synopsis(['ssox <command> [options]', AWSUSE.usage, 'ssox help [command|topic]']),
    ...heading('DESCRIPTION'),
    ...filled(DESCRIPTION),
    ...heading('EXAMPLES'),
    ...FIRST_STEPS.flatMap(entry),
    ...heading('COMMANDS'),
    ...DESCRIBED_VERBS.flatMap(command),
    ...heading('AWSUSE'),
    ...filled(`${AWSUSE.summary}. It takes the options of ssox env.`),
    ...AWSUSE.examples.flatMap(({ command: words, does }) => entry([words, does])),
    ...heading('SHARED OPTIONS'),
    ...(['sign-in', 'identity', 'global'] as const).flatMap((group) =>
      section([FLAG_TITLES[group], flagRows(flagsIn(group))]),
    ),
    ...TOPIC_TITLES.flatMap(([title, topic]) => [
      ...heading(title),
      ...topicSections(topic).flatMap(section),
    ]),
    ...heading('SEE ALSO'),
    '.BR aws (1)',
    '',
  ].join('\n')
}

function command(verb: DescribedVerb): string[] {
  const titles = verb.shared.map((group) => FLAG_TITLES[group].toLowerCase())
  return [
    `.SS "${escaped(`ssox ${usageOf(verb)}`)}"`,
    ...filled(`${verb.summary}.`),
    ...verb.examples.flatMap(({ command: words, does }) => entry([words, does])),
    ...flagRows(flagsIn('own', verb), verb).flatMap(entry),
    '.PP',
    ...filled(
      `Shared options (below): ${[...titles, FLAG_TITLES.global.toLowerCase()].join(', ')}.`,
    ),
  ]
}

function heading(title: string): string[] {
  return [`.SH ${title.includes(' ') ? `"${title}"` : title}`]
}

function section([title, rows]: Section): string[] {
  return [`.SS "${escaped(title)}"`, ...rows.flatMap(entry)]
}

function entry([left, right]: Row): string[] {
  return ['.TP', `\\fB${escaped(left)}\\fR`, ...filled(right)]
}

function synopsis(lines: readonly string[]): string[] {
  return lines.flatMap((line, at) => [...(at > 0 ? ['.br'] : []), `\\fB${escaped(line)}\\fR`])
}

/** A text in lines of less than 80 bytes, which roff fills again. */
function filled(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ').map(escaped)) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + word.length < WIDEST)
      lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Signs that roff would take for something else, or show as typographic ones. */
const SIGNS: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '"': '\\(dq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '…': '...',
}

function escaped(text: string): string {
  const shown = text.replace(/[\\'"`^~…-]/g, (sign) => SIGNS[sign] ?? sign)
  return shown.startsWith('.') ? `\\&${shown}` : shown
}
