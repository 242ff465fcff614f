/** Whether somebody else could have written a file that says what ssox is to run. */
import { readFileSync, type Stats, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { isWsl } from './browser.ts'

const EVERYTHING = 0o777
const GROUP_WRITE = 0o020
const OTHERS_WRITE = 0o002

/**
 * Who besides this user and root may change the file (links are followed), and the words of
 * the command that ends it; undefined when nobody may, or when the mode says nothing (Windows and its drives).
 */
export function foreignHands(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): { who: string; fix: readonly string[] } | undefined {
  const uid = process.geteuid?.()
  const stat = statSync(path, { throwIfNoEntry: false })
  if (uid === undefined || !stat) return undefined
  // A container mounts the files of whoever has started it; to it, that is root.
  if (stat.uid !== uid && stat.uid !== 0 && uid !== 0)
    return { who: 'it belongs to another user', fix: ['sudo', 'chown', `${uid}`, path] }
  // As every file of a Windows drive is shown there, whatever chmod does.
  if ((stat.mode & EVERYTHING) === EVERYTHING && isWsl(env)) return undefined
  const fix = ['chmod', 'go-w', path]
  if (stat.mode & OTHERS_WRITE) return { who: 'everybody may change it', fix }
  if (stat.mode & GROUP_WRITE && !isGroupOfOne(stat, uid))
    return { who: 'its whole group may change it', fix }
  return undefined
}

/**
 * The group that many systems make for each user alone: there, files are writable for the group by
 * default (umask 002). It is known as pam_umask knows it, by the same number or name as the user.
 */
function isGroupOfOne({ gid }: Stats, uid: number): boolean {
  return gid === process.getegid?.() && (gid === uid || nameOfGroup(gid) === nameOfUser())
}

function nameOfGroup(gid: number): string | undefined {
  try {
    const groups = readFileSync('/etc/group', 'utf8')
    return new RegExp(`^([^:]+):[^:]*:${gid}:`, 'm').exec(groups)?.[1]
  } catch {
    return undefined
  }
}

function nameOfUser(): string {
  try {
    return userInfo().username
  } catch {
    return ''
  }
}
