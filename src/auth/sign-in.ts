/**
 * One sign-in: PKCE authorization code (RFC 7636, RFC 8252) or device authorization (RFC 8628).
 * Prints nothing itself: what a person must see goes to the SignInView.
 */
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { SsoProfile, SsoSession } from '../aws/profile.ts'
import type { EpochMs } from '../aws/time.ts'
import type { Registration, SsoToken } from '../aws/token.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { type Callback, listenForCallback } from '../system/loopback.ts'
import { PAGE_HEADERS, signedInPage, signInFailedPage } from '../ui/browser-page.ts'
import type { ShownCode } from '../ui/sign-in-text.ts'
import { UnusableAnswer } from './answer.ts'
import type { IdentityCenter, TokenGrant } from './client.ts'
import { chooseFlow, type FlowChoice } from './flow.ts'
import { openPage, withBrowserOf } from './open-page.ts'
import { FlowRefused, RefusedInBrowser, type SignedIn, withRegistration } from './registration.ts'
import { isService, ServiceError } from './service-error.ts'
import { sessionLabel } from './session-label.ts'
import { signInCommand } from './sign-in-command.ts'
import { isSignInPage } from './sign-in-page.ts'

/** The browser has this long to come back. */
const CALLBACK_WAIT_MS = 600_000
/** Then whoever looks at an error page is told what it means: it never comes back. */
const PATIENCE_MS = 60_000
/** RFC 8628, section 3.5: slow_down adds five seconds for this and all later polls. */
const SLOW_DOWN_MS = 5_000

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

/** What a person sees during a sign-in; all of it on stderr. */
export interface SignInView {
  /** Which flow was chosen and why, in one line. */
  flow(label: string, flow: Registration['flow'], reason: string): void
  /** Always before a browser opens. */
  url(url: string): void
  deviceCode(shown: ShownCode): void
  /** No browser could be started, or the last one has failed; `qrUrl` is then shown as a QR code. */
  browserFailed(why: string, qrUrl?: string): void
  /** Nothing has come back for a while; the commands start again, and with a code. */
  stillWaiting(again: string, withCode: string): void
  /** Waiting until `deadline`; the returned function ends the display. */
  waiting(deadline: EpochMs): () => void
}

/** Whose sign-in it is, and who watches it. */
export interface SignInRequest {
  readonly session: SsoSession
  /** For the command that mends a failure. */
  readonly profile?: SsoProfile | undefined
  readonly view: SignInView
}

/** What all steps of a sign-in share. */
interface SignIn extends SignInRequest {
  readonly center: IdentityCenter
  readonly choice: FlowChoice
  readonly ctx: Context
}

/**
 * Signs in and returns the token (not yet stored).
 * @throws SsoxError `sign-in` when it was refused or timed out, `network`, or the signal's reason
 */
export async function signIn(
  { session, profile, view }: SignInRequest,
  center: IdentityCenter,
  base: Context,
): Promise<SsoToken> {
  const ctx = withBrowserOf(session, base)
  const choice = chooseFlow(session, ctx)
  view.flow(sessionLabel(session), choice.flow, choice.reason)
  const attempt: SignIn = { session, profile, view, center, choice, ctx }
  const run = choice.flow === 'pkce' ? signInWithBrowser : signInWithCode
  const { grant, registration } = await run(attempt).catch((error) => {
    throw explain(error, attempt)
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

/** With a code where AWS does not let this session sign in through a callback. */
async function signInWithBrowser(attempt: SignIn): Promise<SignedIn> {
  const { session, center, view, ctx } = attempt
  try {
    return await withRegistration(session, center, 'pkce', ctx, (registration) =>
      signInWithPkce(attempt, registration),
    )
  } catch (error) {
    if (!(error instanceof FlowRefused)) throw error
    view.flow(sessionLabel(session), 'device', `AWS refuses the other way: ${error.why}`)
    return signInWithCode(attempt)
  }
}

function signInWithCode(attempt: SignIn): Promise<SignedIn> {
  const { session, center, ctx } = attempt
  return withRegistration(session, center, 'device', ctx, (registration) =>
    signInWithDevice(attempt, registration),
  )
}

/** Waits for the callback; where no browser can be started, for the approval of a code as well. */
async function signInWithPkce(attempt: SignIn, registration: Registration): Promise<SignedIn> {
  const { center, view, ctx } = attempt
  const state = randomBytes(32).toString('base64url')
  const codeVerifier = randomBytes(32).toString('base64url')
  const listener = await listenForCallback(state, ctx.signIn.port ?? 0, PAGE_HEADERS)
  const over = new AbortController()
  const part = until(over.signal, attempt)
  const answered = new AbortController()
  void listener.callback.then(() => answered.abort())
  try {
    const url = authorizeUrl(center, registration, listener.redirectUri, state, codeVerifier)
    view.url(url)
    const ways = [
      waitForCallback(listener.callback, part).then(async (callback) => ({
        grant: await exchange(part, registration, callback, {
          codeVerifier,
          redirectUri: listener.redirectUri,
        }),
        registration,
      })),
    ]
    if (ctx.signIn.openBrowser) ways.push(codeIfNoBrowser(url, part, answered.signal))
    for (const way of ways) way.catch(() => undefined)
    return await Promise.race(ways)
  } catch (error) {
    ctx.signal.throwIfAborted()
    throw error
  } finally {
    over.abort()
    listener.close()
  }
}

/**
 * Opens the page; settles only when that has failed and a code was approved, or denied, instead.
 * The address on the screen stays good: the person may have a browser that ssox does not find.
 */
async function codeIfNoBrowser(
  url: string,
  attempt: SignIn,
  answered: AbortSignal,
): Promise<SignedIn> {
  const { view, choice, ctx } = attempt
  const failure = await openPage(url, choice, until(answered, attempt).ctx)
  if (failure === undefined) return never()
  view.browserFailed(failure)
  try {
    return await signInWithCode({
      ...attempt,
      choice: { ...choice, canOpen: false, showQr: true },
    })
  } catch (error) {
    if (isService(error, 'AccessDeniedException')) throw error
    ctx.say.debug(`nor with a code: ${String(error)}`)
    return never()
  }
}

/** The part of a sign-in that ends with `signal`, if not before. */
function until(signal: AbortSignal, attempt: SignIn): SignIn {
  const { ctx } = attempt
  return { ...attempt, ctx: { ...ctx, signal: AbortSignal.any([ctx.signal, signal]) } }
}

function never(): Promise<never> {
  return new Promise(() => undefined)
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

async function waitForCallback(
  callback: Promise<Callback>,
  { view, ctx, ...asked }: SignIn,
): Promise<Callback> {
  const stop = view.waiting(ctx.now() + CALLBACK_WAIT_MS)
  const timers = new AbortController()
  const signal = AbortSignal.any([ctx.signal, timers.signal])
  const hint = delay(PATIENCE_MS, undefined, { signal }).then(() =>
    view.stillWaiting(again(asked, ctx), again(asked, ctx, '--device-code')),
  )
  const late = delay(CALLBACK_WAIT_MS, undefined, { signal }).then(() => {
    throw timedOut()
  })
  try {
    return await Promise.race([callback, late])
  } catch (error) {
    ctx.signal.throwIfAborted()
    throw error
  } finally {
    timers.abort()
    for (const timer of [hint, late]) timer.catch(() => undefined)
    stop()
  }
}

async function exchange(
  { session, center }: SignIn,
  { clientId, clientSecret }: Registration,
  callback: Callback,
  proof: { codeVerifier: string; redirectUri: string },
): Promise<TokenGrant> {
  const name = session.kind === 'named' ? session.name : session.startUrl
  try {
    if (callback.error !== undefined || callback.code === undefined)
      throw refusedInBrowser(callback.error)
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

async function signInWithDevice(attempt: SignIn, registration: Registration): Promise<SignedIn> {
  const { session, center, choice, view, ctx } = attempt
  const device = await center.startDeviceAuthorization(registration)
  const { verificationUri: shortUrl, verificationUriComplete: fullUrl, expiresInMs } = device
  for (const url of [shortUrl, fullUrl])
    if (!isSignInPage(url, session, center.authorizeUrl)) throw foreignPage(url)
  const willOpen = ctx.signIn.openBrowser && choice.canOpen
  const showQr = choice.showQr || !willOpen
  view.deviceCode({
    code: device.userCode,
    shortUrl,
    fullUrl,
    validForMs: expiresInMs,
    showQr,
  })
  const over = new AbortController()
  if (willOpen)
    void openPage(fullUrl, choice, until(over.signal, attempt).ctx).then((failure) => {
      if (failure !== undefined) view.browserFailed(failure, showQr ? undefined : fullUrl)
    })
  const stop = view.waiting(ctx.now() + expiresInMs)
  try {
    return { grant: await pollForToken(center, registration, device, ctx), registration }
  } finally {
    over.abort()
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

/** The command that starts such a sign-in again, asked for in the same way. */
function again(
  { session, profile }: Pick<SignInRequest, 'session' | 'profile'>,
  { signIn }: Context,
  ...options: string[]
): string {
  return signInCommand(session, profile, [...new Set([...signIn.words, ...options])])
}

function timedOut(): SsoxError {
  return new SsoxError('sign-in', 'the sign-in was not finished in time', 'start again')
}

function refusedInBrowser(reason: string | undefined): SsoxError {
  return reason === undefined || reason === 'access_denied'
    ? denied()
    : new RefusedInBrowser(reason)
}

function denied(): SsoxError {
  return new SsoxError(
    'sign-in',
    'the sign-in was denied in the browser',
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
function explain(error: unknown, attempt: SignIn): unknown {
  if (isService(error, 'AccessDeniedException')) return explain(denied(), attempt)
  if (isService(error, 'ExpiredTokenException')) return explain(timedOut(), attempt)
  if (error instanceof ServiceError) return refused(error, attempt.session)
  if (!(error instanceof SsoxError) || error.kind !== 'sign-in') return error
  const command = again(attempt, attempt.ctx)
  return new SsoxError('sign-in', error.message, `${error.fix}: ${command}`, { cause: error })
}

function refused(error: ServiceError, session: SsoSession): SsoxError {
  return new SsoxError(
    'sign-in',
    `AWS refused the sign-in to ${session.startUrl} in ${session.region}: ${error.detail} (${error.name})`,
    error.name === 'InvalidScopeException' && session.kind === 'named'
      ? `check sso_registration_scopes of [sso-session ${session.name}]`
      : 'check sso_start_url and sso_region: the region is the one of IAM Identity Center, not yours',
    { cause: error },
  )
}
