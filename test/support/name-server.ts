/** A DNS server for tests on an address of loopback, port 53: it answers every question alike. */
import { createSocket } from 'node:dgram'

export type NameServerManner =
  /** Says nothing. */
  | 'silent'
  /** Says that there is no such name. */
  | 'nxdomain'
  /** Says that it cannot tell. */
  | 'servfail'
  /** Wants nothing to do with it. */
  | 'refused'
  /** Knows the name, but no address. */
  | 'empty'
  /** Sends what is no DNS. */
  | 'garbage'
  /** Gives 127.0.0.1. */
  | 'answer'

const CODES = { nxdomain: 3, servfail: 2, refused: 5, empty: 0, answer: 0 } as const

/** Runs `use` with name servers at 127.0.53.1, 127.0.53.2 …, and stops them afterwards. */
export async function withNameServers<T>(
  manners: readonly NameServerManner[],
  use: (addresses: string[]) => Promise<T>,
  first = 1,
): Promise<T> {
  const servers = await Promise.all(
    manners.map(async (manner, at) => {
      const socket = createSocket('udp4')
      socket.on('message', (question, { address, port }) => {
        const answer = reply(question, manner)
        if (answer) socket.send(answer, port, address)
      })
      await new Promise<void>((bound, failed) => {
        socket.once('error', failed)
        socket.bind(53, `127.0.53.${first + at}`, bound)
      })
      return socket
    }),
  )
  try {
    return await use(servers.map((server) => server.address().address))
  } finally {
    for (const server of servers) server.close()
  }
}

function reply(question: Buffer, manner: NameServerManner): Buffer | undefined {
  if (manner === 'silent') return undefined
  if (manner === 'garbage') return Buffer.from('no such thing')
  const end = question.indexOf(0, 12) + 5
  const isAddress = question.readUInt16BE(end - 4) === 1
  const address = manner === 'answer' && isAddress
  const head = Buffer.from(question.subarray(0, end))
  head.writeUInt16BE(0x8180 | CODES[manner], 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(address ? 1 : 0, 6)
  head.writeUInt32BE(0, 8)
  // A pointer to the name in the question, type A, class IN, a minute, four bytes.
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1])
  return address ? Buffer.concat([head, record]) : head
}
