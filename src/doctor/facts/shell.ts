/** The shell of this terminal, and what a new one of its kind would have. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../../context.ts'
import { loginAdvice } from '../../install/advice.ts'
import { HOOK_FILES, type HookShell, hasHook } from '../../install/shell-lines.ts'
import { lineThatNames, markersIn } from '../../install/start-up-file.ts'
import { startUpFile } from '../../install/start-up-files.ts'
import { detectShell } from '../../shells/detect.ts'
import { xdgFolder } from '../../state/paths.ts'
import { findCommand } from '../../system/find-command.ts'
import { readUserText as readText } from '../../system/user-file.ts'
import type { Probe, ShellFacts } from '../facts.ts'
import { outputOf } from './output.ts'
import { probeOf } from './probe.ts'
import { BARE_PATH } from './processes.ts'

const ANSWER_MS = 15_000
const MARK = 'ssox-doctor:'
const MAX_HEAD = 400

export async function shellFacts(parents: readonly string[], ctx: Context): Promise<ShellFacts> {
  const { env, paths } = ctx
  const { shell: name } = detectShell({
    flag: undefined,
    parentNames: parents,
    shellEnv: env['SHELL'],
    onWindows: process.platform === 'win32',
  })
  const hook = hasHook(name) ? name : undefined
  const [command, probe] = await Promise.all([
    commandOf(ctx),
    hook ? look(hook, ctx) : 'it has no hook',
  ])
  return {
    name,
    hook,
    startUp: hook && startUpOf(hook, ctx),
    login: loginAdvice((file) => readText(join(paths.home, file))),
    command,
    probe,
  }
}

/** As an IDE or cron would start it. */
async function commandOf(ctx: Context): Promise<ShellFacts['command']> {
  const path = findCommand('ssox', ctx.env['PATH'])
  if (!path) return undefined
  const env = { HOME: ctx.paths.home, PATH: BARE_PATH }
  const answer = await outputOf(path, ['--version'], { env, signal: ctx.signal })
  return { path, version: /^\d+\.\d+\.\d+\S*/.exec(answer)?.[0] }
}

function startUpOf(shell: HookShell, { env, paths }: Context): ShellFacts['startUp'] {
  try {
    const { path, alsoRead } = startUpFile(shell, { env, home: paths.home })
    const loading = [path, ...alsoRead].find((file) => {
      const text = readText(file)
      return text !== undefined && (markersIn(text) ?? lineThatNames(text, HOOK_FILES[shell]))
    })
    return { path: loading ?? path, hasLines: loading !== undefined }
  } catch {
    return undefined
  }
}

/** Starts a shell as a terminal would, with no terminal of its own, and asks it. */
async function look(shell: HookShell, ctx: Context): Promise<Probe | string> {
  const { names, words } = probeOf(shell)
  const path = names.map((name) => findCommand(name, ctx.env['PATH'])).find((one) => one)
  if (!path) return `${names[0]} is not on PATH`
  const answer = await run(path, words, ctx)
  if (typeof answer === 'string') return `${shell} ${answer}`
  const is = (key: string) => answer.get(key) === 'yes'
  const folder = answer.get('folder')
  return {
    isLoaded: is('loaded'),
    version: folder ? versionOf(join(folder, HOOK_FILES[shell])) : undefined,
    isCalled: is('called'),
    isShown: is('shown'),
    frame: answer.get('frame') || undefined,
    command: answer.get('command') || undefined,
  }
}

/** Resolves to what it says, or to why it does not; what it has started is ended with it. */
function run(
  path: string,
  words: readonly string[],
  { env, signal }: Context,
): Promise<ReadonlyMap<string, string> | string> {
  return new Promise((resolve) => {
    const child = spawn(path, words, {
      env: { ...env },
      // A shell that finds a terminal would take it away from ssox.
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      signal,
    })
    let text = ''
    let isOver = false
    const finish = (answer: ReadonlyMap<string, string> | string) => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      endGroup(child.pid)
      child.stdout.destroy()
      resolve(answer)
    }
    const timer = setTimeout(() => finish('takes too long, or waits for somebody'), ANSWER_MS)
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
      // What it has started may keep stdout open.
      if (text.includes(`${MARK}end`)) finish(valuesIn(text))
    })
    child.once('error', () => finish('cannot be started'))
    child.once('exit', () => {
      // The last words may still be in the pipe.
      setTimeout(() => finish(text.includes(`${MARK}end`) ? valuesIn(text) : ENDED), 100)
    })
  })
}

const ENDED = 'ends before its start-up files do'

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

function valuesIn(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.startsWith(MARK))
  return new Map(
    lines.map((line) => {
      const [key = '', ...value] = line.slice(MARK.length).split('=')
      return [key, value.join('=')] as const
    }),
  )
}

/** `# version: 0.1.0` in the first lines of a hook. */
function versionOf(path: string): string | undefined {
  try {
    const fd = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(MAX_HEAD)
      const head = bytes.toString('utf8', 0, readSync(fd, bytes, 0, MAX_HEAD, 0))
      return /^# version: (\S+)/m.exec(head)?.[1]
    } finally {
      closeSync(fd)
    }
  } catch {
    return undefined
  }
}

/** The exported universal variables of fish that say who one is. */
export function universalVariables({ env, paths }: Context): string[] {
  const folder = xdgFolder(env, paths.home, 'XDG_CONFIG_HOME', '.config')
  const text = readText(join(folder, 'fish', 'fish_variables')) ?? ''
  return [...text.matchAll(/^SETUVAR (?:--\w+ )*--export (?:--\w+ )*(AWS_\w+):/gm)].map(
    ([, name = '']) => name,
  )
}
