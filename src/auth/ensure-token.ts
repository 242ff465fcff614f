/**
 * The access token of an SSO session: cached, else refreshed, else signed in; one process does it,
 * the others wait and use what it got. No lock is taken while the cached token is good.
 */
import { join } from 'node:path'
import type { AwsFiles, ProfileSettings, SsoProfile, SsoSession } from '../aws/profile.ts'
import type { EpochMs } from '../aws/time.ts'
import type { SsoToken } from '../aws/token.ts'
import type { Context } from '../context.ts'
import { messageOf, SsoxError } from '../problem.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { failedSignIn, rememberFailedSignIn } from '../state/failed-sign-in.ts'
import {
  canStoreToken,
  peekToken,
  readToken,
  removeTokenIf,
  type TokenFile,
  tokenFileOf,
  writeToken,
} from '../state/token-cache.ts'
import { acquireLock } from '../system/lock.ts'
import type { IdentityCenter } from './client.ts'
import { forgetRegistration, isRegistrationRefused } from './registration.ts'
import { ServiceError } from './service-error.ts'
import { sessionLabel } from './session-label.ts'
import { signInCommand } from './sign-in-command.ts'

/** From here on a refresh is tried; until it must succeed, a failure is no problem. */
const REFRESH_AHEAD_MS = 15 * 60 * 1000
/** With less than this the token may end while it is being used. */
const USABLE_MS = 60 * 1000
const REFRESH_WAIT_MS = 45_000
const SIGN_IN_WAIT_MS = 615_000

export interface TokenRequest {
  readonly session: SsoSession
  readonly settings: ProfileSettings
  /** Whose sign-in it is, for the command that mends a failure. */
  readonly profile?: SsoProfile | undefined
  /** Sign in even though the token is good (`ssox login --force`). */
  readonly force?: boolean
  /** An access token that AWS has refused although it looked valid. */
  readonly rejected?: string | undefined
  /** Since when this is waited for (now, unless given): a sign-in that fails meanwhile counts. */
  readonly askedAt?: EpochMs | undefined
  /** Gives the client that the caller goes on to use; called when the service is needed. */
  readonly connect?: () => Promise<IdentityCenter>
}

/** A request with what it says nothing about. */
type WholeRequest = TokenRequest & Required<Pick<TokenRequest, 'connect'>> & { askedAt: EpochMs }

/**
 * A token that can be used now.
 * @throws SsoxError `sign-in` (needed but not allowed, refused, timed out), `network`, `busy`,
 *   `storage` (a token file that must not be trusted), or the signal's reason
 */
export async function ensureToken(asked: TokenRequest, ctx: Context): Promise<SsoToken> {
  const request = {
    ...asked,
    askedAt: asked.askedAt ?? ctx.now(),
    connect: asked.connect ?? (() => connect(asked, ctx)),
  }
  const tokenFile = tokenFileOf(request.session, ctx.paths)
  const before = await readToken(tokenFile, ctx.now(), ctx.signal)
  const cached = before?.accessToken === request.rejected ? undefined : before
  if (cached && !request.force && isFresh(cached, ctx)) return cached
  if (!canRefresh(before, ctx) || request.force) requirePermission(request, ctx)
  const replaced = request.force ? before?.accessToken : request.rejected
  const lock = await waitForTurn(tokenFile, replaced, request, ctx)
  try {
    // What another process wrote meanwhile is authoritative.
    const current = await readToken(tokenFile, ctx.now(), ctx.signal)
    maskToken(current, ctx)
    if (current && current.accessToken !== replaced && isUsable(current, ctx)) {
      if (!lock || isFresh(current, ctx)) return current
    }
    return await renew(tokenFile, current, request, ctx)
  } finally {
    lock?.release()
  }
}

/** Loads the client, which nobody needs while the token is good. */
async function connect({ session, settings }: TokenRequest, ctx: Context): Promise<IdentityCenter> {
  const { openIdentityCenter } = await import('./client.ts')
  return openIdentityCenter(session, settings, ctx)
}

/** Whatever is shown from now on, an answer of the service that repeats them included. */
function maskToken(token: SsoToken | undefined, { say }: Context): void {
  for (const secret of [token?.accessToken, token?.refreshToken, token?.clientSecret])
    if (secret) say.mask(secret)
}

/** Good without asking anybody: a legacy token until it ends, a refreshable one until 15 min before. */
function isFresh(token: SsoToken, ctx: Context): boolean {
  const left = token.expiresAt - ctx.now()
  return left > REFRESH_AHEAD_MS || (left > USABLE_MS && !canRefresh(token, ctx))
}

function isUsable(token: SsoToken, ctx: Context): boolean {
  return token.expiresAt - ctx.now() > USABLE_MS
}

/** Only tokens of an sso-session carry what a refresh needs (as in botocore's tokens.py). */
function canRefresh(token: SsoToken | undefined, ctx: Context): boolean {
  return Boolean(
    token?.refreshToken &&
      token.clientId &&
      token.clientSecret &&
      (token.registrationExpiresAt ?? 0) > ctx.now(),
  )
}

function requirePermission(request: TokenRequest, ctx: Context): void {
  if (ctx.signIn.allowed) return
  throw new SsoxError(
    'sign-in',
    `the SSO session ${sessionLabel(request.session)} needs a sign-in (${ctx.signIn.why})`,
    signInCommand(request.session, request.profile, ctx.signIn.words),
  )
}

/** The lock of this session; undefined when another process has got a good token meanwhile. */
async function waitForTurn(
  tokenFile: TokenFile,
  replaced: string | undefined,
  request: TokenRequest,
  ctx: Context,
) {
  const label = sessionLabel(request.session)
  const arrived = () => {
    const token = peekQuietly(tokenFile, ctx)
    return token !== undefined && token.accessToken !== replaced && isUsable(token, ctx)
  }
  try {
    return await acquireLock(join(ctx.paths.runtime, 'locks', `token-${tokenFile.key}.lock`), {
      waitMs: ctx.signIn.allowed ? SIGN_IN_WAIT_MS : REFRESH_WAIT_MS,
      searchPath: ctx.env['PATH'],
      what: `the sign-in of ${label}`,
      signal: ctx.signal,
      isDone: arrived,
      onWait: (holder) =>
        ctx.say.note(
          `waiting for the sign-in of ${label} in another terminal${holder ? ` (process ${holder})` : ''}`,
        ),
    })
  } catch (error) {
    // Without a folder for locks the sign-in still works; it may happen twice.
    if (error instanceof SsoxError && error.kind === 'storage') return undefined
    throw error
  }
}

function peekQuietly(tokenFile: TokenFile, ctx: Context): SsoToken | undefined {
  try {
    return peekToken(tokenFile, ctx.now())
  } catch {
    return undefined
  }
}

/** Under the lock: refresh if possible, else sign in, and store the result. */
async function renew(
  tokenFile: TokenFile,
  current: SsoToken | undefined,
  request: WholeRequest,
  ctx: Context,
): Promise<SsoToken> {
  if (current && !request.force && canRefresh(current, ctx)) {
    const refreshed = await refresh(tokenFile, current, request, ctx)
    if (refreshed) return refreshed
  }
  requirePermission(request, ctx)
  // Nobody wants to be asked again, once for every process that has waited for the answer.
  const failed = failedSignIn(ctx.paths, tokenFile.key, request.askedAt, ctx.now())
  if (failed) throw failed
  ctx.signIn.begin?.(tokenFile.key)
  const center = await request.connect()
  const { signIn } = await import('./sign-in.ts')
  try {
    const token = await signIn(request, center, ctx)
    return await storeNew(tokenFile, { ...token, unknown: current?.unknown ?? {} }, request, ctx)
  } catch (error) {
    if (error instanceof SsoxError && error.kind === 'sign-in') noteFailure(tokenFile, error, ctx)
    throw error
  }
}

function noteFailure(tokenFile: TokenFile, problem: SsoxError, ctx: Context): void {
  try {
    rememberFailedSignIn(ctx.paths, tokenFile.key, problem, ctx.now())
  } catch (error) {
    ctx.say.debug(`those who wait are not told: ${String(error)}`)
  }
}

/** undefined: the session has ended, a sign-in is needed. */
async function refresh(
  tokenFile: TokenFile,
  current: SsoToken,
  request: WholeRequest,
  ctx: Context,
): Promise<SsoToken | undefined> {
  const stillGood = current.accessToken !== request.rejected && isUsable(current, ctx)
  // A refresh that is lost costs the refresh token, and that is the sign-in of everybody else here.
  if (stillGood && !canStoreToken(tokenFile, current)) return current
  try {
    const center = await request.connect()
    const grant = await center.createToken({
      clientId: current.clientId,
      clientSecret: current.clientSecret,
      grantType: 'refresh_token',
      refreshToken: current.refreshToken,
    })
    return store(tokenFile, { ...current, ...grant }, ctx)
  } catch (error) {
    ctx.signal.throwIfAborted()
    const latest = await readToken(tokenFile, ctx.now(), ctx.signal)
    if (latest && latest.accessToken !== current.accessToken && isUsable(latest, ctx)) return latest
    // The next sign-in would start with the same registration.
    if (isRegistrationRefused(error)) forgetRegistration(request.session, current.clientId, ctx)
    if (stillGood) {
      ctx.say.debug(`refresh failed, the token is still good: ${String(error)}`)
      return current
    }
    // Whatever the reason for a refusal is, a sign-in is what helps.
    if (!(error instanceof ServiceError)) throw error
    forget(tokenFile, current.accessToken, ctx)
    return undefined
  }
}

function forget(tokenFile: TokenFile, accessToken: string, ctx: Context): void {
  try {
    removeTokenIf(tokenFile, accessToken)
  } catch (error) {
    ctx.say.debug(`the ended token stays: ${String(error)}`)
  }
}

/**
 * Stores the token of a new sign-in in place of all that was got with the one before. Before, so
 * that a kill in between leaves nothing old beside the new token; and after, for what another
 * process got with the old token in between.
 */
async function storeNew(
  tokenFile: TokenFile,
  token: SsoToken,
  { session }: TokenRequest,
  ctx: Context,
): Promise<SsoToken> {
  const { resultsOf } = await import('./session-results.ts')
  const failures: unknown[] = []
  let files: AwsFiles | undefined
  try {
    files = loadAwsFiles(ctx.paths)
  } catch (error) {
    failures.push(error)
  }
  const results = resultsOf(session, files, ctx)
  failures.push(...results.remove())
  if (failures.length > 0)
    ctx.say.warn(`credentials of the sign-in before may still be used: ${messageOf(failures[0])}`)
  const stored = store(tokenFile, token, ctx)
  results.remove()
  return stored
}

/** A token that cannot be stored still serves this command; the person is told. */
function store(tokenFile: TokenFile, token: SsoToken, ctx: Context): SsoToken {
  try {
    writeToken(tokenFile, token)
  } catch (error) {
    if (!(error instanceof SsoxError)) throw error
    ctx.say.warn(`the sign-in is not remembered: ${error.message}`)
  }
  return token
}
