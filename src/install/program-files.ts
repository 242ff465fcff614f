/** Puts the program, the hooks and the launcher in their places, and takes them away. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { MAN_MARK } from '../help/mark.ts'
import { SsoxError } from '../problem.ts'
import { reasonOf, replaceFile } from '../system/files.ts'
import { LAUNCHER_MARK, launcherText } from './launcher.ts'
import {
  type Manifest,
  manifestFile,
  manifestText,
  type Places,
  readManifest,
  remember,
} from './places.ts'
import { HOOK_FILES } from './shell-lines.ts'

const MANUAL = join('man', 'ssox.1')
const TEXTS = ['LICENSE', 'CHANGELOG.md', 'install.sh', 'package.json', MANUAL]
/** What the shells read: the hooks, and what they complete from. */
const FOR_SHELLS = [...Object.values(HOOK_FILES), 'completion.tsv']
/** Without one of these there is no program. */
const NEEDED = [
  ...['main.cjs', 'program.cjs', 'install.cjs'].map((name) => join('dist', name)),
  ...[...FOR_SHELLS, 'ssox.sh', 'find-node.sh'].map((name) => join('shell', name)),
]
const EXECUTABLE = 0o755
const READABLE = 0o644
const ANY_EXECUTE = 0o111

/** True for a launcher that an installation has written. */
export function isOurLauncher(launcher: string): boolean {
  try {
    const isFile = lstatSync(launcher).isFile()
    return isFile && readFileSync(launcher, 'utf8').includes(`\n${LAUNCHER_MARK}`)
  } catch {
    return false
  }
}

/** True for a manual page that an installation has put there: of npm it would be a link. */
export function isOurManual(manual: string): boolean {
  try {
    const isFile = lstatSync(manual).isFile()
    return isFile && readFileSync(manual, 'utf8').startsWith(MAN_MARK)
  } catch {
    return false
  }
}

/** True for a folder with the record of an installation, or with the beginning of one alone. */
export function isOurProgram(lib: string): boolean {
  const isFolder = lstatSync(lib, { throwIfNoEntry: false })?.isDirectory() ?? false
  return isFolder && (existsSync(manifestFile(lib)) || namesIn(lib).every(isTemporary))
}

/**
 * What is in the way is somebody else's: better to stop before anything is installed.
 * @throws SsoxError `storage`
 */
export function checkPlaces({ lib, launcher }: Places): void {
  const isThere = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined
  if (isThere(launcher) && !isOurLauncher(launcher))
    throw new SsoxError(
      'storage',
      `${launcher} exists, and this installer did not write it`,
      'remove it first (from npm: npm uninstall --global ssox), or choose another --prefix',
    )
  if (isThere(lib) && !isOurProgram(lib))
    throw new SsoxError(
      'storage',
      `${lib} exists, and this installer did not write it`,
      'move it away, or choose another --prefix',
    )
}

/** The version in a package.json, or undefined. */
export function versionIn(folder: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? String(manifest.version)
      : undefined
  } catch {
    return undefined
  }
}

/** Whether the hooks were there before, and are other ones now. */
export type HookChange = 'new' | 'updated' | 'same'

/**
 * Installs everything but the lines in start-up files; folders that were not there are on record.
 * @param source the package: `dist/`, `shell/`, `package.json` …
 * @param options.node a Node that stays where it is
 * @param options.made folders that were made for the installation already, parents first
 * @throws SsoxError `storage`; then a program that was there before still works, and of a new one
 *   nothing is left
 */
export function installProgram(
  source: string,
  places: Places,
  { node, made }: { readonly node: string; readonly made: string[] },
): HookChange {
  const { lib, bin, launcher, hooks, manual } = places
  for (const name of NEEDED)
    if (!existsSync(join(source, name)))
      throw new SsoxError('storage', `there is no ${name} in ${source}`, 'unpack the release again')
  const before = readManifest(lib)
  try {
    makeFolder(lib, made)
    const programs = ['dist', 'shell', 'man'].map((name) => join(lib, name))
    const folders = [...programs, bin, hooks]
    for (const folder of [lib, ...folders, dirname(manual)]) removeAllTemporaries(folder)
    // First: what is on record and is not there does no harm.
    const missing = [...folders, dirname(manual)].flatMap(missingFolders)
    putRecord(source, lib, before, [...made, ...missing])
    for (const folder of folders) makeFolder(folder, made)
    putProgram(source, places, before)
    const script = join(lib, 'dist', 'main.cjs')
    const template = readFileSync(join(lib, 'shell', 'ssox.sh'), 'utf8')
    replaceFile(launcher, launcherText(template, { node, script }), { mode: EXECUTABLE })
    putManual(source, manual, made)
    return putHooks(places)
  } catch (error) {
    // Hooks that were there may belong to another prefix.
    if (!before) removeProgram(places, made.includes(hooks) ? [hooks] : [])
    for (const folder of made.toReversed()) removeEmpty(folder)
    throw error
  }
}

/**
 * Makes a folder with its parents; those that were not there are added to `made`, parents first.
 * @throws SsoxError `storage`
 */
export function makeFolder(folder: string, made: string[]): void {
  const missing = missingFolders(folder)
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new SsoxError(
      'storage',
      `cannot make the folder ${folder}: ${reasonOf(error)}`,
      'choose another place with --prefix',
    )
  }
  made.push(...missing)
}

/** The folder and its parents as far as they are not there, parents first. */
export function missingFolders(folder: string): string[] {
  if (existsSync(folder) || dirname(folder) === folder) return []
  return [...missingFolders(dirname(folder)), folder]
}

function putRecord(
  source: string,
  lib: string,
  before: Manifest | undefined,
  folders: readonly string[],
): void {
  const chunks = readdirSync(join(source, 'dist')).filter(isChunk)
  const record = before && { ...before, chunk: new Set<string>() }
  const text = manifestText(record, { folder: folders, chunk: chunks })
  replaceFile(manifestFile(lib), text, { mode: READABLE })
}

function isChunk(name: string): boolean {
  return name.startsWith('chunk-')
}

/**
 * File by file, so that ssox works at every moment: the names of chunks are hashes of their content,
 * so those of the new program can stand beside the old ones until the entries are replaced.
 */
function putProgram(source: string, { lib }: Places, before: Manifest | undefined): void {
  const names = readdirSync(join(source, 'dist'))
  const chunks = names.filter(isChunk)
  const entries = names.filter((name) => !isChunk(name))
  const files = [
    ...chunks.map((name) => join('dist', name)),
    ...readdirSync(join(source, 'shell')).map((name) => join('shell', name)),
    ...TEXTS.filter((name) => existsSync(join(source, name))),
    ...entries.map((name) => join('dist', name)),
  ]
  for (const name of files) copy(join(source, name), join(lib, name))
  // An ssox that waits for the browser now may load a chunk of its own version later.
  const needed = new Set([...names, ...(before?.chunk ?? [])])
  for (const name of readdirSync(join(lib, 'dist')))
    if (!needed.has(name)) rmSync(join(lib, 'dist', name), { recursive: true, force: true })
}

/** One that somebody else has put there stays. */
function putManual(source: string, manual: string, made: string[]): void {
  try {
    if (!existsSync(join(source, MANUAL))) return
    const isFree = lstatSync(manual, { throwIfNoEntry: false }) === undefined
    if (!isFree && !isOurManual(manual)) return
    makeFolder(dirname(manual), made)
    copy(join(source, MANUAL), manual)
  } catch {
    // ssox works without it.
  }
}

/** @returns false when the place had the same bytes already */
function copy(from: string, to: string): boolean {
  const bytes = readFileSync(from)
  const old = statSync(to, { throwIfNoEntry: false })
  if (old?.isFile() && old.size === bytes.length && readFileSync(to).equals(bytes)) return false
  const mode = (statSync(from).mode & ANY_EXECUTE) === 0 ? READABLE : EXECUTABLE
  replaceFile(to, bytes, { mode, durable: false })
  return true
}

function putHooks({ prefix, lib, hooks }: Places): HookChange {
  remember(lib, { hooks: [hooks] })
  replaceFile(join(hooks, 'prefix'), `${prefix}\n`, { mode: READABLE })
  const isNew = !existsSync(join(hooks, HOOK_FILES.bash))
  const changed = FOR_SHELLS.filter((name) => copy(join(lib, 'shell', name), join(hooks, name)))
  if (isNew) return 'new'
  return changed.length > 0 ? 'updated' : 'same'
}

/**
 * Removes the program, the command, the hooks, and the folders that were made for them and are empty.
 * @returns what could not be removed
 */
export function removeProgram(places: Places, hookFolders: readonly string[]): string[] {
  const { lib, launcher, manual } = places
  const manifest = readManifest(lib)
  const files = [
    ...(isOurProgram(lib) ? [lib] : []),
    ...(isOurLauncher(launcher) ? [launcher] : []),
    ...(isOurManual(manual) ? [manual] : []),
    ...hookFolders.flatMap((folder) => [...FOR_SHELLS, 'prefix'].map((name) => join(folder, name))),
  ]
  for (const folder of [dirname(launcher), dirname(manual), ...hookFolders])
    removeAllTemporaries(folder)
  const remaining = files.filter((file) => !remove(file))
  for (const folder of hookFolders) for (const each of [folder, dirname(folder)]) removeEmpty(each)
  // Children sort after their parents.
  for (const folder of [...(manifest?.folder ?? [])].sort().reverse()) removeEmpty(folder)
  return remaining
}

/** Of an installer that was killed; its lock is ours now. */
function removeAllTemporaries(folder: string): void {
  for (const name of namesIn(folder)) if (isTemporary(name)) remove(join(folder, name))
}

function isTemporary(name: string): boolean {
  return /^\..*\.ssox-tmp$/.test(name)
}

function remove(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true })
    return true
  } catch {
    return false
  }
}

/** Removes a folder that has nothing in it; any other stays. */
export function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Somebody else has something in it.
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
