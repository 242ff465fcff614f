/** The full program: arguments → command → outcome; the one place that catches and that writes. */
import manifest from '../package.json' with { type: 'json' }
import type { Command, Outcome } from './cli/command.ts'
import { type Invocation, invocationOf, readFlags } from './cli/parse.ts'
import { runVerb } from './cli/run-verb.ts'
import type { VerbName } from './cli/spec.ts'
import { type CommandLine, readWords } from './cli/words.ts'
import { createContext } from './create-context.ts'
import { Cancelled, EXIT, messageOf, SsoxError } from './problem.ts'
import { type LoadedSettings, loadSettings } from './settings/load.ts'
import { failureStatement } from './shells/failure.ts'
import { speakerOf } from './shells/speaker.ts'
import type { Env } from './state/paths.ts'
import { codeOf, reasonOf, writeAll } from './system/files.ts'
import { heeded, ignoreAgain } from './system/hangup.ts'
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
  console: () => import('./commands/console.ts'),
  'credential-process': () => import('./commands/credential-process.ts'),
  init: () => import('./commands/init.ts'),
  setup: () => import('./commands/setup.ts'),
  demo: () => import('./commands/demo.ts'),
  write: () => import('./commands/write.ts'),
  doctor: () => import('./commands/doctor.ts'),
}

const BROKEN_PIPE = 141
const HANGUP = 129

/** What one run is made of; read once. */
interface Run {
  readonly line: CommandLine
  readonly env: Env
  readonly settings: LoadedSettings
  readonly facts: ReturnType<typeof terminalFacts>
  readonly say: Say
  /** Colour on stdout; that on stderr is part of `say`. */
  readonly colour: boolean
}

/** Runs ssox and sets the exit code of the process; never rejects. */
export async function main(argv: readonly string[], env: Env): Promise<void> {
  const run = await startRun(argv, env)
  const stop = cancelOnSignals(env)
  try {
    const outcome = await Promise.race([crash(), dispatch(run, stop.signal)])
    process.exitCode = writeOutcome(outcome, run.say)
  } catch (error) {
    process.exitCode = fail(error, run)
  } finally {
    stop.release()
  }
  // All is written by now, and what is still open (a socket that is kept alive) is for nobody: Node
  // would wait for it, and take its heap apart.
  process.exit()
}

async function startRun(argv: readonly string[], env: Env): Promise<Run> {
  const line = readWords(argv, speakerOf(env))
  const { flags } = readFlags(line)
  const settings = await loadSettings(env)
  const facts = terminalFacts()
  const colourOn = (isTerminal: boolean) =>
    decideColour({ flag: flags.color, env, isTerminal: settings.values.color ?? isTerminal })
  const say = createSay({
    write: writeStderr,
    colour: colourOn(facts.stderr),
    quiet: flags.quiet ?? settings.values.quiet ?? false,
    debug: flags.debug ?? false,
    columns: facts.columns,
  })
  return { line, env, settings, facts, say, colour: colourOn(facts.stdout) }
}

async function dispatch(run: Run, signal: AbortSignal): Promise<Outcome> {
  const invocation = invocationOf(run.line)
  if (invocation.kind === 'mistake') {
    const { problemOf } = await import('./cli/mistakes.ts')
    throw problemOf(invocation.mistake, run.line)
  }
  if (invocation.kind !== 'run') return answerWithoutVerb(invocation, run)
  const { env, ...rest } = run
  const ctx = createContext({ ...rest, invocation, env: { ...env }, signal })
  // The SDK reads this when it is loaded: its words about Node versions are not for our users, and
  // the variable is not for the commands that `exec` runs.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
  const command = await runVerb(invocation.verb, COMMANDS)
  return command.run(invocation, ctx)
}

async function answerWithoutVerb(
  invocation: Exclude<Invocation, { kind: 'run' | 'mistake' }>,
  { line, env, facts, say, colour }: Run,
): Promise<Outcome> {
  if (invocation.kind === 'version') return { stdout: `${manifest.version}\n` }
  const style = colours(colour)
  if (invocation.kind === 'topic') {
    const { topicText } = await import('./help/topics.ts')
    return { stdout: shownIn(env, topicText(invocation.topic, env, style)) }
  }
  const { help, shortHelp } = await import('./cli/help.ts')
  if (invocation.kind === 'help')
    return { stdout: shownIn(env, help(invocation.verb, style, invocation.speaker)) }
  say.lines(shownIn(env, shortHelp(say.colours)))
  const statement = facts.stdout ? '' : failureOf(line, env, () => 'there is no command')
  return { stdout: statement, exitCode: EXIT.usage }
}

/** Aborts every wait on the first signal; a second one ends ssox the hard way. */
function cancelOnSignals(env: Env) {
  ignoreAgain(env)
  const controller = new AbortController()
  const codes = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: HANGUP }
  const release = heeded(['SIGINT', 'SIGTERM', 'SIGHUP'] as const, env).map((signal) => {
    const handler = () => controller.abort(new Cancelled(codes[signal]))
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

/** What nobody catches ends the command like any failure: Node itself would print it unmasked. */
function crash(): Promise<never> {
  return new Promise((_, reject) => {
    process.on('uncaughtException', reject)
    process.on('unhandledRejection', reject)
  })
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

/** The shell's failing statement comes first: nothing in the telling may keep it from stdout. */
function fail(error: unknown, { line, env, facts, say }: Run): number {
  const statement = facts.stdout ? '' : failureOf(line, env, () => say.masked(messageOf(error)))
  writeOutcome({ stdout: statement }, say)
  return report(error, say)
}

function report(error: unknown, say: Say): number {
  if (error instanceof Cancelled) return error.exitCode
  if (isWriteFailure(error)) return reportUnwritten(error, say)
  try {
    say.problem(error)
  } catch {
    // The text cannot be made harmless, so it is not shown.
    writeStderr('ssox: internal error\n')
  }
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
function failureOf(line: CommandLine, env: Env, message: () => string): string {
  const hints = { shellEnv: env['SHELL'], onWindows: process.platform === 'win32' }
  try {
    return failureStatement(line, { ...hints, message: message(), parentNames })
  } catch {
    const none = { message: 'it has failed', parentNames: () => [] }
    return failureStatement(line, { ...hints, ...none })
  }
}
