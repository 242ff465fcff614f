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
# src/state/switch-cache.ts describes the files that are read here. They are data: compared and
# assigned, never evaluated.

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
      'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_err_exit' '-o' 'no_err_return' '-o' 'no_xtrace' '-o' 'no_verbose' '-o' 'no_bg_nice' '-o' 'no_force_float' '-c' '. "$__ssox_reading"'
      'builtin' 'return' '0'
    fi
    ;;
esac
'builtin' 'unset' '__ssox_reading'

'builtin' 'unalias' 'awsuse' 2>/dev/null || 'builtin' ':'
if typeset -f __ssox_unload >/dev/null; then __ssox_unload "${__ssox_previous-}"; fi

function awsuse {
  local before=${SSOX_PROFILE-}
  case ${#argv}:${1-} in
    *:-)
      if [[ -z ${__ssox_previous-} ]]; then
        builtin printf 'ssox: %s\n  %s\n' 'this terminal has no previous profile' 'awsuse <profile>' >&2
        return 2
      fi
      builtin shift
      ((${#argv} == 0)) && __ssox_enter "$__ssox_previous" || __ssox_ask "$@" -- "$__ssox_previous" || return
      ;;
    1:[^-]*) __ssox_enter "$1" || __ssox_ask "$1" || return ;;
    *) __ssox_ask "$@" || return ;;
  esac
  if [[ -n $before && $before != "${SSOX_PROFILE-}" ]]; then typeset -g __ssox_previous=$before; fi
  typeset -g __ssox_seen="${SSOX_EXPIRES-} ${SSOX_PROFILE-}" __ssox_ours=${AWS_ACCESS_KEY_ID-}
}

# Evaluates the statement of `ssox env`. The status is that of ssox.
function __ssox_ask {
  local word statement
  for word; do
    # For people or for a file; nothing to evaluate.
    case $word in
      --) break ;;
      --help | --version | --format | --format=*) word=-h ;;
    esac
    # Short options may stand together.
    case $word in
      -*[^qhV]*) ;;
      -*[hV]*)
        builtin command "${SSOX_BIN:-ssox}" env "$@"
        return
        ;;
    esac
  done
  statement=$(SSOX_HOOK=zsh builtin command "${SSOX_BIN:-ssox}" env --shell zsh "$@") || return
  # Whole, or nothing of it.
  if [[ $statement != '{ '*'; }' ]]; then
    builtin printf 'ssox: %s\n  %s\n' 'that was not for this shell, so nothing has changed' 'awsuse <profile>' >&2
    return 1
  fi
  # What is evaluated would be in ZSH_DEBUG_CMD.
  setopt local_options local_traps
  trap - DEBUG
  builtin eval "$statement"
}

# Switches to a profile by its entry in the switch cache. Status 1: ssox must be asked.
# With an expiry as second argument it renews: nothing but the keys, if they end after that. With an
# empty name it only says whether the list of names is still true. (All in one: a call costs as much
# as a file test.)
function __ssox_enter {
  [[ $__ssox_key == "${HOME-}"$'\t'"${XDG_RUNTIME_DIR-}"$'\t'"${XDG_CACHE_HOME-}"$'\t'"${XDG_CONFIG_HOME-}"$'\t'"${AWS_CONFIG_FILE-}"$'\t'"${AWS_SHARED_CREDENTIALS_FILE-}" ]] || __ssox_locate
  local file=$__ssox_state/names
  if [[ -n $1 ]]; then file=$__ssox_state/p-${${1//\%/%25}//\//%2F}; fi
  # The stamps first: an entry that is read after that belongs to them or to something newer. The
  # files must be neither newer nor older, which to zsh is also one that is not there.
  if [[ ! -f $file || ! -O $file || -L $file ]] || ! [[ (-e $__ssox_config && -e $__ssox_stamp1 && ! $__ssox_config -nt $__ssox_stamp1 && ! $__ssox_config -ot $__ssox_stamp1 || ! -e $__ssox_config && ! -e $__ssox_stamp1) &&
    (-e $__ssox_credentials && -e $__ssox_stamp2 && ! $__ssox_credentials -nt $__ssox_stamp2 && ! $__ssox_credentials -ot $__ssox_stamp2 || ! -e $__ssox_credentials && ! -e $__ssox_stamp2) &&
    (-e $__ssox_settings && -e $__ssox_stamp3 && ! $__ssox_settings -nt $__ssox_stamp3 && ! $__ssox_settings -ot $__ssox_stamp3 || ! -e $__ssox_settings && ! -e $__ssox_stamp3) ]]; then
    __ssox_key=''
    builtin return 1
  fi
  if [[ -z $1 ]]; then builtin return 0; fi
  local -a lines=("${(@f)$(<$file)}")
  [[ $lines[1] == "ssox-switch 3"$'\t'"$1"$'\t'"$__ssox_head" && ${#lines} == 13 && $lines[13] == . && (-z $lines[2] || -e $lines[2]) ]] || builtin return
  if [[ -n $lines[3] ]]; then
    [[ $lines[3] == <-> ]] && ((lines[3] - ${(%)__ssox_clock} >= 300 && lines[3] > ${2:-0})) || builtin return
  fi
  if [[ -n ${2-} ]]; then
    # For the same account and role; the rest may have been chosen otherwise.
    [[ $lines[11] == "${SSOX_ACCOUNT_ID-}" && $lines[12] == "${SSOX_ROLE-}" ]] || builtin return
    # One command, here and below: an interrupt comes before or after it.
    typeset -gx AWS_ACCESS_KEY_ID=$lines[5] AWS_SECRET_ACCESS_KEY=$lines[6] AWS_SESSION_TOKEN=$lines[7] AWS_CREDENTIAL_EXPIRATION=$lines[10] AWS_SESSION_EXPIRATION=$lines[10] SSOX_EXPIRES=$lines[3]
    builtin return
  fi
  # The guard must ask about a protected profile.
  [[ $lines[4] != protected ]] || builtin return
  # A read-only variable would end all functions here; the statement of ssox leaves no mixture then.
  {
    # What else chooses an account.
    # BEGIN rivals
    builtin unset -m '(AWSUME_|GRANTED_SSO)*'
    builtin unset AWS_SECURITY_TOKEN AWS_ACCESS_KEY AWS_SECRET_KEY AWS_CREDENTIAL_SCOPE \
      AWS_DEFAULT_PROFILE AWS_EB_PROFILE AWS_PROFILE_REGION AWS_VAULT AWSU_PROFILE \
      AWS_SSO AWS_SSO_PROFILE AWS_SSO_ACCOUNT_ID AWS_SSO_ROLE_NAME AWS_SSO_ROLE_ARN \
      AWS_SSO_SESSION_EXPIRATION AWS_SSO_DEFAULT_REGION SSOX_PROTECTED
    # END rivals
    if [[ $lines[4] == whole ]]; then
      typeset -gx AWS_ACCESS_KEY_ID=$lines[5] AWS_SECRET_ACCESS_KEY=$lines[6] AWS_SESSION_TOKEN=$lines[7] AWS_PROFILE=$lines[8] AWS_REGION=$lines[9] AWS_DEFAULT_REGION=$lines[9] SSOX_REGION=$lines[9] AWS_CREDENTIAL_EXPIRATION=$lines[10] AWS_SESSION_EXPIRATION=$lines[10] SSOX_PROFILE=$1 SSOX_EXPIRES=$lines[3] SSOX_ACCOUNT_ID=$lines[11] SSOX_ROLE=$lines[12]
    else
      __ssox_enter_partly "$1"
    fi
  } always {
    if ((TRY_BLOCK_ERROR)); then
      TRY_BLOCK_ERROR=0
      builtin return 1
    fi
  }
}

# What __ssox_enter does with an entry that has empty lines: those variables go.
function __ssox_enter_partly {
  local name value
  if [[ -z $lines[9] && -n ${SSOX_REGION-} ]]; then
    for name in AWS_REGION AWS_DEFAULT_REGION; do
      if [[ ${(P)name-} == "$SSOX_REGION" ]]; then builtin unset -- $name; fi
    done
  fi
  builtin unset -- AWS_SESSION_TOKEN AWS_PROFILE AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION SSOX_EXPIRES SSOX_REGION SSOX_ACCOUNT_ID SSOX_ROLE
  local -a values=(AWS_ACCESS_KEY_ID=$lines[5] AWS_SECRET_ACCESS_KEY=$lines[6] SSOX_PROFILE=$1)
  for name value in AWS_SESSION_TOKEN "$lines[7]" AWS_PROFILE "$lines[8]" AWS_REGION "$lines[9]" AWS_DEFAULT_REGION "$lines[9]" SSOX_REGION "$lines[9]" AWS_CREDENTIAL_EXPIRATION "$lines[10]" AWS_SESSION_EXPIRATION "$lines[10]" SSOX_EXPIRES "$lines[3]" SSOX_ACCOUNT_ID "$lines[11]" SSOX_ROLE "$lines[12]"; do
    if [[ -n $value ]]; then values+=("$name=$value"); fi
  done
  builtin export -- $values
}

# Sets the folder of the present state and the paths of the files that it was made from
# (src/state/paths.ts), for the variables in `__ssox_key`.
function __ssox_locate {
  local home=${${HOME-}%/}
  typeset -g __ssox_key="${HOME-}"$'\t'"${XDG_RUNTIME_DIR-}"$'\t'"${XDG_CACHE_HOME-}"$'\t'"${XDG_CONFIG_HOME-}"$'\t'"${AWS_CONFIG_FILE-}"$'\t'"${AWS_SHARED_CREDENTIALS_FILE-}"
  typeset -g __ssox_config=${AWS_CONFIG_FILE:-$home/.aws/config}
  typeset -g __ssox_credentials=${AWS_SHARED_CREDENTIALS_FILE:-$home/.aws/credentials}
  typeset -g __ssox_settings=$home/.config/ssox/config
  [[ $__ssox_config != \~/* ]] || __ssox_config=$home${__ssox_config#?}
  [[ $__ssox_credentials != \~/* ]] || __ssox_credentials=$home${__ssox_credentials#?}
  [[ ${XDG_CONFIG_HOME-} != /* ]] || __ssox_settings=${XDG_CONFIG_HOME%/}/ssox/config
  typeset -g __ssox_head=${HOME-}$'\t'${AWS_CONFIG_FILE-}$'\t'${AWS_SHARED_CREDENTIALS_FILE-}$'\t'$__ssox_config$'\t'$__ssox_credentials$'\t'$__ssox_settings
  typeset -g __ssox_state=${XDG_RUNTIME_DIR-}/ssox
  # ssox leaves it alone when others can enter it.
  if [[ $__ssox_state != /?*/ssox || ! -O $__ssox_state || ! -e $__ssox_state/current ]]; then
    __ssox_state=$home/.cache/ssox
    [[ ${XDG_CACHE_HOME-} != /* ]] || __ssox_state=$XDG_CACHE_HOME/ssox
  fi
  __ssox_state=$__ssox_state/current
  typeset -g __ssox_stamp1=$__ssox_state/config __ssox_stamp2=$__ssox_state/credentials __ssox_stamp3=$__ssox_state/settings
}

# Keeps the segment (psvar 41) and what its colour depends on: half an hour (42), ten minutes (43),
# protected (44), colours at all (45). A psvar shows whatever is in a name, and runs none of it.
function __ssox_precmd {
  if [[ $__ssox_completes != compdef ]]; then __ssox_register; fi
  # The same as last time, until its minute is over, the clock was turned back, or another theme
  # has emptied it.
  local shown="${SSOX_PROFILE-}"$'\n'"${SSOX_EXPIRES-}"$'\n'"${SSOX_PROTECTED-}"$'\n'"${AWS_PROFILE-}"$'\n'"${AWS_ACCESS_KEY_ID-}"$'\n'"${SSOX_PROMPT-}"$'\n'"${SSOX_RENEW_MINUTES-}"$'\n'"${NO_COLOR-}"$'\n'"${TERM-}"
  [[ $__ssox_shown == "$shown" && ${psvar[41]-} == "$__ssox_text" ]] &&
    ((__ssox_since <= ${(%)__ssox_clock} && ${(%)__ssox_clock} < __ssox_until)) || __ssox_refresh
}

# Renews, and makes the segment anew. `shown` of the caller is what it is made from.
function __ssox_refresh {
  integer now=${(%)__ssox_clock} left=1801
  local time='' mark=''
  if ((! ${+__ssox_drawn})); then __ssox_draw; fi
  # The keys that are there when an expiry is seen first are those that ssox has put there.
  if [[ $__ssox_seen != "${SSOX_EXPIRES-} ${SSOX_PROFILE-}" ]]; then
    typeset -g __ssox_seen="${SSOX_EXPIRES-} ${SSOX_PROFILE-}" __ssox_ours=${AWS_ACCESS_KEY_ID-}
  fi
  if [[ (-n ${AWS_PROFILE-} && $AWS_PROFILE != "${SSOX_PROFILE-}") ||
    (-n ${SSOX_EXPIRES-} && -n ${AWS_ACCESS_KEY_ID-} && $AWS_ACCESS_KEY_ID != "$__ssox_ours") ]]; then
    mark=!
  fi
  typeset -g __ssox_since=$now __ssox_until=99999999999 __ssox_text=''
  if [[ -n ${SSOX_PROFILE-} && ${SSOX_EXPIRES-} == <1-> && ${#SSOX_EXPIRES} -le 12 ]]; then
    left=$((SSOX_EXPIRES - now))
    if ((left >= 86400)); then
      __ssox_until=$((now + left % 3600 + 1))
    elif ((left >= 60)); then
      __ssox_until=$((now + left % 60 + 1))
    elif ((left > 0)); then
      __ssox_until=$((now + 1))
    fi
    if ((left < 43200 && left > -86400)) && [[ -n ${AWS_ACCESS_KEY_ID-} && -z $mark ]]; then __ssox_renew; fi
    if ((left <= 0)); then
      time=' expired'
    elif ((left < 60)); then
      time=" ${left}s"
    elif ((left < 3600)); then
      time=" $((left / 60))m"
    elif ((left < 86400)); then
      time=" $((left / 3600))h ${(l:2::0:)$((left % 3600 / 60))}m"
    else
      time=" $((left / 86400))d ${(l:2::0:)$((left % 86400 / 3600))}h"
    fi
  fi
  __ssox_shown=$shown
  if [[ -n ${SSOX_PROFILE-} && ${(L)SSOX_PROMPT-} != (off|0) ]]; then
    __ssox_text=${SSOX_PROFILE//$~__ssox_unsafe/?}$mark$time
  fi
  psvar[41]=$__ssox_text
  psvar[42,45]=('' '' "${SSOX_PROTECTED-}" 1)
  if ((left <= 1800)); then psvar[42]=1; fi
  if ((left <= 600)); then psvar[43]=1; fi
  if [[ -n ${NO_COLOR-} || ${TERM-} == dumb ]]; then psvar[45]=''; fi
}

# Takes the keys that another terminal or our own ssox has fetched, or has them fetched, once a
# minute. `now` and `left` of the caller are the time, and how much of it is left.
function __ssox_renew {
  local minutes=10 name
  if [[ -n ${SSOX_RENEW_MINUTES-} ]]; then
    minutes=0${SSOX_RENEW_MINUTES%%[^0-9]*}
    # Longer ones than that are no numbers to zsh.
    if [[ ${#minutes} -gt 9 ]] || ((10#$minutes > 720)); then minutes=720; else minutes=$((10#$minutes)); fi
  fi
  if ((left >= minutes * 60 || minutes == 0)); then return 0; fi
  # Look again at every prompt.
  __ssox_until=0
  if __ssox_enter "$SSOX_PROFILE" "$SSOX_EXPIRES"; then
    left=$((SSOX_EXPIRES - now))
    typeset -g __ssox_seen="$SSOX_EXPIRES $SSOX_PROFILE" __ssox_ours=$AWS_ACCESS_KEY_ID
    return 0
  fi
  __ssox_locate
  name=${${SSOX_PROFILE//\%/%25}//\//%2F}
  if [[ -e $__ssox_state/e-$name && -n ${__ssox_asked-} && ${__ssox_told-} != "$SSOX_EXPIRES" ]]; then
    typeset -g __ssox_told=$SSOX_EXPIRES
    name=${SSOX_PROFILE//$~__ssox_unsafe/?}
    builtin printf 'ssox: the sign-in for %s has ended: awsuse --refresh %s\n' "$name" "${(q-)name}" >&2
  fi
  if ((now - ${__ssox_asked:-0} < 60)); then return 0; fi
  typeset -g __ssox_asked=$now
  # No job of this shell: nothing is said about it, and closing the terminal does not wait for it.
  (SSOX_HOOK=renew builtin command "${SSOX_BIN:-ssox}" env --shell zsh --no-login --min-left $minutes -q -- "$SSOX_PROFILE" </dev/null >/dev/null 2>&1 &)
}

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

# For zsh without compinit, which wants the words in `reply`.
function __ssox_compctl {
  local PREFIX=$1
  local -a words
  integer CURRENT
  read -Ac words
  read -cn CURRENT
  __ssox_complete
}

function __ssox_complete {
  local verb=env option='' plain='' given='' list word
  local -a offers
  integer i
  if [[ ${${(Q)words[1]}:t} == ssox ]]; then verb=''; fi
  __ssox_table "$verb"
  for ((i = 2; i < CURRENT; i++)); do
    word=${(Q)words[i]}
    if [[ -n $option ]]; then
      option=''
    elif [[ -z $plain && $word == -- ]]; then
      if [[ $verb == exec ]] && ((${+compstate})); then
        # The command is completed as anywhere else.
        setopt local_options $_comp_options
        words=("${(@)words[i + 1,-1]}")
        ((CURRENT -= i))
        _normal
        return
      fi
      plain=1
    elif [[ -z $plain && $word == -?* ]]; then
      if [[ " $list " == *" $word= "* ]]; then option=$word=; fi
    elif [[ -z $verb ]]; then
      verb=$word
      __ssox_table "$verb"
    else
      given=1
    fi
  done
  if [[ -z $plain$option && $PREFIX == --*=* ]]; then
    option=${PREFIX%%=*}=
    __ssox_table "$option"
    offers=($option${^=list})
  elif [[ -n $option ]]; then
    __ssox_table "$option"
    offers=(${=list})
  elif [[ -z $plain && $PREFIX == -* ]]; then
    offers=(${${(M)${=list}:#-*}%=})
  elif [[ -z $given ]]; then
    local -a names=(${${=list}:#[-:]*})
    for word in ${(M)${=list}:#:*}; do __ssox_names $word; done
    if [[ -z $plain ]]; then names=("${(@)names:#-*}"); fi
    offers=("${(@)names:#}")
  fi
  if ((${+compstate})); then compadd -- $offers; else reply=($offers); fi
}

# Adds to `names` the profiles that ssox has noted, or those of the AWS files when these have changed
# since; or the sessions.
function __ssox_names {
  local line kind=profile
  local -a lines
  __ssox_locate
  if [[ $1 == :session ]]; then
    kind=sso-session
  elif __ssox_enter ''; then
    names+=("${(@f)$(<$__ssox_state/names)}")
    return 0
  elif [[ -r $__ssox_credentials ]]; then
    __ssox_headers "$__ssox_credentials"
    names+=($lines)
  fi
  if [[ ! -r $__ssox_config ]]; then return 0; fi
  __ssox_headers "$__ssox_config"
  for line in $lines; do
    case $line in
      default) [[ $kind != profile ]] || names+=(default) ;;
      "$kind"[[:blank:]]*)
        line=${line#$kind}
        line=${line#${line%%[^[:blank:]]*}}
        line=${line%${line##*[^[:blank:]]}}
        case $line in (\'*\' | \"*\") line=${line[2,-2]} ;; esac
        names+=("$line")
        ;;
    esac
  done
}

# Sets `lines` to what stands between the brackets.
function __ssox_headers {
  lines=("${(@f)$(<$1)}")
  lines=(${(M)lines:#\[*\]*})
  lines=(${lines#?})
  lines=(${lines%%\]*})
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
  unset -m '__ssox_*'
  # For this file when it is read again.
  if [[ -n ${1-} ]]; then typeset -g __ssox_previous=$1; fi
}

typeset -g __ssox_seen='' __ssox_ours='' __ssox_completes='' __ssox_key='' __ssox_shown='' __ssox_text='' __ssox_since=0 __ssox_until=0
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
