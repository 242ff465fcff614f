/** Which Identity Center `setup` is about: its address, its region, and the session that stands for it. */
import { isRegionName } from '../aws/partition.ts'
import { isInstance, readPastedUrl, suggestedSession } from '../aws/pasted-url.ts'
import {
  type AwsFiles,
  findSession,
  type NamedSession,
  NO_SETTINGS,
  type SsoSession,
  sessionNames,
} from '../aws/profile.ts'
import { isOwnDomain } from '../aws/start-url.ts'
import type { Flags } from '../cli/spec.ts'
import type { Context } from '../context.ts'
import { messageOf, SsoxError } from '../problem.ts'
import { ask } from '../system/ask.ts'
import { typedCommand } from '../ui/typed-command.ts'
import { legacyGroups } from './convert.ts'
import { isSameUrl } from './plan.ts'

const EXAMPLE = 'https://d-1234567890.awsapps.com/start'
const SCOPES = ['sso:account:access']
/** Every tool reads a session that is called so. */
const SESSION_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

/** What was asked for: by the argument, by flags, by variables. */
export interface StartAsked {
  readonly address: string | undefined
  readonly region: string | undefined
  readonly session: string | undefined
  readonly isLegacy: boolean
}

/** @throws SsoxError `usage` for two addresses, or a region or a session that cannot be */
export function startAsked(args: readonly string[], flags: Flags, { env }: Context): StartAsked {
  if (args[0] !== undefined && flags.startUrl !== undefined)
    throw usage('the start URL is given twice', 'leave out --start-url')
  const region = flags.ssoRegion ?? (env['AWS_SSO_REGION'] || undefined)
  if (region !== undefined && !isRegionName(region))
    throw usage(
      `the SSO region ${JSON.stringify(region)} is not the name of a region`,
      'use the region of your IAM Identity Center, such as eu-west-1',
    )
  const { session } = flags
  if (session !== undefined && !SESSION_NAME.test(session))
    throw usage(
      `a session cannot be called ${JSON.stringify(session)}: not every AWS tool reads that`,
      'use letters, digits and . _ -',
    )
  if (session !== undefined && flags.legacy)
    throw usage('--legacy makes profiles without a session', 'leave out --session')
  const address = args[0] ?? flags.startUrl ?? (env['AWS_SSO_START_URL'] || undefined)
  return { address, region, session, isLegacy: flags.legacy ?? false }
}

/**
 * The session that the profiles will have; one of the files where it is there already.
 * @throws SsoxError `usage` (nothing says which, or it is no address of a portal), `profile`, `network`
 */
export async function chooseStart(
  asked: StartAsked,
  files: AwsFiles,
  ctx: Context,
): Promise<SsoSession> {
  const name = asked.address ?? asked.session
  if (name !== undefined && sessionNames(files).includes(name))
    return asLegacy(findSession(files, name), asked)
  const known = asked.address === undefined ? onlySession(files, asked) : undefined
  if (known) return asLegacy(known, asked)
  const { startUrl, region } = await addressOf(asked, files, ctx)
  const present = presentSession(startUrl, asked.region, asked, files)
  if (present) return asLegacy(present, asked)
  return newSession(startUrl, region ?? (await findRegion(startUrl, files, ctx)), asked, files)
}

/** The session of an Identity Center that is known: one of the files, else a new one. */
export function sessionWith(
  startUrl: string,
  region: string,
  asked: StartAsked,
  files: AwsFiles,
): SsoSession {
  return (
    presentSession(startUrl, region, asked, files) ?? newSession(startUrl, region, asked, files)
  )
}

function presentSession(
  startUrl: string,
  region: string | undefined,
  { session }: StartAsked,
  files: AwsFiles,
): NamedSession | undefined {
  return sessionsOf(files).find(
    (one) =>
      isSameUrl(one.startUrl, startUrl) &&
      (region === undefined || one.region === region) &&
      (session === undefined || one.name === session),
  )
}

/** The sessions of the files that can be used. */
function sessionsOf(files: AwsFiles): NamedSession[] {
  return sessionNames(files).flatMap((name) => {
    try {
      return [findSession(files, name)]
    } catch {
      return []
    }
  })
}

function onlySession(files: AwsFiles, { session }: StartAsked): NamedSession | undefined {
  if (session !== undefined) return undefined
  const [only, ...others] = sessionsOf(files)
  if (others.length === 0) return only
  const names = sessionNames(files)
  throw usage(
    `there are several sessions: ${names.join(', ')}`,
    typedCommand('setup', names[0] ?? ''),
  )
}

async function addressOf(asked: StartAsked, files: AwsFiles, ctx: Context) {
  if (asked.address !== undefined) return readAddress(asked.address, asked.region, ctx)
  if (!ctx.interactive)
    throw usage(
      `nothing says which access portal it is, and nobody can be asked (${ctx.cannotAsk})`,
      typedCommand('setup', EXAMPLE, ['--yes']),
    )
  ctx.say.ask('the address of your AWS access portal: copy it from the browser, or from the mail')
  ctx.say.ask(`that invited you (${EXAMPLE}, your company's part of it, or d-…)`)
  const groups = legacyGroups(files)
  const usual = groups.length === 1 ? groups[0]?.startUrl : undefined
  for (;;) {
    const answer = await ask(`Start URL${usual ? ` [${usual}]` : ''}: `, ctx.signal)
    const text = answer.trim() || usual
    if (text === undefined) continue
    try {
      return await readAddress(text, asked.region, ctx)
    } catch (error) {
      if (!(error instanceof SsoxError) || error.kind !== 'usage') throw error
      ctx.say.problem(error)
    }
  }
}

async function readAddress(text: string, asked: string | undefined, ctx: Context) {
  const needsRegion = isInstance(text) && asked === undefined
  if (needsRegion && !ctx.interactive)
    throw usage(
      `${text} alone does not tell its region`,
      `${typedCommand('setup', text, ['--sso-region', 'us-east-1'])}   (or the region it is in)`,
    )
  const region = needsRegion ? await askRegion(ctx) : asked
  const pasted = readPastedUrl(text, region)
  if (pasted) return { ...pasted, region: region ?? pasted.region }
  throw usage(
    `${JSON.stringify(text)} is not the address of an AWS access portal`,
    typedCommand('setup', EXAMPLE),
  )
}

/**
 * The region of Identity Center: where the company's address leads, what other profiles of it say,
 * what the page of the portal says, else what the person says.
 */
async function findRegion(startUrl: string, files: AwsFiles, ctx: Context): Promise<string> {
  const region =
    legacyGroups(files).find((group) => isSameUrl(group.startUrl, startUrl))?.region ??
    (await lookedUp(startUrl, ctx))
  if (region !== undefined && isRegionName(region)) {
    ctx.say.note(`IAM Identity Center is in ${region}`)
    return region
  }
  if (ctx.interactive) return askRegion(ctx)
  throw usage(
    `the page of ${startUrl} does not tell the region of IAM Identity Center`,
    `${typedCommand('setup', startUrl, ['--sso-region', 'us-east-1'])}   (or the region it is in)`,
  )
}

async function lookedUp(startUrl: string, ctx: Context): Promise<string | undefined> {
  const { regionOfPage, resolveStartUrl } = await import('../auth/portal-address.ts')
  try {
    if (!isOwnDomain(startUrl)) return await regionOfPage(startUrl, NO_SETTINGS, ctx)
    const session = { kind: 'legacy', startUrl, region: '', cacheName: startUrl } as const
    return (await resolveStartUrl(session, NO_SETTINGS, ctx)).region
  } catch (error) {
    ctx.signal.throwIfAborted()
    if (!(error instanceof SsoxError)) throw error
    if (error.kind === 'network' && ctx.interactive) {
      ctx.say.warn(messageOf(error))
      return undefined
    }
    // Its own words are about a session of the files.
    const fix =
      error.kind === 'network'
        ? 'check the start URL, the network and VPN, then try again'
        : typedCommand('setup', EXAMPLE)
    throw new SsoxError(error.kind, error.message, fix, { cause: error })
  }
}

async function askRegion(ctx: Context): Promise<string> {
  ctx.say.ask(
    'the region of IAM Identity Center (not yours): its administrators know it, and it is',
  )
  ctx.say.ask('in the address of the sign-in page, such as eu-west-1.signin.aws')
  for (;;) {
    const region = (await ask('Region of IAM Identity Center: ', ctx.signal)).trim()
    if (/^[a-z]{2,}(?:-[a-z]+)+-\d+$/.test(region)) return region
    if (region !== '') ctx.say.ask(`${JSON.stringify(region)} is not the name of a region`)
  }
}

function newSession(
  startUrl: string,
  region: string,
  { session, isLegacy }: StartAsked,
  files: AwsFiles,
): SsoSession {
  if (isLegacy) return { kind: 'legacy', startUrl, region, cacheName: startUrl }
  const names = sessionNames(files)
  if (session !== undefined && names.includes(session))
    throw new SsoxError(
      'profile',
      `the session "${session}" of ${files.configPath} has another start URL or region`,
      typedCommand('setup', startUrl, ['--sso-region', region, '--session', `${session}-2`]),
    )
  const name = session ?? freeName(suggestedSession(startUrl), names)
  return draftSession(name, startUrl, region)
}

/** A session that is not in the files yet. */
function draftSession(name: string, startUrl: string, region: string): NamedSession {
  return { kind: 'named', name, startUrl, region, scopes: SCOPES, cacheName: name, isDraft: true }
}

/** `sso`, else `sso-2`, and so on. */
function freeName(name: string, taken: readonly string[]): string {
  let free = name
  for (let number = 2; taken.includes(free); number++) free = `${name}-${number}`
  return free
}

function asLegacy(session: NamedSession, { isLegacy }: StartAsked): SsoSession {
  const { startUrl, region } = session
  return isLegacy ? { kind: 'legacy', startUrl, region, cacheName: startUrl } : session
}

function usage(message: string, fix: string): SsoxError {
  return new SsoxError('usage', message, fix)
}
