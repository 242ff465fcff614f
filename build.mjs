/**
 * Builds `dist/`, CommonJS throughout (Node loads that faster than modules): `main.cjs` (the entry,
 * on its own), `program.cjs` and `install.cjs` with what only some runs need in files beside them,
 * and the licences of the packages that are bundled; the manual page; and of the hooks what is made:
 * the table that they complete from, and the text that bash and zsh share. May import node: and rolldown only.
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
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('.', import.meta.url)))
// What is built runs on Node 20.8; rolldown does not.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`building ssox needs Node 20.19 or later, and this is ${process.version}\n`)
  process.exit(1)
}
const { rolldown } = await import('rolldown')
/** What scripts, prompts and other programs start all the time. */
const KEYS = ['credential-process', 'env', 'exec']
const TABLES = ['list', 'status']
const folder = `dist.${process.pid}`

/** The entry holds what it needs itself and leaves the rest to the program beside it. */
const programBeside = {
  name: 'program-beside',
  resolveId: (id) =>
    /^\.\/program\.[jt]s$/.test(id) ? { id: './program.cjs', external: true } : undefined,
}

/** ssox hands its own credentials to every client: the SDK's search for others stays out. */
const noProviderChain = {
  name: 'no-provider-chain',
  resolveId: (id) => (id === '@aws-sdk/credential-provider-node' ? `\0${id}` : undefined),
  load: (id) =>
    id === '\0@aws-sdk/credential-provider-node'
      ? "export const defaultProvider = () => async () => { throw new Error('the AWS SDK was given no credentials') }"
      : undefined,
}

/** rolldown loads its helpers with every file; one that calls none needs not open theirs. */
const noIdleHelpers = {
  name: 'no-idle-helpers',
  renderChunk: (code) =>
    code.replace(
      /^const (\w+) = require\("\.\/chunk-rolldown-runtime[^"]*"\);$(?![\s\S]*\b\1\b)/m,
      '',
    ),
}

/** kleur asks stdout whether it is a terminal; ssox decides that itself, and Node is slow to tell. */
const noColourSense = {
  name: 'no-colour-sense',
  transform: {
    filter: { id: /\/kleur\/colors\.mjs$/ },
    handler: (code) => code.replace('process.stdout && process.stdout.isTTY', 'false'),
  },
}

/** What most runs never call takes Node milliseconds to load: it is loaded at its first call. */
const lateBuiltins = {
  name: 'late-builtins',
  resolveId: (id, importer) =>
    /^node:(child_process|crypto|net|timers\/promises|tty)$/.test(id) &&
    importer?.startsWith(resolve('src'))
      ? `\0late-${id}`
      : undefined,
  load: async (id) => {
    if (!id.startsWith('\0late-')) return undefined
    const builtin = id.slice('\0late-'.length)
    // A function that is called with `new` returns what the class makes.
    return Object.entries(await import(builtin))
      .filter(([name, value]) => name !== 'default' && typeof value === 'function')
      .map(([name]) => {
        const late = `require('${builtin}').${name}`
        return `export function ${name}(...args) { return new.target ? new (${late})(...args) : ${late}(...args) }`
      })
      .join('\n')
  },
}

const chunks = [
  ...(await bundle({ main: 'src/main.ts' }, [programBeside])),
  ...(await bundle({ program: 'src/program.ts', install: 'src/install/main.ts' }, [
    lateBuiltins,
    noProviderChain,
    noColourSense,
    noIdleHelpers,
  ])),
]
const { completionTable } = await run('src/cli/completion.ts')
writeFileSync('shell/completion.tsv', completionTable())
const { manPage } = await run('src/help/man.ts')
mkdirSync('man', { recursive: true })
writeFileSync('man/ssox.1', manPage(JSON.parse(readFileSync('package.json', 'utf8')).version))
for (const hook of ['shell/ssox.bash', 'shell/ssox.zsh']) putShared(hook)
writeFileSync(join(folder, 'LICENSES.txt'), licences(chunks))
mkdirSync('build', { recursive: true })
writeFileSync('build/chunks.json', JSON.stringify(chunks))
rmSync('dist', { recursive: true, force: true })
renameSync(folder, 'dist')

/** What a TypeScript file exports. */
async function run(file) {
  const built = await rolldown({ input: file, platform: 'node' })
  const { output } = await built.generate({ format: 'esm' })
  return import(`data:text/javascript,${encodeURIComponent(output[0].code)}`)
}

/** The parts of `shell/shared.sh`, each between its lines BEGIN and END in a hook. */
function putShared(hook) {
  const text = readFileSync(hook, 'utf8')
  const [, ...parts] = readFileSync('shell/shared.sh', 'utf8').split(/^# PART /m)
  const made = parts.reduce((made, part) => {
    const [name, ...lines] = part.trimEnd().split('\n')
    const begin = made.indexOf('\n', made.indexOf(`# BEGIN ${name}`)) + 1
    return `${made.slice(0, begin)}${lines.join('\n')}\n${made.slice(made.indexOf(`# END ${name}`))}`
  }, text)
  if (made !== text) writeFileSync(hook, made)
}

/** Writes the files of some entries; returns them, with the modules inside and what they load. */
async function bundle(input, plugins) {
  const built = await rolldown({
    input,
    platform: 'node',
    // Of a module, only what is used is kept; of CommonJS, all.
    resolve: { mainFields: ['module', 'main'] },
    transform: { target: 'node20.8' },
    plugins,
    onLog: (_, { message }) => {
      throw new Error(message)
    },
  })
  const { output } = await built.write({
    dir: folder,
    format: 'cjs',
    minify: true,
    charset: 'ascii',
    comments: false,
    // A real `import()` costs 7 ms more than the `require` it becomes.
    dynamicImportInCjs: false,
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunk-[name]-[hash].cjs',
    codeSplitting: { groups: together() },
  })
  return output.map(({ fileName, code, modules, imports, dynamicImports }) => ({
    fileName,
    modules: Object.keys(modules)
      .filter((id) => modules[id].renderedLength > 0)
      .map((id) => relative('.', id)),
    // Nothing is left of one that nothing is taken from.
    imports: imports.filter((name) => code.includes(name)),
    dynamicImports,
  }))
}

/**
 * Which modules are in one file: what every run loads, what any of KEYS loads, what any of TABLES
 * does. The first group that has a module keeps it; each verb stays on its own.
 */
function together() {
  const verbs = (names) => names.map((verb) => `src/commands/${verb}.ts`)
  const groups = { start: ['src/program.ts'], keys: verbs(KEYS), tables: verbs(TABLES) }
  return Object.entries(groups).map(([name, paths], at, all) => {
    let found
    const holds = (id, graph) => {
      found ??= loadedWith(paths, graph)
      return found.has(id) && !id.startsWith(resolve('src/commands'))
    }
    return {
      name: (id, graph) => (holds(id, graph) ? name : null),
      debugName: name,
      priority: all.length - at,
    }
  })
}

/** Some modules and all that they import, without what they load on demand. */
function loadedWith(paths, graph) {
  const found = new Set(paths.map((path) => resolve(path)))
  for (const id of found)
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) found.add(imported)
  return found
}

/** The licence texts of every package that one of the bundles holds. */
function licences(bundles) {
  const roots = bundles
    .flatMap(({ modules }) => modules)
    .flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [])
  const texts = [...new Set(roots)].sort().map(licenceOf)
  return `ssox contains these packages:\n\n${texts.join('\n')}`
}

function licenceOf(root) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const file = readdirSync(root).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  const text = file && existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : ''
  return `${name} ${version} (${license})\n\n${text}\n${'-'.repeat(80)}\n`
}
