/** The user's AWS files, read once. */
import { parseDocument } from '../aws/document.ts'
import type { AwsFiles } from '../aws/profile.ts'
import type { Paths } from './paths.ts'
import { readUserText } from './user-text.ts'

/**
 * Reads `~/.aws/config` and `~/.aws/credentials`; a missing file counts as empty.
 * @throws SsoxError `profile` when one is there but cannot be read as text
 */
export function loadAwsFiles(paths: Pick<Paths, 'config' | 'credentials'>): AwsFiles {
  return {
    configPath: paths.config,
    credentialsPath: paths.credentials,
    config: parseDocument(readUserText(paths.config), 'config'),
    credentials: parseDocument(readUserText(paths.credentials), 'credentials'),
  }
}
