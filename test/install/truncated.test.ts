import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testIn } from '../support/in-shell.ts'
import { needing } from '../support/machine.ts'
import { assert, suite } from '../support/suite.ts'
import { inSandbox, listing, releaseFolder, tree } from './sandbox.ts'

const text = readFileSync(join(tree, 'install.sh'))
/** Every 200 bytes, every byte near both ends, every end of a line; never the whole. */
const cuts = [...text.keys()].filter(
  (at) =>
    at < text.length - 1 &&
    (at % 200 === 0 || at < 300 || at > text.length - 200 || text[at - 1] === 10),
)

suite('half a download of install.sh', (test) => {
  for (const [name, words] of [
    ['dash', ['dash', '-s', '--']],
    ['bash', ['bash', '-s', '--']],
  ] as const)
    testIn(test, name, `does nothing at all, wherever it was cut`, () =>
      inSandbox(async (sandbox) => {
        const before = listing(sandbox.root)
        const [shell, ...args] = words
        // bash takes longer; some of the places are enough for it.
        for (const at of cuts.filter((_, index) => name === 'dash' || index % 5 === 0)) {
          const run = spawnSync(shell, [...args, '--yes'], {
            cwd: releaseFolder(),
            env: sandbox.env,
            input: text.subarray(0, at),
            encoding: 'utf8',
            timeout: 30_000,
          })
          assert.is(run.stdout, '', `cut at ${at}`)
          if (isInGroup(at)) assert.is(run.status, 2, `cut at ${at}: ${run.stderr}`)
        }
        assert.equal(listing(sandbox.root), before)
      }),
    )

  test('the whole of it through a pipe installs', () =>
    inSandbox(async (sandbox) => {
      const run = await sandbox.run(['sh', '-s', '--', '--yes'], {
        cwd: releaseFolder(),
        input: text,
      })
      assert.is(run.status, 0, run.stderr)
      assert.ok(listing(sandbox.home).some((line) => line.startsWith('.local/bin/ssox ')))
    }))

  test('without its folder it says where it has to be run', () =>
    inSandbox(async (sandbox) => {
      const run = await sandbox.run(['sh', '-s', '--', '--yes'], { input: text })
      assert.is(run.status, 1)
      assert.match(
        run.stderr,
        /^install\.sh: this is neither a clone nor an unpacked release of ssox\n/,
      )
      assert.equal(listing(sandbox.home), [])
    }))
})

suite('shellcheck', (test) => {
  const declare = needing(test, ['shellcheck'])

  declare('has nothing to say about install.sh and what it reads', () => {
    const scripts = ['install.sh', 'shell/find-node.sh'].map((name) => join(tree, name))
    const run = spawnSync('shellcheck', ['--shell=sh', ...scripts], {
      encoding: 'utf8',
    })
    assert.is(run.stdout, '')
    assert.is(run.status, 0, run.stderr)
  })

  declare('has nothing to say about the launcher', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      const folder = mkdtempSync(join(tmpdir(), 'ssox-launcher-'))
      try {
        writeFileSync(join(folder, 'ssox'), sandbox.read('.local/bin/ssox'))
        const run = spawnSync('shellcheck', [join(folder, 'ssox')], { encoding: 'utf8' })
        assert.is(run.stdout, '')
        assert.is(run.status, 0, run.stderr)
      } finally {
        rmSync(folder, { recursive: true })
      }
    }),
  )
})

/** True once the group has begun that the shell must read to its end. */
function isInGroup(at: number): boolean {
  return at > text.indexOf('\n{ ') + 2
}
