/** `ssox whoami`: asks STS who the credentials are. */
import type { Credentials } from '../aws/credentials.ts'
import { NO_SETTINGS } from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { forTerminal } from '../ui/text.ts'
import type { Call, Outcome } from './command.ts'
import { credentialsFor } from './credentials.ts'
import { chooseProfile, identityOf } from './profile-choice.ts'

/** @throws SsoxError as `resolveCredentials`; `refused` when AWS does not accept the credentials */
export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const own = call.args[0] === undefined && !identityOf(call, ctx)
  const shell = own ? shellCredentials(ctx) : undefined
  const { callerIdentity } = await import('../auth/sts.ts')
  if (shell) {
    const name = ctx.env['SSOX_PROFILE'] || 'this shell'
    return report(name, await callerIdentity({ name, settings: NO_SETTINGS }, shell, ctx))
  }
  const { profile } = chooseProfile(call, ctx)
  const credentials = await credentialsFor(profile, call, ctx)
  return report(profile.name, await callerIdentity(profile, credentials, ctx))
}

/** The keys that the tools of this shell use. */
function shellCredentials({ env }: Context): Credentials | undefined {
  const accessKeyId = env['AWS_ACCESS_KEY_ID']
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY']
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, sessionToken: env['AWS_SESSION_TOKEN'] || undefined }
}

function report(name: string, identity: { account: string; arn: string; userId: string }): Outcome {
  const rows = [
    ['profile', name],
    ['account', identity.account],
    ['arn', identity.arn],
    ['user id', identity.userId],
  ] as const
  return { stdout: rows.map(([key, value]) => `${key.padEnd(8)} ${forTerminal(value)}\n`).join('') }
}
