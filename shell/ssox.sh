#!/bin/sh
# Written by the install.sh of ssox, which also removes it: sh @uninstaller@ --uninstall
# Answers a warm `ssox env` or `ssox credential-process` with builtins (src/switch/entry.ts), else starts Node.
# shellcheck disable=SC1090,SC2154,SC3013,SC3067 # -nt, -ot, -O: no POSIX, but in every sh
{ set +xv; } 2>/dev/null # A trace would show the keys.
node=@node@
program=@program@

# Prints the answer and exits; returns when it is not sure of it.
answer() {
  unset -f echo print printf read test true # bash as sh takes functions from the environment
  test -n "${HOME-}" && test -z "${SSOX_HOOK-}" && test ! -t 1 || return
  case $#:${1-}:${2-}:${3-} in
    2:env:*) ssox_name=$2 ssox_shell='' ssox_kind='' ;;
    4:env:--shell:*) ssox_name=$4 ssox_shell=$3 ssox_kind='' ;;
    4:env:*:--shell) ssox_name=$2 ssox_shell=$4 ssox_kind='' ;;
    3:credential-process:--profile:*)
      test -z "${AWS_SSO_START_URL-}${AWS_SSO_REGION-}${AWS_SSO_ACCOUNT_ID-}${AWS_SSO_ROLE_NAME-}${AWS_SSO_CREDENTIAL_PROCESS_DEBUG-}" || return
      ssox_name=$3 ssox_shell='sh' ssox_kind=j
      ;;
    *) return ;;
  esac
  case $ssox_name in '' | -* | *[%/]*) return ;; esac
  test -n "$ssox_shell" || read -r ssox_shell 2>/dev/null <"/proc/$PPID/comm" || return
  case $ssox_shell in
    bash | zsh | fish | powershell) ;;
    sh | dash | busybox | mksh) ssox_shell='sh' ;;
    pwsh) ssox_shell=powershell ;;
    *) return ;;
  esac
  case ${XDG_CACHE_HOME-} in /*) ssox_cache=$XDG_CACHE_HOME ;; *) ssox_cache=$HOME/.cache ;; esac
  for ssox_folder in "${XDG_RUNTIME_DIR-}/ssox" "$ssox_cache/ssox" /; do
    case $ssox_folder in /ssox | [!/]*) continue ;; esac
    test ! -d "$ssox_folder" || test -L "$ssox_folder" || test ! -O "$ssox_folder" || break
  done
  ssox_entry=$ssox_folder/current/${ssox_kind:-t-$ssox_shell}-$ssox_name
  test -f "$ssox_entry" && test ! -L "$ssox_entry" && test -O "$ssox_entry" || return
  { test -e /dev/fd/1 && test -e /dev/fd/2; } || test ! -d /dev/fd || return # a closed one cannot be kept
  unset ssox_condition ssox_config ssox_credentials ssox_settings ssox_state ssox_token ssox_marker ssox_source ssox_answer
  # What was cut is a syntax error, at which many a shell ends, some of them without a stderr.
  trap 'start "$@"' EXIT && exec 8>&1 9>&2 && set +a
  trap 'exec >&8 2>&9 8>&- 9>&-; start "$@"' EXIT
  . "$ssox_entry" >/dev/null 2>&1
  exec 8>&- 9>&- && trap - EXIT
  ssox_now="ssox-switch 4	$ssox_name	$HOME	${XDG_CONFIG_HOME-}	${AWS_CONFIG_FILE-}	${AWS_SHARED_CREDENTIALS_FILE-}"
  test -n "${ssox_answer-}" && test "$ssox_condition" = "$ssox_now" && test -O "$ssox_state" &&
    test -e "$ssox_token" && test -e "$ssox_marker" && unchanged "$ssox_config" config &&
    unchanged "$ssox_credentials" credentials && unchanged "$ssox_settings" settings || return
  test -z "${ssox_source-}" || { test -e "$ssox_source" && test ! "$ssox_source" -nt "$ssox_state/checked"; } || return
  ssox_now=/proc/$$ # As old as this process. The entry has the time at which it ends.
  test -d $ssox_now || { ssox_now=$ssox_folder/now && true 2>/dev/null >"$ssox_now"; } || return
  test "$ssox_now" -nt "$ssox_state/checked" && test "$ssox_entry" -nt "$ssox_now" || return
  # Where there is no builtin for it, no program gets the keys as its arguments.
  PATH=/dev/null printf '%s\n' "$ssox_answer" 2>/dev/null && exit
  test $? -eq 127 && PATH=/dev/null print -r -- "$ssox_answer" 2>/dev/null && exit
  test $? -ne 127 || return
  echo 'ssox: cannot write the result' >&2
  echo '  free some space, or write it somewhere else' >&2
  exit 7
}

# Whether a file has the time of its stamp: one that counts in a shell that knows whole seconds only.
unchanged() {
  test -e "$1" || test -e "$ssox_state/$2" || return 0
  test -e "$1" && test -e "$ssox_state/$2" && test ! "$1" -nt "$ssox_state/$2" &&
    test ! "$1" -ot "$ssox_state/$2" && test "$ssox_state/checked" -nt "$ssox_state/$2"
}

start() {
  pinned=$node search=${program%/dist/*}/shell/find-node.sh # an update, or another version manager
  # Node forgets that SIGHUP was ignored (nohup). A shell cannot trap it then.
  export SSOX_NOHUP=1 && trap 'unset SSOX_NOHUP' HUP && kill -HUP $$ && trap - HUP
  if test -x "$node" || { test -r "$search" && . "$search" && find_node; }; then exec "$node" "$program" "$@"; fi
  case "${1-} $*" in *--format*) ;; 'env '*) echo false ;; esac # for eval "$(ssox env x)" && deploy
  { echo "ssox: Node 20.8 or later is not there any more; it was $pinned" && echo '  install Node, then run install.sh again'; } >&2
  exit 1
}

answer "$@" || :
start "$@"
