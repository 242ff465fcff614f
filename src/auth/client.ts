/**
 * IAM Identity Center as ssox uses it: the OIDC and portal calls through the AWS SDK, with explicit
 * endpoint, region and deadlines, and errors turned into what the sign-in and the user can act on.
 * The only file that imports the SSO clients; loaded on a cache miss only.
 */
import {
  GetRoleCredentialsCommand,
  ListAccountRolesCommand,
  ListAccountsCommand,
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
import { type Endpoint, endpointOf } from '../aws/endpoint.ts'
import type { ProfileSettings, SsoSession } from '../aws/profile.ts'
import { isOwnDomain } from '../aws/start-url.ts'
import type { EpochMs } from '../aws/time.ts'
import { MAX_TOKEN_MS, type Registration } from '../aws/token.ts'
import type { Context } from '../context.ts'
import { peekToken, tokenFileOf } from '../state/token-cache.ts'
import { accessTokenOf, credentialsEnd, required, secondsOf, tokenEnd } from './answer.ts'
import { createServiceHandler } from './http.ts'
import { type ResolvedStart, resolveStartUrl } from './portal-address.ts'
import { attemptsFor, createRetryStrategy, deadlineFor } from './retry.ts'
import { ServiceError, translate } from './service-error.ts'
import { whileWaiting } from './status-line.ts'

/** As many items as the portal gives at once. */
const MAX_PAGE = 100

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

/** One page of a list of the portal. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** For the request of the next page; undefined on the last one. */
  readonly next: string | undefined
}

export interface Account {
  readonly id: string
  /** May be empty. */
  readonly name: string
}

export interface IdentityCenter {
  /** Where the browser starts a PKCE sign-in. */
  readonly authorizeUrl: string
  readonly portalUrl: string
  /** Of Identity Center: where the token is from. */
  readonly region: string
  registerClient(flow: 'pkce' | 'device', redirectUri: string): Promise<Registration>
  startDeviceAuthorization(registration: Registration): Promise<DeviceAuthorization>
  createToken(input: Omit<CreateTokenCommandInput, 'scope'>): Promise<TokenGrant>
  getRoleCredentials(token: string, accountId: string, roleName: string): Promise<Credentials>
  listRoles(token: string, accountId: string): Promise<string[]>
  /** One request that is never repeated, as the next: who makes many paces them. */
  accountsPage(token: string, next: string | undefined): Promise<Page<Account>>
  rolesPage(token: string, accountId: string, next: string | undefined): Promise<Page<string>>
  logout(token: string): Promise<void>
}

/**
 * Opens the Identity Center of an SSO session; `tokenRegion` is where its token is from. A start URL
 * on the company's own domain is looked up only where no token tells the region. Calls reject with ServiceError (an answer of the
 * service), SsoxError `network` (no answer), or the signal's reason.
 * @throws SsoxError `profile` for an endpoint that no token may be sent to, or a start URL that does
 *   not lead to AWS; `network`
 */
export async function openIdentityCenter(
  session: SsoSession,
  settings: ProfileSettings,
  ctx: Context,
  tokenRegion: string | undefined = tokenSlotRegion(session, ctx),
): Promise<IdentityCenter> {
  const start = startOf(session, settings, ctx)
  const region = start.isOwn ? (tokenRegion ?? (await start.resolved()).region) : session.region
  const oidcEndpoint = endpointOf('sso_oidc', { region, env: ctx.env, settings })
  const portalEndpoint = endpointOf('sso', { region, env: ctx.env, settings })
  const [oidcHost, portalHost] = [new URL(oidcEndpoint.url).host, new URL(portalEndpoint.url).host]
  const oidc = new SSOOIDCClient(clientConfig(oidcEndpoint, region, settings, ctx))
  const isPaced = ctx.paced !== undefined
  const portal = new SSOClient({
    ...clientConfig(portalEndpoint, region, settings, ctx),
    retryStrategy: createRetryStrategy(attemptsFor(settings, ctx.env), ctx.signal, isPaced),
  })
  let single: SSOClient | undefined
  const once = () => {
    single ??= new SSOClient({
      ...clientConfig(portalEndpoint, region, settings, ctx),
      retryStrategy: createRetryStrategy(1, ctx.signal),
    })
    return single
  }
  const call = <T>(to: Endpoint, run: (options: { abortSignal: AbortSignal }) => Promise<T>) =>
    withDeadline(to, settings, ctx, run)
  const paced = ctx.paced ?? ((make) => make())
  const askPortal = <T>(run: (options: { abortSignal: AbortSignal }) => Promise<T>) =>
    paced(() => call(portalEndpoint, run))
  return {
    authorizeUrl: `${oidcEndpoint.url}/authorize`,
    portalUrl: portalEndpoint.url,
    region,
    registerClient: (flow, redirectUri) =>
      call(oidcEndpoint, async (options) => {
        const scopes = scopesOf(session, flow)
        const { startUrl } = await start.resolved()
        const answer = await oidc.send(
          new RegisterClientCommand({
            clientName: 'ssox',
            clientType: 'public',
            ...(scopes.length > 0 ? { scopes } : {}),
            ...(flow === 'pkce'
              ? {
                  grantTypes: ['authorization_code', 'refresh_token'],
                  redirectUris: [redirectUri],
                  issuerUrl: startUrl,
                }
              : {}),
          }),
          options,
        )
        return {
          clientId: required(answer.clientId, 'clientId', oidcHost),
          clientSecret: required(answer.clientSecret, 'clientSecret', oidcHost),
          expiresAt: registrationEnd(answer.clientSecretExpiresAt, ctx),
          scopes,
          flow,
        }
      }),
    startDeviceAuthorization: ({ clientId, clientSecret }) =>
      call(oidcEndpoint, async (options) => {
        mask(ctx, clientSecret)
        const { startUrl } = await start.resolved()
        const answer = await oidc.send(
          new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl }),
          options,
        )
        const expiresIn = secondsOf(answer.expiresIn, 600)
        // RFC 8628, section 3.2: five seconds when the service names no interval.
        const interval = Math.max(1, secondsOf(answer.interval, 5))
        const verificationUri = required(answer.verificationUri, 'verificationUri', oidcHost)
        return {
          deviceCode: required(answer.deviceCode, 'deviceCode', oidcHost),
          userCode: required(answer.userCode, 'userCode', oidcHost),
          verificationUri,
          verificationUriComplete: answer.verificationUriComplete ?? verificationUri,
          expiresInMs: expiresIn * 1000,
          intervalMs: Math.min(interval, expiresIn) * 1000,
        }
      }),
    createToken: (input) =>
      call(oidcEndpoint, async (options) => {
        mask(ctx, input.clientSecret, input.code, input.codeVerifier)
        mask(ctx, input.deviceCode, input.refreshToken)
        const answer = await oidc.send(new CreateTokenCommand(input), options)
        mask(ctx, answer.accessToken, answer.refreshToken)
        return {
          accessToken: accessTokenOf(answer.accessToken, oidcHost),
          refreshToken: answer.refreshToken || undefined,
          expiresAt: tokenEnd(answer.expiresIn, oidcHost, ctx),
        }
      }),
    getRoleCredentials: (accessToken, accountId, roleName) =>
      askPortal(async (options) => {
        mask(ctx, accessToken)
        const { roleCredentials } = await portal.send(
          new GetRoleCredentialsCommand({ accessToken, accountId, roleName }),
          options,
        )
        return {
          accessKeyId: required(roleCredentials?.accessKeyId, 'accessKeyId', portalHost),
          secretAccessKey: required(
            roleCredentials?.secretAccessKey,
            'secretAccessKey',
            portalHost,
          ),
          sessionToken: required(roleCredentials?.sessionToken, 'sessionToken', portalHost),
          expiresAt: credentialsEnd(roleCredentials?.expiration, portalHost, ctx),
          accountId,
        }
      }),
    listRoles: (accessToken, accountId) =>
      askPortal((options) => listAllRoles(portal, accessToken, accountId, options)),
    accountsPage: (accessToken, nextToken) =>
      call(portalEndpoint, async (options) => {
        mask(ctx, accessToken)
        const input = { accessToken, nextToken, maxResults: MAX_PAGE }
        const page = await once().send(new ListAccountsCommand(input), options)
        const items = (page.accountList ?? []).flatMap(({ accountId, accountName = '' }) =>
          accountId ? [{ id: accountId, name: accountName }] : [],
        )
        return { items, next: page.nextToken || undefined }
      }),
    rolesPage: (accessToken, accountId, nextToken) =>
      call(portalEndpoint, async (options) => {
        mask(ctx, accessToken)
        return rolesPage(once(), { accessToken, accountId, nextToken }, options)
      }),
    logout: (accessToken) =>
      call(portalEndpoint, async (options) => {
        mask(ctx, accessToken)
        await portal.send(new LogoutCommand({ accessToken }), options)
      }),
  }
}

/** The start URL as AWS knows it, asked for once. */
function startOf(session: SsoSession, settings: ProfileSettings, ctx: Context) {
  const isOwn = isOwnDomain(session.startUrl)
  let asked: Promise<ResolvedStart> | undefined
  const resolved = () => {
    asked ??= isOwn
      ? resolveStartUrl(session, settings, ctx)
      : Promise.resolve({ startUrl: session.startUrl, region: session.region })
    return asked
  }
  return { isOwn, resolved }
}

/** Where the token of the session is from; a file that cannot be trusted tells nothing. */
function tokenSlotRegion(session: SsoSession, ctx: Context): string | undefined {
  try {
    return peekToken(tokenFileOf(session, ctx.paths), ctx.now())?.region
  } catch {
    return undefined
  }
}

/** Every SDK client of ssox: nothing is read from files or the environment behind our back. */
export function clientConfig(
  endpoint: Endpoint,
  region: string,
  settings: ProfileSettings,
  ctx: Context,
) {
  return {
    region,
    endpoint: endpoint.url,
    retryStrategy: createRetryStrategy(attemptsFor(settings, ctx.env), ctx.signal),
    // What is not said here the SDK looks up in the environment and in the AWS files.
    maxAttempts: attemptsFor(settings, ctx.env),
    authSchemePreference: [],
    defaultsMode: 'standard' as const,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    userAgentAppId: async () => 'ssox',
    requestHandler: createServiceHandler(endpoint.url, settings, ctx),
  }
}

/**
 * Runs one SDK call with an overall deadline and translates its errors.
 * @throws ServiceError, SsoxError `network`, or the signal's reason
 */
export async function withDeadline<T>(
  endpoint: Endpoint,
  settings: ProfileSettings,
  ctx: Context,
  run: (options: { abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const limitMs = deadlineFor(attemptsFor(settings, ctx.env))
  const deadline = AbortSignal.timeout(limitMs)
  const stop = whileWaiting(endpoint.url, ctx)
  try {
    return await run({ abortSignal: AbortSignal.any([ctx.signal, deadline]) })
  } catch (error) {
    ctx.signal.throwIfAborted()
    throw translate(error, endpoint, deadline.aborted ? limitMs : undefined)
  } finally {
    stop()
  }
}

/** An answer may quote what it was sent; nothing of it is to be shown. */
function mask(ctx: Context, ...secrets: (string | undefined)[]): void {
  for (const secret of secrets) if (secret) ctx.say.mask(secret)
}

/** In epoch seconds; one that says more than a registration can last is believed as far as that. */
function registrationEnd(seconds: number | undefined, ctx: Context): EpochMs {
  return seconds !== undefined && seconds > 0
    ? Math.min(seconds * 1000, ctx.now() + MAX_TOKEN_MS)
    : 0
}

/** PKCE always asks for the scope that lists accounts; the device flow sends what is configured. */
function scopesOf(session: SsoSession, flow: 'pkce' | 'device'): string[] {
  const configured = [...(session.scopes ?? [])]
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
    const page = await rolesPage(portal, { accessToken, accountId, nextToken }, options)
    names.push(...page.items)
    nextToken = page.next !== undefined && !seen.has(page.next) ? page.next : undefined
    if (nextToken) seen.add(nextToken)
  } while (nextToken)
  return names
}

async function rolesPage(
  portal: SSOClient,
  asked: { accessToken: string; accountId: string; nextToken: string | undefined },
  options: { abortSignal: AbortSignal },
): Promise<Page<string>> {
  const input = { ...asked, maxResults: MAX_PAGE }
  const page = await portal.send(new ListAccountRolesCommand(input), options)
  const items = (page.roleList ?? []).flatMap(({ roleName }) => (roleName ? [roleName] : []))
  return { items, next: page.nextToken || undefined }
}

export { ServiceError }
