/**
 * Runs `awsuse` in real shells: a script of steps, and after each step its status, the environment,
 * what it printed and which ssox processes it started.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Finished, type Home, node, program } from '../support/home.ts'
import { shellPath } from '../support/in-shell.ts'
import { runIn } from '../support/machine.ts'
import { playInPowerShell } from '../support/powershell.ts'

/** How one shell says what the scenarios need. */
export interface Dialect {
  readonly shell: 'bash' | 'zsh' | 'fish' | 'pwsh'
  /** The name for `--shell`. */
  readonly name: 'bash' | 'zsh' | 'fish' | 'powershell'
  readonly extension: string
  /** Words before the script file. */
  readonly flags: readonly string[]
  /** Defines what `snap` uses; the log is in $HOOK_TEST_LOG. */
  readonly prelude: string
  /** Statement that loads the hook. */
  readonly load: string
  /** A word in quotes. */
  quote(text: string): string
  /** Statement that exports a variable. */
  set(name: string, value: string): string
  /** Statement that exports the value of one variable under another name. */
  copy(name: string, from: string): string
  /** Statement that takes a variable out of the environment. */
  unset(name: string): string
  /** Words that start an interactive shell with these lines in its profile. */
  interactive(home: Home, profile: readonly string[]): readonly string[]
  /** A prompt of the user's own: `READY`, the status of the last command, `#` and a number, `>`. */
  readonly ownPrompt: string
  /** Statements that put `(venv) ` before the prompt, as a Python venv does, and take it away. */
  readonly venv: { readonly activate: string; readonly deactivate: string }
  /** What that prompt shows after a success, and after `sh -c 'exit 3'`. */
  readonly shown: { readonly success: string; readonly failure: string }
  /** Statement that runs the second only if the first has succeeded. */
  andThen(first: string, second: string): string
  /** Statement that reports the step before it under this label. */
  snap(label: string): string
}

export interface Report {
  readonly status: number
  readonly env: ReadonlyMap<string, string>
  readonly stdout: string
  readonly stderr: string
  /** The arguments of every ssox that was started. */
  readonly started: readonly string[]
}

/** The report of each step, of the load, and what is in the working folder at the end. */
export type Played<Label extends string> = Record<Label | 'loaded', Report> & {
  readonly created: readonly string[]
}

/** The path of a hook. */
export const hookPath = (file: string) =>
  fileURLToPath(new URL(`../../shell/${file}`, import.meta.url))

/** `awsuse` with these words in quotes. */
export function awsuse(dialect: Dialect, ...words: string[]): string {
  // The quotes of PowerShell would make an argument of an option.
  const quoted = words.map((word) => (/^-+[a-z-]*$/.test(word) ? word : dialect.quote(word)))
  return ['awsuse', ...quoted].join(' ')
}

/** A command for `sh`, for changes to the home in the middle of a script. */
export function sh(dialect: Dialect, command: string): string {
  return `sh -c ${dialect.quote(command)}`
}

/** Puts an `ssox` on PATH that writes its arguments to a log. */
export function installSsox(home: Home): string {
  const bin = join(home.path, 'bin')
  const log = join(home.path, 'ssox.log')
  mkdirSync(bin, { recursive: true })
  mkdirSync(join(home.path, 'work'), { recursive: true })
  writeFileSync(
    join(bin, 'ssox'),
    `#!/bin/sh\nprintf '%s\\n' "$*" >>'${log}'\nexec '${node}' '${program}' "$@"\n`,
  )
  chmodSync(join(bin, 'ssox'), 0o755)
  writeFileSync(log, '')
  home.env['PATH'] = `${bin}:${home.env['PATH']}`
  home.env['HOOK_TEST_LOG'] = log
  home.env['LC_ALL'] = 'C.UTF-8'
  for (const [name, value] of Object.entries(process.env))
    if (name.startsWith('DOTNET_') && value !== undefined) home.env[name] = value
  home.env['POWERSHELL_TELEMETRY_OPTOUT'] = '1'
  home.env['POWERSHELL_UPDATECHECK'] = 'Off'
  return log
}

/**
 * Runs the steps in one shell that has loaded the hook, after the lines `before` it.
 * Throws when a report is missing.
 */
export async function play<Label extends string>(
  dialect: Dialect,
  home: Home,
  steps: readonly (readonly [Label, string])[],
  { before = [] }: { before?: readonly string[] } = {},
): Promise<Played<Label>> {
  const log = installSsox(home)
  const script = [
    dialect.prelude,
    ...before,
    dialect.load,
    dialect.snap('loaded'),
    ...steps.flatMap(([label, statement]) => [statement, dialect.snap(label)]),
  ].join('\n')
  const file = join(home.path, `script.${dialect.extension}`)
  writeFileSync(file, `${script}\n`)
  const cwd = join(home.path, 'work')
  const run = await runScript(dialect, home, file, cwd)
  const logged = sections(readFileSync(log, 'utf8'), /^-- (.*)\n/m)
  const [out, err] = [
    sections(run.stdout, /\x01([^\x01]*)\x01/),
    sections(run.stderr, /\x01([^\x01]*)\x01\n/),
  ]
  const reports: Record<string, Report> = {}
  for (const label of ['loaded', ...steps.map(([label]) => label)]) {
    const [stdout, dump] = [out.get(label), out.get(`${label}=`)]
    const started = logged.get(label)
    if (stdout === undefined || dump === undefined || started === undefined)
      throw new Error(`no report of "${label}" (exit ${run.status}): ${run.stderr.slice(-2000)}`)
    const [status = '', ...pairs] = dump.split('\0').slice(0, -1)
    const env = new Map(
      pairs.map((pair) => [pair.split('=', 1)[0] ?? '', pair.slice(pair.indexOf('=') + 1)]),
    )
    const lines = started.split('\n').filter((line) => line !== '')
    reports[label] = {
      status: Number(status),
      env,
      stdout,
      stderr: err.get(label) ?? '',
      started: lines,
    }
  }
  return { ...reports, created: readdirSync(cwd) } as Played<Label>
}

function runScript(dialect: Dialect, home: Home, file: string, cwd: string): Promise<Finished> {
  if (dialect.shell === 'pwsh') return playInPowerShell(file, home.env, cwd)
  const path = shellPath(dialect.shell) ?? dialect.shell
  return runIn(home, [path, ...dialect.flags, file], { cwd })
}

/** Text before each mark, by the label in the mark. */
function sections(text: string, mark: RegExp): Map<string, string> {
  const parts = text.split(new RegExp(mark.source, `${mark.flags}g`))
  const found = new Map<string, string>()
  for (let at = 0; at + 1 < parts.length; at += 2) found.set(parts[at + 1] ?? '', parts[at] ?? '')
  return found
}

/** The variables of AWS and ssox, without the ones that the test set for the stand-in. */
export function identity({ env }: Report): Record<string, string> {
  return Object.fromEntries(
    [...env]
      .filter(([name]) => /^(AWS|SSOX|GRANTED)/.test(name))
      .filter(([name]) => !/^(AWS_ENDPOINT_URL)/.test(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

export const fish: Dialect = {
  shell: 'fish',
  name: 'fish',
  extension: 'fish',
  flags: ['--no-config'],
  prelude: [
    'function snap --argument-names label',
    '    set -l code $status',
    '    builtin echo "-- $label" >>$HOOK_TEST_LOG',
    "    builtin printf '\\x01%s\\x01\\n' $label >&2",
    "    builtin printf '\\x01%s\\x01%s\\0' $label $code",
    '    command env -0',
    "    builtin printf '\\x01%s=\\x01' $label",
    'end',
  ].join('\n'),
  load: `source '${hookPath('ssox.fish')}'`,
  quote: (text) => `'${text.replace(/[\\']/g, '\\$&')}'`,
  set: (name, value) => `set -gx ${name} ${fish.quote(value)}`,
  copy: (name, from) => `set -gx ${name} $${from}`,
  unset: (name) => `set -e ${name}`,
  interactive: (home, profile) => {
    const file = join(home.path, 'profile.fish')
    writeFileSync(file, `set -g fish_greeting\n${profile.join('\n')}\n`)
    return ['fish', '--no-config', '-C', `source ${fish.quote(file)}`]
  },
  ownPrompt: [
    'set -g prompts 0',
    'function count_prompts --on-event fish_prompt; set -g prompts (math $prompts + 1); end',
    'function fish_prompt; printf "READY %s #%s> " "$pipestatus" $prompts; end',
  ].join('\n'),
  venv: {
    activate: [
      'functions -c fish_right_prompt their_right_prompt',
      "function fish_right_prompt; printf '(venv) '; their_right_prompt; end",
    ].join('; '),
    deactivate: [
      'functions -e fish_right_prompt',
      'functions -c their_right_prompt fish_right_prompt',
      'functions -e their_right_prompt',
    ].join('; '),
  },
  shown: { success: 'READY 0 #', failure: 'READY 3 #' },
  andThen: (first, second) => `${first}; and ${second}`,
  snap: (label) => `snap ${fish.quote(label)}`,
}

export const pwsh: Dialect = {
  shell: 'pwsh',
  name: 'powershell',
  extension: 'ps1',
  flags: ['-NoLogo', '-NoProfile', '-NonInteractive', '-File'],
  prelude: [
    'function snap($label, $ok) {',
    '  [IO.File]::AppendAllText($env:HOOK_TEST_LOG, "-- $label`n")',
    '  $mark = [char]1',
    '  [Console]::Error.Write("$mark$label$mark`n")',
    // A status like that of other shells: what awsuse leaves, but 0 only when $? agrees.
    '  $code = if ($ok) { 0 } elseif ($global:LASTEXITCODE) { $global:LASTEXITCODE } else { 1 }',
    '  $out = [Console]::OpenStandardOutput()',
    '  $text = "$mark$label$mark$code`0"',
    '  foreach ($pair in [Environment]::GetEnvironmentVariables().GetEnumerator()) {',
    '    $text += "$($pair.Key)=$($pair.Value)`0"',
    '  }',
    '  $bytes = [Text.Encoding]::UTF8.GetBytes("$text$mark$label=$mark")',
    '  $out.Write($bytes, 0, $bytes.Length)',
    '  $out.Flush()',
    '}',
  ].join('\n'),
  load: `. '${hookPath('ssox.ps1')}'`,
  quote: (text) => `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`,
  set: (name, value) => `$env:${name} = ${pwsh.quote(value)}`,
  copy: (name, from) => `$env:${name} = $env:${from}`,
  unset: (name) => `$env:${name} = $null`,
  interactive: (home, profile) => {
    const folder = join(home.path, '.config', 'powershell')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'profile.ps1'), `${profile.join('\n')}\n`)
    return [shellPath('pwsh') ?? 'pwsh', '-NoLogo']
  },
  ownPrompt: [
    '$global:prompts = 0',
    'function prompt { $ok = $?; $global:prompts++; "READY $ok #$global:prompts> " }',
  ].join('\n'),
  venv: {
    activate: [
      'Copy-Item function:prompt function:their_prompt',
      "function prompt { '(venv) ' + (their_prompt) }",
    ].join('; '),
    deactivate: [
      'Copy-Item function:their_prompt function:prompt',
      'Remove-Item function:their_prompt',
    ].join('; '),
  },
  shown: { success: 'READY True #', failure: 'READY False #' },
  // `&&` takes no assignment on its right; Windows PowerShell has no `&&` at all.
  andThen: (first, second) => `${first}; if ($?) { ${second} }`,
  snap: (label) => `snap ${pwsh.quote(label)} $?`,
}
