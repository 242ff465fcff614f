/**
 * How the AWS clients reach the network: proxy, certificate authorities, time limits, size limit.
 * On Node 20 the SDK honours neither HTTPS_PROXY nor AWS_CA_BUNDLE by itself.
 */
import type { Readable } from 'node:stream'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { ProfileSettings } from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import type { Env } from '../state/paths.ts'
import { limitLookups } from '../system/lookups.ts'
import { noteClockLead } from './clock.ts'
import { PlainAgent, SecureAgent } from './connect.ts'
import { proxyFor } from './proxy-choice.ts'
import { type Roots, systemRoots, trustedRoots } from './roots.ts'
import { isUntrusted, notAws, UntrustedError } from './service-error.ts'

/** An answer of these services is a few KB; more is a mistake or an attack. */
const MAX_ANSWER_BYTES = 10 * 1024 * 1024

type Handle = NodeHttpHandler['handle']

/**
 * A request handler for one endpoint; each request has a connection of its own.
 * @throws SsoxError `profile` for a CA bundle that is none, `network` when certificate checks are
 *   switched off for an https endpoint, or the proxy is none
 */
export function createRequestHandler(endpoint: string, settings: ProfileSettings, ctx: Context) {
  limitLookups(ctx.env)
  const isSecure = endpoint.startsWith('https:')
  if (isSecure) refuseWithoutVerification(ctx.env)
  const proxy = proxyFor(new URL(endpoint), ctx.env)
  let roots = isSecure ? trustedRoots(settings, ctx) : undefined
  const send = async (
    trusted: Roots | undefined,
    ...[request, options = {}]: Parameters<Handle>
  ) => {
    const failed = new AbortController()
    const signal = AbortSignal.any([ctx.signal, failed.signal, ...signalOf(options.abortSignal)])
    const handler = new NodeHttpHandler({
      httpAgent: new PlainAgent(),
      ...(trusted
        ? { httpsAgent: new SecureAgent({ secureContext: trusted.context, proxy, signal }) }
        : {}),
    })
    try {
      return await handler.handle(request, { ...options, abortSignal: signal })
    } catch (error) {
      failed.abort()
      throw error
    }
  }
  const handler = new NodeHttpHandler()
  handler.handle = async (request, options) => {
    const result = await send(roots, request, options).catch((error) => {
      if (!isUntrusted(error)) throw error
      // Reading the store of the system takes time that most never need.
      const wider = roots?.bundle === undefined ? systemRoots(ctx) : undefined
      if (!wider) throw new UntrustedError(error, roots?.bundle)
      roots = wider
      return send(wider, request, options).catch((again) => {
        throw isUntrusted(again) ? new UntrustedError(again, undefined) : again
      })
    })
    return limitAnswer(result, ctx)
  }
  return handler
}

/**
 * The same for a service of AWS, which answers with JSON or XML: a page is of a network that wants a
 * sign-in, or of a proxy, and must not be taken for an answer without fields. Requests fail with
 * SsoxError `network` then.
 */
export function createServiceHandler(endpoint: string, settings: ProfileSettings, ctx: Context) {
  const handler = createRequestHandler(endpoint, settings, ctx)
  const { handle } = handler
  handler.handle = async (request, options) => {
    const result = await handle(request, options)
    const { response } = result
    if (!isPage(response)) return result
    response.body?.destroy?.()
    throw notAws(new URL(endpoint).host)
  }
  return handler
}

/** What is not available, or receives too many requests, may say so on a page; it is asked again. */
function isPage({ statusCode, headers }: Awaited<ReturnType<Handle>>['response']): boolean {
  const isHtml = /^text\/html\b/i.test(headers['content-type'] ?? '')
  return isHtml && headers['content-length'] !== '0' && statusCode < 500 && statusCode !== 429
}

function signalOf(signal: unknown): AbortSignal[] {
  return signal instanceof AbortSignal ? [signal] : []
}

function refuseWithoutVerification(env: Env): void {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return
  throw new SsoxError(
    'network',
    'NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off: no token is sent like that',
    'unset NODE_TLS_REJECT_UNAUTHORIZED; export AWS_CA_BUNDLE=/path/to/your/ca.pem',
  )
}

/** Cuts endless answers off and learns how far the local clock is off. */
function limitAnswer(result: Awaited<ReturnType<Handle>>, ctx: Context) {
  const { headers, body } = result.response
  const date = Date.parse(headers['date'] ?? '')
  if (!Number.isNaN(date)) noteClockLead(Date.now() - date, ctx)
  let received = 0
  body?.on?.('data', (chunk: Buffer) => {
    received += chunk.length
    if (received > MAX_ANSWER_BYTES)
      body.destroy(new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`))
  })
  // The listener above must not start the flow before the SDK reads.
  body?.pause?.()
  return result
}

/**
 * The text of an answer, as far as `limit`; by its events, since somebody else listens already, which an
 * iterator does not bear.
 */
export function textOf(stream: Readable, limit = MAX_ANSWER_BYTES): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const end = () => resolve(Buffer.concat(chunks).toString('utf8'))
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size > limit) end()
    })
    stream.once('end', end)
    stream.once('error', reject)
    stream.resume()
  })
}
