/** Parent processes from /proc (Linux): the file system alone, cheap enough for the warm lane. */
import { readFileSync } from 'node:fs'

const ANCESTORS = 6

/** Names of the parent processes, nearest first; empty where there is no /proc. */
export function namesFromProc(): string[] {
  const names: string[] = []
  let pid = process.ppid
  while (pid > 1 && names.length < ANCESTORS) {
    const stat = readProc(`/proc/${pid}/stat`)
    // pid (name) state ppid …: the name may hold blanks and parentheses.
    const match = stat && /^\d+ \((.*)\) \S (\d+)/s.exec(stat)
    if (!match?.[1]) break
    names.push(match[1] === 'dotnet' ? hosted(readProc(`/proc/${pid}/cmdline`)) : match[1])
    pid = Number(match[2])
  }
  return names
}

/** What the host of .NET runs: PowerShell as a .NET tool is `dotnet …/pwsh.dll`. */
export function hosted(commandLine: string | undefined): string {
  return /([^\0/\\]+)\.dll(?:[\0\s]|$)/i.exec(commandLine ?? '')?.[1] ?? 'dotnet'
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
