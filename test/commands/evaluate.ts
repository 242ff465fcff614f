/**
 * `ssox env` as people use it: real shells that evaluate its output and report their environment.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Finished, type Home, node, program } from '../support/home.ts'
import {
  dumpEnvironment,
  environmentIn,
  type RealShell,
  shellPath,
  testIn,
} from '../support/in-shell.ts'
import { runIn } from '../support/machine.ts'
import { playInPowerShell } from '../support/powershell.ts'
import type { Declare } from '../support/suite.ts'

/** How a shell evaluates what `ssox env` prints, and words of its language for the scripts here. */
interface Dialect {
  /** Words before the text of a script. */
  readonly flags: readonly string[]
  /** What `--shell` calls it. */
  readonly name: string
  readonly evaluate: (words: string) => string
  /** The second statement runs if the first succeeds, the third if it does not. */
  readonly branch: (first: string, second: string, third: string) => string
  readonly quote: (text: string) => string
}

const posixQuote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

const posix = (name: string, ...flags: string[]): Dialect => ({
  flags: [...flags, '-c'],
  name,
  evaluate: (words) => `eval "$(ssox env ${words})"`,
  branch: (first, second, third) => `if ${first}; then ${second}; else ${third}; fi`,
  quote: posixQuote,
})

const DIALECTS = {
  bash: posix('bash', '--noprofile', '--norc'),
  zsh: posix('zsh', '-f'),
  dash: posix('sh'),
  busybox: posix('sh', 'sh'),
  mksh: posix('sh'),
  fish: {
    flags: ['--no-config', '-c'],
    name: 'fish',
    evaluate: (words) => `ssox env ${words} | source`,
    branch: (first, second, third) => `if ${first}; ${second}; else; ${third}; end`,
    quote: (text) => `'${text.replace(/[\\']/g, '\\$&')}'`,
  },
  pwsh: {
    flags: [],
    name: 'powershell',
    evaluate: (words) => `ssox env ${words} | Out-String | Invoke-Expression`,
    branch: (first, second, third) => `try { ${first}; ${second} } catch { ${third} }`,
    // The curly quotes end a literal as well.
    quote: (text) => `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`,
  },
} as const satisfies Partial<Record<RealShell, Dialect>>

/** A shell that evaluates what `ssox env` prints. */
export type Evaluator = keyof typeof DIALECTS

const EVALUATORS = Object.keys(DIALECTS) as Evaluator[]

export const dialectOf = (shell: Evaluator): Dialect => DIALECTS[shell]

/**
 * Declares one test over all the shells that are installed, so that they can share a home; one that
 * is missing is skipped, or fails if it was promised.
 */
export function testInShells(
  test: Declare,
  title: string,
  run: (shells: readonly Evaluator[]) => unknown,
): void {
  const present = EVALUATORS.filter((shell) => shellPath(shell))
  test(`${present.join(', ')}: ${title}`, () => run(present), 120_000)
  for (const shell of EVALUATORS)
    if (!present.includes(shell)) testIn(test, shell, title, () => missing(shell))
}

function missing(shell: Evaluator): never {
  throw new Error(`${shell} is not installed`)
}

/** Puts a folder with an `ssox` first on the PATH of the home; returns the folder. */
export function putOnPath(home: Home): string {
  const bin = join(home.path, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'ssox'), `#!/bin/sh\nexec '${node}' '${program}' "$@"\n`)
  chmodSync(join(bin, 'ssox'), 0o755)
  home.env['PATH'] = `${bin}:${home.env['PATH']}`
  home.env['LC_ALL'] = 'C.UTF-8'
  home.env['POWERSHELL_TELEMETRY_OPTOUT'] = '1'
  home.env['POWERSHELL_UPDATECHECK'] = 'Off'
  for (const [name, value] of Object.entries(process.env))
    if (name.startsWith('DOTNET_') && value !== undefined) home.env[name] = value
  return bin
}

/** Runs a script of that shell in the home, with these variables on top of the home's. */
export function runScript(
  home: Home,
  shell: Evaluator,
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  if (shell === 'pwsh') {
    const file = join(home.path, 'evaluate.ps1')
    writeFileSync(file, script)
    return playInPowerShell(file, { ...home.env, ...env }, home.path)
  }
  const command = [shellPath(shell) ?? shell, ...dialectOf(shell).flags, script]
  return runIn(home, command, { env: { ...home.env, ...env } })
}

/**
 * A script for bash that runs a command with a pipe as stdout from which nobody reads any more, and
 * prints its exit code. (The reader of `command | true` ends when it ends.)
 */
export function intoClosedPipe(command: string): string {
  const pipe = '"$HOME/closed.$BASHPID"'
  return `mkfifo ${pipe}; exec 4<>${pipe} 5>${pipe} 4>&-; { ${command}; } >&5; echo $?`
}

/** The environment after a script that prints nothing on stdout. */
export async function environmentAfter(
  home: Home,
  shell: Evaluator,
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Map<string, string>> {
  const run = await runScript(home, shell, `${script}\n${dumpEnvironment(shell)}`, env)
  if (run.status !== 0) throw new Error(`${shell} exits ${run.status}: ${run.stderr}`)
  return environmentIn(Buffer.from(run.stdout))
}

/** The variables that `env` may set or unset, and the settings of ssox beside them. */
export function family(environment: ReadonlyMap<string, string>): Record<string, string> {
  const names = /^(AWS|AWSU|AWSUME|GRANTED|SSOX)_/
  const found = [...environment].filter(([name]) => names.test(name) || name === 'AWS_SSO')
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** What a shell changes by itself when it runs a command. */
export function withoutShellState(environment: ReadonlyMap<string, string>) {
  const own = /^(_|PWD|OLDPWD|SHLVL|COLUMNS|LINES|PSModulePath|TERM|KSH_VERSION)$/
  return Object.fromEntries([...environment].filter(([name]) => !own.test(name)))
}
