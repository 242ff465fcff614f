/**
 * The browser's side of signing in: the portal, the device page and the authorization endpoint
 * (not in the service model; parameters as AWS CLI 2.36.7 sends them, `scopes` among them).
 */
import * as newIds from './new-ids.ts'
import {
  authorizePage,
  codeEntryPage,
  consolePage,
  deviceConsentPage,
  devicePage,
  portalPage,
  problemPage,
} from './pages.ts'
import { type Incoming, jsonReply, type Reply, ServiceError } from './protocol.ts'
import {
  type AuthorizationRequest,
  type Client,
  type DeviceAuthorization,
  keepSecret,
  type Principal,
  principalOf,
  type State,
} from './state.ts'

/** How long an unanswered page stays valid; also the life of a console sign-in token. */
const PAGE_LIFETIME_MS = 900_000

export function showPortal(state: State): Reply {
  return portalPage(state.person, state.settings.accounts)
}

/** GET /device, with or without `user_code`. */
export function showDevice(state: State, request: Incoming): Reply {
  const typed = request.query.get('user_code')
  if (typed === null) return codeEntryPage()
  const device = pendingDevice(state, (candidate) => candidate.userCode === normalised(typed))
  if (!device) return codeEntryPage(typed)
  if (state.settings.approve === 'auto') return decideDevice(device, true)
  const { client, userCode, ticket } = device
  return deviceConsentPage({
    person: state.person,
    clientName: client.clientName,
    userCode,
    ticket,
  })
}

/** POST /device: Allow or Deny was pressed. */
export function answerDevice(state: State, request: Incoming): Reply {
  const form = new URLSearchParams(request.body)
  const device = pendingDevice(state, ({ ticket }) => ticket === form.get('ticket'))
  if (!device) return gone()
  return decideDevice(device, form.get('decision') === 'allow')
}

/** GET /authorize: the page, or the redirect when there is nothing to ask. */
export function showAuthorize(state: State, request: Incoming): Reply {
  const { query } = request
  const client = state.clients.get(query.get('client_id') ?? '')
  const redirectUri = query.get('redirect_uri') ?? ''
  // Without a redirect URI that is the client's own, nobody may be sent anywhere (RFC 6749, 4.1.2.1).
  if (!client || client.expiresAt <= state.now() || !isRegistered(client, redirectUri))
    return problemPage(
      400,
      'This sign-in cannot go on',
      'The application is not registered, or it asks for an answer at an address that is not its own. Start the sign-in again in your terminal.',
    )
  const problem = authorizeProblem(client, query)
  const asked = {
    ticket: keepSecret(state, newIds.opaqueCode()),
    client,
    redirectUri,
    state: query.get('state') ?? undefined,
    codeChallenge: query.get('code_challenge') ?? '',
    expiresAt: state.now() + PAGE_LIFETIME_MS,
  }
  if (problem) return redirect(asked, { error: problem })
  if (state.settings.approve === 'auto') return allow(state, asked)
  state.authorizations.set(asked.ticket, asked)
  const { ticket } = asked
  return authorizePage({
    person: state.person,
    clientName: client.clientName,
    redirectUri,
    ticket,
  })
}

/** POST /authorize: Allow or Deny was pressed. */
export function answerAuthorize(state: State, request: Incoming): Reply {
  const form = new URLSearchParams(request.body)
  const ticket = form.get('ticket') ?? ''
  const asked = state.authorizations.get(ticket)
  if (!asked || asked.expiresAt <= state.now()) return gone()
  state.authorizations.delete(ticket)
  if (form.get('decision') === 'allow') return allow(state, asked)
  return redirect(asked, { error: 'access_denied' })
}

/**
 * /federation: from keys to a signed-in console, in two steps (IAM User Guide, "Enable custom
 * identity broker access to the AWS console"). Parameters in the query or in a form.
 */
export function federate(state: State, request: Incoming): Reply {
  const input = request.method === 'POST' ? new URLSearchParams(request.body) : request.query
  const action = input.get('Action')
  if (action === 'getSigninToken') return signinToken(state, input)
  if (action !== 'login') return problemPage(400, 'Bad request', 'Unknown action.')
  const token = input.get('SigninToken') ?? ''
  const found = state.signinTokens.get(token)
  state.signinTokens.delete(token)
  if (!found || found.expiresAt <= state.now()) return gone()
  return consolePage({ arn: found.principal.arn, destination: input.get('Destination') ?? '' })
}

function signinToken(state: State, input: URLSearchParams): Reply {
  const principal = consolePrincipal(state, input.get('Session') ?? '')
  const duration = input.get('SessionDuration')
  const seconds = Number(duration ?? 3600)
  // Keys from a role chain cannot ask for a duration: the service refuses them.
  const refused = duration !== null && principal?.chained
  if (!principal || refused || !Number.isInteger(seconds) || seconds < 900 || seconds > 43_200)
    return problemPage(400, 'Bad request', 'The keys or the session duration are not accepted.')
  const token = keepSecret(state, newIds.opaqueCode())
  state.signinTokens.set(token, { principal, expiresAt: state.now() + PAGE_LIFETIME_MS })
  return jsonReply({ SigninToken: token })
}

function consolePrincipal(state: State, session: string): Principal | undefined {
  try {
    const keys = JSON.parse(session) as Record<string, unknown>
    const principal = principalOf(state, String(keys['sessionId']), String(keys['sessionToken']))
    return principal.secretAccessKey === keys['sessionKey'] ? principal : undefined
  } catch (error) {
    if (error instanceof ServiceError || error instanceof SyntaxError) return undefined
    throw error
  }
}

function pendingDevice(
  state: State,
  matches: (device: DeviceAuthorization) => boolean,
): DeviceAuthorization | undefined {
  const now = state.now()
  return [...state.devices.values()].find(
    (device) => matches(device) && device.decision === 'pending' && device.expiresAt > now,
  )
}

function decideDevice(device: DeviceAuthorization, allowed: boolean): Reply {
  device.decision = allowed ? 'allowed' : 'denied'
  return devicePage(allowed)
}

function authorizeProblem(client: Client, query: URLSearchParams): string | undefined {
  if (!client.grantTypes.includes('authorization_code')) return 'unauthorized_client'
  if (query.get('response_type') !== 'code') return 'unsupported_response_type'
  const scopes = query.get('scopes')?.split(' ').filter(Boolean) ?? []
  if (scopes.some((scope) => !client.scopes.includes(scope))) return 'invalid_scope'
  const challenge = query.get('code_challenge') ?? ''
  if (query.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(challenge))
    return 'invalid_request'
  return undefined
}

function allow(state: State, request: AuthorizationRequest): Reply {
  const code = keepSecret(state, newIds.opaqueCode())
  const expiresAt = state.now() + state.settings.lifetimes.authorizationCode * 1000
  state.codes.set(code, { request, expiresAt, spent: false })
  return redirect(request, { code })
}

function redirect(request: AuthorizationRequest, result: Record<string, string>): Reply {
  const target = new URL(request.redirectUri)
  for (const [name, value] of Object.entries(result)) target.searchParams.set(name, value)
  if (request.state !== undefined) target.searchParams.set('state', request.state)
  return {
    status: 302,
    headers: {
      location: target.href,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    },
    body: '',
  }
}

/** A redirect URI registered without a port stands for any port of it (RFC 8252, section 7.3). */
function isRegistered(client: Client, redirectUri: string): boolean {
  if (client.redirectUris.includes(redirectUri)) return true
  if (!URL.canParse(redirectUri)) return false
  const portless = new URL(redirectUri)
  portless.port = ''
  return client.redirectUris.includes(portless.href)
}

/** People type codes in lower case, without the dash, with blanks. */
function normalised(typed: string): string {
  const letters = typed.toUpperCase().replace(/[^A-Z0-9]/g, '')
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}

function gone(): Reply {
  return problemPage(
    400,
    'This page is out of date',
    'It was answered before, or it waited too long. Start the sign-in again in your terminal.',
  )
}
