/** Edits of the user's files on this terminal: shown, and asked for. */
import type { Context } from '../context.ts'
import type { Editor } from '../install/edit.ts'
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
