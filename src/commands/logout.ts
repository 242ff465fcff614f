/** `ssox logout`: revokes at the server, and removes what the sign-in left on this machine. */
import { dirname, join } from 'node:path'
import { allSessions, type ChosenSession } from '../auth/known-sessions.ts'
import { sessionLabel } from '../auth/session-label.ts'
import { resultsOf } from '../auth/session-results.ts'
import { isRegionName } from '../aws/partition.ts'
import { NO_SETTINGS, type SsoSession } from '../aws/profile.ts'
import { isAccessToken } from '../aws/token.ts'
import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { inBrackets, removeWritten } from '../profiles/credentials-file.ts'
import { chooseSession } from '../profiles/session-choice.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { type JsonRead, readJsonOnce } from '../state/json-file.ts'
import { tokenFileOf } from '../state/token-cache.ts'
import { listFolder, removeFile } from '../system/files.ts'
import { typedWord } from '../ui/typed-command.ts'

/**
 * Does as much as can be done, then reports the first thing that could not.
 * @throws SsoxError `network` when the server could not be told (the files are gone all the same),
 *   `storage` when a file could not be removed, or the token in it not be revoked
 */
export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const files = loadAwsFiles(ctx.paths)
  const everything = call.flags.all ?? false
  const chosen = everything ? allSessions(files) : [chooseSession(call.args[0], 'logout', ctx)]
  const results = everything
    ? [resultsOf('all', files, ctx)]
    : chosen.map(({ session }) => resultsOf(session, files, ctx))
  const failures: SsoxError[] = []
  // Local files go first: they are what matters if the network is away.
  const ended: Ended[] = []
  for (const one of chosen) ended.push(await takeToken(one, failures, ctx))
  if (everything) ended.push(...(await takeForeignTokens(failures, ctx)))
  for (const one of results) failures.push(...one.remove())
  const names = new Set(chosen.map(({ session }) => session.cacheName))
  await attempt(failures, () => takeSections(everything ? undefined : names, call, ctx))
  for (const one of ended) await attempt(failures, () => revoke(one, ctx))
  if (!failures.some(({ kind }) => kind === 'storage')) {
    ctx.say.note(
      `signed out of ${everything ? 'every SSO session' : chosen.map(({ session }) => sessionLabel(session)).join()}`,
    )
    // AWS has no way to end role credentials, and no shell lets another program take its variables.
    ctx.say.note('open terminals keep their keys until those end; in each of them: awsuse --clear')
  }
  const [failure] = failures
  if (failure) throw failure
  return {}
}

/** The sections of the credentials file that were written with these sessions; undefined: with any. */
async function takeSections(
  sessions: ReadonlySet<string> | undefined,
  { flags }: Call,
  ctx: Context,
): Promise<void> {
  const names = await removeWritten(
    ({ session }) => session !== undefined && (sessions?.has(session) ?? true),
    { dryRun: false, quiet: flags.quiet ?? ctx.settings.quiet ?? false },
    ctx,
  )
  if (names.length > 0) ctx.say.note(`gone from ${ctx.paths.credentials}: ${inBrackets(names)}`)
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

/** A sign-in that is over on this machine; its token, if it had one that AWS can be told of. */
interface Ended extends ChosenSession {
  /** Where the token is from. */
  readonly region: string
  readonly accessToken: string | undefined
}

async function takeToken(
  { session, settings }: ChosenSession,
  failures: SsoxError[],
  ctx: Context,
): Promise<Ended> {
  const tokenFile = tokenFileOf(session, ctx.paths)
  const path = join(tokenFile.folder, `${tokenFile.key}.json`)
  const read = readJsonOnce(path)
  if (read.state === 'refused') failures.push(notRevoked(path, read.why))
  await attempt(failures, () => removeFile(path))
  const region = regionIn(read) ?? session.region
  return { session, settings, region, accessToken: accessTokenIn(read) }
}

async function revoke(
  { session, settings, region, accessToken }: Ended,
  ctx: Context,
): Promise<void> {
  if (accessToken === undefined) return
  const { openIdentityCenter, ServiceError } = await import('../auth/client.ts')
  try {
    const center = await openIdentityCenter(session, settings, ctx, region)
    await center.logout(accessToken)
  } catch (error) {
    ctx.signal.throwIfAborted()
    // A token that the server does not know any more is what we want.
    if (error instanceof ServiceError) return
    if (!(error instanceof SsoxError)) throw error
    throw new SsoxError(
      error.kind,
      `signed out here, but AWS could not be told: ${error.message}`,
      'it ends there by itself; an administrator of IAM Identity Center can end it at once ("Users", "Active sessions")',
      { cause: error },
    )
  }
}

/** Tokens of sessions that are in no file any more; registrations and foreign files stay. */
async function takeForeignTokens(failures: SsoxError[], { paths }: Context): Promise<Ended[]> {
  const ended: Ended[] = []
  for (const name of listFolder(paths.ssoCache)) {
    const path = join(paths.ssoCache, name)
    const read = name.endsWith('.json') ? readJsonOnce(path) : undefined
    if (read?.state !== 'ok' || typeof read.value['accessToken'] !== 'string') continue
    const { region, startUrl } = read.value
    await attempt(failures, () => removeFile(path))
    if (typeof region !== 'string' || !isRegionName(region)) continue
    const session: SsoSession = {
      kind: 'legacy',
      startUrl: String(startUrl ?? ''),
      region,
      cacheName: '',
    }
    ended.push({ session, settings: NO_SETTINGS, region, accessToken: accessTokenIn(read) })
  }
  return ended
}

/** The file is not trusted with what goes to AWS; it is removed all the same. */
function notRevoked(path: string, why: string): SsoxError {
  return new SsoxError(
    'storage',
    `AWS could not be told of the sign-out: the SSO token file ${path} cannot be used: ${why}`,
    `its sign-in ends by itself; who has put that there: ls -ld ${typedWord(dirname(path))}`,
  )
}

function accessTokenIn(read: JsonRead): string | undefined {
  const token = read.state === 'ok' ? read.value['accessToken'] : undefined
  return isAccessToken(token) ? token : undefined
}

function regionIn(read: JsonRead): string | undefined {
  const region = read.state === 'ok' ? read.value['region'] : undefined
  return typeof region === 'string' && isRegionName(region) ? region : undefined
}
