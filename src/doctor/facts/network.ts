/** Asks each sign-in host for anything at all: whether it answers, and what time it has. */
import { networkInterfaces } from 'node:os'
import { createRequestHandler } from '../../auth/http.ts'
import type { ChosenSession } from '../../auth/known-sessions.ts'
import { resolveStartUrl } from '../../auth/portal-address.ts'
import { translate } from '../../auth/service-error.ts'
import { type Endpoint, endpointOf } from '../../aws/endpoint.ts'
import type { Context } from '../../context.ts'
import { messageOf, SsoxError } from '../../problem.ts'
import type { HostAnswer, NetworkFacts } from '../facts.ts'

const SERVICES = ['sso_oidc', 'sso'] as const
const ANSWER_MS = 10_000

/** @throws the signal's reason */
export async function askHosts(
  sessions: readonly ChosenSession[],
  offline: string | undefined,
  ctx: Context,
): Promise<NetworkFacts> {
  if (sessions.length === 0) return { skipped: undefined, answers: [] }
  if (offline !== undefined) return { skipped: offline, answers: [] }
  if (!hasNetwork()) return { skipped: 'this machine has no network', answers: [] }
  // What the sign-in would warn of is a finding here.
  const quiet: Context = {
    ...ctx,
    say: { ...ctx.say, warn: () => undefined, note: () => undefined },
  }
  const asked = new Map<string, Promise<HostAnswer>>()
  const answers = await Promise.all(
    sessions.flatMap((chosen) =>
      SERVICES.map((service) => answerOf(chosen, service, asked, quiet)),
    ),
  )
  ctx.signal.throwIfAborted()
  const seen = new Set<string>()
  // A proxy that is none is the same for every host.
  const isNew = ({ host, problem }: HostAnswer) => {
    const key = problem?.message ?? host
    return !seen.has(key) && seen.add(key)
  }
  return { skipped: undefined, answers: answers.filter(isNew) }
}

/** Each host is asked once, whichever sessions need it. */
async function answerOf(
  { session, settings }: ChosenSession,
  service: (typeof SERVICES)[number],
  asked: Map<string, Promise<HostAnswer>>,
  ctx: Context,
): Promise<HostAnswer> {
  let host = session.startUrl
  try {
    const region = session.region || (await resolveStartUrl(session, settings, ctx)).region
    const endpoint = endpointOf(service, { region, env: ctx.env, settings })
    host = new URL(endpoint.url).host
    const key = `${endpoint.url} ${settings.caBundle ?? ''}`
    const answer = asked.get(key) ?? ask(endpoint, settings, ctx)
    asked.set(key, answer)
    return await answer
  } catch (error) {
    return { host, leadMs: undefined, problem: asProblem(error) }
  }
}

/** Any answer is one: without a token there is nothing to get. */
async function ask(
  endpoint: Endpoint,
  settings: ChosenSession['settings'],
  ctx: Context,
): Promise<HostAnswer> {
  const url = new URL(endpoint.url)
  const deadline = AbortSignal.timeout(ANSWER_MS)
  const request = {
    method: 'GET',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port ? { port: Number(url.port) } : {}),
    path: '/',
    query: {},
    headers: { host: url.host, 'user-agent': 'ssox' },
  }
  try {
    const handler = createRequestHandler(endpoint.url, settings, ctx)
    const { response } = await handler.handle(
      request as unknown as Parameters<typeof handler.handle>[0],
      { abortSignal: AbortSignal.any([ctx.signal, deadline]) },
    )
    response.body?.destroy?.()
    const date = Date.parse(response.headers['date'] ?? '')
    return {
      host: url.host,
      leadMs: Number.isNaN(date) ? undefined : Date.now() - date,
      problem: undefined,
    }
  } catch (error) {
    ctx.signal.throwIfAborted()
    const limit = deadline.aborted ? ANSWER_MS : undefined
    return {
      host: url.host,
      leadMs: undefined,
      problem: asProblem(translate(error, endpoint, limit)),
    }
  }
}

function asProblem(error: unknown): SsoxError {
  return error instanceof SsoxError ? error : new SsoxError('network', messageOf(error))
}

/** False only where there is no interface but loopback. */
function hasNetwork(): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some(({ internal }) => !internal))
}
