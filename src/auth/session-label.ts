import type { SsoSession } from '../aws/profile.ts'

/** How an SSO session is called in messages: its quoted name, or the start URL of a legacy one. */
export function sessionLabel(session: SsoSession): string {
  return session.kind === 'named' ? `"${session.name}"` : session.startUrl
}
