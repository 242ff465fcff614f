/** The view of a sign-in on this terminal. */
import type { SignInView } from '../auth/signin.ts'
import type { Context } from '../context.ts'
import { everyMs, writeStderr } from '../system/terminal.ts'
import { createSignInView } from '../ui/signin-view.ts'
import { createSpinner } from '../ui/spinner.ts'

export function signInView({ say, terminal, now }: Context): SignInView {
  const spinner = createSpinner({
    write: writeStderr,
    isTerminal: terminal.stderr,
    columns: terminal.columns,
    every: everyMs,
  })
  return createSignInView({ say, spinner, now, rows: terminal.stderr ? terminal.rows : 0 })
}
