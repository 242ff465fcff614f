/** A throw-away home for tests of the built program, wired to a stand-in for Identity Center. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { execa, type Options } from 'execa'
import {
  type IdentityCenter,
  type IdentityCenterOptions,
  startIdentityCenter,
} from './identity-center/index.ts'

/** The built program. */
export const program = fileURLToPath(new URL('../../dist/main.cjs', import.meta.url))
/** The Node that runs it; CI runs the same tests with several. */
export const node = process.env['SSOX_TEST_NODE'] ?? process.execPath

export interface Home {
  readonly path: string
  /** Environment of a person whose browser approves at once; change it freely. */
  readonly env: Record<string, string>
  readonly center: IdentityCenter
  /** `~/.aws/<name>` below this home. */
  aws(...names: string[]): string
  writeConfig(text: string): void
  read(...names: string[]): string
  /** Where the "browser" writes each address that it is opened with. */
  readonly opened: string
  /** How often the "browser" was opened. */
  browserOpens(): string[]
  /** Runs the built program; `withNode` takes another Node than the usual one. */
  ssox(args: string[], options?: Options, withNode?: string): Promise<Finished>
}

export interface Finished {
  status: number
  stdout: string
  stderr: string
}

export interface HomeOptions extends IdentityCenterOptions {
  config?: string
}

/** Profiles of the usual test home: sso-session `corp`, a legacy profile, a static one. */
export function usualConfig(startUrl: string): string {
  return `[default]
region = us-east-1
sso_session = corp
sso_account_id = 123456789012
sso_role_name = ReadOnly

[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = eu-west-1

[profile prod]
sso_session = corp
sso_account_id = 012345678901
sso_role_name = AdministratorAccess
region = eu-central-1

[profile old]
sso_start_url = ${startUrl}
sso_region = us-east-1
sso_account_id = 210987654321
sso_role_name = Developer

[profile deploy]
role_arn = arn:aws:iam::210987654321:role/Deploy
source_profile = dev
region = eu-west-1

[profile static]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
region = eu-north-1

[sso-session corp]
sso_start_url = ${startUrl}
sso_region = us-east-1
sso_registration_scopes = sso:account:access
`
}

/** Runs `use` with a fresh home and stand-in, and removes both afterwards. */
export async function withHome<T>(
  use: (home: Home) => Promise<T>,
  options: HomeOptions = {},
): Promise<T> {
  const center = await startIdentityCenter({ approve: 'auto', ...options })
  const path = mkdtempSync(join(tmpdir(), 'ssox-test-'))
  try {
    return await use(createHome(path, center, options.config ?? usualConfig(center.startUrl)))
  } finally {
    await center.close()
    await removeFolder(path)
  }
}

/** A shell that has just ended may have left somebody who still writes there: then it is done again. */
export async function removeFolder(path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      rmSync(path, { recursive: true, force: true })
      return
    } catch (error) {
      if (attempt === 50) throw error
      await delay(20)
    }
  }
}

/**
 * Writes a file as it was ten seconds ago: bash before 5.0 cannot tell times within a second apart,
 * so its hook trusts no state of a file that was changed in the second in which it was seen. Never a
 * time of whole seconds, which no hook trusts.
 */
export function writeAged(path: string, text: string): void {
  writeFileSync(path, text)
  const then = Date.now() / 1000 - 10 + 0.0005
  utimesSync(path, then, then)
}

function createHome(path: string, center: IdentityCenter, config: string): Home {
  const aws = (...names: string[]) => join(path, '.aws', ...names)
  mkdirSync(aws(), { mode: 0o700 })
  writeAged(aws('config'), config)
  const opened = join(path, 'opened.log')
  const browser = join(path, 'browser')
  writeFileSync(
    browser,
    `#!/bin/sh\nprintf '%s\\n' "$1" >>'${opened}'\nexec curl -sSL -o /dev/null --noproxy '*' "$1"\n`,
  )
  chmodSync(browser, 0o755)
  const env: Record<string, string> = {
    HOME: path,
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    SHELL: '/bin/bash',
    TERM: 'xterm-256color',
    BROWSER: browser,
    DISPLAY: ':0',
    AWS_ENDPOINT_URL_SSO: center.url,
    AWS_ENDPOINT_URL_SSO_OIDC: center.url,
    AWS_ENDPOINT_URL_STS: center.url,
    AWS_ENDPOINT_URL_SIGNIN: center.url,
  }
  return {
    path,
    env,
    center,
    aws,
    opened,
    writeConfig: (text) => writeAged(aws('config'), text),
    read: (...names) => readFileSync(aws(...names), 'utf8'),
    browserOpens: () => {
      try {
        return readFileSync(opened, 'utf8').trimEnd().split('\n')
      } catch {
        return []
      }
    },
    ssox: (args, options, withNode) => run(env, path, args, options, withNode),
  }
}

async function run(
  env: Record<string, string>,
  cwd: string,
  args: string[],
  options: Options = {},
  withNode = node,
): Promise<Finished> {
  const result = await execa(withNode, [program, ...args], {
    cwd,
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: false,
    timeout: 240_000,
    ...options,
  })
  return {
    status: result.exitCode ?? (result.signal ? 128 : -1),
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
  }
}

/** Signs the home in to `corp`; throws with the output when that fails. */
export async function signIn(home: Home, name = 'corp'): Promise<void> {
  const { status, stderr } = await home.ssox(['login', name])
  if (status !== 0) throw new Error(`ssox login ${name} failed (${status}): ${stderr}`)
}
