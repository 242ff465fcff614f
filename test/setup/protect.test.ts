/** `protect` in the settings file of ssox. */
import { checkProtect, withProtect } from '../../src/setup/protect.ts'
import { assert, suite } from '../support/suite.ts'

suite('protect in the settings', (test) => {
  for (const [before, after, sentence] of [
    ['', '[ssox]\nprotect = *prod*\n', 'a new file'],
    ['# mine', '# mine\n[ssox]\nprotect = *prod*\n', 'a file with a comment alone'],
    [
      '[ssox]\n# mode\nmode = keys\n',
      '[ssox]\nprotect = *prod*\n# mode\nmode = keys\n',
      'below the header',
    ],
    ['[ssox]', '[ssox]\nprotect = *prod*\n', 'below a header that is the last line'],
    [
      '; x\r\n [ ssox ] ; y\r\nmode = keys\r\n',
      '; x\r\n [ ssox ] ; y\r\nprotect = *prod*\r\nmode = keys\r\n',
      'with the line ends of the file',
    ],
  ] as const)
    test(sentence, () => assert.is(withProtect(before, '*prod*'), after))

  for (const globs of ['*prod*', 'prod-*, 123456789012', '[!d]*'])
    test(`can be ${globs}`, () => assert.is(checkProtect(globs), undefined))

  for (const globs of ['', ' ', 'true', '{prod}', 'a;b', 'a#b', 'a=b'])
    test(`cannot be ${JSON.stringify(globs)}`, () =>
      assert.throws(() => checkProtect(globs), /--protect cannot be/))
})
