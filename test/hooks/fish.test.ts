import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, withHome } from '../support/home.ts'
import { shellPath, testIn } from '../support/in-shell.ts'
import { needing, runIn } from '../support/machine.ts'
import { withKeys } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal } from '../support/terminal.ts'
import { awsuse, fish, hookPath, identity, installSsox, play } from './hook-shell.ts'
import { declareScenarios } from './scenarios.ts'
import { declareTerminalScenarios, inShellOf } from './terminal-scenarios.ts'

/** Prints the keys that boto3 would use, and the problem where there are none. */
const BOTO3_KEYS = `
import boto3
try: print(*boto3.Session().get_credentials().get_frozen_credentials())
except Exception as problem: print(type(problem).__name__)`

const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const

/** Runs `awsuse` in a fish with its configuration: `--no-config` has no universal variables. */
function besideUniversal(home: Home) {
  installSsox(home)
  const file = join(home.path, 'asks-boto3.py')
  writeFileSync(file, BOTO3_KEYS)
  return async (universal: readonly string[], words: string) => {
    const script = [
      fish.load,
      ...universal.map((name) => `set -Ux ${name} theirs`),
      `awsuse ${words}`,
      'echo $status',
      `/usr/bin/python3 ${fish.quote(file)}`,
      ...universal.map((name) => `set -eU ${name}`),
    ]
    const run = await runIn(home, ['fish', '-c', script.join('; ')])
    const [status, keys = ''] = run.stdout.split('\n')
    const vault = 'ssox: this shell was started by aws-vault; AWS_VAULT is unset\n'
    return { status, keys, told: run.stderr.replaceAll(vault, '') }
  }
}

const bare = [shellPath('fish') ?? 'fish', '--no-config']
const inFish = inShellOf(fish)

suite('shell/ssox.fish', (test) => {
  const scenario = (title: string, run: () => unknown) => testIn(test, 'fish', title, run)

  declareScenarios(test, fish)
  declareTerminalScenarios(test, fish)

  scenario('without ssox on PATH it says so, not where it has stopped', () =>
    withHome(async (home) => {
      const env = { ...home.env, PATH: '/nowhere' }
      const run = await runIn(home, [...bare, '-c', `${fish.load}; awsuse dev`], { env })
      assert.is(run.status, 127)
      assert.is(run.stdout, '')
      assert.is(run.stderr, 'ssox: there is no program ssox\n  set -gx SSOX_BIN /path/to/ssox\n')
    }),
  )

  scenario('a script gets awsuse, and no prompt or completion', () =>
    withHome(async (home) => {
      const script = [
        'functions -q awsuse; and echo awsuse',
        'functions -q __ssox_prompt; and echo prompt',
        'complete | string match "*awsuse*"',
      ]
      const run = await runIn(home, [...bare, '-c', [fish.load, ...script].join('; ')])
      assert.is(run.stdout, 'awsuse\n')
      assert.is(run.stderr, '')
    }),
  )

  scenario('a fish older than the builtin `path` reads the hook, and asks ssox each time', () =>
    withKeys(async (home) => {
      const text = readFileSync(hookPath('ssox.fish'), 'utf8')
      const older = text.replace(/\bpath (?=mtime)/g, 'no_such_builtin ')
      assert.not.match(older, /builtin path/)
      assert.is.not(older, text)
      const file = join(home.path, 'older.fish')
      writeFileSync(file, older)
      const seen = await play({ ...fish, load: `source ${fish.quote(file)}` }, home, [
        ['dev', 'awsuse dev'],
        ['again', 'awsuse dev'],
      ])
      assert.is(seen.loaded.stdout + seen.loaded.stderr, '')
      assert.is(seen.again.started.length, 1)
      assert.equal(identity(seen.again), identity(seen.dev))
    }),
  )

  scenario('an odd IFS, and functions of the user with names of builtins, change nothing', () =>
    withKeys(async (home) => {
      const names = ['math', 'path', 'contains', 'printf', 'echo', 'count', 'complete', 'functions']
      const seen = await play(
        fish,
        home,
        [
          ['dev', 'awsuse dev'],
          ['prod', 'awsuse prod'],
          ['back', 'awsuse -'],
        ],
        {
          before: [
            "set -g IFS ''",
            'set -g names mine',
            'set -g values mine',
            ...names.map((name) => `function ${name}; builtin echo HIJACKED; end`),
            'function ssox; builtin echo HIJACKED; end',
          ],
        },
      )
      assert.is(seen.loaded.stdout + seen.prod.stdout + seen.back.stdout, '')
      assert.equal(seen.back.started, [])
      assert.is(seen.back.env.get('SSOX_PROFILE'), 'dev')
      assert.equal(identity(seen.back), identity(seen.dev))
    }),
  )

  scenario('local variables of the same names do not get in the way', () =>
    withKeys(async (home) => {
      const seen = await play(fish, home, [
        ['dev', 'awsuse dev'],
        ['static', 'awsuse static'],
        ['in a function', 'function f; set -lx AWS_PROFILE local; awsuse dev; end; f'],
      ])
      assert.equal(identity(seen['in a function']), identity(seen.dev))
    }),
  )

  const withBoto3 = (title: string, run: () => Promise<unknown>) =>
    testIn(needing(test, ['boto3']), 'fish', title, run)

  withBoto3('universal variables that ssox sets itself do not count for boto3', () =>
    withKeys(async (home) => {
      const use = besideUniversal(home)
      const { keys } = await use([], 'dev')
      assert.match(keys, /^ASIA/)
      for (const words of ['dev', 'dev -q'])
        assert.equal(await use(['AWS_PROFILE', ...KEYS], words), { status: '0', keys, told: '' })
    }),
  )

  withBoto3('universal variables that would count are named, and boto3 gets no mixture', () =>
    withKeys(async (home) => {
      const use = besideUniversal(home)
      const { keys } = await use([], 'dev')
      const told = (name: string) =>
        `ssox: ${name} is set in all terminals (universal): set -eU ${name}\n`
      for (const [universal, words] of [
        [['AWS_PROFILE'], 'dev --mode keys'],
        [['AWS_PROFILE'], '--clear'],
        [KEYS, 'dev --mode profile'],
        [['AWS_SESSION_TOKEN'], 'static'],
        [['AWS_SESSION_TOKEN'], 'static'],
        [['AWS_VAULT'], 'dev'],
        [['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN'], 'dev --mode profile'],
      ] as const) {
        const seen = await use(universal, words)
        const label = `${words} beside ${universal.join(', ')}: ${seen.told}`
        assert.is(seen.status, '1', label)
        assert.is(seen.told, universal.map(told).join(''), label)
        // Keys of the universal variables, of the profile in the file, or none: never of two.
        assert.match(
          seen.keys,
          /^(theirs theirs theirs|AKIA\S+ \S+ None|\w+Error|Profile\w+)$/,
          label,
        )
        assert.is.not(seen.keys, keys)
      }
      // The same where there is no statement for fish, only the data.
      const bash = 'SSOX_HOOK=bash ssox env --shell bash dev >/dev/null'
      await runIn(home, ['sh', '-c', `rm "$HOME"/.cache/ssox/state-*/f-*; ${bash}`])
      assert.is((await use(['AWS_VAULT'], 'dev')).told, told('AWS_VAULT'))
    }),
  )

  scenario('a trace shows no secret, and goes on afterwards', () =>
    withKeys(async (home) => {
      installSsox(home)
      const lines = ['awsuse dev', 'awsuse prod', 'awsuse dev', 'awsuse nope', 'true after']
      const script = [fish.load, 'set -g fish_trace 1', ...lines].join('\n')
      const run = await runIn(home, [...bare, '-c', script])
      assert.match(run.stderr, /awsuse prod/)
      assert.match(run.stderr, /true after/)
      for (const secret of home.center.secrets()) assert.not.ok(run.stderr.includes(secret))
    }),
  )

  testInTerminal(test, 'fish', 'on the left too, with status and pipestatus for the prompt', () =>
    withHome((home) =>
      inFish(home, { env: { SSOX_PROFILE: 'my dev', SSOX_PROMPT: 'left' } }, async (shell) => {
        assert.match(await shell.run('true | false | sh -c "exit 3"'), /^my dev READY 0 1 3 #/)
        assert.match(await shell.run('true'), /^my dev READY 0 #/)
      }),
    ),
  )

  testInTerminal(test, 'fish', 'a fish that has no clock shows the name, and asks ssox', () =>
    withKeys((home) =>
      inFish(home, { profile: ['set -e -g __ssox_clock'] }, async (shell) => {
        await shell.run('awsuse dev')
        assert.is(await shell.segment(), 'dev')
        await shell.run('awsuse dev')
        assert.is(shell.started().length, 2)
      }),
    ),
  )

  testInTerminal(test, 'fish', 'a right prompt that calls the one before it now and then', () =>
    withHome((home) =>
      inFish(home, { env: { SSOX_PROFILE: 'dev' } }, async (shell) => {
        await shell.run('functions -c fish_right_prompt before')
        const own = 'if set -q show; before; else; echo -n mine; end'
        await shell.run(`function fish_right_prompt; ${own}; end`)
        await shell.run('')
        assert.is(await shell.segment(), 'mine dev')
        await shell.run('set -g show')
        assert.is(await shell.segment(), 'dev')
        await shell.run('')
        assert.is(await shell.segment(), 'dev')
      }),
    ),
  )

  testInTerminal(test, 'fish', 'right prompts of the user stay, also when they come later', () =>
    withHome((home) => {
      const profile = ['function fish_right_prompt; printf "mine $pipestatus"; end']
      return inFish(home, { env: { SSOX_PROFILE: 'dev' }, profile }, async (shell) => {
        await shell.run('true | sh -c "exit 3"')
        assert.is(await shell.segment(), 'mine 0 3 dev')
        await shell.run('function fish_right_prompt; echo other; end')
        await shell.run('')
        assert.is(await shell.segment(), 'other dev')
        await shell.run('__ssox_unload')
        assert.is(await shell.segment(), 'other')
      })
    }),
  )

  scenario('completes verbs, flags, their values, profiles and sessions', () =>
    withHome(async (home) => {
      installSsox(home)
      const candidates = async (typed: string) => {
        const file = join(home.path, 'complete.fish')
        writeFileSync(file, `${fish.load}\ncomplete -C ${fish.quote(typed)}\n`)
        const run = await runIn(home, [...bare, '--interactive', file])
        assert.is(run.stderr, '')
        return run.stdout.split('\n').map((line) => line.split('\t')[0])
      }
      const complete = async (typed: string, ...expected: string[]) => {
        const found = await candidates(typed)
        for (const word of expected) assert.ok(found.includes(word), `${typed}: ${found}`)
        return found
      }
      await complete('awsuse ', 'dev', 'prod', 'default', 'static')
      await complete('awsuse --re', '--refresh', '--region')
      assert.equal(await complete('awsuse --s'), ['--sso-region', '--start-url', ''])
      assert.not.ok((await complete('awsuse dev ')).includes('prod'))
      await complete('ssox ', 'env', 'logout')
      await complete('ssox --no-', '--no-color', '--no-input')
      await complete('ssox --region x env ', 'dev')
      assert.equal(await complete('ssox --region '), [''])
      await complete('ssox env --shell ', 'fish', 'zsh')
      await complete('ssox env --shell=f', '--shell=fish')
      await complete('ssox env --port=', '')
      await complete('ssox env --mode keys ', 'dev')
      assert.equal(await complete('ssox logout ', 'corp'), ['corp', ''])
      await complete('ssox login ', 'corp', 'dev')
      await complete('ssox init ', 'fish', 'powershell')
      await complete('ssox exec ', 'dev')
      await complete('ssox write dev ', 'prod')
      await complete('ssox exec dev -- sh /etc/host', '/etc/hosts')
      await complete('ssox exec dev -- fish_ind', 'fish_indent')
      await complete("ssox exec dev -- cat 'x y' /etc/host", '/etc/hosts')
    }),
  )

  testInTerminal(test, 'fish', 'a dumb terminal gets no colour', () =>
    withHome((home) => {
      const env = { SSOX_PROFILE: 'dev', SSOX_PROMPT: 'left' }
      return inFish(home, { env, profile: ['set -gx TERM dumb'] }, async (shell) => {
        await shell.run('')
        assert.is(await shell.segment(), 'dev')
        assert.not.match(await shell.colouredLine(), /\x1b\[3[0-7]m/)
      })
    }),
  )

  scenario('awsuse of another kind is replaced', () =>
    withKeys(async (home) => {
      const seen = await play(fish, home, [['dev', awsuse(fish, 'dev')]], {
        before: ["alias awsuse 'echo HIJACKED'"],
      })
      assert.is(seen.dev.stdout, '')
      assert.is(seen.dev.env.get('SSOX_PROFILE'), 'dev')
    }),
  )
})
