# ssox hook for zsh 5.1 or later
# version: 0.1.0
#
#   . .../ssox.zsh           in ~/.zshrc
#   awsuse <profile>         switch this terminal; awsuse -, awsuse --clear, awsuse --help
#   SSOX_PROMPT=off          no segment in the prompt
#   SSOX_RENEW_MINUTES=10    renew in the background when fewer minutes are left; 0: never
#   SSOX_BIN=/path/to/ssox   in place of the ssox on PATH
#   __ssox_unload            takes all of it out of this shell again
#
# src/switch/entry.ts describes the files that are read here. They are data, never evaluated.

# Read again by `emulate -c`, so that neither an alias nor an option of the user's changes what
# follows, and its functions run with the options that are set here. The trace is off for secrets.
case ${+__ssox_reading} in
  0)
    __ssox_reading=${(%):-%x}
    # Where the locale does not know its characters, they are shown escaped.
    [[ -f $__ssox_reading ]] || __ssox_reading=${funcsourcetrace[1]%:*}
    # A pipe can be read only once.
    if [[ -f $__ssox_reading ]]; then
      __ssox_reading=${__ssox_reading:a}
      'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_err_exit' '-o' 'no_err_return' '-o' 'no_xtrace' '-o' 'no_verbose' '-o' 'no_bg_nice' '-o' 'no_force_float' '-o' 'local_options' '-o' 'local_traps' '-c' '. "$__ssox_reading"'
      'builtin' 'return' '0'
    fi
    ;;
esac

'builtin' 'unalias' 'awsuse' 2>/dev/null || 'builtin' ':'
if typeset -f __ssox_unload >/dev/null; then __ssox_unload "${__ssox_previous-}"; fi

function __ssox_evaluate {
  # What is evaluated would be in ZSH_DEBUG_CMD.
  trap - DEBUG
  builtin eval "$1"
}

# Applies an entry of the switch cache: `p` makes this shell that of the profile, `r` renews its
# keys. Status 1: it is not there, or not true any more, and ssox must be asked.
function __ssox_apply_entry {
  local file_ text_ lines_ state_ owned_
  # The folder of ssox (src/state/paths.ts), and the name as it is in file names.
  __ssox_runtime=${XDG_RUNTIME_DIR-}/ssox
  if [[ $__ssox_runtime != /?*/ssox || ! -O $__ssox_runtime || -L $__ssox_runtime || ! -e $__ssox_runtime/current ]]; then
    __ssox_runtime=${HOME-}/.cache/ssox
    case ${XDG_CACHE_HOME-} in /*) __ssox_runtime=$XDG_CACHE_HOME/ssox ;; esac
  fi
  __ssox_file=${${2//\%/%%}//\//%-}
  file_=$__ssox_runtime/current/$1-$__ssox_file
  [[ -O $file_ && ! -L $file_ ]] || builtin return
  if [[ -n $__ssox_has_sysread ]]; then builtin sysread -s 65536 text_ <$file_; else text_=$(<$file_)$'\n'; fi
  lines_=("${(@f)text_}")
  [[ $lines_[1] == "ssox-switch 4	$2	${HOME-}	${XDG_CONFIG_HOME-}	${AWS_CONFIG_FILE-}	${AWS_SHARED_CREDENTIALS_FILE-}" && $lines_[-2] == . ]] || builtin return
  state_=$lines_[5]
  # Each file must be neither newer nor older than its stamp, which to zsh is also one that is not there.
  [[ -O $state_ && -e $lines_[6] && -e $lines_[7] &&
    (! -e $lines_[2] && ! -e $state_/config || -e $lines_[2] && -e $state_/config && ! $lines_[2] -nt $state_/config && ! $lines_[2] -ot $state_/config) &&
    (! -e $lines_[3] && ! -e $state_/credentials || -e $lines_[3] && -e $state_/credentials && ! $lines_[3] -nt $state_/credentials && ! $lines_[3] -ot $state_/credentials) &&
    (! -e $lines_[4] && ! -e $state_/settings || -e $lines_[4] && -e $state_/settings && ! $lines_[4] -nt $state_/settings && ! $lines_[4] -ot $state_/settings) ]] || builtin return
  [[ $lines_[8] == <-> ]] && ((lines_[8] - ${(%)__ssox_clock} >= 300)) || builtin return
  if [[ $1 == r ]]; then
    # For the same account and role, and for longer than what is there.
    [[ $lines_[9] == "${SSOX_ACCOUNT_ID-} ${SSOX_ROLE-}" ]] && ((lines_[8] > 10#$SSOX_EXPIRES)) || builtin return
  fi
  if [[ -n $lines_[11] ]]; then __ssox_find_owned; fi
  # A read-only variable would end all functions here.
  {
    builtin unset -- ${(s: :)lines_[10]} $owned_
    # One command: an interrupt comes before or after it.
    builtin export -- "${(@)lines_[12,-3]}"
    # For $_, which must not hold a key.
    builtin :
  } always {
    if ((TRY_BLOCK_ERROR)); then
      TRY_BLOCK_ERROR=0
      builtin return 1
    fi
  }
}

# Sets `owned_` to the names that go only while they are what ssox has put there.
function __ssox_find_owned {
  local name_ owner_
  owned_=()
  for name_ owner_ in ${(s: :)lines_[11]}; do
    if [[ -n ${(P)owner_-} && ${(P)name_-} == "${(P)owner_}" ]]; then owned_+=($name_); fi
  done
}

# Sets `shown_`: control characters, and those that turn the writing around, would be obeyed by the
# terminal; in a locale without UTF-8 they cannot be told from others.
function __ssox_harmless {
  shown_=${1//$~__ssox_unsafe/?}
}

# Keeps the segment (psvar 41) and what its colour depends on: half an hour (42), ten minutes (43),
# protected (44), colours at all (45). A psvar shows whatever is in a name, and runs none of it.
function __ssox_precmd {
  if [[ $__ssox_completes != compdef ]]; then __ssox_register; fi
  __ssox_time=${(%)__ssox_clock}
  local seen_="${SSOX_PROFILE-}/${SSOX_EXPIRES-}/${SSOX_PROTECTED-}/${AWS_PROFILE-}/${AWS_ACCESS_KEY_ID-}/${SSOX_PROMPT-}/${SSOX_RENEW_MINUTES-}/${NO_COLOR-}/${TERM-}"
  # The same as last time, unless another theme has emptied it.
  if [[ $__ssox_shown == "$seen_" && ${psvar[41]-} == "$__ssox_text" ]] && ((__ssox_since <= __ssox_time && __ssox_time < __ssox_until)); then return 0; fi
  if ((! ${+__ssox_drawn})); then __ssox_draw; fi
  __ssox_refresh
  __ssox_shown="${SSOX_PROFILE-}/${SSOX_EXPIRES-}/${SSOX_PROTECTED-}/${AWS_PROFILE-}/${AWS_ACCESS_KEY_ID-}/${SSOX_PROMPT-}/${SSOX_RENEW_MINUTES-}/${NO_COLOR-}/${TERM-}"
  psvar[41]=$__ssox_text
  psvar[42,45]=('' '' '' 1)
  if ((__ssox_look >= 1)); then psvar[42]=1; fi
  if ((__ssox_look >= 2)); then psvar[43]=1; fi
  if ((__ssox_look == 3)); then psvar[44]=1; fi
  if [[ -n ${NO_COLOR-} || ${TERM-} == dumb ]]; then psvar[45]=''; fi
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

# Completion: that of compinit as soon as it is there, which may be late; until then the old one,
# which needs nothing.
function __ssox_register {
  if ((${+functions[compdef]})); then
    typeset -g __ssox_completes=compdef
    compdef __ssox_complete awsuse ssox
  elif [[ -z $__ssox_completes ]]; then
    typeset -g __ssox_completes=compctl
    compctl -K __ssox_compctl awsuse ssox
  fi
}

function __ssox_draw {
  typeset -g __ssox_drawn=1
  # Without % there is nothing to draw with; these draw all of the prompt themselves.
  if [[ ! -o prompt_percent || ${STARSHIP_SHELL-} == zsh || ${POSH_SHELL-} == zsh ]] || ((${+functions[p10k]})); then return 0; fi
  if [[ $PROMPT$RPROMPT != *'%(41V'* && $PROMPT$RPROMPT != *%41v* ]]; then typeset -g PROMPT=$__ssox_segment$PROMPT; fi
}

# For the list of segments of powerlevel10k, which may be drawn before our precmd function is called.
function prompt_ssox {
  __ssox_precmd
  if [[ -z ${psvar[41]-} ]]; then return 0; fi
  local colour=green text=${psvar[41]//\%/%%}
  if [[ -n $psvar[42] ]]; then colour=yellow; fi
  if [[ -n $psvar[43] ]]; then colour=red; fi
  local -a colours=(-f $colour)
  # In the text, too: most styles of the theme set one background for all segments.
  if [[ -n $psvar[44] ]]; then colours=(-f white -b red) text="%F{white}%K{red}$text"; fi
  p10k segment $colours -t "$text"
}

# For zsh without compinit, which wants the words in `reply`.
function __ssox_compctl {
  local PREFIX=$1
  local -a words
  integer CURRENT
  read -Ac words
  read -cn CURRENT
  __ssox_complete
}

# Completion is the end of this file, which is read at the first TAB.
function __ssox_complete {
  local text_
  text_=$(<$__ssox_hook) || return
  builtin eval "${text_#*$'\n'# The rest is for completion$'\n'}"
  __ssox_complete
}

function __ssox_unload {
  typeset -g PROMPT=${PROMPT/"$__ssox_segment"/}
  typeset -ga precmd_functions
  precmd_functions=("${(@)precmd_functions:#__ssox_precmd}")
  psvar[41]=''
  case $__ssox_completes in
    compdef) compdef -d awsuse ssox ;;
    compctl) compctl + awsuse ssox ;;
  esac
  unfunction awsuse prompt_ssox ${(Mk)functions:#__ssox_*}
  # The first is for this file, when it is read again.
  local reading=${__ssox_reading-}
  unset -m '__ssox_*'
  if [[ -n $reading ]]; then typeset -g __ssox_reading=$reading; fi
  if [[ -n ${1-} ]]; then typeset -g __ssox_previous=$1; fi
}

typeset -g __ssox_shell=zsh __ssox_keys_of='' __ssox_key_id='' __ssox_noted='' __ssox_completes='' __ssox_shown=none __ssox_text='' __ssox_asked_at=0 __ssox_since=0 __ssox_until=0 __ssox_time=0
# A zsh that was built without modules has it not; it reads a file in half the time of `$(<file)`.
typeset -g __ssox_has_sysread=''
if zmodload -F zsh/system b:sysread 2>/dev/null; then __ssox_has_sysread=1; fi
# A clock without a module.
typeset -g __ssox_clock='%D{%s}'
typeset -g __ssox_segment='%(41V.%(45V.%(44V.%F{white}%K{red}.%(43V.%F{red}.%(42V.%F{yellow}.%F{green}))).)%41v%(45V.%f%k.) .)'
# Control characters, and those that turn the writing around; bytes in a locale without UTF-8.
typeset -g __ssox_unsafe=$'\303\251'
if ((${#__ssox_unsafe} == 1)); then
  __ssox_unsafe=$'[[:cntrl:]\342\200\216\342\200\217\342\200\250\342\200\251\342\200\252\342\200\253\342\200\254\342\200\255\342\200\256\342\201\246\342\201\247\342\201\250\342\201\251\330\234]'
else
  __ssox_unsafe='[^ -~]'
fi
if [[ -o interactive ]]; then
  typeset -ga precmd_functions
  precmd_functions+=(__ssox_precmd)
fi
typeset -g __ssox_hook=$__ssox_reading __ssox_folder=${__ssox_reading:h}
unset __ssox_reading
return 0

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

# Adds the names in the section headers of the AWS files to `names`.
function __ssox_add_names {
  local config=${AWS_CONFIG_FILE:-$HOME/.aws/config} credentials=${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}
  [[ $config != \~/* ]] || config=$HOME${config#?}
  [[ $credentials != \~/* ]] || credentials=$HOME${credentials#?}
  __ssox_add_sections "$1" "$config"
  if [[ $1 == profile ]]; then __ssox_add_sections any "$credentials"; fi
}

function __ssox_add_sections {
  local line name_
  local -a lines
  if [[ ! -f $2 || ! -r $2 ]]; then return 0; fi
  lines=("${(@f)$(<$2)}")
  for line in ${(M)lines:#\[*\]*}; do
    if __ssox_section_name "$1" "$line"; then names+=("$name_"); fi
  done
}

# The last: what an interrupt has cut short is read again at the next TAB.
function __ssox_complete {
  local verb_ option_ plain_ next_ word
  local -a found_ offers before=("${(@Q)words[1,CURRENT-1]}")
  before[1]=$before[1]:t
  __ssox_read_words "${(@)before}"
  if [[ $verb_ == exec && -n $plain_ ]] && ((${+compstate})); then
    # The command is completed as anywhere else.
    integer at=${before[(i)--]}
    setopt local_options $_comp_options
    words=("${(@)words[at + 1,-1]}")
    ((CURRENT -= at))
    _normal
    return
  fi
  if [[ -z $plain_$option_ && $PREFIX == --*=* ]]; then
    __ssox_rows value "${PREFIX%%=*}"
    offers=("${PREFIX%%=*}="${^found_})
  elif [[ -n $option_ ]]; then
    __ssox_rows value "$option_"
    offers=($found_)
  elif [[ -z $plain_ && $PREFIX == -* ]]; then
    offers=(${found_%=})
  elif [[ $verb_ == - ]]; then
    __ssox_rows verb -
    offers=($found_)
  else
    local -a names
    __ssox_rows "$next_" "$verb_"
    for word in $found_; do
      case $word in
        :profile) __ssox_add_names profile ;;
        :session) __ssox_add_names sso-session ;;
        *) names+=($word) ;;
      esac
    done
    if [[ -z $plain_ ]]; then names=("${(@)names:#-*}"); fi
    offers=("${(@)names:#}")
  fi
  if ((${+compstate})); then compadd -- $offers; else reply=($offers); fi
}
