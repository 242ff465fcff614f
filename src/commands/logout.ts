/** `ssox logout`: revokes at the server, and removes what the sign-in left on this machine. */
import { join } from 'node:path'
import { roleSlot } from '../auth/role-slot.ts'
import { sessionLabel } from '../auth/session-label.ts'
import { tokenSlot } from '../auth/token.ts'
import {
  type AwsFiles,
  describeProfile,
  loadProfile,
  NO_SETTINGS,
  profileNames,
  type SsoSession,
} from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { readJsonOnce } from '../state/json-file.ts'
import { removeRoleCredentials } from '../state/role-cache.ts'
import { clearSwitchCache } from '../state/switch-state.ts'
import { listFolder, removeFile } from '../system/files.ts'
import type { Call, Outcome } from './command.ts'
import { allSessions, type ChosenSession, chooseSession, ssoRoot } from './session-choice.ts'

/**
 * @throws SsoxError `network` when the server could not be told (the files are gone all the same),
 *   `storage` when a file could not be removed
 */
export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const files = loadAwsFiles(ctx.paths)
  clearSwitchCache(ctx.paths)
  if (!call.flags.all) {
    const chosen = chooseSession(call.args[0], 'logout', ctx)
    const sole = allSessions(files).length === 1
    const failure = await endSession(chosen, files, ctx)
    if (sole) removeSsoRoleCredentials(ctx)
    ctx.say.note(`signed out of ${sessionLabel(chosen.session)}`)
    if (failure) throw failure
    return {}
  }
  let failure: SsoxError | undefined
  for (const chosen of allSessions(files))
    failure = (await endSession(chosen, files, ctx)) ?? failure
  failure = (await endForeignTokens(ctx)) ?? failure
  removeSsoRoleCredentials(ctx)
  ctx.say.note('signed out of every SSO session')
  if (failure) throw failure
  return {}
}

/** Local files go first: they are what matters if the network is away. */
async function endSession(
  { session, settings }: ChosenSession,
  files: AwsFiles,
  ctx: Context,
): Promise<SsoxError | undefined> {
  const slot = tokenSlot(session, ctx)
  const path = join(slot.folder, `${slot.key}.json`)
  const accessToken = accessTokenIn(path)
  removeFile(path)
  removeCredentialsOf(session, files, ctx)
  if (accessToken === undefined) return undefined
  return revoke({ session, settings }, accessToken, ctx)
}

async function revoke(
  { session, settings }: ChosenSession,
  accessToken: string,
  ctx: Context,
): Promise<SsoxError | undefined> {
  const { openIdentityCenter, ServiceError } = await import('../auth/client.ts')
  try {
    await openIdentityCenter(session, settings, ctx).logout(accessToken)
    return undefined
  } catch (error) {
    ctx.signal.throwIfAborted()
    // A token that the server does not know any more is what we want.
    if (error instanceof ServiceError) return undefined
    if (!(error instanceof SsoxError)) throw error
    return new SsoxError(
      error.kind,
      `signed out here, but AWS could not be told: ${error.message}`,
      `the sign-in ends by itself; ${error.fix ?? 'try again'}`,
      { cause: error },
    )
  }
}

/** Role credentials of every profile whose chain begins with this session. */
function removeCredentialsOf(session: SsoSession, files: AwsFiles, ctx: Context): void {
  for (const name of profileNames(files)) {
    if (describeProfile(files, name).kind === 'invalid') continue
    const profile = loadProfile(files, name)
    if (ssoRoot(profile)?.session.cacheName !== session.cacheName) continue
    if (profile.kind === 'sso' || profile.kind === 'assume-role')
      removeRoleCredentials(roleSlot(profile, ctx.paths))
  }
}

/** As `aws sso logout` does: every SSO entry of `~/.aws/cli/cache`, whoever wrote it. */
function removeSsoRoleCredentials({ paths }: Context): void {
  for (const path of jsonFiles(paths.cliCache)) {
    const read = readJsonOnce(path)
    if (read.state === 'ok' && read.value['ProviderType'] === 'sso') removeFile(path)
  }
}

/** Tokens of sessions that are in no file any more; registrations and foreign files stay. */
async function endForeignTokens(ctx: Context): Promise<SsoxError | undefined> {
  let failure: SsoxError | undefined
  for (const path of jsonFiles(ctx.paths.ssoCache)) {
    const read = readJsonOnce(path)
    if (read.state !== 'ok' || typeof read.value['accessToken'] !== 'string') continue
    const { accessToken, region, startUrl } = read.value
    removeFile(path)
    if (typeof region !== 'string' || !/^[a-z0-9-]{1,63}$/.test(region)) continue
    const session: SsoSession = {
      kind: 'legacy',
      startUrl: String(startUrl ?? ''),
      region,
      cacheName: '',
    }
    failure = (await revoke({ session, settings: NO_SETTINGS }, accessToken, ctx)) ?? failure
  }
  return failure
}

function accessTokenIn(path: string): string | undefined {
  const read = readJsonOnce(path)
  const token = read.state === 'ok' ? read.value['accessToken'] : undefined
  return typeof token === 'string' && token !== '' ? token : undefined
}

function jsonFiles(folder: string): string[] {
  return listFolder(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name))
}
