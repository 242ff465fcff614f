/**
 * Whether a host is reached through a proxy: HTTPS_PROXY and NO_PROXY in small or in capital
 * letters, as curl, Go and botocore read them, and ALL_PROXY, as curl does.
 */
import { SsoxError } from '../problem.ts'
import type { Env } from '../state/paths.ts'

/**
 * The proxy for an https address unless NO_PROXY excludes its host; http endpoints are loopback.
 * @throws SsoxError `network` when the variable holds no address of an HTTP proxy
 */
export function proxyFor(endpoint: URL, env: Env): URL | undefined {
  if (endpoint.protocol !== 'https:' || isExcluded(endpoint, variable(env, 'no_proxy')))
    return undefined
  const name = variable(env, 'https_proxy') ? 'HTTPS_PROXY' : 'ALL_PROXY'
  const value = variable(env, name.toLowerCase())
  if (!value) return undefined
  // `host:port` would be an address with the scheme `host`.
  const address = value.includes('://') ? value : `http://${value}`
  const proxy = URL.canParse(address) ? new URL(address) : undefined
  if (proxy?.protocol === 'http:' || proxy?.protocol === 'https:') return proxy
  throw new SsoxError(
    'network',
    `${name} is not an address of an HTTP proxy`,
    `export ${name}=http://host:port, or unset it`,
  )
}

/** `*`, or names with commas or blanks between: each stands for itself and all that is below it. */
function isExcluded({ hostname, port }: URL, list: string): boolean {
  const host = unbracketed(hostname)
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      // More than one colon: an IPv6 address, which has a port only behind brackets.
      const [, name = entry, only] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? []
      if (only !== undefined && only !== (port || '443')) return false
      const domain = unbracketed(name).replace(/^\*?\./, '')
      return domain === '*' || host === domain || host.endsWith(`.${domain}`)
    })
}

function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}

function variable(env: Env, name: string): string {
  return (env[name] || env[name.toUpperCase()] || '').trim()
}
