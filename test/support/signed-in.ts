/** A home that is signed in, for tests of what comes after; and where its files are. */
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { registrationKey, tokenKey } from '../../src/aws/cache-key.ts'
import { encodeCacheEntry } from '../../src/aws/credentials.ts'
import type { SsoSession } from '../../src/aws/profile-types.ts'
import { encodeRegistration, encodeToken } from '../../src/aws/token.ts'
import { type Home, type HomeOptions, withHome, writeAged } from './home.ts'
import { portal, signIn } from './identity-center/wire.ts'

/** Writes ssox's own settings. */
export function writeSettings(
  { path }: Pick<Home, 'path'>,
  settings: Readonly<Record<string, string>>,
): void {
  const folder = join(path, '.config', 'ssox')
  mkdirSync(folder, { recursive: true })
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`)
  writeAged(join(folder, 'config'), `[ssox]\n${lines.join('')}`)
}

/** A home that is signed in to `corp`; `prepare` comes before the sign-in. */
export function withSignIn<T>(
  use: (home: Home) => Promise<T>,
  options: HomeOptions = {},
  prepare: (home: Home) => void = () => undefined,
): Promise<T> {
  return withHome(async (home) => {
    prepare(home)
    writeSettings(home, { login_flow: 'pkce' })
    await leaveSignedIn(home)
    return use(home)
  }, options)
}

/**
 * A home that is signed in and has the role credentials of dev and prod, for tests that do not look
 * at how they are fetched: that takes thrice as long as all the rest of `ssox env`.
 */
export function withKeys<T>(
  use: (home: Home) => Promise<T>,
  options: HomeOptions = {},
  prepare: (home: Home) => void = () => undefined,
): Promise<T> {
  return withSignIn(
    async (home) => {
      await leaveKeys(home, '123456789012', 'Developer')
      await leaveKeys(home, '012345678901', 'AdministratorAccess')
      return use(home)
    },
    options,
    prepare,
  )
}

/** Leaves the file that ssox leaves when it has fetched role credentials; the home is signed in. */
export async function leaveKeys(home: Home, accountId: string, roleName: string): Promise<void> {
  const query = `role_name=${roleName}&account_id=${accountId}`
  const token = String(readObject(tokenFile(home))['accessToken'])
  const answer = await portal(home.center, `/federation/credentials?${query}`, token)
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = answer.json[
    'roleCredentials'
  ] as Record<string, string>
  const credentials = {
    accessKeyId: String(accessKeyId),
    secretAccessKey: String(secretAccessKey),
    sessionToken,
    expiresAt: Number(expiration),
    accountId,
  }
  mkdirSync(home.aws('cli', 'cache'), { recursive: true, mode: 0o700 })
  const file = roleFile(home, accountId, roleName)
  writeFileSync(file, encodeCacheEntry(credentials, 'sso'), { mode: 0o600 })
}

/**
 * Leaves what `ssox login corp` leaves after a browser, here and at the stand-in, without a program:
 * a sign-in of ssox costs as much as most tests that need one. signed-in.test.ts compares the two.
 */
export async function leaveSignedIn(home: Home): Promise<void> {
  const { startUrl, lifetimes } = home.center
  const usual = `[sso-session corp]
sso_start_url = ${startUrl}
sso_region = us-east-1
sso_registration_scopes = sso:account:access
`
  if (!home.read('config').includes(usual)) throw new Error('"corp" is not as in usualConfig')
  const { client, url, accessToken, refreshToken, expiresIn } = await signIn(home.center)
  const { clientId, clientSecret } = client
  const registrationExpiresAt = Date.now() + lifetimes.registration * 1000
  const session: SsoSession = {
    kind: 'named',
    name: 'corp',
    cacheName: 'corp',
    startUrl,
    region: 'us-east-1',
    scopes: ['sso:account:access'],
  }
  const files = {
    [tokenKey(session)]: encodeToken({
      startUrl,
      region: session.region,
      accessToken,
      expiresAt: Date.now() + expiresIn * 1000,
      clientId,
      clientSecret,
      registrationExpiresAt,
      refreshToken,
      unknown: {},
    }),
    [registrationKey(session, 'pkce')]: encodeRegistration({
      clientId,
      clientSecret,
      expiresAt: registrationExpiresAt,
      scopes: session.scopes ?? [],
      flow: 'pkce',
    }),
  }
  mkdirSync(home.aws('sso', 'cache'), { recursive: true, mode: 0o700 })
  for (const [key, text] of Object.entries(files))
    writeFileSync(home.aws('sso', 'cache', `${key}.json`), text, { mode: 0o600 })
  for (const folder of ['.cache', '.cache/ssox', '.cache/ssox/locks'])
    mkdirSync(join(home.path, folder), { recursive: true, mode: 0o700 })
  appendFileSync(home.opened, `${url}\n`)
}

/** What `useIdentity` uses, by the name that ssox makes for it. */
export const IDENTITY = 'ReadOnly@012345678901'

/** Signs in, and uses an account and role, without a profile. */
export async function useIdentity(home: Home): Promise<void> {
  const id = ['--account-id', '012345678901', '--role-name', 'ReadOnly']
  const where = ['--start-url', home.center.startUrl, '--sso-region', 'us-east-1']
  const run = await home.ssox(['exec', ...where, ...id, '--login', '--', 'true'])
  if (run.status !== 0) throw new Error(run.stderr)
}

/** The token file of an SSO session. */
export function tokenFile(home: Home, session = 'corp'): string {
  return home.aws('sso', 'cache', `${sha1(session)}.json`)
}

/** The file with the role credentials of an account and role of `corp`. */
export function roleFile(home: Home, accountId = '123456789012', roleName = 'Developer'): string {
  const identity = `{"accountId":"${accountId}","roleName":"${roleName}","sessionName":"corp"}`
  return home.aws('cli', 'cache', `${sha1(identity)}.json`)
}

export type Fields = Record<string, unknown>

/** A JSON object from a file; throws when it is none. */
export function readObject(path: string): Fields {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${path} is no JSON object: ${JSON.stringify(value)}`)
  return value as Fields
}

/** Sets fields of a JSON file; `undefined` removes one. */
export function setFields(path: string, fields: Fields): void {
  writeFileSync(path, JSON.stringify({ ...readObject(path), ...fields }))
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
