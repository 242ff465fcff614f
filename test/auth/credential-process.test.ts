/** Programs that print credentials: whose command it is, when they have ended, what they say. */

import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from '../../src/aws/document.ts'
import { splitWords } from '../../src/text/shell-words.ts'
import { putOnPath } from '../commands/evaluate.ts'
import { type Home, node, program, withHome } from '../support/home.ts'
import { AS_NOBODY, NOBODY, needing, runIn, ssoxUnder, testWith } from '../support/machine.ts'
import { assertFailure, assertSuccess, told } from '../support/output.ts'
import { assertInTime } from '../support/patience.ts'
import { assert, suite } from '../support/suite.ts'
import { until } from './rig.ts'

const ENV = ['env', 'proc', '--shell', 'bash'] as const
const ANSWER = JSON.stringify({
  Version: 1,
  AccessKeyId: 'AKIAPROCESS',
  SecretAccessKey: 'secret-of-the-process',
  SessionToken: 'token-of-the-process',
})

/** A home whose profile `proc` runs this shell script. */
function withProcess<T>(script: string, use: (home: Home) => Promise<T>): Promise<T> {
  return withHome(async (home) => {
    const path = join(home.path, 'process')
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
    home.writeConfig(`[profile proc]\ncredential_process = ${path}\n`)
    return use(home)
  })
}

async function timed<T>(run: Promise<T>): Promise<[result: T, ms: number]> {
  const began = Date.now()
  return [await run, Date.now() - began]
}

suite('a program that leaves another one behind, which holds its output open', (test) => {
  const cases: [title: string, script: string][] = [
    ['the answer is taken', `sleep 20 & echo '${ANSWER}'`],
    [
      'an answer that comes from there at once is taken',
      `(while kill -0 $$ 2>/dev/null; do :; done; echo '${ANSWER}') & exit 0`,
    ],
  ]
  for (const [title, script] of cases)
    test(title, () =>
      withProcess(script, async (home) => {
        const [run, ms] = await timed(home.ssox([...ENV]))
        assertSuccess(run)
        assert.match(run.stdout, 'AKIAPROCESS')
        assertInTime(ms, 8_000)
      }),
    )

  test('its failure is told', () =>
    withProcess('sleep 20 & echo no key here >&2; exit 3', async (home) => {
      const [run, ms] = await timed(home.ssox([...ENV]))
      assertFailure(run, 3, /"proc" failed: no key here$/)
      assertInTime(ms, 8_000)
    }))

  test('a file that is no program: in words', () =>
    withHome(async (home) => {
      home.writeConfig(`[profile proc]\ncredential_process = ${home.path}\n`)
      assertFailure(await home.ssox([...ENV]), 3, /it cannot be started: permission denied$/)
    }))

  test('half an answer is none', () =>
    withProcess(`sleep 20 & printf %s '{"Version":1,'`, async (home) => {
      const [run, ms] = await timed(home.ssox([...ENV]))
      assertFailure(run, 3, /it does not print JSON/)
      assertInTime(ms, 8_000)
    }))

  test('a program that takes longer than that is waited for', () =>
    withProcess(`sleep 2; echo '${ANSWER}'`, async (home) => {
      assertSuccess(await home.ssox([...ENV]))
    }))
})

suite('how the command line is read, as the AWS CLI does', (test) => {
  const cases: [title: string, command: string, words: string[]][] = [
    ['a sign of a comment inside of quotes', `sh -c 'a ; b'`, ['sh', '-c', 'a ; b']],
    ['inside of double quotes', 'x "team #1"', ['x', 'team #1']],
    ['behind an escaped quote', 'x "a\\" # b" c', ['x', 'a" # b', 'c']],
    ['behind an escaped blank', 'x a\\ #b', ['x', 'a #b']],
    ['without a blank in front', 'x a#b;c', ['x', 'a#b;c']],
    ['a comment behind it, as in the SDKs', `x 'a ; b' ; c`, ['x', 'a ; b']],
    ['a comment with a quote', `x a # it's`, ['x', 'a']],
    ['several lines: their breaks are blanks', 'x a\n  b "c\n  d"', ['x', 'a', 'b', 'c\nd']],
    ['a Windows path', 'C:\\\\tools\\\\x.exe dev', ['C:\\tools\\x.exe', 'dev']],
  ]
  for (const [title, command, words] of cases)
    test(title, () => {
      const config = `[profile proc]\ncredential_process = ${command}\nregion = eu-west-1\n`
      const values = parseDocument(config, 'config').section('profile', 'proc')?.values
      assert.equal(splitWords(values?.get('credential_process') ?? ''), words)
      assert.is(values?.get('region'), 'eu-west-1')
    })

  test('a script of several commands runs', () =>
    withHome(async (home) => {
      const script = `sh -c 'true ; echo "$1"' sh`
      home.writeConfig(`[profile proc]\ncredential_process = ${script}\n  '${ANSWER}'\n`)
      const run = await home.ssox([...ENV])
      assertSuccess(run)
      assert.match(run.stdout, 'AKIAPROCESS')
    }))
})

suite('when its credentials end', (test) => {
  const whole = '2099-01-02T03:04:05Z'
  const cases: [expiration: unknown, shown: string | undefined][] = [
    [null, undefined],
    ['2099-01-02T03:04Z', '2099-01-02T03:04:00Z'],
    ['20990102T030405Z', whole],
    ['20990102T0304Z', '2099-01-02T03:04:00Z'],
    ['2099-01-02 03:04:05 UTC', whole],
    ['2099-01-02t03:04:05z', whole],
    ['2099-01-02T04:04:05+01', whole],
    ['2099-01-02T02:04:05.123456789-0100', whole],
    ['2099-01-02T03:04:05,5Z', whole],
  ]
  for (const [expiration, shown] of cases)
    test(`${JSON.stringify(expiration)}: ${shown ?? 'never'}`, () => {
      const answer = JSON.stringify({ ...JSON.parse(ANSWER), Expiration: expiration })
      return withProcess(`echo '${answer}'`, async (home) => {
        const run = await home.ssox(['env', 'proc', '--format', 'json'])
        assertSuccess(run)
        assert.is(JSON.parse(run.stdout)['AWS_CREDENTIAL_EXPIRATION'], shown)
      })
    })

  for (const expiration of ['', 'soon', 4070908800, '2099-13-01T00:00:00Z', '2099-0102T00:00:00Z'])
    test(`${JSON.stringify(expiration)} is no time`, () => {
      const answer = JSON.stringify({ ...JSON.parse(ANSWER), Expiration: expiration })
      return withProcess(`echo '${answer}'`, async (home) => {
        assertFailure(await home.ssox([...ENV]), 3, /failed: Expiration is not a time$/)
      })
    })
})

suite('a program that asks something', (test) => {
  needing(test, ['script'])('on a terminal what it says on stderr is seen while it waits', () =>
    withProcess(
      `printf 'touch your key: ' >&2; until [ -e touched ]; do sleep 0.1; done; echo '${ANSWER}'`,
      async (home) => {
        putOnPath(home)
        const command = 'ssox env proc --shell bash >out; cat out'
        const screen = join(home.path, 'screen')
        writeFileSync(screen, '')
        const running = runIn(home, ['script', '-qefc', command, screen])
        await until('the question', () => /touch your key: /.test(readFileSync(screen, 'utf8')))
        writeFileSync(join(home.path, 'touched'), '')
        assert.match((await running).stdout, 'AKIAPROCESS')
      },
    ),
  )

  needing(test, ['script'])('on a terminal its failure is seen once', () =>
    withProcess('echo no key here >&2; exit 3', async (home) => {
      putOnPath(home)
      const run = await runIn(home, ['script', '-qec', 'ssox env proc --shell bash >out', 'screen'])
      assert.is(run.status, 3)
      assert.match(run.stdout, /^no key here\r\n.*"proc" failed: it ended with status 3/)
      assert.is(run.stdout.split('no key here').length, 2)
    }),
  )
})

suite('what a program says when it fails', (test) => {
  const cases: [title: string, stderr: string, quoted: string][] = [
    ['one line', 'no key here', 'no key here'],
    ['blank lines around it', '\n\nno key here\n\n', 'no key here'],
    [
      'ssox: the problem, not the command that mends it',
      'ssox: no token\n  ssox login corp',
      'ssox: no token',
    ],
    ['ssox after a note', 'ssox: warning: odd\nssox: no token\n  ssox login', 'ssox: no token'],
    [
      'Python: the exception',
      'Traceback (most recent call last):\n  File "x", line 1\nKeyError: 1',
      'KeyError: 1',
    ],
    ['indented lines alone', '  one\n  two', 'two'],
  ]
  for (const [title, stderr, quoted] of cases)
    test(`${title}: ${quoted}`, () =>
      withProcess(`cat >&2 <<'END'\n${stderr}\nEND\nexit 1`, async (home) => {
        const run = await home.ssox([...ENV])
        assertFailure(run, 3, /"proc" failed: /)
        assert.match(run.stderr, `failed: ${quoted}\n`)
      }))

  test('ssox that runs itself names the cause', () =>
    withHome(async (home) => {
      home.writeConfig(
        `[profile proc]\ncredential_process = ${node} ${program} exec proc -- true\n`,
      )
      const about = /^ssox: credential_process goes round in a circle: "proc" → "proc"$/
      assertFailure(await home.ssox([...ENV]), 3, about)
    }))

  test('a command that is no command', () =>
    withHome(async (home) => {
      const about = /"proc" failed: a quote in it is not closed, or a backslash ends it$/
      for (const command of ['"/bin/echo', "/bin/echo 'x", '/bin/echo \\']) {
        home.writeConfig(`[profile proc]\ncredential_process = ${command}\n`)
        assertFailure(await home.ssox([...ENV]), 3, about)
      }
      home.writeConfig('[profile proc]\ncredential_process = ""\n')
      assertFailure(await home.ssox([...ENV]), 3, /"proc" failed: it is empty$/)
    }))
})

suite('a program is run only if the file that names it is ours alone', (test) => {
  const [us, ours] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  const everybody = /"proc" is not run: .*\/config says what to run, and everybody may change it$/

  for (const mode of [0o600, 0o644, 0o640, 0o755])
    test(`mode ${mode.toString(8)}: run`, () =>
      withProcess(`echo '${ANSWER}'`, async (home) => {
        chmodSync(home.aws('config'), mode)
        assertSuccess(await home.ssox([...ENV]))
      }))

  for (const mode of [0o666, 0o602, 0o777])
    test(`mode ${mode.toString(8)}: exit 3, and what ends it`, () =>
      withProcess(`echo '${ANSWER}'`, async (home) => {
        const config = home.aws('config')
        chmodSync(config, mode)
        const run = await home.ssox([...ENV])
        assertFailure(run, 3, everybody)
        assert.match(run.stderr, `\n  chmod go-w ${config}\n`)
        const [, command = ''] = run.stderr.trimEnd().split('\n')
        await runIn(home, ['sh', '-c', command])
        assertSuccess(await home.ssox([...ENV]))
      }))

  test('a path with a blank: what ends it is quoted', () =>
    withProcess(`echo '${ANSWER}'`, async (home) => {
      const config = `${home.path}/a b`
      copyFileSync(home.aws('config'), config)
      chmodSync(config, 0o666)
      home.env['AWS_CONFIG_FILE'] = config
      const run = await home.ssox([...ENV])
      assertFailure(run, 3, /everybody may change it$/)
      assert.match(run.stderr, `\n  chmod go-w '${config}'\n`)
    }))

  test('on a Windows drive every file is 0777: run', () =>
    withProcess(`echo '${ANSWER}'`, async (home) => {
      home.env['WSL_DISTRO_NAME'] = 'Debian'
      chmodSync(home.aws('config'), 0o777)
      assertSuccess(await home.ssox([...ENV]))
    }))

  test('a link is followed, and the credentials file counts where it names the program', () =>
    withProcess(`echo '${ANSWER}'`, async (home) => {
      mkdirSync(join(home.path, 'dotfiles'))
      renameSync(home.aws('config'), join(home.path, 'dotfiles', 'config'))
      symlinkSync('../dotfiles/config', home.aws('config'))
      assertSuccess(await home.ssox([...ENV]))
      chmodSync(join(home.path, 'dotfiles', 'config'), 0o666)
      assertFailure(await home.ssox([...ENV]), 3, everybody)
      writeFileSync(
        home.aws('credentials'),
        `[proc]\ncredential_process = ${join(home.path, 'process')}\n`,
        { mode: 0o600 },
      )
      assertSuccess(await home.ssox([...ENV]))
    }))

  test('as the source of a role it is not run either; other profiles of the file are', () =>
    withProcess(`echo '${ANSWER}'`, async (home) => {
      home.writeConfig(`${home.read('config')}
[profile role]
role_arn = arn:aws:iam::210987654321:role/Deploy
source_profile = proc

[profile static]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
`)
      chmodSync(home.aws('config'), 0o666)
      assertFailure(await home.ssox(['env', 'role', '--shell', 'bash']), 3, everybody)
      assertSuccess(await home.ssox(['env', 'static', '--shell', 'bash']))
    }))

  test('the group of the user alone may change it (umask 002): run', () =>
    withProcess(`echo '${ANSWER}'`, async (home) => {
      if (us !== ours) return
      chmodSync(home.aws('config'), 0o664)
      assertSuccess(await home.ssox([...ENV]))
    }))

  testWith(
    test,
    ['setpriv'],
    'a group that has the name of its user alone: run; another: exit 3',
    () =>
      withProcess(`echo '${ANSWER}'`, async (home) => {
        const group = /"proc" is not run: .*, and its whole group may change it$/
        const config = home.aws('config')
        await runIn(home, ['chown', '-R', `${NOBODY}:${NOBODY}`, home.path])
        chmodSync(config, 0o664)
        assertSuccess(await ssoxUnder(home, AS_NOBODY, ENV))
        chownSync(config, NOBODY, 100)
        assertFailure(await ssoxUnder(home, AS_NOBODY, ENV), 3, group)
        const named = userWithNamedGroup()
        if (!named) return
        const [uid, gid] = named
        const as = ['setpriv', `--reuid=${uid}`, `--clear-groups`]
        await runIn(home, ['chown', '-R', `${uid}:${gid}`, home.path])
        assertSuccess(await ssoxUnder(home, [...as, `--regid=${gid}`], ENV))
        chownSync(config, uid, 100)
        assertFailure(await ssoxUnder(home, [...as, '--regid=100'], ENV), 3, group)
      }),
  )

  testWith(test, ['setpriv'], "another user's file: exit 3; root's, and for root any: run", () =>
    withProcess(`echo '${ANSWER}'`, async (home) => {
      const config = home.aws('config')
      await runIn(home, ['chown', '-R', `${NOBODY}:${NOBODY}`, home.path])
      assertSuccess(await home.ssox([...ENV]))
      chownSync(config, 1, 1)
      const foreign = await ssoxUnder(home, AS_NOBODY, ENV)
      assertFailure(foreign, 3, /"proc" is not run: .*, and it belongs to another user$/)
      assert.match(foreign.stderr, `\n  sudo chown ${NOBODY} ${config}\n`)
      chownSync(config, 0, 0)
      const run = await ssoxUnder(home, AS_NOBODY, ENV)
      assert.is(run.status, 0, told(run))
    }),
  )
})

/** A user whose own group has the same name and another number. */
function userWithNamedGroup(): [uid: number, gid: number] | undefined {
  const table = (path: string) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
  const groups = new Map(table('/etc/group').map(([name, , gid]) => [gid, name]))
  const found = table('/etc/passwd').find(
    ([name, , uid, gid]) => name && uid !== gid && groups.get(gid) === name,
  )
  return found ? [Number(found[2]), Number(found[3])] : undefined
}
