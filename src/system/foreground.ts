/** Whether ssox is in the foreground of its terminal: in the background, to change it would stop ssox. */
import { execFileSync } from 'node:child_process'
import { groupsFromProc } from './proc.ts'

/** False also where it cannot be found out. */
export function isInForeground(): boolean {
  if (process.platform === 'win32') return true
  const [own, foreground] = groupsFromProc() ?? groupsFromPs()
  return own !== undefined && own === foreground
}

/** Where there is no /proc, as on macOS. */
function groupsFromPs(): readonly (number | undefined)[] {
  try {
    const args = ['-o', 'pgid=', '-o', 'tpgid=', '-p', String(process.pid)]
    const groups = execFileSync('/bin/ps', args, { stdio: ['ignore', 'pipe', 'ignore'] })
    return String(groups).trim().split(/\s+/).map(Number)
  } catch {
    return []
  }
}
