/** `ssox setup --convert`: legacy profiles of one start URL get a session that is renewed by itself. */
import { readPastedUrl } from '../aws/pasted-url.ts'
import type { Outcome } from '../cli/command.ts'
import type { Flags } from '../cli/spec.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { typedCommand } from '../ui/typed-command.ts'
import { changeConfig, undoCommand } from './config-file.ts'
import { convertEdits, type LegacyGroup, legacyGroups } from './convert.ts'
import { isSameUrl } from './plan.ts'
import { requireAnswer } from './somebody.ts'
import { type StartAsked, sessionWith } from './start.ts'

/** @throws SsoxError `usage` (several start URLs), `profile`, `storage`, `busy` */
export async function convert(asked: StartAsked, flags: Flags, ctx: Context): Promise<Outcome> {
  const { say } = ctx
  const files = loadAwsFiles(ctx.paths)
  const group = groupOf(legacyGroups(files), asked)
  if (!group) {
    say.ask('there is no legacy SSO profile to convert')
    return { stdout: flags.json ? asJson('unchanged', undefined, [], undefined) : '' }
  }
  const { startUrl, region, profiles } = group
  const session = sessionWith(startUrl, region, { ...asked, isLegacy: false }, files)
  if (session.kind !== 'named') throw new Error('a session without a name')
  const { result, backup } = await changeConfig(convertEdits(group, session, files), flags, ctx)
  requireAnswer(result, ctx)
  if (result === 'declined') say.ask('not changed')
  if (result === 'changed') {
    say.ask(
      `${profiles.length} ${profiles.length === 1 ? 'profile uses' : 'profiles use'} the session "${session.name}" now; sign in once: ${typedCommand('login', session.name)}`,
    )
    if (backup !== undefined) say.note(`undo: ${undoCommand(backup, ctx)}`)
  }
  return { stdout: flags.json ? asJson(result, session.name, profiles, backup) : '' }
}

function groupOf(groups: readonly LegacyGroup[], { address, region }: StartAsked) {
  const url = address === undefined ? undefined : readPastedUrl(address, region)?.startUrl
  if (address !== undefined && url === undefined)
    throw new SsoxError(
      'usage',
      `${JSON.stringify(address)} is not the address of an AWS access portal`,
      'ssox setup --convert',
    )
  const meant = groups.filter(
    (group) =>
      (url === undefined || isSameUrl(group.startUrl, url)) &&
      (region === undefined || group.region === region),
  )
  const [only, other] = meant
  if (!only || !other) return only
  const isOneUrl = meant.every(({ startUrl }) => isSameUrl(startUrl, only.startUrl))
  const what = isOneUrl ? 'regions' : 'start URLs'
  throw new SsoxError(
    'usage',
    `the legacy profiles have ${meant.length} ${what}: ${meant.map((one) => (isOneUrl ? one.region : one.startUrl)).join(', ')}`,
    typedCommand('setup', only.startUrl, ['--sso-region', only.region, '--convert']),
  )
}

function asJson(
  result: string,
  session: string | undefined,
  converted: readonly string[],
  backup: string | undefined,
): string {
  const value = { version: 1, result, session: session ?? null, converted, backup: backup ?? null }
  return `${JSON.stringify(value, undefined, 2)}\n`
}
