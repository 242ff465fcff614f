/**
 * Credentials of a profile, by its kind: from the cache when they are valid for long enough
 * (no network, no lock), else from AWS (contract, section 4).
 */
import { join } from 'node:path'
import type { Credentials } from '../aws/credentials.ts'
import type { AssumeRoleProfile, Profile, SsoProfile, WebIdentityProfile } from '../aws/profile.ts'
import type { EpochMs } from '../aws/time.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { loginCredentials } from '../state/login-cache.ts'
import {
  peekRoleCredentials,
  type RoleCacheFile,
  readRoleCredentials,
  writeRoleCredentials,
} from '../state/role-cache.ts'
import { roleCacheFile } from '../state/role-cache-file.ts'
import { acquireLock } from '../system/lock.ts'
import { typedWord } from '../ui/typed-command.ts'
import type { IdentityCenter } from './client.ts'
import { ensureToken } from './ensure-token.ts'
import { isService } from './service-error.ts'
import { signInCommand } from './sign-in-command.ts'

/** Getting role credentials takes seconds; another process that takes longer is not waited for. */
const ROLE_WAIT_MS = 30_000

export interface CredentialsRequest {
  /** Cached credentials with less time left are not used, in milliseconds. */
  readonly minLeftMs: number
  /** Ask AWS even though the cached ones are valid. */
  readonly refresh: boolean
  /** Since when they are waited for: now, unless given. */
  readonly askedAt?: EpochMs
}

/**
 * The credentials of `profile`.
 * @throws SsoxError of any kind; the signal's reason when aborted
 */
export async function resolveCredentials(
  profile: Profile,
  asked: CredentialsRequest,
  ctx: Context,
): Promise<Credentials> {
  const request = { ...asked, askedAt: asked.askedAt ?? ctx.now() }
  return resolveLink(profile, { ...request, got: new Map() }, ctx)
}

/** A request with what it has brought so far, by the key of the cache. */
interface ChainRequest extends CredentialsRequest {
  readonly got: Map<string, Credentials>
}

/** The credentials of one profile in a chain of roles. */
async function resolveLink(
  profile: Profile,
  request: ChainRequest,
  ctx: Context,
): Promise<Credentials> {
  switch (profile.kind) {
    case 'static':
      return profile.keys
    case 'sso':
      return cached(profile, request, ctx, {
        source: nothing,
        fetch: () => fetchRoleCredentials(profile, request, ctx),
      })
    case 'assume-role':
      return cached(profile, request, ctx, {
        source: () => sourceCredentials(profile, request, ctx),
        fetch: (source) => assumeRole(profile, source, ctx),
      })
    case 'web-identity':
      return cached(profile, request, ctx, {
        source: nothing,
        fetch: () => assumeWithWebIdentity(profile, ctx),
      })
    case 'process': {
      const { runCredentialProcess } = await import('./credential-process.ts')
      return runCredentialProcess(profile, ctx)
    }
    case 'login-session': {
      const found = loginCredentials(profile.loginSession, ctx.paths, ctx.now())
      if (found) return found
      throw new SsoxError(
        'profile',
        `profile "${profile.name}" uses login_session (aws login), which has no valid keys now and which ssox cannot renew`,
        `aws configure export-credentials --profile=${typedWord(profile.name)}`,
      )
    }
  }
}

async function nothing(): Promise<undefined> {
  return undefined
}

/** Getting role credentials in two steps: what they are asked with, and the question to AWS. */
interface RoleSteps<Source> {
  readonly source: () => Promise<Source>
  readonly fetch: (source: Source) => Promise<Credentials>
}

/**
 * The cache around `fetch`: one process asks AWS, the others use what it got. The source comes before
 * the lock: in a chain that has the same role twice, a process would wait for itself.
 */
async function cached<Source>(
  profile: SsoProfile | AssumeRoleProfile | WebIdentityProfile,
  request: ChainRequest,
  ctx: Context,
  { source, fetch }: RoleSteps<Source>,
): Promise<Credentials> {
  const roleFile = roleCacheFile(profile, ctx.paths)
  const { name } = profile
  const { minLeftMs } = request
  if (!request.refresh) {
    const found = await readRoleCredentials(roleFile, ctx.now(), minLeftMs, ctx.signal)
    if (found) return found
  }
  const before = await source()
  const got = request.got.get(roleFile.key)
  if (got) return got
  const lock = await waitForTurn(roleFile, name, request, ctx)
  try {
    const arrived = request.refresh
      ? undefined
      : peekRoleCredentials(roleFile, ctx.now(), minLeftMs)
    if (arrived) return arrived
    const credentials = await fetch(before)
    request.got.set(roleFile.key, credentials)
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

async function fetchRoleCredentials(
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
function noAccess(profile: SsoProfile, roles: string[], cause: Error): SsoxError {
  const { accountId, roleName, name } = profile
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

async function assumeRole(
  profile: AssumeRoleProfile,
  source: Credentials,
  ctx: Context,
): Promise<Credentials> {
  const { assumeRoleWith } = await import('./sts.ts')
  return assumeRoleWith(profile, source, ctx)
}

async function sourceCredentials(
  { source, name }: AssumeRoleProfile,
  request: ChainRequest,
  ctx: Context,
): Promise<Credentials> {
  if (source.kind === 'profile') return resolveLink(source.profile, request, ctx)
  const { credentialsFromSource } = await import('./credential-source.ts')
  return credentialsFromSource(source.kind, name, ctx)
}

async function assumeWithWebIdentity(
  profile: WebIdentityProfile,
  ctx: Context,
): Promise<Credentials> {
  const { assumeRoleWithTokenFile } = await import('./sts.ts')
  return assumeRoleWithTokenFile(profile, ctx)
}
