/**
 * Credentials of a profile, by its kind: from the cache when they are valid for long enough
 * (no network, no lock), else from AWS (contract, section 4).
 */
import type { Credentials } from '../aws/credentials.ts'
import type { AssumeRoleProfile, Profile, SsoProfile, WebIdentityProfile } from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { loginCredentials } from '../state/login-cache.ts'
import { readRoleCredentials } from '../state/role-cache.ts'
import { roleCacheFile } from '../state/role-cache-file.ts'
import { typedWord } from '../ui/typed-command.ts'
import type { CredentialsRequest } from './credentials-request.ts'

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
        fetch: () => roleOfSignIn(profile, request, ctx),
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
  if (!request.refresh) {
    const found = await readRoleCredentials(roleFile, ctx.now(), request.minLeftMs, ctx.signal)
    if (found) return found
  }
  const before = await source()
  const got = request.got.get(roleFile.key)
  if (got) return got
  // From here on AWS is asked, which takes so long that loading more does not matter.
  const { askOnce } = await import('./role-from-aws.ts')
  const credentials = await askOnce(roleFile, profile, request, () => fetch(before), ctx)
  request.got.set(roleFile.key, credentials)
  return credentials
}

async function roleOfSignIn(
  profile: SsoProfile,
  request: CredentialsRequest,
  ctx: Context,
): Promise<Credentials> {
  const { fetchRoleCredentials } = await import('./role-from-aws.ts')
  return fetchRoleCredentials(profile, request, ctx)
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
