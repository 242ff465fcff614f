/**
 * The one way in which ssox changes a file that belongs to the user: the change is shown, asked for,
 * and made under a lock, whole or not at all, on the file that was shown.
 */
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { SsoxError } from '../problem.ts'
import type { Env } from '../state/paths.ts'
import { ensureFolder } from '../system/files.ts'
import { acquireLock, type Lock } from '../system/lock.ts'
import {
  behindLinks,
  dropTemporaries,
  EMPTIED_MS,
  type HeldFile,
  holdUserFile,
  mayBeHalfWritten,
  readUserBytes,
  replaceUserFile,
  whyUnwritable,
} from '../system/user-file.ts'

const WAIT_MS = 30_000
/** For so long an edit is made anew on what others have written meanwhile. */
const ATTEMPTS_MS = 10_000
/** Between attempts, at random up to this: whoever writes at fixed times is not met again. */
const PAUSE_MS = 25
/** After this long, somebody who was writing at the same time has written. */
const LATE_WRITE_MS = 50

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
  /** What is shown of the change, in place of all its lines. */
  shown?(old: string | undefined, next: string | undefined): readonly string[]
  /** The permissions of a file that is not there yet; as the umask says, unless given. */
  readonly newFileMode?: number
  /** Whom the change is kept apart from; the installer, unless given. */
  readonly lock?: keyof typeof LOCKS
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
  const unwritable = whyUnwritable(edit.path, name)
  if (unwritable) throw unwritable
  if (!editor.yes && !editor.dryRun && !editor.confirm) return 'unasked'
  const target = behindLinks(edit.path)
  const link = target === edit.path ? '' : `, a link to ${withTilde(target, editor.home)}`
  const shown = linesOf(edit, old, next)
  editor.show(['', `${name}${link}:`, '', ...shown.map((line) => `  ${line}`), ''])
  if (editor.dryRun) return 'shown'
  if (!editor.yes && !(await editor.confirm?.(`Change ${name} like this?`))) return 'declined'
  return underLock(edit.lock ?? 'start-up', editor, () => make(edit, shown, name))
}

function linesOf(
  { shown = difference }: FileEdit,
  old: string | undefined,
  next: string | undefined,
): readonly string[] {
  return shown(old, next)
}

/** An edit that nobody has to be asked about; `change` leaves alone what is changed already. */
export interface UnaskedEdit extends FileEdit {
  readonly newFileMode: number
  shown(old: string | undefined, next: string | undefined): readonly string[]
  /** Called when the change is made, with the bytes of the file, still under the lock. */
  afterChange?(bytes: string): void
}

/** An edit with what comes before each attempt to make it. */
interface AnnouncedEdit extends UnaskedEdit {
  announce(old: string | undefined, next: string | undefined): void
}

/**
 * Shows an edit and makes it, on the file as it is at that moment: what others write meanwhile is
 * kept.
 * @param patienceMs how long it is tried while others change the file
 * @throws SsoxError `storage`, `busy` (it changes all the time), and what `change` throws
 */
export async function editUnasked(
  edit: UnaskedEdit,
  editor: Editor,
  patienceMs = ATTEMPTS_MS,
): Promise<EditResult> {
  if (editor.dryRun) {
    const [old, next] = plan(edit)
    if (next === old) return 'unchanged'
    editor.show(shownUnasked(edit, old, next, editor))
    return 'shown'
  }
  return underLock('aws-files', editor, async () => {
    const attempts = oneAnnouncement(edit, editor)
    const end = performance.now() + patienceMs
    while (performance.now() < end) {
      const result = await makeUnasked(attempts, editor)
      if (result !== undefined) return result
      editor.signal.throwIfAborted()
      await delay(Math.random() * PAUSE_MS)
    }
    throw new SsoxError(
      'busy',
      `${withTilde(edit.path, editor.home)} is being changed all the time`,
      'run the same command again',
    )
  })
}

/**
 * The same edit for several attempts: it is shown again only if it has become another, and what comes
 * before it is done once, so that there is little time in which others may write.
 */
function oneAnnouncement(edit: UnaskedEdit, editor: Editor): AnnouncedEdit {
  let last: string | undefined
  return {
    ...edit,
    announce: (old, next) => {
      const lines = shownUnasked(edit, old, next, editor)
      if (last === undefined) edit.beforeChange?.()
      if (lines.join('\n') !== last) editor.show(lines)
      last = lines.join('\n')
    },
  }
}

/** undefined when somebody else was faster, or has undone it. */
async function makeUnasked(edit: AnnouncedEdit, editor: Editor): Promise<EditResult | undefined> {
  const { path, newFileMode } = edit
  const held = holdUserFile(path)
  try {
    let [old, next] = plan(edit)
    if (next === old) return 'unchanged'
    if (old === '' && mayBeHalfWritten(path)) {
      await delay(LATE_WRITE_MS)
      return undefined
    }
    const unwritable = whyUnwritable(path, withTilde(path, editor.home))
    if (unwritable) throw unwritable
    edit.announce(old, next)
    ensureFolder(dirname(behindLinks(path)))
    dropTemporaries(path)
    if (!replaceUserFile(path, bytesOf(next), bytesOf(old), newFileMode)) return undefined
    // What is seen may be a part of what is being written: only after a pause without news it is all.
    for (let quiet = 0; quiet < 2; quiet++) {
      if (quiet > 0) await delay(LATE_WRITE_MS)
      const late = await lateWrite(held, bytesOf(old) ?? Buffer.alloc(0))
      if (late === undefined) continue
      const again = edit.change(late)
      if (!replaceUserFile(path, bytesOf(again), bytesOf(next), newFileMode)) return undefined
      ;[old, next] = [late, again]
      quiet = -1
    }
    // Somebody may have read the file before, and written it after.
    const [now, wanted] = plan(edit)
    if (now !== wanted) return undefined
    edit.afterChange?.(next ?? '')
    return 'changed'
  } finally {
    held?.close()
  }
}

/** What others have put into the file that was replaced; who has only emptied it is waited for. */
async function lateWrite(held: HeldFile | undefined, old: Buffer): Promise<string | undefined> {
  const end = performance.now() + EMPTIED_MS
  for (;;) {
    const late = held?.lateWrite(old)
    if (late?.length !== 0 || performance.now() > end) return late?.toString('latin1')
    await delay(LATE_WRITE_MS)
  }
}

function shownUnasked(
  edit: UnaskedEdit,
  old: string | undefined,
  next: string | undefined,
  { home }: Editor,
): string[] {
  const target = behindLinks(edit.path)
  const link = target === edit.path ? '' : `, a link to ${withTilde(target, home)}`
  return [
    `${withTilde(edit.path, home)}${link}:`,
    ...edit.shown(old, next).map((line) => `  ${line}`),
  ]
}

/** Somebody may have edited the file while the question was on the screen. */
function make(edit: FileEdit, shown: readonly string[], name: string): EditResult {
  const [old, next] = plan(edit)
  if (next === old) return 'unchanged'
  const busy = () =>
    new SsoxError('busy', `${name} was changed meanwhile`, 'run the same command again')
  if (linesOf(edit, old, next).join('\n') !== shown.join('\n')) throw busy()
  edit.beforeChange?.()
  ensureFolder(dirname(behindLinks(edit.path)))
  dropTemporaries(edit.path)
  if (!replaceUserFile(edit.path, bytesOf(next), bytesOf(old), edit.newFileMode)) throw busy()
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

/** What each lock is about, in words. */
const LOCKS = {
  'start-up': { what: 'the installation', does: 'installs', doing: 'is installing' },
  install: { what: 'the installation', does: 'installs', doing: 'is installing' },
  'aws-files': {
    what: 'the AWS files',
    does: 'writes to the AWS files',
    doing: 'is writing to the AWS files',
  },
} as const

/**
 * Runs `use` while no other ssox does the same. Where nothing can be locked (a home that is
 * read-only), it runs all the same: every write is whole, and compares what it replaces.
 * @throws SsoxError `busy`
 */
export async function underLock<T>(
  name: keyof typeof LOCKS,
  { env, runtime, signal, note }: Pick<Editor, 'env' | 'runtime' | 'signal' | 'note'>,
  use: () => T | Promise<T>,
): Promise<T> {
  const { what, does, doing } = LOCKS[name]
  let lock: Lock | undefined
  let holder = ''
  try {
    ensureFolder(runtime)
    lock = await acquireLock(join(runtime, 'locks', `${name}.lock`), {
      waitMs: WAIT_MS,
      searchPath: env['PATH'],
      what,
      signal,
      onWait: (pid) => {
        holder = pid === undefined ? '' : ` (process ${pid})`
        note(`waiting for another ssox${holder} that ${does}`)
      },
    })
  } catch (error) {
    if (!(error instanceof SsoxError)) throw error
    if (error.kind === 'busy')
      throw new SsoxError(
        'busy',
        `another ssox ${doing}${holder}`,
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
