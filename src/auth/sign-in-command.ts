import { identityName, type SsoProfile, type SsoSession } from '../aws/profile.ts'
import { typedCommand } from '../ui/typed-command.ts'

/**
 * The command that signs in. A profile is named by preference: a session may have the name of a
 * profile that signs in elsewhere, and then `ssox login <name>` means the profile.
 */
export function signInCommand(
  session: SsoSession,
  profile: SsoProfile | undefined,
  options: readonly string[] = [],
): string {
  // The name that `adHocProfile` makes is in no file.
  if (profile && profile.name !== identityName(profile))
    return typedCommand('login', profile.name, options)
  const { startUrl, region } = session
  if (session.kind === 'named' && session.isDraft)
    return typedCommand('setup', startUrl, [
      ...['--sso-region', region, '--session', session.name],
      ...options,
    ])
  if (session.kind === 'named') return typedCommand('login', session.name, options)
  const where = ['--start-url', startUrl, '--sso-region', region]
  return typedCommand('login', undefined, [...where, ...options])
}
