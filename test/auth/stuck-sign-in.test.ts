/**
 * Sign-ins that cannot go on: each says so soon, with what to type, or finds the way on itself; and
 * ssox has ended once the result is written, whatever it has started.
 */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findCommand } from '../../src/system/find-command.ts'
import { type Home, node, program, withHome } from '../support/home.ts'
import { inParallel, SLOW_TEST_MS } from '../support/machine.ts'
import { writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal, withTerminal } from '../support/terminal.ts'
import { asked, decide, type Running, shownUrl, start, until } from './rig.ts'

const MINUTE_MS = 60_000

interface Row {
  title: string
  args: string[]
  /** What is on this machine, and what the service will answer; `leave` ends another ssox later. */
  prepare(home: Home, leave: (other: Running) => void): unknown
  /** What it must say, after `afterMs` at the most beside the time that ssox needs to start. */
  says: RegExp
  afterMs?: number
  /** What the person does then. */
  goOn?(home: Home, running: Running): Promise<unknown>
  status: number
}

const LOGIN = ['login', 'corp']

/** Programs of the machine, and no other: scripts by name, or the real one of that name. */
function machineWith(home: Home, programs: Record<string, string | undefined>): void {
  const bin = join(home.path, 'bin')
  mkdirSync(bin)
  for (const name of ['sh', 'curl', 'sleep'])
    symlinkSync(findCommand(name, process.env['PATH']) ?? `no ${name}`, join(bin, name))
  for (const [name, script] of Object.entries(programs)) {
    const path = join(bin, name)
    if (script === undefined) symlinkSync(findCommand(name, process.env['PATH']) ?? '', path)
    else writeFileSync(path, `#!/bin/sh\n${script}\n`)
    if (script !== undefined) chmodSync(path, 0o755)
  }
  home.env['PATH'] = bin
  home.env['BROWSER'] = ''
}

/** The person approves at the page whose code was shown, or at the address of the callback. */
const approve = (page: 'user_code=' | 'authorize?') => async (_: Home, running: Running) => {
  const pattern = page === 'authorize?' ? /http:\S+authorize\?\S+/ : /http:\S+user_code=\S+/
  const [url] = await running.says(pattern)
  await decide(url, 'allow')
}

/** Another ssox, in the middle of a sign-in, to which `signal` is sent. */
const otherSsox = (signal: NodeJS.Signals) => async (home: Home, leave: (it: Running) => void) => {
  const other = start(home, [...LOGIN, '--no-browser'])
  leave(other)
  await shownUrl(other)
  other.child.kill(signal)
}

const NO_BROWSER = /no browser could be started: open the address above yourself \(/
const CODE = /type the code {2}[A-Z]{4}-[A-Z]{4}\n/
/** The words, then the code that can be used in place of the address. */
const after = (words: RegExp) => new RegExp(`${words.source}[\\s\\S]*${CODE.source}`)

const ROWS: Row[] = [
  {
    title: 'an error page of a registration that AWS has dropped: after a minute, what it means',
    args: [...LOGIN, '--force'],
    prepare: async (home) => {
      home.center.approve = 'auto'
      assert.is((await home.ssox([...LOGIN, '--force'])).status, 0)
      home.center.approve = 'person'
      home.center.fail('Authorize', { status: 400, body: 'no such client' })
    },
    says: /if it shows an error page, .* press Ctrl-C and start again\n {2}ssox login corp\n {2}ssox login corp --device-code\n/,
    afterMs: MINUTE_MS,
    goOn: async (home, running) => {
      running.child.kill('SIGINT')
      await running.done
      home.center.approve = 'auto'
      const again = await home.ssox([...LOGIN, '--force'])
      assert.is(again.status, 0, again.stderr)
      assert.is(home.center.counts['RegisterClient'], 2)
    },
    status: 130,
  },
  {
    title: 'xdg-open that ends with 3: the code is shown, and works',
    args: LOGIN,
    prepare: (home) => machineWith(home, { 'xdg-open': 'exit 3' }),
    says: after(/\(xdg-open: exit code 3\)/),
    goOn: approve('user_code='),
    status: 0,
  },
  {
    title: 'xdg-open that ends with 4 after a second: the address still works',
    args: LOGIN,
    prepare: (home) => machineWith(home, { 'xdg-open': 'sleep 1; exit 4' }),
    says: after(/\(xdg-open: exit code 4\)/),
    goOn: approve('authorize?'),
    status: 0,
  },
  {
    title: 'xdg-open that fails beside gio that works: one window, not a word',
    args: LOGIN,
    prepare: (home) => {
      machineWith(home, { 'xdg-open': 'exit 3', gio: `exec '${home.path}/browser' "$2"` })
      home.center.approve = 'auto'
    },
    says: /^((?!no browser)[\s\S])*signed in to "corp"/,
    status: 0,
  },
  {
    title: 'a text browser without a terminal',
    args: LOGIN,
    prepare: (home) => {
      machineWith(home, { lynx: 'sleep 60' })
      home.env['BROWSER'] = 'lynx'
    },
    says: after(/\(lynx: a text browser cannot show the page\)/),
    goOn: approve('user_code='),
    status: 0,
  },
  {
    title: 'over SSH a BROWSER that needs a display',
    args: LOGIN,
    prepare: (home) => {
      writeSettings(home, {})
      machineWith(home, { firefox: 'echo "no DISPLAY" >&2; exit 1', 'xdg-open': 'sleep 60' })
      Object.assign(home.env, { BROWSER: 'firefox', SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' })
    },
    says: new RegExp(`${CODE.source}[\\s\\S]*\\(firefox: exit code 1\\)`),
    goOn: approve('user_code='),
    status: 0,
  },
  {
    title: 'a browser that a signal ends, and one that is not there',
    args: [...LOGIN, '--browser', 'sh -c "kill -SEGV $$"'],
    prepare: (home) => machineWith(home, {}),
    says: after(/\(sh: ended by SIGSEGV\)/),
    goOn: approve('user_code='),
    status: 0,
  },
  {
    title: 'a browser that AWS allows no code for: the address is what is left',
    args: [...LOGIN, '--browser', '/no/such/browser'],
    prepare: (home) => {
      const type = 'UnauthorizedClientException'
      home.center.fail('StartDeviceAuthorization', { status: 400, type }, 9)
    },
    says: new RegExp(`${NO_BROWSER.source}browser: there is no such program\\)`),
    goOn: approve('authorize?'),
    status: 0,
  },
  {
    title: 'a person who says no to the code that was shown for want of a browser',
    args: [...LOGIN, '--browser', '/no/such/browser'],
    prepare: () => undefined,
    says: CODE,
    goOn: async (_, running) => {
      const [url] = await running.says(/http:\S+user_code=\S+/)
      await decide(url, 'deny')
    },
    status: 4,
  },
  {
    title: 'a browser that stays and does nothing: it does not keep ssox from ending',
    args: [...LOGIN, '--browser', 'sleep 100'],
    prepare: () => undefined,
    says: /authorize\?/,
    goOn: approve('authorize?'),
    status: 0,
  },
  {
    title: 'a registration that AWS has forgotten by the exchange: a new one',
    args: LOGIN,
    prepare: (home) => {
      home.center.approve = 'auto'
      home.center.fail('CreateToken:code', { status: 401, type: 'InvalidClientException' })
    },
    says: /signed in to "corp"/,
    status: 0,
  },
  {
    title: 'a registration refused for the browser: a code',
    args: LOGIN,
    prepare: (home) => {
      home.center.approve = 'auto'
      home.center.fail('RegisterClient', { status: 400, type: 'InvalidScopeException' })
    },
    says: after(/with a code \(AWS refuses the other way: InvalidScopeException\)/),
    status: 0,
  },
  {
    title: 'a registration refused for both: what to look at',
    args: LOGIN,
    prepare: (home) => {
      home.center.fail('RegisterClient', { status: 400, type: 'InvalidClientMetadataException' }, 9)
    },
    says: /AWS refused the sign-in .*\(InvalidClientMetadataException\)\n {2}check /,
    status: 4,
  },
  {
    title: 'a holder of the lock that is stopped',
    args: LOGIN,
    prepare: otherSsox('SIGSTOP'),
    says: /another ssox \(process \d+\) is stopped in the middle of the sign-in of "corp"\n {2}type fg in its terminal, or end it: kill -KILL \d+\n/,
    status: 8,
  },
  {
    title: 'the same without flock and perl',
    args: ['env', 'prod', '--login', '--shell', 'sh'],
    prepare: (home, leave) => {
      machineWith(home, {})
      return otherSsox('SIGSTOP')(home, leave)
    },
    says: /another ssox \(process \d+\) is stopped in the middle of the sign-in of "corp"\n {2}type fg/,
    status: 8,
  },
  {
    title: 'the same without a terminal and without leave to sign in',
    args: ['env', 'prod', '--no-login', '--shell', 'sh'],
    prepare: async (home, leave) => {
      home.center.approve = 'auto'
      assert.is((await home.ssox(LOGIN)).status, 0)
      const file = start(home, ['env', 'dev', '--shell', 'sh'])
      assert.is((await file.done).status, 0)
      home.center.approve = 'person'
      home.center.fail('GetRoleCredentials', 'hang', 9)
      const other = start(home, ['env', 'prod', '--shell', 'sh'])
      await asked(home, 'GetRoleCredentials', 2)
      leave(other)
      other.child.kill('SIGSTOP')
    },
    says: /is stopped in the middle of getting the credentials of "prod"\n {2}type fg/,
    status: 8,
  },
  {
    title: 'a holder that is killed: the next one takes its place',
    args: [...LOGIN, '--no-browser'],
    prepare: otherSsox('SIGKILL'),
    says: /authorize\?/,
    goOn: approve('authorize?'),
    status: 0,
  },
]

suite('a sign-in that cannot go on', (test) => {
  /** Milliseconds that ssox may take to start and to end here, now. */
  async function startMs(home: Home): Promise<number> {
    const began = performance.now()
    await home.ssox(['--version'])
    return 5_000 + 20 * (performance.now() - began)
  }

  async function run({ args, prepare, says, afterMs = 0, goOn, status }: Row): Promise<void> {
    await withHome(
      async (home) => {
        writeSettings(home, { login_flow: 'pkce' })
        const left: Running[] = []
        await prepare(home, (other) => left.push(other))
        const patience = await startMs(home)
        const running = start(home, args)
        left.push(running)
        try {
          await running.says(says, afterMs + patience)
          await goOn?.(home, running)
          let hasEnded = false
          running.done.then(() => {
            hasEnded = true
          })
          await until('its end', () => hasEnded, patience)
          const ended = await running.done
          assert.is(ended.status, status, `${ended.signal ?? ''} ${ended.stderr}`)
        } finally {
          for (const { child } of left) child.kill('SIGKILL')
        }
      },
      { approve: 'person' },
    )
  }

  test(
    'says so within its limit, with what to type, or finds the way on; and ends',
    async () => {
      const failures = await inParallel(
        ROWS,
        (row) =>
          run(row).then(
            () => [],
            (error) => [`${row.title}: ${error.message}`],
          ),
        8,
      )
      assert.equal(failures.flat(), [])
    },
    SLOW_TEST_MS,
  )

  const screens: [title: string, args: string[], env: Record<string, string>][] = [
    ['over SSH, though BROWSER is set', [], { SSH_TTY: '/dev/pts/0', BROWSER: 'sleep 60' }],
    ['once the browser has failed', ['--device-code', '--browser', 'false'], {}],
    ['where PKCE finds no browser', ['--browser', 'false'], {}],
  ]
  for (const [title, args, env] of screens)
    testInTerminal(test, 'bash', `a QR code is shown ${title}`, () =>
      withHome(
        async (home) => {
          const command = [node, program, ...LOGIN, ...args]
          const options = { env: { ...home.env, ...env }, size: [110, 70] as const }
          await withTerminal(command, options, async (terminal) => {
            const screen = await terminal.until(/[▀▄█]{20}[\s\S]*waiting/, 30_000)
            assert.match(screen, /type the code {2}[A-Z]{4}-[A-Z]{4}/)
            if (args.length > 0) assert.match(screen, '(false: exit code 1)')
            const url = /http:\S+user_code=\S+/.exec(screen)?.[0] ?? ''
            await decide(url, 'allow')
            await terminal.until('signed in to "corp"', 30_000)
          })
        },
        { approve: 'person' },
      ),
    )
})
