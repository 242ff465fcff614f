/** ssox with a terminal as its stdout, by `script` of util-linux; for more, see `terminal.ts`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Home } from '../support/home.ts'
import { needing, runIn } from '../support/machine.ts'
import type { Declare } from '../support/suite.ts'

/** Declares a test that needs a terminal as stdout. */
export function testOnScreen(test: Declare, title: string, run: () => unknown): void {
  needing(test, ['script'])(title, run)
}

/** Runs `ssox <words>` (see `putOnPath`) with a terminal on stdout; its stderr goes to a file. */
export async function onScreen(
  home: Home,
  words: string,
  env: Readonly<Record<string, string>> = {},
) {
  const file = join(home.path, 'stderr')
  writeFileSync(file, '')
  const command = `ssox ${words} 2>'${file}'`
  const run = await runIn(home, ['script', '-qec', command, '/dev/null'], {
    env: { ...home.env, ...env },
  })
  return { status: run.status, screen: run.stdout, stderr: readFileSync(file, 'utf8') }
}
