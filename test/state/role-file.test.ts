/** The role credentials file in every state in which another tool or a crash can leave it. */
import { chmodSync, chownSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import type { Home } from '../support/home.ts'
import { AS_NOBODY, NOBODY, runIn, ssoxUnder, testWith } from '../support/machine.ts'
import { assertSuccess, keysIn } from '../support/output.ts'
import { type Fields, readObject, roleFile, withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { replaceWith, STRANGE_FILES, STRANGE_FILES_OF_ROOT, spoiledContents } from './damaged.ts'

type ProfileStatus = { name: string; expiresAt: string | null }

/** A signed-in home with the credentials of `dev` in the cache, and that file's content. */
function withCached<T>(use: (home: Home, cached: string) => Promise<T>): Promise<T> {
  return withSignIn(async (home) => {
    assertSuccess(await home.ssox(ENV))
    return use(home, readFileSync(roleFile(home), 'utf8'))
  })
}

/** One profile for each content, all read by one `ssox status --json`; the expiry that it tells. */
async function expiryOf(
  home: Home,
  contents: Iterable<readonly [title: string, content: string | Uint8Array]>,
): Promise<(readonly [title: string, expiresAt: string | null])[]> {
  const all = [...contents]
  const session = `[sso-session corp]\nsso_start_url = ${home.center.startUrl}\nsso_region = us-east-1\n`
  const profiles = all.map(
    (_, at) =>
      `[profile p${at}]\nsso_session = corp\nsso_account_id = ${accountId(at)}\nsso_role_name = Developer\n`,
  )
  home.writeConfig([session, ...profiles].join('\n'))
  all.forEach(([, content], at) => {
    writeFileSync(roleFile(home, accountId(at)), content, { mode: 0o600 })
  })
  const run = await home.ssox(['status', '--json'])
  assertSuccess(run)
  const { profiles: shown } = JSON.parse(run.stdout) as { profiles: ProfileStatus[] }
  const byName = new Map(shown.map(({ name, expiresAt }) => [name, expiresAt]))
  return all.map(([title], at) => [title, byName.get(`p${at}`) ?? null] as const)
}

const accountId = (at: number) => String(500_000_000_000 + at)

function changed(cached: string, fields: Fields): string {
  const entry = JSON.parse(cached) as { Credentials: Fields }
  return JSON.stringify({ ...entry, Credentials: { ...entry.Credentials, ...fields } })
}

/** Not as it is kept in the switch cache, which would answer whatever is in this file. */
const ENV = ['env', 'dev', '--shell', 'bash', '--min-left', '5']

suite('role credentials file: damaged', (test) => {
  test('cut at any byte, or no JSON object at all, it holds no credentials', () =>
    withCached(async (home, cached) => {
      const contents = spoiledContents(cached)
      assert.ok(contents.size > 800, `only ${contents.size} contents`)
      const [whole, ...read] = await expiryOf(home, [['whole', cached], ...contents])
      assert.not.equal(whole?.[1], null, 'the good one is not read')
      assert.equal(
        read.filter(([, expiresAt]) => expiresAt !== null),
        [],
      )
    }))

  test('with fields missing or of the wrong type, or an expiry that is past, it holds none', () =>
    withCached(async (home, cached) => {
      const texts = ['AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration']
      const wrong = texts.flatMap((field) =>
        [undefined, null, '', 0, 4102444800, true, [], {}].map((value) => ({ [field]: value })),
      )
      const times = ['soon', '2030-01-01', '2030-13-01T00:00:00Z', '2001-01-01T00:00:00Z']
      const contents = [...wrong, ...times.map((Expiration) => ({ Expiration }))].map(
        (fields, at) => [`${at}: ${JSON.stringify(fields)}`, changed(cached, fields)] as const,
      )
      const shapes = ['{}', '{"Credentials":null}', '{"Credentials":[]}', '{"Credentials":"x"}']
      const read = await expiryOf(home, [
        ...contents,
        ...shapes.map((text) => [text, text] as const),
      ])
      assert.equal(
        read.filter(([, expiresAt]) => expiresAt !== null),
        [],
      )
    }))

  test('its expiry is read in every form that an AWS tool has written', () =>
    withCached(async (home, cached) => {
      const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
      const forms = ['T07:08:09Z', 'T07:08:09.5Z', 'T07:08:09+00:00', 'T07:08:09UTC', 'T07:08:09']
      home.env['TZ'] = 'America/St_Johns'
      const read = await expiryOf(home, [
        ...forms.map((form) => [form, changed(cached, { Expiration: `${day}${form}` })] as const),
        ['T12:38:09+05:30', changed(cached, { Expiration: `${day}T12:38:09+05:30` })],
      ])
      for (const [form, expiresAt] of read) assert.is(expiresAt, `${day}T07:08:09Z`, form)
    }))

  const samples: [title: string, spoil: (cached: string) => string | Uint8Array][] = [
    ['empty', () => ''],
    ['cut in the middle', (cached) => cached.slice(0, 300)],
    ['behind a byte order mark', (cached) => `\uFEFF${cached}`],
    ['UTF-16', (cached) => Buffer.from(`\uFEFF${cached}`, 'utf16le')],
    ['an array', () => '[]'],
    ['null', () => 'null'],
    ['without a session token', (cached) => changed(cached, { SessionToken: null })],
  ]

  test('env gets new credentials and puts a whole file in its place, silently', () =>
    withCached(async (home, cached) => {
      for (const [title, spoil] of samples) {
        writeFileSync(roleFile(home), spoil(cached))
        const run = await home.ssox(ENV)
        assertSuccess(run)
        assertStored(home, run, title)
      }
    }))
})

suite('role credentials file: not a file of ours', (test) => {
  test('env gets new credentials and takes its place; a folder stays, with one warning', () =>
    withCached((home) => assertReplaced(home, STRANGE_FILES)))

  testWith(test, ['setpriv'], 'the same with what only root can put there', () =>
    withCached((home) => assertReplaced(home, STRANGE_FILES_OF_ROOT)),
  )

  test('a link to a good file is not followed, and what it points to stays as it is', () =>
    withCached(async (home, cached) => {
      const elsewhere = `${home.path}/elsewhere`
      const foreign = changed(cached, { AccessKeyId: 'ASIAOFSOMEBODYELSE00' })
      writeFileSync(elsewhere, foreign, { mode: 0o644 })
      replaceWith(roleFile(home), (path) => symlinkSync(elsewhere, path))
      const run = await home.ssox(ENV)
      assertSuccess(run)
      assertStored(home, run, 'a link')
      assert.is(readFileSync(elsewhere, 'utf8'), foreign)
      assert.is(lstatSync(elsewhere).mode & 0o777, 0o644)
    }))

  testWith(
    test,
    ['setpriv'],
    'as another user: of root and readable, unreadable, both replaced',
    () =>
      withCached(async (home, cached) => {
        await runIn(home, ['chown', '-R', `${NOBODY}:${NOBODY}`, home.path])
        for (const [title, owner, mode] of [
          ['of root, readable', 0, 0o644],
          ['of root, private', 0, 0o600],
          ['ours, without a permission', NOBODY, 0o000],
        ] as const) {
          writeFileSync(roleFile(home), changed(cached, { AccessKeyId: 'ASIAOFSOMEBODYELSE00' }))
          chownSync(roleFile(home), owner, owner)
          chmodSync(roleFile(home), mode)
          const run = await ssoxUnder(home, AS_NOBODY, ENV)
          assertSuccess(run)
          assertStored(home, run, title)
        }
      }),
  )
})

async function assertReplaced(home: Home, files: typeof STRANGE_FILES): Promise<void> {
  for (const [title, make] of files) {
    replaceWith(roleFile(home), make)
    const run = await home.ssox(ENV)
    if (title === 'a folder') {
      assertSuccess(run, [/the credentials are not cached: cannot write .*\.json: it is a folder/])
      assert.ok(lstatSync(roleFile(home)).isDirectory(), title)
      assert.match(keysIn(run).id, /^ASIA/, title)
    } else {
      assertSuccess(run)
      assertStored(home, run, title)
    }
  }
}

/** The file is a whole one of ours, private, with the keys that were printed. */
function assertStored(home: Home, run: Parameters<typeof keysIn>[0], title: string): void {
  const { Credentials } = readObject(roleFile(home)) as { Credentials: Fields }
  assert.is(Credentials['AccessKeyId'], keysIn(run).id, title)
  assert.is(Credentials['SecretAccessKey'], keysIn(run).secret, title)
  const stat = lstatSync(roleFile(home))
  assert.ok(stat.isFile(), title)
  assert.is(stat.mode & 0o777, 0o600, title)
}
