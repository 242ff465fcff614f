/**
 * Single keys, while something else is waited for. ^C, ^\ and ^Z do what they do where a terminal is
 * not read key by key: they reach all programs of the job.
 */
import { isInForeground } from '../system/foreground.ts'
import { readRaw } from '../system/raw-input.ts'
import { writeStderr } from '../system/terminal.ts'
import { decodeKeys } from '../ui/keys.ts'

const LOOK_EVERY_MS = 1_000

const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = {
  'ctrl-c': 'SIGINT',
  'ctrl-|': 'SIGQUIT',
  'ctrl-z': 'SIGTSTP',
}

export interface KeyWatch {
  /** A key was pressed alone; letters as small ones. */
  press(key: string): void
  /** From now on keys count; called once. */
  begin(): void
}

/**
 * Tells of keys until `signal`; the terminal is then as it was. Only the job in the foreground reads:
 * one in the background goes on without keys, and has them when it is in front.
 */
export function watchKeys(keys: KeyWatch, signal: AbortSignal): void {
  // Aborted, or the terminal is gone: there is nothing to read any more.
  void watch(keys, signal).catch(() => undefined)
}

async function watch({ press, begin }: KeyWatch, signal: AbortSignal): Promise<void> {
  let hasBegun = false
  while (!signal.aborted) {
    if (!isInForeground()) {
      await inFrontPerhaps(signal)
      continue
    }
    if (!hasBegun) begin()
    hasBegun = true
    const asked = await readKeys(press, signal)
    if (asked === undefined) return
    // A status line may have hidden the cursor, which the shell needs now.
    if (asked === 'SIGTSTP') writeStderr('\x1b[?25h')
    send(asked)
    if (asked !== 'SIGTSTP') return
  }
}

/** Reads until a key asks for a signal; undefined when the terminal is gone. */
function readKeys(press: KeyWatch['press'], signal: AbortSignal) {
  let pending = ''
  const take = (text: string, isAll: boolean): NodeJS.Signals | undefined => {
    const { keys, rest } = decodeKeys(pending + text, isAll)
    pending = rest
    for (const key of keys) {
      if ('name' in key && SIGNALS[key.name]) return SIGNALS[key.name]
      if ('text' in key) press(key.text.toLowerCase())
    }
    return undefined
  }
  return readRaw<NodeJS.Signals>(
    {
      onText: (text) => take(text, false),
      onPause: () => take('', true),
      onResize: () => undefined,
      onEnd: () => undefined,
    },
    signal,
  )
}

/** To the whole job, as the terminal itself would send it. */
function send(name: NodeJS.Signals): void {
  if (process.platform === 'win32') process.emit(name, name)
  else process.kill(0, name)
}

/** Nothing tells a job that still runs when it comes to the front; one that was stopped gets SIGCONT. */
function inFrontPerhaps(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      process.off('SIGCONT', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, LOOK_EVERY_MS)
    timer.unref()
    process.on('SIGCONT', done)
    signal.addEventListener('abort', done)
  })
}
