/** An account id, or `account/role`, in the place of a profile's name. */
import { SsoxError } from '../problem.ts'
import { type AwsFiles, describeProfile, profileNames } from './profile.ts'

const ACCOUNT = /^(\d{12})(?:\/(.+))?$/s

/**
 * The name of the only profile with the account (and the role) that `name` stands for; undefined when
 * there is none, a profile is called so, or it stands for no account. One that cannot be used counts.
 * @param again the command to type with the name of one of several profiles
 * @throws SsoxError `profile` when there are several
 */
export function profileOfAccount(
  files: AwsFiles,
  name: string,
  again: (profile: string) => string,
): string | undefined {
  const [, account, role] = ACCOUNT.exec(name) ?? []
  const names = account === undefined ? [] : profileNames(files)
  if (names.includes(name)) return undefined
  const found = names.filter((one) => {
    const { accountId, roleName } = describeProfile(files, one)
    return accountId === account && (role === undefined || roleName === role)
  })
  const [first, ...others] = found
  if (first === undefined || others.length === 0) return first
  throw new SsoxError(
    'profile',
    `${name} is the account of ${found.length} profiles: ${found.map((one) => JSON.stringify(one)).join(', ')}`,
    again(first),
  )
}
