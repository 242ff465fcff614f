/** The view of a sign-in on this terminal. */

import type { Context } from '../context.ts'
import { copyText } from '../system/clipboard.ts'
import { canRedraw } from '../system/terminal.ts'
import { isUtf8, shownIn } from '../ui/charset.ts'
import { createSignInView } from '../ui/sign-in-text.ts'
import { watchKeys } from './key-watch.ts'
import type { SignInView } from './sign-in-attempt.ts'
import { statusLine } from './status-line.ts'

export function signInView(ctx: Context): SignInView {
  const { env, say, terminal, now, signal } = ctx
  const shown = (sign: string) => shownIn(env, sign)
  const spinner = statusLine(ctx)
  // A QR code is drawn with blocks, which ASCII has not.
  const rows = terminal.stderr && isUtf8(env) ? terminal.rows : 0
  const view = createSignInView({ say, spinner, now, shown, rows })
  let isWatching = false
  return {
    ...view,
    waiting(deadline, keys) {
      const stop = view.waiting(deadline)
      if (isWatching || !canPress(ctx)) return stop
      isWatching = true
      const over = new AbortController()
      watchKeys(
        {
          press: (pressed) => keys.find(({ key }) => key === pressed)?.run(),
          begin: () => view.keys(keys),
        },
        AbortSignal.any([signal, over.signal]),
      )
      return () => {
        isWatching = false
        over.abort()
        stop()
      }
    },
    copy(url) {
      void copyText(url, env, terminal.stderr).then((how) => view.told(how))
    },
  }
}

function canPress({ interactive, env }: Context): boolean {
  return interactive && canRedraw(env)
}
