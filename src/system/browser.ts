/** Opens a web page with the user's browser: an argv array, never a shell. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, delimiter, isAbsolute } from 'node:path'
import { codeOf, reasonOf } from './files.ts'
import { findCommand, isProgram } from './find-command.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface BrowserOptions {
  readonly env: Env
  /**
   * Command lines to try before the system's own, as words. `%s` is the address, and `%u` is it as part
   * of another one (percent-encoded); without either it is appended.
   */
  readonly commands: readonly (readonly string[])[]
  /** What `%p` stands for in them: the AWS profile that the page is for. */
  readonly profile?: string | undefined
  /** Whether the system's own browser stays out of it. */
  readonly only: boolean
  /** Ends the watch over a browser that runs, not the browser. */
  readonly signal: AbortSignal
}

/** One that fails later has shown its window; another one would come out of nowhere. */
const NEXT_WITHIN_MS = 10_000

/**
 * Starts the first browser that does not fail at once, and leaves it running.
 * @returns undefined when it has ended well, or when `signal` has ended the watch over it; as soon
 *   as there is no other to try, what became of each: `xdg-open: exit code 3`
 */
export async function openBrowser(
  url: string,
  options: BrowserOptions,
): Promise<string | undefined> {
  const failures: string[] = []
  for (const { words, env } of candidates(url, options)) {
    if (options.signal.aborted) return undefined
    const [command = '', ...args] = words
    const started = performance.now()
    const failure = isTextBrowser(command)
      ? 'a text browser cannot show the page'
      : await run(command, args, env, options.signal)
    if (failure === undefined || options.signal.aborted) return undefined
    failures.push(`${basename(command)}: ${failure}`)
    if (performance.now() - started > NEXT_WITHIN_MS) break
  }
  return failures.join('; ') || 'there is none'
}

/**
 * The longest leading part of a command line that is the absolute path of a program; it may hold
 * blanks without any quotes.
 */
export function leadingProgram(line: string): string | undefined {
  const ends = [...line.matchAll(/(?<=\S)(?=\s|$)/g)].map(({ index }) => index)
  return ends
    .reverse()
    .map((end) => line.slice(0, end))
    .find((path) => isAbsolute(path) && isProgram(path))
}

/** Entries of BROWSER: command lines. */
export function browserEntries(env: Env): string[] {
  return (env['BROWSER'] ?? '').split(delimiter).flatMap((line) => line.trim() || [])
}

/** Whether BROWSER has an entry that may show the page. */
export function namesBrowser(env: Env): boolean {
  return browserEntries(env).some(
    (line) => !isTextBrowser(leadingProgram(line) ?? line.split(/\s/)[0] ?? ''),
  )
}

/** They need a terminal, which ssox itself uses, and run none of the scripts of AWS's page. */
const TEXT_BROWSERS = ['elinks', 'links', 'links2', 'lynx', 'w3m', 'www-browser']

/** True for one that shows no page with scripts. */
export function isTextBrowser(command: string): boolean {
  return TEXT_BROWSERS.includes(basename(command))
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

interface Candidate {
  readonly words: readonly string[]
  readonly env: Env
}

/** Command lines to try, first the user's own choice. */
function candidates(url: string, { env, commands, only, profile }: BrowserOptions): Candidate[] {
  const chosen = commands.map((words) => ({ words: withUrl(words, url, profile), env }))
  // The openers of the system would start what has just failed.
  const { BROWSER: _tried, ...rest } = env
  const others = only ? [] : systemOpeners(url, env).map((words) => ({ words, env: rest }))
  return [...chosen, ...others]
}

function systemOpeners(url: string, env: Env): string[][] {
  if (process.platform === 'darwin') return [['/usr/bin/open', url]]
  if (process.platform === 'win32') return [['rundll32.exe', 'url.dll,FileProtocolHandler', url]]
  const wsl = isWsl(env) ? wslOpener(env) : undefined
  if (wsl?.endsWith('powershell.exe')) return [powershellOpener(wsl, url)]
  if (wsl) return [[wsl, url]]
  // Without a display they start text browsers.
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return []
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

function withUrl(words: readonly string[], url: string, profile: string | undefined): string[] {
  const isNamed = words.some((word) => /%[su]/.test(word))
  const filled = words.map((word) => {
    // Where the address is part of another one, the name is, too.
    const inUrl = word.includes('%u') ? encodeURIComponent : String
    return word.replace(/%[sup]/g, (sign) => {
      if (sign === '%p') return profile === undefined ? sign : inUrl(profile)
      return sign === '%u' ? encodeURIComponent(url) : url
    })
  })
  return isNamed ? filled : [...filled, url]
}

/** Resolves to why the program failed; to undefined when it ends well, or the watch is over. */
function run(
  command: string,
  args: readonly string[],
  env: Env,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise<string | undefined>((resolve) => {
    const onAbort = () => resolve(undefined)
    signal.addEventListener('abort', onAbort, { once: true })
    const child = spawn(command, args, {
      detached: true,
      stdio: 'ignore',
      env: withoutSecrets(env),
    })
    child.once('error', (error) => resolve(whyNotStarted(error)))
    child.once('exit', (code, killedBy) => resolve(failureOf(command, code, killedBy)))
    // Whoever waits for the sign-in keeps ssox alive, not the browser.
    child.unref()
    // What is no path at all, Node throws.
  }).catch(whyNotStarted)
}

function whyNotStarted(error: unknown): string {
  return codeOf(error) === 'ENOENT' ? 'there is no such program' : reasonOf(error)
}

function failureOf(
  command: string,
  code: number | null,
  killedBy: NodeJS.Signals | null,
): string | undefined {
  if (killedBy) return `ended by ${killedBy}`
  // The Explorer of Windows ends with 1 whatever it does.
  if (!code || basename(command).toLowerCase() === 'explorer.exe') return undefined
  return `exit code ${code}`
}

/** A program of the desktop has no business with the credentials of the shell that ssox runs in. */
export function withoutSecrets(env: Env): NodeJS.ProcessEnv {
  const {
    AWS_ACCESS_KEY_ID: _key,
    AWS_SECRET_ACCESS_KEY: _secret,
    AWS_SESSION_TOKEN: _token,
    AWS_SECURITY_TOKEN: _legacy,
    ...rest
  } = env
  return rest
}
