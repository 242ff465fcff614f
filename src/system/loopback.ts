/**
 * The redirect listener of a PKCE sign-in (RFC 8252, section 7.3): bound to 127.0.0.1 before the
 * browser opens, closed when the sign-in ends. Whatever is not the awaited callback is ignored.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SsoxError } from '../problem.ts'
import { codeOf } from './files.ts'
import { listenOnLoopback } from './loopback-server.ts'
import { sameText } from './private-endpoint.ts'

const CALLBACK_PATH = '/oauth/callback'

/** What the browser brought back, and how to answer it. */
export interface Callback {
  readonly code: string | undefined
  /** The `error` parameter, when the sign-in was refused. */
  readonly error: string | undefined
  /** Sends the page that the person sees; resolves also when the browser is gone. */
  answer(html: string): Promise<void>
}

export interface LoopbackListener {
  readonly redirectUri: string
  /** Resolves with the first callback that has the right path, method, Host and state. */
  readonly callback: Promise<Callback>
  close(): void
}

/**
 * Listens for the redirect of one sign-in.
 * @param port 0 for any free port
 * @throws SsoxError `usage` when the port is taken or not allowed
 */
export async function listenForCallback(
  state: string,
  port: number,
  headers: Readonly<Record<string, string>>,
): Promise<LoopbackListener> {
  let deliver: (callback: Callback) => void
  const callback = new Promise<Callback>((resolve) => {
    deliver = resolve
  })
  let host = ''
  const server = await listenOnLoopback(port, (request, response) => {
    const query = matchCallback(request, host, state)
    if (!query) return ignore(response)
    deliver({
      code: query.get('code') ?? undefined,
      error: query.get('error') ?? undefined,
      answer: (html) => answer(response, html, headers),
    })
  }).catch((error) => {
    throw portError(port, error)
  })
  host = server.host
  return { redirectUri: `http://${host}${CALLBACK_PATH}`, callback, close: server.close }
}

/** The query of the awaited callback; undefined for every other request. */
function matchCallback(request: IncomingMessage, host: string, state: string) {
  if (request.method !== 'GET' || request.headers.host !== host) return undefined
  const [path, query = ''] = (request.url ?? '').split('?', 2)
  if (path !== CALLBACK_PATH) return undefined
  const values = new URLSearchParams(query)
  if (!sameText(values.get('state') ?? '', state)) return undefined
  return values.has('code') || values.has('error') ? values : undefined
}

function ignore(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain', connection: 'close' })
  response.end('not found\n')
}

function answer(
  response: ServerResponse,
  html: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve()
    response.on('close', resolve)
    response.writeHead(200, { ...headers, connection: 'close' })
    response.end(html)
  })
}

function portError(port: number, error: Error): SsoxError {
  const why = codeOf(error) === 'EADDRINUSE' ? 'it is in use' : error.message
  return new SsoxError(
    'usage',
    `cannot listen on 127.0.0.1:${port} for the sign-in: ${why}`,
    port === 0 ? 'sign in with a code instead: add --device-code' : 'choose another --port',
  )
}
