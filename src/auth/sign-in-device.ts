/** The device authorization of a sign-in (RFC 8628): a code that is checked in any browser. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Registration } from '../aws/token.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { UnusableAnswer } from './answer.ts'
import type { IdentityCenter, TokenGrant } from './client.ts'
import { openPage } from './open-page.ts'
import { type SignedIn, withRegistration } from './registration.ts'
import { isService } from './service-error.ts'
import { type SignIn, timedOut, until } from './sign-in-attempt.ts'
import { keysWhileWaiting } from './sign-in-keys.ts'
import { isSignInPage } from './sign-in-page.ts'

/** RFC 8628, section 3.5: slow_down adds five seconds for this and all later polls. */
const SLOW_DOWN_MS = 5_000

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

/** Signs in with a registration for a code. @throws SsoxError `sign-in`, `network`; Cancelled */
export function signInWithCode(attempt: SignIn): Promise<SignedIn> {
  const { session, center, ctx } = attempt
  return withRegistration(session, center, 'device', ctx, (registration) =>
    signInWithDevice(attempt, registration),
  )
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
    willOpen,
    showQr,
  })
  const over = new AbortController()
  const open = () =>
    openPage(fullUrl, choice, until(over.signal, attempt).ctx).then((failure) => {
      if (failure !== undefined) view.browserFailed(failure, showQr ? undefined : fullUrl)
    })
  if (willOpen) void open()
  const keys = keysWhileWaiting(fullUrl, view, { ...(willOpen ? { open } : {}) })
  const stop = view.waiting(ctx.now() + expiresInMs, keys.list)
  const part = until(over.signal, attempt).ctx
  const polling = pollForToken(center, registration, device, part)
  polling.catch(() => undefined)
  try {
    return { grant: await Promise.race([polling, keys.pressed]), registration }
  } catch (error) {
    ctx.signal.throwIfAborted()
    throw error
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

function foreignPage(url: string): SsoxError {
  return new SsoxError(
    'network',
    `the service named a sign-in page that is not one of AWS's and not yours: ${url}`,
    'check sso_start_url and sso_region of the profile',
  )
}
