/**
 * What is asked of a new interactive shell, in its own language: whether the hook is there, is called
 * before each prompt and has its place in it. What is called before a prompt is called once, since
 * many prompts are made there. Each answer has a line of its own, whatever start-up files print. It kills itself in the end, so that no history is written.
 */
import type { HookShell } from '../../install/shell-lines.ts'

export interface ProbeCommand {
  /** Names of the shell's program. */
  readonly names: readonly string[]
  readonly words: readonly string[]
}

const BASH = `
for __ssox_doctor in "\${PROMPT_COMMAND[@]-}"; do builtin eval "$__ssox_doctor"; done >/dev/null 2>&1 </dev/null
builtin unset -v __ssox_doctor
__ssox_say() { builtin printf '\\nssox-doctor:%s=%s\\n' "$1" "$2"; }
builtin declare -F awsuse >/dev/null && __ssox_say loaded yes
__ssox_say folder "\${__ssox_folder-}"
case "\${PROMPT_COMMAND[*]-}" in *__ssox_*) __ssox_say called yes ;; esac
case "\${PS1-}" in *__ssox_segment*) __ssox_say shown yes ;; esac
[ "\${STARSHIP_SHELL-}" = bash ] && __ssox_say frame starship
[ "\${POSH_SHELL-}" = bash ] && __ssox_say frame oh-my-posh
__ssox_say command "$(builtin type -P "\${SSOX_BIN:-ssox}")"
__ssox_say end yes
builtin kill -KILL $$`

const ZSH = `
for __ssox_doctor in precmd $precmd_functions; do
  (( $+functions[$__ssox_doctor] )) && $__ssox_doctor
done >/dev/null 2>&1 </dev/null
__ssox_say() { builtin print -r -- $'\\n'"ssox-doctor:$1=$2" }
(( $+functions[awsuse] )) && __ssox_say loaded yes
__ssox_say folder "\${__ssox_folder-}"
(( \${precmd_functions[(Ie)__ssox_precmd]} )) && __ssox_say called yes
[[ $PROMPT$RPROMPT == *'%(41V'* || $PROMPT$RPROMPT == *%41v* ]] && __ssox_say shown yes
[[ \${STARSHIP_SHELL-} == zsh ]] && __ssox_say frame starship
[[ \${POSH_SHELL-} == zsh ]] && __ssox_say frame oh-my-posh
(( $+functions[p10k] )) && __ssox_say frame powerlevel10k
__ssox_say command "$(builtin whence -p -- "\${SSOX_BIN:-ssox}")"
__ssox_say end yes
builtin kill -KILL $$`

const FISH = `
emit fish_prompt >/dev/null 2>&1 </dev/null
function __ssox_say; builtin printf '\\nssox-doctor:%s=%s\\n' $argv[1] "$argv[2]"; end
functions -q awsuse; and __ssox_say loaded yes
__ssox_say folder (string replace -r '/[^/]*$' '' -- "$__ssox_hook")
functions -q __ssox_prompt; and __ssox_say called yes
for name in fish_prompt fish_right_prompt
  functions -q $name; and functions $name | string match -q '*__ssox_segment*'; and __ssox_say shown yes
end
test "$STARSHIP_SHELL" = fish; and __ssox_say frame starship
test "$POSH_SHELL" = fish; and __ssox_say frame oh-my-posh
set -l program ssox
test -n "$SSOX_BIN"; and set program $SSOX_BIN
__ssox_say command "$(command -s $program)"
__ssox_say end yes
command kill -KILL $fish_pid`

const POWERSHELL = `
function __ssox_say { param($key, $value) [Console]::Out.WriteLine("ssox-doctor:$key=$value") }
if (Get-Command awsuse -CommandType Function -ErrorAction Ignore) {
  __ssox_say loaded yes
  # Without a terminal the hook makes no prompt, so that there is none to look at.
  __ssox_say called yes
  __ssox_say shown yes
}
if ($global:__ssox_state) { __ssox_say folder (Split-Path $global:__ssox_state['table']) }
$__ssox_name = if ($env:SSOX_BIN) { $env:SSOX_BIN } else { 'ssox' }
__ssox_say command (Get-Command $__ssox_name -CommandType Application -ErrorAction Ignore |
  Select-Object -First 1).Source
__ssox_say end yes`

const PROBES: Readonly<Record<HookShell, ProbeCommand>> = {
  bash: { names: ['bash'], words: ['-ic', BASH] },
  zsh: { names: ['zsh'], words: ['-ic', ZSH] },
  fish: { names: ['fish'], words: ['-ic', FISH] },
  powershell: {
    names: ['pwsh', 'pwsh.exe', 'powershell.exe'],
    words: ['-NoLogo', '-NonInteractive', '-Command', POWERSHELL],
  },
}

/** How a shell is asked. */
export function probeOf(shell: HookShell): ProbeCommand {
  return PROBES[shell]
}
