import { SsoxError } from '../problem.ts'
import type { EnvChange } from './change.ts'

/** What `--format` takes: the variables as data, for programs that are no shell. */
export const FORMAT_NAMES = ['json', 'dotenv', 'docker'] as const

export type FormatName = (typeof FORMAT_NAMES)[number]

/** The format that `--format` names. Throws `usage` when unknown. */
export function formatNamed(name: string): FormatName {
  const known = FORMAT_NAMES.find((format) => format === name)
  if (known) return known
  throw new SsoxError(
    'usage',
    `unknown format ${JSON.stringify(name)}`,
    `give --format one of: ${FORMAT_NAMES.join(', ')}`,
  )
}

/**
 * The variables that the change sets (data cannot unset), one per line:
 * - `json`: one object, two-space indent.
 * - `dotenv`: `K='v'`, see `dotenvValue`.
 * - `docker`: raw `K=v` for `docker run --env-file`, which knows no quotes; `#` is a comment only
 *   at the start of a line. https://docs.docker.com/reference/cli/docker/container/run/#env
 * Throws `profile` for what dotenv files cannot hold.
 */
export function formatted(format: FormatName, { set, keys }: EnvChange): string {
  const values = [...keys, ...set]
  if (format === 'json') return `${JSON.stringify(Object.fromEntries(values), null, 2)}\n`
  const text = format === 'docker' ? (_: string, value: string) => value : dotenvValue
  return values.map(([name, value]) => `${name}=${text(name, value)}\n`).join('')
}

/**
 * A value that docker compose, direnv, `node --env-file`, python-dotenv and a sourcing shell read
 * alike. Single quotes are literal in all of them, except that python-dotenv replaces `${…}` and
 * that backslashes before a quote or a backslash differ; double quotes serve for a value with an
 * apostrophe as long as nothing in it is special there. The rest has no common spelling.
 */
function dotenvValue(name: string, value: string): string {
  if (!/'|\\\\|\\$|\$\{/.test(value)) return `'${value}'`
  if (!/["\\$`!]/.test(value)) return `"${value}"`
  throw new SsoxError(
    'profile',
    `the value for ${name} has quotes, $ or backslashes that dotenv readers read differently`,
    'use --format json, or rename the profile',
  )
}
