/** Which verbs docs/tools.md is about, and the file for direnv in real shells. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { putOnPath } from '../commands/evaluate.ts'
import { type Home, withHome } from '../support/home.ts'
import { needing, runIn, testWith } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { commandLines, verbOf } from './command-lines.ts'

const page = readFileSync(new URL('../../docs/tools.md', import.meta.url), 'utf8')
const library = fileURLToPath(new URL('../../shell/use_ssox.sh', import.meta.url))

suite('docs/tools.md', (test) => {
  test('its command lines are those of everyday verbs', () => {
    const verbs = commandLines(page).map(verbOf)
    assert.ok(verbs.length > 50, `${verbs.length} command lines`)
    assert.equal([...new Set(verbs)].sort(), [
      'credential-process',
      'env',
      'exec',
      'login',
      'logout',
      'write',
    ])
  })

  test('its JSON is JSON', () => {
    const blocks = [...page.matchAll(/^```json\n(.*?)^```$/gms)]
    assert.is(blocks.length, 2)
    for (const [, block = ''] of blocks) JSON.parse(block)
  })
})

suite('Turborepo', (test) => {
  const settings = /`("globalPassThroughEnv": \["AWS_\*"\])`/.exec(page)?.[1]
  const flag = /turbo run deploy (--env-mode=loose)`/.exec(page)?.[1]

  testWith(test, ['turbo'], 'gives its tasks the keys with either of the two ways, else none', () =>
    withHome(async (home) => {
      const show = `node -e "console.log('key is', process.env.AWS_ACCESS_KEY_ID)"`
      const quiet = {
        TURBO_TELEMETRY_DISABLED: '1',
        TURBO_NO_UPDATE_NOTIFIER: '1',
        NPM_CONFIG_UPDATE_NOTIFIER: 'false',
      }
      const text = (value: unknown) => JSON.stringify(value)
      mkdirSync(join(home.path, 'a'))
      writeFileSync(
        join(home.path, 'package.json'),
        text({ private: true, packageManager: 'npm@10.0.0', workspaces: ['a'] }),
      )
      writeFileSync(
        join(home.path, 'a', 'package.json'),
        text({ name: 'a', version: '1.0.0', scripts: { deploy: show } }),
      )
      for (const [words, more, key] of [
        [[], '', 'undefined'],
        [[flag], '', 'AKIAIOSFODNN7EXAMPLE'],
        [[], `${settings},`, 'AKIAIOSFODNN7EXAMPLE'],
      ] as const) {
        const tasks = '"tasks": { "deploy": { "cache": false } }'
        writeFileSync(join(home.path, 'turbo.json'), `{ ${more} ${tasks} }`)
        const run = await home.ssox(
          ['exec', 'static', '--', 'turbo', 'run', 'deploy', ...words.map(String)],
          { env: { ...home.env, ...quiet } },
        )
        assert.is(run.status, 0, told(run))
        assert.match(run.stdout, `key is ${key}\n`, told(run))
      }
    }),
  )
})

/** What a shell had before, and what it has of it in the folder. */
const OUTSIDE = {
  AWS_ACCESS_KEY_ID: 'OLD',
  AWS_SECRET_ACCESS_KEY: 'OLD',
  AWS_SESSION_TOKEN: 'OLD',
  AWS_SECURITY_TOKEN: 'OLD',
  AWS_PROFILE: 'outside',
}

const SHOW = `show() {
  printf '%s: %s %s %s\\n' "$1" "\${AWS_PROFILE-none}" "\${AWS_ACCESS_KEY_ID-none}" "\${AWS_SECURITY_TOKEN-none}"
}`

/** bash with \`set -eu\`, as direnv's strict_env, and stand-ins for the two functions of direnv. */
const STUB = `set -euo pipefail
log_error() { echo "error: $*"; }
watch_file() { printf 'watch %s\\n' "$@"; }
${SHOW}
. "$0"
use_ssox "$@"
show in`

async function withStub(home: Home, words: readonly string[], env = {}): Promise<string[]> {
  const run = await runIn(home, ['bash', '--norc', '-c', STUB, library, ...words], {
    env: { ...home.env, ...OUTSIDE, ...env },
  })
  assert.is(run.status, 0, told(run))
  return run.stdout.trimEnd().split('\n')
}

suite('use ssox', (test) => {
  for (const [title, words, expected] of [
    ['gives the keys of the profile', ['dev'], /^in: dev ASIA\w+ none$/],
    ['takes the options of env', ['dev', '--mode', 'profile'], /^in: dev none none$/],
    ['without valid credentials leaves the name alone', ['nope'], /^in: nope none none$/],
    ['with a wrong option, too', ['dev', '--mod', 'keys'], /^in: dev none none$/],
    ['with a wrong option and no name leaves nothing', ['--mod'], /^in: none none none$/],
  ] as const)
    test(title, () =>
      withSignIn(async (home) => {
        putOnPath(home)
        const lines = await withStub(home, words)
        assert.match(lines.at(-1) ?? '', expected, lines.join('\n'))
        assert.is(home.browserOpens().length, 1, 'the sign-in before alone')
      }),
    )

  test('without ssox leaves no keys of outside', () =>
    withSignIn(async (home) => {
      const lines = await withStub(home, ['dev'], { SSOX_BIN: '/nowhere/ssox' })
      assert.is(lines.at(-1), 'in: dev none none')
      assert.is(lines.filter((line) => line.startsWith('error: ')).length, 1)
    }))

  test('watches what a sign-in and a renewal change', () =>
    withSignIn(async (home) => {
      putOnPath(home)
      const lines = await withStub(home, ['dev'], { AWS_CONFIG_FILE: home.aws('config') })
      const watched = lines.filter((line) => line.startsWith('watch '))
      assert.equal(
        watched,
        [
          home.aws('config'),
          home.aws('credentials'),
          home.aws('sso', 'cache'),
          home.aws('cli', 'cache'),
          join(home.path, '.config', 'ssox', 'config'),
        ].map((path) => `watch ${path}`),
      )
    }))

  testWith(test, ['direnv'], 'in direnv follows sign-out, sign-in and renewal, opens nothing', () =>
    withSignIn(async (home) => {
      putOnPath(home)
      const folders = ['.config/direnv/lib', 'project'].map((name) => join(home.path, name))
      for (const folder of folders) mkdirSync(folder, { recursive: true })
      copyFileSync(library, join(home.path, '.config/direnv/lib/use_ssox.sh'))
      writeFileSync(
        join(home.path, 'project', '.envrc'),
        'strict_env\nuse ssox dev\necho >>~/loads\n',
      )
      // direnv compares whole seconds.
      const script = `${SHOW}
load() { eval "$(direnv export bash)"; show "$1"; }
loads() { printf '%s: %s\\n' "$1" "$(grep -c '' ~/loads)"; }
cd project; direnv allow
load 'signed in'; load stable; loads 'loads for two prompts'
sleep 1.1; ssox env dev --refresh --shell bash >/dev/null; load renewed; load 'stable, too'; loads 'loads for four'
sleep 1.1; ssox logout corp; load 'signed out'
cd ..; load outside
cd project; load back
sleep 1.1; ssox login dev; load again`
      const run = await runIn(home, ['bash', '--norc', '-c', script], {
        env: { ...home.env, ...OUTSIDE },
      })
      assert.is(run.status, 0, told(run))
      const seen = Object.fromEntries(
        run.stdout
          .trimEnd()
          .split('\n')
          .map((line) => line.split(': ')),
      ) as Record<string, string>
      for (const moment of ['signed in', 'renewed', 'again'])
        assert.match(seen[moment] ?? '', /^dev ASIA\w+ none$/, told(run))
      assert.is(seen['stable'], seen['signed in'])
      assert.is.not(seen['renewed'], seen['stable'])
      assert.is(seen['stable, too'], seen['renewed'])
      assert.is(seen['loads for two prompts'], '1')
      assert.is(seen['loads for four'], '2')
      assert.is(seen['signed out'], 'dev none none')
      assert.is(seen['back'], 'dev none none')
      assert.is(seen['outside'], 'outside OLD OLD')
      assert.is(home.browserOpens().length, 2, 'the two sign-ins alone')
    }),
  )

  for (const [tool, words] of [
    ['shellcheck', [library]],
    ['shfmt', ['-i', '2', '-ci', '-d', library]],
  ] as const)
    needing(test, [tool])(`${tool} has nothing to say`, () => {
      const { status, stdout, stderr } = spawnSync(tool, words, { encoding: 'utf8' })
      assert.is(`${stdout}${stderr}`, '')
      assert.is(status, 0)
    })
})
