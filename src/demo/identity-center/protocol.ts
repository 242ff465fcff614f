/**
 * What requests and answers look like on the wire: the three protocols of the AWS services
 * (REST JSON for OIDC and for the portal, Query/XML for STS) and HTML for people.
 * Error forms: model of the services in AWS CLI 2.36.7, captures in boto/boto3#3891.
 */
import { randomUUID } from 'node:crypto'

export type Protocol = 'oidc' | 'portal' | 'sts' | 'page'

/** A request whose body has been read. */
export interface Incoming {
  method: string
  path: string
  query: URLSearchParams
  headers: Record<string, string>
  body: string
}

export interface Reply {
  status: number
  headers: Record<string, string>
  body: string
}

/** An error of a service, named as its model names it: `AccessDeniedException`. */
export class ServiceError extends Error {
  readonly status: number
  readonly type: string

  constructor(status: number, type: string, message: string) {
    super(message)
    this.name = 'ServiceError'
    this.status = status
    this.type = type
  }
}

const CORAL_NAMESPACE = 'http://internal.amazon.com/coral/com.amazonaws.sso.oidc/'
const STS_NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'

export function jsonReply(value: unknown): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  }
}

/** `<{action}Response>` around the already escaped XML of the result. */
export function queryReply(action: string, result: string): Reply {
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<${action}Response xmlns="${STS_NAMESPACE}"><${action}Result>${result}</${action}Result>${metadata}</${action}Response>`,
  }
}

/** The error as the protocol writes it. Pages never get here: they show their own. */
export function errorReply(protocol: Protocol, error: ServiceError): Reply {
  const json = { 'content-type': 'application/json' }
  if (protocol === 'oidc')
    return {
      status: error.status,
      headers: { ...json, 'x-amzn-ErrorType': `${error.type}:${CORAL_NAMESPACE}` },
      body: JSON.stringify({ error: oauthName(error.type), error_description: error.message }),
    }
  if (protocol === 'sts')
    return {
      status: error.status,
      headers: { 'content-type': 'text/xml' },
      body: `<ErrorResponse xmlns="${STS_NAMESPACE}"><Error><Type>${error.status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${escapeXml(error.type)}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
    }
  return {
    status: error.status,
    headers: json,
    body: JSON.stringify({
      message: error.message,
      __type: `com.amazonaws.switchboard.portal#${error.type}`,
    }),
  }
}

/** Headers every answer of a service carries. */
export function serviceHeaders(protocol: Protocol): Record<string, string> {
  const id = randomUUID()
  if (protocol === 'portal')
    return { server: 'AWS SSO', requestid: id, 'cache-control': 'no-cache' }
  return { 'x-amzn-requestid': id }
}

/** For text inside XML elements; characters XML 1.0 cannot hold are left out. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** `AuthorizationPendingException` → `authorization_pending`, the name OAuth gives it. */
function oauthName(type: string): string {
  if (type === 'InternalServerException') return 'server_error'
  return type
    .replace(/Exception$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase()
}
