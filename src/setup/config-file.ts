/** The config file of the user, as `setup` changes it: shown, asked for, kept beside, then written. */
import { type AwsDocument, parseDocument } from '../aws/document.ts'
import { editDocument, type SectionEdit } from '../aws/document-edit.ts'
import { formatName } from '../aws/document-header.ts'
import type { Flags } from '../cli/spec.ts'
import type { Context } from '../context.ts'
import { type EditResult, withTilde } from '../install/edit.ts'
import { editAwsFile, editorOf } from '../profiles/editor.ts'
import { keepBackup } from '../state/backups.ts'
import { lineDiff } from '../text/line-diff.ts'
import { shownIn } from '../ui/charset.ts'
import { typedWord } from '../ui/typed-command.ts'

/** Of a longer change, as much is shown as fits a window of so many rows; a dry run shows all. */
const MAX_ROWS = 40
const MIN_SHOWN = 16
/** For the heading, what is left out, and the question. */
const OTHER_ROWS = 8

export interface ConfigChange {
  readonly result: EditResult
  /** The file as it was, when it was changed and there was one. */
  readonly backup: string | undefined
}

/**
 * Changes the config file.
 * @param edits for the file as it is then
 * @throws SsoxError `profile` (it cannot be edited safely), `storage`, `busy` (somebody else has
 *   changed it while the question was on the screen)
 */
export async function changeConfig(
  edits: readonly SectionEdit[],
  flags: Flags,
  ctx: Context,
): Promise<ConfigChange> {
  const { paths } = ctx
  let backup: string | undefined
  const editor = editorOf(flags, ctx)
  const result = await editAwsFile(
    'config',
    {
      change: (bytes) => {
        const text = textOf(bytes)
        const next = editDocument(parseDocument(text, 'config'), edits)
        return next === text ? bytes : Buffer.from(next, 'utf8').toString('latin1')
      },
      shown: (old, next) =>
        sectionChanges(
          parseDocument(textOf(old), 'config'),
          parseDocument(textOf(next), 'config'),
          edits,
        ),
      beforeChange: () => {
        backup = keepBackup('config', paths, ctx.now())
      },
    },
    {
      ...editor,
      show: (lines) => editor.show(editor.dryRun ? lines : shortened(lines, ctx)),
    },
    ctx,
  )
  return { result, backup }
}

/** The command that puts the file back as it was. */
export function undoCommand(backup: string, { paths }: Pick<Context, 'paths'>): string {
  const word = (path: string) =>
    path.startsWith(`${paths.home}/`) && typedWord(path) === path
      ? withTilde(path, paths.home)
      : typedWord(path)
  return `cp ${word(backup)} ${word(paths.config)}`
}

/** Each section that changes, with the lines that go (`- `) and come (`+ `), and no others. */
function sectionChanges(
  before: AwsDocument,
  after: AwsDocument,
  edits: readonly SectionEdit[],
): string[] {
  return edits.flatMap(({ type, name }) => {
    const [old, now] = [before, after].map((document) => linesOf(document, type, name))
    const lines = lineDiff(old ?? [], now ?? []).filter((line) => line !== '')
    if (lines.length === 0) return []
    const header = old && now ? [`  [${formatName(type, name, 'config')}]`] : []
    return [...header, ...lines, '']
  })
}

/** As the file has it, from the header to the last line that is not blank. */
function linesOf({ section, text }: AwsDocument, type: SectionEdit['type'], name: string) {
  return section(type, name)?.ranges.flatMap(({ start, end }) =>
    text.slice(start, end).trimEnd().split(/\r?\n/),
  )
}

function shortened(lines: readonly string[], { env, terminal }: Context): readonly string[] {
  const most = Math.max(MIN_SHOWN, Math.min(MAX_ROWS, terminal.rows) - OTHER_ROWS)
  if (lines.length <= most) return lines
  const headers = lines.filter((line) => /^\s*[-+]? *\[/.test(line)).length
  const head = lines.slice(0, most).reverse()
  // Not in the middle of a section.
  const kept = lines.slice(0, most - head.findIndex((line) => line.trim() === ''))
  const more = headers - kept.filter((line) => /^\s*[-+]? *\[/.test(line)).length
  return [
    ...kept,
    `  ${shownIn(env, '…')} and ${more} more section${more === 1 ? '' : 's'} like these; --dry-run shows all of them`,
    '',
  ]
}

function textOf(bytes: string | undefined): string {
  return Buffer.from(bytes ?? '', 'latin1').toString('utf8')
}
