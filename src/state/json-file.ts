/**
 * JSON cache files that other tools write too. The AWS CLI truncates and writes in place, so a
 * file can be caught half-written: it is read again for a short while, then it counts as a miss.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { type ReadResult, readPrivate } from '../system/files.ts'

export type JsonObject = Record<string, unknown>

const RETRY_FOR_MS = 250
const RETRY_EVERY_MS = 5
/** Time alone is no measure on a busy machine: all of it can go by between two looks. */
const RETRY_AT_LEAST = 10
/** A file that keeps changing is waited for longer: its writer is alive. */
const MAX_RETRY_MS = 2_000

/** An object, or why there is none. `broken` means: not a JSON object, even after re-reading. */
export type JsonRead =
  | { readonly state: 'ok'; readonly value: JsonObject; readonly mode: number }
  | { readonly state: 'missing' }
  | { readonly state: 'broken'; readonly changedAt: number }
  | { readonly state: 'refused'; readonly why: string }

/** One look, for the warm path. */
export function readJsonOnce(path: string): JsonRead {
  return parse(readPrivate(path))
}

/**
 * Looks again while the file is not a whole JSON object: for 250 ms and ten looks after it last
 * changed.
 */
export async function readJson(path: string, signal: AbortSignal): Promise<JsonRead> {
  const first = readJsonOnce(path)
  // Nearly always; Node takes longer to load its clock than to read the file.
  if (first.state !== 'broken') return first
  const started = performance.now()
  let [deadline, looks, changedAt] = [started, 0, Number.NaN]
  for (;;) {
    const read = readJsonOnce(path)
    if (read.state !== 'broken') return read
    const now = performance.now()
    looks++
    if (read.changedAt !== changedAt && now < started + MAX_RETRY_MS) {
      deadline = now + RETRY_FOR_MS
      looks = 0
    }
    if (now > deadline && looks >= RETRY_AT_LEAST) return read
    changedAt = read.changedAt
    await delay(RETRY_EVERY_MS, undefined, { signal })
  }
}

function parse(read: ReadResult): JsonRead {
  if (read.state !== 'ok') return read
  try {
    const value: unknown = JSON.parse(read.text)
    if (isObject(value)) return { state: 'ok', value, mode: read.mode }
  } catch {
    // Half of a file; what else it may be makes no difference.
  }
  return { state: 'broken', changedAt: read.changedAt }
}

/** True for a JSON object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The non-empty string at `key`; null and other types count as absent (.NET writes nulls). */
export function textAt(object: JsonObject, key: string): string | undefined {
  const value = object[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}
