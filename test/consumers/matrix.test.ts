/**
 * Every consumer with keys from every way of ssox: whom it acts as, by the STS of the stand-in. The
 * table in docs/consumers.md is made from it (`UPDATE=1 npm test -- consumers/matrix`).
 */
import type { Home } from '../support/home.ts'
import { inParallel, SLOW_TEST_MS } from '../support/machine.ts'
import { readObject, roleFile, withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { CONSUMERS, type Consumer } from './consumers.ts'
import { madeFolder } from './made.ts'
import { namesOf, presentConsumers } from './present.ts'
import { isSignedWith, signerOf } from './signature.ts'
import { type Row, readRows, writeRows } from './table.ts'
import { prepareWays, STRANGER, tryWay, WAYS } from './ways.ts'

async function runAll(home: Home, consumers: readonly Consumer[]): Promise<Row[]> {
  const pairs = consumers.flatMap((consumer) => WAYS.map((way) => ({ consumer, way })))
  const texts = await inParallel(pairs, ({ consumer, way }) => tryWay(home, consumer, way), 2)
  return consumers.map((consumer, row) => {
    const { tool, recipe, name, version } = consumer
    const cells = WAYS.map((way, at) => [way, texts[row * WAYS.length + at] ?? ''])
    return {
      name,
      version: version(recipe ? madeFolder(tool, recipe) : ''),
      cells: Object.fromEntries(cells) as Row['cells'],
    }
  })
}

/** Not only the key and its token have arrived, but the secret. */
function assertSigned(home: Home, atLeast: number): void {
  const { AccessKeyId, SecretAccessKey } = readObject(roleFile(home))['Credentials'] as Record<
    string,
    string
  >
  const asked = home.center.requests.filter(({ operation }) => operation === 'GetCallerIdentity')
  const signed = asked.filter((request) => signerOf(request) === AccessKeyId)
  assert.ok(signed.length >= atLeast, `${signed.length} requests`)
  for (const request of signed)
    assert.ok(isSignedWith(String(SecretAccessKey), request), request.headers['user-agent'])
}

suite('docs/consumers.md', (test) => {
  const present = presentConsumers(test)
  test(
    `is what runs: ${namesOf(present)}`,
    () =>
      withSignIn(
        async (home) => {
          await prepareWays(home)
          const rows = await runAll(home, present)
          assertSigned(home, present.length * (WAYS.length - 1))
          const order = CONSUMERS.map(({ name }) => name)
          if (process.env['UPDATE']) writeRows(rows, order)
          const written = readRows()
          assert.equal(
            written.map(({ name }) => name),
            order,
          )
          for (const { name, cells } of rows)
            assert.equal(written.find((row) => row.name === name)?.cells, cells, name)
        },
        { staticKeys: [STRANGER] },
      ),
    SLOW_TEST_MS,
  )
})
