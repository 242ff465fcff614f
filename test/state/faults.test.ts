/** Storage that fails: folders missing or read-only, a full disk, a stdout that takes nothing. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type Finished, type Home, node, program, withHome } from '../support/home.ts'
import {
  AS_NOBODY,
  inMountNamespace,
  inParallel,
  NOBODY,
  runIn,
  ssoxUnder,
  testWith,
} from '../support/machine.ts'
import { assertFailure, assertNoStack, assertSuccess, keysIn, told } from '../support/output.ts'
import { readObject, roleFile, setFields, tokenFile, withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

const ENV = ['env', 'dev', '--shell', 'bash'] as const
const NOT_CACHED = /the credentials are not cached: cannot (write|create the folder) \/.*: \S/
const NOT_REMEMBERED = /the sign-in is not remembered: cannot (write|create the folder) \/.*: \S/

/** Every token lives ten minutes, so every run that needs it refreshes it first. */
const SHORT_TOKENS = { lifetimes: { accessToken: 600 } }

suite('folders', (test) => {
  for (const [title, mask] of [
    ['022', '022'],
    ['000', '000'],
    ['077', '077'],
    ['0277', '0277'],
    ['0777', '0777'],
  ] as const)
    test(`missing ones are made for nobody else to enter, umask ${title}`, () =>
      withSignIn(async (home) => {
        rmSync(home.aws('sso'), { recursive: true })
        const umask = ['sh', '-ec', `umask ${mask}; exec "$@"`, 'sh']
        const run = await ssoxUnder(home, umask, [...ENV, '--login'])
        assert.is(run.status, 0, told(run))
        const made = [home.aws('sso'), home.aws('cli'), join(home.path, '.cache')]
        for (const folder of made) {
          assert.is(statSync(folder).mode & 0o777, 0o700, folder)
          for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
            const stat = statSync(join(folder, name))
            const expected = stat.isDirectory() ? 0o700 : 0o600
            assert.is(stat.mode & 0o777, expected, `${folder}/${name}`)
          }
        }
      }))

  test('a cache folder that cannot be made, without a word of why: the credentials alone', () =>
    withSignIn(async (home) => {
      home.env['XDG_CACHE_HOME'] = '/proc/ssox'
      const run = await home.ssox([...ENV, '--refresh'])
      assertSuccess(run)
      assert.match(keysIn(run).id, /^ASIA/)
    }))

  test('a home that cannot be made: credentials with warnings, login exit 7', () =>
    withHome(async (home) => {
      Object.assign(home.env, { HOME: '/proc/ssox', AWS_CONFIG_FILE: home.aws('config') })
      const run = await home.ssox([...ENV, '--login', '-q'])
      assert.is(run.status, 0, told(run))
      assert.match(keysIn(run).id, /^ASIA/)
      const login = await home.ssox(['login', 'corp'])
      assert.is(login.status, 7, told(login))
      assert.match(login.stderr, NOT_REMEMBERED)
      assert.match(login.stderr, /the sign-in to "corp" is lost: it could not be stored/)
      assertNoStack(login)
    }))

  test('a file in the place of a folder: the credentials are printed, one warning', () =>
    withSignIn(async (home) => {
      writeFileSync(home.aws('cli'), 'not a folder')
      const run = await home.ssox([...ENV])
      assertSuccess(run, [NOT_CACHED])
      assert.match(keysIn(run).id, /^ASIA/)
      assert.is(readFileSync(home.aws('cli'), 'utf8'), 'not a folder')
    }))

  /** As a user whose home this is, with these folders read-only. */
  function asNobody(folders: string[], use: (home: Home) => Promise<void>) {
    return withSignIn(async (home) => {
      mkdirSync(dirname(roleFile(home)), { recursive: true, mode: 0o700 })
      await runIn(home, ['chown', '-R', `${NOBODY}:${NOBODY}`, home.path])
      for (const folder of folders) chmodSync(join(home.path, folder), 0o500)
      await use(home)
    }, SHORT_TOKENS)
  }

  testWith(test, ['setpriv'], 'a cache folder that is read-only costs the cache alone', () =>
    asNobody(['.aws/cli/cache'], async (home) => {
      const run = await ssoxUnder(home, AS_NOBODY, ENV)
      assertSuccess(run, [NOT_CACHED])
      assert.match(run.stderr, /permission denied/)
      assert.match(keysIn(run).id, /^ASIA/)
      assert.equal(readdirSync(dirname(roleFile(home))), [])
    }),
  )

  testWith(test, ['setpriv'], 'a home that is read-only: credentials, and nothing lost', () =>
    asNobody(['.aws/sso/cache', '.aws/cli/cache', '.aws', '.cache', '.'], async (home) => {
      const before = readFileSync(tokenFile(home))
      for (const _ of ['first', 'second']) {
        const run = await ssoxUnder(home, AS_NOBODY, ENV)
        assertSuccess(run, [NOT_CACHED])
        assert.match(keysIn(run).id, /^ASIA/)
      }
      // The refresh token works once: renewed without being stored, it would be lost.
      assert.is(home.center.counts['CreateToken:refresh'], undefined)
      assert.equal(readFileSync(tokenFile(home)), before)
    }),
  )

  testWith(test, ['unshare'], 'a home on a file system that is mounted read-only', () =>
    withSignIn(async (home) => {
      setFields(tokenFile(home), { expiresAt: '2020-01-01T00:00:00Z' })
      const before = readFileSync(tokenFile(home))
      const mount = 'mount --bind "$HOME" "$HOME"; mount -o remount,bind,ro "$HOME"'
      const run = await ssoxUnder(home, inMountNamespace(mount), ENV)
      assertSuccess(run, [NOT_REMEMBERED, NOT_CACHED])
      assert.match(run.stderr, /the file system is read-only/)
      assert.match(keysIn(run).id, /^ASIA/)
      assert.equal(readFileSync(tokenFile(home)), before)
    }),
  )

  testWith(test, ['setpriv'], 'a sign-in that cannot be stored is a failure of login, exit 7', () =>
    asNobody(['.aws/sso/cache'], async (home) => {
      const before = readFileSync(tokenFile(home))
      const run = await ssoxUnder(home, AS_NOBODY, ['login', 'corp', '--force'])
      assert.is(run.status, 7, told(run))
      assert.match(run.stderr, /cannot write .*\.json: permission denied/)
      assertNoStack(run)
      assert.equal(readFileSync(tokenFile(home)), before)
    }),
  )

  testWith(test, ['setpriv'], 'logout says what it could not remove, and does the rest', () =>
    asNobody(['.aws/sso/cache'], async (home) => {
      assertSuccess(await ssoxUnder(home, AS_NOBODY, ENV))
      const run = await ssoxUnder(home, AS_NOBODY, ['logout', 'corp'])
      assertFailure(run, 7, /cannot remove .*ee0bfd25.*\.json: permission denied/)
      assert.not.ok(existsSync(roleFile(home)))
      assert.is(home.center.counts['Logout'], 1)
    }),
  )
})

suite('the switch cache of the hooks', (test) => {
  const runtime = (home: Home, ...names: string[]) => join(home.path, '.cache', 'ssox', ...names)

  function withHook(use: (home: Home) => Promise<void>) {
    return withSignIn(async (home) => {
      home.env['SSOX_HOOK'] = 'use'
      await use(home)
    })
  }

  const junk: [title: string, script: string][] = [
    ['a file in the place of the link', 'echo junk >current'],
    ['a folder in the place of the link', 'mkdir -p current/state-x'],
    ['a link to itself', 'ln -s current current'],
    ['a link to nowhere', 'ln -s state-nowhere current'],
    ['a folder that others may enter', 'chmod 755 .'],
  ]

  test('junk in it never costs the switch, nor the sign-out', () =>
    inParallel(junk, ([title, script]) =>
      withHook(async (home) => {
        await runIn(home, ['sh', '-ec', `cd "${runtime(home)}"; ${script}`])
        for (const _ of ['cold', 'warm']) assertSuccess(await home.ssox([...ENV]))
        const run = await home.ssox(['logout', 'corp'])
        assert.is(run.status, 0, `${title}: ${told(run)}`)
        assert.not.ok(existsSync(tokenFile(home)), title)
        assert.not.ok(existsSync(runtime(home, 'current', 'p-dev')), title)
      }),
    ))

  test('an AWS file that is out of reach counts as absent', () =>
    withHook(async (home) => {
      home.env['AWS_SHARED_CREDENTIALS_FILE'] = '/dev/null/credentials'
      for (const _ of ['cold', 'warm']) assertSuccess(await home.ssox([...ENV]))
    }))

  testWith(
    test,
    ['setpriv'],
    'read-only: credentials without a word; logout exit 7, signed out',
    () =>
      withHook(async (home) => {
        assertSuccess(await home.ssox([...ENV]))
        assert.ok(existsSync(runtime(home, 'current', 'p-dev')))
        await runIn(home, ['chown', '-R', `${NOBODY}:${NOBODY}`, home.path])
        await runIn(home, ['sh', '-ec', `find "${runtime(home)}" -type d -exec chmod 500 {} +`])
        assertSuccess(await ssoxUnder(home, AS_NOBODY, ENV))
        assertSuccess(await ssoxUnder(home, AS_NOBODY, [...ENV, '--refresh']))
        const run = await ssoxUnder(home, AS_NOBODY, ['logout', 'corp'])
        assertFailure(run, 7, /cannot clear .*: permission denied/)
        assert.not.ok(existsSync(tokenFile(home)))
        assert.not.ok(existsSync(roleFile(home)))
        assert.is(home.center.counts['Logout'], 1)
      }),
  )
})

suite('a full disk', (test) => {
  /** Mounts a small file system over a folder, keeps what was in it, and fills the rest. */
  const full = (folder: string, leaveBytes = 0) =>
    inMountNamespace(`
      cp -a "${folder}" "$HOME/copy"
      mount -t tmpfs -o size=32k,mode=700 tmpfs "${folder}"
      cp -a "$HOME/copy/." "${folder}/"
      cat /dev/zero >"${folder}/ballast" 2>/dev/null || :
      ${leaveBytes > 0 ? `truncate -s -${leaveBytes} "${folder}/ballast"` : ''}
      trap 'ls -A "${folder}" >"$HOME/after.txt"; cat "${folder}"/*.json >"$HOME/after.json"' EXIT
      set -- env "$@"
      "$@" && exit 0 || exit $?`)

  testWith(test, ['unshare'], 'under the role cache: credentials, one warning, no temp', () =>
    withSignIn(async (home) => {
      assertSuccess(await home.ssox([...ENV]))
      const before = readFileSync(roleFile(home), 'utf8')
      const run = await ssoxUnder(home, full(home.aws('cli', 'cache')), [...ENV, '--refresh'])
      assertSuccess(run, [NOT_CACHED])
      assert.match(run.stderr, /no space left on the disk/)
      assert.match(keysIn(run).id, /^ASIA/)
      assert.is(readFileSync(join(home.path, 'after.json'), 'utf8'), before)
      assert.not.match(readFileSync(join(home.path, 'after.txt'), 'utf8'), /tmp/)
    }),
  )

  for (const leaveBytes of [0, 1, 4096])
    testWith(
      test,
      ['unshare'],
      `under the token, ${leaveBytes} bytes free: a good one is renewed only if that can be kept`,
      () =>
        withSignIn(async (home) => {
          const before = readObject(tokenFile(home))
          const wrapper = full(home.aws('sso', 'cache'), leaveBytes)
          const run = await ssoxUnder(home, wrapper, ENV)
          const stored = readFileSync(join(home.path, 'after.json'), 'utf8')
          assert.match(keysIn(run).id, /^ASIA/)
          assert.not.match(readFileSync(join(home.path, 'after.txt'), 'utf8'), /tmp/)
          const kept = stored.includes(String(before['accessToken']))
          if (leaveBytes < 4096) assert.ok(kept, 'the old token is gone')
          assert.is(home.center.counts['CreateToken:refresh'], kept ? undefined : 1)
          assertSuccess(run)
        }, SHORT_TOKENS),
    )
})

suite('a stdout that takes nothing', (test) => {
  /** Runs with a descriptor as stdout, which is closed here at once. */
  async function into(home: Home, fd: number, args: readonly string[]): Promise<Finished> {
    const child = spawn(node, [program, ...args], {
      cwd: home.path,
      env: home.env,
      stdio: ['ignore', fd, 'pipe'],
    })
    closeSync(fd)
    let stderr = ''
    child.stderr?.on('data', (chunk) => {
      stderr += chunk
    })
    const [code] = (await once(child, 'close')) as [number | null]
    return { status: code ?? 128, stdout: '', stderr }
  }

  /** The writing end of a pipe whose reader has gone. */
  function brokenPipe(home: Home): number {
    const path = join(home.path, `fifo-${Math.random()}`)
    execFileSync('mkfifo', [path])
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const writer = openSync(path, constants.O_WRONLY)
    closeSync(reader)
    return writer
  }

  const results: (readonly string[])[] = [
    ENV,
    [...ENV, '--debug'],
    ['env', 'dev', '--format', 'json'],
    ['env', '--clear', '--shell', 'bash'],
    ['list'],
    ['list', '--json'],
    ['status'],
    ['whoami', 'dev'],
    ['init', 'bash'],
    ['--help'],
    ['--version'],
  ]

  test('a full disk is exit 7 and said in two lines, whatever was to be printed', () =>
    withSignIn(async (home) => {
      assertSuccess(await home.ssox([...ENV]))
      await inParallel(results, async (args) => {
        const run = await into(home, openSync('/dev/full', 'w'), args)
        if (args.includes('--debug')) {
          assert.is(run.status, 7, told(run))
          assert.match(run.stderr, /cannot write the result: no space left/)
        } else assertFailure(run, 7, /cannot write the result: no space left on the disk/)
      })
    }))

  test('a pipe that nobody reads is exit 141 and silent', () =>
    withSignIn(async (home) => {
      assertSuccess(await home.ssox([...ENV]))
      await inParallel(
        results.filter((args) => !args.includes('--debug')),
        async (args) => {
          const run = await into(home, brokenPipe(home), args)
          assert.is(run.status, 141, `${args.join(' ')}: ${told(run)}`)
          assert.is(run.stderr, '', args.join(' '))
        },
      )
    }))

  test('a failure keeps its own exit code when its statement cannot be written', () =>
    withSignIn(async (home) => {
      const args = ['env', 'nope', '--shell', 'bash']
      assert.is((await into(home, openSync('/dev/full', 'w'), args)).status, 3)
      assert.is((await into(home, brokenPipe(home), args)).status, 3)
    }))

  test('with a full stderr as well, the exit code is the same', () =>
    withSignIn(async (home) => {
      for (const args of [[...ENV], [...ENV, '--debug'], [...ENV], ['list']]) {
        const run = await runIn(home, [
          ...['sh', '-c', '"$@" >/dev/full 2>/dev/full; echo $?', 'sh'],
          ...[node, program, ...args],
        ])
        assert.is(run.stdout, '7\n', args.join(' '))
      }
    }))

  test('a stdin that is closed does not matter', () =>
    withSignIn(async (home) => {
      const closed = ['sh', '-c', 'exec "$@" <&-', 'sh']
      for (const args of [[...ENV, '--refresh'], [...ENV]])
        assertSuccess(await ssoxUnder(home, closed, args))
    }))
})
