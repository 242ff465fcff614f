/**
 * One sign-in: PKCE authorization code (RFC 7636, RFC 8252) or device authorization (RFC 8628).
 * Prints nothing itself: what a person must see goes to the SignInView.
 */
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { registrationKey } from '../aws/cache-key.ts'
import type { SsoSession } from '../aws/profile.ts'
import { splitWords } from '../aws/shlex.ts'
import type { EpochMs } from '../aws/time.ts'
import type { Registration, SsoToken } from '../aws/token.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { readRegistration, removeRegistration, writeRegistration } from '../state/token-cache.ts'
import { openBrowser } from '../system/browser.ts'
import { type Callback, listenForCallback } from '../system/loopback.ts'
import { CALLBACK_HEADERS, signedInPage, signInFailedPage } from '../ui/callback-page.ts'
import { UnusableAnswer } from './answer.ts'
import type { IdentityCenter, TokenGrant } from './client.ts'
import { chooseFlow, type FlowChoice } from './flow.ts'
import { isService, ServiceError } from './service-error.ts'
import { sessionLabel } from './session-label.ts'
import { isSignInPage } from './signin-page.ts'

/** The browser has this long to come back. */
const CALLBACK_WAIT_MS = 600_000
/** A registration that ends sooner is not worth starting with. */
const REGISTRATION_MARGIN_MS = 15 * 60 * 1000
/** RFC 8628, section 3.5: slow_down adds five seconds for this and all later polls. */
const SLOW_DOWN_MS = 5_000

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

/** What a person sees during a sign-in; all of it on stderr. */
export interface SignInView {
  /** Which flow was chosen and why, in one line. */
  flow(label: string, flow: 'pkce' | 'device', reason: string): void
  /** Always before a browser opens. */
  url(url: string): void
  deviceCode(code: string, shortUrl: string, fullUrl: string, showQr: boolean): void
  browserFailed(): void
  /** Waiting until `deadline`; the returned function ends the display. */
  waiting(deadline: EpochMs): () => void
}

/**
 * Signs in to `session` and returns the token (not yet stored); `again` is the command that does it.
 * @throws SsoxError `sign-in` when it was refused or timed out, `network`, or the signal's reason
 */
export async function signIn(
  session: SsoSession,
  center: IdentityCenter,
  view: SignInView,
  again: string,
  ctx: Context,
): Promise<SsoToken> {
  const choice = chooseFlow(session, ctx)
  view.flow(sessionLabel(session), choice.flow, choice.reason)
  const run = choice.flow === 'pkce' ? signInWithPkce : signInWithDevice
  const attempt = async (registration: Registration) => ({
    grant: await run({ session, center, registration, choice, view, ctx }),
    registration,
  })
  const { grant, registration } = await withRegistration(
    session,
    center,
    choice.flow,
    ctx,
    attempt,
  ).catch((error) => {
    throw explain(error, session, again)
  })
  return {
    accessToken: grant.accessToken,
    expiresAt: grant.expiresAt,
    refreshToken: grant.refreshToken,
    clientId: registration.clientId,
    clientSecret: registration.clientSecret,
    registrationExpiresAt: registration.expiresAt,
    startUrl: session.startUrl,
    region: center.region,
    unknown: {},
  }
}

/** Runs `attempt`; if the service does not know the registration (any more), once with a new one. */
async function withRegistration<T>(
  session: SsoSession,
  center: IdentityCenter,
  flow: 'pkce' | 'device',
  ctx: Context,
  attempt: (registration: Registration) => Promise<T>,
): Promise<T> {
  const registration = await register(session, center, flow, ctx)
  try {
    return await attempt(registration)
  } catch (error) {
    if (!isService(error, 'InvalidClientException', 'UnauthorizedClientException')) throw error
    removeRegistration(ctx.paths.ssoCache, registrationKey(session, flow))
    return attempt(await register(session, center, flow, ctx))
  }
}

async function register(
  session: SsoSession,
  center: IdentityCenter,
  flow: 'pkce' | 'device',
  ctx: Context,
): Promise<Registration> {
  const folder = ctx.paths.ssoCache
  const key = registrationKey(session, flow)
  const cached = readRegistration(folder, key)
  if (cached?.flow === flow && cached.expiresAt - ctx.now() > REGISTRATION_MARGIN_MS) return cached
  // The port-less redirect URI stands for any port (RFC 8252, section 7.3).
  const registration = await center.registerClient(flow, 'http://127.0.0.1/oauth/callback')
  try {
    writeRegistration(folder, key, registration)
  } catch (error) {
    ctx.say.debug(`registration not cached: ${String(error)}`)
  }
  return registration
}

interface Attempt {
  readonly session: SsoSession
  readonly center: IdentityCenter
  readonly registration: Registration
  readonly choice: FlowChoice
  readonly view: SignInView
  readonly ctx: Context
}

async function signInWithPkce({
  session,
  center,
  registration,
  view,
  ctx,
}: Attempt): Promise<TokenGrant> {
  const state = randomBytes(32).toString('base64url')
  const codeVerifier = randomBytes(32).toString('base64url')
  const listener = await listenForCallback(state, ctx.signIn.port ?? 0, CALLBACK_HEADERS)
  try {
    const url = authorizeUrl(center, registration, listener.redirectUri, state, codeVerifier)
    await present(url, view, ctx)
    const callback = await waitForCallback(listener.callback, view, ctx)
    return await exchange(session, center, registration, callback, {
      codeVerifier,
      redirectUri: listener.redirectUri,
    })
  } finally {
    listener.close()
  }
}

/** The authorize request as the AWS CLI sends it: the parameter is `scopes`, not `scope`. */
function authorizeUrl(
  center: IdentityCenter,
  registration: Registration,
  redirectUri: string,
  state: string,
  codeVerifier: string,
): string {
  const parameters = {
    response_type: 'code',
    client_id: registration.clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge_method: 'S256',
    scopes: registration.scopes.join(' '),
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
  }
  const query = Object.entries(parameters).map(
    ([key, value]) => `${key}=${encodeURIComponent(value)}`,
  )
  return `${center.authorizeUrl}?${query.join('&')}`
}

async function present(url: string, view: SignInView, ctx: Context): Promise<void> {
  view.url(url)
  if (!ctx.signIn.openBrowser) return
  const opened = await openPage(url, ctx)
  if (!opened) view.browserFailed()
}

/** `--browser` or SSOX_BROWSER alone; else the entries of BROWSER, then the system's browser. */
function openPage(url: string, { env, signIn }: Context): Promise<boolean> {
  const separator = process.platform === 'win32' ? ';' : ':'
  const lines = signIn.browser ? [signIn.browser] : (env['BROWSER'] ?? '').split(separator)
  const commands = lines.map((line) => splitWords(line) ?? []).filter((words) => words.length > 0)
  return openBrowser(url, { env, commands, only: signIn.browser !== undefined })
}

async function waitForCallback(
  callback: Promise<Callback>,
  view: SignInView,
  ctx: Context,
): Promise<Callback> {
  const stop = view.waiting(ctx.now() + CALLBACK_WAIT_MS)
  const timer = new AbortController()
  const signal = AbortSignal.any([ctx.signal, timer.signal])
  const late = delay(CALLBACK_WAIT_MS, undefined, { signal }).then(() => {
    throw timedOut()
  })
  try {
    return await Promise.race([callback, late])
  } catch (error) {
    ctx.signal.throwIfAborted()
    throw error
  } finally {
    timer.abort()
    late.catch(() => undefined)
    stop()
  }
}

async function exchange(
  session: SsoSession,
  center: IdentityCenter,
  { clientId, clientSecret }: Registration,
  callback: Callback,
  proof: { codeVerifier: string; redirectUri: string },
): Promise<TokenGrant> {
  const name = session.kind === 'named' ? session.name : session.startUrl
  try {
    if (callback.error !== undefined || callback.code === undefined) throw denied(callback.error)
    const grant = await center.createToken({
      clientId,
      clientSecret,
      grantType: 'authorization_code',
      code: callback.code,
      ...proof,
    })
    await callback.answer(signedInPage({ session: name }))
    return grant
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    await callback.answer(signInFailedPage({ reason }))
    throw error
  }
}

async function signInWithDevice({
  session,
  center,
  registration,
  choice,
  view,
  ctx,
}: Attempt): Promise<TokenGrant> {
  const device = await center.startDeviceAuthorization(registration)
  for (const url of [device.verificationUri, device.verificationUriComplete])
    if (!isSignInPage(url, session, center.authorizeUrl)) throw foreignPage(url)
  const willOpen = ctx.signIn.openBrowser && choice.canOpen
  view.deviceCode(
    device.userCode,
    device.verificationUri,
    device.verificationUriComplete,
    !willOpen,
  )
  if (willOpen) {
    const opened = await openPage(device.verificationUriComplete, ctx)
    if (!opened) view.browserFailed()
  }
  const stop = view.waiting(ctx.now() + device.expiresInMs)
  try {
    return await pollForToken(center, registration, device, ctx)
  } finally {
    stop()
  }
}

/** Polls until the person has decided; the deadline holds on the wall clock and without it. */
async function pollForToken(
  center: IdentityCenter,
  { clientId, clientSecret }: Registration,
  device: { deviceCode: string; expiresInMs: number; intervalMs: number },
  ctx: Context,
): Promise<TokenGrant> {
  const [wallEnd, steadyEnd] = [
    ctx.now() + device.expiresInMs,
    performance.now() + device.expiresInMs,
  ]
  let { intervalMs } = device
  let networkDelayMs = 0
  while (ctx.now() < wallEnd && performance.now() < steadyEnd) {
    await delay(intervalMs + networkDelayMs, undefined, { signal: ctx.signal }).catch(() => {
      throw ctx.signal.reason
    })
    try {
      return await center.createToken({
        clientId,
        clientSecret,
        grantType: DEVICE_GRANT,
        deviceCode: device.deviceCode,
      })
    } catch (error) {
      if (isService(error, 'AuthorizationPendingException')) networkDelayMs = 0
      else if (isService(error, 'SlowDownException')) intervalMs += SLOW_DOWN_MS
      else if (isPassing(error))
        networkDelayMs = Math.min(30_000, Math.max(1_000, networkDelayMs * 2))
      else throw error
    }
  }
  throw timedOut()
}

/** A network that is away comes back; a token that is none stays none, and the code is used up. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof SsoxError && error.kind === 'network' && !(error instanceof UnusableAnswer)
  )
}

function timedOut(): SsoxError {
  return new SsoxError('sign-in', 'the sign-in was not finished in time', 'start again')
}

function denied(reason: string | undefined): SsoxError {
  return new SsoxError(
    'sign-in',
    reason === undefined || reason === 'access_denied'
      ? 'the sign-in was denied in the browser'
      : `the sign-in failed in the browser: ${reason}`,
    'start again and allow the access',
  )
}

function foreignPage(url: string): SsoxError {
  return new SsoxError(
    'network',
    `the service named a sign-in page that is not one of AWS's and not yours: ${url}`,
    'check sso_start_url and sso_region of the profile',
  )
}

/** What ends a sign-in, as something to act on. */
function explain(error: unknown, session: SsoSession, again: string): unknown {
  if (isService(error, 'AccessDeniedException')) return explain(denied(undefined), session, again)
  if (isService(error, 'ExpiredTokenException')) return explain(timedOut(), session, again)
  if (error instanceof ServiceError) return refused(error, session)
  if (!(error instanceof SsoxError) || error.kind !== 'sign-in') return error
  return new SsoxError('sign-in', error.message, `${error.fix}: ${again}`, { cause: error })
}

function refused(error: ServiceError, session: SsoSession): SsoxError {
  return new SsoxError(
    'sign-in',
    `AWS refused the sign-in to ${session.startUrl} in ${session.region}: ${error.detail} (${error.name})`,
    'check sso_start_url and sso_region: the region is the one of IAM Identity Center, not yours',
    { cause: error },
  )
}
