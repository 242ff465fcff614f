/**
 * What the stand-in remembers: registered clients, sign-ins under way, sessions with their tokens,
 * and every access key it handed out. No HTTP here; time comes from `now`.
 */
import * as newIds from './new-ids.ts'
import { ServiceError } from './protocol.ts'
import type { Person, Settings } from './types.ts'

export interface Client {
  clientId: string
  clientSecret: string
  clientName: string
  scopes: string[]
  grantTypes: string[]
  redirectUris: string[]
  expiresAt: number
}

export interface DeviceAuthorization {
  deviceCode: string
  userCode: string
  /** Ties the form on the page to this authorization, so that no other site can post it. */
  ticket: string
  client: Client
  startUrl: string
  expiresAt: number
  decision: 'pending' | 'allowed' | 'denied'
  spent: boolean
  polledAt: number
}

/** A sign-in that an application started by sending the browser to /authorize. */
export interface AuthorizationRequest {
  ticket: string
  client: Client
  redirectUri: string
  state: string | undefined
  codeChallenge: string
  expiresAt: number
}

export interface AuthorizationCode {
  request: AuthorizationRequest
  expiresAt: number
  spent: boolean
}

/** What a person started by signing in: tokens come and go, the session ends once. */
export interface Session {
  endsAt: number
  revoked: boolean
}

export interface AccessToken {
  session: Session
  expiresAt: number
}

export interface RefreshToken {
  session: Session
  client: Client
  used: boolean
}

/** Whoever holds an access key. */
export interface Principal {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string | undefined
  expiresAt: number | undefined
  arn: string
  userId: string
  /** From temporary keys, or of a federated user: some things are refused to it. */
  chained: boolean
}

export interface State {
  readonly settings: Settings
  readonly now: () => number
  readonly url: string
  readonly person: Person
  readonly clients: Map<string, Client>
  readonly devices: Map<string, DeviceAuthorization>
  readonly authorizations: Map<string, AuthorizationRequest>
  readonly codes: Map<string, AuthorizationCode>
  readonly sessions: Set<Session>
  readonly accessTokens: Map<string, AccessToken>
  readonly refreshTokens: Map<string, RefreshToken>
  readonly principals: Map<string, Principal>
  /** Open the console once, each for one principal. */
  readonly signinTokens: Map<string, { principal: Principal; expiresAt: number }>
  readonly secrets: Set<string>
}

/** The memory of a stand-in at `url` to which nobody has come yet. */
export function newState(url: string, settings: Settings, person: Person, now = Date.now): State {
  return {
    settings,
    now,
    url,
    person,
    clients: new Map(),
    devices: new Map(),
    authorizations: new Map(),
    codes: new Map(),
    sessions: new Set(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    principals: new Map(),
    signinTokens: new Map(),
    secrets: new Set(),
  }
}

/** Remembers a secret for `secrets()` and hands it on. */
export function keepSecret(state: State, secret: string): string {
  state.secrets.add(secret)
  return secret
}

/** Starts the session that a sign-in opens. */
export function openSession(state: State): Session {
  const session = {
    endsAt: state.now() + state.settings.lifetimes.session * 1000,
    revoked: false,
  }
  state.sessions.add(session)
  return session
}

/** A new access token; it never outlives its session. */
export function issueAccessToken(state: State, session: Session) {
  const token = keepSecret(state, newIds.accessToken())
  const expiresAt = Math.min(
    state.now() + state.settings.lifetimes.accessToken * 1000,
    session.endsAt,
  )
  state.accessTokens.set(token, { session, expiresAt })
  return { token, expiresAt }
}

export function issueRefreshToken(state: State, session: Session, client: Client): string {
  const token = keepSecret(state, newIds.refreshToken())
  state.refreshTokens.set(token, { session, client, used: false })
  return token
}

/** The session an access token stands for, or undefined when it no longer counts. */
export function liveSession(state: State, token: string): Session | undefined {
  const known = state.accessTokens.get(token)
  if (!known || known.session.revoked || known.expiresAt <= state.now()) return undefined
  return known.session
}

/** New temporary keys for whoever `arn` names. */
export function issueKeys(
  state: State,
  who: { arn: string; userId: string; chained: boolean },
  lifetime: number,
): Principal & { sessionToken: string; expiresAt: number } {
  const principal = {
    ...who,
    accessKeyId: newIds.temporaryKeyId(),
    secretAccessKey: keepSecret(state, newIds.secretAccessKey()),
    sessionToken: keepSecret(state, newIds.sessionToken()),
    expiresAt: state.now() + lifetime * 1000,
  }
  state.principals.set(principal.accessKeyId, principal)
  return principal
}

/**
 * Who holds these keys.
 * @throws ServiceError InvalidClientTokenId for unknown keys or a token that is not theirs,
 * ExpiredToken for keys whose time is over (both 403, as STS answers).
 */
export function principalOf(
  state: State,
  accessKeyId: string,
  sessionToken: string | undefined,
): Principal {
  const principal = state.principals.get(accessKeyId)
  if (!principal || principal.sessionToken !== sessionToken)
    throw new ServiceError(
      403,
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
    )
  if (principal.expiresAt !== undefined && principal.expiresAt <= state.now())
    throw new ServiceError(
      403,
      'ExpiredToken',
      'The security token included in the request is expired',
    )
  return principal
}
