/** The command line as data for completion: the hooks read it at the first TAB. */
import { type ArgSpec, type FlagSpec, flagsIn, flagsOf, VERBS, type VerbSpec } from './spec.ts'

/**
 * Lines of four fields with tabs between, none of them empty:
 *
 *   verb   -        env        what it does
 *   word   init     bash       -               a word that may be the argument of the verb
 *   word   env      :profile   -               the name of a profile; `:session`: of an SSO session
 *   flag   env      --shell=   what it does    `=`: a value follows; the verb `-` is that before one
 *   value  --shell  bash       -               what the value of a flag may be
 */
export function completionTable(): string {
  const verbs: readonly VerbSpec[] = VERBS
  const flags = [...new Map(verbs.flatMap(flagsOf).map((flag) => [flag.name, flag])).values()]
  const rows = [
    ...verbs.map(({ name, summary }) => ['verb', '-', name, summary]),
    ...verbs.flatMap(({ name, args }) =>
      args.flatMap(argumentWords).map((word) => ['word', name, word, '-']),
    ),
    ...flagsIn('global').flatMap((flag) => flagRows('-', flag)),
    ...verbs.flatMap((verb) =>
      flagsOf(verb).flatMap((flag) => {
        const meanings: Readonly<Record<string, string>> = verb.meanings ?? {}
        return flagRows(verb.name, { ...flag, ...describedAs(meanings[flag.name]) })
      }),
    ),
    ...flags.flatMap(({ name, choices = [] }) =>
      choices.map((choice) => ['value', `--${name}`, choice, '-']),
    ),
  ]
  return rows.map((row) => `${row.join('\t')}\n`).join('')
}

function argumentWords({ name, choices }: ArgSpec): readonly string[] {
  const kinds = name.split('|').filter((kind) => kind === 'profile' || kind === 'session')
  return choices ?? kinds.map((kind) => `:${kind}`)
}

function describedAs(description: string | undefined): Pick<FlagSpec, 'description'> {
  return description === undefined ? {} : { description }
}

/** Every way to type a flag, with what it does. */
function flagRows(verb: string, { name, short, type, description, negation }: FlagSpec) {
  const rows: string[][] = []
  const value = type === 'boolean' ? '' : '='
  if (description !== undefined) rows.push(['flag', verb, `--${name}${value}`, description])
  if (negation !== undefined) rows.push(['flag', verb, `--no-${name}`, negation])
  if (short !== undefined && description !== undefined)
    rows.push(['flag', verb, `-${short}`, description])
  return rows
}
