/** A change of an environment for tests, from the names that go and the values that come. */
import type { Assignment, EnvChange } from '../../src/shells/change.ts'

const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']

/** The credentials among the values go first and come last, as in every real change. */
export function changeOf(unset: readonly string[], values: Iterable<Assignment>): EnvChange {
  const all = [...values]
  const keys = all.filter(([name]) => KEYS.includes(name))
  return {
    unset: [...keys.map(([name]) => name), ...unset],
    owned: [],
    unsetLast: [],
    set: all.filter((assignment) => !keys.includes(assignment)),
    keys,
  }
}
