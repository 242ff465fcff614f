/** What a person sees during a sign-in: the choice, the address, the code, the time left. */
import { renderUnicodeCompact } from 'uqr'
import { forTerminal } from '../text/terminal-text.ts'
import { timeLeft } from './duration.ts'
import type { Say } from './say.ts'
import type { Spinner } from './spinner.ts'

/** A QR code needs a window this high to be seen whole. */
const ROWS_FOR_QR = 24

/** A code to be typed, or checked, on a page of AWS. */
export interface ShownCode {
  readonly code: string
  readonly shortUrl: string
  /** The page with the code filled in; the short one where the service names none. */
  readonly fullUrl: string
  readonly validForMs: number
  /** Whether the browser is about to open it. */
  readonly willOpen: boolean
  readonly showQr: boolean
}

export interface SignInViewOptions {
  readonly say: Say
  readonly spinner: Spinner
  readonly now: () => number
  /** A sign of our own as the locale can show it. */
  readonly shown: (sign: string) => string
  /** Height of the terminal on stderr; 0 when stderr is none. */
  readonly rows: number
}

/** The view of one sign-in. All of it goes to stderr; addresses and codes are made harmless. */
export function createSignInView({ say, spinner, now, shown, rows }: SignInViewOptions) {
  const { bold, cyan, dim } = say.colours
  const qr = (url: string) =>
    rows < ROWS_FOR_QR ? '' : `${renderUnicodeCompact(url, { border: 1 }).replace(/^/gm, '  ')}\n\n`
  return {
    flow(label: string, flow: 'pkce' | 'device', reason: string): void {
      const how = flow === 'pkce' ? 'with the browser' : 'with a code'
      spinner.above(() => say.note(`signing in to ${label} ${how} (${reason})`))
    },
    url(url: string, willOpen: boolean): void {
      const what = willOpen
        ? [
            'A page of AWS opens in your browser: allow the access there, if you have asked for it here.',
            dim('If it does not open, or in the wrong browser, this is its address:'),
          ]
        : ['Open this page of AWS in a browser on this computer, and allow the access there:']
      spinner.above(() => say.lines(`\n  ${what.join('\n  ')}\n  ${cyan(forTerminal(url))}\n\n`))
    },
    deviceCode({ code, shortUrl, fullUrl, validForMs, willOpen, showQr }: ShownCode): void {
      const lines = [
        '',
        ...(willOpen
          ? [
              `  A page of AWS opens in your browser: check that it shows the code  ${bold(forTerminal(code))}`,
              `  ${dim('and allow the access there. If it does not open, or on another device:')}`,
              '',
            ]
          : []),
        `  Open  ${cyan(forTerminal(shortUrl))}`,
        `  and type the code  ${bold(forTerminal(code))}`,
        ...(fullUrl === shortUrl
          ? []
          : [
              `  ${dim('or open the page with the code filled in, and check that it is this one:')}`,
              `  ${cyan(forTerminal(fullUrl))}`,
            ]),
        `  ${dim(`It is valid for ${timeLeft(validForMs)}. Allow it only if you have started this sign-in yourself.`)}`,
        '',
      ]
      spinner.above(() => say.lines(`${lines.join('\n')}\n${showQr ? qr(fullUrl) : ''}`))
    },
    browserFailed(why: string, qrUrl?: string): void {
      spinner.above(() => {
        say.ask(`no browser could be started: open the address above yourself (${why})`)
        if (qrUrl !== undefined) say.lines(qr(qrUrl))
      })
    },
    stillWaiting(again: string, withCode: string): void {
      spinner.above(() => {
        say.ask(
          'nothing has come back from the browser yet; if it shows an error page, AWS does not accept this sign-in: press Ctrl-C and start again',
        )
        say.lines(`  ${bold(forTerminal(again))}\n  ${bold(forTerminal(withCode))}\n`)
      })
    },
    waiting(deadline: number): () => void {
      spinner.start('waiting for the browser', () => deadline - now())
      return () => spinner.stop()
    },
    /** What can be pressed while it waits. */
    keys(all: readonly { readonly key: string; readonly does: string }[]): void {
      const words = all.map(({ key, does }) => `${bold(key)} ${dim(does)}`)
      spinner.above(() => say.lines(`  ${words.join(dim(` ${shown('·')} `))}\n\n`))
    },
    told(text: string): void {
      spinner.above(() => say.note(text))
    },
  }
}
