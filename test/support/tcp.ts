/** A TCP server on loopback that does to each connection what it is told, and nothing more. */
import { createServer, type Socket } from 'node:net'

interface TcpServer {
  port: number
  /** Connections so far, those that are open now. */
  connections(): number
  open(): number
}

/** Runs `use` with the server, and stops it afterwards. */
export async function withTcpServer<T>(
  onConnection: (socket: Socket) => void,
  use: (server: TcpServer) => Promise<T>,
): Promise<T> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    onConnection(socket)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  try {
    return await use({ port, connections: () => connections, open: () => sockets.size })
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}
