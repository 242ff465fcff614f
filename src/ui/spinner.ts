/** A line of status that moves while something is waited for; on a terminal only. */

import { forTerminal } from '../text/terminal-text.ts'
import { clip } from '../text/width.ts'
import { timeLeft } from './duration.ts'

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const FRAME_MS = 100
const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const CLEAR_LINE = '\r\x1b[K'

export interface SpinnerOptions {
  /** Writes to stderr. */
  readonly write: (text: string) => void
  /** Whether stderr is a terminal; on anything else nothing is drawn. */
  readonly isTerminal: boolean
  /** Width of the terminal. */
  readonly columns: number
  /** Calls `draw` every `ms` milliseconds until the returned function is called. */
  readonly every: (draw: () => void, ms: number) => () => void
  /** A sign of our own as the locale can show it. */
  readonly shown: (sign: string) => string
}

export interface Spinner {
  /** Shows `text`, with the milliseconds left if `left` is given; replaces what was shown. */
  start(text: string, left?: () => number): void
  isShown(): boolean
  /** Writes lines of others above the status line. */
  above(writeLines: () => void): void
  /** Clears the line and shows the cursor; does nothing when nothing is shown. */
  stop(): void
}

/**
 * The status line at a tick: `⠙ waiting for the browser (9m left)`, `left` in milliseconds; its sign
 * as `shown` has it.
 */
export function frame(
  tick: number,
  text: string,
  left?: number,
  shown = (sign: string) => sign,
): string {
  const mark = shown(FRAMES[tick % FRAMES.length] ?? '')
  const until = left === undefined ? '' : left > 0 ? ` (${timeLeft(left)} left)` : ' (expired)'
  return `${mark} ${forTerminal(text)}${until}`
}

/**
 * A spinner that draws with the injected timer. Whoever starts it must stop it on every way out,
 * SIGINT included, or the cursor stays hidden.
 */
export function createSpinner({
  write,
  isTerminal,
  columns,
  every,
  shown: shownSign,
}: SpinnerOptions): Spinner {
  let shown: { text: string; left: (() => number) | undefined; cancel: () => void } | undefined
  let tick = 0

  const draw = () => {
    if (!shown) return
    // A line as wide as the terminal would wrap, and only its second half would be cleared.
    const line = frame(tick++, shown.text, shown.left?.(), shownSign)
    write(CLEAR_LINE + clip(line, columns - 1, shownSign('…')))
  }

  return {
    start(text, left) {
      if (!isTerminal) return
      if (shown) {
        shown.text = text
        shown.left = left
      } else {
        write(HIDE_CURSOR)
        shown = { text, left, cancel: every(draw, FRAME_MS) }
      }
      draw()
    },
    isShown: () => shown !== undefined,
    above(writeLines) {
      if (shown) write(CLEAR_LINE)
      writeLines()
      draw()
    },
    stop() {
      if (!shown) return
      const { cancel } = shown
      shown = undefined
      cancel()
      write(CLEAR_LINE + SHOW_CURSOR)
    },
  }
}
