/** Every path and every environment variable that moves one (contract, section 7). */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { SsoxError } from '../problem.ts'
import { isPrivateFolder } from '../system/files.ts'

export type Env = Readonly<Record<string, string | undefined>>

export interface Paths {
  readonly home: string
  /** `AWS_CONFIG_FILE` or `~/.aws/config`. */
  readonly config: string
  /** `AWS_SHARED_CREDENTIALS_FILE` or `~/.aws/credentials`. */
  readonly credentials: string
  /** Access tokens and client registrations, shared with the AWS CLI and the SDKs. */
  readonly ssoCache: string
  /** Role credentials, shared with the AWS CLI. */
  readonly cliCache: string
  /** `AWS_LOGIN_CACHE_DIRECTORY` or `~/.aws/login/cache`: what `aws login` keeps; only read. */
  readonly loginCache: string
  /** ssox's own private folder: locks, switch cache, names. Runtime directory first. */
  readonly runtime: string
  /** What `runtime` may be in another terminal. */
  readonly otherRuntimes: readonly string[]
  readonly settings: string
  readonly state: string
}

/**
 * @throws SsoxError `profile` when there is no home folder
 */
export function resolvePaths(env: Env): Paths {
  const home = homeFolder(env)
  const xdg = (name: string, fallback: string) => xdgFolder(env, home, name, fallback)
  const runtimes = [
    runtimeFolder(env),
    join(xdg('XDG_CACHE_HOME', '.cache'), 'ssox'),
    join(home, '.cache', 'ssox'),
    systemRuntimeFolder(),
  ].filter((folder) => folder !== undefined)
  const [runtime = '', ...otherRuntimes] = new Set(runtimes)
  return {
    home,
    config: userPath('AWS_CONFIG_FILE', env, home) ?? join(home, '.aws', 'config'),
    credentials:
      userPath('AWS_SHARED_CREDENTIALS_FILE', env, home) ?? join(home, '.aws', 'credentials'),
    ssoCache: join(home, '.aws', 'sso', 'cache'),
    cliCache: join(home, '.aws', 'cli', 'cache'),
    loginCache:
      userPath('AWS_LOGIN_CACHE_DIRECTORY', env, home) ?? join(home, '.aws', 'login', 'cache'),
    runtime,
    otherRuntimes,
    settings: join(xdg('XDG_CONFIG_HOME', '.config'), 'ssox', 'config'),
    state: join(xdg('XDG_STATE_HOME', '.local/state'), 'ssox'),
  }
}

/** The folder in an XDG variable (a relative one is to be ignored), else its default below the home. */
export function xdgFolder(env: Env, home: string, name: string, fallback: string): string {
  const value = env[name]
  return value && isAbsolute(value) ? value : join(home, fallback)
}

/** HOME first on every system, as the AWS CLI and the SDKs do (smithy-rs file-location-tests). */
function homeFolder(env: Env): string {
  const drive = env['HOMEDRIVE'] && env['HOMEPATH'] ? env['HOMEDRIVE'] + env['HOMEPATH'] : undefined
  const home = env['HOME'] || env['USERPROFILE'] || drive || passwdHome()
  if (home && isAbsolute(home)) return home
  throw new SsoxError(
    'profile',
    'there is no home folder: HOME is empty or not an absolute path',
    'export HOME=/path/to/your/home',
  )
}

/** The home folder of the user database; `homedir()` answers '' or throws when there is none. */
function passwdHome(): string | undefined {
  try {
    return homedir() || undefined
  } catch {
    return undefined
  }
}

/**
 * The path in a variable, as the AWS CLI reads it; an empty one counts as not set. `$NAME` is
 * expanded only where no file has that very name: the SDKs, and the shell hooks, expand none.
 */
function userPath(name: string, env: Env, home: string): string | undefined {
  const value = env[name]
  if (!value) return undefined
  const literal = expandHome(value, home)
  return value.includes('$') && !existsSync(literal)
    ? expandHome(withVariables(value, env), home)
    : literal
}

/** Expands a leading `~` as every AWS tool does. */
export function expandHome(path: string, home: string): string {
  if (path === '~') return home
  return path.startsWith('~/') || path.startsWith('~\\') ? join(home, path.slice(2)) : path
}

/** `$NAME` and `${NAME}` by the rules of Python's `expandvars`: one that is not set stays. */
function withVariables(path: string, env: Env): string {
  return path.replace(/\$(?:(\w+)|\{([^}]*)\})/g, (whole, bare?: string, braced?: string) => {
    const name = bare ?? braced ?? ''
    return (Object.hasOwn(env, name) ? env[name] : undefined) ?? whole
  })
}

/** Where systemd puts the runtime directory of this user. */
function systemRuntimeFolder(): string | undefined {
  const uid = process.getuid?.()
  return uid === undefined ? undefined : `/run/user/${uid}/ssox`
}

/** `$XDG_RUNTIME_DIR/ssox` if the runtime directory is ours and private. */
function runtimeFolder(env: Env): string | undefined {
  const folder = env['XDG_RUNTIME_DIR']
  return folder && isAbsolute(folder) && isPrivateFolder(folder) ? join(folder, 'ssox') : undefined
}
