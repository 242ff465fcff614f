/**
 * `credential_source` of a role profile: environment variables, metadata of the EC2 machine, or of
 * the container (ECS, EKS Pod Identity).
 */
import { setTimeout as delay } from 'node:timers/promises'
import { fromHttp } from '@aws-sdk/credential-provider-http'
import { fromInstanceMetadata } from '@smithy/credential-provider-imds'
import type { Credentials } from '../aws/credentials.ts'
import type { Context } from '../context.ts'
import { messageOf, SsoxError } from '../problem.ts'

/** The provider would write to the console where two variables say the same. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

const ANSWER_MS = 5_000
const ATTEMPTS = 4
const PAUSE_MS = 1_000

/** @throws SsoxError `profile` when the source has no credentials here; the signal's reason */
export async function credentialsFromSource(
  source: 'environment' | 'ec2' | 'ecs',
  profileName: string,
  ctx: Context,
): Promise<Credentials> {
  if (source === 'environment') return fromEnvironment(profileName, ctx)
  if (source === 'ec2' && ctx.env['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true')
    throw new SsoxError(
      'profile',
      `credential_source of profile "${profileName}" is Ec2InstanceMetadata, which AWS_EC2_METADATA_DISABLED turns off`,
      'unset AWS_EC2_METADATA_DISABLED',
    )
  try {
    const found = await (source === 'ec2' ? ofMachine(ctx) : ofContainer(ctx))
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = found
    return { accessKeyId, secretAccessKey, sessionToken, expiresAt: expiration?.getTime() }
  } catch (error) {
    ctx.signal.throwIfAborted()
    throw new SsoxError(
      'profile',
      `credential_source of profile "${profileName}" has no credentials here: ${reasonOf(error)}`,
      'run it on the machine that has the role, or use source_profile',
      { cause: error },
    )
  }
}

/** A SyntaxError quotes the answer, which may hold keys. */
function reasonOf(error: unknown): string {
  return error instanceof SyntaxError
    ? 'its answer is no JSON'
    : (messageOf(error).split('\n', 1)[0] ?? '')
}

function ofMachine({ signal }: Context) {
  return inTime(fromInstanceMetadata()(), signal)
}

/** As often as the provider itself would ask: it may be about to start. */
async function ofContainer({ signal }: Context) {
  // Its own time limit is no limit, but a warning on the screen.
  const ask = fromHttp({ logger: SILENT, timeout: 0, maxRetries: 0 })
  for (let attempt = 1; ; attempt++) {
    try {
      return await inTime(ask(), signal)
    } catch (error) {
      if (attempt === ATTEMPTS || error instanceof NoAnswer) throw error
      await delay(PAUSE_MS, undefined, { signal })
    }
  }
}

class NoAnswer extends Error {}

/** The providers take no signal, and wait for ever where somebody holds the line. */
async function inTime<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new AbortController()
  const late = delay(ANSWER_MS, undefined, { signal: AbortSignal.any([signal, over.signal]) })
  try {
    return await Promise.race([
      answer,
      late.then(() => {
        throw new NoAnswer(`no answer within ${ANSWER_MS / 1000} s`)
      }),
    ])
  } finally {
    over.abort()
  }
}

function fromEnvironment(profileName: string, { env }: Context): Credentials {
  const accessKeyId = env['AWS_ACCESS_KEY_ID']
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY']
  if (accessKeyId && secretAccessKey)
    return { accessKeyId, secretAccessKey, sessionToken: env['AWS_SESSION_TOKEN'] }
  throw new SsoxError(
    'profile',
    `profile "${profileName}" takes its credentials from the environment (credential_source), and AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set`,
    'export both, or use source_profile',
  )
}
