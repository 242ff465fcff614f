/**
 * Whether a host is reached through a proxy: HTTPS_PROXY and NO_PROXY in small or in capital
 * letters, as curl, Go and botocore read them, and ALL_PROXY, as curl does.
 */
import { SsoxError } from '../problem.ts'
import type { Env } from '../state/paths.ts'

export interface ProxyAddress {
  /** Without user name and password. */
  readonly url: URL
  /** The value of the header Proxy-Authorization. */
  readonly authorization: string | undefined
}

/**
 * The proxy for an https address unless NO_PROXY excludes its host; http addresses are reached
 * without one. An ALL_PROXY of another kind is for others (curl, ssh); the AWS CLI reads none.
 * @throws SsoxError `network` when the variable holds no address of an HTTP proxy
 */
export function proxyFor(endpoint: URL, env: Env): ProxyAddress | undefined {
  if (endpoint.protocol !== 'https:' || isExcluded(endpoint, setValue('no_proxy', env)))
    return undefined
  const name = setName('https_proxy', env) ?? setName('all_proxy', env)
  if (name === undefined) return undefined
  const value = (env[name] ?? '').trim()
  // `host:port` would be an address with the scheme `host`.
  const address = value.includes('://') ? value : `http://${value}`
  const isHttp = /^https?:/i.test(address)
  if (!isHttp && name.toLowerCase() === 'all_proxy') return undefined
  const proxy = isHttp ? parse(address) : undefined
  if (proxy) return proxy
  throw new SsoxError(
    'network',
    `${name} is not an address of an HTTP proxy`,
    `export ${name}=http://host:port, or unset it`,
  )
}

/** The user name and password are cut off first: signs in them may be none that an URL can have. */
function parse(address: string): ProxyAddress | undefined {
  const [, scheme, login, host] = /^(https?):\/\/(?:([^/?#]*)@)?([^/?#@]+)/i.exec(address) ?? []
  const url = `${scheme}://${host}`
  if (!host || !URL.canParse(url)) return undefined
  return { url: new URL(url), authorization: login ? basic(login) : undefined }
}

/** As curl and botocore send it: `%` without two hexadecimal digits behind it stands for itself. */
function basic(login: string): string {
  const [user = '', ...password] = login.split(':')
  const bytes = [user, password.join(':')].map((part) =>
    Buffer.from(
      Buffer.from(part)
        .toString('latin1')
        .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
      'latin1',
    ),
  )
  const [name = Buffer.alloc(0), secret = Buffer.alloc(0)] = bytes
  return `Basic ${Buffer.concat([name, Buffer.from(':'), secret]).toString('base64')}`
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

/** The spelling of a variable that is set: small letters first. */
function setName(name: string, env: Env): string | undefined {
  return [name, name.toUpperCase()].find((spelling) => (env[spelling] ?? '').trim() !== '')
}

function setValue(name: string, env: Env): string {
  const found = setName(name, env)
  return found === undefined ? '' : (env[found] ?? '')
}
