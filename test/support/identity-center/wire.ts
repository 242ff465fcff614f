/** A plain HTTP client for the stand-in, and the sign-in flows as a client would walk them. */
import { createHash, randomBytes } from 'node:crypto'
import { type IdentityCenter, type IdentityCenterOptions, startIdentityCenter } from './index.ts'

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
export const START_URL = 'https://d-1234567890.awsapps.com/start'
export const REDIRECT = 'http://127.0.0.1:34959/oauth/callback'

export interface Answer {
  status: number
  headers: Headers
  text: string
  /** The body when it is JSON, else an empty object. */
  json: Record<string, unknown>
}

/** A clock that moves only when told to, in milliseconds. */
export function handClock() {
  const clock = () => clock.now
  clock.now = Date.UTC(2030, 0, 1, 10)
  clock.forward = (seconds: number) => {
    clock.now += seconds * 1000
  }
  return clock
}

/** Runs `use` against a stand-in that is closed afterwards, whatever happens. */
export async function withCenter(
  options: IdentityCenterOptions,
  use: (center: IdentityCenter) => Promise<void>,
): Promise<void> {
  const center = await startIdentityCenter(options)
  try {
    await use(center)
  } finally {
    await center.close()
  }
}

export async function request(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init })
  const text = await response.text()
  let json: Record<string, unknown> = {}
  try {
    json = JSON.parse(text) as Record<string, unknown>
  } catch {
    // Pages and XML.
  }
  return { status: response.status, headers: response.headers, text, json }
}

export function post(center: IdentityCenter, path: string, body: unknown): Promise<Answer> {
  return request(center.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

export function portal(center: IdentityCenter, path: string, token?: string): Promise<Answer> {
  return request(center.url + path, {
    headers: token === undefined ? {} : { 'x-amz-sso_bearer_token': token },
  })
}

/** Name of the error in the header, without the namespace. */
export function errorType(answer: Answer): string | undefined {
  return answer.headers.get('x-amzn-errortype')?.split(':')[0]
}

export interface Registered {
  clientId: string
  clientSecret: string
}

export async function register(
  center: IdentityCenter,
  extra: Record<string, unknown> = { scopes: ['sso:account:access'] },
): Promise<Registered> {
  const { json } = await post(center, '/client/register', {
    clientName: 'ssox-client-corp',
    clientType: 'public',
    ...extra,
  })
  return { clientId: String(json['clientId']), clientSecret: String(json['clientSecret']) }
}

export const PKCE_CLIENT = {
  grantTypes: ['authorization_code', 'refresh_token'],
  redirectUris: ['http://127.0.0.1/oauth/callback'],
  issuerUrl: START_URL,
  scopes: ['sso:account:access'],
}

/** Starts a device sign-in for a client. */
export async function startDevice(center: IdentityCenter, client: Registered) {
  const { json } = await post(center, '/device_authorization', { ...client, startUrl: START_URL })
  return {
    deviceCode: String(json['deviceCode']),
    userCode: String(json['userCode']),
    pageUrl: String(json['verificationUriComplete']),
    json,
  }
}

export function pollDevice(center: IdentityCenter, client: Registered, deviceCode: string) {
  return post(center, '/token', { grantType: DEVICE_GRANT, ...client, deviceCode })
}

/** The address an application sends the browser to, and what it keeps for later. */
export function authorizeUrl(
  center: IdentityCenter,
  client: Registered,
  change: Record<string, string | undefined> = {},
) {
  const verifier = randomBytes(48).toString('base64url')
  const parameters: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: REDIRECT,
    state: 'c4b7a3f2-7d0e-4a53-9a5b-2f6c1f0e8d11',
    code_challenge_method: 'S256',
    scopes: 'sso:account:access',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    ...change,
  }
  const url = new URL(`${center.url}/authorize`)
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value)
  return { url: url.href, verifier }
}

export function exchangeCode(
  center: IdentityCenter,
  client: Registered,
  code: string,
  codeVerifier: string,
  redirectUri = REDIRECT,
) {
  const grant = { grantType: 'authorization_code', redirectUri, codeVerifier, code }
  return post(center, '/token', { ...grant, ...client })
}

export function refresh(center: IdentityCenter, client: Registered, refreshToken: unknown) {
  return post(center, '/token', { grantType: 'refresh_token', ...client, refreshToken })
}

/** Query parameters of the redirect an answer asks for. */
export function redirectOf(answer: Answer): URLSearchParams {
  return new URL(answer.headers.get('location') ?? 'http://none.invalid').searchParams
}

/** A whole sign-in by authorization code, with the browser approving by itself. */
export async function signIn(center: IdentityCenter) {
  const { approve } = center
  center.approve = 'auto'
  const client = await register(center, PKCE_CLIENT)
  const { url, verifier } = authorizeUrl(center, client)
  const code = redirectOf(await request(url)).get('code') ?? ''
  const { json } = await exchangeCode(center, client, code, verifier)
  center.approve = approve
  return {
    client,
    url,
    accessToken: String(json['accessToken']),
    refreshToken: String(json['refreshToken']),
    /** Seconds. */
    expiresIn: Number(json['expiresIn']),
  }
}
