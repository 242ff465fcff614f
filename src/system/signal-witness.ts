/**
 * Whether a signal went to this process alone, or to its whole group: Node does not tell who sent
 * one. A process of the same group, which every such signal ends, is the witness: it answers, or it
 * is gone.
 */
import { type ChildProcess, spawn } from 'node:child_process'

/** Echoes until it is ended; without a core file, which SIGQUIT would leave. */
const ECHO = 'ulimit -c 0; exec cat'

/** The witness may have got a signal, and ended, before it came here; later it was another one. */
const SAME_SIGNAL_MS = 1_000

export interface Witness {
  /** True when this signal, which this process has just got, was not sent to the witness. */
  wasSpared(signal: NodeJS.Signals): Promise<boolean>
  stop(): void
}

/**
 * Starts a witness, and another one whenever it is ended. Where there is none to be had, every signal
 * counts as sent to this process alone; on Windows nobody sends one.
 */
export function startWitness(searchPath: string | undefined): Witness {
  let isStopped = process.platform === 'win32'
  let ended: { signal: NodeJS.Signals; at: number } | undefined
  let current = isStopped ? undefined : startEcho(searchPath, restart)
  function restart(signal: NodeJS.Signals) {
    ended = { signal, at: performance.now() }
    if (!isStopped) current = startEcho(searchPath, restart)
  }
  function hasEndedBy(signal: NodeJS.Signals): boolean {
    const isSame = ended?.signal === signal && performance.now() - ended.at < SAME_SIGNAL_MS
    if (isSame) ended = undefined
    return isSame
  }
  return {
    async wasSpared(signal) {
      if (hasEndedBy(signal)) return false
      const isSpared = (await current?.answers()) ?? true
      return hasEndedBy(signal) ? false : isSpared
    },
    stop() {
      isStopped = true
      current?.stop()
    },
  }
}

function startEcho(searchPath: string | undefined, onSignal: (signal: NodeJS.Signals) => void) {
  // With too many files open there is no child, and there are no pipes to it.
  const child: ChildProcess = spawn('/bin/sh', ['-c', ECHO], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: searchPath },
    cwd: '/',
  })
  /** Whoever waits for the echo of a byte, in the order in which they were written. */
  const waiting: (() => void)[] = []
  const wasEnded = new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (_, signal) => {
      resolve(signal !== null)
      if (signal !== null) onSignal(signal)
    })
  })
  child.stdout?.on('data', (bytes: Buffer) => {
    for (const done of waiting.splice(0, bytes.length)) done()
  })
  // What is written to one that has ended is lost; that it has ended says all.
  child.stdin?.on('error', () => undefined)
  return {
    /** False when a signal has ended it. */
    async answers(): Promise<boolean> {
      const echo = new Promise<boolean>((resolve) => waiting.push(() => resolve(false)))
      child.stdin?.write('.')
      return !(await Promise.race([wasEnded, echo]))
    },
    stop(): void {
      child.stdin?.destroy()
      child.stdout?.destroy()
      child.kill('SIGKILL')
      child.unref()
    },
  }
}
