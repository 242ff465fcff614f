import { foundRanges, search, toField } from '../../src/text/fuzzy.ts'
import { assert, suite } from '../support/suite.ts'

/** A row from its fields, the name first. */
function row(fields: readonly string[], weight = 0) {
  return { fields: fields.map(toField), weight }
}

/** The names that a query finds, best first. */
function found(query: string, ...rows: readonly (readonly string[])[]): string {
  return search(
    rows.map((fields) => row(fields)),
    query,
  )
    .map(({ fields }) => fields[0]?.text)
    .join(' ')
}

/** The same for rows that are names alone. */
function names(query: string, all: string): string {
  return found(query, ...all.split(' ').map((name) => [name]))
}

/** The first field with what was found in brackets. */
function marked(query: string, ...fields: readonly string[]): string {
  const ranges = foundRanges(row(fields), query)
  return fields
    .map((text, at) => {
      const isFound = (unit: number) =>
        (ranges[at] ?? []).some(([from, to]) => unit >= from && unit < to)
      return [...text.split('')].map((unit, i) => (isFound(i) ? `[${unit}]` : unit)).join('')
    })
    .join('|')
    .replaceAll('][', '')
}

suite('fuzzy search: the order', (test) => {
  for (const [query, all, expected, sentence] of [
    [
      'prod',
      'p-r-o-d reprod my-prod production prod',
      'prod production my-prod p-r-o-d reprod',
      'exact, beginning, beginning of a word, beginnings of words, part',
    ],
    ['pra', 'opray p-ra', 'p-ra opray', 'beginnings of words before a part'],
    ['dev', 'dxexv ndev dev2', 'dev2 ndev dxexv', 'letters in order come last'],
    ['adm', 'axdxm a-------d-------m', 'a-------d-------m axdxm', 'words even when far apart'],
    ['xyz', 'axxbyyczz axxxxbyyyyczzzz', 'axxbyyczz axxxxbyyyyczzzz', 'fewer gaps before more'],
    ['prod', 'prod-very-long prod-eu', 'prod-eu prod-very-long', 'the shorter of two as good'],
    ['b', 'zb ab yb', 'zb ab yb', 'the order of the files at the very end'],
    ['PROD', 'prod Prod-x', 'prod Prod-x', 'letter case of the query does not count'],
    ['prod', 'PROD-X PrOd', 'PrOd PROD-X', 'nor that of the name'],
    ['access', 'inaccessible AdministratorAccess', 'AdministratorAccess inaccessible', 'capitals'],
    ['2', 'a12 dev2', 'dev2 a12', 'a digit after a letter begins a word, within a number not'],
    ['nothing', 'prod dev', '', 'what is nowhere'],
    ['', 'b a c', 'b a c', 'no query: all, in the order of the files'],
    ['  ', 'b a c', 'b a c', 'blanks are no query'],
    ['dév', 'DÉV other', 'DÉV', 'letters beyond ASCII'],
    ['σ', 'ΟΔΟΣ x', 'ΟΔΟΣ', 'a capital with two small forms'],
    ['東', 'x 東京', '東京', 'other scripts'],
    ['.*', 'abc a.*b', 'a.*b', 'the query is no pattern'],
    [
      'aab',
      'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab ab',
      'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab',
      'one letter often',
    ],
  ] as const)
    test(`${JSON.stringify(query)}: ${sentence}`, () => assert.is(names(query, all), expected))

  test('prefers what was used, among equals only', () => {
    const rows = [row(['prod-a']), row(['prod-b'], 3), row(['my-prod'], 99), row(['prod-c'], 1)]
    const order = (query: string) => search(rows, query).map(({ fields }) => fields[0]?.text)
    assert.equal(order('prod'), ['prod-b', 'prod-c', 'prod-a', 'my-prod'])
    assert.equal(order(''), ['my-prod', 'prod-b', 'prod-c', 'prod-a'])
  })

  test('takes no time with a name that has a beginning of a word everywhere', () => {
    const name = 'a-'.repeat(400)
    assert.is(names(`${'a'.repeat(200)}b`, name), '')
    assert.is(names(`${'a'.repeat(200)}b`, `${name}xb`), `${name}xb`)
  })
})

suite('fuzzy search: columns', (test) => {
  const rows = [
    ['awesome-dev', '123456789012', 'Awesome', 'Developer'],
    ['awesome-adm', '123456789012', 'Awesome', 'AdministratorAccess'],
    ['shop', '012345678901', 'Unicorn Shop', 'AdministratorAccess'],
    ['Developer', '210987654321', 'Marketing', 'ReadOnly'],
  ]
  for (const [query, expected, sentence] of [
    ['0123', 'shop', 'an account id by its first digits'],
    ['8901', 'shop awesome-dev awesome-adm', 'and by any digits that stand together'],
    ['1111', '', 'digits that stand apart are not found in it'],
    ['unicorn', 'shop', 'the name of an account'],
    ['admin', 'shop awesome-adm', 'a role, the shorter name first'],
    ['awesome admin', 'awesome-adm', 'two words in two columns'],
    ['admin awesome', 'awesome-adm', 'in either order'],
    ['uni adm', 'shop', 'beginnings of both'],
    ['awesome unicorn', '', 'each word must be somewhere'],
    ['developer', 'Developer awesome-dev', 'the name before the role'],
    ['awesome  dev ', 'awesome-dev', 'blanks between and after'],
  ] as const)
    test(`${JSON.stringify(query)}: ${sentence}`, () => assert.is(found(query, ...rows), expected))

  test('finds a name with a blank by all of it', () =>
    assert.is(names('my team', 'team-my my-team'), 'team-my my-team'))

  test('puts the very name first even when it has a blank', () =>
    assert.is(found('my team', ['my-team'], ['my team']), 'my team my-team'))

  test('takes rows without fields', () => assert.is(search([row([])], 'x').length, 0))
})

suite('fuzzy search: what was found', (test) => {
  for (const [query, fields, expected] of [
    ['prod', ['my-prod'], 'my-[prod]'],
    ['pradm', ['prod-eu-admin'], '[pr]od-eu-[adm]in'],
    ['dvl', ['developer'], '[d]e[v]e[l]oper'],
    ['aab', ['a-a-xaxab'], 'a-a-x[a]x[ab]'],
    ['ab', ['ax-xab'], 'ax-x[ab]'],
    ['prod adm', ['prod', '1', 'Admin'], '[prod]|1|[Adm]in'],
    ['ab bc', ['abc'], '[abc]'],
    ['x', ['İx'], 'İ[x]'],
    ['', ['abc'], 'abc'],
    ['zz', ['abc'], 'abc'],
  ] as const)
    test(`${JSON.stringify(query)} in ${fields.join(' | ')}`, () =>
      assert.is(marked(query, ...fields), expected))
})
