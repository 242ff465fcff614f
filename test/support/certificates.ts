/** Certificates made on the spot with openssl: a CA, and servers that it vouches for. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface KeyPair {
  key: string
  cert: string
}

export interface Authority {
  /** PEM of the CA. */
  cert: string
  /** A certificate for these names, as openssl writes them (`IP:127.0.0.1,DNS:localhost`). */
  issue(names: string, days?: number): KeyPair
}

/** A new CA. Throws what openssl says. */
export function createAuthority(): Authority {
  const ca = make(['-subj', '/CN=ssox test CA', '-addext', 'keyUsage=critical,keyCertSign'])
  return {
    cert: ca.cert,
    issue: (names, days = 1) =>
      make(['-subj', '/CN=server', '-addext', `subjectAltName=${names}`], ca, days),
  }
}

function make(words: string[], issuer?: KeyPair, days = 1): KeyPair {
  const folder = mkdtempSync(join(tmpdir(), 'ssox-ca-'))
  const file = (name: string) => join(folder, name)
  try {
    if (issuer) {
      writeFileSync(file('ca.key'), issuer.key)
      writeFileSync(file('ca.pem'), issuer.cert)
    }
    const args = [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', file('key'), '-out', file('cert'), '-days', String(days), ...words],
      ...(issuer ? ['-CA', file('ca.pem'), '-CAkey', file('ca.key')] : []),
      ...(issuer ? ['-addext', 'basicConstraints=critical,CA:FALSE'] : []),
    ]
    execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    return { key: readFileSync(file('key'), 'utf8'), cert: readFileSync(file('cert'), 'utf8') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
