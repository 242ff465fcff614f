import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { inSandbox, listing, releaseFolder, type Sandbox } from './sandbox.ts'

suite('update in place', (test) => {
  test('replaces program and hooks, says which version, leaves nothing old', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      writeFileSync(sandbox.path('.local/lib/ssox/dist/of-old.js'), '')
      const script = newRelease(sandbox, '0.2.0', 'b')
      appendFileSync(join(sandbox.root, '0.2.0', 'shell', 'ssox.bash'), '# new\n')
      const run = await sandbox.install(['--yes'], { script })
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /^ssox 0\.2\.0\n/)
      assert.match(run.stdout, /lib\/ssox \(replaces 0\.1\.0\)/)
      assert.match(sandbox.read('.local/lib/ssox/package.json'), '"version": "0.2.0"')
      assert.not.ok(existsSync(sandbox.path('.local/lib/ssox/dist/of-old.js')))
      assert.match(sandbox.read('.local/share/ssox/shell/ssox.bash'), /# new\n$/)
      assert.equal(readdirSync(sandbox.path('.local/lib')), ['ssox'])
      assert.equal(readdirSync(sandbox.path('.local/bin')), ['ssox'])
    }))

  test("the last version's chunks stay for the programs that run, older ones go", () =>
    inSandbox(async (sandbox) => {
      const chunks = () =>
        readdirSync(sandbox.path('.local/lib/ssox/dist')).filter((name) => /^chunk-OWN/.test(name))
      for (const [version, id, expected] of [
        ['0.2.0', 'A', ['chunk-OWNA.js']],
        ['0.3.0', 'B', ['chunk-OWNA.js', 'chunk-OWNB.js']],
        ['0.4.0', 'C', ['chunk-OWNB.js', 'chunk-OWNC.js']],
        ['0.5.0', 'C', ['chunk-OWNC.js']],
      ] as const) {
        const run = await sandbox.install(['--yes'], { script: newRelease(sandbox, version, id) })
        assert.is(run.status, 0, told(run))
        assert.equal(chunks(), expected, version)
      }
    }))

  test('ssox works at every moment of many updates', () =>
    inSandbox(async (sandbox) => {
      const script = newRelease(sandbox, '0.2.0', 'A')
      await sandbox.install(['--yes'])
      sandbox.write(
        '.aws/config',
        '[profile dev]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=x\n',
      )
      let updating = true
      let runs = 0
      const use = async () => {
        while (updating) {
          const run = await sandbox.run([sandbox.path('.local/bin/ssox'), 'list', '--names'])
          assert.is(run.stdout, 'dev\n', told(run))
          runs++
        }
      }
      const update = async () => {
        try {
          for (let at = 0; at < 8; at++) {
            const run = await sandbox.install(['--yes'], at % 2 === 0 ? { script } : {})
            assert.is(run.status, 0, told(run))
          }
        } finally {
          updating = false
        }
      }
      await Promise.all([use(), use(), update()])
      assert.ok(runs > 8, `${runs} runs`)
    }))

  test('two at the same time leave one whole installation and one block', () =>
    inSandbox(async (sandbox) => {
      const other = newRelease(sandbox, '0.2.0', 'A')
      await sandbox.install(['--yes'])
      const both = await Promise.all([
        sandbox.install(['--yes']),
        sandbox.install(['--yes'], { script: other }),
      ])
      for (const run of both) assert.is(run.status, 0, told(run))
      const version = await sandbox.run([sandbox.path('.local/bin/ssox'), 'list', '--names'])
      assert.is(version.status, 0, told(version))
      assert.is(sandbox.read('.bashrc').split('# >>> ssox >>>').length, 2)
      assert.equal(readdirSync(sandbox.path('.local/lib')), ['ssox'])
    }))

  test('from the installed copy itself, when the clone is gone', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      rmSync(sandbox.path('.local/share/ssox/shell/ssox.bash'))
      const script = sandbox.path('.local/lib/ssox/install.sh')
      const run = await sandbox.install(['--yes'], { script })
      assert.is(run.status, 0, told(run))
      assert.match(sandbox.read('.local/share/ssox/shell/ssox.bash'), 'awsuse')
    }))

  test('a release that is not whole leaves the installed one alone', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      const script = newRelease(sandbox, '0.2.0', 'A')
      const left = listing(sandbox.home)
      rmSync(join(sandbox.root, '0.2.0', 'dist', 'program.cjs'))
      const half = await sandbox.install(['--yes'], { script })
      assert.is(half.status, 1, told(half))
      assert.match(half.stderr, /^install\.sh: there is no dist\/program\.cjs in /)
      assert.equal(listing(sandbox.home), left)
      rmSync(join(sandbox.root, '0.2.0', 'shell'), { recursive: true })
      const run = await sandbox.install(['--yes'], { script })
      assert.is(run.status, 1, told(run))
      assert.match(run.stderr, /^install\.sh: this is neither a clone nor an unpacked release/)
      const version = await sandbox.run([sandbox.path('.local/bin/ssox'), '--version'])
      assert.is(version.stdout, '0.1.0\n', told(version))
      assert.equal(readdirSync(sandbox.path('.local/lib')), ['ssox'])
    }))
})

suite('from the first installer, a shell script', (test) => {
  const blocks = {
    '.bashrc': ['a=1', firstBlock('bash', 'the line above had no line break')],
    '.zshrc': ['', firstBlock('zsh', 'this file was new')],
  } as const
  const names = Object.keys(blocks)

  for (const [title, update] of [
    ['updated, then removed', true],
    ['removed at once', false],
  ] as const)
    test(`${title}: every trace goes`, () =>
      inSandbox(async (sandbox) => {
        sandbox.write('.bashrc', 'a=1')
        const before = listing(sandbox.home)
        layOut(sandbox)
        for (const [name, [text, block]] of Object.entries(blocks))
          sandbox.write(name, (text && `${text}\n`) + block)
        if (update) {
          const installed = names.map((name) => sandbox.read(name))
          const run = await sandbox.install(['--yes', '--shell', 'bash,zsh'])
          assert.is(run.status, 0, told(run))
          assert.match(run.stdout, /lib\/ssox \(replaces 0\.0\.9\)/)
          // They are the same blocks, so there is nothing to ask about.
          assert.equal(
            names.map((name) => sandbox.read(name)),
            installed,
          )
          const version = await sandbox.run([sandbox.path('.local/bin/ssox'), '--version'])
          assert.is(version.stdout, '0.1.0\n', told(version))
          assert.not.ok(existsSync(sandbox.path('.local/lib/ssox/dist/of-old.js')))
          assert.ok(existsSync(sandbox.path('.local/lib/ssox/dist/chunk-OLD.js')))
        }
        const removed = await sandbox.install(['--uninstall'])
        assert.is(removed.status, 0, told(removed))
        assert.equal(listing(sandbox.home), before)
      }))
})

/** What the shell script left behind in its last version, but for the lines in start-up files. */
function layOut({ path, write }: Sandbox): void {
  const lib = '.local/lib/ssox'
  for (const name of ['dist/main.cjs', 'dist/of-old.js', 'dist/chunk-OLD.js', 'shell/ssox.bash'])
    write(`${lib}/${name}`, '')
  write(`${lib}/install.sh`, '')
  write(`${lib}/package.json`, '{\n  "name": "ssox",\n  "version": "0.0.9"\n}\n')
  const folders = ['', '/bin', '/lib', '/share', '/share/ssox', '/share/ssox/shell']
  const manifest = [
    'chunk chunk-OLD.js',
    ...folders.map((name) => `folder ${path('.local')}${name}`),
    `hooks ${path('.local/share/ssox/shell')}`,
    ...['.bashrc', '.zshrc'].map((name) => `start-up ${path(name)}`),
  ]
  write(`${lib}/manifest`, manifest.map((line) => `${line}\n`).join(''))
  const mark = '# Written by the install.sh of ssox, which also removes it: sh x --uninstall'
  write('.local/bin/ssox', `#!/bin/sh\n${mark}\nexit 1\n`, 0o755)
  for (const name of ['ssox.bash', 'ssox.zsh', 'ssox.fish', 'ssox.ps1'])
    write(`.local/share/ssox/shell/${name}`, '')
  write('.local/share/ssox/shell/prefix', `${path('.local')}\n`)
}

function firstBlock(shell: string, note: string): string {
  const hook = `"$HOME/.local/share/ssox/shell/ssox.${shell}"`
  return `# >>> ssox >>>
# install.sh: ${note}
case ":$PATH:" in *:"$HOME/.local/bin":*) ;; *) export PATH="$PATH":"$HOME/.local/bin" ;; esac
if [ -r ${hook} ]; then . ${hook}; fi
# <<< ssox <<<
`
}

/** A release of another version, with a chunk of its own; returns its install.sh. */
function newRelease(sandbox: Sandbox, version: string, id: string): string {
  const folder = join(sandbox.root, version)
  cpSync(releaseFolder(), folder, { recursive: true })
  writeFileSync(join(folder, 'dist', `chunk-OWN${id}.js`), '')
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8')
  writeFileSync(
    join(folder, 'package.json'),
    manifest.replace(/"version": "[^"]*"/, `"version": "${version}"`),
  )
  return join(folder, 'install.sh')
}
