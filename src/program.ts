/** The full program: arguments → command → outcome; the one place that catches and that writes. */
import manifest from '../package.json' with { type: 'json' }
import { loadSettings, truth } from './checked-settings.ts'
import { help, shortHelp } from './cli/help.ts'
import { type Invocation, outputFlags, parse } from './cli/parse.ts'
import type { VerbName } from './cli/spec.ts'
import type { Command, Outcome } from './commands/command.ts'
import { createContext } from './create-context.ts'
import { Cancelled, EXIT, messageOf, SsoxError } from './problem.ts'
import { failureStatement } from './shells/failure.ts'
import { type Env, resolvePaths } from './state/paths.ts'
import { codeOf, reasonOf, writeAll } from './system/files.ts'
import { parentNames } from './system/surroundings.ts'
import { terminalFacts, writeStderr } from './system/terminal.ts'
import { shownIn } from './ui/charset.ts'
import { colours, decideColour } from './ui/colour.ts'
import { createSay, type Say } from './ui/say.ts'

/** One lazily loaded file per verb. */
const COMMANDS: Readonly<Record<VerbName, () => Promise<{ run: Command }>>> = {
  env: () => import('./commands/env.ts'),
  exec: () => import('./commands/exec.ts'),
  login: () => import('./commands/login.ts'),
  logout: () => import('./commands/logout.ts'),
  status: () => import('./commands/status.ts'),
  list: () => import('./commands/list.ts'),
  whoami: () => import('./commands/whoami.ts'),
  init: () => import('./commands/init.ts'),
  demo: () => import('./commands/demo.ts'),
}

const onWindows = process.platform === 'win32'
const BROKEN_PIPE = 141
const HANGUP = 129

/** Runs ssox and sets the exit code of the process; never rejects. */
export async function main(argv: readonly string[], env: Env): Promise<void> {
  const facts = terminalFacts()
  const output = outputFlags(argv)
  const setting = outputSettings(env)
  const say = createSay({
    write: (text) => writeStderr(shownIn(env, text)),
    colour: decideColour({
      flag: output.color,
      env,
      isTerminal: setting.color ?? facts.stderr,
    }),
    quiet: (output.quiet || setting.quiet) ?? false,
    debug: output.debug ?? false,
    columns: facts.columns,
  })
  const stop = cancelOnSignals()
  try {
    const outcome = await dispatch(argv, env, say, facts, stop.signal)
    process.exitCode = writeOutcome(outcome, say)
  } catch (error) {
    process.exitCode = report(error, say)
    if (!facts.stdout) writeOutcome({ stdout: failureOf(argv, env, error) }, say)
  } finally {
    stop.release()
  }
}

/** How ssox speaks, from the settings; what is wrong with them is said by `createContext`. */
function outputSettings(env: Env): { color?: boolean | undefined; quiet?: boolean | undefined } {
  try {
    const settings = loadSettings(resolvePaths(env).settings)
    return { color: truth(settings, 'color'), quiet: truth(settings, 'quiet') }
  } catch {
    return {}
  }
}

async function dispatch(
  argv: readonly string[],
  env: Env,
  say: Say,
  facts: ReturnType<typeof terminalFacts>,
  signal: AbortSignal,
): Promise<Outcome> {
  const invocation = parse(argv)
  if (invocation.kind !== 'run') return answerWithoutVerb(invocation, argv, env, say, facts)
  const { verb, flags } = invocation
  const ctx = createContext({ verb, flags, env: { ...env }, say, signal, facts })
  // The SDK reads this when it is loaded: its words about Node versions are not for our users, and
  // the variable is not for the commands that `exec` runs.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
  const { run } = await COMMANDS[verb]()
  return run(invocation, ctx)
}

function answerWithoutVerb(
  invocation: Exclude<Invocation, { kind: 'run' }>,
  argv: readonly string[],
  env: Env,
  say: Say,
  { stdout }: { stdout: boolean },
): Outcome {
  const colour = decideColour({
    flag: invocation.flags.color,
    env,
    isTerminal: outputSettings(env).color ?? stdout,
  })
  if (invocation.kind === 'version') return { stdout: `${manifest.version}\n` }
  if (invocation.kind === 'help')
    return { stdout: shownIn(env, help(invocation.verb, colours(colour))) }
  say.lines(shortHelp(say.colours))
  const statement = stdout ? '' : failureOf(argv, env, 'there is no command')
  return { stdout: statement, exitCode: EXIT.usage }
}

/** Aborts every wait on the first signal; a second one ends ssox the hard way. */
function cancelOnSignals() {
  const controller = new AbortController()
  const handlers = [
    ['SIGINT', EXIT.interrupted],
    ['SIGTERM', EXIT.terminated],
    ['SIGHUP', HANGUP],
  ] as const
  const release = handlers.map(([signal, exitCode]) => {
    const handler = () => controller.abort(new Cancelled(exitCode))
    process.once(signal, handler)
    return () => process.off(signal, handler)
  })
  return {
    signal: controller.signal,
    release: () => {
      for (const off of release) off()
    },
  }
}

/** Writes the result; a full disk or a closed pipe is never a success. */
function writeOutcome({ stdout = '', exitCode = 0 }: Outcome, say: Say): number {
  if (stdout === '') return exitCode
  try {
    writeAll(1, stdout)
    return exitCode
  } catch (error) {
    return report(error, say)
  }
}

function report(error: unknown, say: Say): number {
  if (error instanceof Cancelled) return error.exitCode
  if (isWriteFailure(error)) return reportUnwritten(error, say)
  say.problem(error)
  return error instanceof SsoxError ? error.exitCode : EXIT.internal
}

/** A verb that writes as it goes (`demo`, `status --watch`) fails as `writeOutcome` does. */
function isWriteFailure(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'write'
}

/** Nobody is told when it was the reader who left. */
function reportUnwritten(error: unknown, say: Say): number {
  if (codeOf(error) === 'EPIPE') return BROKEN_PIPE
  return report(
    new SsoxError(
      'storage',
      `cannot write the result: ${reasonOf(error)}`,
      'free some space, or write it somewhere else',
    ),
    say,
  )
}

/** What `env` prints when it fails, so that `eval "$(ssox env x)" && deploy` does not deploy. */
function failureOf(argv: readonly string[], env: Env, error: unknown): string {
  const message = messageOf(error)
  return failureStatement(argv, { message, parentNames, shellEnv: env['SHELL'], onWindows })
}
