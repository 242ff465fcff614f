/**
 * Where the services are: IAM Identity Center's portal (`sso`) and OIDC (`sso_oidc`), and STS. Where
 * AWS's sign-in is (`signin`) is up to src/aws/console.ts, unless a setting says it.
 * Overrides as in the AWS SDKs and Tools Reference, "Service-specific endpoints", except that the
 * generic AWS_ENDPOINT_URL and `endpoint_url` do not move the sign-in: they are for other services.
 */
import { SsoxError } from '../problem.ts'
import { isRegionName, type Partition, partitionOf } from './partition.ts'
import type { AnyService, EndpointSettings } from './profile-types.ts'

/** Those that have a host in each region. */
export type Service = Exclude<AnyService, 'signin'>

export interface EndpointOptions {
  readonly region: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly settings: EndpointSettings
  /** The request is signed and carries no token that would serve whoever reads it. */
  readonly isSigned?: boolean
}

export interface Endpoint {
  /** The base URL, without a slash at the end. */
  readonly url: string
  /** The settings that led there in place of the usual host, for messages. */
  readonly settings: readonly string[]
}

const HOSTS: Readonly<Record<Service, string>> = {
  sso: 'portal.sso',
  sso_oidc: 'oidc',
  sts: 'sts',
}

/**
 * The endpoint of a service: AWS_ENDPOINT_URL_<SERVICE>, else the profile's `services` section, else
 * by region, partition, FIPS and dual stack. For STS also AWS_ENDPOINT_URL and `endpoint_url`, where
 * the SDKs have them in that order.
 * @throws SsoxError `profile` when the settings contradict each other, or for an address that
 *   tokens must not be sent to
 */
export function endpointOf(service: Service, options: EndpointOptions): Endpoint {
  const { region, env, settings } = options
  // Part of a signature too, where the host is another one.
  if (region && !isRegionName(region))
    throw new SsoxError(
      'profile',
      `${JSON.stringify(region)} is not the name of a region`,
      'use a name such as eu-west-1',
    )
  const fips = switchOf('FIPS', env, settings.useFipsEndpoint)
  const dualStack = switchOf('DUALSTACK', env, settings.useDualstackEndpoint)
  const custom = configured(service, options)
  if (custom) {
    if (fips) throw notTogether(custom.origin, 'FIPS', fips)
    if (dualStack) throw notTogether(custom.origin, 'dual-stack', dualStack)
    return { url: checked(custom, options.isSigned ?? false), settings: [custom.origin] }
  }
  if (!region)
    throw new SsoxError('profile', 'no region is configured', 'pass --region, or set AWS_REGION')
  const host = hostOf(service, region, fips !== undefined, dualStack !== undefined)
  return {
    url: `https://${host}`,
    settings: [fips, dualStack].filter((name) => name !== undefined),
  }
}

/**
 * The endpoint that a setting gives a service in place of the usual one, if one does.
 * @throws SsoxError `profile` for an address that nothing secret may be sent to
 */
export function customEndpoint(
  service: AnyService,
  options: EndpointOptions,
): Endpoint | undefined {
  const custom = configured(service, options)
  return custom && { url: checked(custom, options.isSigned ?? false), settings: [custom.origin] }
}

/** What switches FIPS or dual-stack endpoints on, if anything does. */
function switchOf(
  kind: 'FIPS' | 'DUALSTACK',
  env: EndpointOptions['env'],
  ofProfile: boolean | undefined,
): string | undefined {
  const variable = `AWS_USE_${kind}_ENDPOINT`
  const value = flag(env[variable])
  if (value ?? ofProfile)
    return value ? variable : `${variable.slice(4).toLowerCase()} of the profile`
  return undefined
}

/** The endpoint rule sets of the three services, which differ in their host only. */
function hostOf(service: Service, region: string, fips: boolean, dualStack: boolean): string {
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
  service: AnyService,
  { env, settings }: EndpointOptions,
): Configured | undefined {
  const ignored =
    flag(env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']) ?? settings.ignoreConfiguredEndpointUrls
  if (ignored) return undefined
  const variable = `AWS_ENDPOINT_URL_${service.toUpperCase()}`
  const isOther = service === 'sts'
  const sources = [
    [env[variable], variable],
    [isOther && env['AWS_ENDPOINT_URL'], 'AWS_ENDPOINT_URL'],
    [settings.endpointUrls[service], `endpoint_url of ${service} in the services section`],
    [isOther && settings.endpointUrl, 'endpoint_url of the profile'],
  ] as const
  for (const [url, origin] of sources) if (url) return { url, origin }
  return undefined
}

/**
 * Tokens go over https, or over http to this machine. A signed request goes where the SDKs would
 * send it: its signature serves nobody who reads it.
 */
function checked({ url, origin }: Configured, isSigned: boolean): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const isSafe =
    parsed?.protocol === 'https:' ||
    (parsed?.protocol === 'http:' && (isSigned || isLoopback(parsed.hostname)))
  const isPlain =
    parsed?.username === '' && parsed.password === '' && parsed.search === '' && parsed.hash === ''
  if (isSafe && isPlain) return url.trim().replace(/\/+$/, '')
  const allowed = isSigned
    ? 'is not an address that begins with https:// or http://'
    : 'is not an https address: tokens are sent over https only, or over http to this machine (127.0.0.1, [::1], localhost)'
  throw new SsoxError(
    'profile',
    isSafe
      ? `${origin} has a user name, a query or a fragment, which an endpoint cannot have`
      : `${origin} ${allowed}`,
    /^AWS_/.test(origin) ? `unset ${origin}` : `correct or remove ${origin}`,
  )
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

function notTogether(origin: string, kind: string, by: string): SsoxError {
  return new SsoxError(
    'profile',
    `${origin} and ${kind} endpoints (${by}) exclude each other`,
    /^AWS_/.test(by) ? `unset ${by}` : `remove ${origin}, or switch ${kind} endpoints off`,
  )
}

/** As the AWS CLI reads switches: `true` in any case is true; an empty one is not set. */
function flag(value: string | undefined): boolean | undefined {
  return value ? value.toLowerCase() === 'true' : undefined
}
