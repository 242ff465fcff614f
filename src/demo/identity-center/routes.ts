/** Which request is which operation. */
import { createToken, registerClient, startDeviceAuthorization, tokenOperation } from './oidc.ts'
import { getRoleCredentials, listAccountRoles, listAccounts, logout } from './portal.ts'
import type { Incoming, Protocol, Reply } from './protocol.ts'
import {
  answerAuthorize,
  answerDevice,
  federate,
  showAuthorize,
  showDevice,
  showPortal,
} from './sign-in.ts'
import type { State } from './state.ts'
import { callSts, stsOperation } from './sts.ts'

export interface Route {
  method: 'GET' | 'POST'
  path: string
  protocol: Protocol
  operation: string | ((request: Incoming) => string)
  answer: (state: State, request: Incoming) => Reply
}

const ROUTES: readonly Route[] = [
  post('/client/register', 'oidc', 'RegisterClient', registerClient),
  post('/device_authorization', 'oidc', 'StartDeviceAuthorization', startDeviceAuthorization),
  post('/token', 'oidc', tokenOperation, createToken),
  get('/federation/credentials', 'portal', 'GetRoleCredentials', getRoleCredentials),
  get('/assignment/accounts', 'portal', 'ListAccounts', listAccounts),
  get('/assignment/roles', 'portal', 'ListAccountRoles', listAccountRoles),
  post('/logout', 'portal', 'Logout', logout),
  post('/', 'sts', stsOperation, callSts),
  get('/authorize', 'page', 'Authorize', showAuthorize),
  post('/authorize', 'page', 'AnswerAuthorize', answerAuthorize),
  get('/device', 'page', 'Device', showDevice),
  post('/device', 'page', 'AnswerDevice', answerDevice),
  get('/', 'page', 'Portal', showPortal),
  get('/start', 'page', 'Portal', showPortal),
  get('/federation', 'page', federationOperation, federate),
  post('/federation', 'page', federationOperation, federate),
]

/** The routes of a path by method; a slash at the end makes no difference. */
export function routesOf(path: string): Route[] {
  const wanted = path.length > 1 ? path.replace(/\/$/, '') : path
  return ROUTES.filter((route) => route.path === wanted)
}

export function operationOf(route: Route, request: Incoming): string {
  return typeof route.operation === 'string' ? route.operation : route.operation(request)
}

function federationOperation(request: Incoming): string {
  const input = request.method === 'POST' ? new URLSearchParams(request.body) : request.query
  return input.get('Action') === 'getSigninToken' ? 'GetSigninToken' : 'ConsoleLogin'
}

function get(
  path: string,
  protocol: Protocol,
  operation: Route['operation'],
  answer: Route['answer'],
): Route {
  return { method: 'GET', path, protocol, operation, answer }
}

function post(
  path: string,
  protocol: Protocol,
  operation: Route['operation'],
  answer: Route['answer'],
): Route {
  return { method: 'POST', path, protocol, operation, answer }
}
