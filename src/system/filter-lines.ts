/** Runs a program that lets the person choose lines: they go in, the chosen ones come out. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { codeOf, reasonOf } from './files.ts'

export interface FilterResult {
  /** 128+n when signal n ended it; undefined when it could not start. */
  readonly exitCode: number | undefined
  /** What it has written to stdout. */
  readonly output: string
  /** Why it could not start. */
  readonly problem?: string
}

/**
 * Runs `command` with the lines on its stdin; stderr and the terminal are its own.
 * @throws the signal's reason when aborted, once the program has ended
 */
export function filterLines(
  [command, ...args]: readonly [string, ...string[]],
  lines: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<FilterResult> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env })
    const stop = () => child.kill('SIGTERM')
    const chunks: Buffer[] = []
    signal.addEventListener('abort', stop)
    const finish = (result: FilterResult) => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) reject(signal.reason)
      else resolve(result)
    }
    child.on('error', (error) => {
      const isMissing = codeOf(error) === 'ENOENT'
      const problem = isMissing ? 'there is no such command' : reasonOf(error)
      finish({ exitCode: undefined, output: '', problem })
    })
    child.on('close', (code, name) => {
      const exitCode = name ? 128 + (constants.signals[name] ?? 0) : (code ?? 1)
      finish({ exitCode, output: Buffer.concat(chunks).toString('utf8') })
    })
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    // It may choose, and end, before it has read all lines.
    child.stdin.on('error', () => undefined)
    child.stdin.end(lines.map((line) => `${line}\n`).join(''))
  })
}
