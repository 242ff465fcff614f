/** What is known of a profile without asking anybody: whether it is in use, and for how long. */
import { type AwsFiles, brokenLines, type Profile, type ProfileSummary } from '../aws/profile.ts'
import { isServedName } from '../aws/served-name.ts'
import type { EpochMs } from '../aws/time.ts'
import type { Context } from '../context.ts'
import { loginCredentials } from '../state/login-cache.ts'
import { peekRoleCredentials } from '../state/role-cache.ts'
import { roleCacheFile } from '../state/role-cache-file.ts'
import type { Colours, Style } from '../ui/colour.ts'

/** As system/private-endpoint.ts makes them; those of ECS, EKS and other tools look otherwise. */
const PRIVATE_ENDPOINT = /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}$/

const SOON_MS = 30 * 60_000
const VERY_SOON_MS = 10 * 60_000

/**
 * The profile that the environment names, in the AWS CLI v2's order. Behind the endpoint of `ssox exec
 * --serve` it is the one that is served: AWS_PROFILE names none there, or one without credentials.
 */
export function profileOfEnvironment({ env }: Pick<Context, 'env'>): string | undefined {
  const named = env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || undefined
  const served = servedProfile(env)
  if (served === undefined) return named
  return named === undefined || isServedName(named, served) ? served : named
}

/** The profile whose keys the tools get from an endpoint of ssox. */
export function servedProfile(env: Context['env']): string | undefined {
  const endpoint = env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? ''
  const isServed = PRIVATE_ENDPOINT.test(endpoint) && !env['AWS_ACCESS_KEY_ID']
  return isServed ? env['SSOX_PROFILE'] || undefined : undefined
}

/** What the keys of this shell belong to, if ssox has set them; else what AWS_PROFILE names. */
export function currentProfile(ctx: Pick<Context, 'env'>): string | undefined {
  const { env } = ctx
  const named = profileOfEnvironment(ctx)
  const switched = env['SSOX_PROFILE'] || undefined
  return env['AWS_ACCESS_KEY_ID'] ? (switched ?? named) : (named ?? switched)
}

/**
 * When the cached credentials of a profile end; undefined when there are none that are valid. Keys of
 * a file: when that says they end, or have ended.
 */
export function expiryOf(
  profile: Profile,
  { paths, now }: Pick<Context, 'paths' | 'now'>,
): EpochMs | undefined {
  const { kind } = profile
  if (kind === 'static') return profile.endsAt
  if (kind === 'login-session')
    return loginCredentials(profile.loginSession, paths, now())?.expiresAt
  if (kind !== 'sso' && kind !== 'assume-role' && kind !== 'web-identity') return undefined
  return peekRoleCredentials(roleCacheFile(profile, paths), now(), 1)?.expiresAt
}

/**
 * A profile in the JSON of `list` and `status` (docs/json.md). A section that holds settings only is
 * no mistake of anybody's.
 */
export function summaryForPrograms(summary: ProfileSummary): object {
  if (!summary.settingsOnly) return summary
  const { problem: _, fix: __, ...rest } = summary
  return { ...rest, kind: 'none' }
}

/** The colour of a time left, in milliseconds. */
export function leftStyle(ms: number, { green, yellow, red }: Colours): Style {
  return ms > SOON_MS ? green : ms > VERY_SOON_MS ? yellow : red
}

/** One note about the lines that keep other profiles of the files from being used. */
export function noteBrokenLines(files: AwsFiles, { say }: Pick<Context, 'say'>): void {
  const broken = brokenLines(files)
  if (broken) say.note(broken)
}

/** Where there is nothing to show: says so, and how that changes. */
export function noteNoProfiles(configPath: string, { say }: Pick<Context, 'say'>): void {
  say.note(`there is no profile in ${configPath} (ssox setup makes them)`)
}
