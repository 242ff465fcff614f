import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withHome } from '../support/home.ts'
import { shellPath, testIn } from '../support/in-shell.ts'
import { has, runIn } from '../support/machine.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal } from '../support/terminal.ts'
import { checkTable, powershellTable } from './command-table.ts'
import { hookPath, identity, installSsox, play, pwsh } from './hook-shell.ts'
import { AWKWARD_NAMES, declareScenarios, withAwkwardNames } from './scenarios.ts'
import {
  declareTerminalScenarios,
  inShellOf,
  PROCESSES,
  startsProcess,
} from './terminal-scenarios.ts'

const HOOK = hookPath('ssox.ps1')
const bare = [shellPath('pwsh') ?? 'pwsh', '-NoLogo', '-NoProfile', '-NonInteractive', '-Command']
const inPwsh = inShellOf(pwsh)
const STRICT = ['Set-StrictMode -Version Latest', "$ErrorActionPreference = 'Stop'"]

suite('shell/ssox.ps1', (test) => {
  const scenario = (title: string, run: () => unknown) => testIn(test, 'pwsh', title, run)

  test('completes the verbs and flags of the command table', () =>
    checkTable('ssox.ps1', powershellTable()))

  test('is ASCII, which Windows PowerShell reads alike everywhere, with the version', () => {
    const text = readFileSync(HOOK, 'utf8')
    assert.not.match(text, /[^\n -~]/)
    // Syntax that Windows PowerShell 5.1 does not have.
    assert.not.match(text, /\?\?|\?\.|&& |\|\| |\$Is(Windows|Linux|MacOS)\b/)
    const { version } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    )
    assert.match(text, new RegExp(`^# version: ${version}$`, 'm'))
  })

  declareScenarios(test, pwsh)
  declareTerminalScenarios(test, pwsh)

  scenario('a script gets awsuse, and no prompt', () =>
    withHome(async (home) => {
      const names = '(Get-Command awsuse, __ssox_segment -ErrorAction Ignore).Name'
      const script = `$p = "$function:prompt"; ${pwsh.load}; $p -ceq "$function:prompt"; ${names}`
      const run = await runIn(home, [...bare, script])
      assert.is(run.stdout, 'True\nawsuse\n')
      assert.is(run.stderr, '')
    }),
  )

  scenario('strict mode, and a script that stops at errors', () =>
    withSignIn(async (home) => {
      const seen = await play(
        pwsh,
        home,
        [
          ['dev', 'awsuse dev'],
          ['prod', 'awsuse prod'],
          ['back', 'awsuse -'],
          ['clear', 'awsuse --clear'],
          ['again', 'awsuse -'],
          [
            'wrong',
            'try { awsuse nope; $env:WENT_ON = \'1\' } catch { $env:CAUGHT = "$LASTEXITCODE" }',
          ],
          ['wrong, and no matter', 'awsuse nope -ErrorAction SilentlyContinue'],
          ['native errors', '$PSNativeCommandUseErrorActionPreference = $true\nawsuse prod -q'],
        ],
        { before: [...STRICT, 'function ssox { throw }', 'Set-Alias ssox Get-Date'] },
      )
      assert.is(seen.loaded.stdout + seen.loaded.stderr, '')
      assert.equal(identity(seen.again), identity(seen.dev))
      assert.equal(seen.back.started, [])
      assert.equal(identity(seen.clear), identity(seen.loaded))
      assert.not.ok(seen.wrong.env.has('WENT_ON'))
      assert.is(seen.wrong.env.get('CAUGHT'), '3')
      assert.is(seen['wrong, and no matter'].status, 3)
      assert.is(seen['native errors'].env.get('SSOX_PROFILE'), 'prod')
    }),
  )

  scenario('a trace shows no secret, and goes on afterwards', () =>
    withSignIn(async (home) => {
      installSsox(home)
      const lines = ['awsuse dev', 'awsuse prod', 'awsuse dev', 'awsuse nope', '$after = 1']
      const file = join(home.path, 'traced.ps1')
      writeFileSync(file, [pwsh.load, 'Set-PSDebug -Trace 2', ...lines].join('\n'))
      const run = await runIn(home, [...bare.slice(0, -1), '-File', file])
      assert.match(run.stdout, /awsuse prod/)
      assert.match(run.stdout, /\$after = 1/)
      for (const secret of home.center.secrets()) assert.not.ok(run.stdout.includes(secret))
    }),
  )

  scenario('an AWS config behind a symbolic link, and a dangling one', () =>
    withSignIn(async (home) => {
      const seen = await play(pwsh, home, [
        [
          'linked',
          "sh -c 'cd ~/.aws; mv config ../real; ln -s ../real config; ln -s x credentials'",
        ],
        ['dev', 'awsuse dev'],
        ['prod', 'awsuse prod'],
        ['back', 'awsuse dev'],
        ['changed', "sh -c 'echo >>~/real'"],
        ['after', 'awsuse dev'],
      ])
      assert.equal(seen.back.started, [])
      assert.is(seen.back.env.get('SSOX_PROFILE'), 'dev')
      assert.is(seen.after.started.length, 1)
    }),
  )

  scenario('where .NET is locked away', () =>
    withSignIn(async (home) => {
      const locked = "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'"
      installSsox(home)
      const script = (profile: string) =>
        runIn(home, [...bare, `${locked}; ${pwsh.load}; awsuse ${profile}; $env:SSOX_PROFILE`])
      const right = await script('dev')
      assert.is(right.stdout + right.stderr, 'dev\n')
      assert.is((await script('nope')).stdout, '')
    }),
  )

  const traced = (title: string, run: () => unknown) =>
    has('strace') ? scenario(title, run) : test.skip(`pwsh: ${title}`, 'no strace')
  traced('loading and switching between valid profiles start nothing', () =>
    withSignIn(async (home) => {
      await play(pwsh, home, [
        ['dev', 'awsuse dev'],
        ['prod', 'awsuse prod'],
      ])
      const starts = async (script: string) => {
        const strace = ['strace', '-f', '-qq', '--seccomp-bpf', '-e', `trace=${PROCESSES}`]
        const run = await runIn(home, [...strace, ...bare, script])
        return run.stderr.split('\n').filter(startsProcess).length
      }
      const script = `${pwsh.load}; awsuse dev; awsuse prod; $env:SSOX_PROFILE`
      assert.is(await starts(script), await starts('1'))
    }),
  )

  scenario('completes verbs, flags, their values, and names that stay what they are', () =>
    withAwkwardNames(async (home) => {
      installSsox(home)
      const loaded = readFileSync(HOOK, 'utf8').replace(
        /^if \(\[Console\]::IsInputRedirected.*$/m,
        '',
      )
      assert.is.not(loaded, readFileSync(HOOK, 'utf8'))
      const ask = async (...typed: string[]) => {
        const lines = typed.map(
          (text) =>
            `(TabExpansion2 ${pwsh.quote(text)} ${text.length}).CompletionMatches.CompletionText -join '|'`,
        )
        const file = join(home.path, 'complete.ps1')
        writeFileSync(file, [...STRICT, loaded, ...lines].join('\n'))
        const run = await runIn(home, [...bare.slice(0, -1), '-File', file])
        assert.is(run.stderr, '')
        return run.stdout.split('\n').slice(0, -1)
      }
      const quoted = AWKWARD_NAMES.map((name) =>
        /^[\w./:]+$/.test(name) ? name : pwsh.quote(name),
      )
      assert.equal(
        await ask(
          'awsuse ',
          'awsuse my',
          "awsuse 'my",
          'awsuse --re',
          'ssox ',
          'ssox --no-',
          'ssox --region x env d',
          'ssox env --shell ',
          'ssox env --shell=f',
          'ssox logout ',
          'ssox login c',
          'ssox init ',
        ),
        [
          ['default', 'dev', 'prod', 'old', 'deploy', 'static', ...quoted].join('|'),
          "'my prod'",
          "'my prod'",
          '--refresh|--region',
          powershellVerbs().join('|'),
          '--no-input|--no-color',
          'default|dev|deploy',
          'bash|zsh|sh|fish|powershell|nu|elvish|xonsh|tcsh|cmd',
          '--shell=fish',
          'corp',
          'corp',
          'bash|zsh|fish|powershell',
        ],
      )
    }),
  )

  testInTerminal(test, 'pwsh', 'a prompt of objects, strict mode and no colours', () =>
    withHome((home) => {
      const env = { SSOX_PROFILE: 'dev', SSOX_EXPIRES: 'x' }
      const own = "function prompt { 'a'; 'b '; 'READY 0 #1> ' }"
      const profile = ["$env:TERM = 'dumb'", ...STRICT, own, '$Error.Clear()', pwsh.load]
      return inPwsh(home, { env, profile }, async (shell, terminal) => {
        assert.match(await terminal.until('dev ab READY'), /dev ab READY 0 #1>/)
        assert.not.match(await shell.colouredLine(), /\x1b\[3[0-7]m/)
        await terminal.run('"errors: $($Error.Count)"')
        await terminal.until('errors: 0')
      })
    }),
  )
})

function powershellVerbs(): string[] {
  const table = powershellTable()
  const verbs = table.slice(2, table.indexOf('  }'))
  return verbs.map((line) => /^ *'([^']+)'/.exec(line)?.[1] ?? line)
}
