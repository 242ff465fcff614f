#!/bin/sh
# Written by the install.sh of ssox, which also removes it: sh @uninstaller@ --uninstall
# Answers a warm `ssox env <profile>` or `ssox credential-process --profile <profile>` from the switch
# cache (src/switch/entry.ts), with builtins only; in all other cases, and when in doubt, it starts Node.
# shellcheck disable=SC1090,SC2229,SC3013,SC3043,SC3067 # -nt, -ot, -O, local: no POSIX, but in every sh
{ set +xv; } 2>/dev/null # A trace would show the keys.
node=@node@
program=@program@

# Prints the statement and exits; returns when it is not sure of it.
answer() {
  # bash as sh takes functions from the environment; and variables of these names are for Node.
  unset -f echo local print printf read test true
  local kind='' role='' name shell cache folder entry field now clock || return
  local condition config credentials settings state token marker end statement
  test -n "${HOME-}" && test -z "${SSOX_HOOK-}" && test ! -t 1 || return
  case $#:${1-}:${2-}:${3-} in
    2:env:*) name=$2 shell='' ;;
    4:env:--shell:*) shell=$3 name=$4 ;;
    4:env:*:--shell) name=$2 shell=$4 ;;
    3:credential-process:--profile:*)
      test -z "${AWS_SSO_START_URL-}${AWS_SSO_REGION-}${AWS_SSO_ACCOUNT_ID-}${AWS_SSO_ROLE_NAME-}${AWS_SSO_CREDENTIAL_PROCESS_DEBUG-}" || return
      name=$3 shell='sh' kind=c
      ;;
    *) return ;;
  esac
  case $name in '' | -* | *[%/]* | *'
'*) return ;; esac
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
  entry=$folder/current/${kind:-s-$shell}-$name
  test -f "$entry" && test ! -L "$entry" && test -O "$entry" || return
  for field in condition config credentials settings state token marker end ${kind:+role end} statement end; do
    IFS= read -r "$field" || return
  done 2>/dev/null <"$entry"
  now="ssox-switch 4	$name	$HOME	${XDG_CONFIG_HOME-}	${AWS_CONFIG_FILE-}"
  test "$end" = . && test "$condition" = "$now	${AWS_SHARED_CREDENTIALS_FILE-}" || return
  test -O "$state" && test -e "$token" && test -e "$marker" && unchanged "$config" config &&
    unchanged "$credentials" credentials && unchanged "$settings" settings || return
  test -z "$role" || { test -e "$role" && test ! "$role" -nt "$state/checked"; } || return
  # The entry has the time at which it ends. /proc/$$ is as old as this process.
  clock=/proc/$$
  test -d "$clock" || { clock=$folder/now && true 2>/dev/null >"$clock"; } || return
  test "$clock" -nt "$state/checked" && test "$entry" -nt "$clock" || return
  # Where there is no builtin for it, no program gets the keys as its arguments.
  PATH=/dev/null printf '%s\n' "$statement" 2>/dev/null && exit
  if test $? -eq 127; then
    PATH=/dev/null print -r -- "$statement" 2>/dev/null && exit
    test $? -ne 127 || return
  fi
  echo 'ssox: cannot write the result' >&2
  echo '  free some space, or write it somewhere else' >&2
  exit 7
}

# Whether a file has the time of its stamp: one that counts in a shell that knows whole seconds only.
unchanged() {
  test -e "$1" || test -e "$state/$2" || return 0
  test -e "$1" && test -e "$state/$2" && test ! "$1" -nt "$state/$2" && test ! "$1" -ot "$state/$2" &&
    test "$state/checked" -nt "$state/$2"
}

answer "$@" || :
[ ! -x "$node" ] || exec "$node" "$program" "$@"
pinned=$node search=${program%/dist/*}/shell/find-node.sh # an update, or another version manager
if [ -r "$search" ] && . "$search" && find_node; then exec "$node" "$program" "$@"; fi
case "${1-} $*" in *--format*) ;; 'env '*) echo false ;; esac # for eval "$(ssox env x)" && deploy
echo "ssox: Node 20 or later is not there any more; it was $pinned" >&2
echo '  install Node, then run install.sh again' >&2
exit 1
