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

/**
 * True when a refused call was signed with one set of keys and had the token of another: the SDK for
 * .NET 4 asks for its keys twice in a call, and new ones may come in between.
 */
function hasMixedKeys(made: readonly RequestRecord[]): boolean {
  const tokenOf = ({ headers }: RequestRecord) => headers['x-amz-security-token']
  const good = made.filter(({ status }) => status === 200)
  const owners = new Map(good.map((call) => [tokenOf(call), signerOf(call)]))
  const refused = made.filter(({ status }) => status !== 200)
  return refused.some((call) => (owners.get(tokenOf(call)) ?? signerOf(call)) !== signerOf(call))
}

async function outlast(consumer: Consumer, attempts = 3): Promise<void> {
  const isOwnFault = await withSignIn(
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
      const made = calls(home)
      if (attempts > 1 && hasMixedKeys(made)) return true
      assert.is(run.status, 0, `${consumer.name}: ${told(run)}`)
      assert.ok(hasOutlasted(made), `${consumer.name}: ${made.length} calls`)
      assert.not.equal(signerOf(made[0]!), signerOf(made.at(-1)!), consumer.name)
      assert.equal([...new Set(made.map(({ status }) => status))], [200], consumer.name)
      for (const line of run.stdout.trimEnd().split('\n')) assert.match(line, DEVELOPER)
      return false
    },
    { lifetimes: { roleCredentials: SESSION_SECONDS } },
  )
  if (isOwnFault) await outlast(consumer, attempts - 1)
}

suite('exec --serve', (test) => {
  const staying = presentConsumers(
    test,
    CONSUMERS.filter(({ stays }) => stays),
  )
  test(
    `is asked for new keys in time by ${namesOf(staying)}`,
    () => Promise.all(staying.map((consumer) => outlast(consumer))),
    SLOW_TEST_MS,
  )
})
