/** `ssox exec --each`: one command for many profiles. */
import type { ChildProcess } from 'node:child_process'
import { AT_ONCE, createPacer } from '../auth/pace.ts'
import { type AwsFiles, profileNames } from '../aws/profile.ts'
import { ssoRoot } from '../aws/role-chain.ts'
import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { Cancelled, EXIT, type ProblemKind, SsoxError } from '../problem.ts'
import { withoutWritten } from '../profiles/credentials-file.ts'
import { refuseIdentityBeside } from '../profiles/identity-flags.ts'
import { matchingProfiles } from '../profiles/matching-profiles.ts'
import { changeFor, ensureSignIn, envMode, minLeftMs } from '../profiles/profile-change.ts'
import { type ChosenProfile, called } from '../profiles/profile-choice.ts'
import { expiryOf, noteBrokenLines } from '../profiles/profile-state.ts'
import { confirmAllProtected } from '../profiles/protected-profile.ts'
import { changed } from '../shells/change.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { tokenFileOf } from '../state/token-cache.ts'
import { endAfterSignal, relaySignals, runBeside } from '../system/run-command.ts'
import { listWords, matchesGlob, parseGlobs } from '../text/glob.ts'
import { shownIn } from '../ui/charset.ts'
import { typedWord, whyNotStarted } from '../ui/typed-command.ts'
import { createPrinter, type Entry, type Printer, type Result } from './each-output.ts'

/**
 * Runs the command of the call for every profile that matches, in the order of the files. The exit
 * code is that of the first one in this order that has failed.
 * @throws SsoxError `usage`, `profile` when nothing matches; Cancelled
 */
export async function runEach(globs: string, call: Call, ctx: Context): Promise<Outcome> {
  const [command, ...args] = wholeCommand(globs, call)
  const files = loadAwsFiles(ctx.paths)
  const entries = matching(globs, files, ctx).map((name) => entryOf(name, files, ctx))
  noteBrokenLines(files, ctx)
  const chosen = entries.flatMap((entry) => ('chosen' in entry ? entry.chosen : []))
  await confirmAllProtected(chosen, call, ctx)
  const parallel = call.flags.parallel ?? 1
  const beside = afterSignIn(await signInOnce(chosen, call, ctx), parallel, ctx)
  const running = new Set<ChildProcess>()
  const printer = createPrinter(entries, call.flags.json === true, parallel > 1, ctx, () => {
    for (const child of running) child.kill('SIGTERM')
  })
  const results: (Ended | undefined)[] = entries.map(() => undefined)
  const busy = new Set<string>()
  const stops = [
    relaySignals(running, ctx.env),
    endAfterSignal(running, ctx, () => sayWaiting(busy, ctx)),
  ]
  let next = 0
  const work = async () => {
    while (next < entries.length && !ctx.signal.aborted && !printer.failure()) {
      const at = next++
      const entry = entries[at] as Entry
      busy.add(entry.name)
      const result = await runOne(entry, command, args, call, beside, printer, running)
      busy.delete(entry.name)
      results[at] = result && ended(result)
      printer.finished(at, result)
    }
  }
  try {
    await Promise.all(Array.from({ length: parallel }, work))
  } finally {
    for (const stop of stops) stop()
  }
  printer.close()
  if (printer.failure()) throw printer.failure()
  ctx.say.note(shownIn(ctx.env, summary(results)))
  const { reason } = ctx.signal
  if (ctx.signal.aborted) return { exitCode: reason instanceof Cancelled ? reason.exitCode : 1 }
  return { exitCode: results.find((result) => result?.exitCode)?.exitCode ?? 0 }
}

/** How it went, without the output: that of hundreds is not held once it has been shown. */
type Ended = Pick<Result, 'name' | 'exitCode' | 'problem'>

function ended({ name, exitCode, problem }: Result): Ended {
  return { name, exitCode, problem }
}

/** Tells a person why it goes on after ^C, and how to end it; false where nobody is. */
function sayWaiting(busy: ReadonlySet<string>, { terminal, say, signal }: Context): boolean {
  const isInterrupt =
    signal.reason instanceof Cancelled && signal.reason.exitCode === EXIT.interrupted
  if (!terminal.stdin || !terminal.stderr || !isInterrupt) return false
  say.note(`waiting for the end of ${[...busy].join(', ')}; ^C again ends what is left`)
  return true
}

/** @throws SsoxError `usage` for what does not go together with `--each` */
function wholeCommand(globs: string, call: Call): readonly [string, ...string[]] {
  const { flags, rest, args } = call
  refuseIdentityBeside({ ...call, args: [globs] })
  if (flags.serve)
    throw new SsoxError(
      'usage',
      '--serve is for one profile, --each for many',
      'leave one of them out',
    )
  const words = [...args, ...rest].map((word) => typedWord(word)).join(' ')
  const [first, ...others] = rest
  if (args.length > 0)
    throw new SsoxError(
      'usage',
      'with --each the profiles are named by its globs, and the command stands after --',
      `ssox exec --each ${typedWord(globs)} -- ${words}`,
    )
  if (!first) throw new SsoxError('usage', 'exec --each needs a command', 'ssox exec --help')
  return [first, ...others]
}

/**
 * The profiles that the list means, each once, in the order of the files: names, and globs over all
 * names, which leave sections out that hold settings only, and those of `ssox write`: the command
 * would run twice for one account and role.
 * @throws SsoxError `profile` for a word of the list that matches nothing
 */
function matching(list: string, files: AwsFiles, ctx: Context): readonly string[] {
  const names = profileNames(files)
  const isMeant = (word: string) =>
    names.some((name) => parseGlobs(word)?.some((glob) => matchesGlob(glob, name)))
  // A profile may be called `my team`; `dev prod` are two.
  const words = listWords(list).flatMap((word) => (isMeant(word) ? [word] : word.split(/\s+/)))
  const found = matchingProfiles(words, withoutWritten(files, ctx))
  const unknown = found.find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw new SsoxError('profile', `no profile matches "${unknown}"`, 'ssox list')
  if (found.length === 0)
    throw new SsoxError('usage', '--each names no profile', "ssox exec --each '*' -- <command>")
  return names.filter((name) => found.includes(name))
}

function entryOf(name: string, files: AwsFiles, ctx: Context): Entry {
  try {
    return { name, chosen: called(files, name, ctx) }
  } catch (error) {
    if (error instanceof SsoxError) return { name, problem: error }
    throw error
  }
}

/**
 * Signs in to each session whose profiles need it, before anything runs.
 * @returns whether that has failed for one
 */
async function signInOnce(
  chosen: readonly ChosenProfile[],
  call: Call,
  ctx: Context,
): Promise<boolean> {
  const seen = new Set<string>()
  let hasFailed = false
  for (const { profile } of chosen) {
    const root = ssoRoot(profile)
    const left = (expiryOf(profile, ctx) ?? 0) - ctx.now()
    const isNeeded =
      left < minLeftMs(call, ctx) || call.flags.refresh || envMode(call, ctx) === 'profile'
    if (!root || !isNeeded || seen.has(tokenFileOf(root.session, ctx.paths).key)) continue
    seen.add(tokenFileOf(root.session, ctx.paths).key)
    try {
      await ensureSignIn(profile, ctx)
    } catch (error) {
      if (!(error instanceof SsoxError)) throw error
      // Each profile of the session says so in its turn.
      hasFailed = true
    }
  }
  return hasFailed
}

/** Nobody is asked again; several at a time must not ask anything. */
function afterSignIn(hasFailed: boolean, parallel: number, ctx: Context): Context {
  const isAlone = parallel === 1
  return {
    ...ctx,
    paced: createPacer(ctx.signal, AT_ONCE),
    interactive: ctx.interactive && isAlone,
    cannotAsk: isAlone ? ctx.cannotAsk : '--parallel',
    signIn: {
      ...ctx.signIn,
      allowed: false,
      why: hasFailed && ctx.signIn.allowed ? 'the one just now has failed' : ctx.signIn.why,
    },
    say: { ...ctx.say, note: ctx.say.debug },
  }
}

/** undefined: it was cancelled before the command has started. */
async function runOne(
  entry: Entry,
  command: string,
  args: readonly string[],
  call: Call,
  ctx: Context,
  printer: Printer,
  running: Set<ChildProcess>,
): Promise<Result | undefined> {
  const { name } = entry
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
  const end = (exitCode: number, problem?: SsoxError): Result => ({
    name,
    exitCode,
    problem,
    stdout,
    stderr,
  })
  printer.started(name)
  if ('problem' in entry) return end(entry.problem.exitCode, entry.problem)
  let env: Record<string, string>
  try {
    env = changed(ctx.env, await changeFor(entry.chosen, call, ctx))
    ctx.signal.throwIfAborted()
  } catch (error) {
    if (ctx.signal.aborted) return undefined
    if (error instanceof SsoxError) return end(error.exitCode, error)
    throw error
  }
  const sinks = printer.sinks(name, stdout, stderr)
  const { exitCode, problem } = await runBeside(command, args, { env, ...sinks.on }, running)
  sinks.end()
  return end(
    exitCode,
    problem === undefined ? undefined : new SsoxError('usage', problem, whyNotStarted(command)),
  )
}

const WHY: Readonly<Partial<Record<ProblemKind, string>>> = {
  profile: 'invalid',
  'sign-in': 'sign-in needed',
  refused: 'no access',
  network: 'not available',
  busy: 'busy',
  usage: 'cannot start',
}

/** `2 ok · 1 failed: prod (exit 3) · 4 not run` */
function summary(results: readonly (Ended | undefined)[]): string {
  const done = results.filter((result) => result !== undefined)
  const failed = done.filter(({ exitCode }) => exitCode !== 0)
  const notRun = results.length - done.length
  const why = ({ exitCode, problem }: Ended) => (problem && WHY[problem.kind]) ?? `exit ${exitCode}`
  const each = failed.map((result) => `${result.name} (${why(result)})`).join(', ')
  return [
    `${done.length - failed.length} ok`,
    ...(failed.length > 0 ? [`${failed.length} failed: ${each}`] : []),
    ...(notRun > 0 ? [`${notRun} not run`] : []),
  ].join(' · ')
}
