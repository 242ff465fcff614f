/** Where the shell hooks are: installed, or in the package that is running. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Env, type Paths, xdgFolder } from './paths.ts'

/** `$XDG_DATA_HOME/ssox/shell`, where an installation puts the hooks. */
export function installedHookFolder(env: Env, { home }: Pick<Paths, 'home'>): string {
  return join(xdgFolder(env, home, 'XDG_DATA_HOME', '.local/share'), 'ssox', 'shell')
}

/**
 * The installed hooks, else `shell/` beside the running `dist/`. The installed ones first: they keep
 * their place when Node or the package moves.
 */
export function hookFolder(env: Env, paths: Pick<Paths, 'home'>): string {
  const installed = installedHookFolder(env, paths)
  return existsSync(join(installed, 'ssox.bash'))
    ? installed
    : fileURLToPath(new URL('../shell', import.meta.url))
}
