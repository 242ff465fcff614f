/** The profiles of the AWS files: one to work with, all of them to look at. */

import { messageOf, SsoxError } from '../problem.ts'
import { breakBehind, breakOfSection, misspelt } from './broken-lines.ts'
import { isRegionName } from './partition.ts'
import { isSettingsOnly, readProfile } from './profile-kinds.ts'
import {
  type AwsFiles,
  type Identity,
  NO_SETTINGS,
  type Profile,
  type SsoProfile,
  type SsoSession,
} from './profile-types.ts'
import { didYouMean, openProfile, profileNames } from './profile-view.ts'
import { accountOf } from './role-arn.ts'
import { hasSsoSession, leavesSession, usesSso, withSso } from './sso-session.ts'

export { brokenLines } from './broken-lines.ts'
export * from './profile-types.ts'
export { profileNames } from './profile-view.ts'
export { findSession, sessionNames } from './sso-session.ts'

/** A profile in a list: what it is, or what is wrong with it. */
export interface ProfileSummary {
  readonly name: string
  readonly kind: Profile['kind'] | 'invalid'
  readonly accountId?: string | undefined
  readonly roleName?: string | undefined
  readonly region?: string | undefined
  /** Name or start URL of the SSO session behind it, through source profiles too. */
  readonly session?: string | undefined
  /** True for a section that holds settings only, and is not meant to give credentials. */
  readonly settingsOnly?: true
  /** Why it cannot be used, whatever its kind. */
  readonly problem?: string | undefined
  readonly fix?: string | undefined
}

/**
 * The profile called `name`.
 * @throws SsoxError `profile` when there is none, it cannot give credentials as it is written, or a
 *   broken line of the files may belong to it
 */
export function loadProfile(files: AwsFiles, name: string): Profile {
  const broken = breakBehind(files, name)
  if (broken) throw broken
  const view = openProfile(files, name)
  if (!view) throw unknownProfile(files, name)
  return readProfile(view, [])
}

/**
 * The profile called `name`, with parts of its account and role from elsewhere. One that has no SSO
 * itself is read as it is, unless all four are given; another start URL leaves its `sso_session`.
 * @throws SsoxError as `loadProfile`
 */
export function loadProfileWith(
  files: AwsFiles,
  name: string,
  given: Readonly<Partial<Identity>>,
): Profile {
  const broken = breakBehind(files, name)
  if (broken) throw broken
  const view = openProfile(files, name)
  if (!view) throw unknownProfile(files, name)
  const isWhole = given.startUrl && given.ssoRegion && given.accountId && given.roleName
  if (!isWhole && !usesSso(view) && !hasSsoSession(view)) return readProfile(view, [])
  checkIdentity(given)
  const profile = readProfile(withSso(view, given), [])
  // By its name one would sign in to its own session.
  return profile.kind === 'sso' && leavesSession(view, given)
    ? { ...profile, name: identityName(profile) }
    : profile
}

/** An SSO profile that is in no file. @throws SsoxError `usage` for a value that cannot be right */
export function adHocProfile(identity: Identity): SsoProfile {
  const { accountId, roleName } = identity
  const session = adHocSession(identity)
  checkIdentity(identity)
  return {
    kind: 'sso',
    name: identityName(identity),
    region: undefined,
    settings: NO_SETTINGS,
    session,
    accountId,
    roleName,
  }
}

/** The sign-in of such a profile. @throws SsoxError `usage` for a region that is none */
export function adHocSession({
  startUrl,
  ssoRegion,
}: Pick<Identity, 'startUrl' | 'ssoRegion'>): SsoSession {
  checkIdentity({ ssoRegion })
  return { kind: 'legacy', startUrl, region: ssoRegion, cacheName: startUrl }
}

/** @throws SsoxError `usage` for a value that cannot be right */
function checkIdentity({ ssoRegion, accountId }: Readonly<Partial<Identity>>): void {
  if (ssoRegion !== undefined && !isRegionName(ssoRegion))
    throw new SsoxError(
      'usage',
      `the SSO region ${JSON.stringify(ssoRegion)} is not the name of a region`,
      'use the region of your IAM Identity Center, such as eu-west-1',
    )
  if (accountId !== undefined && !/^\d{12}$/.test(accountId))
    throw new SsoxError(
      'usage',
      `the account id ${JSON.stringify(accountId)} is not a number of twelve digits`,
      'pass all twelve digits, zeros in front included',
    )
}

/** What such a profile is called. */
export function identityName({ accountId, roleName }: Pick<Identity, 'accountId' | 'roleName'>) {
  return `${roleName}@${accountId}`
}

/**
 * What a list says about a profile. Never throws: a problem is part of the answer. One that a broken
 * line may belong to is described as it is read, with that problem.
 */
export function describeProfile(files: AwsFiles, name: string): ProfileSummary {
  const broken = breakBehind(files, name)
  const view = openProfile(files, name)
  try {
    if (!view) throw broken ?? unknownProfile(files, name)
    return { ...summaryOf(readProfile(view, [])), ...problemOf(broken) }
  } catch (error) {
    return {
      name,
      kind: 'invalid',
      accountId: view?.get('sso_account_id'),
      roleName: view?.get('sso_role_name'),
      region: view?.get('region'),
      session: view?.get('sso_session') ?? view?.get('sso_start_url'),
      ...(view && !broken && isSettingsOnly(view) ? { settingsOnly: true as const } : {}),
      ...problemOf(broken ?? error),
    }
  }
}

function problemOf(error: unknown): Pick<ProfileSummary, 'problem' | 'fix'> {
  if (error === undefined) return {}
  return { problem: messageOf(error), fix: error instanceof SsoxError ? error.fix : undefined }
}

/** As `describeProfile`, for a profile at hand. */
export function summaryOf(profile: Profile): ProfileSummary {
  return {
    name: profile.name,
    kind: profile.kind,
    ...accountOf(profile),
    region: profile.region,
    session: sessionBehind(profile),
  }
}

function sessionBehind(profile: Profile): string | undefined {
  if (profile.kind === 'sso') return profile.session.cacheName
  return profile.kind === 'assume-role' && profile.source.kind === 'profile'
    ? sessionBehind(profile.source.profile)
    : undefined
}

/** Why neither a profile nor a session has a name, as far as the lines of the files tell. */
export function explainMissing(files: AwsFiles, name: string): SsoxError | undefined {
  const broken = breakBehind(files, name) ?? breakOfSection(files, 'sso-session', name)
  if (broken) return broken
  const header = misspelt(files, 'profile', name)
  return (
    header && new SsoxError('profile', `there is no profile "${name}": ${header.why}`, header.fix)
  )
}

function unknownProfile(files: AwsFiles, name: string): SsoxError {
  const names = profileNames(files)
  const where = `${files.configPath} or ${files.credentialsPath}`
  const explained = explainMissing(files, name)
  if (explained) return explained
  if (names.length === 0)
    return new SsoxError(
      'profile',
      `there is no profile "${name}": no profiles found in ${where}`,
      'ssox setup',
    )
  return new SsoxError(
    'profile',
    `there is no profile "${name}" in ${where}${didYouMean(name, names)}`,
    'ssox list',
  )
}
