import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatName } from '../../src/aws/document-header.ts'
import { VERBS } from '../../src/cli/spec.ts'
import { type Home, withHome } from '../support/home.ts'
import { shellPath, testIn } from '../support/in-shell.ts'
import { runIn } from '../support/machine.ts'
import { until } from '../support/patience.ts'
import { playInPowerShell } from '../support/powershell.ts'
import { withKeys } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal } from '../support/terminal.ts'
import { hookPath, identity, installSsox, play, pwsh, type Report } from './hook-shell.ts'
import { harmless, hostileNames } from './hostile-names.ts'
import { AWKWARD_NAMES, declareScenarios, withAwkwardNames } from './scenarios.ts'
import { declareTerminalScenarios, inShellOf } from './terminal-scenarios.ts'

const HOOK = hookPath('ssox.ps1')
const bare = [shellPath('pwsh') ?? 'pwsh', '-NoLogo', '-NoProfile', '-NonInteractive', '-Command']
const inPwsh = inShellOf(pwsh)
/** Syntax of PowerShell 7 alone, and a function that prints what of it there is in a script. */
const NEWER_SYNTAX = [
  '$a ? 1 : 2',
  '$a ?? 1',
  '$a ??= 1',
  '${a}?.b',
  '${a}?[0]',
  'a && b',
  'a || b',
]
const NEWER_THAN_5_1 = [
  'function newer($text) {',
  '  $tokens = $errors = $null',
  '  [void] [Management.Automation.Language.Parser]::ParseInput($text, [ref] $tokens, [ref] $errors)',
  "  $kinds = '^(Question\\w+|AndAnd|OrOr|Clean)$'",
  '  @($errors) + @($tokens | Where-Object Kind -Match $kinds) | ForEach-Object { "$($_.Extent)" }',
  '}',
].join('\n')

const STRICT = ['Set-StrictMode -Version Latest', "$ErrorActionPreference = 'Stop'"]

suite('shell/ssox.ps1', (test) => {
  const scenario = (title: string, run: () => unknown) => testIn(test, 'pwsh', title, run)

  scenario('nothing that Windows PowerShell 5.1 does not have', () =>
    withHome(async (home) => {
      installSsox(home)
      const { stdout } = await runScript(home, [
        NEWER_THAN_5_1,
        ...NEWER_SYNTAX.map((line) => `(newer ${pwsh.quote(line)}).Count -gt 0`),
        `newer ([IO.File]::ReadAllText(${pwsh.quote(HOOK)}))`,
      ])
      assert.is(stdout, 'True\n'.repeat(NEWER_SYNTAX.length))
      assert.not.match(readFileSync(HOOK, 'utf8'), /\$Is(Windows|Linux|MacOS|CoreCLR)\b/)
    }),
  )

  scenario('a script that is played here finds nothing of the one before', () =>
    withHome(async (home) => {
      installSsox(home)
      const state = [
        "$own = 'StackTrace', '__play_it', '^', '$', '?', 'own'",
        '$all = Get-Variable | Where-Object Name -NotIn $own | ForEach-Object { "$($_.Name)=$($_.Value)" }',
        '$all += Get-ChildItem function:, alias: | ForEach-Object { "$($_.Name)=$($_.Definition)" }',
        '$all += [Environment]::GetEnvironmentVariables().GetEnumerator() | ForEach-Object { "$($_.Key)=$($_.Value)" }',
        '$all | Sort-Object -CaseSensitive',
        '"$PWD $($Error.Count) [$LASTEXITCODE] $("$none".Length)"',
      ]
      const first = await runScript(home, state)
      await runScript(home, [
        ...STRICT,
        '$ErrorView = $left = $global:OFS = 1; Remove-Variable PSNativeCommandArgumentPassing',
        'function left { }; function prompt { }; Set-Alias left2 Get-Date; Remove-Item function:oss',
        '$env:LEFT = 1; $env:HOME = $null; Set-Location /; sh -c "exit 3"',
        'Get-Item -LiteralPath ./nothing -ErrorAction SilentlyContinue',
      ])
      const after = await runScript(home, state)
      assert.equal(after.stdout.split('\n'), first.stdout.split('\n'))
    }),
  )

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
    withKeys(async (home) => {
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
    withKeys(async (home) => {
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
    withKeys(async (home) => {
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

  scenario('where .NET is locked away: what to type instead, and that works', () =>
    withKeys(async (home) => {
      const locked = "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'"
      installSsox(home)
      const script = (lines: string) => runIn(home, [...bare, `${locked}; ${pwsh.load}; ${lines}`])
      const asked = async (words: string) => {
        const run = await script(`try { awsuse ${words} } catch { $_.Exception.Message }`)
        assert.is(run.stderr, '')
        const [, line = ''] =
          /^ssox: this PowerShell is locked down; type: (.*)\n$/.exec(run.stdout) ?? []
        return line
      }
      const line = await asked('dev')
      assert.is(line, 'ssox env dev | Out-String | Invoke-Expression')
      const typed = await script(`${line}; $env:SSOX_PROFILE`)
      assert.is(typed.stdout + typed.stderr, 'dev\n')
      assert.is(
        await asked("--refresh 'it''s $(1)'"),
        "ssox env --refresh 'it''s $(1)' | Out-String | Invoke-Expression",
      )
      assert.match((await script('')).stdout, /^$/)
      assert.is((await script("awsuse dev; 'went on'")).stdout, '')
    }),
  )

  scenario('a name with double quotes is one argument, however PowerShell passes arguments', () =>
    withKeys(async (home) => {
      const name = 'dev" --region zz-9 --login --browser "touch PWNED'
      const seen = await play(pwsh, home, [
        ['legacy', `$PSNativeCommandArgumentPassing = 'Legacy'\nawsuse '${name}'`],
        ['empty', "awsuse ''"],
        ['old', `Remove-Variable PSNativeCommandArgumentPassing\nawsuse '${name}'`],
        ['old, empty', "awsuse ''"],
        ['old, and no quotes', 'awsuse dev'],
      ])
      assert.is(seen.legacy.status, 3)
      assert.ok(seen.legacy.stderr.includes(`there is no profile "${name}"`), seen.legacy.stderr)
      assert.is(seen.empty.status, 3)
      for (const label of ['old', 'old, empty'] as const) {
        assert.is(seen[label].status, 2)
        assert.match(seen[label].stderr, /^ssox: this PowerShell cannot pass on '/)
        assert.equal(seen[label].started, [])
      }
      assert.is(seen['old, and no quotes'].env.get('SSOX_PROFILE'), 'dev')
      assert.equal(seen.created, [])
    }),
  )

  scenario('an answer that is cut anywhere changes nothing', () =>
    withKeys(async (home) => {
      const cut = join(home.path, 'cut')
      writeFileSync(cut, '#!/bin/sh\nssox "$@" | head -c "-$CUT"\n', { mode: 0o755 })
      const bytes = [2, 3, 40, 700, 1500, 1e6]
      const seen = await play(pwsh, home, [
        ['static', `awsuse static\n${pwsh.set('SSOX_BIN', cut)}`],
        ...bytes.map((count): [string, string] => [
          `${count}`,
          `${pwsh.set('CUT', `${count}`)}\nawsuse dev --region us-west-2`,
        ]),
        ['whole', `${pwsh.set('CUT', '0')}\nawsuse dev --region us-west-2`],
      ])
      for (const count of bytes) {
        const report = seen[`${count}`] as Report
        assert.is(report.status, 1, `${count}`)
        assert.match(report.stderr, /^ssox: that was not for this shell, so nothing has changed\n/)
        assert.is(report.env.get('AWS_ACCESS_KEY_ID'), seen.static?.env.get('AWS_ACCESS_KEY_ID'))
        assert.not.ok(report.env.has('AWS_SESSION_TOKEN'))
      }
      assert.is(seen.whole?.env.get('SSOX_PROFILE'), 'dev')
      assert.is(seen.whole?.env.get('AWS_REGION'), 'us-west-2')
    }),
  )

  scenario('no prompt function, and an expiry of thousands of years', () =>
    withHome(async (home) => {
      installSsox(home)
      const { stdout } = await runScript(home, [
        ...STRICT,
        'Remove-Item function:prompt',
        loadWithPrompt(home),
        "$env:SSOX_PROFILE = 'dev'",
        "$env:NO_COLOR = '1'",
        "$env:SSOX_EXPIRES = '999999999999'",
        'prompt',
        '$Error.Count',
      ])
      assert.match(stdout, /^dev 115\d{5}d \d\dh PS>\n0\n$/)
    }),
  )

  scenario('SSOX_RENEW_MINUTES: its leading digits, never without any, at most 720', () =>
    withHome(async (home) => {
      const log = installSsox(home)
      const wanted: [value: string, minutes: string | undefined][] = [
        ['', '10'],
        ['7', '7'],
        ['008', '8'],
        ['9 minutes', '9'],
        ['720', '720'],
        ['721', '720'],
        ['9'.repeat(30), '720'],
        ...['0', '000', 'off', '-5', ' 5', '$(5)'].map((value): [string, undefined] => [
          value,
          undefined,
        ]),
      ]
      const asked = wanted.flatMap(([, minutes], at) =>
        minutes ? [`env --shell powershell --no-login --min-left ${minutes} -q -- n${at}`] : [],
      )
      await runScript(home, [
        loadWithPrompt(home),
        '$env:AWS_ACCESS_KEY_ID = $env:SSOX_PROFILE = "x"',
        '$env:SSOX_EXPIRES = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds() + 290',
        ...wanted.flatMap(([value], at) => [
          "$global:__ssox_state.Remove('asked')",
          pwsh.set('SSOX_RENEW_MINUTES', value),
          pwsh.set('SSOX_PROFILE', `n${at}`),
          '$null = __ssox_segment',
        ]),
      ])
      const started = () => readFileSync(log, 'utf8').split('\n').slice(0, -1)
      await until('all renewals', () => started().length >= asked.length)
      assert.equal(started().sort(), asked.sort())
    }),
  )

  scenario('2,000 hostile names in the prompt', () =>
    withHome(async (home) => {
      installSsox(home)
      const names = hostileNames(2000, 0x5501)
      const { stdout } = await runScript(home, [
        'function prompt { $ok = $?; "$ok $global:LASTEXITCODE> " }',
        loadWithPrompt(home),
        readNames(home, names),
        '$Error.Clear()',
        '$shown = foreach ($name in $names) {',
        '  $env:SSOX_PROFILE = $name',
        '  $global:LASTEXITCODE = 3',
        '  Get-Item -LiteralPath ./nothing -ErrorAction Ignore',
        '  prompt',
        '  if ($LASTEXITCODE -ne 3 -or $Error.Count -ne 0) { "changed by $name" }',
        '}',
        '$bytes = [Text.Encoding]::UTF8.GetBytes($shown -join "`0")',
        '[Console]::OpenStandardOutput().Write($bytes, 0, $bytes.Length)',
      ])
      const prompts = stdout.split('\0')
      assert.is(prompts.length, names.length)
      for (const [at, name] of names.entries()) {
        const expected = `\x1b[32m${harmless(name)}\x1b[0m False 3> `
        assert.is(escaped(prompts[at] ?? 'nothing'), escaped(expected))
      }
      assert.equal(readdirSync(join(home.path, 'work')), [])
    }),
  )

  scenario('2,000 hostile names are completed as one word each, and stay what they are', () =>
    withHome(async (home) => {
      installSsox(home)
      const names = hostileNames(2000, 0x5502)
      const headers = names.map((name) => [name, formatName('profile', name, 'config')] as const)
      const sections = headers.flatMap(([, header]) => (header ? [`[${header}]\n`] : []))
      home.env['AWS_SHARED_CREDENTIALS_FILE'] = '/dev/null'
      home.writeConfig(`[profile -first]\n${sections.join('')}`)
      const offered = new Set(
        headers.flatMap(([name, header]) => (header && !/^-|\p{Cc}/u.test(name) ? [name] : [])),
      )
      const { stdout } = await runScript(home, [
        loadWithPrompt(home),
        "$matches = (TabExpansion2 'awsuse ' 7).CompletionMatches",
        '$found = foreach ($match in $matches) {',
        '  $tokens = $errors = $null',
        '  $script = [Management.Automation.Language.Parser]::ParseInput(',
        '    "awsuse $($match.CompletionText)", [ref] $tokens, [ref] $errors)',
        '  $statements = $script.EndBlock.Statements',
        '  $command = $statements[0].PipelineElements',
        '  $words = $command[0].CommandElements',
        '  $one = $errors.Count -eq 0 -and $statements.Count -eq 1 -and $command.Count -eq 1 -and',
        "    $words.Count -eq 2 -and $words[1].GetType().Name -eq 'StringConstantExpressionAst'",
        '  if ($one) { $words[1].Value } else { "not one word: $($match.CompletionText)" }',
        '}',
        '$bytes = [Text.Encoding]::UTF8.GetBytes($found -join "`0")',
        '[Console]::OpenStandardOutput().Write($bytes, 0, $bytes.Length)',
      ])
      assert.equal(stdout.split('\0').map(escaped), [...offered].map(escaped))
      assert.equal(readdirSync(join(home.path, 'work')), [])
    }),
  )

  scenario('completes verbs, flags, their values, and names that stay what they are', () =>
    withAwkwardNames(async (home) => {
      installSsox(home)
      const ask = async (...typed: string[]) => {
        const lines = typed.map(
          (text) =>
            `@((TabExpansion2 ${pwsh.quote(text)} ${text.length}).CompletionMatches | % CompletionText) -join '|'`,
        )
        const { stdout } = await runScript(home, [...STRICT, loadWithPrompt(home), ...lines])
        return stdout.split('\n').slice(0, -1)
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
          'awsuse --s',
          'ssox ',
          'ssox --no-',
          'ssox --region x env d',
          'ssox --region ',
          'ssox env --shell ',
          'ssox env --shell=f',
          'ssox logout ',
          'ssox login c',
          'ssox init ',
          'ssox help set',
          'ssox write dev d',
          "$null = 1; ssox exec 'my prod' -- cat /etc/hostnam",
        ),
        [
          ['default', 'dev', 'prod', 'old', 'deploy', 'static', ...quoted].join('|'),
          "'my prod'",
          "'my prod'",
          '--refresh|--region',
          '--start-url|--sso-region',
          [...VERBS.map(({ name }) => name), 'help'].join('|'),
          '--no-input|--no-color',
          'default|dev|deploy',
          '',
          'bash|zsh|sh|fish|powershell|nu|elvish|xonsh|tcsh|cmd',
          '--shell=fish',
          'corp',
          'corp',
          'bash|zsh|fish|powershell',
          'setup|settings',
          'default|dev|deploy',
          '/etc/hostname',
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
        await terminal.run("sh -c 'exit 3'")
        await terminal.until(/exit 3'\n.*#1> ?$/)
        await terminal.run('"after: $? $LASTEXITCODE"')
        await terminal.until('after: False 3')
      })
    }),
  )
})

/** Runs the lines as a script in the empty folder `work`; nothing may go wrong. */
async function runScript(home: Home, lines: readonly string[]) {
  const file = join(home.path, 'lines.ps1')
  writeFileSync(file, lines.join('\n'))
  const run = await playInPowerShell(file, home.env, join(home.path, 'work'))
  assert.is(run.stderr, '')
  return run
}

/** Statement that loads the hook as in a session at a terminal, which a test without one is not. */
function loadWithPrompt(home: Home): string {
  const text = readFileSync(HOOK, 'utf8')
  const loaded = text.replace(/^if \(\[Console\]::IsInputRedirected.*$/m, '')
  assert.is.not(loaded, text)
  const file = join(home.path, 'with-prompt.ps1')
  writeFileSync(file, loaded)
  copyFileSync(hookPath('completion.tsv'), join(home.path, 'completion.tsv'))
  return `. ${pwsh.quote(file)}`
}

/** Statement that reads the names from a file into $names. */
function readNames(home: Home, names: readonly string[]): string {
  const file = join(home.path, 'names')
  writeFileSync(file, names.join('\0'))
  const bytes = `[IO.File]::ReadAllBytes(${pwsh.quote(file)})`
  return `$names = [Text.Encoding]::UTF8.GetString(${bytes}).Split([char] 0)`
}

/** For a difference that can be read. */
function escaped(text: string): string {
  return text.replace(/[^ -~]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}
