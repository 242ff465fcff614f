/**
 * What a profile gets its credentials from, by the AWS CLI v2's order of kinds within one profile
 * (aws/aws-cli: botocore/credentials.py): role, web identity, SSO, keys in the credentials file,
 * login session, process, keys in the config file.
 */
import type { SsoxError } from '../problem.ts'
import type { Credentials } from './credentials.ts'
import type { DocumentKind } from './document.ts'
import { refuseLineOfAnother } from './granted-refusals.ts'
import type { AssumeRoleProfile, Profile, RoleSource, StaticProfile } from './profile-types.ts'
import {
  didYouMean,
  openProfile,
  type ProfileView,
  profileNames,
  readSettings,
} from './profile-view.ts'
import { hasSsoSession, readSso, usesSso } from './sso-session.ts'
import { type EpochMs, parseTime } from './time.ts'

const CREDENTIAL_SOURCES = new Map([
  ['Environment', 'environment'],
  ['Ec2InstanceMetadata', 'ec2'],
  ['EcsContainer', 'ecs'],
] as const)

/**
 * The profile of a view; `users` are the profiles that led here through `source_profile`.
 * @throws SsoxError `profile` when it cannot give credentials as it is written
 */
export function readProfile(view: ProfileView, users: readonly string[]): Profile {
  // As a source, a profile's own keys come before its role.
  const isRole =
    view.get('role_arn') !== undefined && view.get('web_identity_token_file') === undefined
  return isRole && (users.length === 0 || !hasKeys(view))
    ? loadRole(view, users)
    : loadWithoutRole(view)
}

function loadRole(view: ProfileView, users: readonly string[]): AssumeRoleProfile {
  const roleSessionName = view.get('role_session_name')
  const externalId = view.get('external_id')
  const mfaSerial = view.get('mfa_serial')
  const duration = view.get('duration_seconds')
  return {
    ...common(view),
    kind: 'assume-role',
    roleArn: view.get('role_arn') ?? '',
    source: loadSource(view, users),
    ...(roleSessionName === undefined ? {} : { roleSessionName }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(mfaSerial === undefined ? {} : { mfaSerial }),
    // The AWS CLI silently leaves out what is not an integer (in Python's spelling).
    ...(duration !== undefined && /^[+-]?\d+(?:_\d+)*$/.test(duration)
      ? { durationSeconds: Number(duration.replaceAll('_', '')) }
      : {}),
  }
}

function loadSource(view: ProfileView, users: readonly string[]): RoleSource {
  const profile = view.get('source_profile')
  const origin = view.get('credential_source')
  if (profile !== undefined && origin !== undefined)
    throw view.fail(
      `profile "${view.name}" has both source_profile and credential_source`,
      `remove one of them from ${view.place('source_profile')}`,
    )
  if (profile !== undefined) return loadSourceProfile(view, profile, users)
  if (origin === undefined)
    throw view.fail(
      `profile "${view.name}" has role_arn, but neither source_profile nor credential_source`,
      `add source_profile = <profile to assume the role with> to ${view.place('role_arn')}`,
    )
  const known = [...CREDENTIAL_SOURCES].find(([name]) => name === origin)
  if (known) return { kind: known[1] }
  throw view.fail(
    `credential_source of profile "${view.name}" is "${origin}", which is none of ${[...CREDENTIAL_SOURCES.keys()].join(', ')}`,
    `correct credential_source in ${view.place('credential_source')}`,
  )
}

function loadSourceProfile(view: ProfileView, name: string, users: readonly string[]): RoleSource {
  const chain = [...users, view.name]
  if (name === view.name) {
    if (hasKeys(view)) return { kind: 'profile', profile: loadWithoutRole(view) }
    throw view.fail(
      `profile "${name}" has itself as source_profile, but no keys of its own`,
      `set source_profile in ${view.place('source_profile')} to the profile to assume the role with`,
    )
  }
  if (chain.includes(name))
    throw view.fail(
      `source_profile goes round in a circle: ${[...chain, name].map((one) => `"${one}"`).join(' → ')}`,
      `correct source_profile in ${view.place('source_profile')}`,
    )
  const source = openProfile(view.files, name, chain)
  if (source) return { kind: 'profile', profile: readProfile(source, chain) }
  throw view.fail(
    `profile "${view.name}" has the source_profile "${name}", which is in no AWS file${didYouMean(name, profileNames(view.files))}`,
    `correct source_profile in ${view.place('source_profile')}`,
  )
}

function loadWithoutRole(view: ProfileView): Profile {
  const tokenFile = view.get('web_identity_token_file')
  if (tokenFile !== undefined) return loadWebIdentity(view, tokenFile)
  if (usesSso(view)) return { ...common(view), kind: 'sso', ...readSso(view) }
  const shared = keysIn(view, 'credentials')
  if (shared) return withKeys(view, 'credentials', shared)
  const loginSession = view.get('login_session')
  if (loginSession !== undefined) return { ...common(view), kind: 'login-session', loginSession }
  const command = view.get('credential_process')
  if (command !== undefined) {
    refuseLineOfAnother(view, command)
    return { ...common(view), kind: 'process', command, file: view.fileOf('credential_process') }
  }
  const own = keysIn(view, 'config')
  if (own) return withKeys(view, 'config', own)
  throw withoutCredentials(view)
}

function withKeys(view: ProfileView, file: DocumentKind, keys: Credentials): StaticProfile {
  const endsAt = endOfKeys(view, file, keys)
  return {
    ...common(view),
    kind: 'static',
    keys,
    ...(endsAt === undefined ? {} : { endsAt }),
    place: view.place('aws_access_key_id'),
  }
}

/** Under the names by which `ssox write`, and the tools that have done the same, say it. */
function endOfKeys(
  view: ProfileView,
  file: DocumentKind,
  { sessionToken }: Credentials,
): EpochMs | undefined {
  if (sessionToken === undefined) return undefined
  const said = ['expiration', 'aws_expiration', 'x_security_token_expires']
  return parseTime(said.map((key) => view.getFrom(file, key)).find((text) => text !== undefined))
}

function loadWebIdentity(view: ProfileView, tokenFile: string): Profile {
  const roleArn = view.get('role_arn')
  const roleSessionName = view.get('role_session_name')
  if (roleArn === undefined)
    throw view.fail(
      `profile "${view.name}" has web_identity_token_file, but no role_arn`,
      `add role_arn to ${view.place('web_identity_token_file')}`,
    )
  return {
    ...common(view),
    kind: 'web-identity',
    roleArn,
    tokenFile,
    ...(roleSessionName === undefined ? {} : { roleSessionName }),
  }
}

function common(view: ProfileView): Pick<Profile, 'name' | 'region' | 'settings'> {
  return { name: view.name, region: view.get('region'), settings: readSettings(view) }
}

function hasKeys(view: ProfileView): boolean {
  return (
    view.get('aws_access_key_id') !== undefined || view.get('aws_secret_access_key') !== undefined
  )
}

/** Keys of one file; halves of two files are not put together. */
function keysIn(view: ProfileView, kind: DocumentKind): Credentials | undefined {
  const accessKeyId = view.getFrom(kind, 'aws_access_key_id')
  const secretAccessKey = view.getFrom(kind, 'aws_secret_access_key')
  if (accessKeyId === undefined) return undefined
  if (secretAccessKey === undefined)
    throw view.fail(
      `profile "${view.name}" has aws_access_key_id, but no aws_secret_access_key beside it`,
      `add aws_secret_access_key to ${view.place('aws_access_key_id')}`,
    )
  // The AWS CLI's order: the old name of the token first.
  const sessionToken =
    view.getFrom(kind, 'aws_security_token') ?? view.getFrom(kind, 'aws_session_token')
  const accountId = view.getFrom(kind, 'aws_account_id')
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(accountId === undefined ? {} : { accountId }),
  }
}

/** True when nothing in the profile says where credentials would come from. */
export function isSettingsOnly(view: ProfileView): boolean {
  return credentialKey(view) === undefined
}

/** The first key that says where credentials would come from. */
export function credentialKey(view: ProfileView): string | undefined {
  const key = CREDENTIAL_KEYS.find((one) => view.get(one) !== undefined)
  return key ?? (hasSsoSession(view) ? 'sso_session' : undefined)
}

const CREDENTIAL_KEYS = [
  'role_arn',
  'web_identity_token_file',
  'sso_account_id',
  'sso_role_name',
  'aws_access_key_id',
  'aws_secret_access_key',
  'login_session',
  'credential_process',
  'source_profile',
  'credential_source',
] as const

function withoutCredentials(view: ProfileView): SsoxError {
  if (hasKeys(view))
    return view.fail(
      `profile "${view.name}" has aws_secret_access_key, but no aws_access_key_id beside it`,
      `add aws_access_key_id to ${view.place('aws_secret_access_key')}`,
    )
  if (hasSsoSession(view))
    return view.fail(
      `profile "${view.name}" has an SSO session, but no account and role (sso_account_id, sso_role_name)`,
      `add sso_account_id and sso_role_name to ${view.place('sso_session')}`,
    )
  return view.fail(
    `profile "${view.name}" has no credentials: no SSO, keys, role or credential_process`,
    `add sso_session, sso_account_id and sso_role_name to ${view.place('sso_session')}`,
  )
}
