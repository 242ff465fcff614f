/** What a person sees during a sign-in: the choice, the address, the code, the time left. */
import { renderUnicodeCompact } from 'uqr'
import type { Say } from './say.ts'
import type { Spinner } from './spinner.ts'
import { forTerminal } from './text.ts'

/** A QR code needs a window this high to be seen whole. */
const ROWS_FOR_QR = 24

export interface SignInViewOptions {
  readonly say: Say
  readonly spinner: Spinner
  readonly now: () => number
  /** Height of the terminal on stderr; 0 when stderr is none. */
  readonly rows: number
}

/** The view of one sign-in. All of it goes to stderr; addresses and codes are made harmless. */
export function createSignInView({ say, spinner, now, rows }: SignInViewOptions) {
  const { bold, cyan, dim } = say.colours
  return {
    flow(label: string, flow: 'pkce' | 'device', reason: string): void {
      const how = flow === 'pkce' ? 'with the browser' : 'with a code'
      say.note(`signing in to ${label} ${how} (${reason})`)
    },
    url(url: string): void {
      say.lines(`\n  Sign in here:\n  ${cyan(forTerminal(url))}\n\n`)
    },
    deviceCode(code: string, shortUrl: string, fullUrl: string, showQr: boolean): void {
      const lines = [
        '',
        `  Open  ${cyan(forTerminal(shortUrl))}`,
        `  and check that the page shows the code  ${bold(forTerminal(code))}`,
        `  ${dim('or open, with the code filled in:')}`,
        `  ${cyan(forTerminal(fullUrl))}`,
        `  ${dim('Allow it only if you have started this sign-in yourself.')}`,
        '',
      ]
      if (showQr && rows >= ROWS_FOR_QR) lines.push(qr(fullUrl), '')
      say.lines(`${lines.join('\n')}\n`)
    },
    browserFailed(): void {
      say.note('no browser could be started: open the address above yourself')
    },
    waiting(deadline: number): () => void {
      spinner.start('waiting for the browser', () => deadline - now())
      return () => spinner.stop()
    },
  }
}

function qr(url: string): string {
  return renderUnicodeCompact(url, { border: 1 }).replace(/^/gm, '  ')
}
