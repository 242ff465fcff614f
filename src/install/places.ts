/** Where an installation puts what, and the record that it keeps of it. */
import { readFileSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { SsoxError } from '../problem.ts'
import { installedHookFolder } from '../state/hooks.ts'
import { type Env, xdgFolder } from '../state/paths.ts'
import { replaceFile } from '../system/files.ts'

export interface Places {
  readonly home: string
  readonly prefix: string
  /** The program. */
  readonly lib: string
  /** Folder of the command. */
  readonly bin: string
  readonly launcher: string
  readonly hooks: string
  /** The manual page. */
  readonly manual: string
  /** What else ssox may have left, and is not removed. */
  readonly kept: readonly string[]
}

/**
 * @param prefix where to install, absolute or below the working folder; `~/.local` when undefined
 * @throws SsoxError `profile` for a path that start-up files or Node cannot hold
 */
export function placesOf(env: Env, home: string, prefix: string | undefined): Places {
  const place = tidy(prefix ?? join(home, '.local'))
  const hooks = installedHookFolder(env, { home })
  const config = xdgFolder(env, home, 'XDG_CONFIG_HOME', '.config')
  if (/[\x00-\x1f\x7f]/.test(home + place + hooks + config))
    throw new SsoxError(
      'profile',
      'a path with a line break or another control character is not supported',
      'choose another --prefix, HOME, XDG_DATA_HOME or XDG_CONFIG_HOME',
    )
  if (place.includes('\\'))
    throw new SsoxError(
      'profile',
      `Node loads nothing from a path with a backslash: ${place}`,
      'choose another --prefix',
    )
  const bin = join(place, 'bin')
  return {
    home,
    prefix: place,
    lib: join(place, 'lib', 'ssox'),
    bin,
    launcher: join(bin, 'ssox'),
    hooks,
    manual: join(place, 'share', 'man', 'man1', 'ssox.1'),
    kept: [
      join(config, 'ssox'),
      join(xdgFolder(env, home, 'XDG_STATE_HOME', '.local/state'), 'ssox'),
      join(xdgFolder(env, home, 'XDG_CACHE_HOME', '.cache'), 'ssox'),
      ...(env['XDG_RUNTIME_DIR'] ? [join(env['XDG_RUNTIME_DIR'], 'ssox')] : []),
    ],
  }
}

/**
 * Absolute, without `.`, `..` and needless slashes. What a `..` comes after may be a link, or be
 * deleted one day.
 */
function tidy(path: string): string {
  const full = isAbsolute(path) ? path : `${process.cwd()}/${path}`
  let place = '/'
  for (const part of full.split('/')) {
    if (part === '..') place = dirname(realpathOf(place))
    else if (part !== '.') place = join(place, part)
  }
  return place.replace(/(?<=.)\/$/, '')
}

function realpathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** The prefix of the installation that put these hooks there, or undefined. */
export function prefixOfHooks(hooks: string): string | undefined {
  try {
    return readFileSync(join(hooks, 'prefix'), 'utf8').trimEnd() || undefined
  } catch {
    return undefined
  }
}

/** What a removal has to know: one line per fact, `<kind> <path or name>`. */
const KINDS = ['chunk', 'folder', 'hooks', 'start-up'] as const
export type Kind = (typeof KINDS)[number]

/** The record of an installation, by kind. */
export type Manifest = Readonly<Record<Kind, ReadonlySet<string>>>

export function manifestFile(lib: string): string {
  return join(lib, 'manifest')
}

/** The record; undefined where nothing of ours is installed. */
export function readManifest(lib: string): Manifest | undefined {
  try {
    return parseManifest(readFileSync(manifestFile(lib), 'utf8'))
  } catch {
    return undefined
  }
}

function parseManifest(text: string): Manifest {
  const lines = text.split('\n')
  const ofKind = (kind: Kind) =>
    new Set(
      lines.flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : [])),
    )
  return {
    chunk: ofKind('chunk'),
    folder: ofKind('folder'),
    hooks: ofKind('hooks'),
    'start-up': ofKind('start-up'),
  }
}

/** The text of a record with more in it. */
export function manifestText(
  manifest: Manifest | undefined,
  more: Partial<Record<Kind, Iterable<string>>>,
): string {
  const lines = KINDS.flatMap((kind) =>
    [...new Set([...(manifest?.[kind] ?? []), ...(more[kind] ?? [])])].map(
      (name) => `${kind} ${name}`,
    ),
  )
  return lines
    .sort()
    .map((line) => `${line}\n`)
    .join('')
}

/**
 * Adds to the record of the installed program, where there is one.
 * @throws SsoxError `storage`; the record is then as it was
 */
export function remember(lib: string, more: Partial<Record<Kind, Iterable<string>>>): void {
  const manifest = readManifest(lib)
  if (manifest) replaceFile(manifestFile(lib), manifestText(manifest, more), { mode: 0o644 })
}
