/** Opens a web page with the user's browser: an argv array, never a shell. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { findCommand } from './lock.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface BrowserOptions {
  readonly env: Env
  /**
   * Command lines to try before the system's own, as words; `%s` is the address, else it is
   * appended.
   */
  readonly commands: readonly (readonly string[])[]
  /** Whether the system's own browser stays out of it. */
  readonly only: boolean
}

/**
 * Starts the browser and leaves it running.
 * @returns whether something could be started; the browser itself may still fail
 */
export async function openBrowser(url: string, options: BrowserOptions): Promise<boolean> {
  for (const [command, ...args] of candidates(url, options)) {
    if (command !== undefined && (await start(command, args, options.env))) return true
  }
  return false
}

/** True inside the Windows Subsystem for Linux. */
export function isWsl(env: Env): boolean {
  if (process.platform !== 'linux') return false
  if (env['WSL_DISTRO_NAME']) return true
  try {
    return /microsoft/i.test(readFileSync('/proc/version', 'utf8'))
  } catch {
    return false
  }
}

/** The Windows browser as seen from WSL: wslview, else PowerShell's Start-Process. */
export function wslOpener(env: Env): string | undefined {
  return findCommand('wslview', env['PATH']) ?? findCommand('powershell.exe', env['PATH'])
}

/** Command lines to try, first the user's own choice. */
function candidates(url: string, { env, commands, only }: BrowserOptions): string[][] {
  const chosen = commands.map((words) => withUrl(words, url))
  return only ? chosen : [...chosen, ...systemOpeners(url, env)]
}

function systemOpeners(url: string, env: Env): string[][] {
  if (process.platform === 'darwin') return [['/usr/bin/open', url]]
  if (process.platform === 'win32') return [['rundll32.exe', 'url.dll,FileProtocolHandler', url]]
  const wsl = isWsl(env) ? wslOpener(env) : undefined
  if (wsl?.endsWith('powershell.exe')) return [powershellOpener(wsl, url)]
  if (wsl) return [[wsl, url]]
  const names = ['xdg-open', 'gio', 'sensible-browser', 'x-www-browser']
  return names.flatMap((name) => {
    const path = findCommand(name, env['PATH'])
    return path ? [name === 'gio' ? [path, 'open', url] : [path, url]] : []
  })
}

/** The address travels in an encoded script, so no character of it can end an argument. */
function powershellOpener(path: string, url: string): string[] {
  const script = `Start-Process '${url.replace(/['\u2018-\u201b]/g, '$&$&')}'`
  const encoded = Buffer.from(script, 'utf16le').toString('base64')
  return [path, '-NoProfile', '-NonInteractive', '-EncodedCommand', encoded]
}

function withUrl(words: readonly string[], url: string): string[] {
  return words.some((word) => word.includes('%s'))
    ? words.map((word) => word.replaceAll('%s', () => url))
    : [...words, url]
}

/** Resolves to true once the program runs; its own output and exit do not matter. */
function start(command: string, args: string[], env: Env): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      detached: true,
      stdio: 'ignore',
      env: withoutSecrets(env),
    })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

/** A browser has no business with the credentials of the shell that ssox runs in. */
function withoutSecrets(env: Env): NodeJS.ProcessEnv {
  const {
    AWS_ACCESS_KEY_ID: _key,
    AWS_SECRET_ACCESS_KEY: _secret,
    AWS_SESSION_TOKEN: _token,
    AWS_SECURITY_TOKEN: _legacy,
    ...rest
  } = env
  return rest
}
