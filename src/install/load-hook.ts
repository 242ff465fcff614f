/** Has a shell load the hook in every new terminal: the lines in its start-up file. */
import { dirname, join } from 'node:path'
import type { Editor } from './edit.ts'
import { prefixOfHooks, remember } from './places.ts'
import { makeFolder } from './program-files.ts'
import { HOOK_FILES, type HookShell, hookLine, loadHook, pathLine } from './shell-lines.ts'
import { type Added, addToStartUp } from './start-up.ts'
import { startUpFile } from './start-up-files.ts'

export interface LoadedHook extends Added {
  /** The line that loads it in a terminal that is open already. */
  readonly loadLine: string
}

/**
 * Adds the lines for the hook in a folder: shown and asked for, as the editor says.
 * @throws SsoxError as `startUpFile` and `addToStartUp`
 */
export async function installHook(
  shell: HookShell,
  folder: string,
  editor: Editor,
): Promise<LoadedHook> {
  const { home } = editor
  const hook = join(folder, HOOK_FILES[shell])
  const prefix = prefixOfHooks(folder)
  const path = prefix === undefined ? [] : [pathLine(shell, join(prefix, 'bin'), home)]
  const file = startUpFile(shell, editor)
  const added = await addToStartUp(
    {
      shell,
      file,
      lines: [...path, hookLine(shell, hook, home)],
      beforeChange: () => record(file.path, prefix),
    },
    editor,
  )
  return { ...added, loadLine: loadHook(shell, hook, home) }
}

/** For the removal by install.sh, before the file is changed; without one, only the folder is made. */
function record(path: string, prefix: string | undefined): void {
  const made: string[] = []
  makeFolder(dirname(path), made)
  if (prefix !== undefined)
    remember(join(prefix, 'lib', 'ssox'), { folder: made, 'start-up': [path] })
}
