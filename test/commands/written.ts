/** What `ssox write` has put into the credentials file, and what it should be. */
import type { Home } from '../support/home.ts'
import { readObject, roleFile } from '../support/signed-in.ts'

type Values = Record<string, string>

/** The sections of the credentials file. */
export function sections(home: Home): Record<string, Values> {
  const found: Record<string, Values> = {}
  let values: Values = {}
  for (const line of home.read('credentials').split(/\r?\n/)) {
    const header = /^\[(.*)\]$/.exec(line)?.[1]
    const [, key, value] = /^(\w+) = (.*)$/.exec(line) ?? []
    if (header !== undefined) {
      values = {}
      found[header] = values
    } else if (key !== undefined) values[key] = value ?? ''
  }
  return found
}

/** The role credentials that are cached for an account and role; those of `dev` unless given. */
export function cachedKeys(
  home: Home,
  ...role: Parameters<typeof roleFile> extends [unknown, ...infer R] ? R : never
): Record<string, string> {
  return readObject(roleFile(home, ...role))['Credentials'] as Record<string, string>
}

/**
 * Text of an AWS file without the sections of ssox that are called so in it, and without one blank
 * line under each, which comes and goes with them.
 */
export function outside(text: string, names: readonly string[]): string {
  const own = new RegExp(
    `^\\[(?:profile )?(?:${names.join('|')})\\]\\r?\\n(?:(?:# (?:written )?by ssox [^\\r\\n]*|(?:aws_\\w+|sso_\\w+|expiration|region|credential_process) = [^\\r\\n]*)(?:\\r?\\n|$))*(?:[ \\t]*\\r?\\n)?`,
    'gm',
  )
  return text.replace(own, '')
}
