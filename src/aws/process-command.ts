/** Whom a line `credential_process` calls, where that is a program that ssox knows. Pure. */
import { splitWords } from '../text/shell-words.ts'

export interface ProcessCall {
  readonly program: 'ssox' | 'granted'
  /** The profile whose keys it prints, if the line names one. */
  readonly profile: string | undefined
  /** True where the line says nothing else, such as another role. */
  readonly isPlain: boolean
}

const VERB = 'credential-process'
/** Whatever folder they are in; `dgranted` is a development build. */
const PROGRAMS = [
  ['ssox', /(?:^|[/\\])(?:ssox|main\.cjs)$/],
  ['granted', /(?:^|[/\\])d?granted(?:\.exe)?$/],
] as const

/** undefined for every other program; `sh -c '…'` is looked into. */
export function processCall(command: string): ProcessCall | undefined {
  const words = (splitWords(command) ?? []).flatMap((word) =>
    /\s/.test(word) && word.includes(VERB) ? (splitWords(word) ?? []) : [word],
  )
  const at = words.indexOf(VERB)
  const [program] = PROGRAMS.find(([, path]) => path.test(words[at - 1] ?? '')) ?? []
  const rest = words.slice(at + 1)
  const isPlain = rest.length === (/^--?profile$/.test(rest[0] ?? '') ? 2 : 1)
  return program && { program, profile: profileIn(rest), isPlain }
}

function profileIn(words: readonly string[]): string | undefined {
  for (const [at, word] of words.entries()) {
    const [, value] = /^--?profile(?:=(.*))?$/s.exec(word) ?? []
    if (value !== undefined) return value
    if (/^--?profile$/.test(word)) return words[at + 1]
  }
  return words[0]?.startsWith('-') ? undefined : words[0]
}
