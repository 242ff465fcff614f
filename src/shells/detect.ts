import { commandName, type ShellName, shellNamed, shellNameOf } from './shell.ts'

export interface ShellHints {
  /** The value of `--shell`. */
  readonly flag: string | undefined
  /** Names or paths of the processes above this one, nearest first. */
  readonly parentNames: readonly string[]
  /** `$SHELL`: the login shell, which need not be the one that is running. */
  readonly shellEnv: string | undefined
  /** Whether the system is Windows, where nothing tells the parent process. */
  readonly onWindows: boolean
}

export interface DetectedShell {
  readonly shell: ShellName
  /** Present when the shell is only a guess, to be said on stderr. */
  readonly guessedFrom?: '$SHELL' | 'the system'
}

/** Programs that stand between a shell and ssox without being one. */
const WRAPPERS = new Set([
  'ssox',
  ...[
    'node',
    'dotnet',
    'mainthread',
    'node-mainthread',
    'npm',
    'npx',
    'pnpm',
    'yarn',
    'bun',
    'bunx',
    'volta',
  ],
  ...['corepack', 'asdf', 'mise', 'sudo', 'doas', 'env', 'nice', 'ionice', 'nohup', 'setsid'],
  ...['stdbuf', 'time', 'timeout', 'strace', 'ltrace', 'xargs', 'faketime', 'unshare', 'chronic'],
])

/**
 * The shell that will evaluate our output: the flag, else the nearest process that is a shell (past
 * wrappers), else `$SHELL` as a guess, else what every such system has: sh, on Windows PowerShell.
 * @throws SsoxError `usage` when the flag names no shell
 */
export function detectShell(hints: ShellHints): DetectedShell {
  const { flag, parentNames, shellEnv, onWindows } = hints
  if (flag !== undefined) return { shell: shellNamed(flag).name }
  const parent = parentNames.find((name) => !WRAPPERS.has(commandName(name)))
  const running = parent === undefined ? undefined : shellNameOf(parent)
  if (running) return { shell: running }
  const login = shellEnv ? shellNameOf(shellEnv) : undefined
  if (login) return { shell: login, guessedFrom: '$SHELL' }
  return { shell: onWindows ? 'powershell' : 'sh', guessedFrom: 'the system' }
}
