/** The line `credential_process` that calls ssox, and the section of the config file that gets it. */
import { SsoxError } from '../problem.ts'
import type { SectionEdit } from './document-edit.ts'
import { processCall } from './process-command.ts'
import type { AwsFiles } from './profile-types.ts'
import { placeOf } from './profile-view.ts'

const PLAIN = /^[\w@%+=:,./-]+$/
/** In double quotes a shell reads them otherwise than the AWS CLI; some SDKs cut at ` #` and ` ;`. */
const UNSAFE = /["\\$`\p{Cc}]|\s[#;]/u
/** What beside it would be used in its place, by at least one SDK, or make .NET refuse the profile. */
const OTHER_SOURCES = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'role_arn',
  'source_profile',
  'credential_source',
  'web_identity_token_file',
  'login_session',
] as const

/**
 * The command line for a profile: what botocore splits without a shell, and the others give to one,
 * means the same to both, whatever PATH is.
 * @param program absolute paths
 * @throws SsoxError `profile` for a path or name that cannot be written so
 */
export function processLine(program: readonly string[], profile: string): string {
  const words = profile.startsWith('-')
    ? [...program, 'credential-process', `--profile=${profile}`]
    : [...program, 'credential-process', '--profile', profile]
  return words.map(quoted).join(' ')
}

function quoted(word: string): string {
  if (PLAIN.test(word)) return word
  if (!UNSAFE.test(word)) return `"${word}"`
  throw new SsoxError(
    'profile',
    `${JSON.stringify(word)} cannot stand in credential_process: not every AWS tool reads it alike`,
    'choose a name or a folder without quotes, backslashes, $ and line breaks',
  )
}

/**
 * What puts the line into a profile that has no credentials of its own.
 * @param region for a profile that has none
 * @throws SsoxError `profile` where another line or other credentials have the name
 */
export function processEdit(
  files: AwsFiles,
  target: string,
  line: string,
  region: string | undefined,
): SectionEdit {
  for (const kind of ['credentials', 'config'] as const) {
    const values = files[kind].section('profile', target)?.values
    const command = values?.get('credential_process')
    const isForeign = command && (kind === 'credentials' || !mayReplace(command, line))
    const other = isForeign ? 'credential_process' : OTHER_SOURCES.find((key) => values?.get(key))
    if (other !== undefined)
      throw new SsoxError(
        'profile',
        `${placeOf(files, kind, 'profile', target)} has ${other}, so it is left as it is`,
        'choose another name with --as <name>',
      )
  }
  const section = files.config.section('profile', target)
  const values = new Map([['credential_process', line]])
  if (region !== undefined && !section?.values.get('region')) values.set('region', region)
  return { type: 'profile', name: target, values, comment: 'by ssox credential-process --install' }
}

/** True for a profile that programs may use without its line. */
export function hasSsoBeside({ config, credentials }: AwsFiles, target: string): boolean {
  return [config, credentials].some((document) =>
    [...(document.section('profile', target)?.values.keys() ?? [])].some((key) =>
      key.startsWith('sso_'),
    ),
  )
}

/**
 * A line that ssox may have written, perhaps with another Node, or from another folder; or one of
 * granted for the same profile, in whose account and role ssox goes on.
 */
function mayReplace(command: string, line: string): boolean {
  const call = processCall(command)
  return (
    call?.program === 'ssox' || (call !== undefined && call.profile === processCall(line)?.profile)
  )
}
