/** The command line as data for completion: the hooks read it at the first TAB. */
import { NOT_FOR_AWSUSE } from './awsuse.ts'
import { flagText } from './flag-text.ts'
import { type ArgSpec, type FlagSpec, flagsIn, flagsOf } from './spec.ts'
import { TOPIC_NAMES } from './topic-names.ts'
import { type DescribedVerb, DESCRIBED_VERBS as verbs } from './verb-text.ts'

/**
 * Lines of four fields with tabs between, none of them empty:
 *
 *   verb   -        env        what it does
 *   word   init     bash       -               a word that may be the argument of the verb
 *   word   env      :profile   -               the name of a profile; `:session`: of an SSO session
 *   more   write    :profile   -               the same for what may follow the first argument
 *   flag   env      --shell=   what it does    `=`: a value follows; the verb `-` is that before one
 *   value  --shell  bash       -               what the value of a flag may be
 *
 * `awsuse` stands beside the verbs, with what its help shows of `env`.
 */
export function completionTable(): string {
  const flags = [...new Map(verbs.flatMap(flagsOf).map((flag) => [flag.name, flag])).values()]
  const rows = [
    ...verbs.map(({ name, summary }) => ['verb', '-', name, summary]),
    ['verb', '-', 'help', 'how a command is used, or what a topic is about'],
    ...verbs.flatMap(argumentRows),
    ...[...verbs.map(({ name }) => name), ...TOPIC_NAMES].map((word) => [
      'word',
      'help',
      word,
      '-',
    ]),
    ...flagsIn('global').flatMap((flag) => flagRows(undefined, flag)),
    ...verbs.flatMap((verb) => flagsOf(verb).flatMap((flag) => flagRows(verb, flag))),
    ...awsuseRows(),
    ...flags.flatMap(({ name, choices = [] }) =>
      choices.map((choice) => ['value', `--${name}`, choice, '-']),
    ),
  ]
  return rows.map((row) => `${row.join('\t')}\n`).join('')
}

function argumentRows({ name, args }: DescribedVerb): string[][] {
  return args.flatMap((arg) =>
    (arg.many ? ['word', 'more'] : ['word']).flatMap((kind) =>
      argumentWords(arg).map((word) => [kind, name, word, '-']),
    ),
  )
}

function awsuseRows(): string[][] {
  const env = verbs.filter(({ name }) => name === 'env')
  const flags = env.flatMap((verb) =>
    flagsOf(verb)
      .filter(({ name }) => !NOT_FOR_AWSUSE.some((other) => other === name))
      .flatMap((flag) => flagRows(verb, flag)),
  )
  const rows = [...env.flatMap(argumentRows), ...flags]
  return rows.map(([kind = '', , ...rest]) => [kind, 'awsuse', ...rest])
}

function argumentWords({ name, choices }: ArgSpec): readonly string[] {
  const kinds = name.split(/\|| or /).filter((kind) => kind === 'profile' || kind === 'session')
  return choices ?? kinds.map((kind) => `:${kind}`)
}

/** Every way to type a flag, with what it does. */
function flagRows(described: DescribedVerb | undefined, flag: FlagSpec) {
  const { name, short, type } = flag
  const { does, undoes } = flagText(flag, described)
  const verb = described?.name ?? '-'
  const rows: string[][] = []
  const value = type === 'boolean' ? '' : '='
  if (does !== undefined) rows.push(['flag', verb, `--${name}${value}`, does])
  if (undoes !== undefined) rows.push(['flag', verb, `--no-${name}`, undoes])
  if (short !== undefined && does !== undefined) rows.push(['flag', verb, `-${short}`, does])
  return rows
}
