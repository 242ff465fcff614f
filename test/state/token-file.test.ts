/** The SSO token file in every state in which another tool, a crash or a person can leave it. */

import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import type { Home } from '../support/home.ts'
import { AS_NOBODY, NOBODY, runIn, ssoxUnder, testWith } from '../support/machine.ts'
import { assertFailure, assertSuccess, told } from '../support/output.ts'
import { assertInTime } from '../support/patience.ts'
import { type Fields, readObject, tokenFile, withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { replaceWith, STRANGE_FILES, STRANGE_FILES_OF_ROOT, spoiledContents } from './damaged.ts'

type SessionStatus = { name: string; state: string; expiresAt: string | null; problem?: string }

const changed = (token: string, fields: Fields) =>
  JSON.stringify({ ...(JSON.parse(token) as Fields), ...fields })

/** A signed-in home and the token that ssox wrote. */
function withToken<T>(use: (home: Home, token: string) => Promise<T>): Promise<T> {
  return withSignIn((home) => use(home, readFileSync(tokenFile(home), 'utf8')))
}

/** One session for each content, all read by one `ssox status --json`; with the title of each. */
async function statusOf(
  home: Home,
  contents: Iterable<readonly [title: string, content: string | Uint8Array]>,
): Promise<(SessionStatus & { title: string })[]> {
  const all = [...contents]
  home.writeConfig(
    all
      .map(
        (_, at) =>
          `[sso-session s${at}]\nsso_start_url = ${home.center.startUrl}\nsso_region = us-east-1\n`,
      )
      .join('\n'),
  )
  all.forEach(([, content], at) => {
    writeFileSync(tokenFile(home, `s${at}`), content, { mode: 0o600 })
  })
  const run = await home.ssox(['status', '--json'])
  assertSuccess(run)
  const { sessions } = JSON.parse(run.stdout) as { sessions: SessionStatus[] }
  return all.map(([title], at) => {
    const found = sessions.find(({ name }) => name === `s${at}`)
    if (!found) throw new Error(`status leaves out: ${title}`)
    return { ...found, title }
  })
}

const believed = (sessions: readonly (SessionStatus & { title: string })[]) =>
  sessions.filter(({ state }) => state !== 'signed-out').map(({ title }) => title)

suite('token file: damaged', (test) => {
  test('cut at any byte, or no JSON object at all, it is no sign-in', () =>
    withToken(async (home, token) => {
      const contents = spoiledContents(token)
      assert.ok(contents.size > 1000, `only ${contents.size} contents`)
      assert.equal(believed(await statusOf(home, contents)), [])
    }))

  test('with fields of the wrong type, or of another session, it is no sign-in', () =>
    withToken(async (home, token) => {
      const values = [undefined, null, '', 0, 7, 4102444800, true, [], ['x'], {}]
      const times = [
        ...['soon', '2030-13-01T00:00:00Z', '2030-01-01', '2030-0101T00:00:00Z'],
        ...['2030-01-01T25:00:00Z', '2030-01-01T00:00:00+99:99', '2030-01-01T00:00:00 PST'],
      ]
      const wrong: Fields[] = [
        ...[...values, 'to\nken', 'to\u0000ken', 'to\u007fken', 'töken', 'to€ken'].map(
          (accessToken) => ({ accessToken }),
        ),
        ...[...values, ...times].map((expiresAt) => ({ expiresAt })),
        { startUrl: 'https://other.awsapps.com/start' },
        { region: 'eu-west-1' },
      ]
      const contents = wrong.map(
        (fields, at) => [`${at}: ${JSON.stringify(fields)}`, changed(token, fields)] as const,
      )
      assert.equal(believed(await statusOf(home, [...contents, ['an empty object', '{}']])), [])
    }))

  test('null and odd types in the other fields count as absent', () =>
    withToken(async (home, token) => {
      const fields = ['refreshToken', 'clientId', 'clientSecret', 'registrationExpiresAt']
      const contents = fields.flatMap((field) =>
        [null, 7, [], {}].map(
          (value) =>
            [`${field} ${JSON.stringify(value)}`, changed(token, { [field]: value })] as const,
        ),
      )
      for (const { title, state } of await statusOf(home, contents))
        assert.is(state, 'signed-in', title)
    }))

  test('its expiry is read in every form that an AWS tool has written', () =>
    withToken(async (home, token) => {
      const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
      const forms: [zone: string, utc: string][] = [
        ['T07:08:09Z', '07:08:09'],
        ['T07:08:09.123Z', '07:08:09'],
        ['T07:08:09.123456Z', '07:08:09'],
        ['T07:08:09UTC', '07:08:09'],
        ['T07:08:09 UTC', '07:08:09'],
        ['T07:08:09+00:00', '07:08:09'],
        ['T07:08:09+0000', '07:08:09'],
        ['T07:08:09+02:00', '05:08:09'],
        ['T07:08:09-07:30', '14:38:09'],
        ['T07:08:09', '07:08:09'],
        [' 07:08:09', '07:08:09'],
      ]
      home.env['TZ'] = 'Asia/Kathmandu'
      const contents = forms.map(
        ([form]) => [form, changed(token, { expiresAt: `${day}${form}` })] as const,
      )
      const read = (await statusOf(home, contents)).map(({ state, expiresAt }) => [
        state,
        expiresAt,
      ])
      assert.equal(
        read,
        forms.map(([, utc]) => ['signed-in', `${day}T${utc}Z`]),
      )
    }))

  test('a sign-in that claims to last for years is believed for 90 days', () =>
    withToken(async (home, token) => {
      const [session] = await statusOf(home, [
        ['9999', changed(token, { expiresAt: '9999-12-31T23:59:59Z' })],
      ])
      const days = (Date.parse(session?.expiresAt ?? '') - Date.now()) / 86_400_000
      assert.is(session?.state, 'signed-in')
      assert.ok(days > 89 && days <= 90, `${days} days`)
    }))

  const samples: [title: string, spoil: (token: string) => string | Uint8Array][] = [
    ['empty', () => ''],
    ['cut in the middle', (token) => token.slice(0, 700)],
    ['without its last byte', (token) => token.slice(0, -1)],
    ['behind a byte order mark', (token) => `\uFEFF${token}`],
    ['UTF-16', (token) => Buffer.from(`\uFEFF${token}`, 'utf16le')],
    ['an array', () => '[]'],
    ['null', () => 'null'],
    ['without an expiry', (token) => changed(token, { expiresAt: null })],
  ]

  test('env says that a sign-in is needed, exit 4, and leaves the damaged file alone', () =>
    withToken(async (home, token) => {
      for (const [title, spoil] of samples) {
        writeFileSync(tokenFile(home), spoil(token))
        const before = readFileSync(tokenFile(home))
        const run = await home.ssox(['env', 'dev', '--shell', 'bash', '--no-login'])
        assertFailure(run, 4, /SSO session "corp" needs a sign-in/)
        assert.is(run.stdout, 'false\n', title)
        assert.equal(readFileSync(tokenFile(home)), before, title)
      }
    }))

  test('a sign-in puts a whole file in the place of a damaged one', () =>
    withToken(async (home, token) => {
      for (const [title, spoil] of samples) {
        writeFileSync(tokenFile(home), spoil(token))
        const run = await home.ssox(['env', 'dev', '--shell', 'bash', '--login', '--refresh'])
        assert.is(run.status, 0, `${title}: ${told(run)}`)
        assert.type(readObject(tokenFile(home))['accessToken'], 'string', title)
        assert.is(statSync(tokenFile(home)).mode & 0o777, 0o600, title)
      }
      assert.is(home.browserOpens().length, 1 + samples.length)
    }))
})

suite('token file: not a file of ours', (test) => {
  /** Both verbs answer at once, name the file, and change nothing. */
  async function assertRefused(home: Home, title: string, wrapper: readonly string[] = []) {
    const before = lstatSync(tokenFile(home))
    const started = performance.now()
    const run = await ssoxUnder(home, wrapper, ['env', 'dev', '--shell', 'bash', '--login'])
    const took = performance.now() - started
    assertFailure(run, 7, /the SSO token file .*ee0bfd25.*\.json cannot be used: \S/)
    assert.is(run.stdout, 'false\n', title)
    assertInTime(took, 10_000, title)
    const status = await ssoxUnder(home, wrapper, ['status', '--json'])
    assertSuccess(status)
    const { sessions } = JSON.parse(status.stdout) as { sessions: SessionStatus[] }
    const corp = sessions.find(({ name }) => name === 'corp')
    assert.is(corp?.state, 'signed-out', title)
    assert.match(corp?.problem ?? '', /cannot be used/, title)
    const after = lstatSync(tokenFile(home))
    assert.is(after.ino, before.ino, title)
    assert.is(after.mtimeMs, before.mtimeMs, title)
    assert.is(home.browserOpens().length, 1, `${title}: a second sign-in was started`)
  }

  test('the command that moves it away can be typed, whatever the home is called', () =>
    withToken(async (home) => {
      const path = join(home.path, "o'neil's home", '.aws', 'sso', 'cache')
      const token = join(path, basename(tokenFile(home)))
      mkdirSync(token, { recursive: true })
      const HOME = join(home.path, "o'neil's home")
      const env = { ...home.env, HOME, AWS_CONFIG_FILE: home.aws('config') }
      const run = await home.ssox(['env', 'dev', '--shell', 'sh', '--no-login'], { env })
      assertFailure(run, 7, /cannot be used: it is not a regular file$/)
      const command = /: (mv .*)$/.exec(run.stderr.trimEnd())?.[1] ?? 'false'
      assert.is((await runIn(home, ['sh', '-c', command])).status, 0, command)
      assert.equal(readdirSync(path), [`${basename(token)}.bad`])
    }))

  const assertAllRefused = (files: typeof STRANGE_FILES) =>
    withToken(async (home) => {
      for (const [title, make] of files) {
        replaceWith(tokenFile(home), make)
        await assertRefused(home, title)
      }
    })

  test('it is refused with exit 7 and named, and nothing is done to it', () =>
    assertAllRefused(STRANGE_FILES))

  test('the commands that mend it are quoted, and can be typed', () =>
    withToken(async (home) => {
      const odd = join(home.path, "it's a home")
      mkdirSync(odd)
      renameSync(home.aws(), join(odd, '.aws'))
      const file = join(odd, '.aws', 'sso', 'cache', basename(tokenFile(home)))
      rmSync(file)
      mkdirSync(file)
      rmSync(join(odd, '.aws', 'cli'), { recursive: true, force: true })
      const env = { ...home.env, HOME: odd }
      const run = await home.ssox(['env', 'dev', '--shell', 'bash'], { env })
      assertFailure(run, 7, /cannot be used: it is not a regular file$/)
      const [cure = ''] = /mv .*/.exec(run.stderr) ?? []
      assert.is((await runIn(home, ['sh', '-c', cure], { env })).status, 0, cure)
      assert.not.ok(existsSync(file))
      assert.ok(existsSync(`${file}.bad`))
    }))

  test('a link to a good token is refused like the others', () =>
    withToken(async (home, token) => {
      const elsewhere = join(home.path, 'elsewhere')
      writeFileSync(elsewhere, token, { mode: 0o644 })
      replaceWith(tokenFile(home), (path) => symlinkSync(elsewhere, path))
      await assertRefused(home, 'a link')
      assert.is(statSync(elsewhere).mode & 0o777, 0o644)
    }))

  testWith(test, ['setpriv'], 'the same with what only root can put there', () =>
    assertAllRefused(STRANGE_FILES_OF_ROOT),
  )

  testWith(
    test,
    ['setpriv'],
    'a file that another user lets us read, or that we may not read',
    () =>
      withToken(async (home) => {
        await runIn(home, ['chown', '-R', `${NOBODY}:${NOBODY}`, home.path])
        chownSync(tokenFile(home), 0, 0)
        chmodSync(tokenFile(home), 0o644)
        await assertRefused(home, 'of root, readable', AS_NOBODY)
        chmodSync(tokenFile(home), 0o600)
        await assertRefused(home, 'of root, private', AS_NOBODY)
        chownSync(tokenFile(home), NOBODY, NOBODY)
        chmodSync(tokenFile(home), 0o000)
        await assertRefused(home, 'ours, without a permission', AS_NOBODY)
      }),
  )

  test('a link in the place of ~/.aws, as people with dotfiles have, is followed', () =>
    withToken(async (home) => {
      await runIn(home, ['sh', '-ec', 'mv .aws dotfiles && ln -s dotfiles .aws'])
      const run = await home.ssox(['env', 'dev', '--shell', 'bash', '--no-login'])
      assertSuccess(run)
      assert.ok(lstatSync(join(home.path, '.aws')).isSymbolicLink())
    }))
})
