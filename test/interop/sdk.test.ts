/** AWS SDKs with the sign-in and the role credentials that ssox has left in the shared caches. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Home } from '../support/home.ts'
import { runIn, testWith } from '../support/machine.ts'
import { assertSuccess, told } from '../support/output.ts'
import { modernPython } from '../support/python.ts'
import { readObject, setFields, tokenFile, withSignIn } from '../support/signed-in.ts'
import { assert, type Declare, suite } from '../support/suite.ts'
import { withAwsWorld } from './aws-world.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const PAST = '2020-01-01T00:00:00Z'

const BOTO3_KEYS = `
import boto3, sys
keys = boto3.Session(profile_name=sys.argv[1]).get_credentials().get_frozen_credentials()
print(keys.access_key)`

suite('AWS SDK for JavaScript', (test) => {
  const packages = ['credential-provider-sso', 'token-providers', 'credential-provider-env']
  const missing = packages.filter((name) => !existsSync(join(root, 'node_modules/@aws-sdk', name)))
  const testSdk: Declare = Object.assign(
    (title: string, run: () => unknown) =>
      missing.length === 0
        ? test(title, run)
        : test.skip(title, `not among the installed packages: ${missing.join(', ')}`),
    { skip: test.skip },
  )

  /** Runs a module with the environment of the home; its stdout. */
  async function inNode(home: Home, script: string): Promise<string> {
    const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }
    const run = await runIn(home, [process.execPath, '--input-type=module', '-e', script], {
      cwd: root,
      env: { ...home.env, ...quiet },
    })
    assert.is(run.status, 0, told(run))
    assert.is(run.stderr, '')
    return run.stdout.trim()
  }

  const fromSso = (profile: string) => `
    import { fromSSO } from '@aws-sdk/credential-provider-sso'
    const { accessKeyId } = await fromSSO({ profile: '${profile}' })()
    console.log(accessKeyId)`

  testSdk('fromSSO uses the token of ssox, without a browser', () =>
    withSignIn(async (home) => {
      assert.match(await inNode(home, fromSso('dev')), /^ASIA/)
      assert.is(home.center.counts['GetRoleCredentials'], 1)
      assert.is(home.center.counts['CreateToken:refresh'], undefined)
      assert.is(home.browserOpens().length, 1)
    }),
  )

  testSdk('fromSSO refreshes it, and ssox goes on with what it has written', () =>
    withSignIn(async (home) => {
      const before = readObject(tokenFile(home))['accessToken']
      setFields(tokenFile(home), { expiresAt: PAST, xTool: 'kept' })
      home.center.expireTokens()
      assert.match(await inNode(home, fromSso('dev')), /^ASIA/)
      assert.is(home.center.counts['CreateToken:refresh'], 1)
      assert.not.equal(readObject(tokenFile(home))['accessToken'], before)
      assertSuccess(await home.ssox(['env', 'dev', '--shell', 'bash', '--no-login']))
      assert.is(home.center.counts['CreateToken:refresh'], 1)
      assert.is(readObject(tokenFile(home))['xTool'], 'kept')
    }),
  )

  testSdk('fromSso of the token providers reads the token that ssox has refreshed', () =>
    withSignIn(async (home) => {
      setFields(tokenFile(home), { expiresAt: PAST })
      assertSuccess(await home.ssox(['env', 'dev', '--shell', 'bash', '--no-login']))
      const token = await inNode(
        home,
        `import { fromSso } from '@aws-sdk/token-providers'
        console.log((await fromSso({ profile: 'dev' })()).token)`,
      )
      assert.is(token, String(readObject(tokenFile(home))['accessToken']))
      assert.is(home.center.counts['CreateToken:refresh'], 1)
    }),
  )

  testSdk('the environment of `ssox env --mode keys` is taken as it is, with no warning', () =>
    withSignIn(async (home) => {
      const script = `
        import { fromEnv } from '@aws-sdk/credential-provider-env'
        const { accessKeyId, expiration } = await fromEnv()()
        console.log(accessKeyId, expiration.toISOString())`
      const args = ['exec', 'dev', '--mode', 'keys', '--', process.execPath]
      const run = await home.ssox([...args, '--input-type=module', '-e', script], { cwd: root })
      assertSuccess(run)
      assert.match(run.stdout, /^ASIA[A-Z2-7]{16} 20\d\d-/)
    }),
  )
})

suite('boto3', (test) => {
  testWith(
    test,
    ['boto3', 'unshare', 'openssl', 'ip'],
    "Debian's uses the token of ssox, of an sso-session and of a legacy profile",
    () =>
      withAwsWorld(async (world) => {
        for (const [session, profile] of [
          ['corp', 'dev'],
          ['old', 'old'],
        ] as const) {
          assert.is((await world.ssox('login', session)).status, 0, session)
          const run = await world.run(['/usr/bin/python3', '-c', BOTO3_KEYS, profile])
          assert.is(run.status, 0, told(run))
          assert.match(run.stdout, /^ASIA/, profile)
        }
        assert.is(await world.browserOpens(), 2)
        assert.is((await world.counts())['GetRoleCredentials'], 2)
      }),
  )

  const python = modernPython()
  const title = 'a newer one uses the token of ssox, refreshes it, and ssox goes on with that'
  if (!python) test.skip(title, 'no Python on PATH has a boto3 that honours AWS_ENDPOINT_URL_SSO')
  else
    test(title, () =>
      withSignIn(async (home) => {
        const script = join(home.path, 'keys.py')
        writeFileSync(script, BOTO3_KEYS)
        setFields(tokenFile(home), { expiresAt: PAST })
        home.center.expireTokens()
        const run = await runIn(home, [python, script, 'dev'])
        assert.is(run.status, 0, told(run))
        assert.match(run.stdout, /^ASIA/)
        assert.is(home.center.counts['CreateToken:refresh'], 1)
        assertSuccess(await home.ssox(['env', 'dev', '--shell', 'bash', '--no-login']))
        assert.is(home.center.counts['CreateToken:refresh'], 1)
        assert.not.ok(
          Object.values(JSON.parse(readFileSync(tokenFile(home), 'utf8'))).includes(null),
        )
        assert.is(home.browserOpens().length, 1)
      }),
    )
})
