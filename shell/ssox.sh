#!/bin/sh
# `ssox` on PATH. A warm `ssox env <profile>` is answered here, from the switch cache
# (src/switch/entry.ts), with builtins only; for everything else, and when in doubt, Node is started.
# -nt, -ot, -O and local are no POSIX, but every sh of a system has them.
# shellcheck disable=SC3013,SC3043,SC3067
{ set +xv; } 2>/dev/null # A trace would show the keys.
node='@node@'
program='@program@'

# Prints the statement and exits; returns when it is not sure of it.
answer() {
  # bash as sh takes functions from the environment.
  unset -f echo local print printf read test true
  # The environment may have variables of these names; Node gets them as they were.
  local name shell line_break cache folder entry condition config credentials settings || return
  local state token marker statement end tab now clock result
  test "${1-}" = env && test -n "${HOME-}" && test -z "${SSOX_HOOK-}" && test ! -t 1 || return
  case $# in
    2) name=$2 shell='' ;;
    4) if test "$2" = --shell; then shell=$3 name=$4; else name=$2 shell=$4; fi ;;
    *) return ;;
  esac
  test $# -eq 2 || test "$2" = --shell || test "$3" = --shell || return
  line_break='
'
  case $name in '' | -* | *[%/"$line_break"]*) return ;; esac
  test -n "$shell" || read -r shell 2>/dev/null <"/proc/$PPID/comm" || return
  case $shell in
    bash | zsh | fish | powershell) ;;
    sh | dash | busybox | mksh) shell='sh' ;;
    pwsh) shell=powershell ;;
    *) return ;;
  esac
  case ${XDG_CACHE_HOME-} in /*) cache=$XDG_CACHE_HOME ;; *) cache=$HOME/.cache ;; esac
  for folder in "${XDG_RUNTIME_DIR-}/ssox" "$cache/ssox" /; do
    case $folder in /ssox | [!/]*) continue ;; esac
    test ! -d "$folder" || test -L "$folder" || test ! -O "$folder" || break
  done
  entry=$folder/current/s-$shell-$name
  test -f "$entry" && test ! -L "$entry" && test -O "$entry" || return
  {
    IFS= read -r condition && IFS= read -r config && IFS= read -r credentials &&
      IFS= read -r settings && IFS= read -r state && IFS= read -r token &&
      IFS= read -r marker && IFS= read -r end && IFS= read -r statement && IFS= read -r end
  } 2>/dev/null <"$entry" && test "$end" = . || return
  tab='	'
  now="ssox-switch 4$tab$name$tab$HOME$tab${XDG_CONFIG_HOME-}$tab${AWS_CONFIG_FILE-}"
  test "$condition" = "$now$tab${AWS_SHARED_CREDENTIALS_FILE-}" || return
  test -e "$token" && test -e "$marker" && unchanged "$config" config &&
    unchanged "$credentials" credentials && unchanged "$settings" settings || return
  # The entry has the time at which it ends. /proc/$$ is as old as this process.
  clock=/proc/$$
  test -d "$clock" || { clock=$folder/now && true 2>/dev/null >"$clock"; } || return
  test "$clock" -nt "$state/checked" && test "$entry" -nt "$clock" || return
  # Where there is no builtin for it, no program gets the keys as its arguments.
  PATH=/dev/null printf '%s\n' "$statement" 2>/dev/null
  result=$?
  if test $result -eq 127; then
    PATH=/dev/null print -r -- "$statement" 2>/dev/null
    result=$?
  fi
  case $result in 0) exit ;; 127) return ;; esac
  echo 'ssox: cannot write the result' >&2
  echo '  free some space, or write it somewhere else' >&2
  exit 7
}

# Whether a file has the time of its stamp. Some shells compare whole seconds: there, what is as old
# as the last look at it may have changed since.
unchanged() {
  if test -e "$state/$2"; then
    test -e "$1" && test ! "$1" -nt "$state/$2" && test ! "$1" -ot "$state/$2" &&
      test "$state/checked" -nt "$state/$2"
  else
    test ! -e "$1"
  fi
}

answer "$@" || :
exec "$node" "$program" "$@"
