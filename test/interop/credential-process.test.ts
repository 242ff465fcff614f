/**
 * The AWS CLI v2, boto3 and the AWS SDK for JavaScript with the line that
 * `ssox credential-process --install` writes, started without a PATH.
 */
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Finished, type Home, node } from '../support/home.ts'
import { needing, runIn, SLOW_TEST_MS, type Tool } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { roleFile, tokenFile, withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const BOTO3 = `import boto3
keys = boto3.Session(profile_name='dev-process').get_credentials()
print(keys.method, keys.get_frozen_credentials().access_key)`

const SDK = `import { fromIni } from '@aws-sdk/credential-provider-ini'
const { accessKeyId, expiration, accountId } = await fromIni({ profile: 'dev-process' })()
console.log(accessKeyId, accountId, expiration.getTime() > Date.now() + 16 * 60_000)`

interface Consumer {
  readonly name: string
  readonly tools: readonly Tool[]
  readonly words: readonly string[]
  /** What it prints with these keys. */
  readonly uses: (keyId: string) => RegExp
}

const CONSUMERS: readonly Consumer[] = [
  {
    name: 'the AWS CLI',
    tools: ['aws'],
    words: ['/usr/bin/aws', 'configure', 'export-credentials', '--profile', 'dev-process'],
    uses: (keyId) => new RegExp(`"AccessKeyId": "${keyId}"`),
  },
  {
    name: 'boto3',
    tools: ['boto3'],
    words: ['/usr/bin/python3', '-c', BOTO3],
    uses: (keyId) => new RegExp(`^custom-process ${keyId}\\n`),
  },
  {
    name: 'the SDK for JavaScript',
    tools: [],
    words: [node, '--input-type=module', '-e', SDK],
    uses: (keyId) => new RegExp(`^${keyId} 123456789012 true\\n`),
  },
]

/** Nothing but what the stand-in needs, and no PATH. */
function bare({ path, env }: Home): Record<string, string> {
  const aws = Object.entries(env).filter(([name]) => name.startsWith('AWS_'))
  const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }
  return {
    HOME: path,
    PATH: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...Object.fromEntries(aws),
    ...quiet,
  }
}

function start(home: Home, words: readonly string[]): Promise<Finished> {
  return runIn(home, words, { env: bare(home), cwd: root })
}

suite('the line of credential-process', (test) => {
  for (const { name, tools, words, uses } of CONSUMERS) {
    needing(test, tools)(
      `gives ${name} the keys of the profile, cold and warm, and what failed`,
      () =>
        withSignIn(async (home) => {
          const install = await home.ssox(['credential-process', '--install', 'dev', '--yes'])
          assert.is(install.status, 0, told(install))
          for (const _ of ['cold', 'warm']) {
            const run = await start(home, words)
            assert.is(run.status, 0, told(run))
            const answer = await home.ssox(['credential-process', '--profile', 'dev'])
            const keyId = String(JSON.parse(answer.stdout)['AccessKeyId'])
            assert.match(run.stdout, uses(keyId), told(run))
          }
          assert.is(home.center.counts['GetRoleCredentials'], 1)
          rmSync(tokenFile(home))
          rmSync(roleFile(home))
          const failed = await start(home, words)
          assert.not.equal(failed.status, 0, told(failed))
          assert.match(failed.stderr, '"corp" needs a sign-in', told(failed))
          assert.is(home.browserOpens().length, 1, 'only the sign-in before')
        }),
      SLOW_TEST_MS,
    )
  }
})
