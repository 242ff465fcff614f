import { width } from '../../src/text/width.ts'
import { colours } from '../../src/ui/colour.ts'
import { type Cell, table } from '../../src/ui/columns.ts'
import { assert, type Declare, suite } from '../support/suite.ts'

const { red, bold } = colours(true)
const LONG = 'a-rather-long-profile-name-of-some-team'

suite('table', (test) => {
  test('aligns columns with two blanks between them', () => {
    const shown = table([
      ['dev', '111111111111', 'Admin'],
      ['production', '2', 'ReadOnly'],
    ])
    assert.is(shown, 'dev         111111111111  Admin\nproduction  2             ReadOnly\n')
  })

  test('counts the header in', () => {
    const shown = table([['dev', '1']], { header: ['PROFILE', 'ACCOUNT'] })
    assert.is(shown, 'PROFILE  ACCOUNT\ndev      1\n')
  })

  test('shows the header alone without rows', () =>
    assert.is(table([], { header: ['PROFILE'] }), 'PROFILE\n'))

  test('is empty without rows and header', () => assert.is(table([]), ''))

  test('aligns wide characters', () => {
    const shown = table([
      ['東京', 'x'],
      ['abc', 'y'],
      ['👍🏽', 'z'],
    ])
    assert.is(shown, '東京  x\nabc   y\n👍🏽    z\n')
  })

  test('measures after cleaning', () => {
    const shown = table([
      ['a\x1b[31m', 'x'],
      ['b', 'y'],
    ])
    assert.is(shown, 'a\\x1b[31m  x\nb          y\n')
  })

  test('keeps one row on one line whatever the cells hold', () => {
    const shown = table([
      ['a\nb', 'x'],
      ['c\u2028d', 'y\r'],
    ])
    assert.is(shown.split('\n').length, 3)
  })

  test('leaves no trailing blanks', () => {
    const shown = table([
      ['a', '', ''],
      ['bcd', 'e  ', ''],
      ['', '', ''],
      ['', 'f', ' '],
    ])
    assert.is(shown, 'a\nbcd  e\n\n     f\n')
  })

  test('takes rows of different lengths', () =>
    assert.is(table([['a'], ['b', 'c', 'd'], []]), 'a\nb  c  d\n\n'))

  test('puts a style around the text, not around the padding', () => {
    const rows: Cell[][] = [
      [{ text: 'a', style: red }, 'x'],
      ['bcd', { text: 'y', style: bold }],
    ]
    assert.is(table(rows), '\x1b[31ma\x1b[39m    x\nbcd  \x1b[1my\x1b[22m\n')
  })

  test('styles the header', () =>
    assert.is(table([], { header: ['A'], headerStyle: bold }), '\x1b[1mA\x1b[22m\n'))

  test('narrows the widest column first', () => {
    const shown = table(
      [
        [LONG, 'short'],
        ['x', 'y'],
      ],
      { columns: 30 },
    )
    const [first = '', second = ''] = shown.split('\n')
    assert.is(width(first), 30)
    assert.ok(first.endsWith('…  short'), first)
    assert.is(second.indexOf('y'), first.indexOf('short'))
  })

  test('cuts at the right edge what cannot be narrowed', () => {
    const shown = table([['12345678', '12345678', '12345678']], { columns: 15 })
    assert.is(shown, '12345678  1234…\n')
  })

  test('never exceeds the window', () => {
    const rows = [
      [LONG, LONG, '東京東京東京東京'],
      ['x', LONG, LONG],
    ]
    for (let columns = 1; columns < 140; columns++)
      for (const line of table(rows, { columns }).split('\n'))
        assert.ok(width(line) <= columns, `${columns}: ${line}`)
  })

  suiteOfFits(test)

  test('cuts nothing when the window is wide enough', () =>
    assert.is(table([[LONG, 'x']], { columns: LONG.length + 3 }), `${LONG}  x\n`))
})

function suiteOfFits(test: Declare): void {
  const fit = [{ rank: 0 }, { rank: 2 }, { rank: 1 }, { rank: 3, isFlexible: true }]
  const header = ['NAME', 'KIND', 'ACCOUNT', 'ROLE']
  const row = [LONG, 'sso', '123456789012', 'AdministratorAccess']
  const cases: [title: string, columns: number, row: string][] = [
    ['all of it', 100, `${LONG}  sso   123456789012  AdministratorAccess`],
    ['a flexible column is narrowed', 70, `${LONG}  sso   123456789012  Administ…`],
    ['then it goes', 65, `${LONG}  sso   123456789012`],
    ['the highest rank goes first', 56, `${LONG}  123456789012`],
    ['what must stay is never cut', 45, LONG],
    ['even if the window is smaller', 10, LONG],
  ]
  for (const [title, columns, expected] of cases)
    test(`ranks of columns: ${title}`, () => {
      const [, shown] = table([row], { header, fit, columns }).split('\n')
      assert.is(shown, expected)
    })

  test('ranks of columns: one long name among many leaves them in their places', () => {
    const rows = Array.from({ length: 20 }, (_, at) => [`team-${at}`, ...row.slice(1)])
    const lines = (columns: number) =>
      table([...rows, row], { header, fit, columns })
        .trimEnd()
        .split('\n')
    const cells = ['sso   123456789012  AdministratorAccess', 'sso   123456789012']
    const narrow = lines(52)
    assert.is(narrow.at(-2), `team-19  ${cells[0]}`)
    assert.is(narrow.at(-1), `${LONG}  sso`)
    assert.is(lines(60).at(-1), `${LONG}  ${cells[1]}`)
    assert.is(lines(30).at(-1), LONG)
    assert.is(lines(100).at(-2), `team-19${' '.repeat(LONG.length - 7)}  ${cells[0]}`)
    const tenth = table([...rows.slice(0, 7), row], { header, fit, columns: 52 })
    assert.is(tenth.split('\n')[1], 'team-0', 'one of eight is no exception')
  })
}
