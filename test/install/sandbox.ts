/**
 * A release of this tree and throw-away homes for `install.sh`. Nothing is inherited but PATH, and
 * there is no terminal unless the test makes one.
 */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa, type Options } from 'execa'
import { type Finished, removeFolder } from '../support/home.ts'
import { shellPath } from '../support/in-shell.ts'

/** The top of this tree. */
export const tree = fileURLToPath(new URL('../..', import.meta.url))

/** Start-up files below a home without XDG variables, as the installer's `--shell` names them. */
export const START_UP = {
  bash: '.bashrc',
  zsh: '.zshrc',
  fish: '.config/fish/conf.d/ssox.fish',
  powershell: '.config/powershell/profile.ps1',
} as const

export interface Sandbox {
  readonly root: string
  readonly home: string
  /** The environment of the installer; change it freely. */
  readonly env: Record<string, string>
  /** Runs `install.sh` of the release, in dash unless `shell` says otherwise. */
  install(args: readonly string[], options?: InstallOptions): Promise<Finished>
  run(command: readonly string[], options?: Options): Promise<Finished>
  path(name: string): string
  read(name: string): string
  /** Writes a file below the home, with its folders. */
  write(name: string, text: string | Uint8Array, mode?: number): void
}

export interface InstallOptions extends Omit<Options, 'shell'> {
  /** The words before the script. */
  shell?: readonly string[]
  /** Another script than the release's. */
  script?: string
}

let release: string | undefined

/** A folder with what a release tarball holds, made once per test file. */
export function releaseFolder(): string {
  if (release) return release
  const folder = mkdtempSync(join(tmpdir(), 'ssox-release-'))
  release = folder
  // Some tests install as another user.
  chmodSync(folder, 0o755)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  copyRelease(folder)
  return folder
}

/** Copies what a release holds. */
export function copyRelease(folder: string): void {
  for (const name of ['dist', 'man', 'shell', 'install.sh', 'package.json', 'LICENSE'])
    cpSync(join(tree, name), join(folder, name), { recursive: true })
}

/** Runs `use` with an empty home of the given folder name, and removes it afterwards. */
export async function inSandbox(
  use: (sandbox: Sandbox) => Promise<void>,
  homeName = 'home',
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'ssox-install-'))
  try {
    const home = join(root, homeName)
    mkdirSync(home, { recursive: true })
    mkdirSync(join(root, 'run'), { mode: 0o700 })
    await use(createSandbox(root, home))
  } finally {
    await removeFolder(root)
  }
}

/** PATH with PowerShell, which installer and terminals look for by its name. */
function searchPath(): string {
  const path = process.env['PATH'] ?? '/usr/bin:/bin'
  const pwsh = shellPath('pwsh')
  return pwsh ? `${path}:${dirname(pwsh)}` : path
}

function createSandbox(root: string, home: string): Sandbox {
  const dotnet = Object.entries(process.env).filter(([name]) => name.startsWith('DOTNET_'))
  const env: Record<string, string> = {
    ...Object.fromEntries(dotnet.map(([name, value]) => [name, value ?? ''])),
    HOME: home,
    PATH: searchPath(),
    // The locks are not in the home then, as on most machines.
    XDG_RUNTIME_DIR: join(root, 'run'),
    SHELL: '/bin/bash',
    TERM: 'xterm-256color',
    LC_ALL: 'C.UTF-8',
    POWERSHELL_TELEMETRY_OPTOUT: '1',
    POWERSHELL_UPDATECHECK: 'Off',
  }
  const path = (name: string) => join(home, name)
  const run = async ([command, ...args]: readonly string[], options: Options = {}) => {
    const result = await execa(String(command), args, {
      cwd: root,
      env,
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
      timeout: 240_000,
      // A session of its own: no terminal to ask on, wherever the tests are started.
      detached: true,
      ...(options.input === undefined ? { stdin: 'ignore' } : {}),
      ...options,
    })
    return {
      status: result.exitCode ?? (result.signal ? 128 : -1),
      stdout: String(result.stdout ?? ''),
      stderr: String(result.stderr ?? ''),
    }
  }
  return {
    root,
    home,
    env,
    path,
    run,
    install: (args, { shell = ['dash'], script, ...options } = {}) =>
      run([...shell, script ?? join(releaseFolder(), 'install.sh'), ...args], options),
    read: (name) => readFileSync(path(name), 'latin1'),
    write: (name, text, mode) => {
      mkdirSync(dirname(path(name)), { recursive: true })
      writeFileSync(path(name), typeof text === 'string' ? Buffer.from(text, 'latin1') : text)
      if (mode !== undefined) chmodSync(path(name), mode)
    },
  }
}

/** Every path below a folder with its mode and its content's hash or its link's target. */
export function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const path = join(folder, name)
      const stat = lstatSync(path)
      const mode = (stat.mode & 0o7777).toString(8)
      if (stat.isSymbolicLink()) return `${name} -> ${readlinkSync(path)}`
      if (!stat.isFile()) return `${name} ${mode}`
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 12)
      return `${name} ${mode} ${hash}`
    })
}

/** How many blocks of the installer the text has. */
export function blocksIn(text: string): number {
  return text.split('# >>> ssox >>>').length - 1
}
