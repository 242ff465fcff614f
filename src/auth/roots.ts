/**
 * Whom the connections to AWS trust (contract, "Precedence"): the CA bundle that is configured, and
 * nobody else; without one Node's own roots, and those of the system.
 */
import { X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { ProfileSettings } from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { expandHome } from '../state/paths.ts'
import { readUserFile } from '../system/files.ts'

export interface Roots {
  readonly context: SecureContext
  /** The bundle and the setting that names it; undefined for the usual roots. */
  readonly bundle: string | undefined
}

/** Where systems keep their store as one file (golang/go: src/crypto/x509/root_linux.go, root_bsd.go). */
const SYSTEM_STORES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
  '/usr/local/etc/ssl/cert.pem',
]

/**
 * The roots of a profile: AWS_CA_BUNDLE, else its `ca_bundle`, else REQUESTS_CA_BUNDLE, else Node's.
 * @throws SsoxError `profile` for a bundle that cannot be read, or holds no certificate
 */
export function trustedRoots({ caBundle }: ProfileSettings, { env, paths }: Context): Roots {
  const sources = [
    [env['AWS_CA_BUNDLE'], 'AWS_CA_BUNDLE', 'unset AWS_CA_BUNDLE'],
    [caBundle, 'ca_bundle of the profile', 'correct ca_bundle of the profile'],
    [env['REQUESTS_CA_BUNDLE'], 'REQUESTS_CA_BUNDLE', 'unset REQUESTS_CA_BUNDLE'],
  ] as const
  const [value, origin, mend] = sources.find(([path]) => path) ?? []
  if (!value) return { context: createSecureContext({ minVersion: 'TLSv1.2' }), bundle: undefined }
  const path = expandHome(value, paths.home)
  const read = readUserFile(path)
  const why =
    read.state === 'refused' ? read.why : read.state === 'missing' ? 'there is no such file' : ''
  const fix = `${mend}, or put your CA certificate there: ${path}`
  if (read.state !== 'ok')
    throw new SsoxError('profile', `the CA bundle ${path} (${origin}) cannot be read: ${why}`, fix)
  if (!hasCertificate(read.text))
    throw new SsoxError(
      'profile',
      `the CA bundle ${path} (${origin}) holds no certificate (PEM)`,
      fix,
    )
  return { context: contextOf([read.text]), bundle: `${path} (${origin})` }
}

/** The roots of SSL_CERT_FILE and of the system; undefined where there are none. */
export function systemRoots({ env }: Pick<Context, 'env'>): Roots | undefined {
  const files = [env['SSL_CERT_FILE'], ...SYSTEM_STORES]
  const texts = new Set(
    files.flatMap((path) => {
      const read = path ? readUserFile(path) : undefined
      return read?.state === 'ok' && hasCertificate(read.text) ? [read.text] : []
    }),
  )
  return texts.size > 0 ? { context: contextOf([...texts]), bundle: undefined } : undefined
}

function contextOf(ca: string[]): SecureContext {
  return createSecureContext({ ca, minVersion: 'TLSv1.2' })
}

/** OpenSSL passes over what is no certificate without a word. */
function hasCertificate(text: string): boolean {
  const blocks = text.match(/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]+-----END/g) ?? []
  return blocks.some((block) => {
    try {
      return (
        new X509Certificate(`${block} CERTIFICATE-----\n`.replace(/X509 |TRUSTED /, '')) !==
        undefined
      )
    } catch {
      return false
    }
  })
}
