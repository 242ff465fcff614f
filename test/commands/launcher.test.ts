/**
 * The launcher, by itself: what it answers in each sh without a process, and that it starts Node for
 * all else. A program that tells its arguments stands for Node.
 */
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launcherText } from '../../src/install/launcher.ts'
import { condition, type EntryHead, readEntry, statementEntry } from '../../src/switch/entry.ts'
import type { Finished } from '../support/home.ts'
import { type RealShell, shellPath, testIn } from '../support/in-shell.ts'
import { inMountNamespace, needing, runIn, testWith } from '../support/machine.ts'
import { assertSuccess, told } from '../support/output.ts'
import { writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import {
  endAt,
  environment,
  epochSeconds,
  isRoot,
  KEPT_SHELLS,
  type KeptHome,
  MISSES,
  withKept,
} from './kept.ts'

const source = fileURLToPath(new URL('../../shell/ssox.sh', import.meta.url))
const ENV = ['env', 'dev', '--shell', 'bash']
/** The variables that an entry sets. */
const FIELDS = ['condition', 'config', 'state', 'token', 'marker', 'source', 'answer', 'entry']

/** What may be /bin/sh; bash only behaves as one when it is called by that name. */
const SHELLS: readonly (readonly [RealShell, words: (home: string) => string[]])[] = [
  ['dash', () => ['dash']],
  ['busybox', () => ['busybox', 'sh']],
  ['mksh', () => ['mksh']],
  [
    'bash',
    (home) => {
      const sh = join(home, 'sh')
      symlinkSync(shellPath('bash') ?? 'bash', sh)
      return [sh]
    },
  ],
]
/** And what may be made one: they run an entry, each in its own way. */
const READERS = [
  ...SHELLS,
  [
    'zsh',
    (home: string) => {
      const sh = join(home, 'sh')
      symlinkSync(shellPath('zsh') ?? 'zsh', sh)
      return [sh]
    },
  ],
] as typeof SHELLS

/** What tells what it was given, in the place of Node. */
const TELLS = 'echo "to Node:"; shift; for word; do echo "<$word>"; done'

/** The launcher with a program in the place of Node. */
function launcher({ home }: KeptHome, script = TELLS): string {
  const bin = join(home.path, 'a b')
  mkdirSync(bin)
  const node = join(bin, 'node')
  writeFileSync(node, `#!/bin/sh\n${script}\n`)
  const path = join(bin, 'ssox')
  const text = readFileSync(source, 'utf8')
  writeFileSync(path, launcherText(text, { node, script: join(bin, 'main.cjs') }))
  for (const file of [node, path]) chmodSync(file, 0o755)
  return path
}

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
const BROKEN: readonly (readonly [title: string, change: (whole: string) => string])[] = [
  ['nothing', () => ''],
  ['zeros', (whole) => '\0'.repeat(whole.length)],
  ['a beginning, and zeros', (whole) => whole.slice(0, 300) + '\0'.repeat(300)],
  ['something else', () => ')(;;\u0080&'],
  ['an open quote behind it', (whole) => `${whole}'`],
  ['`exit`', () => 'exit 0\n'],
  ['`exit` behind it', (whole) => `${whole}\nexit 0\n`],
  ['`return`', () => 'return 5\n'],
  ['a failure', () => 'set -e\nfalse\n'],
  ['a variable that is not there', () => 'set -u\nA=$ssox_none\n'],
  ['an expansion that ends a shell', () => 'A=${ssox_none:?not there}\n'],
  ['a division by zero', () => 'A=$((1 / 0))\n'],
  ['what prints', () => 'echo SHOWN\necho SHOWN >&2\n'],
  ['no answer', (whole) => whole.replace(/^ssox_answer=.*\n/m, '')],
  ['an empty answer', (whole) => whole.replace(/^ssox_answer=.*\n/m, "ssox_answer=''\n")],
  ['another condition', (whole) => whole.replace('ssox-switch', 'ssox-switches')],
]

function headOf({ entry }: KeptHome): EntryHead {
  const { head } = readEntry(readFileSync(entry('t-bash-dev'), 'utf8')) ?? {}
  if (!head) throw new Error('there is no entry to take it from')
  return head
}

/** The text of a good entry for a profile of this name. */
function entryOf(kept: KeptHome, profile: string): string {
  const head = { ...headOf(kept), condition: condition(profile, kept.home.env) }
  return statementEntry(head, STATEMENT) ?? ''
}

/** Runs the launcher for entries that were changed, one after the other; the status is printed behind each. */
function runEntries(
  kept: KeptHome,
  words: readonly string[],
  changes: readonly ((whole: string) => string)[],
): Promise<Finished> {
  const end = epochSeconds() + 600
  for (const [at, change] of changes.entries()) {
    const path = kept.entry(`t-bash-case${at}`)
    writeFileSync(path, change(entryOf(kept, `case${at}`)), { mode: 0o600 })
    utimesSync(path, end, end)
  }
  const script =
    'n=$1; shift; at=0; while [ $at -lt $n ]; do "$@" env "case$at" --shell bash; echo "$?"; at=$((at + 1)); done'
  return runIn(kept.home, ['sh', '-c', script, 'sh', String(changes.length), ...words])
}

/** What Node tells and its status, when it is started for such an entry. */
function missOf(at: number): string {
  return `to Node:\n<env>\n<case${at}>\n<--shell>\n<bash>\n0\n`
}

/** Leaves nine tenths of a file. */
function cutOff(path: string): void {
  const { size, atimeMs, mtimeMs } = statSync(path)
  truncateSync(path, Math.floor(size * 0.9))
  utimesSync(path, atimeMs / 1000, mtimeMs / 1000)
}

function isMiss({ status, stdout, stderr }: Finished, words: readonly string[]): boolean {
  const told = words.map((word) => `<${word}>\n`).join('')
  return status === 0 && stdout === `to Node:\n${told}` && stderr === ''
}

suite('the launcher', (test) => {
  for (const [shell, wordsOf] of SHELLS) {
    testIn(
      test,
      shell,
      'prints what the full program prints, for every shell and kind of keys',
      () =>
        withKept(async (kept) => {
          const words = [...wordsOf(kept.home.path), launcher(kept), 'env']
          for (const profile of ['dev', 'static'])
            for (const name of KEPT_SHELLS) {
              const expected = await kept.full(profile, '--shell', name)
              assertSuccess(expected)
              for (const args of [
                [profile, '--shell', name],
                ['--shell', name, profile],
              ]) {
                const run = await runIn(kept.home, [...words, ...args])
                assert.equal(run, expected, told(run))
              }
            }
          endAt(kept.entry('t-bash-dev'), epochSeconds() + 360)
          const late = await runIn(kept.home, [...words, 'dev', '--shell', 'bash'])
          assert.match(late.stdout, 'AWS_SECRET_ACCESS_KEY', told(late))
        }),
    )

    testIn(test, shell, 'starts Node after everything that is not as it was', () =>
      withKept(async (kept) => {
        const words = [...wordsOf(kept.home.path), launcher(kept)]
        for (const { title, env, change, words: args = ENV, needsRoot } of MISSES) {
          if (needsRoot && !isRoot) continue
          const before = await runIn(kept.home, [...words, ...ENV])
          assert.match(before.stdout, 'AWS_SECRET_ACCESS_KEY', `before: ${title}`)
          const undo = change?.(kept)
          const run = await runIn(kept.home, [...words, ...args], {
            env: environment(kept, env?.(kept)),
          })
          undo?.()
          assert.ok(isMiss(run, args), `${title}\n${told(run)}`)
        }
        for (const args of [
          ['env', 'a/b', '--shell', 'bash'],
          ['env', '50%', '--shell', 'bash'],
          ['list', '*', 'a  b', '', '\n'],
        ]) {
          const run = await runIn(kept.home, [...words, ...args])
          assert.ok(isMiss(run, args), told(run))
        }
      }),
    )

    testIn(test, shell, 'a full disk is an error with one message, a closed pipe ends it', () =>
      withKept(async (kept) => {
        const words = [...wordsOf(kept.home.path), launcher(kept), ...ENV]
        const full = await runIn(kept.home, ['sh', '-c', '"$@" >/dev/full', 'sh', ...words])
        assert.is(full.status, 7, told(full))
        assert.is(
          full.stderr,
          'ssox: cannot write the result\n  free some space, or write it somewhere else\n',
        )
        const script = 'mkfifo pipe; exec 3<>pipe 4>pipe 3<&-; "$@" >&4'
        const closed = await runIn(kept.home, ['sh', '-c', script, 'sh', ...words])
        assert.is(closed.status, 141, told(closed))
        assert.is(closed.stderr, '')
      }),
    )

    testIn(test, shell, 'a file that changed in the second of the last look at it', () =>
      withKept(async (kept) => {
        // To shells that compare whole seconds, such a stamp looks as the file does.
        const second = epochSeconds() - 20
        for (const path of [kept.home.aws('config'), join(kept.state, 'config')])
          utimesSync(path, second + 0.25, second + 0.25)
        utimesSync(join(kept.state, 'checked'), second + 0.5, second + 0.5)
        utimesSync(kept.home.aws('config'), second + 0.75, second + 0.75)
        const run = await runIn(kept.home, [...wordsOf(kept.home.path), launcher(kept), ...ENV])
        assert.ok(isMiss(run, ENV), told(run))
      }),
    )

    testIn(test, shell, 'a clock that went back', () =>
      withKept(async (kept) => {
        const later = epochSeconds() + 600
        utimesSync(join(kept.state, 'checked'), later, later)
        const run = await runIn(kept.home, [...wordsOf(kept.home.path), launcher(kept), ...ENV])
        assert.ok(isMiss(run, ENV), told(run))
      }),
    )

    const declare = needing(test, ['strace'])
    if (shellPath(shell))
      declare(`${shell}: is one program, without a fork`, () =>
        withKept(async (kept) => {
          const trace = join(kept.home.path, 'trace')
          const calls = 'trace=execve,clone,clone3,fork,vfork'
          const run = await runIn(kept.home, [
            ...['strace', '-f', '-qq', '-o', trace, '-e', calls],
            ...[...wordsOf(kept.home.path), launcher(kept), ...ENV],
          ])
          assert.match(run.stdout, 'AWS_SECRET_ACCESS_KEY', told(run))
          const made = readFileSync(trace, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
          assert.is(made.length, 1, made.join('\n'))
          assert.match(made[0] ?? '', /execve/)
        }),
      )
  }

  for (const [shell, wordsOf] of READERS) {
    testIn(test, shell, 'an entry that was cut, wherever that was, is for Node', () =>
      withKept(async (kept) => {
        const words = [...wordsOf(kept.home.path), launcher(kept, `${TELLS}; echo told >&2`)]
        const whole = entryOf(kept, 'dev')
        // Inside of a word one place is like the next.
        const cuts = Array.from(whole, (_, at) => at)
          .filter((at) => !/^[\w/]{3}$/.test(whole.slice(at - 2, at + 1)))
          .map((at) => (text: string) => text.slice(0, at))
        assert.ok(cuts.length > 150, String(cuts.length))
        const run = await runEntries(kept, words, [...cuts, (text) => text])
        const misses = cuts.map((_, at) => missOf(at)).join('')
        assert.is(run.stdout, `${misses}${STATEMENT}\n0\n`)
        assert.is(run.stderr, 'told\n'.repeat(cuts.length))
      }),
    )

    testIn(test, shell, 'an entry that is something else is for Node, and shows nothing', () =>
      withKept(async (kept) => {
        const words = [...wordsOf(kept.home.path), launcher(kept, `${TELLS}; echo told >&2`)]
        const run = await runEntries(
          kept,
          words,
          BROKEN.map(([, change]) => change),
        )
        const misses = BROKEN.map((_, at) => missOf(at)).join('')
        assert.is(run.stdout, misses)
        assert.is(run.stderr, 'told\n'.repeat(BROKEN.length))
      }),
    )

    testIn(test, shell, 'reads every value as it was written', () =>
      withKept(async (kept) => {
        const sh = wordsOf(kept.home.path)
        const path = join(kept.home.path, 'entry')
        const script = `. "$1"; printf '%s\n' "$ssox_config" "$ssox_marker" "$ssox_answer"`
        for (const value of AWKWARD) {
          const head = { ...headOf(kept), marker: value }
          const files = { ...head.files, config: value }
          writeFileSync(path, statementEntry({ ...head, files }, value) ?? '')
          const run = await runIn(kept.home, [...sh, '-c', script, 'sh', path])
          assert.equal(run, { status: 0, stdout: `${value}\n`.repeat(3), stderr: '' })
        }
      }),
    )

    testIn(test, shell, 'Node has its own variables, and what it writes to, after a look too', () =>
      withKept(async (kept) => {
        const open = 'for fd in 8 9; do [ ! -e /proc/$$/fd/$fd ] || echo "open: $fd"; done'
        const path = launcher(kept, `${open}; echo told >&2; exec env`)
        const code = readFileSync(source, 'utf8').replace(/^#.*$/gm, '')
        const set = [...code.matchAll(/(?:^|[ (])([a-z_]+)=/gm)]
        const names = [...new Set(set.map(([, name = '']) => name))]
        const others = names.filter((name) => !name.startsWith('ssox_'))
        assert.equal(others.sort(), ['node', 'pinned', 'program', 'search'])
        const inherited = [...FIELDS.map((name) => `ssox_${name}`), 'name', 'shell', 'IFS']
        const env = {
          ...kept.home.env,
          ...Object.fromEntries(inherited.map((name) => [name, 'mine'])),
        }
        const words = [...wordsOf(kept.home.path), path, ...ENV]
        utimesSync(kept.entry('t-bash-dev'), 1, 1)
        const options: Record<string, string>[] = [{}]
        if (shell === 'bash') options.push({ SHELLOPTS: 'allexport' })
        for (const change of [() => undefined, () => cutOff(kept.entry('t-bash-dev'))]) {
          change()
          for (const option of options) {
            const { stdout, stderr } = await runIn(kept.home, words, { env: { ...env, ...option } })
            const seen = stdout.split('\n')
            assert.ok(seen.includes('name=mine') && seen.includes('shell=mine'), stdout)
            assert.not.match(stdout, /AWS_SECRET_ACCESS_KEY|open:/)
            assert.is(stderr, 'told\n')
          }
        }
      }),
    )

    testIn(test, shell, 'a stderr or stdout that is closed is no matter', () =>
      withKept(async (kept) => {
        const words = [...wordsOf(kept.home.path), launcher(kept, `{ ${TELLS}; } >told`), ...ENV]
        const answer = (await kept.full('dev', '--shell', 'bash')).stdout
        for (const closed of ['2>&-', '>&-']) {
          const run = await runIn(kept.home, ['sh', '-c', `"$@" ${closed}`, 'sh', ...words])
          assert.is(run.stderr, '', closed)
          assert.is(run.status, 0, closed)
          // bash may open something in the place of a stderr.
          const path = join(kept.home.path, 'told')
          const told = run.stdout === answer ? '' : readFileSync(path, 'utf8')
          assert.ok(/^(to Node:\n<env>\n.*)?$/s.test(told), told)
          rmSync(path, { force: true })
        }
      }),
    )

    testIn(test, shell, 'an entry that was cut, and no Node: the statement that fails', () =>
      withKept(async (kept) => {
        const words = [...wordsOf(kept.home.path), launcher(kept), ...ENV]
        rmSync(join(kept.home.path, 'a b', 'node'))
        cutOff(kept.entry('t-bash-dev'))
        const run = await runIn(kept.home, words)
        assert.is(run.status, 1, told(run))
        assert.is(run.stdout, 'false\n')
        assert.match(run.stderr, /^ssox: Node 20 or later is not there any more; .*\n {2}.*\n$/)
      }),
    )
  }

  for (const shell of ['bash', 'zsh', 'dash', 'mksh', 'fish'] as const)
    testIn(test, shell, 'is known by its name in /proc', () =>
      withKept(async (kept) => {
        const name = { dash: 'sh', mksh: 'sh' }[shell as string] ?? shell
        const expected = await kept.full('dev', '--shell', name)
        const path = launcher(kept)
        const line = `'${path}' env dev; exit 0`
        const run = await runIn(kept.home, [shellPath(shell) ?? shell, '-c', line])
        assert.is(run.stdout, expected.stdout, told(run))
      }),
    )

  needing(test, ['script'])('a terminal is for Node', () =>
    withKept(async (kept) => {
      const words = [launcher(kept), ...ENV].map((word) => `'${word}'`).join(' ')
      const run = await runIn(kept.home, ['script', '-qec', words, '/dev/null'])
      assert.match(run.stdout, /^to Node:/, told(run))
    }),
  )

  testIn(
    test,
    'bash',
    'as sh: options and functions of the environment show and change nothing',
    () =>
      withKept(async (kept) => {
        const [sh = ''] = SHELLS.find(([name]) => name === 'bash')?.[1](kept.home.path) ?? []
        const path = launcher(kept)
        const expected = (await kept.full('dev', '--shell', 'bash')).stdout
        for (const options of [
          'xtrace',
          'verbose:xtrace',
          'errexit:nounset',
          'noglob:noclobber',
          'allexport',
        ]) {
          const env = { ...kept.home.env, SHELLOPTS: options }
          const run = await runIn(kept.home, [sh, path, ...ENV], { env })
          assert.is(run.stdout, expected, `${options}\n${told(run)}`)
          assert.not.match(run.stderr, /SECRET|ASIA|statement/, options)
          const other = await runIn(kept.home, [sh, path, 'list'], { env })
          assert.is(other.stdout, 'to Node:\n<list>\n', `${options}\n${told(other)}`)
        }
        const names = [
          'printf',
          'read',
          'test',
          'echo',
          'true',
          'unset',
          'return',
          'exit',
          'exec',
          'trap',
          'set',
        ]
        const functions = names.map((name) => [`BASH_FUNC_${name}%%`, '() { echo "PWNED $*"; }'])
        const run = await runIn(kept.home, [sh, path, ...ENV], {
          env: { ...kept.home.env, ...Object.fromEntries(functions) },
        })
        assert.equal(run, { status: 0, stdout: expected, stderr: '' }, told(run))
      }),
  )

  testWith(test, ['unshare'], 'without /proc, a file that it makes is the clock', () =>
    withKept(async (kept) => {
      const path = launcher(kept)
      const expected = (await kept.full('dev', '--shell', 'bash')).stdout
      for (const shell of ['dash', 'busybox']) {
        const sh = shell === 'busybox' ? ['busybox', 'sh'] : [shell]
        const words = [...inMountNamespace('mount -t tmpfs none /proc'), ...sh, path]
        const run = await runIn(kept.home, [...words, ...ENV])
        assert.is(run.stdout, expected, told(run))
        const unnamed = await runIn(kept.home, [...words, 'env', 'dev'])
        assert.ok(isMiss(unnamed, ['env', 'dev']), told(unnamed))
        endAt(kept.entry('t-bash-dev'), epochSeconds() + 299)
        const late = await runIn(kept.home, [...words, ...ENV])
        assert.ok(isMiss(late, ENV), told(late))
        endAt(kept.entry('t-bash-dev'), epochSeconds() + 600)
      }
    }),
  )

  test('a protected profile is asked about by the program', () =>
    withKept(async (kept) => {
      writeSettings(kept.home, { login_flow: 'pkce', protect: 'dev' })
      assert.is((await kept.home.ssox(ENV)).status, 0)
      const run = await runIn(kept.home, [launcher(kept), ...ENV])
      assert.ok(isMiss(run, ENV), told(run))
    }))

  test('is short, has three places to fill in, and nothing to find fault with', async () => {
    const text = readFileSync(source, 'utf8')
    assert.ok(text.split('\n').length <= 81)
    assert.equal(text.match(/@\w+@/g), ['@uninstaller@', '@node@', '@program@'])
    assert.match(text, /^node=@node@\nprogram=@program@$/m)
  })
  for (const [tool, ...words] of [
    ['shellcheck', '--shell=sh'],
    ['shfmt', '-i', '2', '-ci', '-d'],
  ] as const)
    needing(test, [tool])(`${tool} has nothing to say`, () =>
      withKept(async ({ home }) => {
        const run = await runIn(home, [tool, ...words, source])
        assert.equal(run, { status: 0, stdout: '', stderr: '' })
      }),
    )
})
