/** What kind of machine this is, and who started ssox. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { hosted, namesFromProc } from './proc.ts'

/** True inside a Docker or Podman container. */
export function isContainer(): boolean {
  return existsSync('/.dockerenv') || existsSync('/run/.containerenv')
}

const ANCESTORS = 6

/** Names of the parent processes, nearest first; empty when the system does not tell. */
export function parentNames(): string[] {
  return process.platform === 'linux' ? namesFromProc() : namesFromPs()
}

function namesFromPs(): string[] {
  if (process.platform === 'win32') return []
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' })
  const parents = new Map(
    (stdout ?? '').split('\n').flatMap((line) => {
      const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)
      return match ? [[match[1], { parent: match[2], name: match[3] ?? '' }] as const] : []
    }),
  )
  const names: string[] = []
  let pid: string | undefined = String(process.ppid)
  while (pid && names.length < ANCESTORS) {
    const entry = parents.get(pid)
    if (!entry) break
    names.push(/(^|\/)dotnet$/.test(entry.name) ? hosted(commandLineOf(pid)) : entry.name)
    pid = entry.parent
  }
  return names
}

function commandLineOf(pid: string): string {
  return spawnSync('ps', ['-o', 'args=', '-p', pid], { encoding: 'utf8' }).stdout ?? ''
}
