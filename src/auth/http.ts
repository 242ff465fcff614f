/**
 * How the AWS clients reach the network: proxy, certificate authorities, time-outs, size limit.
 * On Node 20 the SDK honours neither HTTPS_PROXY nor AWS_CA_BUNDLE by itself.
 */
import { Agent, type AgentOptions } from 'node:https'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { SsoxError } from '../problem.ts'
import type { Env } from '../state/paths.ts'
import { readUserFile } from '../system/files.ts'
import { ProxyAgent, TUNNEL_MS } from './proxy-agent.ts'
import { proxyFor } from './proxy-choice.ts'

const CONNECT_MS = 3_000
const ANSWER_MS = 10_000
/** An answer of these services is a few KB; more is a mistake or an attack. */
const LONGEST_ANSWER_BYTES = 10 * 1024 * 1024

export interface HttpOptions {
  readonly env: Env
  /** `ca_bundle` of the profile; AWS_CA_BUNDLE wins. */
  readonly caBundle: string | undefined
  readonly endpoint: string
  /** Ends the wait for a proxy. */
  readonly signal: AbortSignal
  /** Called with the local clock's lead over the service, in milliseconds, for each answer. */
  readonly onClockLead?: (leadMs: number) => void
}

/**
 * A request handler for one endpoint.
 * @throws SsoxError `profile` when the CA bundle cannot be read, `network` when certificate
 *   checks are switched off for an https endpoint, or the proxy is none
 */
export function createRequestHandler(options: HttpOptions) {
  const { env, endpoint } = options
  if (endpoint.startsWith('https:')) refuseWithoutVerification(env)
  const agentOptions: AgentOptions = { keepAlive: false, minVersion: 'TLSv1.2' }
  const ca = caBundle(env['AWS_CA_BUNDLE'] || options.caBundle)
  if (ca !== undefined) agentOptions.ca = ca
  const proxy = proxyFor(new URL(endpoint), env)
  const handler = new NodeHttpHandler({
    connectionTimeout: proxy ? TUNNEL_MS + CONNECT_MS : CONNECT_MS,
    requestTimeout: ANSWER_MS,
    throwOnRequestTimeout: true,
    httpsAgent: proxy
      ? (new ProxyAgent(proxy, agentOptions, options.signal) as unknown as Agent)
      : new Agent(agentOptions),
  })
  return limitAnswers(handler, options.onClockLead)
}

function refuseWithoutVerification(env: Env): void {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return
  throw new SsoxError(
    'network',
    'NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off: no token is sent like that',
    'unset NODE_TLS_REJECT_UNAUTHORIZED, and name your CA file: export AWS_CA_BUNDLE=/path/to/ca.pem',
  )
}

function caBundle(path: string | undefined): string | undefined {
  if (!path) return undefined
  const read = readUserFile(path)
  if (read.state === 'ok') return read.text
  const why = read.state === 'missing' ? 'there is no such file' : read.why
  throw new SsoxError(
    'profile',
    `the CA bundle ${path} (AWS_CA_BUNDLE or ca_bundle) cannot be read: ${why}`,
    'unset AWS_CA_BUNDLE, or set it to your CA file',
  )
}

/** Cuts endless answers off and learns how far the local clock is off. */
function limitAnswers(handler: NodeHttpHandler, onClockLead?: (leadMs: number) => void) {
  const handle = handler.handle.bind(handler)
  handler.handle = async (request, handlerOptions) => {
    const result = await handle(request, handlerOptions)
    const { headers, body } = result.response
    const date = Date.parse(headers['date'] ?? '')
    if (!Number.isNaN(date)) onClockLead?.(Date.now() - date)
    let received = 0
    body?.on?.('data', (chunk: Buffer) => {
      received += chunk.length
      if (received > LONGEST_ANSWER_BYTES)
        body.destroy(new Error(`the answer is longer than ${LONGEST_ANSWER_BYTES} bytes`))
    })
    // The listener above must not start the flow before the SDK reads.
    body?.pause?.()
    return result
  }
  return handler
}
