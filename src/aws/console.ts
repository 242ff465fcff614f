/**
 * The web console: where it is in each partition, and the addresses that lead to a page of it. From
 * keys through the federation endpoint (IAM User Guide, "Enable custom identity broker access to the
 * AWS console"), or through the access portal (IAM Identity Center User Guide, "Creating shortcut
 * links").
 */
import { SsoxError } from '../problem.ts'
import { customEndpoint, type Endpoint, type EndpointOptions } from './endpoint.ts'
import type { SsoProfile } from './profile-types.ts'
import { plainStartUrl } from './start-url.ts'

/** By partition: the domain of its console and sign-in, and the region whose hosts have no name of one. */
const SITES: Readonly<Record<string, readonly [domain: string, unnamed?: string]>> = {
  aws: ['aws.amazon.com', 'us-east-1'],
  'aws-cn': ['amazonaws.cn', 'cn-north-1'],
  'aws-us-gov': ['amazonaws-us-gov.com', 'us-gov-west-1'],
  'aws-eusc': ['amazonaws-eusc.eu'],
}

/** The console of one partition, seen from one region. */
export interface ConsoleSite {
  /** Of AWS's sign-in, without a slash at the end. */
  readonly signinUrl: string
  readonly consoleUrl: string
  /** What every host of the partition's console ends in. */
  readonly domain: string
  /** None where nothing names one: the console opens in the region that was used last. */
  readonly region: string | undefined
}

/** @throws SsoxError `usage` for a partition whose console is not on the internet */
export function consoleSite(partition: string, region: string | undefined): ConsoleSite {
  const [domain, unnamed] = SITES[partition] ?? []
  if (domain === undefined)
    throw new SsoxError(
      'usage',
      `no console is known for the partition ${partition}`,
      "open your organization's own address of the console",
    )
  const prefix = region === undefined || region === unnamed ? '' : `${region}.`
  return {
    signinUrl: `https://${prefix}signin.${domain}`,
    consoleUrl: `https://${prefix}console.${domain}`,
    domain,
    region,
  }
}

/**
 * The federation endpoint: AWS_ENDPOINT_URL_SIGNIN or `signin` of the `services` section, as
 * `aws login` has them, else the partition's.
 * @throws SsoxError `profile` for an address that keys must not be sent to
 */
export function federationEndpoint(
  { signinUrl, region }: ConsoleSite,
  options: Omit<EndpointOptions, 'region'>,
): Endpoint {
  const custom = customEndpoint('signin', { ...options, region })
  return { url: `${custom?.url ?? signinUrl}/federation`, settings: custom?.settings ?? [] }
}

/**
 * The address of a page: a path on the console's host, or a whole https address of the partition's
 * console. The region is added to an address that names none.
 * @throws SsoxError `usage` for an address elsewhere: whoever is signed in would be led there
 */
export function consoleAddress(page: string, { consoleUrl, domain, region }: ConsoleSite): string {
  const isWhole = /^[a-z][a-z\d+.-]*:|^[/\\]{2}/i.test(page.trim())
  const text = isWhole ? page.trim() : `${consoleUrl}/${page.trim().replace(/^[/\\]+/, '')}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isOwn =
    url?.protocol === 'https:' &&
    url.port === '' &&
    url.username === '' &&
    url.password === '' &&
    (isWhole ? url.hostname.endsWith(`.${domain}`) : url.origin === consoleUrl)
  if (!url || !isOwn)
    throw new SsoxError(
      'usage',
      `${JSON.stringify(page)} is no page of the console: it must be a path, or begin with https:// and a host below ${domain}`,
      'ssox console --help',
    )
  if (region !== undefined && !url.searchParams.has('region'))
    url.search = `${url.search === '' ? '?' : `${url.search}&`}region=${region}`
  return url.href
}

/** The link that signs in through the access portal, as its "Create shortcut" makes it: no secret in it. */
export function portalLink({ session, accountId, roleName }: SsoProfile, page: string): string {
  const query = new URLSearchParams({
    account_id: accountId,
    role_name: roleName,
    destination: page,
  })
  return `${plainStartUrl(new URL(session.startUrl))}/#/console?${query}`
}

/** The address that signs the browser in, good for a quarter of an hour: it is a secret. */
export function loginAddress(
  federationUrl: string,
  { page, issuer, token }: { page: string; issuer: string | undefined; token: string },
): string {
  const query = new URLSearchParams({
    Action: 'login',
    ...(issuer === undefined ? {} : { Issuer: issuer }),
    Destination: page,
    SigninToken: token,
  })
  return `${federationUrl}?${query}`
}
