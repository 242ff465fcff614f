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
import { inSandbox, releaseFolder, type Sandbox } from './sandbox.ts'

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
      rmSync(join(sandbox.root, '0.2.0', 'shell'), { recursive: true })
      const run = await sandbox.install(['--yes'], { script })
      assert.is(run.status, 1, told(run))
      assert.match(run.stderr, /^cp: .*\ninstall\.sh: cannot write /)
      const version = await sandbox.run([sandbox.path('.local/bin/ssox'), '--version'])
      assert.is(version.stdout, '0.1.0\n', told(version))
      assert.equal(readdirSync(sandbox.path('.local/lib')), ['ssox'])
    }))
})

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
