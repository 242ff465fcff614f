import { SsoxError } from '../problem.ts'

/** What the environment becomes, in order: a value to export, or null to unset (never to empty). */
export type EnvPatch = ReadonlyMap<string, string | null>

/** An `EnvPatch` whose names and values every shell and format can carry. */
export interface Changes {
  readonly unset: readonly string[]
  readonly set: readonly (readonly [name: string, value: string])[]
}

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Sorts a patch into what to unset and what to set.
 * Throws `profile` for a name that is no shell variable and for a value with NUL, CR or LF: no AWS
 * variable may hold those, and a line break would split a one-line statement.
 */
export function changesIn(patch: EnvPatch): Changes {
  const unset: string[] = []
  const set: [string, string][] = []
  for (const [name, value] of patch) {
    if (!VARIABLE_NAME.test(name))
      throw new SsoxError('profile', `${JSON.stringify(name)} cannot name an environment variable`)
    if (value === null) unset.push(name)
    else set.push([name, exportable(name, value)])
  }
  return { unset, set }
}

function exportable(name: string, value: string): string {
  const found = /[\0\r\n]/.exec(value)
  if (!found) return value
  throw new SsoxError(
    'profile',
    `the value for ${name} contains a ${found[0] === '\0' ? 'NUL character' : 'line break'}`,
    'remove it from the AWS config or credentials file',
  )
}
