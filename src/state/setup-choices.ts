/**
 * What was chosen in `setup`, so that the next one need not ask: `$XDG_STATE_HOME/ssox/setup`, JSON
 * `{"version":1,"sessions":[{"file":…,"session":…,"template":…,"regions":[…],"left":[…],…},…]}`. Of two
 * ssox that write at once, one may be lost.
 */
import { join } from 'node:path'
import { ensureFolder, writePrivate } from '../system/files.ts'
import { isObject, readJsonOnce, textAt } from './json-file.ts'
import type { Paths } from './paths.ts'

export interface SetupChoices {
  readonly template?: string | undefined
  readonly regions?: readonly string[] | undefined
  readonly output?: string | undefined
  readonly filter?: string | undefined
  /** What was offered and not taken, as `<account id>/<role>`. */
  readonly left: readonly string[]
}

type Place = Pick<Paths, 'state' | 'config'>

/** What was chosen for a session of the config file in use. */
export function setupChoices(session: string, paths: Place): SetupChoices | undefined {
  const found = readAll(paths).find((entry) => isOf(entry, session, paths))
  if (!found) return undefined
  const texts = (key: string) => {
    const list = found[key]
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : undefined
  }
  return {
    template: textAt(found, 'template'),
    regions: texts('regions'),
    output: textAt(found, 'output'),
    filter: textAt(found, 'filter'),
    left: texts('left') ?? [],
  }
}

/** @throws SsoxError `storage` */
export function rememberChoices(session: string, choices: SetupChoices, paths: Place): void {
  const others = readAll(paths).filter((entry) => !isOf(entry, session, paths))
  const sessions = [{ file: paths.config, session, ...choices }, ...others]
  ensureFolder(paths.state)
  writePrivate(fileIn(paths), `${JSON.stringify({ version: 1, sessions })}\n`)
}

function isOf(entry: Record<string, unknown>, session: string, { config }: Place): boolean {
  return entry['file'] === config && entry['session'] === session
}

function readAll(paths: Place): Record<string, unknown>[] {
  const read = readJsonOnce(fileIn(paths))
  const entries = read.state === 'ok' ? read.value['sessions'] : undefined
  return Array.isArray(entries) ? entries.filter(isObject) : []
}

function fileIn({ state }: Place): string {
  return join(state, 'setup')
}
