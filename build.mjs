/**
 * Builds `dist/`: `main.cjs` (the entry with the warm lane), `program.js` with its lazily loaded
 * chunks, and the licences of the packages that are bundled; and
 * `shell/completion.tsv`, which the hooks complete from. May import node: and esbuild only.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

process.chdir(fileURLToPath(new URL('.', import.meta.url)))
const folder = `dist.${process.pid}`

const shared = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20.19',
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
}

const entry = await build({
  ...shared,
  entryPoints: ['src/main.ts'],
  outfile: `${folder}/main.cjs`,
  format: 'cjs',
  external: ['./program.js'],
})

const program = await build({
  ...shared,
  entryPoints: ['src/program.ts'],
  outdir: folder,
  format: 'esm',
  splitting: true,
  chunkNames: 'chunk-[hash]',
  // For the CommonJS packages inside; the long name cannot meet a minified one.
  banner: {
    js: "import{createRequire as __ssoxCreateRequire}from'node:module';const require=__ssoxCreateRequire(import.meta.url);",
  },
})

await build({
  ...shared,
  entryPoints: ['src/cli/completion.ts'],
  outfile: `${folder}/completion.mjs`,
  format: 'esm',
})
const { completionTable } = await import(pathToFileURL(`${folder}/completion.mjs`))
writeFileSync('shell/completion.tsv', completionTable())
rmSync(`${folder}/completion.mjs`)

for (const hook of ['shell/ssox.bash', 'shell/ssox.zsh']) putShared(hook)

writeFileSync(join(folder, 'LICENSES.txt'), licences([entry.metafile, program.metafile]))
mkdirSync('build', { recursive: true })
writeFileSync('build/main.meta.json', JSON.stringify(entry.metafile))
writeFileSync('build/program.meta.json', JSON.stringify(program.metafile))
rmSync('dist', { recursive: true, force: true })
renameSync(folder, 'dist')

/** `shell/shared.sh`, without its heading, between the lines BEGIN and END shared of a hook. */
function putShared(hook) {
  const [, shared] = /^(?:#.*\n)+\n([^]*)$/.exec(readFileSync('shell/shared.sh', 'utf8'))
  const text = readFileSync(hook, 'utf8')
  const begin = text.indexOf('\n', text.indexOf('# BEGIN shared')) + 1
  const made = text.slice(0, begin) + shared + text.slice(text.indexOf('# END shared'))
  if (made !== text) writeFileSync(hook, made)
}

/** The licence texts of every package that one of the bundles holds. */
function licences(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.keys(output.inputs)),
  )
  const roots = inputs.flatMap(
    (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [],
  )
  const texts = [...new Set(roots)].sort().map(licenceOf)
  return `ssox contains these packages:\n\n${texts.join('\n')}`
}

function licenceOf(root) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const file = readdirSync(root).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  const text = file && existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : ''
  return `${name} ${version} (${license})\n\n${text}\n${'-'.repeat(80)}\n`
}
