/**
 * Which sections of credentials files ssox has written: `$XDG_STATE_HOME/ssox/written`, JSON
 * `{"version":1,"sections":[{"file":…,"section":…,"profile":…,"session":…,"keyIds":[…]},…]}`. It is
 * written under the lock of the AWS files, before the file itself.
 */
import { join } from 'node:path'
import type { SectionRecord } from '../aws/written-section.ts'
import { ensureFolder, writePrivate } from '../system/files.ts'
import { isObject, readJsonOnce, textAt } from './json-file.ts'
import type { Paths } from './paths.ts'

const MAX_SECTIONS = 1_000
/** The keys of the file as it is, and those that are just being written. */
const MAX_KEY_IDS = 2

/** What is noted of the credentials file in use. */
export function sectionRecords(paths: Pick<Paths, 'state' | 'credentials'>): SectionRecord[] {
  return readAll(paths).filter(({ file }) => file === paths.credentials)
}

/** Notes sections that are about to be written. @throws SsoxError `storage` */
export function rememberSections(
  paths: Pick<Paths, 'state' | 'credentials'>,
  records: readonly SectionRecord[],
): void {
  const old = readAll(paths)
  const isSame = (a: SectionRecord, b: SectionRecord & { readonly file: string }) =>
    b.file === paths.credentials && a.section === b.section
  const noted = records.map((record) => {
    const before = old.find((one) => isSame(record, one))?.keyIds ?? []
    const keyIds = [...new Set([...record.keyIds, ...before])].slice(0, MAX_KEY_IDS)
    return { ...record, keyIds, file: paths.credentials }
  })
  const others = old.filter((one) => !records.some((record) => isSame(record, one)))
  write(paths, [...noted, ...others].slice(0, MAX_SECTIONS))
}

/** Forgets sections that are gone. @throws SsoxError `storage` */
export function forgetSections(
  paths: Pick<Paths, 'state' | 'credentials'>,
  sections: readonly string[],
): void {
  const old = readAll(paths)
  const kept = old.filter(
    ({ file, section }) => file !== paths.credentials || !sections.includes(section),
  )
  if (kept.length < old.length) write(paths, kept)
}

type Noted = SectionRecord & { readonly file: string }

function readAll(paths: Pick<Paths, 'state'>): Noted[] {
  const read = readJsonOnce(fileIn(paths))
  const entries = read.state === 'ok' ? read.value['sections'] : undefined
  return Array.isArray(entries) ? entries.flatMap((entry) => readOne(entry) ?? []) : []
}

function readOne(entry: unknown): Noted | undefined {
  if (!isObject(entry)) return undefined
  const [file, section, profile] = ['file', 'section', 'profile'].map((key) => textAt(entry, key))
  const keyIds = Array.isArray(entry['keyIds']) ? entry['keyIds'].filter(isText) : []
  if (!file || !section || !profile) return undefined
  return { file, section, profile, session: textAt(entry, 'session'), keyIds }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function write(paths: Pick<Paths, 'state'>, sections: readonly Noted[]): void {
  ensureFolder(paths.state)
  writePrivate(fileIn(paths), `${JSON.stringify({ version: 1, sections })}\n`)
}

function fileIn({ state }: Pick<Paths, 'state'>): string {
  return join(state, 'written')
}
