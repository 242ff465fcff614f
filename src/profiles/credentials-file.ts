/** The credentials file of the user: the one place where ssox writes to it. */
import { type AwsDocument, parseDocument } from '../aws/document.ts'
import { editDocument, type SectionEdit } from '../aws/document-edit.ts'
import type { AwsFiles } from '../aws/profile.ts'
import {
  removeEdit,
  type SectionRecord,
  shownEdits,
  type WrittenSection,
  writtenSections,
} from '../aws/written-section.ts'
import type { Context } from '../context.ts'
import { type Editor, type EditResult, editUnasked } from '../install/edit.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { forgetSections, sectionRecords } from '../state/written-sections.ts'
import { fingerprint, restamp } from '../switch/state-folder.ts'
import { readUserBytes } from '../system/user-file.ts'
import { forTerminal } from '../text/terminal-text.ts'
import { lockFolder } from './editor.ts'
import { ifPossible } from './if-possible.ts'

const PRIVATE_FILE = 0o600

/** How the credentials file shall change. */
export interface CredentialsEdit {
  /** The edits, at most one per section; called again when somebody else has changed the file. */
  edits(document: AwsDocument, records: readonly SectionRecord[]): readonly SectionEdit[]
  /** Called before the file is changed. */
  beforeChange?(): void
  /** Show, and change nothing. */
  readonly dryRun: boolean
  /** Do not show what is changed. */
  readonly quiet: boolean
}

/**
 * Changes the credentials file: shown, under a lock, whole or not at all, every other byte kept. What
 * the hooks keep stays warm.
 * @throws SsoxError `profile` (the file cannot be edited safely, and what `edits` throws), `storage`,
 *   `busy`
 */
export async function editCredentials(
  { edits, beforeChange, dryRun, quiet }: CredentialsEdit,
  ctx: Context,
): Promise<EditResult> {
  const { paths } = ctx
  let before = fingerprint(paths)
  let made: readonly SectionEdit[] = []
  return editUnasked(
    {
      path: paths.credentials,
      newFileMode: PRIVATE_FILE,
      change: (bytes) => {
        const present = fingerprint(paths)
        const document = parseBytes(bytes)
        const wanted = edits(document, sectionRecords(paths))
        const text = wanted.length > 0 ? editDocument(document, wanted) : document.text
        if (text === document.text) return bytes
        before = present
        made = wanted
        return Buffer.from(text, 'utf8').toString('latin1')
      },
      shown: (old, next) => shownEdits(parseBytes(old), parseBytes(next), made),
      ...(beforeChange ? { beforeChange } : {}),
      afterChange: (bytes) => {
        const isOurs = () => readUserBytes(paths.credentials)?.toString('latin1') === bytes
        const names = made.map(({ name }) => name)
        ifPossible(() => restamp(paths, before, names, isOurs, ctx.env), ctx)
      },
    },
    editorOf(dryRun, quiet && !dryRun, ctx),
  )
}

/**
 * Takes sections that ssox has written out again.
 * @returns their names
 * @throws SsoxError as `editCredentials`
 */
export async function removeWritten(
  isMeant: (section: WrittenSection) => boolean,
  { dryRun, quiet }: Pick<CredentialsEdit, 'dryRun' | 'quiet'>,
  ctx: Context,
): Promise<readonly string[]> {
  let names: readonly string[] = []
  const meant = (document: AwsDocument, records: readonly SectionRecord[]) => {
    const found = writtenSections(document, records).filter(isMeant)
    if (found.length > 0) names = found.map(({ section }) => section)
    return found.map(({ section }) => section)
  }
  // Nothing is locked, and no folder made, where nothing was ever written.
  const { credentials } = loadAwsFiles(ctx.paths)
  if (meant(credentials, sectionRecords(ctx.paths)).length === 0) return []
  const edits: CredentialsEdit['edits'] = (document, records) =>
    meant(document, records).map((name) => removeEdit(document, name))
  const result = await editCredentials({ edits, dryRun, quiet }, ctx)
  if (result === 'changed') ifPossible(() => forgetSections(ctx.paths, names), ctx)
  return names
}

/** The AWS files as the user has written them: without the sections that are ssox's own. */
export function withoutWritten(files: AwsFiles, { paths }: Pick<Context, 'paths'>): AwsFiles {
  const { credentials } = files
  const edits = writtenSections(credentials, sectionRecords(paths)).map(({ section }) =>
    removeEdit(credentials, section),
  )
  if (edits.length === 0) return files
  return { ...files, credentials: parseDocument(editDocument(credentials, edits), 'credentials') }
}

/** Sections in a sentence: `[dev-keys], [prod-keys]`. */
export function inBrackets(sections: readonly string[]): string {
  return sections.map((section) => `[${section}]`).join(', ')
}

function parseBytes(bytes: string | undefined): AwsDocument {
  return parseDocument(Buffer.from(bytes ?? '', 'latin1').toString('utf8'), 'credentials')
}

function editorOf(dryRun: boolean, silent: boolean, ctx: Context): Editor {
  const { env, paths, say, signal } = ctx
  return {
    env,
    home: paths.home,
    runtime: lockFolder(paths),
    signal,
    yes: true,
    dryRun,
    show: (lines) => {
      if (!silent) say.lines(lines.map((line) => `${forTerminal(line)}\n`).join(''))
    },
    note: (text) => say.note(text),
    confirm: undefined,
  }
}
