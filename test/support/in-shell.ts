/**
 * Real shells for tests: run a script with nothing inherited, and read the environment back byte
 * for byte. PowerShell: `SSOX_PWSH` or `pwsh`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { isPromisedShell, unlessMissing } from './promised.ts'
import type { Declare } from './suite.ts'

interface RealShellSpec {
  /** File name on PATH, and the words between it and the script file. */
  command: readonly [file: string, ...flags: string[]]
  /** Extension of the script file; some shells insist. */
  extension: string
  /** Statement that writes the exported variables to stdout as `K=V` with a NUL after each. */
  dump: string
}

const DUMP_POWERSHELL = [
  '$ssoxOut = [Console]::OpenStandardOutput()',
  'foreach ($ssoxPair in [Environment]::GetEnvironmentVariables().GetEnumerator()) {',
  '  $ssoxBytes = [Text.Encoding]::UTF8.GetBytes("$($ssoxPair.Key)=$($ssoxPair.Value)`0")',
  '  $ssoxOut.Write($ssoxBytes, 0, $ssoxBytes.Length)',
  '}',
  '$ssoxOut.Flush()',
].join('\n')

const SHELLS = {
  bash: { command: ['bash', '--noprofile', '--norc'], extension: 'bash', dump: 'command env -0' },
  zsh: { command: ['zsh', '-f'], extension: 'zsh', dump: 'command env -0' },
  dash: { command: ['dash'], extension: 'sh', dump: 'command env -0' },
  busybox: { command: ['busybox', 'sh'], extension: 'sh', dump: 'command env -0' },
  mksh: { command: ['mksh'], extension: 'sh', dump: 'command env -0' },
  fish: { command: ['fish', '--no-config'], extension: 'fish', dump: 'command env -0' },
  pwsh: {
    command: ['pwsh', '-NoLogo', '-NoProfile', '-NonInteractive'],
    extension: 'ps1',
    dump: DUMP_POWERSHELL,
  },
  nu: { command: ['nu', '--no-config-file'], extension: 'nu', dump: '^env -0' },
  elvish: { command: ['elvish', '-norc'], extension: 'elv', dump: 'e:env -0' },
  xonsh: { command: ['xonsh', '--no-rc'], extension: 'xsh', dump: '$[env -0]' },
  tcsh: { command: ['tcsh', '-f'], extension: 'csh', dump: 'env -0' },
} satisfies Record<string, RealShellSpec>

/** A shell that tests can start. */
export type RealShell = keyof typeof SHELLS

export interface RunOptions {
  /** Added to HOME, PATH, TERM=dumb and LC_ALL=C.UTF-8, which are all there is. */
  env?: Readonly<Record<string, string>>
  /** Words for the shell itself, before the script: `-eu`. */
  flags?: readonly string[]
  /** Files that the script finds in its working folder. */
  files?: Readonly<Record<string, string | Uint8Array>>
  timeoutMs?: number
  /** With the start-up files of the (empty) home, where `command` says to read none. */
  withConfig?: boolean
}

export interface ShellRun {
  /** Exit code; null when a signal ended the shell. */
  status: number | null
  stdout: Buffer
  stderr: string
  /** What the script left in its working folder, without `files`. */
  created: string[]
}

/** Declares a test that needs a real shell. */
export function testIn(test: Declare, shell: RealShell, title: string, run: () => unknown): void {
  const missing = shellPath(shell) ? undefined : `${shell} is not installed`
  unlessMissing(test, missing, isPromisedShell(shell))(`${shell}: ${title}`, run)
}

/** Where the shell is, or undefined. */
export function shellPath(shell: RealShell): string | undefined {
  const chosen = shell === 'pwsh' ? process.env['SSOX_PWSH'] : undefined
  if (chosen) return chosen
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, SHELLS[shell].command[0])).find(existsSync)
}

/** Runs `script` as a file in an empty working folder. Throws when the shell cannot be started. */
export function runIn(shell: RealShell, script: string, options: RunOptions = {}): ShellRun {
  const path = shellPath(shell)
  if (!path) throw new Error(`${shell} is not installed`)
  const { command, extension } = SHELLS[shell]
  const root = mkdtempSync(join(tmpdir(), 'ssox-shell-'))
  try {
    const [home, work] = [join(root, 'home'), join(root, 'work')]
    mkdirSync(home)
    mkdirSync(work)
    const file = join(root, `script.${extension}`)
    writeFileSync(file, script)
    const files = options.files ?? {}
    for (const [name, text] of Object.entries(files)) writeFileSync(join(work, name), text)
    const own = options.withConfig ? [] : command.slice(1)
    const words = [...own, ...(options.flags ?? []), file]
    const { status, stdout, stderr, error } = spawnSync(path, words, {
      cwd: work,
      env: { ...cleanEnvironment(home), ...options.env },
      timeout: options.timeoutMs ?? 240_000,
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    if (error) throw error
    const created = readdirSync(work).filter((name) => !Object.hasOwn(files, name))
    return { status, stdout, stderr: stderr.toString(), created }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** The statement that ends a script whose stdout `environmentIn` reads. */
export function dumpEnvironment(shell: RealShell): string {
  return SHELLS[shell].dump
}

/** The variables in the output of `dumpEnvironment`. Throws when a value is not UTF-8. */
export function environmentIn(dump: Uint8Array): Map<string, string> {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(dump)
  const pairs = text.split('\0').slice(0, -1)
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}

/** Runs `script`, then reads its environment back. The script itself must print nothing. */
export function environmentAfter(
  shell: RealShell,
  script: string,
  options: RunOptions = {},
): ShellRun & { environment: Map<string, string> } {
  const run = runIn(shell, `${script}\n${SHELLS[shell].dump}\n`, options)
  return { ...run, environment: environmentIn(run.stdout) }
}

function cleanEnvironment(home: string): Record<string, string> {
  const passed = Object.entries(process.env).filter(
    ([name]) => name === 'PATH' || name.startsWith('DOTNET_'),
  )
  return {
    ...Object.fromEntries(passed.map(([name, value]) => [name, value ?? ''])),
    HOME: home,
    TERM: 'dumb',
    LC_ALL: 'C.UTF-8',
    POWERSHELL_TELEMETRY_OPTOUT: '1',
    POWERSHELL_UPDATECHECK: 'Off',
  }
}
