/**
 * Accounts and roles that were used without a profile, so that the name which ssox makes for one
 * leads back to it, and `logout` finds what they left: `$XDG_STATE_HOME/ssox/identities`, JSON `{"version":1,"identities":[…]}`,
 * the latest first. Of two ssox that write at once, one may be lost.
 */
import { join } from 'node:path'
import { isRegionName } from '../aws/partition.ts'
import { type Identity, identityName } from '../aws/profile.ts'
import { ensureFolder, writePrivate } from '../system/files.ts'
import { isObject, readJsonOnce, textAt } from './json-file.ts'
import type { Paths } from './paths.ts'

const MAX_IDENTITIES = 100

/** The account and role with this name, if it is known. */
export function knownIdentity(paths: Pick<Paths, 'state'>, name: string): Identity | undefined {
  return knownIdentities(paths).find((one) => identityName(one) === name)
}

/** Puts an identity first; of one name there is one. @throws SsoxError `storage` */
export function rememberIdentity(paths: Pick<Paths, 'state'>, identity: Identity): void {
  const known = knownIdentities(paths)
  const others = known.filter((one) => identityName(one) !== identityName(identity))
  const identities = [identity, ...others].slice(0, MAX_IDENTITIES)
  if (JSON.stringify(identities) === JSON.stringify(known)) return
  ensureFolder(paths.state)
  const text = `${JSON.stringify({ version: 1, identities })}\n`
  writePrivate(fileIn(paths), text, { durable: false })
}

/** All that are known, the latest first. */
export function knownIdentities(paths: Pick<Paths, 'state'>): Identity[] {
  const read = readJsonOnce(fileIn(paths))
  const entries = read.state === 'ok' ? read.value['identities'] : undefined
  return Array.isArray(entries) ? entries.flatMap((entry) => readIdentity(entry) ?? []) : []
}

function readIdentity(entry: unknown): Identity | undefined {
  if (!isObject(entry)) return undefined
  const [startUrl, ssoRegion] = [textAt(entry, 'startUrl'), textAt(entry, 'ssoRegion')]
  const [accountId, roleName] = [textAt(entry, 'accountId'), textAt(entry, 'roleName')]
  if (!startUrl || !ssoRegion || !accountId || !roleName) return undefined
  const isUsable = isRegionName(ssoRegion) && /^\d{12}$/.test(accountId)
  return isUsable ? { startUrl, ssoRegion, accountId, roleName } : undefined
}

function fileIn({ state }: Pick<Paths, 'state'>): string {
  return join(state, 'identities')
}
