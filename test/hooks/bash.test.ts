import { withHome } from '../support/home.ts'
import { runIn, testIn } from '../support/in-shell.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal } from '../support/terminal.ts'
import { installSsox } from './hook-shell.ts'
import { bash } from './posix-dialects.ts'
import { declarePosixScenarios, type Extras, runScript, SHADOWED } from './posix-scenarios.ts'
import { declareScenarios } from './scenarios.ts'
import { declareTerminalScenarios, inShellOf } from './terminal-scenarios.ts'

const EXTRAS: Extras = {
  settings: [
    ['nothing', ':'],
    ['strict', 'set -euo pipefail'],
    ['noglob and noclobber', 'set -fC'],
    ['POSIX mode', 'set -o posix'],
    ['keyword assignments', 'set -k'],
    ['empty IFS', "IFS=''"],
    ['IFS of letters and digits', 'IFS=ae0s/'],
    ['glob options', 'shopt -s nullglob failglob extglob dotglob'],
    ['no case', 'shopt -s nocasematch'],
    ['extdebug', 'shopt -s extdebug'],
    ['traps', 'set -ET; trap : DEBUG ERR RETURN'],
    ['C locale', 'export LC_ALL=C'],
    [
      'aliases',
      `shopt -s expand_aliases\nalias ${['awsuse', ...SHADOWED].map((name) => `${name}=false`).join(' ')}`,
    ],
    ['functions', SHADOWED.map((name) => `${name}() { false; }`).join('\n')],
    [
      'read-only variables',
      'readonly before flags status word statement file lines now pair values line home name',
    ],
  ],
  printShell:
    '{ echo "${PS1-unset}/${PS0-unset}/${PROMPT_COMMAND-unset}/${COMP_WORDBREAKS-unset}"; shopt; set -o; trap; complete; alias; } 2>&1',
  trace: 'set -vx',
}

suite('shell/ssox.bash', (test) => {
  declareScenarios(test, bash)
  declareTerminalScenarios(test, bash)
  declarePosixScenarios(test, bash, EXTRAS)
  const inShell = inShellOf(bash)
  const interactive = (title: string, run: () => Promise<unknown>) =>
    testInTerminal(test, 'bash', title, run)

  interactive('PROMPT_COMMAND, $?, PIPESTATUS and the traps of the user stay', () =>
    withSignIn(
      async (home) => {
        const profile = [
          'PROMPT_COMMAND="seen=\\$?"',
          "trap 'urgent=1' URG",
          "trap ': debug' DEBUG",
          'declare -p PROMPT_COMMAND >"$HOME/before"',
        ]
        await inShell(home, { profile }, async (shell, terminal) => {
          await shell.run('awsuse dev')
          assert.match(await shell.run('true | false | (exit 5)'), /READY 5 #/)
          await shell.run('echo "pipe ${PIPESTATUS[*]} seen $seen"')
          await terminal.until('\npipe 0 1 5 seen 5')
          await shell.run('declare -p PROMPT_COMMAND | cmp - "$HOME/before" && echo same; trap -p')
          await terminal.until(/\nsame\n[\s\S]*trap -- ': debug' DEBUG/)
          await terminal.until("trap -- 'urgent=1' SIGURG")
        })
      },
      // The renewal is due at once, and leaves the trap of the user alone.
      { lifetimes: { roleCredentials: 500 } },
    ),
  )

  interactive('renewed keys come before the next command, whatever else is expanded', () =>
    withSignIn(
      async (home) => {
        // As in starship. bash 5.2 garbles a $(…) that it meets while a signal is pending.
        const profile = [
          'PS0=\'${none:$((1+$(echo 0))):0}\'"${PS0-}"',
          "PS1='$(code=$?; echo git; exit $code) '$PS1",
          "PS0+='\\e]133;C\\e\\\\'",
          'set -k',
        ]
        const env = { SSOX_RENEW_MINUTES: '0' }
        // Names that the functions of a hook could have for their own.
        const load = `readonly name signal since flags text keys look; ${bash.load}`
        await inShellOf({ ...bash, load })(home, { profile, env }, async (shell) => {
          await shell.run('awsuse dev')
          const before = await shell.value('AWS_ACCESS_KEY_ID')
          home.center.lifetimes.roleCredentials = 3600
          await shell.run('SSOX_RENEW_MINUTES=10')
          const deadline = Date.now() + 30_000
          while (!/ (59m|1h 00m)$/.test(await shell.segment()) && Date.now() < deadline)
            assert.match(await shell.run('true | (exit 4)'), /READY 4 #/)
          assert.match(await shell.segment(), /^git dev (59m|1h 00m)$/)
          assert.is.not(await shell.value('AWS_ACCESS_KEY_ID'), before)
          assert.not.match(await shell.everything(), /unexpected|not found|syntax|readonly/)
        })
      },
      { lifetimes: { roleCredentials: 500 } },
    ),
  )

  interactive('a nested shell that inherits PS1 has one segment', () =>
    withHome((home) => {
      const profile = ['export PS1 prompts SSOX_PROFILE=dev']
      return inShell(home, { profile }, async (shell) => {
        assert.is(await shell.segment(), 'dev')
        await shell.run('bash --noprofile --norc -i')
        assert.is(await shell.segment(), '', 'without the hook')
        await shell.run(bash.load)
        assert.is(await shell.segment(), 'dev')
      })
    }),
  )

  for (const shell of ['dash', 'busybox', 'mksh', 'zsh'] as const)
    testIn(test, shell, `${shell} reads it without a word, and gets nothing`, () => {
      const run = runIn(shell, `${bash.load}\necho "on $?"\nawsuse`, { flags: ['-u'] })
      assert.is(run.stdout.toString(), 'on 0\n')
      assert.is(run.status, 127)
    })

  testIn(test, 'bash', 'without promptvars the prompt is left alone', () =>
    withHome(async (home) => {
      installSsox(home)
      const { stdout } = await runScript(
        { ...bash, flags: ['--noprofile', '--norc', '-i'] },
        home,
        `shopt -u promptvars; PS1='$ '; ${bash.load}; printf %s "$PS1\${PS0-}"`,
      )
      assert.is(stdout, '$ ')
    }),
  )
})
