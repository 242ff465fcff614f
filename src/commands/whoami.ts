/** `ssox whoami`: asks STS who the credentials are. */
import type { Credentials } from '../aws/credentials.ts'
import { describeProfile, NO_SETTINGS, type Profile, profileNames } from '../aws/profile.ts'
import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { switchLine } from '../profiles/detected-shell.ts'
import { identityOf } from '../profiles/identity-flags.ts'
import { credentialsFor } from '../profiles/profile-change.ts'
import { type ChosenProfile, called, chooseProfile } from '../profiles/profile-choice.ts'
import { noteBrokenLines, profileOfEnvironment } from '../profiles/profile-state.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { forTerminal } from '../text/terminal-text.ts'
import { typedCommand } from '../ui/typed-command.ts'

/** @throws SsoxError as `resolveCredentials`; `refused` when AWS does not accept the credentials */
export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const isOther = call.args[0] ?? call.flags.roleArn ?? identityOf(call, ctx)
  const own = isOther === undefined
  const shell = own ? shellCredentials(ctx) : undefined
  const { callerIdentity } = await import('../auth/sts.ts')
  if (shell) {
    const name = ctx.env['SSOX_PROFILE'] || 'this shell'
    const profile = profileOfShell(ctx)
    const place = placeOf(name, shell, profile)
    const ask = callerIdentity({ ...whereToAsk(profile), name, place }, shell, ctx)
    if (place !== undefined) return report(name, await ask)
    return report(name, await ask.catch((error) => Promise.reject(ofThisShell(error, ctx))))
  }
  const chosen = chosenOrDefault(call, ctx)
  const { profile, files } = chosen
  noteBrokenLines(files, ctx)
  const credentials = await credentialsFor(chosen, call, ctx)
  return report(profile.name, await callerIdentity(profile, credentials, ctx))
}

/** With nothing else to go by, "default" is meant, unless it is there for its settings only. */
function chosenOrDefault(call: Call, ctx: Context): ChosenProfile {
  try {
    return chooseProfile(call, ctx)
  } catch (error) {
    const isNamed = call.args[0] ?? profileOfEnvironment(ctx)
    if (isNamed || !(error instanceof SsoxError) || error.kind !== 'profile') throw error
    const files = loadAwsFiles(ctx.paths)
    const names = profileNames(files)
    if (names.includes('default') && !describeProfile(files, 'default').settingsOnly) throw error
    const usable = names.find((name) => describeProfile(files, name).problem === undefined)
    throw new SsoxError(
      'profile',
      'this shell has no credentials, and no profile is named',
      usable === undefined ? 'ssox setup' : typedCommand('whoami', usable),
    )
  }
}

/** The keys that the tools of this shell use. */
function shellCredentials({ env, say }: Context): Credentials | undefined {
  const accessKeyId = env['AWS_ACCESS_KEY_ID']
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY']
  if (!accessKeyId || !secretAccessKey) return undefined
  const sessionToken = env['AWS_SESSION_TOKEN'] || undefined
  for (const secret of [secretAccessKey, sessionToken]) if (secret) say.mask(secret)
  return { accessKeyId, secretAccessKey, sessionToken }
}

/** The profile that the shell is in; it may be no more, and it is not what was asked about. */
function profileOfShell(ctx: Context): Profile | undefined {
  const name = ctx.env['SSOX_PROFILE'] || ctx.env['AWS_PROFILE']
  try {
    return name ? called(loadAwsFiles(ctx.paths), name, ctx).profile : undefined
  } catch {
    return undefined
  }
}

/** The shell's keys are asked about as the tools of the shell would ask: as the profile says. */
function whereToAsk(profile: Profile | undefined) {
  if (!profile) return { region: undefined, settings: NO_SETTINGS }
  const { region, settings } = profile
  return {
    region,
    settings,
    ...('roleArn' in profile ? { roleArn: profile.roleArn } : {}),
    ...('session' in profile ? { session: profile.session } : {}),
  }
}

/** Where the keys of this shell are written, if they are those of the files: no switch gets others. */
function placeOf(name: string, keys: Credentials, profile: Profile | undefined) {
  const isSame =
    profile?.kind === 'static' &&
    profile.name === name &&
    profile.keys.accessKeyId === keys.accessKeyId
  return isSame ? profile.place : undefined
}

/** A refusal of keys that may be of no profile, with what puts others in their place. */
function ofThisShell(error: unknown, ctx: Context): unknown {
  if (!(error instanceof SsoxError) || error.kind !== 'refused') return error
  const name = ctx.env['SSOX_PROFILE']
  const mend = name ? switchLine(name, ['--refresh'], ctx) : switchLine(undefined, ['--clear'], ctx)
  return new SsoxError('refused', error.message, mend, { cause: error })
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
