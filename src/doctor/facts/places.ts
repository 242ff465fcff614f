/** Files and folders that others may read or write, and those that cannot be written. */
import { accessSync, constants, type Stats, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AwsFiles } from '../../aws/profile.ts'
import type { Context } from '../../context.ts'
import { listFolder } from '../../system/files.ts'
import { foreignHands } from '../../system/foreign-hands.ts'
import type { Place } from '../facts.ts'

const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700
const OTHERS = 0o077
const OTHERS_WRITE = 0o022

export function openPlaces(files: AwsFiles, { env, paths }: Context): Place[] {
  // There, mode bits say nothing about access.
  if (process.platform === 'win32') return []
  const folders = [
    ['the folder of tokens', paths.ssoCache, OTHERS_WRITE],
    ['the folder of role credentials', paths.cliCache, OTHERS_WRITE],
    ['the runtime folder of ssox', paths.runtime, OTHERS],
    ['the state of ssox', paths.state, OTHERS_WRITE],
  ] as const
  return [
    ...folders.flatMap(([what, path, bits]) => folder(what, path, bits)),
    ...foldersAbove(
      folders.map(([, path]) => path),
      paths.home,
    ),
    ...jsonIn(paths.ssoCache).flatMap((path) => privateFile('the token file', path)),
    ...jsonIn(paths.cliCache).flatMap((path) => privateFile('the file with keys', path)),
    ...userFile(
      'the credentials file',
      files.credentialsPath,
      hasKeys(files.credentials.text),
      env,
    ),
    ...userFile('the config file', files.configPath, hasKeys(files.config.text), env),
    // It names commands that ssox runs.
    ...userFile('the settings file', paths.settings, false, env),
  ]
}

function folder(what: string, path: string, bits: number): Place[] {
  const stat = statOf(path)
  if (!stat?.isDirectory()) return []
  const place = { path, what, mode: PRIVATE_FOLDER }
  if (!isOurs(stat)) return [{ ...place, problem: 'foreign' }]
  if (stat.mode & bits) return [{ ...place, problem: 'open' }]
  return isWritable(path) ? [] : [{ ...place, problem: 'unwritable' }]
}

/** Folders of the home in which one that is not there yet cannot be made: `sudo` has made them. */
function foldersAbove(paths: readonly string[], home: string): Place[] {
  const above = paths.filter((path) => !statOf(path)).map((path) => nearest(dirname(path)))
  return [...new Set(above)].flatMap((path): Place[] => {
    const stat = statOf(path)
    if (!path.startsWith(`${home}/`) || !stat?.isDirectory() || isWritable(path)) return []
    const problem = isOurs(stat) ? 'unwritable' : 'foreign'
    return [{ path, what: 'the folder', mode: PRIVATE_FOLDER, problem }]
  })
}

function nearest(path: string): string {
  return statOf(path) || path === dirname(path) ? path : nearest(dirname(path))
}

function privateFile(what: string, path: string): Place[] {
  const stat = statOf(path)
  if (!stat?.isFile() || !isOurs(stat) || (stat.mode & OTHERS) === 0) return []
  return [{ path, what, problem: 'open', mode: PRIVATE_FILE }]
}

/** With keys in it nobody may read it; without, nobody may write it. */
function userFile(what: string, path: string, isSecret: boolean, env: Context['env']): Place[] {
  const stat = statOf(path)
  if (!stat?.isFile()) return []
  const place = { path, what, mode: PRIVATE_FILE }
  if (!isOurs(stat)) return foreignHands(path, env) ? [{ ...place, problem: 'foreign' }] : []
  if (isSecret && stat.mode & OTHERS) return [{ ...place, problem: 'open' }]
  return foreignHands(path, env)
    ? [{ ...place, problem: 'open', mode: stat.mode & 0o777 & ~OTHERS_WRITE }]
    : []
}

function hasKeys(text: string): boolean {
  return /^\s*aws_secret_access_key\s*[=:]/im.test(text)
}

function jsonIn(path: string): string[] {
  return listFolder(path)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(path, name))
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

function isOurs({ uid }: Stats): boolean {
  return process.geteuid === undefined || uid === process.geteuid()
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
