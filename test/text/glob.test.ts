/** Globs of the setting `protect`: what they match, in which time, and what is none. */
import { matchesGlob, parseGlobs, parseGuard } from '../../src/text/glob.ts'
import { assert, suite } from '../support/suite.ts'

const matches = (list: string, text: string) =>
  parseGlobs(list)?.some((glob) => matchesGlob(glob, text))

suite('globs', (test) => {
  const cases: [title: string, list: string, yes: string[], no: string[]][] = [
    ['a name is itself, whole', 'prod', ['prod', 'PROD'], ['prod2', 'aprod', 'pro', '']],
    ['* is anything, nothing too', '*prod*', ['prod', 'my-prod-eu', 'pprod'], ['pro', 'dev']],
    ['several *', 'a*b*c', ['abc', 'aXbXbXc'], ['acb', 'abcd', 'ab']],
    ['* alone', '*', ['', 'x', 'ü😀'], []],
    ['? is one character, of any size', 'pro?', ['prod', 'proü', 'pro😀'], ['pro', 'prodd']],
    ['a set', 'pro[dx]', ['prod', 'proX'], ['proz', 'pro[dx]', 'pro']],
    ['a range', 'p[0-3a-c]', ['p0', 'p3', 'pB'], ['p4', 'pd', 'p-']],
    ['not in a set', 'p[!0-3]', ['p4', 'px'], ['p0', 'p2', 'p']],
    ['not, as in regular expressions', 'p[^0-3]', ['p4'], ['p0']],
    ['- and ] as characters of a set', 'p[]x-]', ['p]', 'px', 'p-'], ['py']],
    ['! as a character of a set', 'p[x!]', ['p!', 'px'], ['pa']],
    ['signs in a set', '[[]a[*]b[?]', ['[a*b?'], ['[axb?']],
    ['* behind a set', '[!d]*[ud]', ['prod', 'pu'], ['dud', 'pro']],
    ['several globs', 'dev, live ,p[12],,', ['dev', 'live', 'p2'], ['p3', ',', '']],
    [
      'blanks are part of a name',
      'Data Lake, my t*',
      ['data lake', 'my team'],
      ['data', 'my', 'team'],
    ],
    ['no globs', ' , ', [], ['', 'x']],
    ['signs without a meaning', 'a.b+c@d/e:f%g', ['a.b+c@d/e:f%g'], ['aXb+c@d/e:f%g']],
  ]
  for (const [title, list, yes, no] of cases)
    test(title, () => {
      for (const text of yes) assert.is(matches(list, text), true, `${list} is ${text}`)
      for (const text of no) assert.is(matches(list, text), false, `${list} is not ${text}`)
    })

  test('a guard with blanks holds the name, and each of its words', () => {
    const globs = parseGuard('Data Lake, *prod* *live*') ?? []
    const held = ['Data Lake', 'my-prod', 'alive', 'a-prod b-live', 'data', 'lake']
    for (const text of held)
      assert.ok(
        globs.some((glob) => matchesGlob(glob, text)),
        text,
      )
    for (const text of ['dev', 'data-lake', 'lake-data'])
      assert.not.ok(
        globs.some((glob) => matchesGlob(glob, text)),
        text,
      )
    assert.is(parseGuard('prod (a|b)'), undefined)
  })

  test('what is meant as something else is none', () => {
    const wrong = ['pro[d', 'pro]', '[', '[]', 'a, [b', '[a,b]', '[b-a]', '[[:digit:]]', '[[.a.]]']
    const other = ['{a,b}', '(a|b)', '^prod', 'prod$', '!dev', '"prod"', "'prod'", 'a\\*', 'x"']
    for (const list of [...wrong, ...other]) assert.is(parseGlobs(list), undefined, list)
  })

  test('a hostile one takes no time', () => {
    const [before, text] = [process.cpuUsage(), 'a'.repeat(2000)]
    for (const list of ['*a'.repeat(500), '*[!b]'.repeat(400), '['.repeat(5000)])
      assert.not(matches(`${list}x`, text))
    assert.ok(process.cpuUsage(before).user < 2_000_000)
  })
})
