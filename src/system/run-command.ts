/** Runs a command in the foreground as if ssox were not there. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { existsSync, fstatSync } from 'node:fs'
import { constants } from 'node:os'
import { codeOf, reasonOf } from './files.ts'
import { heeded, type Start, startIgnoring } from './hangup.ts'
import { startWitness } from './signal-witness.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Signals that are passed on to the command. */
const RELAYED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGQUIT'] as const

/** Those of them that mean an end. */
const ENDING = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const

export interface CommandResult {
  readonly exitCode: number
  /** Why the command could not start. */
  readonly problem?: string
}

/**
 * Runs `command` with this environment and the terminal as it is; resolves to its exit code
 * (128+n when signal n ended it, 126 not executable, 127 not found). A signal to ssox alone is passed
 * on; one that went to the whole process group (^C, `kill -- -group`, a job that is cancelled) has
 * reached the command already, and a second one would mean more: Terraform gives up its state then.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<CommandResult> {
  const running = new Set<ChildProcess>()
  const stdio = [0, 1, 2, ...namedDescriptors([...args, ...Object.values(env)])]
  // First: a signal that reached the command before it came would be taken for one to ssox alone.
  const stop = relaySignals(running, env)
  return start({ command, args, env }, stdio, running).finally(stop)
}

/**
 * The open descriptors from 3 on that an argument or variable of a command ends with, as `<(…)` in
 * zsh makes it, each at its index: Node keeps the low ones from its children.
 */
function namedDescriptors(words: readonly string[]): ('ignore' | number)[] {
  const named = words.map((word) => /\/(?:dev|proc\/self)\/fd\/(\d{1,5})$/.exec(word)?.[1])
  const open = new Set(named.map(Number).filter(isPassable))
  const last = Math.max(2, ...open)
  return Array.from({ length: last - 2 }, (_, n) => (open.has(n + 3) ? n + 3 : 'ignore'))
}

/** True for an open file, pipe or device; most of what Node itself has open is none of them. */
function isPassable(fd: number): boolean {
  try {
    const stat = fstatSync(fd)
    return stat.isFIFO() || stat.isFile() || stat.isCharacterDevice()
  } catch {
    return false
  }
}

/** A command that runs beside others, with nothing to read. */
export interface SideCommand {
  readonly env: Record<string, string>
  /** Get each piece of what the command writes; without one it writes where ssox does. */
  readonly onStdout: ((bytes: Buffer) => void) | undefined
  readonly onStderr: ((bytes: Buffer) => void) | undefined
}

/** As `runCommand`, for one of several; signals reach it by `relaySignals` of those that run. */
export function runBeside(
  command: string,
  args: readonly string[],
  { env, onStdout, onStderr }: SideCommand,
  running: Set<ChildProcess>,
): Promise<CommandResult> {
  const to = (sink: unknown) => (sink ? 'pipe' : 'inherit')
  const stdio: StdioOptions = ['ignore', to(onStdout), to(onStderr)]
  return start({ command, args, env }, stdio, running, (child) => {
    if (onStdout) child.stdout?.on('data', onStdout)
    if (onStderr) child.stderr?.on('data', onStderr)
  })
}

/**
 * Passes signals that were sent to ssox alone on to those that run at that moment, until what it
 * returns is called.
 */
export function relaySignals(running: ReadonlySet<ChildProcess>, env: Env): () => void {
  const witness = startWitness(env['PATH'])
  const relays = heeded(RELAYED, env).map((signal) => {
    const relay = () =>
      witness.wasSpared(signal).then((isAlone) => {
        if (isAlone) for (const child of running) child.kill(signal)
      })
    process.on(signal, relay)
    return () => process.off(signal, relay)
  })
  return () => {
    for (const stop of relays) stop()
    witness.stop()
  }
}

/** How long those who were asked to end may take for it. */
const GRACE_MS = 5_000

/**
 * Ends those that run: asks them, and kills who is left after five seconds. What such a one has
 * started may hold its pipes for longer, which nobody reads any more.
 */
function endAll(running: ReadonlySet<ChildProcess>): NodeJS.Timeout {
  for (const child of running) child.kill('SIGTERM')
  return setTimeout(() => {
    for (const child of running) {
      child.kill('SIGKILL')
      child.stdout?.destroy()
      child.stderr?.destroy()
    }
  }, GRACE_MS)
}

/**
 * Sees to it that what runs when `signal` is aborted (by a signal to this process) comes to its end.
 * It may take its time, as to some a second signal means to give up what they hold: after five
 * seconds `onWaiting` is called, and only the next signal ends it. Where it gives false, nobody is
 * there to send one, and that comes next. What this returns calls it off.
 */
export function endAfterSignal(
  running: ReadonlySet<ChildProcess>,
  { signal, env }: { readonly signal: AbortSignal; readonly env: Env },
  onWaiting: () => boolean,
): () => void {
  const ending = heeded(ENDING, env)
  let timer: NodeJS.Timeout | undefined
  const insist = () => {
    clearTimeout(timer)
    for (const name of ending) process.off(name, insist)
    timer = endAll(running)
  }
  const wait = () => {
    for (const name of ending) process.on(name, insist)
    timer = setTimeout(() => {
      if (!onWaiting()) insist()
    }, GRACE_MS)
  }
  signal.addEventListener('abort', wait, { once: true })
  return () => {
    signal.removeEventListener('abort', wait)
    clearTimeout(timer)
    for (const name of ending) process.off(name, insist)
  }
}

function start(
  wanted: Start,
  stdio: StdioOptions,
  running: Set<ChildProcess>,
  onStart?: (child: ChildProcess) => void,
): Promise<CommandResult> {
  const { command, args, env } = startIgnoring(wanted)
  return new Promise((resolve) => {
    let child: ChildProcess
    try {
      child = spawn(command, args, { stdio, env })
    } catch (error) {
      resolve(unstarted(command, error))
      return
    }
    running.add(child)
    onStart?.(child)
    const finish = (result: CommandResult) => {
      running.delete(child)
      resolve(result)
    }
    child.on('error', (error) => finish(unstarted(command, error)))
    child.on('close', (code, signal) => {
      finish({ exitCode: signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1) })
    })
  })
}

/** The shell that the user has chosen, as other programs that start one find it. */
export function userShell(env: Env): string {
  return env['SHELL'] || (process.platform === 'win32' ? 'powershell.exe' : '/bin/sh')
}

/** A script whose interpreter is missing fails with ENOENT, too, but is there. */
function unstarted(command: string, error: unknown): CommandResult {
  if (codeOf(error) !== 'ENOENT')
    return { exitCode: 126, problem: `cannot start ${command}: ${reasonOf(error)}` }
  if (command.includes('/') && existsSync(command))
    return {
      exitCode: 126,
      problem: `cannot start ${command}: what its first line names is missing`,
    }
  return { exitCode: 127, problem: `there is no command ${command}` }
}
