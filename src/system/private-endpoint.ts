/**
 * An HTTP endpoint for programs that this process has started: on 127.0.0.1 only, at a path that
 * nobody can guess, for who has the token. Whatever else asks gets a status and nothing more: the
 * Host is checked too, so that a page in a browser cannot reach it under a name of its own.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SsoxError } from '../problem.ts'
import { reasonOf } from './files.ts'
import { listenOnLoopback } from './loopback-server.ts'

export interface EndpointAnswer {
  readonly status: number
  /** JSON. */
  readonly body: string
}

export interface PrivateEndpoint {
  readonly url: string
  /** What the header Authorization must hold. */
  readonly token: string
  close(): void
}

/**
 * Listens on any free port, and answers what is asked rightly with what `answer` gives; it must not
 * reject.
 * @throws SsoxError `network` when nothing can listen on 127.0.0.1
 */
export async function listenPrivately(
  answer: () => Promise<EndpointAnswer>,
): Promise<PrivateEndpoint> {
  const token = randomBytes(32).toString('base64url')
  const path = `/${randomBytes(16).toString('hex')}`
  let host = ''
  const server = await listenOnLoopback(0, (request, response) => {
    const refusal = refusalOf(request, host, path, token)
    if (refusal !== undefined) return refuse(response, refusal)
    answer().then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body)
    })
  }).catch((error) => {
    throw new SsoxError(
      'network',
      `cannot listen on 127.0.0.1 for the command: ${reasonOf(error)}`,
      'leave --serve out',
    )
  })
  host = server.host
  return { url: `http://${host}${path}`, token, close: server.close }
}

/** The status for a request that is not the one; undefined for the one that is. */
function refusalOf(
  { method, url, headers }: IncomingMessage,
  host: string,
  path: string,
  token: string,
): number | undefined {
  if (headers.host !== host) return 403
  if (!sameText(url ?? '', path)) return 404
  if (method !== 'GET') return 405
  return sameText(headers.authorization ?? '', token) ? undefined : 403
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close', 'content-length': 0 })
  response.end()
}

/** In a time that does not tell how much of it is right. */
export function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
