/** `ssox exec`: the command runs as if ssox were not there, with the environment of `env`. */

import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { type Home, node, program, usualConfig, withHome } from '../support/home.ts'
import { environmentIn, testIn } from '../support/in-shell.ts'
import { inParallel, runIn, ssoxUnder, testWith } from '../support/machine.ts'
import { assertFailure, told } from '../support/output.ts'
import { assertInTime } from '../support/patience.ts'
import { withSignIn, writeSettings } from '../support/signed-in.ts'
import { trace } from '../support/strace.ts'
import { assert, suite } from '../support/suite.ts'
import { type Terminal, testInTerminal, withTerminal } from '../support/terminal.ts'
import { environmentAfter, family, putOnPath, runScript } from './evaluate.ts'

/** A signed-in home whose `dev` has cached credentials. */
function withDev<T>(use: (home: Home) => Promise<T>): Promise<T> {
  return withSignIn(async (home) => {
    putOnPath(home)
    const run = await home.ssox(['exec', 'dev', '--', 'true'])
    assert.is(run.status, 0, told(run))
    return use(home)
  })
}

const started = 'touch "$HOME/started"; '

suite('the exit code of exec', (test) => {
  test('is the command’s own, or 128+n when a signal ended it', () =>
    withDev((home) =>
      inParallel(
        [
          ['true', 0],
          ['exit 1', 1],
          ['exit 2', 2],
          ['exit 42', 42],
          ['exit 255', 255],
          ['kill -TERM $$', 128 + 15],
          ['kill -KILL $$', 128 + 9],
          ['kill -SEGV $$', 128 + 11],
          ['kill -HUP $$', 128 + 1],
        ] as const,
        async ([script, status]) => {
          const run = await home.ssox(['exec', 'dev', '--', 'sh', '-c', script])
          assert.equal(run, { status, stdout: '', stderr: '' }, script)
        },
      ),
    ))

  test('is 127 or 126 when it could not start, with what to look at', () =>
    withDev(async (home) => {
      const plain = join(home.path, 'plain')
      writeFileSync(plain, 'no program\n')
      const script = join(home.path, 'script')
      writeFileSync(script, '#!/no/such/interpreter\n', { mode: 0o755 })
      for (const [command, status, about, mend] of [
        ['no-such-command', 127, /there is no command no-such-command/, /^ {2}type no-such-/],
        ['/no/such/command', 127, /there is no command \/no\/such/, /^ {2}ls -ld \/no\/such/],
        [plain, 126, /cannot start .*plain: permission denied/, /^ {2}ls -ld .*plain$/],
        [
          script,
          126,
          /cannot start .*script: what its first line names is missing/,
          /^ {2}ls -ld /,
        ],
        [join(plain, 'below'), 126, /cannot start .*below: /, /^ {2}ls -ld /],
        [home.path, 126, /cannot start .*: permission denied/, /^ {2}ls -ld /],
      ] as const) {
        const run = await home.ssox(['exec', 'dev', '--', command])
        assertFailure(run, status, about)
        assert.match(run.stderr.trimEnd().split('\n')[1] ?? '', mend)
      }
    }))

  test('with few files to open the command runs, or ssox says why not; never beside a dead ssox', () =>
    withHome(async (home) => {
      for (let limit = 20; limit <= 30; limit += 2) {
        const limited = ['sh', '-ec', `ulimit -n ${limit}; exec "$@"`, 'sh']
        const run = await ssoxUnder(home, limited, ['exec', 'static', '--', 'true'])
        if (run.status !== 0) assertFailure(run, 126, /cannot start true: too many open files$/)
      }
    }))

  test('is ssox’s own when there is nothing to run, or no credentials; nothing is started', () =>
    withDev(async (home) => {
      home.writeConfig(`${usualConfig(home.center.startUrl)}
[profile foreign]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Root
`)
      const run = ['--', 'sh', '-c', started]
      for (const [args, status, about] of [
        [['exec'], 2, /exec needs a command/],
        [['exec', 'dev'], 2, /exec needs a command/],
        [['exec', 'dev', '--'], 2, /exec needs a command/],
        [['exec', 'dev', '--', ''], 2, /no command to run/],
        [['exec', 'dve', ...run], 3, /no profile "dve".*did you mean "dev"/],
        [['exec', 'dev', '--nonsense', ...run], 2, /unknown option "--nonsense" for exec/],
        [['exec', 'old', '--no-login', ...run], 4, /needs a sign-in/],
        [['exec', 'foreign', ...run], 5, /refuses role Root/],
      ] as const)
        assertFailure(await home.ssox([...args]), status, about)
      assert.not(existsSync(join(home.path, 'started')))
    }))
})

suite('what exec passes through', (test) => {
  testIn(test, 'bash', 'stdin, stdout and stderr, byte for byte', () =>
    withDev(async (home) => {
      const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
      const bytes = randomBytes(1_000_000)
      writeFileSync(join(home.path, 'in'), bytes)
      const through = 'ssox exec dev -- sh -c "tee copy; cat copy >&2" <in >out 2>err'
      const run = await runScript(home, 'bash', through)
      assert.is(run.status, 0, told(run))
      for (const name of ['out', 'err'])
        assert.is(digest(readFileSync(join(home.path, name))), digest(bytes), name)
    }),
  )

  test('arguments, byte for byte, with and without --', () =>
    withDev(async (home) => {
      const words = ['', ' ', "it's", '$HOME', '--', '-q', '--help', '--region=x', 'é\n"', '*', '-']
      const show = ['printf', '[%s]', ...words]
      const expected = words.map((word) => `[${word}]`).join('')
      for (const before of [['dev', '--'], ['dev'], ['--mode', 'keys', 'dev']]) {
        const run = await home.ssox(['exec', ...before, ...show])
        assert.equal(run, { status: 0, stdout: expected, stderr: '' }, before.join(' '))
      }
    }))

  for (const shell of ['bash', 'zsh'] as const)
    testIn(test, shell, 'files of <(…), in arguments and variables', () =>
      withDev(async (home) => {
        const script = [
          'ssox exec dev -- cat <(echo one) <(echo two)',
          'ssox exec dev -- sh -c \'cat "${1#*=}"\' sh --var-file=<(echo three)',
          'FILE=<(echo four) ssox exec dev --serve -q -- sh -c \'cat "$FILE"\'',
          'ssox exec dev -- cat <(echo five) /dev/fd/999',
        ]
        const run = await runScript(home, shell, script.join('\n'))
        assert.is(run.stdout, 'one\ntwo\nthree\nfour\nfive\n', told(run))
        assert.match(run.stderr, /^cat: \/dev\/fd\/999: No such file or directory\n$/)
      }),
    )

  test('the working folder, and a command that is found on PATH only', () =>
    withDev(async (home) => {
      const work = join(home.path, 'some where')
      mkdirSync(work)
      const tool = join(home.path, 'bin', 'tool')
      writeFileSync(tool, '#!/bin/sh\npwd\n')
      chmodSync(tool, 0o755)
      const run = await home.ssox(['exec', 'dev', '--', 'tool'], { cwd: work })
      assert.equal(run, { status: 0, stdout: `${work}\n`, stderr: '' })
    }))

  test('the environment, exactly: what was there, without what goes, with what comes', () =>
    withDev(async (home) => {
      const base = {
        ...home.env,
        EMPTY: '',
        'odd.name-': 'kept',
        LINES_OF: 'a\nb',
        NODE_OPTIONS: '--no-deprecation',
        SSOX_PROMPT: 'off',
      }
      const leftovers = {
        AWS_VAULT: 'x',
        AWSUME_PROFILE: 'x',
        SSOX_ROLE: 'x',
        AWS_SECURITY_TOKEN: '',
      }
      // Fresh credentials load the AWS SDK, cached ones do not.
      for (const words of [['--refresh'], []]) {
        const args = ['exec', 'dev', ...words, '--', 'env', '-0']
        const run = await home.ssox(args, { env: { ...base, ...leftovers } })
        assert.is(run.status, 0, told(run))
        const found = Object.fromEntries(environmentIn(Buffer.from(run.stdout)))
        const json = await home.ssox(['env', 'dev', '--format', 'json'])
        assert.equal(found, { ...base, ...JSON.parse(json.stdout) })
      }
    }))

  for (const mode of ['both', 'keys', 'profile'])
    testIn(test, 'bash', `the same variables as env, mode ${mode}`, () =>
      withDev(async (home) => {
        const before = { AWS_REGION: 'mine', SSOX_REGION: 'mine', AWSUME_X: '1', AWS_PROFILE: 'x' }
        for (const profile of ['dev', 'static']) {
          const evaluate = `eval "$(ssox env ${profile} --mode ${mode})"`
          const evaluated = await environmentAfter(home, 'bash', evaluate, before)
          const run = await home.ssox(['exec', profile, '--mode', mode, '--', 'env', '-0'], {
            env: { ...home.env, ...before },
          })
          assert.equal(family(environmentIn(Buffer.from(run.stdout))), family(evaluated), profile)
        }
      }),
    )

  test('AWS_PROFILE in place of a profile, then "default" where nobody can be asked', () =>
    withDev(async (home) => {
      const show = ['exec', '--no-login', '--', 'sh', '-c', 'echo $SSOX_PROFILE $AWS_PROFILE']
      const profile = async (env: Record<string, string>) => {
        const run = await home.ssox(show, { env: { ...home.env, ...env } })
        return run.status === 0 ? run.stdout : run.stderr
      }
      assert.is(await profile({ AWS_PROFILE: 'prod' }), 'prod prod\n')
      assert.is(await profile({ AWS_DEFAULT_PROFILE: 'static' }), 'static static\n')
      assert.is(await profile({}), 'default default\n')
      home.writeConfig(home.read('config').replace('[default]', '[profile other]'))
      const nobody = 'no profile is named, and nothing can be asked: there is no terminal'
      assert.is(await profile({}), `ssox: ${nobody}\n  ssox list\n`)
      assert.match(await profile({ AWS_PROFILE: 'dve' }), /no profile "dve".*\n {2}ssox list\n$/)
    }))

  test('a command in the place of the profile: the cure runs it as AWS_PROFILE', () =>
    withDev(async (home) => {
      const env = { ...home.env, AWS_PROFILE: 'dev' }
      const wrong = await home.ssox(['exec', '-q', 'printenv', 'AWS_PROFILE'], { env })
      const cure = 'ssox exec -q -- printenv AWS_PROFILE'
      assertFailure(wrong, 3, /there is no profile "printenv"/)
      assert.match(wrong.stderr, `\n  ${cure}\n`)
      const right = await home.ssox(cure.split(' ').slice(1), { env })
      assert.is(right.stdout, 'dev\n', told(right))
      for (const words of [
        ['printenv', '--', 'AWS_PROFILE'],
        ['no-such-command', 'x'],
      ])
        assert.match((await home.ssox(['exec', ...words], { env })).stderr, '\n  ssox list\n')
    }))

  testInTerminal(test, 'bash', 'exec and env ask before a protected profile, naming it', () =>
    withDev(async (home) => {
      writeSettings(home, { protect: 'prod' })
      await inBash(home, async (terminal) => {
        const question =
          /profile "prod" is protected \(AdministratorAccess in account 012345678901\)\n.*\[y\/N\] $/
        await terminal.run('ssox exec prod -- sh -c "echo it ran"; echo "exit $?"')
        await terminal.until(question)
        await terminal.run('n')
        const refused = await terminal.until(/^exit 2$/m)
        assert.not.match(refused, /^it ran$/m)
        await terminal.wipe()
        await terminal.run('eval "$(ssox env prod)" && echo deployed; echo "still $AWS_PROFILE,"')
        await terminal.until(question)
        await terminal.run('')
        assert.not.match(await terminal.until(/^still ,$/m), /^deployed$/m)
        await terminal.wipe()
        await terminal.run('ssox exec prod -- sh -c "echo it ran"; echo "exit $?"')
        await terminal.until(question)
        await terminal.run('y')
        await terminal.until(/^it ran\nexit 0$/m)
        await terminal.wipe()
        await terminal.run('ssox exec prod --yes -- sh -c "echo unasked"; echo "exit $?"')
        assert.not.match(await terminal.until(/^unasked\nexit 0$/m), /protected/)
      })
    }),
  )

  testInTerminal(test, 'bash', 'a profile that is chosen from the list', () =>
    withDev((home) =>
      inBash(home, async (terminal) => {
        await terminal.run('ssox exec -- sh -c "echo it is \\$SSOX_PROFILE"')
        await terminal.until(/type to filter/)
        await terminal.type('static')
        await terminal.press('Enter')
        await terminal.until(/^it is static$/m)
      }),
    ),
  )

  test('--debug of the command is not for ssox', () =>
    withDev(async (home) => {
      for (const words of [
        ['dev', 'no-such'],
        ['-q', 'dev', '--mode', 'keys', 'no-such'],
      ]) {
        const run = await home.ssox(['exec', ...words, '--debug'])
        assertFailure(run, 127, /there is no command no-such/)
      }
    }))

  test('an account and role in place of a profile', () =>
    withDev(async (home) => {
      const identity = ['--account-id', '012345678901', '--role-name', 'ReadOnly', '--login']
      const show = ['--', 'sh', '-c', 'echo "$SSOX_PROFILE $' + '{AWS_PROFILE-none}"']
      const env = {
        ...home.env,
        AWS_SSO_START_URL: home.center.startUrl,
        AWS_SSO_REGION: 'us-east-1',
        AWS_PROFILE: 'dev',
      }
      const run = await home.ssox(['exec', ...identity, ...show], { env })
      assert.is(run.status, 0, told(run))
      assert.is(run.stdout, 'ReadOnly@012345678901 none\n')

      const { AWS_PROFILE: _, ...rest } = env
      const id = { AWS_SSO_ACCOUNT_ID: '012345678901', AWS_SSO_ROLE_NAME: 'ReadOnly' }
      const all = { ...rest, ...id }
      const alone = await home.ssox(['exec', '--login', ...show], { env: all })
      assert.is(alone.stdout, 'ReadOnly@012345678901 none\n', told(alone))
      const named = await home.ssox(['exec', ...identity.slice(0, 2), ...show], { env: all })
      assert.is(named.stdout, 'ReadOnly@012345678901 none\n', told(named))
    }))
})

suite('exec without a command', (test) => {
  testInTerminal(
    test,
    'bash',
    'on a terminal is a shell until it is left, with its exit code',
    () =>
      withDev((home) =>
        inBash(home, async (terminal) => {
          await terminal.run('ssox exec dev; echo "exit $? $SSOX_PROFILE."')
          await terminal.until(/^ssox: this is a shell as "dev"; exit leaves it$/m)
          await terminal.run('echo "$0 is $SSOX_PROFILE in $SSOX_EXEC"')
          await terminal.until(/^\/bin\/bash is dev in dev$/m)
          await terminal.run('ssox exec static --')
          await terminal.until(
            /^ssox: this is a shell as "static" inside that of "ssox exec dev", to which exit returns$/m,
          )
          await terminal.run('echo "now $SSOX_PROFILE"; exit 7')
          await terminal.until(/^now static$/m)
          await terminal.run('echo "again $? $SSOX_PROFILE"; exit 9')
          await terminal.until(/^again 7 dev$/m)
          await terminal.until(/^exit 9 \.$/m)
        }),
      ),
  )

  testInTerminal(test, 'bash', 'has the segment in its prompt where the hook is loaded', () =>
    withDev((home) => {
      const hook = fileURLToPath(new URL('../../shell/ssox.bash', import.meta.url))
      writeFileSync(join(home.path, '.bashrc'), `PS1='now> '\n. '${hook}'\n`)
      return inBash(home, async (terminal) => {
        await terminal.run('ssox exec dev')
        await terminal.until(/^dev \d.*[hm] now>/m)
        await terminal.run('ssox exec static')
        await terminal.until(/^dev > static now>/m)
        await terminal.run('ssox exec dev')
        await terminal.until(/^dev > static > dev \d.*[hm] now>/m)
        await terminal.run('exit 7')
        await terminal.until(/^dev > static now>/m)
        await terminal.run('echo "inner $?"; exit')
        await terminal.until(/^inner 7$/m)
      })
    }),
  )

  testInTerminal(test, 'bash', 'whose shell is not there says so', () =>
    withDev((home) =>
      inBash(home, async (terminal) => {
        await terminal.run('SHELL=/no/such/shell ssox exec dev; echo "exit $?"')
        await terminal.until(/there is no command \/no\/such\/shell\n[^\n]*\nexit 127$/m)
      }),
    ),
  )

  testInTerminal(test, 'bash', 'is a mistake where an output is no terminal', () =>
    withDev((home) =>
      inBash(home, async (terminal) => {
        await terminal.run('ssox exec dev | cat; echo "exit ${PIPESTATUS[0]}"')
        await terminal.until(/exec needs a command\n {2}ssox exec --help\nexit 2$/m)
      }),
    ),
  )
})

/** Says that it is ready, and exits with 40 + n when it gets signal n; ends by itself otherwise. */
const LISTENER = `
for n in 1 2 3 10 12 15; do trap "exit $((40 + n))" $n; done
sleep 0.3; echo ready
n=0; while [ $n -lt 200 ]; do sleep 0.05; n=$((n + 1)); done`

/** Says the id of ssox once its witness is there, and after a signal how often it has come. */
const COUNTER = `
n=0; trap 'n=$((n + 1))' "$1"
until ps -o comm= --ppid "$PPID" | grep -q '^cat$'; do sleep 0.05; done
echo "ready $PPID"
while [ $n = 0 ]; do sleep 0.1; done
sleep 0.5; echo "got $n"; exit 7`

/** An interactive bash, which leaves nothing behind when its terminal goes. */
function inBash(home: Home, use: (terminal: Terminal) => Promise<void>): Promise<void> {
  const env = { ...home.env, HISTFILE: '/dev/null' }
  return withTerminal(['bash', '--noprofile', '--norc'], { env }, use)
}

suite('signals and exec', (test) => {
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)
    test(`${signal} reaches the command, which decides`, () =>
      withDev(async (home) => {
        const child = execa(node, [program, 'exec', 'dev', '--', 'sh', '-c', LISTENER], {
          cwd: home.path,
          env: home.env,
          extendEnv: false,
          stdin: 'ignore',
          reject: false,
        })
        for await (const line of child.iterable()) if (line === 'ready') child.kill(signal)
        const { exitCode } = await child
        assert.is(exitCode, 40 + constants.signals[signal])
      }))

  testWith(test, ['strace'], 'who tells whom a signal was for is there before the command', () =>
    withDev(async (home) => {
      const run = await trace(home, ['exec', 'dev', '--', 'true'], { calls: 'execve' })
      const started = run.calls.map(({ text }) => /(exec cat|\["true"\]).* = 0$/.exec(text)?.[1])
      assert.equal(started.filter(Boolean), ['exec cat', '["true"]'])
    }),
  )

  testInTerminal(test, 'bash', '^C reaches the command once, and its decision counts', () =>
    withDev((home) =>
      inBash(home, async (terminal) => {
        const count = 'n=0; trap "n=\\$((n+1))" INT; echo ready; while :; do sleep 0.2; '
        const script = `${count} [ $n = 0 ] || { sleep 0.5; echo "got $n"; exit 7; }; done`
        await terminal.run(`ssox exec dev -- bash -c '${script}'; echo "exit $?"`)
        await terminal.until(/^ready$/m)
        await terminal.press('C-c')
        await terminal.until(/got 1\nexit 7$/m)
      }),
    ),
  )

  for (const signal of ['INT', 'QUIT', 'TERM'] as const)
    testInTerminal(
      test,
      'bash',
      `SIG${signal} to ssox alone is passed on, once, on a terminal`,
      () =>
        withDev((home) =>
          inBash(home, async (terminal) => {
            writeFileSync(join(home.path, 'counter'), COUNTER)
            await terminal.run(`ssox exec dev -- bash ~/counter ${signal}; echo "exit $?"`)
            await terminal.until(/^ready \d+$/m)
            const [, pid] = /^ready (\d+)$/m.exec(await terminal.screen()) ?? []
            process.kill(Number(pid), `SIG${signal}`)
            await terminal.until(/^got 1\nexit 7$/m)
          }),
        ),
    )

  testInTerminal(test, 'bash', 'SIGINT of `timeout --foreground` is passed on', () =>
    withDev((home) =>
      inBash(home, async (terminal) => {
        const trap = 'trap "echo interrupted; exit 9" INT'
        const wait = `${trap}; echo "ready $PPID"; while :; do sleep 0.1; done`
        await terminal.run(`timeout --foreground -s INT 600 ssox exec dev -- bash -c '${wait}'`)
        const [, ssox = ''] = /^ready (\d+)$/m.exec(await terminal.until(/^ready \d+$/m)) ?? []
        // Its time is over: what its own clock would tell it.
        const { stdout: timeout } = await runIn(home, ['ps', '-o', 'ppid=', '-p', ssox])
        process.kill(Number(timeout), 'SIGALRM')
        await terminal.until(/^interrupted$/m)
      }),
    ),
  )

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    test(`${signal} to the whole group reaches the command once, also with no terminal`, () =>
      withDev(async (home) => {
        writeFileSync(join(home.path, 'counter'), COUNTER)
        const words = ['exec', 'dev', '--', 'bash', join(home.path, 'counter')]
        const child = execa(node, [program, ...words, signal.slice(3)], {
          cwd: home.path,
          env: home.env,
          extendEnv: false,
          stdin: 'ignore',
          reject: false,
          detached: true,
        })
        for await (const line of child.iterable())
          if (line.startsWith('ready')) process.kill(-Number(child.pid), signal)
        const { exitCode, stdout } = await child
        assert.match(stdout, /\ngot 1$/)
        assert.is(exitCode, 7)
      }))

  testInTerminal(test, 'bash', '^Z stops the command, and fg goes on with it', () =>
    withDev((home) =>
      inBash(home, async (terminal) => {
        await terminal.run("ssox exec dev -- sh -c 'echo ready; exec cat'")
        await terminal.until(/^ready$/m)
        await terminal.type('one')
        await terminal.press('Enter')
        await terminal.until(/^one\none$/m)
        await terminal.press('C-z')
        await terminal.until('Stopped')
        await terminal.run('fg')
        await terminal.until(/fg\nssox exec dev/)
        await terminal.type('two')
        await terminal.press('Enter')
        await terminal.until(/^two\ntwo$/m)
        await terminal.press('C-d')
        await terminal.run('echo "exit $?"')
        await terminal.until('exit 0')
      }),
    ),
  )

  testInTerminal(test, 'bash', 'the command has the terminal', () =>
    withDev((home) =>
      inBash(home, async (terminal) => {
        const look = '[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && stty size'
        await terminal.run(`ssox exec dev -- sh -c '${look}'`)
        await terminal.until(/^30 100$/m)
      }),
    ),
  )

  test('a command that goes on in the background does not keep ssox', () =>
    withDev(async (home) => {
      const begun = Date.now()
      const background = 'sleep 30 >/dev/null 2>&1 </dev/null & echo $!'
      const run = await home.ssox(['exec', 'dev', '--', 'sh', '-c', background])
      assert.is(run.status, 0)
      assertInTime(Date.now() - begun, 20_000)
      await runIn(home, ['kill', run.stdout.trim()])
    }))
})
