/**
 * How a profile becomes variables: the one place that knows which are set, which go, and which go
 * only while they are what ssox put there (contract, section 4). Pure; may import src/aws and
 * src/shells/change.ts.
 */
import type { Credentials } from '../aws/credentials.ts'
import { type EpochMs, formatTime } from '../aws/time.ts'
import { type Assignment, checked, type EnvChange, type Owned } from '../shells/change.ts'

export type EnvMode = 'both' | 'keys' | 'profile'

type Env = Readonly<Record<string, string | undefined>>

/** Holds the profile of the shell that `ssox exec` has started, for the one that is started in it. */
export const EXEC_SHELL = 'SSOX_EXEC'

/** Holds the profiles of the shells of `ssox exec` around it, outermost first; the prompt shows them. */
export const OUTER_SHELLS = 'SSOX_OUTER'

/** What a shell is to act as. */
export interface SwitchTarget {
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
  readonly isProtected: boolean
}

const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const

/** What else ssox sets, and nobody else should. */
const OWN = [
  'AWS_PROFILE',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_SESSION_EXPIRATION',
  'SSOX_PROFILE',
  'SSOX_EXPIRES',
  'SSOX_ROLE',
  'SSOX_PROTECTED',
] as const

/** What the user may have, too: it goes only while it is what ssox put there. */
const SHARED = [
  ['AWS_REGION', 'SSOX_REGION'],
  ['AWS_DEFAULT_REGION', 'SSOX_REGION'],
  ['AWS_ACCOUNT_ID', 'SSOX_ACCOUNT_ID'],
] as const satisfies readonly Owned[]

const OWNERS = ['SSOX_REGION', 'SSOX_ACCOUNT_ID'] as const

/** Every variable that ssox sets in a shell. */
export type SetVariable =
  | (typeof KEYS)[number]
  | (typeof OWN)[number]
  | (typeof SHARED)[number][0]
  | (typeof OWNERS)[number]

/**
 * Left behind by other tools; each makes an SDK or a prompt use or show another account than that of
 * the keys. Of .NET, a web identity comes before everything; of Ruby, AMAZON_* before a profile.
 * (Sources: boto/botocore credentials.py, aws/aws-sdk-java SDKGlobalConfiguration, aws/aws-sdk-ruby
 * credential_provider_chain.rb, starship/starship aws.rs, romkatv/powerlevel10k p10k.zsh, and the
 * shell code of each tool.)
 */
export const FOREIGN = [
  'AWS_SECURITY_TOKEN',
  'AWS_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'AMAZON_ACCESS_KEY_ID',
  'AMAZON_SECRET_ACCESS_KEY',
  'AMAZON_SESSION_TOKEN',
  'AWS_CREDENTIAL_SCOPE',
  'AWS_DEFAULT_PROFILE',
  'AWS_EB_PROFILE',
  'AWS_PROFILE_REGION',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
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
]

/**
 * The change that makes a shell act as `target`, whatever it acted as before.
 * @param kept names that stay as they are, since the user has said who to be by them
 * @throws SsoxError `profile` for a value that no variable can hold
 */
export function changeTo(target: SwitchTarget, kept: readonly string[] = []): EnvChange {
  const { credentials, accountId, region } = target
  const { sessionToken } = credentials ?? {}
  const keys: Assignment[] = credentials
    ? [
        ['AWS_ACCESS_KEY_ID', credentials.accessKeyId],
        ['AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey],
        ...(sessionToken ? [['AWS_SESSION_TOKEN', sessionToken] as const] : []),
      ]
    : []
  const set: Assignment[] = []
  const add = (name: string, value: string | undefined) => {
    if (value) set.push([name, value])
  }
  add('AWS_PROFILE', target.mode !== 'keys' && target.inFiles ? target.profileName : undefined)
  add('AWS_REGION', region)
  add('AWS_DEFAULT_REGION', region)
  add('AWS_ACCOUNT_ID', credentials && accountId)
  set.push(...expiryOf(target))
  add('SSOX_PROFILE', target.profileName)
  add('SSOX_ACCOUNT_ID', accountId)
  add('SSOX_ROLE', target.roleName)
  add('SSOX_REGION', region)
  add('SSOX_PROTECTED', target.isProtected ? '1' : undefined)
  return change(set, keys, kept)
}

/** The change that takes ssox, and whatever else chose an account, out of a shell. */
export function changeToNone(): EnvChange {
  return change([], [], [])
}

/**
 * The change that gives a shell newer keys for what it acts as already, and leaves all else alone.
 * @param full what `changeTo` gave
 */
export function renewalOf({ set, keys }: EnvChange): EnvChange {
  const times = ['AWS_CREDENTIAL_EXPIRATION', 'AWS_SESSION_EXPIRATION', 'SSOX_EXPIRES']
  return {
    unset: KEYS,
    owned: [],
    unsetLast: [],
    set: set.filter(([name]) => times.includes(name)),
    keys,
  }
}

/** The value that a change sets, or undefined. */
export function valueIn({ set, keys }: EnvChange, name: string): string | undefined {
  return [...set, ...keys].find(([it]) => it === name)?.[1]
}

/** The region that the user has chosen in this environment: one that ssox has put there is none. */
export function userRegion(env: Env): string | undefined {
  const regions = SHARED.filter(([, owner]) => owner === 'SSOX_REGION')
  const [name] = regions.find(([name, owner]) => env[name] && env[name] !== env[owner]) ?? []
  return name && env[name]
}

function expiryOf({ credentials, sessionEndsAt }: SwitchTarget): Assignment[] {
  const endsAt = credentials ? credentials.expiresAt : sessionEndsAt
  if (endsAt === undefined) return []
  const time = formatTime(endsAt)
  return [
    // In mode `profile` there are no keys that a credential expiry could belong to.
    ...(credentials ? [['AWS_CREDENTIAL_EXPIRATION', time] as const] : []),
    ['AWS_SESSION_EXPIRATION', time],
    ['SSOX_EXPIRES', String(Math.floor(endsAt / 1000))],
  ]
}

function change(
  set: readonly Assignment[],
  keys: readonly Assignment[],
  kept: readonly string[],
): EnvChange {
  const goes = (name: string) => !kept.includes(name) && !set.some(([it]) => it === name)
  return checked({
    unset: [...KEYS, ...[...OWN, ...FOREIGN].filter(goes)],
    owned: SHARED.filter(([name]) => goes(name)),
    unsetLast: OWNERS.filter(goes),
    set,
    keys,
  })
}
