/** The wrong-account guard: which profiles are protected (contract, section 6). */

import { listWords, matchesGlob, parseGuard } from '../text/glob.ts'
import { accountNames } from './account-names.ts'
import type { AwsFiles, Profile, ProfileSummary } from './profile.ts'
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

/** The names of those that the globs protect, for a list: what the AWS files tell is read once. */
export function protectedNames(
  globs: string | undefined,
  summaries: readonly ProfileSummary[],
  files: AwsFiles,
): ReadonlySet<string> {
  if (!globs) return new Set()
  const accounts = accountNames(files)
  const isGuarded = ({ name, accountId, roleName }: ProfileSummary) => {
    const accountName = accountId === undefined ? undefined : accounts.get(accountId)
    return isProtected(globs, { profile: name, accountId, accountName, roleName })
  }
  return new Set(summaries.filter(isGuarded).map(({ name }) => name))
}

/** The words of `protect` that match no profile of these files: mistyped, or of other files. */
export function idleWords(
  globs: string | undefined,
  summaries: readonly ProfileSummary[],
  files: AwsFiles,
): string[] {
  return listWords(globs ?? '').filter((word) => protectedNames(word, summaries, files).size === 0)
}

/** True when one of the globs matches the profile, the account id, the account name or the role. */
export function isProtected(globs: string | undefined, guarded: Guarded): boolean {
  const values = [guarded.profile, guarded.accountId, guarded.accountName, guarded.roleName]
  const patterns = parseGuard(globs ?? '') ?? []
  return patterns.some((glob) =>
    values.some((value) => value !== undefined && matchesGlob(glob, value)),
  )
}
