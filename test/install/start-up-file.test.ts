/** The lines of ssox in a start-up file: text in, text out. */
import fc from 'fast-check'
import { loginAdvice, runsCompinit } from '../../src/install/advice.ts'
import { difference } from '../../src/install/edit.ts'
import { lineThatNames, withLines, withoutLines } from '../../src/install/start-up-file.ts'
import { SsoxError } from '../../src/problem.ts'
import { assert, suite } from '../support/suite.ts'

const LINES = ['one "$HOME"', 'two'] as const
const BLOCK = '# >>> ssox >>>\none "$HOME"\ntwo\n# <<< ssox <<<\n'
/** As the first versions wrote it, a shell script. */
const NEW = BLOCK.replace('\n', '\n# install.sh: this file was new\n')
const OPEN = BLOCK.replace('\n', '\n# install.sh: the line above had no line break\n')

const ADDED: readonly [title: string, before: string | undefined, after: string][] = [
  ['there is no file', undefined, NEW],
  ['it is empty', '', BLOCK],
  ['it ends with a line break', 'a=1\n', `a=1\n${BLOCK}`],
  ['it does not end with a line break', 'a=1', `a=1\n${OPEN}`],
  ['it has empty lines at its end', 'a=1\n\n\n', `a=1\n\n\n${BLOCK}`],
  ['it is a line break', '\n', `\n${BLOCK}`],
  ['it is not UTF-8', '# caf\xe9 \x01\xff\n', `# caf\xe9 \x01\xff\n${BLOCK}`],
  ['one line has CRLF, not the first', 'a=1\nb=2\r\n', `a=1\nb=2\r\n${BLOCK}`],
  ['it ends with CR alone', 'a=1\nb\r', `a=1\nb\r\n${OPEN}`],
  ['it mentions a marker in a line', 'echo "# >>> ssox >>>"\n', `echo "# >>> ssox >>>"\n${BLOCK}`],
]

/** In a file with CRLF a comment takes the CR, which would be part of the last word. */
const CRLF: readonly [title: string, before: string, hashEnds: boolean, after: string][] = [
  ['a shell', 'a=1 #\r\n', true, `a=1 #\r\n${crlf(BLOCK, ' #')}`],
  ['a shell, no line break at its end', 'a #\r\nb #', true, `a #\r\nb #\r\n${crlf(OPEN, ' #')}`],
  ['PowerShell', '$a = 1\r\n', false, `$a = 1\r\n${crlf(BLOCK, '')}`],
]

const BROKEN: readonly [title: string, text: string, line: number][] = [
  ['a begin marker alone', '# >>> ssox >>>\na=1\n', 1],
  ['an end marker alone', 'a=1\n# <<< ssox <<<\n', 2],
  ['markers in the wrong order', '\n# <<< ssox <<<\n# >>> ssox >>>\n', 2],
  ['two blocks', BLOCK + BLOCK, 1],
  ['a block and half of one', `${BLOCK}# >>> ssox >>>\r\n`, 1],
]

const NAMES: readonly [text: string, line: number | undefined][] = [
  ['a=1\n[ -r ~/x/ssox.bash ] && . ~/x/ssox.bash\n', 2],
  ['source "$HOME"/.local/share/ssox/shell/ssox.bash', 1],
  ['. ssox.bash\n', 1],
  ["source '/a b/ssox.bash'\r\n", 1],
  ['eval "$(ssox init bash)"\n', 1],
  ['\n\n# . ~/.local/share/ssox/shell/ssox.bash\n', 3],
  [`${BLOCK}. ~/ssox.bash\n`, 5],
  [BLOCK.replace('two', '. ~/ssox.bash'), undefined],
  ['alias x="cat ssox.bash.txt"\n', undefined],
  ['cat ~/my-ssox.bash\n', undefined],
  ['. ~/ssox.zsh\n', undefined],
  ['awsuse() { export AWS_PROFILE=$1; }\n', undefined],
  ['# ssox initially\n', undefined],
]

suite('lines in a start-up file', (test) => {
  for (const [title, before, after] of ADDED)
    test(`added where ${title}, not twice, and removed byte for byte`, () => {
      assert.is(withLines(before, LINES, true), after)
      assert.is(withLines(after, LINES, true), after)
      assert.is(withoutLines(after), before)
    })

  for (const [title, before, hashEnds, after] of CRLF)
    test(`CRLF stays CRLF: ${title}`, () => {
      assert.is(withLines(before, LINES, hashEnds), after)
      assert.is(withLines(after, LINES, hashEnds), after)
      assert.is(withoutLines(after), before)
    })

  test('whatever the file is, removing what was added gives the same bytes', () => {
    const part = fc.constantFrom('a', '\n', '\r', '\r\n', '#', ' ', '\xff', '\0', '# ssox')
    const text = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, fc.boolean(), (before, hashEnds) => {
        const after = withLines(before, LINES, hashEnds)
        assert.ok(after.startsWith(before))
        assert.is(withoutLines(after), before)
        assert.is(withLines(after, ['three'], hashEnds).split('three').length, 2)
        assert.is(withoutLines(withLines(after, ['three'], hashEnds)), before)
      }),
    )
  })

  test('a path beyond ASCII is UTF-8 in the file', () =>
    assert.is(withLines('', ['. ~/jörg'], true), BLOCK.replace(/one.*\ntwo/, '. ~/j\xc3\xb6rg')))

  test('other lines take the place of the block, where it stands', () =>
    assert.is(
      withLines(`first\n${OPEN}last\n`, ['three'], true),
      `first\n${OPEN.replace(/one.*\ntwo/, 'three')}last\n`,
    ))

  test('with lines after the block, the line break before it stays', () =>
    assert.is(withoutLines(`a=1\n${OPEN}\n`), 'a=1\n\n'))

  test('a file that was new stays when it has other lines by now', () =>
    assert.is(withoutLines(`mine=1\n${NEW}`), 'mine=1\n'))

  test('a block whose last line break is gone', () => assert.is(withoutLines(BLOCK.trimEnd()), ''))

  test('a text without a block stays', () => assert.is(withoutLines('a=1'), 'a=1'))

  for (const [title, text, line] of BROKEN)
    test(`${title}: neither added nor removed, and the line is named`, () => {
      for (const edit of [withoutLines, (each: string) => withLines(each, LINES, true)])
        try {
          edit(text)
          assert.unreachable()
        } catch (error) {
          assert.instance(error, SsoxError)
          assert.match((error as SsoxError).message, `do not match (line ${line})`)
        }
    })

  for (const [text, line] of NAMES)
    test(`${JSON.stringify(text)} ${line ? 'names' : 'does not name'} the hook of bash`, () =>
      assert.is(lineThatNames(text, 'ssox.bash'), line))
})

suite('what is shown of an edit', (test) => {
  const table: readonly [string, string | undefined, string | undefined, string[]][] = [
    ['lines at the end', 'a\nb\n', 'a\nb\nc\n', ['+ c']],
    ['a last line without a line break', 'a', 'a\nb\n', ['+ b']],
    ['a new file', undefined, 'a\n', ['+ a']],
    ['a file that goes', 'a\r\n', undefined, ['- a']],
    ['lines in between', 'a\nb\nc\n', 'a\nx\ny\nc\n', ['- b', '+ x', '+ y']],
    ['a line that is there twice', 'a\na\n', 'a\na\na\n', ['+ a']],
    ['UTF-8', '', 'j\xc3\xb6rg\n', ['+ jörg']],
  ]
  for (const [title, old, next, shown] of table)
    test(title, () => assert.equal(difference(old, next), shown))
})

suite('advice', (test) => {
  const login: readonly [string, Record<string, string>, string | undefined][] = [
    ['no file', {}, '~/.bash_profile'],
    ['another .profile', { '.profile': '# not ~/.bashrc\n' }, '~/.profile'],
    ['a .profile that loads .bashrc', { '.profile': '. ~/.bashrc\n' }, undefined],
    [
      'a .bash_profile that loads such a .profile',
      { '.bash_profile': '. "$HOME/.profile"\n', '.profile': '. "$HOME/.bashrc"\n' },
      undefined,
    ],
    [
      'a .bash_profile that hides such a .profile',
      { '.bash_profile': 'a=1\n', '.profile': '. ~/.bashrc\n' },
      '~/.bash_profile',
    ],
    ['a .bash_login that loads the hook', { '.bash_login': '. ~/ssox.bash\n' }, undefined],
  ]
  for (const [title, files, file] of login)
    test(`login shells of bash with ${title}: ${file ?? 'not a word'}`, () =>
      assert.is(loginAdvice((name) => files[name])?.file, file))

  test('compinit is run by a line of code, or by a framework', () => {
    assert.not(runsCompinit([undefined, '', '  # autoload compinit\n']))
    assert.ok(runsCompinit(['a=1\n', 'autoload -Uz compinit\ncompinit\n']))
    assert.ok(runsCompinit(['source $ZSH/oh-my-zsh.sh\n']))
  })
})

function crlf(block: string, comment: string): string {
  return block.replace(/^([^#\n].*)$/gm, `$1${comment}`).replaceAll('\n', '\r\n')
}
