# What is the same in bash and zsh. `npm run build` puts each part into ssox.bash and ssox.zsh.
# Names of locals end in _: bash cannot make a local of a name that the user has made read-only.

# PART switch
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

# PART completion
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
