/** Where a start URL on a company's own domain leads (see src/aws/start-url.ts). */
import type { ProfileSettings, SsoSession } from '../aws/profile.ts'
import { isAwsHost, plainStartUrl, regionOfPortal } from '../aws/start-url.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { createRequestHandler, textOf } from './http.ts'
import { deadlineFor } from './retry.ts'
import { translate } from './service-error.ts'
import { sessionLabel } from './session-label.ts'
import { whileWaiting } from './status-line.ts'

export interface ResolvedStart {
  /** The address of the access portal. */
  readonly startUrl: string
  readonly region: string
}

/**
 * Asks the host of the start URL where it leads; one redirect is read, none is followed.
 * @throws SsoxError `profile` when it does not lead to AWS, or nothing tells the region; `network`
 */
export async function resolveStartUrl(
  session: SsoSession,
  settings: ProfileSettings,
  ctx: Context,
): Promise<ResolvedStart> {
  const url = new URL(session.startUrl)
  const target = await redirectOf(url, settings, ctx)
  if (target.protocol !== 'https:' || !isAwsHost(target.hostname))
    throw new SsoxError(
      'profile',
      `the start URL of ${sessionLabel(session)}, ${url.href}, does not lead to an access portal of AWS${target.href === url.href ? '' : `, but to ${target.href}`}`,
      'set sso_start_url to the address of the portal, such as https://d-1234567890.awsapps.com/start',
    )
  const region = regionOfPortal(target.hostname) ?? session.region
  if (region) return { startUrl: plainStartUrl(target), region }
  throw new SsoxError(
    'profile',
    `${sessionLabel(session)} lacks sso_region, and its portal ${target.host} does not tell it`,
    `add sso_region to ${sessionLabel(session)}: the region of IAM Identity Center`,
  )
}

/**
 * The region that the page of an access portal names; undefined where it names none.
 * @throws SsoxError `network`
 */
export async function regionOfPage(
  startUrl: string,
  settings: ProfileSettings,
  ctx: Context,
): Promise<string | undefined> {
  let url = new URL(startUrl)
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const { status, location, body } = await ask('GET', url, settings, ctx, [])
    if (status < 300) return regionIn(body)
    if (status >= 400 || !URL.canParse(location, url.href)) return undefined
    url = new URL(location, url.href)
    if (url.protocol !== 'https:' || !isAwsHost(url.hostname)) return undefined
  }
  return undefined
}

const MAX_PAGES = 4
/** More of a page is not read: its head is at the beginning. */
const MAX_PAGE_BYTES = 256 * 1024

function regionIn(page: string): string | undefined {
  for (const [tag] of page.matchAll(/<meta\b[^>]*>/gi)) {
    const [, name] = /\bname\s*=\s*["']?([\w-]+)/i.exec(tag) ?? []
    const [, content] = /\bcontent\s*=\s*["']?([a-z0-9-]+)/.exec(tag) ?? []
    if (name?.toLowerCase() === 'region' && content) return content
  }
  return undefined
}

async function redirectOf(url: URL, settings: ProfileSettings, ctx: Context): Promise<URL> {
  const head = await ask('HEAD', url, settings, ctx)
  const { status, location } = [405, 501].includes(head.status)
    ? await ask('GET', url, settings, ctx)
    : head
  if (status < 400) {
    const isRedirect = [301, 302, 303, 307, 308].includes(status)
    return isRedirect && URL.canParse(location, url.href) ? new URL(location, url) : url
  }
  throw new SsoxError(
    'network',
    `cannot find out where the start URL ${url.href} leads: it answers HTTP ${status}`,
    `open it in the browser: ${url.href}`,
  )
}

async function ask(
  method: string,
  url: URL,
  settings: ProfileSettings,
  ctx: Context,
  chosenBy: readonly string[] = ['sso_start_url'],
) {
  const deadline = AbortSignal.timeout(deadlineFor(1))
  const request = {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port ? { port: Number(url.port) } : {}),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, 'user-agent': 'ssox' },
  }
  const handler = createRequestHandler(url.origin, settings, ctx)
  const stop = whileWaiting(url.origin, ctx)
  try {
    const { response } = await handler.handle(
      request as unknown as Parameters<typeof handler.handle>[0],
      { abortSignal: AbortSignal.any([ctx.signal, deadline]) },
    )
    const body =
      method === 'GET' && response.statusCode < 300
        ? await textOf(response.body, MAX_PAGE_BYTES)
        : ''
    response.body?.destroy?.()
    return { status: response.statusCode, location: response.headers['location'] ?? '', body }
  } catch (error) {
    ctx.signal.throwIfAborted()
    const limit = deadline.aborted ? deadlineFor(1) : undefined
    throw translate(error, { url: url.origin, settings: chosenBy }, limit)
  } finally {
    stop()
  }
}
