import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { type Home, withHome } from '../support/home.ts'
import { runIn, testIn } from '../support/in-shell.ts'
import { until } from '../support/patience.ts'
import { withKeys } from '../support/signed-in.ts'
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
    ['numbers and lists', 'declare -i AWS_PROFILE SSOX_PROFILE AWS_REGION; declare -a SSOX_REGION'],
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
      'readonly before flags status word statement file lines now names pairs owner state home name',
    ],
  ],
  printShell:
    '{ echo "${PS1-unset}/${PS0-unset}/${PROMPT_COMMAND-unset}/${COMP_WORDBREAKS-unset}"; shopt; set -o; trap; complete; alias; } 2>&1',
  trace: 'set -vx',
}

/** What a user may have in PROMPT_COMMAND; `theirs` is what it saw as `$?`. */
const LISTS: readonly (readonly [title: string, lines: readonly string[]])[] = [
  ['nothing', []],
  ['an empty string', ["PROMPT_COMMAND=''"]],
  [
    'a command',
    ['theirs() { local code=$?; [ $code != 5 ] || theirs=5; }', 'PROMPT_COMMAND=theirs'],
  ],
  ['a semicolon at its end', ['theirs() { [ $? != 5 ] || theirs=5; }', "PROMPT_COMMAND='theirs;'"]],
  ['a line end', ['theirs() { [ $? != 5 ] || theirs=5; }', "PROMPT_COMMAND=$'theirs\\n'"]],
  ['a comment', ['theirs() { [ $? != 5 ] || theirs=5; }', "PROMPT_COMMAND='theirs # mine'"]],
  ['a list', ['theirs() { [ $? != 5 ] || theirs=5; }', 'PROMPT_COMMAND=(theirs)']],
  [
    'a list with a gap',
    ['theirs() { [ $? != 5 ] || theirs=5; }', 'PROMPT_COMMAND=([0]=theirs [7]=:)'],
  ],
  ['set -u', ['set -u']],
  ['an IFS of digits and blanks', ["IFS='0123456789 _'"]],
]

/** An interactive bash with these lines in its profile, which reads the others one by one. */
async function prompts(home: Home, rc: readonly string[], lines: readonly string[]) {
  const file = join(home.path, 'bashrc')
  writeFileSync(file, `${rc.join('\n')}\n`)
  const input = `${lines.join('\n')}\n`
  const { stdout, stderr } = await execa('bash', ['--noprofile', '--rcfile', file, '-i'], {
    env: home.env,
    extendEnv: false,
    reject: false,
    input,
  })
  return { stdout, stderr }
}

/** What bash has complained about, but for the terminal that it does not have. */
function complaints(stderr: string): string[] {
  return stderr
    .split('\n')
    .filter((line) => /^(bash|ssox): /.test(line) && !/process group|job control/.test(line))
}

suite('shell/ssox.bash', (test) => {
  declareScenarios(test, bash)
  declareTerminalScenarios(test, bash)
  declarePosixScenarios(test, bash, EXTRAS)
  const inShell = inShellOf(bash)
  const interactive = (title: string, run: () => Promise<unknown>) =>
    testInTerminal(test, 'bash', title, run)

  for (const [title, lines] of LISTS)
    testIn(test, 'bash', `PROMPT_COMMAND with ${title}: kept, with $? and PIPESTATUS`, () =>
      withHome(async (home) => {
        const rc = [...lines, 'PS1="$ "', 'export SSOX_PROFILE=dev', bash.load, bash.load]
        const { stdout, stderr } = await prompts(home, rc, [
          'true | (exit 3) | (exit 5)',
          's=$? p=("${PIPESTATUS[@]}"); printf "status %s pipe %s %s %s\\n" "$s" "${p[@]}"',
          'echo "segment $__ssox_segment"',
          'echo "ps1 $PS1"',
          'echo "theirs ${theirs-none}"',
        ])
        assert.match(stdout, /^status 5 pipe 0 3 5$/m)
        assert.match(stdout, /^segment \x01\x1b\[32m\x02dev\x01\x1b\[0m\x02 $/m)
        assert.match(stdout, /^ps1 \$\{__ssox_segment-\}\$ $/m)
        assert.match(stdout, lines.join().includes('theirs') ? /^theirs 5$/m : /^theirs none$/m)
        assert.equal(complaints(stderr), [])
      }),
    )

  testIn(
    test,
    'bash',
    'set -e: a failure that did not end the shell does not end it at the prompt',
    () =>
      withHome(async (home) => {
        const rc = ['set -e', 'export SSOX_PROFILE=dev', bash.load]
        const { stdout } = await prompts(home, rc, ['! true', 'echo "alive $? $__ssox_segment"'])
        assert.match(stdout, /^alive 1 .*dev/m)
      }),
  )

  testIn(test, 'bash', 'a read-only PROMPT_COMMAND: no segment, no word, and awsuse works', () =>
    withKeys(async (home) => {
      installSsox(home)
      const rc = ["readonly PROMPT_COMMAND='theirs=1'", bash.load]
      const { stdout, stderr } = await prompts(home, rc, [
        'awsuse static; echo "in $SSOX_PROFILE"',
        'declare -p PROMPT_COMMAND',
      ])
      assert.match(stdout, /^in static$/m)
      assert.match(stdout, /PROMPT_COMMAND="theirs=1"/)
      assert.equal(complaints(stderr), [])
    }),
  )

  testIn(test, 'bash', 'an exported PROMPT_COMMAND: the child has it, and nothing of ssox', () =>
    withHome(async (home) => {
      const rc = ["export PROMPT_COMMAND='theirs=1'", 'export SSOX_PROFILE=dev', bash.load]
      const { stdout, stderr } = await prompts(home, rc, [
        'echo "segment $__ssox_segment"',
        "bash --noprofile --norc -i <<<'echo in the child ${theirs-none} ${__ssox_segment-none}'",
      ])
      assert.match(stdout, /^segment .*dev/m)
      assert.match(stdout, /^in the child 1 none$/m)
      assert.equal(complaints(stderr), [])
    }),
  )

  testIn(test, 'bash', 'a list that was replaced: awsuse puts the segment back', () =>
    withKeys(async (home) => {
      installSsox(home)
      const { stdout } = await prompts(
        home,
        [bash.load],
        [
          'unset PROMPT_COMMAND; PROMPT_COMMAND=theirs=1',
          'awsuse static',
          'echo "segment $__ssox_segment, theirs $theirs"',
        ],
      )
      assert.match(stdout, /^segment .*static.*, theirs 1$/m)
    }),
  )

  testIn(test, 'bash', 'a PS1 that others make anew at every prompt has the segment once', () =>
    withHome(async (home) => {
      const rc = ["make() { PS1='new> '; }", 'PROMPT_COMMAND=make', 'SSOX_PROFILE=dev', bash.load]
      const { stdout } = await prompts(home, rc, [':', ':', 'echo "ps1 $PS1"'])
      assert.match(stdout, /^ps1 \$\{__ssox_segment-\}new> $/m)
    }),
  )

  interactive(
    'renewed keys come at the next prompt, beside other hooks of prompt and command',
    () =>
      withKeys(
        async (home) => {
          // As in starship and Ghostty, which do more at each command.
          const profile = [
            "PS0='${none:$((1+$(echo 0))):0}'",
            "PS1='$(code=$?; echo git; exit $code) '$PS1",
            "PS0+='\\e]133;C\\e\\\\'",
            "trap ': debug' DEBUG",
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
            await until('the renewed keys', async () => {
              assert.match(await shell.run('true | (exit 4)'), /READY 4 #/)
              return / (59m|1h 00m)/.test(await shell.segment())
            })
            assert.match(await shell.segment(), /^dev (59m|1h 00m) git$/)
            assert.is.not(await shell.value('AWS_ACCESS_KEY_ID'), before)
            assert.not.match(await shell.everything(), /unexpected|not found|syntax|readonly/)
          })
        },
        { lifetimes: { roleCredentials: 590 } },
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
