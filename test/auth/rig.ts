/** What the tests of sign-in share: programs left running, cache files, and the person at the pages. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Home, node, program } from '../support/home.ts'
import { isLate, until } from '../support/patience.ts'
import { tokenFile } from '../support/signed-in.ts'

export { until } from '../support/patience.ts'

/** How a program ended. */
export interface Ending {
  /** null when a signal ended it. */
  status: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** When it ended, `Date.now()`. */
  at: number
}

/** A program under way. */
export interface Running {
  child: ChildProcess
  pid: number
  stdout(): string
  stderr(): string
  /** Resolves once stderr matches; rejects when the program ends or `timeoutMs` pass before. */
  says(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>
  done: Promise<Ending>
}

/** Starts ssox and leaves it running. stdin is closed, so it has no terminal. */
export function start(home: Home, args: string[], env: Record<string, string> = {}): Running {
  const child = spawn(node, [program, ...args], {
    cwd: home.path,
    env: { ...home.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A test that has failed must not leave it behind.
    timeout: 300_000,
    killSignal: 'SIGKILL',
  })
  let [stdout, stderr, ended] = ['', '', false]
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const done = new Promise<Ending>((resolve) => {
    child.on('close', (status, signal) => {
      ended = true
      resolve({ status, signal, stdout, stderr, at: Date.now() })
    })
  })
  const says = async (pattern: RegExp, timeoutMs = 20_000) => {
    const began = performance.now()
    for (;;) {
      const match = pattern.exec(stderr)
      if (match) return match
      if (ended || isLate(performance.now() - began, timeoutMs))
        throw new Error(`${ended ? 'ended' : 'waited'} without ${pattern}; stderr: ${stderr}`)
      await delay(10)
    }
  }
  return { child, pid: child.pid ?? 0, stdout: () => stdout, stderr: () => stderr, says, done }
}

/** A promise and the function that keeps it: a barrier for `center.fail(…, { until })`. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

/** Waits until the stand-in has been asked for `operation` `times` times. */
export function asked(home: Home, operation: string, times = 1): Promise<void> {
  return until(`${operation} number ${times}`, () => (home.center.counts[operation] ?? 0) >= times)
}

/**
 * Has a device sign-in polled once: the service answers when the browser has been at the page, which
 * takes longer than an interval on a busy machine.
 */
export function answerAfterBrowser(home: Home): void {
  home.center.fail('CreateToken:device', { until: asked(home, 'Device') })
}

/** A token file as the AWS CLI writes it. */
export interface TokenFile {
  startUrl?: string
  region?: string
  accessToken?: string
  expiresAt?: string
  clientId?: string
  clientSecret?: string
  registrationExpiresAt?: string
  refreshToken?: string
  [other: string]: unknown
}

export function readToken(home: Home, name = 'corp'): TokenFile {
  return JSON.parse(readFileSync(tokenFile(home, name), 'utf8')) as TokenFile
}

export function writeToken(home: Home, token: TokenFile, name = 'corp'): void {
  const path = tokenFile(home, name)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(path, JSON.stringify(token), { mode: 0o600 })
}

/** Changes the cached token so that it ends in `seconds`; the stand-in is not told. */
export function ageToken(home: Home, seconds: number, name = 'corp'): TokenFile {
  const token = { ...readToken(home, name), expiresAt: inSeconds(seconds) }
  writeToken(home, token, name)
  return token
}

/** `YYYY-MM-DDTHH:MM:SSZ`, so many seconds from now. */
export function inSeconds(seconds: number): string {
  return `${new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19)}Z`
}

/** Every file below `~/.aws` and ssox's own folders, as paths from the home. */
export function filesOf(home: Home): string[] {
  const roots = ['.aws', '.cache', '.local', '.config'].filter((name) =>
    existsSync(join(home.path, name)),
  )
  return (
    roots
      .flatMap((root) =>
        readdirSync(join(home.path, root), { recursive: true, encoding: 'utf8' }).map((name) =>
          join(root, name),
        ),
      )
      // What is gone by now was no leftover.
      .filter(
        (name) =>
          statSync(join(home.path, name), { throwIfNoEntry: false })?.isDirectory() === false,
      )
      .sort()
  )
}

/** Temporary files that a writer left behind. */
export function leftovers(home: Home): string[] {
  return filesOf(home).filter((name) => /tmp$|\/locks\/\./.test(name))
}

/** Names of ssox's lock files. */
export function lockFiles(home: Home): string[] {
  return filesOf(home).filter((name) => name.includes('/locks/'))
}

/** The address of the sign-in page that a person was shown. */
export async function shownUrl(running: Running): Promise<string> {
  const [url] = await running.says(/http:\/\/\S+(authorize\?\S+|user_code=\S+)/)
  return url
}

/** Opens a page of the stand-in as a person, presses Allow or Deny, and follows where it leads. */
export async function decide(url: string, decision: 'allow' | 'deny'): Promise<Response> {
  const page = await (await fetch(url)).text()
  const ticket = /name="ticket" value="([^"]+)"/.exec(page)?.[1]
  if (!ticket) throw new Error(`no form on ${url}: ${page.slice(-600)}`)
  const { origin, pathname } = new URL(url)
  return fetch(origin + pathname, {
    method: 'POST',
    body: new URLSearchParams({ ticket, decision }),
  })
}

/**
 * A long wait that runs beside other tests: the first call starts it (from inside a test: before
 * that, nothing runs), every call has its outcome.
 */
export function once<T>(run: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined
  return () => {
    started ??= run()
    started.catch(() => undefined)
    return started
  }
}
