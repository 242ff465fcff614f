/** The picker of the person's choice: fzf, or any command that chooses from lines. */

import type { Context } from '../context.ts'
import { Cancelled, EXIT, SsoxError } from '../problem.ts'
import { filterLines } from '../system/filter-lines.ts'
import { search } from '../text/fuzzy.ts'
import { splitWords } from '../text/shell-words.ts'
import { table } from '../ui/columns.ts'
import type { PickerItem } from '../ui/picker.ts'
import type { NoteOf } from '../ui/picker-view.ts'

/** For fzf; what the person has set themselves comes after it, and wins. */
const FZF_OPTIONS = '--height=40% --layout=reverse --no-multi --tiebreak=index'
/** Of fzf when nothing matches, and of most others when they are left with Esc. */
const NOTHING_CHOSEN = 1

/**
 * The name of the item whose line `command` prints. The lines begin with the names.
 * @throws SsoxError `usage` when the command is missing or fails; Cancelled
 */
export async function pickWith(
  command: string,
  items: readonly PickerItem[],
  note: NoteOf,
  ctx: Context,
): Promise<string> {
  const failed = (why: string) => failure(command, why, ctx)
  const [file, ...args] = splitWords(command) ?? []
  if (!file) throw failed('it is not a command: a quote is not closed')
  const lines = linesOf(search(items, ''), note)
  const env = {
    ...ctx.env,
    FZF_DEFAULT_OPTS: `${FZF_OPTIONS} ${ctx.env['FZF_DEFAULT_OPTS'] ?? ''}`,
  }
  const result = await filterLines([file, ...args], [...lines.keys()], env, ctx.signal)
  const { exitCode, output, problem } = result
  if (problem !== undefined) throw failed(problem)
  const printed = output.split(/\r?\n/).map((line) => line.trimEnd())
  const chosen = printed.map((line) => lines.get(line)).find((item) => item !== undefined)
  if (exitCode === 0 && chosen) return chosen.name
  const isEmpty = printed.every((line) => line === '')
  if (exitCode === EXIT.interrupted || (isEmpty && (exitCode ?? 0) <= NOTHING_CHOSEN))
    throw new Cancelled()
  throw failed(exitCode === 0 ? 'it prints none of its lines' : `it ends with status ${exitCode}`)
}

/** Line → item, the best first, no two of them alike. */
function linesOf(items: readonly PickerItem[], note: NoteOf): ReadonlyMap<string, PickerItem> {
  const lines = new Map<string, PickerItem>()
  const rows = items.map((item) => [
    ...item.fields.map(({ text }) => text),
    // Each costs a file; those of profiles that were never used tell nothing.
    item.weight > 0 || item.isCurrent ? note(item).text : '',
    [item.isCurrent ? '(current)' : '', item.isProtected ? '(protected)' : ''].join(' ').trim(),
  ])
  const used = (rows[0] ?? []).map((_, at) => rows.some((row) => row[at] !== ''))
  const all = table(rows.map((row) => row.filter((_, at) => used[at]))).split('\n')
  for (const [at, item] of items.entries()) {
    let line = all[at] ?? ''
    while (lines.has(line)) line += "'"
    lines.set(line, item)
  }
  return lines
}

function failure(command: string, why: string, { env }: Context): SsoxError {
  const [name, undo] = env['SSOX_PICKER']
    ? ['SSOX_PICKER', 'unset SSOX_PICKER']
    : ['the setting picker', 'export SSOX_PICKER=builtin']
  return new SsoxError(
    'usage',
    `${name} is ${JSON.stringify(command)}: ${why}`,
    `install or correct it, or use ssox's own: ${undo}`,
  )
}
