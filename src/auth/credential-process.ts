/**
 * `credential_process` profiles (AWS "Process credential provider"): the command's stdout is JSON
 * with Version 1. Run without a shell, as botocore does; at most 60 s and 1 MiB.
 */
import { execa, type Result } from 'execa'
import type { Credentials } from '../aws/credentials.ts'
import type { ProcessProfile } from '../aws/profile.ts'
import { parseTime } from '../aws/time.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { foreignHands } from '../system/foreign-hands.ts'
import { splitWords } from '../text/shell-words.ts'
import { typedWord } from '../ui/typed-command.ts'

const TIMEOUT_MS = 60_000
/** A command that does not end when asked to is ended. */
const GRACE_MS = 1_000
/** What a command leaves running may hold its output open: once it has ended, no longer than this. */
const OUTPUT_MS = 1_000
const MAX_OUTPUT_BYTES = 1024 * 1024
/** Names of the profiles whose commands are running, as JSON: one that asks for itself never ends. */
const CHAIN_VARIABLE = 'SSOX_PROCESS_CHAIN'
/** The same of the AWS CLI, with commas. */
const CLI_CHAIN_VARIABLE = '_AWS_CLI_PROFILE_CHAIN'
const CIRCLE = 'credential_process goes round in a circle: '

/**
 * @throws SsoxError `profile` when somebody else may have written the command, when it fails, or
 *   prints something else
 */
export async function runCredentialProcess(
  { name, command, file: source }: ProcessProfile,
  ctx: Context,
): Promise<Credentials> {
  const foreign = foreignHands(source, ctx.env)
  if (foreign)
    throw new SsoxError(
      'profile',
      `credential_process of profile "${name}" is not run: ${source} says what to run, and ${foreign.who}`,
      foreign.fix.map((word) => typedWord(word)).join(' '),
    )
  const words = splitWords(command)
  const [file, ...args] = words ?? []
  const chain = runningFor(ctx)
  if (chain.includes(name)) throw inCircle(chain.slice(chain.indexOf(name)), name, source)
  if (!words) throw failed(name, 'a quote in it is not closed, or a backslash ends it')
  if (!file) throw failed(name, 'it is empty')
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
    env: { ...withoutCredentials(ctx), [CHAIN_VARIABLE]: JSON.stringify([...chain, name]) },
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
  if (late.aborted) throw failed(name, `no answer within ${TIMEOUT_MS / 1000} s`)
  if (result.isMaxBuffer) throw failed(name, 'it prints more than 1 MiB')
  if (result.code === 'ENOENT') throw failed(name, `there is no program ${file}`)
  if (result.failed) {
    const said = headline(result.stderr ?? '')
    if (said?.startsWith(`ssox: ${CIRCLE}`)) throw circle(said.slice('ssox: '.length), name, source)
    throw failed(name, said || endOf(result) || 'it failed')
  }
  return parseAnswer(name, result.stdout, ctx.now())
}

function runningFor({ env }: Context): string[] {
  const theirs = (env[CLI_CHAIN_VARIABLE] ?? '').split(',').filter((name) => name !== '')
  try {
    const ours: unknown = JSON.parse(env[CHAIN_VARIABLE] ?? '[]')
    if (!Array.isArray(ours)) return theirs
    return [...theirs, ...ours.filter((name): name is string => typeof name === 'string')]
  } catch {
    return theirs
  }
}

function inCircle(chain: readonly string[], name: string, source: string): SsoxError {
  const names = [...chain, name].map((one) => JSON.stringify(one))
  return circle(`${CIRCLE}${names.join(' → ')}`, name, source)
}

function circle(message: string, name: string, source: string): SsoxError {
  return new SsoxError(
    'profile',
    message,
    `correct credential_process of profile ${JSON.stringify(name)} in ${source}`,
  )
}

function parseAnswer(name: string, stdout: string, now: number): Credentials {
  let answer: unknown
  try {
    answer = JSON.parse(stdout)
  } catch {
    throw failed(name, 'it does not print JSON')
  }
  if (typeof answer !== 'object' || answer === null)
    throw failed(name, 'it does not print an object')
  const { Version, AccessKeyId, SecretAccessKey, SessionToken, Expiration, AccountId } =
    answer as Record<string, unknown>
  // Not quoted: a command that mixes its fields up may have put a key there.
  if (Version !== 1) throw failed(name, 'Version is not the number 1')
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string')
    throw failed(name, 'AccessKeyId or SecretAccessKey is missing')
  // null is no end at all, as to the AWS CLI.
  const expiresAt = parseTime(Expiration)
  if (Expiration !== undefined && Expiration !== null && expiresAt === undefined)
    throw failed(name, 'Expiration is not a time')
  if (expiresAt !== undefined && expiresAt <= now) throw failed(name, 'its credentials have ended')
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: typeof SessionToken === 'string' ? SessionToken : undefined,
    expiresAt,
    accountId: typeof AccountId === 'string' ? AccountId : undefined,
  }
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

/** How it ended, where its own words are on the terminal already. */
function endOf({
  exitCode,
  signal,
  originalMessage,
}: Pick<Result, 'exitCode' | 'signal' | 'originalMessage'>) {
  if (exitCode !== undefined) return `it ended with status ${exitCode}`
  return signal === undefined ? originalMessage : `it was ended by ${signal}`
}

function failed(name: string, why: string): SsoxError {
  return new SsoxError(
    'profile',
    `credential_process of profile "${name}" failed: ${why}`,
    `run it by hand: the command is credential_process of "${name}" in the AWS config file`,
  )
}
