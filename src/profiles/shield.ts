/**
 * What keeps an SDK from credentials that it would use before an endpoint: those of `[default]`, and
 * of the config file of boto, the SDK before boto3, which boto3 still reads.
 */
import { devNull } from 'node:os'
import { dirname, join } from 'node:path'
import { defaultCredentials, settingLines, withServedProfile } from '../aws/served-profile.ts'
import type { Context } from '../context.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { makePrivateCopy } from '../state/private-copies.ts'
import { type ShieldVariables, serviceKeys } from '../switch/endpoint-environment.ts'
import { readUserFile } from '../system/files.ts'
import type { ChosenProfile } from './profile-choice.ts'

export interface Shield {
  readonly variables: ShieldVariables
  remove(): void
}

/**
 * The shield for the chosen profile, as far as one is needed; says in a line what it keeps away.
 * AWS_PROFILE then names a profile without credentials, in a private copy of the config file: in
 * all SDKs the endpoint comes next. Its other settings are those of the chosen profile, which would
 * not be read otherwise.
 * @throws SsoxError `storage`
 */
export function raiseShield(
  { profile, files }: ChosenProfile,
  region: string | undefined,
  ctx: Context,
): Shield {
  const variables: Record<string, string> = {}
  const boto = botoKeys(ctx)
  if (boto !== undefined) {
    variables['BOTO_CONFIG'] = devNull
    ctx.say.note(`the keys in ${boto} are kept away from the command (BOTO_CONFIG=${devNull})`)
  }
  const ofServices = serviceKeys(ctx.env)
  if (ofServices.length > 0)
    ctx.say.note(
      `${ofServices.join(', ')}: kept away from the command, as a key of another sign-in`,
    )
  const inDefault = defaultCredentials(files) ?? otherDefaultCredentials(ctx)
  if (inDefault === undefined && settingLines(files, profile.name) === '')
    return { variables, remove: () => undefined }
  const { profile: served, text } = withServedProfile(files, profile.name, region)
  const copy = makePrivateCopy(ctx.paths, text)
  if (inDefault !== undefined)
    ctx.say.note(
      `the credentials of ${inDefault} are kept away from the command: its AWS_PROFILE is "${served}", in a copy of the config file`,
    )
  return {
    variables: { ...variables, AWS_CONFIG_FILE: copy.path, AWS_PROFILE: served },
    remove: copy.remove,
  }
}

/** The SDK for JavaScript v2 reads the usual files whatever AWS_SHARED_CREDENTIALS_FILE says. */
function otherDefaultCredentials({ paths, say }: Context): string | undefined {
  const folder = join(paths.home, '.aws')
  if (dirname(paths.config) === folder && dirname(paths.credentials) === folder) return undefined
  try {
    const [config, credentials] = [join(folder, 'config'), join(folder, 'credentials')]
    return defaultCredentials(loadAwsFiles({ config, credentials }))
  } catch (error) {
    say.debug(`the files in ${folder} are not looked at: ${String(error)}`)
    return undefined
  }
}

/** The file whose keys boto3 would find (boto/botocore credentials.py, BotoProvider). */
function botoKeys({ env, paths }: Context): string | undefined {
  const named = env['BOTO_CONFIG']
  const candidates = named === undefined ? ['/etc/boto.cfg', join(paths.home, '.boto')] : [named]
  return candidates.find((path) => {
    const read = readUserFile(path)
    return (
      read.state === 'ok' && /^\[Credentials\][^[]*^\s*aws_access_key_id\s*[=:]/ims.test(read.text)
    )
  })
}
