/**
 * A marker for each sign-in: an empty file `$XDG_STATE_HOME/ssox/sign-ins/<token key>-<random hex>`.
 * A new sign-in and a logout delete it, so whatever names it, in whatever folder, is known to come
 * from a sign-in that is over. Whoever names a marker takes it before it reads the credentials.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ensureFolder, listFolder, removeFile, writePrivate } from '../system/files.ts'
import type { Paths } from './paths.ts'

/**
 * The absolute path of the marker of the present sign-in; made when there is none, undefined when
 * it cannot be made.
 * @param tokenKey the name of the session's token file without `.json` (`tokenKey`, SHA-1 in hex)
 */
export function signInMarker(paths: Pick<Paths, 'state'>, tokenKey: string): string | undefined {
  const [present] = markersOf(paths, tokenKey)
  if (present !== undefined) return present
  const path = join(folderIn(paths), `${tokenKey}-${randomBytes(16).toString('hex')}`)
  try {
    ensureFolder(folderIn(paths))
    writePrivate(path, '', { durable: false })
    return path
  } catch {
    return undefined
  }
}

/**
 * Deletes the markers of one session, or of every session when no key is given.
 * @throws SsoxError `storage`
 */
export function endSignIn(paths: Pick<Paths, 'state'>, tokenKey?: string): void {
  for (const path of markersOf(paths, tokenKey)) removeFile(path)
}

/** In the order of their names, so that all who ask choose the same. */
function markersOf(paths: Pick<Paths, 'state'>, tokenKey: string | undefined): string[] {
  return listFolder(folderIn(paths))
    .filter((name) => MARKER.test(name) && name.startsWith(tokenKey ?? ''))
    .sort()
    .map((name) => join(folderIn(paths), name))
}

const MARKER = /^[0-9a-f]{40}-[0-9a-f]{32}$/

function folderIn({ state }: Pick<Paths, 'state'>): string {
  return join(state, 'sign-ins')
}
