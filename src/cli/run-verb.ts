/**
 * cac runs the action of a verb; of that one alone, since each that it is told of takes time. The words
 * after the verb are read in `words.ts`: cac makes numbers of values (an account id loses its zero),
 * drops a lone `-`, lets a boolean swallow the next word and says nothing about an unknown verb. Nothing
 * else imports cac, and it never prints.
 */
import { cac } from 'cac'
import type { VerbName } from './spec.ts'

/** Runs the action of `verb` and returns what it returns. */
export function runVerb<Result>(
  verb: VerbName,
  actions: Readonly<Record<VerbName, () => Result>>,
): Result {
  const program = cac('ssox')
  program.command(verb).action(actions[verb])
  program.parse(['node', 'ssox', verb], { run: false })
  return program.runMatchedCommand()
}
