/** The settings of this run, read once; what is wrong with them is for the verbs to say. */
import { SsoxError } from '../problem.ts'
import { type Env, resolvePaths } from '../state/paths.ts'
import { readUserText } from '../state/user-text.ts'
import { type Scope, type Settings, settingsWith } from './table.ts'

/** The values, which are the defaults where there is a problem. */
export interface LoadedSettings {
  readonly values: Settings
  readonly scopes: readonly Scope[]
  /** Thrown by `createContext`: help and version need no settings that are right. */
  readonly problem: unknown
}

/** Reads the settings of an environment; never rejects. */
export async function loadSettings(env: Env): Promise<LoadedSettings> {
  const none = { values: settingsWith(new Map()), scopes: [], problem: undefined }
  try {
    const path = resolvePaths(env).settings
    const text = settingsText(path)
    // Most people have no such file, and then nothing is loaded to read it.
    if (text === '') return none
    const { readSettings } = await import('./read.ts')
    return { ...none, ...readSettings(text, path) }
  } catch (problem) {
    return { ...none, problem }
  }
}

/**
 * The text of a file of settings; '' when there is none.
 * @throws SsoxError `usage`: the settings are no part of the AWS files, whose faults have another exit code
 */
export function settingsText(path: string): string {
  try {
    return readUserText(path)
  } catch (error) {
    if (!(error instanceof SsoxError)) throw error
    throw new SsoxError('usage', error.message, error.fix)
  }
}
