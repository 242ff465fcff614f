/** Keys of `ssox exec --serve` over time: renewed, waited for, ended, back again. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import type { Home } from '../support/home.ts'
import { has, runIn, SLOW_TEST_MS } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { until } from '../support/patience.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { askRightly, type Serving, withServing } from './serving.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const DEV = /^arn:aws:sts::123456789012:assumed-role\/AWSReservedSSO_Developer_/
const QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }

/** A role's session and a run, with six calls in each session; at full scale a minute and five. */
const SESSION_S = Number(process.env['SSOX_TEST_SERVE_SESSION_S'] ?? 5)
const RUN_S = Number(process.env['SSOX_TEST_SERVE_RUN_S'] ?? 15)
/** On a busy machine keys are on their way to AWS for a while: so long it takes those that have ended. */
const GRACE_S = 20
const EVERY_S = SESSION_S / 6
const CALLS = RUN_S / EVERY_S

/** Each prints `<caller> <keys> <seconds they have left> <ARN>` for every call, in one process. */
const callers: readonly string[] = has('boto3') ? ['boto3', 'js'] : ['js']

const BOTO3 = (url: string) => `
import boto3, datetime, time
session = boto3.Session()
sts = session.client('sts', endpoint_url='${url}', region_name='eu-west-1')
for n in range(${CALLS}):
    arn = sts.get_caller_identity()['Arn']
    keys = session.get_credentials()
    left = keys._expiry_time - datetime.datetime.now(datetime.timezone.utc)
    print('boto3', keys.access_key, left.total_seconds(), arn, flush=True)
    time.sleep(${EVERY_S})`

const JS = (url: string) => `
import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { setTimeout } from 'node:timers/promises'
const client = new STSClient({ endpoint: '${url}', region: 'eu-west-1' })
for (let n = 0; n < ${CALLS}; n++) {
  const { Arn } = await client.send(new GetCallerIdentityCommand())
  const { accessKeyId, expiration } = await client.config.credentials()
  console.log('js', accessKeyId, (expiration - Date.now()) / 1000, Arn)
  await setTimeout(${EVERY_S * 1000})
}`

/** All of them at once; the first that fails gives the status. */
function longCommand({ center, path }: Home): string {
  const scripts: Record<string, string> = { boto3: BOTO3(center.url), js: JS(center.url) }
  writeFileSync(join(path, 'boto3'), scripts['boto3'] ?? '')
  writeFileSync(join(path, 'js'), scripts['js'] ?? '')
  const words: Record<string, string> = {
    boto3: `/usr/bin/python3 '${path}/boto3'`,
    // From stdin it finds the packages of the folder it is started in.
    js: `'${process.execPath}' --input-type=module - <'${path}/js'`,
  }
  return `for caller in ${callers.map((name) => `"${words[name]}"`).join(' ')}; do
  eval "$caller" & pids="$pids $!"
done
status=0
for pid in $pids; do wait $pid || status=$?; done
exit $status`
}

interface Call {
  readonly caller: string
  readonly keyId: string
  readonly leftS: number
}

function readLine(line: string): Call {
  const [caller = '', keyId = '', left, arn = ''] = line.split(' ')
  assert.match(arn, DEV, line)
  return { caller, keyId, leftS: Number(left) }
}

/** The shortest time between two requests for role credentials, in seconds. */
function shortestGap({ center }: Home): number {
  const times = center.requests
    .filter(({ operation }) => operation === 'GetRoleCredentials')
    .map(({ time }) => time)
  return Math.min(...times.slice(1).map((time, at) => time - (times[at] ?? 0))) / 1_000
}

/** SDKs that say when they ask, and what they get. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  ...(has('boto3') && {
    boto3: [
      ...['/usr/bin/python3', '-c'],
      `import boto3
session = boto3.Session()
print('asks', flush=True)
print(session.get_credentials().get_frozen_credentials().access_key)`,
    ],
  }),
  js: [
    ...[process.execPath, '--input-type=module', '-e'],
    `import { defaultProvider } from '@aws-sdk/credential-provider-node'
console.log('asks')
console.log((await defaultProvider()()).accessKeyId)`,
  ],
}

/** The environment of a command of \`it\`, as far as credentials go. */
function beside({ url, token }: Serving, { env, path }: Home): Record<string, string> {
  return {
    ...QUIET,
    HOME: path,
    PATH: env['PATH'] ?? '',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}

function startBeside(it: Serving, home: Home, [command = '', ...args]: readonly string[]) {
  const child = execa(command, args, { cwd: root, env: beside(it, home), extendEnv: false })
  const lines = child[Symbol.asyncIterator]()
  const asks = lines.next()
  return { asks, ended: asks.then(() => lines.next()).then(({ value }) => String(value)) }
}

suite('keys of --serve in time', (test) => {
  test(
    'are always good for a command of many sessions, which costs one request each',
    () =>
      withSignIn(
        async (home) => {
          const run = await home.ssox(
            ['exec', 'dev', '--serve', '--', 'sh', '-c', longCommand(home)],
            { cwd: root, env: { ...home.env, ...QUIET }, timeout: 2 * RUN_S * 1_000 + 240_000 },
          )
          assert.is(run.status, 0, told(run))
          assert.match(run.stderr, /^(ssox: the credentials of \[default\] .*\n)?$/)
          const seen = run.stdout.trimEnd().split('\n').map(readLine)
          for (const name of callers)
            assert.ok(seen.filter(({ caller }) => caller === name).length >= CALLS, told(run))
          const keys = new Set(seen.map(({ keyId }) => keyId))
          assert.ok(keys.size >= 3, `${keys.size} keys`)
          // Renewed at half of a session, whatever the callers do: two requests are never closer.
          const gap = shortestGap(home)
          assert.ok(gap >= SESSION_S / 2, `${gap} s between two requests`)
          const least = Math.min(...seen.map(({ leftS }) => leftS))
          const asked = home.center.counts['GetRoleCredentials']
          console.log(
            `${seen.length} calls, ${keys.size} keys, ${asked} requests to AWS, ${gap} s between two, at least ${least} s left`,
          )
        },
        {
          lifetimes: { roleCredentials: SESSION_S + GRACE_S },
          roleCredentials: () => ({ expiration: Date.now() + SESSION_S * 1_000 }),
        },
      ),
    SLOW_TEST_MS + 2 * RUN_S * 1_000,
  )

  test('are new in the first answer after a sleep past their end', () =>
    withServing(
      async (it) => {
        const before = JSON.parse((await askRightly(it)).body)
        it.child.kill('SIGSTOP')
        await until('the end of the keys', () => Date.now() > Date.parse(before.Expiration) + 1_000)
        it.child.kill('SIGCONT')
        const { status, body } = await askRightly(it)
        assert.is(status, 200)
        assert.ok(Date.parse(JSON.parse(body).Expiration) > Date.now() - 1_000)
        assert.not.equal(JSON.parse(body).AccessKeyId, before.AccessKeyId)
      },
      { lifetimes: { roleCredentials: 4 } },
    ))

  test('are waited for while AWS is away, by many at once with one request, and by SDKs', () =>
    withServing(
      async (it, home) => {
        const before = JSON.parse((await askRightly(it)).body)
        let isBack: (value: unknown) => void = () => undefined
        const back = new Promise((resolve) => {
          isBack = resolve
        })
        home.center.fail('GetRoleCredentials', { until: back }, 100)
        await until('the end of the keys', () => Date.now() > Date.parse(before.Expiration) + 1_000)
        const asked = home.center.counts['GetRoleCredentials'] ?? 0
        const sdks = Object.values(KEYS).map((words) => startBeside(it, home, words))
        // A start takes longer than they wait for keys.
        for (const { asks } of sdks) await asks
        const held = Promise.all(Array.from({ length: 20 }, () => askRightly(it)))
        await delay(500)
        isBack(undefined)
        const keys = (await held).map(
          ({ status, body }) => `${status} ${JSON.parse(body).AccessKeyId}`,
        )
        for (const { ended } of sdks) assert.is(`200 ${await ended}`, keys[0])
        assert.is(new Set(keys).size, 1)
        assert.match(keys[0] ?? '', /^200 ASIA/)
        assert.ok((home.center.counts['GetRoleCredentials'] ?? 0) - asked <= 1)
      },
      { lifetimes: { roleCredentials: 6 } },
    ))

  test('end with the session, which is said once; a sign-in elsewhere brings them back', () =>
    withServing(
      async (it, home) => {
        home.center.revokeSession()
        home.center.expireTokens()
        await until('the refusal', () => /ssox login/.test(it.stderr()), 60_000)
        let last = await askRightly(it)
        await until('the end of the keys', async () => {
          last = await askRightly(it)
          return last.status !== 200
        })
        assert.is(last.status, 400)
        const { code, message } = JSON.parse(last.body)
        assert.is(code, 'CredentialsEnded')
        assert.match(message, /ssox login/)
        if (has('aws')) {
          const words = ['/usr/bin/aws', 'sts', 'get-caller-identity', '--region', 'eu-west-1']
          const shown = await runIn(home, words, { env: beside(it, home) })
          assert.match(shown.stderr, /needs a sign-in.*ssox login/, told(shown))
        }
        assert.is(it.stderr().match(/ssox login/g)?.length, 1, it.stderr())
        assert.is((await home.ssox(['login', 'corp', '--force'])).status, 0)
        const { status, body } = await askRightly(it)
        assert.is(status, 200, body)
      },
      { lifetimes: { roleCredentials: 6 } },
    ))
})
