/**
 * What `credential-process` says with `--debug`: a file, since the programs that call it drop its
 * stderr, show it to everybody, or wait for its end before they read it.
 */
import { appendFileSync, chmodSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ensureFolder } from '../system/files.ts'
import type { Paths } from './paths.ts'

/** Then it begins anew, and the one before is kept. */
const MAX_BYTES = 1024 * 1024
const PRIVATE_FILE = 0o600

/**
 * Adds a line to `$XDG_STATE_HOME/ssox/credential-process.log`; `text` holds no secret. What cannot be written is lost: it must not end the command.
 */
export function logProcess(paths: Pick<Paths, 'state'>, text: string, now: number): void {
  const path = join(paths.state, 'credential-process.log')
  const line = text.replace(/[\x00-\x1f\x7f]+/g, ' ')
  try {
    ensureFolder(paths.state)
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    if (size > MAX_BYTES) renameSync(path, `${path}.1`)
    const text = `${new Date(now).toISOString()} ${process.pid} ${line}\n`
    appendFileSync(path, text, { mode: PRIVATE_FILE })
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, PRIVATE_FILE)
  } catch {
    // There is no other place to tell it.
  }
}
