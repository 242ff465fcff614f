/**
 * ssox under the tools of Linux: another user, namespaces, strace; and which of them work here.
 */
import { spawnSync } from 'node:child_process'
import { execa, type Options } from 'execa'
import { type Finished, type Home, node, program } from './home.ts'
import { isPromised, unlessMissing } from './promised.ts'
import type { Declare } from './suite.ts'

/** The user that owns nothing. */
export const NOBODY = 65534

/** For tests of many runs, or of runs under tools, on a machine that has other things to do. */
export const SLOW_TEST_MS = 180_000

/** Words before a command that make it run as `NOBODY`. */
export const AS_NOBODY = [
  'setpriv',
  `--reuid=${NOBODY}`,
  `--regid=${NOBODY}`,
  '--clear-groups',
] as const

/** What each tool must be able to do here: a command that exits 0. */
const PROBES = {
  unshare: ['unshare', '-m', '-n', 'true'],
  setpriv: [...AS_NOBODY, node, program, '--version'],
  strace: ['strace', '-f', '--seccomp-bpf', '-qq', '-e', 'trace=none', 'true'],
  openssl: ['openssl', 'version'],
  fzf: ['fzf', '--version'],
  script: ['script', '--version'],
  shellcheck: ['shellcheck', '--version'],
  shfmt: ['shfmt', '--version'],
  ip: ['ip', '-V'],
  aws: ['sh', '-c', '/usr/bin/aws --version 2>&1 | grep -q "^aws-cli/2"'],
  boto3: ['/usr/bin/python3', '-c', 'import boto3'],
  direnv: ['direnv', 'version'],
  turbo: ['turbo', '--version'],
  mandoc: ['sh', '-c', 'command -v mandoc'],
} as const satisfies Record<string, readonly [string, ...string[]]>

export type Tool = keyof typeof PROBES

const known = new Map<Tool, boolean>()

/** True when the tool is installed and may do here what the tests want of it. */
export function has(tool: Tool): boolean {
  const found = known.get(tool)
  if (found !== undefined) return found
  const [command, ...args] = PROBES[tool]
  const works = spawnSync(command, args, { stdio: 'ignore', timeout: 240_000 }).status === 0
  known.set(tool, works)
  return works
}

/** `test` for tests that need these tools. */
export function needing(test: Declare, tools: readonly Tool[]): Declare {
  const missing = tools.filter((tool) => !has(tool))
  const words =
    missing.length > 0 ? `not installed or not permitted: ${missing.join(', ')}` : undefined
  return unlessMissing(test, words, missing.some(isPromised))
}

/** Declares a test of many runs under these tools. */
export function testWith(
  test: Declare,
  tools: readonly Tool[],
  title: string,
  run: () => unknown,
  timeoutMs = SLOW_TEST_MS,
): void {
  needing(test, tools)(title, run, timeoutMs)
}

/** Runs any command with the environment of the home, nothing inherited. */
export async function runIn(
  home: Home,
  [command, ...args]: readonly string[],
  options: Options = {},
): Promise<Finished> {
  const result = await execa(String(command), args, {
    cwd: home.path,
    env: home.env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: false,
    timeout: 240_000,
    ...options,
  })
  return {
    status: result.exitCode ?? (result.signal ? 128 : -1),
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
  }
}

/** Runs ssox behind the words of a tool: `ssoxUnder(home, AS_NOBODY, ['env', 'dev'])`. */
export function ssoxUnder(
  home: Home,
  wrapper: readonly string[],
  args: readonly string[],
  options?: Options,
): Promise<Finished> {
  return runIn(home, [...wrapper, node, program, ...args], options)
}

/** A bash that stays above ssox, whatever shell runs the tests. */
export const IN_BASH: readonly string[] = ['bash', '-c', '"$@"; exit', 'bash']

/** A shell script, then ssox, in a mount namespace of their own; the script ends before ssox. */
export function inMountNamespace(script: string): string[] {
  return ['unshare', '-m', 'sh', '-ec', `${script}\nexec "$@"`, 'sh']
}

/** Words before a command that has no network, not even a loopback device that is up. */
export const OFFLINE = ['unshare', '-n'] as const

/** Runs `work` on every item, at most `limit` at a time, and keeps the order of the results. */
export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T, at: number) => Promise<R>,
  limit = 3,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) {
      results[at] = await work(items[at] as T, at)
    }
  }
  await Promise.all(Array.from({ length: limit }, worker))
  return results
}
