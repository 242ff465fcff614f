/**
 * A stand-in for IAM Identity Center and STS on loopback, which `ssox demo` runs on. It keeps real
 * state: registrations and tokens expire, codes are single-use, roles are assigned, sessions end.
 */
import { createServer } from 'node:http'
import { samplePerson, usualSettings } from './sample.ts'
import { close, LIMITS, listen, serve } from './server.ts'
import { newState } from './state.ts'
import type { Settings } from './types.ts'

/** A running stand-in. */
export interface IdentityCenter {
  /** Where OIDC, portal and STS are reached; no slash at the end. */
  readonly url: string
  readonly startUrl: string
  /** Requests by operation, for example `CreateToken:refresh`. */
  readonly counts: Readonly<Record<string, number>>
  /** Every secret handed out so far: tokens, client secrets, codes, secret keys. */
  secrets(): string[]
  /** Stops listening and cuts every connection. */
  close(): Promise<void>
}

/**
 * Starts a stand-in with a made-up organisation on a free port of 127.0.0.1.
 * @throws SsoxError network: it cannot listen.
 */
export async function startIdentityCenter(approve: Settings['approve']): Promise<IdentityCenter> {
  const server = createServer(LIMITS)
  const url = `http://127.0.0.1:${await listen(server)}`
  const state = newState(url, usualSettings({ approve }), samplePerson())
  const counts: Record<string, number> = {}
  server.on('request', (message, response) => void serve(state, counts, message, response))
  return {
    url,
    startUrl: `${url}/start`,
    counts,
    secrets: () => [...state.secrets],
    close: () => close(server),
  }
}
