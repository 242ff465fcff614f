/** Which lines go and which come, place by place. */
import { lineDiff } from '../../src/text/line-diff.ts'
import { assert, suite } from '../support/suite.ts'

const lines = (text: string) => (text === '' ? [] : text.split(''))

suite('lines that differ', (test) => {
  const cases: [title: string, before: string, after: string, expected: string[]][] = [
    ['none', 'abc', 'abc', []],
    ['one is another', 'abc', 'axc', ['- b', '+ x']],
    ['one goes', 'abc', 'ac', ['- b']],
    ['one comes', 'ac', 'abc', ['+ b']],
    ['two places have a gap between them', 'abcd', 'xbcy', ['- a', '+ x', '', '- d', '+ y']],
    ['one becomes two', 'abc', 'axyc', ['- b', '+ x', '+ y']],
    ['all of them', 'ab', 'xy', ['- a', '- b', '+ x', '+ y']],
    ['from nothing', '', 'ab', ['+ a', '+ b']],
    ['to nothing', 'ab', '', ['- a', '- b']],
  ]
  for (const [title, before, after, expected] of cases)
    test(title, () => assert.equal(lineDiff(lines(before), lines(after)), expected))

  test('what is between the places stays out', () => {
    const before = Array.from({ length: 5_000 }, (_, at) => `line ${at}`)
    const after = before.map((line, at) => (at === 10 || at === 4_990 ? 'x' : line))
    assert.equal(lineDiff(before, after), ['- line 10', '+ x', '', '- line 4990', '+ x'])
  })
})
