/** Commands of the user's files whose stdout is the answer: run without a shell, as botocore does. */
import { execa, type Result } from 'execa'
import type { Context } from '../context.ts'
import { reasonOf } from '../system/files.ts'
import { splitWords } from '../text/shell-words.ts'

const TIMEOUT_MS = 60_000
/** A command that does not end when asked to is ended. */
const GRACE_MS = 1_000
/** What a command leaves running may hold its output open: once it has ended, no longer than this. */
const OUTPUT_MS = 1_000
const MAX_OUTPUT_BYTES = 1024 * 1024

/** What a command printed, or why there is no answer. */
export type CommandAnswer =
  | { readonly stdout: string; readonly why?: never }
  | { readonly stdout?: never; readonly why: string }

/**
 * Runs a command line, for at most 60 s and 1 MiB of output. On a terminal it may ask.
 * @param variables of the command, beside those of ssox without any credentials
 * @throws the signal's reason when aborted
 */
export async function answerOf(
  line: string,
  ctx: Context,
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandAnswer> {
  const words = splitWords(line)
  const [file, ...args] = words ?? []
  if (!words) return { why: 'a quote in it is not closed, or a backslash ends it' }
  if (!file) return { why: 'it is empty' }
  const late = AbortSignal.timeout(TIMEOUT_MS)
  const stop = AbortSignal.any([ctx.signal, late])
  const running = execa(file, args, {
    stdin: ctx.interactive ? 'inherit' : 'ignore',
    // Where it asks for a code or a touch of a key; on a terminal that must be seen at once.
    stderr: ctx.terminal.stderr ? 'inherit' : 'pipe',
    maxBuffer: MAX_OUTPUT_BYTES,
    cancelSignal: stop,
    forceKillAfterDelay: GRACE_MS,
    // Otherwise execa ends ssox itself on a signal, before anything can be said.
    cleanup: false,
    reject: false,
    extendEnv: false,
    env: { ...withoutCredentials(ctx), ...variables },
  })
  const letGo = () => {
    running.stdout?.destroy()
    running.stderr?.destroy()
  }
  stop.addEventListener('abort', letGo, { once: true })
  let held: NodeJS.Timeout | undefined
  running.once('exit', () => {
    held = setTimeout(letGo, OUTPUT_MS)
  })
  const result = await running
  clearTimeout(held)
  ctx.signal.throwIfAborted()
  if (late.aborted) return { why: `no answer within ${TIMEOUT_MS / 1000} s` }
  if (result.isMaxBuffer) return { why: 'it prints more than 1 MiB' }
  if (result.code === 'ENOENT') return { why: `there is no program ${file}` }
  if (result.failed) return { why: headline(result.stderr ?? '') || endOf(result) }
  return { stdout: result.stdout }
}

/** The command must not see the credentials of the profile that the shell has now. */
function withoutCredentials({ env }: Context): Record<string, string | undefined> {
  const {
    AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY,
    AWS_SESSION_TOKEN,
    AWS_SECURITY_TOKEN,
    ...rest
  } = env
  return rest
}

/**
 * The last line that is not indented: what a traceback ends with, and what ssox and its like say
 * before the command that mends it.
 */
function headline(text: string): string | undefined {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '')
  return (lines.findLast((line) => /^\S/.test(line)) ?? lines.at(-1))?.trim()
}

/** How it ended, where its own words are on the terminal already; or why it has not begun. */
function endOf({ exitCode, signal, cause }: Pick<Result, 'exitCode' | 'signal' | 'cause'>) {
  if (exitCode !== undefined) return `it ended with status ${exitCode}`
  return signal === undefined
    ? `it cannot be started: ${reasonOf(cause)}`
    : `it was ended by ${signal}`
}
