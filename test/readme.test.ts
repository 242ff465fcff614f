import { existsSync, readFileSync } from 'node:fs'
import { usageOf } from '../src/cli/spec.ts'
import { DESCRIBED_VERBS } from '../src/cli/verb-text.ts'
import { EXIT } from '../src/problem.ts'
import { SETTINGS, type SettingSpec } from '../src/settings/table.ts'
import { assert, suite } from './support/suite.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const settings = readFileSync(new URL('../docs/settings.md', import.meta.url), 'utf8')
const scripts = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).scripts

suite('README', (test) => {
  test('its table of commands is the command table', () => {
    const rows = DESCRIBED_VERBS.map(
      (verb) => `| \`ssox ${usageOf(verb).replaceAll('|', '\\|')}\` | ${verb.summary} |`,
    )
    const table = readme
      .split('<!-- verbs')[1]
      ?.split('\n')
      .slice(3, 3 + rows.length)
    assert.equal(table, rows)
  })

  test('the table of docs/settings.md is the table of settings', () => {
    const code = (words: readonly (string | number | boolean | undefined)[]) =>
      words.flatMap((word) => (word === undefined ? [] : [`\`${word}\``])).join(', ')
    const rows = Object.entries<SettingSpec>(SETTINGS).map(([name, spec]) => {
      const does = spec.description + (spec.choices ? `: ${code(spec.choices)}` : '')
      const cells = [code([name]), does, code([spec.default]), code([spec.flag, spec.variable])]
      return `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`
    })
    const table = settings
      .split('<!-- settings')[1]
      ?.split('\n')
      .slice(3, 4 + rows.length)
    assert.equal(table, [...rows, ''])
  })

  test('a command that is said to be missing is missing', () => {
    const missing = /Not there yet: (.*)\./.exec(readme)?.[1] ?? ''
    for (const verb of DESCRIBED_VERBS) assert.not.match(missing, `\`${verb.name}\``)
  })

  test('it names every exit code', () => {
    const line = readme.split('\n').find((text) => text.startsWith('0 ok')) ?? ''
    for (const code of Object.values(EXIT)) assert.match(line, new RegExp(`\\b${code}\\b`))
  })

  test('every link leads to a file or a heading', () => {
    const headings = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title.toLowerCase().replaceAll(' ', '-'),
    )
    const links = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
    assert.ok(links.length > 4, `${links.length} links`)
    for (const target of links) {
      const [path = '', anchor] = target.split('#')
      if (path === '') assert.ok(headings.includes(anchor ?? ''), target)
      else assert.ok(existsSync(new URL(`../${path}`, import.meta.url)), target)
    }
  })

  test('its scripts exist', () => {
    for (const [, name] of readme.matchAll(/npm run (\w+)/g)) assert.ok(scripts[name ?? ''], name)
  })
})
