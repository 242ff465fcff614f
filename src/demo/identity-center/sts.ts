/**
 * The part of STS that role chains, `whoami` and `console` need: GetCallerIdentity, AssumeRole,
 * AssumeRoleWithWebIdentity and GetFederationToken in the Query protocol (API version 2011-06-15).
 * Signatures are not verified; the access key and its session token are.
 */
import * as newIds from './new-ids.ts'
import { escapeXml, type Incoming, queryReply, type Reply, ServiceError } from './protocol.ts'
import { issueKeys, type Principal, principalOf, type State } from './state.ts'
import type { IamRole } from './types.ts'

const ROLE_ARN = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)$/
const CHAINED_LIMIT = 3600

/** The operation a Query request names. */
export function stsOperation(request: Incoming): string {
  const action = new URLSearchParams(request.body).get('Action') ?? ''
  return /^\w{1,64}$/.test(action) ? action : 'Unknown'
}

export function callSts(state: State, request: Incoming): Reply {
  const input = new URLSearchParams(request.body)
  const action = stsOperation(request)
  if (action === 'AssumeRoleWithWebIdentity') return assumeRoleWithWebIdentity(state, input)
  const answer = SIGNED[action]
  if (!answer)
    throw refusal(400, 'InvalidAction', `Could not find operation ${action} for version 2011-06-15`)
  return answer(state, callerOf(state, request), input)
}

/** What is asked with keys. */
const SIGNED: Readonly<
  Record<string, (state: State, caller: Principal, input: URLSearchParams) => Reply>
> = {
  GetCallerIdentity: (_, caller) => callerIdentity(caller),
  AssumeRole: assumeRole,
  GetFederationToken: federationToken,
}

function callerIdentity({ arn, userId }: Principal): Reply {
  const account = arn.split(':')[4] ?? ''
  return queryReply(
    'GetCallerIdentity',
    `<Arn>${escapeXml(arn)}</Arn><UserId>${escapeXml(userId)}</UserId><Account>${escapeXml(account)}</Account>`,
  )
}

function assumeRole(state: State, caller: Principal, input: URLSearchParams): Reply {
  const role = trustedRole(state, input, `User: ${caller.arn} is not authorized to perform`)
  if (role.externalId !== undefined && role.externalId !== input.get('ExternalId'))
    throw accessDenied(`User: ${caller.arn} is not authorized to perform`, role.roleArn)
  checkMfa(role, input)
  const chained = caller.sessionToken !== undefined
  if (chained && Number(input.get('DurationSeconds') ?? 0) > CHAINED_LIMIT)
    throw refusal(
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    )
  return assumed(state, 'AssumeRole', role, input, chained)
}

/** Only with the keys of a user; the console then allows what the policy of the request allows. */
function federationToken(state: State, caller: Principal, input: URLSearchParams): Reply {
  const name = required(input, 'Name')
  if (caller.sessionToken !== undefined)
    throw refusal(403, 'AccessDenied', 'Cannot call GetFederationToken with session credentials')
  if (!/^[\w+=,.@-]{2,32}$/.test(name)) throw invalid('name')
  const duration = Number(input.get('DurationSeconds') ?? 43_200)
  if (!Number.isInteger(duration) || duration < 900 || duration > 129_600)
    throw invalid('durationSeconds')
  const [, partition, , , account] = caller.arn.split(':')
  const arn = `arn:${partition}:sts::${account}:federated-user/${name}`
  const keys = issueKeys(state, { arn, userId: `${account}:${name}`, chained: true }, duration)
  return queryReply(
    'GetFederationToken',
    `<FederatedUser><FederatedUserId>${account}:${escapeXml(name)}</FederatedUserId><Arn>${escapeXml(arn)}</Arn></FederatedUser>${credentialsXml(keys)}`,
  )
}

function credentialsXml(keys: ReturnType<typeof issueKeys>): string {
  const { accessKeyId, secretAccessKey, sessionToken } = keys
  const expiration = new Date(keys.expiresAt).toISOString().replace(/\.\d+Z$/, 'Z')
  return `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken><Expiration>${expiration}</Expiration></Credentials>`
}

/** The token must be a JWT that has not expired; who signed it is not looked at. */
function assumeRoleWithWebIdentity(state: State, input: URLSearchParams): Reply {
  const claims = jwtClaims(input.get('WebIdentityToken') ?? '')
  if (typeof claims['exp'] === 'number' && claims['exp'] * 1000 <= state.now())
    throw refusal(400, 'ExpiredTokenException', 'Token expired: the token is past its exp claim')
  const role = trustedRole(state, input, 'Not authorized to perform')
  return assumed(state, 'AssumeRoleWithWebIdentity', role, input, false)
}

function assumed(
  state: State,
  action: string,
  role: IamRole,
  input: URLSearchParams,
  chained: boolean,
): Reply {
  const sessionName = required(input, 'RoleSessionName')
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) throw invalid('roleSessionName')
  const duration = Number(input.get('DurationSeconds') ?? 3600)
  if (!Number.isInteger(duration) || duration < 900 || duration > 43_200)
    throw invalid('durationSeconds')
  const [, partition, account, name] = ROLE_ARN.exec(role.roleArn) ?? []
  const arn = `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}`
  const userId = `${newIds.identityId('AROA', role.roleArn)}:${sessionName}`
  const keys = issueKeys(state, { arn, userId, chained }, duration)
  return queryReply(
    action,
    `<AssumedRoleUser><AssumedRoleId>${escapeXml(userId)}</AssumedRoleId><Arn>${escapeXml(arn)}</Arn></AssumedRoleUser>${credentialsXml(keys)}`,
  )
}

function callerOf(state: State, request: Incoming): Principal {
  const header = request.headers['authorization'] ?? ''
  const accessKeyId = /\bCredential=([^/,\s]+)\//.exec(header)?.[1]
  if (!accessKeyId)
    throw refusal(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token')
  return principalOf(state, accessKeyId, request.headers['x-amz-security-token'])
}

function trustedRole(state: State, input: URLSearchParams, refused: string): IamRole {
  const roleArn = required(input, 'RoleArn')
  if (!ROLE_ARN.test(roleArn)) throw refusal(400, 'ValidationError', `${roleArn} is invalid`)
  const role = state.settings.iamRoles.find((known) => known.roleArn === roleArn)
  if (!role) throw accessDenied(refused, roleArn)
  return role
}

function checkMfa({ mfa }: IamRole, input: URLSearchParams): void {
  if (!mfa) return
  if (input.get('SerialNumber') === mfa.serialNumber && input.get('TokenCode') === mfa.tokenCode)
    return
  throw refusal(
    403,
    'AccessDenied',
    'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
  )
}

function accessDenied(refused: string, roleArn: string): ServiceError {
  return refusal(403, 'AccessDenied', `${refused}: sts:AssumeRole on resource: ${roleArn}`)
}

function jwtClaims(token: string): Record<string, unknown> {
  const [, payload = '', signature] = token.split('.')
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    if (signature && typeof claims === 'object' && claims !== null)
      return claims as Record<string, unknown>
  } catch {
    // Said below, as for any other token that is not a JWT.
  }
  throw refusal(
    400,
    'InvalidIdentityToken',
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  )
}

function required(input: URLSearchParams, name: string): string {
  const value = input.get(name)
  if (!value) throw invalid(name.charAt(0).toLowerCase() + name.slice(1))
  return value
}

function invalid(name: string): ServiceError {
  return refusal(
    400,
    'ValidationError',
    `1 validation error detected: Value at '${name}' failed to satisfy constraint`,
  )
}

function refusal(status: number, type: string, message: string): ServiceError {
  return new ServiceError(status, type, message)
}
