/**
 * What answers a warm `ssox env <profile>`: main.cjs alone, byte for byte as the full program; and
 * after what it does not. Without the rest of `dist`, whatever is not answered fails.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Finished, node, program } from '../support/home.ts'
import { needing, runIn, SLOW_TEST_MS } from '../support/machine.ts'
import { assertSuccess, told } from '../support/output.ts'
import { tokenFile, writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import {
  endAt,
  environment,
  epochSeconds,
  isRoot,
  KEPT_SHELLS,
  type KeptHome,
  MISSES,
  withKept,
} from './switch-cache.ts'

/** main.cjs in a folder of its own, with words before it that run it. */
function alone({ home }: KeptHome): string[] {
  const folder = join(home.path, 'alone')
  mkdirSync(folder, { recursive: true })
  copyFileSync(program, join(folder, 'main.cjs'))
  return [node, join(folder, 'main.cjs')]
}

const ENV = ['env', 'dev', '--shell', 'bash']

function isMiss({ status, stdout, stderr }: Finished): boolean {
  return status === 1 && stdout === '' && /MODULE_NOT_FOUND/.test(stderr)
}

suite('main.cjs alone', (test) => {
  test('prints what the full program prints, for every shell and kind of keys', () =>
    withKept(async (kept) => {
      const { home, full } = kept
      for (const profile of ['dev', 'static'])
        for (const shell of KEPT_SHELLS) {
          const expected = await full(profile, '--shell', shell)
          assertSuccess(expected)
          for (const words of [
            [profile, '--shell', shell],
            ['--shell', shell, profile],
          ]) {
            const run = await runIn(home, [...alone(kept), 'env', ...words])
            assert.equal(run, { ...expected, stderr: '' }, told(run))
          }
        }
    }))

  test('sees from the process above it which shell asks', () =>
    withKept(async (kept) => {
      const words = [...alone(kept), 'env', 'dev'].map((word) => `'${word}'`).join(' ')
      const expected = await kept.full('dev', '--shell', 'bash')
      const bash = await runIn(kept.home, ['bash', '-c', `${words}; exit $?`])
      assert.is(bash.stdout, expected.stdout, told(bash))
      const other = await runIn(kept.home, ['env', ...alone(kept), 'env', 'dev'])
      assert.ok(isMiss(other), told(other))
    }))

  test('is not asked of the environment: the same bytes in every one', () =>
    withKept(async (kept) => {
      const expected = await kept.full('dev', '--shell', 'bash')
      for (const env of [
        { AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'us-west-2' },
        { SSOX_REGION: 'us-west-2', AWS_REGION: 'us-west-2', SSOX_PROFILE: 'prod' },
        { AWSUME_PROFILE: 'x', AWSUME_OTHER: 'x', GRANTED_SSO: 'x', AWS_VAULT: 'x' },
        { AWS_ACCOUNT_ID: '999999999999', SSOX_ACCOUNT_ID: '999999999999' },
        { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_SESSION_TOKEN: 'x' },
        { AWS_ROLE_ARN: 'x', AWS_WEB_IDENTITY_TOKEN_FILE: '/x' },
      ])
        for (const words of [
          [...alone(kept), ...ENV],
          [node, program, 'env', '-q', 'dev', '--shell', 'bash'],
        ]) {
          const run = await runIn(kept.home, words, { env: { ...kept.home.env, ...env } })
          assert.is(run.stdout, expected.stdout, told(run))
        }
    }))

  test(
    'leaves everything that is not as it was to the full program',
    () =>
      withKept(async (kept) => {
        const words = alone(kept)
        for (const { title, env, change, words: args = ENV, needsRoot } of MISSES) {
          if (needsRoot && !isRoot) continue
          const before = await runIn(kept.home, [...words, ...ENV])
          assert.ok(!isMiss(before), `before: ${title}`)
          const undo = change?.(kept)
          const run = await runIn(kept.home, [...words, ...args], {
            env: environment(kept, env?.(kept)),
          })
          undo?.()
          assert.ok(isMiss(run), `${title}\n${told(run)}`)
        }
      }),
    SLOW_TEST_MS,
  )

  test('uses keys while five minutes are left', () =>
    withKept(async (kept) => {
      endAt(kept.entry('t-bash-dev'), epochSeconds() + 360)
      const run = await runIn(kept.home, [...alone(kept), ...ENV])
      assert.match(run.stdout, 'AWS_SECRET_ACCESS_KEY', told(run))
    }))

  test('a protected profile, cache = off and min_left above five: nothing is kept', () =>
    withKept(async (kept) => {
      for (const settings of [{ protect: 'd*' }, { cache: 'off' }, { min_left: '10' }] as Record<
        string,
        string
      >[]) {
        writeSettings(kept.home, { login_flow: 'pkce', ...settings })
        assertSuccess(await kept.home.ssox(ENV))
        const run = await runIn(kept.home, [...alone(kept), ...ENV])
        assert.ok(isMiss(run), `${JSON.stringify(settings)}\n${told(run)}`)
      }
      writeSettings(kept.home, { login_flow: 'pkce' })
      assertSuccess(await kept.home.ssox(ENV))
      assert.not.ok(isMiss(await runIn(kept.home, [...alone(kept), ...ENV])))
    }))

  test('other modes and regions are not kept, nor in the place of the plain one', () =>
    withKept(async ({ home, entry }) => {
      const before = readFileSync(entry('t-bash-dev'), 'utf8')
      for (const words of [
        ['--mode', 'keys'],
        ['--mode', 'profile'],
        ['--region', 'us-west-2'],
      ])
        assertSuccess(await home.ssox([...ENV, ...words]))
      assert.is(readFileSync(entry('t-bash-dev'), 'utf8'), before)
    }))

  test('shells whose statement cannot ask get one for their environment, every time', () =>
    withKept(async ({ home, state }) => {
      const env = { ...home.env, SSOX_REGION: 'us-west-2', AWS_REGION: 'us-west-2' }
      home.writeConfig(
        `${home.read('config')}\n[profile bare]\naws_access_key_id = A\naws_secret_access_key = b\n`,
      )
      for (const [environment, region] of [
        [home.env, undefined],
        [env, null],
        [home.env, undefined],
      ] as const) {
        const run = await home.ssox(['env', 'bare', '--shell', 'nu'], { env: environment })
        assertSuccess(run)
        assert.is((JSON.parse(run.stdout) as Record<string, unknown>)['AWS_REGION'], region)
      }
      assert.equal(
        readdirSync(state).filter((name) => /^t-(nu|cmd)-/.test(name)),
        [],
      )
    }))
})

suite('names', (test) => {
  const NAMES: readonly (readonly [title: string, name: string, isKept: boolean])[] = [
    ['84 percent signs', '%'.repeat(84), true],
    ['90 slashes', '/'.repeat(90), true],
    ['124 percent signs: 248 in the name of a file', '%'.repeat(124), true],
    ['125 percent signs: too many', '%'.repeat(125), false],
    ['243 characters', 'a'.repeat(243), true],
    ['249 characters: too many with the name of the shell', 'b'.repeat(249), false],
    ['300 characters', 'c'.repeat(300), false],
    ['a blank, quotes and letters of another script', "zoë's team", true],
    ['the name of a file above', '..', true],
  ]
  const section = ([, name]: (typeof NAMES)[number]) =>
    `[profile "${name}"]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n`

  test(
    'are kept, or given by the full program every time',
    () =>
      withKept(async (kept) => {
        for (const [title, name, isKept] of NAMES) {
          const words = ['env', name, '--shell', 'bash']
          const first = await kept.home.ssox(words)
          assertSuccess(first)
          assert.match(first.stdout, 'AKIAEXAMPLE', title)
          const run = await runIn(kept.home, [...alone(kept), ...words])
          assert.is(isMiss(run), !isKept, `${title}\n${told(run)}`)
          if (isKept) assert.is(run.stdout, first.stdout, title)
        }
      }, NAMES.map(section).join('\n')),
    SLOW_TEST_MS,
  )
})

suite('a result that nobody takes', (test) => {
  for (const [title, redirection, status, message] of [
    [
      'a full disk is an error, with one message',
      '>/dev/full',
      7,
      /^ssox: cannot write the result: .*\n {2}free some space, or write it somewhere else\n$/,
    ],
    [
      'a closed pipe ends it in silence',
      '; mkfifo pipe; exec 3<>pipe 4>pipe 3<&-; "$@" >&4',
      141,
      /^$/,
    ],
  ] as const)
    test(title, () =>
      withKept(async (kept) => {
        const script = redirection.startsWith('>') ? `"$@" ${redirection}` : redirection.slice(2)
        const run = await runIn(kept.home, ['sh', '-c', script, 'sh', ...alone(kept), ...ENV])
        assert.is(run.status, status, told(run))
        assert.is(run.stdout, '')
        assert.match(run.stderr, message)
      }),
    )

  needing(test, ['script'])('a terminal is for the full program', () =>
    withKept(async (kept) => {
      const words = [...alone(kept), ...ENV].map((word) => `'${word}'`).join(' ')
      const run = await runIn(kept.home, ['script', '-qec', words, '/dev/null'])
      assert.match(run.stdout, 'MODULE_NOT_FOUND', told(run))
      assert.not.match(run.stdout, 'AWS_SECRET_ACCESS_KEY')
    }),
  )
})

/**
 * The sequences of a second person, in which the token file is there again: the marker of the
 * sign-in before is not.
 */
suite('a new sign-in', (test) => {
  test('in another runtime folder ends what was kept in this one', () =>
    withKept(async (kept) => {
      const { home } = kept
      const elsewhere = join(home.path, 'elsewhere')
      mkdirSync(elsewhere, { mode: 0o700 })
      const env = { ...home.env, XDG_RUNTIME_DIR: elsewhere }
      assert.is((await home.ssox(['logout', '--all'], { env })).status, 0)
      assert.is((await home.ssox(['login', 'corp'], { env })).status, 0)
      assert.ok(readFileSync(tokenFile(home)).length > 0)
      const run = await runIn(home, [...alone(kept), ...ENV])
      assert.ok(isMiss(run), told(run))
    }))

  test('by force ends what was kept in the same folder', () =>
    withKept(async (kept) => {
      const { home } = kept
      const old = (await kept.full('dev', '--shell', 'bash')).stdout
      assert.is((await home.ssox(['login', 'corp', '--force'])).status, 0)
      const run = await runIn(home, [...alone(kept), ...ENV])
      assert.ok(isMiss(run), told(run))
      assert.match(old, 'AWS_SECRET_ACCESS_KEY')
    }))
})
