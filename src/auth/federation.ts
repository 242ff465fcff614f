/**
 * AWS's federation endpoint: from temporary keys to a sign-in token of the web console. The keys go
 * in the body of a POST, so that they are in no address that a proxy or a log could keep.
 */

import type { Credentials } from '../aws/credentials.ts'
import type { Endpoint } from '../aws/endpoint.ts'
import type { ProfileSettings } from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { required } from './answer.ts'
import { createRequestHandler, textOf } from './http.ts'
import { deadlineFor } from './retry.ts'
import { translate } from './service-error.ts'
import { whileWaiting } from './status-line.ts'

type Handler = ReturnType<typeof createRequestHandler>

export interface SigninTokenRequest {
  readonly endpoint: Endpoint
  readonly credentials: Credentials
  /** How long the console session lasts; only for keys that AWS gives a choice with. */
  readonly durationSeconds: number | undefined
  readonly settings: ProfileSettings
}

/**
 * Asks for a sign-in token, valid for a quarter of an hour; undefined when AWS does not take the keys.
 * @throws SsoxError `network`; the signal's reason
 */
export async function signinToken(
  request: SigninTokenRequest,
  ctx: Context,
): Promise<string | undefined> {
  const { endpoint, credentials, durationSeconds } = request
  const form = new URLSearchParams({
    Action: 'getSigninToken',
    ...(durationSeconds === undefined ? {} : { SessionDuration: String(durationSeconds) }),
    Session: JSON.stringify({
      sessionId: credentials.accessKeyId,
      sessionKey: credentials.secretAccessKey,
      sessionToken: credentials.sessionToken,
    }),
  })
  const { status, text } = await post(request, form.toString(), ctx)
  const { host } = new URL(endpoint.url)
  if (status >= 500 || status === 429)
    throw new SsoxError(
      'network',
      `${host} is ${status === 429 ? 'receiving too many requests' : 'not available'} (HTTP ${status})`,
      'wait a minute and try again',
    )
  // Its words are those of a web page, which may quote what it was sent.
  if (status >= 400) {
    ctx.say.debug(`${host} refuses the keys (HTTP ${status})`)
    return undefined
  }
  const token = required(tokenIn(text, endpoint), 'SigninToken', host)
  ctx.say.mask(token)
  return token
}

async function post(
  { endpoint, settings }: SigninTokenRequest,
  body: string,
  ctx: Context,
): Promise<{ status: number; text: string }> {
  const { protocol, hostname, port, host, pathname } = new URL(endpoint.url)
  const request = {
    method: 'POST',
    protocol,
    hostname,
    ...(port ? { port: Number(port) } : {}),
    path: pathname,
    query: {},
    headers: {
      host,
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'ssox',
    },
    body,
  }
  const handler = createRequestHandler(endpoint.url, settings, ctx)
  const limitMs = deadlineFor(1)
  const deadline = AbortSignal.timeout(limitMs)
  const abortSignal = AbortSignal.any([ctx.signal, deadline])
  const stop = whileWaiting(endpoint.url, ctx)
  try {
    const { response } = await handler.handle(
      request as unknown as Parameters<Handler['handle']>[0],
      { abortSignal },
    )
    return { status: response.statusCode, text: await textOf(response.body) }
  } catch (error) {
    ctx.signal.throwIfAborted()
    throw translate(error, endpoint, deadline.aborted ? limitMs : undefined)
  } finally {
    stop()
  }
}

/** Not quoted where it is something else: what looks like a page may hold the token. */
function tokenIn(text: string, endpoint: Endpoint): string | undefined {
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer !== 'object' || answer === null || !('SigninToken' in answer))
      return undefined
    return typeof answer.SigninToken === 'string' ? answer.SigninToken : undefined
  } catch (error) {
    throw translate(error, endpoint)
  }
}
