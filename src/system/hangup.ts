/**
 * SIGHUP that ssox was started to ignore, by `nohup` or in a script that it runs. Node forgets that,
 * so the launcher (shell/ssox.sh) says it in a variable.
 */
type Env = Readonly<Record<string, string | undefined>>

const IGNORED = 'SSOX_NOHUP'

/** The signals among these that are to be heeded. */
export function heeded<T extends NodeJS.Signals>(signals: readonly T[], env: Env): T[] {
  return signals.filter((signal) => signal !== 'SIGHUP' || env[IGNORED] === undefined)
}

/** Makes this process ignore SIGHUP again if it was started so. */
export function ignoreAgain(env: Env): void {
  if (env[IGNORED] !== undefined) process.on('SIGHUP', () => undefined)
}

/** What is to be started. */
export interface Start {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Record<string, string>
}

/** The start of a command that ignores SIGHUP if ssox does: Node starts each one without. */
export function startIgnoring(start: Start): Start {
  const { [IGNORED]: ignored, ...env } = start.env
  if (ignored === undefined) return start
  const script = 'trap "" HUP; exec "$0" "$@"'
  return { command: '/bin/sh', args: ['-c', script, start.command, ...start.args], env }
}
