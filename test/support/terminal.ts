/**
 * A shell in a real terminal: tmux draws the screen, the test types and waits until the screen
 * shows what it should. Every terminal has a tmux server of its own, so that tests run side by side.
 */

import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type RealShell, testIn } from './in-shell.ts'
import { isLate } from './patience.ts'
import { isPromised, unlessMissing } from './promised.ts'
import type { Declare } from './suite.ts'

const POLL_MS = 20
/** A screen is looked at again after this time even if nothing has been written to it. */
const LOOK_MS = 500

const runFile = promisify(execFile)

export interface TerminalOptions {
  /** All there is, besides what tmux sets itself (TERM, PWD); TMUX is taken away. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Default 100 columns, 30 lines. */
  readonly size?: readonly [columns: number, lines: number]
  /** Default `xterm-256color`. */
  readonly term?: string
}

/** What the screen must show: a part of it, a pattern, or anything else of the text. */
export type Condition = string | RegExp | ((screen: string) => boolean)

export interface Terminal {
  /** Types text as it is, without Enter. */
  type(text: string): Promise<void>
  /** Presses keys by tmux's names: `Enter`, `Tab`, `C-c`, `Escape`, `Up`. */
  press(...keys: string[]): Promise<void>
  /** Types a command and presses Enter. */
  run(command: string): Promise<void>
  /** The screen as text, wrapped lines joined, without blank lines at its end. */
  screen(): Promise<string>
  /** The screen with its colours as SGR sequences. */
  colours(): Promise<string>
  /** Waits for the screen to fulfil the condition, and returns it; throws with the screen if not. */
  until(condition: Condition, deadlineMs?: number): Promise<string>
  /** The title that programs have set, by which hostile names would show themselves. */
  title(): Promise<string>
  /** Every byte that was written to the terminal so far. */
  bytes(): Buffer
  /** Gives the terminal another size; its program is told. */
  resize(columns: number, lines: number): Promise<void>
  /** Process id of what runs in the terminal. */
  pid(): Promise<number>
  /** Clears the screen and what has scrolled off; the program in it is not told. */
  wipe(): Promise<void>
}

/** Declares a test that drives a shell in a terminal. */
export function testInTerminal(
  test: Declare,
  shell: RealShell,
  title: string,
  run: () => unknown,
): void {
  const missing = tmuxPath() ? undefined : 'tmux is not installed'
  testIn(unlessMissing(test, missing, isPromised('tmux')), shell, title, run)
}

/** Runs `command` in a new terminal for as long as `use` takes. */
export async function withTerminal<T>(
  command: readonly string[],
  options: TerminalOptions,
  use: (terminal: Terminal) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'ssox-tmux-'))
  const tmux = tmuxIn(folder, options.env)
  const log = join(folder, 'bytes')
  try {
    const [columns, lines] = options.size ?? [100, 30]
    const term = options.term ?? 'xterm-256color'
    const place = options.cwd === undefined ? [] : ['-c', options.cwd]
    const clean = ['env', '-u', 'TMUX', '-u', 'TMUX_PANE', '-u', 'TMUX_TMPDIR', '--']
    await tmux(
      ...['new-session', '-d', '-x', `${columns}`, '-y', `${lines}`, 'cat', '-', ';'],
      ...['set-option', '-g', 'status', 'off', ';'],
      ...['set-option', '-g', 'remain-on-exit', 'on', ';'],
      ...['set-option', '-g', 'escape-time', '0', ';'],
      ...['set-option', '-g', 'default-terminal', term, ';'],
      ...['pipe-pane', '-O', `cat >>'${log}'`],
    )
    // The real command replaces `cat` once the log is open: no byte of it is missed.
    // More than one word: tmux starts it without a shell, which would drop variables such as PS1.
    await tmux('respawn-pane', '-k', ...place, ...clean, ...command)
    return await use(terminalOn(tmux, log))
  } finally {
    await hangUp(tmux).catch(() => undefined)
    await tmux('kill-server').catch(() => undefined)
    rmSync(folder, { recursive: true, force: true })
  }
}

type Tmux = (...args: string[]) => Promise<string>

function tmuxIn(folder: string, env: TerminalOptions['env']): Tmux {
  // Found with our PATH, not with that of the shell under test.
  const path = tmuxPath()
  if (!path) throw new Error('tmux is not installed')
  return async (...args) => {
    const { stdout } = await runFile(path, ['-u', '-f', '/dev/null', '-L', 'ssox', ...args], {
      env: { LC_ALL: 'C.UTF-8', ...env, TMUX_TMPDIR: folder },
    })
    return stdout
  }
}

/** Ends the programs as a closed window does, and waits: a shell may still write its history. */
async function hangUp(tmux: Tmux): Promise<void> {
  const leader = Number(await tmux('display-message', '-p', '#{pane_pid}'))
  for (const pid of new Set([leader, ...(await sessionOf(leader))])) {
    try {
      process.kill(pid, 'SIGHUP')
    } catch {
      // It has ended with the one before.
    }
  }
  for (const deadline = Date.now() + 2000; Date.now() < deadline; await sleep(POLL_MS)) {
    const dead = await tmux('display-message', '-p', '#{pane_dead}')
    if (dead.startsWith('1') && (await sessionOf(leader)).length === 0) return
  }
}

/** The living processes in the session of a process, as far as this `ps` knows sessions. */
async function sessionOf(leader: number): Promise<number[]> {
  // `ps` fails when it finds none.
  const { stdout } = await runFile('ps', ['-o', 'pid=,stat=', '-s', `${leader}`]).catch(() => ({
    stdout: '',
  }))
  const lines = stdout.split('\n').filter((line) => /^\s*\d+\s+[^Z]/.test(line))
  return lines.map((line) => Number.parseInt(line, 10))
}

function tmuxPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, 'tmux')).find(existsSync)
}

function terminalOn(tmux: Tmux, log: string): Terminal {
  const screen = async () => withoutBlankEnd(await tmux('capture-pane', '-p', '-J'))
  // tmux takes a `;` at the end of a word for the end of its command.
  const typing = (text: string) => ['send-keys', '-l', '--', text.replace(/;$/, '\\;')]
  const press = async (...keys: string[]) => {
    await tmux('send-keys', '--', ...keys)
  }
  return {
    type: async (text) => {
      await tmux(...typing(text))
    },
    press,
    screen,
    run: async (command) => {
      await tmux(...typing(command), ';', 'send-keys', '--', 'Enter')
    },
    colours: async () => withoutBlankEnd(await tmux('capture-pane', '-p', '-e', '-J')),
    until: (condition, deadlineMs = 10_000) => waitFor(screen, log, condition, deadlineMs),
    title: async () => (await tmux('display-message', '-p', '#{pane_title}')).trimEnd(),
    bytes: () => readFileSync(log),
    resize: async (columns, lines) => {
      await tmux('resize-window', '-x', `${columns}`, '-y', `${lines}`)
    },
    pid: async () => Number(await tmux('display-message', '-p', '#{pane_pid}')),
    wipe: async () => {
      await tmux('send-keys', '-R', ';', 'clear-history')
    },
  }
}

/** Looks at the screen when something has been written to it: each look is a process. */
async function waitFor(
  screen: () => Promise<string>,
  log: string,
  condition: Condition,
  deadlineMs: number,
): Promise<string> {
  const began = performance.now()
  for (;;) {
    const [written, lookedAt] = [sizeOf(log), performance.now()]
    const text = await screen()
    if (fulfils(text, condition)) return text
    if (isLate(performance.now() - began, deadlineMs))
      throw new Error(`not on the screen after ${deadlineMs} ms: ${condition}\n--\n${text}\n--`)
    do await sleep(POLL_MS)
    while (sizeOf(log) === written && performance.now() - lookedAt < LOOK_MS)
  }
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}

function fulfils(text: string, condition: Condition): boolean {
  if (typeof condition === 'string') return text.includes(condition)
  return condition instanceof RegExp ? condition.test(text) : condition(text)
}

function withoutBlankEnd(text: string): string {
  return text.replace(/(\n[ ]*)+$/, '')
}
