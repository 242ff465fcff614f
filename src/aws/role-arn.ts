/** Account and role behind a role ARN or a profile. */
import type { Profile } from './profile-types.ts'

export interface AccountAndRole {
  readonly accountId: string | undefined
  readonly roleName: string | undefined
}

/** Account and role of `arn:aws:iam::123456789012:role/path/Name`; undefined parts for all else. */
export function accountAndRole(arn: string | undefined): AccountAndRole {
  const match = /^arn:[^:]*:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn ?? '')
  return { accountId: match?.[1], roleName: match?.[2] }
}

/** Account and role of a profile, where its configuration names them. */
export function accountOf(profile: Profile): AccountAndRole {
  if (profile.kind === 'sso') return { accountId: profile.accountId, roleName: profile.roleName }
  if (profile.kind === 'static') return { accountId: profile.keys.accountId, roleName: undefined }
  return accountAndRole('roleArn' in profile ? profile.roleArn : undefined)
}
