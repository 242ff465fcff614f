/** What holds for every verb: help, mistakes, exit codes, streams that are gone, machines that say no. */

import manifest from '../../package.json' with { type: 'json' }
import { VERBS } from '../../src/cli/spec.ts'
import { type Home, node, program, withHome } from '../support/home.ts'
import { inMountNamespace, inParallel, runIn, ssoxUnder, testWith } from '../support/machine.ts'
import { assertFailure, assertNoStack, told } from '../support/output.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { intoClosedPipe, putOnPath } from './evaluate.ts'

const names = VERBS.map(({ name }): string => name)

suite('help and version', (test) => {
  test('--version prints the version alone, wherever it stands', () =>
    withHome((home) =>
      inParallel([['--version'], ['-V'], ['env', '--version'], ['-q', '-V']], async (args) => {
        const run = await home.ssox(args, { env: { PATH: '/nowhere', HOME: 'nowhere' } })
        assert.equal(run, { status: 0, stdout: `${manifest.version}\n`, stderr: '' })
      }),
    ))

  test('every verb has help on stdout that leads with examples, in every spelling', () =>
    withHome((home) =>
      inParallel(names, async (name) => {
        const run = await home.ssox([name, '--help'])
        assert.is(run.status, 0, told(run))
        assert.is(run.stderr, '')
        assert.match(run.stdout, new RegExp(`^ssox ${name}\\b.*\\n {2}\\S.*\\n\\nExamples\\n`))
        assert.match(run.stdout, /\nExit codes\n {2}0 ok/)
        assert.equal(await home.ssox([name, '-h', '--nonsense']), run)
        assert.equal(await home.ssox(['help', name]), run)
      }),
    ))

  test('help needs neither a home nor settings that are right', () =>
    withHome(async (home) => {
      const run = await home.ssox(['--help'], { env: { HOME: 'nowhere' } })
      assert.is(run.status, 0)
      assert.match(run.stdout, /^ssox: AWS SSO/)
      for (const name of names) assert.match(run.stdout, new RegExp(`^ {2}${name}\\b`, 'm'))
    }))

  test('ssox alone: a few lines on stderr, exit 2', () =>
    withHome(async (home) => {
      const run = await home.ssox([])
      assert.is(run.status, 2)
      assert.is(run.stdout, 'false\n', 'it may be evaluated')
      assert.match(run.stderr, /^ssox: AWS SSO for every terminal/)
      assert.match(run.stderr, /ssox --help shows more\.\n$/)
    }))
})

suite('mistakes on the command line', (test) => {
  const mistakes: [args: string[], status: number, about: RegExp, mend: string][] = [
    [['evn', 'dev'], 2, /unknown command "evn"; did you mean env\?/, 'ssox env dev'],
    [['lgoin'], 2, /unknown command "lgoin"; did you mean login/, 'ssox login'],
    [['frobnicate'], 2, /unknown command "frobnicate"$/, 'ssox --help'],
    [['help', 'evn'], 2, /unknown command "evn"/, 'ssox help env'],
    [
      ['env', 'dev', '--refrehs'],
      2,
      /unknown option "--refrehs" for env/,
      'ssox env dev --refresh',
    ],
    [['list', '--check'], 2, /unknown option "--check" for list/, 'ssox list --help'],
    [['--nonsense'], 2, /unknown option "--nonsense"$/, 'ssox --help'],
    [['env', 'dev', '--min-left'], 2, /--min-left needs a value/, 'ssox env --help'],
    [['env', 'dev', '--min-left=-1'], 2, /must be a whole number from 0 to 720/, 'ssox env --help'],
    [['login', 'dev', '--port', '99999'], 2, /from 1 to 65535/, 'ssox login --help'],
    [['env', 'dev', '--shell=bahs'], 2, /--shell cannot be "bahs"/, 'ssox env dev --shell=bash'],
    [['env', 'dve', '-q'], 3, /did you mean "dev"\?$/, 'ssox env dev -q'],
    [
      ['env', 'dev', '--device-code', '--shell=bash'],
      4,
      /\(there is no terminal\)/,
      'ssox login dev --device-code',
    ],
    [['login', 'crop', '--device-code'], 3, /did you mean corp/, 'ssox login corp --device-code'],
    [['status', 'pord'], 3, /did you mean "prod"/, 'ssox status prod'],
    [['exec', 'statik', 'true'], 3, /did you mean "static"\?$/, 'ssox exec static true'],
    [
      ['whoami', 'nothing-like-it'],
      3,
      /there is no profile "nothing-like-it" in \S+ or \S+$/,
      'ssox list',
    ],
    [['status', 'dve', '--check'], 3, /did you mean "dev"\?$/, 'ssox status dev --check'],
    [['exec', 'dve', 'sh', '-c', 'a b'], 3, /did you mean "dev"/, "ssox exec dev sh -c 'a b'"],
    [['init', 'qqqqqqqqqqqq'], 2, /the shell of init cannot be/, 'ssox init --help'],
    [['exec', 'dev'], 2, /exec needs a command/, 'ssox exec --help'],
    [
      ['exec', '--account-id', '1', '--', 'a'],
      2,
      /--start-url, --sso-region, --role-name must/,
      'add --start-url <url> --sso-region <region> --role-name <name>',
    ],
  ]
  test('say what is wrong, what was perhaps meant, and the command that mends it', () =>
    withHome((home) =>
      inParallel(mistakes, async ([args, status, about, mend]) => {
        const run = await home.ssox(args)
        assertFailure(run, status, about)
        assert.is(run.stderr.split('\n')[1], `  ${mend}`, args.join(' '))
        const isForShell = /^(env|evn|lgoin|frobnicate|--nonsense)$/.test(args[0] ?? '')
        assert.is(run.stdout, isForShell ? 'false\n' : '')
      }),
    ))

  test('where no command can be made out, what evaluates the output stops', () =>
    withHome(async (home) => {
      putOnPath(home)
      const lines = [
        '--quite env dev',
        'evn dev',
        '--region env dev',
        '--region env',
        'dev',
        '',
        '-x',
      ]
      await inParallel(lines, async (words) => {
        const run = await runIn(home, ['bash', '-c', `eval "$(ssox ${words})" && echo deployed`])
        assert.is(run.status, 1, told(run))
        assert.is(run.stdout, '', words)
      })
      for (const args of [
        ['lits', '--names'],
        ['satus', '--json', 'dev'],
      ])
        assert.is((await home.ssox(args)).stdout, '', 'it was not env that was meant')
      const named = await home.ssox(['--quite', 'env', 'dev', '--shell', 'powershell'])
      assert.match(named.stdout, /^& \{.* throw 'ssox: unknown option "--quite".*' \}\n$/)
      for (const words of ['list --quite', 'help evn', 'evn dev --format json', 'exec'])
        assert.is((await home.ssox(words.split(' '))).stdout, '', words)
    }))

  test('at most three suggestions', () =>
    withHome(async (home) => {
      const like = ['dev1', 'dev2', 'dev3', 'dev4', 'dev5'].map((name) => `[profile ${name}]\n`)
      home.writeConfig(like.join(''))
      const run = await home.ssox(['status', 'dev'])
      assert.match(run.stderr, /did you mean "dev1", "dev2", "dev3"\?$/m)
    }))

  test('a stack trace only with --debug', () =>
    withHome(async (home) => {
      assertNoStack(await home.ssox(['env', 'dve']))
      const run = await home.ssox(['env', 'dve', '--debug'])
      assert.is(run.status, 3)
      assert.match(run.stderr, /^\s+at /m)
    }))
})

suite('streams that are gone', (test) => {
  const reading = ['list', 'status', '--help', '--version', 'init bash', 'env static']

  test('a full disk is exit 7, a closed pipe 141; neither is a success', () =>
    withHome(async (home) => {
      putOnPath(home)
      await inParallel(reading, async (words) => {
        const full = await runIn(home, ['bash', '-c', `ssox ${words} >/dev/full; echo $?`])
        assert.is(full.stdout, '7\n', words)
        assert.match(
          full.stderr,
          /^ssox: cannot write the result: no space left on the disk\n {2}\S/,
        )
        const closed = await runIn(home, ['bash', '-c', intoClosedPipe(`ssox ${words}`)])
        assert.equal(closed, { status: 0, stdout: '141\n', stderr: '' }, words)
      })
    }))

  test('a stderr that is full or closed changes neither result nor exit code', () =>
    withHome(async (home) => {
      putOnPath(home)
      for (const stderr of ['2>/dev/full', '2>&-', '2>/dev/null'])
        for (const [words, stdout] of [
          ['env dve', 'false\n3\n'],
          ['evn', 'false\n2\n'],
          ['list x', '2\n'],
          ['list --names', 'default\ndev\nprod\nold\ndeploy\nstatic\n0\n'],
          ["exec --each 's*,s[t]atic' -- echo a", 'a\n0\n'],
          ['exec --each static,static --parallel 2 -- sh -c "echo b >&2; echo a"', 'a\n0\n'],
        ] as const) {
          const run = await runIn(home, ['bash', '-c', `ssox ${words} ${stderr}; echo $?`])
          assert.is(run.stdout, stdout, `${words} ${stderr}`)
        }
    }))

  test('a closed stdin is no obstacle', () =>
    withSignIn(async (home) => {
      putOnPath(home)
      for (const words of ['env dev --shell bash', 'list', 'status', 'exec dev -- true']) {
        const run = await runIn(home, ['bash', '-c', `ssox ${words} 0<&-; echo $?`])
        assert.match(run.stdout, /(^|\n)0\n$/, words)
        assert.is(run.stderr, '', words)
      }
    }))
})

suite('machines that say no', (test) => {
  test('no home: exit 3 for every verb that needs one, and the step that mends it', () =>
    withHome((home) =>
      inParallel(
        names.filter((name) => name !== 'demo'),
        async (name) => {
          const more: Record<string, string[]> = { exec: ['dev', 'true'], init: ['bash'] }
          const run = await home.ssox([name, ...(more[name] ?? [])], {
            env: { ...home.env, HOME: 'relative' },
          })
          assertFailure(run, 3, /there is no home folder: HOME is empty or not an absolute path/)
          assert.match(run.stderr, /\n {2}export HOME=\/path\/to\/your\/home\n$/)
        },
      ),
    ))

  testWith(
    test,
    ['setpriv'],
    'HOME empty or unset: the home of the user database, if there is one',
    () =>
      withHome(async (home) => {
        const stranger = [
          'setpriv',
          '--reuid=54321',
          '--regid=54321',
          '--clear-groups',
          node,
          program,
        ]
        const { HOME: _, ...env } = home.env
        for (const HOME of [undefined, ''])
          assertFailure(
            await runIn(home, [...stranger, 'list'], {
              env: HOME === undefined ? env : { ...env, HOME },
              cwd: '/',
            }),
            3,
            /there is no home folder/,
          )
      }),
  )

  testWith(test, ['unshare'], 'a home that is read-only: what needs no writing works', () =>
    withSignIn(async (home) => {
      await home.ssox(['env', 'dev', '--shell', 'bash'])
      const readOnly = inMountNamespace(
        `mount --bind '${home.path}' '${home.path}'; mount -o remount,ro,bind '${home.path}'`,
      )
      const ssox = (...args: string[]) => ssoxUnder(home, readOnly, args)
      for (const args of [
        ['env', 'dev', '--shell', 'bash'],
        ['list'],
        ['status'],
        ['whoami', 'dev'],
      ]) {
        const run = await ssox(...args)
        assert.is(run.status, 0, told(run))
        assert.is(run.stderr, '', args.join(' '))
      }
      const fresh = await ssox('env', 'prod', '--shell', 'bash')
      assert.is(fresh.status, 0, told(fresh))
      assert.match(fresh.stderr, /^ssox: warning: the credentials are not cached: /)
      assertFailure(await ssox('logout', 'corp'), 7, /cannot (remove|clear)/)
      const login = await ssox('login', 'corp', '--force')
      assert.is(login.status, 7, told(login))
      assertNoStack(login)
    }),
  )

  test('a working folder that is gone', () =>
    withSignIn(async (home) => {
      putOnPath(home)
      const words = ['env dev --shell bash', 'env deploy --shell bash', 'exec dev -- true', 'list']
      for (const each of [...words, 'status', 'whoami dev', 'login corp', '--help']) {
        const gone = `mkdir -p "$HOME/d"; cd "$HOME/d"; rmdir "$HOME/d"; exec ${node} ${program} ${each}`
        const run = await runIn(home, ['bash', '-c', gone])
        assert.is(run.status, 0, told(run))
        assertNoStack(run)
      }
    }))

  test('warnings of Node do not reach anybody', () =>
    withSignIn((home: Home) =>
      inParallel(
        ['env dev --shell bash', 'whoami deploy', 'status', 'login corp'],
        async (words) => {
          const run = await home.ssox(words.split(' '))
          assert.not.match(run.stderr, /warning|deprecat/i)
        },
      ),
    ))

  test('no argument of any process holds a secret', () =>
    withSignIn(async (home) => {
      // The command of exec sees the argument lists of its ancestors.
      const look = 'cat /proc/$PPID/cmdline /proc/self/cmdline | tr "\\0" " "'
      const run = await home.ssox(['exec', 'dev', '--', 'sh', '-c', look])
      for (const secret of home.center.secrets()) assert.not.ok(run.stdout.includes(secret))
      assert.match(run.stdout, /main\.cjs exec dev/)
    }))
})
