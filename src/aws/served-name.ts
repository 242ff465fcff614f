/** Names of profiles without credentials, by which an SDK finds the endpoint that it was given. */

/** What the name begins with; a number follows where it is taken. */
export function servedStem(profile: string): string {
  return /^[\w.-]+$/.test(profile) ? `${profile}-served` : 'ssox-served'
}

/** True for a name that was made for this profile. */
export function isServedName(name: string, profile: string): boolean {
  const stem = servedStem(profile)
  return name.startsWith(stem) && /^(-\d+)?$/.test(name.slice(stem.length))
}
