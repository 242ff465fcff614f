/** What payloads look like, and that they succeed and fail as statements do. */
import { spawnSync } from 'node:child_process'
import { checked, type EnvChange } from '../../src/shells/change.ts'
import { evalLine, SHELL_NAMES, shellNamed } from '../../src/shells/shell.ts'
import {
  environmentAfter,
  environmentIn,
  type RealShell,
  runIn,
  testIn,
} from '../support/in-shell.ts'
import { needing } from '../support/machine.ts'
import { assert, suite } from '../support/suite.ts'
import { changeOf } from './change-of.ts'
import { familyOf, LINES, POSIX, strict, succeeds } from './lines.ts'

const SMALL: EnvChange = {
  unset: ['AWS_ACCESS_KEY_ID', 'AWS_VAULT'],
  owned: [['AWS_REGION', 'SSOX_REGION']],
  unsetLast: ['SSOX_REGION'],
  set: [['AWS_PROFILE', "zoë's"]],
  keys: [['AWS_ACCESS_KEY_ID', 'ASIA']],
}

const RENDERED: Record<string, string> = {
  bash: '{ \\builtin unset -v AWS_ACCESS_KEY_ID AWS_VAULT && if \\builtin test "${SSOX_REGION:+x${AWS_REGION-}}" = "x${SSOX_REGION-}"; then \\builtin unset -v AWS_REGION; fi && \\builtin unset -v SSOX_REGION AWS_PROFILE && \\builtin export AWS_PROFILE=$\'zo\\303\\253\\047s\' && \\builtin export AWS_ACCESS_KEY_ID=\'ASIA\' && :; }\n',
  zsh: '{ \\builtin unset -v AWS_ACCESS_KEY_ID AWS_VAULT && if \\builtin test "${SSOX_REGION:+x${AWS_REGION-}}" = "x${SSOX_REGION-}"; then \\builtin unset -v AWS_REGION; fi && \\builtin unset -v SSOX_REGION AWS_PROFILE && \\builtin export AWS_PROFILE=$\'zo\\303\\253\\047s\' && \\builtin export AWS_ACCESS_KEY_ID=\'ASIA\' && :; }\n',
  sh: "{ unset -v AWS_ACCESS_KEY_ID AWS_VAULT && if test \"${SSOX_REGION:+x${AWS_REGION-}}\" = \"x${SSOX_REGION-}\"; then unset -v AWS_REGION; fi && unset -v SSOX_REGION AWS_PROFILE && export AWS_PROFILE='zoë'\\''s' && export AWS_ACCESS_KEY_ID='ASIA' && :; }\n",
  fish: 'begin; set -e -l AWS_ACCESS_KEY_ID AWS_VAULT SSOX_REGION AWS_PROFILE; set -e -g AWS_ACCESS_KEY_ID AWS_VAULT; test -n "$SSOX_REGION" -a "x$AWS_REGION" = "x$SSOX_REGION"; and set -e -g AWS_REGION; set -e -g SSOX_REGION; set -qU AWS_VAULT SSOX_REGION; if test $status -eq 2; set -gx AWS_PROFILE \'zo\'\\Xc3\\Xab\'\\\'s\'; set -gx AWS_ACCESS_KEY_ID \'ASIA\'; true; else; for name in AWS_VAULT SSOX_REGION; set -qU $name; and echo "ssox: $name is set in all terminals (universal): set -eU $name" >&2; end; false; end; end\n',
  powershell:
    "& { $env:AWS_ACCESS_KEY_ID = $null; $env:AWS_VAULT = $null; if ($env:SSOX_REGION -and $env:SSOX_REGION -ceq $env:AWS_REGION) { $env:AWS_REGION = $null }; $env:SSOX_REGION = $null; $env:AWS_PROFILE = ('zo' + [char]0xeb + '''s'); $env:AWS_ACCESS_KEY_ID = 'ASIA' }\n",
  nu: '{"AWS_ACCESS_KEY_ID":"ASIA","AWS_VAULT":null,"SSOX_REGION":null,"AWS_PROFILE":"zo\\u00eb\'s"}\n',
  elvish:
    '{ unset-env AWS_ACCESS_KEY_ID; unset-env AWS_VAULT; if (and (has-env SSOX_REGION) (has-env AWS_REGION) (not-eq (get-env SSOX_REGION) \'\') (eq (get-env SSOX_REGION) (get-env AWS_REGION))) { unset-env AWS_REGION }; unset-env SSOX_REGION; set-env AWS_PROFILE "zo\\u00eb\'s"; set-env AWS_ACCESS_KEY_ID "ASIA" }\n',
  xonsh:
    "[[${...}.pop(name, None) for name in ['AWS_ACCESS_KEY_ID', 'AWS_VAULT']], [${...}.pop(name, None) for name, owner in [('AWS_REGION', 'SSOX_REGION')] if name in ${...} and ${...}.get(owner, '') == ${...}[name] != ''], [${...}.pop(name, None) for name in ['SSOX_REGION']], ${...}.update({'AWS_PROFILE': 'zo\\u00eb\\'s', 'AWS_ACCESS_KEY_ID': 'ASIA'})]\n",
  tcsh: "eval 'unsetenv AWS_ACCESS_KEY_ID; unsetenv AWS_VAULT; if ( $?AWS_REGION && $?SSOX_REGION ) eval \\if \\( x \\\\!= x\\$SSOX_REGION:q \\&\\& x\\$AWS_REGION:q == x\\$SSOX_REGION:q \\) unsetenv AWS_REGION; unsetenv SSOX_REGION; setenv AWS_PROFILE zo\"ë\"\\'\\''s; setenv AWS_ACCESS_KEY_ID ASIA; :'\n",
  cmd: 'set "AWS_ACCESS_KEY_ID="\r\nset "AWS_VAULT="\r\nset "SSOX_REGION="\r\nset "AWS_PROFILE=zoë\'s"\r\nset "AWS_ACCESS_KEY_ID=ASIA"\r\n',
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
    test(`${name}: a change, a failure and the line that loads them`, () => {
      assert.is(shell.name, name)
      assert.is(shell.render(SMALL), RENDERED[name])
      assert.is(shell.failure("no profile ‘it's’\nhere, sorry"), FAILURES[name])
      assert.is(evalLine(name, 'ssox env dev'), EVAL_LINES[name])
    })
  }
  for (const [what, value] of [
    ['NUL character', 'a\0b'],
    ['line break', 'a\nb'],
    ['line break', 'a\rb'],
  ] as const)
    for (const name of ['AWS_PROFILE', 'AWS_SECRET_ACCESS_KEY'])
      test(`no change has ${JSON.stringify(value)} as its ${name}, nor shows it`, () => {
        assert.throws(
          () => checked(changeOf([], [[name, value]])),
          (error: Error & { kind: string }) =>
            error.kind === 'profile' &&
            error.message === `the value for ${name} contains a ${what}`,
        )
      })
  test('no change names what is no variable', () => {
    const nothing = changeOf([], [])
    for (const bad of ['', '1A', 'A-B', 'A;touch PWNED', 'É', 'A\n'])
      for (const change of [
        changeOf([bad], []),
        changeOf([], [[bad, 'x']]),
        { ...nothing, owned: [[bad, 'A']] as const },
        { ...nothing, owned: [['A', bad]] as const },
        { ...nothing, unsetLast: [bad] },
        { ...nothing, keys: [[bad, 'x']] as const },
      ])
        assert.throws(() => checked(change), /cannot name/, bad)
  })
  test('cmd: refuses what cannot be quoted there', () => {
    for (const bad of ['a"b', '%PATH%', '!x!', 'a\tb'])
      assert.throws(() => shellNamed('cmd').render(changeOf([], [['K', bad]])), /cmd\.exe cannot/)
  })
  needing(test, ['shellcheck'])('shellcheck finds nothing in bash and sh payloads', () => {
    for (const name of ['bash', 'sh']) {
      const input = shellNamed(name).render(SMALL)
      // It does not see that `\\builtin export` exports.
      const words = [`--shell=${name}`, '--enable=all', '--exclude=SC2034', '-']
      const run = spawnSync('shellcheck', words, { input })
      assert.is(run.stdout.toString(), '')
      assert.is(run.status, 0)
    }
  })
})

suite('unset', (test) => {
  for (const [shell, dialect, line] of LINES) {
    const flags = POSIX.includes(shell) ? ['-eu'] : []
    const script = (file: string) => `${strict(shell)}${succeeds(shell, line(file))}`

    testIn(test, shell, `${line('f')} does well with nothing to set, and with nothing`, () => {
      const run = environmentAfter(shell, `${script('f')}\n${script('g')}`, {
        flags,
        files: {
          f: shellNamed(dialect).render(changeOf(['AWS_VAULT', 'AWS_SECURITY_TOKEN'], [])),
          g: shellNamed(dialect).render(changeOf([], [])),
        },
        env: { AWS_VAULT: 'old', AWS_SECURITY_TOKEN: '', AWS_SDK: 'kept' },
      })
      assert.is(run.stderr, '')
      assert.is(run.status, 0)
      assert.equal(run.created, [])
      assert.equal(familyOf(run.environment), { AWS_SDK: 'kept' })
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
      assert.equal(familyOf(environmentIn(run.stdout)), {
        AWS_ACCESS_KEY_ID: 'ASIA',
        AWS_PROFILE: "zoë's",
      })
    },
  )
})

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
