import fc from 'fast-check'
import { forTerminal } from '../../src/text/terminal-text.ts'
import { clip, width } from '../../src/text/width.ts'
import { assert, suite } from '../support/suite.ts'

/** What a terminal obeys or hides; nothing of it may be left. */
const DANGEROUS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** Payloads of terminal attacks, as servers and files could send them. */
const ATTACKS: readonly string[] = [
  '\x1b[2J\x1b[H',
  '\x1b[31mroot\x1b[0m',
  '\x1b]0;new title\x07',
  '\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\',
  '\x1b]52;c;cm0gLXJm\x07',
  '\x1bP+q544e\x1b\\',
  '\x1b[6n',
  '\x1bc',
  '\x9b31m',
  '\x9d0;title\x9c',
  'ok\rssox: signed in',
  'a\nssox: all is well',
  'a\b\b\bxyz',
  'bell\x07',
  'nul\x00',
  'del\x7f',
  '\u202egnp.exe',
  '\u2066hidden\u2069',
  'a\u200eb\u200fc\u061cd',
  'pro\u200bd',
  'pro\u200dd',
  '\ufeffdev',
  'soft\u00adhyphen',
  'line\u2028separator\u2029',
  '\u{e0041}\u{e0042}tags',
  '\ud800',
  '\udc00x',
  'dev\ufe0f',
  'filler\u3164',
]

/** Every code point that must not reach a terminal, alone: 65 controls and more. */
const CODE_POINTS: readonly number[] = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  0xad,
  0x61c,
  0x180e,
  ...range(0x200b, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x206f),
  0xfeff,
  ...range(0xfff9, 0xfffb),
  ...range(0x1d173, 0x1d17a),
  0xe0001,
  ...range(0xe0020, 0xe007f),
]

suite('forTerminal', (test) => {
  for (const [given, shown, sentence] of [
    ['dev', 'dev', 'leaves plain text'],
    ['Größe 東京 👍 ❤️ é', 'Größe 東京 👍 ❤️ é', 'leaves letters of every script, emoji, marks'],
    ['\x1b[31m', '\\x1b[31m', 'shows ESC as \\x1b'],
    ['\x9b', '\\x9b', 'shows a C1 control'],
    ['\x00\x7f', '\\x00\\x7f', 'shows NUL and DEL with two digits'],
    ['a\tb', 'a b', 'makes a tab a space'],
    ['a\r\nb', 'a\\r\\nb', 'keeps text on one line'],
    ['\u202e', '\\u202e', 'shows a bidi override'],
    ['\u061c', '\\u061c', 'pads to four digits'],
    ['\u{e0041}', '\\u{e0041}', 'shows what lies beyond the first plane with braces'],
    ['a\ud800b', 'a\ufffdb', 'replaces a lone surrogate'],
    ['dev\ufe0f', 'dev\\ufe0f', 'shows a variation selector where it changes nothing visible'],
    ['a\u00a0b', 'a\u00a0b', 'leaves a no-break space, which is visible as a blank'],
  ] as const)
    test(sentence, () => assert.is(forTerminal(given), shown))

  test('leaves no dangerous character of any single code point', () => {
    for (const code of CODE_POINTS) {
      const shown = forTerminal(`a${String.fromCodePoint(code)}b`)
      assert.not(DANGEROUS.test(shown), code.toString(16))
      assert.ok(shown.startsWith('a') && shown.endsWith('b') && shown.length > 2, code.toString(16))
    }
  })

  test('leaves no dangerous character in 500 hostile strings', () => {
    const hostile = fc.array(
      fc.oneof(
        fc.constantFrom(...ATTACKS),
        fc.constantFrom(...CODE_POINTS).map((code) => String.fromCodePoint(code)),
        fc.string({ unit: 'binary' }),
      ),
      { minLength: 1, maxLength: 8 },
    )
    fc.assert(
      fc.property(hostile, (parts) => {
        const shown = forTerminal(parts.join(''))
        assert.not(DANGEROUS.test(shown), JSON.stringify(parts))
      }),
      { numRuns: 500 },
    )
  })

  test('leaves no dangerous character in any known attack', () => {
    for (const attack of ATTACKS) {
      const shown = forTerminal(attack)
      assert.not(DANGEROUS.test(shown), JSON.stringify(attack))
      assert.is.not(shown, attack)
    }
  })

  test('changes nothing when applied twice', () => {
    for (const attack of ATTACKS) assert.is(forTerminal(forTerminal(attack)), forTerminal(attack))
  })
})

suite('width', (test) => {
  for (const [text, columns, sentence] of [
    ['', 0, 'of nothing'],
    ['dev', 3, 'of ASCII'],
    ['é', 1, 'of a precomposed letter'],
    ['e\u0301', 1, 'of a letter with a combining mark'],
    ['東京', 4, 'of Han'],
    ['カナ', 4, 'of Katakana'],
    ['ｶﾅ', 2, 'of halfwidth Katakana'],
    ['한국', 4, 'of Hangul syllables'],
    ['\u1112\u1161\u11ab', 2, 'of a syllable spelled in Jamo'],
    ['ＡＢ', 4, 'of fullwidth letters'],
    ['。', 2, 'of CJK punctuation'],
    ['𠮷', 2, 'of Han beyond the first plane'],
    ['👍', 2, 'of an emoji'],
    ['👍🏽', 2, 'of an emoji with a skin tone'],
    ['❤️', 2, 'of a pictograph made an emoji'],
    ['❤', 1, 'of a pictograph alone'],
    ['🇩🇪', 2, 'of a flag'],
    ['🇩🇪🇫🇷', 4, 'of two flags'],
    ['…', 1, 'of the ellipsis'],
    ['·', 1, 'of the middle dot'],
    ['⠙', 1, 'of a spinner frame'],
    ['א', 1, 'of Hebrew'],
    ['a\\u202eb', 8, 'of a visible escape'],
  ] as const)
    test(`${sentence}: ${columns}`, () => assert.is(width(text), columns))
})

suite('clip', (test) => {
  for (const [text, columns, clipped, sentence] of [
    ['dev', 3, 'dev', 'leaves what fits'],
    ['develop', 4, 'dev…', 'puts an ellipsis in place of what is missing'],
    ['develop', 1, '…', 'leaves only the ellipsis in one column'],
    ['develop', 0, '', 'leaves nothing in no column'],
    ['develop', -3, '', 'leaves nothing in a negative width'],
    ['東京都', 5, '東京…', 'counts wide characters'],
    ['東京都', 4, '東…', 'does not cut a wide character in half'],
    ['👍🏽👍🏽', 3, '👍🏽…', 'does not tear an emoji from its modifier'],
    ['🇩🇪🇫🇷', 3, '🇩🇪…', 'does not tear a flag'],
    ['ae\u0301b', 2, 'a…', 'does not leave a letter behind without its mark'],
    ['ae\u0301bc', 3, 'ae\u0301…', 'keeps a mark with its letter'],
  ] as const)
    test(sentence, () => assert.is(clip(text, columns), clipped))

  test('never exceeds the width', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 0, max: 20 }),
        (text, most) => {
          const clean = forTerminal(text)
          assert.ok(width(clip(clean, most)) <= most, JSON.stringify([text, most]))
        },
      ),
      { numRuns: 500 },
    )
  })
})

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at)
}
