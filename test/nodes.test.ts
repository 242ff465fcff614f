/**
 * The built program under every Node it promises. `SSOX_NODES` names the binaries, separated by
 * colons (npm's package `node` ships them); CI installs 22, 24 and 26 beside the floor it runs on.
 */
import { execFileSync } from 'node:child_process'
import { node, program, signIn, withHome } from './support/home.ts'
import { assert, suite } from './support/suite.ts'

const binaries = (process.env['SSOX_NODES'] ?? '').split(':').filter((path) => path !== '')

suite('every promised Node', (test) => {
  if (binaries.length === 0)
    test.skip('Node 22, 24 and 26', 'SSOX_NODES names no other Node than the one running')
  for (const binary of [node, ...binaries]) {
    const version = execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim()

    test(`${version}: the tour of the demo reaches its end and no warning is printed`, () => {
      const output = execFileSync(binary, [program, 'demo', '--script'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      assert.match(output, /Done: 1 sign-in, \d+ sets of role credentials/)
      assert.not.match(output, /Warning/i)
    })

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
  }
})
