/** Where programs differ about profiles, as rows that a person can read and a test can compare. */
import { whoHas } from './portal.ts'
import type { FileReading, ReaderName, Reading } from './readers.ts'

/** A difference: what ssox makes of a profile of a file, and what others make of it. */
export interface Row {
  readonly file: string
  /** `*`: all of the file. */
  readonly profile: string
  readonly readers: readonly ReaderName[]
  readonly ssox: string
  readonly theirs: string
}

/** The rows for one file, those of readers that agree as one. */
export function differences(
  file: string,
  ours: ReadonlyMap<string, Reading>,
  theirs: ReadonlyMap<ReaderName, FileReading>,
): Row[] {
  const rows = new Map<string, Row>()
  for (const [reader, reading] of theirs)
    for (const row of rowsOf(ours, reading)) {
      const key = `${row.profile}\0${row.theirs}`
      const readers = [...(rows.get(key)?.readers ?? []), reader]
      rows.set(key, { file, ...row, readers })
    }
  return [...rows.values()]
}

type Bare = Omit<Row, 'file' | 'readers'>

function rowsOf(ours: ReadonlyMap<string, Reading>, reading: FileReading): Bare[] {
  if ('profiles' in reading) {
    const { profiles } = reading
    return [...ours].flatMap(([name, our]) => rowOf(name, our, ownValue(profiles, name)))
  }
  const used = [...ours].filter(([, { keys }]) => keys !== undefined).map(([name]) => name)
  if (used.length === 0) return []
  return [{ profile: '*', ssox: `keys of ${used.join(', ')}`, theirs: 'nothing of the file' }]
}

/** What JSON has made of a name such as `__proto__` is a value of its own. */
function ownValue(profiles: Readonly<Record<string, Reading>>, name: string): Reading {
  return (Object.hasOwn(profiles, name) && profiles[name]) || { known: false }
}

function rowOf(profile: string, our: Reading, their: Reading): Bare[] {
  // Neither of them acts as anybody; a region then changes nothing.
  if (our.isRefused && our.keys === undefined && their.keys === undefined) return []
  const [ssox, theirs] = [described(our), described(their)]
  if (String(our.keys) === String(their.keys) && ssox === theirs) return []
  return [{ profile, ssox, theirs }]
}

function described({ known, keys, region, isRefused }: Reading): string {
  if (!known) return 'no such profile'
  const where = region ? ` in ${region}` : ''
  if (keys === undefined) return isRefused ? 'refused' : `no keys${where}`
  const [id, , token] = keys
  const who = whoHas(id)
  return `${who}${who === id && token ? ' with a token' : ''}${where}`
}
