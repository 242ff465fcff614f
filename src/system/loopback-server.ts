/** HTTP on 127.0.0.1, for as long as ssox waits for somebody on this machine. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request must have arrived by then; for the answer the client may wait as long as it likes. */
const REQUEST_MS = 5_000

export interface LoopbackServer {
  /** What the header Host of a request must be: another one is a name that somebody else has chosen. */
  readonly host: string
  readonly port: number
  /** Stops listening, and cuts every connection. */
  close(): void
}

/**
 * Listens on a port of 127.0.0.1, any free one for 0; rejects with the error of the system.
 */
export function listenOnLoopback(port: number, listener: RequestListener): Promise<LoopbackServer> {
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, connectionsCheckingInterval: 1_000 },
    listener,
  )
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const { port: taken } = server.address() as AddressInfo
      resolve({
        host: `127.0.0.1:${taken}`,
        port: taken,
        close: () => {
          server.close()
          server.closeAllConnections()
        },
      })
    })
  })
}
