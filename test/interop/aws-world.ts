/**
 * A world in which the names of AWS mean the stand-in: a mount and a network namespace with its own
 * /etc/hosts and a TLS certificate, for tools that know no other address.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { type Finished, node, program } from '../support/home.ts'
import { wordsFor } from '../support/own-process.ts'
import { writeSettings } from '../support/signed-in.ts'

const OIDC = 'oidc.us-east-1.amazonaws.com'
const PORTAL = 'portal.sso.us-east-1.amazonaws.com'

export interface AwsWorld {
  /** The home folder. */
  readonly path: string
  readonly env: Record<string, string>
  readonly startUrl: string
  /** Runs a command in this world. */
  run(words: readonly string[]): Promise<Finished>
  ssox(...args: string[]): Promise<Finished>
  /** Requests so far, by operation. */
  counts(): Promise<Record<string, number>>
  /** Ends every access token, but not the sessions. */
  expireTokens(): Promise<void>
  /** How often a page was opened in the browser. */
  browserOpens(): Promise<number>
}

/** Runs `use` in a new world with an empty home, and removes both afterwards. */
export async function withAwsWorld<T>(use: (world: AwsWorld) => Promise<T>): Promise<T> {
  const path = mkdtempSync(join(tmpdir(), 'ssox-world-'))
  let service: ChildProcess | undefined
  try {
    service = startService(path)
    const startUrl = await firstMessage(service)
    return await use(createWorld(path, startUrl, service))
  } finally {
    service?.kill('SIGKILL')
    rmSync(path, { recursive: true, force: true })
  }
}

function startService(path: string): ChildProcess {
  const [key, cert, hosts] = ['key.pem', 'cert.pem', 'hosts'].map((name) => join(path, name))
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', `${key}`, '-out', `${cert}`, '-days', '2', '-subj', '/CN=stand-in'],
      ...['-addext', `subjectAltName=DNS:${OIDC},DNS:${PORTAL}`],
    ],
    { stdio: 'ignore' },
  )
  writeFileSync(`${hosts}`, `127.0.0.1 localhost ${OIDC} ${PORTAL}\n`)
  const standIn = fileURLToPath(new URL('stand-in.process.ts', import.meta.url))
  return spawn(
    'unshare',
    [
      ...['-m', '-n', 'sh', '-ec'],
      'ip link set lo up; mount --bind "$0" /etc/hosts; exec "$@"',
      ...[`${hosts}`, process.execPath, ...wordsFor(standIn), `${key}`, `${cert}`, OIDC],
    ],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  )
}

async function firstMessage(service: ChildProcess): Promise<string> {
  const ended = once(service, 'exit').then(([code]) => {
    throw new Error(`the stand-in ended with ${code}`)
  })
  const [message] = await Promise.race([once(service, 'message'), ended])
  ended.catch(() => undefined)
  return (message as { startUrl: string }).startUrl
}

function createWorld(path: string, startUrl: string, service: ChildProcess): AwsWorld {
  mkdirSync(join(path, '.aws'), { mode: 0o700 })
  writeFileSync(join(path, '.aws', 'config'), config(startUrl))
  writeSettings({ path }, { login_flow: 'pkce' })
  const opened = join(path, 'opened')
  const browser = join(path, 'browser')
  const certificate = join(path, 'cert.pem')
  writeFileSync(
    browser,
    `#!/bin/sh\necho >>'${opened}'\nexec curl -sSL --cacert '${certificate}' -o /dev/null "$1"\n`,
  )
  chmodSync(browser, 0o755)
  writeFileSync(opened, '')
  const env: Record<string, string> = {
    HOME: path,
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin',
    SHELL: '/bin/bash',
    LC_ALL: 'C.UTF-8',
    DISPLAY: ':0',
    BROWSER: browser,
    AWS_CA_BUNDLE: certificate,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const enter = ['nsenter', '-t', String(service.pid), '-m', '-n', '--']
  const run = async (words: readonly string[]): Promise<Finished> => {
    const [command = '', ...args] = [...enter, ...words]
    const result = await execa(command, args, {
      cwd: path,
      env,
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
      stripFinalNewline: false,
      timeout: 240_000,
    })
    return {
      status: result.exitCode ?? -1,
      stdout: String(result.stdout ?? ''),
      stderr: String(result.stderr ?? ''),
    }
  }
  const ask = async (question: string) => {
    const answer = once(service, 'message')
    service.send(question)
    const [message] = await answer
    return (message as { counts: Record<string, number> }).counts
  }
  return {
    path,
    env,
    startUrl,
    run,
    ssox: (...args) => run([node, program, ...args]),
    counts: () => ask('counts'),
    expireTokens: async () => {
      await ask('expire')
    },
    browserOpens: async () =>
      (await run(['wc', '-l', opened])).stdout.split(' ').map(Number)[0] ?? 0,
  }
}

function config(startUrl: string): string {
  return `[sso-session corp]
sso_start_url = ${startUrl}
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = eu-west-1

[profile prod]
sso_session = corp
sso_account_id = 012345678901
sso_role_name = AdministratorAccess

[profile old]
sso_start_url = ${startUrl}
sso_region = us-east-1
sso_account_id = 210987654321
sso_role_name = Developer
region = eu-west-1
`
}
