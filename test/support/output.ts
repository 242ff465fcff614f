/** What every failure of ssox looks like to a person, and what `env` leaves for the shell. */

import type { Finished } from './home.ts'
import { assert } from './suite.ts'

/**
 * Asserts a failure as the contract describes it: the exit code, one line that says what failed
 * (matching `about`), one line that mends it, no stack trace.
 */
export function assertFailure(run: Finished, status: number, about: RegExp): void {
  assert.is(run.status, status, told(run))
  assertNoStack(run)
  const lines = run.stderr.trimEnd().split('\n')
  assert.is(lines.length, 2, told(run))
  assert.match(lines[0] ?? '', /^ssox: \S/)
  assert.match(lines[0] ?? '', about)
  assert.match(lines[1] ?? '', /^ {2}\S/)
}

/** Asserts a success with nothing on stderr but warnings, `warnings` of them. */
export function assertSuccess(run: Finished, warnings: readonly RegExp[] = []): void {
  assert.is(run.status, 0, told(run))
  assertNoStack(run)
  const lines = run.stderr.split('\n').filter((line) => line !== '')
  assert.is(lines.length, warnings.length, told(run))
  warnings.forEach((warning, at) => {
    assert.match(lines[at] ?? '', /^ssox: warning: /)
    assert.match(lines[at] ?? '', warning)
  })
}

export function assertNoStack(run: Finished): void {
  assert.not.match(run.stderr, /^\s+at |file:\/\/|node:internal/m, told(run))
  assert.not.match(run.stderr, /internal error/, told(run))
}

/** The keys that `ssox env` put into a statement for bash. */
export function keysIn(run: Finished): { id: string; secret: string; token: string } {
  const value = (name: string) =>
    new RegExp(`\\b${name}='?([^' ;]+)`).exec(run.stdout)?.[1] ?? `no ${name}: ${told(run)}`
  return {
    id: value('AWS_ACCESS_KEY_ID'),
    secret: value('AWS_SECRET_ACCESS_KEY'),
    token: value('AWS_SESSION_TOKEN'),
  }
}

export function told({ status, stdout, stderr }: Finished): string {
  return `exit ${status}\nstdout: ${stdout}\nstderr: ${stderr}`
}
