/** `ssox exec --serve`: whom a command would act as, for how long, and what is left of it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Home, type HomeOptions, node, program } from '../support/home.ts'
import { has, inParallel, SLOW_TEST_MS } from '../support/machine.ts'
import { assertFailure, told } from '../support/output.ts'
import { until } from '../support/patience.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

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
      'with keys of another account in the environment',
      () => ({
        AWS_ACCESS_KEY_ID: OTHER.accessKeyId,
        AWS_SECRET_ACCESS_KEY: OTHER.secretAccessKey,
        AWS_SESSION_TOKEN: '',
      }),
    ],
    [
      'with a web identity',
      () => ({
        AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/pod',
        AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere/token',
      }),
    ],
    [
      'with keys in the files of boto',
      (home) => {
        writeFileSync(join(home.path, '.boto'), `[Boto]\nx = 1\n[Credentials]\n${OTHER_KEYS}`)
        return {}
      },
      /^ssox: the keys in \S+\/\.boto are kept away from the command/,
    ],
    [
      'with the key file of the EC2 tools',
      (home) => {
        const file = join(home.path, 'ec2')
        writeFileSync(
          file,
          `AWSAccessKeyId=${OTHER.accessKeyId}\nAWSSecretKey=${OTHER.secretAccessKey}\n`,
        )
        return { AWS_CREDENTIAL_FILE: file }
      },
    ],
  ]
  for (const [title, prepare, about] of states)
    test(
      `${title}: the profile (${installed.join(', ')})`,
      () =>
        withSignIn(
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
          { staticKeys: [OTHER] },
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
            HTTP_PROXY: url,
            http_proxy: url,
          }
          for (const consumer of installed)
            assert.match((await whoIs(home, consumer, env)).arn, DEV)
          assert.equal(seen, [])
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

suite('what --serve cannot do', (test) => {
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

interface Serving {
  readonly child: ChildProcess
  readonly url: string
  readonly token: string
  /** AWS_CONFIG_FILE of the command. */
  readonly configFile: string
  stderr(): string
  /** Ends the command, and waits for ssox. */
  end(): Promise<number | null>
}

/** Runs `ssox exec dev --serve` for as long as its stdin is open. */
async function serving(home: Home): Promise<Serving> {
  const show =
    'echo "$AWS_CONTAINER_CREDENTIALS_FULL_URI $AWS_CONTAINER_AUTHORIZATION_TOKEN $AWS_CONFIG_FILE"; exec cat'
  const child = spawn(node, [program, 'exec', 'dev', '--serve', '--', 'sh', '-c', show], {
    cwd: home.path,
    env: home.env,
    stdio: 'pipe',
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (text) => {
    stdout += text
  })
  child.stderr.on('data', (text) => {
    stderr += text
  })
  const closed = once(child, 'close')
  await until('the command', () => stdout.includes('\n') || child.exitCode !== null)
  const [url = '', token = '', configFile = ''] = stdout.trimEnd().split(' ')
  if (!url) throw new Error(stderr)
  return {
    child,
    url,
    token,
    configFile,
    stderr: () => stderr,
    end: async () => {
      child.stdin.end()
      await closed
      return child.exitCode
    },
  }
}

interface Answer {
  readonly status: number
  readonly body: string
}

/** Asks as one likes; status 0: there was nobody. */
function ask(
  url: string,
  headers: Record<string, string>,
  { method = 'GET', path }: { method?: string; path?: string } = {},
): Promise<Answer> {
  const { hostname, port, pathname } = new URL(url)
  return new Promise((resolve) => {
    const asked = request(
      { hostname, port, path: path ?? pathname, method, headers, agent: false },
      (answer) => {
        let body = ''
        answer.on('data', (text) => {
          body += text
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }))
      },
    )
    asked.on('error', () => resolve({ status: 0, body: '' }))
    asked.end()
  })
}

const askRightly = ({ url, token }: Serving) => ask(url, { authorization: token })

const copiesIn = (home: Home) =>
  readdirSync(join(home.path, '.cache', 'ssox')).filter((name) => name.startsWith('copy-'))

function withServing<T>(
  use: (serving: Serving, home: Home) => Promise<T>,
  options: HomeOptions = {},
): Promise<T> {
  return withSignIn(async (home) => {
    const it = await serving(home)
    try {
      return await use(it, home)
    } finally {
      it.child.kill('SIGKILL')
      it.child.stdin?.end()
    }
  }, options)
}

suite('the endpoint of --serve', (test) => {
  test('answers with the names and the time that every SDK reads', () =>
    withServing(async (it) => {
      const { status, body } = await askRightly(it)
      assert.is(status, 200)
      const answer = JSON.parse(body)
      assert.equal(Object.keys(answer).sort().slice(0, 5), [
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

suite('keys of --serve in time', (test) => {
  test(
    'are always good, through many sessions of a role (boto3 in one process)',
    () =>
      withServing(
        async (it, home) => {
          const seen = new Set<string>()
          const script = `
import boto3, time
sts = boto3.client('sts', endpoint_url='${home.center.url}', region_name='eu-west-1')
for n in range(12):
    print(sts.get_caller_identity()['Arn']); time.sleep(1)`
          const words = ['/usr/bin/python3', '-c', script]
          const long = has('boto3')
            ? home.ssox(['exec', 'dev', '--serve', '--', ...words])
            : undefined
          for (let n = 0; n < 40; n++) {
            const { status, body } = await askRightly(it)
            assert.is(status, 200, body)
            const { AccessKeyId, Expiration } = JSON.parse(body)
            assert.ok(Date.parse(Expiration) > Date.now() - 1_000, Expiration)
            seen.add(AccessKeyId)
            await delay(300)
          }
          assert.ok(seen.size >= 2, `${seen.size} keys`)
          const run = await long
          if (run) {
            assert.is(run.status, 0, told(run))
            assert.is(run.stdout.match(new RegExp(DEV, 'gm'))?.length, 12)
          }
          assert.not.match(it.stderr(), /cannot|refuse/)
        },
        { lifetimes: { roleCredentials: 8 } },
      ),
    SLOW_TEST_MS,
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

  test('are waited for while AWS is away, by many at once with one request', () =>
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
        const held = Promise.all(Array.from({ length: 20 }, () => askRightly(it)))
        await delay(500)
        isBack(undefined)
        const keys = (await held).map(
          ({ status, body }) => `${status} ${JSON.parse(body).AccessKeyId}`,
        )
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
        for (let n = 0; n < 200 && last.status === 200; n++) {
          await delay(100)
          last = await askRightly(it)
        }
        assert.is(last.status, 400)
        const { code, message } = JSON.parse(last.body)
        assert.is(code, 'CredentialsEnded')
        assert.match(message, /ssox login/)
        assert.is(it.stderr().match(/ssox login/g)?.length, 1, it.stderr())
        assert.is((await home.ssox(['login', 'corp', '--force'])).status, 0)
        const { status, body } = await askRightly(it)
        assert.is(status, 200, body)
      },
      { lifetimes: { roleCredentials: 6 } },
    ))
})
