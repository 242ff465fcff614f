/** What AWS or the network answered, in terms that ssox decides by. */
import { messageOf, SsoxError } from '../problem.ts'
import { codeOf } from '../system/files.ts'

/**
 * An error answer of an AWS service: `name` is the exception of its API model. Whoever knows what
 * it means for the user throws something better; one that nobody expected is a refusal.
 */
export class ServiceError extends SsoxError {
  readonly status: number
  /** The OAuth `error_description` or the portal's message; never shown without cleaning. */
  readonly detail: string

  constructor(name: string, status: number, detail: string) {
    super(
      'refused',
      `AWS refuses the request: ${detail} (${name})`,
      'check sso_start_url, sso_region, sso_account_id and sso_role_name of the profile',
    )
    this.name = name
    this.status = status
    this.detail = detail
  }
}

/** It asks each host, and says what is in the way: DNS, proxy, certificates, the clock. */
export const LOOK = 'ssox doctor'

/** What the proxy did in place of a tunnel; `code` as of the system error behind it. */
export class ProxyError extends Error {
  readonly code: string | undefined

  constructor(host: string, what: string, code?: string) {
    super(`the proxy ${host} ${what}`)
    this.name = 'ProxyError'
    this.code = code
  }
}

/** A certificate that none of the trusted roots vouches for; `bundle` is the only one trusted, if any. */
export class UntrustedError extends Error {
  readonly bundle: string | undefined

  constructor(cause: unknown, bundle: string | undefined) {
    super(messageOf(cause), { cause })
    this.name = 'UntrustedError'
    this.bundle = bundle
  }
}

/** Where a request goes, for messages. */
interface Destination {
  readonly url: string
  /** The settings that led there in place of the usual host. */
  readonly settings: readonly string[]
}

/** True for a ServiceError with one of these exception names. */
export function isService(error: unknown, ...names: string[]): error is ServiceError {
  return error instanceof ServiceError && names.includes(error.name)
}

/**
 * Turns what the SDK threw into a ServiceError (4xx answer) or an SsoxError `network` (no answer,
 * 5xx or throttling after all retries, something that is not an AWS answer).
 */
export function translate(error: unknown, to: Destination, deadlineMs?: number): Error {
  if (error instanceof SsoxError || error instanceof ServiceError) return error
  const { host } = new URL(to.url)
  if (deadlineMs !== undefined)
    return unreachable(to, `no answer within ${deadlineMs / 1000} s`, error)
  const { name, $metadata, error_description } = fieldsOf(error)
  const status = $metadata?.httpStatusCode
  if (error instanceof SyntaxError || messageOf(error).includes('Deserialization error'))
    return notAws(host)
  if (status === undefined) return unreachable(to, networkReason(error), error)
  if (status >= 500 || status === 429)
    return new SsoxError(
      'network',
      `${host} is ${status === 429 ? 'receiving too many requests' : 'not available'} (${name}, HTTP ${status})`,
      'wait a minute and try again',
      { cause: error },
    )
  if (status < 400) return notAws(host)
  return new ServiceError(name, status, error_description ?? messageOf(error))
}

/** True for an answer that asks for fewer requests (429), as `translate` passes it on. */
export function isThrottled(error: unknown): boolean {
  return chain(error).some((one) => fieldsOf(one).$metadata?.httpStatusCode === 429)
}

interface SdkFields {
  name: string
  $metadata?: { httpStatusCode?: number }
  error_description?: string
}

function fieldsOf(error: unknown): SdkFields {
  const fields = typeof error === 'object' && error !== null ? error : {}
  const name = error instanceof Error ? error.name : ''
  return { ...fields, name: EXCEPTION_NAME.test(name) ? name : 'UnknownError' }
}

/** The SDK takes the name from a header, which may as well quote what it was sent. */
const EXCEPTION_NAME = /^[A-Z][A-Za-z]{2,59}$/

/** Without its cause: the message of a SyntaxError quotes the answer, and that may hold keys. */
export function notAws(host: string): SsoxError {
  return new SsoxError(
    'network',
    `${host} answered with something that is not an AWS answer (a web page of the network or a proxy?)`,
    'open any page in the browser and sign in to the network first, then try again',
  )
}

/** A host that settings have chosen is named with them: they may be what is wrong. */
function unreachable({ url, settings }: Destination, why: string, cause: unknown): SsoxError {
  const by = settings.length > 0 ? `; ${settings.join(' and ')} chose this host` : ''
  const untrusted = chain(cause).find((one) => one instanceof UntrustedError)
  return new SsoxError(
    'network',
    `cannot reach ${new URL(url).host}: ${why}${by}`,
    untrusted
      ? 'export AWS_CA_BUNDLE=/path/to/your/ca.pem'
      : chain(cause).some(isLookup)
        ? lookupFix(settings)
        : LOOK,
    { cause },
  )
}

/** Names of FIPS, dual-stack and self-chosen hosts exist in few places. */
function lookupFix(settings: readonly string[]): string {
  const [setting] = settings
  if (setting === undefined) return LOOK
  return setting.startsWith('AWS_') ? `unset ${setting}` : `correct or remove ${setting}`
}

/** True for a name that could not be looked up. */
export function isLookup(error: unknown): boolean {
  return chain(error).some((cause) => 'syscall' in cause && cause.syscall === 'getaddrinfo')
}

/** True for a certificate that is not trusted by those who are asked; not for another host's. */
export function isUntrusted(error: unknown): boolean {
  return chain(error).some((cause) => UNTRUSTED.test(codeOf(cause) ?? ''))
}

/** Codes of OpenSSL for a chain that leads to no trusted root. */
const UNTRUSTED =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_UNTRUSTED)$/

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|certificate/i

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  EAI_AGAIN: 'its name cannot be looked up right now',
  ENETUNREACH: 'there is no network',
  EHOSTUNREACH: 'there is no route to it',
  ENOTFOUND: 'its name does not exist in DNS',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'the connection timed out',
}

function networkReason(error: unknown): string {
  const causes = chain(error)
  for (const cause of causes) {
    if (cause instanceof ProxyError) return cause.message
    const code = codeOf(cause) ?? ''
    if (cause instanceof UntrustedError) return notTrusted(cause)
    if (CERTIFICATE.test(code) || CERTIFICATE.test(cause.message))
      return `its certificate is not trusted (${code || cause.message})`
    if (REASONS[code]) return REASONS[code]
    if (cause.name === 'TimeoutError') return 'the connection timed out'
  }
  return causes.at(-1)?.message || messageOf(error)
}

function notTrusted({ cause, bundle }: UntrustedError): string {
  const code = chain(cause)
    .map(codeOf)
    .find((one) => one !== undefined)
  return bundle === undefined
    ? `its certificate is not trusted (${code}); is the traffic inspected? AWS_CA_BUNDLE names a CA file`
    : `its certificate is not trusted (${code}): the one that it needs is not in the CA bundle ${bundle}`
}

/** The error and its causes, AggregateError members included. */
function chain(error: unknown): Error[] {
  if (!(error instanceof Error)) return []
  const members = error instanceof AggregateError ? error.errors.flatMap(chain) : []
  return [error, ...members, ...chain(error.cause)].slice(0, 10)
}
