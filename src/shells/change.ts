/** What a switch changes in an environment, in the order in which it must happen. */
import { SsoxError } from '../problem.ts'

/** A variable and its value. */
export type Assignment = readonly [name: string, value: string]

/** A variable that goes only while it still holds what `owner` says that ssox put there. */
export type Owned = readonly [name: string, owner: string]

/**
 * The steps of a change. The keys go before anything else and come after everything else, so that
 * a shell which stops in the middle (at a read-only variable) never has keys of two accounts.
 */
export interface EnvChange {
  /** Names that go first (unset, never emptied), the keys before all others. */
  readonly unset: readonly string[]
  /** Looked at before `unsetLast`, since that may hold the owners. */
  readonly owned: readonly Owned[]
  readonly unsetLast: readonly string[]
  readonly set: readonly Assignment[]
  /** The credentials; their names are in `unset`, too. */
  readonly keys: readonly Assignment[]
}

type Env = Readonly<Record<string, string | undefined>>

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * The change itself, once it is sure that every shell and format can carry it.
 * @throws SsoxError `profile` for a value with NUL, CR or LF: no AWS variable may hold those, and a
 *   line break would split a one-line statement
 */
export function checked(change: EnvChange): EnvChange {
  const { unset, owned, unsetLast, set, keys } = change
  const values = [...set, ...keys]
  for (const name of [...unset, ...owned.flat(), ...unsetLast, ...values.map(([it]) => it)])
    if (!VARIABLE_NAME.test(name))
      throw new Error(`${JSON.stringify(name)} cannot name an environment variable`)
  for (const [name, value] of values) refuseLineBreak(name, value)
  return change
}

function refuseLineBreak(name: string, value: string): void {
  const found = /[\0\r\n]/.exec(value)
  if (!found) return
  throw new SsoxError(
    'profile',
    `the value for ${name} contains a ${found[0] === '\0' ? 'NUL character' : 'line break'}`,
    'remove it from the AWS config or credentials file',
  )
}

/** The change for one known environment: what is asked of the shell elsewhere is answered. */
export function settled(change: EnvChange, env: Env): EnvChange {
  const gone = change.owned.filter(([name, owner]) => env[owner] && env[name] === env[owner])
  return { ...change, owned: [], unset: [...change.unset, ...gone.map(([name]) => name)] }
}

/** The environment after the change, for a child process. */
export function changed(env: Env, change: EnvChange): Record<string, string> {
  const { unset, unsetLast, set, keys } = settled(change, env)
  const gone = new Set([...unset, ...unsetLast])
  const kept = Object.entries(env).filter(([name]) => !gone.has(name))
  return Object.fromEntries([...kept, ...set, ...keys]) as Record<string, string>
}
