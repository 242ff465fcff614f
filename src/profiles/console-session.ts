/** From a profile to a session of the web console. */
import type { Credentials } from '../aws/credentials.ts'
import type { Endpoint } from '../aws/endpoint.ts'
import type { Profile } from '../aws/profile.ts'
import type { EpochMs } from '../aws/time.ts'
import type { Call } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { scopedSetting } from '../settings/table.ts'
import { typedCommand } from '../ui/typed-command.ts'
import { credentialsFor, minLeftMs } from './profile-change.ts'
import type { ChosenProfile } from './profile-choice.ts'

/** The console ends with the keys where nothing else is said: a few minutes would help nobody. */
const MIN_LEFT_MS = 30 * 60_000
/** Keys of a user last as long as those of a role do by default. */
const USER_MINUTES = 60

/** A session of the console that is about to begin. */
export interface ConsoleSession {
  /** What the browser signs in with. */
  readonly token: string
  readonly endsAt: EpochMs | undefined
}

/**
 * A session of the console for the chosen profile.
 * @throws SsoxError as `credentialsFor` and `signinToken`; `refused` when the console does not take
 *   the keys
 */
export async function consoleSession(
  chosen: ChosenProfile,
  endpoint: Endpoint,
  call: Call,
  ctx: Context,
): Promise<ConsoleSession> {
  const { profile } = chosen
  const minutes =
    call.flags.duration ??
    scopedSetting('duration', ctx.scopes, profile.name) ??
    ctx.settings.duration
  const found = await credentialsFor(chosen, call, ctx, {
    minLeftMs: Math.max(MIN_LEFT_MS, minLeftMs(call, ctx)),
  })
  const credentials = await temporary(profile, found, minutes ?? USER_MINUTES, ctx)
  const { settings } = profile
  const { signinToken } = await import('../auth/federation.ts')
  const ask = (durationSeconds?: number) =>
    signinToken({ endpoint, credentials, durationSeconds, settings }, ctx)
  if (minutes !== undefined && hasChoice(profile)) {
    const token = await ask(minutes * 60)
    if (token !== undefined) return { token, endsAt: ctx.now() + minutes * 60_000 }
    ctx.say.note(`AWS refuses a console for ${minutes} minutes: it ends with the keys`)
  } else if (minutes !== undefined && credentials === found)
    ctx.say.note('AWS gives no choice of the duration with these keys: the console ends with them')
  const token = await ask()
  if (token === undefined) throw refusedKeys(profile, endpoint)
  return { token, endsAt: credentials.expiresAt }
}

/** The console takes temporary keys only: those of a user are exchanged for some. */
async function temporary(
  profile: Profile,
  credentials: Credentials,
  minutes: number,
  ctx: Context,
): Promise<Credentials> {
  if (credentials.sessionToken !== undefined) return credentials
  const { federationToken } = await import('../auth/sts.ts')
  const keys = await federationToken(profile, credentials, minutes * 60, ctx)
  for (const secret of [keys.secretAccessKey, keys.sessionToken]) if (secret) ctx.say.mask(secret)
  return keys
}

/**
 * Whether AWS lets one choose how long the console session lasts: with keys of a role that was not
 * assumed with those of another (IAM User Guide, "Enable custom identity broker access").
 */
function hasChoice(profile: Profile): boolean {
  if (profile.kind !== 'assume-role')
    return profile.kind === 'sso' || profile.kind === 'web-identity'
  const { source } = profile
  return (
    source.kind === 'profile' &&
    source.profile.kind === 'static' &&
    source.profile.keys.sessionToken === undefined
  )
}

function refusedKeys({ name, kind }: Profile, { url }: Endpoint): SsoxError {
  const isOurs = kind === 'sso' || kind === 'assume-role' || kind === 'web-identity'
  return new SsoxError(
    'refused',
    `AWS opens no console with the keys of "${name}": ${new URL(url).host} refuses them`,
    isOurs
      ? typedCommand('console', name, ['--refresh'])
      : 'use keys of a role, or of a user: those of GetSessionToken open no console',
  )
}
