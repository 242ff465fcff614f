/**
 * Start URLs on a company's own domain, which lead to AWS by a redirect (the AWS CLI since 2.35:
 * awscli/customizations/sso/resolve.py; its list of hosts, and those of later partitions).
 */

const SUFFIXES = [
  'app.aws',
  'portal.amazonaws.com',
  'portal.amazonaws.com.cn',
  'portal.amazonaws.eu',
  'app.amazonwebservices.com.cn',
  'api.amazonwebservices.eu',
  'awsapps.com',
  'awsapps.cn',
]

const HOSTS = [
  'identitycenter.amazonaws.com',
  'identitycenter.amazonaws.com.cn',
  'identitycenter.amazonaws.eu',
  'identitycenter.us-gov.amazonaws.com',
]

const REGIONS = [
  /^[^.]+\.portal\.([a-z0-9-]+)\.(?:app\.aws|app\.amazonwebservices\.com\.cn|api\.amazonwebservices\.eu)$/,
  /^[^.]+\.([a-z0-9-]+)\.portal\.amazonaws\.(?:com|com\.cn|eu)$/,
]

/** True for an https start URL that is neither of AWS nor of this machine: AWS does not know it. */
export function isOwnDomain(startUrl: string): boolean {
  const url = URL.canParse(startUrl) ? new URL(startUrl) : undefined
  if (url?.protocol !== 'https:' || !url.hostname.includes('.')) return false
  return !isAwsHost(url.hostname) && !/^(?:127\.\d+\.\d+\.\d+|.*\.localhost)$/.test(url.hostname)
}

/** True for a host of AWS's access portals. */
export function isAwsHost(hostname: string): boolean {
  const host = withoutDot(hostname)
  return (
    HOSTS.includes(host) ||
    SUFFIXES.some((suffix) => host === suffix || host.endsWith(`.${suffix}`))
  )
}

/** The region in the name of an access portal, where it has one. */
export function regionOfPortal(hostname: string): string | undefined {
  const host = withoutDot(hostname)
  for (const pattern of REGIONS) {
    const found = pattern.exec(host)?.[1]
    if (found) return found
  }
  return undefined
}

/** As AWS knows it: without query, fragment and slash at the end. */
export function plainStartUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname.replace(/\/+$/, '')}`
}

function withoutDot(hostname: string): string {
  return hostname.toLowerCase().replace(/\.$/, '')
}
