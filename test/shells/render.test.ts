/** What payloads look like, and what they do to a real shell: all of it or nothing. */
import { spawnSync } from 'node:child_process'
import { type EnvPatch, evalLine, SHELL_NAMES, shellNamed } from '../../src/shells/shell.ts'
import {
  dumpEnvironment,
  environmentAfter,
  environmentIn,
  type RealShell,
  runIn,
  testIn,
} from '../support/in-shell.ts'
import { needing } from '../support/machine.ts'
import { assert, suite } from '../support/suite.ts'

const SMALL: EnvPatch = new Map([
  ['AWS_VAULT', null],
  ['AWS_PROFILE', "zoë's"],
  ['AWS_SECURITY_TOKEN', null],
  ['AWS_REGION', 'eu-west-1'],
])

const RENDERED: Record<string, string> = {
  bash: "{ unset AWS_VAULT AWS_SECURITY_TOKEN && export AWS_PROFILE=$'zo\\303\\253\\047s' AWS_REGION='eu-west-1'; }\n",
  zsh: "{ unset AWS_VAULT AWS_SECURITY_TOKEN && export AWS_PROFILE=$'zo\\303\\253\\047s' AWS_REGION='eu-west-1'; }\n",
  sh: "{ unset AWS_VAULT AWS_SECURITY_TOKEN && export AWS_PROFILE='zoë'\\''s' AWS_REGION='eu-west-1'; }\n",
  fish: "begin; set -e -l AWS_VAULT AWS_PROFILE AWS_SECURITY_TOKEN AWS_REGION; set -e -g AWS_VAULT AWS_SECURITY_TOKEN; set -gx AWS_PROFILE 'zo'\\Xc3\\Xab'\\'s'; set -gx AWS_REGION 'eu-west-1'; true; end\n",
  powershell:
    "& { $env:AWS_VAULT = $null; $env:AWS_SECURITY_TOKEN = $null; $env:AWS_PROFILE = ('zo' + [char]0xeb + '''s'); $env:AWS_REGION = 'eu-west-1' }\n",
  nu: '{"AWS_VAULT":null,"AWS_SECURITY_TOKEN":null,"AWS_PROFILE":"zo\\u00eb\'s","AWS_REGION":"eu-west-1"}\n',
  elvish:
    '{ unset-env AWS_VAULT; unset-env AWS_SECURITY_TOKEN; set-env AWS_PROFILE "zo\\u00eb\'s"; set-env AWS_REGION "eu-west-1" }\n',
  xonsh:
    "[[${...}.pop(name, None) for name in ['AWS_VAULT', 'AWS_SECURITY_TOKEN']], ${...}.update({'AWS_PROFILE': 'zo\\u00eb\\'s', 'AWS_REGION': 'eu-west-1'})]\n",
  tcsh: "eval 'unsetenv AWS_VAULT; unsetenv AWS_SECURITY_TOKEN; setenv AWS_PROFILE zo\"ë\"\\'\\''s; setenv AWS_REGION eu-west-1; :'\n",
  cmd: 'set "AWS_VAULT="\r\nset "AWS_SECURITY_TOKEN="\r\nset "AWS_PROFILE=zoë\'s"\r\nset "AWS_REGION=eu-west-1"\r\n',
}

const FAILURES: Record<string, string> = {
  bash: 'false\n',
  zsh: 'false\n',
  sh: 'false\n',
  fish: 'false\n',
  powershell:
    "& { $ErrorActionPreference = 'Stop'; throw 'ssox: no profile ?it''s? here, sorry' }\n",
  nu: 'false\n',
  elvish: 'fail "ssox: no profile \\u2018it\'s\\u2019\\u000ahere, sorry"\n',
  xonsh: "raise RuntimeError('ssox: no profile \\u2018it\\'s\\u2019\\u000ahere, sorry')\n",
  tcsh: 'false\n',
  cmd: 'cmd /c exit 1\r\n',
}

const EVAL_LINES: Record<string, string> = {
  bash: 'eval "$(ssox env dev)"',
  zsh: 'eval "$(ssox env dev)"',
  sh: 'eval "$(ssox env dev)"',
  fish: 'ssox env dev | source',
  powershell: 'ssox env dev | Out-String | Invoke-Expression',
  nu: 'ssox env dev --shell nu | from json | load-env',
  elvish: 'eval (ssox env dev --shell elvish | slurp)',
  xonsh: 'execx($(ssox env dev --shell xonsh))',
  tcsh: 'eval "`ssox env dev --shell tcsh`"',
  cmd: 'for /f "delims=" %i in (\'ssox env dev --shell cmd\') do @%i',
}

suite('payload text', (test) => {
  for (const name of SHELL_NAMES) {
    const shell = shellNamed(name)
    test(`${name}: a patch, a failure and the line that loads them`, () => {
      assert.is(shell.name, name)
      assert.is(shell.render(SMALL), RENDERED[name])
      assert.is(shell.failure("no profile ‘it's’\nhere, sorry"), FAILURES[name])
      assert.is(evalLine(name, 'ssox env dev'), EVAL_LINES[name])
    })
    for (const [what, value] of [
      ['NUL character', 'a\0b'],
      ['line break', 'a\nb'],
      ['line break', 'a\rb'],
    ] as const) {
      test(`${name}: refuses ${JSON.stringify(value)} without showing it`, () => {
        assert.throws(
          () => shell.render(new Map([['AWS_PROFILE', value]])),
          (error: Error & { kind: string }) =>
            error.kind === 'profile' &&
            error.message === `the value for AWS_PROFILE contains a ${what}`,
        )
      })
    }
    test(`${name}: refuses what is no variable name`, () => {
      for (const bad of ['', '1A', 'A-B', 'A;touch PWNED', 'É', 'A\n'])
        for (const value of ['x', null])
          assert.throws(() => shell.render(new Map([[bad, value]])), /cannot name/, bad)
    })
  }
  test('cmd: refuses what cannot be quoted there', () => {
    for (const bad of ['a"b', '%PATH%', '!x!', 'a\tb'])
      assert.throws(() => shellNamed('cmd').render(new Map([['K', bad]])), /cmd\.exe cannot/)
  })
  needing(test, ['shellcheck'])('shellcheck finds nothing in bash and sh payloads', () => {
    for (const name of ['bash', 'sh']) {
      const input = shellNamed(name).render(SMALL)
      const run = spawnSync('shellcheck', [`--shell=${name}`, '--enable=all', '-'], { input })
      assert.is(run.stdout.toString(), '')
      assert.is(run.status, 0)
    }
  })
})

/** A shell, the dialect it is given, and the line that evaluates a file. */
const LINES: [RealShell, string, (file: string) => string][] = [
  ['bash', 'bash', (file) => `eval "$(cat ${file})"`],
  ['bash', 'bash', (file) => `eval $(cat ${file})`],
  ['zsh', 'zsh', (file) => `eval "$(cat ${file})"`],
  ['zsh', 'zsh', (file) => `eval $(cat ${file})`],
  ['dash', 'sh', (file) => `eval "$(cat ${file})"`],
  ['busybox', 'sh', (file) => `eval "$(cat ${file})"`],
  ['mksh', 'sh', (file) => `eval "$(cat ${file})"`],
  ['fish', 'fish', (file) => `cat ${file} | source`],
  ['pwsh', 'powershell', (file) => `cat ${file} | Out-String | Invoke-Expression`],
  ['nu', 'nu', (file) => `^cat ${file} | from json | load-env`],
  ['elvish', 'elvish', (file) => `eval (e:cat ${file} | slurp)`],
  ['xonsh', 'xonsh', (file) => `execx($(cat ${file}))`],
  ['tcsh', 'tcsh', (file) => `eval "\`cat ${file}\`"`],
]

const POSIX: readonly RealShell[] = ['bash', 'zsh', 'dash', 'busybox', 'mksh']

suite('unset', (test) => {
  for (const [shell, dialect, line] of LINES) {
    const flags = POSIX.includes(shell) ? ['-eu'] : []
    const strict =
      shell === 'pwsh' ? "Set-StrictMode -Version Latest; $ErrorActionPreference = 'Stop'\n" : ''
    const script = (file: string) => `${strict}${succeeds(shell, line(file))}`

    testIn(test, shell, `${line('f')} removes what was set, keeps absent what was absent`, () => {
      const patch = new Map([...SMALL, ['AWSUME_PROFILE', null] as const])
      const run = environmentAfter(shell, script('f'), {
        flags,
        files: { f: shellNamed(dialect).render(patch) },
        env: { AWS_VAULT: 'old', AWS_SECURITY_TOKEN: '', AWS_PROFILE: 'old', AWS_SDK: 'kept' },
      })
      assert.is(run.stderr, '')
      assert.is(run.status, 0)
      assert.equal(run.created, [])
      assert.equal(awsPart(run.environment), {
        AWS_PROFILE: "zoë's",
        AWS_REGION: 'eu-west-1',
        AWS_SDK: 'kept',
      })
    })

    testIn(test, shell, `${line('f')} does well with nothing to set, and with nothing`, () => {
      const run = environmentAfter(shell, `${script('f')}\n${script('g')}`, {
        flags,
        files: {
          f: shellNamed(dialect).render(new Map([['AWS_VAULT', null]])),
          g: shellNamed(dialect).render(new Map()),
        },
        env: { AWS_VAULT: 'old', AWS_SDK: 'kept' },
      })
      assert.is(run.stderr, '')
      assert.is(run.status, 0)
      assert.equal(run.created, [])
      assert.equal(awsPart(run.environment), { AWS_SDK: 'kept' })
    })
  }

  testIn(
    test,
    'fish',
    'a local variable of the calling function does not hide the new state',
    () => {
      const script = [
        'function change',
        '  set -lx AWS_PROFILE old',
        '  set -lx AWS_VAULT old',
        '  if true',
        '    cat f | source',
        '    command env -0',
        '  end',
        'end',
        'change',
      ].join('\n')
      const run = runIn('fish', script, { files: { f: shellNamed('fish').render(SMALL) } })
      assert.equal(awsPart(environmentIn(run.stdout)), {
        AWS_PROFILE: "zoë's",
        AWS_REGION: 'eu-west-1',
      })
    },
  )

  for (const shell of POSIX)
    for (const variable of ['AWS_VAULT', 'AWS_REGION'])
      testIn(test, shell, `a read-only ${variable} fails the statement, so && stops`, () => {
        const script = `readonly ${variable}=mine\n(eval "$(cat f)" && : >RAN)\n[ ! -e RAN ]`
        const dialect = shellNamed(shell === 'bash' || shell === 'zsh' ? shell : 'sh')
        const run = runIn(shell, script, { files: { f: dialect.render(SMALL) } })
        assert.equal(run.created, [])
        assert.is(run.status, 0)
        assert.match(run.stderr, /read.?only/i)
      })

  for (const shell of ['bash', 'zsh'] as const)
    for (const variable of ['AWS_VAULT', 'AWS_PROFILE', 'AWS_REGION'])
      testIn(
        test,
        shell,
        `a read-only ${variable} leaves no keys: neither old nor new ones`,
        () => {
          const keys = new Map([
            ...SMALL,
            ['AWS_ACCESS_KEY_ID', 'NEW'],
            ['AWS_SESSION_TOKEN', 'NEW'],
          ])
          const script = [
            `readonly ${variable}=mine`,
            'trap \'echo "<${AWS_ACCESS_KEY_ID-}${AWS_SESSION_TOKEN-}>"\' EXIT',
            'eval "$(cat f)" && : >RAN',
          ].join('\n')
          const run = runIn(shell, script, {
            files: { f: shellNamed(shell).render(keys) },
            env: { AWS_ACCESS_KEY_ID: 'OLD', AWS_SESSION_TOKEN: 'OLD' },
          })
          assert.is(run.stdout.toString(), '<>\n')
          assert.equal(run.created, [])
        },
      )
})

/** The line, leaving a file FAILED behind when its status is not 0. */
function succeeds(shell: RealShell, line: string): string {
  if (shell === 'fish') return `false; ${line}; or touch FAILED`
  if (shell === 'tcsh') return `${line} || touch FAILED`
  return line
}

suite('failure', (test) => {
  for (const [shell, dialect, line] of LINES.filter(([name]) => name !== 'pwsh')) {
    const files = { f: shellNamed(dialect).failure("it's\n$(touch PWNED) ‘gone’") }
    testIn(test, shell, `${line('f')} is false, and && does not go on`, () => {
      const run = runIn(shell, andThen(shell, line('f')), { files })
      assert.equal(run.created, [])
      assert.is.not(run.status, 0)
    })
    if (POSIX.includes(shell))
      testIn(test, shell, `${line('f')} ends a script under set -e`, () => {
        const run = runIn(shell, `${line('f')}\n: >SURVIVED`, { files, flags: ['-e'] })
        assert.equal(run.created, [])
        assert.is(run.status, 1)
        assert.is(run.stderr, '')
      })
  }
  for (const preference of ['Continue', 'Stop', 'SilentlyContinue', 'Ignore'])
    testIn(test, 'pwsh', `ends a script when $ErrorActionPreference is ${preference}`, () => {
      const line = 'cat f | Out-String | Invoke-Expression && New-Item RAN'
      const run = runIn(
        'pwsh',
        `$ErrorActionPreference = '${preference}'\n${line}\nNew-Item SURVIVED`,
        {
          files: { f: shellNamed('powershell').failure("it's\n$(New-Item PWNED) ‘gone’") },
        },
      )
      assert.equal(run.created, [])
      assert.is(run.status, 1)
    })
})

function andThen(shell: RealShell, line: string): string {
  if (shell === 'fish') return `${line}; and touch RAN`
  if (shell === 'nu' || shell === 'elvish') return `${line}; touch RAN`
  if (shell === 'xonsh') return `${line}\n$[touch RAN]`
  return `${line} && touch RAN`
}

const OLD = {
  AWS_ACCESS_KEY_ID: 'AKIAOLD',
  AWS_SECRET_ACCESS_KEY: 'old/secret',
  AWS_SECURITY_TOKEN: 'old-token',
  AWS_VAULT: 'old',
}

const SWITCH: EnvPatch = new Map([
  ['AWS_VAULT', null],
  ['AWS_ACCESS_KEY_ID', 'ASIANEW'],
  ['AWS_SECRET_ACCESS_KEY', 'new/+secret'],
  ['AWS_SECURITY_TOKEN', null],
  ['AWS_PROFILE', "naïve 'one' #\\"],
])

const NEW = {
  AWS_ACCESS_KEY_ID: 'ASIANEW',
  AWS_SECRET_ACCESS_KEY: 'new/+secret',
  AWS_PROFILE: "naïve 'one' #\\",
}

/** Runs each line of `prefixes` on the old state; says `FAILED` or not, then the environment. */
const PREFIX_LOOPS: Partial<Record<RealShell, string>> = {
  ...Object.fromEntries(
    POSIX.map((shell) => [
      shell,
      `while IFS= read -r prefix; do (
        trap 'test "$?" = 0 || printf "FAILED=1\\0"; command env -0; printf "\\0"' EXIT
        eval "$prefix"
      ) 2>/dev/null; done <prefixes`,
    ]),
  ),
  fish: `for prefix in (cat prefixes)
      set -e AWS_PROFILE
      ${Object.entries(OLD)
        .map(([name, value]) => `set -gx ${name} ${value}`)
        .join('; ')}
      echo $prefix | source 2>/dev/null; or printf 'FAILED=1\\0'
      command env -0
      printf '\\0'
    end`,
  pwsh: `$write = { param($text) $b = [Text.Encoding]::UTF8.GetBytes($text); $out.Write($b, 0, $b.Length) }
    $out = [Console]::OpenStandardOutput()
    foreach ($prefix in Get-Content prefixes) {
      $env:AWS_PROFILE = $null
      ${Object.entries(OLD)
        .map(([name, value]) => `$env:${name} = '${value}'`)
        .join('; ')}
      try { $prefix | Out-String | Invoke-Expression } catch { & $write "FAILED=1\`0" }
      ${dumpEnvironment('pwsh')}
      & $write "\`0"
    }`,
}

suite('a payload cut at any byte', (test) => {
  test('tcsh: stays inside one pair of quotes to the end', () => {
    const patch = new Map([...SWITCH, ['AWS_PROFILE', 'naïve "one" #\\$HOME `x` !']])
    assert.match(shellNamed('tcsh').render(patch), /^eval '[^']+'\n$/)
  })
  for (const [shell, loop] of Object.entries(PREFIX_LOOPS) as [RealShell, string][]) {
    const dialect = LINES.find(([name]) => name === shell)?.[1] ?? ''
    testIn(test, shell, 'changes all or nothing, and only the whole one succeeds', () => {
      const payload = Buffer.from(shellNamed(dialect).render(SWITCH).trimEnd())
      const prefixes = Array.from({ length: payload.length + 1 }, (_, length) =>
        payload.subarray(0, length),
      )
      const files = { prefixes: Buffer.concat(prefixes.flatMap((cut) => [cut, Buffer.from('\n')])) }
      const run = runIn(shell, loop, { env: OLD, files })
      const states = run.stdout.toString().split('\0\0').slice(0, -1).map(awsState)
      assert.is(states.length, prefixes.length, run.stderr)
      assert.equal(states.pop(), { failed: false, variables: NEW })
      const [empty, ...cuts] = states
      assert.equal(empty?.variables, OLD)
      const torn = cuts.filter(
        ({ failed, variables }) => !failed || JSON.stringify(variables) !== JSON.stringify(OLD),
      )
      assert.equal(torn.slice(0, 3), [], `${torn.length} of ${cuts.length} cuts`)
      assert.equal(run.created, [])
    })
  }

  for (const shell of ['nu', 'elvish', 'xonsh'] as const)
    testIn(test, shell, 'changes nothing (30 cuts, one process each)', () => {
      const [, dialect = '', line = String] = LINES.find(([name]) => name === shell) ?? []
      const payload = shellNamed(dialect).render(SWITCH).trimEnd()
      for (let at = 0; at < 30; at++) {
        const length = 1 + Math.floor((at / 29) * (payload.length - 2))
        const script = keepGoing(shell, line('f'))
        const run = environmentAfter(shell, script, {
          env: OLD,
          files: { f: payload.slice(0, length) },
        })
        assert.equal(awsPart(run.environment), OLD, payload.slice(0, length))
      }
    })
})

/** The line, with the script going on after an error in it. */
function keepGoing(shell: 'nu' | 'elvish' | 'xonsh', line: string): string {
  if (shell === 'xonsh') return `try:\n    ${line}\nexcept Exception:\n    pass`
  return `try { ${line} } catch { }`
}

function awsState(record: string): { failed: boolean; variables: Record<string, string> } {
  const environment = environmentIn(Buffer.from(`${record}\0`))
  return { failed: environment.has('FAILED'), variables: awsPart(environment) }
}

function awsPart(environment: ReadonlyMap<string, string>): Record<string, string> {
  const names = [...environment.keys()].filter((name) => name.startsWith('AWS')).sort()
  return Object.fromEntries(names.map((name) => [name, environment.get(name) ?? '']))
}
