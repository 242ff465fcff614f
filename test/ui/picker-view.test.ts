import { width } from '../../src/text/width.ts'
import { colours } from '../../src/ui/colour.ts'
import { fitPicker, openPicker, type PickerItem, pickerItem } from '../../src/ui/picker.ts'
import {
  drawView,
  ERASE_VIEW,
  type PickerColumn,
  type PickerLook,
  pickerPage,
  returnAfterResize,
  viewPicker,
} from '../../src/ui/picker-view.ts'
import { assert, suite } from '../support/suite.ts'

const TABLE: readonly PickerColumn[] = [
  { title: 'PROFILE', rank: 0 },
  { title: 'ACCOUNT', rank: 3, isFixed: true },
  { title: '', rank: 4 },
  { title: 'ROLE', rank: 2 },
  { title: 'LEFT', rank: 1, isFixed: true },
]

const PROFILES = [
  pickerItem(['awesome', '123456789012', 'Awesome', 'Developer'], { isCurrent: true }),
  pickerItem(['unicorn', '012345678901', 'Unicorn Shop', 'AdministratorAccess']),
  pickerItem(['static', '', '', '']),
]

function look(changes: Partial<PickerLook> = {}): PickerLook {
  return {
    columns: 80,
    rows: 24,
    style: colours(false),
    shown: (own) => own,
    prompt: 'Profile',
    table: TABLE,
    note: ({ name }) => ({ text: name === 'awesome' ? '47m' : '', style: (text) => text }),
    ...changes,
  }
}

interface Shown {
  readonly items?: readonly PickerItem[]
  readonly query?: string
  readonly at?: number
  readonly look?: Partial<PickerLook>
}

function view({ items = PROFILES, query = '', at = 0, look: changes = {} }: Shown = {}) {
  const shown = look(changes)
  const page = pickerPage(shown.rows, items.length)
  const start = openPicker(items)
  const found = query === '' ? start.found : start.found.filter(({ name }) => name.includes(query))
  return viewPicker(fitPicker({ ...start, query, found, at }, page), shown)
}

const text = (shown: Shown) => view(shown).lines.join('\n')

suite('picker view', (test) => {
  test('shows the query, the columns, the selected row, the one in use, and the keys', () =>
    assert.is(
      text({ at: 1 }),
      [
        'Profile:  type to filter',
        '    PROFILE  ACCOUNT                     ROLE                 LEFT',
        '  * awesome  123456789012  Awesome       Developer            47m',
        '❯   unicorn  012345678901  Unicorn Shop  AdministratorAccess',
        '    static',
        '  3 of 3   ↑↓ move · Enter choose · Esc cancel',
      ].join('\n'),
    ))

  test('leaves out what no profile has', () => {
    const items = [pickerItem(['a', '', '', '']), pickerItem(['b', '', '', ''])]
    assert.equal(view({ items }).lines.slice(1, 4), ['  PROFILE  LEFT', '❯ a', '  b'])
  })

  test('gets shorter with the list', () =>
    assert.equal(view({ query: 'uni' }).lines.slice(2), [
      '❯   unicorn  012345678901  Unicorn Shop  AdministratorAccess',
      '  1 of 3   ↑↓ move · Enter choose · Esc cancel',
    ]))

  test('says so when nothing matches', () =>
    assert.equal(view({ query: 'zzz' }).lines.slice(2), [
      '  nothing matches',
      '  0 of 3   ↑↓ move · Enter choose · Esc cancel',
    ]))

  test('puts the cursor behind the query', () => {
    assert.is(view().cursor, 'Profile: '.length)
    assert.is(view({ query: 'uni' }).cursor, 'Profile: uni'.length)
    assert.is(view({ query: '東京' }).cursor, 'Profile: '.length + 4)
  })

  test('shows the end of a query that is too long', () => {
    const { lines, cursor } = view({ query: `start-${'東'.repeat(50)}-end`, look: { columns: 30 } })
    assert.match(lines[0] ?? '', /^Profile: …東+-end$/)
    assert.ok(cursor <= 29, `${cursor}`)
  })

  test('shows ten rows at the most, and counts all', () => {
    const items = Array.from({ length: 3_000 }, (_, at) => pickerItem([`p${at}`, '', '', '']))
    const { lines } = view({ items, at: 1_500 })
    assert.is(lines.length, 13)
    assert.match(lines.join('\n'), /❯ p1500\b/)
    assert.match(lines.at(-1) ?? '', /3000 of 3000/)
  })

  test('asks for the time left of the rows on the screen only', () => {
    const items = Array.from({ length: 3_000 }, (_, at) => pickerItem([`p${at}`, '', '', '']))
    const asked = new Set<string>()
    const note = ({ name }: PickerItem) => {
      asked.add(name)
      return { text: '1m', style: (shown: string) => shown }
    }
    view({ items, look: { note } })
    assert.is(asked.size, 10)
  })

  for (const [rows, page, lines] of [
    [24, 10, 13],
    [12, 8, 11],
    [8, 4, 7],
    [7, 3, 6],
    [6, 4, 5],
    [3, 1, 2],
    [1, 1, 2],
  ] as const)
    test(`on ${rows} rows it shows ${page} profiles`, () => {
      const items = Array.from({ length: 99 }, (_, at) => pickerItem([`p${at}`, '', '', '']))
      assert.is(pickerPage(rows, items.length), page)
      assert.is(view({ items, look: { rows } }).lines.length, lines)
    })
})

suite('picker view: narrow windows', (test) => {
  const header = (columns: number) => view({ look: { columns } }).lines[1]?.trim()

  for (const [columns, expected, sentence] of [
    [74, 'PROFILE  ACCOUNT                     ROLE                 LEFT', 'all of it'],
    [61, 'PROFILE  ACCOUNT                   ROLE        LEFT', 'narrower columns'],
    [55, 'PROFILE  ACCOUNT       ROLE              LEFT', 'without the name of the account'],
    [44, 'PROFILE  ROLE                 LEFT', 'without the account'],
    [26, 'PROFILE  LEFT', 'without the role'],
    [20, 'PROFILE', 'the names alone'],
  ] as const)
    test(`${columns} columns: ${sentence}`, () => assert.is(header(columns), expected))

  test('no line is wider than the window, down to one column', () => {
    const items = [
      ...PROFILES,
      pickerItem(['東京'.repeat(20), '123456789012', '👍🏽'.repeat(9), 'a\x1b[31m\u202eb'], {
        isCurrent: true,
      }),
      pickerItem(['x'.repeat(300), '1', 'y'.repeat(300), 'z'.repeat(300)]),
    ]
    for (let columns = 1; columns < 120; columns++)
      for (const query of ['', 'x'.repeat(200), '東京'.repeat(50)])
        for (const line of view({ items, query, look: { columns } }).lines)
          assert.ok(width(line) <= Math.max(0, columns - 1), `${columns}: ${line}`)
  })

  test('a name that is cut says so', () => {
    const items = [pickerItem(['x'.repeat(300), '123456789012', '', ''])]
    assert.match(view({ items, look: { columns: 60 } }).lines[2] ?? '', /^❯ x{30,}…$/)
  })
})

suite('picker view: colour and hostile names', (test) => {
  const HOSTILE = 'p\x1b]0;title\x07\x9b2J\u202e\r\n\u200b'

  test('nothing that a terminal obeys comes from a name', () => {
    const items = [pickerItem([HOSTILE, HOSTILE, HOSTILE, HOSTILE])]
    const shown = text({ items, look: { columns: 400 } })
    assert.not.match(shown.replaceAll('\n', ''), /[\x00-\x1f\x7f-\x9f\u202e\u200b]/)
    assert.is(shown.split('\n').length, 4)
    assert.match(shown, 'p\\x1b]0;title\\x07\\x9b2J\\u202e\\r\\n\\u200b')
  })

  test('without colour there is not one control sequence', () =>
    assert.not.match(text({ query: 'uni' }), /\x1b/))

  test('what was found is marked, in the selected row and in others', () => {
    const style = colours(true)
    const lines = view({ query: 'a', at: 0, look: { style } }).lines
    const marked = style.bold(style.cyan('a'))
    assert.match(lines[2] ?? '', marked + style.bold('wesome'))
    assert.match(lines[3] ?? '', `st${marked}tic`)
  })

  test('the colour of the time left is the one it came with', () => {
    const { style } = { style: colours(true) }
    const note = () => ({ text: '7m', style: style.red })
    assert.match(view({ look: { style, note } }).lines[2] ?? '', style.red('7m'))
  })
})

suite('picker view: another locale than UTF-8', (test) => {
  test('has its own signs in ASCII, and names as they are', () => {
    const shown = (own: string) => own.replace('❯', '>').replace('…', '~').replace(/[↑↓·]/g, '-')
    const { lines } = view({ query: '…', at: 0, look: { shown } })
    assert.match(lines[0] ?? '', '…')
    const all = view({ at: 0, look: { shown, columns: 40 } }).lines.join('\n')
    assert.match(all, /^> /m)
    assert.match(all, /~/)
    assert.not.match(all, /[❯↑↓·…]/)
  })
})

suite('picker view: drawing', (test) => {
  test('draws downwards and goes back to the query', () =>
    assert.is(
      drawView({ lines: ['Profile: d', 'dev'], cursor: 10 }),
      '\r\x1b[?7lProfile: d\x1b[K\r\ndev\x1b[J\x1b[?7h\x1b[1A\r\x1b[10C',
    ))
  test('does not move by nothing, which would be one', () =>
    assert.is(drawView({ lines: ['x'], cursor: 0 }), '\r\x1b[?7lx\x1b[J\x1b[?7h\r'))
  test('clears from the query on', () => assert.is(ERASE_VIEW, '\r\x1b[J'))
  for (const [cursor, columns, expected] of [
    [12, 80, ''],
    [12, 12, '\x1b[1A'],
    [25, 12, '\x1b[2A'],
    [25, 0, '\x1b[25A'],
  ] as const)
    test(`the cursor at ${cursor} of a line that now wraps at ${columns}`, () =>
      assert.is(returnAfterResize(cursor, columns), expected))
})
