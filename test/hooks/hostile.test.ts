/** 2,000 hostile names in the prompt and in completion: shown, offered, and never obeyed. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatName } from '../../src/aws/document-header.ts'
import { type Home, usualConfig } from '../support/home.ts'
import { shellPath, testIn } from '../support/in-shell.ts'
import { runIn } from '../support/machine.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, type Declare, suite } from '../support/suite.ts'
import { type Dialect, fish, installSsox } from './hook-shell.ts'
import { harmless, hostileNames } from './hostile-names.ts'
import { bash, zsh } from './posix-dialects.ts'

const COUNT = 2000
const SEED = 20_261_127
/** Seconds: shown as `1d 03h` for half an hour, however long all the prompts take. */
const EXPIRES_IN = (24 + 3.5) * 3600

/** The variables that a prompt looks at, in the order of a row. */
const FIELDS = [
  ...['SSOX_PROFILE', 'AWS_PROFILE', 'SSOX_EXPIRES', 'SSOX_PROTECTED'],
  ...['SSOX_PROMPT', 'SSOX_RENEW_MINUTES'],
] as const

/** How a shell is made to show what the scenarios look at. */
interface Hostility {
  /** Words that start a shell with prompts. */
  readonly flags: readonly string[]
  /** Whether that shell reads lines from standard input, with a prompt before each, or a script. */
  readonly reads: 'input' | 'script'
  /**
   * Statements that load the hook, and then show `\x1e` and `count` prompts. At each one the next
   * row of `$HOME/rows` (values ended by NUL) is in the variables. Each is shown on standard error
   * and ends with what the user has in it: `[7]`, the status of the last command, then nothing if
   * what came before the last prompt has left its statuses, then `\x1e`.
   */
  prompts(count: number, fields: readonly string[]): string
  /** A script that prints the words which TAB offers for `awsuse`, each ended by NUL. */
  readonly offers: string
  /** What is left out beside names that begin like an option. */
  readonly unoffered?: RegExp
}

/**
 * A line before each prompt, which looks at what the one before has left: 7, and at every tenth the
 * statuses of a pipeline, whose two processes cost more than all the rest.
 */
function linesOf(count: number, statuses: string): string {
  const left = (at: number) => (at % 10 === 0 ? '7 0 7' : '7 7')
  const line = (at: number) => `next; ${at % 10 === 0 ? 'true | (exit 7)' : 'seven'}\n`
  const lines = Array.from({ length: count }, (_, at) =>
    at === 0 ? line(0) : `seen "${statuses}" '${left(at - 1)}'; ${line(at)}`,
  )
  return lines.join('')
}

const BASH: Hostility = {
  flags: ['--noprofile', '--norc', '--noediting', '-i'],
  reads: 'input',
  prompts: (count, fields) => {
    const values = fields.map((name, at) => `${name}="\${rows[at + ${at}]}"`)
    const lines = linesOf(count, '$? ${PIPESTATUS[*]}')
    return `mapfile -d '' -t rows <"$HOME/rows"; at=0 bad=''
next() { export ${values.join(' ')}; ((at += ${fields.length})); }
seven() { return 7; }
seen() { [[ $1 == "$2" ]] || bad=$1; }
PS1=$'[$?]$bad\x1e'; ${bash.load}; printf '\x1e' >&2; ${lines}`
  },
  offers: `for quote in '' \\' \\"; do
  COMP_LINE="awsuse $quote"; COMP_POINT=\${#COMP_LINE}
  __ssox_complete
  for word in "\${COMPREPLY[@]}"; do
    # As readline does: the quote that is missing.
    [[ $word == *$quote ]] || word+=$quote
    eval "set -- $quote$word"
    printf '%s\\0' "$@"
  done
done`,
}

const ZSH: Hostility = {
  flags: ['-f', '-i'],
  reads: 'input',
  prompts: (count, fields) => {
    const values = fields.map((name, at) => `${name}="$rows[at + ${at}]"`)
    const lines = linesOf(count, '$? $pipestatus')
    return `unsetopt prompt_cr prompt_sp; rows=("\${(@0)$(<$HOME/rows)}"); at=1
next() { export ${values.join(' ')}; ((at += ${fields.length})) }
seven() { return 7 }
seen() { [[ $1 == "$2" ]] || psvar[1]=$1 }
PROMPT=$'[%?]%1v\x1e'; ${zsh.load}; printf '\x1e' >&2; ${lines}`
  },
  // zsh quotes what it is given.
  offers: `words=(awsuse ''); CURRENT=2 PREFIX=''
__ssox_complete
printf '%s\\0' $reply`,
}

const FISH: Hostility = {
  flags: ['--no-config', '--interactive'],
  reads: 'script',
  prompts: (count, fields) => `set -g rows (string split0 <$HOME/rows)
function seven; return 7; end
function fish_prompt
    set -l states $pipestatus
    printf '[%s]' $states[2]
    test "$states" = '0 7'; or printf %s "$states"
end
${fish.load}
set -gx SSOX_PROMPT left
emit fish_prompt
printf '\x1e' >&2
for at in (seq 0 ${fields.length} ${(count - 1) * fields.length})
${fields.map((name, at) => `    set -gx ${name} $rows[(math $at + ${at + 1})]`).join('\n')}
    emit fish_prompt
    true | seven
    fish_prompt >&2
    printf '\x1e' >&2
end`,
  // What fish does not quote, and what it shows only when a dot is typed.
  unoffered: /^[~.]|[\u2028\u2029]/,
  offers: `for word in (complete --escape -C 'awsuse ' | string replace -r '\\t.*' '')
    eval "set -l words $word"
    printf '%s\\0' $words
end`,
}

suite('hostile names', (test) => {
  declareHostileScenarios(test, bash, BASH)
  declareHostileScenarios(test, zsh, ZSH)
  declareHostileScenarios(test, fish, FISH)
})

function declareHostileScenarios(test: Declare, dialect: Dialect, how: Hostility): void {
  for (const locale of dialect.shell === 'fish' ? ['C.UTF-8'] : ['C.UTF-8', 'C'])
    testIn(test, dialect.shell, `2,000 hostile names in the prompt are text (${locale})`, () =>
      withSignIn(async (home) => {
        installSsox(home)
        home.env['LC_ALL'] = locale
        const rows = promptRows(Math.floor(Date.now() / 1000) + EXPIRES_IN)
        writeFileSync(join(home.path, 'rows'), rows.flat().map(nulEnded).join(''))
        const run = await shell(dialect, home, how, how.prompts(COUNT, FIELDS), how.reads)
        const shown = run.stderr.split('\x1e').slice(1, -1)
        assert.is(shown.length, COUNT, run.stderr.slice(-500))
        for (const [at, [name = '']] of rows.entries()) {
          const prompt = shown[at] ?? ''
          assert.ok(prompt.endsWith('[7]'), `${JSON.stringify(name)}: ${JSON.stringify(prompt)}`)
          const text = withoutOwnColours(prompt.slice(0, -3))
          assert.not.match(text, CONTROL, JSON.stringify([name, text]))
          const expected = [`${harmless(name)} 1d 03h`, `${harmless(name)}!`][at % 4]
          if (expected !== undefined && locale !== 'C') assert.is(text.trim(), expected.trim())
        }
        assert.equal(leftBehind(home), [])
      }),
    )

  testIn(
    test,
    dialect.shell,
    'TAB offers 2,000 hostile names as one word each, and runs none',
    () =>
      withSignIn(async (home) => {
        installSsox(home)
        const names = [...new Set(hostileNames(COUNT, SEED))]
        const sections = names.map((name) => `[${formatName('profile', name, 'config') ?? name}]\n`)
        home.writeConfig(usualConfig(home.center.startUrl) + sections.join(''))
        const run = await shell(dialect, home, how, `${dialect.load}\n${how.offers}`)
        const listed = await runIn(home, ['ssox', 'list', '--names'])
        const expected = listed.stdout
          .split('\n')
          .filter((name) => /^[^-]/.test(name) && !how.unoffered?.test(name))
        assert.ok(expected.length > COUNT / 4, `${expected.length} names`)
        assert.equal([...new Set(run.stdout.split('\0').slice(0, -1))].sort(), expected.sort())
        assert.equal(leftBehind(home), [])
      }),
  )
}

/** Rows of values: of four, one is as usual, and in the others more than the name is hostile. */
function promptRows(expires: number): string[][] {
  const names = hostileNames(COUNT, SEED)
  return names.map((name, at) => {
    const [other = '', another = ''] = [names[(at + 7) % COUNT], names[(at + 11) % COUNT]]
    return (
      [
        [name, name, `${expires}`, '', '', ''],
        [name, `not ${other}`, other.replace(/^\d/, 'x'), '', '', another],
        [name, other, `${expires}`, another, '', other],
        [name, other, another, other, another, other],
      ][at % 4] ?? []
    )
  })
}

const CONTROL = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** Without the colours that the hooks set, and whatever a shell prints before its own prompt. */
function withoutOwnColours(prompt: string): string {
  // bash without readline shows what it would have told readline by \x01 and \x02.
  const plain = prompt.replace(/\x01(\x1b\[[\d;]*m)\x02/g, '$1')
  return plain.replace(/\x1b\[(?:3[0-9]|4[0-9]|0|1|22|1;37;41|37;41)?m|\x1b\(B/g, '')
}

const nulEnded = (value: string) => `${value}\0`

function leftBehind(home: Home): string[] {
  return [home.path, join(home.path, 'work')].flatMap((folder) =>
    readdirSync(folder).filter((name) => name.startsWith('PWNED')),
  )
}

function shell(dialect: Dialect, home: Home, how: Hostility, text: string, reads = 'script') {
  const command = [shellPath(dialect.shell) ?? dialect.shell, ...how.flags]
  const options = { cwd: join(home.path, 'work'), timeout: 240_000 }
  if (reads === 'input') return runIn(home, command, { ...options, stdin: 'pipe', input: text })
  const file = join(home.path, `hostile.${dialect.extension}`)
  writeFileSync(file, `${text}\n`)
  return runIn(home, [...command, file], options)
}
