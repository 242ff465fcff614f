/** Which region AWS STS is asked in for a profile, and whether a region can be one of the profile's. */
import { type Partition, partitionOf, partitionOfArn } from './partition.ts'
import type { Profile } from './profile-types.ts'

/** Where a region may come from, besides the profile (contract, "Precedence"). */
export interface RegionSources {
  readonly flag: string | undefined
  /** AWS_REGION, else AWS_DEFAULT_REGION, unless ssox itself has put it there. */
  readonly environment: string | undefined
  readonly setting: string | undefined
}

/** As much of a profile as tells its region. */
export type Regional = Pick<Profile, 'region'> & {
  readonly roleArn?: string
  readonly session?: { readonly region: string }
}

/**
 * The region to ask STS in: `--region`, the profile's own, the user's, the setting, else where the
 * partition has its global services. One of another partition than the role's, or than that of the
 * SSO session, is passed over: there, AWS knows neither the keys nor the role.
 */
export function stsRegion(profile: Regional, sources: RegionSources): string {
  return configuredRegion(profile, sources) ?? (homeOf(profile) ?? partitionOf('')).globalRegion
}

/** As `stsRegion`, but undefined where nothing names a region. */
export function configuredRegion(
  profile: Regional,
  { flag, environment, setting }: RegionSources,
): string | undefined {
  return [flag, profile.region, environment, setting].find(
    (region) => region !== undefined && fits(region, profile),
  )
}

/** The partition of a profile: that of its role or SSO session, else that of a region, else `aws`. */
export function partitionFor(profile: Regional, region: string | undefined): Partition {
  return homeOf(profile) ?? partitionOf(region ?? '')
}

/** False for a region of another partition than the profile's role or SSO session. */
export function fits(region: string, profile: Regional): boolean {
  const home = homeOf(profile)
  return home === undefined || partitionOf(region).id === home.id
}

/** The partition of a profile, where its role or its SSO session tells it. */
function homeOf({ roleArn, session }: Regional): Partition | undefined {
  if (roleArn !== undefined) return partitionOfArn(roleArn)
  return session?.region ? partitionOf(session.region) : undefined
}
