/**
 * The sections that `setup` makes: their values, and the comment by which it knows them again, and
 * knows whether somebody has changed them since. Pure: text and values in, edits out.
 */
import { createHash } from 'node:crypto'
import type { AwsDocument, Section } from '../aws/document.ts'
import type { SectionEdit } from '../aws/document-edit.ts'
import { readLines } from '../aws/document-lines.ts'
import type { SsoSession } from '../aws/profile.ts'
import type { Named } from './names.ts'

export const MARKER = /^by ssox setup \(([0-9a-f]{8})\)$/

/** What the profiles of one run have in common. */
export interface ProfileForm {
  readonly session: SsoSession
  readonly output: string | undefined
}

/** The edit that makes a profile. */
export function profileEdit(named: Named, { session, output }: ProfileForm): SectionEdit {
  const values = new Map([
    ...(session.kind === 'named'
      ? ([['sso_session', session.name]] as const)
      : ([
          ['sso_start_url', session.startUrl],
          ['sso_region', session.region],
        ] as const)),
    ['sso_account_id', named.accountId],
    ...(canStand(named.accountName) ? ([['sso_account_name', named.accountName]] as const) : []),
    ['sso_role_name', named.roleName],
    ...(named.region ? ([['region', named.region]] as const) : []),
    ...(output ? ([['output', output]] as const) : []),
  ])
  return { type: 'profile', name: named.name, values, comment: markerOf(named.name, values) }
}

/** The comment for a profile with these values, and how the one of other values is found. */
export function markerOf(name: string, values: ReadonlyMap<string, string>): string {
  return `by ssox setup (${digestOf(name, values)})`
}

/** The edit that makes the section of a session. */
export function sessionEdit(session: SsoSession): SectionEdit[] {
  if (session.kind !== 'named') return []
  const values = new Map([
    ['sso_start_url', session.startUrl],
    ['sso_region', session.region],
    // With it, the session is renewed without the browser, and may list accounts.
    ['sso_registration_scopes', session.scopes.join(',')],
  ])
  return [{ type: 'sso-session', name: session.name, values }]
}

/** Whether `setup` has made a profile, and whether it is as it was made. */
export function stateOf(document: AwsDocument, name: string): 'foreign' | 'untouched' | 'touched' {
  const section = document.section('profile', name)
  const digest = section?.comments.flatMap((comment) => MARKER.exec(comment)?.[1] ?? [])
  if (!section || digest?.length !== 1) return digest?.length ? 'touched' : 'foreign'
  const isSame = digest[0] === digestOf(name, section.values) && section.nested.size === 0
  return isSame && section.ranges.length === 1 && hasNoOtherComment(document.text, section)
    ? 'untouched'
    : 'touched'
}

/** A comment behind the last key may belong to the next section, and stays. */
function hasNoOtherComment(text: string, { ranges }: Section): boolean {
  return ranges.every(({ body, end }) => {
    const lines = readLines(text, body, end)
    const last = lines.findLastIndex(({ kind }) => kind !== 'blank' && kind !== 'comment')
    return lines
      .slice(0, last + 1)
      .every(({ kind, content }) => kind !== 'comment' || MARKER.test(content.slice(1).trim()))
  })
}

function digestOf(name: string, values: ReadonlyMap<string, string>): string {
  const lines = [name, ...[...values].map(([key, value]) => `${key} = ${value}`).sort()]
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 8)
}

/** What some tool would read otherwise is left out: nothing depends on it. */
function canStand(value: string): boolean {
  return (
    value !== '' &&
    value === value.trim() &&
    !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]|\s[#;]/u.test(value)
  )
}
