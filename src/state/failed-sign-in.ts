/**
 * The latest sign-in that was refused or not finished, beside the locks: whoever has waited for it
 * would otherwise open the next browser window, one after the other. And how many were begun for
 * programs before which nobody sits.
 */
import { join } from 'node:path'
import type { EpochMs } from '../aws/time.ts'
import { SsoxError } from '../problem.ts'
import { ensureFolder, removeFile, writePrivate } from '../system/files.ts'
import { readJsonOnce, textAt } from './json-file.ts'
import type { Paths } from './paths.ts'

const COUNTED_MS = 12 * 60 * 60_000
/** So many that nobody answers are the last that programs begin. */
export const MAX_BEGUN = 3

/** Remembers how the sign-in of the token `key` failed. @throws SsoxError `storage` */
export function rememberFailedSignIn(
  paths: Pick<Paths, 'runtime'>,
  key: string,
  { message, fix }: SsoxError,
  at: EpochMs,
): void {
  ensureFolder(join(paths.runtime, 'locks'))
  writePrivate(fileOf(paths, key, 'failed'), JSON.stringify({ at, message, fix }))
}

/** The problem of a sign-in that failed after `since` and not after `now`. */
export function failedSignIn(
  paths: Pick<Paths, 'runtime'>,
  key: string,
  since: EpochMs,
  now: EpochMs,
): SsoxError | undefined {
  const read = readJsonOnce(fileOf(paths, key, 'failed'))
  if (read.state !== 'ok') return undefined
  const { at } = read.value
  const message = textAt(read.value, 'message')
  // A time to come is from a clock that was set back.
  if (typeof at !== 'number' || at <= since || at > now || message === undefined) return undefined
  return new SsoxError('sign-in', message, textAt(read.value, 'fix'))
}

/**
 * Counts a sign-in that is about to begin; returns how many there were before that have brought
 * nothing, of the last twelve hours. One that was killed counts, too.
 * @throws SsoxError `storage`: what cannot be counted is not to be begun
 */
export function countSignIn(paths: Pick<Paths, 'runtime'>, key: string, at: EpochMs): number {
  const before = begunSignIns(paths, key, at)
  ensureFolder(join(paths.runtime, 'locks'))
  writePrivate(fileOf(paths, key, 'begun'), JSON.stringify({ at, count: before + 1 }))
  return before
}

/** How many sign-ins for programs have brought nothing, of the last twelve hours. */
export function begunSignIns(paths: Pick<Paths, 'runtime'>, key: string, now: EpochMs): number {
  const read = readJsonOnce(fileOf(paths, key, 'begun'))
  if (read.state !== 'ok') return 0
  const { at, count } = read.value
  const isRecent = typeof at === 'number' && at <= now && now - at < COUNTED_MS
  return isRecent && typeof count === 'number' ? count : 0
}

/** The sign-ins so far have brought something. @throws SsoxError `storage` */
export function forgetBegunSignIns(paths: Pick<Paths, 'runtime'>, key: string): void {
  removeFile(fileOf(paths, key, 'begun'))
}

function fileOf({ runtime }: Pick<Paths, 'runtime'>, key: string, what: 'failed' | 'begun') {
  return join(runtime, 'locks', `token-${key}.${what}`)
}
