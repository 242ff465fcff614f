/** Puts the lines of ssox into the start-up file of a shell, and takes them out again. */
import { SsoxError } from '../problem.ts'
import { readUserText } from '../system/user-file.ts'
import { type Editor, type EditResult, editFile, type FileEdit, withTilde } from './edit.ts'
import { HOOK_FILES, type HookShell } from './shell-lines.ts'
import { lineThatNames, markersIn, withLines, withoutLines } from './start-up-file.ts'
import type { StartUpFile } from './start-up-files.ts'

export interface Addition {
  readonly shell: HookShell
  readonly file: StartUpFile
  readonly lines: readonly string[]
  /** Called before the file is changed. */
  readonly beforeChange?: () => void
}

export interface Added {
  readonly result: EditResult
  /** For `unchanged`: why there is nothing to do, as a sentence with the name of the file. */
  readonly why: string
  /** False where a line of the user is in the place of the block. */
  readonly isBlock: boolean
}

/**
 * Adds the lines, or brings their block up to date; not where a line of the user's loads the hook.
 * @throws SsoxError `storage`, `busy` as `editFile`; a signed profile of PowerShell, or a file that is
 *   no text, is not changed
 */
export async function addToStartUp(addition: Addition, editor: Editor): Promise<Added> {
  const { shell, file, lines } = addition
  // Asked again when the file has changed meanwhile.
  const mention = (text: string | undefined) => mentionIn(addition, text, editor.home)
  const change = (text: string | undefined) =>
    mention(text) ? text : withLines(text, lines, shell !== 'powershell')
  const result = await editFile(carefully(addition, change, editor.home), editor)
  const byUser = mention(readUserText(file.path))
  const why = byUser ?? `${withTilde(file.path, editor.home)} has the lines already`
  return { result, why, isBlock: byUser === undefined }
}

/**
 * Takes the block out, byte for byte.
 * @throws SsoxError `storage`, `busy` as `editFile`
 */
export function removeFromStartUp(
  path: string,
  editor: Editor,
  beforeChange?: () => void,
): Promise<EditResult> {
  const change = (text: string | undefined) => text && withoutLines(text)
  const removal = { file: { path }, ...(beforeChange && { beforeChange }) }
  return editFile(carefully(removal, change, editor.home), editor)
}

/** The lines with their markers, for people to copy. */
export function asBlock(lines: readonly string[]): string[] {
  const text = Buffer.from(withLines('', lines, false), 'latin1').toString('utf8')
  return text.trimEnd().split('\n')
}

/** The line outside the block that names the hook, in a file that the shell reads. */
function mentionIn({ shell, file }: Addition, text: string | undefined, home: string) {
  if (text !== undefined && markersIn(text)) return undefined
  for (const path of [file.path, ...file.alsoRead]) {
    const lines = path === file.path ? text : readUserText(path)
    const line = lines === undefined ? undefined : lineThatNames(lines, HOOK_FILES[shell])
    if (line) return `line ${line} of ${withTilde(path, home)} names the hook already`
  }
  return undefined
}

/** What is left where ssox does not write. */
const BY_HAND = 'add the line yourself: ssox init prints it'

type Careful = Pick<Addition, 'beforeChange'> & { readonly file: Pick<StartUpFile, 'path'> }

/** An edit that refuses what is no text or is signed, and whose problems name the file. */
function carefully({ file, beforeChange }: Careful, change: FileEdit['change'], home: string) {
  const checked = (bytes: string | undefined) => {
    try {
      if (bytes?.includes('\0')) throw new SsoxError('storage', 'is not a text file', BY_HAND)
      const next = change(bytes)
      if (next !== bytes && bytes?.includes('# SIG # Begin signature block'))
        throw new SsoxError('storage', 'is signed, and a change would break the signature', BY_HAND)
      return next
    } catch (error) {
      if (!(error instanceof SsoxError)) throw error
      const name = withTilde(file.path, home)
      throw new SsoxError(error.kind, `${name} ${error.message}`, error.fix)
    }
  }
  return { path: file.path, change: checked, ...(beforeChange && { beforeChange }) }
}
