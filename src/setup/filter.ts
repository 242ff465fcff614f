/** `--filter`: which accounts and roles are meant. Pure. */
import { SsoxError } from '../problem.ts'
import { matchesGlob, parseGlobs } from '../text/glob.ts'
import type { Assignment } from './plan.ts'
import { parseTemplate, renderName } from './template.ts'

/**
 * What the globs are compared with: account id, account name as AWS has it and as names of profiles
 * have it, role, and account and role with a `/` between.
 */
export function filterBy(globs: string | undefined): (one: Assignment) => boolean {
  if (globs === undefined) return () => true
  const patterns = parseGlobs(globs)
  if (!patterns || patterns.length === 0)
    throw new SsoxError(
      'usage',
      `--filter cannot be ${JSON.stringify(globs)}, which is not a list of globs`,
      "use globs of *, ?, [a-z] and [!a-z], such as 'prod-*/ReadOnly,dev-*'",
    )
  return ({ accountId, accountName, roleName }) => {
    const parts = { account: accountName, id: accountId, role: roleName, region: '', session: '' }
    const accounts = [accountId, accountName, renderName(ACCOUNT, parts)]
    const texts = [...accounts, roleName, ...accounts.map((account) => `${account}/${roleName}`)]
    return patterns.some((glob) => texts.some((text) => matchesGlob(glob, text)))
  }
}

const ACCOUNT = parseTemplate('{account}')
