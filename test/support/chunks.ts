/** What is in the files of the build, as `build.mjs` has noted it. */
import { readFileSync } from 'node:fs'

export interface Chunk {
  readonly fileName: string
  /** Paths of the sources inside, from the root of the repository. */
  readonly modules: readonly string[]
  /** What is loaded with it: names of other files, or of parts of Node. */
  readonly imports: readonly string[]
}

/** Every file of the build. */
export const chunks = JSON.parse(
  readFileSync(new URL('../../build/chunks.json', import.meta.url), 'utf8'),
) as readonly Chunk[]

/**
 * The files, the sources and the parts of Node that are loaded together with a file of the build, or with the
 * file that holds a source; what is loaded on demand is not. Throws when there is no such file.
 */
export function loadedWith(first: string) {
  const modules = new Set<string>()
  const builtins = new Set<string>()
  const holder = chunks.find((chunk) => chunk.fileName === first || chunk.modules.includes(first))
  if (!holder) throw new Error(`${first} is in no file of the build`)
  const queue = new Set([holder.fileName])
  for (const name of queue) {
    const chunk = chunks.find(({ fileName }) => fileName === name)
    for (const path of chunk?.modules ?? []) modules.add(path)
    for (const next of chunk?.imports ?? [])
      if (chunks.some(({ fileName }) => fileName === next)) queue.add(next)
      else builtins.add(next.replace(/^node:/, ''))
  }
  return { files: queue, modules, builtins, packages: packagesIn(modules) }
}

/** Names of the packages that sources belong to. */
export function packagesIn(paths: Iterable<string>): Set<string> {
  const names = [...paths].flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  )
  return new Set(names)
}
