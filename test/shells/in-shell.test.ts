import { environmentAfter, runIn, testIn } from '../support/in-shell.ts'
import { assert, type Declare, suite } from '../support/suite.ts'

suite('testIn', (test) => {
  for (const [sentence, promised, expected] of [
    [
      'a shell that is not there is skipped, with the reason',
      '',
      ['skip', 'fish is not installed'],
    ],
    [
      'a shell that is promised and not there fails',
      'zsh,fish',
      ['test', 'promised, but fish is not installed'],
    ],
  ] as const)
    test(sentence, () => {
      const { PATH } = process.env
      const seen: unknown[] = []
      const declare: Declare = Object.assign(
        (_: string, run: () => unknown) => {
          assert.throws(run, (error: Error) => seen.push('test', error.message))
        },
        { skip: (_: string, reason: string) => seen.push('skip', reason) },
      )
      process.env['PATH'] = '/nowhere'
      process.env['SSOX_REQUIRE_SHELLS'] = promised
      try {
        testIn(declare, 'fish', 'runs', () => runIn('fish', 'true'))
      } finally {
        process.env['PATH'] = PATH
        delete process.env['SSOX_REQUIRE_SHELLS']
      }
      assert.equal(seen, expected)
    })

  testIn(test, 'bash', 'sees nothing of our environment, and its files are told apart', () => {
    process.env['SSOX_LEAK'] = '1'
    const run = environmentAfter('bash', 'export A="$(cat given)"; : >made', {
      files: { given: 'text' },
    })
    delete process.env['SSOX_LEAK']
    assert.is(run.environment.get('A'), 'text')
    assert.not(run.environment.has('SSOX_LEAK'))
    assert.equal(run.created, ['made'])
  })
})
