/** Profile names that shells, prompts and terminals could obey: the same ones for the same seed. */
import { seeded } from '../shells/hostile.ts'

const PIECES = [
  // What shells and prompts run or expand.
  ...['$(touch PWNED)', '`touch PWNED`', '(touch PWNED)', '<(touch PWNED)', '=(touch PWNED)'],
  ...[';touch PWNED;', '|touch PWNED', '&& touch PWNED', '>PWNED', '& { ni PWNED }', '@(ni PWNED)'],
  ...['$((x[$(touch PWNED)]))', 'a[$(touch PWNED)]', '${x:=$(touch PWNED)}', '${(e)x}', '$[x]'],
  ...[
    '$HOME',
    '$env:HOME',
    '${IFS}',
    '$?',
    '$$',
    '!!',
    '!touch',
    '^',
    '{a,b}',
    '*',
    '?',
    '[a]',
    '~',
  ],
  ...['\\u', '\\w', '\\[', '\\]', '\\$', '\\e[41m', '\\033[41m', '\\001', '\\', '\\\\'],
  ...['%n', '%F{red}', '%(41V.x.y)', '%{', '%}', '%', '%%', '%41v', '%B', '%s', '%d%n'],
  ...[
    "'",
    '"',
    '\u2018',
    '\u2019',
    '\u201b',
    '\u201c',
    '#',
    '--',
    '-',
    '=',
    '@',
    ':',
    ',',
    '.',
    '/',
  ],
  // What terminals obey, and what turns the writing around.
  ...['\x1b[41m', '\x1b]0;OWNED\x07', '\x1b]8;;http://x\x1b\\', '\x1bc', '\x07', '\b', '\x7f'],
  ...['\x01', '\x02', '\x18', '\t', '\r', '\n', '\u0085', '\u009b41m', '\u009d0;OWNED\u009c'],
  ...['\u061c', '\u200e', '\u200f', '\u2028', '\u2029', '\u202a', '\u202e', '\u2066', '\u2069'],
  // What names are made of.
  ...[
    'dev',
    'prod',
    'a',
    'Z',
    '0',
    '08',
    '-1',
    ' ',
    '  ',
    'ünï',
    'été',
    '日本',
    '\u{1f984}',
    'e\u0301',
  ],
] as const

/** @param seed any integer; the same names come out for the same seed */
export function hostileNames(count: number, seed: number): string[] {
  const random = seeded(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  // Each piece alone, then all kinds of mixtures.
  return Array.from({ length: count }, (_, at) => {
    const alone = PIECES[at]
    if (alone !== undefined) return alone
    return Array.from({ length: 1 + below(5) }, () => PIECES[below(PIECES.length)]).join('')
  })
}

/** The name as every hook shows it: what a terminal would obey or hide is a question mark. */
export function harmless(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
}
