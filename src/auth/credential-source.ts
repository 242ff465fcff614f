/**
 * `credential_source` of a role profile: environment variables, metadata of the EC2 machine, or of
 * the container (ECS, EKS Pod Identity).
 */
import { fromHttp } from '@aws-sdk/credential-provider-http'
import { fromInstanceMetadata } from '@smithy/credential-provider-imds'
import type { Credentials } from '../aws/credentials.ts'
import type { Context } from '../context.ts'
import { messageOf, SsoxError } from '../problem.ts'

/** The provider would write to the console where two variables say the same. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

/** @throws SsoxError `profile` when the source has no credentials here */
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
    const provider = source === 'ec2' ? fromInstanceMetadata() : fromHttp({ logger: SILENT })
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await provider()
    return { accessKeyId, secretAccessKey, sessionToken, expiresAt: expiration?.getTime() }
  } catch (error) {
    throw new SsoxError(
      'profile',
      `credential_source of profile "${profileName}" has no credentials here: ${messageOf(error).split('\n', 1)}`,
      'run it on the machine that has the role, or use source_profile',
      { cause: error },
    )
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
