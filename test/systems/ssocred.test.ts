/**
 * ssocred (aws-sso-credentials-getter): `ssocred <profile>` and `-c <name>` put keys into
 * `~/.aws/credentials` for Serverless, Terraform and IDEs; and the routine around it of one terminal
 * for each account.
 */

import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { putOnPath } from '../commands/evaluate.ts'
import { consumerOf } from '../consumers/present.ts'
import { hookPath } from '../hooks/hook-shell.ts'
import type { Finished, Home } from '../support/home.ts'
import { needing, runIn, SLOW_TEST_MS } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { actorIn, runConsumer, withDays } from './days.ts'

/** As `aws configure sso` wrote it in its time: no SSO session. */
const config = (startUrl: string) => {
  const profile = (name: string, account: string, role: string) => `[profile ${name}]
sso_start_url = ${startUrl}
sso_region = us-east-1
sso_account_id = ${account}
sso_role_name = ${role}
region = eu-west-1
output = json

`
  return `[default]
region = eu-west-1

${profile('staging', '123456789012', 'Developer')}${profile('marketing', '210987654321', 'Developer')}`
}

/** bash with the hook, and the time of the other programs: once unset, the variable is an ordinary one. */
const TERMINAL = `unset EPOCHSECONDS
EPOCHSECONDS=$(($(date +%s) + \${LATER_MS-0} / 1000))
. '${hookPath('ssox.bash')}'`

/** A tool that reads keys from a section of that file. */
function tool(home: Home, section?: string): Promise<Finished> {
  return runConsumer(home, consumerOf('js2', 'aws'), {
    AWS_REGION: 'eu-west-1',
    ...(section === undefined ? {} : { AWS_PROFILE: section }),
  })
}

async function assertDone(home: Home, args: string[]): Promise<void> {
  const run = await home.ssox(args)
  assert.is(run.status, 0, told(run))
}

suite('ssocred', (test) => {
  needing(test, ['aws'])(
    'fills a section, another name and default, with one sign-in each morning',
    () =>
      withDays(async (home, night) => {
        home.writeConfig(config(home.center.startUrl))
        for (const day of [1, 2]) {
          await assertDone(home, ['write', 'staging', '--login'])
          await assertDone(home, ['write', 'staging', '--as', 'deploy'])
          await assertDone(home, ['write', 'marketing', '--as', 'default'])
          assert.is(home.browserOpens().length, day)
          assert.is(actorIn(await tool(home, 'staging-keys')), '123456789012 Developer')
          assert.is(actorIn(await tool(home, 'deploy')), '123456789012 Developer')
          assert.is(actorIn(await tool(home)), '210987654321 Developer')
          night()
          assert.not.equal((await tool(home, 'deploy')).status, 0, 'the keys end')
        }
      }),
    SLOW_TEST_MS,
  )

  needing(test, ['aws'])(
    "each terminal's script acts on the account of that terminal, whatever was set before",
    () =>
      withDays(async (home, night) => {
        home.writeConfig(config(home.center.startUrl))
        putOnPath(home)
        const script = join(home.path, 'deploy.sh')
        const words = consumerOf('aws').words('')
        const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
        writeFileSync(script, `#!/bin/sh\nexec ${quoted}\n`)
        chmodSync(script, 0o755)
        const terminal = (profile: string, line: string) =>
          runIn(home, ['bash', '--norc', '-c', `${TERMINAL}; ${line}`, 'bash', profile], {
            env: { ...home.env, AWS_DEFAULT_PROFILE: 'staging' },
          })
        const use = 'awsuse "$1" --login && ./deploy.sh'
        for (const day of [1, 2]) {
          const both = await Promise.all(
            ['staging', 'marketing'].map((name) => terminal(name, use)),
          )
          assert.equal(both.map(actorIn), ['123456789012 Developer', '210987654321 Developer'])
          assert.is(home.browserOpens().length, day, 'two terminals, one sign-in')
          const back = 'awsuse staging && awsuse "$1" && ./deploy.sh && awsuse - && ./deploy.sh'
          const run = await terminal('marketing', back)
          assert.is(run.status, 0, told(run))
          assert.equal(run.stdout.match(/(?<=sts::)\d+/g), ['210987654321', '123456789012'])
          night()
          const expired = await terminal('staging', 'awsuse "$1" && ./deploy.sh')
          assert.is(expired.status, 4, told(expired))
          assert.is(expired.stdout, '', 'the script has not run on old keys')
          assert.match(expired.stderr, /ssox login/)
        }
      }),
    SLOW_TEST_MS,
  )
})
