/** What a start-up file alone does not bring: login shells of bash, compinit of zsh. Pure. */

/** The text of a file of the home by its name, empty when it is not there or cannot be read. */
export type ReadText = (name: string) => string | undefined

/** What is to be said when bash reads another file in login shells: a sentence, then a line to add. */
export interface LoginAdvice {
  readonly reason: string
  readonly file: string
  readonly line: string
}

/**
 * A login shell (SSH, the terminals of macOS) reads only the first of `.bash_profile`, `.bash_login`
 * and `.profile`; undefined when that loads `.bashrc`. A new `.bash_profile` would hide `.profile`,
 * so nothing is made: https://www.gnu.org/software/bash/manual/bash.html#Bash-Startup-Files
 */
export function loginAdvice(read: ReadText): LoginAdvice | undefined {
  const name = ['.bash_profile', '.bash_login', '.profile'].find((file) => read(file) !== undefined)
  // Other shells read ~/.profile too, some of them under `set -eu`.
  const line = 'if [ -n "${BASH_VERSION-}" ] && [ -r ~/.bashrc ]; then . ~/.bashrc; fi'
  if (!name) return { reason: 'do not read ~/.bashrc here', file: '~/.bash_profile', line }
  let code = codeOf(read(name))
  // The first may load another.
  for (const other of ['.bash_login', '.profile'])
    if (code.includes(other)) code += codeOf(read(other))
  if (/bashrc|ssox\.bash/.test(code)) return undefined
  return { reason: `read ~/${name}, which does not load ~/.bashrc`, file: `~/${name}`, line }
}

/** True when one of the start-up files of zsh runs compinit, itself or by a framework. */
export function runsCompinit(texts: readonly (string | undefined)[]): boolean {
  const runs = /compinit|oh-my-zsh|prezto|zinit|antigen|antidote|zplug|zgen|zimfw/
  return texts.some((text) => runs.test(codeOf(text)))
}

/** A file without its comments. */
function codeOf(text: string | undefined): string {
  return (text ?? '').replace(/^\s*#.*$/gm, '')
}
