/** `ssox login`: signs in if needed. */
import { join } from 'node:path'
import { ensureToken } from '../auth/ensure-token.ts'
import type { ChosenSession } from '../auth/known-sessions.ts'
import { sessionLabel } from '../auth/session-label.ts'
import { adHocSession, NO_SETTINGS, type SsoSession } from '../aws/profile.ts'
import type { SsoToken } from '../aws/token.ts'
import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { refuseIdentityBeside, signInIdentityOf } from '../profiles/identity-flags.ts'
import { chooseSession } from '../profiles/session-choice.ts'
import { readToken, tokenFileOf } from '../state/token-cache.ts'
import { accessCure } from '../system/access.ts'
import { timeLeft } from '../ui/duration.ts'
import { typedWord } from '../ui/typed-command.ts'

export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const { session, settings, profile } = chooseSignIn(call, ctx)
  const token = await ensureToken(
    {
      session,
      settings,
      profile,
      force: call.flags.force ?? false,
    },
    ctx,
  )
  await requireStored(token, session, ctx)
  const left = timeLeft(token.expiresAt - ctx.now())
  const renewal = token.refreshToken ? ', then renewed by itself' : ''
  ctx.say.note(`signed in to ${sessionLabel(session)} (${left} left${renewal})`)
  return {}
}

/** The sign-in of the identity flags, else what `chooseSession` finds. */
function chooseSignIn(call: Call, ctx: Context): ChosenSession {
  refuseIdentityBeside(call)
  const identity = signInIdentityOf(call, ctx)
  if (identity) return { session: adHocSession(identity), settings: NO_SETTINGS }
  return chooseSession(call.args[0], 'login', ctx)
}

/** Elsewhere a token that could not be stored still serves the command; here it is the purpose. */
async function requireStored(token: SsoToken, session: SsoSession, ctx: Context): Promise<void> {
  const stored = await readToken(tokenFileOf(session, ctx.paths), ctx.now(), ctx.signal)
  // Another ssox may have refreshed it meanwhile: a later end is as good.
  const isKept =
    stored?.accessToken === token.accessToken || (stored?.expiresAt ?? 0) > token.expiresAt
  if (isKept) return
  throw new SsoxError(
    'storage',
    `the sign-in to ${sessionLabel(session)} is lost: it could not be stored`,
    accessCure(join(ctx.paths.ssoCache, 'token'), 'write') ??
      `make the folder writable, with some space: ls -ld ${typedWord(ctx.paths.ssoCache)}`,
  )
}
