/** Runs a command in the foreground as if ssox were not there. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { codeOf, reasonOf } from './files.ts'
import { startWitness } from './signal-witness.ts'

/** Signals that are passed on to the command. */
const RELAYED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGQUIT'] as const

export interface CommandResult {
  readonly exitCode: number
  /** Why the command could not start. */
  readonly problem?: string
}

/**
 * Runs `command` with this environment and the terminal as it is; resolves to its exit code
 * (128+n when signal n ended it, 126 not executable, 127 not found). A signal to ssox alone is passed
 * on; one that went to the whole process group (^C, `kill -- -group`, a job that is cancelled) has
 * reached the command already, and a second one would mean more: Terraform gives up its state then.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    let child: ChildProcess
    try {
      child = spawn(command, args, { stdio: 'inherit', env })
    } catch (error) {
      resolve(unstarted(command, error))
      return
    }
    const witness = startWitness(env['PATH'])
    const relays = RELAYED.map((signal) => {
      const relay = () =>
        witness.wasSpared(signal).then((isAlone) => {
          if (isAlone) child.kill(signal)
        })
      process.on(signal, relay)
      return () => process.off(signal, relay)
    })
    const finish = (result: CommandResult) => {
      for (const stop of relays) stop()
      witness.stop()
      resolve(result)
    }
    child.on('error', (error) => finish(unstarted(command, error)))
    child.on('close', (code, signal) => {
      finish({ exitCode: signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1) })
    })
  })
}

/** A script whose interpreter is missing fails with ENOENT, too, but is there. */
function unstarted(command: string, error: unknown): CommandResult {
  if (codeOf(error) !== 'ENOENT')
    return { exitCode: 126, problem: `cannot start ${command}: ${reasonOf(error)}` }
  if (command.includes('/') && existsSync(command))
    return {
      exitCode: 126,
      problem: `cannot start ${command}: what its first line names is missing`,
    }
  return { exitCode: 127, problem: `there is no command ${command}` }
}
