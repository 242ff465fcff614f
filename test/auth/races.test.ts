import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findCommand } from '../../src/system/find-command.ts'
import { type Home, type HomeOptions, signIn, withHome } from '../support/home.ts'
import { assertInTime } from '../support/patience.ts'
import { writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import {
  ageToken,
  asked,
  decide,
  type Ending,
  gate,
  leftovers,
  lockFiles,
  type Running,
  readToken,
  shownUrl,
  start,
} from './rig.ts'

const ENV = ['env', 'dev', '--shell', 'bash']
const LOGIN = [...ENV, '--login']
const LONG = 150_000

/** A home whose sign-ins use PKCE: no polling, so a race is as tight as it gets. */
function withPkceHome(use: (home: Home) => Promise<void>, options: HomeOptions = {}) {
  return withHome(async (home) => {
    writeSettings(home, { login_flow: 'pkce' })
    await use(home)
  }, options)
}

function startMany(home: Home, count: number, args: string[]): Running[] {
  return Array.from({ length: count }, () => start(home, args))
}

function endings(running: Running[]): Promise<Ending[]> {
  return Promise.all(running.map(({ done }) => done))
}

function assertSuccess(ended: Ending[]): void {
  for (const { status, stdout, stderr } of ended) {
    assert.is(status, 0, stderr)
    assert.match(stdout, "AWS_ACCESS_KEY_ID='ASIA")
  }
}

/** A PATH with what a browser needs, and neither flock nor perl. */
function withoutHelpers(home: Home): void {
  const bin = join(home.path, 'bare-bin')
  mkdirSync(bin)
  for (const name of ['sh', 'curl'])
    symlinkSync(findCommand(name, process.env['PATH']) ?? `no ${name}`, join(bin, name))
  home.env['PATH'] = bin
}

/** Kills a process and waits until it is gone. */
async function kill({ child, done }: Running): Promise<void> {
  child.kill('SIGKILL')
  assert.is((await done).signal, 'SIGKILL')
}

suite('many at once', (test) => {
  test(
    '24 without a token: one browser, one registration, one exchange, the same credentials for all',
    () =>
      withPkceHome(async (home) => {
        const ended = await endings(startMany(home, 24, LOGIN))
        assertSuccess(ended)
        assert.is(new Set(ended.map(({ stdout }) => stdout)).size, 1)
        assert.is(home.browserOpens().length, 1)
        assert.equal(home.center.counts, {
          RegisterClient: 1,
          Authorize: 1,
          'CreateToken:code': 1,
          GetRoleCredentials: 1,
        })
        assert.equal(leftovers(home), [])
      }),
    LONG,
  )

  test(
    '24 with a token that has ended, and refresh tokens that work once: one refresh, no failure',
    () =>
      withPkceHome(async (home) => {
        await signIn(home)
        const old = ageToken(home, -60)
        const profiles = ['dev', 'prod', 'default', 'deploy', 'dev']
        const running = Array.from({ length: 24 }, (_, at) =>
          start(home, ['env', profiles[at % 5] ?? '', '--shell', 'sh']),
        )
        assertSuccess(await endings(running))
        assert.is(home.center.counts['CreateToken:refresh'], 1)
        assert.is(home.browserOpens().length, 1, 'only the sign-in before')
        assert.is(home.center.counts['GetRoleCredentials'], 3)
        assert.is(home.center.counts['AssumeRole'], 1)
        assert.not.equal(readToken(home).refreshToken, old.refreshToken)
        assert.equal(leftovers(home), [])
      }),
    LONG,
  )

  test(
    '12 on a machine with neither flock nor perl: the same',
    () =>
      withPkceHome(async (home) => {
        withoutHelpers(home)
        assertSuccess(await endings(startMany(home, 12, LOGIN)))
        assert.is(home.browserOpens().length, 1)
        ageToken(home, -60)
        rmSync(home.aws('cli'), { recursive: true })
        assertSuccess(await endings(startMany(home, 12, ENV)))
        assert.is(home.center.counts['CreateToken:refresh'], 1)
        assert.equal(leftovers(home), [])
      }),
    LONG,
  )

  test('several login --force: one new sign-in serves them all', () =>
    withPkceHome(
      async (home) => {
        const running = startMany(home, 5, ['login', 'corp', '--force'])
        const first = await Promise.any(running.map(shownUrl))
        await Promise.all(
          running.map(({ says }) => says(/authorize\?|waiting for the sign-in of "corp"/)),
        )
        await decide(first, 'allow')
        for (const { status, stderr } of await endings(running)) assert.is(status, 0, stderr)
        assert.is(home.browserOpens().length, 1)
      },
      { approve: 'person' },
    ))

  test('whoever waits is told for whom', () =>
    withPkceHome(
      async (home) => {
        const leader = start(home, LOGIN)
        const url = await shownUrl(leader)
        const same = start(home, LOGIN)
        const other = start(home, ['env', 'prod', '--login', '--shell', 'sh'])
        await same.says(
          new RegExp(`waiting for the credentials of "dev" .* \\(process ${leader.pid}\\)`),
        )
        await other.says(
          new RegExp(`waiting for the sign-in of "corp" .* \\(process ${leader.pid}\\)`),
        )
        await decide(url, 'allow')
        assertSuccess(await endings([leader, same, other]))
        assert.is(home.browserOpens().length, 1)
      },
      { approve: 'person' },
    ))
})

suite('the one who signs in fails', (test) => {
  const points: [title: string, operation: string, opens: number][] = [
    ['while it registers', 'RegisterClient', 1],
    ['while the browser is on its way', 'Authorize', 2],
    ['while it exchanges the code', 'CreateToken:code', 2],
    ['between the exchange and the role credentials', 'GetRoleCredentials', 1],
  ]
  for (const [title, operation, opens] of points)
    test(`killed ${title}: the others go on, with at most one more browser window`, () =>
      withPkceHome(async (home) => {
        const { opened, open } = gate()
        home.center.fail(operation, { until: opened })
        const leader = start(home, LOGIN)
        await asked(home, operation)
        const others = startMany(home, 5, LOGIN)
        await Promise.all(others.map(({ says }) => says(/waiting for/)))
        await kill(leader)
        const killedAt = Date.now()
        const ended = await endings(others)
        open()
        assertSuccess(ended)
        assertInTime(Math.min(...ended.map(({ at }) => at)) - killedAt, 5_000, 'taking over')
        assert.is(home.browserOpens().length, opens)
        assert.is(new Set(ended.map(({ stdout }) => stdout)).size, 1)
        assert.equal(leftovers(home), [])
      }))

  test('killed while it refreshes: the next one refreshes, nobody signs in', () =>
    withPkceHome(async (home) => {
      await signIn(home)
      ageToken(home, -60)
      home.center.fail('CreateToken:refresh', 'hang')
      const leader = start(home, ENV)
      await asked(home, 'CreateToken:refresh')
      const others = startMany(home, 5, ENV)
      await Promise.all(others.map(({ says }) => says(/waiting for/)))
      await kill(leader)
      assertSuccess(await endings(others))
      assert.is(home.center.counts['CreateToken:refresh'], 2)
      assert.is(home.browserOpens().length, 1, 'only the sign-in before')
    }))

  test('killed without flock and perl: the others go on as well', () =>
    withPkceHome(async (home) => {
      withoutHelpers(home)
      const { opened, open } = gate()
      home.center.fail('CreateToken:code', { until: opened })
      const leader = start(home, LOGIN)
      await asked(home, 'CreateToken:code')
      const others = startMany(home, 8, LOGIN)
      await Promise.all(others.map(({ says }) => says(/waiting for/)))
      await kill(leader)
      assertSuccess(await endings(others))
      open()
      assert.is(home.browserOpens().length, 2)
    }))

  test('its person presses Deny: exit 4 for all who waited, no second window', () =>
    withPkceHome(
      async (home) => {
        const leader = start(home, LOGIN)
        const url = await shownUrl(leader)
        const others = [...startMany(home, 3, LOGIN), start(home, ['login', 'corp'])]
        await Promise.all(others.map(({ says }) => says(/waiting for/)))
        await decide(url, 'deny')
        for (const { status, stderr } of await endings([leader, ...others])) {
          assert.is(status, 4, stderr)
          assert.match(stderr, 'the sign-in was denied in the browser')
        }
        assert.is(home.browserOpens().length, 1)

        home.center.approve = 'auto'
        assertSuccess(await endings([start(home, LOGIN)]))
        assert.is(home.browserOpens().length, 2)
      },
      { approve: 'person' },
    ))

  test('its person never answers: the same', () =>
    withHome(
      async (home) => {
        const device = [...LOGIN, '--device-code']
        const leader = start(home, device)
        await shownUrl(leader)
        const others = startMany(home, 3, device)
        await Promise.all(others.map(({ says }) => says(/waiting for/)))
        // Its time is over now: earlier, and not all of them may be waiting yet.
        home.center.fail('CreateToken:device', { status: 400, type: 'ExpiredTokenException' })
        for (const { status, stderr } of await endings([leader, ...others])) {
          assert.is(status, 4, stderr)
          assert.match(stderr, 'the sign-in was not finished in time')
        }
        assert.is(home.browserOpens().length, 1)
      },
      { approve: 'person' },
    ))

  test('it is interrupted with ^C: the next one takes over', () =>
    withPkceHome(
      async (home) => {
        const leader = start(home, LOGIN)
        await shownUrl(leader)
        const other = start(home, LOGIN)
        await other.says(/waiting for/)
        leader.child.kill('SIGINT')
        assert.is((await leader.done).status, 130)
        await decide(await shownUrl(other), 'allow')
        assertSuccess(await endings([other]))
      },
      { approve: 'person' },
    ))

  test('it is stopped (SIGSTOP): exit 8 at once names the process; once it goes on, all is well', () =>
    withPkceHome(async (home) => {
      await signIn(home)
      ageToken(home, -60)
      home.center.fail('CreateToken:refresh', 'hang')
      const leader = start(home, ENV)
      await asked(home, 'CreateToken:refresh')
      leader.child.kill('SIGSTOP')
      const began = Date.now()
      const [waiter] = await endings([start(home, ENV)])
      assert.is(waiter?.status, 8, waiter?.stderr)
      assert.is(waiter?.stdout, 'false\n')
      assert.match(
        waiter?.stderr ?? '',
        `another ssox (process ${leader.pid}) is stopped in the middle of getting the credentials of "dev"`,
      )
      assert.match(waiter?.stderr ?? '', `kill -KILL ${leader.pid}`)
      // Not after the 30 s that a wait may take.
      assertInTime(Date.now() - began, 15_000, 'telling of it')
      leader.child.kill('SIGCONT')
      assertSuccess(await endings([leader, start(home, ENV)]))
      assert.is(home.browserOpens().length, 1, 'only the sign-in before')
    }))
})

suite('no lock', (test) => {
  test('is taken when nothing is missing', () =>
    withPkceHome(async (home) => {
      assertSuccess(await endings([start(home, LOGIN)]))
      const locks = join(home.path, '.cache', 'ssox', 'locks')
      assert.ok(lockFiles(home).length >= 2)
      rmSync(locks, { recursive: true })
      const needless = [
        ENV,
        ['env', 'dev', '--format', 'json'],
        ['exec', 'dev', '--', 'true'],
        ['login', 'corp'],
        ['env', 'dev', '--mode', 'profile', '--shell', 'sh'],
        ['status'],
        ['list'],
      ]
      for (const args of needless) {
        const { status, stderr } = await home.ssox(args)
        assert.is(status, 0, `${args}: ${stderr}`)
        assert.equal(lockFiles(home), [], `${args}`)
      }
    }))

  test('is shared by two sessions', () =>
    withPkceHome(
      async (home) => {
        const leader = start(home, LOGIN)
        await shownUrl(leader)
        home.center.approve = 'auto'
        const other = await home.ssox(['env', 'old', '--login', '--shell', 'sh'])
        assert.is(other.status, 0, other.stderr)
        assert.not.match(other.stderr, 'waiting for the sign-in')
        leader.child.kill()
        await leader.done
      },
      { approve: 'person' },
    ))

  test('can be had: the sign-in works all the same', () =>
    withPkceHome(async (home) => {
      mkdirSync(join(home.path, '.cache', 'ssox'), { recursive: true })
      writeFileSync(join(home.path, '.cache', 'ssox', 'locks'), 'not a folder')
      assertSuccess(await endings([start(home, LOGIN)]))
    }))

  test('folders in place of the lock files: the sign-in works all the same, once for all', () =>
    withPkceHome(async (home) => {
      assertSuccess(await endings([start(home, LOGIN)]))
      const files = lockFiles(home).filter((name) => name.endsWith('.lock'))
      for (const file of files) {
        rmSync(join(home.path, file))
        mkdirSync(join(home.path, file, 'inner'), { recursive: true })
      }
      home.center.revokeSession()
      rmSync(home.aws('cli', 'cache'), { recursive: true })
      assertSuccess(await endings(startMany(home, 5, LOGIN)))
      assert.is(home.browserOpens().length, 2)
      for (const file of files) assert.equal(readdirSync(join(home.path, file)), ['inner'])
    }))

  test('a clock that was set back after a failed sign-in does not keep anybody out', () =>
    withPkceHome(async (home) => {
      home.center.fail('CreateToken:code', { status: 400, type: 'InvalidGrantException' })
      assert.is((await home.ssox(LOGIN)).status, 4)
      const folder = join(home.path, '.cache', 'ssox', 'locks')
      const name = readdirSync(folder).find((file) => file.endsWith('.failed')) ?? ''
      const tomorrow = Date.now() + 86_400_000
      writeFileSync(
        join(folder, name),
        JSON.stringify({ at: tomorrow, message: 'from tomorrow', fix: 'wait' }),
      )
      assertSuccess(await endings([start(home, LOGIN)]))
    }))
})
