/** The wrong-account guard: which profiles are protected (contract, section 6). */

import { matchesGlob, parseGlobs } from '../text/glob.ts'
import { accountNames } from './account-names.ts'
import type { AwsFiles, Profile } from './profile.ts'
import { accountOf } from './role-arn.ts'

/** What the globs of `protect` are compared with. */
export interface Guarded {
  readonly profile: string
  readonly accountId: string | undefined
  /** As far as the AWS files tell it. */
  readonly accountName: string | undefined
  readonly roleName: string | undefined
}

/** What the globs are compared with for a profile of these files. */
export function guardedBy(profile: Profile, files: AwsFiles): Guarded {
  const { accountId, roleName } = accountOf(profile)
  const accountName = accountId === undefined ? undefined : accountNames(files).get(accountId)
  return { profile: profile.name, accountId, accountName, roleName }
}

/** True when one of the globs matches the profile, the account id, the account name or the role. */
export function isProtected(globs: string | undefined, guarded: Guarded): boolean {
  const values = [guarded.profile, guarded.accountId, guarded.accountName, guarded.roleName]
  const patterns = parseGlobs(globs ?? '') ?? []
  return patterns.some((glob) =>
    values.some((value) => value !== undefined && matchesGlob(glob, value)),
  )
}
