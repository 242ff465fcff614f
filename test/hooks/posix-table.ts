/** The command table of `src/cli/spec.ts` as `shell/ssox.bash` and `shell/ssox.zsh` hold it. */
import { type FlagSpec, flagsIn, VERBS, type VerbSpec } from '../../src/cli/spec.ts'

const verbs: readonly VerbSpec[] = VERBS

/**
 * The function `__ssox_table`, which sets `list`: the verbs for an empty word; for a verb its flags
 * (`=`: with a value), `:profile` and `:session` where it takes one, and plain words that it takes;
 * for a flag with a value (`--shell=`) what it may be.
 */
export function posixTable(): string[] {
  return [
    'function __ssox_table() {',
    `  builtin local sign_in='${flagWords(flagsIn('sign-in'))}'`,
    `  builtin local identity='${flagWords(flagsIn('identity'))}'`,
    `  list='${flagWords(flagsIn('global'))}'`,
    '  case $1 in',
    `    '') list="${verbs.map(({ name }) => name).join(' ')} $list" ;;`,
    ...verbs.flatMap(verbRow),
    ...choiceRows(),
    "    --*) list='' ;;",
    '  esac',
    '}',
  ]
}

function verbRow(verb: VerbSpec): string[] {
  const shared = verb.shared.map((group) => `$${group.replace('-', '_')}`)
  const words = [...argumentWords(verb), flagWords(flagsIn('own', verb)), ...shared, '$list']
  const text = words.filter((word) => word !== '').join(' ')
  return text === '$list' ? [] : [`    ${verb.name}) list="${text}" ;;`]
}

function argumentWords({ args }: VerbSpec): string[] {
  return args.flatMap(({ name, choices }) => {
    const kinds = name.split('|').filter((kind) => kind === 'profile' || kind === 'session')
    return choices ?? kinds.map((kind) => `:${kind}`)
  })
}

function choiceRows(): string[] {
  const groups = ['sign-in', 'identity', 'global'] as const
  const flags = [
    ...verbs.flatMap((verb) => flagsIn('own', verb)),
    ...groups.flatMap((group) => flagsIn(group)),
  ]
  const rows = flags.flatMap(({ name, choices }) =>
    choices ? [`    --${name}=) list='${choices.join(' ')}' ;;`] : [],
  )
  return [...new Set(rows)]
}

/** Every long way to type the flags. */
function flagWords(flags: readonly FlagSpec[]): string {
  const words = flags.flatMap(({ name, type, description, negation }) => [
    ...(description === undefined ? [] : [`--${name}${type === 'boolean' ? '' : '='}`]),
    ...(negation === undefined ? [] : [`--no-${name}`]),
  ])
  return words.join(' ')
}
