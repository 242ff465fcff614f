/** How one shell is spoken to. */
import type { EnvChange } from './change.ts'
import type { ShellName } from './names.ts'

/**
 * Everything returned is text for that shell to evaluate. A statement is one line, ASCII where the
 * language has escapes; cut anywhere it changes nothing (but for `cmd`, which has no such statement,
 * and `tcsh`, which nearly has one).
 */
export interface Shell {
  readonly name: ShellName
  /** One word that the shell reads back as exactly `text` (any text without NUL). */
  quote(text: string): string
  /**
   * The statement that makes the change, with status 0. It asks the shell what only the shell knows
   * (`EnvChange.owned`), so the same text is right in every environment; nu and cmd cannot be asked,
   * and take a change that is `settled`.
   */
  render(change: EnvChange): string
  /**
   * The statement that fails and changes nothing. Without it, `eval "$(ssox env x)" && deploy`
   * would deploy: the status of an empty eval is 0 in every POSIX shell and in fish.
   */
  failure(message: string): string
  /** The line a user types to load what `command` prints. */
  evalLine(command: string): string
  /** False where the statement cannot ask the shell. */
  readonly asks: boolean
}
