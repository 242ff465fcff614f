/** The command lines in a page's code, read as ssox reads them. */
import { readdirSync, readFileSync } from 'node:fs'
import { asked } from '../support/command-line.ts'
import { assert } from '../support/suite.ts'

const ROOT = new URL('../../', import.meta.url)

/** The pages for users, by their path below the project: those of docs/, and README.md. */
export function pages(): ReadonlyMap<string, string> {
  const docs = readdirSync(new URL('docs/', ROOT)).filter((name) => name.endsWith('.md'))
  const paths = ['README.md', ...docs.sort().map((name) => `docs/${name}`)]
  return new Map(paths.map((path) => [path, readFileSync(new URL(path, ROOT), 'utf8')]))
}

/**
 * Words after `ssox` of every command line in a page's code, up to what ends a command of a shell.
 * `awsuse dev` is `ssox env dev`, as the hooks call it. A form such as `ssox exec [profile]` is none.
 */
export function commandLines(page: string): string[][] {
  const code = [...page.matchAll(/^```\w+\n(.*?)^```$|`([^`\n]+)`/gms)]
  return code
    .flatMap(([, block, span = '']) =>
      (block ?? span).replaceAll('\\\n', ' ').replaceAll('\\|', '|').split('\n'),
    )
    .filter((line) => !/ [<[]\w+/.test(line))
    .flatMap((line) => [
      ...line.matchAll(/(?<=^|[\s("])(?<!use )(ssox|awsuse) ((?:'[^']*'|"[^"$]*"|[^'"|;&>)#])+)/g),
    ])
    .map(([, program, words = '']) => [
      ...(program === 'awsuse' ? ['env'] : []),
      ...(words.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []),
    ])
    .map((words) => words.map((word) => word.replace(/["']/g, '')))
    .filter((words) => words[1] !== '-' || words[0] !== 'env')
}

/** The verb of a command line; `help` for one that shows a text. @throws for one that is not understood */
export function verbOf(words: readonly string[]): string {
  const call = asked(words)
  if (call.kind === 'bare') throw new Error(`not a command: ssox ${words.join(' ')}`)
  if (call.kind !== 'run') return 'help'
  assert.ok(!words.includes('--') || call.rest.length > 0, words.join(' '))
  return call.verb
}
