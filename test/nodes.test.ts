/**
 * The built program under every Node it promises, but the one that runs all tests. `SSOX_NODES` names
 * the binaries, separated by colons (npm's package `node` ships them); CI installs them.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { program, signIn, withHome } from './support/home.ts'
import { SLOW_TEST_MS } from './support/machine.ts'
import { assert, suite } from './support/suite.ts'

const binaries = (process.env['SSOX_NODES'] ?? '').split(':').filter((path) => path !== '')

suite('every promised Node', (test) => {
  if (binaries.length === 0)
    test.skip('Node 20.8, 22, 24 and 26', 'SSOX_NODES names no other Node than the one running')
  for (const binary of binaries) {
    const version = execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim()

    test(
      `${version}: the tour of the demo reaches its end and no warning is printed`,
      () => {
        const output = execFileSync(binary, [program, 'demo', '--script'], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        })
        assert.match(output, /Done: 1 sign-in, \d+ sets of role credentials/)
        assert.not.match(output, /Warning/i)
      },
      SLOW_TEST_MS,
    )

    test(`${version}: sign-in, warm and full env, refresh, role chain and failure`, () =>
      withHome(async (home) => {
        const ssox = (words: string[]) => home.ssox(words, {}, binary)
        await signIn(home)
        const first = await ssox(['env', 'dev', '--shell', 'bash'])
        assert.is(first.status, 0, first.stderr)
        assert.is(first.stderr, '')
        const warm = await ssox(['env', 'dev', '--shell', 'bash'])
        assert.equal(warm, first, 'the fast path prints the same')
        assert.is((await ssox(['env', 'deploy', '--shell', 'sh', '--refresh'])).status, 0)
        const unknown = await ssox(['env', 'nope', '--shell', 'bash'])
        assert.is(unknown.status, 3)
        assert.is(unknown.stdout, 'false\n')
      }))

    if (version.startsWith('v20.8.'))
      test(`${version}: does not build a clone, and says which one does`, () => {
        const build = fileURLToPath(new URL('../build.mjs', import.meta.url))
        const { status, stderr } = spawnSync(binary, [build], { encoding: 'utf8' })
        assert.is(stderr, `building ssox needs Node 20.19 or later, and this is ${version}\n`)
        assert.is(status, 1)
      })
  }
})
