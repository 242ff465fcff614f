/** A word of a command line as a person would type it. */
import { type ShellName, shellNamed } from '../shells/shell.ts'

const PLAIN = /^[\w./:@%+=,-]+$/
const LEGIBLE = /^[ -~]+$/

/** The word as it is, or quoted for the shell: every name of a file or server may be in it. */
export function typedWord(word: string, shell: ShellName = 'sh'): string {
  if (PLAIN.test(word)) return word
  // The octal form that bash and zsh get from `env` is exact but illegible.
  const posix = (shell === 'bash' || shell === 'zsh') && LEGIBLE.test(word)
  return shellNamed(posix ? 'sh' : shell).quote(word)
}
