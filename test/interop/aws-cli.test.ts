/** ssox and the AWS CLI v2 (Debian's, the real program) at the same caches, both ways. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Finished, type Home, node, program, signIn, withHome } from '../support/home.ts'
import { OFFLINE, runIn, type Tool, testWith } from '../support/machine.ts'
import { assertSuccess, keysIn, told } from '../support/output.ts'
import { readObject, setFields, withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { type AwsWorld, withAwsWorld } from './aws-world.ts'

/** Not the first `aws` on PATH: that may be version 1. */
const AWS = '/usr/bin/aws'
const NEEDED: readonly Tool[] = ['aws', 'unshare']
const WORLD: readonly Tool[] = [...NEEDED, 'openssl', 'ip']
const EXPORT = [AWS, 'configure', 'export-credentials', '--profile']
const PAST = '2020-01-01T00:00:00Z'

/** The keys in the JSON of `aws configure export-credentials`. */
function exported(run: Finished): ReturnType<typeof keysIn> {
  assert.is(run.status, 0, told(run))
  const keys = JSON.parse(run.stdout) as Record<string, string>
  return {
    id: String(keys['AccessKeyId']),
    secret: String(keys['SecretAccessKey']),
    token: String(keys['SessionToken']),
  }
}

const env = (profile: string) => ['env', profile, '--shell', 'bash', '--no-login']
const cached = ({ path }: { path: string }, ...folder: string[]) => {
  try {
    return readdirSync(join(path, '.aws', ...folder)).sort()
  } catch {
    return []
  }
}
const tokenOf = ({ path }: AwsWorld) =>
  join(path, '.aws', 'sso', 'cache', 'ee0bfd2552fbd840c02cc48b6e823320543c450f.json')

suite('the AWS CLI after ssox', (test) => {
  const offline = (home: Home, profile: string) => runIn(home, [...OFFLINE, ...EXPORT, profile])

  testWith(test, NEEDED, 'gives the credentials of `ssox env` without any network', () =>
    withSignIn(async (home) => {
      home.center.iamRoles.push({ roleArn: 'arn:aws:iam::210987654321:role/Deploy' })
      await signIn(home, 'old')
      for (const profile of ['dev', 'prod', 'default', 'old', 'deploy']) {
        const run = await home.ssox(env(profile))
        assertSuccess(run)
        assert.equal(exported(await offline(home, profile)), keysIn(run), profile)
      }
      const unused = await offline(home, 'nobody')
      assert.not.equal(unused.status, 0)
    }),
  )

  testWith(test, NEEDED, 'prints what a shell makes the same environment of', () =>
    withSignIn(async (home) => {
      assertSuccess(await home.ssox(env('dev')))
      const theirs = await runIn(home, [...OFFLINE, ...EXPORT, 'dev', '--format', 'env-no-export'])
      const ours = await home.ssox(['env', 'dev', '--format', 'docker'])
      assert.is(theirs.status, 0, told(theirs))
      const pairs = ours.stdout.split('\n')
      for (const pair of theirs.stdout.trimEnd().split('\n'))
        assert.ok(pairs.includes(pair.replace('+00:00', 'Z')), pair)
    }),
  )

  testWith(test, WORLD, 'uses the sign-in of ssox, refreshes it, and ssox goes on with that', () =>
    withAwsWorld(async (world) => {
      assert.is((await world.ssox('login', 'corp')).status, 0)
      const first = exported(await world.run([...EXPORT, 'dev']))
      assert.match(first.id, /^ASIA/)
      assert.is(await world.browserOpens(), 1)

      const before = readObject(tokenOf(world))
      setFields(tokenOf(world), { expiresAt: PAST })
      await world.expireTokens()
      assert.is((await world.run([...EXPORT, 'prod'])).status, 0)
      const after = readObject(tokenOf(world))
      assert.not.equal(after['accessToken'], before['accessToken'])
      assert.is((await world.counts())['CreateToken:refresh'], 1)

      assertSuccess(await world.ssox(...env('dev'), '--refresh'))
      assert.is((await world.counts())['CreateToken:refresh'], 1)
      assert.is(await world.browserOpens(), 1)
    }),
  )
})

suite('ssox after the AWS CLI', (test) => {
  testWith(test, WORLD, 'needs no browser and no network for what the CLI has', () =>
    withAwsWorld(async (world) => {
      const login = await world.run([AWS, 'sso', 'login', '--profile', 'dev'])
      assert.is(login.status, 0, told(login))
      const theirs = exported(await world.run([...EXPORT, 'dev']))
      const counts = await world.counts()

      const run = await world.run([...OFFLINE, node, program, ...env('dev')])
      assertSuccess(run)
      assert.equal(keysIn(run), theirs)
      assert.equal(await world.counts(), counts)

      const prod = await world.ssox(...env('prod'))
      assertSuccess(prod)
      assert.is((await world.counts())['GetRoleCredentials'], 2)
      assert.is(await world.browserOpens(), 1)
      assert.equal(exported(await world.run([...EXPORT, 'prod'])), keysIn(prod))
      assert.is((await world.counts())['GetRoleCredentials'], 2)
    }),
  )

  testWith(test, WORLD, "refreshes the CLI's token with the CLI's registration", () =>
    withAwsWorld(async (world) => {
      assert.is((await world.run([AWS, 'sso', 'login', '--profile', 'dev'])).status, 0)
      setFields(tokenOf(world), { expiresAt: PAST })
      await world.expireTokens()
      assertSuccess(await world.ssox(...env('dev')))
      assert.is((await world.counts())['CreateToken:refresh'], 1)
      assert.is((await world.counts())['RegisterClient'], 1)
      assert.is((await world.run([...EXPORT, 'prod'])).status, 0)
      assert.is((await world.counts())['CreateToken:refresh'], 1)
      assert.is(await world.browserOpens(), 1)
    }),
  )

  testWith(test, WORLD, 'works with a legacy profile that the CLI has signed in', () =>
    withAwsWorld(async (world) => {
      assert.is((await world.run([AWS, 'sso', 'login', '--profile', 'old'])).status, 0)
      const run = await world.ssox(...env('old'))
      assertSuccess(run)
      assert.equal(exported(await world.run([...EXPORT, 'old'])), keysIn(run))
      assert.is(await world.browserOpens(), 1)
    }),
  )
})

suite('headers with odd blanks and quotes', (test) => {
  /** The indented ones first: below a key they would continue its value. */
  const headers = {
    config: `  [profile a0]|[ profile a1]|[profile a2 ]|[profile  a3]|[\tprofile\ta4]|[profile\ta5]
      |[profile a6]x|[profile a7] # c|[profile a8]#c|[Profile a9]|[profile "a10" ]|[ profile "a11"]
      |[profile a12 b]|[profile a13;x]|[profile a14 # c]|[profilea15]|["profile" a16]
      |[profile a\\17]|[ a18 ]|[default ]|[ default]|[profile ]`,
    credentials: '  [b0]|[ b1]|[b2 ]|[\tb3]|[b4]x|[b5]#c|[default ]|[b6 x]|["b7"]',
  }
  testWith(test, ['aws'], 'every profile of ours is one of the AWS CLI', () =>
    withHome(async (home) => {
      for (const [kind, lines] of Object.entries(headers)) {
        const text = lines.split(/\n? *\|/).map((line) => `${line}\nregion = x\n`)
        home.writeConfig('')
        writeFileSync(home.aws(kind), text.join(''))
        const theirs = await runIn(home, [AWS, 'configure', 'list-profiles'])
        const ours = await home.ssox(['list', '--names'])
        const known = theirs.stdout.split('\n')
        const names = ours.stdout.trimEnd().split('\n')
        assert.ok(names.length >= 5, told(ours))
        for (const name of names) assert.ok(known.includes(name), `${name}\n${told(theirs)}`)
      }
    }),
  )
})

suite('names in the caches', (test) => {
  testWith(test, WORLD, 'are the ones that the CLI gives to the same profiles', () =>
    withAwsWorld(async (world) => {
      for (const session of ['corp', 'old'])
        assert.is((await world.ssox('login', session)).status, 0, session)
      for (const profile of ['dev', 'prod', 'old']) assertSuccess(await world.ssox(...env(profile)))
      const ours = cached(world, 'cli', 'cache')
      assert.is(ours.length, 3)
      rmSync(join(world.path, '.aws', 'cli'), { recursive: true })
      for (const profile of ['dev', 'prod', 'old'])
        assert.is((await world.run([...EXPORT, profile])).status, 0, profile)
      assert.equal(cached(world, 'cli', 'cache'), ours)

      // The registrations have names of their own, so only the tokens are compared.
      const tokens = () =>
        cached(world, 'sso', 'cache').filter((name) =>
          readFileSync(join(world.path, '.aws', 'sso', 'cache', name), 'utf8').includes('startUrl'),
        )
      const written = tokens()
      assert.is(written.length, 2)
      rmSync(join(world.path, '.aws', 'sso'), { recursive: true })
      for (const profile of ['dev', 'old'])
        assert.is((await world.run([AWS, 'sso', 'login', '--profile', profile])).status, 0)
      assert.equal(tokens(), written)
    }),
  )
})

suite('signing out', (test) => {
  testWith(test, WORLD, 'with `aws sso logout` makes ssox need a sign-in again', () =>
    withAwsWorld(async (world) => {
      assert.is((await world.ssox('login', 'corp')).status, 0)
      assertSuccess(await world.ssox(...env('dev')))
      assert.is((await world.run([AWS, 'sso', 'logout'])).status, 0)
      assert.is((await world.counts())['Logout'], 1)
      assert.is((await world.ssox('status', 'dev', '--check')).status, 4)
      assert.is((await world.ssox(...env('dev'))).status, 4)
    }),
  )

  testWith(test, WORLD, 'with ssox leaves the CLI neither a token nor role credentials', () =>
    withAwsWorld(async (world) => {
      const login = await world.run([AWS, 'sso', 'login', '--profile', 'dev'])
      assert.is(login.status, 0, told(login))
      assert.is((await world.run([...EXPORT, 'dev'])).status, 0)
      assert.is((await world.ssox('logout', 'corp')).status, 0)
      assert.is((await world.counts())['Logout'], 1)
      assert.equal(cached(world, 'cli', 'cache'), [])
      const refused = await world.run([...EXPORT, 'dev'])
      assert.not.equal(refused.status, 0, told(refused))
      assert.is((await world.counts())['GetRoleCredentials'], 1)
    }),
  )
})
