/** How long the system's resolver may look for a name. */
import { getServers } from 'node:dns'

/**
 * A look-up cannot be ended: the process lives until the resolver gives up, and glibc asks two name
 * servers that say nothing for 40 s where there is a search domain. This leaves each of them its time,
 * and is over before the deadline of a call; RES_OPTIONS (resolv.conf(5)) of the user come after it.
 * Must be called before the first look-up of the process, after its environment has been copied.
 */
export function limitLookups(env: Readonly<Record<string, string | undefined>>): void {
  const servers = getServers().length
  if (process.platform !== 'linux' || servers < 2) return
  const limits = `timeout:${servers > 2 ? 3 : 4} attempts:1`
  // biome-ignore lint/style/noProcessEnv: the resolver in the C library reads it from there
  process.env['RES_OPTIONS'] = `${limits} ${env['RES_OPTIONS'] ?? ''}`.trim()
}
