/**
 * The canary sweep: whatever is run and whatever goes wrong, no secret is on stderr, and on stdout
 * only where the contract puts it (`env`, and what `exec` runs).
 */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { VERBS } from '../../src/cli/spec.ts'
import { type Finished, type Home, withHome } from '../support/home.ts'
import { inParallel, SLOW_TEST_MS } from '../support/machine.ts'
import { told } from '../support/output.ts'
import {
  readObject,
  setFields,
  tokenFile,
  withSignIn,
  writeSettings,
} from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

/** The keys of the profile `static`, and of the environment that the sweep starts in. */
const STATIC_SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const OLD_SECRET = 'c4n4ryOfTheShell/that+SSOX/WasStarted1n0'
/** Long enough not to turn up by chance, short enough to find what a message quotes. */
const TELLTALE = 10

function secretsOf(home: Home): string[] {
  return [...home.center.secrets(), STATIC_SECRET, OLD_SECRET]
}

/** Asserts that `text` holds no secret, in no spelling, nor the head of one. */
function assertClean(home: Home, text: string, about: string): void {
  for (const secret of secretsOf(home)) {
    const forms = [secret.slice(0, TELLTALE), encodeURIComponent(secret), secret.slice(-TELLTALE)]
    // A JSON header in base64 begins alike in every client secret, and is none.
    if (secret.startsWith('eyJ')) forms[0] = secret.slice(-2 * TELLTALE)
    for (const form of [secret, ...forms, JSON.stringify(secret).slice(1, -1)])
      assert.not.ok(text.includes(form), `${about} shows ${form}:\n${text}`)
  }
}

async function sweep(home: Home, args: readonly string[], options: { stdout: boolean }) {
  const run = await home.ssox([...args])
  const about = args.join(' ')
  assertClean(home, run.stderr, `stderr of ${about}`)
  if (!options.stdout) assertClean(home, run.stdout, `stdout of ${about}`)
  return run
}

/** stdout is for the shell, or is the stdout of another command. */
const prints = (args: readonly string[]) =>
  ['env', 'exec', 'credential-process'].includes(String(args[0]))

const SHELLS = ['bash', 'zsh', 'sh', 'fish', 'powershell', 'nu', 'elvish', 'xonsh', 'tcsh', 'cmd']
const PROFILES = ['default', 'dev', 'prod', 'old', 'deploy', 'static']

/** Command lines by verb; a verb that is not here is run as it is, and with a profile. */
const LINES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  env: [
    ...SHELLS.map((shell) => ['dev', '--shell', shell]),
    ...['json', 'dotenv', 'docker'].map((format) => ['dev', '--format', format]),
    ...PROFILES.map((profile) => [profile, '--shell', 'bash', '--login']),
    ['dev', '--shell', 'bash', '--mode', 'keys'],
    ['dev', '--shell', 'bash', '--mode', 'profile'],
    ['dev', '--shell', 'bash', '--refresh'],
    ['--clear', '--shell', 'bash'],
    ['nobody', '--shell', 'bash'],
    ['dev', '--nonsense'],
  ],
  exec: [
    ['dev', '--', 'true'],
    ['dev', '--', 'false'],
    ['dev', '--', '/nowhere/at/all'],
    ['dev', '--', 'env'],
  ],
  setup: [
    ['corp', '--yes', '--dry-run', '--json'],
    ['corp', '--yes', '--dry-run', '--refresh', '--debug'],
    ['--convert', '--dry-run'],
  ],
  'credential-process': [
    ...PROFILES.map((profile) => ['--profile', profile, '--interactive']),
    ['--profile', 'dev', '--min-left', '720'],
    ['--profile', 'dev', '--role-name', 'Nobody'],
    ['--profile', 'nobody'],
    ['dev', '--nonsense'],
  ],
  login: [['corp'], ['corp', '--force'], ['old'], ['dev'], ['static']],
  list: [[], ['--json'], ['--names']],
  status: [[], ['--json'], ['dev'], ['dev', '--check']],
  whoami: [[], ['dev'], ['deploy']],
  console: [['dev'], ['deploy', '--duration', '60'], ['static'], ['prod', '--print'], ['nobody']],
  write: [
    ['*'],
    ['dev', 'static', '--dry-run'],
    ['prod', '--as', 'dev-keys', '--refresh'],
    ['static', '--default', '--force'],
    ['dev', '--for', 'dbeaver'],
    ['nobody'],
    ['--clean'],
  ],
  // Last, and in this order: they end what the others need.
  logout: [['corp'], ['--all']],
  // Runs a service of its own, with secrets of its own.
  demo: [],
}

function linesOf(verb: string): string[][] {
  const own = LINES[verb] ?? [[], ['dev'], ['bash']]
  return own.map((line) => [verb, ...line])
}

suite('canary sweep', (test) => {
  // It says all that is said without it, and more.
  test(
    'every verb --debug',
    () =>
      withSignIn(async (home) => {
        home.env['AWS_ACCESS_KEY_ID'] = 'AKIAOLDKEYOFTHESHELL'
        home.env['AWS_SECRET_ACCESS_KEY'] = OLD_SECRET
        home.center.iamRoles.push({ roleArn: 'arn:aws:iam::210987654321:role/Deploy' })
        let shown = 0
        const run = async (line: string[]) => {
          const separator = line.indexOf('--')
          const at = separator < 0 ? line.length : separator
          const args = [...line.slice(0, at), '--debug', ...line.slice(at)]
          const { stdout } = await sweep(home, args, { stdout: prints(args) })
          if (secretsOf(home).some((secret) => stdout.includes(secret))) shown++
        }
        const names = VERBS.map(({ name }): string => name).filter((name) => name !== 'logout')
        await inParallel(names.flatMap(linesOf), run)
        for (const line of linesOf('logout')) await run(line)
        assert.ok(shown > 15, `only ${shown} results hold a secret: the sweep would find none`)
        assert.not.ok(existsSync(tokenFile(home)))
      }),
    SLOW_TEST_MS,
  )

  for (const flow of ['pkce', 'device'])
    test(`a sign-in by ${flow}, with --debug`, () =>
      withHome(async (home) => {
        writeSettings(home, { login_flow: flow })
        for (const args of [['corp'], ['corp', '--force'], ['corp']]) {
          const run = await sweep(home, ['login', ...args, '--debug'], { stdout: false })
          assert.is(run.status, 0, told(run))
        }
        assert.ok(home.center.secrets().length > 8)
      }))

  test('verbs of the hooks, with the switch cache', () =>
    withSignIn(async (home) => {
      for (const hook of ['use', 'renew']) {
        home.env['SSOX_HOOK'] = hook
        for (const _ of ['cold', 'warm'])
          await sweep(home, ['env', 'dev', '--shell', 'bash', '--debug'], { stdout: true })
      }
    }))
})

suite('canary sweep of failures', (test) => {
  /** Answers that quote the secret they were sent, as careless services and proxies do. */
  const echoes: [title: string, spoil: (home: Home, secret: string) => void][] = [
    [
      '401 of the portal',
      ({ center }, secret) =>
        center.fail(
          'GetRoleCredentials',
          {
            status: 401,
            type: 'UnauthorizedException',
            message: `Session token not found: ${secret}`,
          },
          2,
        ),
    ],
    [
      '403 of the portal',
      ({ center }, secret) =>
        center.fail('GetRoleCredentials', {
          status: 403,
          type: 'ForbiddenException',
          message: `No access for ${secret}`,
        }),
    ],
    [
      '400 of the portal',
      ({ center }, secret) =>
        center.fail('GetRoleCredentials', {
          status: 400,
          type: 'InvalidRequestException',
          message: secret,
        }),
    ],
    [
      'an unknown error of the portal',
      ({ center }, secret) =>
        center.fail('GetRoleCredentials', { status: 418, type: secret, message: secret }),
    ],
    [
      '500 of the portal',
      ({ center }, secret) =>
        center.fail(
          'GetRoleCredentials',
          {
            status: 500,
            type: 'InternalServerException',
            message: secret,
          },
          3,
        ),
    ],
    [
      'an answer that is no JSON',
      ({ center }, secret) =>
        center.fail('GetRoleCredentials', { body: `{"secretAccessKey":${secret}}` }),
    ],
    [
      'an answer with a key beyond it',
      ({ center }, secret) =>
        center.fail('GetRoleCredentials', {
          body: `{"roleCredentials":{"secretAccessKey":"${secret}"}}${secret}`,
        }),
    ],
    [
      'an answer without a session token',
      ({ center }, secret) =>
        center.fail('GetRoleCredentials', {
          body: JSON.stringify({
            roleCredentials: {
              accessKeyId: 'ASIAXXXXXXXXXXXXXXXX',
              secretAccessKey: secret,
              expiration: Date.now() + 3_600_000,
            },
          }),
        }),
    ],
    [
      'a header that quotes it',
      ({ center }, secret) =>
        center.fail('GetRoleCredentials', {
          status: 400,
          body: '{}',
          headers: { 'x-amzn-errortype': secret.replace(/[^\w+/=:-]/g, '') },
        }),
    ],
    ['a captive portal', ({ center }) => center.fail('GetRoleCredentials', 'html')],
    ['half an answer', ({ center }) => center.fail('GetRoleCredentials', 'garbage')],
    ['a connection that is cut', ({ center }) => center.fail('GetRoleCredentials', 'reset', 3)],
    ['an answer that is lost', ({ center }) => center.fail('GetRoleCredentials', 'lost', 3)],
  ]

  test(
    'of GetRoleCredentials, with --debug',
    () =>
      inParallel(echoes, ([title, spoil]) =>
        withSignIn(async (home) => {
          const token = String(readObject(tokenFile(home))['accessToken'])
          spoil(home, token)
          const args = ['env', 'dev', '--shell', 'bash', '--no-login', '--debug']
          const run = await sweep(home, args, { stdout: true })
          assert.not.equal(run.status, 0, `${title}: ${told(run)}`)
          assert.is(run.stdout, 'false\n', title)
        }),
      ),
    SLOW_TEST_MS,
  )

  const grants: [title: string, field: string, operation: string, args: string[]][] = [
    ['a refresh', 'refreshToken', 'CreateToken:refresh', ['env', 'dev', '--shell', 'bash']],
    ['a refresh', 'clientSecret', 'CreateToken:refresh', ['env', 'dev', '--shell', 'bash']],
    ['a refresh', 'accessToken', 'CreateToken:refresh', ['env', 'dev', '--shell', 'bash']],
    ['a sign-in', 'clientSecret', 'CreateToken:code', ['login', 'corp', '--force']],
    ['a sign-out', 'accessToken', 'Logout', ['logout', 'corp']],
  ]

  test(
    'of refresh, sign-in and sign-out, with --debug',
    () =>
      inParallel(grants, ([title, field, operation, args]) =>
        withSignIn(async (home) => {
          const secret = String(readObject(tokenFile(home))[field])
          setFields(tokenFile(home), { expiresAt: '2020-01-01T00:00:00Z' })
          const bad: Parameters<typeof home.center.fail>[1][] = [
            { status: 400, type: 'InvalidGrantException', message: `bad grant: ${secret}` },
            { status: 400, body: `{"error":"invalid_grant","error_description":"no ${secret}"}` },
            { body: `{"accessToken":${secret}}` },
            { status: 500, type: 'InternalServerException', message: secret },
            'garbage',
            'reset',
          ]
          const before = readFileSync(tokenFile(home))
          for (const fault of bad) {
            writeFileSync(tokenFile(home), before)
            const takeBack = home.center.fail(operation, fault, 3)
            const run: Finished = await sweep(home, [...args, '--debug'], { stdout: false })
            takeBack()
            const mayWork = operation === 'Logout'
            assert.ok(mayWork || run.status !== 0, `${title}: ${told(run)}`)
          }
        }),
      ),
    SLOW_TEST_MS,
  )

  test('of keys that no shell can take: the values are not quoted', () =>
    inParallel(['\n', '\r', '\0', '\u001b[31m'], (bad) =>
      withSignIn(
        async (home) => {
          for (const args of [
            ['env', 'dev', '--shell', 'bash', '--debug'],
            ['env', 'dev', '--format', 'docker', '--debug'],
            ['exec', 'dev', '--debug', '--', 'true'],
          ]) {
            const run = await home.ssox(args)
            assert.not.match(run.stderr, OLD_SECRET.slice(0, TELLTALE), args.join(' '))
            if (run.status === 0) continue
            assert.is(run.stdout, args.includes('bash') ? 'false\n' : '', told(run))
          }
        },
        { roleCredentials: () => ({ secretAccessKey: `${OLD_SECRET}${bad}x` }) },
      ),
    ))

  test('of a credential_process that prints its keys where it should not', () =>
    withHome(async (home) => {
      const script = join(home.path, 'process')
      const outputs = [
        `echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"${STATIC_SECRET}"'`,
        `echo '{"Version":1,"SecretAccessKey":"${STATIC_SECRET}"}'`,
        `echo '${STATIC_SECRET}'`,
        `echo '{"Version":"${STATIC_SECRET}"}'`,
        `echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"${STATIC_SECRET}","Expiration":"${STATIC_SECRET}"}'`,
        `echo '{"SecretAccessKey":"${STATIC_SECRET}"}'; exit 3`,
      ]
      home.writeConfig(`[profile proc]\ncredential_process = ${script}\n`)
      for (const output of outputs) {
        writeFileSync(script, `#!/bin/sh\n${output}\n`)
        chmodSync(script, 0o755)
        const run = await home.ssox(['env', 'proc', '--shell', 'bash', '--debug'])
        assertClean(home, run.stderr, output)
        assert.is(run.stdout, 'false\n', told(run))
      }
    }))
})
