/** Which SSO session a command is about. */

import { allSessions, type ChosenSession, throughProfile } from '../auth/known-sessions.ts'
import {
  type AwsFiles,
  adHocProfile,
  adHocSession,
  describeProfile,
  explainMissing,
  findSession,
  loadProfile,
  NO_SETTINGS,
  profileNames,
  type SsoSession,
  sessionNames,
} from '../aws/profile.ts'
import { ssoRoot } from '../aws/role-chain.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { knownIdentities, knownIdentity } from '../state/identities.ts'
import { suggest } from '../text/suggest.ts'
import { typedCommand } from '../ui/typed-command.ts'
import { environmentSignIn } from './identity-flags.ts'
import { called, nameMeant } from './profile-choice.ts'
import { noteBrokenLines, profileOfEnvironment } from './profile-state.ts'

type Verb = 'login' | 'logout'

/**
 * The session that `name` means to the verb; without a name that of the profile AWS_PROFILE, else
 * that of the variables, else the only one there is. To `login`, a profile of that name comes before
 * a session, to `logout` after it; a session without a name is called by its start URL. What is in
 * the files comes before accounts and roles without a profile.
 * @throws SsoxError `profile` (unknown, or the profile has no SSO), `usage` (several to choose from)
 */
export function chooseSession(name: string | undefined, verb: Verb, ctx: Context): ChosenSession {
  const files = loadAwsFiles(ctx.paths)
  const chosen = sessionFor(files, name, verb, ctx)
  noteBrokenLines(files, ctx)
  return chosen
}

function sessionFor(
  files: AwsFiles,
  name: string | undefined,
  verb: Verb,
  ctx: Context,
): ChosenSession {
  if (name !== undefined) return namedSession(files, name, verb, ctx)
  const current = profileOfEnvironment(ctx)
  if (current) return sessionOfProfile(files, current, verb, ctx)
  const signIn = environmentSignIn(ctx)
  if (signIn) return { session: adHocSession(signIn), settings: NO_SETTINGS }
  const all = allSessions(files)
  const [only, ...others] = all
  if (only && others.length === 0) return only
  if (only === undefined)
    throw new SsoxError('profile', `there is no SSO profile in ${files.configPath}`, 'ssox setup')
  throw new SsoxError(
    'usage',
    `there are ${all.length} SSO sessions: ${all.map(({ session }) => labelOf(session)).join(', ')}`,
    typedCommand(verb, nameFor(files, only, verb, ctx)),
  )
}

function namedSession(files: AwsFiles, name: string, verb: Verb, ctx: Context): ChosenSession {
  const isProfile = profileNames(files).includes(name)
  if (sessionNames(files).includes(name)) {
    const isUsable = isProfile && describeProfile(files, name).problem === undefined
    const root = isUsable && verb === 'login' ? ssoRoot(loadProfile(files, name)) : undefined
    return root ? throughProfile(root) : sessionCalled(files, name)
  }
  const again = (profile: string) => typedCommand(verb, profile, ctx.signIn.words)
  const meant = nameMeant(files, name, again, ctx)
  if (isProfile || meant !== name || knownIdentity(ctx.paths, name))
    return sessionOfProfile(files, meant, verb, ctx)
  const withoutProfile = knownIdentities(ctx.paths).map(adHocProfile).map(throughProfile)
  const all = [...allSessions(files), ...withoutProfile]
  const unnamed = all.find(({ session }) => session.cacheName === name)
  if (unnamed) return unnamed
  throw explainMissing(files, name) ?? unknownName(files, name, verb, ctx)
}

/** @throws SsoxError `profile` when there is none, or it has no SSO */
function sessionOfProfile(files: AwsFiles, name: string, verb: Verb, ctx: Context): ChosenSession {
  const root = ssoRoot(called(files, name, ctx).profile)
  if (root) return throughProfile(root)
  throw new SsoxError(
    'profile',
    `profile "${name}" does not use SSO, so there is nothing to sign ${verb === 'login' ? 'in to' : 'out of'}`,
    verb === 'login' ? typedCommand('whoami', name) : 'ssox status',
  )
}

/** The section of that name, reached as a profile that uses it says. */
function sessionCalled(files: AwsFiles, name: string): ChosenSession {
  const user = profileNames(files).find((profile) => {
    const { problem, session } = describeProfile(files, profile)
    return problem === undefined && session === name
  })
  const root = user === undefined ? undefined : ssoRoot(loadProfile(files, user))
  return { session: findSession(files, name), settings: root?.settings ?? NO_SETTINGS }
}

/** A name that leads the verb to this session: its own, unless that means another one. */
function nameFor(
  files: AwsFiles,
  { session, profile }: ChosenSession,
  verb: Verb,
  ctx: Context,
): string {
  const name = labelOf(session)
  const { cacheName } = namedSession(files, name, verb, ctx).session
  return cacheName === session.cacheName ? name : (profile?.name ?? name)
}

function unknownName(files: AwsFiles, name: string, verb: Verb, { signIn }: Context): SsoxError {
  const similar = suggest(name, [...sessionNames(files), ...profileNames(files)])
  return new SsoxError(
    'profile',
    `no profile or SSO session is called "${name}"${similar.length > 0 ? `; did you mean ${similar.join(', ')}?` : ''}`,
    similar[0] === undefined ? 'ssox list' : typedCommand(verb, similar[0], signIn.words),
  )
}

function labelOf(session: SsoSession): string {
  return session.kind === 'named' ? session.name : session.startUrl
}
