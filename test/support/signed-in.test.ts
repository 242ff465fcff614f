/** The sign-in that most tests start with leaves what `ssox login` leaves, and serves as well. */
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, signIn, withHome } from './home.ts'
import { assertSuccess } from './output.ts'
import {
  type Fields,
  leaveKeys,
  leaveSignedIn,
  readObject,
  setFields,
  tokenFile,
  withSignIn,
  writeSettings,
} from './signed-in.ts'
import { assert, suite } from './suite.ts'

const TEN_MINUTES_MS = 600_000
const ENV = ['env', 'dev', '--shell', 'bash', '--no-login']

suite('a test home that is signed in', (test) => {
  test('is as `ssox login` leaves it: files, modes, fields, requests, pages opened', () =>
    withHome(async (home) => {
      writeSettings(home, { login_flow: 'pkce' })
      await signIn(home)
      const [files, counts] = [cacheOf(home), { ...home.center.counts }]
      for (const folder of ['.aws/sso', '.cache'])
        rmSync(join(home.path, folder), { recursive: true })
      for (const name of Object.keys(counts)) home.center.counts[name] = 0
      await leaveSignedIn(home)
      assert.equal(cacheOf(home), files)
      assert.equal(home.center.counts, counts)
      const pages = home.browserOpens().map((url) => new URL(url))
      const words = pages.map(({ searchParams }) => [...searchParams.keys()].sort())
      assert.equal(words[1], words[0])
      assert.is(pages[1]?.pathname, pages[0]?.pathname)
    }))

  test('has role credentials as `ssox env` leaves them: file, mode, fields, requests', () =>
    withSignIn(async (home) => {
      assertSuccess(await home.ssox(ENV))
      const [files, counts] = [cacheOf(home, 'cli'), { ...home.center.counts }]
      rmSync(home.aws('cli'), { recursive: true })
      home.center.counts['GetRoleCredentials'] = 0
      await leaveKeys(home, '123456789012', 'Developer')
      assert.equal(cacheOf(home, 'cli'), files)
      assert.equal(home.center.counts, counts)
      assertSuccess(await home.ssox(ENV))
      assert.equal(home.center.counts, counts)
    }))

  test('gets role credentials, is refreshed, and signed out at the server', () =>
    withSignIn(async (home) => {
      assertSuccess(await home.ssox(ENV))
      home.center.expireTokens()
      setFields(tokenFile(home), { expiresAt: '2020-01-01T00:00:00Z' })
      rmSync(home.aws('cli'), { recursive: true })
      assertSuccess(await home.ssox([...ENV, '--refresh']))
      assert.is(home.center.counts['CreateToken:refresh'], 1)
      assert.is((await home.ssox(['logout', 'corp'])).status, 0)
      assert.is(home.center.counts['Logout'], 1)
      assert.is(home.browserOpens().length, 1)
    }))
})

/** Every file of a cache with its mode and fields. */
function cacheOf(home: Home, of: 'sso' | 'cli' = 'sso'): unknown {
  const folder = home.aws(of, 'cache')
  const names = readdirSync(folder).sort()
  const files = names.map((name) => {
    const path = home.aws(of, 'cache', name)
    return [name, statSync(path).mode & 0o777, shapes(readObject(path))]
  })
  const folders = ['.aws/sso', '.aws/sso/cache', '.cache', '.cache/ssox', '.cache/ssox/locks']
  return [files, folders.map((name) => statSync(join(home.path, name)).mode & 0o777)]
}

/** Fields in their order: that a secret is there, times by how far away they are. */
function shapes(fields: Fields): [string, unknown][] {
  return Object.entries(fields).map(([name, value]) => {
    if (name === 'Credentials') return [name, shapes(value as Fields)]
    if (/expir(esAt|ation)$/i.test(name))
      return [name, Math.round((Date.parse(String(value)) - Date.now()) / TEN_MINUTES_MS)]
    return [name, /token|client|key/i.test(name) ? /^\S{20,}$/.test(String(value)) : value]
  })
}
