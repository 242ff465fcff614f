# shellcheck shell=bash
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
# src/state/switch-cache.ts describes the files that are read here. They are data: compared and
# assigned, never evaluated.

# Where another shell reads ~/.bashrc, as `sh -l` may by way of ~/.profile, there is nothing for it here.
[ -n "${BASH_VERSION-}" ] || return 0

# An alias of the user's must not become part of a function; they are switched on again at the end.
\builtin unalias awsuse 2>/dev/null || \builtin :
\builtin shopt -q expand_aliases && __ssox_aliases=1 || __ssox_aliases=
\builtin shopt -u expand_aliases
if builtin declare -F __ssox_unload >/dev/null; then __ssox_unload "${__ssox_previous-}"; fi

# Names of locals end in _, but for completion: `local` fails for one that the user has made read-only.
function awsuse() {
  case $- in
    *[kxvTE]*)
      __ssox_untraced awsuse "$@"
      builtin return
      ;;
  esac
  builtin local before_="${SSOX_PROFILE-}"
  case $#:${1-} in
    *:-)
      if [[ -z ${__ssox_previous-} ]]; then
        builtin printf 'ssox: %s\n  %s\n' 'this terminal has no previous profile' 'awsuse <profile>' >&2
        builtin return 2
      fi
      builtin shift
      (($# == 0)) && __ssox_enter "$__ssox_previous" || __ssox_ask "$@" -- "$__ssox_previous" || builtin return
      ;;
    1:[!-]*) __ssox_enter "$1" || __ssox_ask "$1" || builtin return ;;
    *) __ssox_ask "$@" || builtin return ;;
  esac
  if [[ -n $before_ && $before_ != "${SSOX_PROFILE-}" ]]; then __ssox_previous=$before_; fi
  # Only a shell that has a prompt can renew.
  if [[ -n ${__ssox_tick-} ]]; then
    __ssox_known=0 __ssox_asked=0 __ssox_ready=0 __ssox_ours=()
    [[ -n ${__ssox_armed-} || $BASH_SUBSHELL != 0 ]] || __ssox_arm
  fi
}

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

# Evaluates the statement of `ssox env`. The status is that of ssox.
function __ssox_ask() {
  builtin local word_ statement_
  for word_; do
    # For people or for a file; nothing to evaluate.
    case $word_ in
      --) break ;;
      --help | --version | --format | --format=*) word_=-h ;;
    esac
    # Short options may stand together.
    case $word_ in
      -*[!qhV]*) ;;
      -*[hV]*)
        builtin command "${SSOX_BIN:-ssox}" env "$@"
        builtin return
        ;;
    esac
  done
  statement_=$(SSOX_HOOK=bash builtin command "${SSOX_BIN:-ssox}" env --shell bash "$@") || builtin return
  # Whole, or nothing of it.
  if [[ $statement_ != '{ '*'; }' ]]; then
    builtin printf 'ssox: %s\n  %s\n' 'that was not for this shell, so nothing has changed' 'awsuse <profile>' >&2
    builtin return 1
  fi
  builtin eval "$statement_"
}

# Switches to a profile by its entry in the switch cache. Status 1: ssox must be asked.
# With an expiry as second argument it renews: nothing but the keys, if they end after that. With an
# empty name it only says whether the list of names is still true.
# shellcheck disable=SC2034 # exported
function __ssox_enter() {
  builtin local file_="p-$1" lines_ now_
  [[ ${HOME-}$__ssox_tab${XDG_RUNTIME_DIR-}$__ssox_tab${XDG_CACHE_HOME-}$__ssox_tab${XDG_CONFIG_HOME-}$__ssox_tab${AWS_CONFIG_FILE-}$__ssox_tab${AWS_SHARED_CREDENTIALS_FILE-} == "$__ssox_key" ]] ||
    __ssox_locate
  case $1 in
    *[%/]*) file_=${file_//[%]/%25} file_=${file_//\//%2F} ;;
    '') file_=names ;;
  esac
  file_=$__ssox_state/$file_
  # The stamps first: an entry that is read after that belongs to them or to something newer. The
  # files must be neither newer nor older. To bash, a file that is not there is older than any other,
  # and as old as another that is not there; for two that mostly are not there it is asked faster.
  if ! [[ -f $file_ && -O $file_ && ! -L $file_ &&
    ! $__ssox_config -nt $__ssox_stamp1 && ! $__ssox_config -ot $__ssox_stamp1 &&
    (! -e $__ssox_credentials && ! -e $__ssox_stamp2 || ! $__ssox_credentials -nt $__ssox_stamp2 && ! $__ssox_credentials -ot $__ssox_stamp2) &&
    (! -e $__ssox_settings && ! -e $__ssox_stamp3 || ! $__ssox_settings -nt $__ssox_stamp3 && ! $__ssox_settings -ot $__ssox_stamp3) ]]; then
    __ssox_key=''
    builtin return 1
  fi
  # Before bash 5.0 times within one second are equal: the entry must be of a later one.
  [[ -z $__ssox_coarse ||
    ($file_ -nt $__ssox_stamp1 && $file_ -nt $__ssox_stamp2 && $file_ -nt $__ssox_stamp3) ]] || builtin return
  if [[ -z $1 ]]; then
    [[ -z ${2-} ]]
    builtin return
  fi
  if [[ -n $__ssox_mapfile ]]; then
    builtin mapfile -t lines_ <"$file_" # bash 4.0
  else
    __ssox_read
  fi
  # `[`, as [[ ]] obeys nocasematch, which must not decide about the profile.
  builtin [ "${lines_[0]-}${lines_[12]-}" = "ssox-switch 3$__ssox_tab$1$__ssox_tab$__ssox_head." ] || builtin return
  [[ (-z ${lines_[1]} || -e ${lines_[1]}) && ${lines_[2]} != *[!0123456789]* ]] || builtin return
  if [[ -n ${lines_[2]} ]]; then
    if [[ -n $__ssox_epoch ]]; then now_=$EPOCHSECONDS; else __ssox_clock; fi # bash 5.0
    ((lines_[2] - now_ >= 300 && lines_[2] > ${2:-0})) || builtin return
  fi
  # One command each time: an interrupt comes before or after it.
  if [[ -n ${2-} ]]; then
    # For the same account and role; the rest may have been chosen otherwise.
    builtin [ "${lines_[10]} ${lines_[11]}" = "${SSOX_ACCOUNT_ID-} ${SSOX_ROLE-}" ] || builtin return
    builtin export AWS_ACCESS_KEY_ID="${lines_[4]}" AWS_SECRET_ACCESS_KEY="${lines_[5]}" \
      AWS_SESSION_TOKEN="${lines_[6]}" AWS_CREDENTIAL_EXPIRATION="${lines_[9]}" \
      AWS_SESSION_EXPIRATION="${lines_[9]}" SSOX_EXPIRES="${lines_[2]}"
    builtin return
  fi
  # The guard must ask about a protected profile.
  [[ ${lines_[3]} != protected ]] || builtin return
  # What else chooses an account. Looking for exported names is faster than "${!AWSUME_@}".
  if { builtin compgen -e AWSUME_ || builtin compgen -e GRANTED_SSO; } >/dev/null; then
    builtin unset -v "${!AWSUME_@}" "${!GRANTED_SSO@}" || builtin return
  fi
  # BEGIN rivals
  # Looking costs a third of unsetting, and mostly there is none.
  if [[ -n ${AWS_SECURITY_TOKEN+1}${AWS_ACCESS_KEY+1}${AWS_SECRET_KEY+1}${AWS_CREDENTIAL_SCOPE+1}${AWS_DEFAULT_PROFILE+1}${AWS_EB_PROFILE+1}${AWS_PROFILE_REGION+1}${AWS_VAULT+1}${AWSU_PROFILE+1}${AWS_SSO+1}${AWS_SSO_PROFILE+1}${AWS_SSO_ACCOUNT_ID+1}${AWS_SSO_ROLE_NAME+1}${AWS_SSO_ROLE_ARN+1}${AWS_SSO_SESSION_EXPIRATION+1}${AWS_SSO_DEFAULT_REGION+1}${SSOX_PROTECTED+1} ]]; then
    builtin unset -v AWS_SECURITY_TOKEN AWS_ACCESS_KEY AWS_SECRET_KEY AWS_CREDENTIAL_SCOPE AWS_DEFAULT_PROFILE \
      AWS_EB_PROFILE AWS_PROFILE_REGION AWS_VAULT AWSU_PROFILE AWS_SSO AWS_SSO_PROFILE \
      AWS_SSO_ACCOUNT_ID AWS_SSO_ROLE_NAME AWS_SSO_ROLE_ARN AWS_SSO_SESSION_EXPIRATION \
      AWS_SSO_DEFAULT_REGION SSOX_PROTECTED || builtin return
  fi
  # END rivals
  if [[ ${lines_[3]} == whole ]]; then
    builtin export AWS_ACCESS_KEY_ID="${lines_[4]}" AWS_SECRET_ACCESS_KEY="${lines_[5]}" \
      AWS_SESSION_TOKEN="${lines_[6]}" AWS_PROFILE="${lines_[7]}" AWS_REGION="${lines_[8]}" \
      AWS_DEFAULT_REGION="${lines_[8]}" SSOX_REGION="${lines_[8]}" \
      AWS_CREDENTIAL_EXPIRATION="${lines_[9]}" AWS_SESSION_EXPIRATION="${lines_[9]}" \
      SSOX_PROFILE="$1" SSOX_EXPIRES="${lines_[2]}" SSOX_ACCOUNT_ID="${lines_[10]}" SSOX_ROLE="${lines_[11]}"
  else
    __ssox_enter_partly "$1"
  fi
}

# What __ssox_enter does with an entry that has empty lines: those variables go.
# shellcheck disable=SC2034 # exported
function __ssox_enter_partly() {
  builtin local pair_ values_
  if [[ -z ${lines_[8]} && -n ${SSOX_REGION-} ]]; then
    for pair_ in AWS_REGION AWS_DEFAULT_REGION; do
      if [[ ${!pair_-} == "$SSOX_REGION" ]]; then builtin unset -v "$pair_"; fi
    done
  fi
  builtin unset -v AWS_SESSION_TOKEN AWS_PROFILE AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION \
    SSOX_EXPIRES SSOX_REGION SSOX_ACCOUNT_ID SSOX_ROLE
  values_=()
  for pair_ in AWS_SESSION_TOKEN="${lines_[6]}" AWS_PROFILE="${lines_[7]}" AWS_REGION="${lines_[8]}" \
    AWS_DEFAULT_REGION="${lines_[8]}" SSOX_REGION="${lines_[8]}" \
    AWS_CREDENTIAL_EXPIRATION="${lines_[9]}" AWS_SESSION_EXPIRATION="${lines_[9]}" \
    SSOX_EXPIRES="${lines_[2]}" SSOX_ACCOUNT_ID="${lines_[10]}" SSOX_ROLE="${lines_[11]}"; do
    case $pair_ in *=?*) values_+=("$pair_") ;; esac
  done
  builtin export AWS_ACCESS_KEY_ID="${lines_[4]}" AWS_SECRET_ACCESS_KEY="${lines_[5]}" \
    SSOX_PROFILE="$1" "${values_[@]}"
}

# What mapfile does, which bash 3.2 does not have.
function __ssox_read() {
  builtin local line_
  lines_=()
  while IFS='' builtin read -r line_; do lines_+=("$line_"); done <"$file_"
}

# Sets the folder of the present state and the paths of the files that it was made from
# (src/state/paths.ts), for the variables in `__ssox_key`.
function __ssox_locate() {
  builtin local home_="${HOME-}"
  __ssox_key=$home_$__ssox_tab${XDG_RUNTIME_DIR-}$__ssox_tab${XDG_CACHE_HOME-}$__ssox_tab${XDG_CONFIG_HOME-}$__ssox_tab${AWS_CONFIG_FILE-}$__ssox_tab${AWS_SHARED_CREDENTIALS_FILE-}
  __ssox_head=$home_$__ssox_tab${AWS_CONFIG_FILE-}$__ssox_tab${AWS_SHARED_CREDENTIALS_FILE-}
  home_=${home_%/}
  __ssox_config=${AWS_CONFIG_FILE:-$home_/.aws/config}
  __ssox_credentials=${AWS_SHARED_CREDENTIALS_FILE:-$home_/.aws/credentials}
  __ssox_settings=$home_/.config/ssox/config
  case $__ssox_config in \~/*) __ssox_config=$home_${__ssox_config#?} ;; esac
  case $__ssox_credentials in \~/*) __ssox_credentials=$home_${__ssox_credentials#?} ;; esac
  case ${XDG_CONFIG_HOME-} in /*) __ssox_settings=${XDG_CONFIG_HOME%/}/ssox/config ;; esac
  __ssox_head=$__ssox_head$__ssox_tab$__ssox_config$__ssox_tab$__ssox_credentials$__ssox_tab$__ssox_settings
  __ssox_state=${XDG_RUNTIME_DIR-}/ssox
  # ssox leaves it alone when others can enter it.
  if [[ $__ssox_state != /?*/ssox || ! -O $__ssox_state || ! -e $__ssox_state/current ]]; then
    __ssox_state=$home_/.cache/ssox
    case ${XDG_CACHE_HOME-} in /*) __ssox_state=$XDG_CACHE_HOME/ssox ;; esac
  fi
  __ssox_state=$__ssox_state/current
  __ssox_stamp1=$__ssox_state/config
  __ssox_stamp2=$__ssox_state/credentials
  __ssox_stamp3=$__ssox_state/settings
}

# Sets `now` of the caller. bash 3.2 tells the time only in a prompt, which notes what to add to
# SECONDS, unless that was set to something less since.
function __ssox_clock() {
  if [[ -z $__ssox_old ]]; then
    builtin printf -v now_ '%(%s)T' -1 # bash 4.2
  elif [[ -n $__ssox_skew && $SECONDS -ge $__ssox_seconds ]]; then
    now_=$((SECONDS + __ssox_skew))
  else
    now_=$(builtin command date +%s)
  fi
}

# A prompt is only expanded, so it can start a renewal but not take the new keys. For that it sends
# the shell SIGURG, whose trap is called before the next command. SIGURG does nothing to a process
# without a trap, and hardly any program uses it; if the user does, theirs is left alone, and the
# next `awsuse` takes the keys. Not PROMPT_COMMAND: other people's lose PIPESTATUS by it.
# It is sent from the end of PS0, after which the command is executed: bash 5.2 garbles a $(...) that
# it meets before it has called the trap. Before 4.4 there is no PS0, and no harm in PS1.
function __ssox_arm() {
  __ssox_armed=1
  builtin local IFS=$' \t\n' field_ mask_
  if [[ -r /proc/$$/status ]]; then
    # Caught or ignored signals as bits: what `trap -p` says, without the fork to read it.
    while builtin read -r field_ mask_; do
      case $field_ in SigIgn: | SigCgt:) ((!(0x$mask_ >> 22 & 1))) || return 0 ;; esac
    done </proc/$$/status
  else
    case $(builtin trap -p URG) in '' | 'trap -- - '*) ;; *) return 0 ;; esac
  fi
  builtin trap '__ssox_untraced __ssox_take || :' URG
  __ssox_armed='trap'
}

# Takes the keys that another terminal or our own ssox has fetched.
function __ssox_take() {
  case ${SSOX_EXPIRES-} in '' | *[!0123456789]*) return 1 ;; esac
  __ssox_is_ours && __ssox_enter "${SSOX_PROFILE-}" "$((10#$SSOX_EXPIRES))"
}

# True for the keys that were there when a prompt first saw this expiry: those that ssox has put
# there. Nobody else's are replaced.
function __ssox_is_ours() {
  [[ -n ${AWS_ACCESS_KEY_ID-} && ${AWS_PROFILE:-${SSOX_PROFILE-}} == "${SSOX_PROFILE-}" &&
    $AWS_ACCESS_KEY_ID == "${__ssox_ours[10#$SSOX_EXPIRES & 2147483647]-$AWS_ACCESS_KEY_ID}" ]]
}

# Called in a subshell by the prompt when something may be due. Prints, as arithmetic, when to call
# again. `__ssox_n` is the time there, `__ssox_e` the expiry, `__ssox_m` how long before.
# shellcheck disable=SC2154 # assigned in the prompt
function __ssox_bell() {
  builtin set -- "$?" "$@"
  builtin set +ekuT # before bash 4.4 a DEBUG trap loses the variable that goes with a command
  builtin local IFS=$' \t\n' name_ signal_=URG since_="$((__ssox_n - __ssox_asked))"
  if [[ -z ${SSOX_PROFILE-} || -z ${SSOX_EXPIRES-} || $SSOX_EXPIRES == *[!0123456789]* ]] || ! __ssox_is_ours || ((__ssox_n > __ssox_e + 86400)); then
    builtin printf %s $((__ssox_e + 1000000000))
  elif __ssox_untraced __ssox_take; then
    if [[ ${2-} == PS0 ]]; then
      builtin printf '0*(__ssox_ready=0)+'
      # What follows in PS0 must not be expanded by the shell.
      [[ $PS0 == *"$__ssox_tick"* && ${PS0##*"$__ssox_tick"} != *[\$\`]* ]] || signal_=''
    elif [[ -n $__ssox_ps0 ]]; then
      builtin printf '0*(__ssox_ready=1)+'
      signal_=''
    fi
    case $signal_$(builtin trap -p URG) in URG*__ssox_take*) builtin kill -URG $$ ;; esac
    builtin printf %s $((__ssox_n + 60))
  else
    __ssox_locate
    name_=${SSOX_PROFILE//[%]/%25}
    if [[ -e $__ssox_state/e-${name_//\//%2F} ]] && ((__ssox_asked && __ssox_told != __ssox_e)); then
      name_=${SSOX_PROFILE//$__ssox_u/?}
      builtin printf 'ssox: the sign-in for %s has ended: awsuse --refresh %q\n' "$name_" "$name_" >&2
      builtin printf %s "0*(__ssox_told=$__ssox_e)+"
    fi
    if ((since_ >= 60)); then
      (SSOX_HOOK=renew builtin command "${SSOX_BIN:-ssox}" env --shell bash --no-login \
        --min-left $((__ssox_m > 720 ? 720 : __ssox_m)) -q -- "$SSOX_PROFILE" </dev/null &>/dev/null &)
      builtin printf %s "0*(__ssox_asked=$__ssox_n)+"
      since_=0
    fi
    # At every prompt while the answer may be under way, else with the next renewal.
    builtin printf %s $((__ssox_n + (since_ < 20 ? 0 : 60 - since_)))
  fi
  # What `$?` is in the rest of the prompt.
  return "$1"
}

# The prompt is expanded in the shell itself, so arithmetic can assign there; ${text:$((...)):0} shows
# nothing of it. Profile names are referred to, never put in. \D{%s} is the time in every bash.
#
# As cheap as bash can be, which looks at each character of a prompt several times, and parses a
# $(...) that it then does not run (not so a `...`). So names are short, arithmetic that never changes
# is in variables, and little is nested:
#   __ssox_n now, __ssox_e the expiry, __ssox_m how many minutes before it to renew
#   __ssox_w is something due? else __ssox_r, after a change
#   __ssox_l how the segment looks: sets the next three
#   __ssox_c its colour, __ssox_f its face, __ssox_v the first number in that
function __ssox_draw() {
  builtin local flags_="$-" time_='\D{%s}' clock_ look_ bell_ text_ keys_
  __ssox_0='' __ssox_b=! __ssox_s=' ' __ssox_y=([1]=1) __ssox_f=0 __ssox_v=0
  __ssox_known=0 __ssox_due=0 __ssox_asked=0 __ssox_told=0 __ssox_ready=0 __ssox_ours=()
  # Green, yellow, red, protected; off; from 5 without colours; 9 when there is no segment.
  __ssox_k=($'\e[32m' $'\e[33m' $'\e[31m' $'\e[1;37;41m' $'\e[0m' '' '' '' '' '')
  [[ ${TERM-} != dumb ]] || __ssox_k=('' '' '' '' '' '' '' '' '' '')
  # The words of src/ui/duration.ts.
  builtin set -B
  __ssox_t=('' ' expired' ' @s' ' @m' ' @h 0'{0..9}m ' @h '{10..59}m ' @d 0'{0..9}h ' @d '{10..23}h)
  [[ $flags_ == *B* ]] || builtin set +B
  # Control characters, and those that turn the writing around; bytes in a locale without UTF-8.
  __ssox_u=$'\303\251'
  if [[ ${#__ssox_u} == 1 ]]; then
    __ssox_u=$'[[:cntrl:]\342\200\216\342\200\217\342\200\250\342\200\251\342\200\252\342\200\253\342\200\254\342\200\255\342\200\256\342\201\246\342\201\247\342\201\250\342\201\251\330\234]'
  else
    __ssox_u='[^ -~]'
  fi
  __ssox_d='[^0123456789]*' __ssox_x='[^0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ]'
  __ssox_w='__ssox_known==__ssox_e*1024+__ssox_m||__ssox_r,__ssox_n>=__ssox_due'
  __ssox_r='(__ssox_known=__ssox_e*1024+__ssox_m,__ssox_due=__ssox_e+(__ssox_m*__ssox_e<1?1000000000000:-60*(__ssox_m>720?720:__ssox_m)))'
  __ssox_l='__ssox_v=__ssox_e-__ssox_n,__ssox_e<1?(__ssox_f=0):(__ssox_v<=1800)+(__ssox_v<=600)+0*(__ssox_v<1?(__ssox_f=1):__ssox_v<60?(__ssox_f=2):__ssox_v<3600?(__ssox_f=3,__ssox_v/=60):__ssox_v<86400?(__ssox_f=4+__ssox_v%3600/60,__ssox_v/=3600):(__ssox_f=64+__ssox_v%86400/3600,__ssox_v/=86400))'
  if [[ -n $__ssox_epoch ]]; then time_=EPOCHSECONDS; fi # bash 5.0
  # shellcheck disable=SC2016
  {
    clock_='__ssox_n='$time_',__ssox_e=10#0${SSOX_EXPIRES:+${SSOX_EXPIRES%%$__ssox_d}},__ssox_m=10${SSOX_RENEW_MINUTES:+*0+10#0${SSOX_RENEW_MINUTES%%$__ssox_d}}'
    # off and 0, as numbers with 36 digits.
    look_='__ssox_c=9${SSOX_PROFILE:+*0+${NO_COLOR:+5+0*}(${SSOX_PROTECTED:+3+0*}(__ssox_l))}${SSOX_PROMPT:+,__ssox_c=36#0${SSOX_PROMPT//$__ssox_x/}%31659?__ssox_c:9}'
    bell_='${__ssox_y[__ssox_w]:+${__ssox_0:$((__ssox_due=`__ssox_bell`+0)):0}}'
    text_='${__ssox_y[__ssox_c<9]:+${SSOX_PROFILE//$__ssox_u/?}${__ssox_b/#"$__ssox_b${AWS_PROFILE:+${AWS_PROFILE#"$SSOX_PROFILE"}}${SSOX_EXPIRES:+${AWS_ACCESS_KEY_ID:+${AWS_ACCESS_KEY_ID#"${__ssox_ours[__ssox_e&2147483647]}"}}}"/}${__ssox_t[__ssox_f]/@/$__ssox_v}}'
    text_='\[${__ssox_k[__ssox_c]}\]'$text_'\[${__ssox_k[__ssox_c<4?4:9]}\]${__ssox_s:__ssox_c/9}'
    # Whose keys there were at the first prompt with this expiry: assigned in a set of characters that
    # takes the blank away.
    keys_='${__ssox_s#[ ${__ssox_ours[__ssox_e&2147483647]:=${AWS_ACCESS_KEY_ID-}}]}'
    __ssox_tick='${SSOX_EXPIRES:+${__ssox_0:$(('$clock_')):0}'$keys_'${__ssox_y[__ssox_w||__ssox_ready]:+${__ssox_0:$((__ssox_due=`__ssox_bell PS0`+0)):0}}}'
    __ssox_segment='${__ssox_0:$(('$clock_,$look_')):0}'$keys_$bell_$text_
    if [[ -n $__ssox_old ]]; then __ssox_segment='${__ssox_0:$((__ssox_seconds=SECONDS,__ssox_skew=\D{%s}-SECONDS)):0}'$__ssox_segment; fi
  }
  # starship and oh-my-posh draw all of the prompt themselves.
  PS1=${PS1-} PS0=${PS0-}
  [[ ${STARSHIP_SHELL-} == bash || ${POSH_SHELL-} == bash ]] ||
    PS1=$__ssox_segment${PS1//"$__ssox_segment"/}
  # Before each command, too: what came in the meantime is taken, whoever draws the prompt.
  PS0=${PS0//"$__ssox_tick"/}$__ssox_tick
}

# Sets `list`: the verbs for an empty word; for a verb its flags (`=`: with a value), `:profile` and
# `:session` where it takes one, and plain words that it takes; for a flag what its value may be.
# BEGIN command table
function __ssox_table() {
  builtin local sign_in='--login --no-login --browser= --no-browser --device-code --port='
  builtin local identity='--start-url= --sso-region= --account-id= --role-name='
  list='--region= --quiet --debug --no-input --color --no-color --help --version'
  case $1 in
    '') list="env exec login logout status list init demo whoami $list" ;;
    env) list=":profile --shell= --format= --mode= --clear --refresh --min-left= --print --yes $sign_in $identity $list" ;;
    exec) list=":profile --mode= --refresh --min-left= $sign_in $identity $list" ;;
    login) list=":profile :session --force $sign_in $identity $list" ;;
    logout) list=":session --all $list" ;;
    status) list=":profile --json --check --watch $list" ;;
    list) list="--names --json $list" ;;
    init) list="bash zsh fish powershell --install --remove --yes --dry-run $list" ;;
    demo) list="--script $list" ;;
    whoami) list=":profile $sign_in $identity $list" ;;
    --shell=) list='bash zsh sh fish powershell nu elvish xonsh tcsh cmd' ;;
    --format=) list='json dotenv docker' ;;
    --mode=) list='both keys profile' ;;
    --*) list='' ;;
  esac
}
# END command table

function __ssox_complete() {
  builtin local IFS=$' \t\n' words word='' cut='' quote='' verb=env option='' plain='' given='' list i
  COMPREPLY=() words=()
  __ssox_split "${COMP_LINE:0:COMP_POINT}"
  [[ ${words[0]-} != ssox && ${words[0]-} != */ssox ]] || verb=''
  __ssox_table "$verb"
  for ((i = 1; i < ${#words[@]}; i++)); do
    if [[ -n $option ]]; then
      option=''
    elif [[ -z $plain && ${words[i]} == -- ]]; then
      plain=1
    elif [[ -z $plain && ${words[i]} == -?* ]]; then
      case " $list " in *" ${words[i]}= "*) option=${words[i]}= ;; esac
    elif [[ -z $verb ]]; then
      verb=${words[i]}
      __ssox_table "$verb"
    else
      given=1
    fi
  done
  if [[ -n $option ]]; then
    __ssox_table "$option"
  elif [[ -z $plain && $word == --*=* ]]; then
    option=${word%%=*}=
    __ssox_table "$option"
  fi
  for i in $list; do
    case $i in
      -*) [[ $word != -* || -n $plain$option ]] || __ssox_offer "${i%=}" ;;
      :*) [[ -n $given ]] || __ssox_names "$i" ;;
      *)
        case $word in -*=*) i=$option$i ;; esac
        [[ -n $given && -z $option ]] || __ssox_offer "$i"
        ;;
    esac
  done
}

# Takes a line apart as the shell would: `words`, and of the last one, which is being typed, `word`,
# its open `quote`, and in `cut` what readline leaves as it is, up to the last break or quote.
function __ssox_split() {
  builtin local i c started=''
  for ((i = 0; i < ${#1}; i++)); do
    c=${1:i:1}
    case $quote$c in
      \'\' | \"\") quote='' cut=$word ;;
      \'?) word+=$c ;;
      \\ | \"\\)
        ((i += 1))
        case $quote${1:i:1} in \"[!\\\"\$\`]) word+=$c ;; esac
        word+=${1:i:1} started=1
        ;;
      \"?) word+=$c ;;
      \' | \") quote=$c cut=$word started=1 ;;
      [[:space:]])
        [[ -z $started ]] || words+=("$word")
        word='' cut='' started=''
        ;;
      *)
        word+=$c started=1
        case ${COMP_WORDBREAKS-} in *"$c"*) cut=$word ;; esac
        ;;
    esac
  done
}

# Offers a word if it fits, quoted as the word that is being typed.
function __ssox_offer() {
  builtin local text="$1" special escaped
  [[ $1 == "$word"* ]] || return 0
  text=${text:${#cut}}
  case $quote in
    \') escaped=\'\\\'\' text=${text//\'/"$escaped"} ;;
    \")
      for special in \\ \" \$ \`; do
        escaped=\\$special
        text=${text//"$special"/"$escaped"}
      done
      ;;
    *)
      # Not by %q, which before bash 4.3 writes other alphabets as bytes, and leaves a ~ as it is.
      case $text in
        *[[:cntrl:]]*) builtin printf -v text %q "$text" ;;
        *[!0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_./:@%+,-]*)
          for special in \\ \" \$ \` \' \& \; \( \) \< \> \| \* \? \[ \] \{ \} \! \# \~ '^' ' '; do
            escaped=\\$special
            text=${text//"$special"/"$escaped"}
          done
          ;;
      esac
      ;;
  esac
  # To readline, a quote at the end is the one that closes the word.
  case $quote$text in \"*\" | \'*\') text+=$quote ;; esac
  COMPREPLY+=("$text")
}

# Offers the profiles that ssox has noted, or those of the AWS files when these have changed since;
# or the sessions.
function __ssox_names() {
  builtin local IFS=$' \t\r' kind=profile name
  __ssox_locate
  if [[ $1 == :session ]]; then
    kind=sso-session
  elif __ssox_enter ''; then
    while IFS='' builtin read -r name; do
      if [[ $name == "$word"* && ($name != -* || -n $plain) ]]; then __ssox_offer "$name"; fi
    done <"$__ssox_state/names"
    return 0
  elif [[ -r $__ssox_credentials ]]; then
    while builtin read -r name || [[ -n $name ]]; do
      case $name in '['?*']'*) name=${name%%]*} && __ssox_offer "${name#?}" ;; esac
    done <"$__ssox_credentials"
  fi
  [[ -r $__ssox_config ]] || return 0
  while builtin read -r name || [[ -n $name ]]; do
    case $name in
      '[default]'*) [[ $kind != profile ]] || __ssox_offer default ;;
      "[$kind"[[:blank:]]*']'*)
        name=${name%%]*} name=${name#"[$kind"}
        name=${name#"${name%%[![:blank:]]*}"} name=${name%"${name##*[![:blank:]]}"}
        case $name in \'*\' | \"*\") name=${name#?} name=${name%?} ;; esac
        __ssox_offer "$name"
        ;;
    esac
  done <"$__ssox_config"
}

function __ssox_unload() {
  PS1=${PS1-} PS0=${PS0-}
  PS1=${PS1//"${__ssox_segment-}"/}
  PS0=${PS0//"${__ssox_tick-}"/}
  if [[ -z $PS0 ]]; then builtin unset -v PS0; fi
  if [[ ${__ssox_armed-} == trap ]]; then
    case $(builtin trap -p URG) in *__ssox_take*) builtin trap - URG ;; esac
  fi
  builtin complete -r awsuse ssox 2>/dev/null
  builtin unset -f awsuse __ssox_untraced __ssox_ask __ssox_enter __ssox_enter_partly __ssox_read \
    __ssox_locate __ssox_clock __ssox_arm __ssox_take __ssox_is_ours __ssox_bell __ssox_draw \
    __ssox_table __ssox_complete __ssox_split __ssox_offer __ssox_names __ssox_unload
  builtin set -- "${1-}" "${__ssox_aliases-}"
  builtin unset -v "${!__ssox_@}"
  # For this file when it is read again.
  if [[ -n $1 ]]; then __ssox_previous=$1; fi
  if [[ -n $2 ]]; then __ssox_aliases=$2; fi
}

__ssox_tab=$'\t' __ssox_old='' __ssox_mapfile=1 __ssox_ps0='' __ssox_epoch='' __ssox_coarse=1 __ssox_key='' __ssox_skew='' __ssox_seconds=0
case $BASH_VERSION in
  3.*) __ssox_old=1 __ssox_mapfile='' ;;
  4.[01].*) __ssox_old=1 ;; # their printf knows no time
  4.[23].*) ;;
  4.*) __ssox_ps0=1 ;;
  *)
    __ssox_ps0=1 __ssox_coarse=''
    case ${EPOCHSECONDS-} in [1-9]*) __ssox_epoch=1 ;; esac # bash 5.0
    ;;
esac
case $- in
  *i*)
    if builtin shopt -q promptvars; then __ssox_draw; fi
    if [[ -n ${SSOX_EXPIRES-} ]]; then __ssox_arm; fi
    builtin complete -F __ssox_complete awsuse
    builtin complete -o default -F __ssox_complete ssox
    ;;
esac
if [[ -n ${__ssox_aliases-} ]]; then builtin shopt -s expand_aliases; fi
builtin unset -v __ssox_aliases
