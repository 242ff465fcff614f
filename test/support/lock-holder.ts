/** A process that holds a lock, as another ssox would. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { wordsFor } from './own-process.ts'

const HOLDER = fileURLToPath(new URL('lock-holder.process.ts', import.meta.url))

export interface Holder {
  readonly child: ChildProcess
  readonly pid: number
  /** Lets it release the lock and end. */
  release(): void
}

/** Resolves once it has the lock; `searchPath` is where it looks for `flock` and the like. */
export async function startHolder(path: string, searchPath: string): Promise<Holder> {
  const child = spawn(process.execPath, [...wordsFor(HOLDER), path, searchPath], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await new Promise((locked) => child.stdout.once('data', locked))
  return { child, pid: child.pid ?? 0, release: () => child.stdin.end() }
}
