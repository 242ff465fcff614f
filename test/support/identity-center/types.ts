/**
 * The shapes of the stand-in as tests use it: with faults, a clock and a log of its requests.
 * Lifetimes are in seconds, points in time in epoch milliseconds.
 */
import type { Lifetimes, Person, Settings } from '../../../src/demo/identity-center/types.ts'

export type { Account } from '../../../src/demo/identity-center/types.ts'

/** Long-term (or foreign temporary) keys that the stand-in's STS accepts. */
export interface StaticKey {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  /** `arn:aws:iam::123456789012:user/ana`; GetCallerIdentity answers with it. */
  arn: string
}

/** Values that replace those of GetRoleCredentials; `undefined` leaves a field out. */
export type RoleCredentialsHook = (
  accountId: string,
  roleName: string,
) => Partial<Record<'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'expiration', unknown>>

export interface IdentityCenterOptions extends Partial<Omit<Settings, 'lifetimes'>> {
  lifetimes?: Partial<Lifetimes>
  /** Default: any free port. */
  port?: number
  /** PEM; makes the stand-in speak https. */
  tls?: { key: string; cert: string }
  /** Host name in the URLs it hands out; it always listens on 127.0.0.1. */
  hostname?: string
  /** Epoch milliseconds; default Date.now. The Date header follows it. */
  clock?: () => number
  person?: Person
  staticKeys?: StaticKey[]
  /** Start URLs that exist; default: any. */
  startUrls?: string[]
  /** Items on a list page when the request names no `max_result`. */
  pageSize?: number
  /** Portal calls accepted in any one second; more are answered with 429. Default: no limit. */
  portalCallsPerSecond?: number
  /** Of so many portal calls, one is answered with 429 whatever the rate; 10: ten of a hundred. */
  portalRefusesEvery?: number
  roleCredentials?: RoleCredentialsHook
}

/** How a request is answered instead of, or on top of, the real answer. */
export type Fault =
  /** The connection stays open without an answer. */
  | 'hang'
  /** The connection is cut before anything is done. */
  | 'reset'
  /** The request is carried out, then the connection is cut: the answer is lost. */
  | 'lost'
  /** 200 with an HTML page, as a captive portal answers. */
  | 'html'
  /** 200 with half a JSON document. */
  | 'garbage'
  /** An error of the service, in its own protocol. */
  | { status: number; type: string; message?: string; headers?: Record<string, string> }
  /** Any other answer, sent as it is. */
  | { status?: number; body: string; headers?: Record<string, string> }
  /** The real answer, later. */
  | { delayMs: number }
  /** The real answer, once the promise is kept. */
  | { until: Promise<unknown> }
  /** The real answer, from a server whose clock is off. */
  | { dateSkewMs: number }

/** A request as it arrived. */
export interface RequestRecord {
  time: number
  method: string
  /** Path and query. */
  path: string
  operation: string
  headers: Record<string, string>
  body: string
  /** Absent while no answer has been sent. */
  status?: number
  /** When the answer had been sent or the connection had closed. */
  endTime?: number
}

/** A running stand-in. */
export interface IdentityCenter extends Settings {
  /** Where OIDC, portal and STS are reached; no slash at the end. */
  readonly url: string
  readonly startUrl: string
  /** The latest requests, oldest first (at most 10,000). */
  readonly requests: RequestRecord[]
  /** Requests by operation, for example `CreateToken:refresh`. */
  readonly counts: Record<string, number>
  /** Makes every access token issued so far expire now; refreshing still works. */
  expireTokens(): void
  /** Ends every session, as an administrator can: no token of it works, none can be refreshed. */
  revokeSession(): void
  /**
   * Spoils the next `times` (default 1) requests of an operation: its full name, the part before
   * the colon, or `*`. Faults queue up. Returns what takes the fault back.
   */
  fail(operation: string, fault: Fault, times?: number): () => void
  /** Every secret handed out so far: tokens, client secrets, codes, secret keys. */
  secrets(): string[]
  /** Stops listening and cuts every connection. */
  close(): Promise<void>
}
