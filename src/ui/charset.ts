/** What a terminal can show: the signs of ssox's own that are not ASCII, and what stands for them. */

type Env = Readonly<Record<string, string | undefined>>

/** One column for one, where a column counts; the words are in a line that may be cut. */
const IN_ASCII: Readonly<Record<string, string>> = {
  '❯': '>',
  '↑↓': 'Up/Down',
  '·': '|',
  ' …': ' ...',
  '…': '~',
  '█': '#',
  '─': '-',
  // The frames of the spinner.
  ...Object.fromEntries([...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'].map((dots, at) => [dots, '|/-\\'.charAt(at % 4)])),
}
const SIGNS = new RegExp(Object.keys(IN_ASCII).join('|'), 'g')

/**
 * False in a locale of another character set than UTF-8: LC_ALL, else LC_CTYPE, else LANG. C and
 * POSIX have ASCII; a name without a character set, or no locale at all, as in most containers, says
 * nothing about the terminal, and those of today are UTF-8.
 */
export function isUtf8(env: Env): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''
  if (locale === 'C' || locale === 'POSIX') return false
  const charset = /\.([^@]+)/.exec(locale)?.[1]
  return charset === undefined || /^utf-?8$/i.test(charset)
}

/**
 * A sign or text of ssox's own as the locale can show it. Never for text with a name in it: what
 * others wrote is shown as it is, or two names would look alike.
 */
export function shownIn(env: Env, text: string): string {
  return isUtf8(env) ? text : text.replace(SIGNS, (sign) => IN_ASCII[sign] ?? sign)
}
