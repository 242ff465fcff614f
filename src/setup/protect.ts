/** The offer to protect what looks like production: `protect` in ssox's own settings. */
import { dirname } from 'node:path'
import { isProtected } from '../aws/protection.ts'
import type { Flags } from '../cli/spec.ts'
import type { Context } from '../context.ts'
import { editFile } from '../install/edit.ts'
import { SsoxError } from '../problem.ts'
import { editorOf } from '../profiles/editor.ts'
import { SETTINGS } from '../settings/table.ts'
import { askYesNo } from '../system/ask.ts'
import { ensureFolder } from '../system/files.ts'
import type { Named } from './names.ts'

const USUAL_GLOBS = '*prod*'
const MAX_NAMED = 3

/**
 * Writes `protect` when `--protect` says so, or the person agrees; asks only where names match and
 * nothing is protected yet.
 * @throws SsoxError as `editFile`; Cancelled
 */
export async function offerProtection(
  profiles: readonly Pick<Named, 'name' | 'accountId' | 'accountName' | 'roleName'>[],
  flags: Flags,
  ctx: Context,
): Promise<void> {
  const { settings, paths, say } = ctx
  const globs = flags.protect ?? USUAL_GLOBS
  if (settings.protect !== undefined) {
    if (flags.protect !== undefined && flags.protect !== settings.protect)
      say.warn(`protect = ${settings.protect} is set already in ${paths.settings}`)
    return
  }
  if (flags.protect === undefined && (!ctx.interactive || flags.yes || flags.dryRun)) return
  const names = profiles
    .filter(({ name: profile, accountName, ...rest }) =>
      isProtected(globs, { profile, accountNames: [accountName], ...rest }),
    )
    .map(({ name }) => name)
  if (flags.protect === undefined) {
    if (names.length === 0) return
    say.ask(`${looksLike(names)} like production`)
    const question = `Ask before each switch to them (protect = ${globs})?`
    if (!(await askYesNo(`ssox: ${question}`, ctx.signal, false))) return
  }
  const change = (bytes: string | undefined) => withProtect(bytes ?? '', globs)
  const editor = editorOf({ yes: true, dryRun: flags.dryRun }, ctx)
  if (!flags.dryRun) ensureFolder(dirname(paths.settings))
  await editFile({ path: paths.settings, change }, editor)
}

/** Before anybody signs in. @throws SsoxError `usage` */
export function checkProtect(globs: string | undefined): void {
  const { holds, expected } = SETTINGS.protect.check
  // The file of the settings would cut at `;` and `#`.
  if (globs === undefined || (globs.trim() !== '' && holds(globs) && !/[;#=]/.test(globs))) return
  throw new SsoxError(
    'usage',
    `--protect cannot be ${JSON.stringify(globs)}; it must be ${expected}`,
    "use one such as --protect '*prod*'",
  )
}

function looksLike(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).join(', ')
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : ''
  return `${shown}${more} ${names.length === 1 ? 'looks' : 'look'}`
}

/** The settings file with one more line, under its header. */
export function withProtect(text: string, globs: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const line = `protect = ${globs}${eol}`
  const header = /^[ \t]*\[\s*ssox\s*\][^\r\n]*(?:\r?\n|$)/m.exec(text)
  if (!header) return `${text}${text === '' || text.endsWith('\n') ? '' : eol}[ssox]${eol}${line}`
  const end = header.index + header[0].length
  const before = text.slice(0, end)
  return `${before}${before.endsWith('\n') ? '' : eol}${line}${text.slice(end)}`
}
