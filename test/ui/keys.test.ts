import { decodeKeys, type Key } from '../../src/ui/keys.ts'
import { assert, suite } from '../support/suite.ts'

const shown = (keys: readonly Key[]) =>
  keys.map((key) => ('text' in key ? JSON.stringify(key.text) : key.name)).join(' ')

suite('keys', (test) => {
  for (const [input, expected, sentence] of [
    ['dev', '"dev"', 'letters that came together are one text'],
    ['日本👍🏽', '"日本👍🏽"', 'letters beyond ASCII'],
    ['\r', 'enter', 'Enter'],
    ['\n', 'enter', 'Ctrl-J, and Enter of a terminal that is not raw'],
    ['dev\r', '"dev" enter', 'text and Enter at once'],
    ['\x03', 'ctrl-c', 'Ctrl-C is only a key in raw mode'],
    ['\x0e\x10', 'ctrl-n ctrl-p', 'Ctrl-N and Ctrl-P'],
    ['\x15\x17', 'ctrl-u ctrl-w', 'Ctrl-U and Ctrl-W'],
    ['\x7f\b', 'backspace backspace', 'both codes of the backspace key'],
    ['\t\x1b[Z', 'tab shift-tab', 'Tab with and without Shift'],
    ['\x1b[A\x1b[B', 'up down', 'arrows'],
    ['\x1bOA\x1bOB', 'up down', 'arrows in application mode'],
    ['\x1b[1;5A', 'up', 'an arrow with Ctrl'],
    ['\x1b[H\x1b[F\x1bOH\x1bOF', 'home end home end', 'Home and End of xterm'],
    ['\x1b[1~\x1b[4~\x1b[7~\x1b[8~', 'home end home end', 'Home and End of others'],
    ['\x1b[5~\x1b[6;2~', 'page-up page-down', 'page keys'],
    ['\x1b[200~a\rb\x1b[201~', 'paste-start "a" enter "b" paste-end', 'a paste'],
    ['a\x1b[3~b\x1b[15~\x1b[[A\x1b[?62;1c', '"a" "b"', 'keys and answers without a meaning here'],
    ['\x1bx\x1b\x7f', 'ctrl-w', 'Alt-x means nothing, Alt-Backspace takes a word'],
    ['\x1b\x1b[A', 'escape up', 'Esc before another key'],
    ['', '', 'nothing'],
  ] as const)
    test(sentence, () => {
      const { keys, rest } = decodeKeys(input, false)
      assert.is(shown(keys), expected)
      assert.is(rest, '')
    })

  for (const begun of ['\x1b', '\x1b[', '\x1bO', '\x1b[1;', '\x1b[20'])
    test(`waits for the rest of ${JSON.stringify(begun)}`, () => {
      const { keys, rest } = decodeKeys(`a${begun}`, false)
      assert.is(shown(keys), '"a"')
      assert.is(rest, begun)
    })

  test('takes a lone ESC for the key when nothing more comes', () =>
    assert.equal(decodeKeys('\x1b', true), { keys: [{ name: 'escape' }], rest: '' }))

  test('drops the beginning of a key that never came', () =>
    assert.equal(decodeKeys('\x1b[1;', true), { keys: [], rest: '' }))

  test('comes to the same result however the input is torn', () => {
    const input = 'a\x1b[A\x1b[200~b\r\x1b[201~\x1bOB\x03'
    const whole = shown(decodeKeys(input, true).keys)
    for (let at = 0; at <= input.length; at++) {
      const first = decodeKeys(input.slice(0, at), false)
      const second = decodeKeys(first.rest + input.slice(at), true)
      assert.is(shown([...first.keys, ...second.keys]), whole, `torn at ${at}`)
    }
  })
})
