/**
 * The variables that put a profile into a shell, and those that must go (contract, section 4).
 * Why each rival's variable goes: SDKs and prompts read it before ours (design note "consumers").
 */
import type { EnvPatch } from '../shells/patch.ts'
import type { Credentials } from './credentials.ts'
import type { Profile } from './profile.ts'
import { type EpochMs, formatTime } from './time.ts'

export type EnvMode = 'both' | 'keys' | 'profile'

type Env = Readonly<Record<string, string | undefined>>

export interface EnvironmentInput {
  readonly profileName: string
  /** False for an account and role given by flags: AWS_PROFILE would name nothing. */
  readonly inFiles: boolean
  readonly mode: EnvMode
  readonly region: string | undefined
  /** Absent in mode `profile`. */
  readonly credentials: Credentials | undefined
  /** When the shown time ends in mode `profile`: the sign-in's, if it cannot be refreshed. */
  readonly sessionEndsAt: EpochMs | undefined
  readonly accountId: string | undefined
  readonly roleName: string | undefined
  /** The wrong-account guard is on for this profile. */
  readonly guarded: boolean
}

/** Variables that ssox sets, in the order of the output. */
const OWN = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_SESSION_EXPIRATION',
  'SSOX_PROFILE',
  'SSOX_EXPIRES',
  'SSOX_ACCOUNT_ID',
  'SSOX_ROLE',
  'SSOX_REGION',
  'SSOX_PROTECTED',
] as const

/** Left behind by other tools; each makes an SDK or a prompt show or use another account. */
export const RIVALS = [
  'AWS_SECURITY_TOKEN',
  'AWS_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'AWS_CREDENTIAL_SCOPE',
  'AWS_DEFAULT_PROFILE',
  'AWS_EB_PROFILE',
  'AWS_PROFILE_REGION',
  'AWS_VAULT',
  'AWSU_PROFILE',
  'AWSUME_PROFILE',
  'AWSUME_EXPIRATION',
  'AWSUME_COMMAND',
  'AWS_SSO',
  'AWS_SSO_PROFILE',
  'AWS_SSO_ACCOUNT_ID',
  'AWS_SSO_ROLE_NAME',
  'AWS_SSO_ROLE_ARN',
  'AWS_SSO_SESSION_EXPIRATION',
  'AWS_SSO_DEFAULT_REGION',
  'GRANTED_SSO',
  'GRANTED_SSO_START_URL',
  'GRANTED_SSO_ROLE_NAME',
  'GRANTED_SSO_REGION',
  'GRANTED_SSO_ACCOUNT_ID',
] as const

const REGIONS = ['AWS_REGION', 'AWS_DEFAULT_REGION'] as const

/** Settings of ssox in the environment: they describe the shell, not the profile. */
const SETTINGS = /^SSOX_(PROMPT|RENEW_MINUTES|BROWSER|BIN|PICKER|HOOK|PROCESS_DEPTH)$/

/** The patch that makes `input` the state of a shell whose environment is `env`. */
export function environmentPatch(input: EnvironmentInput, env: Env): EnvPatch {
  const values = new Map<string, string>()
  const set = (name: string, value: string | undefined) => {
    if (value !== undefined && value !== '') values.set(name, value)
  }
  const { credentials, mode } = input
  const endsAt = credentials ? credentials.expiresAt : input.sessionEndsAt
  set('AWS_ACCESS_KEY_ID', credentials?.accessKeyId)
  set('AWS_SECRET_ACCESS_KEY', credentials?.secretAccessKey)
  set('AWS_SESSION_TOKEN', credentials?.sessionToken)
  if (mode !== 'keys' && input.inFiles) set('AWS_PROFILE', input.profileName)
  for (const name of REGIONS) set(name, input.region)
  set('SSOX_REGION', input.region)
  if (endsAt !== undefined) {
    // In mode `profile` there are no keys that a credential expiry could belong to.
    if (credentials) set('AWS_CREDENTIAL_EXPIRATION', formatTime(endsAt))
    set('AWS_SESSION_EXPIRATION', formatTime(endsAt))
    set('SSOX_EXPIRES', String(Math.floor(endsAt / 1000)))
  }
  set('SSOX_PROFILE', input.profileName)
  set('SSOX_ACCOUNT_ID', input.accountId)
  set('SSOX_ROLE', input.roleName)
  if (input.guarded) set('SSOX_PROTECTED', '1')
  return withUnsets(values, env)
}

/** The patch that takes ssox, and whatever else chose an account, out of a shell. */
export function clearingPatch(env: Env): EnvPatch {
  return withUnsets(new Map(), env)
}

/** Account and role of a profile, where its configuration names them. */
export function accountOf(profile: Profile): {
  accountId: string | undefined
  roleName: string | undefined
} {
  if (profile.kind === 'sso') return { accountId: profile.accountId, roleName: profile.roleName }
  const arn = 'roleArn' in profile ? profile.roleArn : undefined
  const match = arn && /^arn:[^:]*:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn)
  return { accountId: match?.[1], roleName: match?.[2] }
}

/** The environment after the patch, for a child process. */
export function applyPatch(patch: EnvPatch, env: Env): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && !patch.has(name)) result[name] = value
  for (const [name, value] of patch) if (value !== null) result[name] = value
  return result
}

function withUnsets(values: Map<string, string>, env: Env): EnvPatch {
  const patch = new Map<string, string | null>()
  const names = [...OWN.slice(0, 4), ...REGIONS, ...OWN.slice(4)]
  for (const name of names) {
    const value = values.get(name)
    if (value !== undefined) patch.set(name, value)
  }
  for (const name of [...OWN, ...RIVALS, ...ownedRegions(env), ...present(env)])
    if (!patch.has(name)) patch.set(name, null)
  return patch
}

/** The region that the user has chosen in this environment: one that ssox has put there is none. */
export function userRegion(env: Env): string | undefined {
  const owned = ownedRegions(env)
  const name = REGIONS.find((name) => env[name] && !owned.includes(name))
  return name === undefined ? undefined : env[name]
}

/** Region variables are the user's unless they still hold what ssox put there. */
function ownedRegions(env: Env): string[] {
  const ours = env['SSOX_REGION']
  return ours ? REGIONS.filter((name) => env[name] === ours) : []
}

/** Names of a family that later versions of a tool may add. */
function present(env: Env): string[] {
  return Object.keys(env).filter(
    (name) => /^(AWSUME_|GRANTED_SSO|SSOX_)[A-Za-z0-9_]*$/.test(name) && !SETTINGS.test(name),
  )
}
