/** `ssox login`: signs in if needed. */

import { sessionLabel } from '../auth/session-label.ts'
import { ensureToken } from '../auth/token.ts'
import { adHocProfile } from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { timeLeft } from '../ui/duration.ts'
import type { Call, Outcome } from './command.ts'
import { identityOf } from './profile-choice.ts'
import { chooseSession } from './session-choice.ts'
import { signInView } from './signin-view.ts'

export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const [name] = call.args
  const identity = name === undefined ? identityOf(call, ctx) : undefined
  const { session, settings } = identity
    ? adHocProfile(identity)
    : chooseSession(name, 'login', ctx)
  const token = await ensureToken(
    {
      session,
      settings,
      force: call.flags.force ?? false,
      view: signInView(ctx),
      connect: async () => {
        const { openIdentityCenter } = await import('../auth/client.ts')
        return openIdentityCenter(session, settings, ctx)
      },
    },
    ctx,
  )
  const left = timeLeft(token.expiresAt - ctx.now())
  const renewal = token.refreshToken ? ', then renewed by itself' : ''
  ctx.say.note(`signed in to ${sessionLabel(session)} (${left} left${renewal})`)
  return {}
}
