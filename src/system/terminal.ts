/** The three standard streams. */
import { isatty } from 'node:tty'
import { mayBeTerminal, writeAll } from './files.ts'

/** Writes to stderr; a stderr that is closed or full must not end the command. */
export function writeStderr(text: string): void {
  try {
    writeAll(2, text)
  } catch {
    // There is nobody left to tell.
  }
}

/** False for a terminal that only adds to what it shows, such as the shell window of Emacs. */
export function canRedraw(env: Readonly<Record<string, string | undefined>>): boolean {
  return env['TERM'] !== 'dumb'
}

function isTerminal(fd: 0 | 1 | 2): boolean {
  return mayBeTerminal(fd) && isatty(fd)
}

/** Which of the standard streams are terminals, and how large the one on stderr is. */
export function terminalFacts() {
  return {
    stdin: isTerminal(0),
    stdout: isTerminal(1),
    stderr: isTerminal(2),
    ...terminalSize(),
  }
}

/** The size of the terminal now; a guess when there is none, or it does not know. */
export function terminalSize() {
  // Node makes a stream when it is first named, which takes longer than all of ssox on a pipe.
  const stream = isTerminal(2) ? process.stderr : isTerminal(1) ? process.stdout : undefined
  return { columns: stream?.columns || 80, rows: stream?.rows || 24 }
}

/** Calls `run` every `ms` milliseconds, without keeping the process alive; returns the end of it. */
export function everyMs(run: () => void, ms: number): () => void {
  const timer = setInterval(run, ms)
  timer.unref()
  return () => clearInterval(timer)
}
