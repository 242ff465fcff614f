/**
 * What the shell hooks read to switch without a process: one data file per profile, valid only for
 * the exact state of the AWS files and the settings that it was made from. Below `<runtime>`:
 *
 *   current       symbolic link to the folder of the present state, a `state-…` beside it
 *   current/config, credentials, settings
 *                 empty files with the mtime of the file they stand for; absent when it is absent
 *   current/names the profile names, one per line, for completion
 *   current/p-N   the entry of profile N (`%` and `/` written %25 and %2F), see `formatEntry`
 *   current/e-N   exists when a renewal in the background found that a sign-in is needed
 *
 * A shell can compare mtimes (`-nt`, `-ot`) without a process, but only equality tells that a file
 * was not replaced by an older one. Node cannot set an mtime to the nanosecond; `touch -r` can, so
 * the stamps are made by `switch-state.ts`, which the warm lane does not load.
 */
import { readlinkSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { EnvPatch } from '../shells/patch.ts'
import { removeFile, writePrivate } from '../system/files.ts'
import type { Env, Paths } from './paths.ts'

/** The files a state is made of; the names are those of the stamps. */
export const STATE_FILES = ['config', 'credentials', 'settings'] as const

/** The mtime of each of the state files in nanoseconds, undefined for one that is not there. */
export type Fingerprint = Readonly<Record<(typeof STATE_FILES)[number], bigint | undefined>>

export interface SwitchEntry {
  readonly profile: string
  readonly patch: EnvPatch
  /** The SSO token file behind the credentials: when it is gone, somebody has signed out. */
  readonly tokenFile: string | undefined
  /** Epoch milliseconds; undefined for keys without an end. */
  readonly expiresAt: number | undefined
}

const LONGEST_NAME_BYTES = 200

/** Taken before the files are read, so that a change while reading is noticed. */
export function fingerprint(paths: Paths): Fingerprint {
  return {
    config: mtimeOf(paths.config),
    credentials: mtimeOf(paths.credentials),
    settings: mtimeOf(paths.settings),
  }
}

const SECOND_NS = 1_000_000_000n

/**
 * False when the hooks could miss a change, so that they must ask each time: a relative path is
 * another file in another folder, and a time of whole seconds is one that was given to the file
 * (by tar, rsync, an image of a container, or 1 by Nix to every file), maybe to the next one, too.
 * An editor leaves such a time only where the file system has no finer ones.
 */
export function tellsChanges(paths: Paths, present: Fingerprint): boolean {
  return STATE_FILES.every((name) => {
    const time = present[name]
    return isAbsolute(paths[name]) && (time === undefined || time % SECOND_NS !== 0n)
  })
}

/** The folder of the present state, if its stamps are those of `present`. */
export function currentState(paths: Paths, present: Fingerprint): string | undefined {
  if (!tellsChanges(paths, present)) return undefined
  let folder: string
  try {
    folder = join(paths.runtime, readlinkSync(join(paths.runtime, 'current')))
  } catch {
    return undefined
  }
  const same = STATE_FILES.every((name) => mtimeOf(join(folder, name)) === present[name])
  return same && mtimeOf(join(folder, 'names')) !== undefined ? folder : undefined
}

/** True when a profile of this name can have an entry. */
export function hasEntryName(profile: string): boolean {
  return Buffer.byteLength(profile) <= LONGEST_NAME_BYTES && !/[\0\r\n]/.test(profile)
}

/** The file of a profile in a state folder; `p` is the entry, `e` the note of a failed renewal. */
export function entryPath(folder: string, kind: 'p' | 'e', profile: string): string {
  return join(folder, `${kind}-${profile.replaceAll('%', '%25').replaceAll('/', '%2F')}`)
}

/**
 * Writes the entry of a profile; what cannot be held in lines is left out, and the hook then asks
 * `ssox env`. @throws SsoxError `storage`
 */
export function writeEntry(folder: string, entry: SwitchEntry, env: Env, paths: Paths): void {
  const text = formatEntry(entry, env, paths)
  if (text === undefined || !hasEntryName(entry.profile)) return
  writePrivate(entryPath(folder, 'p', entry.profile), text, { durable: false })
  removeFile(entryPath(folder, 'e', entry.profile))
}

/**
 * The lines of an entry, made for what costs a shell least: the first is compared as a whole with
 * what must be the case, and the hooks know the variables, so no name is taken from a file.
 *
 *   1 with tabs between: `ssox-switch 3`, profile, HOME, AWS_CONFIG_FILE and
 *     AWS_SHARED_CREDENTIALS_FILE (as set, or empty), paths of config, credentials and settings
 *   2 token file, or empty
 *   3 expiry in epoch seconds, or empty: SSOX_EXPIRES
 *   4 `protected`; else `whole` when no line is empty, or `partly`
 *   5 AWS_ACCESS_KEY_ID
 *   6 AWS_SECRET_ACCESS_KEY
 *   7 AWS_SESSION_TOKEN, or empty
 *   8 AWS_PROFILE, or empty
 *   9 region, or empty: AWS_REGION, AWS_DEFAULT_REGION, SSOX_REGION
 *  10 expiry as RFC 3339, or empty: AWS_CREDENTIAL_EXPIRATION, AWS_SESSION_EXPIRATION
 *  11 SSOX_ACCOUNT_ID, or empty
 *  12 SSOX_ROLE, or empty
 *  13 `.`
 *
 * Where a line is empty its variables are unset; those for the region only if they equal
 * $SSOX_REGION. `RIVALS` in `src/aws/environment.ts` go, too.
 */
function formatEntry(entry: SwitchEntry, env: Env, paths: Paths): string | undefined {
  const value = (name: string) => entry.patch.get(name) ?? ''
  const condition = [
    'ssox-switch 3',
    entry.profile,
    env['HOME'] ?? '',
    env['AWS_CONFIG_FILE'] ?? '',
    env['AWS_SHARED_CREDENTIALS_FILE'] ?? '',
    paths.config,
    paths.credentials,
    paths.settings,
  ]
  const expires = entry.expiresAt === undefined ? '' : String(Math.floor(entry.expiresAt / 1000))
  const [region, expiration] = [value('SSOX_REGION'), value('AWS_SESSION_EXPIRATION')]
  const implied = [
    [value('SSOX_PROFILE'), entry.profile],
    [value('SSOX_EXPIRES'), expires],
    [value('AWS_REGION'), region],
    [value('AWS_DEFAULT_REGION'), region],
    [value('AWS_CREDENTIAL_EXPIRATION'), expiration],
  ]
  const values = [
    value('AWS_ACCESS_KEY_ID'),
    value('AWS_SECRET_ACCESS_KEY'),
    value('AWS_SESSION_TOKEN'),
    value('AWS_PROFILE'),
    region,
    expiration,
    value('SSOX_ACCOUNT_ID'),
    value('SSOX_ROLE'),
  ]
  const facts = [condition.join('\t'), entry.tokenFile ?? '', expires]
  const kind = [...facts, ...values].every((line) => line !== '') ? 'whole' : 'partly'
  const lines = [...facts, value('SSOX_PROTECTED') ? 'protected' : kind, ...values, '.']
  const holds =
    implied.every(([is, said]) => is === said) &&
    condition.every((field) => !field.includes('\t')) &&
    // A variable in a path is none of those that the hooks compare.
    ![env['AWS_CONFIG_FILE'], env['AWS_SHARED_CREDENTIALS_FILE']].some((path) =>
      path?.includes('$'),
    ) &&
    lines.every((line) => !/[\0\r\n]/.test(line))
  return holds ? `${lines.join('\n')}\n` : undefined
}

function mtimeOf(path: string): bigint | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })?.mtimeNs
  } catch {
    // Out of reach counts as absent; whoever reads the file says why.
    return undefined
  }
}
