/**
 * The one-click script for Athena JDBC in DBeaver: at the start of the day one command signs in and
 * fills `~/.aws/credentials`, which is all that the driver reads.
 */

import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { consumerOf } from '../consumers/present.ts'
import type { Home } from '../support/home.ts'
import { needing, SLOW_TEST_MS } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { actorIn, runConsumer, withDays } from './days.ts'

const config = (startUrl: string) => `[sso-session corp]
sso_start_url = ${startUrl}
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile athena]
sso_session = corp
sso_account_id = 345678901234
sso_role_name = Developer
region = eu-west-1
`

const OWN_SECTION = `# of the office, do not touch\r
[reports]\r
aws_access_key_id=AKIAREPORTS00000001\r
aws_secret_access_key = reports==\r
`

/** Behind the icon: there is no terminal. */
const CLICK = ['write', 'athena', '--login', '--for', 'dbeaver']

/** Who the connection is with what was pasted into it: no config file, and the region of its URL. */
async function connect(home: Home, pasted: string) {
  const [, section = ''] = /^ProfileName=(.*)$/m.exec(pasted) ?? []
  const [, oldSection] = /^AwsCredentialsProviderArguments=(.*)$/m.exec(pasted) ?? []
  assert.is(oldSection, section)
  return runConsumer(home, consumerOf('js2', 'aws'), {
    AWS_CONFIG_FILE: '/dev/null',
    AWS_PROFILE: section,
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
  })
}

suite('the one-click script for DBeaver', (test) => {
  needing(test, ['aws'])(
    'one command each morning: the browser once, the keys in their section, all else as it was',
    () =>
      withDays(async (home, night) => {
        home.writeConfig(config(home.center.startUrl))
        writeFileSync(home.aws('credentials'), OWN_SECTION, { mode: 0o600 })

        const first = await home.ssox(CLICK)
        assert.is(first.status, 0, told(first))
        assert.is(home.browserOpens().length, 1)
        assert.is(actorIn(await connect(home, first.stdout)), '345678901234 Developer')

        const again = await home.ssox(CLICK)
        assert.is(again.status, 0, told(again))
        assert.is(again.stdout, first.stdout)
        assert.is(home.browserOpens().length, 1, 'the second click of a day needs no browser')

        night()
        const late = await connect(home, first.stdout)
        assert.not.equal(late.status, 0)
        assert.match(late.stderr, /ExpiredToken|expired/, 'the keys of yesterday have ended')

        const morning = await home.ssox(CLICK)
        assert.is(morning.status, 0, told(morning))
        assert.is(morning.stdout, first.stdout, 'nothing has to be pasted again')
        assert.is(home.browserOpens().length, 2)
        assert.is(actorIn(await connect(home, morning.stdout)), '345678901234 Developer')

        const text = readFileSync(home.aws('credentials'), 'utf8')
        assert.ok(text.startsWith(OWN_SECTION), text)
        assert.is(text.match(/^\[/gm)?.length, 2)
        assert.is(statSync(home.aws('credentials')).mode & 0o777, 0o600)
        for (const { stderr } of [first, again, morning])
          for (const secret of home.center.secrets()) assert.not(stderr.includes(secret))
      }),
    SLOW_TEST_MS,
  )
})
