/** Ports for programs that are told one. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'

/** The first port that the system gives to whoever asks for any one (ip(7)). */
const FIRST_GIVEN = Number(
  readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split('\t')[0],
)
const LOWEST = 10_000
const COUNT = Math.max(1_000, FIRST_GIVEN - LOWEST)

/**
 * A port of 127.0.0.1 that is free, and stays so: none of those that the tests beside get from the
 * system, each connection of theirs one.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * COUNT)
    const server = createServer()
    const listening = once(server.listen(port, '127.0.0.1'), 'listening')
    if (await listening.catch(() => undefined)) {
      await once(server.close(), 'close')
      return port
    }
  }
}
