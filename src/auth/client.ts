/**
 * IAM Identity Center as ssox uses it: the OIDC and portal calls through the AWS SDK, with explicit
 * endpoint, region and deadlines, and errors turned into what the sign-in and the user can act on.
 * The only file that imports the SSO clients; loaded on a cache miss only.
 */
import {
  GetRoleCredentialsCommand,
  ListAccountRolesCommand,
  LogoutCommand,
  SSOClient,
} from '@aws-sdk/client-sso'
import {
  CreateTokenCommand,
  type CreateTokenCommandInput,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc'
import type { Credentials } from '../aws/credentials.ts'
import { ssoEndpoint } from '../aws/endpoint.ts'
import type { ProfileSettings, SsoSession } from '../aws/profile.ts'
import type { EpochMs } from '../aws/time.ts'
import type { Registration } from '../aws/token.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { createRequestHandler } from './http.ts'
import { createRetryStrategy } from './retry.ts'
import { ServiceError, translate } from './service-error.ts'

/** One call with all its retries takes no longer. */
const CALL_DEADLINE_MS = 20_000
/** A clock that is further off makes AWS refuse what is fine. */
const TOLERATED_CLOCK_MS = 5 * 60 * 1000

export interface TokenGrant {
  readonly accessToken: string
  readonly refreshToken: string | undefined
  readonly expiresAt: EpochMs
}

export interface DeviceAuthorization {
  readonly deviceCode: string
  readonly userCode: string
  readonly verificationUri: string
  readonly verificationUriComplete: string
  readonly expiresInMs: number
  readonly intervalMs: number
}

export interface IdentityCenter {
  /** Where the browser starts a PKCE sign-in. */
  readonly authorizeUrl: string
  readonly portalUrl: string
  registerClient(flow: 'pkce' | 'device', redirectUri: string): Promise<Registration>
  startDeviceAuthorization(registration: Registration): Promise<DeviceAuthorization>
  createToken(input: Omit<CreateTokenCommandInput, 'scope'>): Promise<TokenGrant>
  getRoleCredentials(token: string, accountId: string, roleName: string): Promise<Credentials>
  listRoles(token: string, accountId: string): Promise<string[]>
  logout(token: string): Promise<void>
}

/**
 * Opens the Identity Center of an SSO session. Calls reject with ServiceError (an answer of the
 * service), SsoxError `network` (no answer), or the signal's reason.
 * @throws SsoxError `profile` for an endpoint that no token may be sent to
 */
export function openIdentityCenter(
  session: SsoSession,
  settings: ProfileSettings,
  ctx: Context,
): IdentityCenter {
  const oidcUrl = ssoEndpoint('sso_oidc', { region: session.region, env: ctx.env, settings })
  const portalUrl = ssoEndpoint('sso', { region: session.region, env: ctx.env, settings })
  const oidc = new SSOOIDCClient(clientConfig(oidcUrl, session.region, settings, ctx))
  const portal = new SSOClient(clientConfig(portalUrl, session.region, settings, ctx))
  const call = <T>(host: string, run: (options: { abortSignal: AbortSignal }) => Promise<T>) =>
    withDeadline(host, ctx, run)
  return {
    authorizeUrl: `${oidcUrl.replace(/\/$/, '')}/authorize`,
    portalUrl,
    registerClient: (flow, redirectUri) =>
      call(oidcUrl, async (options) => {
        const scopes = scopesOf(session, flow)
        const answer = await oidc.send(
          new RegisterClientCommand({
            clientName: 'ssox',
            clientType: 'public',
            ...(scopes.length > 0 ? { scopes } : {}),
            ...(flow === 'pkce'
              ? {
                  grantTypes: ['authorization_code', 'refresh_token'],
                  redirectUris: [redirectUri],
                  issuerUrl: session.startUrl,
                }
              : {}),
          }),
          options,
        )
        return {
          clientId: required(answer.clientId, 'clientId', oidcUrl),
          clientSecret: required(answer.clientSecret, 'clientSecret', oidcUrl),
          expiresAt: (answer.clientSecretExpiresAt ?? 0) * 1000,
          scopes,
          flow,
        }
      }),
    startDeviceAuthorization: ({ clientId, clientSecret }) =>
      call(oidcUrl, async (options) => {
        mask(ctx, clientSecret)
        const answer = await oidc.send(
          new StartDeviceAuthorizationCommand({
            clientId,
            clientSecret,
            startUrl: session.startUrl,
          }),
          options,
        )
        const verificationUri = required(answer.verificationUri, 'verificationUri', oidcUrl)
        return {
          deviceCode: required(answer.deviceCode, 'deviceCode', oidcUrl),
          userCode: required(answer.userCode, 'userCode', oidcUrl),
          verificationUri,
          verificationUriComplete: answer.verificationUriComplete ?? verificationUri,
          expiresInMs: (answer.expiresIn || 600) * 1000,
          // RFC 8628, section 3.2: five seconds when the service names no interval.
          intervalMs: Math.max(1, answer.interval || 5) * 1000,
        }
      }),
    createToken: (input) =>
      call(oidcUrl, async (options) => {
        mask(ctx, input.clientSecret, input.code, input.codeVerifier)
        mask(ctx, input.deviceCode, input.refreshToken)
        const answer = await oidc.send(new CreateTokenCommand(input), options)
        mask(ctx, answer.accessToken, answer.refreshToken)
        return {
          accessToken: required(answer.accessToken, 'accessToken', oidcUrl),
          refreshToken: answer.refreshToken || undefined,
          expiresAt: ctx.now() + (answer.expiresIn ?? 0) * 1000,
        }
      }),
    getRoleCredentials: (accessToken, accountId, roleName) =>
      call(portalUrl, async (options) => {
        mask(ctx, accessToken)
        const { roleCredentials } = await portal.send(
          new GetRoleCredentialsCommand({ accessToken, accountId, roleName }),
          options,
        )
        return {
          accessKeyId: required(roleCredentials?.accessKeyId, 'accessKeyId', portalUrl),
          secretAccessKey: required(roleCredentials?.secretAccessKey, 'secretAccessKey', portalUrl),
          sessionToken: required(roleCredentials?.sessionToken, 'sessionToken', portalUrl),
          expiresAt: required(roleCredentials?.expiration, 'expiration', portalUrl),
          accountId,
        }
      }),
    listRoles: (accessToken, accountId) =>
      call(portalUrl, (options) => listAllRoles(portal, accessToken, accountId, options)),
    logout: (accessToken) =>
      call(portalUrl, async (options) => {
        mask(ctx, accessToken)
        await portal.send(new LogoutCommand({ accessToken }), options)
      }),
  }
}

/** Every SDK client of ssox: nothing is read from files or the environment behind our back. */
export function clientConfig(
  endpoint: string,
  region: string,
  settings: ProfileSettings,
  ctx: Context,
) {
  return {
    region,
    endpoint,
    retryStrategy: createRetryStrategy(ctx.signal),
    defaultsMode: 'standard' as const,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    userAgentAppId: async () => 'ssox',
    requestHandler: createRequestHandler({
      env: ctx.env,
      caBundle: settings.caBundle,
      endpoint,
      signal: ctx.signal,
      onClockLead: (leadMs) => warnAboutClock(leadMs, ctx),
    }),
  }
}

/**
 * Runs one SDK call with an overall deadline and translates its errors.
 * @throws ServiceError, SsoxError `network`, or the signal's reason
 */
export async function withDeadline<T>(
  endpoint: string,
  ctx: Context,
  run: (options: { abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const deadline = AbortSignal.timeout(CALL_DEADLINE_MS)
  try {
    return await run({ abortSignal: AbortSignal.any([ctx.signal, deadline]) })
  } catch (error) {
    ctx.signal.throwIfAborted()
    throw translate(error, endpoint, deadline.aborted ? CALL_DEADLINE_MS : undefined)
  }
}

/** An answer may quote what it was sent; nothing of it is to be shown. */
function mask(ctx: Context, ...secrets: (string | undefined)[]): void {
  for (const secret of secrets) if (secret) ctx.say.mask(secret)
}

const clockWarned = new WeakSet<Context>()

function warnAboutClock(leadMs: number, ctx: Context): void {
  if (Math.abs(leadMs) <= TOLERATED_CLOCK_MS || clockWarned.has(ctx)) return
  clockWarned.add(ctx)
  const minutes = Math.round(Math.abs(leadMs) / 60_000)
  ctx.say.warn(
    `the clock of this machine is ${minutes} minutes ${leadMs > 0 ? 'ahead of' : 'behind'} AWS: set it, or AWS will refuse requests`,
  )
}

/** PKCE always asks for the scope that lists accounts; the device flow sends what is configured. */
function scopesOf(session: SsoSession, flow: 'pkce' | 'device'): string[] {
  const configured = session.kind === 'named' ? [...session.scopes] : []
  return configured.length === 0 && flow === 'pkce' ? ['sso:account:access'] : configured
}

async function listAllRoles(
  portal: SSOClient,
  accessToken: string,
  accountId: string,
  options: { abortSignal: AbortSignal },
): Promise<string[]> {
  const names: string[] = []
  const seen = new Set<string>()
  let nextToken: string | undefined
  do {
    const page = await portal.send(
      new ListAccountRolesCommand({ accessToken, accountId, nextToken, maxResults: 100 }),
      options,
    )
    for (const { roleName } of page.roleList ?? []) if (roleName) names.push(roleName)
    nextToken = page.nextToken && !seen.has(page.nextToken) ? page.nextToken : undefined
    if (nextToken) seen.add(nextToken)
  } while (nextToken)
  return names
}

function required<T>(value: T | undefined, field: string, endpoint: string): T {
  if (value !== undefined && value !== '') return value
  throw new SsoxError(
    'network',
    `the answer of ${new URL(endpoint).host} lacks ${field}`,
    'try again; if it stays, look at it with --debug',
  )
}

export { ServiceError }
