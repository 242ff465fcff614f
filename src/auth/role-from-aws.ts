/**
 * Role credentials that are not in the cache: one process asks AWS, the others wait and use what it
 * got. Loaded only then.
 */
import { join } from 'node:path'
import type { Credentials } from '../aws/credentials.ts'
import type { Profile, SsoProfile } from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import {
  peekRoleCredentials,
  type RoleCacheFile,
  writeRoleCredentials,
} from '../state/role-cache.ts'
import { acquireLock } from '../system/lock.ts'
import type { IdentityCenter } from './client.ts'
import type { CredentialsRequest } from './credentials-request.ts'
import { ensureToken } from './ensure-token.ts'
import { isService, type ServiceError } from './service-error.ts'
import { signInCommand } from './sign-in-command.ts'
import { watchSignOut } from './sign-out-meanwhile.ts'

/** Getting role credentials takes seconds; another process that takes longer is not waited for. */
const ROLE_WAIT_MS = 30_000

/**
 * What `fetch` brings, or what another process has got meanwhile.
 * @throws SsoxError `busy` when the other one takes too long, `sign-in` after a logout meanwhile, or
 *   as `fetch`
 */
export async function askOnce(
  roleFile: RoleCacheFile,
  profile: Profile,
  request: CredentialsRequest,
  fetch: () => Promise<Credentials>,
  ctx: Context,
): Promise<Credentials> {
  const lock = await waitForTurn(roleFile, profile.name, request, ctx)
  try {
    const arrived = request.refresh
      ? undefined
      : peekRoleCredentials(roleFile, ctx.now(), request.minLeftMs)
    if (arrived) return arrived
    const refuseAfterSignOut = watchSignOut(profile, ctx)
    const credentials = await fetch()
    refuseAfterSignOut()
    remember(roleFile, credentials, ctx)
    return credentials
  } finally {
    lock?.release()
  }
}

/** The lock of this role; going on without it only costs a second request. */
async function waitForTurn(
  roleFile: RoleCacheFile,
  name: string,
  { minLeftMs, refresh }: CredentialsRequest,
  ctx: Context,
) {
  try {
    return await acquireLock(join(ctx.paths.runtime, 'locks', `role-${roleFile.key}.lock`), {
      waitMs: ctx.signIn.allowed ? 20 * ROLE_WAIT_MS : ROLE_WAIT_MS,
      searchPath: ctx.env['PATH'],
      what: `getting the credentials of "${name}"`,
      signal: ctx.signal,
      onWait: (holder) =>
        ctx.say.note(
          `waiting for the credentials of "${name}" in another terminal${holder ? ` (process ${holder})` : ''}`,
        ),
      ...(refresh
        ? {}
        : { isDone: () => Boolean(peekRoleCredentials(roleFile, ctx.now(), minLeftMs)) }),
    })
  } catch (error) {
    if (error instanceof SsoxError && error.kind === 'storage') return undefined
    throw error
  }
}

/** Credentials that cannot be stored are still good; the person is told. */
function remember(roleFile: RoleCacheFile, credentials: Credentials, ctx: Context): void {
  const { expiresAt } = credentials
  if (expiresAt === undefined) return
  try {
    writeRoleCredentials(roleFile, { ...credentials, expiresAt })
  } catch (error) {
    if (!(error instanceof SsoxError)) throw error
    ctx.say.warn(`the credentials are not cached: ${error.message}`)
  }
}

/**
 * The credentials of an SSO profile's role, with the access token of its session; a token that AWS
 * refuses is replaced once.
 * @throws SsoxError as `ensureToken`; `refused` without access to the role
 */
export async function fetchRoleCredentials(
  profile: SsoProfile,
  request: CredentialsRequest,
  ctx: Context,
): Promise<Credentials> {
  let opened: Promise<IdentityCenter> | undefined
  const connect = () => {
    opened ??= import('./client.ts').then(({ openIdentityCenter }) =>
      openIdentityCenter(profile.session, profile.settings, ctx),
    )
    return opened
  }
  const token = (rejected?: string) =>
    ensureToken(
      {
        session: profile.session,
        settings: profile.settings,
        profile,
        connect,
        rejected,
        askedAt: request.askedAt,
      },
      ctx,
    )
  const ask = async (accessToken: string) => {
    ctx.say.mask(accessToken)
    const center = await connect()
    return center.getRoleCredentials(accessToken, profile.accountId, profile.roleName)
  }
  const first = await token()
  try {
    return await ask(first.accessToken)
  } catch (error) {
    if (!isService(error, 'UnauthorizedException')) throw await explain(error, first.accessToken)
    const second = await token(first.accessToken)
    return await ask(second.accessToken).catch(async (again) => {
      throw await explain(again, second.accessToken)
    })
  }

  async function explain(error: unknown, accessToken: string): Promise<unknown> {
    if (isService(error, 'UnauthorizedException'))
      return new SsoxError(
        'sign-in',
        `AWS refuses the sign-in of profile "${profile.name}" (${error.detail})`,
        signInCommand(profile.session, profile, ['--force']),
        { cause: error },
      )
    if (
      !isService(
        error,
        'ForbiddenException',
        'ResourceNotFoundException',
        'InvalidRequestException',
      )
    )
      return error
    const roles = await connect()
      .then((center) => center.listRoles(accessToken, profile.accountId))
      .catch(() => [])
    ctx.signal.throwIfAborted()
    return noAccess(profile, roles, error)
  }
}

/** 403: the role is not assigned (any more), or its name is wrong; a sign-in would not help. */
function noAccess(profile: SsoProfile, roles: string[], cause: ServiceError): SsoxError {
  const { accountId, roleName, name } = profile
  if (roles.includes(roleName))
    return new SsoxError(
      'refused',
      `AWS refuses role ${roleName} in account ${accountId} (profile "${name}"), which it lists as yours: ${cause.detail}`,
      'wait a minute and try again; if it stays, ask an administrator to provision the permission set again',
      { cause },
    )
  const there =
    roles.length > 0
      ? `you have there: ${roles.join(', ')}`
      : `you have no role in account ${accountId}, or it does not exist`
  return new SsoxError(
    'refused',
    `AWS refuses role ${roleName} in account ${accountId} (profile "${name}"); ${there}`,
    'set sso_role_name and sso_account_id of the profile to a role you have, or ask for the assignment',
    { cause },
  )
}
