/**
 * Keeps finished results of `ssox env <profile>` for the hooks, the launcher and `main.ts`, and those
 * of `ssox credential-process` for the latter two. May import src/aws, src/shells, src/state and src/system.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { tokenKey } from '../aws/cache-key.ts'
import type { Credentials } from '../aws/credentials.ts'
import type { Profile } from '../aws/profile.ts'
import { chainRoot, ssoRoot } from '../aws/role-chain.ts'
import type { EnvChange } from '../shells/change.ts'
import { fish } from '../shells/fish.ts'
import { type ShellName, shellNamed } from '../shells/shell.ts'
import type { Env, Paths } from '../state/paths.ts'
import { peekRoleCredentials } from '../state/role-cache.ts'
import { roleCacheFile } from '../state/role-cache-file.ts'
import { signInMarker } from '../state/sign-in-marker.ts'
import { writePrivate } from '../system/files.ts'
import {
  ANSWER_MIN_LEFT_MINUTES,
  type AnswerSource,
  answerEntry,
  condition,
  dataEntry,
  ENTRY_MIN_LEFT_MINUTES,
  type EntryHead,
  type EntryKind,
  entryName,
  fishEntry,
  isConditionSafe,
  NO_EXPIRY,
  statementEntry,
} from './entry.ts'
import { noteForHooks } from './state-folder.ts'
import { renewalOf, valueIn } from './variables.ts'

/** A switch that was made, and could be made again from its entries. */
export interface CachedSwitch {
  readonly profile: Profile
  readonly change: EnvChange
  /** The shell that asked: its statement is kept. */
  readonly shell: ShellName
}

/**
 * Whether results for this profile may be kept: role credentials behind an SSO sign-in, and keys
 * that are in a file anyway; not what a program or the environment gave.
 */
export function mayBeCached(profile: Profile, env: Env): boolean {
  const { kind } = chainRoot(profile)
  return (
    (kind === 'sso' || kind === 'static') &&
    entryName('r', profile.name) !== undefined &&
    isConditionSafe(profile.name, env)
  )
}

/**
 * Writes the entries of a switch; see `entry.ts`.
 * @param folder the present state, see `state-folder.ts`
 * @throws SsoxError `storage`
 */
export function cacheSwitch(folder: string, kept: CachedSwitch, env: Env, paths: Paths): void {
  const { profile, change, shell } = kept
  const accessKeyId = valueIn(change, 'AWS_ACCESS_KEY_ID')
  if (!accessKeyId) return
  const expires = Number(valueIn(change, 'SSOX_EXPIRES') ?? NO_EXPIRY)
  const head = headOf(folder, profile, expires, env, paths)
  // Somebody who signs in anew drops the role credentials first, and the marker then.
  if (!head || !isStillShared(profile, accessKeyId, paths)) return
  const expiry = head.expires - ENTRY_MIN_LEFT_MINUTES * 60
  const identity = `${valueIn(change, 'SSOX_ACCOUNT_ID') ?? ''} ${valueIn(change, 'SSOX_ROLE') ?? ''}`
  const write = (kind: EntryKind, text: string | undefined, mtime?: number) => {
    const name = entryName(kind, profile.name)
    if (name === undefined || text === undefined) return
    const path = join(folder, name)
    writePrivate(path, text, { durable: false, ...(mtime === undefined ? {} : { mtime }) })
  }
  // fish and the launcher have no clock but the times of files.
  write('r', dataEntry(head, identity, renewalOf(change)), expiry)
  if (!valueIn(change, 'SSOX_PROTECTED')) {
    write('p', dataEntry(head, identity, change))
    write('f', fishEntry(head, fish.render(change)), expiry)
    const { asks, render } = shellNamed(shell)
    if (asks) write(`t-${shell}`, statementEntry(head, render(change)), expiry)
  }
  // To shells that compare whole seconds, what is as old as a stamp may be older.
  writePrivate(join(folder, 'checked'), '', { durable: false })
  noteForHooks(paths, profile.name, undefined)
}

/** An answer of `credential-process`, and whose it is. */
export interface CachedAnswer {
  readonly profile: Profile
  readonly credentials: Credentials
  /** One line of JSON. */
  readonly answer: string
}

/**
 * Writes the entry of an answer; see `entry.ts`.
 * @param folder the present state, see `state-folder.ts`
 * @throws SsoxError `storage`
 */
export function cacheAnswer(folder: string, kept: CachedAnswer, env: Env, paths: Paths): void {
  const { profile, credentials, answer } = kept
  const { accessKeyId, expiresAt } = credentials
  const expires = expiresAt === undefined ? NO_EXPIRY : Math.floor(expiresAt / 1000)
  const head = headOf(folder, profile, expires, env, paths)
  const name = entryName('j', profile.name)
  const source = sourceOf(profile, paths)
  const text = head && source && answerEntry(head, source, answer)
  if (name === undefined || text === undefined) return
  if (!isStillShared(profile, accessKeyId, paths)) return
  const mtime = expires - ANSWER_MIN_LEFT_MINUTES * 60
  writePrivate(join(folder, name), text, { durable: false, mtime })
  writePrivate(join(folder, 'checked'), '', { durable: false })
}

/** Taken before the file is read again, so that a change in between is noticed. */
function sourceOf(profile: Profile, paths: Paths): AnswerSource | undefined {
  if (profile.kind !== 'sso' && profile.kind !== 'assume-role') return { file: '', mtimeNs: '' }
  const { folder, key } = roleCacheFile(profile, paths)
  const file = join(folder, `${key}.json`)
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false })
  return stat && { file, mtimeNs: String(stat.mtimeNs) }
}

function headOf(
  stateFolder: string,
  profile: Profile,
  expires: number,
  env: Env,
  paths: Paths,
): EntryHead | undefined {
  const root = chainRoot(profile)
  const key = root.kind === 'sso' ? tokenKey(root.session) : undefined
  const marker = key === undefined ? stateFolder : signInMarker(paths, key)
  if (marker === undefined) return undefined
  return {
    condition: condition(profile.name, env),
    files: paths,
    stateFolder,
    tokenFile: key === undefined ? stateFolder : join(paths.ssoCache, `${key}.json`),
    marker,
    expires,
  }
}

/** Whether the keys behind a sign-in are still those that every tool would use. */
function isStillShared(profile: Profile, accessKeyId: string, paths: Paths): boolean {
  if (!ssoRoot(profile) || (profile.kind !== 'sso' && profile.kind !== 'assume-role')) return true
  return peekRoleCredentials(roleCacheFile(profile, paths), 0, 0)?.accessKeyId === accessKeyId
}
