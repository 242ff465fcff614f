/** Homes for the doctor: one in which all is well, and what is looked at in it. */
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { tokenKey } from '../../src/aws/cache-key.ts'
import type { Call } from '../../src/cli/command.ts'
import { invocationOf } from '../../src/cli/parse.ts'
import { readWords } from '../../src/cli/words.ts'
import type { Context } from '../../src/context.ts'
import { createContext } from '../../src/create-context.ts'
import { examine } from '../../src/doctor/checks.ts'
import { readFacts } from '../../src/doctor/facts/gather.ts'
import type { Facts } from '../../src/doctor/facts.ts'
import type { Found } from '../../src/doctor/finding.ts'
import { type LoadedSettings, settingsText } from '../../src/settings/load.ts'
import { readSettings } from '../../src/settings/read.ts'
import { settingsWith } from '../../src/settings/table.ts'
import { resolvePaths } from '../../src/state/paths.ts'
import { createSay } from '../../src/ui/say.ts'
import { hookPath } from '../hooks/hook-shell.ts'
import { node, program, removeFolder } from '../support/home.ts'

export interface Patient {
  readonly path: string
  readonly env: Record<string, string>
  /** Writes a file below the home, with its folders. */
  write(name: string, text: string | Uint8Array, mode?: number): string
}

/** What is done to a home in which all is well, what is found then, and words of it. */
export type Case = readonly [
  finding: string,
  sentence: string,
  hurt: (patient: Patient) => void,
  says: RegExp,
]

export const LONG_AGO = '2020-01-01T00:00:00Z'
export const START_URL = 'https://d-1234567890.awsapps.com/start'

export const CONFIG = `[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = eu-west-1

[profile old]
sso_start_url = ${START_URL}
sso_region = us-east-1
sso_account_id = 210987654321
sso_role_name = Developer
region = us-east-1

[profile keys]
region = us-east-1

[profile process]
credential_process = /usr/bin/env true

[sso-session corp]
sso_start_url = ${START_URL}
sso_region = us-east-1
sso_registration_scopes = sso:account:access
`

export const CREDENTIALS = `[keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
`

/** A sign-in to `corp`, and its file. */
export const TOKEN = {
  startUrl: START_URL,
  region: 'us-east-1',
  accessToken: 't',
  expiresAt: '2099-01-01T00:00:00Z',
}
export const TOKEN_FILE = `.aws/sso/cache/${tokenKey({ cacheName: 'corp' })}.json`

/** Runs `use` with a home in which all is well, and removes it. */
export async function withPatient<T>(use: (patient: Patient) => T | Promise<T>): Promise<T> {
  const path = mkdtempSync(join(tmpdir(), 'ssox-doctor-'))
  try {
    return await use(createPatient(path))
  } finally {
    await removeFolder(path)
  }
}

function createPatient(path: string): Patient {
  const write: Patient['write'] = (name, text, mode = 0o600) => {
    const file = join(path, name)
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, text)
    chmodSync(file, mode)
    return file
  }
  write('.aws/config', CONFIG)
  write('.aws/credentials', CREDENTIALS)
  write('.bash_profile', '. ~/.bashrc\n')
  write('.bashrc', `. '${hookPath('ssox.bash')}'\n`)
  write('bin/ssox', `#!/bin/sh\nexec '${node}' '${program}' "$@"\n`, 0o755)
  write('bin/aws', '#!/bin/sh\necho "aws-cli/2.36.7 Python/3.13.11 Linux/6 exe/x86_64"\n', 0o755)
  write('bin/python3', '#!/bin/sh\necho "botocore 1.43.11"\n', 0o755)
  write('bin/browser', '#!/bin/sh\n', 0o755)
  const env = {
    HOME: path,
    PATH: `${join(path, 'bin')}:/usr/bin:/bin`,
    SHELL: '/bin/bash',
    BROWSER: join(path, 'bin', 'browser'),
  }
  return { path, env, write }
}

/** What a run of ssox has in this home. */
export function contextOf({ env }: Pick<Patient, 'env'>): Context {
  const invocation = invocationOf(readWords(['doctor'])) as Call
  return createContext({
    invocation,
    env,
    settings: settingsOf(env),
    say: createSay({ write: () => undefined, colour: false, quiet: true, debug: false }),
    signal: new AbortController().signal,
    facts: { stdin: false, stdout: false, stderr: false, columns: 80, rows: 24 },
    colour: false,
  })
}

/** As `loadSettings`, which waits for the parser to be loaded. */
function settingsOf(env: Patient['env']): LoadedSettings {
  const path = resolvePaths(env).settings
  try {
    return { ...readSettings(settingsText(path), path), problem: undefined }
  } catch (problem) {
    return { values: settingsWith(new Map()), scopes: [], problem }
  }
}

/** What is well with everything that others have to be asked for. */
const ASKED: Pick<Facts, 'network' | 'shell' | 'tools'> = {
  network: {
    skipped: undefined,
    answers: [{ host: 'oidc.us-east-1.amazonaws.com', leadMs: 900, problem: undefined }],
  },
  shell: {
    name: 'bash',
    hook: 'bash',
    startUp: { path: '/home/u/.bashrc', hasLines: true },
    login: undefined,
    command: undefined,
    probe: {
      isLoaded: true,
      version: undefined,
      isCalled: true,
      isShown: true,
      frame: undefined,
      command: '/usr/bin/ssox',
    },
  },
  tools: [
    { name: 'aws', version: '2.36.7', path: '/usr/bin/aws' },
    { name: 'botocore', version: '1.43.11', path: '/usr/bin/python3' },
  ],
}

/** What the checks find in this home. */
export function diagnose(patient: Patient, asked: Partial<Facts> = {}): Found[] {
  return examine({ ...readFacts(contextOf(patient)), ...ASKED, ...asked })
}

/** The findings of one check, as `id: level`. */
export function idsOf(found: readonly Found[]): string[] {
  return [...new Set(found.map(({ check, level }) => `${check.id}: ${level}`))]
}
