/**
 * Roles that were assumed with `--role-arn`, so that `logout` finds what they left, and no renewal
 * takes their names for something else: `$XDG_STATE_HOME/ssox/assumed-roles`, JSON
 * `{"version":1,"roles":[…]}`, the latest first. Of two ssox that write at once, one may be lost.
 */
import { join } from 'node:path'
import { ensureFolder, writePrivate } from '../system/files.ts'
import { isObject, readJsonOnce, textAt } from './json-file.ts'
import type { Paths } from './paths.ts'

const MAX_ROLES = 100

/** A role, what it was called, and the sign-in at the root of its credentials. */
export interface AssumedRole {
  readonly name: string
  readonly roleArn: string
  /** The profile that it is on top of. */
  readonly source: string
  /** `cacheName` of the SSO session; empty where there is none. */
  readonly session: string
}

/** Puts a role first. @throws SsoxError `storage` */
export function rememberRole(paths: Pick<Paths, 'state'>, role: AssumedRole): void {
  const known = assumedRoles(paths)
  const others = known.filter((one) => textOf(one) !== textOf(role))
  const roles = [role, ...others].slice(0, MAX_ROLES)
  if (JSON.stringify(roles) === JSON.stringify(known)) return
  ensureFolder(paths.state)
  const text = `${JSON.stringify({ version: 1, roles })}\n`
  writePrivate(fileIn(paths), text, { durable: false })
}

/** All that are known, the latest first. */
export function assumedRoles(paths: Pick<Paths, 'state'>): AssumedRole[] {
  const read = readJsonOnce(fileIn(paths))
  const entries = read.state === 'ok' ? read.value['roles'] : undefined
  return Array.isArray(entries) ? entries.flatMap((entry) => readRole(entry) ?? []) : []
}

function readRole(entry: unknown): AssumedRole | undefined {
  if (!isObject(entry)) return undefined
  const [name, roleArn] = [textAt(entry, 'name'), textAt(entry, 'roleArn')]
  const [source, session] = [textAt(entry, 'source'), textAt(entry, 'session')]
  return name && roleArn && source ? { name, roleArn, source, session: session ?? '' } : undefined
}

function textOf({ name, roleArn, source, session }: AssumedRole): string {
  return JSON.stringify([name, roleArn, source, session])
}

function fileIn({ state }: Pick<Paths, 'state'>): string {
  return join(state, 'assumed-roles')
}
