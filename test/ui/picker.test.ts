import fc from 'fast-check'
import { decodeKeys, type Key } from '../../src/ui/keys.ts'
import {
  fitPicker,
  openPicker,
  type PickerState,
  type PickerStep,
  pickerItem,
  pressKey,
} from '../../src/ui/picker.ts'
import { assert, suite } from '../support/suite.ts'

const PAGE = 3
const UP = '\x1b[A'
const DOWN = '\x1b[B'
const PAGE_UP = '\x1b[5~'
const PAGE_DOWN = '\x1b[6~'
const HOME = '\x1b[H'
const END = '\x1b[F'

const opened = (names: string) => openPicker(names.split(' ').map((name) => pickerItem([name])))

/** What comes of keys, as a terminal sends them. */
function press(start: PickerState, input: string): PickerStep {
  let step: PickerStep = { kind: 'open', state: start }
  for (const key of decodeKeys(input, true).keys.flatMap(letters))
    if (step.kind === 'open') step = pressKey(step.state, key, PAGE)
  return step
}

/** Text as it comes when it is typed. */
function letters(key: Key): Key[] {
  return 'text' in key ? [...key.text].map((text) => ({ text })) : [key]
}

/** `query|rows on the screen`, the selected one in brackets; or how it ended. */
function told(step: PickerStep): string {
  if (step.kind === 'chosen') return `chosen ${step.item.name}`
  if (step.kind === 'marked') return `marked ${step.items.map(({ name }) => name).join(' ')}`
  if (step.kind === 'cancelled') return 'cancelled'
  const { query, found, top, at } = step.state
  const rows = found
    .slice(top, top + PAGE)
    .map(({ name }, row) => (top + row === at ? `[${name}]` : name))
  return `${query}|${rows.join(' ')}`
}

suite('picker: keys', (test) => {
  const SIX = 'a1 a2 b3 b4 c5 c6'
  for (const [keys, expected, sentence] of [
    ['', '|[a1] a2 b3', 'the first is selected'],
    ['\r', 'chosen a1', 'Enter chooses it'],
    [DOWN, '|a1 [a2] b3', 'down'],
    ['\x0e\t', '|a1 a2 [b3]', 'Ctrl-N and Tab are down'],
    [DOWN.repeat(3), '|a2 b3 [b4]', 'down beyond the last row scrolls'],
    [DOWN.repeat(9), '|b4 c5 [c6]', 'down stops at the end'],
    [UP, '|[a1] a2 b3', 'up stops at the beginning'],
    [DOWN.repeat(4) + UP, '|b3 [b4] c5', 'up moves within the window'],
    [
      `${DOWN.repeat(4)}\x10\x1b[Z${UP}`,
      '|[a2] b3 b4',
      'Ctrl-P and Shift-Tab are up, then it scrolls',
    ],
    [PAGE_DOWN, '|a2 b3 [b4]', 'page down'],
    [PAGE_DOWN.repeat(3), '|b4 c5 [c6]', 'page down stops at the end'],
    [PAGE_DOWN + PAGE_UP, '|[a1] a2 b3', 'page up'],
    [END, '|b4 c5 [c6]', 'End'],
    [END + HOME, '|[a1] a2 b3', 'Home'],
    ['b', 'b|[b3] b4', 'letters filter'],
    [`${DOWN.repeat(3)}b`, 'b|[b3] b4', 'filtering selects the best'],
    [`b${DOWN}\r`, 'chosen b4', 'of what is left one is chosen'],
    ['c5', 'c5|[c5]', 'a single match waits for Enter'],
    ['c5\r', 'chosen c5', 'and is chosen by it'],
    ['zz', 'zz|', 'nothing matches'],
    ['zz\r', 'zz|', 'then Enter does nothing'],
    [`zz${DOWN}${UP}${END}${PAGE_UP}\r`, 'zz|', 'nor do the arrows'],
    [`zz${DOWN}\x7f\x7f`, '|[a1] a2 b3', 'backspace widens the list again'],
    ['\x7f', '|[a1] a2 b3', 'backspace without a query'],
    ['b3\x15', '|[a1] a2 b3', 'Ctrl-U empties the query'],
    ['b b3\x17', 'b |[b3] b4', 'Ctrl-W takes a word'],
    ['b b3 \x17\x17', '|[a1] a2 b3', 'and the blanks after it'],
    ['b 3', 'b 3|[b3]', 'a blank separates words'],
    ['\x1b', 'cancelled', 'Esc'],
    ['\x03', 'cancelled', 'Ctrl-C'],
    ['\x07', 'cancelled', 'Ctrl-G'],
    ['\x04', 'cancelled', 'Ctrl-D without a query'],
    ['b\x04', 'b|[b3] b4', 'Ctrl-D with one does nothing'],
    ['b\x01\x02\x0b\x1a\x1c', 'b|[b3] b4', 'nor do other control keys'],
    ['\x1b[200~b\r\x1b[201~', 'b |[b3] b4', 'Enter in a paste is a blank'],
    ['\x1b[200~b\x1b[201~\r', 'chosen b3', 'after it is Enter again'],
    ['\x1b[200~b\x03\x1b[A\x15\x1b[201~', 'b|[b3] b4', 'other keys in a paste are nothing'],
  ] as const)
    test(`${sentence}`, () => assert.is(told(press(opened(SIX), keys)), expected))

  test('backspace takes what a person calls a character', () => {
    const step = press(opened('a b'), 'e\u0301👍🏽\x7f')
    assert.ok(step.kind === 'open')
    assert.is(step.kind === 'open' && step.state.query, 'e\u0301')
  })

  test('a query is harmless, whatever was pasted', () => {
    const step = press(opened('a b'), 'a\u202e\u009b31m')
    assert.is(step.kind === 'open' && step.state.query, 'a\\u202e\\x9b31m')
  })

  test('a list without items only takes leave', () => {
    assert.is(told(press(openPicker([]), `${DOWN}x\r`)), 'x|')
    assert.is(told(press(openPicker([]), '\x1b')), 'cancelled')
  })

  test('what is chosen is the name as it came', () => {
    const name = 'evil\x1b[2J\u202e'
    const step = press(openPicker([pickerItem([name, '123'])]), 'evil\\x1b\r')
    assert.is(step.kind === 'chosen' && step.item.name, name)
  })
})

suite('picker: any number', (test) => {
  const items = ['a1', 'a2', 'b3', 'b4'].map((name) => pickerItem([name]))
  const start = openPicker(items, items.slice(1, 3))
  for (const [keys, expected, sentence] of [
    ['\r', 'marked a2 b3', 'Enter takes those that are marked at first'],
    [' \r', 'marked a1 a2 b3', 'a blank marks one more'],
    ['\t\t\r', 'marked a1 b3', 'Tab does, too, and goes on to the next, which it unmarks'],
    [`${END} ${HOME} \r`, 'marked a1 a2 b3 b4', 'in the order of the list'],
    ['\x01\r', 'marked a1 a2 b3 b4', 'Ctrl-A marks all'],
    ['\x01\x01\r', 'marked ', 'and none of them the second time'],
    ['b\x01\r', 'marked a2 b3 b4', 'of those that are found'],
    ['b\x01\x01\x15\r', 'marked a2', 'the others stay as they were'],
    ['zz \r', 'marked a2 b3', 'where nothing is found nothing is marked'],
    ['\x1b[200~b 4\x1b[201~', 'b 4|[b4]', 'a blank in a paste is a blank'],
    ['\x03', 'cancelled', 'Ctrl-C cancels'],
  ] as const)
    test(sentence, () => assert.is(told(press(start, keys)), expected))
})

suite('picker: window', (test) => {
  const at = (index: number, top: number) =>
    fitPicker({ ...opened('0 1 2 3 4 5 6 7 8 9'), at: index, top }, 4)

  for (const [index, top, expected, sentence] of [
    [0, 0, 0, 'at the beginning'],
    [3, 0, 0, 'the last row of the window'],
    [4, 0, 1, 'one below it'],
    [2, 5, 2, 'above it'],
    [9, 0, 6, 'at the end'],
    [9, 9, 6, 'no empty rows at the end'],
  ] as const)
    test(sentence, () => assert.is(at(index, top).top, expected))

  test('selects the last when there is nothing where it was', () => assert.is(at(99, 0).at, 9))

  test('a larger window shows more', () => assert.is(fitPicker({ ...at(9, 6) }, 10).top, 0))

  test('a smaller one keeps the selected row', () => {
    const small = fitPicker(at(9, 6), 1)
    assert.equal([small.at, small.top], [9, 9])
  })
})

suite('picker: many profiles', (test) => {
  const items = Array.from({ length: 3_000 }, (_, at) =>
    pickerItem([
      `team-${at % 100}-account-${at}.AdministratorAccess`,
      String(100_000_000_000 + at),
      `Account Number ${at}`,
      'AdministratorAccess',
    ]),
  )

  test('a key costs less than a tenth of a second with 3,000', () => {
    const keys = [...'adm 42 tm']
    let state = openPicker(items)
    const before = process.cpuUsage()
    for (const text of keys) {
      const step = pressKey(state, { text }, 10)
      if (step.kind === 'open') state = step.state
    }
    // Not by the clock: the machine may be busy.
    const { user, system } = process.cpuUsage(before)
    const ms = (user + system) / 1000 / keys.length
    assert.ok(ms < 100, `${ms} ms for a key`)
    assert.ok(state.found.length > 0 && state.found.length < 3_000)
  })

  test('letter by letter finds the same as all at once', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', 'B', '-', '1'), maxLength: 8 })
    const query = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' '), maxLength: 5 })
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name), { maxLength: 12 }), query, (rows, typed) => {
        const start = openPicker(rows.map((row) => pickerItem(row)))
        const slowly = press(start, typed)
        const atOnce = typed === '' ? slowly : pressKey(start, { text: typed }, PAGE)
        assert.is(told(slowly), told(atOnce))
      }),
    )
  })
})
