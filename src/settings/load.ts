/** The settings of this run, read once; what is wrong with them is for the verbs to say. */
import { type Env, resolvePaths } from '../state/paths.ts'
import { readSettings } from './read.ts'
import { type Scope, type Settings, settingsWith } from './table.ts'

/** The values, which are the defaults where there is a problem. */
export interface LoadedSettings {
  readonly values: Settings
  readonly scopes: readonly Scope[]
  /** Thrown by `createContext`: help and version need no settings that are right. */
  readonly problem: unknown
}

/** Reads the settings of an environment; never throws. */
export function loadSettings(env: Env): LoadedSettings {
  try {
    return { ...readSettings(resolvePaths(env).settings), problem: undefined }
  } catch (problem) {
    return { values: settingsWith(new Map()), scopes: [], problem }
  }
}
