/** Which results of `env` the shell hooks may reuse, and how they are kept for them. */
import { join } from 'node:path'
import { tokenKey } from '../aws/cache-key.ts'
import type { Profile } from '../aws/profile.ts'
import type { EnvPatch } from '../shells/patch.ts'
import type { Env, Paths } from './paths.ts'
import { writeEntry } from './switch-cache.ts'

/** The hooks use an entry while this much time is left. */
export const HOOK_MIN_LEFT_MINUTES = 5

/**
 * Keeps the patch of a profile for the hooks. Only role credentials behind an SSO sign-in, and keys
 * that are in a file anyway, are kept; what a program or the environment gave is not.
 * @param folder the present state, see `switch-cache.ts`
 * @throws SsoxError `storage`
 */
export function keepForHooks(
  folder: string,
  profile: Profile,
  patch: EnvPatch,
  env: Env,
  paths: Paths,
): void {
  const root = rootOf(profile)
  if (root.kind !== 'sso' && root.kind !== 'static') return
  if (!patch.get('AWS_ACCESS_KEY_ID')) return
  const expires = patch.get('SSOX_EXPIRES')
  const entry = {
    profile: profile.name,
    patch,
    tokenFile:
      root.kind === 'sso' ? join(paths.ssoCache, `${tokenKey(root.session)}.json`) : undefined,
    expiresAt: expires ? Number(expires) * 1000 : undefined,
  }
  writeEntry(folder, entry, env, paths)
}

/** The profile whose credentials a chain of roles begins with. */
function rootOf(profile: Profile): Profile {
  return profile.kind === 'assume-role' && profile.source.kind === 'profile'
    ? rootOf(profile.source.profile)
    : profile
}
