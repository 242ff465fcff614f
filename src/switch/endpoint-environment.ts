/**
 * The environment of a command that gets its credentials from an endpoint (the SDKs' container
 * provider). Every SDK puts that nearly last: what would come before it has to go. Pure; may import
 * what src/switch/variables.ts may.
 */
import { changed } from '../shells/change.ts'
import { changeTo, type SwitchTarget } from './variables.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface Endpoint {
  readonly url: string
  readonly token: string
}

/** Variables that keep credentials of `[default]` and of files of old from being used. */
export type ShieldVariables = Readonly<Record<string, string>>

/**
 * Comes before the endpoint in one SDK or another: the path of another endpoint and a file with
 * another token, and files of keys from the time before profiles (boto/botocore credentials.py,
 * OriginalEC2Provider; aws/aws-sdk-java AwsProfileFileLocationProvider).
 */
const BEFORE_ENDPOINT = [
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_CREDENTIAL_FILE',
  'AWS_CREDENTIAL_PROFILES_FILE',
]

/** A key of one service (Amazon Bedrock), which comes before all credentials there (botocore utils.py). */
const SERVICE_KEY = /^AWS_BEARER_TOKEN_/

/** The variables whose keys would be used in place of the endpoint with a service each. */
export function serviceKeys(env: Env): string[] {
  return Object.keys(env).filter((name) => SERVICE_KEY.test(name))
}

/** By which an http address is reached; NO_PROXY is not asked for https alone. */
const HTTP_PROXIES = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']
const LOOPBACK = '127.0.0.1'

/**
 * The environment `env` after a switch to `target`, with the endpoint in place of keys.
 * @param kept names that stay as they are, since the user has said who to be by them
 * @throws SsoxError `profile` for a value that no variable can hold
 */
export function environmentWithEndpoint(
  env: Env,
  target: Omit<SwitchTarget, 'mode' | 'credentials' | 'sessionEndsAt'>,
  { url, token }: Endpoint,
  shield: ShieldVariables,
  kept: readonly string[] = [],
): Record<string, string> {
  // Without an expiry: a prompt would count down what is renewed.
  const none = { mode: 'keys', credentials: undefined, sessionEndsAt: undefined } as const
  const result = withoutProxy(changed(env, changeTo({ ...target, ...none }, kept)))
  for (const name of [...BEFORE_ENDPOINT, ...serviceKeys(result)]) delete result[name]
  return {
    ...result,
    ...shield,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
    // Where the endpoint fails, the SDK for JavaScript would go on as the machine itself.
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}

/**
 * Reaches 127.0.0.1 directly: .NET sends the token, and gets the keys, through a proxy otherwise.
 * Each program reads another spelling first, and `*` means "none at all" only while it stands alone;
 * .NET does not know it, so the proxies themselves go.
 */
function withoutProxy(env: Record<string, string>): Record<string, string> {
  const { NO_PROXY: upper, no_proxy: lower } = env
  const direct = { NO_PROXY: upper || lower || '', no_proxy: lower || upper || '' }
  if (Object.values(direct).some((list) => list.trim() === '*'))
    return Object.fromEntries(Object.entries(env).filter(([name]) => !HTTP_PROXIES.includes(name)))
  const add = (list: string) => {
    const hosts = list.split(/[\s,]+/).filter((host) => host !== '' && host !== LOOPBACK)
    return [...hosts, LOOPBACK].join(',')
  }
  return { ...env, NO_PROXY: add(direct.NO_PROXY), no_proxy: add(direct.no_proxy) }
}
