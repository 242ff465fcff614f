/**
 * Sections of the credentials file that `ssox write` makes (contract, section 7): three keys and when
 * they end, under a comment that says whose they are. Pure: text and values in, edits out.
 */
import { SsoxError } from '../problem.ts'
import { typedCommand } from '../ui/typed-command.ts'
import { breakOfSection } from './broken-lines.ts'
import type { Credentials } from './credentials.ts'
import type { AwsDocument } from './document.ts'
import type { SectionEdit } from './document-edit.ts'
import { PORTABLE_NAME } from './document-header.ts'
import { findProblems } from './document-problems.ts'
import { IDENTITY_KEY, type ProblemCode } from './problem-types.ts'
import type { AwsFiles } from './profile-types.ts'
import { type EpochMs, formatTime, parseTime } from './time.ts'
import { MARKER, markerOf, readMarker, type SectionOrigin } from './written-marker.ts'

/** What ssox has noted of a section beside the file: other tools drop comments when they write. */
export interface SectionRecord extends SectionOrigin {
  readonly section: string
  /** Ids of the latest keys, the newest first. */
  readonly keyIds: readonly string[]
}

/** Keys and the section that they are for. */
export interface SectionKeys {
  readonly section: string
  readonly origin: SectionOrigin
  readonly credentials: Credentials
  readonly region?: string | undefined
}

/** A section of the credentials file that ssox has written. */
export interface WrittenSection extends SectionOrigin {
  readonly section: string
  readonly endsAt: EpochMs | undefined
}

const KEYS = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token', 'expiration']
/** What may stand in a section that goes as a whole. */
const OWN_KEYS: ReadonlySet<string> = new Set([...KEYS, 'region'])
/** Other names for when keys end: they would be those of the keys before. */
const OTHER_EXPIRY = /^(?:x_security_token_expires|x_principal_arn|expires|expiry)$/
/** Keys that a person has made, and that nobody could get back. */
const LONG_TERM = /^AKIA/

/**
 * Whose keys ssox has written to a section; undefined for one that is not there or not of ssox: also
 * where somebody has put long-term keys in, which nobody could get back.
 */
function originOf(
  { section }: AwsDocument,
  name: string,
  records: readonly SectionRecord[],
): SectionOrigin | undefined {
  const found = section('profile', name)
  if (!found) return undefined
  const keyId = found.values.get('aws_access_key_id') ?? ''
  const record = records.find((one) => one.section === name && one.keyIds.includes(keyId))
  const marker = readMarker(found)
  return record ?? (LONG_TERM.test(keyId) ? undefined : marker)
}

/** The sections of a credentials file that ssox has written. */
export function writtenSections(
  document: AwsDocument,
  records: readonly SectionRecord[],
): WrittenSection[] {
  return document.names('profile').flatMap((section) => {
    const origin = originOf(document, section, records)
    const values = document.section('profile', section)?.values
    return origin ? [{ ...origin, section, endsAt: parseTime(values?.get('expiration')) }] : []
  })
}

/** What the config file has under a name that some tools would use in place of keys, in words. */
function configUnder({ config }: AwsFiles, name: string): string | undefined {
  const values = config.section('profile', name)?.values
  const key = [...(values?.keys() ?? [])].find((one) => IDENTITY_KEY.test(one))
  if (key === undefined) return undefined
  return /^(?:granted_)?sso_/.test(key) ? 'SSO' : key.startsWith('aws_') ? 'keys' : key
}

/** Where the keys of a profile go: its own name, unless tools would read something else under it. */
export function usualSection(files: AwsFiles, profile: string): string {
  const found = configUnder(files, profile)
  return found === undefined || found === 'keys' ? profile : `${profile}-keys`
}

/** A section that keys of a profile shall be written to. */
interface SectionCheck {
  readonly section: string
  readonly profile: string
  readonly force: boolean
  /** It was written before by the same run: what other tools make of its name was settled then. */
  readonly isRenewal?: boolean
}

/**
 * Whether keys may be written to a section.
 * @throws SsoxError `profile` for one that ssox did not create or that means something else to other
 *   tools, unless forced; for one that nobody can tell from its neighbours, always
 */
export function checkSection(
  files: AwsFiles,
  records: readonly SectionRecord[],
  { section, profile, force, isRenewal = false }: SectionCheck,
): void {
  const broken = breakOfSection(files, 'profile', section)
  if (broken) throw broken
  if (force) return
  const again = (name: string) => typedCommand('write', profile, ['--as', name])
  const found = configUnder(files, section)
  if (!isRenewal && found !== undefined && !(found === 'keys' && section === profile))
    throw new SsoxError(
      'profile',
      `section "${section}" is not written: ${files.configPath} has ${found} under that name, which some tools would use in place of the keys`,
      again(`${section}-keys`),
    )
  const isThere = files.credentials.section('profile', section) !== undefined
  if (isThere && !originOf(files.credentials, section, records))
    throw new SsoxError(
      'profile',
      `section "${section}" of ${files.credentialsPath} is not of ssox, so it is not overwritten without --force`,
      again(`${section}-ssox`),
    )
}

/** The edit that puts keys into their section; what would count in place of them goes. */
export function writeEdit(
  { section }: AwsDocument,
  { section: name, origin, credentials, region }: SectionKeys,
): SectionEdit & { readonly values: ReadonlyMap<string, string | null> } {
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = credentials
  const values = new Map<string, string | null>()
  for (const key of section('profile', name)?.values.keys() ?? [])
    if (!OWN_KEYS.has(key) && (IDENTITY_KEY.test(key) || OTHER_EXPIRY.test(key)))
      values.set(key, null)
  values.set('aws_access_key_id', accessKeyId)
  values.set('aws_secret_access_key', secretAccessKey)
  values.set('aws_session_token', sessionToken ?? null)
  values.set('expiration', expiresAt === undefined ? null : formatTime(expiresAt))
  if (region !== undefined) values.set('region', region)
  return { type: 'profile', name, values, comment: markerOf(origin), replaces: MARKER }
}

/** The edit that takes keys out again; what somebody else has added to their section stays. */
export function removeEdit({ section }: AwsDocument, name: string): SectionEdit {
  const keys = [...(section('profile', name)?.values.keys() ?? [])]
  const isOwn = keys.every((key) => OWN_KEYS.has(key))
  const values = isOwn ? 'remove' : new Map(KEYS.map((key) => [key, null]))
  return { type: 'profile', name, values, comment: null, replaces: MARKER }
}

/** The lines that edits take away (`- `) and add (`+ `), without what may be a secret. */
export function shownEdits(
  before: AwsDocument,
  after: AwsDocument,
  edits: readonly SectionEdit[],
): string[] {
  return edits.flatMap(({ name }) => {
    const [old, now] = [before, after].map((document) => linesOf(document, name))
    const gone = old?.filter(({ line }) => !now?.some((one) => one.line === line)) ?? []
    const added = now?.filter(({ line }) => !old?.some((one) => one.line === line)) ?? []
    if (gone.length + added.length === 0) return []
    const header = old && now ? [`  [${name}]`] : []
    return [
      ...header,
      ...gone.map(({ shown }) => `- ${shown}`),
      ...added.map(({ shown }) => `+ ${shown}`),
    ]
  })
}

const LEGIBLE: ReadonlySet<string> = new Set(['aws_access_key_id', 'expiration', 'region'])

function linesOf(
  { section }: AwsDocument,
  name: string,
): { line: string; shown: string }[] | undefined {
  const found = section('profile', name)
  if (!found) return undefined
  const comments = found.comments.filter((comment) => MARKER.test(comment))
  return [
    ...[`[${name}]`, ...comments.map((comment) => `# ${comment}`)].map((line) => ({
      line,
      shown: line,
    })),
    ...[...found.values].map(([key, value]) => ({
      line: `${key} = ${value}`,
      shown: `${key} = ${LEGIBLE.has(key) ? value : '[secret]'}`,
    })),
  ]
}

/** One of the readers, which older JDBC drivers have inside. */
export const JAVA_1 = 'Java 1 (older JDBC drivers)'

/** Programs that refuse the whole file for something in it, or what they do not see. */
type Reader = 'the AWS CLI' | 'boto3' | 'Go (Terraform)' | '.NET' | typeof JAVA_1

const CLI: readonly Reader[] = ['the AWS CLI', 'boto3']
/** Measured for each of them; a line that is not here is read by all. */
const REFUSED_BY: Readonly<Partial<Record<ProblemCode, readonly Reader[]>>> = {
  'byte-order-mark': [...CLI, 'Go (Terraform)'],
  'duplicate-section': CLI,
  'duplicate-key': [...CLI, '.NET', JAVA_1],
  'no-equals': [...CLI, '.NET', JAVA_1],
  'broken-header': [...CLI, '.NET', JAVA_1],
  'unclosed-header': [...CLI, '.NET', JAVA_1],
  'key-before-section': CLI,
  'bad-key': CLI,
  colon: ['.NET', JAVA_1],
  'after-header': ['.NET', JAVA_1],
}

/** A line of a file for which some programs do not read any of it. */
export interface RefusedLine {
  /** Counted from 1. */
  readonly line: number
  readonly what: string
  readonly by: readonly Reader[]
}

/** The lines for which a credentials file is not read by some programs, in their order. */
export function refusedLines(document: AwsDocument): RefusedLine[] {
  const known = findProblems(document).flatMap(({ line, code, message }) => {
    const by = REFUSED_BY[code]
    return by ? [{ line, what: message, by }] : []
  })
  const comments = document.text.split(/\r\n|\n|\r/).flatMap((raw, index): RefusedLine[] => {
    const line = index + 1
    const text = raw.trim()
    if (text.startsWith(';')) return [{ line, what: 'a comment begins with ;', by: [JAVA_1] }]
    return /^\[[^\]]*\]\s+[#;]/.test(text)
      ? [{ line, what: 'a comment stands behind a section header', by: ['.NET', JAVA_1] }]
      : []
  })
  return [...known, ...comments].sort((a, b) => a.line - b.line)
}

/** Whether every AWS tool reads a section of this name. */
export function isPortable(section: string): boolean {
  return PORTABLE_NAME.test(section)
}
