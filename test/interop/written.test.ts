/** Other programs that write the file of `ssox write`; who reads it is in test/consumers. */
import { inParallel, runIn, testWith } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

suite('the credentials file', (test) => {
  testWith(
    test,
    ['aws'],
    'has the sections of both when `aws configure set` writes it at the same time',
    () =>
      withSignIn(async (home) => {
        const names = Array.from({ length: 5 }, (_, at) => `n${at}`)
        const words = ['/usr/bin/aws', 'configure', 'set', 'aws_access_key_id']
        const theirs = inParallel(
          names,
          (name) => runIn(home, [...words, `AKIA${name}`, '--profile', `their-${name}`]),
          1,
        )
        const ours = await inParallel(names, (name) =>
          home.ssox(['write', 'dev', '--as', name, '-q']),
        )
        for (const run of [...ours, ...(await theirs)]) assert.is(run.status, 0, told(run))
        const headers = home.read('credentials').match(/^\[.*\]$/gm) ?? []
        const expected = names.flatMap((name) => [`[${name}]`, `[their-${name}]`])
        assert.equal(headers.sort(), expected.sort())
      }),
  )
})
