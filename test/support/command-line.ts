/** Command lines, read as the program does. */
import { problemOf } from '../../src/cli/mistakes.ts'
import { type Invocation, invocationOf } from '../../src/cli/parse.ts'
import { type CommandLine, readWords } from '../../src/cli/words.ts'

/** What the words ask for. @throws SsoxError for a mistake */
export function asked(
  words: readonly string[] | CommandLine,
): Exclude<Invocation, { kind: 'mistake' }> {
  const line = 'argv' in words ? words : readWords(words)
  const invocation = invocationOf(line)
  if (invocation.kind === 'mistake') throw problemOf(invocation.mistake, line)
  return invocation
}
