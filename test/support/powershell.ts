/** One PowerShell that plays scripts one after another: each start of it costs a second of a core. */
import { execFileSync, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Finished } from './home.ts'
import { shellPath } from './in-shell.ts'
import { atEnd } from './suite.ts'

const LIMIT_MS = 240_000

interface Player {
  play(script: string, env: Readonly<Record<string, string>>, cwd: string): Promise<Finished>
  /** True once PowerShell has ended. */
  readonly over: boolean
  end(): Promise<void>
}

let player: Player | undefined
let last: Promise<unknown> = Promise.resolve()

/**
 * Plays a script file without a terminal, as `pwsh -NoProfile -NonInteractive -File` does, in the
 * PowerShell of this test file: after those that were asked for before, with this environment alone,
 * and with nothing that another script has left behind. The status is 0, unless the script has ended
 * PowerShell itself.
 */
export function playInPowerShell(
  script: string,
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Finished> {
  const run = last.then(async () => {
    if (!player || player.over) player = startPlayer(env)
    const late = setTimeout(() => player?.end(), LIMIT_MS)
    try {
      return await player.play(script, env, cwd)
    } finally {
      clearTimeout(late)
    }
  })
  last = run.catch(() => undefined)
  return run
}

atEnd(async () => player?.end())

function startPlayer(env: Readonly<Record<string, string>>): Player {
  const folder = mkdtempSync(join(tmpdir(), 'ssox-pwsh-'))
  const driver = fileURLToPath(new URL('powershell.ps1', import.meta.url))
  const jobs = join(folder, 'jobs')
  execFileSync('mkfifo', [jobs])
  // For both directions: opening it waits for nobody then.
  const pipe = openSync(jobs, 'r+')
  const flags = ['-NoLogo', '-NoProfile', '-NonInteractive', '-File', driver, jobs]
  const child = spawn(shellPath('pwsh') ?? 'pwsh', flags, {
    cwd: folder,
    env: { ...env, HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    // As a .NET tool it is two processes, which are ended together.
    detached: true,
  })
  const output = { stdout: '', stderr: '' }
  let count = 0
  let playing: { mark: string; done(run: Finished): void } | undefined
  let status: number | undefined
  const look = () => {
    if (!playing) return
    const { mark, done } = playing
    const all = output.stdout.endsWith(mark) && output.stderr.endsWith(mark)
    if (!all && status === undefined) return
    playing = undefined
    const without = (text: string) => (text.endsWith(mark) ? text.slice(0, -mark.length) : text)
    done({
      status: status ?? 0,
      stdout: without(output.stdout),
      stderr: without(output.stderr),
    })
  }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text
    look()
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text
    look()
  })
  const closed = new Promise<void>((resolve) => {
    child.on('close', (code) => {
      status = code ?? 128
      look()
      closeSync(pipe)
      rmSync(folder, { recursive: true, force: true })
      resolve()
    })
  })
  return {
    get over() {
      return status !== undefined
    },
    play: (script, env, cwd) =>
      new Promise((done) => {
        const mark = `\x01end of ${++count}\x01`
        const job = join(folder, 'job')
        const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`)
        writeFileSync(job, [mark, script, cwd, ...pairs].join('\0'))
        Object.assign(output, { stdout: '', stderr: '' })
        playing = { mark, done }
        writeSync(pipe, `${job}\n`)
      }),
    end: async () => {
      if (status === undefined && child.pid) process.kill(-child.pid, 'SIGKILL')
      await closed
    },
  }
}
