/**
 * Where the sign-in services are: IAM Identity Center's portal (`sso`) and OIDC (`sso_oidc`), and
 * STS. Overrides as in the AWS SDKs and Tools Reference, "Service-specific endpoints", except that
 * the generic AWS_ENDPOINT_URL and `endpoint_url` do not count: they are for other services.
 */
import { SsoxError } from '../problem.ts'
import { isRegionName, type Partition, partitionOf } from './partition.ts'

export type SignInService = 'sso' | 'sso_oidc' | 'sts'

/** What a profile says about endpoints. */
export interface EndpointSettings {
  /** From the `services` section of the profile. */
  readonly endpointUrls: Readonly<Partial<Record<SignInService, string>>>
  readonly ignoreConfiguredEndpointUrls: boolean | undefined
  readonly useFipsEndpoint: boolean | undefined
  readonly useDualstackEndpoint: boolean | undefined
}

export interface EndpointOptions {
  readonly region: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly settings: EndpointSettings
}

const HOSTS: Readonly<Record<SignInService, string>> = {
  sso: 'portal.sso',
  sso_oidc: 'oidc',
  sts: 'sts',
}

/**
 * The base URL of a service, without a slash at the end: AWS_ENDPOINT_URL_<SERVICE>, else the
 * profile's `services` section, else by region, partition, FIPS and dual stack.
 * @throws SsoxError `profile` when the settings contradict each other, or for an address that
 *   tokens must not be sent to
 */
export function ssoEndpoint(service: SignInService, options: EndpointOptions): string {
  const { region, env, settings } = options
  const fips = flag(env['AWS_USE_FIPS_ENDPOINT']) ?? settings.useFipsEndpoint ?? false
  const dualStack =
    flag(env['AWS_USE_DUALSTACK_ENDPOINT']) ?? settings.useDualstackEndpoint ?? false
  const custom = configured(service, options)
  if (custom) {
    if (fips || dualStack) throw notTogether(custom.origin, fips ? 'FIPS' : 'dual-stack')
    return checked(custom.url, custom.origin)
  }
  if (!region)
    throw new SsoxError('profile', 'no region is configured', 'pass --region, or set AWS_REGION')
  if (!isRegionName(region))
    throw new SsoxError(
      'profile',
      `${JSON.stringify(region)} is not the name of a region`,
      'use a name such as eu-west-1',
    )
  return `https://${hostOf(service, region, fips, dualStack)}`
}

/** The endpoint rule sets of the three services, which differ in their host only. */
function hostOf(service: SignInService, region: string, fips: boolean, dualStack: boolean): string {
  const partition: Partition = partitionOf(region)
  if (service === 'sts' && region === 'aws-global') return 'sts.amazonaws.com'
  const suffix = dualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix
  // GovCloud's normal hosts are FIPS hosts.
  const marked = fips && (dualStack || partition.id !== 'aws-us-gov')
  return `${HOSTS[service]}${marked ? '-fips' : ''}.${region}.${suffix}`
}

interface Configured {
  readonly url: string
  /** The setting, for messages. */
  readonly origin: string
}

function configured(
  service: SignInService,
  { env, settings }: EndpointOptions,
): Configured | undefined {
  const ignored =
    flag(env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']) ?? settings.ignoreConfiguredEndpointUrls
  if (ignored) return undefined
  const variable = `AWS_ENDPOINT_URL_${service.toUpperCase()}`
  const fromEnv = env[variable]
  if (fromEnv) return { url: fromEnv, origin: variable }
  const fromProfile = settings.endpointUrls[service]
  return fromProfile
    ? { url: fromProfile, origin: `endpoint_url of ${service} in the services section` }
    : undefined
}

/** Tokens go over https, or over http to this machine. */
function checked(url: string, origin: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const isSafe =
    parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && isLoopback(parsed.hostname))
  const isPlain =
    parsed?.username === '' && parsed.password === '' && parsed.search === '' && parsed.hash === ''
  if (isSafe && isPlain) return url.trim().replace(/\/+$/, '')
  throw new SsoxError(
    'profile',
    isSafe
      ? `${origin} has a user name, a query or a fragment, which an endpoint cannot have`
      : `${origin} is not an https address: tokens are sent over https only, or over http to this machine (127.0.0.1, [::1], localhost)`,
    `correct or remove ${origin}`,
  )
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

function notTogether(origin: string, kind: string): SsoxError {
  return new SsoxError(
    'profile',
    `${origin} and ${kind} endpoints exclude each other`,
    `remove ${origin}, or switch ${kind} endpoints off`,
  )
}

/** As the AWS CLI reads switches: `true` in any case is true; an empty one is not set. */
function flag(value: string | undefined): boolean | undefined {
  return value ? value.toLowerCase() === 'true' : undefined
}
