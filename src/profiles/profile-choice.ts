/** Which profile a command is about, and the AWS files it comes from. */
import {
  type AwsFiles,
  adHocProfile,
  describeProfile,
  type Identity,
  loadProfile,
  type Profile,
  profileNames,
} from '../aws/profile.ts'
import { profileOfAccount } from '../aws/profile-of-account.ts'
import { roleOnTop } from '../aws/role-on-top.ts'
import type { Call } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { asTyped } from '../shells/speaker.ts'
import { assumedRoles } from '../state/assumed-roles.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { knownIdentity } from '../state/identities.ts'
import { canRedraw } from '../system/terminal.ts'
import { suggest } from '../text/suggest.ts'
import { switchCommand, typedWord } from '../ui/typed-command.ts'
import { environmentIdentity, identityOf, refuseIdentityBeside } from './identity-flags.ts'
import { profileOfEnvironment } from './profile-state.ts'

export interface ChosenProfile {
  readonly profile: Profile
  readonly files: AwsFiles
  /** In place of a profile of the files: AWS_PROFILE would name nothing. */
  readonly identity?: Identity
  /** The identity is that of the variables. */
  readonly isFromEnvironment?: boolean
}

/** Whether its name is that of a profile of the files: AWS_PROFILE may have it. */
export function isInFiles({ profile, identity }: ChosenProfile): boolean {
  return identity === undefined && !isOnTop(profile)
}

/** Whether it is a role of `--role-arn`. */
export function isOnTop(profile: Profile): boolean {
  return profile.kind === 'assume-role' && profile.onTopOf !== undefined
}

/**
 * The profile named on the command line, else the account and role of the identity flags, else
 * AWS_PROFILE, else the account and role of the identity variables, else "default".
 * @throws SsoxError `profile` (unknown or invalid), `usage` (identity flags are incomplete)
 */
export function chooseProfile(call: Call, ctx: Context): ChosenProfile {
  const files = loadAwsFiles(ctx.paths)
  const chosen =
    namedProfile(files, call, ctx) ??
    environmentProfile(files, ctx) ??
    called(files, 'default', ctx)
  return withRole(chosen, call, ctx)
}

/**
 * The role of `--role-arn` on top of the chosen profile. What else is called `Role@Account` keeps that
 * name for itself.
 * @throws SsoxError `usage` when the flag names no role
 */
export function withRole<Chosen extends ChosenProfile>(
  chosen: Chosen,
  { flags: { roleArn } }: Pick<Call, 'flags'>,
  { paths }: Pick<Context, 'paths'>,
): Chosen {
  if (roleArn === undefined) return chosen
  const { profile: source, files } = chosen
  const role = roleOnTop(roleArn, source)
  const isTaken = profileNames(files).includes(role.name) || knownIdentity(paths, role.name)
  const name = isTaken ? `${role.name}/${source.name}` : role.name
  return { ...chosen, profile: { ...role, name } }
}

/**
 * As `chooseProfile`, but on a terminal a person is asked before "default" is taken, and a shell
 * hook that names none always wants the question.
 * @throws SsoxError as `chooseProfile`; `usage` when there is nobody to ask; Cancelled
 */
export async function chooseOrPick(
  call: Call,
  ctx: Context,
  files = loadAwsFiles(ctx.paths),
): Promise<ChosenProfile & { readonly isPicked: boolean }> {
  const named = namedProfile(files, call, ctx) ?? presetProfile(files, ctx)
  if (named) return withRole({ ...named, isPicked: false }, call, ctx)
  if (!canPick(ctx)) throw nobodyToAsk(ctx)
  const { pickProfile } = await import('./pick-profile.ts')
  const picked = called(files, await pickProfile(files, ctx), ctx)
  return withRole({ ...picked, isPicked: true }, call, ctx)
}

function namedProfile(files: AwsFiles, call: Call, ctx: Context): ChosenProfile | undefined {
  const [typed] = call.args
  if (typed !== undefined) {
    refuseIdentityBeside(call)
    const name = nameMeant(files, typed, againWith(call, typed), ctx)
    return mendingTypo(() => called(files, name, ctx), files, call)
  }
  const identity = identityOf(call, ctx)
  return identity && without(files, identity)
}

/** What is meant by no name at all, as far as that is clear. */
function presetProfile(files: AwsFiles, ctx: Context): ChosenProfile | undefined {
  if (ctx.env['SSOX_HOOK']) return undefined
  const named = environmentProfile(files, ctx)
  if (named || canPick(ctx) || !hasDefault(files)) return named
  return called(files, 'default', ctx)
}

/** A `[default]` with nothing but a region is no profile that anybody means by saying nothing. */
export function hasDefault(files: AwsFiles): boolean {
  return profileNames(files).includes('default') && !describeProfile(files, 'default').settingsOnly
}

/** The profile that the environment names, else its account and role. */
function environmentProfile(files: AwsFiles, ctx: Context): ChosenProfile | undefined {
  const name = profileOfEnvironment(ctx)
  if (name) return called(files, name, ctx)
  const identity = environmentIdentity(ctx)
  return identity && { ...without(files, identity), isFromEnvironment: true }
}

/**
 * What a name means: one of the files comes before one that ssox has made.
 * @throws SsoxError `profile` (unknown or invalid)
 */
export function called(files: AwsFiles, name: string, { paths, env }: Context): ChosenProfile {
  const inFiles = profileNames(files).includes(name)
  const identity = inFiles ? undefined : knownIdentity(paths, name)
  if (identity) return without(files, identity)
  const role = inFiles ? undefined : assumedRoles(paths).find((one) => one.name === name)
  if (role)
    throw new SsoxError(
      'profile',
      `there is no profile "${name}": that was a role of --role-arn`,
      switchCommand(env, role.source, [`--role-arn=${role.roleArn}`]),
    )
  return { profile: loadProfile(files, name), files }
}

/**
 * The profile that a word of the command line means: that of the account that it is, or what it says.
 * @param again the command to type where it could be several
 * @throws SsoxError `profile` when several profiles have the account
 */
export function nameMeant(
  files: AwsFiles,
  typed: string,
  again: (profile: string) => string,
  { say }: Pick<Context, 'say'>,
): string {
  const name = profileOfAccount(files, typed, again)
  if (name === undefined) return typed
  say.note(`${typed} is profile "${name}"`)
  return name
}

/**
 * What `find` finds by the name of the call. When there is no such name, but nearly, the same command
 * with that one is what mends it.
 */
export function mendingTypo<Result>(find: () => Result, files: AwsFiles, call: Call): Result {
  const [name = ''] = call.args
  try {
    return find()
  } catch (error) {
    const names = profileNames(files)
    const [meant] = names.includes(name) ? [] : suggest(name, names)
    // What has a better remedy than a look at the list is no typo.
    if (!(error instanceof SsoxError) || error.fix !== 'ssox list') throw error
    if (meant === undefined || meant.startsWith('-')) throw error
    throw new SsoxError(error.kind, error.message, againWith(call, name)(meant))
  }
}

/** The command line again, with another profile in the place of the one that it names. */
export function againWith({ line }: Call, typed: string): (profile: string) => string {
  const { argv, positions, speaker } = line
  const at = positions.find((position) => argv[position] === typed)
  return (profile) => {
    const words =
      at === undefined
        ? argv.map((word) =>
            word.replace(/^(--profile=)?.*$/s, (all, flag = '') =>
              all === flag + typed ? flag + profile : all,
            ),
          )
        : argv.with(at, profile)
    return asTyped(words, speaker)
      .map((word) => typedWord(word))
      .join(' ')
  }
}

function without(files: AwsFiles, identity: Identity): ChosenProfile {
  return { profile: adHocProfile(identity), files, identity }
}

function canPick({ interactive, env }: Context): boolean {
  return interactive && canRedraw(env)
}

function nobodyToAsk({ interactive, cannotAsk, env }: Context): SsoxError {
  const why = interactive ? `this terminal cannot show a picker (TERM=${env['TERM']})` : cannotAsk
  return new SsoxError(
    'usage',
    `no profile is named, and nothing can be asked: ${why}`,
    'ssox list',
  )
}
