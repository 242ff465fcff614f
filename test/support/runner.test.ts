import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { assert, suite } from './suite.ts'

const runner = fileURLToPath(new URL('../run.ts', import.meta.url))
const fixtures = fileURLToPath(new URL('../fixtures/runner/', import.meta.url))

function run(folder: string, ...words: string[]) {
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--import', 'tsx', runner, '--root', fixtures + folder, ...words],
    { encoding: 'utf8' },
  )
  return { status, stdout, last: stdout.trimEnd().split('\n').at(-1) }
}

suite('test runner', (test) => {
  const failures: [title: string, folder: string, closing: string, text: string][] = [
    ['a thrown string fails', 'throws-string', '1 passed, 1 failed, 0 skipped', 'plain text'],
    ['a suite that is never run fails', 'forgotten-run', '0 passed, 1 failed, 0 skipped', 'tally'],
    [
      'a promise that never settles fails',
      'never-settles',
      '0 passed, 1 failed, 0 skipped',
      '200 ms',
    ],
    ['a failing and a rejecting test fail', 'failing', '0 passed, 2 failed, 0 skipped', 'rejected'],
    ['a suite without tests fails', 'empty', '0 passed, 1 failed, 0 skipped', 'declares no test'],
    [
      'a file that throws on import fails',
      'throws-on-import',
      '0 passed, 1 failed, 0 skipped',
      'thrown while',
    ],
  ]
  for (const [title, folder, closing, text] of failures)
    test(title, () => {
      const { status, stdout, last } = run(folder)
      assert.is(status, 1, stdout)
      assert.is(last, closing)
      assert.match(stdout, text)
    })

  test('a pattern that matches no file fails', () => {
    const { status, stdout } = run('passing', 'no-such-file')
    assert.is(status, 1)
    assert.match(stdout, 'no test file matches: no-such-file')
  })

  test('passing and skipped tests are counted, the reason of a skip is printed', () => {
    const { status, stdout, last } = run('passing')
    assert.is(status, 0, stdout)
    assert.is(last, '1 passed, 0 failed, 1 skipped')
    assert.match(stdout, 'no such thing on this machine')
  })
})
