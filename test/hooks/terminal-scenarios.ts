/** What a person sees: the hook in an interactive shell, in a real terminal. */
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Home, withHome } from '../support/home.ts'
import { NOBODY, needing } from '../support/machine.ts'
import { until } from '../support/patience.ts'
import { withKeys, withSignIn, writeSettings } from '../support/signed-in.ts'
import { assert, type Declare } from '../support/suite.ts'
import { type Terminal, testInTerminal, withTerminal } from '../support/terminal.ts'
import { awsuse, type Dialect, installSsox } from './hook-shell.ts'
import {
  AWKWARD_NAMES,
  awkwardConfig,
  PROCESSES,
  startsProcess,
  withAwkwardNames,
} from './scenarios.ts'

/** Names that a prompt might execute, or a terminal obey. */
const HOSTILE_NAMES = [
  '$(touch PWNED)',
  '`touch PWNED`',
  '(touch PWNED)',
  '%n%F{red}',
  '\\u@\\h',
  '\x1b]0;OWNED\x07',
  '\x1b[41mred',
  '\u009b41m',
  'a\u202eb',
  '-n',
] as const

/** The status of the last command. */
const STATUS = { bash: '$?', zsh: '$?', fish: '$status', pwsh: '$LASTEXITCODE' } as const

/** Sets the variables of a profile by hand, as far as a prompt looks at them. */
interface State {
  readonly is: string
  /** Made when they are set, since the clock runs. */
  readonly set: () => Readonly<Record<string, string>>
  /** What stands in the segment, and the SGR parameters before it. */
  readonly text: string
  readonly colour: RegExp
}

const [minute, hour, day] = [60, 3600, 86_400]
const GREEN = /\x1b\[32m/
const YELLOW = /\x1b\[33m/
const RED = /\x1b\[31m/

/** What the segment shows. */
const STATES: readonly State[] = [
  {
    is: 'minutes',
    set: () => ({ SSOX_EXPIRES: left(47 * minute) }),
    text: 'dev 47m',
    colour: GREEN,
  },
  {
    is: 'hours',
    set: () => ({ SSOX_EXPIRES: left(hour + 5 * minute) }),
    text: 'dev 1h 05m',
    colour: GREEN,
  },
  {
    is: 'days',
    set: () => ({ SSOX_EXPIRES: left(day + 3 * hour) }),
    text: 'dev 1d 03h',
    colour: GREEN,
  },
  {
    is: 'half an hour',
    set: () => ({ SSOX_EXPIRES: left(29 * minute) }),
    text: 'dev 29m',
    colour: YELLOW,
  },
  {
    is: 'a few minutes',
    set: () => ({ SSOX_EXPIRES: left(9 * minute) }),
    text: 'dev 9m',
    colour: RED,
  },
  {
    is: 'nothing left',
    set: () => ({ SSOX_EXPIRES: left(-hour) }),
    text: 'dev expired',
    colour: RED,
  },
  { is: 'static keys', set: () => ({ SSOX_EXPIRES: '' }), text: 'dev', colour: GREEN },
  {
    is: 'no number',
    set: () => ({ SSOX_EXPIRES: 'a[$(touch PWNED)]' }),
    text: 'dev',
    colour: GREEN,
  },
  { is: 'another AWS_PROFILE', set: () => ({ AWS_PROFILE: 'prod' }), text: 'dev!', colour: GREEN },
  {
    is: 'that of exec --serve',
    set: () => ({ AWS_PROFILE: 'dev-served' }),
    text: 'dev',
    colour: GREEN,
  },
  {
    is: 'protected',
    set: () => ({ AWS_PROFILE: 'dev', SSOX_PROTECTED: '1' }),
    text: 'dev',
    colour: /\x1b\[37m\x1b\[41m|\x1b\[37;41m/,
  },
]

/** Nearly a minute more than the text says, so that a slow machine sees the same. */
export function left(seconds: number): string {
  return String(Math.floor(Date.now() / 1000) + seconds + 55)
}

/** Declares the scenarios for a shell. */
export function declareTerminalScenarios(test: Declare, dialect: Dialect): void {
  const scenario = (title: string, run: () => Promise<unknown>) =>
    testInTerminal(test, dialect.shell, title, run)
  const traced = (title: string, run: () => Promise<unknown>) =>
    testInTerminal(needing(test, ['strace']), dialect.shell, title, run)
  const inShell = inShellOf(dialect)

  scenario('the segment shows the name and the time left, in its colour', () =>
    withHome((home) =>
      inShell(
        home,
        { env: { SSOX_RENEW_MINUTES: '0', AWS_ACCESS_KEY_ID: 'AKIA' } },
        async (shell) => {
          assert.is(await shell.segment(), '')
          await shell.run(dialect.set('SSOX_PROFILE', 'dev'))
          for (const { is, set, text, colour } of STATES) {
            const statements = Object.entries(set()).map(([name, value]) =>
              dialect.set(name, value),
            )
            await shell.run(statements.join('; '))
            assert.is(await shell.segment(), text, is)
            assert.match(await shell.colouredLine(), colour, is)
          }
          await shell.run(dialect.set('NO_COLOR', '1'))
          assert.is(await shell.segment(), 'dev')
          assert.not.match(await shell.colouredLine(), /\x1b\[(3[0-7]|4[0-7])/)
          const within = [dialect.set('SSOX_OUTER', 'a > b'), dialect.set('SSOX_EXPIRES', '')]
          await shell.run(within.join('; '))
          assert.is(await shell.segment(), 'a > b > dev')
          await shell.run(dialect.set('SSOX_PROMPT', 'off'))
          assert.is(await shell.segment(), '')
          await shell.run(`${dialect.unset('SSOX_PROMPT')}; ${dialect.unset('SSOX_PROFILE')}`)
          assert.is(await shell.segment(), '')
          assert.equal(shell.started(), [])
          assert.equal(shell.created(), [])
        },
      ),
    ),
  )

  scenario('hostile names are inert', () => {
    const names = Object.fromEntries(HOSTILE_NAMES.map((name, at) => [`HOSTILE_${at}`, name]))
    return withHome((home) =>
      inShell(home, { env: names }, async (shell, terminal) => {
        for (const variable of Object.keys(names)) {
          await shell.run(dialect.copy('SSOX_PROFILE', variable))
          assert.is.not(await shell.segment(), '', names[variable])
        }
        assert.is.not(await terminal.title(), 'OWNED')
        const bytes = (await terminal.bytes()).toString()
        assert.not.ok(bytes.includes('\x1b]0;OWNED'), 'a title was set')
        assert.not.ok(bytes.includes('\x1b[41mred'), 'a colour was set')
        assert.not.match(bytes, /[\u009b\u202e]/)
        assert.equal(shell.created(), [])
      }),
    )
  })

  scenario('the prompt of the user sees the status of the last command', () =>
    withHome((home) =>
      inShell(home, { env: { SSOX_PROFILE: 'dev' } }, async (shell) => {
        const { success, failure } = dialect.shown
        assert.ok((await shell.run("sh -c 'exit 0'")).includes(success))
        assert.ok((await shell.run("sh -c 'exit 3'")).includes(failure))
        assert.ok((await shell.run(`${dialect.load}; sh -c 'exit 3'`)).includes(failure))
        assert.is(await shell.segment(), 'dev')
      }),
    ),
  )

  scenario('a framework that owns the prompt keeps it', () =>
    withHome((home) => {
      const env = { SSOX_PROFILE: 'dev', STARSHIP_SHELL: dialect.name, POSH_SHELL: dialect.name }
      return inShell(home, { env }, async (shell) => {
        assert.is(await shell.segment(), '')
      })
    }),
  )

  scenario('__ssox_unload takes everything away', () =>
    withHome((home) =>
      inShell(home, { env: { SSOX_PROFILE: 'dev' } }, async (shell, terminal) => {
        assert.is(await shell.segment(), 'dev')
        await shell.run('__ssox_unload')
        assert.is(await shell.segment(), '')
        await shell.run('awsuse dev')
        assert.match(await terminal.screen(), /[Uu]nknown command|not recognized|not found/)
        await shell.run(dialect.load)
        assert.is(await shell.segment(), 'dev')
      }),
    ),
  )

  scenario('a prompt that somebody has wrapped: read again, unloaded, unwrapped', () =>
    withHome((home) =>
      inShell(home, { env: { SSOX_PROFILE: 'dev' } }, async (shell) => {
        const shows = async (line: string, segment: string) => {
          await shell.run(line)
          assert.is((await shell.segment()).split(/ +/).sort().join(' '), segment, line)
        }
        await shows(dialect.venv.activate, '(venv) dev')
        await shows(dialect.load, '(venv) dev')
        await shows(dialect.load, '(venv) dev')
        await shows(dialect.venv.deactivate, 'dev')
        await shows(dialect.load, 'dev')
        await shows(dialect.venv.activate, '(venv) dev')
        await shows('__ssox_unload', '(venv)')
        await shows(dialect.venv.deactivate, '')
        assert.ok((await shell.run("sh -c 'exit 3'")).includes(dialect.shown.failure))
        await shows(dialect.load, 'dev')
      }),
    ),
  )

  scenario('role credentials are renewed in the background, once for two terminals', () =>
    withKeys(
      async (home) => {
        const env = { SSOX_RENEW_MINUTES: '0' }
        const off = { SSOX_RENEW_MINUTES: 'off' }
        const renewing = dialect.set('SSOX_RENEW_MINUTES', '10')
        await inShell(home, { env }, async (first, terminal) => {
          const pid = await terminal.pid()
          const zombies = () => childrenOf(pid).filter(({ state }) => state === 'Z')
          await first.run(awsuse(dialect, 'dev'))
          await inShell(home, { env: off }, async (second) => {
            await second.run(awsuse(dialect, 'dev'))
            const before = await first.value('AWS_ACCESS_KEY_ID')
            assert.is(await second.value('AWS_ACCESS_KEY_ID'), before)
            assert.match(await first.segment(), /^dev [6-9]m$/)
            const started = first.started().length
            assert.is(started, 1, 'nothing was renewed')
            home.center.lifetimes.roleCredentials = 3600
            const expiry = entryExpiry(home)
            await first.run(renewing)
            await until('the new entry', () => entryExpiry(home) !== expiry)
            for (const shell of [first, second]) {
              await shell.run(renewing)
              // The prompt of bash can only start things: it takes the keys with the next command.
              if (dialect.shell === 'bash') await shell.run(':')
              assert.match(await shell.segment(), /^dev (59m|1h 00m)$/)
              assert.is(await shell.value('SSOX_EXPIRES'), entryExpiry(home))
              assert.is.not(await shell.value('AWS_ACCESS_KEY_ID'), before)
              assert.not.match(await shell.everything(), /ended|Done|\[1\]|ssox:/)
            }
            const [renewal = '', ...others] = first.started().slice(started)
            assert.match(renewal, /^env --shell \w+ --no-login --min-left 10 -q -- dev$/)
            assert.equal(others, [])
            // fish may miss that a process has ended until its next command.
            const isOver = () => first.run(':').then(() => zombies().length === 0)
            await until('the end of the renewal', isOver)
          })
        })
      },
      // Long enough for the switch cache, short enough to be renewed at once.
      { lifetimes: { roleCredentials: 590 } },
    ),
  )

  scenario('keys that somebody else has put there are marked, and not replaced', () =>
    withSignIn(
      async (home) => {
        const env = { SSOX_RENEW_MINUTES: '0' }
        await inShell(home, { env }, async (shell) => {
          await shell.run(awsuse(dialect, 'dev'))
          assert.match(await shell.segment(), /^dev [6-9]m$/)
          await shell.run(awsuse(dialect, 'dev'))
          await shell.run(dialect.set('AWS_ACCESS_KEY_ID', 'ASIAPASTED'))
          assert.match(await shell.segment(), /^dev! [6-9]m$/)
          home.center.lifetimes.roleCredentials = 3600
          await shell.run(dialect.set('SSOX_RENEW_MINUTES', '10'))
          for (let at = 0; at < 3; at++) await shell.run(':')
          await sleep(1000)
          await shell.run(':')
          assert.is(await shell.value('AWS_ACCESS_KEY_ID'), 'ASIAPASTED')
          assert.is(shell.started().length, 1, 'no renewal')
          await shell.run(awsuse(dialect, 'prod'))
          assert.match(await shell.segment(), /^prod (59m|1h 00m)$/)
        })
      },
      { lifetimes: { roleCredentials: 590 } },
    ),
  )

  scenario('when the sign-in has ended, it is said once', () =>
    withKeys(
      async (home) => {
        await inShell(home, {}, async (shell, terminal) => {
          await shell.run(dialect.set('SSOX_RENEW_MINUTES', '0'))
          await shell.run(awsuse(dialect, 'dev'))
          home.center.expireTokens()
          home.center.revokeSession()
          await shell.run(dialect.set('SSOX_RENEW_MINUTES', '10'))
          const note = 'ssox: the sign-in for dev has ended: awsuse --refresh dev'
          await until('the note of the renewal', () => existsSync(inCache(home, 'n-dev')))
          for (let at = 0; at < 3; at++) await shell.run('')
          const screen = await terminal.until(note)
          assert.is(screen.split(note).length, 2, screen)
          assert.is(shell.started().length, 2, 'awsuse, and one renewal')
          // What it says does help.
          home.center.lifetimes.roleCredentials = 3600
          await shell.run('awsuse --refresh dev')
          assert.match(await shell.segment(), /^dev (59m|1h 00m)$/)
        })
      },
      { lifetimes: { roleCredentials: 590 } },
    ),
  )

  scenario('what ssox leaves for the hooks is shown once per expiry, when they have asked', () =>
    withHome(async (home) => {
      installSsox(home)
      // In the place of ssox, so that the note stays as it is.
      const quiet = join(home.path, 'bin', 'quiet')
      writeFileSync(quiet, `#!/bin/sh\nprintf '%s\\n' "$*" >>"$HOOK_TEST_LOG"\n`, { mode: 0o755 })
      const env = {
        ...{ SSOX_BIN: quiet, SSOX_PROFILE: 'a/50%', AWS_ACCESS_KEY_ID: 'AKIA' },
        ...{ SSOX_EXPIRES: left(5 * minute), SSOX_RENEW_MINUTES: '0' },
      }
      const note = inCache(home, 'n-a%-50%%')
      mkdirSync(inCache(home), { recursive: true, mode: 0o700 })
      writeFileSync(note, 'ssox: a word about it\n', { mode: 0o600 })
      await inShell(home, { env }, async (shell) => {
        const shown = async () =>
          (await shell.everything()).split('ssox: a word about it').length - 1
        await shell.run('')
        assert.is(await shown(), 0, 'no renewal, no note')
        await shell.run(dialect.set('SSOX_RENEW_MINUTES', '10'))
        assert.is(await shown(), 0, 'not before it has asked')
        await until('the renewal', () => shell.started().length === 1)
        for (let at = 0; at < 3; at++) await shell.run('')
        assert.is(await shown(), 1)
        await shell.run(dialect.set('SSOX_EXPIRES', left(6 * minute)))
        await shell.run('')
        assert.is(await shown(), 2, 'another expiry')
        renameSync(note, inCache(home, 'real'))
        symlinkSync('real', note)
        await shell.run(dialect.set('SSOX_EXPIRES', left(7 * minute)))
        await shell.run('')
        assert.is(await shown(), 2, 'a link')
        rmSync(note)
        renameSync(inCache(home, 'real'), note)
        if (process.getuid?.() === 0) chownSync(note, NOBODY, NOBODY)
        await shell.run('')
        assert.is(await shown(), process.getuid?.() === 0 ? 2 : 3, 'of somebody else')
        assert.is(shell.started().length, 1)
      })
    }),
  )

  scenario('where nothing may be kept, it is said once that nothing is renewed', () =>
    withKeys(
      async (home) => {
        utimesSync(home.aws('config'), 1_700_000_000, 1_700_000_000)
        await inShell(home, {}, async (shell, terminal) => {
          await shell.run(awsuse(dialect, 'dev'))
          await until('the note of the renewal', () => existsSync(inCache(home, 'n-dev')))
          for (let at = 0; at < 3; at++) await shell.run('')
          const screen = await terminal.until('is not renewed in the background')
          assert.is(screen.split('ssox: dev is not renewed').length, 2, screen)
          assert.match(screen, /config has a time of whole seconds\): awsuse dev$/m)
          assert.is(shell.started().length, 2, 'awsuse, and one renewal')
        })
      },
      { lifetimes: { roleCredentials: 590 } },
    ),
  )

  if (dialect.shell === 'bash' || dialect.shell === 'zsh')
    for (const key of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])
      scenario(`a renewal that meets a read-only ${key} leaves no mixture`, () =>
        withKeys(
          async (home) => {
            await inShell(home, { env: { SSOX_RENEW_MINUTES: '0' } }, async (shell) => {
              await shell.run(awsuse(dialect, 'dev'))
              const before = await keysOf(shell)
              home.center.lifetimes.roleCredentials = 3600
              await shell.run(`readonly ${key}`)
              const expiry = entryExpiry(home)
              await shell.run(dialect.set('SSOX_RENEW_MINUTES', '10'))
              await until('the new entry', () => entryExpiry(home) !== expiry)
              for (let at = 0; at < 2; at++) await shell.run('')
              const after = await keysOf(shell)
              for (const [at, value] of after.entries())
                assert.ok(value === '' || value === before[at], `key ${at} is a new one`)
            })
          },
          { lifetimes: { roleCredentials: 590 } },
        ),
      )

  scenario('TAB completes awkward names, and starts nothing', () =>
    withAwkwardNames(async (home) => {
      await inShell(home, {}, async (shell, terminal) => {
        // The first from the AWS files, the others from the list that ssox leaves.
        for (const [typed, name] of [
          ['my', 'my prod'],
          ['ns:', 'ns:admin'],
          ['it', "it's"],
          ['50', '50%off'],
          ['say', 'say "hi"'],
          ['l', 'l’été'],
        ] as const) {
          const started = shell.started()
          await terminal.type(`awsuse ${typed}`)
          await terminal.press('Tab')
          await completed(terminal, typed)
          assert.equal(shell.started(), started, `TAB has started ssox for ${name}`)
          await shell.run('')
          assert.is(await shell.value('SSOX_PROFILE'), name)
        }
        assert.equal(shell.created(), [])
      })
    }),
  )

  scenario('2,000 profiles: TAB shows them and runs none', () => {
    const names = Array.from({ length: 2000 }, (_, at) => `${AWKWARD_NAMES[at % 15]}${at}`)
    return withHome(async (home) => {
      home.writeConfig(
        `${awkwardConfig(home.center.startUrl, [])}${names
          .map((name) => `[profile ${JSON.stringify(name)}]\n`)
          .join('')}[profile zz\x1b]0;OWNED\x07]\n[profile zebra]\n`,
      )
      await inShell(home, {}, async (shell, terminal) => {
        await terminal.type('awsuse ')
        await terminal.until('awsuse')
        const before = (await terminal.bytes()).length
        await terminal.press('Tab')
        // A list, a question, or a bell.
        await until('an answer to TAB', async () => (await terminal.bytes()).length > before)
        await terminal.type('n')
        await shell.clearLine()
        await terminal.type('awsuse zeb')
        await terminal.press('Tab')
        await terminal.until('awsuse zebra')
        await terminal.press('C-c')
        assert.is.not(await terminal.title(), 'OWNED')
        assert.not.ok((await terminal.bytes()).includes('\x1b]0;OWNED'))
        assert.equal(shell.started(), [])
        assert.equal(shell.created(), [])
      })
    })
  })

  scenario('a sign-in that is cancelled changes nothing', () =>
    withHome(
      (home) =>
        inShell(home, {}, async (shell, terminal) => {
          await shell.run(awsuse(dialect, 'static'))
          await terminal.run(awsuse(dialect, 'dev', '--device-code', '--no-browser'))
          await terminal.until(/[A-Z]{4}-[A-Z]{4}/)
          await terminal.press('C-c')
          await shell.prompt()
          await shell.run(`echo "status: ${STATUS[dialect.shell]}"`)
          assert.match(await shell.everything(), /^status: 130$/m)
          assert.is(await shell.value('SSOX_PROFILE'), 'static')
          assert.is(await shell.value('AWS_SESSION_TOKEN'), '')
        }),
      { approve: 'person' },
    ),
  )

  traced('a prompt, a switch between valid profiles and TAB start no process', () =>
    withKeys(async (home) => {
      const trace = join(home.path, 'trace')
      const wrapper = [
        'strace',
        '-f',
        '-qq',
        '--seccomp-bpf',
        '-o',
        trace,
        '-e',
        `trace=${PROCESSES}`,
      ]
      await inShell(home, { wrapper }, async (shell, terminal) => {
        await shell.run(awsuse(dialect, 'dev'))
        await shell.run(awsuse(dialect, 'prod'))
        const before = readFileSync(trace, 'utf8').length
        for (let at = 0; at < 3; at++) await shell.run('')
        await shell.run(awsuse(dialect, 'dev'))
        assert.match(await shell.segment(), /^dev /)
        await shell.run(awsuse(dialect, '-'))
        assert.match(await shell.segment(), /^prod /)
        await terminal.type('awsuse de')
        await terminal.press('Tab')
        await terminal.until('awsuse de')
        await shell.clearLine()
        const made = readFileSync(trace, 'utf8').slice(before).split('\n')
        assert.equal(made.filter(startsProcess), [])
      })
    }),
  )

  scenario('a protected profile is asked about', () =>
    withKeys(async (home) => {
      writeSettings(home, { protect: 'prod' })
      await inShell(home, {}, async (shell, terminal) => {
        await terminal.run(awsuse(dialect, 'prod'))
        await terminal.until('Switch to it? [y/N]')
        await shell.run('n')
        assert.is(await shell.value('SSOX_PROFILE'), '')
        for (const key of ['C-c', 'C-d']) {
          await terminal.wipe()
          await terminal.run(awsuse(dialect, 'prod'))
          await terminal.until('Switch to it? [y/N]')
          await terminal.press(key)
          await shell.prompt()
          assert.not.match(await shell.everything(), /error|abort/i, key)
          assert.is(await shell.value('SSOX_PROFILE'), '')
        }
        await terminal.wipe()
        await terminal.run(awsuse(dialect, 'prod'))
        await terminal.until('Switch to it? [y/N]')
        await shell.run('y')
        assert.is(await shell.value('SSOX_PROFILE'), 'prod')
      })
    }),
  )
}

interface ShellOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Lines after those that load the hook. */
  readonly profile?: readonly string[]
  /** Words before the command of the shell. */
  readonly wrapper?: readonly string[]
}

/** An interactive shell that has loaded the hook, at its prompt. */
export interface InteractiveShell {
  /** Types a line, and waits for the prompt after it; returns that prompt's line. */
  run(line: string): Promise<string>
  /** Waits for a prompt that has not been seen yet; returns its line. */
  prompt(): Promise<string>
  /** The segment on the line of the last prompt. */
  segment(): Promise<string>
  /** The line of the last prompt with its colours. */
  colouredLine(): Promise<string>
  /** The value of an environment variable in that shell, or nothing. */
  value(name: string): Promise<string>
  /** Takes away what is on the screen as typed. */
  clearLine(): Promise<void>
  /** All that has been on the screen. */
  everything(): Promise<string>
  /** The arguments of every ssox that was started. */
  started(): string[]
  /** What is in the working folder. */
  created(): string[]
}

/** Starts shells of one dialect. */
export function inShellOf(dialect: Dialect) {
  return async function inShell<T>(
    home: Home,
    { env = {}, profile = [], wrapper = [] }: ShellOptions,
    use: (shell: InteractiveShell, terminal: Terminal) => Promise<T>,
  ): Promise<T> {
    const log = join(home.path, 'ssox.log')
    if (!home.env['HOOK_TEST_LOG']) installSsox(home)
    const cwd = join(home.path, 'work')
    const shell = dialect.interactive(home, [dialect.ownPrompt, dialect.load, ...profile])
    const command = [...wrapper, ...shell]
    return withTerminal(command, { env: { ...home.env, ...env }, cwd }, async (terminal) => {
      await terminal.until((screen) => promptIn(screen) !== undefined)
      return use(shellIn(terminal, log, cwd), terminal)
    })
  }
}

/** A prompt with nothing typed after it; fish has the segment far to the right, others before. */
const PROMPT = /^(.*)READY [^#\n]*#(\d+)>(?: {2,}(\S.*))?$/

function shellIn(terminal: Terminal, log: string, cwd: string): InteractiveShell {
  let values = 0
  /** The number of the last prompt that was seen. */
  let last = 0
  const prompt = async () => {
    let shown = ''
    await terminal.until((screen) => {
      const { number, line } = promptIn(screen) ?? { number: 0, line: '' }
      if (number <= last) return false
      ;[last, shown] = [number, line]
      return true
    })
    return shown
  }
  const run = async (line: string) => {
    last = Math.max(last, promptIn(await terminal.screen())?.number ?? 0)
    await terminal.run(line)
    return prompt()
  }
  return {
    run,
    prompt,
    segment: async () => promptIn(await terminal.screen())?.segment ?? 'no prompt',
    colouredLine: async () => (await terminal.colours()).split('\n').at(-1) ?? '',
    value: async (name) => {
      const file = `value-${++values}`
      const path = join(cwd, '..', file)
      await run(`sh -c 'printf "%s" "$${name}" >../${file}'`)
      return readFileSync(path, 'utf8')
    },
    clearLine: async () => {
      // Not C-c: a signal overtakes what is typed, and some of what is typed after it may be lost.
      await terminal.press('C-u')
      await terminal.until((screen) => promptIn(screen) !== undefined)
    },
    everything: () => terminal.screen(),
    started: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    created: () => readdirSync(cwd),
  }
}

function promptIn(screen: string) {
  const line = screen.split('\n').at(-1)?.trimEnd() ?? ''
  const match = PROMPT.exec(line)
  if (!match) return undefined
  const [, before = '', number, after = ''] = match
  return { line, number: Number(number), segment: `${before}${after}`.trim() }
}

/** Waits for TAB to have made more of a word behind `awsuse` than was typed. */
export async function completed(terminal: Terminal, typed: string): Promise<void> {
  await terminal.until((screen) => {
    // What fish has to say on the right stands far from it.
    const [line = ''] = screen.split('\n').at(-1)?.trimEnd().split(/ {2,}/) ?? []
    return line.slice(line.indexOf('awsuse ') + 'awsuse '.length).length > typed.length
  })
}

async function keysOf(shell: InteractiveShell): Promise<string[]> {
  const values: string[] = []
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])
    values.push(await shell.value(name))
  return values
}

function inCache(home: Home, ...names: string[]): string {
  return join(home.path, '.cache', 'ssox', ...names)
}

function entryExpiry(home: Home): string {
  return readFileSync(inCache(home, 'current', 'r-dev'), 'utf8').split('\n')[7] ?? ''
}

/** The processes below one, where there is a /proc. */
function childrenOf(pid: number): { state: string }[] {
  const folders = existsSync('/proc/self/stat') ? readdirSync('/proc') : []
  return folders
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // After the name in brackets: state, parent.
        const [state = '', parent] =
          readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
        return Number(parent) === pid ? [{ state }] : []
      } catch {
        return []
      }
    })
}
