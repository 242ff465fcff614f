/** `<prefix>/bin/ssox`: starts the program with the Node that it was installed with. Pure. */
import { sh } from '../shells/posix.ts'

/** The beginning of the line by which a launcher is known to be ours. */
export const LAUNCHER_MARK = '# Written by the install.sh of ssox'

/**
 * The text of the launcher, POSIX sh.
 * @param template `shell/ssox.sh`
 * @param paths.node absolute path of a Node that stays where it is
 * @param paths.script `dist/main.cjs` of the installed program
 */
export function launcherText(
  template: string,
  { node, script }: { readonly node: string; readonly script: string },
): string {
  const uninstaller = script.replace(/\/dist\/main\.cjs$/, '/install.sh')
  const words: Readonly<Record<string, string>> = { node, program: script, uninstaller }
  return template.replace(/@(node|program|uninstaller)@/g, (_, name) => sh.quote(words[name] ?? ''))
}

/**
 * The path of Node that outlives this terminal and an update of Node.
 * @param found where it was found
 * @param execPath what it says of itself, without links
 */
export function stableNode(
  found: string,
  execPath: string,
  exists: (path: string) => boolean,
): string {
  const isStable =
    /^\/(usr\/(local\/)?bin|opt\/.*\/bin|nix|snap|run\/current-system)\/|\/\.nix-profile\//
  // What fnm puts on PATH ends with the terminal; shims (volta, mise, asdf) look at the folder.
  const path = isStable.test(found) ? found : execPath
  // Homebrew's folders carry the version; its opt/ links do not.
  const [, brew, keg] = /^(.*)\/Cellar\/([^/]+)\/.*\/bin\/node$/.exec(path) ?? []
  const link = `${brew}/opt/${keg}/bin/node`
  return keg && exists(link) ? link : path
}
