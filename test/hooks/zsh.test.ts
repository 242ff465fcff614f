import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, withHome } from '../support/home.ts'
import { testIn } from '../support/in-shell.ts'
import { withKeys } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal } from '../support/terminal.ts'
import { hookPath, installSsox } from './hook-shell.ts'
import { zsh } from './posix-dialects.ts'
import {
  declarePosixScenarios,
  type Extras,
  runScript,
  type Setting,
  SHADOWED,
} from './posix-scenarios.ts'
import { declareScenarios, secretsOf, withAwkwardNames } from './scenarios.ts'
import { declareTerminalScenarios, inShellOf } from './terminal-scenarios.ts'

/** Options that change how a script is read or run. */
const OPTIONS = [
  ...['err_exit', 'err_return', 'no_unset', 'pipe_fail', 'ksh_arrays', 'sh_word_split'],
  ...['no_glob', 'glob_subst', 'extended_glob', 'null_glob', 'csh_null_glob', 'no_nomatch'],
  ...['ksh_glob', 'sh_glob', 'no_bare_glob_qual', 'no_case_glob', 'no_case_match'],
  ...['magic_equal_subst', 'rc_quotes', 'rc_expand_param', 'csh_junkie_quotes'],
  ...['csh_junkie_loops', 'ignore_braces', 'no_short_loops', 'posix_builtins'],
  ...['posix_identifiers', 'posix_aliases', 'posix_strings', 'warn_create_global'],
  ...['warn_nested_var', 'ksh_typeset', 'no_clobber', 'no_multi_func_def', 'all_export'],
  ...['no_function_argzero', 'octal_zeroes', 'c_bases', 'no_global_export'],
  'force_float',
] as const

const EXTRAS: Extras = {
  settings: [
    ['nothing', ':'],
    ['strict', 'set -euo pipefail'],
    ['numbers and lists', 'typeset -i AWS_PROFILE SSOX_PROFILE AWS_REGION; typeset -a SSOX_REGION'],
    ...OPTIONS.map((name): Setting => [name, `setopt ${name}`]),
    ['empty IFS', "IFS=''"],
    ['IFS of letters and digits', 'IFS=ae0s/'],
    ['C locale', 'export LC_ALL=C'],
    ['no module but those that most builds hold', 'zmodload zsh/parameter; module_path=(/nowhere)'],
    ['traps', 'trap : DEBUG; TRAPZERR() { print ZERR }'],
    [
      'aliases',
      `alias ${['awsuse', ...SHADOWED].map((name) => `${name}=false`).join(' ')}; alias -g in=x`,
    ],
    ['functions', SHADOWED.map((name) => `function '${name}' { false }`).join('\n')],
  ],
  printShell:
    '{ print -r -- "$PROMPT $RPROMPT" $psvar[@] / ${precmd_functions-unset}; setopt; trap; alias; } 2>&1',
  trace: 'setopt xtrace verbose',
}

suite('shell/ssox.zsh', (test) => {
  declareScenarios(test, zsh)
  declareTerminalScenarios(test, zsh)
  declarePosixScenarios(test, zsh, EXTRAS)
  const inShell = inShellOf(zsh)
  const interactive = (title: string, run: () => Promise<unknown>) =>
    testInTerminal(test, 'zsh', title, run)

  interactive('hooks, options, $? and pipestatus of the user stay', () =>
    withHome((home) => {
      const profile = [
        'precmd_functions+=(theirs); theirs() { status_seen="$? $pipestatus" }',
        'setopt ksh_arrays',
      ]
      const env = { SSOX_PROFILE: 'dev', SSOX_EXPIRES: '1' }
      return inShell(home, { env, profile }, async (shell, terminal) => {
        await shell.run('setopt >"$HOME/before"')
        assert.is(await shell.segment(), 'dev expired')
        await shell.run('true | false | (exit 5)')
        await shell.run('print "seen $status_seen"')
        await terminal.until('\nseen 5 0')
        await shell.run('setopt >"$HOME/after"; cmp "$HOME/before" "$HOME/after" && print same')
        await terminal.until('\nsame')
        await shell.run('print "${precmd_functions[@]}"')
        await terminal.until('__ssox_precmd theirs')
      })
    }),
  )

  interactive('a DEBUG trap sees no secret, and goes on afterwards', () =>
    withKeys((home) => {
      const profile = ['trap \'print -r -- "$ZSH_DEBUG_CMD" >>"$HOME/commands"\' DEBUG']
      return inShell(home, { profile }, async (shell) => {
        await shell.run('awsuse dev')
        await shell.run('awsuse prod; awsuse dev; : still seen')
        const seen = readFileSync(join(home.path, 'commands'), 'utf8')
        assert.match(seen, /: still seen/)
        const secrets = secretsOf(home)
        assert.is(secrets.length, 2)
        for (const secret of secrets) assert.not.ok(seen.includes(secret.slice(0, 20)))
      })
    }),
  )

  interactive('a theme that is loaded later gets the segment, once', () =>
    withHome((home) => {
      const profile = ["PROMPT='later READY $? #$((prompts += 1))> '"]
      return inShell(home, { env: { SSOX_PROFILE: 'dev' }, profile }, async (shell) => {
        assert.is(await shell.segment(), 'dev later')
        await shell.run(`${zsh.load}; ${zsh.load}`)
        assert.is(await shell.segment(), 'dev later')
      })
    }),
  )

  interactive('without compinit TAB completes the old way, and the new way once it is there', () =>
    withAwkwardNames((home) =>
      inShellOf({ ...zsh, interactive: withoutCompinit })(home, {}, async (shell, terminal) => {
        const complete = async (typed: string, completed: string) => {
          await terminal.type(typed)
          await terminal.press('Tab')
          await terminal.until((screen) => screen.trimEnd().endsWith(completed))
          await shell.clearLine()
        }
        const completeAll = async () => {
          await complete('awsuse my', 'awsuse my\\ prod')
          await complete("awsuse 'my", "awsuse 'my prod'")
          await complete('awsuse a', 'awsuse a\\$\\(touch\\ PWNED\\)b')
          await complete('ssox env --mode=k', 'ssox env --mode=keys')
          await complete('ssox logout co', 'ssox logout corp')
        }
        await completeAll()
        await shell.run('autoload -Uz compinit; compinit -u -D')
        await shell.run('')
        await shell.run('print -r -- "by $_comps[awsuse]"')
        await terminal.until('\nby __ssox_complete')
        await completeAll()
        assert.equal(shell.created(), [])
      }),
    ),
  )

  interactive('without %, the prompt is left alone', () =>
    withHome((home) => {
      const profile = ['setopt no_prompt_percent']
      return inShell(home, { env: { SSOX_PROFILE: 'dev' }, profile }, async (shell) => {
        assert.is(await shell.segment(), '')
      })
    }),
  )

  testIn(test, 'zsh', 'loads from a path that the locale does not know, and from a pipe', () =>
    withHome(async (home) => {
      installSsox(home)
      const copy = join(home.path, 'd\u00e9v d\u2019y.zsh')
      copyFileSync(hookPath('ssox.zsh'), copy)
      for (const load of [`. ${zsh.quote(copy)}`, `. <(cat ${zsh.quote(copy)})`, '. ./d*.zsh']) {
        const lines = [
          `cd ${zsh.quote(home.path)}; ${load}`,
          'print $+functions[awsuse]$+__ssox_reading',
        ]
        const run = await runScript(zsh, home, ['export LC_ALL=C', ...lines].join('\n'))
        assert.is(run.stdout + run.stderr, '10\n', load)
      }
    }),
  )

  interactive('powerlevel10k gets a segment, and keeps its prompt', () =>
    withHome((home) => {
      // Its function, as far as a segment sees it.
      const profile = ['function p10k { print -r -- "${(j:|:)@}" }']
      const env = { SSOX_PROFILE: '50%off', SSOX_EXPIRES: '1' }
      return inShell(home, { env, profile }, async (shell, terminal) => {
        assert.is(await shell.segment(), '')
        await shell.run('prompt_ssox')
        await terminal.until('segment|-f|red|-t|50%%off expired')
      })
    }),
  )
})

function withoutCompinit(home: Home, profile: readonly string[]): readonly string[] {
  writeFileSync(join(home.path, '.zshrc'), `${profile.join('\n')}\n`)
  return ['zsh', '-d', '-i']
}
