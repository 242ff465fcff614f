/** Which start-up file belongs to which shell on this machine. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join, normalize } from 'node:path'
import { SsoxError } from '../problem.ts'
import { type Env, xdgFolder } from '../state/paths.ts'
import { findCommand } from '../system/find-command.ts'
import type { HookShell } from './shell-lines.ts'

const ANSWER_MS = 30_000

/** Whose start-up files they are. */
export interface User {
  readonly env: Env
  readonly home: string
}

export interface StartUpFile {
  readonly path: string
  /** Other files that the shell reads, where the user may load the hook. */
  readonly alsoRead: readonly string[]
}

/**
 * The file that every interactive shell of this kind reads. zsh and PowerShell are asked, since only
 * they know: ZDOTDIR is often set in .zshenv alone, and OneDrive moves the profile of PowerShell.
 * @throws SsoxError `storage` when PowerShell cannot say it
 */
export function startUpFile(shell: HookShell, user: User): StartUpFile {
  return { bash: bashFile, zsh: zshFile, fish: fishFile, powershell: powershellFile }[shell](user)
}

/** Where the files usually are, for a removal that has no record and asks nobody. */
export function usualStartUpFiles(user: User): string[] {
  const profile = join(configFolder(user), 'powershell', 'profile.ps1')
  return [...[bashFile, zshFile, fishFile].map((find) => find(user).path), profile]
}

function bashFile({ home }: User): StartUpFile {
  const others = ['.bash_aliases', '.bash_profile', '.bash_login', '.profile']
  return { path: join(home, '.bashrc'), alsoRead: others.map((name) => join(home, name)) }
}

function zshFile(user: User): StartUpFile {
  const folder = zshFolder(user)
  const others = ['.zshenv', '.zprofile', '.zlogin'].map((name) => join(folder, name))
  return { path: join(folder, '.zshrc'), alsoRead: [...others, join(user.home, '.zshenv')] }
}

function zshFolder({ env, home }: User): string {
  const zsh = findCommand('zsh', env['PATH'])
  const said = zsh && outputOf(zsh, ['-c', 'print -r -- "ssox-zdotdir=$ZDOTDIR"'], env)
  const folder = /^ssox-zdotdir=(\/.*)$/m.exec(said ?? '')?.[1] ?? env['ZDOTDIR']
  return folder && isAbsolute(folder) ? normalize(`${folder}/.`) : home
}

/** A file of its own: config.fish stays as it is. */
function fishFile(user: User): StartUpFile {
  const folder = join(configFolder(user), 'fish')
  const own = join(folder, 'conf.d', 'ssox.fish')
  const others = namesIn(join(folder, 'conf.d')).filter((name) => name.endsWith('.fish'))
  const files = others.map((name) => join(folder, 'conf.d', name)).filter((path) => path !== own)
  return { path: own, alsoRead: [join(folder, 'config.fish'), ...files] }
}

function powershellFile({ env }: User): StartUpFile {
  const names = process.platform === 'win32' ? ['pwsh.exe', 'powershell.exe'] : ['pwsh']
  const [pwsh] = names.flatMap((name) => findCommand(name, env['PATH']) ?? [])
  if (!pwsh)
    throw new SsoxError(
      'storage',
      'pwsh is not on PATH and cannot say where its profile is',
      'put pwsh on PATH, then try again',
    )
  const [path, ...alsoRead] = askPowershell(pwsh, env)
  if (!path)
    throw new SsoxError(
      'storage',
      'pwsh does not say where its profile is',
      'pwsh -Command $PROFILE',
    )
  return { path, alsoRead }
}

/** Its four profiles, the one for all hosts of this user first. */
function askPowershell(pwsh: string, env: Env): string[] {
  const question =
    '$PROFILE | % { $_.CurrentUserAllHosts; $_.CurrentUserCurrentHost; $_.AllUsersAllHosts; $_.AllUsersCurrentHost }'
  // PowerShell makes folders for its caches even for one question; those are put aside.
  const aside = temporaryFolder()
  try {
    const quiet = { POWERSHELL_TELEMETRY_OPTOUT: '1', POWERSHELL_UPDATECHECK: 'Off' }
    const moved = { ...env, ...quiet, XDG_CACHE_HOME: aside, XDG_DATA_HOME: aside }
    const words = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', question]
    const lines = outputOf(pwsh, words, moved).split(/\r?\n/)
    return lines.filter((line) => isAbsolute(line))
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

/** Also where TMPDIR names no folder. */
function temporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'ssox-'))
  } catch {
    return mkdtempSync('/tmp/ssox-')
  }
}

function outputOf(command: string, words: readonly string[], env: Env): string {
  const { stdout } = spawnSync(command, words, {
    env,
    encoding: 'utf8',
    timeout: ANSWER_MS,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return stdout ?? ''
}

function configFolder({ env, home }: User): string {
  return xdgFolder(env, home, 'XDG_CONFIG_HOME', '.config')
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}
