/** `ssox exec --each` over hundreds of profiles, and how it ends before it is through. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Home, node, program, withHome } from '../support/home.ts'
import { inParallel, SLOW_TEST_MS } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { until } from '../support/patience.ts'
import { withSignIn, writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal, withTerminal } from '../support/terminal.ts'
import { putOnPath } from './evaluate.ts'

const COUNT = 200
const PARALLEL = 8

/** Profiles p000 to p199, each of an account of its own. */
function configure(home: Home): void {
  const ids = Array.from({ length: COUNT }, (_, at) => String(at).padStart(3, '0'))
  const { center } = home
  center.accounts = ids.map((id) => ({
    accountId: `100000000${id}`,
    accountName: id,
    emailAddress: `${id}@example.com`,
    roles: ['Developer'],
  }))
  const profiles = ids.map(
    (id) => `[profile p${id}]
sso_session = corp
sso_account_id = 100000000${id}
sso_role_name = Developer
region = eu-west-1
`,
  )
  home.writeConfig(`${profiles.join('\n')}
[sso-session corp]
sso_start_url = ${center.startUrl}
sso_region = us-east-1
sso_registration_scopes = sso:account:access
`)
}

const each = (script: string, globs = 'p*') => [
  ...['exec', '--each', globs, '--parallel', String(PARALLEL)],
  ...['--', 'sh', '-c', script],
]

/** `--each` in a process group of its own, as a shell starts it: a signal to the group is ^C. */
function start(home: Home, args: readonly string[]) {
  const child = spawn(node, [program, ...args], {
    cwd: home.path,
    env: home.env,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const stderr = text(child.stderr)
  const ended = once(child, 'exit').then(async ([code]) => ({ code, stderr: await stderr }))
  return { child, ended }
}

const signalGroup = ({ pid }: ChildProcess, signal: NodeJS.Signals) =>
  process.kill(-Number(pid), signal)

/** A folder in which a command leaves a file with its process id, and that of its child, as name. */
function pidFolder(home: Home) {
  const path = join(home.path, 'pids')
  mkdirSync(path)
  const part = (at: number) => readdirSync(path).map((name) => Number(name.split('.')[at]))
  return { path, ids: () => part(0), childIds: () => part(1) }
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** True while a signal to a process waits to be delivered (proc(5), ShdPnd). */
function isPending({ pid }: ChildProcess, signal: NodeJS.Signals): boolean {
  const [, pending = '0'] =
    /^ShdPnd:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return (BigInt(`0x${pending}`) >> BigInt(constants.signals[signal] - 1)) % 2n === 1n
}

suite('many profiles, and a portal that takes few requests a second', (test) => {
  const some = 'p00?,p01?,p02?'
  const count = 30
  for (const [title, args] of [
    ['exec --each', ['exec', '--each', some, '--parallel', '20', '--', 'true']],
    ['write', ['write', ...some.split(',')]],
  ] as const)
    test(`${title} gets the keys of all`, () =>
      withSignIn(
        async (home) => {
          // A slow machine does not ask for too many.
          home.center.fail(
            'GetRoleCredentials',
            { status: 429, type: 'TooManyRequestsException' },
            3,
          )
          const run = await home.ssox([...args])
          assert.is(run.status, 0, told(run))
          // Also none of Node, about how many wait for the same signal.
          assert.not.match(run.stderr, /warning/i)
          const asked = home.center.counts['GetRoleCredentials'] ?? 0
          assert.ok(asked >= count + 3, `${asked} requests`)
        },
        { portalCallsPerSecond: 6 },
        configure,
      ))
})

suite('exec --each over 200 profiles, 8 at a time', (test) => {
  test(
    'signs in once, and holds no output of those that are done',
    () =>
      withHome(async (home) => {
        configure(home)
        writeSettings(home, { login_flow: 'pkce' })
        const MEGABYTE = 1_000_000
        // Each prints a megabyte, and the most memory that ssox has had by then.
        const script = `head -c ${MEGABYTE} /dev/zero; grep VmHWM /proc/$PPID/status >&2`
        const [verb = '', ...args] = each(script)
        const run = await home.ssox([verb, '--login', ...args], {
          stdout: 'ignore',
          maxBuffer: 10 * MEGABYTE,
        })
        assert.is(run.status, 0, told(run))
        assert.match(run.stderr, new RegExp(`\\nssox: ${COUNT} ok\\n$`))
        assert.is(home.browserOpens().length, 1)
        assert.is(home.center.counts['CreateToken:code'], 1)
        assert.is(home.center.counts['GetRoleCredentials'], COUNT)
        const peaks = [...run.stderr.matchAll(/VmHWM:\s+(\d+) kB/g)].map(([, kb]) => Number(kb))
        assert.is(peaks.length, COUNT)
        const [early = 0, late = 0] = [peaks[19], Math.max(...peaks)]
        console.log(`the most memory: ${early} kB at 20 profiles, ${late} kB at ${COUNT}`)
        const printedKb = ((COUNT - 20) * MEGABYTE) / 1024
        assert.ok(late - early < printedKb / 2, `${early} kB, then ${late} kB`)
      }),
    SLOW_TEST_MS,
  )

  test(
    '^C after 50 of them ends the eight that run, and says how many ran',
    () =>
      withSignIn(
        async (home) => {
          const { path, ids } = pidFolder(home)
          const script = `case $SSOX_PROFILE in p0[0-4]?) exit 0;; esac
trap 'exit 3' INT; : >${path}/$$; while :; do sleep 0.1; done`
          const { child, ended } = start(home, each(script))
          await until('eight that run', () => ids().length === PARALLEL, 60_000)
          signalGroup(child, 'SIGINT')
          const { code, stderr } = await ended
          assert.is(code, 130, stderr)
          const failed = Array.from({ length: PARALLEL }, (_, at) => `p05${at} (exit 3)`)
          const summary = `ssox: 50 ok · 8 failed: ${failed.join(', ')} · 142 not run\n`
          assert.ok(stderr.endsWith(summary), stderr)
          assert.equal(ids().filter(isAlive), [])
          assert.is(ids().length, PARALLEL, 'none was started after it')
          assert.is(home.center.counts['GetRoleCredentials'], 58)
        },
        {},
        configure,
      ),
    SLOW_TEST_MS,
  )
})

suite('exec --each with commands that do not end', (test) => {
  /** Ignores these signals, and has a child that keeps its output open. */
  const stubborn = (path: string, ignored: string) =>
    `trap '' ${ignored}; sleep 1000 & : >${path}/$$.$!; while :; do sleep 0.1; done`

  const rows = [
    { ignored: 'INT', signals: ['SIGINT'], code: 143 },
    { ignored: 'INT TERM', signals: ['SIGINT', 'SIGINT'], code: 137 },
  ] as const

  test(
    'without a terminal: SIGTERM, then SIGKILL, whatever holds their output',
    () =>
      inParallel(rows, ({ ignored, signals, code }) =>
        withSignIn(
          async (home) => {
            const { path, ids, childIds } = pidFolder(home)
            const { child, ended } = start(home, each(stubborn(path, ignored), 'p000,p001'))
            await until('both', () => ids().length === 2)
            try {
              for (const signal of signals) {
                child.kill(signal)
                // Two that are pending at the same time are one.
                await until('its delivery', () => !isPending(child, signal))
              }
              const { code: exitCode, stderr } = await ended
              assert.is(exitCode, 130, stderr)
              assert.match(stderr, `2 failed: p000 (exit ${code}), p001 (exit ${code})`)
              assert.equal(ids().filter(isAlive), [])
            } finally {
              for (const pid of childIds()) process.kill(pid)
            }
          },
          {},
          configure,
        ),
      ),
    SLOW_TEST_MS,
  )

  testInTerminal(test, 'bash', 'on a terminal it says whom it waits for; ^C again ends them', () =>
    withSignIn(
      async (home) => {
        putOnPath(home)
        const env = { ...home.env, HISTFILE: '/dev/null', LC_ALL: 'C.UTF-8' }
        await withTerminal(['bash', '--noprofile', '--norc'], { env }, async (terminal) => {
          const script = `trap "" INT; echo ready; while :; do sleep 0.1; done`
          await terminal.run(`ssox exec --each p000 -- sh -c '${script}'; echo "exit $?"`)
          await terminal.until(/p000 │ ready/)
          await terminal.press('C-c')
          await terminal.until(/waiting for the end of p000; \^C again ends what is left/)
          await terminal.press('C-c')
          await terminal.until(/0 ok · 1 failed: p000 \(exit 143\)[\s\S]*exit 130/)
        })
      },
      {},
      configure,
    ),
  )
})
