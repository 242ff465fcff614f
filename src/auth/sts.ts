/** AWS STS: assumed roles and the caller's identity. The only file that imports its client. */
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
  type Credentials as StsCredentials,
} from '@aws-sdk/client-sts'
import type { Credentials } from '../aws/credentials.ts'
import { ssoEndpoint } from '../aws/endpoint.ts'
import { defaultRegion } from '../aws/partition.ts'
import type {
  AssumeRoleProfile,
  ProfileSettings,
  RoleSource,
  WebIdentityProfile,
} from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { readUserFile } from '../system/files.ts'
import { typedCommand } from '../ui/typed-command.ts'
import { credentialsEnd, required } from './answer.ts'
import { clientConfig, withDeadline } from './client.ts'
import { ServiceError } from './service-error.ts'

/** What is named in messages about its answers. */
const STS = 'AWS STS'

/** Who AWS takes the caller for. */
export interface CallerIdentity {
  readonly account: string
  readonly arn: string
  readonly userId: string
}

/**
 * Assumes the role of `profile` with the credentials of its source.
 * @throws SsoxError `refused` (AWS says no), `sign-in` (an MFA code is needed), `network`
 */
export async function assumeRoleWith(
  profile: AssumeRoleProfile,
  source: Credentials,
  ctx: Context,
): Promise<Credentials> {
  const mfa = profile.mfaSerial ? await askMfaCode(profile, profile.mfaSerial, ctx) : {}
  const command = new AssumeRoleCommand({
    RoleArn: profile.roleArn,
    RoleSessionName: profile.roleSessionName ?? `ssox-${Math.floor(ctx.now() / 1000)}`,
    ExternalId: profile.externalId,
    DurationSeconds: profile.durationSeconds,
    ...mfa,
  })
  const answer = await callSts(profile, source, ctx, (client, options) =>
    client.send(command, options),
  )
  return toCredentials(answer.Credentials, profile.roleArn, ctx)
}

/**
 * Assumes the role of `profile` with the token in its `web_identity_token_file`.
 * @throws SsoxError `profile` (no such file), `refused`, `network`
 */
export async function assumeRoleWithTokenFile(
  profile: WebIdentityProfile,
  ctx: Context,
): Promise<Credentials> {
  const read = readUserFile(profile.tokenFile)
  if (read.state !== 'ok')
    throw new SsoxError(
      'profile',
      `web_identity_token_file of profile "${profile.name}" cannot be read: ${profile.tokenFile} (${read.state === 'missing' ? 'there is no such file' : read.why})`,
      'put the token there, or change the profile',
    )
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: profile.roleArn,
    RoleSessionName: profile.roleSessionName ?? `ssox-${Math.floor(ctx.now() / 1000)}`,
    WebIdentityToken: read.text.trim(),
  })
  const answer = await callSts(profile, undefined, ctx, (client, options) =>
    client.send(command, options),
  )
  return toCredentials(answer.Credentials, profile.roleArn, ctx)
}

/**
 * Asks STS who `credentials` are.
 * @throws SsoxError `refused` or `network`
 */
export async function callerIdentity(
  profile: StsProfile,
  credentials: Credentials,
  ctx: Context,
): Promise<CallerIdentity> {
  const answer = await callSts(profile, credentials, ctx, (client, options) =>
    client.send(new GetCallerIdentityCommand({}), options),
  )
  return { account: answer.Account ?? '', arn: answer.Arn ?? '', userId: answer.UserId ?? '' }
}

interface StsProfile {
  readonly name: string
  readonly region?: string | undefined
  readonly roleArn?: string
  readonly settings: ProfileSettings
  /** Of a profile with keys. */
  readonly place?: string | undefined
  /** Of a profile with a role. */
  readonly source?: RoleSource
}

async function callSts<T>(
  profile: StsProfile,
  credentials: Credentials | undefined,
  ctx: Context,
  run: (client: STSClient, options: { abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const { flag, environment, setting } = ctx.region
  const region = flag ?? environment ?? profile.region ?? setting ?? defaultRegion(profile.roleArn)
  const endpoint = ssoEndpoint('sts', { region, env: ctx.env, settings: profile.settings })
  const client = new STSClient({
    ...clientConfig(endpoint, region, profile.settings, ctx),
    disableClockSkewCorrection: false,
    credentials: credentials
      ? {
          accessKeyId: credentials.accessKeyId,
          secretAccessKey: credentials.secretAccessKey,
          ...(credentials.sessionToken ? { sessionToken: credentials.sessionToken } : {}),
        }
      : { accessKeyId: '', secretAccessKey: '' },
  })
  try {
    return await withDeadline(endpoint, ctx, (options) => run(client, options))
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    throw refusedBySts(error, profile)
  }
}

function refusedBySts(error: ServiceError, profile: StsProfile): SsoxError {
  const { name, roleArn } = profile
  const what = roleArn ? `role ${roleArn} (profile "${name}")` : `the credentials of "${name}"`
  const stale = ['ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId'].includes(
    error.name,
  )
  return new SsoxError(
    'refused',
    `AWS refuses ${what}: ${error.detail} (${error.name})`,
    stale
      ? replaceKeys(profile)
      : 'check the role, its trust policy, external_id and the source of the profile',
    { cause: error },
  )
}

/** What puts other keys in the place of those that AWS does not take (any more). */
function replaceKeys({ name, source, place }: StsProfile): string {
  if (source?.kind === 'profile' && source.profile.kind === 'static')
    return replaceKeys(source.profile)
  return place === undefined
    ? typedCommand('env', name, ['--refresh'])
    : `put keys that are valid into ${place}`
}

async function askMfaCode({ name }: AssumeRoleProfile, serial: string, ctx: Context) {
  if (!ctx.interactive)
    throw new SsoxError(
      'sign-in',
      `profile "${name}" needs an MFA code of ${serial}, and nothing can be asked: ${ctx.cannotAsk}`,
      `run it once in a terminal: ${typedCommand('env', name)}`,
    )
  const { ask } = await import('../system/ask.ts')
  const code = await ask(`MFA code of ${serial}: `, ctx.signal)
  return { SerialNumber: serial, TokenCode: code.trim() }
}

function toCredentials(
  answer: StsCredentials | undefined,
  roleArn: string,
  ctx: Context,
): Credentials {
  return {
    accessKeyId: required(answer?.AccessKeyId, 'AccessKeyId', STS),
    secretAccessKey: required(answer?.SecretAccessKey, 'SecretAccessKey', STS),
    sessionToken: required(answer?.SessionToken, 'SessionToken', STS),
    expiresAt: credentialsEnd(answer?.Expiration?.getTime(), STS, ctx),
    accountId: /^arn:[^:]*:iam::(\d{12}):/.exec(roleArn)?.[1],
  }
}
