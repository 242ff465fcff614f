/** The view of a sign-in on this terminal. */

import type { Context } from '../context.ts'
import { everyMs, writeStderr } from '../system/terminal.ts'
import { isUtf8, shownIn } from '../ui/charset.ts'
import { createSignInView } from '../ui/sign-in-text.ts'
import { createSpinner } from '../ui/spinner.ts'
import type { SignInView } from './sign-in.ts'

export function signInView({ env, say, terminal, now }: Context): SignInView {
  const spinner = createSpinner({
    write: writeStderr,
    isTerminal: terminal.stderr,
    columns: terminal.columns,
    every: everyMs,
    shown: (sign) => shownIn(env, sign),
  })
  // A QR code is drawn with blocks, which ASCII has not.
  const rows = terminal.stderr && isUtf8(env) ? terminal.rows : 0
  return createSignInView({ say, spinner, now, rows })
}
