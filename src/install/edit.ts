/**
 * The one way in which ssox changes a file that belongs to the user: the change is shown, asked for,
 * and made under a lock, whole or not at all, on the file that was shown.
 */
import { join } from 'node:path'
import { SsoxError } from '../problem.ts'
import type { Env } from '../state/paths.ts'
import { ensureFolder } from '../system/files.ts'
import { acquireLock, type Lock } from '../system/lock.ts'
import {
  behindLinks,
  dropTemporaries,
  readUserBytes,
  replaceUserFile,
  whyUnwritable,
} from '../system/user-file.ts'

const WAIT_MS = 30_000

/** Who edits, and how one talks to the user. */
export interface Editor {
  readonly env: Env
  readonly home: string
  /** Folder of the locks. */
  readonly runtime: string
  readonly signal: AbortSignal
  /** Do not ask. */
  readonly yes: boolean
  /** Show, and change nothing. */
  readonly dryRun: boolean
  /** Shows lines, which may hold anything. */
  show(lines: readonly string[]): void
  /** Something that need not be known unless somebody looks: whom ssox waits for. */
  note(text: string): void
  /** Asks a yes-or-no question; undefined when there is nobody to ask. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined
}

export interface FileEdit {
  readonly path: string
  /**
   * The new bytes for the old ones, both one per character (latin1); undefined: no file. Called
   * again when the file has changed meanwhile.
   */
  change(bytes: string | undefined): string | undefined
  /** Called once the answer is yes, before the file is changed. */
  beforeChange?(): void
}

export type EditResult =
  | 'changed'
  /** There is nothing to change. */
  | 'unchanged'
  /** The answer was no. */
  | 'declined'
  /** There is nobody to ask, and no `yes`. */
  | 'unasked'
  /** A dry run. */
  | 'shown'

/**
 * Shows an edit, asks, makes it.
 * @throws SsoxError `storage` (the file cannot be read or written, or is read-only), `busy` (it was
 *   changed by somebody else while the question was on the screen), and what `change` throws
 */
export async function editFile(edit: FileEdit, editor: Editor): Promise<EditResult> {
  const [old, next] = plan(edit)
  if (next === old) return 'unchanged'
  const name = withTilde(edit.path, editor.home)
  const unwritable = whyUnwritable(edit.path)
  if (unwritable) throw new SsoxError('storage', `${name} ${unwritable}`)
  if (!editor.yes && !editor.dryRun && !editor.confirm) return 'unasked'
  const target = behindLinks(edit.path)
  const link = target === edit.path ? '' : `, a link to ${withTilde(target, editor.home)}`
  const shown = difference(old, next)
  editor.show(['', `${name}${link}:`, '', ...shown.map((line) => `  ${line}`), ''])
  if (editor.dryRun) return 'shown'
  if (!editor.yes && !(await editor.confirm?.(`Change ${name} like this?`))) return 'declined'
  return underLock('start-up', editor, () => make(edit, shown, name))
}

/** Somebody may have edited the file while the question was on the screen. */
function make(edit: FileEdit, shown: readonly string[], name: string): EditResult {
  const [old, next] = plan(edit)
  if (next === old) return 'unchanged'
  edit.beforeChange?.()
  dropTemporaries(edit.path)
  if (
    difference(old, next).join('\n') !== shown.join('\n') ||
    !replaceUserFile(edit.path, bytesOf(next), bytesOf(old))
  )
    throw new SsoxError('busy', `${name} was changed meanwhile`, 'run the same command again')
  return 'changed'
}

function plan({ path, change }: FileEdit): [string | undefined, string | undefined] {
  const old = readUserBytes(path)?.toString('latin1')
  return [old, change(old)]
}

function bytesOf(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text, 'latin1')
}

/**
 * The lines that one edit takes away (`- `) and adds (`+ `), as text: everything between the first
 * and the last line that differ.
 */
export function difference(old: string | undefined, next: string | undefined): string[] {
  const [from, to] = [shownLines(old), shownLines(next)]
  let start = 0
  while (start < Math.min(from.length, to.length) && from[start] === to[start]) start++
  let end = 0
  while (end < Math.min(from.length, to.length) - start && from.at(-1 - end) === to.at(-1 - end))
    end++
  return [
    ...from.slice(start, from.length - end).map((line) => `- ${line}`),
    ...to.slice(start, to.length - end).map((line) => `+ ${line}`),
  ]
}

function shownLines(bytes: string | undefined): string[] {
  const text = Buffer.from(bytes ?? '', 'latin1').toString('utf8')
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
}

/**
 * Runs `use` while no other ssox does the same. Where nothing can be locked (a home that is
 * read-only), it runs all the same: every write is whole, and compares what it replaces.
 * @throws SsoxError `busy`
 */
export async function underLock<T>(
  name: 'start-up' | 'install',
  { env, runtime, signal, note }: Pick<Editor, 'env' | 'runtime' | 'signal' | 'note'>,
  use: () => T | Promise<T>,
): Promise<T> {
  let lock: Lock | undefined
  let holder = ''
  try {
    ensureFolder(runtime)
    lock = await acquireLock(join(runtime, 'locks', `${name}.lock`), {
      waitMs: WAIT_MS,
      searchPath: env['PATH'],
      what: 'the installation',
      signal,
      onWait: (pid) => {
        holder = pid === undefined ? '' : ` (process ${pid})`
        note(`waiting for another ssox${holder} that installs`)
      },
    })
  } catch (error) {
    if (!(error instanceof SsoxError)) throw error
    if (error.kind === 'busy')
      throw new SsoxError(
        'busy',
        `another ssox is installing${holder}`,
        'finish what it asks, then try again',
      )
  }
  try {
    return await use()
  } finally {
    lock?.release()
  }
}

/** A path as people write it: `~/.bashrc`. */
export function withTilde(path: string, home: string): string {
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}
