/** Edits of the user's files on this terminal: shown, and asked for. */
import { join } from 'node:path'
import type { DocumentKind } from '../aws/document.ts'
import type { Context } from '../context.ts'
import {
  type Editor,
  type EditResult,
  editFile,
  type FileEdit,
  withTilde,
} from '../install/edit.ts'
import { SsoxError } from '../problem.ts'
import { isPrivateCopy } from '../state/private-copies.ts'
import { askYesNo } from '../system/ask.ts'
import { forTerminal } from '../text/terminal-text.ts'

/** The editor of one run, with what `--yes` and `--dry-run` say. */
export function editorOf(
  { yes, dryRun }: { readonly yes?: boolean | undefined; readonly dryRun?: boolean | undefined },
  ctx: Context,
): Editor {
  const { env, paths, say, signal } = ctx
  return {
    env,
    home: paths.home,
    runtime: paths.runtime,
    signal,
    yes: yes ?? false,
    dryRun: dryRun ?? false,
    show: (lines) => say.lines(lines.map((line) => `${forTerminal(line)}\n`).join('')),
    note: (text) => say.note(text),
    confirm: ctx.interactive ? (question) => askYesNo(`ssox: ${question}`, signal) : undefined,
  }
}

const PRIVATE_FILE = 0o600

/**
 * Changes one of the AWS files, under their lock; a new one is for nobody else to read.
 * @throws SsoxError as `editFile` and `refuseCopy`
 */
export function editAwsFile(
  file: DocumentKind,
  edit: Omit<FileEdit, 'path' | 'lock' | 'newFileMode'>,
  editor: Editor,
  ctx: Context,
): Promise<EditResult> {
  const { paths } = ctx
  if (!editor.dryRun) refuseCopy(file, ctx)
  return editFile(
    { ...edit, path: paths[file], lock: 'aws-files', newFileMode: PRIVATE_FILE },
    { ...editor, runtime: lockFolder(paths) },
  )
}

/** Of the locks of the AWS files: one place for every terminal, cron and GUI program. */
export function lockFolder({ home }: Pick<Context['paths'], 'home'>): string {
  // Not each of them has a runtime directory.
  return join(home, '.cache', 'ssox')
}

/** @throws SsoxError `usage` for the copy of the config file that `ssox exec --serve` gives to a command */
export function refuseCopy(file: DocumentKind, { paths }: Pick<Context, 'paths'>): void {
  if (!isPrivateCopy(paths[file], paths)) return
  throw new SsoxError(
    'usage',
    `${withTilde(paths[file], paths.home)} is a copy for the command of "ssox exec --serve", and goes with it`,
    'type the same in a terminal outside of that command',
  )
}
