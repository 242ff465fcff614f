/** Chains of roles: a profile with `role_arn` takes the credentials of another, and so on. */
import type { Profile, SsoProfile } from './profile-types.ts'

/** The profile whose credentials a chain of roles begins with; the profile itself without one. */
export function chainRoot(profile: Profile): Profile {
  return profile.kind === 'assume-role' && profile.source.kind === 'profile'
    ? chainRoot(profile.source.profile)
    : profile
}

/** The SSO profile that a chain of roles begins with, or undefined: nothing to sign in to. */
export function ssoRoot(profile: Profile): SsoProfile | undefined {
  const root = chainRoot(profile)
  return root.kind === 'sso' ? root : undefined
}
