/** What `ssox status` knows of sessions and profiles; nobody is asked. */
import { allSessions } from '../auth/known-sessions.ts'
import {
  type AwsFiles,
  adHocProfile,
  describeProfile,
  loadProfile,
  type ProfileSummary,
  profileNames,
  type SsoSession,
  summaryOf,
} from '../aws/profile.ts'
import { protectedNames } from '../aws/protection.ts'
import type { EpochMs } from '../aws/time.ts'
import type { SsoToken } from '../aws/token.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { knownIdentity } from '../state/identities.ts'
import { peekToken, tokenFileOf } from '../state/token-cache.ts'
import { currentProfile, expiryOf } from './profile-state.ts'
import { type ThisTerminal, thisTerminal } from './this-terminal.ts'

/** A session and what is left of its sign-in. */
export interface SessionStatus {
  readonly session: SsoSession
  readonly token: SsoToken | undefined
  readonly state: 'signed-in' | 'expired' | 'signed-out'
  readonly problem: string | undefined
}

/** A profile and what is left of its cached role credentials. */
export interface ProfileStatus {
  readonly summary: ProfileSummary
  readonly expiresAt: EpochMs | undefined
  readonly current: boolean
  /** The wrong-account guard is on for it. */
  readonly isProtected: boolean
}

export interface StatusReport {
  readonly terminal: ThisTerminal
  readonly sessions: readonly SessionStatus[]
  readonly profiles: readonly ProfileStatus[]
}

/** The status of everything, or of one profile that the files or ssox itself know. */
export function statusReport(
  files: AwsFiles,
  name: string | undefined,
  ctx: Context,
): StatusReport {
  const current = currentProfile(ctx)
  const extra = profileWithoutFile(files, name ?? current, ctx)
  const names = profileNames(files).filter((one) => name === undefined || one === name)
  const summaries = names.map((one) => describeProfile(files, one))
  const guarded = protectedNames(ctx.settings.protect, summaries, files)
  const profiles = summaries.map((summary) => ({
    summary,
    expiresAt:
      summary.problem === undefined ? expiryOf(loadProfile(files, summary.name), ctx) : undefined,
    current: summary.name === current,
    isProtected: guarded.has(summary.name),
  }))
  if (extra) {
    const summary = summaryOf(extra)
    profiles.push({
      summary,
      expiresAt: expiryOf(extra, ctx),
      current: extra.name === current,
      isProtected: protectedNames(ctx.settings.protect, [summary], files).size > 0,
    })
  }
  const found = allSessions(files).map(({ session }) => session)
  if (extra && !found.some(({ cacheName }) => cacheName === extra.session.cacheName))
    found.push(extra.session)
  const only = name === undefined ? undefined : profiles[0]?.summary.session
  const sessions = found
    .filter(({ cacheName }) => name === undefined || cacheName === only)
    .map((session) => sessionStatus(session, ctx))
  return { terminal: thisTerminal(files, ctx), sessions, profiles }
}

/** The account and role that the name stands for, unless the files have a profile of that name. */
export function profileWithoutFile(
  files: AwsFiles,
  name: string | undefined,
  { paths }: Pick<Context, 'paths'>,
) {
  if (name === undefined || profileNames(files).includes(name)) return undefined
  const identity = knownIdentity(paths, name)
  return identity && adHocProfile(identity)
}

function sessionStatus(session: SsoSession, ctx: Context): SessionStatus {
  try {
    const token = peekToken(tokenFileOf(session, ctx.paths), ctx.now())
    const state = !token ? 'signed-out' : isSignedIn(token, ctx) ? 'signed-in' : 'expired'
    return { session, token, state, problem: undefined }
  } catch (error) {
    if (!(error instanceof SsoxError)) throw error
    return { session, token: undefined, state: 'signed-out', problem: error.message }
  }
}

/** Valid now, or renewable without a browser. */
export function isSignedIn(
  token: SsoToken | undefined,
  { now }: Pick<Context, 'now'>,
): token is SsoToken {
  if (!token) return false
  const renewable = token.refreshToken && (token.registrationExpiresAt ?? 0) > now()
  return token.expiresAt > now() || Boolean(renewable)
}
