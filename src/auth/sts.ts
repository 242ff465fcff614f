/** AWS STS: assumed roles and the caller's identity. The only file that imports its client. */

import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  STSClient,
  type Credentials as StsCredentials,
} from '@aws-sdk/client-sts'
import type { Credentials } from '../aws/credentials.ts'
import { endpointOf } from '../aws/endpoint.ts'
import type {
  AssumeRoleProfile,
  ProfileSettings,
  RoleSource,
  WebIdentityProfile,
} from '../aws/profile.ts'
import { type Regional, stsRegion } from '../aws/region.ts'
import { accountAndRole } from '../aws/role-arn.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { expandHome } from '../state/paths.ts'
import { readUserFile } from '../system/files.ts'
import { foreignHands } from '../system/foreign-hands.ts'
import { switchCommand, typedWord } from '../ui/typed-command.ts'
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
  const serial = profile.mfaSerial
  const command = new AssumeRoleCommand({
    RoleArn: profile.roleArn,
    RoleSessionName: profile.roleSessionName ?? `ssox-${Math.floor(ctx.now() / 1000)}`,
    ExternalId: profile.externalId,
    DurationSeconds: profile.durationSeconds,
    ...(serial && { SerialNumber: serial, TokenCode: await mfaCode(profile, serial, ctx) }),
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
  const path = expandHome(profile.tokenFile, ctx.paths.home)
  const read = readUserFile(path)
  if (read.state !== 'ok')
    throw new SsoxError(
      'profile',
      `web_identity_token_file of profile "${profile.name}" cannot be read: ${path} (${read.state === 'missing' ? 'there is no such file' : read.why})`,
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
 * @throws SsoxError `refused`; `network`, also for an answer that does not say it
 */
export async function callerIdentity(
  profile: StsProfile,
  credentials: Credentials,
  ctx: Context,
): Promise<CallerIdentity> {
  const answer = await callSts(profile, credentials, ctx, (client, options) =>
    client.send(new GetCallerIdentityCommand({}), options),
  )
  return {
    account: required(answer.Account, 'Account', STS),
    arn: required(answer.Arn, 'Arn', STS),
    userId: required(answer.UserId, 'UserId', STS),
  }
}

/** Temporary keys that may do what the user may whose keys they are asked with: no policy takes away. */
const ALL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})

/**
 * Temporary keys of an IAM user, which the console takes in place of the user's own.
 * @throws SsoxError `refused` or `network`
 */
export async function federationToken(
  profile: StsProfile,
  keys: Credentials,
  durationSeconds: number,
  ctx: Context,
): Promise<Credentials> {
  const command = new GetFederationTokenCommand({
    Name: `ssox-${profile.name.replace(/[^\w+=,.@-]/g, '-')}`.slice(0, 32),
    Policy: ALL,
    DurationSeconds: durationSeconds,
  })
  const answer = await callSts(profile, keys, ctx, (client, options) =>
    client.send(command, options),
  )
  return toCredentials(answer.Credentials, '', ctx)
}

/** As much of a profile as a request to STS needs. */
interface StsProfile extends Regional {
  readonly name: string
  readonly settings: ProfileSettings
  /** Of a profile with keys. */
  readonly place?: string | undefined
  /** Of a profile with a role. */
  readonly source?: RoleSource
  readonly onTopOf?: string
  readonly mfaSerial?: string
  readonly tokenFile?: string
}

async function callSts<T>(
  profile: StsProfile,
  credentials: Credentials | undefined,
  ctx: Context,
  run: (client: STSClient, options: { abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const { settings } = profile
  const region = stsRegion(profile, ctx.region)
  const isSigned = credentials !== undefined
  const endpoint = endpointOf('sts', { region, env: ctx.env, settings, isSigned })
  const client = new STSClient({
    ...clientConfig(endpoint, region, settings, ctx),
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
    return await withDeadline(endpoint, settings, ctx, (options) => run(client, options))
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    throw refusedBySts(error, profile, { region, env: ctx.env })
  }
}

/** Where the request went, and who has called. */
interface Request {
  readonly region: string
  readonly env: Context['env']
}

function refusedBySts(error: ServiceError, profile: StsProfile, request: Request): SsoxError {
  const { name, roleArn } = profile
  const what = roleArn ? `role ${roleArn} (profile "${name}")` : `the credentials of "${name}"`
  return new SsoxError(
    'refused',
    `AWS refuses ${what} in ${request.region}: ${error.detail} (${error.name})`,
    stsCure(error, profile, request),
    { cause: error },
  )
}

interface Cure {
  /** Without `Exception` at the end (AWS STS API Reference, "Common Errors" and AssumeRole). */
  readonly names?: readonly string[]
  /** What the message says, where the name alone says too little. */
  readonly about?: RegExp
  readonly mend: (profile: StsProfile, request: Request) => string
}

/** What mends each refusal; the first one that fits. */
const CURES: readonly Cure[] = [
  {
    about: /signature (?:expired|not yet current)|RequestExpired|RequestTimeTooSkewed/i,
    mend: () => 'set the clock of this machine (date -u shows it), then try again',
  },
  {
    about: /MultiFactorAuthentication failed/i,
    mend: ({ name, mfaSerial, onTopOf, roleArn }, { env }) =>
      mfaSerial === undefined
        ? onTopOf === undefined
          ? `add mfa_serial to profile "${name}"`
          : `make a profile with role_arn = ${roleArn}, source_profile = ${onTopOf} and mfa_serial`
        : `wait for the next code (each is taken once), then: ${switchCommand(env, name)}`,
  },
  {
    about: /durationSeconds|MaxSessionDuration/i,
    mend: ({ name }) =>
      `lower duration_seconds of profile "${name}": 3600 at most for a role that is assumed with another role (SSO is one), else what the role allows`,
  },
  {
    names: ['RegionDisabled'],
    mend: ({ name }, { region }) =>
      `activate STS for ${region} in the account settings of IAM, or set another region in profile "${name}"`,
  },
  {
    names: ['InvalidIdentityToken', 'ExpiredToken', 'IDPRejectedClaim'],
    mend: (profile, request) =>
      profile.tokenFile === undefined
        ? replaceKeys(profile, request)
        : `put a token that is valid into ${profile.tokenFile}`,
  },
  { names: ['IDPCommunicationError'], mend: () => 'wait a minute and try again' },
  {
    names: [
      'InvalidClientTokenId',
      'UnrecognizedClient',
      'InvalidAccessKeyId',
      'SignatureDoesNotMatch',
      'IncompleteSignature',
    ],
    mend: replaceKeys,
  },
  {
    about: /GetFederationToken/,
    mend: ({ name }) =>
      `allow sts:GetFederationToken to the user of "${name}", or make a profile with role_arn on top of it`,
  },
  {
    about: /roleSessionName/i,
    mend: ({ name }) => `correct role_session_name of profile "${name}"`,
  },
  {
    names: ['ValidationError'],
    about: /role\/\S* is invalid|\bARN\b|roleArn/i,
    mend: ({ name, onTopOf }) =>
      onTopOf === undefined ? `correct role_arn of profile "${name}"` : 'correct --role-arn',
  },
]

function stsCure(error: ServiceError, profile: StsProfile, request: Request): string {
  const kind = error.name.replace(/Exception$/, '')
  const cure = CURES.find(
    ({ names, about }) =>
      (names === undefined || names.includes(kind)) &&
      (about === undefined || about.test(`${kind}: ${error.detail}`)),
  )
  return cure
    ? cure.mend(profile, request)
    : profile.onTopOf === undefined
      ? 'check the role, its trust policy, external_id and the source of the profile'
      : `check the role and its trust policy, which must admit profile "${profile.onTopOf}"`
}

/** What puts other keys in the place of those that AWS does not take (any more). */
function replaceKeys(profile: StsProfile, request: Request): string {
  const { name, source, place, onTopOf, roleArn } = profile
  if (source?.kind === 'profile' && source.profile.kind === 'static')
    return replaceKeys(source.profile, request)
  return place === undefined
    ? onTopOf === undefined
      ? switchCommand(request.env, name, ['--refresh'])
      : switchCommand(request.env, onTopOf, ['--refresh', `--role-arn=${roleArn}`])
    : `put keys that are valid into ${place}`
}

/** The code: from the flag, else what the setting `mfa_command` prints, else asked for. */
async function mfaCode({ name }: AssumeRoleProfile, serial: string, ctx: Context): Promise<string> {
  if (ctx.mfaCode !== undefined) return ctx.mfaCode
  const { mfa_command: command } = ctx.settings
  if (command !== undefined) return printedCode(command, serial, ctx)
  if (!ctx.interactive)
    throw new SsoxError(
      'sign-in',
      `profile "${name}" needs an MFA code of ${serial}, and nothing can be asked: ${ctx.cannotAsk}`,
      `run it once in a terminal, or with the code: ${switchCommand(ctx.env, name, ['--mfa-code'])} <code>`,
    )
  const { ask } = await import('../system/ask.ts')
  return (await ask(`MFA code of ${serial}: `, ctx.signal)).trim()
}

/** @throws SsoxError `usage` when somebody else may have written the command, or it prints no code */
async function printedCode(command: string, serial: string, ctx: Context): Promise<string> {
  const { settings: file } = ctx.paths
  const foreign = foreignHands(file, ctx.env)
  if (foreign)
    throw new SsoxError(
      'usage',
      `mfa_command is not run: ${file} says what to run, and ${foreign.who}`,
      foreign.fix.map((word) => typedWord(word)).join(' '),
    )
  const { answerOf } = await import('./command-answer.ts')
  const { stdout, why } = await answerOf(command, ctx)
  const code = stdout?.trim() ?? ''
  if (/^\d{6}$/.test(code)) return code
  throw new SsoxError(
    'usage',
    `mfa_command gives no code of ${serial}: ${why ?? 'it does not print six digits'}`,
    `correct mfa_command in ${file}, or use --mfa-code <code>`,
  )
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
    accountId: accountAndRole(roleArn).accountId,
  }
}
