/** The failing statement of `env`, found from the bare words: they may be what is wrong. */
import { findVerb, flagsOf } from '../cli/spec.ts'
import type { CommandLine } from '../cli/words.ts'
import { detectShell } from './detect.ts'
import { type Shell, shellNamed, shellNameOf } from './shell.ts'

export interface FailureHints {
  readonly message: string
  /** Only asked when `--shell` does not say it. */
  readonly parentNames: () => readonly string[]
  readonly shellEnv: string | undefined
  readonly onWindows: boolean
}

/**
 * The statement for the shell that evaluates `env`, or what may have been meant as `env`: no verb
 * can be made out, and no flag is one of others alone. Empty for other verbs and for `--format`.
 */
export function failureStatement(line: CommandLine, hints: FailureHints): string {
  if (!mayBeEnv(line) || valuesOf(line, 'format').length > 0) return ''
  return shellOf(line, hints).failure(hints.message)
}

function mayBeEnv({ argv, verbAt, verb, options }: CommandLine): boolean {
  if (verb) return verb.name === 'env'
  if (verbAt !== undefined && argv[verbAt] === 'help') return false
  const known = flagsOf(findVerb('env'))
  return options.every(({ flags }) => flags.every((flag) => known.includes(flag)))
}

/** An unknown `--shell` counts as none: it is still a shell that reads the statement. */
function shellOf(line: CommandLine, hints: FailureHints): Shell {
  const given = valuesOf(line, 'shell').at(-1)
  const flag = given === undefined ? undefined : shellNameOf(given)
  const parentNames = flag === undefined ? hints.parentNames() : []
  const { shellEnv, onWindows } = hints
  return shellNamed(detectShell({ flag, parentNames, shellEnv, onWindows }).shell)
}

/** The values of a flag, right or wrong; '' for one without. */
function valuesOf({ options }: CommandLine, name: string): string[] {
  return options
    .filter(({ flags }) => flags.some((flag) => flag.name === name))
    .map(({ value }) => value ?? '')
}
