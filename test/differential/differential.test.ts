/**
 * ssox, the AWS CLI, boto3 and the SDK for JavaScript with the same AWS files: who is who in them.
 * What they differ in is listed in test/fixtures/aws/differences.json, and told in
 * docs/differences.md.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { node, program } from '../support/home.ts'
import { inParallel, SLOW_TEST_MS, testWith } from '../support/machine.ts'
import { modernPython } from '../support/python.ts'
import { assert, suite } from '../support/suite.ts'
import { differences, type Row } from './compare.ts'
import { allFiles } from './files.ts'
import { ourNames, readOurs } from './ours.ts'
import { whoHas, withPortal } from './portal.ts'
import {
  type FileReading,
  type Placed,
  place,
  type ReaderName,
  type Reading,
  readerEnv,
  readWith,
} from './readers.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

interface Listed extends Row {
  readonly kind: string
}
const LISTED = JSON.parse(read('../fixtures/aws/differences.json')) as Listed[]

const newer = modernPython()
const READERS: ReadonlyMap<ReaderName, readonly string[]> = new Map([
  ['aws', ['/usr/bin/python3']],
  ['boto3', ['/usr/bin/python3']],
  ...(newer === undefined ? [] : ([['new boto3', [newer]]] as const)),
  ['js', [process.execPath]],
])

/** Our reading of each file, and where others differ. */
interface Outcome {
  readonly ours: ReadonlyMap<Placed, ReadonlyMap<string, Reading>>
  readonly rows: readonly Row[]
}

async function compareAll(folder: string, url: string): Promise<Outcome> {
  const all = allFiles()
  const files = place(folder, all, ourNames)
  const env = (reader: string) => readerEnv(folder, reader, all, url)
  const readings = await Promise.all(
    [...READERS].map(async ([reader, command]) => {
      const reading = await readWith(reader, command, { files, env: env(reader), url })
      return [reader, reading] as const
    }),
  )
  const ours = new Map<Placed, ReadonlyMap<string, Reading>>()
  const rows: Row[] = []
  const ourEnv = env('ssox')
  for (const file of files) {
    const theirs = new Map(readings.map(([reader, reading]) => [reader, found(reading, file)]))
    const names = [...theirs.values()].flatMap((reading) =>
      'profiles' in reading ? Object.keys(reading.profiles) : [],
    )
    const our = await readOurs(file, new Set([...file.names, ...names]), ourEnv)
    ours.set(file, our)
    rows.push(...differences(file.id, our, theirs))
  }
  return { ours, rows }
}

function found(reading: Record<string, FileReading>, { id }: Placed): FileReading {
  const answer = reading[id]
  if (!answer) throw new Error(`no answer for ${id}`)
  return answer
}

/** The row as text, without the readers that are not here; undefined when none is. */
function lineOf({ file, profile, readers, ssox, theirs }: Row): string | undefined {
  const here = readers.filter((reader) => READERS.has(reader))
  return here.length > 0
    ? JSON.stringify({ file, profile, readers: here, ssox, theirs })
    : undefined
}

const linesOf = (rows: readonly Row[]) => rows.flatMap((row) => lineOf(row) ?? []).sort()

/** What `ssox list --json` says of an account is what the keys are for. */
async function assertListed(file: Placed, our: ReadonlyMap<string, Reading>): Promise<void> {
  const env = { AWS_CONFIG_FILE: file.config, AWS_SHARED_CREDENTIALS_FILE: file.credentials }
  const run = await execa(node, [program, 'list', '--json'], {
    env: { HOME: tmpdir(), ...env },
    extendEnv: false,
  })
  for (const { name, kind, accountId, roleName, region } of JSON.parse(run.stdout).profiles) {
    const { keys, region: used } = our.get(name) ?? {}
    if (!keys) continue
    assert.is(region, used, `${file.id}: ${name}`)
    if (kind === 'sso') assert.match(whoHas(keys[0]), `${roleName} in ${accountId} by `)
  }
}

suite('who a profile is', (test) => {
  testWith(
    test,
    ['aws', 'boto3'],
    `is the same to ${[...READERS.keys()].join(', ')} and ssox, but for what is listed`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'ssox-differential-'))
      try {
        const { ours, rows } = await withPortal((url) => compareAll(folder, url))
        assert.ok(ours.size > 230, `${ours.size} files`)
        const [seen, listed] = [linesOf(rows), linesOf(LISTED)]
        assert.equal(
          {
            notListed: seen.filter((line) => !listed.includes(line)),
            gone: listed.filter((line) => !seen.includes(line)),
          },
          { notListed: [], gone: [] },
        )
        const published = [...ours].filter(([{ id }]) => /^\d\d-/.test(id))
        assert.is(published.length, 23)
        await inParallel(published, ([file, our]) => assertListed(file, our))
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
    SLOW_TEST_MS,
  )
})

suite('docs/differences.md', (test) => {
  const page = read('../../docs/differences.md')

  test('has every kind of difference that is listed, and no other', () => {
    const kinds = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, kind]) => kind)
    assert.equal([...kinds].sort(), [...new Set(LISTED.map(({ kind }) => kind))].sort())
    assert.is(new Set(kinds).size, kinds.length)
  })
})
