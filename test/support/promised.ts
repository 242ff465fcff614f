/**
 * What becomes of a test whose shell or tool is missing: it is skipped, or it fails when
 * `SSOX_REQUIRE_SHELLS` or `SSOX_REQUIRE_TOOLS` (names with commas) promises what is missing.
 */
import type { Declare } from './suite.ts'

/** True for a tool that the tests may rely on. */
export function isPromised(tool: string): boolean {
  return namesIn('SSOX_REQUIRE_TOOLS').includes(tool)
}

/** True for a shell that the tests may rely on. */
export function isPromisedShell(shell: string): boolean {
  return namesIn('SSOX_REQUIRE_SHELLS').includes(shell)
}

/** `test` for tests that cannot run when something is `missing` (in words; undefined: nothing is). */
export function unlessMissing(
  test: Declare,
  missing: string | undefined,
  promised: boolean,
): Declare {
  if (missing === undefined) return test
  const declare = promised
    ? (title: string) =>
        test(title, () => {
          throw new Error(`promised, but ${missing}`)
        })
    : (title: string) => test.skip(title, missing)
  return Object.assign(declare, { skip: test.skip })
}

function namesIn(variable: string): string[] {
  return (process.env[variable] ?? '').split(',')
}
