/**
 * What was got with the sign-in of a session: role credentials, those of role chains that begin
 * with it, what the hooks keep, and the marker that others name. A logout ends it, and so does the
 * next sign-in, which may be that of another person.
 */

import { join } from 'node:path'
import { tokenKey } from '../aws/cache-key.ts'
import {
  type AwsFiles,
  adHocProfile,
  loadProfile,
  type Profile,
  profileNames,
  type SsoProfile,
  type SsoSession,
} from '../aws/profile.ts'
import { ssoRoot } from '../aws/role-chain.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { assumedRoles } from '../state/assumed-roles.ts'
import { knownIdentities } from '../state/identities.ts'
import { readJsonOnce } from '../state/json-file.ts'
import { dropListing } from '../state/listing.ts'
import { type RoleCacheFile, removeRoleCredentials } from '../state/role-cache.ts'
import { plainRoleFile, roleCacheFile } from '../state/role-cache-file.ts'
import { endSignIn } from '../state/sign-in-marker.ts'
import { clearSwitchCache } from '../switch/state-folder.ts'
import { listFolder, removeFile } from '../system/files.ts'
import { allSessions } from './known-sessions.ts'

export interface SessionResults {
  /** Does as much as can be done, and returns what could not (SsoxError `storage`). */
  remove(): SsoxError[]
}

/**
 * Finds the results of one session, or of all of them.
 * @param files undefined where they cannot be read: then the roles of profiles are not found
 */
export function resultsOf(
  session: SsoSession | 'all',
  files: AwsFiles | undefined,
  ctx: Pick<Context, 'paths'>,
): SessionResults {
  const { paths } = ctx
  const roleFiles = roleCacheFilesOf(session, files, ctx)
  const everySsoRole = session === 'all' || (files && isOnlySession(session, files, ctx))
  return {
    remove: () =>
      [
        () => clearSwitchCache(paths),
        ...roleFiles.map((roleFile) => () => removeRoleCredentials(roleFile)),
        ...(everySsoRole ? ssoRoleFiles(paths.cliCache) : []).map((path) => () => removeFile(path)),
        () => dropListing(session, paths),
        () => endSignIn(paths, session === 'all' ? undefined : tokenKey(session)),
      ].flatMap(failureOf),
  }
}

/** The storage problem of a step; one that fails keeps the others from nothing. */
function failureOf(step: () => unknown): SsoxError[] {
  try {
    step()
    return []
  } catch (error) {
    if (error instanceof SsoxError) return [error]
    throw error
  }
}

/** Whether what is left of any sign-in is left of this one. */
function isOnlySession(
  session: SsoSession,
  files: AwsFiles,
  { paths }: Pick<Context, 'paths'>,
): boolean {
  const names = allSessions(files).map(({ session: { cacheName } }) => cacheName)
  const urls = knownIdentities(paths).map(({ startUrl }) => startUrl)
  return new Set([session.cacheName, ...names, ...urls]).size === 1
}

/**
 * Where the role credentials are of every profile whose chain begins with this session, and of the
 * accounts and roles without a profile, and the roles of `--role-arn`, that were used with it.
 */
function roleCacheFilesOf(
  session: SsoSession | 'all',
  files: AwsFiles | undefined,
  { paths }: Pick<Context, 'paths'>,
): RoleCacheFile[] {
  const isMeant = (root: SsoProfile | undefined) =>
    root && (session === 'all' || root.session.cacheName === session.cacheName)
  const identities = knownIdentities(paths)
    .map(adHocProfile)
    .filter(isMeant)
    .map((profile) => roleCacheFile(profile, paths))
  const profiles = (files ? profileNames(files) : []).flatMap((name) => {
    const profile = files && tryToLoad(files, name)
    if (!profile || !isMeant(ssoRoot(profile))) return []
    return profile.kind === 'sso' || profile.kind === 'assume-role'
      ? [roleCacheFile(profile, paths)]
      : []
  })
  const onTop = assumedRoles(paths)
    .filter((role) => session === 'all' || role.session === session.cacheName)
    .map(({ roleArn }) => plainRoleFile(roleArn, paths))
  return [...profiles, ...identities, ...onTop]
}

/** A profile that cannot be used has no credentials. */
function tryToLoad(files: AwsFiles, name: string): Profile | undefined {
  try {
    return loadProfile(files, name)
  } catch (error) {
    if (error instanceof SsoxError) return undefined
    throw error
  }
}

/** As `aws sso logout` does: every SSO entry of `~/.aws/cli/cache`, whoever wrote it. */
function ssoRoleFiles(folder: string): string[] {
  return listFolder(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name))
    .filter((path) => {
      const read = readJsonOnce(path)
      return read.state === 'ok' && read.value['ProviderType'] === 'sso'
    })
}
