/** A throw-away home: AWS files for the sample accounts, a `ssox` on PATH, a "browser". */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { storageError } from '../system/files.ts'
import type { IdentityCenter } from './identity-center/index.ts'

export interface DemoHome {
  readonly path: string
  /** The environment of everything that runs in the demo. */
  readonly env: Record<string, string>
  remove(): void
}

/** Profile, account and role; the account of each is one of `sampleAccounts`. */
export const DEMO_PROFILES = [
  ['default', '123456789012', 'ReadOnly', 'eu-west-1'],
  ['awesome', '123456789012', 'Developer', 'eu-west-1'],
  ['unicorn', '012345678901', 'AdministratorAccess', 'us-east-1'],
  ['marketing', '210987654321', 'Developer', 'eu-central-1'],
] as const

/** Variables of the person's own AWS world that must not reach into the demo. */
const FOREIGN =
  /^(AWS|AWSUME|GRANTED|SSOX|XDG)_|^(BROWSER|HTTPS?_PROXY|https?_proxy|ZDOTDIR|ENV|BASH_ENV)$/

/**
 * Creates the home in the system's folder for temporary files, for this user only.
 * @param program path of the built program
 * @param opener runs in place of a browser; undefined: the person's own browser opens the pages
 * @throws SsoxError `storage` when that folder cannot be used
 */
export function createDemoHome(
  center: IdentityCenter,
  program: string,
  base: Readonly<Record<string, string | undefined>>,
  opener: 'fetch' | undefined,
): DemoHome {
  const path = temporaryFolder()
  const bin = join(path, 'bin')
  mkdirSync(bin)
  for (const folder of ['.aws', 'run']) mkdirSync(join(path, folder), { mode: 0o700 })
  writeFileSync(join(path, '.aws', 'config'), awsConfig(center), { mode: 0o600 })
  writeLauncher(bin, program)
  writeStartUpFiles(path, join(dirname(dirname(program)), 'shell'))
  const env = demoEnvironment(path, bin, center, base)
  const browser = opener === 'fetch' ? writeFetcher(bin) : writePersonsBrowser(bin, base)
  if (browser) env['BROWSER'] = browser
  return { path, env, remove: () => rmSync(path, { recursive: true, force: true }) }
}

function temporaryFolder(): string {
  const prefix = join(tmpdir(), 'ssox-demo-')
  try {
    return mkdtempSync(prefix)
  } catch (error) {
    throw storageError('cannot create', `${prefix}…`, error)
  }
}

function awsConfig(center: IdentityCenter): string {
  const profiles = DEMO_PROFILES.map(
    ([name, accountId, roleName, region]) => `[${name === 'default' ? name : `profile ${name}`}]
sso_session = demo
sso_account_id = ${accountId}
sso_role_name = ${roleName}
region = ${region}
`,
  )
  return `[sso-session demo]
sso_start_url = ${center.startUrl}
sso_region = us-east-1
sso_registration_scopes = sso:account:access

${profiles.join('\n')}`
}

function writeLauncher(bin: string, program: string): void {
  if (process.platform === 'win32') {
    writeFileSync(join(bin, 'ssox.cmd'), `@"${process.execPath}" "${program}" %*\r\n`)
    return
  }
  const file = join(bin, 'ssox')
  writeFileSync(file, `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(program)} "$@"\n`)
  chmodSync(file, 0o755)
}

/** Interactive shells of the demo have the hook: `awsuse`, the prompt, completion. */
function writeStartUpFiles(home: string, hooks: string): void {
  const fish = join(home, '.config', 'fish', 'conf.d')
  const powershell = join(home, '.config', 'powershell')
  // Where it is missing, fish fills it in the background, and may go on after the demo.
  const generated = join(home, '.local', 'share', 'fish', 'generated_completions')
  for (const folder of [fish, powershell, generated]) mkdirSync(folder, { recursive: true })
  writeFileSync(join(home, '.bashrc'), `PS1='demo \\$ '\n. ${quoted(join(hooks, 'ssox.bash'))}\n`)
  writeFileSync(
    join(home, '.zshrc'),
    `autoload -Uz compinit && compinit -u\nPS1='demo %# '\n. ${quoted(join(hooks, 'ssox.zsh'))}\n`,
  )
  writeFileSync(join(fish, 'ssox.fish'), `source ${quoted(join(hooks, 'ssox.fish'))}\n`)
  writeFileSync(join(powershell, 'profile.ps1'), `. ${quoted(join(hooks, 'ssox.ps1'))}\n`)
}

/** A browser with a live session that has allowed this application before: it only fetches. */
function writeFetcher(bin: string): string {
  const file = join(bin, 'browser.mjs')
  writeFileSync(file, 'await fetch(process.argv[2])\n')
  return `"${process.execPath}" "${file}"`
}

/** The person's browser needs its own home back, or it would start as a new one. */
function writePersonsBrowser(
  bin: string,
  base: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const isHere = base['BROWSER'] || base['DISPLAY'] || base['WAYLAND_DISPLAY']
  if (process.platform !== 'linux' || !isHere) return undefined
  const restored = Object.entries(base)
    .filter(([name, value]) => value !== undefined && /^(HOME|BROWSER|XDG_[A-Z_]+)$/.test(name))
    .map(([name, value]) => `export ${name}=${quoted(value ?? '')}\n`)
  const file = join(bin, 'browser')
  const open = '[ -z "${BROWSER-}" ] || exec $BROWSER "$1"\nexec xdg-open "$1"\n'
  writeFileSync(file, `#!/bin/sh\n${restored.join('')}${open}`)
  chmodSync(file, 0o755)
  return quoted(file)
}

function demoEnvironment(
  home: string,
  bin: string,
  center: IdentityCenter,
  base: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(base))
    if (value !== undefined && !FOREIGN.test(name)) env[name] = value
  return {
    ...env,
    HOME: home,
    USERPROFILE: home,
    // Without one, fish would make a folder of its own, and leave it there.
    XDG_RUNTIME_DIR: join(home, 'run'),
    PATH: `${bin}${delimiter}${base['PATH'] ?? ''}`,
    AWS_ENDPOINT_URL_SSO: center.url,
    AWS_ENDPOINT_URL_SSO_OIDC: center.url,
    AWS_ENDPOINT_URL_STS: center.url,
    AWS_ENDPOINT_URL_SIGNIN: center.url,
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
