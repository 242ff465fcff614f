/** What is built and what is published: who imports what, what is loaded, which files leave here. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chunks, loadedWith, packagesIn } from './support/chunks.ts'
import { node, program } from './support/home.ts'
import { runIn } from './support/machine.ts'
import { assertSuccess, told } from './support/output.ts'
import { withSignIn } from './support/signed-in.ts'
import { assert, suite } from './support/suite.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (...names: string[]) => readFileSync(join(root, ...names), 'utf8')

/** Node takes 0.04 ms for each KB (Node 20, 2026): see `npm run bench`. */
const MAX_BYTES = 155 * 1024

/** It is in the package, but not loaded with the others. */
function assertLate(path: string, loaded: ReadonlySet<string>): void {
  assert.ok(
    chunks.some(({ modules }) => modules.includes(path)),
    `there is no ${path}`,
  )
  assert.not(loaded.has(path), path)
}

const isHeavy = (name: string) => /^@(aws-sdk|smithy)\/|^execa$/.test(name)

suite('the bundles', (test) => {
  test('the entry holds the fast path alone: no package, and of Node the file system', () => {
    const { modules, builtins, packages } = loadedWith('main.cjs')
    assert.ok(modules.has('src/switch/print.ts'))
    assert.equal([...packages], [])
    assert.equal([...builtins].sort(), ['fs'])
  })

  test('the program begins without an SDK, and without what only help, mistakes or settings need', () => {
    const { modules, packages } = loadedWith('program.cjs')
    assert.ok(modules.has('src/program.ts'))
    assert.equal([...packages].sort(), ['cac', 'kleur'])
    for (const path of [
      'src/cli/flag-text.ts',
      'src/cli/help.ts',
      'src/cli/mistakes.ts',
      'src/cli/verb-text.ts',
      'src/settings/read.ts',
      'src/text/suggest.ts',
      'src/text/width.ts',
    ])
      assertLate(path, modules)
    assert.equal(
      [...modules].filter((path) => path.startsWith('src/demo/')),
      [],
    )
  })

  test('a verb begins without an SDK too, from as few files as can be', () => {
    for (const { modules, fileName } of chunks.filter(({ fileName }) => fileName !== 'main.cjs'))
      for (const verb of modules.filter((path) => path.startsWith('src/commands/')))
        assert.equal([...loadedWith(verb).packages].filter(isHeavy), [], `${verb} in ${fileName}`)
    for (const [verb, groups] of [
      ['credential-process', 'keys start'],
      ['env', 'keys start'],
      ['exec', 'keys start'],
      ['list', 'keys start tables'],
      ['status', 'keys start tables'],
    ] as const) {
      const { files } = loadedWith(`src/commands/${verb}.ts`)
      const others = [...files].slice(1).map((name) => name.replace(/^chunk-|-.{8}\.cjs$/g, ''))
      assert.is(others.sort().join(' '), groups, verb)
    }
    const all = packagesIn(chunks.flatMap(({ modules }) => modules))
    assert.ok([...all].some(isHeavy), 'no file has an SDK: this test looks for the wrong names')
  })

  test('a verb that hands out keys begins without what only a miss of the cache needs', () => {
    for (const verb of ['credential-process', 'env', 'exec']) {
      const { files, modules } = loadedWith(`src/commands/${verb}.ts`)
      for (const path of [
        'src/auth/ensure-token.ts',
        'src/auth/role-from-aws.ts',
        'src/auth/service-error.ts',
        'src/aws/endpoint.ts',
        'src/state/token-cache.ts',
        'src/system/lock.ts',
        'src/text/width.ts',
      ])
        assertLate(path, modules)
      const all = new Set([...files, ...loadedWith('program.cjs').files, 'main.cjs'])
      const bytes = [...all].reduce((sum, name) => sum + statSync(join(root, 'dist', name)).size, 0)
      assert.ok(bytes <= MAX_BYTES, `${verb} loads ${bytes} bytes`)
    }
  })

  test("the SDK's own search for credentials is not inside", () => {
    const all = [...packagesIn(chunks.flatMap(({ modules }) => modules))]
    assert.ok(all.includes('@aws-sdk/client-sts'))
    assert.equal(
      all.filter((name) =>
        /^@aws-sdk\/(credential-provider-(node|ini|sso|process|login)|token-providers|nested-)/.test(
          name,
        ),
      ),
      [],
    )
  })

  test('the entry is small, and no file knows where it was built', () => {
    assert.ok(statSync(program).size <= 10 * 1024, `${statSync(program).size} bytes`)
    assert.match(readFileSync(program, 'utf8').slice(0, 30), /^#!\/usr\/bin\/env node\n/)
    for (const name of readdirSync(join(root, 'dist')))
      assert.not.ok(read('dist', name).includes(root), name)
  })
})

suite('of Node, env', (test) => {
  const unwanted =
    /\b(crypto|tls|tty|net|http|https|http2|dns|dgram|child_process|inspector|perf_hooks|stream)\b/

  test('loads no cryptography, clock, terminal, network or process, from the full program too', () =>
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
        return { run, names: readFileSync(list, 'utf8').split('\n') }
      }
      const base = new Set((await loadedBy(empty)).names)
      const more = async (...words: string[]) => {
        const { run, names } = await loadedBy(program, ...words)
        return { run, names: names.filter((name) => !base.has(name)) }
      }
      const warm = await more('env', 'dev', '--shell', 'bash')
      const full = await more('env', 'dev', '--shell', 'bash', '-q')
      for (const { run, names } of [warm, full]) {
        assert.match(run.stdout, 'AWS_SECRET_ACCESS_KEY', told(run))
        assert.equal(
          names.filter((name) => unwanted.test(name)),
          [],
        )
      }
      assert.ok(full.names.length > warm.names.length, 'the list shows no difference at all')
      const exec = await more('exec', 'dev', '--', 'true')
      assert.ok(exec.names.some((name) => unwanted.test(name)))
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
    assert.equal(manifest['engines'], { node: '>=20.8' })
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

  test('holds the program, the hooks, the installer, the manual and three texts, and nothing else', () => {
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
        /^(dist\/((main|program|install)\.cjs|chunk-[\w-]+\.cjs|LICENSES\.txt)|shell\/(ssox\.\w+|shared\.sh|use_ssox\.sh|completion\.tsv|find-node\.sh)|man\/ssox\.1|README\.md|LICENSE|CHANGELOG\.md|install\.sh|package\.json)$/
      assert.equal(
        paths.filter((path) => !allowed.test(path)),
        [],
      )
      for (const path of [
        'dist/main.cjs',
        'dist/install.cjs',
        'shell/ssox.sh',
        'shell/completion.tsv',
        'shell/use_ssox.sh',
        'man/ssox.1',
      ])
        assert.ok(paths.includes(path), path)
      assert.ok(size < 700 * 1024, `${size} bytes packed`)
    } finally {
      rmSync(cache, { recursive: true, force: true })
    }
  })

  test('names the licence of every package that is bundled', () => {
    const licences = read('dist', 'LICENSES.txt')
    const packages = packagesIn(chunks.flatMap(({ modules }) => modules))
    assert.ok(packages.size > 10)
    for (const name of packages)
      assert.ok(licences.includes(`\n${name} `), `the licence of ${name} is missing`)
  })
})
