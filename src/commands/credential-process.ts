/**
 * `ssox credential-process`: the keys of a profile as JSON, for the line `credential_process` of
 * another; with the words of aws-sso-credential-process.
 */
import { signInCommand } from '../auth/sign-in-command.ts'
import { tokenKey } from '../aws/cache-key.ts'
import type { Credentials } from '../aws/credentials.ts'
import { processAnswer } from '../aws/process-answer.ts'
import {
  adHocProfile,
  identityName,
  loadProfileWith,
  type Profile,
  profileNames,
} from '../aws/profile.ts'
import { accountOf } from '../aws/role-arn.ts'
import { ssoRoot } from '../aws/role-chain.ts'
import type { Call, Outcome } from '../cli/command.ts'
import type { Context, SignInPolicy } from '../context.ts'
import { messageOf, SsoxError } from '../problem.ts'
import {
  environmentIdentity,
  givenIdentity,
  givenIdentityFlag,
  identityOf,
} from '../profiles/identity-flags.ts'
import { ifPossible } from '../profiles/if-possible.ts'
import { credentialsFor } from '../profiles/profile-change.ts'
import {
  againWith,
  type ChosenProfile,
  called,
  hasDefault,
  isInFiles,
  nameMeant,
  withRole,
} from '../profiles/profile-choice.ts'
import { profileOfEnvironment } from '../profiles/profile-state.ts'
import { readValue } from '../settings/table.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { countSignIn, forgetBegunSignIns, MAX_BEGUN } from '../state/failed-sign-in.ts'
import { knownIdentity } from '../state/identities.ts'
import { logProcess } from '../state/process-log.ts'
import { peekRoleCredentials } from '../state/role-cache.ts'
import { roleCacheFile } from '../state/role-cache-file.ts'
import { ANSWER_MIN_LEFT_MINUTES } from '../switch/entry.ts'
import {
  ensureStateFolder,
  type Fingerprint,
  fingerprint,
  whyChangesAreMissed,
} from '../switch/state-folder.ts'
import { cacheAnswer, mayBeCached } from '../switch/write-entries.ts'

/** boto3 asks again with 15 minutes left, .NET with 16; Go never does before the end. */
const MIN_LEFT_MS = ANSWER_MIN_LEFT_MINUTES * 60_000
/** With less than this, keys may end while they are being used. */
const USABLE_MS = 60_000
/** For so long nobody is asked again who has not signed in. */
const REFUSED_MS = 60_000

/**
 * Prints the keys; nothing but a failure is ever said on stderr.
 * @throws SsoxError of any kind
 */
export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const log = logOf(call, ctx)
  const say = { ...ctx.say, debug: log, note: log, warn: log }
  // `--region` is that of the sign-in here, and not the one to ask STS in.
  const region = { ...ctx.region, flag: undefined }
  const { ssoRegion = call.flags.region } = call.flags
  const asked: Call = { ...call, flags: { ...call.flags, ssoRegion, region: undefined } }
  if (call.flags.install) return install(call, ctx)
  refuseWithoutInstall(call)
  try {
    return await answer(asked, { ...ctx, say, region })
  } catch (error) {
    log(`failed: ${messageOf(error)}`)
    throw error
  }
}

async function install(call: Call, ctx: Context): Promise<Outcome> {
  const name = profileName(call)
  if (name === undefined)
    throw new SsoxError(
      'usage',
      '--install needs the profile whose keys the line is to print',
      'ssox credential-process --help',
    )
  if (call.flags.roleArn !== undefined)
    throw new SsoxError(
      'usage',
      '--install writes a line for a profile, and --role-arn is none',
      `make a profile with role_arn and source_profile = ${name}, and install that`,
    )
  const { installLine } = await import('./credential-process-install.ts')
  return installLine(name, call, ctx)
}

/** A program that calls it waits for keys, and would take nothing for an answer. */
function refuseWithoutInstall({ flags }: Call): void {
  const flag = (['as', 'dryRun', 'yes'] as const).find((one) => flags[one] !== undefined)
  if (flag === undefined) return
  throw new SsoxError(
    'usage',
    `--${flag === 'dryRun' ? 'dry-run' : flag} is for --install`,
    'ssox credential-process --help',
  )
}

async function answer(call: Call, ctx: Context): Promise<Outcome> {
  const before = fingerprint(ctx.paths)
  const chosen = withRole(choose(call, ctx), call, ctx)
  const { profile } = chosen
  const { accountId, roleName } = accountOf(profile)
  const who = [roleName, accountId].filter(Boolean).join(' in ')
  ctx.say.debug(`profile "${profile.name}" (${profile.kind}${who && `, ${who}`})`)
  const key = signInKey(profile)
  let hasBegun = false
  const signIn: SignInPolicy = {
    ...ctx.signIn,
    ...permission(call, profile, ctx),
    begin: (token) => {
      hasBegun = true
      if (countSignIn(ctx.paths, token, ctx.now()) >= MAX_BEGUN) throw tooMany(profile)
    },
  }
  const credentials = await credentialsOf(chosen, call, { ...ctx, signIn })
  const { expiresAt } = credentials
  const end = expiresAt === undefined ? 'never' : new Date(expiresAt).toISOString()
  ctx.say.debug(`keys that end ${end}`)
  const text = processAnswer(credentials, accountId)
  // What a sign-in has brought shows when it is not needed again.
  if (!hasBegun)
    ifPossible(() => {
      if (key !== undefined) forgetBegunSignIns(ctx.paths, key)
      if (!mayKeep(chosen, before, call, ctx)) return
      const folder = ensureStateFolder(ctx.paths, before, ctx.env)
      if (folder) cacheAnswer(folder, { profile, credentials, answer: text }, ctx.env, ctx.paths)
    }, ctx)
  return { stdout: `${text}\n` }
}

/** Only what `credential-process --profile <name>` alone gives may be given again without asking. */
function mayKeep(chosen: ChosenProfile, before: Fingerprint, call: Call, ctx: Context): boolean {
  const { profile, files } = chosen
  const { settings, env, paths } = ctx
  return (
    settings.cache &&
    settings.min_left <= ANSWER_MIN_LEFT_MINUTES &&
    isInFiles(chosen) &&
    profileName(call) === profile.name &&
    profileNames(files).includes(profile.name) &&
    Object.keys(givenIdentity(call, ctx)).length === 0 &&
    call.flags.minLeft === undefined &&
    mayBeCached(profile, env) &&
    whyChangesAreMissed(paths, before) === undefined
  )
}

/** Parameters come before the environment, that before the profile. */
function choose(call: Call, ctx: Context): ChosenProfile {
  const files = loadAwsFiles(ctx.paths)
  const typed = profileName(call)
  if (typed === undefined) {
    const identity = identityOf(call, ctx) ?? environmentIdentity(ctx)
    if (identity) return { profile: adHocProfile(identity), files, identity }
    const name = profileOfEnvironment(ctx)
    if (name !== undefined || hasDefault(files)) return called(files, name ?? 'default', ctx)
    throw new SsoxError(
      'usage',
      'no profile is named, and there is no [default] with credentials',
      'ssox credential-process --help',
    )
  }
  const name = nameMeant(files, typed, againWith(call, typed), ctx)
  const flag = givenIdentityFlag(call)
  const identity = profileNames(files).includes(name) ? undefined : knownIdentity(ctx.paths, name)
  if (identity && flag === undefined) return { profile: adHocProfile(identity), files, identity }
  const profile = loadProfileWith(files, name, givenIdentity(call, ctx))
  if (flag === undefined || profile.kind === 'sso')
    return { profile, files, ...identityIn(profile) }
  throw new SsoxError(
    'usage',
    `${flag} is for a profile that uses SSO, which "${name}" does not`,
    `leave out ${flag}`,
  )
}

/** An account and role behind another sign-in than that of a profile. */
function identityIn(profile: Profile): Pick<ChosenProfile, 'identity'> {
  if (profile.kind !== 'sso' || profile.name !== identityName(profile)) return {}
  const { accountId, roleName, session } = profile
  return {
    identity: { startUrl: session.startUrl, ssoRegion: session.region, accountId, roleName },
  }
}

function profileName({ args: [name], flags }: Call): string | undefined {
  if (name === undefined || flags.profile === undefined || name === flags.profile)
    return name ?? flags.profile
  throw new SsoxError(
    'usage',
    `two profiles are named: "${name}" and "${flags.profile}"`,
    'ssox credential-process --help',
  )
}

/** Off, unless it is asked for: the programs that call it wait, often where nobody looks. */
function permission(
  { flags }: Call,
  profile: Profile,
  { env, settings }: Context,
): Pick<SignInPolicy, 'allowed' | 'why'> {
  const no = (why: string) => ({ allowed: false, why })
  if (flags.noninteractive) return no('--noninteractive')
  if (flags.interactive) return { allowed: true, why: '' }
  if (flags.login !== undefined) return { allowed: flags.login, why: '--no-login' }
  if (flags.input === false) return no('--no-input')
  const variable = interactiveVariable(env['AWS_SSO_INTERACTIVE_AUTH'])
  if (variable !== undefined) return { allowed: variable, why: 'AWS_SSO_INTERACTIVE_AUTH is false' }
  const { interactiveAuth } = (ssoRoot(profile) ?? profile).settings
  const own = profile.settings.interactiveAuth ?? interactiveAuth
  if (own !== undefined) return { allowed: own, why: 'sso_interactive_auth is false' }
  if (settings.no_input) return no('no_input = true in the settings')
  return { allowed: settings.login ?? false, why: 'it opens no browser without --interactive' }
}

function interactiveVariable(text: string | undefined): boolean | undefined {
  if (!text) return undefined
  const value = readValue(text.trim(), { type: 'boolean', description: '' })
  if (typeof value === 'boolean') return value
  throw new SsoxError(
    'usage',
    `AWS_SSO_INTERACTIVE_AUTH is ${JSON.stringify(text)}; it must be true or false`,
    'unset AWS_SSO_INTERACTIVE_AUTH',
  )
}

/**
 * Keys with much time left, as far as they can be had without anybody; in place of those, what is
 * still valid; and only then a sign-in.
 */
async function credentialsOf(
  chosen: ChosenProfile,
  call: Call,
  ctx: Context,
): Promise<Credentials> {
  const request = {
    minLeftMs: minLeftMs(chosen.profile, call, ctx),
    askedAt: ctx.now() - REFUSED_MS,
  }
  const valid = stillValid(chosen.profile, ctx)
  if (!valid) return credentialsFor(chosen, call, ctx, request)
  try {
    const signIn = { ...ctx.signIn, allowed: false }
    return await credentialsFor(chosen, call, { ...ctx, signIn }, request)
  } catch (error) {
    const isForNow =
      error instanceof SsoxError && ['sign-in', 'network', 'busy'].includes(error.kind)
    if (!isForNow) throw error
    ctx.say.debug(`the old keys, since there are no new ones: ${error.message}`)
    return valid
  }
}

/** Half of a role's session that is too short for more. */
function minLeftMs(profile: Profile, { flags }: Call, { settings }: Context): number {
  if (flags.minLeft !== undefined) return flags.minLeft * 60_000
  const seconds = profile.kind === 'assume-role' ? profile.durationSeconds : undefined
  const usual = Math.max(MIN_LEFT_MS, settings.min_left * 60_000)
  return seconds === undefined ? usual : Math.min(usual, (seconds * 1000) / 2)
}

function stillValid(profile: Profile, { paths, now, say }: Context): Credentials | undefined {
  const { kind } = profile
  if (kind !== 'sso' && kind !== 'assume-role' && kind !== 'web-identity') return undefined
  const found = peekRoleCredentials(roleCacheFile(profile, paths), now(), USABLE_MS)
  if (!found) return undefined
  say.mask(found.secretAccessKey)
  say.mask(found.sessionToken ?? '')
  return found
}

function signInKey(profile: Profile): string | undefined {
  const root = ssoRoot(profile)
  return root && tokenKey(root.session)
}

/** Of the browser windows that were opened for nobody. */
function tooMany(profile: Profile): SsoxError {
  const root = ssoRoot(profile)
  return new SsoxError(
    'sign-in',
    `the sign-in for profile "${profile.name}" was begun ${MAX_BEGUN} times and not used`,
    root && signInCommand(root.session, root),
  )
}

/** Writes to the log, if `--debug` or the environment asks for it. */
function logOf({ flags }: Call, { env, paths, say, now }: Context): (text: string) => void {
  const variable = env['AWS_SSO_CREDENTIAL_PROCESS_DEBUG']
  const isOff = !variable || readValue(variable, { type: 'boolean', description: '' }) === false
  if (!flags.debug && isOff) return () => undefined
  return (text) => logProcess(paths, say.masked(text), now())
}
