/** Which locales have the signs of ssox, and what is shown in the others. */
import { isUtf8, shownIn } from '../../src/ui/charset.ts'
import { frame } from '../../src/ui/spinner.ts'
import { assert, suite } from '../support/suite.ts'

suite('a locale', (test) => {
  const cases: [title: string, env: Record<string, string>, expected: boolean][] = [
    ['none: as in most containers', {}, true],
    ['UTF-8', { LANG: 'en_US.UTF-8' }, true],
    ['utf8, as glibc writes it', { LC_ALL: 'de_DE.utf8@euro' }, true],
    ['C.UTF-8', { LC_ALL: 'C.UTF-8' }, true],
    ['the one of macOS', { LC_CTYPE: 'UTF-8' }, true],
    ['no character set', { LANG: 'en_US' }, true],
    ['C', { LC_ALL: 'C' }, false],
    ['POSIX', { LANG: 'POSIX' }, false],
    ['Latin-1', { LANG: 'en_US.ISO-8859-1' }, false],
    ['Shift JIS', { LC_CTYPE: 'ja_JP.SJIS' }, false],
    ['LC_ALL before the others', { LC_ALL: 'C', LC_CTYPE: 'C.UTF-8', LANG: 'C.UTF-8' }, false],
    ['LC_CTYPE before LANG', { LC_CTYPE: 'C.UTF-8', LANG: 'C' }, true],
    ['an empty one does not count', { LC_ALL: '', LANG: 'C' }, false],
  ]
  for (const [title, env, expected] of cases) test(title, () => assert.is(isUtf8(env), expected))
})

suite('what is our own, in another locale than UTF-8', (test) => {
  test('has ASCII for the signs of ssox', () => {
    const text = '❯ dev  very lo…  ↑↓ move · Enter   <command …>'
    const expected = '> dev  very lo~  Up/Down move | Enter   <command ...>'
    assert.is(shownIn({ LC_ALL: 'C' }, text), expected)
    assert.is(shownIn({ LC_ALL: 'C.UTF-8' }, text), text)
  })

  test('leaves names alone', () => assert.is(shownIn({ LC_ALL: 'C' }, 'Büro 東京'), 'Büro 東京'))

  test('has a spinner that moves', () => {
    const inAscii = (sign: string) => shownIn({ LC_ALL: 'C' }, sign)
    const frames = [0, 1, 2, 3].map((tick) => frame(tick, 'x', undefined, inAscii))
    assert.equal(frames, ['| x', '/ x', '- x', '\\ x'])
    for (let tick = 0; tick < 10; tick++)
      assert.match(frame(tick, 'x', undefined, inAscii), /^[ -~]+$/)
  })
})
