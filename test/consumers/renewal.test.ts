/** Programs that outlast a role's session in `ssox exec --serve`: they ask again, and get new keys. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Home } from '../support/home.ts'
import type { RequestRecord } from '../support/identity-center/types.ts'
import { SLOW_TEST_MS } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { until } from '../support/patience.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { CONSUMERS, type Consumer } from './consumers.ts'
import { namesOf, presentConsumers } from './present.ts'
import { signerOf } from './signature.ts'
import { DEVELOPER, prepareWays, runWay } from './ways.ts'

/** Long enough that keys which are handed out do not end on their way to AWS on a busy machine. */
const SESSION_SECONDS = 30

const calls = ({ center }: Home) =>
  center.requests.filter(({ operation }) => operation === 'GetCallerIdentity')

/** True once a call came after the end of the keys of the first. */
function hasOutlasted(made: readonly RequestRecord[]): boolean {
  const [first, last] = [made[0], made.at(-1)]
  return (
    first !== undefined && last?.status === 200 && last.time > first.time + SESSION_SECONDS * 1000
  )
}

async function outlast(consumer: Consumer): Promise<void> {
  await withSignIn(
    async (home) => {
      await prepareWays(home)
      const end = join(home.path, 'end')
      let isOver = false
      const running = runWay(home, consumer, 'serve', '', { UNTIL: end }).finally(() => {
        isOver = true
      })
      await until('a call with later keys', () => isOver || hasOutlasted(calls(home)), 90_000)
      writeFileSync(end, '')
      const run = await running
      assert.is(run.status, 0, `${consumer.name}: ${told(run)}`)
      const made = calls(home)
      assert.ok(hasOutlasted(made), `${consumer.name}: ${made.length} calls`)
      assert.not.equal(signerOf(made[0]!), signerOf(made.at(-1)!), consumer.name)
      assert.equal([...new Set(made.map(({ status }) => status))], [200], consumer.name)
      for (const line of run.stdout.trimEnd().split('\n')) assert.match(line, DEVELOPER)
    },
    { lifetimes: { roleCredentials: SESSION_SECONDS } },
  )
}

suite('exec --serve', (test) => {
  const staying = presentConsumers(
    test,
    CONSUMERS.filter(({ stays }) => stays),
  )
  test(
    `is asked for new keys in time by ${namesOf(staying)}`,
    () => Promise.all(staying.map(outlast)),
    SLOW_TEST_MS,
  )
})
