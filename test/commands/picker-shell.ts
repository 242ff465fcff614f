/** A shell in a terminal, with `ssox` on its PATH, for tests of the picker. */

import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, node, program, signIn, withHome } from '../support/home.ts'
import { environmentIn, type RealShell } from '../support/in-shell.ts'
import { until } from '../support/patience.ts'
import { writeSettings } from '../support/signed-in.ts'
import { type Terminal, type TerminalOptions, withTerminal } from '../support/terminal.ts'

export const PROMPT = 'ready>'

const SHELLS: Readonly<Partial<Record<RealShell, readonly string[]>>> = {
  bash: ['bash', '--noprofile', '--norc', '-i'],
  zsh: ['zsh', '-f', '-i'],
  fish: ['fish', '--no-config', '-i'],
}

export interface PickerShell extends Terminal {
  readonly home: Home
  /** Runs a command and waits for the picker; returns the screen. */
  open(command: string): Promise<string>
  /** Waits for a prompt on the last line of the screen; returns the screen. */
  prompt(): Promise<string>
  /** The exported variables of the shell. */
  variables(): Promise<ReadonlyMap<string, string>>
  /** The status of the last command. */
  status(): Promise<string>
  /** How the terminal is set, as `stty` says it. */
  settings(): Promise<string>
  /** The process id of the latest ssox. */
  ssoxPid(): number
}

export interface ShellOptions {
  readonly shell?: RealShell
  readonly env?: Readonly<Record<string, string>>
  readonly config?: (startUrl: string) => string
  readonly size?: readonly [columns: number, lines: number]
  /** Before the shell is started. */
  readonly prepare?: (home: Home) => unknown
}

/** For `prepare`: a home that is signed in to `corp`. */
export async function signedIn(home: Home): Promise<void> {
  writeSettings(home, { login_flow: 'pkce' })
  await signIn(home)
}

/** Runs `use` in a shell of a home with the usual profiles. */
export function inShell<T>(
  use: (shell: PickerShell) => Promise<T>,
  { shell = 'bash', env = {}, config, size, prepare }: ShellOptions = {},
): Promise<T> {
  return withHome(async (home) => {
    if (config) home.writeConfig(config(home.center.startUrl))
    const bin = join(home.path, 'bin')
    mkdirSync(bin)
    const run = `echo $$ >'${home.path}/pid'\nexec '${node}' '${program}' "$@"`
    writeExecutable(join(bin, 'ssox'), `#!/bin/sh\n${run}\n`)
    await prepare?.(home)
    const options: TerminalOptions = {
      cwd: home.path,
      env: {
        ...home.env,
        PATH: `${bin}:${home.env['PATH']}`,
        PS1: `${PROMPT} `,
        LC_ALL: 'C.UTF-8',
        HISTFILE: '',
        fish_history: '',
        ...env,
      },
      ...(size ? { size } : {}),
    }
    let pid = 0
    try {
      return await withTerminal(SHELLS[shell] ?? [shell], options, async (terminal) => {
        pid = await terminal.pid()
        const driven = drive(terminal, home)
        if (shell === 'fish')
          await terminal.run(`function fish_prompt; echo -n '${PROMPT} '; end; clear`)
        await driven.prompt()
        return await use(driven)
      })
    } finally {
      await ended(pid)
    }
  })
}

/** Writes a program of the test. */
export function writeExecutable(path: string, text: string): void {
  writeFileSync(path, text)
  chmodSync(path, 0o755)
}

/** A shell that is still ending would write to a home that is being removed. */
async function ended(pid: number): Promise<void> {
  await until('the end of the shell', () => !existsSync(`/proc/${pid}/stat`), 5_000)
}

function drive(terminal: Terminal, home: Home): PickerShell {
  const atPrompt = (screen: string) => screen.trimEnd().endsWith(PROMPT)
  const prompt = () => terminal.until(atPrompt)
  const run = async (command: string) => {
    await terminal.type(command)
    // Or the prompt before it would be taken for the one after it.
    await terminal.until((screen) => !atPrompt(screen))
    await terminal.press('Enter')
  }
  const output = join(home.path, 'output')
  const ask = async (command: string) => {
    rmSync(output, { force: true })
    // The name at the end of the line comes into being when all of it is written.
    await run(`${command} >${output}.part; mv ${output}.part ${output}`)
    await terminal.until(() => existsSync(output))
    await prompt()
    return readFileSync(output)
  }
  return {
    ...terminal,
    home,
    prompt,
    run,
    open: async (command) => {
      await run(command)
      return terminal.until(/^Profile: .*\n[\s\S]* of \d+ /m)
    },
    variables: async () => environmentIn(await ask('command env -0')),
    status: async () => (await ask('echo $?')).toString().trim(),
    settings: async () => (await ask('stty -a')).toString(),
    ssoxPid: () => Number(readFileSync(join(home.path, 'pid'), 'utf8')),
  }
}
