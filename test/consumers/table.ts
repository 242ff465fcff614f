/** The table of docs/consumers.md: written by a run, and compared with one. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Way } from './ways.ts'

const page = new URL('../../docs/consumers.md', import.meta.url)
/** Around the table in the page. */
const MARKED = /(?<=<!-- written by a run[^\n]*-->\n).*?(?=<!-- end -->)/s

const HEADS: Readonly<Record<Way, string>> = {
  write: '`write`',
  env: '`env`',
  exec: '`exec`',
  serve: '`exec --serve`',
  process: '`credential-process`',
}

export interface Row {
  readonly name: string
  readonly version: string
  readonly cells: Readonly<Record<Way, string>>
}

/** The rows in the page. */
export function readRows(): Row[] {
  const lines = (MARKED.exec(readFileSync(page, 'utf8'))?.[0] ?? '').trim().split('\n').slice(2)
  return lines.map((line) => {
    const [name = '', version = '', ...texts] = line.slice(2, -2).split(' | ')
    const cells = Object.keys(HEADS).map((way, at) => [way, texts[at] ?? ''])
    return { name, version, cells: Object.fromEntries(cells) as Row['cells'] }
  })
}

/** Puts these rows into the page, which keeps those of consumers that did not run. */
export function writeRows(rows: readonly Row[], order: readonly string[]): void {
  const known = new Map([...readRows(), ...rows].map((row) => [row.name, row]))
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  const table = [
    ['consumer', 'version', ...Object.values(HEADS)],
    ['consumer', 'version', ...Object.values(HEADS)].map(() => '---'),
    ...order.flatMap((name) => {
      const row = known.get(name)
      return row ? [[name, row.version, ...Object.values(row.cells)]] : []
    }),
  ]
  const text = readFileSync(page, 'utf8')
  if (!MARKED.test(text)) throw new Error(`no place for the table in ${page.pathname}`)
  writeFileSync(
    page,
    text.replace(MARKED, () => table.map(line).join('')),
  )
}
