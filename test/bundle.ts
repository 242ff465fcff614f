/** One build of the test files: tsx takes half a second to read what each of them imports. */
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

/**
 * Builds test files into a folder; resolves to the built file of each.
 * @throws Error for a file that cannot be read as TypeScript
 */
export async function bundleTests(
  files: readonly string[],
  folder: string,
): Promise<(file: string) => string> {
  const names = new Map(files.map((file, at) => [file, `${at}.mjs`]))
  const built = await rolldown({
    input: Object.fromEntries(files.map((file, at) => [`${at}`, file])),
    platform: 'node',
    // Packages are loaded as ever, but for uvu, which must come after defer.ts.
    external: (id) => /^[^./]/.test(id) && !/^uvu(?:\/|$)/.test(id),
    plugins: [
      {
        name: 'the address of a file is that of its source',
        // Lines stay where they are, so the source map needs no other.
        transform: (code, id) => ({
          code: code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)),
          map: null,
        }),
      },
    ],
  })
  await built.write({
    dir: folder,
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].mjs',
    chunkFileNames: 'chunk-[hash].mjs',
  })
  await built.close()
  return (file) => `${folder}/${names.get(file)}`
}
