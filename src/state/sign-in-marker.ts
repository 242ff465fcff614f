/**
 * A marker per sign-in: `$XDG_STATE_HOME/ssox/sign-ins/<token key>-<random>`, an empty file that
 * what was got with the sign-in names. A new sign-in and a sign-out delete it, and with it ends
 * whatever names it, in every runtime folder.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ensureFolder, listFolder, removeFile, writePrivate } from '../system/files.ts'
import type { Paths } from './paths.ts'

/** The marker of the present sign-in, made if there is none; undefined where none can be made. */
export function signInMarker(paths: Pick<Paths, 'state'>, tokenKey: string): string | undefined {
  const folder = folderIn(paths)
  const present = listFolder(folder).find((name) => name.startsWith(`${tokenKey}-`))
  if (present) return join(folder, present)
  const path = join(folder, `${tokenKey}-${randomBytes(8).toString('hex')}`)
  try {
    ensureFolder(folder)
    writePrivate(path, '', { durable: false })
    return path
  } catch {
    return undefined
  }
}

/** Ends what was got with the sign-ins of this session so far. @throws SsoxError `storage` */
export function endSignIn(paths: Pick<Paths, 'state'>, tokenKey: string): void {
  const folder = folderIn(paths)
  for (const name of listFolder(folder))
    if (name.startsWith(`${tokenKey}-`)) removeFile(join(folder, name))
}

function folderIn({ state }: Pick<Paths, 'state'>): string {
  return join(state, 'sign-ins')
}
