/**
 * `credential_process` profiles (AWS "Process credential provider"): the command's stdout is JSON
 * with Version 1.
 */
import type { Credentials } from '../aws/credentials.ts'
import type { ProcessProfile } from '../aws/profile.ts'
import { parseTime } from '../aws/time.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { foreignHands } from '../system/foreign-hands.ts'
import { typedWord } from '../ui/typed-command.ts'
import { answerOf } from './command-answer.ts'

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
  const chain = runningFor(ctx)
  if (chain.includes(name)) throw inCircle(chain.slice(chain.indexOf(name)), name, source)
  const marked = { [CHAIN_VARIABLE]: JSON.stringify([...chain, name]) }
  const answer = await answerOf(command, ctx, marked)
  if (answer.stdout === undefined) {
    const { why } = answer
    if (why.startsWith(`ssox: ${CIRCLE}`)) throw circle(why.slice('ssox: '.length), name, source)
    throw failed(name, why)
  }
  return parseAnswer(name, answer.stdout, ctx.now())
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

function failed(name: string, why: string): SsoxError {
  return new SsoxError(
    'profile',
    `credential_process of profile "${name}" failed: ${why}`,
    `run it by hand: the command is credential_process of "${name}" in the AWS config file`,
  )
}
