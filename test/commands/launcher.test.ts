/**
 * The launcher, by itself: what it answers in each sh without a process, and that it starts Node for
 * all else. A program that tells its arguments stands for Node.
 */
import { readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { shellPath, testIn } from '../support/in-shell.ts'
import { inMountNamespace, needing, runIn, testWith } from '../support/machine.ts'
import { assertSuccess, told } from '../support/output.ts'
import { writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { cutOff, ENV, isMiss, launcher, launcherSource, SHELLS } from './launched.ts'
import {
  endAt,
  environment,
  epochSeconds,
  isRoot,
  KEPT_SHELLS,
  MISSES,
  withKept,
} from './switch-cache.ts'

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

  test('sets no variable that somebody else may use', () => {
    const code = readFileSync(launcherSource, 'utf8').replace(/^#.*$/gm, '')
    const names = [...code.matchAll(/(?:^|[ (])([a-z_]+)=/gm)].map(([, name = '']) => name)
    const others = names.filter((name) => !name.startsWith('ssox_'))
    assert.equal(others.sort(), ['node', 'pinned', 'program', 'search'])
  })

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
          '[',
          ':',
          '.',
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
        const env = { ...kept.home.env, ...Object.fromEntries(functions) }
        const run = await runIn(kept.home, [sh, path, ...ENV], { env })
        assert.equal(run, { status: 0, stdout: expected, stderr: '' }, told(run))
        cutOff(kept.entry('t-bash-dev'))
        const other = await runIn(kept.home, [sh, path, ...ENV], { env })
        assert.ok(isMiss(other, ENV), told(other))
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
    const text = readFileSync(launcherSource, 'utf8')
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
        const run = await runIn(home, [tool, ...words, launcherSource])
        assert.equal(run, { status: 0, stdout: '', stderr: '' })
      }),
    )
})
