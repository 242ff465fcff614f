/**
 * Private copies of a file for one run: in the runtime folder, 0600, removed when the run ends; those
 * of a run that was killed are removed by the next one.
 */
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, openSync, readlinkSync, renameSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { SsoxError } from '../problem.ts'
import {
  codeOf,
  ensureFolder,
  isPrivateFolder,
  listFolder,
  removeFile,
  storageError,
  writePrivate,
} from '../system/files.ts'
import { mayHaveOpen } from '../system/proc.ts'
import { typedWord } from '../ui/typed-command.ts'
import type { Paths } from './paths.ts'

/** Where it was made, by which process, and chance. */
const COPY_NAME = /^copy-([0-9a-f]{8})-(\d+)-/

export interface PrivateCopy {
  readonly path: string
  remove(): void
}

/** @throws SsoxError `storage` */
export function makePrivateCopy({ runtime }: Pick<Paths, 'runtime'>, text: string): PrivateCopy {
  ensureFolder(runtime)
  if (!isPrivateFolder(runtime))
    throw new SsoxError(
      'storage',
      `the folder ${runtime} is not private, so no copy of the AWS config file can be in it`,
      `chmod 700 ${typedWord(runtime)}`,
    )
  const name = `copy-${machine()}-${process.pid}-${randomBytes(8).toString('hex')}`
  const path = join(runtime, name)
  // Open for as long as this process lives: by that it is told from a later one with its number.
  const fd = openAs(path, text)
  return {
    path,
    remove: () => {
      closeSync(fd)
      removeFile(path)
    },
  }
}

/** Opens a new file before it has its name: another run may look at that moment. */
function openAs(path: string, text: string): number {
  const unnamed = join(dirname(path), `.${basename(path)}.ssox-tmp`)
  writePrivate(unnamed, text, { durable: false })
  try {
    const fd = openSync(unnamed, 'r')
    renameSync(unnamed, path)
    return fd
  } catch (error) {
    removeFile(unnamed)
    throw storageError('cannot write', path, error)
  }
}

/** True for a copy of some run; what is written to it goes with that run. */
export function isPrivateCopy(
  path: string,
  { runtime, otherRuntimes }: Pick<Paths, 'runtime' | 'otherRuntimes'>,
): boolean {
  return [runtime, ...otherRuntimes].includes(dirname(path)) && COPY_NAME.test(basename(path))
}

/** Removes the copies of processes of this machine that are no more. @throws SsoxError `storage` */
export function removeLeftCopies({
  runtime,
  otherRuntimes,
}: Pick<Paths, 'runtime' | 'otherRuntimes'>): void {
  for (const folder of [runtime, ...otherRuntimes.filter(isPrivateFolder)])
    for (const name of listFolder(folder)) {
      const [, where, pid] = COPY_NAME.exec(name) ?? []
      const path = join(folder, name)
      if (where !== machine()) continue
      if (!isRunning(Number(pid)) || !mayHaveOpen(Number(pid), path)) removeFile(path)
    }
}

/** Where the numbers of processes mean the same: a home may be shared with containers and hosts. */
function machine(): string {
  let namespace = ''
  try {
    namespace = readlinkSync('/proc/self/ns/pid')
  } catch {
    // Only Linux has them.
  }
  return createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex').slice(0, 8)
}

/** True for a process that exists, whoever it belongs to. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}
