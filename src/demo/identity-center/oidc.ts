/**
 * The OIDC service: RegisterClient, StartDeviceAuthorization, CreateToken.
 * Shapes and status codes: service model sso-oidc 2019-06-10; rules: RFC 7636 (PKCE), RFC 8252
 * (loopback redirects), RFC 8628 (device grant).
 */
import { createHash } from 'node:crypto'
import * as newIds from './new-ids.ts'
import { type Incoming, jsonReply, type Reply, ServiceError } from './protocol.ts'
import {
  type AuthorizationRequest,
  type Client,
  type DeviceAuthorization,
  issueAccessToken,
  issueRefreshToken,
  keepSecret,
  openSession,
  type Session,
  type State,
} from './state.ts'

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
const GRANTS = [DEVICE_GRANT, 'authorization_code', 'refresh_token']

/** Timers of a client may fire early by a little; a poll this much too soon still counts. */
const EARLY_POLL_TOLERANCE = 0.1

type Body = Record<string, unknown>

export function registerClient(state: State, request: Incoming): Reply {
  const body = jsonBody(request)
  const clientName = text(body, 'clientName')
  if (text(body, 'clientType') !== 'public')
    throw refusal('InvalidClientMetadataException', 'Invalid client type provided')
  const client: Client = {
    clientId: newIds.clientId(),
    clientSecret: '',
    clientName,
    scopes: list(body, 'scopes'),
    grantTypes: grantTypes(body),
    redirectUris: list(body, 'redirectUris'),
    expiresAt: state.now() + state.settings.lifetimes.registration * 1000,
  }
  checkMetadata(client, body)
  client.clientSecret = keepSecret(state, newIds.clientSecret(client.expiresAt))
  state.clients.set(client.clientId, client)
  return jsonReply({
    authorizationEndpoint: null,
    clientId: client.clientId,
    clientIdIssuedAt: Math.floor(state.now() / 1000),
    clientSecret: client.clientSecret,
    clientSecretExpiresAt: Math.floor(client.expiresAt / 1000),
    tokenEndpoint: null,
  })
}

export function startDeviceAuthorization(state: State, request: Incoming): Reply {
  const body = jsonBody(request)
  const client = registeredClient(state, body)
  const startUrl = text(body, 'startUrl')
  allowGrant(client, DEVICE_GRANT)
  if (!URL.canParse(startUrl))
    throw refusal('InvalidRequestException', 'Invalid start url provided')
  const { deviceCode: lifetime, interval } = state.settings.lifetimes
  const device: DeviceAuthorization = {
    deviceCode: keepSecret(state, newIds.opaqueCode()),
    userCode: newIds.userCode(),
    ticket: keepSecret(state, newIds.opaqueCode()),
    client,
    startUrl,
    expiresAt: state.now() + lifetime * 1000,
    decision: 'pending',
    spent: false,
    polledAt: Number.NEGATIVE_INFINITY,
  }
  state.devices.set(device.deviceCode, device)
  return jsonReply({
    deviceCode: device.deviceCode,
    expiresIn: lifetime,
    interval,
    userCode: device.userCode,
    verificationUri: `${state.url}/device`,
    verificationUriComplete: `${state.url}/device?user_code=${device.userCode}`,
  })
}

/** The operation a CreateToken request counts as: `CreateToken:device`, `:code` or `:refresh`. */
export function tokenOperation(request: Incoming): string {
  const grants: Record<string, string> = {
    [DEVICE_GRANT]: 'device',
    authorization_code: 'code',
    refresh_token: 'refresh',
  }
  try {
    return `CreateToken:${grants[text(jsonBody(request), 'grantType')] ?? 'unknown'}`
  } catch {
    return 'CreateToken:unknown'
  }
}

export function createToken(state: State, request: Incoming): Reply {
  const body = jsonBody(request)
  const grant = text(body, 'grantType')
  const client = registeredClient(state, body)
  if (!GRANTS.includes(grant))
    throw refusal('UnsupportedGrantTypeException', 'Unsupported grant type provided')
  allowGrant(client, grant)
  if (grant === DEVICE_GRANT) return deviceToken(state, client, body)
  if (grant === 'authorization_code') return codeToken(state, client, body)
  return refreshedToken(state, client, body)
}

function deviceToken(state: State, client: Client, body: Body): Reply {
  const device = state.devices.get(text(body, 'deviceCode'))
  if (!device || device.client !== client || device.spent)
    throw refusal('InvalidGrantException', 'Invalid device code provided')
  const now = state.now()
  if (device.expiresAt <= now) throw refusal('ExpiredTokenException', 'Device code has expired')
  const earliest =
    device.polledAt + state.settings.lifetimes.interval * 1000 * (1 - EARLY_POLL_TOLERANCE)
  device.polledAt = now
  if (now < earliest) throw refusal('SlowDownException', 'Client is polling too fast')
  if (device.decision === 'pending')
    throw refusal('AuthorizationPendingException', 'Authorization is still pending')
  device.spent = true
  if (device.decision === 'denied')
    throw refusal('AccessDeniedException', 'The person denied the request')
  return tokenReply(state, client, openSession(state))
}

function codeToken(state: State, client: Client, body: Body): Reply {
  const given = text(body, 'code')
  const redirectUri = text(body, 'redirectUri')
  const verifier = text(body, 'codeVerifier')
  const code = state.codes.get(given)
  if (!code || code.spent || code.request.client !== client || code.expiresAt <= state.now())
    throw refusal('InvalidGrantException', 'Invalid authorization code provided')
  // One try: whoever presents a stolen code without the verifier must not get a second guess.
  code.spent = true
  checkProof(code.request, redirectUri, verifier)
  return tokenReply(state, client, openSession(state))
}

function checkProof(request: AuthorizationRequest, redirectUri: string, verifier: string): void {
  if (request.redirectUri !== redirectUri)
    throw refusal('InvalidGrantException', 'Redirect URI does not match the authorization request')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  if (!/^[\w.~-]{43,128}$/.test(verifier) || challenge !== request.codeChallenge)
    throw refusal('InvalidGrantException', 'Invalid code verifier provided')
}

function refreshedToken(state: State, client: Client, body: Body): Reply {
  const given = text(body, 'refreshToken')
  const known = state.refreshTokens.get(given)
  const { singleUseRefreshTokens } = state.settings
  if (
    !known ||
    known.client !== client ||
    known.session.revoked ||
    known.session.endsAt <= state.now() ||
    (singleUseRefreshTokens && known.used)
  )
    throw refusal('InvalidGrantException', 'Invalid refresh token provided')
  known.used = true
  return tokenReply(state, client, known.session, singleUseRefreshTokens ? undefined : given)
}

/** The null fields are there because the service sends them. */
function tokenReply(state: State, client: Client, session: Session, sameRefresh?: string): Reply {
  const { token, expiresAt } = issueAccessToken(state, session)
  // A client without scopes is a legacy one: its sign-in cannot be refreshed.
  const refreshes = client.scopes.length > 0 && client.grantTypes.includes('refresh_token')
  return jsonReply({
    accessToken: token,
    aws_sso_app_session_id: null,
    expiresIn: Math.floor((expiresAt - state.now()) / 1000),
    idToken: null,
    issuedTokenType: null,
    originSessionId: null,
    refreshToken: refreshes ? (sameRefresh ?? issueRefreshToken(state, session, client)) : null,
    tokenType: 'Bearer',
  })
}

function registeredClient(state: State, body: Body): Client {
  const client = state.clients.get(text(body, 'clientId'))
  const secret = text(body, 'clientSecret')
  if (!client || client.clientSecret !== secret || client.expiresAt <= state.now())
    throw new ServiceError(401, 'InvalidClientException', 'Invalid client provided')
  return client
}

function allowGrant(client: Client, grant: string): void {
  if (!client.grantTypes.includes(grant))
    throw refusal('UnauthorizedClientException', 'Client is not registered for this grant type')
}

function checkMetadata(client: Client, body: Body): void {
  if (client.scopes.some((scope) => !/^(openid|aws|[\w.-]+:[\w.:*-]+)$/.test(scope)))
    throw refusal('InvalidScopeException', 'Invalid scope provided')
  if (client.redirectUris.some((uri) => !isLoopback(uri)))
    throw refusal('InvalidRedirectUriException', 'Invalid redirect uri provided')
  if (!client.grantTypes.includes('authorization_code')) return
  if (client.redirectUris.length === 0)
    throw refusal('InvalidRequestException', 'Redirect uris are required for this grant type')
  if (!URL.canParse(text(body, 'issuerUrl')))
    throw refusal('InvalidRequestException', 'Invalid issuer url provided')
}

function grantTypes(body: Body): string[] {
  const grants = list(body, 'grantTypes')
  if (grants.some((grant) => !GRANTS.includes(grant)))
    throw refusal('UnsupportedGrantTypeException', 'Unsupported grant type provided')
  return grants.length > 0 ? grants : [DEVICE_GRANT, 'refresh_token']
}

function isLoopback(uri: string): boolean {
  if (!URL.canParse(uri)) return false
  const { protocol, hostname } = new URL(uri)
  return protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
}

function jsonBody(request: Incoming): Body {
  try {
    const parsed: unknown = JSON.parse(request.body)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Body
  } catch {
    // Said below, as for any other body that is not an object.
  }
  throw refusal('InvalidRequestException', 'Invalid request body')
}

function text(body: Body, name: string): string {
  const value = body[name]
  if (typeof value !== 'string' || value === '')
    throw refusal('InvalidRequestException', `Missing required parameter: ${name}`)
  return value
}

function list(body: Body, name: string): string[] {
  const value = body[name] ?? []
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw refusal('InvalidRequestException', `Invalid parameter: ${name}`)
  return value
}

function refusal(type: string, message: string): ServiceError {
  return new ServiceError(400, type, message)
}
