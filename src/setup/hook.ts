/** The offer to load the shell hook. */
import type { Flags } from '../cli/spec.ts'
import type { Context } from '../context.ts'
import { installHook } from '../install/load-hook.ts'
import { hasHook } from '../install/shell-lines.ts'
import { SsoxError } from '../problem.ts'
import { editorOf } from '../profiles/editor.ts'
import { detectShell } from '../shells/detect.ts'
import { hookFolder } from '../state/hooks.ts'
import { parentNames } from '../system/surroundings.ts'

/**
 * Loads the hook when `--hook` says so, or the person agrees to the change that is shown. A start-up
 * file that cannot be changed is only a warning: the profiles are there.
 * @returns whether new terminals have `awsuse`
 * @throws Cancelled
 */
export async function offerHook(flags: Flags, ctx: Context): Promise<boolean> {
  const { env, paths, say } = ctx
  const { shell } = detectShell({
    flag: undefined,
    parentNames: parentNames(),
    shellEnv: env['SHELL'],
    onWindows: process.platform === 'win32',
  })
  if (!hasHook(shell) || flags.dryRun) return false
  const editor = editorOf(flags, ctx)
  const load = (how: Partial<typeof editor>) =>
    installHook(shell, hookFolder(env, paths), { ...editor, ...how })
  try {
    const { result } = await load({ dryRun: true, show: () => undefined })
    if (result === 'unchanged') return true
    const isOffered = flags.hook ?? (ctx.interactive && !flags.yes)
    if (!isOffered) return false
    if (!flags.yes) say.ask('awsuse, the prompt and completion need these lines for your shell:')
    const done = await load({})
    if (done.result !== 'changed') return false
    say.ask(`every new terminal has awsuse; in this one, type: ${done.loadLine}`)
    return true
  } catch (error) {
    if (!(error instanceof SsoxError)) throw error
    say.warn(`the hook is not loaded: ${error.message}`)
    return false
  }
}
