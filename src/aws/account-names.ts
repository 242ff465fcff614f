/** Names of accounts, as far as the AWS files tell them. */
import type { AwsFiles } from './profile-types.ts'
import { profileNames } from './profile-view.ts'

/**
 * Account id → names, from `sso_account_name` in any profile of that account: no key of the AWS
 * tools', but what generators of profiles write beside `sso_account_id` (aws-sso-util). An account
 * that was renamed has more than one; in the order of the files.
 */
export function accountNames(files: AwsFiles): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>()
  for (const profile of profileNames(files)) {
    const values = files.config.section('profile', profile)?.values
    const [id, name] = [values?.get('sso_account_id'), values?.get('sso_account_name')]
    if (!id || !name) continue
    names.set(id, (names.get(id) ?? new Set()).add(name))
  }
  return names
}
