/** What `ssox env` prints: statements and data, for whom, and what it shows on a terminal. */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { SHELL_NAMES } from '../../src/shells/shell.ts'
import { type Home, node, program, usualConfig } from '../support/home.ts'
import { testIn } from '../support/in-shell.ts'
import { inParallel, needing, runIn } from '../support/machine.ts'
import { assertFailure, assertSuccess, told } from '../support/output.ts'
import { tokenFile, withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import {
  dialectOf,
  environmentAfter,
  family,
  putOnPath,
  runScript,
  testInShells,
} from './evaluate.ts'
import { onScreen, testOnScreen } from './screen.ts'

const ODD = "o'clock $HOME"

function withOddNames<T>(use: (home: Home) => Promise<T>): Promise<T> {
  return withSignIn(async (home) => {
    home.writeConfig(`${usualConfig(home.center.startUrl)}
[profile "${ODD}"]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer

[profile größe/日本]
sso_session = corp
sso_account_id = 012345678901
sso_role_name = ReadOnly
`)
    putOnPath(home)
    return use(home)
  })
}

suite('the statement of env', (test) => {
  test('--clear takes no profile: exit 2, and the shell gets its failing statement', () =>
    withSignIn(async (home) => {
      for (const name of ['dev', 'nosuch']) {
        const run = await home.ssox(['env', '--clear', name, '--shell', 'bash'])
        assertFailure(run, 2, /^ssox: --clear leaves whatever profile .* takes none \("/)
        assert.match(run.stderr, /\n {2}ssox env --clear\n$/)
        assert.is(run.stdout, 'false\n')
      }
    }))

  test('is one line, ASCII where the shell has escapes, and ends with a line feed', () =>
    withOddNames(async (home) => {
      // On a busy machine the first would keep the others waiting, which they would say.
      assertSuccess(await home.ssox(['env', 'größe/日本', '--shell', 'sh']))
      await inParallel(SHELL_NAMES, async (shell) => {
        if (shell === 'cmd') return
        const run = await home.ssox(['env', 'größe/日本', '--shell', shell])
        assertSuccess(run)
        assert.match(run.stdout, /^[^\n]+\n$/, shell)
        if (shell !== 'sh' && shell !== 'tcsh') assert.match(run.stdout, /^[ -~]+\n$/, shell)
        assert.not.match(run.stdout, / #|\/\*/, 'no comment')
      })
    }))

  for (const shell of ['bash', 'zsh'] as const)
    testIn(test, shell, 'survives an eval without quotes', () =>
      withOddNames(async (home) => {
        const name = dialectOf(shell).quote(ODD)
        const found = await environmentAfter(home, shell, `eval $(ssox env ${name})`)
        assert.is(found.get('AWS_PROFILE'), ODD)
      }),
    )

  test('needs neither network nor lock while the credentials are valid', () =>
    withOddNames(async (home) => {
      const args = ['env', 'dev', '--shell', 'bash']
      const first = await home.ssox(args)
      await home.center.close()
      chmodSync(tokenFile(home), 0o400)
      assert.equal(await home.ssox(args), first)
      assert.equal(await home.ssox([...args, '-q']), first)
    }))
})

suite('the shell that env writes for', (test) => {
  testInShells(test, 'is the one that runs it', (shells) =>
    withOddNames(async (home) => {
      await home.ssox(['exec', 'dev', 'true'])
      await inParallel(shells, async (shell) => {
        const { name } = dialectOf(shell)
        const expected = await home.ssox(['env', 'dev', '--shell', name])
        // A second command keeps the shell from being replaced by the first.
        for (const words of ['env dev', 'env dev -q']) {
          const run = await runScript(home, shell, `ssox ${words}\necho end`, {
            SHELL: '/bin/tcsh',
          })
          assert.is(run.stdout.replace(/end\r?\n$/, ''), expected.stdout, `${shell}: ${words}`)
          assert.is(run.stderr, '', `${shell}: ${words}`)
        }
      })
    }),
  )

  const guesses: [title: string, shell: string | undefined, name: string, note: string][] = [
    ['$SHELL', '/usr/bin/fish', 'fish', 'writing for fish, a guess from $SHELL (--shell decides)'],
    ['sh', undefined, 'sh', 'writing for sh, a guess from the system (--shell decides)'],
    ['sh', '', 'sh', 'writing for sh, a guess from the system (--shell decides)'],
    ['sh', '/bin/false', 'sh', 'writing for sh, a guess from the system (--shell decides)'],
  ]
  for (const [title, SHELL, name, note] of guesses)
    test(`under a program that is no shell, with SHELL ${SHELL}: ${title}, and it says so`, () =>
      withOddNames(async (home) => {
        const { SHELL: _, ...rest } = home.env
        const env = SHELL === undefined ? rest : { ...rest, SHELL }
        // perl is on every Debian; it starts ssox without a shell in between.
        const perl = ['perl', '-e', 'exit(system(@ARGV) >> 8)', node, program, 'env']
        const expected = await home.ssox(['env', 'dev', '--shell', name])
        for (const _ of ['warm', 'full']) {
          const run = await runIn(home, [...perl, 'dev'], { env })
          assert.equal(run, { ...expected, stderr: `ssox: ${note}\n` })
        }
        const quiet = await runIn(home, [...perl, 'dev', '-q'], { env })
        assert.equal(quiet, expected)
        const failed = await runIn(home, [...perl, 'dve'], { env })
        assert.is(failed.status, 3)
        assert.is(failed.stdout, 'false\n')
      }))
})

suite('env --format', (test) => {
  /** Keys with every character that AWS uses, and some that it does not. */
  const secret = 'a/b+c=#d "e" $f \\g'

  function withSecret<T>(use: (home: Home) => Promise<T>): Promise<T> {
    return withSignIn(
      async (home) => {
        putOnPath(home)
        return use(home)
      },
      { roleCredentials: () => ({ secretAccessKey: secret }) },
    )
  }

  test('json is one object with what would be set', () =>
    withSecret(async (home) => {
      const run = await home.ssox(['env', 'dev', '--format', 'json'])
      assertSuccess(run)
      assert.is(JSON.parse(run.stdout)['AWS_SECRET_ACCESS_KEY'], secret)
      assert.is(JSON.parse(run.stdout)['AWS_PROFILE'], 'dev')
      assert.equal(await home.ssox(['env', 'dev', '--format=json', '--shell', 'fish']), run)
    }))

  testIn(test, 'bash', 'dotenv is read by node and by a shell that sources it', () =>
    withSecret(async (home) => {
      const file = join(home.path, 'dev.env')
      const script = `ssox env dev --format dotenv >'${file}'; set -a; . '${file}'`
      const sourced = await environmentAfter(home, 'bash', script)
      assert.is(sourced.get('AWS_SECRET_ACCESS_KEY'), secret)
      const json = await home.ssox(['env', 'dev', '--format', 'json'])
      for (const [name, value] of Object.entries(JSON.parse(json.stdout)))
        assert.is(sourced.get(name), value, name)
      const print = 'process.stdout.write(process.env.AWS_SECRET_ACCESS_KEY)'
      const loaded = await runIn(home, [process.execPath, `--env-file=${file}`, '-e', print])
      assert.is(loaded.stdout, secret)
    }),
  )

  test('docker is raw KEY=VALUE, one per line', () =>
    withSecret(async (home) => {
      const run = await home.ssox(['env', 'dev', '--format', 'docker'])
      assertSuccess(run)
      const lines = run.stdout.trimEnd().split('\n')
      assert.ok(lines.includes(`AWS_SECRET_ACCESS_KEY=${secret}`), run.stdout)
      for (const line of lines) assert.match(line, /^[A-Z_]+=[^']+$/)
    }))

  test('--clear has nothing to set', () =>
    withSecret(async (home) => {
      assert.is((await home.ssox(['env', '--clear', '--format', 'json'])).stdout, '{}\n')
      assert.is((await home.ssox(['env', '--clear', '--format', 'docker'])).stdout, '')
    }))
})

suite('env with a terminal as stdout', (test) => {
  testOnScreen(test, 'shows no secret but the line to type, and exits with 2', () =>
    withOddNames(async (home) => {
      await home.ssox(['env', 'dev', '--shell', 'bash'])
      for (const [words, line] of [
        ['env dev --shell bash', 'eval "$(ssox env dev)"'],
        ['env dev --shell zsh', 'eval "$(ssox env dev)"'],
        ['env dev --shell fish', 'ssox env dev | source'],
        ['env dev --shell powershell', 'ssox env dev | Out-String | Invoke-Expression'],
        ['env dev --shell nu', 'ssox env dev --shell nu | from json | load-env'],
        ['env --shell bash', 'eval "$(ssox env)"'],
        ['env --clear --shell bash', 'eval "$(ssox env --clear)"'],
        [
          'env dev --mode keys --min-left 9 --no-login --refresh --shell bash',
          'eval "$(ssox env dev --mode=keys --min-left=9 --no-login --refresh)"',
        ],
        [
          'env --account-id 012345678901 --role-name "a b" --shell bash',
          `eval "$(ssox env --account-id=012345678901 '--role-name=a b')"`,
        ],
      ] as const) {
        const run = await onScreen(home, words)
        assert.is(run.status, 2, words)
        assert.is(run.screen, '', words)
        assert.match(run.stderr, /^ssox: this is for the shell to read, not for the screen/)
        assert.is(run.stderr.split('\n')[1], `  ${line}`, words)
      }
    }),
  )

  for (const shell of ['bash', 'zsh', 'fish', 'pwsh'] as const)
    testIn(
      needing(test, ['script']),
      shell,
      'the line does what it promises, whatever the name is',
      () =>
        withOddNames(async (home) => {
          const name = `'${ODD.replaceAll("'", "'\\''")}'`
          const words = `env ${name} --mode keys --shell ${dialectOf(shell).name}`
          const { stderr } = await onScreen(home, words)
          const line = stderr.split('\n')[1]?.trim() ?? ''
          const found = await environmentAfter(home, shell, line)
          assert.is(found.get('SSOX_PROFILE'), ODD, line)
          assert.not(Object.hasOwn(family(found), 'AWS_PROFILE'))
        }),
    )

  testOnScreen(test, '--print shows the statement all the same', () =>
    withOddNames(async (home) => {
      const piped = await home.ssox(['env', 'dev', '--shell', 'bash'])
      const run = await onScreen(home, 'env dev --shell bash --print')
      assert.equal(run, { status: 0, screen: piped.stdout.replace('\n', '\r\n'), stderr: '' })
      const json = await onScreen(home, 'env dev --format json --print')
      assert.is(json.status, 0)
      assert.match(json.screen, /"AWS_PROFILE": "dev"/)
    }),
  )

  testOnScreen(test, '--format shows no secret either', () =>
    withOddNames(async (home) => {
      await home.ssox(['env', 'dev', '--shell', 'bash'])
      for (const format of ['json', 'dotenv', 'docker']) {
        const run = await onScreen(home, `env dev --format ${format}`)
        assert.is(run.screen, '')
        assertFailure({ ...run, stdout: '' }, 2, /for a program to read, not for the screen/)
      }
    }),
  )

  testOnScreen(test, 'a failure is no statement on the screen', () =>
    withOddNames(async (home) => {
      const run = await onScreen(home, 'env --nonsense')
      assert.is(run.status, 2, told({ ...run, stdout: run.screen }))
      assert.is(run.screen, '')
      assert.match(run.stderr, /^ssox: unknown option "--nonsense"/)
    }),
  )
})
