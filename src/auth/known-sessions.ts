/** The SSO sessions of the AWS files, and how a profile leads to one. */
import {
  type AwsFiles,
  describeProfile,
  findSession,
  loadProfile,
  NO_SETTINGS,
  type ProfileSettings,
  profileNames,
  type SsoProfile,
  type SsoSession,
  sessionNames,
} from '../aws/profile.ts'

export interface ChosenSession {
  readonly session: SsoSession
  readonly settings: ProfileSettings
  /** The SSO profile, or the account and role without one, that led to it, if one did. */
  readonly profile?: SsoProfile
}

/** Every session that a profile or an [sso-session] section names, without duplicates. */
export function allSessions(files: AwsFiles): ChosenSession[] {
  const found = new Map<string, ChosenSession>()
  const add = (chosen: ChosenSession) => {
    const key = chosen.session.cacheName
    if (!found.has(key)) found.set(key, chosen)
  }
  for (const name of profileNames(files)) {
    const { kind, problem } = describeProfile(files, name)
    if (kind !== 'sso' || problem !== undefined) continue
    const profile = loadProfile(files, name)
    if (profile.kind === 'sso') add(throughProfile(profile))
  }
  for (const name of sessionNames(files)) {
    const session = tryToFind(files, name)
    if (session) add({ session, settings: NO_SETTINGS })
  }
  return [...found.values()]
}

/** The session of a profile, reached as the profile says. */
export function throughProfile(profile: SsoProfile): ChosenSession {
  return { session: profile.session, settings: profile.settings, profile }
}

function tryToFind(files: AwsFiles, name: string): SsoSession | undefined {
  try {
    return findSession(files, name)
  } catch {
    // An incomplete section; `status` is about the others.
    return undefined
  }
}
