/** `--fix`: makes the changes that are safe, each shown and asked for. */
import { chmodSync } from 'node:fs'
import { type AwsDocument, type DocumentKind, parseDocument } from '../aws/document.ts'
import type { Flags } from '../cli/spec.ts'
import type { Context } from '../context.ts'
import { type EditResult, withTilde } from '../install/edit.ts'
import { installHook } from '../install/load-hook.ts'
import { SsoxError } from '../problem.ts'
import { editAwsFile, editorOf } from '../profiles/editor.ts'
import { keepBackup } from '../state/backups.ts'
import { hookFolder } from '../state/hooks.ts'
import { removeFile, storageError } from '../system/files.ts'
import { lineDiff } from '../text/line-diff.ts'
import { forTerminal } from '../text/terminal-text.ts'
import { typedWord } from '../ui/typed-command.ts'
import type { Fix, Found } from './finding.ts'

type Change = (document: AwsDocument) => string
type FileFix = Extract<Fix, { kind: 'mode' | 'remove' }>

const FILES = ['config', 'credentials'] as const
/** Nobody has to see a secret in order to agree to a change. */
const SECRET = /\b(aws_(?:secret_access_key|session_token|security_token))\b(\s*[=:]?\s*)\S.*/i
/** Of a change that is longer, the beginning is shown and how much follows. */
const MAX_SHOWN = 60

/**
 * Makes all changes of the findings that the person agrees to.
 * @returns true when something was changed
 * @throws SsoxError `usage` (nobody to ask), `profile` (a file cannot be edited safely), `storage`,
 *   `busy`
 */
export async function mend(found: readonly Found[], flags: Flags, ctx: Context): Promise<boolean> {
  const fixes = found.flatMap(({ fix }) => fix ?? [])
  const results: EditResult[] = []
  for (const file of FILES) {
    const changes = fixes.flatMap((fix) =>
      fix.kind === 'file' && fix.file === file ? [fix.change] : [],
    )
    if (changes.length > 0) results.push(await mendFile(file, [...new Set(changes)], flags, ctx))
  }
  const files = fixes.filter((fix): fix is FileFix => fix.kind === 'mode' || fix.kind === 'remove')
  if (files.length > 0) results.push(await mendCaches(files, flags, ctx))
  for (const fix of fixes)
    if (fix.kind === 'hook')
      results.push(
        (await installHook(fix.shell, hookFolder(ctx.env, ctx.paths), editorOf(flags, ctx))).result,
      )
  if (results.includes('unasked')) throw nobodyToAsk(ctx)
  return results.includes('changed')
}

async function mendFile(
  file: DocumentKind,
  changes: readonly Change[],
  flags: Flags,
  ctx: Context,
): Promise<EditResult> {
  const { paths, say } = ctx
  const editor = editorOf(flags, ctx)
  let backup: string | undefined
  const result = await editAwsFile(
    file,
    {
      change: (bytes) => {
        const text = textOf(bytes)
        const next = changes.reduce((old, change) => change(parseDocument(old, file)), text)
        return next === text ? bytes : Buffer.from(next, 'utf8').toString('latin1')
      },
      shown: (old, next) =>
        lineDiff(linesOf(old), linesOf(next)).map((line) => line.replace(SECRET, '$1$2…')),
      beforeChange: () => {
        backup = keepBackup(file, paths, ctx.now())
      },
    },
    {
      ...editor,
      show: (lines) => editor.show(editor.dryRun ? lines : shortened(lines)),
    },
    ctx,
  )
  if (result === 'changed' && backup)
    say.ask(`changed; the file as it was: ${withTilde(backup, paths.home)}`)
  return result
}

function shortened(lines: readonly string[]): readonly string[] {
  if (lines.length <= MAX_SHOWN) return lines
  const more = lines.length - MAX_SHOWN
  return [
    ...lines.slice(0, MAX_SHOWN),
    `  … and ${more} more lines; ssox doctor --fix --dry-run shows all of them`,
    '',
  ]
}

/** Permissions, and cache files that nobody can read any more. */
async function mendCaches(
  fixes: readonly FileFix[],
  { yes, dryRun }: Flags,
  ctx: Context,
): Promise<EditResult> {
  const { say } = ctx
  const { confirm } = editorOf({ yes, dryRun }, ctx)
  if (!yes && !dryRun && !confirm) return 'unasked'
  const unique = [...new Map(fixes.map((fix) => [fix.path, fix])).values()]
  say.lines(`\n${unique.map((fix) => `  ${forTerminal(asCommand(fix))}\n`).join('')}\n`)
  if (dryRun) return 'shown'
  if (!yes && !(await confirm?.('Do this?'))) return 'declined'
  for (const fix of unique) apply(fix)
  return 'changed'
}

function asCommand(fix: FileFix): string {
  const path = typedWord(fix.path)
  return fix.kind === 'mode' ? `chmod ${fix.mode.toString(8)} ${path}` : `rm ${path}`
}

function apply(fix: FileFix): void {
  if (fix.kind === 'remove') {
    removeFile(fix.path)
    return
  }
  try {
    chmodSync(fix.path, fix.mode)
  } catch (error) {
    throw storageError('cannot change the permissions of', fix.path, error)
  }
}

function nobodyToAsk({ cannotAsk }: Context): SsoxError {
  return new SsoxError('usage', `nobody can be asked: ${cannotAsk}`, 'ssox doctor --fix --yes')
}

function textOf(bytes: string | undefined): string {
  return Buffer.from(bytes ?? '', 'latin1').toString('utf8')
}

function linesOf(bytes: string | undefined): string[] {
  return textOf(bytes)
    .replace(/\r?\n$/, '')
    .split(/\r\n|\n|\r/)
}
