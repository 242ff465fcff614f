/** From a chosen profile to its credentials, and to the patch of an environment that has them. */

import { resolveCredentials } from '../auth/credentials.ts'
import { ensureToken } from '../auth/token.ts'
import type { Credentials } from '../aws/credentials.ts'
import { accountOf, type EnvMode, environmentPatch, exportsRegion } from '../aws/environment.ts'
import type { Profile } from '../aws/profile.ts'
import { guardedBy, isProtected } from '../aws/protection.ts'
import type { EpochMs } from '../aws/time.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import type { EnvPatch } from '../shells/patch.ts'
import { rememberIdentity } from '../state/identities.ts'
import { typedCommand } from '../ui/typed-command.ts'
import type { Call } from './command.ts'
import { IDENTITY_VARIABLES } from './identity.ts'
import { keep } from './keep.ts'
import type { ChosenProfile } from './profile-choice.ts'
import { noteBrokenLines } from './profile-state.ts'
import { signInView } from './signin-view.ts'

const DEFAULT_MIN_LEFT_MINUTES = 5

/** `--min-left`, else the setting, else five minutes; in milliseconds. */
export function minLeftMs({ flags }: Call, { settings }: Context): number {
  const minutes = flags.minLeft ?? Number(settings.get('min_left') ?? DEFAULT_MIN_LEFT_MINUTES)
  return minutes * 60_000
}

/** `--mode`, else the setting, else `both`. */
export function envMode({ flags }: Call, { settings }: Context): EnvMode {
  const mode = flags.mode ?? settings.get('mode')
  return mode === 'keys' || mode === 'profile' ? mode : 'both'
}

/**
 * Credentials of the chosen profile with this call's flags. An account and role without a profile is
 * remembered: by its name it can be asked for again, and `logout` knows what to remove.
 * @throws SsoxError as `resolveCredentials`; `network` for keys that no variable can hold
 */
export async function credentialsFor(
  { profile, identity }: Pick<ChosenProfile, 'profile' | 'identity'>,
  call: Call,
  ctx: Context,
): Promise<Credentials> {
  const credentials = await resolveCredentials(
    profile,
    {
      minLeftMs: minLeftMs(call, ctx),
      refresh: call.flags.refresh ?? false,
      view: signInView(ctx),
    },
    ctx,
  )
  if (identity) keep(() => rememberIdentity(ctx.paths, identity), ctx)
  ctx.say.mask(credentials.secretAccessKey)
  if (credentials.sessionToken) ctx.say.mask(credentials.sessionToken)
  if (profile.kind === 'sso') requireWhole(profile.name, credentials)
  return credentials
}

/** What a file says is the user's to correct (see `changesIn`); what AWS sends is not. */
function requireWhole(name: string, credentials: Credentials): void {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  if (!/[\0\r\n]/.test(`${accessKeyId}${secretAccessKey}${sessionToken}`)) return
  throw new SsoxError(
    'network',
    `the answer for profile "${name}" is damaged: a key in it has a NUL character or a line break`,
    typedCommand('env', name, ['--refresh']),
  )
}

/**
 * The patch that puts the chosen profile into an environment, with a valid sign-in behind it.
 * @throws SsoxError as `resolveCredentials`; `usage` when mode `profile` has no profile to name
 */
export async function patchFor(chosen: ChosenProfile, call: Call, ctx: Context): Promise<EnvPatch> {
  const { profile } = chosen
  noteBrokenLines(chosen.files, ctx)
  const inFiles = chosen.identity === undefined
  const mode = envMode(call, ctx)
  if (mode === 'profile' && !inFiles)
    throw new SsoxError(
      'usage',
      'mode profile needs a profile of the AWS files, not an account and role',
      'leave --mode profile out, or name a profile',
    )
  const keys = mode !== 'profile'
  const patch = environmentPatch(
    {
      profileName: profile.name,
      inFiles,
      mode,
      region: ctx.region.flag ?? profile.region ?? regionSetting(ctx),
      credentials: keys ? await credentialsFor(chosen, call, ctx) : undefined,
      sessionEndsAt: keys ? undefined : await ensureSignIn(profile, ctx),
      ...accountOf(profile),
      guarded: isGuarded(chosen, ctx),
    },
    ctx.env,
  )
  return chosen.isFromEnvironment ? keepingIdentity(patch) : patch
}

/** The shell says itself which account and role it wants: so it can be asked again. */
function keepingIdentity(patch: EnvPatch): EnvPatch {
  return new Map([...patch].filter(([name]) => !IDENTITY_VARIABLES.includes(name)))
}

/** Where the profile has no region: the setting, unless the user exported one, which stays. */
function regionSetting({ env, region }: Context): string | undefined {
  return exportsRegion(env) ? undefined : region.setting
}

/** True when the setting `protect` names the profile, its account or its role. */
export function isGuarded(
  { profile, files }: ChosenProfile,
  { settings }: Pick<Context, 'settings'>,
): boolean {
  const globs = settings.get('protect')
  return globs !== undefined && isProtected(globs, guardedBy(profile, files))
}

/** Makes sure of the sign-in behind a profile; returns when it ends, if it cannot be refreshed. */
async function ensureSignIn(profile: Profile, ctx: Context): Promise<EpochMs | undefined> {
  if (profile.kind === 'assume-role' && profile.source.kind === 'profile')
    return ensureSignIn(profile.source.profile, ctx)
  if (profile.kind !== 'sso') return undefined
  const { session, settings } = profile
  const token = await ensureToken(
    {
      session,
      settings,
      profile,
      view: signInView(ctx),
      connect: async () => {
        const { openIdentityCenter } = await import('../auth/client.ts')
        return openIdentityCenter(session, settings, ctx)
      },
    },
    ctx,
  )
  return token.refreshToken ? undefined : token.expiresAt
}
