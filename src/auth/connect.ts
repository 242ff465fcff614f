/**
 * Connections to AWS, each step with a limit of its own. The look-up of a name has none: the system's
 * resolver asks one name server after the other, and the deadline of the call stays. No connection
 * outlives its request, whatever is thrown between the socket to a proxy and the tunnel through it.
 */
import { Agent as HttpAgent, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { isIP, type Socket } from 'node:net'
import {
  type ConnectionOptions,
  type SecureContext,
  connect as secure,
  type TLSSocket,
} from 'node:tls'
import { messageOf } from '../problem.ts'
import { codeOf } from '../system/files.ts'
import type { ProxyAddress } from './proxy-choice.ts'
import { ProxyError } from './service-error.ts'

const CONNECT_MS = 3_000
/** Silence on a connection: while TLS is agreed on, before the answer, in the middle of it. */
const SILENCE_MS = 10_000
/** The proxy must have opened the tunnel by then. */
const TUNNEL_MS = 5_000

interface ConnectOptions {
  readonly secureContext: SecureContext
  readonly proxy: ProxyAddress | undefined
  /** Ends whatever is under way. */
  readonly signal: AbortSignal
}

type Create = HttpAgent['createConnection']
type Done = Parameters<Create>[1]
type Target = Parameters<Create>[0] & { host?: string | null; port?: number | string | null }

/** For http addresses, which are reached without a proxy. */
export class PlainAgent extends HttpAgent {
  override createConnection(options: Target, done?: Done) {
    return limited(super.createConnection(options, done) as Socket, options.host)
  }
}

/** For https addresses, through the proxy where there is one. */
export class SecureAgent extends HttpsAgent {
  readonly #options: ConnectOptions

  constructor(options: ConnectOptions) {
    super({ keepAlive: false, secureContext: options.secureContext })
    this.#options = options
  }

  override createConnection(options: Target, done?: Done) {
    const { proxy } = this.#options
    if (!proxy) return limited(super.createConnection(options, done) as Socket, options.host)
    openTunnel(proxy, options, this.#options).then(
      (tunnel) => {
        const socket = secure({ ...options, socket: tunnel } as ConnectionOptions)
        // Without a listener, an error of the tunnel would end the process.
        tunnel.on('error', (error) => socket.destroy(error))
        done?.(null, limited(socket, undefined))
      },
      (error) => done?.(error, undefined as unknown as TLSSocket),
    )
    return undefined
  }
}

/** Ends a connection that is not made in time once the name is looked up, or that falls silent. */
function limited<T extends Socket>(socket: T, host: string | null | undefined): T {
  const late = (what: string) =>
    socket.destroy(Object.assign(new Error(what), { code: 'ETIMEDOUT' }))
  const onConnect = () => socket.setTimeout(SILENCE_MS, () => late('no answer'))
  if (!socket.connecting) {
    onConnect()
    return socket
  }
  onceLookedUp(socket, host, () => {
    const timer = setTimeout(() => late('no connection'), CONNECT_MS)
    const stop = () => clearTimeout(timer)
    socket.once('connect', stop).once('close', stop)
  })
  return socket.once('connect', onConnect)
}

function onceLookedUp(socket: Socket, host: string | null | undefined, then: () => void): void {
  if (!host || isIP(host)) then()
  else socket.once('lookup', then)
}

/**
 * Asks the proxy for a tunnel to the target.
 * @throws ProxyError when there is none; the connection to the proxy is closed then
 */
function openTunnel(
  { url, authorization }: ProxyAddress,
  { host, port }: Target,
  { secureContext, signal }: ConnectOptions,
): Promise<Socket> {
  const target = `${isIP(host ?? '') === 6 ? `[${host}]` : host}:${port}`
  return new Promise((resolve, reject) => {
    const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1')
    const options = {
      agent: false as const,
      host: hostname,
      port: url.port || (url.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: target,
      headers: {
        Host: target,
        ...(authorization === undefined ? {} : { 'Proxy-Authorization': authorization }),
      },
      signal,
    }
    const security: object = { secureContext, ALPNProtocols: ['http/1.1'] }
    const asked =
      url.protocol === 'https:' ? requestHttps({ ...options, ...security }) : requestHttp(options)
    let timer: NodeJS.Timeout | undefined
    const fail = (what: string, code?: string) => {
      clearTimeout(timer)
      reject(new ProxyError(url.host, what, code))
      asked.destroy()
    }
    asked.once('socket', (socket) =>
      onceLookedUp(socket, hostname, () => {
        timer = setTimeout(() => fail('does not answer', 'ETIMEDOUT'), TUNNEL_MS)
      }),
    )
    asked.on('error', (error) => fail(`cannot be used: ${messageOf(error)}`, codeOf(error)))
    asked.once('close', () => fail('cannot be used: the connection was cut', 'ECONNRESET'))
    asked.once('connect', ({ statusCode = 0 }, socket, head) => {
      clearTimeout(timer)
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) socket.unshift(head)
        resolve(socket as Socket)
        return
      }
      socket.destroy()
      fail(refusal(statusCode))
    })
    asked.end()
  })
}

function refusal(status: number): string {
  return status === 407
    ? 'wants a user name and a password (407): put them into HTTPS_PROXY'
    : `opens no tunnel (${status})`
}
