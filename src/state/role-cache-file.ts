/** Where the role credentials of a profile are cached. */
import { assumeRoleKey, ssoRoleKey } from '../aws/cache-key.ts'
import type { AssumeRoleProfile, SsoProfile, WebIdentityProfile } from '../aws/profile.ts'
import type { Paths } from './paths.ts'
import type { RoleCacheFile } from './role-cache.ts'

/** The place in `~/.aws/cli/cache`, with the AWS CLI's name for it. */
export function roleCacheFile(
  profile: SsoProfile | AssumeRoleProfile | WebIdentityProfile,
  { cliCache }: Pick<Paths, 'cliCache'>,
): RoleCacheFile {
  return profile.kind === 'sso'
    ? { folder: cliCache, key: ssoRoleKey(profile), kind: 'sso' }
    : { folder: cliCache, key: assumeRoleKey(profile), kind: 'assume-role' }
}

/** The same of a role that is assumed without any options. */
export function plainRoleFile(
  roleArn: string,
  { cliCache }: Pick<Paths, 'cliCache'>,
): RoleCacheFile {
  return { folder: cliCache, key: assumeRoleKey({ roleArn }), kind: 'assume-role' }
}
