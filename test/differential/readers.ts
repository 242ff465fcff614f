/** The programs that read the files, each as one process for all of them. */
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import type { Files } from './files.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const HERE = fileURLToPath(new URL('.', import.meta.url))

/** What a program makes of a profile; all that can be said of one that it does not know is that. */
export interface Reading {
  readonly known: boolean
  readonly region?: string | null
  /** Key id, secret key, session token. */
  readonly keys?: readonly [string, string, string]
  /** Why there are none. */
  readonly problem?: string
  /** The program uses nothing of it, whatever it says. */
  readonly isRefused?: boolean
}

/** What a program makes of a pair of files: of each profile, or why of none. */
export type FileReading =
  | { readonly refused: string }
  | { readonly profiles: Readonly<Record<string, Reading>> }

/** Files on the disk. */
export interface Placed {
  readonly id: string
  readonly config: string
  readonly credentials: string
  /** Profiles to look at beside those that a reader finds. */
  readonly names: readonly string[]
}

/** Debian's, and a boto3 of these days where there is one. */
export type ReaderName = 'aws' | 'boto3' | 'new boto3' | 'js'

/** The programs that credential_process names in the files; their keys say how they were called. */
const PROCESSES = ['aws-vault', 'aws-sso-util', 'granted']
const PROCESS = `#!/bin/sh
id=$(printf '%s' "\${0##*/} $*" | od -An -v -tx1 | tr -d ' \\n' | tr a-f A-F)
printf '{"Version":1,"AccessKeyId":"ASIA%s","SecretAccessKey":"s","SessionToken":"t","Expiration":"2099-01-01T00:00:00Z"}' "$id"
`

/** Writes the files, and what they name, below a folder; `namesOf` gives the profiles to look at. */
export function place(
  folder: string,
  all: readonly Files[],
  namesOf: (files: Omit<Placed, 'names'>) => readonly string[],
): Placed[] {
  mkdirSync(join(folder, 'bin'))
  for (const name of PROCESSES) {
    writeFileSync(join(folder, 'bin', name), PROCESS)
    chmodSync(join(folder, 'bin', name), 0o755)
  }
  const token = join(folder, 'web-identity')
  writeFileSync(token, 'web token')
  return all.map(({ id, config, credentials }, at) => {
    const files = {
      id,
      config: join(folder, `${at}.config`),
      credentials: join(folder, `${at}.credentials`),
    }
    writeFileSync(files.config, withToken(config, token), { mode: 0o600 })
    if (credentials) writeFileSync(files.credentials, credentials, { mode: 0o600 })
    return { ...files, names: namesOf(files) }
  })
}

function withToken(config: Buffer, path: string): Buffer {
  const pod = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token'
  return config.includes(pod) ? Buffer.from(config.toString().replaceAll(pod, path)) : config
}

/**
 * The environment of a reader: a home of its own that is signed in to every session of the files, the
 * programs that these name, and the portal.
 */
export function readerEnv(
  folder: string,
  reader: string,
  all: readonly Files[],
  url: string,
): Record<string, string> {
  const home = join(folder, reader.replace(' ', '-'))
  const cache = join(home, '.aws', 'sso', 'cache')
  mkdirSync(cache, { recursive: true })
  for (const of of new Set(all.flatMap(({ config }) => signInsOf(config.toString())))) {
    const token = {
      accessToken: `token of ${of}`.replace(/[^\x20-\x7e]/g, '?'),
      expiresAt: '2099-01-01T00:00:00Z',
    }
    const name = createHash('sha1').update(of).digest('hex')
    writeFileSync(join(cache, `${name}.json`), JSON.stringify(token))
  }
  return {
    HOME: home,
    PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
    LC_ALL: 'C.UTF-8',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_ENDPOINT_URL_SSO: url,
    AWS_ENDPOINT_URL_STS: url,
  }
}

/** Every session and start URL that a reader could find: as it stands, without a comment or quotes. */
function signInsOf(text: string): string[] {
  const found = [
    ...text.matchAll(/sso_start_url\s*[=:](.*)|sso-session([^\]\n]*)|sso_session\s*[=:](.*)/gi),
  ].map(([, url, header, name]) => (url ?? header ?? name ?? '').trim())
  return found
    .flatMap((word) => [word, word.split(/\s+[#;]/)[0] ?? '', word.replace(/^(["'])(.*)\1$/, '$2')])
    .filter((word) => word !== '')
}

/** What one of the programs makes of all files, by their ids. */
export async function readWith(
  reader: ReaderName,
  command: readonly string[],
  { files, env, url }: { files: readonly Placed[]; env: Record<string, string>; url: string },
): Promise<Record<string, FileReading>> {
  const job = join(env['HOME'] ?? '', 'job.json')
  writeFileSync(job, JSON.stringify({ url, files }))
  const script = reader === 'js' ? 'sdk_reader.mjs' : 'botocore_reader.py'
  const [program = '', ...words] = command
  const args = [...words, join(HERE, script), reader === 'aws' ? 'aws' : 'boto3', job]
  const run = await execa(program, args, {
    cwd: ROOT,
    env,
    extendEnv: false,
    stdin: 'ignore',
    maxBuffer: 50_000_000,
  })
  return JSON.parse(run.stdout)
}
