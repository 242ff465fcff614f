/** A tmux server of one's own, and one client of it that takes every command: a process each would cost more. */
import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

export interface Tmux {
  /** Runs one command, its words as they are; resolves to what it prints, throws what it says. */
  run(...words: readonly string[]): Promise<string>
  /** Every byte that tmux has drawn so far: all that an answer shows has come before the answer. */
  written(): Buffer
  /** How many there are. */
  size(): number
  /** Ends the server, and with it everything in it. */
  kill(): Promise<void>
}

export function tmuxPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, 'tmux')).find(existsSync)
}

/** Starts a server with its socket in `folder` and a window of this size, in which `cat` runs. */
export async function startTmux(
  folder: string,
  env: Readonly<Record<string, string>>,
  [columns, lines]: readonly [columns: number, lines: number],
): Promise<Tmux> {
  // Found with our PATH, not with that of the shell under test.
  const path = tmuxPath()
  if (!path) throw new Error('tmux is not installed')
  const words = ['-u', '-f', '/dev/null', '-L', 'ssox']
  const options = { env: { LC_ALL: 'C.UTF-8', ...env, TMUX_TMPDIR: folder } }
  const session = ['new-session', '-d', '-x', `${columns}`, '-y', `${lines}`, 'cat', '-']
  await promisify(execFile)(path, [...words, ...session], options)
  const attach = ['-C', 'attach-session', '-f', 'ignore-size']
  return clientOf(spawn(path, [...words, ...attach], options))
}

interface Asked {
  readonly printed: string[]
  resolve(text: string): void
  reject(error: Error): void
}

/**
 * tmux's control mode: a line is a command; its answer stands between `%begin` and `%end` or `%error`.
 * Between answers it tells, in order, what it has read from the window: `%output %0 <bytes>`.
 */
function clientOf(child: ChildProcessWithoutNullStreams): Tmux {
  const asked: Asked[] = []
  const output: Buffer[] = []
  let size = 0
  let ended = false
  let rest = ''
  /** The time, number and flags of the answer that is being read. */
  let answer: string | undefined
  const keep = (line: string) => {
    const escaped = line.slice(line.indexOf(' ', '%output '.length) + 1)
    const bytes = Buffer.from(unescaped(escaped), 'latin1')
    output.push(bytes)
    size += bytes.length
  }
  const read = (line: string) => {
    const [, mark, id] = /^%(begin|end|error) (\d+ \d+ 1)$/.exec(line) ?? []
    if (answer === undefined) {
      if (line.startsWith('%output ')) keep(line)
      else if (mark === 'begin') answer = id
    } else if (mark === undefined || mark === 'begin' || id !== answer) asked[0]?.printed.push(line)
    else {
      answer = undefined
      const { printed = [], resolve, reject } = asked.shift() ?? {}
      const text = Buffer.from(printed.map((one) => `${one}\n`).join(''), 'latin1').toString()
      if (mark === 'end') resolve?.(text)
      else reject?.(new Error(`tmux: ${text}`))
    }
  }
  // A character may be cut between two lines.
  child.stdout.setEncoding('latin1').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) read(line)
  })
  // It may end before it has read a command.
  child.stdin.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => {
    child.on('close', () => {
      ended = true
      for (const { reject } of asked.splice(0)) reject(new Error('tmux has ended'))
      resolve()
    })
  })
  const run = (...words: readonly string[]) =>
    new Promise<string>((resolve, reject) => {
      if (ended) return reject(new Error('tmux has ended'))
      asked.push({ printed: [], resolve, reject })
      child.stdin.write(`${words.map(quoted).join(' ')}\n`)
    })
  return {
    run,
    written: () => Buffer.concat(output),
    size: () => size,
    kill: async () => {
      await run('kill-server').catch(() => undefined)
      await closed
    },
  }
}

/** A word as tmux reads it back; a command ends at a line break, wherever it stands. */
function quoted(word: string): string {
  const escaped = word
    .replace(/["\\$~]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
  return `"${escaped}"`
}

/** Control characters and backslashes come as three octal digits. */
function unescaped(text: string): string {
  return text.replace(/\\(\d{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)))
}
