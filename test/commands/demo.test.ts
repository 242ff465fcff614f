/** `ssox demo`: the tour reaches its end and leaves nothing; the shell of the demo is a home apart. */

import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { type Home, node, program, withHome } from '../support/home.ts'
import { shellPath } from '../support/in-shell.ts'
import { inParallel, runIn, testWith } from '../support/machine.ts'
import { assertFailure, told } from '../support/output.ts'
import { until } from '../support/patience.ts'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal, withTerminal } from '../support/terminal.ts'
import { putOnPath } from './evaluate.ts'

/** A home with a folder of its own for temporary files. */
function withTemp<T>(use: (home: Home, temp: string) => Promise<T>): Promise<T> {
  return withHome(async (home) => {
    const temp = join(home.path, 'tmp')
    mkdirSync(temp)
    home.env['TMPDIR'] = temp
    putOnPath(home)
    return use(home, temp)
  })
}

/** Command lines of processes that have to do with this folder. */
function processesAbout(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .map((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
        return environment.includes(`HOME=${folder}/ssox-demo-`)
          ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
          : ''
      } catch {
        return ''
      }
    })
    .filter((line) => line !== '')
}

const LAST = /\nDone: 1 sign-in, \d+ sets of role credentials\. Your own home was not touched\.\n$/

suite('demo --script', (test) => {
  test('plays every step, masks every secret, and leaves neither files nor processes', () =>
    withTemp(async (home, temp) => {
      const run = await home.ssox(['demo', '--script'])
      assert.is(run.status, 0, told(run))
      assert.is(run.stderr, '')
      assert.match(run.stdout, LAST)
      for (let step = 1; step <= 7; step++)
        assert.match(run.stdout, new RegExp(`^${step}\\. `, 'm'))
      assert.not.match(run.stdout, /\x1b|failed/)
      assert.match(run.stdout, /AWS_SECRET_ACCESS_KEY=\S{4}…\[masked\]$/m)
      assert.match(run.stdout, /AWS_SESSION_TOKEN=IQoJ…\[masked\]$/m)
      assert.not.match(run.stdout, /[A-Za-z\d+/=]{38,}/, 'nothing as long as a secret')
      assert.equal(readdirSync(temp), [])
      await nobodyIn(temp)
      assert.equal(readdirSync(home.path).sort(), ['.aws', 'bin', 'browser', 'tmp'])
      assert.equal(readdirSync(home.aws()), ['config'])
    }))

  test('works whatever the environment is; without a terminal it is the tour by itself', () =>
    inParallel(
      [
        {
          HOME: undefined,
          SHELL: '',
          TERM: '',
          DISPLAY: '',
          SSH_CONNECTION: '::1 1 ::1 2',
          CODESPACES: 'true',
          CI: 'true',
          HTTPS_PROXY: 'http://127.0.0.1:9',
          ALL_PROXY: 'http://127.0.0.1:9',
          NO_PROXY: '',
        },
        {
          AWS_PROFILE: 'x',
          AWS_ACCESS_KEY_ID: 'AKIAX',
          AWS_SECRET_ACCESS_KEY: 'x',
          AWS_CONFIG_FILE: '/dev/null',
          AWS_VAULT: 'x',
          AWS_CA_BUNDLE: '/nowhere',
          AWS_USE_FIPS_ENDPOINT: 'true',
          XDG_CONFIG_HOME: '/nowhere',
          XDG_RUNTIME_DIR: '/nowhere',
          SSOX_HOOK: 'use',
          BROWSER: '/bin/false',
          NO_COLOR: '1',
        },
      ],
      (env) =>
        withTemp(async (home, temp) => {
          const options = { env: { ...home.env, ...env } }
          const run = await home.ssox(['demo'], options)
          assert.is(run.status, 0, told(run))
          assert.match(run.stdout, LAST, JSON.stringify(env))
          assert.equal(readdirSync(temp), [])
        }),
      2,
    ))

  testWith(test, ['unshare', 'ip'], 'works without a network', () =>
    withTemp(async (home) => {
      const up = 'ip link set lo up && exec "$@"'
      const words = ['unshare', '-n', 'sh', '-c', up, 'sh', node, program, 'demo', '--script']
      const run = await runIn(home, words)
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, LAST)
    }),
  )

  test('no room for its home: exit 7 at once', () =>
    withTemp(async (home) => {
      const env = { ...home.env, TMPDIR: '/nowhere' }
      const run = await home.ssox(['demo', '--script'], { env })
      assertFailure(run, 7, /cannot create \/nowhere\/ssox-demo-/)
      assert.is(run.stdout, '')
    }))

  test('when nobody reads on, or the disk is full, it ends and tidies up', () =>
    withTemp(async (home, temp) => {
      const script = (rest: string) => runIn(home, ['bash', '-c', rest])
      const closed = await script('exec 3>&1; { ssox demo --script; echo $? >&3; } | sed 1q >&3')
      assert.match(closed.stdout, /^An Identity Center on .*\n141\n$/)
      assert.is(closed.stderr, '')
      const full = await script('ssox demo --script >/dev/full; echo $?')
      assert.is(full.stdout, '7\n')
      assert.match(full.stderr, /^ssox: cannot write the result: no space left/)
      assert.equal(readdirSync(temp), [])
      await nobodyIn(temp)
    }))

  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    test(`${signal} ends it with ${status}, and it tidies up`, () =>
      withTemp(async (home, temp) => {
        const child = execa(node, [program, 'demo', '--script'], {
          env: home.env,
          extendEnv: false,
          stdin: 'ignore',
          reject: false,
        })
        for await (const line of child.iterable()) if (line.startsWith('2. ')) child.kill(signal)
        const { exitCode, stderr } = await child
        assert.is(exitCode, status, stderr)
        assert.equal(readdirSync(temp), [])
      }))
})

/** How each shell says what `awsuse` is, and the prompt of the demo in it. */
const SHELLS = [
  ['bash', 'type -t awsuse', /^demo [$#]/m],
  ['zsh', 'whence -w awsuse', /^demo [%#]/m],
  ['fish', 'type -t awsuse', /> ?$|# ?$/m],
] as const

suite('demo in a terminal', (test) => {
  for (const [shell, ask, prompt] of SHELLS)
    testInTerminal(
      test,
      shell,
      'opens with the hook in a home apart; exit ends and removes it',
      () =>
        withTemp(async (home, temp) => {
          const SHELL = shellPath(shell) ?? ''
          const env = { ...home.env, SHELL, HISTFILE: '/dev/null', AWS_PROFILE: 'mine' }
          await withTerminal(['bash', '--noprofile', '--norc'], { env }, async (terminal) => {
            await terminal.run('ssox demo; echo "ended $?"')
            await terminal.until(/Profiles: default, awesome, unicorn, marketing/)
            await terminal.until(prompt)
            await terminal.run(ask)
            await terminal.until(/^(awsuse: )?function$/m)
            await terminal.run('echo "<$HOME> <$AWS_PROFILE>"')
            await terminal.until(new RegExp(`^<${temp}/ssox-demo-\\w+> <>$`, 'm'))
            await terminal.run('ssox list --names | tr "\\n" ,')
            await terminal.until('default,awesome,unicorn,marketing,')
            await terminal.run('exit 3')
            await terminal.until('ended 3')
          })
          await goneFrom(temp)
          await nobodyIn(temp)
          assert.not(existsSync(join(home.path, '.local')))
        }),
    )
})

/** Waits until the folder is empty: what bash wrote at its end may come a moment later. */
async function goneFrom(folder: string): Promise<void> {
  await until(`nothing in ${folder}`, () => readdirSync(folder).length === 0, 5_000)
}

/** Waits until no process has its home there: a browser has its page, but may not have ended yet. */
async function nobodyIn(folder: string): Promise<void> {
  let left: string[] = []
  const isOver = () => {
    left = processesAbout(folder)
    return left.length === 0
  }
  await until('the end of the processes of the demo', isOver, 5_000).catch((error) => {
    throw new Error(`${error.message}: ${left.join(', ')}`)
  })
}
