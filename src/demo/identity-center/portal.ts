/**
 * The portal service: GetRoleCredentials, ListAccounts, ListAccountRoles, Logout.
 * Shapes: service model sso 2019-06-10. A role that is not assigned is refused with an error the
 * model does not name, ForbiddenException (403): the service really answers that.
 */
import * as newIds from './new-ids.ts'
import { type Incoming, jsonReply, type Reply, ServiceError } from './protocol.ts'
import { issueKeys, liveSession, type Session, type State } from './state.ts'
import type { Account } from './types.ts'

const MAX_PAGE = 100

export function getRoleCredentials(state: State, request: Incoming): Reply {
  admit(state, request)
  const accountId = parameter(request, 'account_id')
  const roleName = parameter(request, 'role_name')
  if (!assignedAccount(state, accountId).roles.includes(roleName)) throw noAccess()
  const suffix = newIds.reservedRoleSuffix(accountId, roleName)
  const role = `AWSReservedSSO_${roleName}_${suffix}`
  const { userName } = state.person
  const keys = issueKeys(
    state,
    {
      arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${userName}`,
      userId: `${newIds.identityId('AROA', `${accountId}/${role}`)}:${userName}`,
      chained: false,
    },
    state.settings.lifetimes.roleCredentials,
  )
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt: expiration } = keys
  return jsonReply({
    roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration },
  })
}

export function listAccounts(state: State, request: Incoming): Reply {
  admit(state, request)
  const { items, nextToken } = page(request, state.settings.accounts)
  const accountList = items.map(({ accountId, accountName, emailAddress }) => ({
    accountId,
    accountName,
    emailAddress,
  }))
  return jsonReply({ nextToken, accountList })
}

export function listAccountRoles(state: State, request: Incoming): Reply {
  admit(state, request)
  const accountId = parameter(request, 'account_id')
  const { items, nextToken } = page(request, assignedAccount(state, accountId).roles)
  return jsonReply({ nextToken, roleList: items.map((roleName) => ({ roleName, accountId })) })
}

/** Ends the whole session: its refresh token stops working as well. */
export function logout(state: State, request: Incoming): Reply {
  admit(state, request).revoked = true
  return { status: 200, headers: {}, body: '' }
}

function admit(state: State, request: Incoming): Session {
  const token = request.headers['x-amz-sso_bearer_token']
  if (!token) throw new ServiceError(400, 'InvalidRequestException', 'Missing bearer token')
  const session = liveSession(state, token)
  if (session) return session
  throw new ServiceError(401, 'UnauthorizedException', 'Session token not found or invalid')
}

function assignedAccount(state: State, accountId: string): Account {
  const account = state.settings.accounts.find((known) => known.accountId === accountId)
  if (!account) throw noAccess()
  return account
}

function noAccess(): ServiceError {
  return new ServiceError(403, 'ForbiddenException', 'No access')
}

function parameter(request: Incoming, name: string): string {
  const value = request.query.get(name)
  if (!value) throw invalid(`Missing required parameter: ${name}`)
  return value
}

/** One page of a list. The token is the offset of the next page, made opaque. */
function page<Item>(request: Incoming, all: readonly Item[]) {
  const wanted = request.query.get('max_result')
  const size = wanted === null ? MAX_PAGE : Number(wanted)
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE)
    throw invalid('Invalid value for max_result')
  const from = offsetOf(request.query.get('next_token'))
  const end = from + size
  return {
    items: all.slice(from, end),
    nextToken: end < all.length ? Buffer.from(`page:${end}`).toString('base64') : null,
  }
}

function offsetOf(token: string | null): number {
  if (token === null || token === '') return 0
  const offset = /^page:(\d{1,9})$/.exec(Buffer.from(token, 'base64').toString())?.[1]
  if (offset === undefined) throw invalid('Invalid next token')
  return Number(offset)
}

function invalid(message: string): ServiceError {
  return new ServiceError(400, 'InvalidRequestException', message)
}
