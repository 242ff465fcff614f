/** Text that changes, on the whole of a terminal; whatever ends it, the terminal is given back. */
import { Cancelled } from '../problem.ts'
import { writeAll } from './files.ts'
import { readRaw } from './raw-input.ts'
import { terminalSize } from './terminal.ts'

const EVERY_MS = 1_000
/** The alternate screen of xterm, without a cursor: what was on the screen comes back. */
const ENTER = '\x1b[?1049h\x1b[?25l'
const LEAVE = '\x1b[?25h\x1b[?1049l'
const HOME = '\x1b[H'
const END_OF_LINE = '\x1b[K'
const END_OF_SCREEN = '\x1b[J'
/** Lines that the terminal takes for wider than we do must not push others down. */
const NO_WRAP = '\x1b[?7l'
const WRAP = '\x1b[?7h'

export interface LiveOptions {
  /** Whether stdin is a terminal. */
  readonly hasKeys: boolean
  readonly signal: AbortSignal
}

type Size = ReturnType<typeof terminalSize>

/**
 * Draws `frame` on stdout, which must be a terminal, each second and when the size changes, until `q`
 * or Escape; line by line over what was there, so that nothing flickers.
 * @throws the signal's reason when aborted; Cancelled for ^C; what `frame` or the writing throws
 */
export async function showLive(
  frame: (size: Size) => string,
  { hasKeys, signal }: LiveOptions,
): Promise<void> {
  const failed = new AbortController()
  const hint = hasKeys ? 'q or ^C ends' : '^C ends'
  const draw = () => {
    try {
      const size = terminalSize()
      writeAll(1, drawn(frame(size), hint, size))
    } catch (error) {
      failed.abort(error)
    }
  }
  const leave = once(() => ifThere(LEAVE))
  writeAll(1, ENTER)
  process.on('SIGWINCH', draw)
  const timer = setInterval(draw, EVERY_MS)
  try {
    draw()
    const either = AbortSignal.any([signal, failed.signal])
    await (hasKeys ? untilKey(draw, leave, either) : untilAborted(either))
  } finally {
    clearInterval(timer)
    process.off('SIGWINCH', draw)
    leave()
  }
}

/** The text from the top of the screen, as far as it fits, and the hint in the last line. */
function drawn(text: string, hint: string, { rows }: Size): string {
  const lines = text.trimEnd().split('\n')
  const room = Math.max(1, rows - 2)
  const shown = lines.slice(0, room)
  const hidden = lines.length - shown.length
  const foot = hidden > 0 ? `(${hidden} more lines; ${hint})` : `(${hint})`
  const all = [...shown, '', foot].slice(-Math.max(1, rows))
  return `${HOME}${NO_WRAP}${all.join(`${END_OF_LINE}\n`)}${END_OF_LINE}${END_OF_SCREEN}${WRAP}`
}

async function untilKey(draw: () => void, leave: () => void, signal: AbortSignal): Promise<void> {
  const read = {
    onText: (text: string) => {
      if (text.includes('\x03')) throw new Cancelled()
      return /^(q|\x1b)$/i.test(text) || undefined
    },
    onPause: () => undefined,
    onResize: draw,
    onEnd: leave,
  }
  await readRaw(read, signal)
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}

/** A terminal that is gone needs nothing back. */
function ifThere(text: string): void {
  try {
    writeAll(1, text)
  } catch {
    // Whoever was to read it has left.
  }
}

/** Does it the first time only. */
function once(run: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    run()
  }
}
