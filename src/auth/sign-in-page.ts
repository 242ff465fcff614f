/** Which addresses may be shown and opened as a sign-in page. */
import type { SsoSession } from '../aws/profile.ts'

/** Hosts of AWS's own sign-in pages (the AWS CLI keeps the like in customizations/sso/resolve.py). */
const AWS_SUFFIXES = [
  '.app.aws',
  '.awsapps.com',
  '.awsapps.cn',
  '.amazonaws.com',
  '.amazonaws.com.cn',
  '.amazonaws.eu',
  '.api.aws',
  '.app.amazonwebservices.com.cn',
  '.api.amazonwebservices.com.cn',
  '.api.amazonwebservices.eu',
  '.portal.amazonaws.eu',
]

/**
 * True for an https address of AWS, of the session's own start URL, or of the endpoint that the
 * sign-in was configured to use (loopback in tests and demo).
 */
export function isSignInPage(address: string, session: SsoSession, endpoint: string): boolean {
  const url = parse(address)
  if (!url || url.username || url.password || address.length > 4096) return false
  const own = [parse(session.startUrl), parse(endpoint)]
  if (own.some((page) => page?.origin === url.origin)) return true
  return url.protocol === 'https:' && AWS_SUFFIXES.some((suffix) => url.hostname.endsWith(suffix))
}

function parse(address: string): URL | undefined {
  try {
    const url = new URL(address)
    return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined
  } catch {
    return undefined
  }
}
