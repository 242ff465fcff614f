/** Keys from the terminal as they are pressed; whatever happens, it is left as it was found. */
import type { EventEmitter } from 'node:events'
import { StringDecoder } from 'node:string_decoder'
import { writeStderr } from './terminal.ts'

/** After so long a part of a key is the whole: a terminal sends the rest at once. */
const PAUSE_MS = 60
/** Pasted text comes between marks, so that a line break in it is no Enter (xterm, mode 2004). */
const MARK_PASTES = '\x1b[?2004h'
const LEAVE_PASTES = '\x1b[?2004l'

export interface RawInput<T> {
  /** Takes what was typed; anything but undefined ends the reading. */
  onText(text: string): T | undefined
  /** Nothing has come for a short while. */
  onPause(): T | undefined
  /** The size has changed, or the process was stopped and goes on. */
  onResize(): void
  /** Called once, before the terminal is given back, on every way out. */
  onEnd(): void
}

/**
 * Reads keys from stdin, which must be a terminal, until one of the functions has a result;
 * undefined when the terminal is gone.
 * @throws the signal's reason when aborted, and what one of the functions has thrown
 */
export function readRaw<T>(handlers: RawInput<T>, signal: AbortSignal): Promise<T | undefined> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const decoder = new StringDecoder('utf8')
    let timer: NodeJS.Timeout | undefined
    const end = (settle: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      forget()
      release()
      settle()
    }
    const attempt = (run: () => T | undefined) => {
      try {
        const result = run()
        if (result !== undefined) end(() => resolve(result))
      } catch (error) {
        end(() => reject(error))
      }
    }
    const redraw = () => attempt(() => void handlers.onResize())
    const onData = (chunk: Buffer) => {
      clearTimeout(timer)
      timer = setTimeout(() => attempt(() => handlers.onPause()), PAUSE_MS)
      attempt(() => handlers.onText(decoder.write(chunk)))
    }
    const onContinue = () => {
      // The shell has had the terminal meanwhile, which Node does not know.
      process.stdin.setRawMode(false)
      process.stdin.setRawMode(true)
      redraw()
    }
    const onGone = () => end(() => resolve(undefined))
    const onAbort = () => end(() => reject(signal.reason))
    const release = holdRaw(() => handlers.onEnd())
    const forget = listen([
      [process.stdin, 'data', onData],
      [process.stdin, 'end', onGone],
      [process.stdin, 'error', onGone],
      [process.stderr, 'resize', redraw],
      [process, 'SIGCONT', onContinue],
    ])
    signal.addEventListener('abort', onAbort)
    // A question before this one has left it paused.
    process.stdin.resume()
  })
}

/** Takes the terminal; the function that is returned gives it back, and does so once. */
function holdRaw(onRelease: () => void): () => void {
  const ignore = () => undefined
  let isHeld = true
  const release = () => {
    if (!isHeld) return
    isHeld = false
    onRelease()
    writeStderr(LEAVE_PASTES)
    process.stdin.setRawMode(false)
    process.stdin.pause()
    forget()
  }
  const onQuit = () => {
    release()
    process.kill(process.pid, 'SIGQUIT')
  }
  const forget = listen([
    [process, 'exit', release],
    [process, 'SIGQUIT', onQuit],
    // A terminal that is gone cannot be restored.
    [process.stdin, 'error', ignore],
  ])
  process.stdin.setRawMode(true)
  writeStderr(MARK_PASTES)
  return release
}

/** Adds listeners; the function that is returned removes them. */
function listen(
  all: readonly (readonly [EventEmitter, string, Parameters<EventEmitter['on']>[1]])[],
): () => void {
  for (const [source, event, listener] of all) source.on(event, listener)
  return () => {
    for (const [source, event, listener] of all) source.off(event, listener)
  }
}
