/** What is in the caches that ssox shares with the AWS CLI. */
import { join } from 'node:path'
import type { ChosenSession } from '../../auth/known-sessions.ts'
import { sessionLabel } from '../../auth/session-label.ts'
import { signInCommand } from '../../auth/sign-in-command.ts'
import { tokenKey } from '../../aws/cache-key.ts'
import { isOwnDomain } from '../../aws/start-url.ts'
import { parseTime } from '../../aws/time.ts'
import type { Context } from '../../context.ts'
import { begunSignIns, MAX_BEGUN } from '../../state/failed-sign-in.ts'
import { type JsonObject, readJsonOnce, textAt } from '../../state/json-file.ts'
import { listFolder } from '../../system/files.ts'
import type { CacheFile } from '../facts.ts'

/** The AWS CLI writes in place: a file that has just changed may be half of one. */
const SETTLED_MS = 2_000

export function cacheFiles(sessions: readonly ChosenSession[], ctx: Context): CacheFile[] {
  const { ssoCache, cliCache } = ctx.paths
  const byFile = new Map(sessions.map((one) => [`${tokenKey(one.session)}.json`, one]))
  const names = (folder: string) => listFolder(folder).filter((name) => name.endsWith('.json'))
  return [
    ...names(ssoCache).flatMap((name) => read(join(ssoCache, name), 'sso', byFile.get(name), ctx)),
    ...names(cliCache).flatMap((name) => read(join(cliCache, name), 'cli', undefined, ctx)),
  ]
}

function read(
  path: string,
  folder: CacheFile['folder'],
  session: ChosenSession | undefined,
  ctx: Context,
): CacheFile[] {
  const json = readJsonOnce(path)
  const plain = { path, folder, kind: 'other' as const }
  if (json.state === 'missing') return []
  if (json.state === 'refused') return [{ ...plain, state: 'refused', why: json.why }]
  if (json.state === 'broken')
    return ctx.now() - json.changedAt < SETTLED_MS ? [] : [{ ...plain, state: 'broken' }]
  return [{ path, folder, state: 'ok', ...contents(json.value, folder, session) }]
}

function contents(value: JsonObject, folder: 'sso' | 'cli', chosen: ChosenSession | undefined) {
  if (folder === 'cli') return { kind: 'role' as const }
  if (textAt(value, 'accessToken') === undefined)
    return textAt(value, 'clientId') === undefined
      ? { kind: 'other' as const }
      : { kind: 'registration' as const, expiresAt: parseTime(value['expiresAt']) }
  if (!chosen) return { kind: 'token' as const }
  const { session, profile } = chosen
  const [startUrl, region] = [textAt(value, 'startUrl'), textAt(value, 'region')]
  const isElsewhere = region !== undefined && region !== session.region
  return {
    kind: 'token' as const,
    session: sessionLabel(session),
    signIn: signInCommand(session, profile),
    mismatch:
      startUrl !== undefined && startUrl !== session.startUrl
        ? ('start URL' as const)
        : isElsewhere && !isOwnDomain(session.startUrl)
          ? ('region' as const)
          : undefined,
  }
}

/** The sessions for which programs have begun too many sign-ins. */
export function givenUpSessions(sessions: readonly ChosenSession[], { paths, now }: Context) {
  return sessions
    .filter(({ session }) => begunSignIns(paths, tokenKey(session), now()) >= MAX_BEGUN)
    .map(({ session, profile }) => ({
      session: sessionLabel(session),
      signIn: signInCommand(session, profile),
    }))
}
