/** TypeScript that runs in a process of its own, `*.process.ts`: built with the tests (test/bundle.ts). */
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const TESTS = fileURLToPath(new URL('..', import.meta.url))

/** The name of a built file, without an extension. */
export function builtName(file: string): string {
  return relative(TESTS, file).replace(/\.ts$/, '').replace(/[/\\]/g, '-')
}

/** Words behind `node` that run such a file: as it is built, or through tsx where nothing is. */
export function wordsFor(file: string): string[] {
  const build = process.env['SSOX_TEST_BUILD']
  return build ? [join(build, `${builtName(file)}.mjs`)] : ['--import', 'tsx', file]
}
