/** Programs by their names. */
import { accessSync, constants, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

/** The absolute path of an executable, from absolute PATH entries only. */
export function findCommand(name: string, searchPath: string | undefined): string | undefined {
  for (const folder of (searchPath ?? '').split(process.platform === 'win32' ? ';' : ':')) {
    if (!isAbsolute(folder)) continue
    const path = join(folder, name)
    if (isProgram(path)) return path
  }
  return undefined
}

/** True for a file that may be executed. */
export function isProgram(path: string): boolean {
  try {
    // Most folders of PATH do not have it, and an exception takes longer than the look.
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
