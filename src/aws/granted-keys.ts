/**
 * Profiles of granted, which keeps account and role under names of its own beside a line that calls
 * it (fwdcloudsec/granted: pkg/cfaws/granted_config.go), so that the AWS tools use the line:
 *
 *     granted_sso_start_url, granted_sso_region, granted_sso_account_id, granted_sso_role_name
 *     credential_process = granted credential-process --profile dev
 *
 * ssox does what that line does. What the AWS tools put before the line comes before it here, too.
 */
import type { DocumentKind } from './document.ts'
import { processCall } from './process-command.ts'

export const ROLE_KEYS = ['sso_account_id', 'sso_role_name'] as const
/** Those that say who a profile is. */
export const KEYS: readonly string[] = [...ROLE_KEYS, 'sso_start_url', 'sso_region']

interface Values {
  readonly get: (key: string) => string | undefined
  readonly getFrom: (kind: DocumentKind, key: string) => string | undefined
}

/**
 * Under which key a profile has what the AWS tools call `key`: another one only in a profile of
 * granted whose line is its own, or one that ssox has put in its place, or gone.
 */
export function spelling(name: string, values: Values): (key: string) => string {
  if (!isGranted(name, values)) return (key) => key
  return (key) => (KEYS.includes(key) && values.get(key) === undefined ? granted(key) : key)
}

function isGranted(name: string, { get, getFrom }: Values): boolean {
  const has = (key: string) => get(key) !== undefined
  if (!ROLE_KEYS.map(granted).some(has) || ROLE_KEYS.some(has) || has('login_session')) return false
  if (getFrom('credentials', 'aws_access_key_id') !== undefined) return false
  const line = get('credential_process')
  return line === undefined
    ? getFrom('config', 'aws_access_key_id') === undefined
    : processCall(line)?.profile === name
}

/** The key of granted for one of the AWS tools. */
export function granted(key: string): string {
  return `granted_${key}`
}
