# shellcheck shell=bash disable=SC2317 # what follows `return` is read later
# ssox hook for bash 3.2 or later
# version: 0.1.0
#
#   . .../ssox.bash          in ~/.bashrc
#   awsuse <profile>         switch this terminal; awsuse -, awsuse --clear, awsuse --help
#   SSOX_PROMPT=off          no segment in the prompt
#   SSOX_RENEW_MINUTES=10    renew in the background when fewer minutes are left; 0: never
#   SSOX_BIN=/path/to/ssox   in place of the ssox on PATH
#   __ssox_unload            takes all of it out of this shell again
#
# src/switch/entry.ts describes the files that are read here. They are data, never evaluated.

# Where another shell reads ~/.bashrc, as `sh -l` may by way of ~/.profile, there is nothing for it here.
[ -n "${BASH_VERSION-}" ] || return 0

# An alias of the user's must not become part of a function; they are switched on again at the end.
\builtin unalias awsuse 2>/dev/null || \builtin :
\builtin shopt -q expand_aliases && __ssox_aliases=1 || __ssox_aliases=
\builtin shopt -u expand_aliases
if builtin declare -F __ssox_unload >/dev/null; then __ssox_unload "${__ssox_previous-}"; fi

# Runs a function without trace, echo, DEBUG and ERR trap: it handles secrets. And without `set -k`,
# which takes the assignments away from `local` and `export`.
function __ssox_untraced() {
  builtin set -- "$-" "$@"
  { builtin set +kxvTE; } 2>/dev/null
  builtin local flags_="$1" status_=0
  builtin shift
  "$@" || status_=$?
  case $flags_ in *T*) builtin set -T ;; esac
  case $flags_ in *E*) builtin set -E ;; esac
  case $flags_ in *k*) builtin set -k ;; esac
  case $flags_ in *v*) builtin set -v ;; esac
  case $flags_ in *x*) builtin set -x ;; esac
  builtin return "$status_"
}

function __ssox_evaluate() {
  builtin eval "$1"
}

# Applies an entry of the switch cache: `p` makes this shell that of the profile, `r` renews its
# keys. Status 1: it is not there, or not true any more, and ssox must be asked. bash copies a
# function at each call, so what is rare has functions of its own; for its variables see `awsuse`.
function __ssox_apply_entry() {
  # The user's would not split the names.
  if [[ ${IFS-$' \t\n'} != $' \t\n' ]]; then builtin local IFS=' '; fi
  # The folder of ssox (src/state/paths.ts), and the name as it is in file names.
  __ssox_runtime=${XDG_RUNTIME_DIR-}/ssox __ssox_file=$2
  if [[ $__ssox_runtime != /?*/ssox || ! -O $__ssox_runtime || -L $__ssox_runtime || ! -e $__ssox_runtime/current ]]; then
    __ssox_runtime=${HOME-}/.cache/ssox
    case ${XDG_CACHE_HOME-} in /*) __ssox_runtime=$XDG_CACHE_HOME/ssox ;; esac
  fi
  case $2 in *[%/]*) __ssox_encode "$2" ;; esac
  __ssox_entry=$__ssox_runtime/current/$1-$__ssox_file
  [[ -O $__ssox_entry && ! -L $__ssox_entry ]] || builtin return
  if [[ $__ssox_clock == epoch ]]; then
    builtin mapfile -t __ssox_lines <"$__ssox_entry" # bash 4.0
    __ssox_time=${EPOCHSECONDS-}                     # bash 5.0
  else
    __ssox_read_before_5 || builtin return
  fi
  # With tabs between; by `[`, as [[ ]] obeys nocasematch, which must not decide about the profile.
  builtin [ "${__ssox_lines[0]-}" = "ssox-switch 4	$2	${HOME-}	${XDG_CONFIG_HOME-}	${AWS_CONFIG_FILE-}	${AWS_SHARED_CREDENTIALS_FILE-}" ] || builtin return
  __ssox_state=${__ssox_lines[4]-} __ssox_count=${#__ssox_lines[@]}
  # Each file must be neither newer nor older than its stamp. To bash, a file that is not there is
  # older than any other, and as old as another that is not there, which -e sees faster.
  [[ ${__ssox_lines[__ssox_count - 1]} == . && ${__ssox_lines[7]} != *[!0123456789]* && ${__ssox_lines[7]} -ge $((__ssox_time + 300)) &&
    -O $__ssox_state && -e ${__ssox_lines[5]} && -e ${__ssox_lines[6]} &&
    ! ${__ssox_lines[1]} -nt $__ssox_state/config && ! ${__ssox_lines[1]} -ot $__ssox_state/config &&
    (! -e ${__ssox_lines[2]} && ! -e $__ssox_state/credentials || ! ${__ssox_lines[2]} -nt $__ssox_state/credentials && ! ${__ssox_lines[2]} -ot $__ssox_state/credentials) &&
    (! -e ${__ssox_lines[3]} && ! -e $__ssox_state/settings || ! ${__ssox_lines[3]} -nt $__ssox_state/settings && ! ${__ssox_lines[3]} -ot $__ssox_state/settings) ]] || builtin return
  case $1${__ssox_lines[10]} in p) ;; *) __ssox_apply_rare "$1" || builtin return ;; esac
  # shellcheck disable=SC2086 # names of variables with blanks between
  builtin unset -v ${__ssox_lines[9]} || builtin return
  # One command: an interrupt comes before or after it.
  builtin export "${__ssox_lines[@]:11:__ssox_count-12}" || builtin return
  __ssox_lines=()
}

function __ssox_encode() {
  __ssox_file=${1//[%]/%%}
  __ssox_file=${__ssox_file//\//%-}
}

# Before bash 5.0 times within one second are equal: the entry must be of a later one.
function __ssox_read_before_5() {
  __ssox_read_lines "$__ssox_entry"
  __ssox_now
  __ssox_state=${__ssox_lines[4]-}
  [[ -z $__ssox_whole_seconds || $__ssox_entry -nt $__ssox_state/config && $__ssox_entry -nt $__ssox_state/credentials && $__ssox_entry -nt $__ssox_state/settings ]]
}

# A renewal must be for the same account and role, and for longer than what is there. Unsets the
# variables that go only while they are what ssox has put there.
function __ssox_apply_rare() {
  if [[ $1 == r ]]; then
    builtin [ "${__ssox_lines[8]}" = "${SSOX_ACCOUNT_ID-} ${SSOX_ROLE-}" ] && ((__ssox_lines[7] > 10#$SSOX_EXPIRES)) || builtin return
  fi
  # shellcheck disable=SC2086 # pairs of a name and the variable that says what that was
  builtin set -- ${__ssox_lines[10]}
  while (($# > 1)); do
    if [[ -n ${!2-} ]] && builtin [ "${!1-}" = "${!2}" ]; then builtin unset -v "$1" || builtin return; fi
    builtin shift 2
  done
}

# Sets `__ssox_lines` to the lines of a file.
function __ssox_read_lines() {
  if [[ -n $__ssox_has_mapfile ]]; then
    builtin mapfile -t __ssox_lines <"$1" # bash 4.0
    builtin return
  fi
  builtin local line_
  __ssox_lines=()
  while IFS='' builtin read -r line_ || [[ -n $line_ ]]; do __ssox_lines+=("$line_"); done <"$1"
}

# Sets `__ssox_time`. Before bash 4.2 only a process knows the time: it is asked once per shell, and
# SECONDS counts from there, unless the user has set it back since.
function __ssox_now() {
  case $__ssox_clock in
    epoch) __ssox_time=$EPOCHSECONDS ;;                  # bash 5.0
    printf) builtin printf -v __ssox_time '%(%s)T' -1 ;; # bash 4.2
    *)
      if ((SECONDS < __ssox_seconds || __ssox_started == 0)); then
        __ssox_started=$(($(builtin command date +%s) - SECONDS))
      fi
      __ssox_seconds=$SECONDS __ssox_time=$((__ssox_started + SECONDS))
      ;;
  esac
}

# Sets `shown_`: control characters, and those that turn the writing around, would be obeyed by the
# terminal; in a locale without UTF-8 they cannot be told from others.
function __ssox_harmless() {
  shown_=${1//$__ssox_unsafe/?}
}

# In PROMPT_COMMAND. What `$?` was must be so for those that come after it.
function __ssox_prompt() {
  builtin set -- "$?"
  case $- in
    *[kxvTE]*) __ssox_untraced __ssox_update || builtin : ;;
    *) __ssox_update || builtin : ;;
  esac
  # Under `set -e` it would end the shell.
  [[ $- == *e* ]] || builtin return "$1"
}

# Keeps `__ssox_segment`, which the prompt shows, up to date.
function __ssox_update() {
  builtin local colour_=''
  __ssox_now
  if [[ ${SSOX_PROFILE-}/${SSOX_EXPIRES-}/${SSOX_PROTECTED-}/${AWS_PROFILE-}/${AWS_ACCESS_KEY_ID-}/${SSOX_PROMPT-}/${SSOX_RENEW_MINUTES-}/${NO_COLOR-}/${TERM-} != "$__ssox_shown" ]] ||
    ((__ssox_time < __ssox_since || __ssox_time >= __ssox_until)); then
    __ssox_refresh
    __ssox_shown=${SSOX_PROFILE-}/${SSOX_EXPIRES-}/${SSOX_PROTECTED-}/${AWS_PROFILE-}/${AWS_ACCESS_KEY_ID-}/${SSOX_PROMPT-}/${SSOX_RENEW_MINUTES-}/${NO_COLOR-}/${TERM-}
    __ssox_segment=${__ssox_text:+$__ssox_text }
    if [[ -n $__ssox_text && -z ${NO_COLOR-} && ${TERM-} != dumb ]]; then
      case $__ssox_look in 0) colour_=32 ;; 1) colour_=33 ;; 2) colour_=31 ;; *) colour_='1;37;41' ;; esac
      # What readline must not count stands between \001 and \002.
      __ssox_segment=$'\001\e['$colour_$'m\002'$__ssox_text$'\001\e[0m\002 '
    fi
  fi
  # Others make PS1 anew at every prompt. starship and oh-my-posh draw all of the prompt themselves.
  if [[ ${PS1-} != *"$__ssox_in_ps1"* && ${STARSHIP_SHELL-} != bash && ${POSH_SHELL-} != bash ]]; then
    PS1=$__ssox_in_ps1${PS1-}
  fi
}

# Puts __ssox_prompt into PROMPT_COMMAND, after what is there; a read-only one is left alone.
# bash 5.1 has a list: not at index 0, which others replace. Before that, and where programs inherit
# it, it is text, with a call that does nothing in a shell without this hook.
function __ssox_join_prompt() {
  if [[ ${PROMPT_COMMAND[*]-} == *__ssox_* ]]; then builtin return 0; fi
  builtin local at_
  if [[ -n $__ssox_has_list ]] && ! builtin compgen -e -X '!PROMPT_COMMAND' >/dev/null; then
    at_=1
    for at_ in 0 "${!PROMPT_COMMAND[@]}"; do :; done
    at_=$((at_ + 1))
    builtin printf -v "PROMPT_COMMAND[$at_]" %s __ssox_prompt 2>/dev/null || builtin : # bash 5.1
  elif [[ -n ${PROMPT_COMMAND-} ]]; then
    builtin printf -v PROMPT_COMMAND '%s\n%s' "$PROMPT_COMMAND" "$__ssox_in_text" 2>/dev/null || builtin :
  else
    builtin printf -v PROMPT_COMMAND %s "$__ssox_in_text" 2>/dev/null || builtin :
  fi
}

# BEGIN switch (shell/shared.sh)
# Its status is that of ssox.
function awsuse() {
  # For bash: a trace would show the keys. In zsh it is off while this file's functions run.
  case $- in
    *[kxvTE]*)
      __ssox_untraced awsuse "$@"
      builtin return
      ;;
  esac
  # No local: each function with one makes `unset` and `export` slower for those that it calls.
  __ssox_before=${SSOX_PROFILE-}
  case $#:${1-} in
    1:[!-]*) __ssox_apply_entry p "$1" || __ssox_ask "$1" || builtin return ;;
    *:-) __ssox_go_back "$@" || builtin return ;;
    *) __ssox_ask "$@" || builtin return ;;
  esac
  if [[ -n $__ssox_before && $__ssox_before != "${SSOX_PROFILE-}" ]]; then __ssox_previous=$__ssox_before; fi
  __ssox_note_keys
  # For bash: somebody may have replaced PROMPT_COMMAND since.
  [[ ${PROMPT_COMMAND[*]-} == *__ssox_* || -z ${__ssox_call-} ]] || __ssox_join_prompt
}

# To the profile before this one. The status is that of ssox.
function __ssox_go_back() {
  if [[ -z ${__ssox_previous-} ]]; then
    builtin printf 'ssox: %s\n  %s\n' 'this terminal has no previous profile' awsuse >&2
    builtin return 2
  fi
  builtin shift
  if (($# > 0)) || ! __ssox_apply_entry p "$__ssox_previous"; then __ssox_ask "$@" -- "$__ssox_previous"; fi
}

# Evaluates the statement that `ssox env` prints. The status is that of ssox.
function __ssox_ask() {
  builtin local word_ statement_
  # For bash: the keys of an entry that was not true.
  __ssox_lines=()
  # In zsh, an interrupted function without a trap of its own leaves any status.
  if [[ $__ssox_shell == zsh ]]; then builtin trap 'return 130' INT; fi
  if ! builtin command -v "${SSOX_BIN:-ssox}" >/dev/null; then
    builtin printf 'ssox: there is no program %s\n  %s\n' "${SSOX_BIN:-ssox}" 'export SSOX_BIN=/path/to/ssox' >&2
    builtin return 127
  fi
  for word_; do
    # For people or for a file: there is nothing to evaluate.
    case $word_ in
      --) break ;;
      --help | --version | --format | --format=*) word_=-h ;;
    esac
    # Short options may stand together.
    case $word_ in
      -*[!qhV]*) ;;
      -*[hV]*)
        SSOX_HOOK=$__ssox_shell builtin command "${SSOX_BIN:-ssox}" env "$@"
        builtin return
        ;;
    esac
  done
  statement_=$(SSOX_HOOK=$__ssox_shell builtin command "${SSOX_BIN:-ssox}" env --shell "$__ssox_shell" "$@") || builtin return
  # Whole, or nothing of it.
  if [[ $statement_ != '{ '*'; }' ]]; then
    builtin printf 'ssox: %s\n  %s\n' 'that was not for this shell, so nothing has changed' 'awsuse --help' >&2
    builtin return 1
  fi
  __ssox_evaluate "$statement_"
}

# Notes that the keys that are there are those of ssox: only these are renewed.
function __ssox_note_keys() {
  __ssox_keys_of="${SSOX_PROFILE-} ${SSOX_EXPIRES-}" __ssox_key_id=${AWS_ACCESS_KEY_ID-}
}

# Makes the segment anew: `__ssox_text` is what it says, `__ssox_look` is 0 for green, 1 yellow,
# 2 red, 3 protected. `__ssox_time` is now. It is good until `__ssox_until`.
function __ssox_refresh() {
  builtin local left_='' mark_='' minutes_ shown_
  # Those that are there when an expiry is seen for the first time.
  if [[ $__ssox_keys_of != "${SSOX_PROFILE-} ${SSOX_EXPIRES-}" ]]; then __ssox_note_keys; fi
  # Somebody else has put other keys or another profile there; exec --serve may name one without keys.
  case ${AWS_PROFILE-} in '' | "${SSOX_PROFILE-}" | "${SSOX_PROFILE-}-served" | ssox-served) ;; *) mark_='!' ;; esac
  if [[ -n ${SSOX_EXPIRES-} && -n ${AWS_ACCESS_KEY_ID-} && $AWS_ACCESS_KEY_ID != "$__ssox_key_id" ]]; then mark_='!'; fi
  __ssox_since=$__ssox_time __ssox_until=99999999999 __ssox_text='' __ssox_look=0
  if [[ -z ${SSOX_PROFILE-} ]]; then return 0; fi
  case ${SSOX_EXPIRES-} in
    '' | *[!0123456789]* | ?????????????*) ;;
    *)
      left_=$((10#$SSOX_EXPIRES - __ssox_time))
      __ssox_renew_minutes
      # What has ended a day ago is of no use to anybody.
      if [[ -n ${AWS_ACCESS_KEY_ID-} && -z $mark_ ]] && ((minutes_ && left_ < minutes_ * 60 && left_ > -86400)); then
        if __ssox_renew; then left_=$((10#$SSOX_EXPIRES - __ssox_time)); fi
        # Look again at every prompt.
        __ssox_until=0
      elif ((left_ >= 86400)); then
        __ssox_until=$((__ssox_time + left_ % 3600 + 1))
      elif ((left_ >= 60)); then
        __ssox_until=$((__ssox_time + left_ % 60 + 1))
      elif ((left_ > 0)); then
        __ssox_until=$((__ssox_time + 1))
      fi
      if ((left_ <= 1800)); then __ssox_look=1; fi
      if ((left_ <= 600)); then __ssox_look=2; fi
      ;;
  esac
  if [[ -n ${SSOX_PROTECTED-} ]]; then __ssox_look=3; fi
  case ${SSOX_PROMPT-} in [oO][fF][fF] | 0) return 0 ;; esac
  __ssox_harmless "${SSOX_OUTER:+$SSOX_OUTER > }$SSOX_PROFILE"
  __ssox_text=$shown_$mark_
  # The words of src/ui/duration.ts.
  if [[ -z $left_ ]]; then
    return 0
  elif ((left_ <= 0)); then
    __ssox_text+=' expired'
  elif ((left_ < 60)); then
    __ssox_text+=" ${left_}s"
  elif ((left_ < 3600)); then
    __ssox_text+=" $((left_ / 60))m"
  elif ((left_ < 86400)); then
    minutes_=0$((left_ % 3600 / 60))
    __ssox_text+=" $((left_ / 3600))h ${minutes_:${#minutes_}-2}m"
  else
    minutes_=0$((left_ % 86400 / 3600))
    __ssox_text+=" $((left_ / 86400))d ${minutes_:${#minutes_}-2}h"
  fi
}

# Sets `minutes_`: the leading digits of SSOX_RENEW_MINUTES, at most what --min-left takes.
function __ssox_renew_minutes() {
  minutes_=${SSOX_RENEW_MINUTES:-10}
  minutes_=0${minutes_%%[!0123456789]*}
  if ((${#minutes_} > 4)) || ((10#$minutes_ > 720)); then minutes_=720; else minutes_=$((10#$minutes_)); fi
}

# Takes the keys that another terminal or our own ssox has fetched. Status 1: there are none yet;
# then it has them fetched, once a minute.
function __ssox_renew() {
  if __ssox_apply_entry r "$SSOX_PROFILE"; then
    __ssox_note_keys
    return 0
  fi
  __ssox_lines=()
  if ((__ssox_asked_at > 0)); then __ssox_show_note; fi
  if ((__ssox_time - __ssox_asked_at >= 60)); then
    __ssox_asked_at=$__ssox_time
    # No job of this shell: nothing is said about it, and closing the terminal does not wait for it.
    (SSOX_HOOK=renew builtin command "${SSOX_BIN:-ssox}" env --shell "$__ssox_shell" --no-login \
      --min-left "$minutes_" -q -- "$SSOX_PROFILE" </dev/null >/dev/null 2>&1 &)
  fi
  return 1
}

# Shows once per expiry why a renewal has brought nothing, which ssox has left in a file.
function __ssox_show_note() {
  builtin local file_ note_=''
  if [[ $__ssox_noted == "$SSOX_EXPIRES" ]]; then return 0; fi
  file_=$__ssox_runtime/n-$__ssox_file
  if [[ ! -f $file_ || ! -O $file_ || -L $file_ ]]; then return 0; fi
  __ssox_noted=$SSOX_EXPIRES
  IFS='' builtin read -r note_ <"$file_" || builtin :
  builtin printf '%s\n' "$note_" >&2
}
# END switch

# Completion is the end of this file, which is read at the first TAB.
function __ssox_complete() {
  builtin local text_='' aliases_=''
  # Not by $(<file), which before bash 5.2 is a process.
  { IFS='' builtin read -r -d '' text_ <"$__ssox_hook"; } 2>/dev/null
  if [[ -z $text_ ]]; then builtin return 0; fi
  if builtin shopt -q expand_aliases; then aliases_=1; fi
  builtin shopt -u expand_aliases
  builtin eval "${text_#*$'\n'# The rest is for completion$'\n'}"
  if [[ -n $aliases_ ]]; then builtin shopt -s expand_aliases; fi
  __ssox_complete
}

function __ssox_unload() {
  builtin local at_ IFS=$' \t\n'
  PS1=${PS1-}
  PS1=${PS1//"${__ssox_in_ps1-}"/}
  for at_ in "${!PROMPT_COMMAND[@]}"; do
    case ${PROMPT_COMMAND[at_]} in
      __ssox_prompt | "${__ssox_in_text-}") builtin unset -v "PROMPT_COMMAND[$at_]" ;;
      *__ssox_*) builtin printf -v PROMPT_COMMAND %s "${PROMPT_COMMAND%$'\n'"${__ssox_in_text-}"}" ;;
    esac
  done 2>/dev/null
  builtin complete -r awsuse ssox 2>/dev/null
  builtin set -- "${1-}" "${__ssox_aliases-}"
  for at_ in $(builtin compgen -A function __ssox_); do builtin unset -f "$at_"; done
  builtin unset -f awsuse
  builtin unset -v "${!__ssox_@}"
  # For this file when it is read again.
  if [[ -n $1 ]]; then __ssox_previous=$1; fi
  if [[ -n $2 ]]; then __ssox_aliases=$2; fi
}

__ssox_shell=bash __ssox_keys_of='' __ssox_key_id='' __ssox_noted='' __ssox_asked_at=0
__ssox_shown=none __ssox_since=0 __ssox_until=0 __ssox_segment='' __ssox_seconds=0 __ssox_started=0
__ssox_hook=${BASH_SOURCE[0]}
case $__ssox_hook in /*) ;; *) __ssox_hook=$PWD/$__ssox_hook ;; esac
__ssox_folder=${__ssox_hook%/*}
# What this bash has: mapfile (4.0), printf with times (4.2), a list in PROMPT_COMMAND (5.1),
# EPOCHSECONDS and times of files finer than a second (5.0).
__ssox_has_mapfile=1 __ssox_has_list=1 __ssox_whole_seconds='' __ssox_clock=epoch
case $BASH_VERSION in
  3.*) __ssox_has_mapfile='' __ssox_has_list='' __ssox_whole_seconds=1 __ssox_clock=SECONDS ;;
  4.[01].*) __ssox_has_list='' __ssox_whole_seconds=1 __ssox_clock=SECONDS ;;
  4.*) __ssox_has_list='' __ssox_whole_seconds=1 __ssox_clock='printf' ;;
  5.0.*) __ssox_has_list='' ;;
esac
# Somebody may have unset it, which takes its meaning away.
case $__ssox_clock:${EPOCHSECONDS-} in epoch:[!1-9]* | epoch:) __ssox_clock='printf' ;; esac # bash 5.0
__ssox_unsafe=$'\303\251'
if [[ ${#__ssox_unsafe} == 1 ]]; then
  __ssox_unsafe=$'[[:cntrl:]\342\200\216\342\200\217\342\200\250\342\200\251\342\200\252\342\200\253\342\200\254\342\200\255\342\200\256\342\201\246\342\201\247\342\201\250\342\201\251\330\234]'
else
  __ssox_unsafe='[^ -~]'
fi
case $- in
  *i*)
    # shellcheck disable=SC2016
    __ssox_in_ps1='${__ssox_segment-}' __ssox_in_text='"${__ssox_call:-:}"' __ssox_call=__ssox_prompt
    if builtin shopt -q promptvars; then __ssox_join_prompt; else __ssox_call=''; fi
    builtin complete -F __ssox_complete awsuse
    builtin complete -o default -F __ssox_complete ssox
    ;;
esac
if [[ -n ${__ssox_aliases-} ]]; then builtin shopt -s expand_aliases; fi
builtin unset -v __ssox_aliases
builtin return 0

# The rest is for completion
# BEGIN completion (shell/shared.sh)
# Sets `found_` to the words of the rows of this kind and owner in the table of the command line
# (src/cli/completion.ts).
function __ssox_rows() {
  builtin local kind_ owner_ word_ text_
  found_=()
  if [[ ! -r $__ssox_folder/completion.tsv ]]; then return 0; fi
  while IFS=$'\t' builtin read -r kind_ owner_ word_ text_; do
    if [[ $kind_ == "$1" && $owner_ == "$2" ]]; then found_+=("$word_"); fi
  done <"$__ssox_folder/completion.tsv"
}

# Sets what is wanted after these words, which begin with the command: `verb_`; `option_`, whose
# value is due; `next_`, the kind of rows for what follows; `plain_` when no option can follow.
function __ssox_read_words() {
  builtin local word_ IFS=' '
  option_='' plain_='' next_=word verb_=awsuse
  case $1 in ssox | */ssox) verb_=- ;; esac
  __ssox_rows flag "$verb_"
  builtin shift
  for word_; do
    if [[ -n $option_ ]]; then
      option_=''
    elif [[ -z $plain_ && $word_ == -- ]]; then
      plain_=1
    elif [[ -z $plain_ && $word_ == -?* ]]; then
      if [[ " ${found_[*]-} " == *" $word_= "* ]]; then option_=$word_; fi
    elif [[ $verb_ == - ]]; then
      verb_=$word_
      __ssox_rows flag "$verb_"
    else
      next_='more'
    fi
  done
}

# Sets `name_` to the name in the header of a section of this type (`profile`, `sso-session`; `any`:
# of the credentials file). Status 1: the line is none.
function __ssox_section_name() {
  builtin local line_="$2" rest_ blank_=$' \t\r'
  case $line_ in '['*']'*) line_=${line_#?} ;; *) builtin return 1 ;; esac
  # The last bracket counts, but for those in a comment behind the first.
  rest_=${line_#*]} name_=${line_%]*}
  case ${rest_#"${rest_%%[!"$blank_"]*}"} in '' | [\#\;]*) name_=${line_%%]*} ;; esac
  if [[ $1 != any ]] && ! [[ $1 == profile && $name_ == default ]]; then
    case $name_ in "$1"["$blank_"]*) name_=${name_#"$1"} ;; *) builtin return 1 ;; esac
  fi
  name_=${name_#"${name_%%[!"$blank_"]*}"} name_=${name_%"${name_##*[!"$blank_"]}"}
  if [[ $1 == any || $name_ != *[\'\"]* ]]; then return 0; fi
  # 'it'"'"'s' is it's.
  rest_=$name_ name_=''
  while [[ -n $rest_ ]]; do
    case $rest_ in
      \'*\'*) rest_=${rest_#?} name_+=${rest_%%\'*} rest_=${rest_#*\'} ;;
      \"*\"*) rest_=${rest_#?} name_+=${rest_%%\"*} rest_=${rest_#*\"} ;;
      *) name_+=${rest_:0:1} rest_=${rest_:1} ;;
    esac
  done
}
# END completion

# Takes a line apart as the shell would: `words_`, and of the last one, which is being typed, `word_`,
# its open `quote_`, and in `cut_` what readline leaves as it is, up to the last break or quote.
function __ssox_split() {
  builtin local i_ c_ started_=''
  for ((i_ = 0; i_ < ${#1}; i_++)); do
    c_=${1:i_:1}
    case $quote_$c_ in
      \'\' | \"\") quote_='' cut_=$word_ ;;
      \'?) word_+=$c_ ;;
      \\ | \"\\)
        ((i_ += 1))
        case $quote_${1:i_:1} in \"[!\\\"\$\`]) word_+=$c_ ;; esac
        word_+=${1:i_:1} started_=1
        ;;
      \"?) word_+=$c_ ;;
      \' | \") quote_=$c_ cut_=$word_ started_=1 ;;
      [[:space:]])
        [[ -z $started_ ]] || words_+=("$word_")
        word_='' cut_='' started_=''
        ;;
      *)
        word_+=$c_ started_=1
        case ${COMP_WORDBREAKS-} in *"$c_"*) cut_=$word_ ;; esac
        ;;
    esac
  done
}

# Offers a word if it fits, quoted as the word that is being typed.
function __ssox_offer() {
  builtin local text_="$1" special_ escaped_
  [[ $1 == "$word_"* ]] || return 0
  text_=${text_:${#cut_}}
  case $quote_ in
    \') escaped_=\'\\\'\' text_=${text_//\'/"$escaped_"} ;;
    \")
      for special_ in \\ \" \$ \`; do
        escaped_=\\$special_
        text_=${text_//"$special_"/"$escaped_"}
      done
      ;;
    *)
      # Not by %q, which before bash 4.3 writes other alphabets as bytes, and leaves a ~ as it is.
      case $text_ in
        *[[:cntrl:]]*) builtin printf -v text_ %q "$text_" ;;
        *[!0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_./:@%+,=-]*)
          for special_ in \\ \" \$ \` \' \& \; \( \) \< \> \| \* \? \[ \] \{ \} \! \# \~ '^' ' '; do
            escaped_=\\$special_
            text_=${text_//"$special_"/"$escaped_"}
          done
          ;;
      esac
      ;;
  esac
  # To readline, a quote at the end is the one that closes the word.
  case $quote_$text_ in \"*\" | \'*\') text_+=$quote_ ;; esac
  COMPREPLY+=("$text_")
}

# Offers the names in the section headers of the AWS files.
function __ssox_offer_names() {
  builtin local config_="${AWS_CONFIG_FILE:-$HOME/.aws/config}" credentials_="${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}"
  case $config_ in \~/*) config_=$HOME${config_#?} ;; esac
  case $credentials_ in \~/*) credentials_=$HOME${credentials_#?} ;; esac
  __ssox_offer_sections "$1" "$config_"
  if [[ $1 == profile ]]; then __ssox_offer_sections any "$credentials_"; fi
}

function __ssox_offer_sections() {
  builtin local line_ name_ __ssox_lines
  if [[ ! -f $2 || ! -r $2 || ! -s $2 ]]; then return 0; fi
  __ssox_read_lines "$2"
  for line_ in "${__ssox_lines[@]}"; do
    # Taking apart is slow. Without quotes, a name is in its header as it is.
    if [[ $line_ == '['*"$word_"* || $line_ == '['*[\'\"]* ]] && __ssox_section_name "$1" "$line_"; then
      __ssox_offer_name "$name_"
    fi
  done
}

# A name like an option can only be meant after `--`.
function __ssox_offer_name() {
  if [[ $1 != -* || -n $plain_ ]]; then __ssox_offer "$1"; fi
}

# The last: what an interrupt has cut short is read again at the next TAB.
function __ssox_complete() {
  builtin local IFS=$' \t\n' words_ word_='' cut_='' quote_='' verb_ option_ plain_ next_ found_ before_='' i_
  COMPREPLY=() words_=()
  __ssox_split "${COMP_LINE:0:COMP_POINT}"
  # Its flags are what is found at first.
  __ssox_read_words "${words_[@]}"
  if [[ -z $plain_$option_ && $word_ == --*=* ]]; then
    before_=${word_%%=*}=
    __ssox_rows value "${before_%=}"
  elif [[ -n $option_ ]]; then
    __ssox_rows value "$option_"
  elif [[ -n $plain_ || $word_ != -* ]]; then
    if [[ $verb_ == - ]]; then
      __ssox_rows verb -
    elif [[ $verb_ == exec && ${words_[*]: -1} == -- ]]; then
      # shellcheck disable=SC2207 # commands, one per word
      found_=($(builtin compgen -c -- "$word_"))
    else
      __ssox_rows "$next_" "$verb_"
    fi
  fi
  # Under `set -u`, bash before 4.4 takes an empty list for one that is not there.
  for i_ in ${found_[@]+"${found_[@]}"}; do
    case $i_ in
      :profile) __ssox_offer_names profile ;;
      :session) __ssox_offer_names sso-session ;;
      *) __ssox_offer "$before_${i_%=}" ;;
    esac
  done
}
