/** The wrong-account guard: which profiles are protected (contract, section 6). */

import { listWords, matchesGlob, parseGuard } from '../text/glob.ts'
import { accountNames } from './account-names.ts'
import { copiedProfile } from './copied-profile.ts'
import { type AwsFiles, describeProfile, type Profile, type ProfileSummary } from './profile.ts'
import { accountOf } from './role-arn.ts'

/** What the globs of `protect` are compared with. */
export interface Guarded {
  readonly profile: string
  /** The profile that this one is a copy of. */
  readonly original?: string | undefined
  readonly accountId: string | undefined
  /** As far as the AWS files tell it. */
  readonly accountNames: Iterable<string>
  readonly roleName: string | undefined
}

/** What the globs are compared with for a profile of these files. */
export function guardedBy(profile: Profile, files: AwsFiles): Guarded {
  const { name, kind } = profile
  return guardedAs({ name, kind, ...accountOf(profile) }, files, accountNames(files))
}

/** The names of those that the globs protect, for a list: what the AWS files tell is read once. */
export function protectedNames(
  globs: string | undefined,
  summaries: readonly ProfileSummary[],
  files: AwsFiles,
): ReadonlySet<string> {
  if (!globs) return new Set()
  const accounts = accountNames(files)
  const isGuarded = (one: ProfileSummary) => isProtected(globs, guardedAs(one, files, accounts))
  return new Set(summaries.filter(isGuarded).map(({ name }) => name))
}

/** A copy is guarded as its original: it acts as the same account and role. */
function guardedAs(
  summary: ProfileSummary,
  files: AwsFiles,
  accounts: ReturnType<typeof accountNames>,
): Guarded {
  const original = copiedProfile(summary, files)
  const behind = original === undefined ? undefined : describeProfile(files, original)
  const { accountId = behind?.accountId, roleName = behind?.roleName } = summary
  const names = (accountId === undefined ? undefined : accounts.get(accountId)) ?? []
  return { profile: summary.name, original, accountId, accountNames: names, roleName }
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
  const { profile, original, accountId, accountNames: names, roleName } = guarded
  const values = [profile, original, accountId, ...names, roleName]
  const patterns = parseGuard(globs ?? '') ?? []
  return patterns.some((glob) =>
    values.some((value) => value !== undefined && matchesGlob(glob, value)),
  )
}
