/** A small HTTP proxy on loopback: CONNECT only, as HTTPS_PROXY expects. */
import { createServer } from 'node:http'
import { connect } from 'node:net'

export interface Proxy {
  url: string
  /** `host:port` of every tunnel that was asked for. */
  tunnels: string[]
  /** The `Proxy-Authorization` of each, if any. */
  authorizations: (string | undefined)[]
}

export interface ProxyOptions {
  /** Answers in place of a tunnel: `407 Proxy Authentication Required`. */
  refuse?: string
  /** Takes the connection and never answers. */
  hang?: boolean
}

/** Runs `use` with a proxy, and stops it afterwards. */
export async function withProxy<T>(
  use: (proxy: Proxy) => Promise<T>,
  { refuse, hang }: ProxyOptions = {},
): Promise<T> {
  const proxy: Proxy = { url: '', tunnels: [], authorizations: [] }
  const sockets = new Set<{ destroy(): void }>()
  const server = createServer((_, response) => response.writeHead(405).end())
  server.on('connect', (request, client) => {
    proxy.tunnels.push(request.url ?? '')
    proxy.authorizations.push(request.headers['proxy-authorization'])
    client.on('error', () => client.destroy())
    sockets.add(client)
    if (hang) return
    if (refuse) {
      client.end(`HTTP/1.1 ${refuse}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
      return
    }
    const [host = '', port = ''] = (request.url ?? '').split(':')
    const target = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      target.pipe(client)
      client.pipe(target)
    })
    sockets.add(target)
    target.on('error', () => client.destroy())
    client.on('close', () => target.destroy())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  proxy.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  try {
    return await use(proxy)
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
    server.closeAllConnections()
  }
}
