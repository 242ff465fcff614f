/** Which profile a command is about, and the AWS files it comes from. */
import {
  type AwsFiles,
  adHocProfile,
  loadProfile,
  type Profile,
  profileNames,
} from '../aws/profile.ts'
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
  return namedProfile(files, call, ctx) ?? fromFiles(files, defaultProfile(ctx))
}

/**
 * As `chooseProfile`, but on a terminal a person is asked before "default" is taken, and a shell
 * hook that names none always wants the question.
 * @throws SsoxError as `chooseProfile`; `usage` when there is nobody to ask; Cancelled
 */
export async function chooseOrPick(
  call: Call,
  ctx: Context,
): Promise<ChosenProfile & { readonly isPicked: boolean }> {
  const files = loadAwsFiles(ctx.paths)
  const named = namedProfile(files, call, ctx) ?? presetProfile(files, ctx)
  if (named) return { ...named, isPicked: false }
  if (!canPick(ctx)) throw nobodyToAsk(ctx)
  const { pickProfile } = await import('./pick-profile.ts')
  return { ...fromFiles(files, await pickProfile(files, ctx)), isPicked: true }
}

function namedProfile(files: AwsFiles, call: Call, ctx: Context): ChosenProfile | undefined {
  const [name] = call.args
  if (name !== undefined) {
    refuseIdentityBeside(name, call)
    return fromFiles(files, name)
  }
  const identity = identityOf(call, ctx)
  return identity && { profile: adHocProfile(identity), files, inFiles: false }
}

/** A profile has an account and a role of its own, which would win without a word. */
function refuseIdentityBeside(name: string, { flags }: Call): void {
  const given = Object.keys(IDENTITY).filter((flag) => flags[flag as keyof Identity] !== undefined)
  const [first] = given.map((flag) => IDENTITY[flag as keyof Identity][0])
  if (first === undefined) return
  throw new SsoxError(
    'usage',
    `${first} is for an account and role without a profile, and "${name}" is a profile`,
    `leave out ${first}, or the profile`,
  )
}

/** What is meant by no name at all, as far as that is clear. */
function presetProfile(files: AwsFiles, ctx: Context): ChosenProfile | undefined {
  if (ctx.env['SSOX_HOOK']) return undefined
  const name = ctx.env['AWS_PROFILE'] || ctx.env['AWS_DEFAULT_PROFILE']
  if (name) return fromFiles(files, name)
  const hasDefault = !canPick(ctx) && profileNames(files).includes('default')
  return hasDefault ? fromFiles(files, 'default') : undefined
}

function fromFiles(files: AwsFiles, name: string): ChosenProfile {
  return { profile: loadProfile(files, name), files, inFiles: true }
}

function canPick({ interactive, env }: Context): boolean {
  return interactive && env['TERM'] !== 'dumb'
}

function nobodyToAsk({ interactive, terminal, env }: Context): SsoxError {
  const why = interactive
    ? `this terminal cannot show a picker (TERM=${env['TERM']})`
    : terminal.stdin && terminal.stderr
      ? 'nothing may be asked (--no-input)'
      : 'there is no terminal to choose one on'
  return new SsoxError(
    'usage',
    `no profile is named, and ${why}`,
    'ssox env <profile>, with a name that ssox list shows',
  )
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
