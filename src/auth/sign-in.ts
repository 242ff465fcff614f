/**
 * One sign-in: PKCE authorization code (RFC 7636, RFC 8252) or device authorization (RFC 8628).
 * Prints nothing itself: what a person must see goes to the SignInView.
 */
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { SsoSession } from '../aws/profile.ts'
import type { Registration, SsoToken } from '../aws/token.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { type Callback, listenForCallback } from '../system/loopback.ts'
import { PAGE_HEADERS, signedInPage, signInFailedPage } from '../ui/browser-page.ts'
import type { IdentityCenter, TokenGrant } from './client.ts'
import { chooseFlow } from './flow.ts'
import { openPage, withBrowserOf } from './open-page.ts'
import { FlowRefused, RefusedInBrowser, type SignedIn, withRegistration } from './registration.ts'
import { isService, ServiceError } from './service-error.ts'
import { sessionLabel } from './session-label.ts'
import {
  again,
  denied,
  never,
  type SignIn,
  type SignInKey,
  type SignInRequest,
  timedOut,
  until,
} from './sign-in-attempt.ts'
import { signInWithCode } from './sign-in-device.ts'
import { CodeWanted, keysWhileWaiting } from './sign-in-keys.ts'
import { signInView } from './sign-in-view.ts'

/** The browser has this long to come back. */
const CALLBACK_WAIT_MS = 600_000
/** Then whoever looks at an error page is told what it means: it never comes back. */
const PATIENCE_MS = 60_000

/**
 * Signs in and returns the token (not yet stored).
 * @throws SsoxError `sign-in` when it was refused or timed out, `network`, or the signal's reason
 */
export async function signIn(
  { session, profile }: SignInRequest,
  center: IdentityCenter,
  base: Context,
): Promise<SsoToken> {
  const ctx = withBrowserOf(session, base)
  const view = signInView(ctx)
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
    if (error instanceof CodeWanted) {
      view.flow(sessionLabel(session), 'device', 'you asked for it')
      return signInWithCode(onOtherDevice(attempt))
    }
    if (!(error instanceof FlowRefused)) throw error
    view.flow(sessionLabel(session), 'device', `AWS refuses the other way: ${error.why}`)
    return signInWithCode(attempt)
  }
}

/** The same for a person whose browser is not here. */
function onOtherDevice(attempt: SignIn): SignIn {
  return { ...attempt, choice: { ...attempt.choice, canOpen: false, showQr: true } }
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
    const { openBrowser } = ctx.signIn
    view.url(url, openBrowser)
    const open = async () => {
      const failure = await openPage(url, attempt.choice, until(answered.signal, part).ctx)
      if (failure !== undefined) view.browserFailed(failure)
    }
    const keys = keysWhileWaiting(url, view, { ...(openBrowser ? { open } : {}), hasCode: true })
    const ways = [
      keys.pressed,
      waitForCallback(listener.callback, part, keys.list).then(async (callback) => ({
        grant: await exchange(part, registration, callback, {
          codeVerifier,
          redirectUri: listener.redirectUri,
        }),
        registration,
      })),
    ]
    if (openBrowser) ways.push(codeIfNoBrowser(url, part, answered.signal))
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
    return await signInWithCode(onOtherDevice(attempt))
  } catch (error) {
    if (isService(error, 'AccessDeniedException')) throw error
    ctx.say.debug(`nor with a code: ${String(error)}`)
    return never()
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

async function waitForCallback(
  callback: Promise<Callback>,
  { view, ctx, ...asked }: SignIn,
  keys: readonly SignInKey[],
): Promise<Callback> {
  const stop = view.waiting(ctx.now() + CALLBACK_WAIT_MS, keys)
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

function refusedInBrowser(reason: string | undefined): SsoxError {
  return reason === undefined || reason === 'access_denied'
    ? denied()
    : new RefusedInBrowser(reason)
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
