import { assertInTime, isLate, until } from './patience.ts'
import { assert, suite } from './suite.ts'

suite('limits of time', (test) => {
  test('within the limit nothing is late, beyond all measure everything', () => {
    assert.not(isLate(100, 100))
    assert.ok(isLate(Number.MAX_SAFE_INTEGER, 1))
  })

  test('what took too long is told with its limit', () => {
    assertInTime(5, 10)
    assert.throws(
      () => assertInTime(Number.MAX_SAFE_INTEGER, 10, 'signing in'),
      /^signing in took \d+ ms; the limit is 10 ms on an idle machine$/,
    )
  })

  test('a wait ends as soon as it can, and names what never came', async () => {
    let looks = 0
    await until('the third look', () => ++looks === 3)
    assert.is(looks, 3)
    const error = await until('a miracle', () => false, 1).catch((thrown: Error) => thrown)
    assert.match(error?.message ?? '', /^waited \d+ ms for a miracle$/)
  })
})
