/** What gives a user back files of their own that they have been shut out of. */
import { accessSync, constants, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { quotedWord } from '../text/shell-words.ts'

const OTHERS_WRITE = 0o022

/**
 * The command that mends "permission denied" where `path` is read, or made, changed or replaced;
 * undefined where nothing of the user's own is in the way. `sudo aws …` leaves files and folders of
 * root in a home: those in a folder into which nobody else can put anything are taken back.
 */
export function accessCure(path: string, use: 'read' | 'write'): string | undefined {
  const uid = process.geteuid?.()
  const places = onTheWay(path)
  let mayTakeBack = false
  let foreign: string | undefined
  for (const [at, place] of places.entries()) {
    const stat = statOf(place)
    if (!stat) return undefined
    const isOurs = stat.uid === uid
    if (!isOurs && mayTakeBack) foreign ??= place
    if (isDenied(place, places.slice(at + 1), use)) {
      if (foreign !== undefined) return `sudo chown -R "$(id -u)" ${quotedWord(foreign)}`
      const rights = stat.isDirectory() ? 'rwx' : 'rw'
      return isOurs ? `chmod u+${rights} ${quotedWord(place)}` : undefined
    }
    mayTakeBack = isOurs && (stat.mode & OTHERS_WRITE) === 0
  }
  return undefined
}

/** The folders above a path, the outermost first, and the path. */
function onTheWay(path: string): string[] {
  const above = dirname(path)
  return above === path ? [path] : [...onTheWay(above), path]
}

/** @param below what is behind this place on the way; in the last folder something is to be made */
function isDenied(place: string, below: readonly string[], use: 'read' | 'write'): boolean {
  const { R_OK, W_OK, X_OK } = constants
  const [next] = below
  const isLastFolder = below.length === 1 || (next !== undefined && !statOf(next))
  const toWrite = use === 'write' && isLastFolder ? W_OK | X_OK : X_OK
  try {
    accessSync(place, next !== undefined ? toWrite : use === 'write' ? W_OK : R_OK)
    return false
  } catch (error) {
    // Not a file system that is read-only: no mode would help.
    return error instanceof Error && 'code' in error && error.code === 'EACCES'
  }
}

function statOf(place: string): Stats | undefined {
  try {
    return statSync(place, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
