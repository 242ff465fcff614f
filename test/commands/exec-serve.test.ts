/** `ssox exec --serve`: whom a command would act as, for how long, and what is left of it. */

import { once } from 'node:events'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Home } from '../support/home.ts'
import { AS_NOBODY, has, inParallel, runIn, SLOW_TEST_MS, testWith } from '../support/machine.ts'
import { assertFailure, told } from '../support/output.ts'
import { until } from '../support/patience.ts'
import { withKeys, withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { putOnPath } from './evaluate.ts'
import { ask, askRightly, serving, withServing } from './serving.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const DEV = /^arn:aws:sts::123456789012:assumed-role\/AWSReservedSSO_Developer_/

/** Words of a command that asks STS who it is, by what its SDK finds. */
const CONSUMERS = {
  aws: (home: Home) => [
    ...['/usr/bin/aws', 'sts', 'get-caller-identity', '--endpoint-url', home.center.url],
    ...['--query', 'Arn', '--output', 'text'],
  ],
  boto3: (home: Home) => [
    ...['/usr/bin/python3', '-c'],
    `import boto3; print(boto3.client('sts', endpoint_url='${home.center.url}').get_caller_identity()['Arn'])`,
  ],
  js: (home: Home) => [
    ...[process.execPath, '--input-type=module', '-e'],
    `import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
     const client = new STSClient({ endpoint: '${home.center.url}' })
     console.log((await client.send(new GetCallerIdentityCommand())).Arn)`,
  ],
} as const
type Consumer = keyof typeof CONSUMERS

const installed = (['aws', 'boto3', 'js'] as const).filter((name) => name === 'js' || has(name))

/** The one who must not be met: keys that the stand-in knows, of another account. */
const OTHER = {
  accessKeyId: 'AKIAOTHERACCOUNT0001',
  secretAccessKey: 'other/secret/key/of/forty/characters/xyz',
  arn: 'arn:aws:iam::999999999999:user/other',
}
const OTHER_KEYS = `aws_access_key_id = ${OTHER.accessKeyId}\naws_secret_access_key = ${OTHER.secretAccessKey}\n`

/** Key ids of others, each in a place of its own: whoever is met says where the keys were. */
const INTRUDERS = {
  variables: 'AKIAINTRUDERVARIABLE',
  boto: 'AKIAINTRUDERBOTO0001',
  ruby: 'AKIAINTRUDERRUBY0001',
  ec2: 'AKIAINTRUDEREC200001',
}
const intruders = Object.entries(INTRUDERS).map(([name, accessKeyId]) => ({
  ...OTHER,
  accessKeyId,
  arn: `arn:aws:iam::999999999999:user/${name}`,
}))

/** The usual profiles without a `[default]`. */
const withoutDefault = (home: Home) => home.read('config').replace(/\[default\][^[]*/, '')

async function whoIs(
  home: Home,
  consumer: Consumer,
  env: Record<string, string> = {},
  before: readonly string[] = [],
) {
  const command = [...before, ...CONSUMERS[consumer](home)]
  const run = await home.ssox(['exec', 'dev', '--serve', '--', ...command], {
    cwd: root,
    env: { ...home.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...env },
  })
  assert.is(run.status, 0, told(run))
  return { arn: run.stdout.trim(), stderr: run.stderr }
}

/** A server that notes what it is asked, as a proxy or an endpoint of somebody else. */
async function withForeignServer<T>(use: (url: string, seen: string[]) => Promise<T>): Promise<T> {
  const seen: string[] = []
  const server = createServer((message, response) => {
    seen.push(`${message.method} ${message.url}`)
    response.writeHead(500).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

suite('whom a command with --serve acts as', (test) => {
  const states: readonly [string, (home: Home) => Record<string, string>, RegExp?][] = [
    ['with nothing beside it', () => ({})],
    [
      'with keys in [default] of the credentials file',
      (home) => {
        writeFileSync(home.aws('credentials'), `[default]\n${OTHER_KEYS}`)
        return {}
      },
      /^ssox: the credentials of \[default\] in \S+credentials are kept away .* "dev-served"/,
    ],
    [
      'with keys in [default] of the config file, and a profile in the environment',
      (home) => {
        home.writeConfig(`${home.read('config')}[default]\n${OTHER_KEYS}`)
        return { AWS_PROFILE: 'static', AWS_DEFAULT_PROFILE: 'static' }
      },
      /^ssox: the credentials of \[default\] in \S+config are kept away/,
    ],
    [
      'with a process in [default]',
      (home) => {
        const keys = `{"Version":1,"AccessKeyId":"${OTHER.accessKeyId}","SecretAccessKey":"${OTHER.secretAccessKey}"}`
        writeFileSync(home.aws('other.json'), keys)
        const process = `credential_process = cat ${home.aws('other.json')}\n`
        home.writeConfig(`${home.read('config')}[default]\n${process}`)
        return {}
      },
      /^ssox: the credentials of \[default\] in \S+config are kept away/,
    ],
    [
      'with SSO in [default]',
      (home) => {
        const id = 'sso_account_id = 123456789012\nsso_role_name = ReadOnly\n'
        home.writeConfig(`${home.read('config')}[default]\nsso_session = corp\n${id}`)
        return {}
      },
      /^ssox: the credentials of \[default\] in \S+config are kept away/,
    ],
    [
      'with the keys of others in each of the other places',
      (home) => {
        const ec2 = join(home.path, 'ec2')
        writeFileSync(
          ec2,
          `AWSAccessKeyId=${INTRUDERS.ec2}\nAWSSecretKey=${OTHER.secretAccessKey}\n`,
        )
        const boto = `aws_access_key_id = ${INTRUDERS.boto}\naws_secret_access_key = ${OTHER.secretAccessKey}\n`
        writeFileSync(join(home.path, '.boto'), `[Boto]\nx = 1\n[Credentials]\n${boto}`)
        return {
          AWS_ACCESS_KEY_ID: INTRUDERS.variables,
          AWS_SECRET_ACCESS_KEY: OTHER.secretAccessKey,
          AWS_SESSION_TOKEN: '',
          AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/pod',
          AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere/token',
          // A key of one service, and what Ruby reads.
          AWS_BEARER_TOKEN_BEDROCK: 'x',
          AMAZON_ACCESS_KEY_ID: INTRUDERS.ruby,
          AMAZON_SECRET_ACCESS_KEY: OTHER.secretAccessKey,
          AWS_CREDENTIAL_FILE: ec2,
        }
      },
      /^ssox: the keys in \S+\/\.boto are kept away from the command.*\nssox: AWS_BEARER_TOKEN_BEDROCK: kept away from the command/,
    ],
  ]
  for (const [title, prepare, about] of states)
    test(
      `${title}: the profile (${installed.join(', ')})`,
      () =>
        // Else they wait for one another, and say so.
        withKeys(
          async (home) => {
            home.writeConfig(withoutDefault(home))
            const env = prepare(home)
            await inParallel(installed, async (consumer) => {
              const { arn, stderr } = await whoIs(home, consumer, env)
              assert.match(arn, DEV, `${consumer}: ${arn}`)
              if (about) assert.match(stderr, about)
              else assert.is(stderr, '')
            })
          },
          { staticKeys: [OTHER, ...intruders] },
        ),
      SLOW_TEST_MS,
    )

  test(
    'would be somebody else without the shield: each of them puts the endpoint last',
    () =>
      withSignIn(
        async (home) => {
          home.writeConfig(withoutDefault(home))
          writeFileSync(home.aws('credentials'), `[default]\n${OTHER_KEYS}`)
          const bare = ['env', '-u', 'AWS_PROFILE', '-u', 'AWS_CONFIG_FILE']
          for (const consumer of installed)
            assert.is((await whoIs(home, consumer, {}, bare)).arn, OTHER.arn, consumer)
          if (!has('boto3')) return
          writeFileSync(home.aws('credentials'), '')
          writeFileSync(join(home.path, '.boto'), `[Credentials]\n${OTHER_KEYS}`)
          const withBoto = ['env', '-u', 'BOTO_CONFIG']
          assert.is((await whoIs(home, 'boto3', {}, withBoto)).arn, OTHER.arn)
        },
        { staticKeys: [OTHER] },
      ),
    SLOW_TEST_MS,
  )

  test(
    'with the endpoint of somebody else, and a proxy: nobody is asked but ssox',
    () =>
      withSignIn((home) =>
        withForeignServer(async (url, seen) => {
          home.writeConfig(withoutDefault(home))
          writeFileSync(join(home.path, 'token'), 'foreign')
          const env = {
            AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/foreign',
            AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/foreign`,
            AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(home.path, 'token'),
            AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
            AWS_WEB_IDENTITY_TOKEN_FILE: join(home.path, 'token'),
            AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/pod',
            AWS_ROLE_SESSION_NAME: 'pod',
            AWS_ACCESS_KEY_ID: '',
            HTTP_PROXY: url,
            http_proxy: url,
            no_proxy: 'corp',
          }
          for (const consumer of installed)
            assert.match((await whoIs(home, consumer, env)).arn, DEV)
          assert.equal(seen, [])
          const run = await home.ssox(['exec', 'dev', '--serve', '--', 'env'], {
            env: { ...home.env, ...env },
          })
          assert.not.match(run.stdout, /^(.*_(RELATIVE_URI|TOKEN_FILE|ROLE_\w+|KEY_ID))=/m)
          for (const name of ['NO_PROXY', 'no_proxy'])
            assert.match(run.stdout, `\n${name}=corp,127.0.0.1\n`)
        }),
      ),
    SLOW_TEST_MS,
  )

  test('has the other settings of the profile, which AWS_PROFILE would have brought', () =>
    withSignIn(async (home) => {
      home.writeConfig(
        withoutDefault(home).replace(
          '[profile dev]\n',
          '[profile dev]\noutput = yaml\ns3 =\n    addressing_style = path\n',
        ),
      )
      const show = 'echo "$AWS_PROFILE"; sed -n "/served/,\\$p" "$AWS_CONFIG_FILE"'
      const run = await home.ssox(['exec', 'dev', '--serve', '--', 'sh', '-c', show])
      assert.is(
        run.stdout,
        'dev-served\n[profile dev-served]\nregion = eu-west-1\noutput = yaml\ns3 =\n    addressing_style = path\n',
      )
      assert.is(run.stderr, '')
    }))
})

suite('ssox in a command of --serve', (test) => {
  for (const [title, prepare] of [
    ['with the credentials of [default] kept away', () => undefined],
    ['with nothing kept away', (home: Home) => home.writeConfig(withoutDefault(home))],
  ] as const)
    test(`acts as the profile that is served, ${title}`, () =>
      withSignIn(async (home) => {
        prepare(home)
        putOnPath(home)
        for (const [words, found] of [
          ['whoami', /^profile {2}dev\n/],
          ['status', /^this terminal: dev, by its name/],
          ['status --json', /"terminal": \{\s*"profile": "dev",\s*"keys": "none"/],
          ['exec -- sh -c \'echo "$SSOX_PROFILE"\'', /^dev\n/],
          ['AWS_PROFILE=prod exec -- sh -c \'echo "$SSOX_PROFILE"\'', /^prod\n/],
          ['login', /^$/],
        ] as const) {
          const line = words.replace(/^((?:\w+=\w+ )?)/, '$1ssox ')
          const run = await home.ssox(['exec', 'dev', '--serve', '-q', '--', 'sh', '-c', line])
          assert.is(run.status, 0, told(run))
          assert.match(run.stdout, found, words)
        }
      }))

  test('changes no copy of the config file, which goes with the command', () =>
    withSignIn(async (home) => {
      putOnPath(home)
      for (const words of [
        'credential-process --install prod --yes',
        'setup corp --yes',
        'setup --convert --yes',
      ]) {
        const line = `ssox ${words} >&2`
        const run = await home.ssox(['exec', 'dev', '--serve', '-q', '--', 'sh', '-c', line])
        assertFailure(run, 2, /is a copy for the command of "ssox exec --serve"/)
      }
      const dry = 'ssox credential-process --install prod --dry-run'
      const run = await home.ssox(['exec', 'dev', '--serve', '-q', '--', 'sh', '-c', dry])
      assert.is(run.status, 0, told(run))
    }))
})

suite('what --serve cannot do', (test) => {
  test('for keys that it cannot renew, the command without it is the cure', () =>
    withSignIn(async (home) => {
      assert.is((await home.ssox(['write', 'dev'])).status, 0)
      for (const [name, about] of [
        ['static', /credentials of "static" do not end/],
        ['dev-keys', /keys of "dev-keys" are in a file, where nothing renews them/],
      ] as const) {
        const words = [
          'exec',
          '--region',
          'eu-west-3',
          name,
          '--',
          'sh',
          '-c',
          'echo "$AWS_REGION"',
        ]
        const run = await home.ssox(words.toSpliced(1, 0, '--serve'))
        assertFailure(run, 2, about)
        const [, cure = ''] = run.stderr.split('\n')
        assert.is(cure.trim(), `ssox exec --region eu-west-3 ${name} -- sh -c 'echo "$AWS_REGION"'`)
        assert.is((await home.ssox(words)).stdout, 'eu-west-3\n')
      }
    }))

  test('is said before anything starts', () =>
    withSignIn(async (home) => {
      const run = ['--', 'touch', join(home.path, 'started')]
      for (const [args, status, about] of [
        [['static', '--serve', ...run], 2, /credentials of "static" do not end/],
        [['old', '--serve', ...run], 4, /needs a sign-in/],
        [['dve', '--serve', ...run], 3, /did you mean "dev"/],
      ] as const)
        assertFailure(await home.ssox(['exec', ...args]), status, about)
      const mode = await home.ssox(['exec', 'dev', '--serve', '--mode', 'keys', ...run])
      assert.is(mode.status, 2)
      assert.match(mode.stderr, /--mode changes nothing/)
      assert.not(existsSync(join(home.path, 'started')))
    }))
})

const copiesIn = (home: Home) =>
  readdirSync(join(home.path, '.cache', 'ssox')).filter((name) => name.startsWith('copy-'))

suite('the endpoint of --serve', (test) => {
  test('answers with the names and the time that every SDK reads', () =>
    withServing(async (it) => {
      const { status, body } = await askRightly(it)
      assert.is(status, 200)
      const answer = JSON.parse(body)
      assert.equal(Object.keys(answer).sort(), [
        'AccessKeyId',
        'AccountId',
        'Expiration',
        'SecretAccessKey',
        'Token',
      ])
      assert.match(answer.Expiration, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      assert.match(it.url, /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}$/)
      assert.match(it.token, /^[\w-]{43}$/)
    }))

  test('has nothing for anybody else', () =>
    withServing(async (it) => {
      const right = { authorization: it.token }
      const { port, pathname } = new URL(it.url)
      for (const [what, status, answer] of [
        ['no token', 403, ask(it.url, {})],
        ['another token', 403, ask(it.url, { authorization: `${it.token}x` })],
        ['a bearer', 403, ask(it.url, { authorization: `Bearer ${it.token}` })],
        ['POST', 405, ask(it.url, right, { method: 'POST' })],
        ['HEAD', 405, ask(it.url, right, { method: 'HEAD' })],
        ['OPTIONS of a page', 405, ask(it.url, right, { method: 'OPTIONS' })],
        ['the root', 404, ask(it.url, right, { path: '/' })],
        ['a query', 404, ask(it.url, right, { path: `${pathname}?x` })],
        ['a path below', 404, ask(it.url, right, { path: `${pathname}/x` })],
        ['localhost', 403, ask(it.url, { ...right, host: `localhost:${port}` })],
        ['a name that means loopback', 403, ask(it.url, { ...right, host: `evil.com:${port}` })],
        ['another port', 403, ask(it.url, { ...right, host: '127.0.0.1:80' })],
        ['no port', 403, ask(it.url, { ...right, host: '127.0.0.1' })],
        ['the whole address', 404, ask(it.url, right, { path: it.url })],
      ] as const)
        assert.equal(await answer, { status, body: '' }, what)
      assert.is((await askRightly(it)).status, 200)
      assert.not.match(it.stderr(), it.token)
    }))

  testWith(test, ['setpriv'], 'gives nothing to another user, who knows where it is', () =>
    withServing(async (it, home) => {
      const [command] = (await runIn(home, ['pgrep', '-P', String(it.child.pid)])).stdout.split(
        '\n',
      )
      const script = `curl -s -w '%{http_code}' '${it.url}'
for path in /proc/${it.child.pid} /proc/${command}; do cat $path/environ; tr '\\0' ' ' <$path/cmdline; done
cat '${it.configFile}'`
      const run = await runIn(home, [...AS_NOBODY, 'sh', '-c', script], { cwd: '/' })
      assert.match(run.stdout, /^403node |^403\//, told(run))
      assert.is(run.stderr.match(/Permission denied/g)?.length, 3, told(run))
      assert.not.match(run.stdout + run.stderr, it.token)
      assert.is((await askRightly(it)).status, 200)
    }),
  )

  test('is another one for every command, and ends with it, and so does the copy', () =>
    withServing(async (one, home) => {
      const two = await serving(home)
      assert.not.equal(one.url, two.url)
      assert.not.equal(one.token, two.token)
      assert.is(statSync(one.configFile).mode & 0o777, 0o600)
      assert.is(copiesIn(home).length, 2)
      assert.is((await ask(one.url, { authorization: two.token })).status, 403)
      assert.is(await two.end(), 0)
      assert.is((await askRightly(two)).status, 0)
      assert.is((await askRightly(one)).status, 200)
      assert.equal(
        copiesIn(home).map((name) => one.configFile.endsWith(name)),
        [true],
      )
      one.child.kill('SIGTERM')
      await until('its end', () => one.child.exitCode !== null)
      assert.equal(copiesIn(home), [])
    }))

  test('leaves a copy only when ssox is killed, for the next one to remove', () =>
    withServing(async (it, home) => {
      it.child.kill('SIGKILL')
      await until('its end', () => it.child.signalCode !== null)
      assert.is((await askRightly(it)).status, 0)
      assert.ok(existsSync(it.configFile))
      const run = await home.ssox(['exec', 'dev', '--serve', '--', 'true'])
      assert.is(run.status, 0, told(run))
      assert.equal(copiesIn(home), [])
    }))
})
