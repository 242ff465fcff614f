/**
 * aws-export-credentials: the keys of a profile for programs that take them in any other way. Each
 * option of its README with what ssox has in its place, in files that are not in the usual place.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { putOnPath } from '../commands/evaluate.ts'
import { consumerOf } from '../consumers/present.ts'
import type { Finished, Home } from '../support/home.ts'
import { needing, runIn, SLOW_TEST_MS } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { actorIn, runConsumer, withDays } from './days.ts'

const config = (startUrl: string) => `[sso-session corp]
sso_start_url = ${startUrl}
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile my-profile]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = eu-west-1

[profile my-assumed-role]
role_arn = arn:aws:iam::210987654321:role/Deploy
source_profile = my-profile
`

const DEVELOPER = '123456789012 Developer'

/** A program that has the three keys and a region, and no files. */
const asked = (home: Home, keys: Record<string, string>) =>
  runConsumer(home, consumerOf('boto3', 'aws'), {
    AWS_DEFAULT_REGION: 'eu-west-1',
    ...keys,
    AWS_PROFILE: undefined,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  })

/** The README's command, ssox's in its place, and who the program then is. */
const OPTIONS: readonly (readonly [string, (home: Home) => Promise<Finished>, string?])[] = [
  [
    'eval $(aws-export-credentials --profile my-profile --env-export)',
    (home) => shell(home, 'eval "$(ssox env my-profile)" && exec "$@"'),
  ],
  [
    'export $(aws-export-credentials --profile my-profile --env)',
    (home) => shell(home, 'export $(ssox env my-profile --format docker) && exec "$@"'),
  ],
  [
    'aws-export-credentials --profile my-profile --exec',
    (home) => shell(home, 'ssox exec my-profile -- "$@"'),
  ],
  [
    'AWS_PROFILE=my-profile aws-export-credentials --exec',
    (home) => shell(home, 'ssox exec -- "$@"'),
  ],
  [
    'aws-export-credentials --profile my-profile --json',
    async (home) => {
      const run = await home.ssox(['credential-process', '--profile', 'my-profile'])
      assert.is(run.status, 0, told(run))
      const { Version, AccessKeyId, SecretAccessKey, SessionToken } = JSON.parse(run.stdout)
      assert.is(Version, 1)
      return asked(home, {
        AWS_ACCESS_KEY_ID: AccessKeyId,
        AWS_SECRET_ACCESS_KEY: SecretAccessKey,
        AWS_SESSION_TOKEN: SessionToken,
      })
    },
  ],
  [
    'aws-export-credentials --profile my-profile -c my-exported-profile',
    async (home) => {
      const run = await home.ssox(['write', 'my-profile', '--as', 'my-exported-profile'])
      assert.is(run.status, 0, told(run))
      return shell(home, 'AWS_CONFIG_FILE=/dev/null AWS_PROFILE=my-exported-profile exec "$@"')
    },
  ],
  [
    'aws-export-credentials --profile my-profile --container 8081 <token>',
    (home) => shell(home, 'ssox exec my-profile --serve -- "$@"'),
  ],
  [
    'aws-export-credentials --profile my-assumed-role --exec',
    (home) => shell(home, 'ssox exec my-assumed-role -- "$@"'),
    '210987654321 Deploy',
  ],
]

function shell(home: Home, line: string): Promise<Finished> {
  const words = consumerOf('boto3', 'aws').words('')
  return runIn(home, ['bash', '--norc', '-c', line, 'bash', ...words], {
    env: { ...home.env, AWS_DEFAULT_REGION: 'eu-west-1' },
  })
}

suite('aws-export-credentials', (test) => {
  needing(test, ['aws'])(
    'every way it had brings the keys, from files in another place, each morning',
    () =>
      withDays(async (home, night) => {
        putOnPath(home)
        const elsewhere = join(home.path, 'dotfiles')
        mkdirSync(elsewhere)
        writeFileSync(join(elsewhere, 'aws'), config(home.center.startUrl))
        home.writeConfig('')
        Object.assign(home.env, {
          AWS_CONFIG_FILE: join(elsewhere, 'aws'),
          AWS_SHARED_CREDENTIALS_FILE: join(elsewhere, 'keys'),
          AWS_PROFILE: 'my-profile',
        })
        for (const day of [1, 2]) {
          const login = await home.ssox(['exec', '--login', '--', 'true'])
          assert.is(login.status, 0, told(login))
          for (const [readme, run, actor = DEVELOPER] of OPTIONS)
            assert.is(actorIn(await run(home)), actor, readme)
          assert.is(home.browserOpens().length, day, 'one sign-in for all of them')
          night()
        }
        assert.match(readFileSync(join(elsewhere, 'keys'), 'utf8'), /^\[my-exported-profile\]$/m)
        assert.not(existsSync(home.aws('credentials')))
      }),
    SLOW_TEST_MS,
  )
})
