import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findCommand } from '../../src/system/find-command.ts'
import { type Home, node, program, signIn, withHome } from '../support/home.ts'
import { assertInTime } from '../support/patience.ts'
import { writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal, withTerminal } from '../support/terminal.ts'
import { ageToken, asked, decide, leftovers, shownUrl, start, until } from './rig.ts'

/** Goal: 200 ms on a machine that does nothing else. */
const AT_ONCE_MS = 1_500

const ENV = ['env', 'dev', '--shell', 'bash']
const LOGIN = [...ENV, '--login']
const DEVICE = [...LOGIN, '--device-code']
const HAND = [...LOGIN, '--no-browser']

/** A moment of a sign-in: how it is reached, and the command that gets there. */
interface Moment {
  title: string
  args: string[]
  /** Makes the moment last. */
  prepare?: (home: Home) => Promise<void> | void
  /** Resolves when the command is there. */
  reached: (home: Home, running: ReturnType<typeof start>) => Promise<unknown>
}

/** A home that is signed in, with a token that has to be renewed. */
async function endedToken(home: Home): Promise<void> {
  home.center.approve = 'auto'
  await signIn(home)
  home.center.approve = 'person'
  ageToken(home, -60)
}

async function signedIn(home: Home): Promise<void> {
  await endedToken(home)
  ageToken(home, 3600)
}

const hang = (operation: string) => (home: Home) => {
  home.center.fail(operation, 'hang', 9)
}

/** Another ssox that holds the locks while its person has not answered. */
async function busyOther(home: Home): Promise<void> {
  const other = start(home, [...HAND, '--debug'])
  others.push(other)
  await shownUrl(other)
}
const others: ReturnType<typeof start>[] = []

function withoutHelpers(home: Home): void {
  const bin = join(home.path, 'bare-bin')
  mkdirSync(bin)
  symlinkSync(findCommand('curl', process.env['PATH']) ?? 'no curl', join(bin, 'curl'))
  home.env['PATH'] = bin
}

const MOMENTS: Moment[] = [
  {
    title: 'the registration hangs',
    args: LOGIN,
    prepare: hang('RegisterClient'),
    reached: (home) => asked(home, 'RegisterClient'),
  },
  {
    title: 'the browser has not come back',
    args: HAND,
    reached: (_, running) => shownUrl(running),
  },
  {
    title: 'the exchange of the code hangs',
    args: HAND,
    prepare: hang('CreateToken:code'),
    reached: async (home, running) => {
      decide(await shownUrl(running), 'allow').catch(() => undefined)
      await asked(home, 'CreateToken:code')
    },
  },
  {
    title: 'the request for a device code hangs',
    args: DEVICE,
    prepare: hang('StartDeviceAuthorization'),
    reached: (home) => asked(home, 'StartDeviceAuthorization'),
  },
  {
    title: 'nobody has polled yet',
    args: DEVICE,
    prepare: (home) => {
      home.center.lifetimes.interval = 60
    },
    reached: (_, running) => shownUrl(running),
  },
  {
    title: 'a poll hangs',
    args: DEVICE,
    prepare: hang('CreateToken:device'),
    reached: (home) => asked(home, 'CreateToken:device'),
  },
  {
    title: 'polls fail because the network is away',
    args: DEVICE,
    prepare: (home) => {
      home.center.fail('CreateToken:device', 'reset', 99)
    },
    reached: async (home) => {
      await asked(home, 'CreateToken:device', 3)
      await delay(100)
    },
  },
  {
    title: 'renewing the token hangs',
    args: ENV,
    prepare: async (home) => {
      await endedToken(home)
      hang('CreateToken:refresh')(home)
    },
    reached: (home) => asked(home, 'CreateToken:refresh'),
  },
  {
    title: 'the request for role credentials hangs',
    args: ENV,
    prepare: async (home) => {
      await signedIn(home)
      hang('GetRoleCredentials')(home)
    },
    reached: (home) => asked(home, 'GetRoleCredentials'),
  },
  {
    title: 'the service is busy and says when to come back',
    args: ENV,
    prepare: async (home) => {
      await signedIn(home)
      const headers = { 'retry-after': '30' }
      const type = 'TooManyRequestsException'
      home.center.fail('GetRoleCredentials', { status: 429, type, headers }, 9)
    },
    reached: async (home) => {
      await asked(home, 'GetRoleCredentials')
      await delay(300)
    },
  },
  {
    title: 'the list of roles hangs after a refusal',
    args: ENV,
    prepare: async (home) => {
      await signedIn(home)
      home.center.fail('GetRoleCredentials', { status: 403, type: 'ForbiddenException' }, 9)
      hang('ListAccountRoles')(home)
    },
    reached: (home) => asked(home, 'ListAccountRoles'),
  },
  {
    title: 'assuming a role hangs',
    args: ['env', 'deploy', '--shell', 'bash'],
    prepare: async (home) => {
      await signedIn(home)
      hang('AssumeRole')(home)
    },
    reached: (home) => asked(home, 'AssumeRole'),
  },
  {
    title: 'a credential_process runs',
    args: ['env', 'slow', '--shell', 'bash'],
    prepare: (home) =>
      home.writeConfig(
        `[profile slow]\ncredential_process = sh -c "echo $$ >${home.path}/process; sleep 30; echo {}"\n`,
      ),
    reached: async (home) => {
      const mark = join(home.path, 'process')
      await until('the process', () => existsSync(mark))
      rmSync(mark)
    },
  },
  {
    title: 'another ssox has the lock of the role',
    args: LOGIN,
    prepare: busyOther,
    reached: (_, running) => running.says(/waiting for the credentials of "dev"/),
  },
  {
    title: 'another ssox has the lock of the session',
    args: ['env', 'prod', '--login', '--shell', 'bash'],
    prepare: busyOther,
    reached: (_, running) => running.says(/waiting for the sign-in of "corp"/),
  },
  {
    title: 'another ssox has the lock, and there is neither flock nor perl',
    args: LOGIN,
    prepare: async (home) => {
      withoutHelpers(home)
      await busyOther(home)
    },
    reached: (_, running) => running.says(/waiting for the credentials of "dev"/),
  },
]

suite('a signal', (test) => {
  const signals = [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const

  for (const { title, args, prepare, reached } of MOMENTS)
    test(`while ${title}: ends it at once, and leaves nothing behind`, () =>
      withHome(
        async (home) => {
          writeSettings(home, { login_flow: 'pkce' })
          await prepare?.(home)
          for (const [signal, code] of title.includes('hangs') ? signals : signals.slice(0, 2)) {
            for (const key of Object.keys(home.center.counts)) delete home.center.counts[key]
            const running = start(home, args)
            await reached(home, running)
            const sentAt = Date.now()
            running.child.kill(signal)
            const { status, stdout, stderr, at } = await running.done
            assert.is(status, code, `${signal}: ${stderr}`)
            assertInTime(at - sentAt, AT_ONCE_MS, signal)
            assert.is(stdout, 'false\n')
            assert.not.match(stderr, /internal error|\n {4}at /)
            assert.equal(leftovers(home), [])
          }
          for (const { child, done } of others.splice(0)) {
            child.kill('SIGKILL')
            await done
          }
        },
        { approve: 'person' },
      ))

  test('while a server sends nothing after the connection: ends it at once', () =>
    withHome(async (home) => {
      await signIn(home)
      const silent = createServer().listen(0, '127.0.0.1')
      const connected = new Promise((accepted) => silent.once('connection', accepted))
      await new Promise((listening) => silent.once('listening', listening))
      const address = silent.address()
      const port = typeof address === 'object' ? address?.port : 0
      home.env['AWS_ENDPOINT_URL_SSO'] = `https://127.0.0.1:${port}`
      const running = start(home, ENV)
      await connected
      const sentAt = Date.now()
      running.child.kill('SIGINT')
      const { status, at } = await running.done
      silent.close()
      assert.is(status, 130)
      assertInTime(at - sentAt, AT_ONCE_MS)
    }))

  test('at any moment of the start: no success, nothing left behind', () =>
    withHome(
      async (home) => {
        writeSettings(home, { login_flow: 'pkce' })
        for (let afterMs = 0; afterMs < 400; afterMs += 30) {
          const running = start(home, HAND)
          await delay(afterMs)
          running.child.kill('SIGINT')
          const { status, signal, stdout, stderr } = await running.done
          // Before ssox can listen to it, the signal ends Node itself.
          const expected = signal === 'SIGINT' ? [null, ''] : [130, 'false\n']
          assert.equal([status, stdout], expected, `after ${afterMs} ms: ${stderr}`)
          assert.not.match(stderr, /internal error|\n {4}at /)
        }
        assert.equal(leftovers(home), [])
      },
      { approve: 'person' },
    ))

  test('and another terminal can sign in right away', () =>
    withHome(
      async (home) => {
        writeSettings(home, { login_flow: 'pkce' })
        const first = start(home, HAND)
        await shownUrl(first)
        first.child.kill('SIGINT')
        assert.is((await first.done).status, 130)
        home.center.approve = 'auto'
        const second = await home.ssox(LOGIN)
        assert.is(second.status, 0, second.stderr)
        assert.not.match(second.stderr, 'waiting for')
      },
      { approve: 'person' },
    ))

  test('does not end the browser', () =>
    withHome(
      async (home) => {
        writeSettings(home, { login_flow: 'pkce' })
        const browser = join(home.path, 'slow-browser')
        const script = `#!/bin/sh\necho started >${home.path}/browser.log\nsleep 1\necho alive >>${home.path}/browser.log\n`
        writeFileSync(browser, script, { mode: 0o755 })
        const log = () => {
          try {
            return readFileSync(join(home.path, 'browser.log'), 'utf8')
          } catch {
            return ''
          }
        }
        const running = start(home, [...LOGIN, '--browser', browser])
        await until('the browser', () => log() !== '')
        running.child.kill('SIGINT')
        assert.is((await running.done).status, 130)
        await until('the browser to go on', () => log() === 'started\nalive\n', 5_000)
      },
      { approve: 'person' },
    ))
})

suite('^C in a terminal', (test) => {
  const inTerminal = (title: string, args: string, waiting: string) =>
    testInTerminal(test, 'bash', title, () =>
      withHome(
        async (home) => {
          writeSettings(home, { login_flow: 'pkce' })
          Object.assign(home.env, { PS1: 'ready$ ', HISTFILE: '' })
          const command = ['bash', '--noprofile', '--norc', '-i']
          await withTerminal(command, { env: home.env, cwd: home.path }, async (terminal) => {
            await terminal.until('ready$ ')
            await terminal.run(`'${node}' '${program}' ${args}; echo "code=$?"`)
            await terminal.until(waiting, 20_000)
            await terminal.press('C-c')
            await terminal.until('code=130')
            await terminal.run('stty -a | grep -ow -e echo -e icanon')
            await terminal.until(/^icanon\necho$/m)
            const cursor = [
              ...(await terminal.bytes()).toString('latin1').matchAll(/\u001b\[\?25[lh]/g),
            ].map(([sequence]) => sequence)
            assert.is(cursor.at(-1), '\u001b[?25h', 'the cursor is shown again')
            assert.ok(cursor.includes('\u001b[?25l'), 'it was hidden')
          })
          assert.equal(leftovers(home), [])
        },
        { approve: 'person' },
      ),
    )

  inTerminal(
    'while the browser is away: code 130, the cursor is back',
    'login corp',
    'waiting for the',
  )
  inTerminal(
    'while it polls: code 130, the cursor is back',
    'login corp --device-code',
    'waiting for the browser',
  )
})
