/** Gets all accounts and roles of a session, signing in if needed; goes on where a killed run stopped. */
import { ensureToken } from '../auth/ensure-token.ts'
import { allSessions } from '../auth/known-sessions.ts'
import { ServiceError } from '../auth/service-error.ts'
import { sessionLabel } from '../auth/session-label.ts'
import { signInCommand } from '../auth/sign-in-command.ts'
import { statusLine } from '../auth/status-line.ts'
import {
  type AwsFiles,
  NO_SETTINGS,
  type ProfileSettings,
  type SsoSession,
} from '../aws/profile.ts'
import type { Call } from '../cli/command.ts'
import type { Flags } from '../cli/spec.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { ifPossible } from '../profiles/if-possible.ts'
import { cacheListing, readListing } from '../state/listing.ts'
import { shownIn } from '../ui/charset.ts'
import { progressBar } from '../ui/progress.ts'
import { typedCommand } from '../ui/typed-command.ts'
import { completeListing, emptyListing, type Listing, type TokenSource } from './listing.ts'

/** Older ones are got anew. */
const MAX_AGE_MS = 30 * 60_000
/** At the most this much is lost when the process is killed. */
const KEEP_EVERY_MS = 1_000

/**
 * The complete listing.
 * @throws SsoxError `sign-in`, `network`, `storage`, `busy`; what was got until then is kept
 */
export async function fetchListing(
  session: SsoSession,
  files: AwsFiles,
  { flags, line }: Pick<Call, 'flags' | 'line'>,
  ctx: Context,
): Promise<Listing> {
  const known = allSessions(files).find((one) => one.session.cacheName === session.cacheName)
  const settings = known?.settings ?? NO_SETTINGS
  const verb = line.argv.indexOf('setup')
  const words = line.argv.filter((_, at) => at !== verb)
  const again = typedCommand('setup', undefined, [...words, '--login'])
  const token = tokenSource(session, settings, again, ctx)
  // Here the person signs in, before anything moves on the screen.
  await token()
  const { listing, startedAt } = goOn(session, flags, ctx)
  const { openIdentityCenter } = await import('../auth/client.ts')
  const center = await openIdentityCenter(session, settings, ctx)
  const show = progressOn(ctx)
  const keep = () =>
    ifPossible(() => cacheListing(session, { ...listing, startedAt }, ctx.paths), ctx)
  let keptAt = performance.now()
  const onProgress = () => {
    show.draw(listing)
    if (performance.now() - keptAt < KEEP_EVERY_MS) return
    keep()
    keptAt = performance.now()
  }
  try {
    await completeListing(listing, { center, token, signal: ctx.signal, onProgress })
  } catch (error) {
    throw error instanceof ServiceError ? refused(error, session) : withRest(error, listing)
  } finally {
    show.stop()
    keep()
  }
  return listing
}

function tokenSource(
  session: SsoSession,
  settings: ProfileSettings,
  again: string,
  ctx: Context,
): TokenSource {
  return async (rejected) => {
    const token = await ensureToken(
      {
        session,
        settings,
        rejected,
      },
      ctx,
    ).catch((error) => {
      throw explained(error, session, again, ctx)
    })
    return token.accessToken
  }
}

/** Without a terminal `setup` signs in only when it is told to; a session in the files has `login`. */
function explained(error: unknown, session: SsoSession, again: string, ctx: Context): unknown {
  if (!(error instanceof SsoxError) || error.kind !== 'sign-in') return error
  const isKnown = session.kind === 'named' && !session.isDraft
  if (!ctx.signIn.allowed)
    return isKnown ? error : new SsoxError('sign-in', error.message, again, { cause: error })
  if (!error.message.startsWith('AWS refused the sign-in')) return error
  return new SsoxError(
    'sign-in',
    error.message,
    'check the start URL, and --sso-region: the region is the one of IAM Identity Center, not yours',
    { cause: error },
  )
}

/** What was kept of the present sign-in, while it is new enough. */
function goOn(session: SsoSession, flags: Flags, { paths, now, say }: Context) {
  const fresh = { listing: emptyListing(), startedAt: now() }
  const kept = flags.refresh ? undefined : readListing(session, paths)
  if (!kept || kept.accounts === undefined || now() - kept.startedAt > MAX_AGE_MS) return fresh
  const { accounts, startedAt } = kept
  const isComplete = accounts.every(({ id }) => kept.roles.has(id))
  // What is taken out must be gone now.
  if (isComplete && flags.prune) return fresh
  const age = Math.max(1, Math.round((now() - startedAt) / 60_000))
  const when = `${age} minute${age === 1 ? '' : 's'} ago`
  say.note(
    isComplete
      ? `accounts and roles as they were listed ${when} (--refresh asks again)`
      : `going on with the list that was begun ${when}: ${kept.roles.size} of ${accounts.length} accounts are there`,
  )
  const roles = new Map(kept.roles)
  return { listing: { ...emptyListing(), accounts, roles }, startedAt }
}

/** A sign-in that may not list accounts: one of another scope, or one that AWS has ended. */
function refused(error: ServiceError, session: SsoSession): SsoxError {
  const label = sessionLabel(session)
  const cause = { cause: error }
  if (error.name === 'UnauthorizedException')
    return new SsoxError(
      'sign-in',
      `AWS refuses the sign-in of ${label} (${error.detail})`,
      signInCommand(session, undefined, session.kind === 'named' ? ['--force'] : []),
      cause,
    )
  return new SsoxError(
    'refused',
    `AWS does not let ${label} list accounts: ${error.detail} (${error.name})`,
    session.kind === 'named'
      ? `write sso_registration_scopes = sso:account:access into [sso-session ${session.name}], then: ${signInCommand(session, undefined, ['--force'])}`
      : 'check the start URL and --sso-region',
    cause,
  )
}

/** An error in the middle says what there is by then. */
function withRest(error: unknown, { accounts, roles }: Listing): unknown {
  if (!(error instanceof SsoxError) || error.kind !== 'network' || !accounts) return error
  return new SsoxError(
    'network',
    `${error.message}; ${roles.size} of ${accounts.length} accounts are listed`,
    'run the same command again: it goes on from there',
    { cause: error },
  )
}

function progressOn(ctx: Context) {
  const shown = (own: string) => shownIn(ctx.env, own)
  const spinner = statusLine(ctx)
  spinner.start('listing your accounts')
  return {
    draw: ({ accounts = [], roles }: Listing) => {
      const bar = progressBar(roles.size, accounts.length, shown)
      const found = [...roles.values()].reduce((sum, names) => sum + names.length, 0)
      spinner.start(`${bar} ${roles.size} of ${accounts.length} accounts, ${found} roles`)
    },
    stop: spinner.stop,
  }
}
