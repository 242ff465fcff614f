/** What a listing means for the config file: which profiles are new, there, or gone. Pure. */
import type { AwsFiles, SsoSession } from '../aws/profile.ts'
import { profileNames } from '../aws/profile.ts'
import { plainStartUrl } from '../aws/start-url.ts'
import type { Listing } from './listing.ts'
import { stateOf } from './section.ts'

/** A role in an account, as the portal lists it. */
export interface Assignment {
  readonly accountId: string
  readonly accountName: string
  readonly roleName: string
}

/** A profile of the config file that is for this Identity Center. */
export interface Present {
  readonly name: string
  readonly accountId: string
  readonly roleName: string
  readonly region: string | undefined
  /** Its own start URL in place of a session. */
  readonly isLegacy: boolean
}

export interface Standing {
  /** All that the portal lists, by account name, then id and role. */
  readonly listed: readonly Assignment[]
  readonly present: readonly Present[]
  /** Those of `present` whose account or role is not listed any more. */
  readonly gone: readonly Present[]
  /** Whether a role has a profile; with a region, one in that region. */
  has(one: Pick<Assignment, 'accountId' | 'roleName'>, region?: string): boolean
}

export function keyOf({ accountId, roleName }: Pick<Assignment, 'accountId' | 'roleName'>): string {
  return `${accountId}/${roleName}`
}

/** Compares the config file with a listing that is complete. */
export function compare(files: AwsFiles, session: SsoSession, listing: Listing): Standing {
  const listed = (listing.accounts ?? [])
    .flatMap(({ id, name }) =>
      (listing.roles.get(id) ?? []).map((roleName): Assignment => {
        return { accountId: id, accountName: name, roleName }
      }),
    )
    .sort(byName)
  const keys = new Set(listed.map(keyOf))
  const present = profilesOf(files, session)
  // What the portal would not tell may be there all the same.
  const gone = present.filter((one) => !keys.has(keyOf(one)) && !listing.refused.has(one.accountId))
  const there = new Set(present.flatMap((one) => [keyOf(one), `${keyOf(one)} ${one.region}`]))
  const has: Standing['has'] = (one, region) =>
    there.has(region === undefined ? keyOf(one) : `${keyOf(one)} ${region}`)
  return { listed, present, gone, has }
}

/** The profiles of the config file that sign in to this Identity Center, by whatever session. */
function profilesOf(files: AwsFiles, session: SsoSession): Present[] {
  const { config } = files
  const sessions = new Map(
    config
      .names('sso-session')
      .map((name) => [name, config.section('sso-session', name)?.values.get('sso_start_url')]),
  )
  return profileNames(files).flatMap((name): Present[] => {
    const values = config.section('profile', name)?.values
    const [accountId, roleName] = [values?.get('sso_account_id'), values?.get('sso_role_name')]
    const own = values?.get('sso_session')
    const url = own === undefined ? values?.get('sso_start_url') : sessions.get(own)
    const isOfIt =
      (own !== undefined && session.kind === 'named' && own === session.name) ||
      (url !== undefined && isSameUrl(url, session.startUrl))
    if (!accountId || !roleName || !isOfIt) return []
    return [{ name, accountId, roleName, region: values?.get('region'), isLegacy: !own }]
  })
}

/** True for two ways to write the same start URL. */
export function isSameUrl(one: string, other: string): boolean {
  return plainOf(one) === plainOf(other)
}

function plainOf(url: string): string {
  return URL.canParse(url) ? plainStartUrl(new URL(url)) : url
}

/** The gone ones that `--prune` may take out, and those that it leaves. */
export function prunable(files: AwsFiles, gone: readonly Present[]) {
  const isOurs = ({ name }: Present) => stateOf(files.config, name) === 'untouched'
  const sources = new Set(
    profileNames(files).map(
      (name) => files.config.section('profile', name)?.values.get('source_profile') ?? '',
    ),
  )
  // What another profile builds on has become the user's.
  const mayGo = (one: Present) => isOurs(one) && !sources.has(one.name)
  return { own: gone.filter(mayGo), others: gone.filter((one) => !mayGo(one)) }
}

function byName(a: Assignment, b: Assignment): number {
  return (
    a.accountName.localeCompare(b.accountName, 'en', { numeric: true }) ||
    a.accountId.localeCompare(b.accountId) ||
    a.roleName.localeCompare(b.roleName)
  )
}
