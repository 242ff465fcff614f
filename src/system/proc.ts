/** Processes in /proc (Linux): the file system alone, cheap enough for the fast path. */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

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

/** True for a process that a signal has stopped (proc(5), state T); false where there is no /proc. */
export function isStopped(pid: number): boolean {
  return /^\d+ \(.*\) T /s.test(readProc(`/proc/${pid}/stat`) ?? '')
}

/**
 * The process group of ssox, and the one in the foreground of its terminal (proc(5), pgrp and tpgid);
 * undefined where there is no /proc.
 */
export function groupsFromProc(): readonly number[] | undefined {
  const stat = readProc('/proc/self/stat')
  // pid (name) state ppid pgrp session tty_nr tpgid …: the name may hold blanks and parentheses.
  const match = stat && /^\d+ \(.*\) \S \d+ (\d+) \d+ \d+ (-?\d+) /s.exec(stat)
  return match ? [Number(match[1]), Number(match[2])] : undefined
}

/**
 * False for a process that surely has not opened the file (no link); true where /proc does not tell.
 * @throws the system's error for a folder that is not there; the file may have gone meanwhile
 */
export function mayHaveOpen(pid: number, path: string): boolean {
  const open = openBy(pid)
  return open === undefined || open.includes(join(realpathSync(dirname(path)), basename(path)))
}

/** The process that listens on an abstract socket (unix(7)), its name with the leading NUL. */
export function listenerOf(address: string): number | undefined {
  const name = address.replace('\0', '@')
  const inode = readProc('/proc/net/unix')
    ?.split('\n')
    .map((line) => line.trim().split(/\s+/))
    // Num RefCount Protocol Flags Type St Inode Path; the flag is SO_ACCEPTCON.
    .find(
      ([, , , flags, , , , path]) => isPadded(path, name) && Number(`0x${flags}`) & 0x10000,
    )?.[6]
  if (inode === undefined) return undefined
  return readdirSync('/proc')
    .map(Number)
    .find((pid) => pid > 0 && openBy(pid)?.includes(`socket:[${inode}]`))
}

/**
 * The user of a connection between two ports of 127.0.0.1, seen from its other end (proc(5), net/tcp);
 * undefined where /proc does not tell.
 */
export function ownerOfConnection(from: number, to: number): number | undefined {
  const port = (number: number) => number.toString(16).toUpperCase().padStart(4, '0')
  const ends = (address: string | undefined, number: number) =>
    address !== undefined &&
    /(?:^|FFFF0000|0000FFFF)(?:0100007F|7F000001):/.test(address) &&
    address.endsWith(`:${port(number)}`)
  // An IPv6 socket may reach 127.0.0.1 too, as ::ffff:127.0.0.1.
  const row = ['tcp', 'tcp6']
    .flatMap((name) => readProc(`/proc/net/${name}`)?.split('\n').slice(1) ?? [])
    .map((line) => line.trim().split(/\s+/))
    // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid …
    .find(([, local, remote]) => ends(local, from) && ends(remote, to))
  return row?.[7] === undefined ? undefined : Number(row[7])
}

/** Node fills the name up with NULs, which are shown as `@`; newer ones do not. */
function isPadded(path: string | undefined, name: string): boolean {
  return path?.replace(/@*$/, '') === name
}

/** What the descriptors of a process point to; undefined when that is not to be known. */
function openBy(pid: number): string[] | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => targetOf(`/proc/${pid}/fd/${fd}`))
  } catch {
    return undefined
  }
}

function targetOf(link: string): string[] {
  try {
    return [readlinkSync(link)]
  } catch {
    // Closed meanwhile.
    return []
  }
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
