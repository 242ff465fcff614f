import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { copyRelease, inSandbox, listing, releaseFolder, type Sandbox, tree } from './sandbox.ts'

const EARLIER = new Date('2020-01-01T00:00:00Z')

suite('installed from', (test) => {
  test('a release tarball, unpacked in a folder with blanks', () =>
    inSandbox(async (sandbox) => {
      const folder = join(sandbox.root, 'un packed')
      mkdirSync(folder)
      // --ignore-scripts: the program is built already, and others may be using it.
      const packed = await sandbox.run(
        ['npm', 'pack', '--ignore-scripts', '--pack-destination', folder],
        {
          cwd: tree,
        },
      )
      assert.is(packed.status, 0, told(packed))
      await sandbox.run(['sh', '-c', 'tar -xzf *.tgz && rm *.tgz'], { cwd: folder })
      // As long as a hook is not in the tree, a stand-in is.
      cpSync(join(releaseFolder(), 'shell'), join(folder, 'package', 'shell'), { recursive: true })
      const unpacked = listing(folder)
      sandbox.write('.bashrc', 'a=1')
      const run = await sandbox.run(['./install.sh', '--yes'], { cwd: join(folder, 'package') })
      assert.is(run.status, 0, told(run))
      assert.equal(listing(folder), unpacked, 'nothing is built there')
      const version = await sandbox.run([sandbox.path('.local/bin/ssox'), '--version'])
      assert.is(version.stdout, '0.1.0\n', told(version))
      assert.match(sandbox.read('.local/lib/ssox/dist/LICENSES.txt'), '@aws-sdk/client-sso')
    }))

  test('a clone without dist/: packages without their scripts, then the build', () =>
    inSandbox(async (sandbox) => {
      const clone = cloneOf(sandbox)
      const run = await clone.install(['--yes'])
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /^ {2}build +npm ci --ignore-scripts, then npm run build, in /m)
      assert.match(clone.npmCalls(), /^ci --ignore-scripts --include=dev .*\nrun --silent build\n$/)
      const version = await sandbox.run([sandbox.path('.local/bin/ssox'), '--version'])
      assert.is(version.stdout, '0.1.0\n', told(version))
    }))

  test('a clone whose dist/ is newer than its sources: no build', () =>
    inSandbox(async (sandbox) => {
      const clone = cloneOf(sandbox)
      await clone.install(['--yes'])
      const again = await clone.install(['--yes'])
      assert.is(again.status, 0, told(again))
      assert.is(clone.npmCalls().split('\n').length, 3)
    }))

  test('a clone whose sources, or build script, are newer: built again', () =>
    inSandbox(async (sandbox) => {
      const clone = cloneOf(sandbox)
      await clone.install(['--yes'])
      for (const file of ['src/main.ts', 'build.mjs', 'package.json']) {
        const calls = clone.npmCalls().length
        const later = new Date(Date.now() + 60_000)
        utimesSync(join(clone.folder, file), later, later)
        const run = await clone.install(['--yes'])
        assert.is(run.status, 0, told(run))
        assert.match(clone.npmCalls().slice(calls), /run --silent build\n$/, file)
        utimesSync(join(clone.folder, file), EARLIER, EARLIER)
      }
    }))

  test('a clone with its packages: only the build, by the real npm and bundler', () =>
    inSandbox(async (sandbox) => {
      const clone = cloneOf(sandbox)
      symlinkSync(join(tree, 'node_modules'), join(clone.folder, 'node_modules'))
      utimesSync(join(clone.folder, 'package-lock.json'), EARLIER, EARLIER)
      const run = await sandbox.install(['--yes'], { script: join(clone.folder, 'install.sh') })
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /^ {2}build +npm run build, in /m)
      assert.ok(existsSync(join(clone.folder, 'dist', 'main.cjs')))
      const version = await sandbox.run([sandbox.path('.local/bin/ssox'), '--version'])
      assert.is(version.stdout, '0.1.0\n', told(version))
    }))

  test('a clone that does not build: nothing is installed', () =>
    inSandbox(async (sandbox) => {
      const clone = cloneOf(sandbox)
      writeFileSync(clone.npm, '#!/bin/sh\necho broken >&2\nexit 7\n')
      const run = await clone.install(['--yes'])
      assert.is(run.status, 1, told(run))
      assert.match(
        run.stderr,
        /^broken\ninstall\.sh: the build failed, nothing was installed\n {2}cd /,
      )
      assert.equal(listing(sandbox.home), [])
    }))

  test('a clone in a dry run: the build is announced, not done', () =>
    inSandbox(async (sandbox) => {
      const clone = cloneOf(sandbox)
      const run = await clone.install(['--dry-run'])
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /^ {2}build /m)
      assert.is(clone.npmCalls(), '')
      assert.not.ok(existsSync(join(clone.folder, 'dist')))
    }))

  test('a link to install.sh, and from another folder', () =>
    inSandbox(async (sandbox) => {
      symlinkSync(join(releaseFolder(), 'install.sh'), join(sandbox.root, 'setup'))
      const run = await sandbox.run(['./setup', '--yes'])
      assert.is(run.status, 0, told(run))
    }))
})

/** A clone of this tree without dist/, and an npm that notes its calls and "builds" by copying. */
function cloneOf(sandbox: Sandbox) {
  const folder = join(sandbox.root, 'clone')
  const built = join(sandbox.root, 'built')
  const bin = join(sandbox.root, 'bin')
  copyRelease(folder)
  renameSync(join(folder, 'dist'), built)
  for (const name of ['src', 'build.mjs', 'package-lock.json'])
    cpSync(join(tree, name), join(folder, name), { recursive: true })
  // Copies are as new as the test; a clone is older than what is built from it.
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    utimesSync(join(folder, name), EARLIER, EARLIER)
  const log = join(sandbox.root, 'npm.log')
  writeFileSync(log, '')
  mkdirSync(bin)
  // npm is looked for beside Node, so this needs a Node whose own place is here.
  writeFileSync(
    join(bin, 'node'),
    `#!/bin/sh\n[ "$2" = process.execPath ] && echo "$0" || exec '${process.execPath}' "$@"\n`,
    { mode: 0o755 },
  )
  const npm = join(bin, 'npm')
  writeFileSync(
    npm,
    `#!/bin/sh\necho "$*" >>'${log}'\n[ "$1" = ci ] || { rm -rf dist && cp -R '${built}' dist; }\n`,
    { mode: 0o755 },
  )
  const env = { ...sandbox.env, PATH: `${bin}:${sandbox.env['PATH']}` }
  return {
    folder,
    npm,
    npmCalls: () => readFileSync(log, 'utf8'),
    install: (args: string[]) => sandbox.install(args, { script: join(folder, 'install.sh'), env }),
  }
}
