/**
 * Consumers that are installed or compiled for the tests, each in a folder of its own outside the
 * repository (`SSOX_CONSUMERS`, by default in the user's cache); the folder's name changes with what
 * it is made from, so that none is older than its recipe.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** How a consumer is made in an empty folder. */
export interface Recipe {
  /** Source files below `programs/`, copied there under their last name. */
  readonly sources: readonly string[]
  /** The command that makes it, run in the folder. */
  readonly command: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
}

const programs = fileURLToPath(new URL('./programs/', import.meta.url))

/** A source file of the consumers that need no making. */
export const programFile = (name: string) => join(programs, name)

const root = () => {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  return process.env['SSOX_CONSUMERS'] || join(cache, 'ssox-ci-consumers')
}

/** Where the consumer is once it is made. */
export function madeFolder(tool: string, recipe: Recipe): string {
  const hash = createHash('sha1').update(JSON.stringify(recipe))
  for (const source of recipe.sources) hash.update(readFileSync(programFile(source)))
  return join(root(), `${tool}-${hash.digest('hex').slice(0, 8)}`)
}

/**
 * Makes the consumer, unless it is there; its older makes go. False: it was there.
 * @throws Error when the command fails
 */
export function make(tool: string, recipe: Recipe): boolean {
  const folder = madeFolder(tool, recipe)
  if (existsSync(folder)) return false
  const begun = `${folder}.new`
  rmSync(begun, { recursive: true, force: true })
  mkdirSync(begun, { recursive: true })
  for (const source of recipe.sources) cpSync(programFile(source), join(begun, basename(source)))
  const [command, ...args] = recipe.command
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: begun,
    env: { ...process.env, ...recipe.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  })
  if (status !== 0)
    throw new Error(`${recipe.command.join(' ')}: ${error ?? status}\n${stdout}${stderr}`)
  for (const name of readdirSync(root()))
    if (name.startsWith(`${tool}-`) && !name.endsWith('.new'))
      rmSync(join(root(), name), { recursive: true })
  renameSync(begun, folder)
  return true
}
