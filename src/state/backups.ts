/** Copies of the AWS files as they were before ssox has changed them: `$XDG_STATE_HOME/ssox/backups`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { EpochMs } from '../aws/time.ts'
import { ensureFolder, listFolder, removeFile, replaceFile } from '../system/files.ts'
import { readUserBytes } from '../system/user-file.ts'
import type { Paths } from './paths.ts'

const PRIVATE_FILE = 0o600
const MAX_BACKUPS = 10

/**
 * Keeps a copy of a file, and of many the latest; undefined where there is no such file.
 * @throws SsoxError `storage`
 */
export function keepBackup(
  kind: 'config' | 'credentials',
  paths: Pick<Paths, 'state' | 'config' | 'credentials'>,
  now: EpochMs,
): string | undefined {
  const bytes = readUserBytes(paths[kind])
  if (!bytes) return undefined
  const folder = join(paths.state, 'backups')
  ensureFolder(folder)
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
  let path = join(folder, `${kind}-${time}`)
  for (let number = 2; existsSync(path); number++) path = join(folder, `${kind}-${time}-${number}`)
  replaceFile(path, bytes, { mode: PRIVATE_FILE })
  const all = listFolder(folder).filter((name) => name.startsWith(`${kind}-`))
  for (const name of all.sort().slice(0, -MAX_BACKUPS)) removeFile(join(folder, name))
  return path
}
