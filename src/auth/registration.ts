/**
 * Client registrations: which one a sign-in is made with, and when one is dropped. Only a sign-in
 * that has worked puts its registration into the cache: the page of one that AWS does not know
 * (any more) never comes back to ssox, so whoever has left a page may have left such a one.
 */
import { registrationKey } from '../aws/cache-key.ts'
import type { SsoSession } from '../aws/profile.ts'
import type { Registration } from '../aws/token.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { readRegistration, takeRegistration, writeRegistration } from '../state/token-cache.ts'
import type { IdentityCenter, TokenGrant } from './client.ts'
import { isService, ServiceError } from './service-error.ts'

/** A registration that ends sooner is not worth starting with. */
const REGISTRATION_MARGIN_MS = 15 * 60 * 1000

type Flow = Registration['flow']

/** What a sign-in gave, and the registration that its refreshes need. */
export interface SignedIn {
  readonly grant: TokenGrant
  readonly registration: Registration
}

/** The answer of a sign-in page that is neither a code nor the person's no (RFC 6749, 4.1.2.1). */
export class RefusedInBrowser extends SsoxError {
  /** The OAuth error. */
  readonly reason: string

  constructor(reason: string) {
    super('sign-in', `the sign-in failed in the browser: ${reason}`, 'start again')
    this.reason = reason
  }
}

/** AWS does not let this client, or this session, sign in with a browser and a callback. */
export class FlowRefused extends Error {
  /** The name of the error that said so. */
  readonly why: string

  constructor(why: string, cause: unknown) {
    super(`AWS refuses the authorization code: ${why}`, { cause })
    this.why = why
  }
}

/** True when AWS does not accept the registration (any more), whoever has said so. */
export function isRegistrationRefused(error: unknown): boolean {
  if (error instanceof RefusedInBrowser)
    return ['unauthorized_client', 'invalid_client'].includes(error.reason)
  return isService(error, 'InvalidClientException', 'UnauthorizedClientException')
}

/** Drops the registration of this client from the cache, whichever flow it is for. */
export function forgetRegistration(
  session: SsoSession,
  clientId: string | undefined,
  { paths }: Pick<Context, 'paths'>,
): void {
  for (const flow of ['pkce', 'device'] as const) {
    const key = registrationKey(session, flow)
    const known = readRegistration(paths.ssoCache, key)
    if (known?.clientId === clientId) takeRegistration(paths.ssoCache, key)
  }
}

/**
 * Runs `attempt` with a registration, and once more with a new one if AWS refuses it.
 * @throws FlowRefused for `pkce` when a new registration is refused too, or not to be had
 */
export async function withRegistration(
  session: SsoSession,
  center: IdentityCenter,
  flow: Flow,
  ctx: Context,
  attempt: (registration: Registration) => Promise<SignedIn>,
): Promise<SignedIn> {
  const key = registrationKey(session, flow)
  const cached = takeRegistration(ctx.paths.ssoCache, key)
  const first = isUsable(cached, flow, ctx) ? cached : await register(center, flow)
  const run = async (registration: Registration) => {
    const signedIn = await attempt(registration)
    if (signedIn.registration === registration) keepRegistration(key, registration, ctx)
    return signedIn
  }
  try {
    return await run(first)
  } catch (error) {
    if (isRegistrationRefused(error))
      return run(await register(center, flow)).catch((again) => {
        throw asFlowRefused(again, flow)
      })
    throw asFlowRefused(error, flow)
  }
}

function isUsable(
  cached: Registration | undefined,
  flow: Flow,
  ctx: Context,
): cached is Registration {
  return cached?.flow === flow && cached.expiresAt - ctx.now() > REGISTRATION_MARGIN_MS
}

async function register(center: IdentityCenter, flow: Flow): Promise<Registration> {
  try {
    // The port-less redirect URI stands for any port (RFC 8252, section 7.3).
    return await center.registerClient(flow, 'http://127.0.0.1/oauth/callback')
  } catch (error) {
    // Whatever it does not like (scope, grant, metadata), the device flow asks for less.
    if (flow === 'pkce' && error instanceof ServiceError) throw new FlowRefused(error.name, error)
    throw error
  }
}

/** What says, after a registration that was accepted, that the flow itself is not wanted. */
function asFlowRefused(error: unknown, flow: Flow): unknown {
  if (flow !== 'pkce') return error
  if (isService(error, 'UnsupportedGrantTypeException', 'InvalidScopeException'))
    return new FlowRefused(error.name, error)
  if (isService(error, 'UnauthorizedClientException')) return new FlowRefused(error.name, error)
  const isFlow =
    error instanceof RefusedInBrowser &&
    ['unauthorized_client', 'unsupported_response_type', 'invalid_scope'].includes(error.reason)
  return isFlow ? new FlowRefused(error.reason, error) : error
}

function keepRegistration(key: string, registration: Registration, ctx: Context): void {
  try {
    writeRegistration(ctx.paths.ssoCache, key, registration)
  } catch (error) {
    ctx.say.debug(`registration not cached: ${String(error)}`)
  }
}
