/** `ssox console`: the web console in the browser, signed in as a profile. */
import { setTimeout as delay } from 'node:timers/promises'
import { browserPlace } from '../auth/flow.ts'
import { openPage, withBrowser, withBrowserOf } from '../auth/open-page.ts'
import { statusLine } from '../auth/status-line.ts'
import {
  type ConsoleSite,
  consoleAddress,
  consoleSite,
  federationEndpoint,
  loginAddress,
  portalLink,
} from '../aws/console.ts'
import { pageOfService, SERVICE_NAMES } from '../aws/console-services.ts'
import type { Profile, SsoProfile } from '../aws/profile.ts'
import { configuredRegion, fits, partitionFor } from '../aws/region.ts'
import { accountOf } from '../aws/role-arn.ts'
import { ssoRoot } from '../aws/role-chain.ts'
import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { consoleSession } from '../profiles/console-session.ts'
import { ifPossible } from '../profiles/if-possible.ts'
import { type ChosenProfile, chooseOrPick } from '../profiles/profile-choice.ts'
import { noteBrokenLines } from '../profiles/profile-state.ts'
import { confirmProtected } from '../profiles/protected-profile.ts'
import { scopedSetting } from '../settings/table.ts'
import { rememberUse } from '../state/recent.ts'
import { writeAll } from '../system/files.ts'
import { serveOnce } from '../system/one-time-page.ts'
import { suggest } from '../text/suggest.ts'
import { PAGE_HEADERS, usedLinkPage } from '../ui/browser-page.ts'
import { timeLeft } from '../ui/duration.ts'
import { typedCommand } from '../ui/typed-command.ts'

/** A browser that runs for so long shows the page; one that was running already has ended by then. */
const FAILS_WITHIN_MS = 3_000
/** AWS forgets the sign-in token after fifteen minutes. */
const OPEN_WITHIN_MS = 10 * 60_000

/** The page, and the way to it. */
interface Plan {
  readonly chosen: ChosenProfile
  readonly site: ConsoleSite
  readonly page: string
  /** The context with the browser of this profile's console, which is not that of its sign-in. */
  readonly opener: Context
  /** Why nothing is opened: the address is printed. */
  readonly printed: string | undefined
}

/** @throws SsoxError as `consoleSession`; `usage` for a page that is none */
export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const { isPicked, ...chosen } = await chooseOrPick(call, ctx)
  noteBrokenLines(chosen.files, ctx)
  const { profile } = chosen
  const site = siteOf(profile, call, ctx)
  const page = consoleAddress(pathOf(call, profile), site)
  const opener = openerFor(profile, ctx)
  const plan = { chosen, site, page, opener, printed: whyPrinted(call, opener) }
  const link = linkFor(plan, call, ctx)
  if (plan.printed === undefined) requireOpening(call, profile, ctx)
  await confirmProtected(chosen, call, ctx)
  if (isPicked) ifPossible(() => rememberUse(ctx.paths, profile.name, ctx.now()), ctx)
  return link === undefined ? withKeys(plan, call, ctx) : throughPortal(link, plan, ctx)
}

function openerFor(profile: Profile, ctx: Context): Context {
  const root = ssoRoot(profile)
  const ofSession = root ? withBrowserOf(root.session, ctx) : ctx
  const command =
    scopedSetting('console_browser', ctx.scopes, profile.name) ?? ctx.settings.console_browser
  return withBrowser(command, ofSession)
}

/** @throws SsoxError `usage` for `--region` of another partition, or a partition without a console */
function siteOf(profile: Profile, { flags }: Call, ctx: Context): ConsoleSite {
  const region = configuredRegion(profile, ctx.region)
  const partition = partitionFor(profile, region)
  if (flags.region !== undefined && !fits(flags.region, profile))
    throw new SsoxError(
      'usage',
      `${flags.region} is not a region of ${partition.id}, where profile "${profile.name}" is`,
      typedCommand('console', profile.name, ['--region', partition.globalRegion]),
    )
  return consoleSite(partition.id, region)
}

/** @throws SsoxError `usage` for the name of no service */
function pathOf({ flags: { service, destination } }: Call, { name }: Profile): string {
  if (service !== undefined && destination !== undefined)
    throw new SsoxError(
      'usage',
      '--service and --destination name a page each',
      'leave one of them out',
    )
  if (destination !== undefined) return destination
  const path = pageOfService(service ?? 'console')
  if (path !== undefined) return path
  const similar = suggest(service ?? '', SERVICE_NAMES)
  throw new SsoxError(
    'usage',
    `no page of the console is called ${JSON.stringify(service)}${similar.length > 0 ? `; did you mean ${similar.join(', ')}?` : ''}`,
    similar[0] === undefined
      ? typedCommand('console', name, ['--destination', `${service}/home`])
      : typedCommand('console', name, ['--service', similar[0]]),
  )
}

function whyPrinted({ flags }: Call, ctx: Context): string | undefined {
  if (flags.print) return '--print'
  if (!ctx.signIn.openBrowser) return '--no-browser'
  const { canOpen, away } = browserPlace(ctx)
  return canOpen ? undefined : away
}

/** The verb itself asks for the browser, as `login` does; `--no-input` forbids it as there. */
function requireOpening({ flags }: Call, { name }: Profile, ctx: Context): void {
  if (flags.input !== false && !ctx.settings.no_input) return
  throw new SsoxError(
    'usage',
    `no browser is opened: ${flags.input === false ? '--no-input' : 'no_input = true in the settings'}`,
    typedCommand('console', name, ['--print']),
  )
}

/**
 * The link of the access portal, where the person prefers it or nothing is opened: it holds no
 * secret, so it may be printed and opened anywhere.
 * @throws SsoxError `usage` where `--portal` asks for one and the profile has none
 */
function linkFor({ chosen, page, printed }: Plan, { flags }: Call, ctx: Context) {
  const { profile } = chosen
  const preferred =
    flags.portal ??
    scopedSetting('portal', ctx.scopes, profile.name) ??
    ctx.settings.portal ??
    printed !== undefined
  if (!preferred) return undefined
  if (profile.kind === 'sso') return portalLink(withUrl(profile), page)
  if (!flags.portal) return undefined
  throw new SsoxError(
    'usage',
    `profile "${profile.name}" is no SSO profile: the access portal does not know it`,
    typedCommand('console', profile.name),
  )
}

function withUrl(profile: SsoProfile): SsoProfile {
  if (URL.canParse(profile.session.startUrl)) return profile
  throw new SsoxError(
    'profile',
    `the start URL of profile "${profile.name}" is no address: ${profile.session.startUrl}`,
    'correct sso_start_url, such as https://d-1234567890.awsapps.com/start',
  )
}

async function throughPortal(link: string, plan: Plan, ctx: Context): Promise<Outcome> {
  const { chosen, printed } = plan
  if (printed === undefined) {
    ctx.say.note(`opening the console ${whose(chosen)} through the access portal`)
    const over = new AbortController()
    const late = delay(FAILS_WITHIN_MS, undefined, { signal: over.signal }).catch(() => undefined)
    const failure = await Promise.race([open(link, plan), late])
    over.abort()
    if (failure === undefined) return {}
    ctx.say.ask(`no browser could be started (${failure}): open this link yourself`)
  } else if (printed !== '--print') ctx.say.note(`open this link in your browser (${printed})`)
  return { stdout: `${link}\n` }
}

/** Opens an address that holds no secret; `until` ends the watch over the browser. */
function open(address: string, { chosen, opener }: Plan, until?: AbortSignal) {
  const { onlyChosen } = browserPlace(opener)
  const signal = AbortSignal.any([opener.signal, ...(until ? [until] : [])])
  return openPage(address, { onlyChosen, profile: chosen.profile.name }, { ...opener, signal })
}

async function withKeys(plan: Plan, call: Call, ctx: Context): Promise<Outcome> {
  const { chosen, site, page, printed } = plan
  const { profile } = chosen
  const { name, settings } = profile
  const endpoint = federationEndpoint(site, { env: ctx.env, settings })
  const { token, endsAt } = await consoleSession(chosen, endpoint, call, ctx)
  const issuer = ssoRoot(profile)?.session.startUrl
  const over = new AbortController()
  const line = statusLine(ctx)
  const again = typedCommand('console', name)
  const served = await serveOnce({
    target: loginAddress(endpoint.url, { page, issuer, token }),
    port: ctx.signIn.port ?? 0,
    usedPage: usedLinkPage({ command: again }),
    headers: PAGE_HEADERS,
    onStranger: (uid) =>
      line.above(() =>
        ctx.say.warn(`user ${uid} of this machine has tried to open the console of "${name}"`),
      ),
  })
  try {
    if (printed === undefined) {
      ctx.say.note(`opening the console ${whose(chosen)}`)
      void open(served.url, plan, over.signal).then((failure) => {
        if (failure === undefined) return
        line.above(() => {
          ctx.say.ask(`no browser could be started (${failure}): open this address yourself`)
          ctx.say.lines(`  ${served.url}\n`)
        })
      })
    } else {
      ctx.say.ask(
        `this address of your own computer leads to the console ${whose(chosen)}, once, while this command waits (${printed})`,
      )
      writeAll(1, `${served.url}\n`)
    }
    const deadline = ctx.now() + OPEN_WITHIN_MS
    if (ctx.interactive) line.start('waiting for the browser', () => deadline - ctx.now())
    await inTime(served.opened, again, ctx)
  } finally {
    line.stop()
    over.abort()
    served.close()
  }
  const left = endsAt === undefined ? '' : ` for ${timeLeft(endsAt - ctx.now())}`
  ctx.say.note(`the console of "${name}" is open${left}`)
  return {}
}

async function inTime(opened: Promise<void>, again: string, { signal }: Context): Promise<void> {
  const deadline = AbortSignal.timeout(OPEN_WITHIN_MS)
  const ended = AbortSignal.any([signal, deadline])
  await new Promise<void>((resolve, reject) => {
    ended.addEventListener('abort', () => reject(ended.reason))
    opened.then(resolve)
  }).catch((error) => {
    signal.throwIfAborted()
    if (!deadline.aborted) throw error
    throw new SsoxError('sign-in', 'the address of the console was not opened in time', again)
  })
}

function whose({ profile }: ChosenProfile): string {
  const { accountId, roleName } = accountOf(profile)
  const who = [roleName, accountId && `account ${accountId}`].filter(Boolean).join(' in ')
  return `of "${profile.name}"${who && ` (${who})`}`
}
