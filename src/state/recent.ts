/**
 * How recently and how often each profile was chosen, for the order of the picker:
 * `$XDG_STATE_HOME/ssox/recent`, JSON `{"version":1,"at":<epoch ms>,"profiles":[[name,score],…]}`
 * with the scores as of `at`. A use counts 1, and half of that after each further day, so the order
 * changes only when something is used. Of two ssox that write at once, one use may be lost.
 */
import { join } from 'node:path'
import type { EpochMs } from '../aws/time.ts'
import { ensureFolder, isPrivateFolder, writePrivate } from '../system/files.ts'
import { readJsonOnce } from './json-file.ts'
import type { Paths } from './paths.ts'

const HALF_LIFE_MS = 24 * 60 * 60_000
const MAX_PROFILES = 200
const MAX_NAME = 256
/** More than a person can do: such a file is damaged. */
const MAX_SCORE = 1_000

/** Scores of the profiles that were used, as of `now`; empty when nothing is known. */
export function recentScores(
  paths: Pick<Paths, 'state'>,
  now: EpochMs,
): ReadonlyMap<string, number> {
  const read = readJsonOnce(fileIn(paths))
  const scores = new Map<string, number>()
  if (read.state !== 'ok') return scores
  const { at, profiles } = read.value
  if (typeof at !== 'number' || !Array.isArray(profiles)) return scores
  // A time to come is from a clock that was set back.
  const kept = 0.5 ** (Math.max(0, now - at) / HALF_LIFE_MS)
  for (const entry of profiles.slice(0, MAX_PROFILES)) {
    const [name, score]: unknown[] = Array.isArray(entry) ? entry : []
    if (typeof name !== 'string' || typeof score !== 'number' || !(score > 0)) continue
    scores.set(name, Math.min(score, MAX_SCORE) * kept)
  }
  return scores
}

/** Counts a use of `profile`. @throws SsoxError `storage` */
export function rememberUse(paths: Pick<Paths, 'state'>, profile: string, now: EpochMs): void {
  if (profile.length > MAX_NAME) return
  const scores = new Map(recentScores(paths, now))
  scores.set(profile, (scores.get(profile) ?? 0) + 1)
  const profiles = [...scores].sort(([, a], [, b]) => b - a).slice(0, MAX_PROFILES)
  // To create what is there costs an exception.
  if (!isPrivateFolder(paths.state)) ensureFolder(paths.state)
  const text = `${JSON.stringify({ version: 1, at: now, profiles })}\n`
  writePrivate(fileIn(paths), text, { durable: false })
}

function fileIn({ state }: Pick<Paths, 'state'>): string {
  return join(state, 'recent')
}
