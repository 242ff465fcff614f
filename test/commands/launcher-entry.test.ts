/**
 * What the launcher does with an entry that is not as it should be, in each sh: it runs the file, so
 * nothing in it may be printed, or end it, or be seen by Node.
 */
import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { condition, readEntry, statementEntry } from '../../src/switch/entry.ts'
import { type Finished, withHome } from '../support/home.ts'
import { testIn } from '../support/in-shell.ts'
import { runIn } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { cutOff, ENV, launcher, READERS, TELLS } from './launched.ts'
import { epochSeconds, type KeptHome, withKept } from './switch-cache.ts'

/** The variables that an entry sets. */
const FIELDS = ['condition', 'config', 'state', 'token', 'marker', 'source', 'answer', 'entry']

/** A statement with all that has a meaning to a shell. */
const STATEMENT = `{ export A='it'\\''s $(echo) \`"' && \\builtin export B=$'\\047' && :; }`

/** The values of a shell's variables that are nothing else in it. */
const AWKWARD = [
  "it's",
  "'",
  "''",
  "'\\''",
  "\\'",
  '\\',
  'two\\\\',
  '$(echo x) `echo x` $HOME ${HOME}',
  '"double" !! # ~ * ? [a] {b,c} & ; | < > ( )',
  ' blanks  and\ttabs',
  '}',
  '-n',
  '%s\\n',
  '\x01\x1b[31m\x7f',
  'zo\u00eb \u2028 \u0301 \u{1f511} \u00ff\u0081',
]

/** Other files in the place of an entry, made of the right one. */
const BROKEN: Readonly<Record<string, (whole: string) => string>> = {
  zeros: (whole) => '\0'.repeat(whole.length),
  'a beginning, and zeros': (whole) => whole.slice(0, 300) + '\0'.repeat(300),
  'something else': () => ')(;;\u0080&',
  'an open quote behind it': (whole) => `${whole}'`,
  exit: () => 'exit 0\n',
  'exit behind it': (whole) => `${whole}\nexit 0\n`,
  return: () => 'return 5\n',
  'a failure': () => 'set -e\nfalse\n',
  'a variable that is not there': () => 'set -u\nA=$ssox_none\n',
  'an expansion that ends a shell': () => 'A=${ssox_none:?not there}\n',
  'a division by zero': () => 'A=$((1 / 0))\n',
  'what prints': () => 'echo SHOWN\necho SHOWN >&2\n',
  'no answer': (whole) => whole.replace(/^ssox_answer=.*\n/m, ''),
  'an empty answer': (whole) => whole.replace(/^ssox_answer=.*\n/m, "ssox_answer=''\n"),
  'another condition': (whole) => whole.replace('ssox-switch', 'ssox-switches'),
}

/** Names of one length, so that every entry has what it has at the same places. */
function caseOf(at: number): string {
  return `case${at + 1000}`
}

/** The text of a good entry for a profile of this name. */
function entryOf(kept: KeptHome, profile: string): string {
  const { head } = readEntry(readFileSync(kept.entry('t-bash-dev'), 'utf8')) ?? {}
  if (!head) throw new Error('there is no entry to take it from')
  const own = { ...head, condition: condition(profile, kept.home.env) }
  return statementEntry(own, STATEMENT) ?? ''
}

/** Runs the launcher for entries that were changed, one after the other; the status is printed behind each. */
function runEntries(
  kept: KeptHome,
  words: readonly string[],
  changes: readonly ((whole: string) => string)[],
): Promise<Finished> {
  const end = epochSeconds() + 600
  for (const [at, change] of changes.entries()) {
    const path = kept.entry(`t-bash-${caseOf(at)}`)
    writeFileSync(path, change(entryOf(kept, caseOf(at))), { mode: 0o600 })
    utimesSync(path, end, end)
  }
  const script =
    'names=$1; shift; for name in $names; do "$@" env "$name" --shell bash; echo "$?"; done'
  const names = changes.map((_, at) => caseOf(at)).join(' ')
  return runIn(kept.home, ['sh', '-c', script, 'sh', names, ...words])
}

/** What Node tells and its status, when it is started for such an entry. */
function missOf(at: number): string {
  return `to Node:\n<env>\n<${caseOf(at)}>\n<--shell>\n<bash>\n0\n`
}

suite('an entry that the launcher runs', (test) => {
  for (const [shell, wordsOf] of READERS) {
    testIn(
      test,
      shell,
      'an entry that was cut, or is something else, is for Node and shows nothing',
      () =>
        withKept(async (kept) => {
          const words = [...wordsOf(kept.home.path), launcher(kept, `${TELLS}; echo told >&2`)]
          const text = entryOf(kept, caseOf(0))
          // Inside of a word one place is like the next.
          const cuts = Array.from(text, (_, at) => at)
            .filter((at) => !/^[\w/]{3}$/.test(text.slice(at - 2, at + 1)))
            .map((at) => (whole: string) => whole.slice(0, at))
          assert.ok(cuts.length > 150, String(cuts.length))
          const broken = [...cuts, ...Object.values(BROKEN)]
          const run = await runEntries(kept, words, [...broken, (whole) => whole])
          const misses = broken.map((_, at) => missOf(at)).join('')
          assert.is(run.stdout, `${misses}${STATEMENT}\n0\n`)
          assert.is(run.stderr, 'told\n'.repeat(broken.length))
        }),
    )

    testIn(test, shell, 'reads every value as it was written', () =>
      withHome(async (home) => {
        const sh = wordsOf(home.path)
        const path = join(home.path, 'entry')
        const script = `. "$1"; printf '%s\n' "$ssox_config" "$ssox_marker" "$ssox_answer"`
        for (const value of AWKWARD) {
          const files = { config: value, credentials: '/c', settings: '/s' }
          const paths = { files, stateFolder: '/state', tokenFile: '/token', marker: value }
          const text = statementEntry({ condition: 'x', ...paths, expires: 1 }, value)
          writeFileSync(path, text ?? '')
          const run = await runIn(home, [...sh, '-c', script, 'sh', path])
          assert.equal(run, { status: 0, stdout: `${value}\n`.repeat(3), stderr: '' })
        }
      }),
    )

    testIn(test, shell, 'after a look at an entry Node is what it would be without one', () =>
      withKept(async (kept) => {
        const sh = wordsOf(kept.home.path)
        const entry = kept.entry('t-bash-dev')
        const looks = [() => utimesSync(entry, 1, 1), () => cutOff(entry)]
        const open = 'for fd in 8 9; do [ ! -e /proc/$$/fd/$fd ] || echo "open: $fd"; done'
        const words = [...sh, launcher(kept, `${open}; echo told >&2; exec env`), ...ENV]
        const inherited = [...FIELDS.map((name) => `ssox_${name}`), 'name', 'shell', 'state']
        const env = {
          ...kept.home.env,
          ...Object.fromEntries(inherited.map((name) => [name, 'mine'])),
        }
        const closed = join(kept.home.path, 'closed')
        for (const look of looks) {
          look()
          for (const SHELLOPTS of shell === 'bash' ? ['allexport', 'errexit:nounset'] : ['']) {
            const { stdout, stderr } = await runIn(kept.home, words, { env: { ...env, SHELLOPTS } })
            const seen = stdout.split('\n').filter((line) => line.endsWith('=mine'))
            for (const name of ['name', 'shell', 'state']) assert.ok(seen.includes(`${name}=mine`))
            assert.not.match(stdout, /AWS_SECRET_ACCESS_KEY|open:/)
            assert.is(stderr, 'told\n')
          }
        }
        const tells = [...sh, launcher(kept, `{ ${TELLS}; } >'${closed}'`), ...ENV]
        for (const redirection of ['2>&-', '>&-']) {
          const run = await runIn(kept.home, ['sh', '-c', `"$@" ${redirection}`, 'sh', ...tells])
          assert.equal(run, { status: 0, stdout: '', stderr: '' }, redirection)
          assert.is(readFileSync(closed, 'utf8'), 'to Node:\n<env>\n<dev>\n<--shell>\n<bash>\n')
          rmSync(closed)
        }
        rmSync(join(kept.home.path, 'a b', 'node'))
        const run = await runIn(kept.home, tells)
        assert.is(run.status, 1, told(run))
        assert.is(run.stdout, 'false\n')
        assert.match(run.stderr, /^ssox: Node 20.8 or later is not there any more; .*\n {2}.*\n$/)
      }),
    )
  }
})
