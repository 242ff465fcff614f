/** What is built and what is published: who imports what, what is loaded, which files leave here. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { node, program } from './support/home.ts'
import { runIn } from './support/machine.ts'
import { assertSuccess, told } from './support/output.ts'
import { withSignIn } from './support/signed-in.ts'
import { assert, suite } from './support/suite.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (...names: string[]) => readFileSync(join(root, ...names), 'utf8')

/** The parts of esbuild's metafile that are used here. */
interface Output {
  inputs: Record<string, unknown>
  imports: { path: string; kind: string; external?: boolean }[]
}

/** The files of a bundle by name, as esbuild has written them. */
function outputsOf(bundle: 'main' | 'program'): Map<string, Output> {
  const { outputs } = JSON.parse(read('build', `${bundle}.meta.json`)) as {
    outputs: Record<string, Output>
  }
  return new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]))
}

/** Everything that is loaded together with an output; dynamic imports are not. */
function closureOf(outputs: ReadonlyMap<string, Output>, first: string) {
  const inputs = new Set<string>()
  const builtins = new Set<string>()
  const seen = new Set<string>()
  const visit = (name: string) => {
    const output = outputs.get(name)
    if (seen.has(name) || !output) return
    seen.add(name)
    for (const input of Object.keys(output.inputs)) inputs.add(input)
    for (const { path, kind, external } of output.imports) {
      if (kind === 'dynamic-import') continue
      if (external) builtins.add(path.replace(/^node:/, ''))
      else visit(basename(path))
    }
  }
  visit(first)
  return { inputs, builtins, packages: packagesIn(inputs) }
}

function packagesIn(paths: Iterable<string>): Set<string> {
  const names = [...paths].flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  )
  return new Set(names)
}

const isHeavy = (name: string) => /^@(aws-sdk|smithy)\/|^execa$/.test(name)

suite('the bundles', (test) => {
  test('the entry holds the fast path alone: no package, and of Node the file system', () => {
    const { inputs, builtins, packages } = closureOf(outputsOf('main'), 'main.cjs')
    assert.ok(inputs.has('src/switch/print.ts'))
    assert.equal([...packages], [])
    assert.equal([...builtins].sort(), ['fs'])
  })

  test('the program begins without an SDK and without execa', () => {
    const { inputs, packages } = closureOf(outputsOf('program'), 'program.js')
    assert.ok(inputs.has('src/program.ts'))
    assert.ok(packages.size > 0)
    assert.equal([...packages].filter(isHeavy), [])
  })

  test('the verbs that need not ask AWS begin without an SDK too', () => {
    const outputs = outputsOf('program')
    for (const verb of ['env', 'login', 'status', 'list', 'init']) {
      const chunk = [...outputs].find(([, { inputs }]) => `src/commands/${verb}.ts` in inputs)?.[0]
      const { inputs, packages } = closureOf(outputs, chunk ?? '')
      assert.ok(inputs.size > 0, verb)
      assert.equal([...packages].filter(isHeavy), [], verb)
    }
    const all = packagesIn([...outputs.values()].flatMap(({ inputs }) => Object.keys(inputs)))
    assert.ok([...all].some(isHeavy), 'no chunk has an SDK: this test looks for the wrong names')
  })

  test('the entry is small, and no file knows where it was built', () => {
    assert.ok(statSync(program).size <= 10 * 1024, `${statSync(program).size} bytes`)
    assert.match(readFileSync(program, 'utf8').slice(0, 30), /^#!\/usr\/bin\/env node\n/)
    for (const name of readdirSync(join(root, 'dist')))
      assert.not.ok(read('dist', name).includes(root), name)
  })
})

suite('a warm env', (test) => {
  test('loads no cryptography, no terminal, no network and no processes', () =>
    withSignIn(async (home) => {
      assertSuccess(await home.ssox(['env', 'dev', '--shell', 'bash']))
      const list = join(home.path, 'loaded')
      const hook = join(home.path, 'hook.cjs')
      const empty = join(home.path, 'empty.cjs')
      writeFileSync(
        hook,
        `process.once('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, process.moduleLoadList.join('\\n')))`,
      )
      writeFileSync(empty, '')
      const loadedBy = async (...words: string[]) => {
        const run = await runIn(home, [node, '-r', hook, ...words])
        assertSuccess(run)
        return { run, names: new Set(readFileSync(list, 'utf8').split('\n')) }
      }
      const base = await loadedBy(empty)
      const warm = await loadedBy(program, 'env', 'dev', '--shell', 'bash')
      assert.match(warm.run.stdout, 'AWS_SECRET_ACCESS_KEY', told(warm.run))
      const more = [...warm.names].filter((name) => !base.names.has(name))
      const unwanted = /\b(crypto|tls|tty|net|http|https|http2|dns|dgram|child_process|inspector)\b/
      assert.equal(
        more.filter((name) => unwanted.test(name)),
        [],
      )
      const full = await loadedBy(program, 'status')
      assert.ok(full.names.size > warm.names.size, 'the list shows no difference at all')
    }))
})

suite('the package', (test) => {
  const manifest = JSON.parse(read('package.json')) as Record<string, unknown>

  test('needs no other package to run, and runs nothing when it is installed', () => {
    for (const field of ['dependencies', 'optionalDependencies', 'peerDependencies'])
      assert.is(manifest[field], undefined, field)
    for (const field of ['bundleDependencies', 'bundledDependencies'])
      assert.is(manifest[field], undefined, field)
    const scripts = Object.keys(manifest['scripts'] as object)
    assert.equal(
      scripts.filter((name) => /^(pre|post)?(install|uninstall)$|^prepare$/.test(name)),
      [],
    )
  })

  test('says which Node it needs, what it is started by, and its licence', () => {
    assert.equal(manifest['engines'], { node: '>=20.19' })
    assert.equal(manifest['bin'], { ssox: 'dist/main.cjs' })
    assert.equal(manifest['exports'], { './package.json': './package.json' })
    assert.is(manifest['license'], 'MIT')
  })

  test('pins every package it is built from, exactly', () => {
    const { devDependencies = {} } = manifest as { devDependencies?: Record<string, string> }
    for (const [name, version] of Object.entries(devDependencies))
      assert.match(version, /^\d+\.\d+\.\d+$/, name)
  })

  test('is built from packages with a checksum; only esbuild runs a script of its own', () => {
    interface Locked {
      integrity?: string
      hasInstallScript?: boolean
      link?: boolean
      resolved?: string
    }
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, Locked>
    }
    const entries = Object.entries(packages).filter(([path]) => path !== '')
    assert.ok(entries.length > 50)
    for (const [path, { integrity, link, resolved }] of entries) {
      assert.match(integrity ?? '', /^sha512-/, path)
      assert.is(link, undefined, path)
      assert.not.match(resolved ?? '', /^(git|file|http:)/, path)
    }
    const scripted = entries.filter(([, { hasInstallScript }]) => hasInstallScript)
    assert.equal(
      scripted.map(([path]) => path),
      ['node_modules/esbuild'],
    )
  })

  test('holds the program, the hooks, the installer and three texts, and nothing else', () => {
    const cache = mkdtempSync(join(tmpdir(), 'ssox-npm-'))
    try {
      // Without its scripts: `prepack` would build again under the other tests.
      const words = ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline']
      const packed = spawnSync('npm', words, {
        cwd: root,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: cache, npm_config_update_notifier: 'false' },
      })
      assert.is(packed.status, 0, packed.stderr)
      type Packed = { files: { path: string }[]; size: number }
      // An array, or from npm 11 on an object by package name.
      const [only] = Object.values(JSON.parse(packed.stdout) as Record<string, Packed>)
      const { files = [], size = Number.NaN } = only ?? {}
      const paths = files.map(({ path }) => path)
      const allowed =
        /^(dist\/(main\.cjs|program\.js|chunk-[A-Z0-9]{8}\.js|LICENSES\.txt)|shell\/(ssox\.\w+|completion\.tsv)|README\.md|LICENSE|CHANGELOG\.md|install\.sh|package\.json)$/
      assert.equal(
        paths.filter((path) => !allowed.test(path)),
        [],
      )
      for (const path of ['dist/main.cjs', 'dist/program.js', 'LICENSE', 'package.json'])
        assert.ok(paths.includes(path), path)
      assert.ok(size < 700 * 1024, `${size} bytes packed`)
    } finally {
      rmSync(cache, { recursive: true, force: true })
    }
  })

  test('names the licence of every package that is bundled', () => {
    const licences = read('dist', 'LICENSES.txt')
    const outputs = [...outputsOf('main').values(), ...outputsOf('program').values()]
    const packages = packagesIn(outputs.flatMap(({ inputs }) => Object.keys(inputs)))
    assert.ok(packages.size > 10)
    for (const name of packages)
      assert.ok(licences.includes(`\n${name} `), `the licence of ${name} is missing`)
  })
})
