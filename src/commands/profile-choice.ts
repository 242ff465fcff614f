/** Which profile a command is about, and the AWS files it comes from. */
import { type AwsFiles, adHocProfile, loadProfile, type Profile } from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import type { Call } from './command.ts'

export interface ChosenProfile {
  readonly profile: Profile
  readonly files: AwsFiles
  /** False for an account and role that were given by flags: AWS_PROFILE would name nothing. */
  readonly inFiles: boolean
}

/**
 * The profile named on the command line, else the account and role of the identity flags, else
 * AWS_PROFILE, else "default".
 * @throws SsoxError `profile` (unknown or invalid), `usage` (identity flags are incomplete)
 */
export function chooseProfile(call: Call, ctx: Context): ChosenProfile {
  const files = loadAwsFiles(ctx.paths)
  const name = call.args[0]
  const identity = name === undefined ? identityOf(call, ctx) : undefined
  if (identity) return { profile: adHocProfile(identity), files, inFiles: false }
  return { profile: loadProfile(files, name ?? defaultProfile(ctx)), files, inFiles: true }
}

/** AWS_PROFILE, then AWS_DEFAULT_PROFILE (the AWS CLI v2's order), then "default". */
export function defaultProfile({ env }: Pick<Context, 'env'>): string {
  return env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || 'default'
}

const IDENTITY = {
  startUrl: ['--start-url', 'AWS_SSO_START_URL'],
  ssoRegion: ['--sso-region', 'AWS_SSO_REGION'],
  accountId: ['--account-id', 'AWS_SSO_ACCOUNT_ID'],
  roleName: ['--role-name', 'AWS_SSO_ROLE_NAME'],
} as const

type Identity = Record<keyof typeof IDENTITY, string>

/**
 * The account and role given by flags; the environment fills what the flags leave out, but alone
 * decides nothing.
 * @throws SsoxError `usage` when something is missing
 */
export function identityOf({ flags }: Call, { env }: Context): Identity | undefined {
  const names = Object.keys(IDENTITY) as (keyof Identity)[]
  if (!names.some((name) => flags[name] !== undefined)) return undefined
  const found: Partial<Identity> = {}
  for (const name of names) {
    const value = flags[name] ?? env[IDENTITY[name][1]]
    if (value) found[name] = value
  }
  const missing = names.filter((name) => found[name] === undefined).map((name) => IDENTITY[name][0])
  if (missing.length > 0)
    throw new SsoxError(
      'usage',
      `an account and role without a profile also need ${missing.join(', ')}`,
      `add ${missing.map((flag) => `${flag} …`).join(' ')}`,
    )
  return found as Identity
}
