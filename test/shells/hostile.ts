/** Strings that break shell quoting, for the tests of this folder. */

const PIECES = [
  ...'\'"`\\$!*?[]{}()<>|&;#~^%=@,.:/-+ _',
  ...['', '\t', '\n', '\r', '\r\n', '\x01', '\x07', '\b', '\v', '\f', '\x1b', '\x1c', '\x7f'],
  ...['\x80', '\x85', '\x9b', '\x9d', '\xa0', '\xad', '\u2028', '\u2029', '\ufeff', '\ufffd'],
  ...[
    '\u202e',
    '\u2066',
    '\u2069',
    '\u200f',
    '\u200b',
    '\u0301',
    '‘',
    '’',
    '‚',
    '‛',
    '“',
    '”',
    '„',
  ],
  ...['\ufffe', '\uffff', '\ufdd0', '\u{1fffe}', '\u{10ffff}', '\ue000', '\uf600', '\uf6ff'],
  ...[
    '\uf8ff',
    '\ufdd1',
    '\u{f0000}',
    '–',
    '—',
    '🔑',
    '👩‍💻',
    'é',
    'ß',
    '日本',
    '\u0130',
    'a',
    'Z',
    '0',
  ],
  ...['$(touch PWNED)', '`touch PWNED`', ';touch PWNED;', '\ntouch PWNED\n', '&& touch PWNED #'],
  ...[
    "';touch PWNED;'",
    "\\';touch PWNED;#",
    '";touch PWNED;"',
    "'$(touch PWNED)'",
    '|touch PWNED',
  ],
  ...['(touch PWNED)', '<(touch PWNED)', '>PWNED', '$((1+1))', '${HOME}', '$HOME', '$$', '$?'],
  ...[
    'x’;New-Item PWNED;‘y',
    '$(New-Item PWNED)',
    '@(1)',
    '@{a=1}',
    '--%',
    "@'",
    "'@",
    '$env:HOME',
  ],
  ...[
    "__import__('os').system('touch PWNED')",
    '\x1b]52;c;UFdORUQ=\x07',
    '\x1b]0;t\x07',
    '\x1b[2J',
  ],
  ...['!!', '!touch', '^a^b', '~root', '=ls', '{a,b}', '*.ts', '%n%F{red}', '\\x41', '\\u0041'],
  ...['\\101', '\\n', "\\'", "'\\''", "'\\", '--', '-e', '-n x', '# x', 'end', 'fi'],
  ...['; }', "'; }", 'EOF', 'a b', ' a', 'a ', '  ', '\\ ', 'false', 'null', "''", '""'],
]

/** `count` different strings without NUL: every piece alone, then seeded mixtures of 1 to 7. */
export function hostileStrings(count: number): string[] {
  const random = seeded(0x550c)
  const strings = new Set(PIECES)
  const pick = (below: number) => Math.floor(random() * below)
  const piece = () => (pick(4) === 0 ? codePoint(random) : (PIECES[pick(PIECES.length)] ?? ''))
  while (strings.size < count) strings.add(Array.from({ length: 1 + pick(7) }, piece).join(''))
  return [...strings]
}

/** Hostile strings that a variable may hold: those without line breaks. */
export function hostileValues(count: number): string[] {
  return hostileStrings(2 * count)
    .filter((text) => !/[\r\n]/.test(text))
    .slice(0, count)
}

/** Any code point but NUL and the surrogates; half of them below U+0180. */
function codePoint(random: () => number): string {
  const point = 1 + Math.floor(random() * (random() < 0.5 ? 0x17f : 0x10ffff))
  return point >= 0xd800 && point <= 0xdfff ? '\ud7ff' : String.fromCodePoint(point)
}

/** Numbers in [0, 1), the same in every run. https://en.wikipedia.org/wiki/Linear_congruential_generator */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    // Numerical Recipes' constants; the high bits are the good ones, and all of them are used.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
