/** What the hooks must not contain, and what the tools of their shells say about them. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { testIn } from '../support/in-shell.ts'
import { needing } from '../support/machine.ts'
import { assert, suite } from '../support/suite.ts'
import { hookPath } from './hook-shell.ts'

const HOOKS = ['ssox.bash', 'ssox.zsh', 'ssox.fish', 'ssox.ps1'] as const

/**
 * Syntax that bash 3.2, the bash of macOS, does not have, and a line of each that must be found. A
 * line is let through when its comment names the version before which it is never reached.
 */
const NEWER_THAN_3_2: readonly (readonly [what: string, pattern: RegExp, example: string])[] = [
  ['mapfile (4.0)', /\b(?:mapfile|readarray)\b/, 'builtin mapfile -t lines'],
  ['associative arrays (4.0)', /\b(?:declare|local|typeset)\s+-\w*A/, 'declare -A map'],
  ['global declarations (4.2)', /\b(?:declare|typeset)\s+-\w*g/, 'declare -g x=1'],
  ['name references (4.3)', /\b(?:declare|local|typeset)\s+-\w*n\b/, 'local -n other=$1'],
  ['local - (4.4)', /\blocal -(?:\s|$)/, 'local -'],
  ['case conversion (4.0)', /\$\{[\w@*[\]]+(?:,|\^)/, 'x=${x,,}'],
  ['transformations (4.4)', /\$\{[\w@*[\]]+@[A-Za-z]\}/, 'x=${PS1@P}'],
  ['|& (4.0)', /\|&/, 'a |& b'],
  ['&>> (4.0)', /&>>/, 'a &>>log'],
  [';& and ;;& (4.0)', /;;?&/, 'a) b ;;&'],
  ['coproc (4.0)', /\bcoproc\b/, 'coproc cat'],
  ['negative indices (4.3)', /\[\s*-\d+\s*\]/, 'x=${list[-1]}'],
  ['negative lengths (4.2)', /\$\{\w+:[^}]*:\s*-\d/, 'x=${x:0:-1}'],
  ['printf -v of an element (4.1)', /printf\s+-v\s+\S*\[/, 'printf -v list[1] %s x'],
  ['%(…)T (4.2)', /%\([^)]*\)T/, "printf -v now '%(%s)T' -1"],
  ['EPOCHSECONDS (5.0)', /\bEPOCH(?:SECONDS|REALTIME)\b/, 'now=$EPOCHSECONDS'],
  ['[[ -v (4.2)', /\[\[[^\]]*\s-v\s/, '[[ -v name ]]'],
  ['read -N, -i (4.0)', /\bread\b.*\s-\w*[Ni]\b/, 'read -N 1 key'],
  ['wait -n (4.3)', /\bwait\s+-n/, 'wait -n'],
  ['globstar and lastpipe (4.0)', /\b(?:globstar|lastpipe|autocd)\b/, 'shopt -s globstar'],
  ['compopt (4.0)', /\bcompopt\b/, 'compopt -o nospace'],
  ['\\u in strings (4.2)', /\$'[^']*\\[uU]/, "x=$'\\u00e9'"],
  ['{fd}> (4.1)', /\{\w+\}[<>]/, 'exec {fd}<file'],
  ['BASHPID, BASH_ARGV0 (4.0)', /\bBASH(?:PID|_ARGV0)\b/, 'kill $BASHPID'],
  ['function substitution (5.3)', /\$\{\s/, 'x=${ date; }'],
  ['source <( (does nothing in 3.2)', /(?:source|\.)\s+<\(/, '. <(ssox init bash)'],
]

/** What no hook may do, and why. */
const NEVER: readonly (readonly [why: string, pattern: RegExp, example: string])[] = [
  [
    'here-documents leave a secret in a temporary file',
    /<<[-<]?\s*["'\w$]/,
    'read -r x <<<"$secret"',
  ],
  ['compgen -W executes what is in a name', /compgen\b.*-W/, 'compgen -W "$names"'],
  [
    'PowerShell may log what it evaluates, so that is no answer of ssox',
    /\[scriptblock\]::Create\((?!'& \$args\[0\] env)|Invoke-Expression(?!")/,
    '& ([scriptblock]::Create($statement))',
  ],
  ['psub leaves a secret in a temporary file', /\bpsub\b/, 'source (ssox env dev | psub)'],
  ['PROMPT_COMMAND belongs to others', /PROMPT_COMMAND=/, 'PROMPT_COMMAND=x'],
  ['promptsubst changes the prompts of others', /setopt.*prompt_?subst/i, 'setopt prompt_subst'],
  ['compinit belongs to the user', /^[^#]*\bcompinit\b/, 'compinit'],
]

suite('the hooks as text', (test) => {
  test('bash: nothing newer than 3.2, where it is not guarded', () => {
    for (const [what, pattern, example] of NEWER_THAN_3_2) {
      assert.match(example, pattern, `the rule for ${what}`)
      assert.equal(linesWith(pattern, code('ssox.bash')), [], what)
    }
  })

  for (const hook of HOOKS)
    test(`${hook}: no temporary file, no evaluated name, nothing of other people's`, () => {
      for (const [why, pattern, example] of NEVER) {
        assert.match(example, pattern, why)
        assert.equal(linesWith(pattern, code(hook)), [], why)
      }
    })

  for (const hook of HOOKS)
    test(`${hook}: carries the version of the package, ASCII only, 32 KB at most`, () => {
      const text = readFileSync(hookPath(hook), 'utf8')
      const { version } = JSON.parse(readFileSync(hookPath('../package.json'), 'utf8'))
      assert.ok(text.split('\n').slice(0, 3).includes(`# version: ${version}`))
      assert.match(text, /^[\t\n -~]*$/)
      assert.ok(text.length < 32_768, `${text.length} bytes`)
    })

  needing(test, ['shellcheck'])('bash: shellcheck has nothing to say', () =>
    runTool('shellcheck', ['--shell=bash', hookPath('ssox.bash')]),
  )
  needing(test, ['shfmt'])('bash: formatted by shfmt', () =>
    runTool('shfmt', ['-i', '2', '-ci', '-d', hookPath('ssox.bash')]),
  )
  testIn(test, 'zsh', 'zsh -n', () => runTool('zsh', ['-f', '-n', hookPath('ssox.zsh')]))
  testIn(test, 'fish', 'formatted by fish_indent', () =>
    runTool('fish_indent', ['--check', hookPath('ssox.fish')]),
  )
})

/** Lines that are more than a comment, without those for a newer bash. */
function code(hook: (typeof HOOKS)[number]): string[] {
  return readFileSync(hookPath(hook), 'utf8')
    .split('\n')
    .filter((line) => !/^\s*#/.test(line) && !/ # (?:bash )?[45]\.\d$/.test(line))
}

function linesWith(pattern: RegExp, lines: readonly string[]): string[] {
  return lines.filter((line) => pattern.test(line))
}

function runTool(tool: string, words: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(tool, words, { encoding: 'utf8' })
  assert.is(`${stdout}${stderr}`, '')
  assert.is(status, 0)
}
