/**
 * The tunnel through HTTPS_PROXY. https-proxy-agent gives its TLS options to the proxy alone, waits
 * for the proxy as long as it takes, and hands a refusal of the proxy on as if AWS had answered.
 */
import type { ClientRequest } from 'node:http'
import type { AgentOptions } from 'node:https'
import type { Socket } from 'node:net'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { messageOf } from '../problem.ts'
import { codeOf } from '../system/files.ts'
import { ProxyError } from './service-error.ts'

/** The proxy must have opened the tunnel by then; three attempts fit into the deadline of a call. */
export const TUNNEL_MS = 5_000

type ConnectOptions = Parameters<HttpsProxyAgent<string>['connect']>[1]

/** Reaches https hosts through the proxy `url`; `tls` is for the hosts behind it. */
export class ProxyAgent extends HttpsProxyAgent<string> {
  readonly #tls: AgentOptions
  readonly #signal: AbortSignal

  constructor(url: URL, tls: AgentOptions, signal: AbortSignal) {
    super(url, tls)
    this.#tls = tls
    this.#signal = signal
  }

  override async connect(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
    let status = 200
    request.once('proxyConnect', (answer: { statusCode: number }) => {
      status = answer.statusCode
    })
    const socket = await this.#tunnel(request, options)
    if (status === 200) return socket
    socket.destroy()
    throw new ProxyError(this.proxy.host, refusal(status))
  }

  async #tunnel(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), TUNNEL_MS)
    const stop = () => late.abort()
    this.#signal.addEventListener('abort', stop, { once: true })
    // Read when the connection to the proxy is opened, before the first await.
    this.connectOpts = { ...this.connectOpts, signal: late.signal }
    try {
      return await super.connect(request, { ...options, ...this.#tls } as ConnectOptions)
    } catch (error) {
      if (late.signal.aborted) throw new ProxyError(this.proxy.host, 'does not answer', 'ETIMEDOUT')
      throw new ProxyError(this.proxy.host, `cannot be used: ${messageOf(error)}`, codeOf(error))
    } finally {
      clearTimeout(timer)
      this.#signal.removeEventListener('abort', stop)
    }
  }
}

function refusal(status: number): string {
  return status === 407
    ? 'wants a user name and a password (407): put them into HTTPS_PROXY'
    : `opens no tunnel (${status})`
}
