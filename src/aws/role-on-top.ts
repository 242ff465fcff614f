/** `--role-arn`: a role on top of a profile, as if another profile had it with that as source_profile. */
import { SsoxError } from '../problem.ts'
import { partitionOf } from './partition.ts'
import { type AssumeRoleProfile, identityName, type Profile } from './profile.ts'
import { accountAndRole } from './role-arn.ts'

const ARN = /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]*[\w+=,.@-]$/
const SHORT = /^(\d{12}):([\w+=,.@/-]*[\w+=,.@-])$/

/**
 * The role that `text` names (an ARN, or `account:role` in the partition of the source), assumed with
 * the credentials of `source` and called `Role@Account`.
 * @throws SsoxError `usage` when the text names no role
 */
export function roleOnTop(text: string, source: Profile): AssumeRoleProfile {
  const [, account, role] = SHORT.exec(text) ?? []
  const roleArn = account ? `arn:${partitionIdOf(source)}:iam::${account}:role/${role}` : text
  const { accountId, roleName } = accountAndRole(roleArn)
  if (!ARN.test(roleArn) || accountId === undefined || roleName === undefined)
    throw new SsoxError(
      'usage',
      `--role-arn is ${JSON.stringify(text)}, which is not the ARN of a role`,
      'use arn:aws:iam::<account>:role/<name>, or <account>:<name>',
    )
  return {
    kind: 'assume-role',
    name: identityName({ accountId, roleName }),
    region: source.region,
    settings: source.settings,
    roleArn,
    source: { kind: 'profile', profile: source },
    onTopOf: source.name,
  }
}

function partitionIdOf(source: Profile): string {
  if ('roleArn' in source) return source.roleArn.split(':')[1] ?? 'aws'
  const region = source.kind === 'sso' ? source.session.region || source.region : source.region
  return partitionOf(region ?? '').id
}
