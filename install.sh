#!/bin/sh
# Installs ssox for one user, from a clone or an unpacked release: ./install.sh --help
# It finds a Node, builds a clone, and hands over to src/install/main.ts.
{ # A shell reads up to the closing brace before it runs anything: half a download does nothing.

script=$0 node=''

main() {
  [ -z "${ZSH_VERSION-}" ] || emulate sh
  set -u
  umask 022 && unset CDPATH
  read_options "$@"
  case ${HOME-} in /*) ;; *) die 'there is no home folder: HOME is empty or not an absolute path' \
    'export HOME=/path/to/your/home' ;; esac
  find_source
  # shellcheck disable=SC1091
  . "$source/shell/find-node.sh" # It sets node.
  if ! find_node; then
    seen=$(command -v node) && seen="; $seen is $("$seen" --version 2>/dev/null)"
    [ -z "$uninstall" ] || [ -n "$dry_run" ] || { remove_without_node; exit; }
    die "ssox needs Node 20.8 or later${seen:- and found no Node}" \
      'install Node from https://nodejs.org or with your package manager, then run this again'
  fi
  if [ -z "$uninstall" ] || [ ! -f "$source/dist/install.cjs" ]; then build; fi
  # The script may have come through a pipe; the terminal is then still there.
  if [ ! -t 0 ] && [ -t 2 ] && (: </dev/tty) 2>/dev/null; then exec </dev/tty; fi
  NODE_OPTIONS='' exec "$node" "$source/dist/install.cjs" --node "$node" "$@"
}

usage() {
  cat <<'END'
Installs ssox below your home folder; it never needs root.

  ./install.sh                 install or update; asks before it changes a start-up file
  ./install.sh --yes           the same without a question
  ./install.sh --dry-run       show every step, change nothing
  ./install.sh --uninstall     remove it; start-up files become what they were, byte for byte

  --shell NAME      bash, zsh, fish or powershell, several with commas (default: $SHELL)
  --prefix DIR      program in DIR/lib/ssox, command in DIR/bin (default: ~/.local)
  --no-modify-rc    leave start-up files alone, show what to add
END
}

read_options() {
  option='' uninstall='' dry_run='' prefix=''
  for word in "$@"; do
    case $option:$word in
      --prefix:*) prefix=$word option='' ;;
      --shell:*) option='' ;;
      :--shell | :--prefix) option=$word ;;
      :--prefix=*) prefix=${word#*=} ;;
      :--uninstall) uninstall=1 ;;
      :--dry-run) dry_run=1 ;;
      :-y | :--yes | :--no-modify-rc | :--shell=*) ;;
      :-h | :--help) usage && exit ;;
      *) die "unknown option $word" './install.sh --help' 2 ;;
    esac
  done
  [ -z "$option" ] || die "$option needs a value" './install.sh --help' 2
}

# Sets source: the folder of this script, or the working folder when it comes through a pipe.
find_source() {
  while [ -L "$script" ]; do
    link=$(readlink "$script")
    case $link in /*) script=$link ;; *) script=$(dirname "$script")/$link ;; esac
  done
  for source in "$(dirname "$script")" .; do
    source=$(cd -- "$source/" 2>/dev/null && pwd -P) || continue
    ! grep -q '"name": "ssox"' "$source/package.json" 2>/dev/null ||
      [ ! -r "$source/shell/find-node.sh" ] || return 0
  done
  die 'this is neither a clone nor an unpacked release of ssox' \
    'unpack one, then run ./install.sh in it'
}

# A clone is built when its dist/ is missing or older than its sources; a release is built already.
build() {
  built=$source/dist/install.cjs present=$source/node_modules/.package-lock.json
  [ -d "$source/src" ] || [ -f "$built" ] ||
    die "there is no program in $source/dist" 'unpack the release again'
  [ -d "$source/src" ] || return 0
  [ ! -f "$built" ] || [ -n "$(find "$source/src" "$source/package.json" "$source/build.mjs" \
    -newer "$built")" ] || return 0
  npm=${node%/*}/npm packages='npm ci --ignore-scripts, then '
  [ -x "$npm" ] || npm=$(command -v npm) ||
    die 'building ssox from a clone needs npm' 'install npm, or use a release: it is built already'
  # In a clone that somebody works in, the packages are there already.
  [ -z "$(find "$present" -newer "$source/package-lock.json" 2>/dev/null)" ] || packages=''
  printf '  build     %snpm run build, in %s\n' "$packages" "$source"
  [ -z "$dry_run" ] || { [ -f "$built" ] && return || exit 0; }
  # At ^C, not before npm has ended, and said what it has to say.
  trap 'exit 130' INT
  (
    trap 'exit 130' INT
    cd "$source" && PATH=${node%/*}:$PATH || exit
    [ -z "$packages" ] || "$npm" ci --ignore-scripts --include=dev --no-audit --no-fund --no-update-notifier >&2 || exit
    "$npm" run --silent build >&2
  ) || die 'the build failed, nothing was installed' \
    "cd '$(printf '%s\n' "$source" | sed "s/'/'\\\\''/g")' && npm ci && npm run build"
}

# The files go; lines in start-up files are named, since only the program edits those.
remove_without_node() {
  hooks=${XDG_DATA_HOME:-$HOME/.local/share}/ssox/shell
  [ -n "$prefix" ] || prefix=$(cat "$hooks/prefix" 2>/dev/null) || prefix=$HOME/.local
  record=$(cat "$prefix/lib/ssox/manifest" 2>/dev/null) ||
    die "ssox is not installed in $prefix" './install.sh --uninstall --prefix DIR'
  ! grep -q '^# Written by the install.sh of ssox' "$prefix/bin/ssox" || rm -f "$prefix/bin/ssox"
  manual=$prefix/share/man/man1/ssox.1
  [ -L "$manual" ] || ! grep -q 'The manual page of ssox' "$manual" 2>/dev/null || rm -f "$manual"
  rm -rf "$prefix/lib/ssox"
  # In this order: start-up, hooks, folder, children before their parents.
  printf '%s\n' "$record" | LC_ALL=C sort -r | while read -r kind path; do
    case $kind in
      start-up)
        # shellcheck disable=SC2046
        set -- $(grep -n '^# [<>]\{3\} ssox [<>]\{3\}' "$path" 2>/dev/null | sed 's/:.*//')
        [ $# = 0 ] || printf 'There is no Node to edit %s: delete its lines %s to %s.\n' "$path" "$1" "${2-}"
        ;;
      hooks) for name in ssox.bash ssox.zsh ssox.fish ssox.ps1 completion.tsv prefix; do rm -f "$path/$name"; done ;;
      folder) rmdir "$path" 2>/dev/null ;;
    esac
  done
}

die() { printf 'install.sh: %s\n  %s\n' "$1" "$2" >&2; exit "${3-1}"; }

main "$@"; exit; }
