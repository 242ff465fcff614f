/**
 * A shell in a real terminal: tmux draws the screen, the test types and waits until the screen
 * shows what it should. Every terminal has a tmux server of its own, so that tests run side by side.
 */

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type RealShell, testIn } from './in-shell.ts'
import { isLate } from './patience.ts'
import { isPromised, unlessMissing } from './promised.ts'
import type { Declare } from './suite.ts'
import { startTmux, type Tmux, tmuxPath } from './tmux.ts'

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
  bytes(): Promise<Buffer>
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
  try {
    const tmux = await startTmux(folder, options.env, options.size ?? [100, 30])
    try {
      const place = options.cwd === undefined ? [] : ['-c', options.cwd]
      const clean = ['env', '-u', 'TMUX', '-u', 'TMUX_PANE', '-u', 'TMUX_TMPDIR', '--']
      await tmux.run('set-option', '-g', 'status', 'off')
      await tmux.run('set-option', '-g', 'remain-on-exit', 'on')
      await tmux.run('set-option', '-g', 'escape-time', '0')
      await tmux.run('set-option', '-g', 'default-terminal', options.term ?? 'xterm-256color')
      // The real command replaces `cat` once somebody listens: no byte of it is missed.
      // More than one word: tmux starts it without a shell, which would drop variables such as PS1.
      await tmux.run('respawn-pane', '-k', ...place, ...clean, ...command)
      return await use(terminalOn(tmux))
    } finally {
      await hangUp(tmux).catch(() => undefined)
      await tmux.kill()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Ends the programs as a closed window does, and waits: a shell may still write its history. */
async function hangUp(tmux: Tmux): Promise<void> {
  const leader = Number(await tmux.run('display-message', '-p', '#{pane_pid}'))
  for (const pid of new Set([leader, ...(await sessionOf(leader))])) {
    try {
      process.kill(pid, 'SIGHUP')
    } catch {
      // It has ended with the one before.
    }
  }
  for (const deadline = Date.now() + 2000; Date.now() < deadline; await sleep(POLL_MS)) {
    const dead = await tmux.run('display-message', '-p', '#{pane_dead}')
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

function terminalOn(tmux: Tmux): Terminal {
  const screen = async () => withoutBlankEnd(await tmux.run('capture-pane', '-p', '-J'))
  const type = async (text: string) => {
    await tmux.run('send-keys', '-l', '--', text)
  }
  const press = async (...keys: string[]) => {
    await tmux.run('send-keys', '--', ...keys)
  }
  return {
    type,
    press,
    screen,
    run: async (command) => {
      await Promise.all([type(command), press('Enter')])
    },
    colours: async () => withoutBlankEnd(await tmux.run('capture-pane', '-p', '-e', '-J')),
    until: (condition, deadlineMs = 30_000) => waitFor(tmux, screen, condition, deadlineMs),
    title: async () => (await tmux.run('display-message', '-p', '#{pane_title}')).trimEnd(),
    bytes: async () => {
      // Anything: the answer comes behind what has been read by then.
      await tmux.run('display-message', '-p', '')
      return tmux.written()
    },
    resize: async (columns, lines) => {
      await tmux.run('resize-window', '-x', `${columns}`, '-y', `${lines}`)
    },
    pid: async () => Number(await tmux.run('display-message', '-p', '#{pane_pid}')),
    wipe: async () => {
      await tmux.run('send-keys', '-R')
      await tmux.run('clear-history')
    },
  }
}

/** Looks at the screen when something has been written to it. */
async function waitFor(
  tmux: Tmux,
  screen: () => Promise<string>,
  condition: Condition,
  deadlineMs: number,
): Promise<string> {
  const began = performance.now()
  for (;;) {
    const [written, lookedAt] = [tmux.size(), performance.now()]
    const text = await screen()
    if (fulfils(text, condition)) return text
    if (isLate(performance.now() - began, deadlineMs))
      throw new Error(`not on the screen after ${deadlineMs} ms: ${condition}\n--\n${text}\n--`)
    do await sleep(POLL_MS)
    while (tmux.size() === written && performance.now() - lookedAt < LOOK_MS)
  }
}

function fulfils(text: string, condition: Condition): boolean {
  if (typeof condition === 'string') return text.includes(condition)
  return condition instanceof RegExp ? condition.test(text) : condition(text)
}

function withoutBlankEnd(text: string): string {
  return text.replace(/(\n[ ]*)+$/, '')
}
