/** Puts text into the clipboard of the person: by a program of the system, else through the terminal. */
import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import { isWsl, withoutSecrets } from './browser.ts'
import { findCommand } from './find-command.ts'
import { writeStderr } from './terminal.ts'

type Env = Readonly<Record<string, string | undefined>>

/** A program that still runs then serves the clipboard itself, as those of X11 do. */
const DONE_WITHIN_MS = 1_500

/**
 * Copies `text`, which reaches no argument and no file.
 * @param onTerminal whether stderr is a terminal, which may have a clipboard (xterm, OSC 52)
 * @returns what has become of it, in words
 */
export async function copyText(text: string, env: Env, onTerminal: boolean): Promise<string> {
  for (const [command = '', ...args] of programs(env))
    if (await feed(command, args, text, env)) return `the address is copied (${basename(command)})`
  if (!onTerminal) return 'there is no clipboard here'
  writeStderr(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`)
  return 'the address is copied, if your terminal lets programs do that (OSC 52)'
}

/** Over SSH, programs would fill the clipboard of the other machine. */
function programs(env: Env): string[][] {
  if (env['SSH_CONNECTION'] || env['SSH_TTY'] || env['SSH_CLIENT']) return []
  const wanted: (readonly [name: string, ...args: string[]])[] =
    process.platform === 'darwin'
      ? [['pbcopy']]
      : process.platform === 'win32' || isWsl(env)
        ? [['clip.exe']]
        : [
            ...(env['WAYLAND_DISPLAY'] ? [['wl-copy'] as const] : []),
            ...(env['DISPLAY']
              ? [['xclip', '-selection', 'clipboard'] as const, ['xsel', '-ib'] as const]
              : []),
          ]
  return wanted.flatMap(([name, ...args]) => {
    const path = findCommand(name, env['PATH'])
    return path ? [[path, ...args]] : []
  })
}

/** True when the program has taken the text. */
function feed(command: string, args: readonly string[], text: string, env: Env): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: withoutSecrets(env),
    })
    const timer = setTimeout(() => resolve(true), DONE_WITHIN_MS)
    const end = (isTaken: boolean) => {
      clearTimeout(timer)
      resolve(isTaken)
    }
    child.once('error', () => end(false))
    child.once('exit', (code) => end(code === 0))
    child.stdin.on('error', () => undefined)
    child.stdin.end(text)
    child.unref()
  })
}
