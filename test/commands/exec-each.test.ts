/** `ssox exec --each`: one command for many profiles. */

import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { type Home, node, program, withHome } from '../support/home.ts'
import { assertFailure, told } from '../support/output.ts'
import { until } from '../support/patience.ts'
import { withSignIn, writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal, withTerminal } from '../support/terminal.ts'
import { putOnPath } from './evaluate.ts'

/** Six profiles `a1` to `a6`, of which `a4` is refused; the role of `a1` is that of `a2`, too. */
function manyProfiles(startUrl: string): string {
  const roles = ['Developer', 'Developer', 'ReadOnly', 'Root', 'ReadOnly', 'Developer']
  const profiles = roles.map(
    (role, at) => `[profile a${at + 1}]
sso_session = corp
sso_account_id = ${at === 4 ? '210987654321' : '123456789012'}
sso_role_name = ${role === 'ReadOnly' && at === 4 ? 'Developer' : role}
region = eu-west-1
`,
  )
  return `${profiles.join('\n')}
[profile bare]
region = eu-west-1

[profile static]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY

[sso-session corp]
sso_start_url = ${startUrl}
sso_region = us-east-1
sso_registration_scopes = sso:account:access
`
}

function withMany<T>(use: (home: Home) => Promise<T>): Promise<T> {
  return withSignIn(use, {}, (home) => home.writeConfig(manyProfiles(home.center.startUrl)))
}

const each = (globs: string, script: string, more: readonly string[] = []) => [
  ...['exec', '--each', globs, ...more],
  ...['--', 'sh', '-c', script],
]

suite('exec --each', (test) => {
  test('runs the command once for every profile that matches, in the order of the files', () =>
    withMany(async (home) => {
      const show =
        'echo $SSOX_PROFILE $SSOX_ACCOUNT_ID $AWS_PROFILE; [ -n "$AWS_SECRET_ACCESS_KEY" ]'
      for (const [globs, names] of [
        ['static, a[13],a1', ['a1', 'a3', 'static']],
        ['static a[13] a1', ['a1', 'a3', 'static']],
        ['a5', ['a5']],
      ] as const) {
        const run = await home.ssox(each(globs, show))
        assert.is(run.status, 0, told(run))
        assert.equal(
          run.stdout.split('\n').flatMap((line) => line.split(' ')[0] || []),
          names,
        )
        assert.is(
          run.stderr,
          `${names.map((name) => `== ${name} ==\n`).join('')}ssox: ${names.length} ok\n`,
        )
      }
    }))

  test('takes words with blanks between for a name where a profile is called so, else for several', () =>
    withMany(async (home) => {
      home.writeConfig(home.read('config').replace('[profile static]', '[profile "a1 static"]'))
      for (const [globs, names] of [
        ['a1 static', 'a1 static\n'],
        ['a1 a3', 'a1\na3\n'],
      ] as const)
        assert.is((await home.ssox(each(globs, 'echo "$SSOX_PROFILE"'))).stdout, names)
    }))

  test('runs once for an account and role: what write and --install made of it is meant by its name', () =>
    withMany(async (home) => {
      for (const more of [[], ['--as', 'a1b']])
        assert.is((await home.ssox(['write', 'a1', ...more])).status, 0)
      const who = async (globs: string) =>
        (await home.ssox(each(globs, 'echo $SSOX_PROFILE'))).stdout.split('\n').filter(Boolean)
      assert.equal(await who('a1*'), ['a1'])
      assert.equal(await who('a1*,a1-keys'), ['a1', 'a1-keys'])
      const line = await home.ssox(['credential-process', '--install', 'a1', '--yes'])
      assert.is(line.status, 0, told(line))
      assert.equal(await who('a1*'), ['a1'])
      assert.equal(await who('a1-process'), ['a1-process'])
      const other = home.read('config').replace('--profile a1', '$& --role-arn 210987654321:Deploy')
      home.writeConfig(other)
      assert.equal(await who('a1*'), ['a1', 'a1-process'], 'another role')
      const run = await home.ssox(each('*-keys', 'true'))
      assertFailure(run, 3, /no profile .* matches "\*-keys"/)
    }))

  test('gives the first failing code in the order of the list, whatever ends first', () =>
    withMany(async (home) => {
      const script =
        'case $SSOX_PROFILE in a2) sleep 1.5; echo two; exit 3;; a3) echo three; exit 4;; *) echo $SSOX_PROFILE;; esac'
      for (const parallel of ['1', '4']) {
        const run = await home.ssox(each('a1,a2,a3,a5', script, ['--parallel', parallel]))
        assert.is(run.status, 3, told(run))
        assert.is(run.stdout, 'a1\ntwo\nthree\na5\n', parallel)
        assert.is(
          run.stderr,
          '== a1 ==\n== a2 ==\n== a3 ==\n== a5 ==\nssox: 2 ok · 2 failed: a2 (exit 3), a3 (exit 4)\n',
        )
      }
    }))

  test('goes on without a profile that has no access, which counts with the code of ssox', () =>
    withMany(async (home) => {
      const run = await home.ssox(each('a*', 'echo $SSOX_PROFILE', ['--parallel', '3']))
      assert.is(run.status, 5, told(run))
      assert.is(run.stdout, 'a1\na2\na3\na5\na6\n')
      assert.match(run.stderr, /== a4 ==\nssox: AWS refuses role Root in account 123456789012/)
      assert.match(run.stderr, /ssox: 5 ok \S+ 1 failed: a4 \(no access\)\n$/)
    }))

  test('signs in once, before anything runs', () =>
    withHome(async (home) => {
      home.writeConfig(manyProfiles(home.center.startUrl))
      writeSettings(home, { login_flow: 'pkce' })
      const run = await home.ssox(each('a1,a2,a3,a5', 'true', ['--parallel', '4', '--login']))
      assert.is(run.status, 0, told(run))
      assert.is(home.browserOpens().length, 1)
      assert.is(home.center.counts['GetRoleCredentials'], 3)
    }))

  test('asks for no sign-in that is not allowed, and uses what is cached', () =>
    withMany(async (home) => {
      assert.is((await home.ssox(['exec', 'a1', '--', 'true'])).status, 0)
      home.center.revokeSession()
      home.center.expireTokens()
      const run = await home.ssox(each('a1,a3', 'echo $SSOX_PROFILE', ['--no-login']))
      assert.is(run.status, 4, told(run))
      assert.is(run.stdout, 'a1\n')
      assert.match(run.stderr, /1 ok \S+ 1 failed: a3 \(sign-in needed\)/)
    }))

  test('keeps both streams apart, byte for byte, and gives nothing to read', () =>
    withMany(async (home) => {
      const script =
        'printf "%s\\0\\377x" $SSOX_PROFILE; echo e$SSOX_PROFILE >&2; cat; readlink /proc/self/fd/0 >&2'
      for (const parallel of ['1', '2']) {
        const run = await home.ssox(each('a1,a3', script, ['--parallel', parallel, '-q']), {
          input: 'for nobody',
          stdin: 'pipe',
          encoding: 'latin1',
        })
        assert.is(run.status, 0, told(run))
        assert.is(run.stdout, 'a1\0\u00ffxa3\0\u00ffx')
        assert.is(run.stderr, '== a1 ==\nea1\n/dev/null\n== a3 ==\nea3\n/dev/null\n')
      }
    }))

  test('--json is one line for each profile, with code and output', () =>
    withMany(async (home) => {
      const script = 'echo $SSOX_PROFILE; echo e >&2; [ $SSOX_PROFILE = a1 ] && exit 7; true'
      const run = await home.ssox(each('a1,a3,a4', script, ['--json', '--parallel', '2', '-q']))
      assert.is(run.status, 7, told(run))
      assert.is(run.stderr, '')
      const lines = run.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      const account = { accountId: '123456789012' }
      const { problem, fix, ...refused } = lines[2]
      assert.equal(lines.slice(0, 2), [
        {
          profile: 'a1',
          ...account,
          roleName: 'Developer',
          code: 7,
          stdout: 'a1\n',
          stderr: 'e\n',
        },
        { profile: 'a3', ...account, roleName: 'ReadOnly', code: 0, stdout: 'a3\n', stderr: 'e\n' },
      ])
      assert.equal(refused, {
        profile: 'a4',
        ...account,
        roleName: 'Root',
        code: 5,
        stdout: '',
        stderr: '',
      })
      assert.match(problem, /refuses role Root/)
      assert.ok(fix)
    }))

  test('says what does not go together, before anything starts', () =>
    withMany(async (home) => {
      const touch = ['--', 'touch', join(home.path, 'started')]
      for (const [args, status, about] of [
        [['--each', 'x*', ...touch], 3, /no profile .*matches "x\*"/],
        [['--each', 'a1,typo', ...touch], 3, /no profile matches "typo"/],
        [['--each', ',', ...touch], 2, /--each names no profile/],
        [['--each', 'a*'], 2, /exec --each needs a command/],
        [['--each', 'a*', 'aws', 's3', 'ls'], 2, /the command stands after --/],
        [['--each', 'a*', '--serve', ...touch], 2, /--serve is for one profile/],
        [['--each', 'a*', '--parallel', '0', ...touch], 2, /--parallel must be a whole number/],
        [['--each', 'a*', '--account-id', '1', ...touch], 2, /account-id/],
        [['a1', '--parallel', '2', ...touch], 2, /--parallel is for --each/],
        [['a1', '--json', ...touch], 2, /--json is for --each/],
      ] as const)
        assertFailure(await home.ssox(['exec', ...args]), status, about)
      assert.not(existsSync(join(home.path, 'started')))
    }))

  test('leaves sections of settings out, and names a command that cannot start', () =>
    withMany(async (home) => {
      const run = await home.ssox(['exec', '--each', 'b*,s*', '--', 'true'])
      assertFailure(run, 3, /no profile .*matches "b\*"/)
      const missing = await home.ssox(['exec', '--each', 'a1', '--', 'no-such-command'])
      assert.is(missing.status, 127)
      assert.match(missing.stderr, /there is no command no-such-command/)
      assert.match(missing.stderr, /0 ok \S+ 1 failed: a1 \(cannot start\)\n$/)
    }))

  test('a signal ends it: what runs gets it once, the rest is not run', () =>
    withMany(async (home) => {
      const [log, ready] = [join(home.path, 'log'), join(home.path, 'ready')]
      mkdirSync(ready)
      const script = `trap 'echo got >>${log}; exit 9' INT; : >${ready}/$$; while :; do sleep 0.1; done`
      const child = execa(node, [program, ...each('a1,a2,a3,a5,a6', script, ['--parallel', '2'])], {
        cwd: home.path,
        env: home.env,
        extendEnv: false,
        stdin: 'ignore',
        reject: false,
      })
      await until('both', () => readdirSync(ready).length === 2)
      child.kill('SIGINT')
      const { exitCode, stderr } = await child
      assert.is(exitCode, 130, stderr)
      assert.is(readFileSync(log, 'utf8'), 'got\ngot\n')
      assert.match(stderr, /0 ok \S+ 2 failed: a1 \(exit 9\), a2 \(exit 9\) \S+ 3 not run$/)
    }))

  test('ends when nobody reads any more', () =>
    withMany(async (home) => {
      putOnPath(home)
      const run = await execa(
        'bash',
        ['-c', 'ssox exec --each "a1,a2,a3" -- yes | head -1; echo "${PIPESTATUS[0]}"'],
        { cwd: home.path, env: home.env, extendEnv: false, reject: false },
      )
      assert.match(run.stdout, /^y\n141$/)
    }))

  testInTerminal(test, 'bash', 'on a terminal has the name in front of each line', () =>
    withMany(async (home) => {
      putOnPath(home)
      const env = { ...home.env, HISTFILE: '/dev/null', LC_ALL: 'C.UTF-8' }
      await withTerminal(['bash', '--noprofile', '--norc'], { env }, async (terminal) => {
        const script = 'echo one; printf two >&2'
        await terminal.run(`ssox exec --each a1,static --parallel 2 -- sh -c '${script}'`)
        await terminal.until(/^ssox: 2 ok$/m)
        const screen = await terminal.screen()
        for (const line of ['a1     │ one', 'a1     │ two', 'static │ one', 'static │ two'])
          assert.ok(screen.split('\n').includes(line), screen)
      })
    }),
  )

  testInTerminal(test, 'bash', 'asks once for all that are protected', () =>
    withMany(async (home) => {
      putOnPath(home)
      writeSettings(home, { login_flow: 'pkce', protect: 'a1 a3' })
      const env = { ...home.env, HISTFILE: '/dev/null', LC_ALL: 'C.UTF-8' }
      await withTerminal(['bash', '--noprofile', '--norc'], { env }, async (terminal) => {
        for (const [answer, end] of [
          ['n', /not switched to "a1", "a3"\n[^\n]*\nexit 2$/m],
          ['y', /a3 +│ it is a3\nssox: 3 ok\nexit 0$/m],
        ] as const) {
          await terminal.wipe()
          const script = 'echo it is $SSOX_PROFILE'
          await terminal.run(`ssox exec --each a[123] -- sh -c '${script}'; echo "exit $?"`)
          const asked = await terminal.until(/Use all of them\? \[y\/N\]/)
          for (const who of ['a1" is protected (Developer', 'a3" is protected (ReadOnly'])
            assert.ok(asked.includes(`profile "${who} in account 123456789012)`), asked)
          await terminal.run(answer)
          await terminal.until(end)
        }
      })
    }),
  )
})
