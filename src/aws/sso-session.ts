/** SSO sessions of the AWS files: `[sso-session …]` sections, or a start URL in the profile. */
import { SsoxError } from '../problem.ts'
import { breakOfSection, misspelt } from './broken-lines.ts'
import type { Section } from './document.ts'
import { refuseSecondIdentity } from './granted-refusals.ts'
import { isRegionName } from './partition.ts'
import type { AwsFiles, Identity, NamedSession, SsoProfile, SsoSession } from './profile-types.ts'
import { didYouMean, type ProfileView, placeOf } from './profile-view.ts'
import { isOwnDomain } from './start-url.ts'

const ROLE_KEYS = ['sso_account_id', 'sso_role_name'] as const
const SESSION_KEYS = ['sso_start_url', 'sso_region'] as const

/** Names of the `[sso-session …]` sections in file order. */
export function sessionNames({ config }: AwsFiles): readonly string[] {
  return config.names('sso-session')
}

/**
 * The session of an `[sso-session …]` section.
 * @throws SsoxError `profile` when it is unknown or incomplete
 */
export function findSession(files: AwsFiles, name: string): NamedSession {
  const broken = breakOfSection(files, 'sso-session', name)
  if (broken) throw broken
  const section = files.config.section('sso-session', name)
  const place = placeOf(files, 'config', 'sso-session', name)
  if (!section)
    throw new SsoxError(
      'profile',
      `there is no SSO session "${name}" in ${files.configPath}${meantOrSimilar(files, name)}`,
      misspelt(files, 'sso-session', name)?.fix ??
        `add [sso-session ${name}] with sso_start_url and sso_region to ${files.configPath}`,
    )
  const missing = missingKeys((key) => section.values.get(key))
  if (missing.length > 0)
    throw new SsoxError(
      'profile',
      `SSO session "${name}" lacks ${missing.join(' and ')}`,
      `add ${missing.join(' and ')} to ${place}`,
    )
  return toSession(name, section, (region) => {
    throw badRegion(`SSO session "${name}"`, region, place)
  })
}

/** Session, account and role of a profile that has some of them. @throws SsoxError `profile` */
export function readSso(view: ProfileView): Pick<SsoProfile, 'session' | 'accountId' | 'roleName'> {
  refuseSecondIdentity(view)
  const name = view.get('sso_session')
  const section = name === undefined ? undefined : requireSession(view, name)
  if (section) refuseContradictions(view, name ?? '', section)
  const value = (key: string) => view.get(key) ?? section?.values.get(key) ?? ''
  const missing = {
    profile: [
      ...ROLE_KEYS.filter((key) => value(key) === ''),
      ...(section ? [] : missingKeys((key) => view.get(key))),
    ].map(view.spell),
    session: section ? missingKeys((key) => section.values.get(key)) : [],
  }
  if (missing.profile.length + missing.session.length > 0) throw incomplete(view, name, missing)
  const accountId = value('sso_account_id')
  if (!/^\d{12}$/.test(accountId))
    throw view.fail(
      `${view.spell('sso_account_id')} of profile "${view.name}" is ${JSON.stringify(accountId)}, not a number of twelve digits`,
      `correct ${view.spell('sso_account_id')} in ${view.place('sso_account_id')}`,
    )
  const session = section ? named(view, name ?? '', section) : legacy(view)
  return { session, accountId, roleName: value('sso_role_name') }
}

/** The view with parts of its account and role in place of what the files say. */
export function withSso(view: ProfileView, given: Readonly<Partial<Identity>>): ProfileView {
  const own = new Map([
    ['sso_start_url', given.startUrl],
    ['sso_region', given.ssoRegion],
    ['sso_account_id', given.accountId],
    ['sso_role_name', given.roleName],
  ])
  const leaves = leavesSession(view, given)
  const session = leaves ? sessionOf(view) : undefined
  return {
    ...view,
    get: (key) =>
      key === 'sso_session' && leaves
        ? undefined
        : (own.get(key) ?? view.get(key) ?? session?.values.get(key)),
  }
}

/** True when another sign-in is asked for than that of the profile. */
export function leavesSession(
  view: ProfileView,
  { startUrl, ssoRegion }: Readonly<Partial<Identity>>,
): boolean {
  const session = sessionOf(view)
  const isOther = (key: string, value: string | undefined) =>
    value !== undefined && value !== (session?.values.get(key) ?? view.get(key))
  return isOther('sso_start_url', startUrl) || isOther('sso_region', ssoRegion)
}

function sessionOf(view: ProfileView): Section | undefined {
  const name = view.get('sso_session')
  return name === undefined ? undefined : view.files.config.section('sso-session', name)
}

/** A start URL on the company's own domain leads to a portal that tells the region. */
function missingKeys(get: (key: string) => string | undefined) {
  const hasRegion = isOwnDomain(get('sso_start_url') ?? '')
  return SESSION_KEYS.filter((key) => !get(key) && !(key === 'sso_region' && hasRegion))
}

/** True when the profile is meant to get credentials from IAM Identity Center. */
export function usesSso(view: ProfileView): boolean {
  return ROLE_KEYS.some((key) => view.get(key) !== undefined)
}

/** True when the profile knows a session, though perhaps no role. */
export function hasSsoSession(view: ProfileView): boolean {
  return ['sso_session', ...SESSION_KEYS].some((key) => view.get(key) !== undefined)
}

/** @throws through `refuse` for a region that is none */
function toSession(
  name: string,
  { values }: Section,
  refuse: (region: string) => never,
): NamedSession {
  const region = values.get('sso_region') ?? ''
  if (region && !isRegionName(region)) refuse(region)
  return {
    kind: 'named',
    name,
    startUrl: values.get('sso_start_url') ?? '',
    region,
    scopes: scopesIn(values.get('sso_registration_scopes')),
    cacheName: name,
  }
}

function scopesIn(list = ''): string[] {
  return list.split(',').flatMap((scope) => scope.trim() || [])
}

function named(view: ProfileView, name: string, section: Section): SsoSession {
  return toSession(name, section, (region) => {
    const place = placeOf(view.files, 'config', 'sso-session', name)
    const { message, fix = '' } = badRegion(`SSO session "${name}"`, region, place)
    throw view.fail(`profile "${view.name}": ${message}`, fix)
  })
}

function legacy(view: ProfileView): SsoSession {
  const region = view.get('sso_region') ?? ''
  const startUrl = view.get('sso_start_url') ?? ''
  if (region && !isRegionName(region)) {
    const place = view.place('sso_region')
    const { message, fix = '' } = badRegion(
      `profile "${view.name}"`,
      region,
      place,
      view.spell('sso_region'),
    )
    throw view.fail(message, fix)
  }
  const scopes = scopesIn(view.get('granted_sso_registration_scopes'))
  const session = { kind: 'legacy', startUrl, region, cacheName: startUrl } as const
  return scopes.length > 0 ? { ...session, scopes } : session
}

function badRegion(owner: string, region: string, place: string, key = 'sso_region'): SsoxError {
  return new SsoxError(
    'profile',
    `${key} of ${owner} is ${JSON.stringify(region)}, which is not the name of a region`,
    `write ${key} = eu-west-1 (for example) in ${place}`,
  )
}

function requireSession(view: ProfileView, name: string): Section {
  const { files } = view
  const section = files.config.section('sso-session', name)
  if (section) return section
  throw view.fail(
    `profile "${view.name}" names the SSO session "${name}", which is not in ${files.configPath}${meantOrSimilar(files, name)}`,
    misspelt(files, 'sso-session', name)?.fix ??
      `correct sso_session in ${view.place('sso_session')}, or add [sso-session ${name}] with sso_start_url and sso_region`,
  )
}

/** The header that was perhaps meant for a session, else sessions of similar names. */
function meantOrSimilar(files: AwsFiles, name: string): string {
  const header = misspelt(files, 'sso-session', name)
  return header ? `: ${header.why}` : didYouMean(name, sessionNames(files))
}

/** The AWS CLI refuses values that differ, the JavaScript SDK takes one of them silently. */
function refuseContradictions(view: ProfileView, name: string, section: Section): void {
  const different = [...section.values.keys()].filter((key) => {
    const own = view.get(key)
    return own !== undefined && own !== section.values.get(key)
  })
  const [key] = different
  if (key === undefined) return
  const values = different.map((one) =>
    one.startsWith('sso_')
      ? `${view.spell(one)} (${view.get(one)}, ${section.values.get(one)})`
      : one,
  )
  throw view.fail(
    `profile "${view.name}" and its SSO session "${name}" differ in ${values.join(', ')}`,
    `remove ${different.map(view.spell).join(' and ')} from ${view.place(key)}`,
  )
}

function incomplete(
  view: ProfileView,
  sessionName: string | undefined,
  missing: { readonly profile: readonly string[]; readonly session: readonly string[] },
): SsoxError {
  const what: string[] = []
  const where: string[] = []
  if (missing.profile.length > 0) {
    what.push(`profile "${view.name}" lacks ${missing.profile.join(', ')}`)
    where.push(`${missing.profile.join(', ')} to ${view.place('sso_account_id')}`)
  }
  if (missing.session.length > 0) {
    const owner = `SSO session "${sessionName}"`
    what.push(
      `${what.length > 0 ? 'its' : `profile "${view.name}": its`} ${owner} lacks ${missing.session.join(', ')}`,
    )
    where.push(
      `${missing.session.join(', ')} to ${placeOf(view.files, 'config', 'sso-session', sessionName ?? '')}`,
    )
  }
  return view.fail(what.join(', and '), `add ${where.join(', and ')}`)
}
