/**
 * A stand-in for IAM Identity Center and STS on loopback: `ssox demo` runs on it, and so do the
 * tests. It keeps real state: registrations and tokens expire, codes are single-use, roles are
 * assigned, sessions end.
 */
import { faultPlan } from './faults.ts'
import { sampleAccounts, samplePerson, sampleRoles, usualLifetimes } from './sample.ts'
import { type Desk, listen, serve } from './server.ts'
import { addStaticKeys, type State } from './state.ts'
import type { IdentityCenter, IdentityCenterOptions, RequestRecord, Settings } from './types.ts'

export { sampleAccounts } from './sample.ts'
export type * from './types.ts'

/**
 * Starts a stand-in on 127.0.0.1.
 * @throws SsoxError network: the port asked for is taken.
 */
export async function startIdentityCenter(
  options: IdentityCenterOptions = {},
): Promise<IdentityCenter> {
  const closing = new AbortController()
  const settings = settingsOf(options)
  const requests: RequestRecord[] = []
  const counts: Record<string, number> = {}
  const faults = faultPlan()
  const { server, url } = await listen(options)
  const center: IdentityCenter = Object.assign(settings, {
    url,
    startUrl: `${url}/start`,
    requests,
    counts,
    expireTokens: () => expireTokens(state),
    revokeSession: () => revokeSessions(state),
    fail: (operation: string, fault: Parameters<IdentityCenter['fail']>[1], times = 1) =>
      faults.add(operation, fault, times),
    secrets: () => [...state.secrets],
    async close() {
      closing.abort()
      const closed = new Promise<void>((done) => server.close(() => done()))
      server.closeAllConnections()
      await closed
    },
  })
  const state = stateOf(options, center, url)
  const desk: Desk = { state, faults, requests, counts, closing: closing.signal }
  server.on('request', (message, response) => void serve(desk, message, response))
  return center
}

function settingsOf(options: IdentityCenterOptions): Settings {
  return {
    accounts: options.accounts ?? sampleAccounts(),
    iamRoles: options.iamRoles ?? sampleRoles(),
    lifetimes: { ...usualLifetimes(), ...options.lifetimes },
    approve: options.approve ?? 'person',
    singleUseRefreshTokens: options.singleUseRefreshTokens ?? true,
  }
}

function stateOf(options: IdentityCenterOptions, settings: Settings, url: string): State {
  const state: State = {
    settings,
    now: options.clock ?? Date.now,
    url,
    person: options.person ?? samplePerson(),
    startUrls: options.startUrls,
    pageSize: options.pageSize ?? 100,
    portalCallsPerSecond: options.portalCallsPerSecond ?? Number.POSITIVE_INFINITY,
    roleCredentials: options.roleCredentials,
    clients: new Map(),
    devices: new Map(),
    authorizations: new Map(),
    codes: new Map(),
    sessions: new Set(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    principals: new Map(),
    signinTokens: new Map(),
    secrets: new Set(),
    portalCalls: [],
  }
  addStaticKeys(state, options.staticKeys ?? [])
  return state
}

function expireTokens(state: State): void {
  for (const token of state.accessTokens.values())
    token.expiresAt = Math.min(token.expiresAt, state.now())
}

function revokeSessions(state: State): void {
  for (const session of state.sessions) session.revoked = true
}
