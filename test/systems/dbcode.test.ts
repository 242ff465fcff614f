/**
 * DBCode's AWS profiles: a GUI program lists the profiles, resolves the keys of every kind for a
 * database connection, and turns an expired session into one click and a poll.
 */

import { rmSync } from 'node:fs'
import { consumerOf } from '../consumers/present.ts'
import type { Finished, Home } from '../support/home.ts'
import { needing, SLOW_TEST_MS } from '../support/machine.ts'
import { assertFailure, told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { runConsumer, withDays } from './days.ts'

const OWNER = {
  accessKeyId: 'AKIAOWNEROFDATABASE1',
  secretAccessKey: 'owner/secret/key/of/forty/characters/abc',
  arn: 'arn:aws:iam::123456789012:user/owner',
}

const config = (startUrl: string) => `[sso-session corp]
sso_start_url = ${startUrl}
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile keys]
aws_access_key_id = ${OWNER.accessKeyId}
aws_secret_access_key = ${OWNER.secretAccessKey}
region = eu-west-1

[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = eu-west-1

[profile role]
role_arn = arn:aws:iam::210987654321:role/Deploy
source_profile = sso
region = eu-west-1

[profile process]
credential_process = echo '{"Version":1,"AccessKeyId":"${OWNER.accessKeyId}","SecretAccessKey":"${OWNER.secretAccessKey}"}'
region = eu-west-1

[profile denied]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Administrator

[profile broken]
credential_process = sh -c 'echo the vault is closed >&2; exit 1'
`

const ACTORS = {
  keys: /:123456789012:user\/owner$/,
  sso: /:123456789012:assumed-role\/AWSReservedSSO_Developer_/,
  role: /:210987654321:assumed-role\/Deploy\//,
  process: /:123456789012:user\/owner$/,
} as const

type Listed = { name: string; kind: string; accountId?: string }

const list = async (home: Home): Promise<Listed[]> => {
  const run = await home.ssox(['list', '--json'])
  assert.is(run.status, 0, told(run))
  return JSON.parse(run.stdout).profiles
}

const resolve = (home: Home, name: string) => home.ssox(['env', name, '--format', 'json'])

/** The connection, which gets the keys of an answer and nothing else. */
async function connect(home: Home, answer: Finished): Promise<string> {
  assert.is(answer.status, 0, told(answer))
  const { AWS_PROFILE, ...keys } = JSON.parse(answer.stdout)
  assert.ok(AWS_PROFILE)
  const run = await runConsumer(home, consumerOf('aws'), { ...keys, AWS_CONFIG_FILE: '/dev/null' })
  assert.is(run.status, 0, told(run))
  return run.stdout.trim()
}

/** What a click starts, and the program looks every now and then whether it is done. */
async function click(home: Home): Promise<void> {
  let hasEnded = false
  const login = home.ssox(['login', 'sso']).finally(() => {
    hasEnded = true
  })
  const check = async () => (await home.ssox(['status', 'sso', '--check'])).status
  while ((await check()) !== 0 && !hasEnded);
  const run = await login
  assert.is(run.status, 0, told(run))
  assert.is(await check(), 0)
}

suite("DBCode's AWS profiles", (test) => {
  needing(test, ['aws'])(
    'all kinds are listed and resolve; an expired session is one click away',
    () =>
      withDays(
        async (home, night) => {
          home.writeConfig(config(home.center.startUrl))
          const listed = await list(home)
          assert.equal(
            listed.map(({ name, kind }) => `${name} ${kind}`),
            [
              'keys static',
              'sso sso',
              'role assume-role',
              'process process',
              'denied sso',
              'broken process',
            ],
          )
          for (const day of [1, 2]) {
            const expired = await resolve(home, 'sso')
            assertFailure(expired, 4, /the SSO session "corp" needs a sign-in/)
            assert.match(expired.stderr, /^ {2}ssox login /m)
            assert.is(expired.stdout, '')
            assert.match(await connect(home, await resolve(home, 'keys')), ACTORS.keys)

            await click(home)
            assert.is(home.browserOpens().length, day)
            for (const [name, actor] of Object.entries(ACTORS))
              assert.match(await connect(home, await resolve(home, name)), actor)
            assert.is(home.browserOpens().length, day)
            night()
          }
        },
        { staticKeys: [OWNER] },
      ),
    SLOW_TEST_MS,
  )

  test('every failure says which: timed out, refused, not resolved, no profiles', () =>
    withDays(
      async (home) => {
        home.writeConfig(config(home.center.startUrl))
        const late = await home.ssox(['login', 'sso', '--device-code', '-q'])
        assert.is(late.status, 4, told(late))
        assert.match(late.stderr, /^ssox: the sign-in was not finished in time\n.*ssox login sso/m)
        home.center.approve = 'auto'
        await click(home)
        assertFailure(await resolve(home, 'denied'), 5, /AWS refuses role Administrator in account/)
        assertFailure(await resolve(home, 'broken'), 3, /"broken" failed: the vault is closed/)
        rmSync(home.aws('config'))
        assert.equal(await list(home), [])
        assertFailure(await resolve(home, 'sso'), 3, /no profiles found in /)
      },
      { approve: 'person', lifetimes: { deviceCode: 2 } },
    ))
})
