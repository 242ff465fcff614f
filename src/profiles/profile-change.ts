/** From a chosen profile to its credentials, and to the change of an environment that has them. */

import type { CredentialsRequest } from '../auth/credentials-request.ts'
import { resolveCredentials } from '../auth/resolve-credentials.ts'
import type { Credentials } from '../aws/credentials.ts'
import type { Profile } from '../aws/profile.ts'
import { fits } from '../aws/region.ts'
import { accountOf } from '../aws/role-arn.ts'
import { ssoRoot } from '../aws/role-chain.ts'
import type { EpochMs } from '../aws/time.ts'
import type { Call } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import type { EnvChange } from '../shells/change.ts'
import { rememberRole } from '../state/assumed-roles.ts'
import { rememberIdentity } from '../state/identities.ts'
import { changeTo, type EnvMode } from '../switch/variables.ts'
import { switchCommand } from '../ui/typed-command.ts'
import { IDENTITY_VARIABLES } from './identity-flags.ts'
import { ifPossible } from './if-possible.ts'
import { type ChosenProfile, isInFiles } from './profile-choice.ts'
import { noteBrokenLines } from './profile-state.ts'
import { isProtectedProfile } from './protected-profile.ts'

/** `--min-left`, else the setting; in milliseconds. */
export function minLeftMs({ flags }: Call, { settings }: Context): number {
  return (flags.minLeft ?? settings.min_left) * 60_000
}

/** `--mode`, else the setting. */
export function envMode({ flags }: Call, { settings }: Context): EnvMode {
  return flags.mode ?? settings.mode
}

/**
 * Credentials of the chosen profile with this call's flags, or as `request` says. An account and role
 * without a profile is remembered: by its name it can be asked for again, and `logout` knows what to
 * remove; so is a role of `--role-arn`.
 * @throws SsoxError as `resolveCredentials`; `network` for keys that no variable can hold
 */
export async function credentialsFor(
  { profile, identity }: Pick<ChosenProfile, 'profile' | 'identity'>,
  call: Call,
  ctx: Context,
  request: Partial<CredentialsRequest> = {},
): Promise<Credentials> {
  const credentials = await resolveCredentials(
    profile,
    {
      minLeftMs: minLeftMs(call, ctx),
      refresh: call.flags.refresh ?? false,
      ...request,
    },
    ctx,
  )
  if (identity) ifPossible(() => rememberIdentity(ctx.paths, identity), ctx)
  if (profile.kind === 'assume-role' && profile.onTopOf !== undefined) {
    const { name, roleArn, onTopOf: source } = profile
    const session = ssoRoot(profile)?.session.cacheName ?? ''
    ifPossible(() => rememberRole(ctx.paths, { name, roleArn, source, session }), ctx)
  }
  ctx.say.mask(credentials.secretAccessKey)
  if (credentials.sessionToken) ctx.say.mask(credentials.sessionToken)
  if (profile.kind === 'sso') requireWhole(profile.name, credentials, ctx)
  return credentials
}

/** What a file says is the user's to correct (see `checked`); what AWS sends is not. */
function requireWhole(name: string, credentials: Credentials, { env }: Context): void {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  if (!/[\0\r\n]/.test(`${accessKeyId}${secretAccessKey}${sessionToken}`)) return
  throw new SsoxError(
    'network',
    `the answer for profile "${name}" is damaged: a key in it has a NUL character or a line break`,
    switchCommand(env, name, ['--refresh']),
  )
}

/**
 * The change that makes an environment that of the chosen profile, with a valid sign-in behind it.
 * @throws SsoxError as `resolveCredentials`; `usage` when mode `profile` has no profile to name
 */
export async function changeFor(
  chosen: ChosenProfile,
  call: Call,
  ctx: Context,
): Promise<EnvChange> {
  const { profile } = chosen
  noteBrokenLines(chosen.files, ctx)
  const mode = envMode(call, ctx)
  if (mode === 'profile' && !isInFiles(chosen))
    throw new SsoxError(
      'usage',
      'mode profile needs a profile of the AWS files, not an account and role',
      'leave --mode profile out, or name a profile',
    )
  const keys = mode !== 'profile'
  const target = {
    ...targetOf(chosen, ctx),
    mode,
    credentials: keys ? await credentialsFor(chosen, call, ctx) : undefined,
    sessionEndsAt: keys ? undefined : await ensureSignIn(profile, ctx),
  }
  return changeTo(target, cachedFor(chosen))
}

/** What the chosen profile is, whatever way its credentials take. */
export function targetOf(chosen: ChosenProfile, ctx: Context) {
  const { profile } = chosen
  return {
    profileName: profile.name,
    inFiles: isInFiles(chosen),
    region: ctx.region.flag ?? profile.region ?? regionSetting(profile, ctx),
    ...accountOf(profile),
    isProtected: isProtectedProfile(chosen, ctx),
  }
}

/** The shell says itself which account and role it wants: so it can be asked again. */
export function cachedFor({ isFromEnvironment }: ChosenProfile): readonly string[] {
  return isFromEnvironment ? IDENTITY_VARIABLES : []
}

/** Where the profile has no region: the setting, unless the user exported one, which stays. */
function regionSetting(profile: Profile, { region }: Context): string | undefined {
  const { environment, setting } = region
  return environment === undefined && setting !== undefined && fits(setting, profile)
    ? setting
    : undefined
}

/** Makes sure of the sign-in behind a profile; returns when it ends, if it cannot be refreshed. */
export async function ensureSignIn(profile: Profile, ctx: Context): Promise<EpochMs | undefined> {
  const root = ssoRoot(profile)
  if (!root) return undefined
  const { session, settings } = root
  const { ensureToken } = await import('../auth/ensure-token.ts')
  const token = await ensureToken(
    {
      session,
      settings,
      profile: root,
    },
    ctx,
  )
  return token.refreshToken ? undefined : token.expiresAt
}
