/** Whom boto3 would act as after a switch, in a pod's shell that has a web identity. */

import { putOnPath } from '../commands/evaluate.ts'
import { runIn, testWith } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

/** How it would get its keys, and those that it has already; it asks nobody for them. */
const ASK = `import boto3
keys = boto3.Session().get_credentials()
print(keys.method, keys._access_key or '')`

const POD = {
  AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/pod',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere/token',
  AWS_ROLE_SESSION_NAME: 'pod',
}

suite('boto3 in a shell with a web identity', (test) => {
  for (const [title, script, expected] of [
    ['is the pod before any switch', '"$@"', /^assume-role-with-web-identity $/],
    [
      'is the profile after mode profile',
      'eval "$(ssox env dev --mode profile)" && "$@"',
      /^sso $/,
    ],
    ['has the keys after mode keys', 'eval "$(ssox env dev --mode keys)" && "$@"', /^env ASIA\w+$/],
    ['has the keys after both', 'eval "$(ssox env dev)" && "$@"', /^env ASIA\w+$/],
    [
      'is the profile in exec --mode profile',
      'exec ssox exec dev --mode profile -- "$@"',
      /^sso $/,
    ],
    ['has the keys in exec', 'exec ssox exec dev -- "$@"', /^env ASIA\w+$/],
  ] as const)
    testWith(test, ['boto3'], title, () =>
      withSignIn(async (home) => {
        putOnPath(home)
        const words = ['/usr/bin/python3', '-c', ASK]
        const run = await runIn(home, ['bash', '-c', script, 'bash', ...words], {
          env: { ...home.env, ...POD },
        })
        assert.is(run.status, 0, told(run))
        assert.match(run.stdout.replace(/\n$/, ''), expected, told(run))
      }),
    )
})
