/** What a run of ssox asks of the kernel, and what happens when the kernel answers otherwise. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finished, Home } from './home.ts'
import { ssoxUnder } from './machine.ts'
import { assertSuccess } from './output.ts'

export interface SystemCall {
  readonly pid: number
  readonly name: string
  /** How many calls of this name the thread has made, this one included. */
  readonly ordinal: number
  /** The whole call with its arguments (descriptors with their paths) and its result. */
  readonly text: string
}

export interface Traced extends Finished {
  readonly calls: SystemCall[]
  /** The thread that runs JavaScript. */
  readonly mainPid: number
}

export interface TraceOptions {
  /** Names of the system calls, with commas. */
  readonly calls: string
  /** `fsync:error=EIO:when=1`, as strace's `-e inject=` takes it. */
  readonly inject?: string
  /** Words between strace and node. */
  readonly wrapper?: readonly string[]
}

/** The status of a run that did not end in time. */
export const HUNG = 137
const DEADLINE_S = 120

let traces = 0

/**
 * Runs ssox, its helpers and its browser under strace. What has not ended after two minutes is killed
 * with all its processes: strace alone would leave them behind, and the pipes of ssox open.
 */
export async function trace(
  home: Home,
  args: readonly string[],
  { calls, inject, wrapper = [] }: TraceOptions,
): Promise<Traced> {
  const file = join(home.path, `trace-${++traces}`)
  const strace = [
    ...['timeout', '--signal=KILL', String(DEADLINE_S)],
    ...['strace', '-f', '-qq', '-y', '-s', '4096', '-o', file],
    // Faster, but strace 6.1 then never sends the signal that was asked for.
    ...(inject?.includes('signal=') ? [] : ['--seccomp-bpf']),
    ...['-e', `trace=${calls}`],
    ...(inject ? ['-e', `inject=${inject}`] : []),
  ]
  const run = await ssoxUnder(home, [...strace, ...wrapper], args)
  if (!existsSync(file)) throw new Error(`strace did not start: ${run.stderr}`)
  const made = parse(readFileSync(file, 'utf8'))
  return { ...run, calls: made, mainPid: made[0]?.pid ?? 0 }
}

/** Every step of writing a file, and of getting there. */
const WRITE_PATH = 'openat,mkdir,write,pwrite64,ftruncate,fsync,rename,chmod,unlink,close'

/** The calls of the main thread of a run that succeeds which have to do with these folders or files. */
export async function stepsOn(
  home: Home,
  args: readonly string[],
  paths: readonly string[],
): Promise<SystemCall[]> {
  const run = await trace(home, args, { calls: WRITE_PATH })
  assertSuccess(run)
  return run.calls.filter(
    ({ pid, text }) => pid === run.mainPid && paths.some((path) => text.includes(path)),
  )
}

/** Kills a run at one of its steps; the run may be over before, as no two runs are quite alike. */
export function killAt(
  home: Home,
  args: readonly string[],
  { name, ordinal }: SystemCall,
): Promise<Traced> {
  return trace(home, args, { calls: name, inject: `${name}:signal=KILL:when=${ordinal}` })
}

/** Calls that were interrupted by another thread's are put together again. */
function parse(text: string): SystemCall[] {
  const calls: SystemCall[] = []
  const unfinished = new Map<string, string>()
  const counts = new Map<string, number>()
  for (const line of text.split('\n')) {
    const start = /^(\d+) +(\w+)\((.*)$/.exec(line)
    const end = /^(\d+) +<\.\.\. (\w+) resumed>(.*)$/.exec(line)
    if (start?.[3]?.endsWith(' <unfinished ...>')) {
      unfinished.set(`${start[1]} ${start[2]}`, start[3].replace(/ <unfinished \.\.\.>$/, ''))
      continue
    }
    const [, pid = '', name = '', rest = ''] = start ?? end ?? []
    if (name === '') continue
    const key = `${pid} ${name}`
    const head = end ? (unfinished.get(key) ?? '') : ''
    unfinished.delete(key)
    counts.set(key, (counts.get(key) ?? 0) + 1)
    calls.push({
      pid: Number(pid),
      name,
      ordinal: counts.get(key) ?? 1,
      text: `${name}(${head}${rest}`,
    })
  }
  return calls
}
