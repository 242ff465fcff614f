/** `ssox env` without a name, as a person meets it: in a shell in a terminal. */
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadedWith } from '../support/chunks.ts'
import { usualConfig, withHome } from '../support/home.ts'
import type { RealShell } from '../support/in-shell.ts'
import { inParallel } from '../support/machine.ts'
import { assertFailure } from '../support/output.ts'
import { withSignIn, writeSettings } from '../support/signed-in.ts'
import { assert, type Declare, suite } from '../support/suite.ts'
import { testInTerminal } from '../support/terminal.ts'
import { inShell, type PickerShell, PROMPT, type ShellOptions, signedIn } from './picker-shell.ts'

const EVAL = 'eval "$(ssox env)"'
/** What puts the choice into the shell, by shell. */
const EVALS = {
  bash: EVAL,
  zsh: EVAL,
  fish: 'ssox env --shell fish | source',
} as const

suite('picker: choosing', (test) => {
  for (const shell of ['bash', 'zsh', 'fish'] as const)
    inTerminal(
      test,
      shell,
      'what is typed finds the profile, and Enter sets the variables',
      async (t) => {
        const screen = await t.open(EVALS[shell])
        assert.match(screen, /PROFILE +ACCOUNT +ROLE +LEFT/)
        assert.match(screen, /❯ default +123456789012 +ReadOnly/)
        assert.match(screen, /6 of 6/)
        await t.type('adm')
        await t.until(/❯ prod +012345678901 +AdministratorAccess\n/)
        await t.press('Enter')
        const after = await t.prompt()
        assert.is(
          withoutBlanks(after),
          `${PROMPT} ${EVALS[shell]}\n${PROMPT}`,
          'nothing of it stays',
        )
        const variables = await t.variables()
        assert.is(variables.get('AWS_PROFILE'), 'prod')
        assert.is(variables.get('SSOX_ACCOUNT_ID'), '012345678901')
        assert.ok(variables.get('AWS_SECRET_ACCESS_KEY'))
      },
      { prepare: signedIn },
    )

  inTerminal(
    test,
    'bash',
    'arrows choose, and the time left of what was used is shown',
    async (t) => {
      await t.open(EVAL)
      await t.press('Down', 'Down', 'Up', 'C-n', 'C-p', 'Enter')
      await t.prompt()
      assert.is((await t.variables()).get('AWS_PROFILE'), 'dev')
      // AWS_PROFILE now says which is meant, so only the hook still asks.
      await t.wipe()
      await t.open(`SSOX_HOOK=bash ${EVAL.replace('$(', '$(SSOX_HOOK=bash ')}`)
      await t.until(/❯ \* dev +123456789012 +Developer +(59m|1h 00m)\n/)
      await t.press('Escape')
      await t.prompt()
    },
    { prepare: signedIn },
  )

  inTerminal(
    test,
    'bash',
    'AWS_PROFILE is taken without a question',
    async (t) => {
      await t.run(EVAL)
      await t.prompt()
      assert.is((await t.variables()).get('SSOX_PROFILE'), 'static')
    },
    { env: { AWS_PROFILE: 'static' } },
  )

  for (const [shell, file] of [
    ['bash', 'ssox.bash'],
    ['zsh', 'ssox.zsh'],
    ['fish', 'ssox.fish'],
  ] as const)
    inTerminal(
      test,
      shell,
      'awsuse always asks',
      async (t) => {
        await t.run(`. '${hook(file)}'; clear`)
        await t.prompt()
        await t.open('awsuse')
        await t.type('static')
        await t.press('Enter')
        await t.until(/static.*ready>|ready>.*static/)
        assert.is((await t.variables()).get('SSOX_PROFILE'), 'static')
      },
      { env: { AWS_PROFILE: 'dev', SSOX_PROMPT: 'left' } },
    )

  inTerminal(
    test,
    'bash',
    'a sign-in may follow',
    async (t) => {
      await t.open(EVAL)
      await t.type('dev')
      await t.press('Enter')
      await t.until('signing in to')
      await t.prompt()
      assert.is((await t.variables()).get('AWS_PROFILE'), 'dev')
    },
    { prepare: (home) => writeSettings(home, { login_flow: 'pkce' }) },
  )

  for (const [locale, pointer, qr] of [
    ['C', '>', /^[\n -~]*$/],
    ['C.UTF-8', '❯', /[▀▄█]{20}/],
  ] as const)
    inTerminal(
      test,
      'bash',
      `the picker, and the sign-in that follows, in the locale ${locale}`,
      async (t) => {
        const command = `LC_ALL=${locale} ssox env --device-code --no-browser --print`
        assert.match(await t.open(command), `${pointer} default  `)
        await t.type('dev')
        await t.press('Enter')
        assert.match(await t.until(/type the code[\s\S]*waiting/), qr)
        await t.press('C-c')
        await t.prompt()
      },
      { size: [100, 60], prepare: (home) => writeSettings(home, { mode: 'both' }) },
    )

  inTerminal(
    test,
    'bash',
    'the question about a protected profile may follow',
    async (t) => {
      await t.open(EVAL.replace('$(', '$(SSOX_HOOK=bash '))
      await t.type('static')
      await t.press('Enter')
      await t.until(/"static" is protected[\s\S]*\[y\/N\]/)
      await t.run('y')
      await t.prompt()
      assert.is((await t.variables()).get('SSOX_PROTECTED'), '1')
    },
    { prepare: (home) => writeSettings(home, { protect: 'static' }) },
  )
})

suite('picker: leaving', (test) => {
  for (const shell of ['bash', 'zsh', 'fish'] as const)
    for (const key of ['C-c', 'Escape'])
      inTerminal(test, shell, `${key} leaves the shell as it was`, async (t) => {
        const before = [await t.settings(), ownVariables(await t.variables())]
        await t.wipe()
        await t.open(EVALS[shell])
        await t.type('pr')
        await t.press(key)
        const after = await t.prompt()
        assert.not.match(after, /Profile:|❯/)
        assert.not.match(after, /ssox:/)
        assert.equal([await t.settings(), ownVariables(await t.variables())], before)
      })

  inTerminal(
    test,
    'bash',
    'the exit code is 130, and stdout is the failing statement',
    async (t) => {
      await t.open('ssox env >statement')
      await t.press('C-c')
      await t.prompt()
      assert.is(await t.status(), '130')
      assert.is(readFileSync(join(t.home.path, 'statement'), 'utf8').trim(), 'false')
      await t.open(`${EVAL} && touch deployed`)
      await t.press('Escape')
      await t.prompt()
      assert.is(await t.status(), '1')
      assert.not(existsSync(join(t.home.path, 'deployed')))
    },
  )

  for (const [signal, status] of [
    ['SIGTERM', '143'],
    ['SIGINT', '130'],
    ['SIGHUP', '129'],
    ['SIGQUIT', '131'],
  ] as const)
    inTerminal(test, 'bash', `${signal} leaves the terminal as it was`, async (t) => {
      const before = await t.settings()
      await t.open('ssox env >statement')
      process.kill(t.ssoxPid(), signal)
      const after = await t.prompt()
      assert.not.match(after, /Profile:|❯/)
      assert.is(await t.status(), status)
      assert.is(await t.settings(), before)
    })

  inTerminal(test, 'bash', 'stopped and continued it is there again', async (t) => {
    await t.open('ssox env >statement')
    process.kill(t.ssoxPid(), 'SIGSTOP')
    await t.until('Stopped')
    await t.wipe()
    await t.open('fg')
    await t.type('static')
    await t.until(/1 of 6/)
    await t.press('Enter')
    await t.prompt()
    assert.is(await t.status(), '0')
  })

  inTerminal(test, 'bash', 'the marks of pastes are switched off again', async (t) => {
    const from = (await t.bytes()).length
    await t.open('ssox env >statement')
    await t.press('Escape')
    await t.prompt()
    const modes = [
      ...(await t.bytes())
        .subarray(from)
        .toString()
        .matchAll(/\x1b\[\?(\d+)([hl])/g),
    ]
    const last = new Map(modes.map(([, mode, state]) => [mode, state]))
    assert.is(last.get('7'), 'h', 'lines wrap')
    const mine = (await t.bytes()).subarray(from).toString().split('Profile: ').at(-1) ?? ''
    assert.match(mine, /\x1b\[J\x1b\[\?2004l/)
  })
})

suite('picker: the window', (test) => {
  inTerminal(
    test,
    'bash',
    '3,000 profiles: ten are shown, and the last is found',
    async (t) => {
      const screen = await t.open(EVAL)
      assert.match(screen, /3000 of 3000/)
      assert.is(screen.match(/^[❯ ] team-/gm)?.length, 10)
      await t.press('End')
      await t.until(/❯ team-2999-/)
      await t.type('adm 2718')
      await t.until(/❯ team-2718-admin[\s\S]*1 of 3000/)
      await t.press('Enter')
      await t.prompt()
      assert.is((await t.variables()).get('AWS_PROFILE'), 'team-2718-admin')
    },
    {
      config: () =>
        staticProfiles(
          Array.from({ length: 3_000 }, (_, at) => `team-${at}-${at % 2 ? 'dev' : 'admin'}`),
        ),
    },
  )

  inTerminal(test, 'bash', 'it follows the size of the terminal', async (t) => {
    await t.open(EVAL)
    const device = `/proc/${t.ssoxPid()}/fd/0`
    await resize(device, 40, 8)
    // All at once: it is drawn line by line.
    const isSmall = (screen: string) =>
      /4 of|6 of 6/.test(screen) && screen.split('\n').length === 1 + 7
    await t.until((screen) => isSmall(screen) && !screen.includes('ACCOUNT'))
    await resize(device, 100, 30)
    await t.until(/PROFILE +ACCOUNT +ROLE +LEFT/)
    await t.press('End', 'Enter')
    assert.is(withoutBlanks(await t.prompt()), `${PROMPT} ${EVAL}\n${PROMPT}`)
  })

  inTerminal(
    test,
    'bash',
    'at the bottom of a narrow window',
    async (t) => {
      await t.run("printf '\\n%.0s' 1 2 3 4 5 6 7 8 9")
      const screen = await t.open(EVAL)
      assert.match(screen, /^❯ default$/m)
      for (const line of screen.split('\n')) assert.ok(line.length <= 24, line)
      await t.press('End', 'Enter')
      await t.prompt()
      assert.is((await t.variables()).get('AWS_PROFILE'), 'static')
    },
    { size: [24, 9] },
  )

  inTerminal(
    test,
    'bash',
    'hostile names do nothing to the terminal',
    async (t) => {
      const title = await t.title()
      const screen = await t.open(EVAL)
      assert.match(screen, '\\x1b]0;owned\\x07')
      assert.match(screen, 'c\\u202ed')
      await t.type('東京')
      await t.until(/1 of 3/)
      await t.press('Enter')
      await t.prompt()
      assert.is((await t.variables()).get('AWS_PROFILE'), '東京-prod')
      assert.is(await t.title(), title)
    },
    {
      config: () => `${staticProfiles(['東京-prod', 'c\u202ed'])}[profile x]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_account_name = \x1b]0;owned\x07
sso_role_name = \x1bc
`,
    },
  )

  inTerminal(
    test,
    'bash',
    'without colour no colour is written',
    async (t) => {
      const from = (await t.bytes()).length
      await t.open(EVAL)
      await t.type('prod')
      await t.until(/1 of 6/)
      await t.press('Escape')
      await t.prompt()
      const drawn = (await t.bytes()).subarray(from).toString()
      assert.match(drawn, /1 of 6/)
      assert.not.match(drawn, /\x1b\[[\d;]*m/)
    },
    { env: { NO_COLOR: '1' } },
  )

  inTerminal(test, 'bash', 'a paste with a line break chooses nothing', async (t) => {
    await t.open(EVAL)
    await t.type('\x1b[200~prod\rdev\x1b[201~')
    await t.until(/^Profile: prod dev *$/m)
    await t.press('C-u')
    await t.until(/6 of 6/)
    await t.press('C-c')
    await t.prompt()
  })
})

suite('picker: what cannot be used comes last', (test) => {
  const unusable =
    '[default]\nregion = eu-west-1\n[profile broken]\nsso_session = nowhere\nsso_role_name = R\n'
  inTerminal(
    test,
    'bash',
    'a [default] of settings only has no keys, and is not invalid',
    async (t) => {
      const screen = await t.open('ssox env >statement')
      assert.match(
        screen,
        /\n❯ a .*no expiry\n {2}b .*\n {2}default +no keys\n {2}broken .* invalid\n/,
      )
      await t.press('Escape')
      await t.prompt()
    },
    { config: () => `${unusable}${staticProfiles(['a', 'b'])}` },
  )
})

suite('picker: what was used comes first', (test) => {
  inTerminal(
    test,
    'bash',
    'and is kept in a private file',
    async (t) => {
      const file = join(t.home.path, '.local', 'state', 'ssox', 'recent')
      for (const name of ['c', 'b', 'b']) {
        await t.run('clear')
        await t.open('ssox env >statement')
        await t.type(name)
        await t.until(/ 1 of 3/)
        await t.press('Enter')
        await t.prompt()
      }
      assert.is(statSync(file).mode & 0o777, 0o600)
      assert.match(await t.open('ssox env >statement'), /LEFT\n❯ b .*\n {2}c .*\n {2}a /)
      await t.press('Escape')
      await t.prompt()
    },
    { config: () => staticProfiles(['a', 'b', 'c']) },
  )

  inTerminal(
    test,
    'bash',
    'a file that cannot be written is no failure',
    async (t) => {
      await t.open('ssox env --debug >statement')
      await t.type('static')
      await t.press('Enter')
      await t.until(/debug: not kept for the next switch/)
      await t.prompt()
      assert.is(await t.status(), '0')
    },
    {
      prepare: (home) => {
        mkdirSync(join(home.path, '.local', 'state', 'ssox', 'recent'), { recursive: true })
      },
    },
  )

  test('a switch of a hook counts, one by name alone and a renewal do not', () =>
    withSignIn(async (home) => {
      const file = join(home.path, '.local', 'state', 'ssox', 'recent')
      const env = async (hookName: string) => {
        const variables = hookName ? { ...home.env, SSOX_HOOK: hookName } : home.env
        const run = await home.ssox(['env', 'dev', '--shell', 'bash'], { env: variables })
        assert.is(run.status, 0, run.stderr)
        return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).profiles : []
      }
      assert.equal(await env(''), [])
      assert.equal(await env('renew'), [])
      assert.equal(await env('bash'), [['dev', 1]])
      // By now the fast path answers.
      const [[name, score]] = await env('bash')
      assert.is(name, 'dev')
      assert.ok(score > 1.9 && score <= 2, `${score}`)
    }))
})

const DEV_ALONE = '[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\n'

suite('picker: nobody to ask', (test) => {
  const USAGE = /no profile is named, and nothing can be asked: there is no terminal$/m

  test('without a terminal it says what to type', () =>
    withHome(async (home) => {
      home.writeConfig(usualConfig(home.center.startUrl).replace('[default]', '[profile other]'))
      const run = await home.ssox(['env', '--shell', 'bash'])
      assertFailure(run, 2, USAGE)
      assert.match(run.stderr, /\n {2}ssox list\n$/)
      assert.is(run.stdout.trim(), 'false')
    }))

  test('without a terminal the default profile is meant, if there is one', () =>
    withHome(async (home) => {
      home.writeConfig(
        `[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n`,
      )
      const run = await home.ssox(['env', '--shell', 'bash'])
      assert.is(run.status, 0, run.stderr)
      assert.match(run.stdout, 'AKIAIOSFODNN7EXAMPLE')
    }))

  test('a [default] that holds settings only is nobody: the word is not about what it lacks', () =>
    withHome(async (home) => {
      home.writeConfig(`${DEV_ALONE}[default]\nregion = eu-west-1\noutput = json\n`)
      const verbs = [['env', '--shell', 'bash'], ['exec', '--', 'true'], ['console'], ['write']]
      await inParallel(verbs, async (args) => assertFailure(await home.ssox(args), 2, USAGE))
      const process = await home.ssox(['credential-process'])
      assertFailure(process, 2, /no profile is named, and there is no \[default\] with credentials/)
      const named = await home.ssox(['env', 'default', '--shell', 'bash'])
      assertFailure(named, 3, /profile "default" has no credentials/)
    }))

  test('a hook never means the default profile, nor AWS_PROFILE', () =>
    withHome(async (home) => {
      const env = { ...home.env, SSOX_HOOK: 'bash', AWS_PROFILE: 'static' }
      assertFailure(await home.ssox(['env', '--shell', 'bash'], { env }), 2, USAGE)
    }))

  test('account and role by flags need no name', () =>
    withHome(async (home) => {
      const run = await home.ssox(['env', '--shell', 'bash', '--role-name', 'x'])
      assertFailure(run, 2, /without a profile --start-url, .* must be given, too$/)
    }))

  for (const [sentence, options, command, about] of [
    ['--no-input asks nothing', {}, 'ssox env --no-input', /nothing can be asked: --no-input/],
    ['only stdin is none', {}, 'ssox env </dev/null', /asked: stdin is not a terminal/],
    ['a terminal that cannot draw', {}, 'TERM=dumb ssox env', /TERM=dumb/],
    ['no profiles', { config: () => '\n' }, 'ssox env', /no profiles found in [\s\S]*ssox setup/],
  ] as const)
    inTerminal(
      test,
      'bash',
      sentence,
      async (t) => {
        await t.run(`SSOX_HOOK=bash ${command} >statement`)
        assert.match((await t.prompt()).replaceAll('\n', ''), about)
        assert.is(readFileSync(join(t.home.path, 'statement'), 'utf8').trim(), 'false')
      },
      options,
    )
})

suite('picker: the program', (test) => {
  test('is loaded only when it is shown', () => {
    const withPicker = (source: string) => loadedWith(source).modules.has('src/ui/picker.ts')
    assert.not(withPicker('src/commands/env.ts'))
    assert.ok(withPicker('src/profiles/pick-profile.ts'))
  })
})

function inTerminal(
  test: Declare,
  shell: RealShell,
  title: string,
  run: (shell: PickerShell) => Promise<unknown>,
  options: ShellOptions = {},
): void {
  testInTerminal(test, shell, title, () => inShell(run, { ...options, shell }))
}

const hook = (file: string) => fileURLToPath(new URL(`../../shell/${file}`, import.meta.url))

/** Sets the size of a terminal, and tells those in the foreground. */
async function resize(device: string, columns: number, rows: number): Promise<void> {
  const { execa } = await import('execa')
  await execa('stty', ['-F', device, 'cols', `${columns}`, 'rows', `${rows}`])
}

function withoutBlanks(screen: string): string {
  return screen.replace(/ +$/gm, '')
}

/** Without what changes by itself. */
function ownVariables(all: ReadonlyMap<string, string>): [string, string][] {
  return [...all].filter(([name]) => !['_', 'SHLVL', 'OLDPWD', 'PWD'].includes(name)).sort()
}

/** Profiles that need no sign-in, by their names. */
function staticProfiles(names: readonly string[]): string {
  return names
    .map(
      (name) => `[profile ${name}]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
`,
    )
    .join('')
}
