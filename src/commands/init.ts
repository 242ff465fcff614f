/** `ssox init [shell]`: the line that loads the hook, and the start-up file that it belongs in. */
import { join } from 'node:path'
import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { type Editor, withTilde } from '../install/edit.ts'
import { installHook } from '../install/load-hook.ts'
import { HOOK_FILES, type HookShell, hasHook, hookLine } from '../install/shell-lines.ts'
import { removeFromStartUp } from '../install/start-up.ts'
import { startUpFile } from '../install/start-up-files.ts'
import { SsoxError } from '../problem.ts'
import { editorOf } from '../profiles/editor.ts'
import { detectShell } from '../shells/detect.ts'
import { shellNamed } from '../shells/shell.ts'
import { hookFolder } from '../state/hooks.ts'
import { parentNames } from '../system/surroundings.ts'

/**
 * Prints one line for the shell's start-up file, or edits that file.
 * @throws SsoxError `usage` (a shell without a hook, nobody to ask), `storage`, `busy`
 */
export async function run({ args, flags }: Call, ctx: Context): Promise<Outcome> {
  if (flags.install && flags.remove)
    throw new SsoxError('usage', '--install and --remove are opposites', 'ssox init --help')
  const shell = args[0] === undefined ? runningShell(ctx) : (shellNamed(args[0]).name as HookShell)
  if (!flags.install && !flags.remove) return printLine(shell, ctx)
  const editor = editorOf(flags, ctx)
  const done = flags.install ? await add(shell, editor, ctx) : await remove(shell, editor, ctx)
  if (done === 'unasked')
    throw new SsoxError(
      'usage',
      'there is no terminal to ask on',
      `ssox init ${shell} --${flags.install ? 'install' : 'remove'} --yes`,
    )
  if (done === 'declined') ctx.say.ask('not changed')
  return {}
}

function printLine(shell: HookShell, ctx: Context): Outcome {
  if (ctx.terminal.stderr) noteFile(shell, ctx)
  return { stdout: `${hookLine(shell, hookOf(shell, ctx), ctx.paths.home)}\n` }
}

function noteFile(shell: HookShell, { paths, env, say }: Context): void {
  try {
    const { path } = startUpFile(shell, { env, home: paths.home })
    const name = withTilde(path, paths.home)
    say.note(`for ${name}; ssox init ${shell} --install puts it there`)
  } catch {
    // PowerShell does not say where its profile is; the line is right all the same.
  }
}

async function add(shell: HookShell, editor: Editor, ctx: Context) {
  const { env, paths, say } = ctx
  const { result, why, loadLine } = await installHook(shell, hookFolder(env, paths), editor)
  if (result === 'unchanged') say.ask(why)
  if (result === 'changed')
    say.ask(`changed; every new terminal has awsuse. To have it in this one, type: ${loadLine}`)
  return result
}

async function remove(shell: HookShell, editor: Editor, { say }: Context) {
  const { path } = startUpFile(shell, editor)
  const result = await removeFromStartUp(path, editor)
  const name = withTilde(path, editor.home)
  if (result === 'unchanged') say.ask(`${name} has no lines of ssox between markers`)
  if (result === 'changed') say.ask('changed; terminals that are open keep awsuse until they end')
  return result
}

function hookOf(shell: HookShell, { env, paths }: Context): string {
  return join(hookFolder(env, paths), HOOK_FILES[shell])
}

/** @throws SsoxError `usage` when it has no hook */
function runningShell({ env, say }: Context): HookShell {
  const { shell, guessedFrom } = detectShell({
    flag: undefined,
    parentNames: parentNames(),
    shellEnv: env['SHELL'],
    onWindows: process.platform === 'win32',
  })
  if (!hasHook(shell))
    throw new SsoxError(
      'usage',
      `there is no hook for ${shell}: name one of ${Object.keys(HOOK_FILES).join(', ')}`,
      'ssox init bash',
    )
  if (guessedFrom)
    say.note(`for ${shell}, a guess from ${guessedFrom}; name another one if it is wrong`)
  return shell
}
