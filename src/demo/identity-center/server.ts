/**
 * The HTTP side of the stand-in: reads a request, finds its operation, applies a planned fault,
 * sends the answer, keeps the log. Loopback only.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, SsoxError } from '../../problem.ts'
import { type FaultPlan, replacedReply } from './faults.ts'
import { problemPage } from './pages.ts'
import {
  errorReply,
  type Incoming,
  type Protocol,
  type Reply,
  ServiceError,
  serviceHeaders,
} from './protocol.ts'
import { operationOf, type Route, routesOf } from './routes.ts'
import type { State } from './state.ts'
import type { Fault, IdentityCenterOptions, RequestRecord } from './types.ts'

const LARGEST_BODY = 64 * 1024
const LONGEST_LOG = 10_000

/** What answering a request needs. */
export interface Desk {
  readonly state: State
  readonly faults: FaultPlan
  readonly requests: RequestRecord[]
  readonly counts: Record<string, number>
  /** Aborted when the server closes: nothing may wait any longer. */
  readonly closing: AbortSignal
}

/**
 * A server listening on 127.0.0.1, and the URL it is reached at.
 * @throws SsoxError network: the port is taken.
 */
export async function listen(
  options: IdentityCenterOptions,
): Promise<{ server: Server; url: string }> {
  const limits = { headersTimeout: 10_000, requestTimeout: 30_000 }
  const server = options.tls ? createTlsServer({ ...options.tls, ...limits }) : createServer(limits)
  const port = options.port ?? 0
  await new Promise<void>((done, failed) => {
    server.once('error', (error) =>
      failed(
        new SsoxError(
          'network',
          `cannot listen on 127.0.0.1 port ${port}: ${messageOf(error)}`,
          'choose another port, or stop the program that uses it',
        ),
      ),
    )
    server.listen(port, '127.0.0.1', done)
  })
  const { port: taken } = server.address() as AddressInfo
  const scheme = options.tls ? 'https' : 'http'
  return { server, url: `${scheme}://${options.hostname ?? '127.0.0.1'}:${taken}` }
}

/** Answers one request; never throws. */
export async function serve(
  desk: Desk,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await readRequest(message)
  if (!request) return refuseBody(response)
  const routes = routesOf(request.path)
  const route = routes.find(({ method }) => method === request.method)
  const operation = route ? operationOf(route, request) : 'Unknown'
  record(desk, message, response, request, operation)
  if (!route) return send(desk, response, 'page', routelessReply(request, routes))
  const fault = desk.faults.take(operation)
  if (fault === 'hang') return
  if (fault === 'reset') return cut(response)
  if (!(await waited(fault, desk.closing))) return cut(response)
  const reply = replacedReply(fault, route.protocol) ?? answer(desk.state, route, request)
  if (fault === 'lost') return cut(response)
  send(desk, response, route.protocol, reply, skewOf(fault))
}

function answer(state: State, route: Route, request: Incoming): Reply {
  try {
    return route.answer(state, request)
  } catch (error) {
    const refused =
      error instanceof ServiceError
        ? error
        : new ServiceError(500, 'InternalServerException', messageOf(error))
    return errorReply(route.protocol, refused)
  }
}

/** HEAD and OPTIONS of a known path have no effect; anything else here is a mistake. */
function routelessReply(request: Incoming, routes: Route[]): Reply {
  const methods = routes.map(({ method }) => method)
  if (request.method === 'HEAD' && methods.includes('GET'))
    return { status: 200, headers: {}, body: '' }
  if (methods.length > 0) {
    const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
    return { status: request.method === 'OPTIONS' ? 204 : 405, headers: { allow }, body: '' }
  }
  if (request.headers['accept']?.includes('text/html'))
    return problemPage(404, 'There is no such page', 'Check the address.')
  return errorReply('portal', new ServiceError(404, 'UnknownOperationException', 'Unknown path'))
}

/** The request with its body, or undefined when the body is too large or never ends. */
async function readRequest(message: IncomingMessage): Promise<Incoming | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of message) {
      size += chunk.length
      if (size > LARGEST_BODY) return undefined
      chunks.push(chunk)
    }
  } catch {
    return undefined
  }
  const [path = '/', query = ''] = (message.url ?? '/').split(/\?(.*)/s)
  return {
    method: message.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: headersOf(message),
    body: Buffer.concat(chunks).toString(),
  }
}

function headersOf(message: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, String(value ?? '')]),
  )
}

function record(
  desk: Desk,
  message: IncomingMessage,
  response: ServerResponse,
  { method, headers, body }: Incoming,
  operation: string,
): void {
  const time = desk.state.now()
  const entry: RequestRecord = { time, method, path: message.url ?? '/', operation, headers, body }
  desk.requests.push(entry)
  if (desk.requests.length > LONGEST_LOG) desk.requests.shift()
  desk.counts[operation] = (desk.counts[operation] ?? 0) + 1
  response.once('close', () => {
    if (response.headersSent) entry.status = response.statusCode
    entry.endTime = desk.state.now()
  })
}

/** False when the server closed while waiting. */
async function waited(fault: Fault | undefined, closing: AbortSignal): Promise<boolean> {
  if (typeof fault !== 'object') return true
  try {
    if ('delayMs' in fault) await sleep(fault.delayMs, undefined, { signal: closing })
    if ('until' in fault) await fault.until
    return !closing.aborted
  } catch {
    return false
  }
}

function skewOf(fault: Fault | undefined): number {
  return typeof fault === 'object' && 'dateSkewMs' in fault ? fault.dateSkewMs : 0
}

function send(
  { state }: Desk,
  response: ServerResponse,
  protocol: Protocol,
  reply: Reply,
  skewMs = 0,
): void {
  response.writeHead(reply.status, {
    ...(protocol === 'page' ? {} : serviceHeaders(protocol)),
    date: new Date(state.now() + skewMs).toUTCString(),
    'content-length': Buffer.byteLength(reply.body),
    ...reply.headers,
  })
  response.end(reply.body)
}

function refuseBody(response: ServerResponse): void {
  if (response.writable) response.writeHead(413, { connection: 'close' }).end()
}

function cut({ socket }: ServerResponse): void {
  if (!socket) return
  if ('encrypted' in socket) socket.destroy()
  else socket.resetAndDestroy()
}
