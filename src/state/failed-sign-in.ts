/**
 * The latest sign-in that was refused or not finished, beside the locks: whoever has waited for it
 * would otherwise open the next browser window, one after the other.
 */
import { join } from 'node:path'
import type { EpochMs } from '../aws/time.ts'
import { SsoxError } from '../problem.ts'
import { ensureFolder, writePrivate } from '../system/files.ts'
import { readJsonOnce, textAt } from './json-file.ts'
import type { Paths } from './paths.ts'

/** Remembers how the sign-in of the token `key` failed. @throws SsoxError `storage` */
export function rememberFailedSignIn(
  paths: Pick<Paths, 'runtime'>,
  key: string,
  { message, fix }: SsoxError,
  at: EpochMs,
): void {
  ensureFolder(join(paths.runtime, 'locks'))
  writePrivate(fileOf(paths, key), JSON.stringify({ at, message, fix }))
}

/** The problem of a sign-in that failed after `since` and not after `now`. */
export function failedSignIn(
  paths: Pick<Paths, 'runtime'>,
  key: string,
  since: EpochMs,
  now: EpochMs,
): SsoxError | undefined {
  const read = readJsonOnce(fileOf(paths, key))
  if (read.state !== 'ok') return undefined
  const { at } = read.value
  const message = textAt(read.value, 'message')
  // A time to come is from a clock that was set back.
  if (typeof at !== 'number' || at <= since || at > now || message === undefined) return undefined
  return new SsoxError('sign-in', message, textAt(read.value, 'fix'))
}

function fileOf({ runtime }: Pick<Paths, 'runtime'>, key: string): string {
  return join(runtime, 'locks', `token-${key}.failed`)
}
