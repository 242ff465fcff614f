/** Keys of another account in `[default]`, which many a program takes when it can: who has them after all. */
import { writeFileSync } from 'node:fs'
import { inParallel, SLOW_TEST_MS } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { CONSUMERS } from './consumers.ts'
import { namesOf, presentConsumers } from './present.ts'
import { DEVELOPER, prepareWays, runWay, STRANGER } from './ways.ts'

const STRANGE_DEFAULT = `[default]
aws_access_key_id = ${STRANGER.accessKeyId}
aws_secret_access_key = ${STRANGER.secretAccessKey}
region = eu-west-1
`

suite('with keys of another account in [default]', (test) => {
  const present = presentConsumers(
    test,
    CONSUMERS.filter(({ project }) => !project),
  )
  const runs = present.flatMap((consumer) => [
    { consumer, way: 'serve', mode: '' } as const,
    { consumer, way: 'env', mode: '--mode keys' } as const,
  ])

  test(
    `only .NET v3 with --mode keys is somebody else: ${namesOf(present)}`,
    () =>
      withSignIn(
        async (home) => {
          await prepareWays(home)
          home.writeConfig(home.read('config').replace(/\[default\][^[]*/, ''))
          writeFileSync(home.aws('credentials'), STRANGE_DEFAULT)
          await inParallel(
            runs,
            async ({ consumer, way, mode }) => {
              const run = await runWay(home, consumer, way, mode)
              const about = `${consumer.name}, ${way} ${mode}: ${told(run)}`
              if (consumer.tool === 'net3' && mode)
                assert.ok(run.stdout.includes(STRANGER.arn), about)
              else if (consumer.why?.[way]) assert.not.match(run.stdout, /arn:/, about)
              else assert.match(run.stdout, DEVELOPER, about)
            },
            2,
          )
        },
        { staticKeys: [STRANGER] },
      ),
    SLOW_TEST_MS,
  )
})
