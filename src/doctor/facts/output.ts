/** Runs a program for what it says about itself. */
import { execFile } from 'node:child_process'
import type { Context } from '../../context.ts'

const ANSWER_MS = 15_000

/** What a program prints on stdout, '' where it fails or takes too long; it has nothing to read. */
export function outputOf(
  command: string,
  args: readonly string[],
  { env, signal }: Pick<Context, 'env' | 'signal'>,
): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(
      command,
      [...args],
      { env, timeout: ANSWER_MS, signal, encoding: 'utf8', windowsHide: true },
      (error, stdout) => resolve(error ? '' : stdout),
    )
    child.stdin?.end()
  })
}
