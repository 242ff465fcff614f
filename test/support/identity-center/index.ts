/**
 * The stand-in of the demo as tests need it: with faults, a clock, https, keys of its own, and a log
 * of what was asked.
 */
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import * as newIds from '../../../src/demo/identity-center/new-ids.ts'
import { samplePerson, usualSettings } from '../../../src/demo/identity-center/sample.ts'
import { close, LIMITS, listen } from '../../../src/demo/identity-center/server.ts'
import { keepSecret, newState, type State } from '../../../src/demo/identity-center/state.ts'
import { faultPlan } from './faults.ts'
import { type StandIn, serve } from './server.ts'
import type { IdentityCenter, IdentityCenterOptions, StaticKey } from './types.ts'

export { sampleAccounts } from '../../../src/demo/identity-center/sample.ts'
export type * from './types.ts'

/**
 * Starts a stand-in on 127.0.0.1.
 * @throws SsoxError network: the port asked for is taken.
 */
export async function startIdentityCenter(
  options: IdentityCenterOptions = {},
): Promise<IdentityCenter> {
  const { tls, hostname = '127.0.0.1', person = samplePerson(), clock, staticKeys = [] } = options
  const server = tls ? createTlsServer({ ...tls, ...LIMITS }) : createServer(LIMITS)
  const port = await listen(server, options.port)
  const url = `${tls ? 'https' : 'http'}://${hostname}:${port}`
  const settings = settingsOf(options)
  const state = newState(url, settings, person, clock)
  addStaticKeys(state, staticKeys)
  const closing = new AbortController()
  const standIn: StandIn = {
    state,
    options,
    faults: faultPlan(),
    requests: [],
    counts: {},
    portalCalls: [],
    closing: closing.signal,
  }
  server.on('request', (message, response) => void serve(standIn, message, response))
  return Object.assign(settings, {
    url,
    startUrl: `${url}/start`,
    requests: standIn.requests,
    counts: standIn.counts,
    expireTokens: () => expireTokens(state),
    revokeSession: () => revokeSessions(state),
    fail: (operation: string, fault: Parameters<IdentityCenter['fail']>[1], times = 1) =>
      standIn.faults.add(operation, fault, times),
    secrets: () => [...state.secrets],
    close: () => {
      closing.abort()
      return close(server)
    },
  })
}

function settingsOf(options: IdentityCenterOptions) {
  const { accounts, iamRoles, lifetimes, approve, singleUseRefreshTokens } = options
  const given = { accounts, iamRoles, lifetimes, approve, singleUseRefreshTokens }
  return usualSettings(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  )
}

function expireTokens(state: State): void {
  for (const token of state.accessTokens.values())
    token.expiresAt = Math.min(token.expiresAt, state.now())
}

function revokeSessions(state: State): void {
  for (const session of state.sessions) session.revoked = true
}

/** Keys given at start; their owner is the user or role the ARN names. */
function addStaticKeys(state: State, keys: StaticKey[]): void {
  for (const key of keys) {
    keepSecret(state, key.secretAccessKey)
    if (key.sessionToken) keepSecret(state, key.sessionToken)
    state.principals.set(key.accessKeyId, {
      accessKeyId: key.accessKeyId,
      secretAccessKey: key.secretAccessKey,
      sessionToken: key.sessionToken,
      expiresAt: undefined,
      arn: key.arn,
      userId: newIds.identityId('AIDA', key.arn),
      chained: false,
    })
  }
}
