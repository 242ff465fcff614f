/** bash and zsh for the scenarios of the hooks. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shellPath } from '../support/in-shell.ts'
import { atEnd } from '../support/suite.ts'
import { type Dialect, hookPath } from './hook-shell.ts'

const PRELUDE = `snap() {
  local code=$?
  printf '%s\\n' "-- $1" >>"$HOOK_TEST_LOG"
  printf '\\001%s\\001\\n' "$1" >&2
  printf '\\001%s\\001%s\\0' "$1" "$code"
  command env -0
  printf '\\001%s=\\001' "$1"
}`

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

const COMMON = {
  prelude: PRELUDE,
  quote,
  set: (name, value) => `export ${name}=${quote(value)}`,
  copy: (name, from) => `export ${name}="$${from}"`,
  unset: (name) => `unset ${name}`,
  venv: {
    activate: 'their_prompt=$PS1; PS1="(venv) $PS1"',
    deactivate: 'PS1=$their_prompt',
  },
  shown: { success: 'READY 0 #', failure: 'READY 3 #' },
  andThen: (first, second) => `${first} && ${second}`,
  snap: (label) => `snap ${quote(label)}`,
} satisfies Partial<Dialect>

export const bash: Dialect = {
  ...COMMON,
  shell: 'bash',
  name: 'bash',
  extension: 'bash',
  flags: ['--noprofile', '--norc'],
  load: `. '${hookPath('ssox.bash')}'`,
  interactive: (home, profile) => {
    const file = join(home.path, 'bashrc')
    writeFileSync(file, `${profile.join('\n')}\n`)
    return ['bash', '--noprofile', '--rcfile', file, '-i']
  },
  ownPrompt: "PS1='READY $? #$((prompts += 1))> '",
}

let dump: string | undefined

/** What compinit finds on this machine: to look costs zsh half a second, so one does for all. */
function completionDump(): string {
  if (dump) return dump
  const folder = mkdtempSync(join(tmpdir(), 'ssox-compinit-'))
  atEnd(async () => rmSync(folder, { recursive: true, force: true }))
  dump = join(folder, 'dump')
  const zsh = shellPath('zsh') ?? 'zsh'
  execFileSync(zsh, ['-f', '-c', `autoload -Uz compinit; compinit -u -d '${dump}'`])
  return dump
}

export const zsh: Dialect = {
  ...COMMON,
  shell: 'zsh',
  name: 'zsh',
  extension: 'zsh',
  flags: ['-f'],
  load: `. '${hookPath('ssox.zsh')}'`,
  interactive: (home, profile) => {
    const lines = [...profile, 'autoload -Uz compinit', `compinit -u -d '${completionDump()}'`]
    writeFileSync(join(home.path, '.zshrc'), `${lines.join('\n')}\n`)
    return ['zsh', '-d', '-i']
  },
  ownPrompt: "setopt prompt_subst; PROMPT='READY $? #$((prompts += 1))> '",
}
