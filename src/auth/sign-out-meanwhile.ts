/** Keys that are got while somebody signs out: what a logout has removed must not come back after it. */
import type { Profile, SsoProfile } from '../aws/profile.ts'
import { ssoRoot } from '../aws/role-chain.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { isTokenStored, tokenFileOf } from '../state/token-cache.ts'
import { sessionLabel } from './session-label.ts'
import { signInCommand } from './sign-in-command.ts'

/**
 * Remembers whether there is a sign-in behind `profile` now.
 * @returns to be called before anything that was got with it is stored: throws SsoxError `sign-in`
 *   when the sign-in that was there is not any more
 */
export function watchSignOut(profile: Profile, { paths }: Pick<Context, 'paths'>): () => void {
  const root = ssoRoot(profile)
  if (!root) return () => undefined
  const isSignedIn = () => isTokenStored(tokenFileOf(root.session, paths))
  const wasSignedIn = isSignedIn()
  return () => {
    if (wasSignedIn && !isSignedIn()) throw signedOut(profile, root)
  }
}

function signedOut({ name }: Profile, root: SsoProfile): SsoxError {
  return new SsoxError(
    'sign-in',
    `somebody has signed out of ${sessionLabel(root.session)} while ssox got the credentials of "${name}"`,
    signInCommand(root.session, root),
  )
}
