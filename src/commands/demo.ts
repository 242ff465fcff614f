/** `ssox demo`: everything on an Identity Center that ssox runs itself; no AWS account needed. */
import { fileURLToPath } from 'node:url'
import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { createDemoHome, DEMO_PROFILES, type DemoHome } from '../demo/home.ts'
import { type IdentityCenter, startIdentityCenter } from '../demo/identity-center/index.ts'
import { runTour } from '../demo/tour.ts'
import { EXIT } from '../problem.ts'
import { shellNameOf } from '../shells/shell.ts'
import type { Env } from '../state/paths.ts'
import { writeAll } from '../system/files.ts'
import { findCommand } from '../system/find-command.ts'
import { runCommand, userShell } from '../system/run-command.ts'
import { forTerminal } from '../text/terminal-text.ts'
import { colours } from '../ui/colour.ts'

/** On a terminal a shell in the demo's home; without one, or with `--script`, the tour. */
export async function run({ flags }: Call, ctx: Context): Promise<Outcome> {
  const asTour = flags.script || !(ctx.terminal.stdin && ctx.terminal.stdout)
  const center = await startIdentityCenter(asTour ? 'auto' : 'person')
  const program = fileURLToPath(new URL('./main.cjs', import.meta.url))
  try {
    const home = createDemoHome(center, program, ctx.env, asTour ? 'fetch' : undefined)
    try {
      return asTour ? await tour(center, home, ctx) : await shell(center, home, ctx)
    } finally {
      home.remove()
    }
  } finally {
    await center.close()
  }
}

async function tour(center: IdentityCenter, home: DemoHome, ctx: Context): Promise<Outcome> {
  const { bold, dim } = colours(ctx.terminal.colour)
  const print = (text: string) => writeAll(1, text)
  print(`An Identity Center on ${center.url}, accounts and people made up, a home of its own.\n`)
  const failed = await runTour({
    home,
    print,
    bold,
    dim,
    clean: (text) => masked(center, text).split('\n').map(forTerminal).join('\n'),
    signal: ctx.signal,
  })
  const { counts } = center
  const signIns = (counts['CreateToken:code'] ?? 0) + (counts['CreateToken:device'] ?? 0)
  print(
    failed.length === 0
      ? `\nDone: ${signIns} sign-in, ${counts['GetRoleCredentials'] ?? 0} sets of role credentials. Your own home was not touched.\n`
      : `\nFailed: ${failed.join('; ')}\n`,
  )
  return { exitCode: failed.length === 0 ? 0 : EXIT.internal }
}

/** Every secret that the center has handed out is shown by its first four characters. */
function masked(center: IdentityCenter, text: string): string {
  const secrets = center.secrets().sort((a, b) => b.length - a.length)
  return secrets.reduce(
    (shown, secret) => shown.replaceAll(secret, `${secret.slice(0, 4)}…[masked]`),
    text,
  )
}

/** The person's own shell if it has a hook, else one that has; the system's if there is none. */
function demoShell(env: Env): string {
  const own = env['SHELL']
  if (own && hasHook(own)) return own
  if (process.platform === 'win32') return 'powershell.exe'
  const found = ['bash', 'zsh', 'fish'].flatMap((name) => findCommand(name, env['PATH']) ?? [])
  return found[0] ?? userShell(env)
}

/** True for a shell in which there is `awsuse`. */
function hasHook(command: string): boolean {
  return ['bash', 'zsh', 'fish', 'powershell'].includes(shellNameOf(command) ?? '')
}

async function shell(center: IdentityCenter, home: DemoHome, ctx: Context): Promise<Outcome> {
  const command = demoShell(ctx.env)
  const names = DEMO_PROFILES.map(([name]) => name).join(', ')
  ctx.say.lines(
    [
      `An Identity Center runs on ${center.url} until you leave this shell (exit).`,
      `Profiles: ${names}. Your own home is not touched. Try:`,
      '',
      ...(hasHook(command)
        ? ['  awsuse unicorn && ssox whoami', '  awsuse']
        : ['  eval "$(ssox env unicorn)" && ssox whoami']),
      '  ssox console unicorn',
      '  ssox status',
      '  ssox logout',
      '',
      '',
    ].join('\n'),
  )
  const { exitCode, problem } = await runCommand(command, [], home.env)
  if (problem) ctx.say.ask(problem)
  return { exitCode }
}
