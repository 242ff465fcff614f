/** Conveniences: what makes a later command quicker or easier may fail to be written. */
import type { Context } from '../context.ts'

/** Writes it, if that can be done; only --debug tells of a failure. */
export function ifPossible(write: () => void, { say }: Pick<Context, 'say'>): void {
  try {
    write()
  } catch (error) {
    say.debug(`not kept for the next switch: ${String(error)}`)
  }
}
