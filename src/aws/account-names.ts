/** Names of accounts, as far as the AWS files tell them. */
import type { AwsFiles } from './profile-types.ts'
import { profileNames } from './profile-view.ts'

/**
 * Account id → name, from `sso_account_name` in any profile of that account: no key of the AWS
 * tools', but what generators of profiles write beside `sso_account_id` (aws-sso-util).
 */
export function accountNames(files: AwsFiles): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const profile of profileNames(files)) {
    const values = files.config.section('profile', profile)?.values
    const [id, name] = [values?.get('sso_account_id'), values?.get('sso_account_name')]
    if (id && name && !names.has(id)) names.set(id, name)
  }
  return names
}
