/** The failing statement of `env`, found from the bare arguments: parsing them may be what failed. */
import { findFlag, findVerb, flagsOf } from '../cli/spec.ts'
import { verbIndex } from '../cli/words.ts'
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
export function failureStatement(argv: readonly string[], hints: FailureHints): string {
  const at = verbIndex(argv)
  const verb = at === undefined ? undefined : argv[at]
  if (verb !== 'env' && (verb === 'help' || findVerb(verb) || argv.some(isOfOthers))) return ''
  if (argv.some((word) => word === '--format' || word.startsWith('--format='))) return ''
  return shellOf(argv, hints).failure(hints.message)
}

function isOfOthers(word: string): boolean {
  const flag = /^--[^=]/.test(word) ? findFlag(word.slice(2)) : undefined
  return flag !== undefined && !flagsOf(findVerb('env')).includes(flag)
}

/** An unknown `--shell` counts as none: it is still a shell that reads the statement. */
function shellOf(argv: readonly string[], hints: FailureHints): Shell {
  const at = argv.lastIndexOf('--shell')
  const inline = argv.findLast((word) => word.startsWith('--shell='))?.slice('--shell='.length)
  const given = inline ?? (at >= 0 ? argv[at + 1] : undefined)
  const flag = given === undefined ? undefined : shellNameOf(given)
  const parentNames = flag === undefined ? hints.parentNames() : []
  const { shellEnv, onWindows } = hints
  return shellNamed(detectShell({ flag, parentNames, shellEnv, onWindows }).shell)
}
