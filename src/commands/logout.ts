/** `ssox logout`: revokes at the server, and removes what the sign-in left on this machine. */
import { join } from 'node:path'
import { roleSlot } from '../auth/role-slot.ts'
import { sessionLabel } from '../auth/session-label.ts'
import { tokenSlot } from '../auth/token.ts'
import {
  type AwsFiles,
  adHocProfile,
  describeProfile,
  loadProfile,
  NO_SETTINGS,
  profileNames,
  type SsoSession,
} from '../aws/profile.ts'
import { isAccessToken } from '../aws/token.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { knownIdentities } from '../state/identities.ts'
import { type JsonRead, readJsonOnce } from '../state/json-file.ts'
import { type RoleCacheSlot, removeRoleCredentials } from '../state/role-cache.ts'
import { clearSwitchCache } from '../state/switch-state.ts'
import { listFolder, removeFile } from '../system/files.ts'
import type { Call, Outcome } from './command.ts'
import { allSessions, type ChosenSession, chooseSession, ssoRoot } from './session-choice.ts'

/**
 * Does as much as can be done, then reports the first thing that could not.
 * @throws SsoxError `network` when the server could not be told (the files are gone all the same),
 *   `storage` when a file could not be removed, or the token in it not be revoked
 */
export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const files = loadAwsFiles(ctx.paths)
  const everything = call.flags.all ?? false
  const chosen = everything ? allSessions(files) : [chooseSession(call.args[0], 'logout', ctx)]
  const failures: SsoxError[] = []
  await attempt(failures, () => clearSwitchCache(ctx.paths))
  for (const one of chosen) await endSession(one, files, failures, ctx)
  if (everything) await endForeignTokens(failures, ctx)
  if (everything || isOnlySession(chosen, files, ctx)) await removeSsoRoleCredentials(failures, ctx)
  if (!failures.some(({ kind }) => kind === 'storage'))
    ctx.say.note(
      `signed out of ${everything ? 'every SSO session' : chosen.map(({ session }) => sessionLabel(session)).join()}`,
    )
  const [failure] = failures
  if (failure) throw failure
  return {}
}

/** Whether what is left of any sign-in is left of this one. */
function isOnlySession(chosen: readonly ChosenSession[], files: AwsFiles, ctx: Context): boolean {
  const names = [...chosen, ...allSessions(files)].map(({ session }) => session.cacheName)
  const urls = knownIdentities(ctx.paths).map(({ startUrl }) => startUrl)
  return new Set([...names, ...urls]).size === 1
}

/** A step that fails keeps the others from nothing. */
async function attempt(failures: SsoxError[], step: () => unknown): Promise<void> {
  try {
    await step()
  } catch (error) {
    if (!(error instanceof SsoxError)) throw error
    failures.push(error)
  }
}

/** Local files go first: they are what matters if the network is away. */
async function endSession(
  { session, settings }: ChosenSession,
  files: AwsFiles,
  failures: SsoxError[],
  ctx: Context,
): Promise<void> {
  const slot = tokenSlot(session, ctx)
  const path = join(slot.folder, `${slot.key}.json`)
  const read = readJsonOnce(path)
  if (read.state === 'refused') failures.push(notRevoked(path, read.why))
  const accessToken = accessTokenIn(read)
  await attempt(failures, () => removeFile(path))
  for (const role of roleSlotsOf(session, files, ctx))
    await attempt(failures, () => removeRoleCredentials(role))
  if (accessToken !== undefined)
    await attempt(failures, () => revoke({ session, settings }, accessToken, ctx))
}

async function revoke(
  { session, settings }: ChosenSession,
  accessToken: string,
  ctx: Context,
): Promise<void> {
  const { openIdentityCenter, ServiceError } = await import('../auth/client.ts')
  try {
    await openIdentityCenter(session, settings, ctx).logout(accessToken)
  } catch (error) {
    ctx.signal.throwIfAborted()
    // A token that the server does not know any more is what we want.
    if (error instanceof ServiceError) return
    if (!(error instanceof SsoxError)) throw error
    throw new SsoxError(
      error.kind,
      `signed out here, but AWS could not be told: ${error.message}`,
      `the sign-in ends by itself; ${error.fix ?? 'try again'}`,
      { cause: error },
    )
  }
}

/**
 * Where the role credentials are of every profile whose chain begins with this session, and of the
 * accounts and roles without a profile that were used with it.
 */
function roleSlotsOf(session: SsoSession, files: AwsFiles, ctx: Context): RoleCacheSlot[] {
  const identities = knownIdentities(ctx.paths)
    .map(adHocProfile)
    .filter((profile) => profile.session.cacheName === session.cacheName)
    .map((profile) => roleSlot(profile, ctx.paths))
  const profiles = profileNames(files).flatMap((name) => {
    if (describeProfile(files, name).problem !== undefined) return []
    const profile = loadProfile(files, name)
    if (ssoRoot(profile)?.session.cacheName !== session.cacheName) return []
    return profile.kind === 'sso' || profile.kind === 'assume-role'
      ? [roleSlot(profile, ctx.paths)]
      : []
  })
  return [...profiles, ...identities]
}

/** As `aws sso logout` does: every SSO entry of `~/.aws/cli/cache`, whoever wrote it. */
async function removeSsoRoleCredentials(failures: SsoxError[], { paths }: Context): Promise<void> {
  for (const path of jsonFiles(paths.cliCache)) {
    const read = readJsonOnce(path)
    if (read.state === 'ok' && read.value['ProviderType'] === 'sso')
      await attempt(failures, () => removeFile(path))
  }
}

/** Tokens of sessions that are in no file any more; registrations and foreign files stay. */
async function endForeignTokens(failures: SsoxError[], ctx: Context): Promise<void> {
  for (const path of jsonFiles(ctx.paths.ssoCache)) {
    const read = readJsonOnce(path)
    if (read.state !== 'ok' || typeof read.value['accessToken'] !== 'string') continue
    const { accessToken, region, startUrl } = read.value
    await attempt(failures, () => removeFile(path))
    if (typeof region !== 'string' || !/^[a-z0-9-]{1,63}$/.test(region)) continue
    if (!isAccessToken(accessToken)) continue
    const session: SsoSession = {
      kind: 'legacy',
      startUrl: String(startUrl ?? ''),
      region,
      cacheName: '',
    }
    await attempt(failures, () => revoke({ session, settings: NO_SETTINGS }, accessToken, ctx))
  }
}

/** The file is not trusted with what goes to AWS; it is removed all the same. */
function notRevoked(path: string, why: string): SsoxError {
  return new SsoxError(
    'storage',
    `AWS could not be told of the sign-out: the SSO token file ${path} cannot be used: ${why}`,
    'its sign-in ends by itself; find out who put that there',
  )
}

function accessTokenIn(read: JsonRead): string | undefined {
  const token = read.state === 'ok' ? read.value['accessToken'] : undefined
  return isAccessToken(token) ? token : undefined
}

function jsonFiles(folder: string): string[] {
  return listFolder(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name))
}
