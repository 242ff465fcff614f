/** Which profile this terminal acts as, and whether its keys are still those of that profile. */
import {
  type AwsFiles,
  adHocProfile,
  describeProfile,
  loadProfile,
  profileNames,
} from '../aws/profile.ts'
import { accountOf } from '../aws/role-arn.ts'
import type { EpochMs } from '../aws/time.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { knownIdentity } from '../state/identities.ts'
import { peekRoleCredentials } from '../state/role-cache.ts'
import { roleCacheFile } from '../state/role-cache-file.ts'
import { switchLine } from './detected-shell.ts'
import { currentProfile, profileOfEnvironment } from './profile-state.ts'

/**
 * What the keys of a terminal are: `none`; those of the profile (`match`); of the profile, but newer
 * ones are there (`older`); of another account, role or profile (`other`); not from ssox (`foreign`);
 * not valid any more (`ended`).
 */
export type KeyState = 'none' | 'match' | 'older' | 'other' | 'foreign' | 'ended'

export interface ThisTerminal {
  /** The profile that it acts as. */
  readonly profile: string | undefined
  readonly keys: KeyState
  /** When the keys end, as ssox has noted it in the environment. */
  readonly expiresAt: EpochMs | undefined
  /** What is wrong, and what mends it. */
  readonly problem: string | undefined
  readonly fix: string | undefined
}

/** Reads the environment and the files; nobody is asked. */
export function thisTerminal(files: AwsFiles, ctx: Context): ThisTerminal {
  const { env } = ctx
  const profile = currentProfile(ctx)
  const seconds = Number(env['SSOX_EXPIRES'] || Number.NaN)
  const isOurs = env['AWS_ACCESS_KEY_ID'] && env['SSOX_PROFILE']
  const expiresAt = isOurs && seconds > 0 ? seconds * 1000 : undefined
  const found = { profile, expiresAt }
  const [keys, problem, fix] = judge(files, expiresAt, ctx)
  return { ...found, keys, problem, fix }
}

type Judgement = readonly [keys: KeyState, problem?: string, fix?: string | undefined]

function judge(files: AwsFiles, expiresAt: EpochMs | undefined, ctx: Context): Judgement {
  const { env } = ctx
  const keyId = env['AWS_ACCESS_KEY_ID']
  const switched = env['SSOX_PROFILE']
  const named = profileOfEnvironment(ctx)
  if (!keyId) return ['none', ...whyNotThere(files, ctx)]
  if (!switched) return foreign(named, ctx)
  const again = () => switchLine(switched, [], ctx)
  if (named && named !== switched)
    return [
      'other',
      `the keys of this shell are of "${switched}", but AWS_PROFILE is "${named}"`,
      again(),
    ]
  if (expiresAt !== undefined && expiresAt <= ctx.now())
    return ['ended', `the keys of this shell, of "${switched}", have ended`, again()]
  const now = profileNow(files, switched, ctx)
  // Most tools refuse an AWS_PROFILE that they do not find, whatever the keys are.
  if (!now) return named ? ['match', ...whyNotThere(files, ctx)] : ['match']
  const changed =
    now.accountId && env['SSOX_ACCOUNT_ID'] && now.accountId !== env['SSOX_ACCOUNT_ID']
  if (changed)
    return [
      'other',
      `the keys of this shell are of account ${env['SSOX_ACCOUNT_ID']}, but "${switched}" is account ${now.accountId} now`,
      again(),
    ]
  if (now.keyId === undefined || now.keyId === keyId) return ['match']
  return ['older']
}

/** Of the profile that the terminal names: why it cannot be used, and what mends it. */
function whyNotThere(
  files: AwsFiles,
  ctx: Context,
): readonly [problem?: string, fix?: string | undefined] {
  const name = currentProfile(ctx)
  if (name === undefined || knownIdentity(ctx.paths, name)) return []
  const { problem, fix, settingsOnly } = describeProfile(files, name)
  if (problem === undefined || settingsOnly) return []
  const isThere = profileNames(files).includes(name)
  return [problem, isThere ? fix : switchLine(undefined, ['--clear'], ctx)]
}

/** Keys that somebody else has put there: most tools take them before a profile. */
function foreign(named: string | undefined, ctx: Context): Judgement {
  if (named === undefined) return ['foreign']
  return [
    'foreign',
    `this shell has keys that are not from ssox; most tools use them, and not the profile "${named}"`,
    switchLine(named, [], ctx),
  ]
}

/** What the name means now, as far as it can be told without asking anybody. */
function profileNow(files: AwsFiles, name: string, { paths, now }: Context) {
  try {
    const identity = profileNames(files).includes(name) ? undefined : knownIdentity(paths, name)
    const profile = identity ? adHocProfile(identity) : loadProfile(files, name)
    const { accountId } = accountOf(profile)
    if (profile.kind === 'static') return { accountId, keyId: profile.keys.accessKeyId }
    const isCached =
      profile.kind === 'sso' || profile.kind === 'assume-role' || profile.kind === 'web-identity'
    const cached = isCached
      ? peekRoleCredentials(roleCacheFile(profile, paths), now(), 1)
      : undefined
    return { accountId, keyId: cached?.accessKeyId }
  } catch (error) {
    if (!(error instanceof SsoxError)) throw error
    return undefined
  }
}
