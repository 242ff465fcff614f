/**
 * An address on 127.0.0.1 that leads a browser on to a secret one, once. The browser is started with
 * this one: the arguments of a process are there for every user of the machine to read.
 */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SsoxError } from '../problem.ts'
import { codeOf, reasonOf } from './files.ts'
import { type LoopbackServer, listenOnLoopback } from './loopback-server.ts'
import { sameText } from './private-endpoint.ts'
import { ownerOfConnection } from './proc.ts'

export interface OneTimePageOptions {
  /** Where the first request is led. */
  readonly target: string
  /** 0 for any free port. */
  readonly port: number
  /** What whoever comes later sees, and its headers. */
  readonly usedPage: string
  readonly headers: Readonly<Record<string, string>>
  /** Somebody else on this machine has asked, in vain; by user id. */
  readonly onStranger: (uid: number) => void
}

export interface OneTimePage {
  readonly url: string
  /** Resolves once the browser has been led on. */
  readonly opened: Promise<void>
  close(): void
}

/**
 * Serves the address until it is closed. Where /proc tells whose a connection is, only the user who
 * runs ssox, and root, which relays connections from elsewhere, are led on.
 * @throws SsoxError `usage` when the port is taken or not allowed
 */
export async function serveOnce(options: OneTimePageOptions): Promise<OneTimePage> {
  const path = `/${randomBytes(24).toString('base64url')}`
  let server: LoopbackServer | undefined
  let isUsed = false
  let tell: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    tell = resolve
  })
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('connection', 'close')
    if (!server || request.headers.host !== server.host || !sameText(request.url ?? '', path))
      return response.writeHead(404).end()
    if (request.method !== 'GET') return response.writeHead(405, { allow: 'GET' }).end()
    const stranger = strangerBehind(request, server.port)
    if (stranger !== undefined) {
      options.onStranger(stranger)
      return response.writeHead(403).end()
    }
    if (isUsed) return response.writeHead(410, options.headers).end(options.usedPage)
    isUsed = true
    response.on('close', tell)
    return response
      .writeHead(303, {
        location: options.target,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      })
      .end()
  }
  const listening = await listenOnLoopback(options.port, answer).catch((error) => {
    throw portError(options.port, error)
  })
  server = listening
  return { url: `http://${listening.host}${path}`, opened, close: listening.close }
}

/** The user behind a request, if it is surely another one. */
function strangerBehind({ socket }: IncomingMessage, port: number): number | undefined {
  const owner = ownerOfConnection(socket.remotePort ?? 0, port)
  return owner === undefined || owner === 0 || owner === process.getuid?.() ? undefined : owner
}

function portError(port: number, error: unknown): SsoxError {
  const why = codeOf(error) === 'EADDRINUSE' ? 'it is in use' : reasonOf(error)
  return new SsoxError(
    'usage',
    `cannot listen on 127.0.0.1:${port} for the browser: ${why}`,
    port === 0 ? 'use the link of the portal instead: add --portal' : 'choose another --port',
  )
}
