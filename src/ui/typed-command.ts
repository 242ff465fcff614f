/** Commands as a person would type them: every name of a file or a server may stand in one. */
import { type ShellName, shellNamed } from '../shells/shell.ts'
import { speakerOf } from '../shells/speaker.ts'
import { isPlainWord } from '../text/shell-words.ts'

const LEGIBLE = /^[ -~]+$/

/**
 * `ssox <verb> <name> <options>`, each word quoted where the shell would take it for something else,
 * and `--` before a name that ssox would take for an option.
 */
export function typedCommand(
  verb: string,
  name: string | undefined,
  options: readonly string[] = [],
  shell: ShellName = 'sh',
): string {
  const isOption = name?.startsWith('-') && name !== '-'
  const names = name === undefined ? [] : [name]
  const words = isOption ? [...options, '--', ...names] : [...names, ...options]
  return ['ssox', verb, ...words].map((word) => typedWord(word, shell)).join(' ')
}

/**
 * The command that switches to a profile, by the name that was typed: `awsuse dev`, or `ssox env dev`.
 * @param env the environment of the call, in which the shell hooks say that it is theirs
 */
export function switchCommand(
  env: Readonly<Record<string, string | undefined>>,
  name: string | undefined,
  options: readonly string[] = [],
): string {
  const command = typedCommand('env', name, options)
  return speakerOf(env) === 'awsuse' ? command.replace(/^ssox env/, 'awsuse') : command
}

/** The word as it is, or quoted for the shell. */
export function typedWord(word: string, shell: ShellName = 'sh'): string {
  if (isPlainWord(word)) return word
  // The octal form that bash and zsh get from `env` is exact but illegible.
  const posix = (shell === 'bash' || shell === 'zsh') && LEGIBLE.test(word)
  return shellNamed(posix ? 'sh' : shell).quote(word)
}

/** The command that shows why another cannot start: where it is looked for, or what it is. */
export function whyNotStarted(command: string): string {
  return command.includes('/') ? `ls -ld ${typedWord(command)}` : `type ${typedWord(command)}`
}
