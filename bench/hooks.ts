/**
 * `node --import tsx bench/hooks.ts [shell …]`: what the shell hooks cost inside the shells, as
 * ratios to one fork of the same shell (for fish and PowerShell: one external command) and to bare
 * `node`, taken in turn in one run, so that a machine whose speed drifts does not matter.
 * It needs the built program, and talks to loopback only.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fish, hookPath, installSsox } from '../test/hooks/hook-shell.ts'
import { bash, zsh } from '../test/hooks/posix-dialects.ts'
import type { Home } from '../test/support/home.ts'
import { type RealShell, shellPath } from '../test/support/in-shell.ts'
import { runIn } from '../test/support/machine.ts'
import { withSignIn } from '../test/support/signed-in.ts'

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 40)
const LOADS = 15

interface Bench {
  readonly shell: RealShell & ('bash' | 'zsh' | 'fish' | 'pwsh')
  /** Words before the script: a shell with a prompt, so that the hook draws its segment. */
  readonly flags: readonly string[]
  readonly extension: string
  /** Statement that loads the hook, and prints `load` and its microseconds. */
  readonly load: string
  /**
   * Statements that print, ROUNDS times, `switch`, `prompt` and `fork` and the microseconds of each
   * (of one of them: they are measured in batches).
   */
  readonly measure: string
}

/** Without a function around what is measured: in zsh, a call alone costs as much as a prompt. */
const POSIX_MEASURE = (draw: string) => `
clock() { clock=\${EPOCHREALTIME//[.,]/}; clock=\${clock:0:16}; }
show() { printf '%s %s\\n' "$1" $(((clock - started) / $2)); }
for ((round = 0; round < ${ROUNDS}; round++)); do
  clock; started=$clock
  for ((i = 0; i < 10; i++)); do awsuse dev; awsuse prod; done
  clock; show switch 20
  clock; started=$clock
  for ((i = 0; i < 50; i++)); do ${draw}; done
  clock; show prompt 50
  clock; started=$clock
  for ((i = 0; i < 10; i++)); do nothing=$(:); done
  clock; show fork 10
done`

/** The hook as at a terminal, which these scripts are not at; `main` writes it there. */
const PWSH_LOAD = '. "$HOME/hook.ps1"'

const BENCHES: readonly Bench[] = [
  {
    shell: 'bash',
    flags: ['--noprofile', '--norc', '-i'],
    extension: 'bash',
    load: timedLoad(bash.load),
    measure: POSIX_MEASURE('__ssox_prompt; text=${PS1@P}'),
  },
  {
    shell: 'zsh',
    flags: ['-f', '-i'],
    extension: 'zsh',
    // With the completion system, as in nearly every ~/.zshrc; without it there is no TAB.
    load: `zmodload zsh/datetime; autoload -Uz compinit; compinit -u -D; ${timedLoad(zsh.load)}`,
    measure: POSIX_MEASURE('__ssox_precmd; text=${(%)PROMPT}'),
  },
  {
    shell: 'fish',
    flags: ['--no-config', '-i'],
    extension: 'fish',
    // fish has no clock: what `date` itself takes is taken off again.
    load: `
function started; set -g before (date +%s%N); set -g started (date +%s%N); end
function show --argument-names name count
    set -l now (date +%s%N)
    echo $name (math -s0 "($now - $started - ($started - $before)) / 1000 / $count")
end
started; for i in 1 2 3 4 5 6 7 8 9 10; ${fish.load}; end; show load 10`,
    measure: `
for round in (seq ${ROUNDS})
    started
    for i in 1 2 3 4 5 6 7 8 9 10; awsuse dev; awsuse prod; end
    show switch 20
    started
    for i in 1 2 3 4 5 6 7 8 9 10; emit fish_prompt; fish_right_prompt >/dev/null; end
    show prompt 10
    started
    for i in 1 2 3 4 5 6 7 8 9 10; command true; end
    show fork 10
end`,
  },
  {
    shell: 'pwsh',
    flags: ['-NoLogo', '-NoProfile', '-File'],
    extension: 'ps1',
    load: `$watch = [Diagnostics.Stopwatch]::StartNew(); ${PWSH_LOAD}; "load $([long]($watch.Elapsed.TotalMilliseconds * 1000))"`,
    measure: `
function batch($name, $count, [scriptblock] $block) {
  $watch = [Diagnostics.Stopwatch]::StartNew()
  & $block
  "$name $([long]($watch.Elapsed.TotalMilliseconds * 1000 / $count))"
}
for ($round = 0; $round -lt ${ROUNDS}; $round++) {
  batch switch 20 { for ($i = 0; $i -lt 10; $i++) { awsuse dev; awsuse prod } }
  batch prompt 20 { for ($i = 0; $i -lt 20; $i++) { $null = __ssox_segment } }
  batch fork 10 { for ($i = 0; $i -lt 10; $i++) { /bin/true } }
}`,
  },
]

function timedLoad(load: string): string {
  return `ssox_started=$EPOCHREALTIME; ${load}; ssox_ended=$EPOCHREALTIME
printf 'load %s\\n' "$(awk "BEGIN { printf \\"%d\\", ($ssox_ended - $ssox_started) * 1000000 }")"`
}

async function main(wanted: readonly string[]): Promise<void> {
  console.log(`the fastest of ${ROUNDS} rounds, taken in turn; Node ${process.version}\n`)
  console.log(columns(['', 'µs', '× fork', '× bare node']))
  await withSignIn(async (home) => {
    installSsox(home)
    const hook = readFileSync(hookPath('ssox.ps1'), 'utf8')
    const atTerminal = hook.replace(/^if \(\[Console\]::IsInputRedirected.*$/m, '')
    if (atTerminal === hook)
      throw new Error('ssox.ps1 asks in another way whether it is at a terminal')
    writeFileSync(join(home.path, 'hook.ps1'), atTerminal)
    for (const bench of BENCHES) {
      if (wanted.length > 0 && !wanted.includes(bench.shell)) continue
      if (shellPath(bench.shell)) await measure(bench, home)
      else console.log(`${bench.shell}: not installed`)
    }
  })
}

async function measure(bench: Bench, home: Home): Promise<void> {
  const warmUp = 'awsuse dev\nawsuse prod\n'
  const seen = await run(bench, home, `${bench.load}\n${warmUp}${bench.measure}`)
  const fork = fastest(seen.get('fork'))
  const loads: number[] = []
  const nodes: number[] = []
  for (let at = 0; at < LOADS; at++) {
    loads.push(fastest((await run(bench, home, bench.load)).get('load')))
    nodes.push(bareNode())
  }
  const node = fastest(nodes)
  const row = (label: string, micros: number) =>
    console.log(
      columns([
        `${bench.shell}: ${label}`,
        micros.toFixed(0),
        (micros / fork).toFixed(2),
        (micros / node).toFixed(3),
      ]),
    )
  row('awsuse, warm', fastest(seen.get('switch')))
  row('prompt', fastest(seen.get('prompt')))
  row('loading the hook', fastest(loads))
  row(bench.shell === 'bash' || bench.shell === 'zsh' ? 'one fork' : 'one external command', fork)
  row('bare node', node)
}

/** The numbers that the script prints, by their name. */
async function run(bench: Bench, home: Home, script: string): Promise<Map<string, number[]>> {
  const file = join(home.path, `bench.${bench.extension}`)
  writeFileSync(file, `${script}\n`)
  const path = shellPath(bench.shell) ?? bench.shell
  const { status, stdout, stderr } = await runIn(home, [path, ...bench.flags, file], {
    timeout: 600_000,
  })
  const numbers = new Map<string, number[]>()
  for (const [, name = '', micros] of stdout.matchAll(/^(\w+) (\d+)$/gm))
    numbers.set(name, [...(numbers.get(name) ?? []), Number(micros)])
  if (status !== 0 || !numbers.has('load'))
    throw new Error(`${bench.shell} exited ${status}: ${stdout.slice(-500)}${stderr.slice(-2000)}`)
  return numbers
}

/** Microseconds of a Node that does nothing. */
function bareNode(): number {
  const started = performance.now()
  spawnSync(process.execPath, ['-e', '0'], { env: { PATH: process.env['PATH'] } })
  return (performance.now() - started) * 1000
}

/** What it costs when nothing else runs on the machine: whatever does can only add to it. */
function fastest(values: readonly number[] = []): number {
  return Math.min(...values)
}

function columns([label = '', ...numbers]: readonly string[]): string {
  return `${label.padEnd(32)}${numbers.map((number) => number.padStart(14)).join('')}`
}

await main(process.argv.slice(2))
