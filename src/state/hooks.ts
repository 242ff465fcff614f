/** Where the shell hooks are: installed, or in the package that is running. */
import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Env, Paths } from './paths.ts'

/**
 * `$XDG_DATA_HOME/ssox/shell` once installed, else `shell/` beside the running `dist/`. The
 * installed one first: it keeps its place when Node or the package moves.
 */
export function hookFolder(env: Env, { home }: Pick<Paths, 'home'>): string {
  const data = env['XDG_DATA_HOME']
  const base = data && isAbsolute(data) ? data : join(home, '.local', 'share')
  const installed = join(base, 'ssox', 'shell')
  return existsSync(join(installed, 'ssox.bash'))
    ? installed
    : fileURLToPath(new URL('../shell', import.meta.url))
}
