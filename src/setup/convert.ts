/** `--convert`: legacy SSO profiles of one start URL become profiles of one session. Pure. */
import type { AwsDocument } from '../aws/document.ts'
import type { SectionEdit } from '../aws/document-edit.ts'
import type { AwsFiles, NamedSession } from '../aws/profile.ts'
import { isSameUrl } from './plan.ts'
import { MARKER, markerOf, sessionEdit, stateOf } from './section.ts'

/** Legacy profiles with one start URL and one region. */
export interface LegacyGroup {
  readonly startUrl: string
  readonly region: string
  readonly profiles: readonly string[]
}

/** The legacy profiles of the config file by start URL, however it is written, and region. */
export function legacyGroups({ config }: AwsFiles): LegacyGroup[] {
  const groups: { startUrl: string; region: string; profiles: string[] }[] = []
  for (const name of config.names('profile')) {
    const values = config.section('profile', name)?.values
    const [startUrl, region] = [values?.get('sso_start_url'), values?.get('sso_region')]
    if (!startUrl || !region || values?.has('sso_session')) continue
    const group = groups.find((one) => one.region === region && isSameUrl(one.startUrl, startUrl))
    if (group) group.profiles.push(name)
    else groups.push({ startUrl, region, profiles: [name] })
  }
  return groups
}

/** The edits that put the profiles below the session, which is made where it is not there. */
export function convertEdits(
  { profiles }: LegacyGroup,
  session: NamedSession,
  { config }: AwsFiles,
): SectionEdit[] {
  const isThere = config.section('sso-session', session.name) !== undefined
  return [
    ...profiles.map((name) => converted(name, session.name, config)),
    ...(isThere ? [] : sessionEdit(session)),
  ]
}

function converted(name: string, session: string, config: AwsDocument): SectionEdit {
  const values = new Map<string, string | null>([
    ['sso_session', session],
    ['sso_start_url', null],
    ['sso_region', null],
  ])
  const edit: SectionEdit = { type: 'profile', name, values }
  if (stateOf(config, name) !== 'untouched') return edit
  // One that setup has made stays one that it may take out again.
  const now = new Map(config.section('profile', name)?.values)
  for (const [key, value] of values)
    if (value === null) now.delete(key)
    else now.set(key, value)
  return { ...edit, comment: markerOf(name, now), replaces: MARKER }
}
