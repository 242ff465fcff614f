/** What other programs read from a section that `ssox write` has written. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { node } from '../support/home.ts'
import { inParallel, runIn, testWith } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { readObject, roleFile, withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

const ASK = `import boto3, sys
session = boto3.Session(profile_name='dev-keys')
keys = session.get_credentials()
print(keys.access_key, keys.secret_key, keys.token)
print(session.client('sts', endpoint_url=sys.argv[1], region_name='us-east-1').get_caller_identity()['Arn'])`

/** Foreign sections in the ways that every program reads, an old token in ours. */
const FOREIGN = `# mine\r
[first]\r
aws_access_key_id=AKIAFOREIGN\r
aws_secret_access_key = x==\r
\r
[dev-keys]\r
aws_security_token = OLD\r
`

const DEVELOPER = /assumed-role\/AWSReservedSSO_Developer_/

function withWritten(use: (home: Parameters<typeof roleFile>[0], keys: string[]) => Promise<void>) {
  return withSignIn(async (home) => {
    writeFileSync(home.aws('credentials'), FOREIGN, { mode: 0o600 })
    const run = await home.ssox(['write', 'dev', '--force', '--region', 'eu-west-3'])
    assert.is(run.status, 0, told(run))
    const cached = readObject(roleFile(home))['Credentials'] as Record<string, string>
    const names = ['AccessKeyId', 'SecretAccessKey', 'SessionToken']
    await use(
      home,
      names.map((name) => cached[name] ?? `no ${name}`),
    )
  })
}

suite('a written section', (test) => {
  testWith(test, ['boto3'], 'is read and accepted with boto3', () =>
    withWritten(async (home, keys) => {
      const run = await runIn(home, ['/usr/bin/python3', '-c', ASK, home.center.url])
      assert.is(run.status, 0, told(run))
      const [first, arn = ''] = run.stdout.split('\n')
      assert.is(first, keys.join(' '))
      assert.match(arn, DEVELOPER)
    }),
  )

  testWith(test, ['aws'], 'is read and accepted with the AWS CLI', () =>
    withWritten(async (home) => {
      const sts = ['sts', 'get-caller-identity', '--endpoint-url', home.center.url]
      const run = await runIn(home, ['/usr/bin/aws', ...sts, '--profile', 'dev-keys'])
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, DEVELOPER)
      const region = await runIn(home, [
        '/usr/bin/aws',
        'configure',
        'get',
        'region',
        '--profile',
        'dev-keys',
      ])
      assert.is(region.stdout.trim(), 'eu-west-3', told(region))
    }),
  )

  testWith(test, ['aws'], 'and those of `aws configure set` beside it are all there', () =>
    withSignIn(async (home) => {
      const names = Array.from({ length: 10 }, (_, at) => `n${at}`)
      const words = ['/usr/bin/aws', 'configure', 'set', 'aws_access_key_id']
      const theirs = inParallel(
        names,
        (name) => runIn(home, [...words, `AKIA${name}`, '--profile', `their-${name}`]),
        1,
      )
      const ours = await inParallel(names, (name) =>
        home.ssox(['write', 'dev', '--as', name, '-q']),
      )
      for (const run of [...ours, ...(await theirs)]) assert.is(run.status, 0, told(run))
      const headers = home.read('credentials').match(/^\[.*\]$/gm) ?? []
      const expected = names.flatMap((name) => [`[${name}]`, `[their-${name}]`])
      assert.equal(headers.sort(), expected.sort())
    }),
  )

  test('is read with the SDK for JavaScript', () =>
    withWritten(async (home, keys) => {
      const script = `const { STSClient } = require('@aws-sdk/client-sts')
new STSClient({ profile: 'dev-keys' }).config.credentials().then((keys) =>
  console.log(keys.accessKeyId, keys.secretAccessKey, keys.sessionToken))`
      const run = await runIn(home, [node, '-e', script], {
        cwd: fileURLToPath(new URL('.', import.meta.url)),
      })
      assert.is(run.stdout.trimEnd(), keys.join(' '), told(run))
    }))
})
