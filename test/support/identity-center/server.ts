/** Answers as the demo does, with the faults and the peculiarities that a test has asked for. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorReply, type Reply, ServiceError } from '../../../src/demo/identity-center/protocol.ts'
import {
  answer,
  protocolOf,
  type Received,
  receive,
  refuseBody,
  send,
} from '../../../src/demo/identity-center/server.ts'
import { keepSecret, type State } from '../../../src/demo/identity-center/state.ts'
import { type FaultPlan, replacedReply } from './faults.ts'
import type { Fault, IdentityCenterOptions, RequestRecord } from './types.ts'

const MAX_LOG = 10_000

/** What answering a request needs. */
export interface StandIn {
  readonly state: State
  readonly options: IdentityCenterOptions
  readonly faults: FaultPlan
  readonly requests: RequestRecord[]
  readonly counts: Record<string, number>
  /** When the portal was called within the last second. */
  readonly portalCalls: number[]
  /** Aborted when the server closes: nothing may wait any longer. */
  readonly closing: AbortSignal
}

/** Answers one request; never throws. */
export async function serve(
  standIn: StandIn,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const received = await receive(message)
  if (!received) return refuseBody(response)
  record(standIn, received, message, response)
  const fault = received.route && standIn.faults.take(received.operation)
  if (fault === 'hang') return
  if (fault === 'reset') return cut(response)
  if (!(await waited(fault, standIn.closing))) return cut(response)
  const protocol = protocolOf(received)
  const reply = replacedReply(fault, protocol) ?? peculiarAnswer(standIn, received)
  if (fault === 'lost') return cut(response)
  send(response, protocol, reply, standIn.state.now() + skewOf(fault))
}

/** The answer of the service, with what the options say of it. */
function peculiarAnswer(standIn: StandIn, received: Received): Reply {
  const { state, options } = standIn
  const { operation, request, route } = received
  if (route?.protocol === 'portal' && !admits(standIn))
    return errorReply(
      'portal',
      new ServiceError(429, 'TooManyRequestsException', 'HTTP 429 Unknown Code'),
    )
  if (options.pageSize !== undefined && !request.query.has('max_result'))
    request.query.set('max_result', String(options.pageSize))
  const reply = answer(state, received)
  if (reply.status !== 200) return reply
  if (operation === 'StartDeviceAuthorization' && !startsAtKnownUrl(options, request.body))
    return errorReply(
      'oidc',
      new ServiceError(400, 'InvalidRequestException', 'Invalid start url provided'),
    )
  if (operation === 'GetRoleCredentials') return replaceCredentials(standIn, received, reply)
  return reply
}

/** Numbers from 0 to 1 in a row that is the same in each run (Park and Miller). */
function chance(): number {
  seed = (seed * 48_271) % 2_147_483_647
  return seed / 2_147_483_647
}

let seed = 20_261_129

function admits({ state, options, portalCalls }: StandIn): boolean {
  const now = state.now()
  while (portalCalls.length > 0 && (portalCalls[0] ?? now) <= now - 1000) portalCalls.shift()
  if (portalCalls.length >= (options.portalCallsPerSecond ?? Number.POSITIVE_INFINITY)) return false
  portalCalls.push(now)
  return options.portalRefusesEvery === undefined || chance() >= 1 / options.portalRefusesEvery
}

function startsAtKnownUrl({ startUrls }: IdentityCenterOptions, body: string): boolean {
  const { startUrl } = JSON.parse(body) as { startUrl: string }
  return startUrls?.includes(startUrl) ?? true
}

/** STS has to know keys that are put in place of the issued ones. */
function replaceCredentials(
  { state, options }: StandIn,
  { request }: Received,
  reply: Reply,
): Reply {
  const { query } = request
  const replaced = options.roleCredentials?.(
    query.get('account_id') ?? '',
    query.get('role_name') ?? '',
  )
  if (!replaced) return reply
  const { roleCredentials } = JSON.parse(reply.body) as {
    roleCredentials: { accessKeyId: string }
  }
  const keys = state.principals.get(roleCredentials.accessKeyId)
  for (const name of ['accessKeyId', 'secretAccessKey', 'sessionToken'] as const) {
    const value = replaced[name]
    if (!keys || typeof value !== 'string' || value === '') continue
    keys[name] = value
    if (name !== 'accessKeyId') keepSecret(state, value)
  }
  if (keys) state.principals.set(keys.accessKeyId, keys)
  const body = JSON.stringify({ roleCredentials: { ...roleCredentials, ...replaced } })
  return { ...reply, body }
}

function record(
  { state, requests, counts }: StandIn,
  { request, operation }: Received,
  message: IncomingMessage,
  response: ServerResponse,
): void {
  const { method, headers, body } = request
  const path = message.url ?? '/'
  const entry: RequestRecord = { time: state.now(), method, path, operation, headers, body }
  requests.push(entry)
  if (requests.length > MAX_LOG) requests.shift()
  counts[operation] = (counts[operation] ?? 0) + 1
  response.once('close', () => {
    if (response.headersSent) entry.status = response.statusCode
    entry.endTime = state.now()
  })
}

/** False when the server closed while waiting. */
async function waited(fault: Fault | undefined, closing: AbortSignal): Promise<boolean> {
  if (typeof fault !== 'object') return true
  try {
    if ('delayMs' in fault) await sleep(fault.delayMs, undefined, { signal: closing })
    if ('until' in fault) await fault.until
    return !closing.aborted
  } catch {
    return false
  }
}

function skewOf(fault: Fault | undefined): number {
  return typeof fault === 'object' && 'dateSkewMs' in fault ? fault.dateSkewMs : 0
}

function cut({ socket }: ServerResponse): void {
  if (!socket) return
  if ('encrypted' in socket) socket.destroy()
  else socket.resetAndDestroy()
}
