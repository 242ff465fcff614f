/**
 * aws-sso-credential-process: a line in the profile, as its README has it, brings SSO to SDKs that
 * cannot do it; with interactive authentication the browser opens when it must.
 */

import { consumerOf } from '../consumers/present.ts'
import type { Finished, Home } from '../support/home.ts'
import { node, program } from '../support/home.ts'
import { needing, SLOW_TEST_MS } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { actorIn, runConsumer, withDays } from './days.ts'

/** The program of the line, in place of `aws-sso-credential-process`. */
const PROCESS = `"${node}" "${program}" credential-process`

/** Step 4 of its Quickstart, and what it says for the AWS CLI: all of SSO in parameters. */
const config = (startUrl: string) => `[profile my-sso-profile]

credential_process = ${PROCESS} --profile my-sso-profile

region = us-east-2
output = yaml

sso_start_url = ${startUrl}
sso_region = us-east-2
sso_account_id = 123456789012
sso_role_name = Developer

[profile for-the-cli]
region = us-east-2
credential_process = ${PROCESS} --interactive --start-url ${startUrl} --region us-east-2 --account-id 123456789012 --role-name ReadOnly
`

const INTERACTIVE = { AWS_SSO_INTERACTIVE_AUTH: 'true' }
const DEVELOPER = '123456789012 Developer'

/** A script of an SDK that takes the line before SSO: `python my-script.py` of the README. */
function script(home: Home, variables: Record<string, string> = {}): Promise<Finished> {
  return runConsumer(home, consumerOf('js3'), { AWS_PROFILE: 'my-sso-profile', ...variables })
}

suite('aws-sso-credential-process', (test) => {
  test(
    'its profile works as it is: no browser unless it may, then one for all that wait',
    () =>
      withDays(async (home, night) => {
        home.writeConfig(config(home.center.startUrl))

        const refused = await script(home)
        assert.not.equal(refused.status, 0)
        assert.equal(home.browserOpens(), [], 'interactive authentication is off by default')

        assert.is(actorIn(await script(home, INTERACTIVE)), DEVELOPER)
        assert.is(home.browserOpens().length, 1)
        assert.is(actorIn(await script(home)), DEVELOPER, 'no browser for the rest of the day')

        night()
        assert.not.equal((await script(home)).status, 0)
        const kept = await script(home, { ...INTERACTIVE, AWS_PROFILE: 'my-sso-profile' })
        assert.is(actorIn(kept), DEVELOPER)
        assert.is(home.browserOpens().length, 2)

        night()
        const together = await Promise.all([1, 2, 3].map(() => script(home, INTERACTIVE)))
        for (const run of together) assert.is(actorIn(run), DEVELOPER)
        assert.is(home.browserOpens().length, 3, 'three scripts, one browser')
      }),
    SLOW_TEST_MS,
  )

  needing(test, ['aws'])(
    'with all of SSO in the line the AWS CLI uses it, and opens the browser itself',
    () =>
      withDays(async (home, night) => {
        home.writeConfig(config(home.center.startUrl))
        const aws = () => runConsumer(home, consumerOf('aws'), { AWS_PROFILE: 'for-the-cli' })
        assert.is(actorIn(await aws()), '123456789012 ReadOnly')
        assert.is(actorIn(await script(home)), DEVELOPER, 'the sign-in is good for both profiles')
        assert.is(home.browserOpens().length, 1)
        night()
        const morning = await aws()
        assert.is(actorIn(morning), '123456789012 ReadOnly', told(morning))
        assert.is(home.browserOpens().length, 2)
      }),
    SLOW_TEST_MS,
  )
})
