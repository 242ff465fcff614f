import { isoSeconds, timeLeft } from '../../src/ui/duration.ts'
import { assert, suite } from '../support/suite.ts'

const S = 1000
const M = 60 * S
const H = 60 * M
const D = 24 * H

suite('timeLeft', (test) => {
  for (const [ms, shown, sentence] of [
    [47 * M, '47m', 'shows minutes'],
    [47 * M + 59 * S + 999, '47m', 'rounds minutes down'],
    [H + 5 * M, '1h 05m', 'shows hours with two-digit minutes'],
    [H, '1h 00m', 'shows a full hour'],
    [H - 1, '59m', 'stays below the hour'],
    [11 * H + 59 * M, '11h 59m', 'shows two-digit hours'],
    [59 * S, '59s', 'shows seconds in the last minute'],
    [M, '1m', 'shows the last full minute'],
    [999, '0s', 'does not round up to a second'],
    [D, '1d 00h', 'shows a day'],
    [90 * D + 4 * H, '90d 04h', 'shows days with two-digit hours'],
    [0, 'expired', 'is over at zero'],
    [-5 * H, 'expired', 'is over below zero'],
    [Number.NaN, 'expired', 'takes no number for over'],
  ] as const)
    test(sentence, () => assert.is(timeLeft(ms), shown))
})

suite('isoSeconds', (test) => {
  test('is UTC with seconds and Z', () =>
    assert.is(isoSeconds(1_700_000_000_999), '2023-11-14T22:13:20Z'))
})
