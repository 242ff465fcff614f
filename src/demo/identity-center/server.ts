/**
 * The HTTP side of the stand-in: reads a request, finds its operation, sends the answer. Loopback
 * only.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf, SsoxError } from '../../problem.ts'
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

const LARGEST_BODY = 64 * 1024

/** How long a request may take to arrive. */
export const LIMITS = { headersTimeout: 10_000, requestTimeout: 30_000 } as const

/** A request, with what it asks for. */
export interface Received {
  readonly request: Incoming
  /** `CreateToken:refresh`; `Unknown` when nothing is asked for. */
  readonly operation: string
  readonly route: Route | undefined
}

/**
 * The port on 127.0.0.1 that a server listens on from now on; any free one unless given.
 * @throws SsoxError network: the port is taken.
 */
export async function listen(server: Server, port = 0): Promise<number> {
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
  return (server.address() as AddressInfo).port
}

/** Stops listening and cuts every connection. */
export async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()))
  server.closeAllConnections()
  await closed
}

/** Answers one request, and counts its operation; never throws. */
export async function serve(
  state: State,
  counts: Record<string, number>,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const received = await receive(message)
  if (!received) return refuseBody(response)
  counts[received.operation] = (counts[received.operation] ?? 0) + 1
  send(response, protocolOf(received), answer(state, received), state.now())
}

/** A whole request, or undefined when its body is too large or never ends. */
export async function receive(message: IncomingMessage): Promise<Received | undefined> {
  const request = await readRequest(message)
  if (!request) return undefined
  const route = routesOf(request.path).find(({ method }) => method === request.method)
  return { request, route, operation: route ? operationOf(route, request) : 'Unknown' }
}

/** How an answer is written. */
export function protocolOf({ route }: Received): Protocol {
  return route?.protocol ?? 'page'
}

/** What the service answers; its errors are answers too. */
export function answer(state: State, { route, request }: Received): Reply {
  if (!route) return routelessReply(request)
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
function routelessReply(request: Incoming): Reply {
  const methods = routesOf(request.path).map(({ method }) => method)
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

/** Sends an answer dated `now`, in epoch milliseconds. */
export function send(
  response: ServerResponse,
  protocol: Protocol,
  reply: Reply,
  now: number,
): void {
  response.writeHead(reply.status, {
    ...(protocol === 'page' ? {} : serviceHeaders(protocol)),
    date: new Date(now).toUTCString(),
    'content-length': Buffer.byteLength(reply.body),
    ...reply.headers,
  })
  response.end(reply.body)
}

/** The end of a request that was too much. */
export function refuseBody(response: ServerResponse): void {
  if (response.writable) response.writeHead(413, { connection: 'close' }).end()
}
