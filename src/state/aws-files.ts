/** The user's AWS files, read once. */
import { parseDocument } from '../aws/document.ts'
import type { AwsFiles } from '../aws/profile.ts'
import { SsoxError } from '../problem.ts'
import { readUserFile } from '../system/files.ts'
import type { Paths } from './paths.ts'

/**
 * Reads `~/.aws/config` and `~/.aws/credentials`; a missing file counts as empty.
 * @throws SsoxError `profile` when one is there but cannot be read
 */
export function loadAwsFiles(paths: Pick<Paths, 'config' | 'credentials'>): AwsFiles {
  return {
    configPath: paths.config,
    credentialsPath: paths.credentials,
    config: parseDocument(textOf(paths.config), 'config'),
    credentials: parseDocument(textOf(paths.credentials), 'credentials'),
  }
}

function textOf(path: string): string {
  const read = readUserFile(path)
  if (read.state === 'ok') return read.text
  if (read.state === 'missing') return ''
  throw new SsoxError('profile', `cannot read ${path}: ${read.why}`, `ls -l ${path}`)
}
