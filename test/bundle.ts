/** One build of the test files: tsx takes half a second to read what each of them imports. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { builtName } from './support/own-process.ts'

const TESTS = fileURLToPath(new URL('.', import.meta.url))

/**
 * Builds test files, and what they start as processes, into a folder; resolves to the built file of each.
 * @throws Error for a file that cannot be read as TypeScript
 */
export async function bundleTests(
  files: readonly string[],
  folder: string,
): Promise<(file: string) => string> {
  const started = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.process.ts'))
    .map((name) => join(TESTS, name))
  const built = await rolldown({
    input: Object.fromEntries([...files, ...started].map((file) => [builtName(file), file])),
    platform: 'node',
    // Packages are loaded as ever, but for uvu, which must come after defer.ts, and execa, whose 200
    // files take a tenth of a second in each test file.
    external: (id, importer) =>
      /^[^./]/.test(id) &&
      !/^(?:uvu|execa)(?:\/|$)/.test(id) &&
      (id.startsWith('node:') || !importer?.includes('/node_modules/')),
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
  return (file) => join(folder, `${builtName(file)}.mjs`)
}
