#!/bin/sh
# Installs ssox for one user, from a clone or an unpacked release: ./install.sh --help
#
# Functions are also called by a name in a variable, and many '…' are text for other shells:
# shellcheck disable=SC2016,SC2317
{ # A shell reads up to the closing brace before it runs anything: half a download does nothing.

script=$0
newline='
'
carriage_return=$(printf '\r')
word_separators=$IFS
begin_marker='# >>> ssox >>>'
end_marker='# <<< ssox <<<'
# Inside the block, so that --uninstall knows what the file was, even on another machine.
note_new='# install.sh: this file was new'
note_no_newline='# install.sh: the line above had no line break'
launcher_mark='# Written by the install.sh of ssox'

main() {
  [ -z "${ZSH_VERSION-}" ] || emulate sh
  set -u
  umask 022
  unset CDPATH
  stage='' old='' temp='' unsure='' lock='' created='' made='' notes='' problems=''
  read_options "$@"
  find_folders
  trap clean_up EXIT
  trap 'echo; exit 129' HUP
  trap 'echo; exit 130' INT
  trap 'echo; exit 143' TERM
  if [ -n "$uninstall" ]; then
    [ -n "$dry_run" ] || take_lock
    uninstall
    return
  fi
  find_source
  find_right_node
  describe
  build
  [ -n "$dry_run" ] || take_lock
  check_places
  if [ -z "$dry_run" ]; then
    install_program
    install_launcher
    install_hooks
  fi
  for shell in $shells; do start_up_file "$shell"; done
  closing_words
  [ -z "$problems" ]
}

usage() {
  cat <<'END'
Installs ssox below your home folder; it never needs root.

  ./install.sh                 install or update; asks before it changes a start-up file
  ./install.sh --yes           the same without a question
  ./install.sh --dry-run       show every step, change nothing
  ./install.sh --uninstall     remove it; start-up files become what they were, byte for byte

Options:
  --shell NAME      bash, zsh, fish or powershell, several with commas (default: $SHELL)
  --prefix DIR      program in DIR/lib/ssox, command in DIR/bin (default: ~/.local)
  --no-modify-rc    leave start-up files alone, show what to add
  -y, --yes         do not ask
  -h, --help        show this
END
}

read_options() {
  yes='' dry_run='' modify_rc=1 uninstall='' shells='' prefix='' help=''
  while [ $# -gt 0 ]; do
    case $1 in
      --shell | --prefix)
        [ $# -gt 1 ] || wrong_usage "$1 needs a value"
        read_value "$1" "$2"
        shift
        ;;
      --shell=* | --prefix=*) read_value "${1%%=*}" "${1#*=}" ;;
      -y | --yes) yes=1 ;;
      --dry-run) dry_run=1 ;;
      --no-modify-rc) modify_rc='' ;;
      --uninstall) uninstall=1 ;;
      -h | --help) help=1 ;;
      *) wrong_usage "unknown option $1" ;;
    esac
    shift
  done
  if [ -n "$help" ]; then
    usage
    exit 0
  fi
  [ -n "$shells" ] || case ${SHELL-} in
    */bash | */zsh | */fish) shells=${SHELL##*/} ;;
    */pwsh) shells=powershell ;;
  esac
}

read_value() {
  [ -n "$2" ] || wrong_usage "$1 needs a value"
  if [ "$1" = --prefix ]; then
    prefix=$2
    return
  fi
  IFS=', '
  set -f
  for name in $2; do
    case $name in
      bash | zsh | fish | powershell) ;;
      pwsh) name=powershell ;;
      '') continue ;;
      *) wrong_usage "unknown shell $name: --shell takes bash, zsh, fish and powershell" ;;
    esac
    case " $shells " in *" $name "*) ;; *) shells="$shells $name" ;; esac
  done
  split_words
}

# Sets home, prefix, lib, launcher, hooks, config; all absolute, without a slash at the end.
find_folders() {
  case ${HOME-} in
    /*) ;;
    *) die 'there is no home folder: HOME is empty or not an absolute path' \
      'export HOME=/path/to/your/home' ;;
  esac
  home=$(absolute "$HOME")
  data=$(xdg "${XDG_DATA_HOME-}" .local/share)
  config=$(xdg "${XDG_CONFIG_HOME-}" .config)
  hooks=$data/ssox/shell
  [ -z "$uninstall" ] || [ -n "$prefix" ] || find_prefix
  prefix=$(absolute "${prefix:-$home/.local}")
  lib=$prefix/lib/ssox launcher=$prefix/bin/ssox
  case $home$prefix$data$config in
    *[[:cntrl:]]*) die 'a path with a line break or another control character is not supported' \
      'choose another --prefix, HOME, XDG_DATA_HOME or XDG_CONFIG_HOME' ;;
  esac
  case $prefix in
    *\\*) die "Node loads nothing from a path with a backslash: $prefix" 'choose another --prefix' ;;
  esac
  if [ "$(id -u)" = 0 ] && [ -n "${SUDO_USER-}" ] &&
    [ -z "$(find "$home" -prune -user 0 2>/dev/null)" ]; then
    die "with sudo the files in $home would belong to root" './install.sh (without sudo)'
  fi
}

# For --uninstall: where this script is installed, else what the hooks belong to.
find_prefix() {
  for folder in "$(script_folder)" "$(cat "$hooks/prefix" 2>/dev/null)/lib/ssox"; do
    folder=$(cd -- "$folder" 2>/dev/null && pwd)
    case $folder in
      */lib/ssox) [ ! -f "$folder/manifest" ] || break ;;
    esac
    folder=''
  done
  prefix=${folder%lib/ssox}
}

# The path from the root, without `.`, `..` and needless slashes. What a `..` comes after may be a
# link, or be deleted one day.
absolute() (
  case $1 in /*) ;; *) set -- "$PWD/$1" ;; esac
  path=''
  IFS=/
  set -f
  for part in $1; do
    case $part in
      '' | .) ;;
      ..)
        up=$(cd -P -- "$path/.." 2>/dev/null && pwd -P) || up=${path%/*}
        path=${up%/}
        ;;
      *) path=$path/$part ;;
    esac
  done
  printf '%s\n' "${path:-/}"
)

# The XDG variable if it is absolute (the others have to be ignored), else the default below home.
xdg() {
  case $1 in
    /*) absolute "$1" ;;
    *) printf '%s\n' "$home/$2" ;;
  esac
}

# The folder of this script; the working folder when the script comes through a pipe.
script_folder() {
  file=''
  [ ! -f "$script" ] || file=$(real_file "$script")
  case $file in */*) printf '%s\n' "${file%/*}/" ;; *) echo . ;; esac
}

find_source() {
  for source in "$(script_folder)" .; do
    source=$(cd -- "$source/" 2>/dev/null && pwd -P) || continue
    if grep -q '"name": "ssox"' "$source/package.json" 2>/dev/null; then
      version=$(sed -n 's/^ *"version": "\([^"]*\)".*/\1/p' "$source/package.json")
      return 0
    fi
  done
  die 'this is neither a clone nor an unpacked release of ssox' \
    'unpack one, then run ./install.sh in it'
}

# The file behind symbolic links; fails in a circle.
real_file() (
  file=$1 hops=0
  while [ -L "$file" ]; do
    hops=$((hops + 1))
    [ "$hops" -le 40 ] && next=$(readlink "$file") || exit 1
    case $next in
      /*) file=$next ;;
      *) case $file in */*) file=${file%/*}/$next ;; *) file=$next ;; esac ;;
    esac
  done
  printf '%s\n' "$file"
)

# Shell functions that set `node`; also part of the launcher.
node_search() {
  cat <<'END'
node_works() {
  case $1 in /*) ;; *) return 1 ;; esac
  [ -x "$1" ] || return 1
  NODE_OPTIONS='' "$1" -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' \
    </dev/null >/dev/null 2>&1
}

find_node() {
  user=${HOME-}
  shared=${XDG_DATA_HOME:-$user/.local/share}
  for node in "$(command -v node 2>/dev/null)" "${VOLTA_HOME:-$user/.volta}/bin/node" \
    "${NVM_DIR:-$user/.nvm}"/versions/node/v[2-9][0-9]*/bin/node \
    "${FNM_DIR:-$shared/fnm}"/node-versions/v[2-9][0-9]*/installation/bin/node \
    "$user"/.fnm/node-versions/v[2-9][0-9]*/installation/bin/node \
    "$user/Library/Application Support/fnm"/node-versions/v[2-9][0-9]*/installation/bin/node \
    "${MISE_DATA_DIR:-$shared/mise}"/installs/node/[2-9][0-9]*/bin/node \
    "${ASDF_DATA_DIR:-$user/.asdf}"/installs/nodejs/[2-9][0-9]*/bin/node \
    "$user"/.nodenv/versions/[2-9][0-9]*/bin/node \
    "${N_PREFIX:-/usr/local}/bin/node" "$user/.local/bin/node" "$user/.nix-profile/bin/node" \
    /opt/homebrew/bin/node /opt/homebrew/opt/node*/bin/node \
    /usr/local/bin/node /usr/local/opt/node*/bin/node \
    /home/linuxbrew/.linuxbrew/bin/node /home/linuxbrew/.linuxbrew/opt/node*/bin/node \
    /opt/local/bin/node /run/current-system/sw/bin/node /usr/bin/node /usr/bin/nodejs \
    /snap/bin/node; do
    if node_works "$node"; then return 0; fi
  done
  return 1
}
END
}

# Sets node to a path that outlives this terminal, and node_version.
find_right_node() {
  eval "$(node_search)"
  if ! find_node; then
    seen=$(command -v node 2>/dev/null) && seen="; $seen is $("$seen" --version 2>/dev/null)"
    die "ssox needs Node 20 or later${seen:- and found no Node}" \
      'install Node from https://nodejs.org or with your package manager, then run this again'
  fi
  node_version=$(ask_node process.version)
  case $node in
    /usr/bin/* | /usr/local/bin/* | /opt/*/bin/node | /nix/* | */.nix-profile/* | /snap/* | \
      /run/current-system/*) ;;
    *)
      # What fnm puts on PATH ends with the terminal; shims (volta, mise, asdf) look at the folder.
      node=$(ask_node process.execPath)
      ;;
  esac
  case $node in
    */Cellar/*/bin/node)
      # Homebrew's folders carry the version; its opt/ links do not.
      keg=${node#*/Cellar/}
      keg=${node%%/Cellar/*}/opt/${keg%%/*}/bin/node
      [ ! -x "$keg" ] || node=$keg
      ;;
  esac
  case $node_version in
    v20.?.* | v20.1[0-8].*)
      complain "Node $node_version is older than 20.19, the oldest that ssox is tested with" \
        'it may work; a newer Node is better'
      ;;
  esac
}

ask_node() {
  NODE_OPTIONS='' "$node" -p "$1" </dev/null
}

describe() {
  if [ -n "$dry_run" ]; then
    say "ssox $version, what would be done (dry run, nothing is changed):"
  else
    say "ssox $version"
  fi
  step node "$node ($node_version)"
}

# A clone is built when its dist/ is missing or older than its sources; a release is built already.
build() {
  if [ ! -d "$source/src" ]; then
    [ -f "$source/dist/main.cjs" ] ||
      die "there is no program in $source/dist" 'unpack the release again'
    return 0
  fi
  built=$source/dist/main.cjs
  if [ -f "$built" ] && [ -f "$source/dist/program.cjs" ] &&
    [ -z "$(find "$source/src" "$source/package.json" "$source/build.mjs" -newer "$built")" ]; then
    return 0
  fi
  npm=${node%/*}/npm
  [ -x "$npm" ] || npm=$(command -v npm) ||
    die 'building ssox from a clone needs npm' 'install npm, or use a release: it is built already'
  packages='npm ci --ignore-scripts, then '
  # In a clone that somebody works in, the packages are there already.
  present=$source/node_modules/.package-lock.json
  [ -z "$(find "$present" -newer "$source/package-lock.json" 2>/dev/null)" ] || packages=''
  step build "${packages}npm run build, in $source"
  [ -z "$dry_run" ] || return 0
  (
    # Not before npm has ended, and said what it has to say.
    trap 'exit 130' INT
    cd "$source" || exit
    if [ -n "$packages" ]; then
      run_npm ci --ignore-scripts --include=dev --no-audit --no-fund || exit
    fi
    run_npm run --silent build
  ) || die 'the build failed, nothing was installed' \
    "cd $(sh_quote "$source") && npm ci && npm run build"
}

# npm and what it starts must find the Node that was chosen.
run_npm() {
  env PATH="${node%/*}:$PATH" "$npm" "$@" >&2
}

# What is in the way is somebody else's; better to stop before anything is installed.
check_places() {
  if { [ -e "$launcher" ] || [ -L "$launcher" ]; } && ! is_our_launcher; then
    die "$launcher exists, and this installer did not write it" \
      'remove it first (from npm: npm uninstall --global ssox), or choose another --prefix'
  fi
  if { [ -e "$lib" ] || [ -L "$lib" ]; } && [ ! -f "$lib/manifest" ]; then
    die "$lib exists, and this installer did not write it" \
      'move it away, or choose another --prefix'
  fi
  updated=''
  [ ! -f "$lib/package.json" ] ||
    updated=" (replaces $(sed -n 's/^ *"version": "\([^"]*\)".*/\1/p' "$lib/package.json"))"
  step program "$lib$updated"
  step command "$launcher"
  step hooks "$hooks"
}

is_our_launcher() {
  [ -f "$launcher" ] && [ ! -L "$launcher" ] && grep -q "^$launcher_mark" "$launcher" 2>/dev/null
}

# The new program is complete before it takes the place of the old one.
install_program() {
  need_folder "$prefix/lib"
  need_folder "$prefix/bin"
  remove_left_overs
  stage=$prefix/lib/.ssox-new.$$
  { mkdir "$stage" && fill_stage; } ||
    die "cannot write $stage" 'free some space, or choose another --prefix'
  old=$prefix/lib/.ssox-old.$$
  # By node: both renames take microseconds, and `mv` would move into a folder that exists. Again
  # where another installer has put its program in place between the two.
  NODE_OPTIONS='' "$node" -e '
    const { mkdirSync, renameSync } = require("node:fs")
    const [next, place, old] = process.argv.slice(1)
    const rename = (from, to, ...expected) => {
      try {
        renameSync(from, to)
        return true
      } catch (error) {
        if (!expected.includes(error.code)) throw error
        return false
      }
    }
    mkdirSync(old)
    let attempt = 0
    do rename(place, `${old}/${attempt++}`, "ENOENT")
    while (!rename(next, place, "ENOTEMPTY", "EEXIST"))' "$stage" "$lib" "$old" </dev/null ||
    die "cannot put the new program in $lib" "ls -ld $(sh_quote "$prefix/lib")"
  stage='' created=''
  rm -rf "$old"
  old=''
}

fill_stage() {
  mkdir "$stage/dist" || return
  for file in "$source"/dist/*; do
    cp "$file" "$stage/dist/" || return
  done
  for file in package.json install.sh LICENSE CHANGELOG.md; do
    [ ! -f "$source/$file" ] || cp "$source/$file" "$stage/$file" || return
  done
  cp -R "$source/shell" "$stage/shell" || return
  fill "$stage/manifest" manifest_text || return
  keep_running_programs
}

# An ssox that waits for the browser now may load a chunk of its own version later. The names of
# chunks are hashes of their content, so the last version's can stay beside the new ones.
keep_running_programs() {
  [ -f "$lib/manifest" ] || return 0
  sed -n 's/^chunk //p' "$lib/manifest" | while IFS= read -r name; do
    [ -f "$stage/dist/$name" ] || [ ! -f "$lib/dist/$name" ] ||
      cp -p "$lib/dist/$name" "$stage/dist/$name" || return
  done
}

# What --uninstall has to know: folders that were not there before, start-up files, hooks.
manifest_text() {
  text=''
  [ ! -f "$lib/manifest" ] || text=$(sed -n '/^chunk /!p' "$lib/manifest")$newline || return
  for file in "$stage"/dist/chunk-*; do
    [ ! -f "$file" ] || text="${text}chunk ${file##*/}$newline"
  done
  sorted "$text$created"
}

# Adds lines to the manifest of the installed program; that stays as it was where this fails.
remember() {
  text=$(cat "$lib/manifest") || return
  write_file "$lib/manifest" sorted "$text$newline$1"
}

# Each of the lines once.
sorted() {
  printf '%s' "$1" | LC_ALL=C sed '/^$/d' | LC_ALL=C sort -u
}

# Puts the output of a command in the place of a file, as soon as all of it is on the disk.
write_file() {
  place=$1 temp=${1%/*}/.${1##*/}.$$
  shift
  if fill "$temp" "$@" && mv -f "$temp" "$place"; then
    temp=''
  else
    drop_temp
    return 1
  fi
}

install_launcher() {
  temp=$prefix/bin/.ssox.$$
  { fill "$temp" launcher_text && chmod 755 "$temp" && mv -f "$temp" "$launcher"; } ||
    die "cannot write $launcher" "ls -ld $(sh_quote "$prefix/bin")"
  temp=''
}

launcher_text() {
  cat <<END
#!/bin/sh
$launcher_mark, which also removes it: sh $(sh_quote "$lib/install.sh") --uninstall
node=$(sh_quote "$node")
program=$(sh_quote "$lib/dist/main.cjs")
END
  cat <<'END'
# An update may be putting the new program in its place right now.
[ -f "$program" ] || sleep 1
[ ! -x "$node" ] || exec "$node" "$program" "$@"

# That Node is gone: an update, or another version manager.
END
  node_search
  cat <<'END'

pinned=$node
if find_node; then exec "$node" "$program" "$@"; fi
# `eval "$(ssox env x)" && deploy` must not go on.
case "${1-} $*" in *--format*) ;; 'env '*) echo false ;; esac
echo "ssox: Node 20 or later is not there any more; it was $pinned" >&2
echo '  install Node, then run install.sh again' >&2
exit 1
END
}

install_hooks() {
  need_folder "$hooks"
  remember "${created}hooks $hooks$newline" ||
    die "cannot write $lib/manifest" 'free some space, then run this again'
  created=''
  write_file "$hooks/prefix" say "$prefix" ||
    die "cannot write $hooks/prefix" "ls -ld $(sh_quote "$hooks")"
  for name in ssox.bash ssox.zsh ssox.fish ssox.ps1; do
    file=$source/shell/$name
    if [ ! -f "$file" ] || cmp -s "$file" "$hooks/$name"; then continue; fi
    write_file "$hooks/$name" cat "$file" ||
      die "cannot write $hooks/$name" "ls -ld $(sh_quote "$hooks")"
  done
}

# Makes a folder with its parents, and keeps in mind which of them were not there.
make_folder() {
  missing='' folder=$1
  while [ ! -d "$folder" ] && [ -n "$folder" ]; do
    missing="folder $folder$newline$missing"
    folder=${folder%/*}
  done
  created=$created$missing made=$made$missing
  mkdir -p "$1" 2>/dev/null
}

need_folder() {
  make_folder "$1" || die "cannot make the folder $1" 'choose another place with --prefix'
}

# Decides about the start-up file of a shell, shows what it would add, asks, adds it.
start_up_file() {
  look_at "$1"
  [ -n "$dry_run" ] || remove_copies
  case $action in
    none)
      step start-up "$(tilde "$rc"): $why"
      [ "$blocks" = 1 ] || on_path ||
        later "For the command in every terminal, add to $(tilde "$rc"):" \
          "  $(lines "$1" | head -n 1)"
      ;;
    refuse) by_hand "$1" "$why, so add these lines yourself:" ;;
    *)
      if [ -z "$modify_rc" ]; then
        by_hand "$1" "To have awsuse, add to $(tilde "$rc"):"
      elif [ -n "$yes$dry_run" ] || can_ask; then
        show_change "$1"
        change "$1"
      else
        by_hand "$1" "No terminal to ask on and no --yes. To have awsuse, add to $(tilde "$rc"):"
      fi
      ;;
  esac
  [ "$1" != zsh ] || [ "$action" = none ] || check_compinit
}

by_hand() {
  note='' crlf=''
  say '' "$2" ''
  block "$1" | sed 's/^/  /'
}

show_change() {
  link=''
  [ "$target" = "$rc" ] || link=", a link to $(tilde "$target")"
  say '' "$(tilde "$rc")$link:" ''
  [ "$action" = add ] || block_text "$target" | sed 's/^/  - /'
  block "$1" | sed 's/^/  + /'
  say ''
}

change() {
  [ -z "$dry_run" ] || return 0
  if [ -z "$yes" ] && ! confirm "Change $(tilde "$rc") like this?"; then
    say 'Not changed.'
    return
  fi
  # Somebody may have edited the file while the question was on the screen.
  look_at "$1"
  case $action in
    none) ;;
    refuse) by_hand "$1" "Not changed: $why, so add these lines yourself:" ;;
    *)
      # On record before it is there: what is on record and is not there does no harm.
      if make_folder "${target%/*}" && remember "${created}start-up $rc$newline" &&
        "$action"_block "$1"; then
        created=''
        changed "$1"
      else
        problems=1
        why="$(tilde "$rc") could not be written"
        by_hand "$1" "Not changed: $why, so add these lines yourself:"
      fi
      ;;
  esac
}

changed() {
  if [ "$1" != bash ] || login_shells_read_it; then
    say 'Changed; every new terminal has it.'
  else
    say 'Changed.'
    # Other shells read ~/.profile too, some of them under `set -eu`.
    [ "$action" = update ] || later "Login shells (macOS terminals, SSH) $reason." \
      "For ssox in them, put into ~/${login:-.bash_profile}:" \
      '  if [ -n "${BASH_VERSION-}" ] && [ -r ~/.bashrc ]; then . ~/.bashrc; fi'
  fi
}

# Lines for the end, when everything else is said.
later() {
  notes=$notes$newline$(printf '%s\n' "$@")$newline
}

# Sets rc, target (rc without links), action (none add update refuse), why; for a file with a block
# also first and last (line numbers) and note.
look_at() {
  action=refuse why='' note='' crlf='' elsewhere='' target='' blocks=0
  find_rc_"$1" || return 0
  target=$(real_file "$rc") || {
    why="$(tilde "$rc") is a link in a circle"
    return
  }
  if [ -e "$target" ]; then
    look_inside "$1"
  elif ! can_create "$target"; then
    why="$(tilde "$rc") cannot be created"
  else
    action=add note=$note_new
  fi
  [ "$action" != add ] || look_elsewhere "$1"
}

look_inside() {
  if [ ! -f "$target" ] || [ ! -r "$target" ] || ! is_text "$target"; then
    why="$(tilde "$rc") is not a text file that can be read"
    return
  fi
  find_block "$target"
  case $blocks in
    broken) why="$(tilde "$rc") has ssox markers that do not match (line $first)" ;;
    1)
      if [ "$(block_text "$target")" = "$(block "$1")" ]; then
        action=none why='has the lines already'
      else
        action=update
      fi
      ;;
    0)
      if has_mention "$target"; then
        action=none why="line $line $mention"
      else
        action=add
        [ -z "$(tail -c 1 "$target")" ] || note=$note_no_newline
        case $(head -n 1 "$target") in *"$carriage_return") crlf=1 ;; esac
      fi
      ;;
  esac
  [ "$action" != none ] || return 0
  if [ "$1" = powershell ] && grep -q '^# SIG # Begin signature block' "$target"; then
    action=refuse why="$(tilde "$rc") is signed, and a change would break the signature"
  elif ! is_writable "$target"; then
    action=refuse why="$(tilde "$rc") is read-only"
  fi
}

# Lines written by hand, with $HOME, by `ssox init`, in a file that is loaded as well.
look_elsewhere() {
  split_lines
  for file in $elsewhere; do
    if [ -f "$file" ] && [ -r "$file" ] && has_mention "$file"; then
      action=none rc=$file why="line $line $mention"
      break
    fi
  done
  split_words
}

# What a `for` without quotes goes through: lines, without file name patterns.
split_lines() {
  IFS=$newline
  set -f
}

split_words() {
  IFS=$word_separators
  set +f
}

# Sets line and mention where a file loads ssox, or has a comment that would.
has_mention() {
  hook='ssox\.(bash|zsh|fish|ps1)($|[^[:alnum:]._-])'
  init="ssox[\"']?[[:space:]]+init[[:space:]]+[\"']?(bash|zsh|fish|powershell|pwsh)"
  names="([/\\\\]|(^|[^[:alnum:]_-])(\.|source)[[:space:]]+[\"']?)$hook|$init"
  # The hook itself, copied.
  ! grep -q '^# ssox hook for ' "$1" ||
    names="$names|awsuse[[:space:]]*\(\)|function[[:space:]]+(global:)?awsuse"
  # Where a command can be, one that loads; or what is fed to such a one.
  here='(^[0-9]+:[[:space:]#]*|[;&|({][[:space:]]*|(then|do|else|and)[[:space:]]+)'
  loads="$here(\.|source)[[:space:]]+([\"'\$~/.(].*[/\\\\\"'])?[\"']?$hook"
  loads="$loads|$here(eval|\.|source|iex|Invoke-Expression)[[:space:]]*[\"'\$(<&\`].*$init"
  loads="$loads|$init.*\|[[:space:]]*(source|iex|Invoke-Expression)"
  prints='(^[0-9]+:|[;&|({])[[:space:]]*(echo|printf)[[:space:]]'

  named=$(sed_c "${2:-p}" "$1" | LC_ALL=C grep -nE "$names" |
    LC_ALL=C grep -vE '^[0-9]+:[[:space:]]*alias[[:space:]]')
  code=$(printf '%s\n' "$named" | LC_ALL=C grep -vE '^[0-9]+:[[:space:]]*#')
  mention='loads ssox already'
  line=$(printf '%s\n' "$code" | LC_ALL=C grep -E "$loads" | head -n 1)
  [ -n "$line" ] || line=$(printf '%s\n' "$code" | LC_ALL=C grep -vE "$prints" | head -n 1)
  if [ -z "$line" ]; then
    line=$(printf '%s\n' "$named" | LC_ALL=C grep -E "$loads" | head -n 1)
    mention='would load ssox, but it is a comment; remove the # to have it'
  fi
  line=${line%%:*}
  [ -n "$line" ]
}

# Sets blocks (0, 1 or broken), first and last, and for a block note and crlf.
find_block() {
  markers=$(LC_ALL=C tr -d '\r' <"$1" |
    LC_ALL=C grep -nxF -e "$begin_marker" -e "$end_marker")
  first=${markers%%:*} last='' blocks=0
  [ -n "$markers" ] || return 0
  last=${markers#*"$newline"}
  last=${last%%:*}
  if [ "$markers" = "$first:$begin_marker$newline$last:$end_marker" ]; then
    blocks=1
    read_block "$1"
  else
    blocks=broken
  fi
}

# As find_block; but where two installers at once have written copies of one block (there was no lock
# in the beginning), blocks is their number, and first and last are those of the last one.
find_copies() {
  find_block "$1"
  [ "$blocks" = broken ] || return 0
  broken_at=$first
  pair=$(printf '%s\n' "$markers" | tail -n 2)
  first=${pair%%:*} last=${pair#*"$newline"} copies=1
  last=${last%%:*}
  one=$(block_text "$1")
  all=$(LC_ALL=C tr -d '\r' <"$1" | LC_ALL=C sed -n "/^$begin_marker\$/,/^$end_marker\$/p")
  while [ "$all" != "$one" ]; do
    case $all in
      "$one$newline"*) all=${all#"$one$newline"} copies=$((copies + 1)) ;;
      *) break ;;
    esac
  done
  if [ "$all" = "$one" ] && [ "$(($(printf '%s\n' "$markers" | wc -l)))" = $((copies * 2)) ]; then
    blocks=$copies
    read_block "$1"
  else
    first=$broken_at
  fi
}

read_block() {
  note='' crlf=''
  case $(sed_c "${first}p" "$1") in *"$carriage_return") crlf=1 ;; esac
  case $(sed_c "$((first + 1))p" "$1" | tr -d '\r') in
    "$note_new") note=$note_new ;;
    "$note_no_newline") note=$note_no_newline ;;
  esac
}

block_text() {
  sed_c "${first},${last}p" "$1" | tr -d '\r'
}

sed_c() {
  LC_ALL=C sed -n "$1" "$2"
}

is_text() {
  [ "$(($(LC_ALL=C tr -d '\000' <"$1" | wc -c)))" = "$(($(wc -c <"$1")))" ]
}

# For root every file is writable; a file without a write bit is read-only by intention.
is_writable() {
  [ -w "$1" ] || return 1
  case $(ls -lLd "$1") in ??w* | ?????w* | ????????w*) return 0 ;; esac
  return 1
}

# True when the folder, or the nearest one above it that exists, can be written.
can_create() {
  folder=${1%/*}
  while [ -n "$folder" ] && [ ! -e "$folder" ] && [ ! -L "$folder" ]; do folder=${folder%/*}; done
  [ -d "${folder:-/}" ] && [ -w "${folder:-/}" ]
}

find_rc_bash() {
  rc=$home/.bashrc
  elsewhere=$(printf '%s\n' "$home/.bash_aliases" "$home/.bash_profile" "$home/.bash_login" \
    "$home/.profile")
}

# zsh itself knows: ZDOTDIR is often set in .zshenv only.
find_rc_zsh() {
  zdotdir=${ZDOTDIR:-$home}
  if command -v zsh >/dev/null 2>&1; then
    answer=$(zsh -c 'print -r -- "ssox-zdotdir=$ZDOTDIR"' </dev/null 2>/dev/null |
      sed -n 's/^ssox-zdotdir=//p')
    case $answer in /*) zdotdir=$answer ;; esac
  fi
  zdotdir=$(absolute "$zdotdir")
  rc=$zdotdir/.zshrc
  elsewhere=$(printf '%s\n' "$zdotdir/.zshenv" "$zdotdir/.zprofile" "$zdotdir/.zlogin" \
    "$home/.zshenv")
}

# A file of its own: config.fish stays as it is.
find_rc_fish() {
  rc=$config/fish/conf.d/ssox.fish
  elsewhere=$config/fish/config.fish
  for file in "$config"/fish/conf.d/*.fish; do
    [ "$file" = "$rc" ] || elsewhere=$elsewhere$newline$file
  done
}

find_rc_powershell() {
  rc='the PowerShell profile' why='pwsh is not on PATH and cannot say where its profile is'
  command -v pwsh >/dev/null 2>&1 || return
  why='pwsh does not say where its profile is'
  [ -n "${profiles-}" ] || ask_powershell
  case $profiles in
    /*"$newline"*)
      rc=${profiles%%"$newline"*}
      elsewhere=${profiles#*"$newline"}
      why=''
      ;;
    *) return 1 ;;
  esac
}

# Sets profiles: one path per line, the one for all hosts of this user first.
ask_powershell() {
  profiles=''
  # PowerShell makes folders for its caches even for one question; those are put aside.
  aside=$(temp_folder) || return
  profiles=$(XDG_CACHE_HOME=$aside XDG_DATA_HOME=$aside POWERSHELL_TELEMETRY_OPTOUT=1 \
    POWERSHELL_UPDATECHECK=Off pwsh -NoLogo -NoProfile -NonInteractive -Command \
    '$PROFILE | % { $_.CurrentUserAllHosts; $_.CurrentUserCurrentHost; $_.AllUsersAllHosts
      $_.AllUsersCurrentHost }' </dev/null 2>/dev/null | tr -d '\r')
  rm -rf "$aside"
}

# A login shell (SSH, the terminals of macOS) reads only the first of these. Sets login and reason.
login_shells_read_it() {
  login='' reason='do not read ~/.bashrc here'
  for file in .bash_profile .bash_login .profile; do
    if [ -r "$home/$file" ]; then
      login=$file
      break
    fi
  done
  [ -n "$login" ] || return
  reason="read ~/$login, which does not load ~/.bashrc"
  code=$(code_of "$home/$login")
  # The first may load another.
  for file in .bash_login .profile; do
    case $code in *"$file"*) code=$code$(code_of "$home/$file") ;; esac
  done
  case $code in *bashrc* | *ssox.bash*) ;; *) return 1 ;; esac
}

# A file without its comments.
code_of() {
  LC_ALL=C sed '/^[[:space:]]*#/d' "$1" 2>/dev/null
}

# Ubuntu runs compinit for everybody, and so do the frameworks.
check_compinit() {
  printf '%s\n' "$rc" "$elsewhere" /etc/zshrc | while IFS= read -r file; do code_of "$file"; done |
    grep -qE 'compinit|oh-my-zsh|prezto|zinit|antigen|antidote|zplug|zgen|zimfw' ||
    grep -qs '^ID.*ubuntu' /etc/os-release ||
    later "All of the completion needs, in $(tilde "$rc"): autoload -Uz compinit && compinit"
}

block() {
  printf '%s\n' "$begin_marker"
  [ -z "$note" ] || printf '%s\n' "$note"
  # In a file with CRLF a comment at the end takes the CR, which would be part of the last word.
  if [ -n "$crlf" ] && [ "$1" != powershell ]; then
    lines "$1" | sed 's/$/ #/'
  else
    lines "$1"
  fi
  printf '%s\n' "$end_marker"
}

# Where a program or a hook is missing, the lines do nothing. The second is what `ssox init` prints.
lines() {
  bin=$(spell "$1" "$prefix/bin")
  case $1 in
    bash | zsh)
      hook=$(spell "$1" "$hooks/ssox.$1")
      printf 'case ":$PATH:" in *:%s:*) ;; *) export PATH="$PATH":%s ;; esac\n' "$bin" "$bin"
      printf 'if [ -r %s ]; then . %s; fi\n' "$hook" "$hook"
      ;;
    fish)
      hook=$(spell fish "$hooks/ssox.fish")
      printf 'if not contains -- %s $PATH; set -gx PATH $PATH %s; end\n' "$bin" "$bin"
      printf 'if test -r %s; source %s; end\n' "$hook" "$hook"
      ;;
    powershell)
      hook=$(spell powershell "$hooks/ssox.ps1")
      printf 'if (($env:PATH -split [IO.Path]::PathSeparator) -cnotcontains %s) ' "$bin"
      printf '{ $env:PATH += [IO.Path]::PathSeparator + %s }\n' "$bin"
      printf 'if (Test-Path -LiteralPath %s) { . %s }\n' "$hook" "$hook"
      ;;
  esac
}

# A path as a word of the shell; below $HOME it says so, since start-up files travel.
spell() {
  case $2 in
    "$home"/*) rest=${2#"$home"} ;;
    *)
      "$1"_quote "$2"
      return
      ;;
  esac
  case $rest in
    *[!A-Za-z0-9/._@%+=:,-]*) ;;
    *)
      printf '"$HOME%s"\n' "$rest"
      return
      ;;
  esac
  if [ "$1" = powershell ]; then
    printf '($HOME + %s)\n' "$(powershell_quote "$rest")"
  else
    printf '"$HOME"%s\n' "$("$1"_quote "$rest")"
  fi
}

sh_quote() {
  printf "'%s'\n" "$(printf '%s\n' "$1" | LC_ALL=C sed "s/'/'\\\\''/g")"
}

bash_quote() { sh_quote "$1"; }

zsh_quote() { sh_quote "$1"; }

# csh expands a `!` even between quotes.
csh_quote() { sh_quote "$1" | LC_ALL=C sed 's/!/\\!/g'; }

fish_quote() {
  printf "'%s'\n" "$(printf '%s\n' "$1" | LC_ALL=C sed "s/['\\\\]/\\\\&/g")"
}

# U+2018 to U+201B end a literal as well as U+0027 does.
powershell_quote() {
  curly=$(printf '\342\200[\230\231\232\233]')
  printf "'%s'\n" "$(printf '%s\n' "$1" | LC_ALL=C sed -e "s/'/''/g" -e "s/$curly/&&/g")"
}

# Appending leaves the inode, mode, owner and links alone.
add_block() {
  size=0
  [ ! -e "$target" ] || size=$(($(wc -c <"$target")))
  { to_add "$1" >>"$target"; } 2>/dev/null && return
  # What a full disk let through is half a block.
  if [ "$note" = "$note_new" ]; then
    rm -f "$target"
  else
    dd if=/dev/null of="$target" bs=1 seek="$size" 2>/dev/null
  fi
  return 1
}

to_add() {
  text=$(block "$1")$newline
  [ "$action $note" != "add $note_no_newline" ] || text=$newline$text
  if [ -n "$crlf" ]; then
    printf '%s' "$text" | sed "s/\$/$carriage_return/"
  else
    printf '%s' "$text"
  fi
}

update_block() {
  replace new_text "$1"
}

new_text() {
  before "$target" && to_add "$1" && after "$target"
}

remove_block() {
  if [ "$note" = "$note_new" ] && [ "$(($(old_text | wc -c)))" = 0 ]; then
    rm -f "$target" 2>/dev/null
  else
    replace old_text
  fi
}

# The last one first, for the line break that had to be added before each.
remove_blocks() {
  while [ "$blocks" != 0 ]; do
    remove_block || return
    blocks=0
    [ ! -f "$target" ] || find_copies "$target"
  done
}

# The file without the block, and without the line break that had to be added before it, unless
# something follows by now.
old_text() {
  size=$(($(before "$target" | wc -c)))
  if [ "$note" = "$note_no_newline" ] && [ "$(($(after "$target" | wc -c)))" = 0 ]; then
    size=$((size - 1))
    [ -z "$crlf" ] || size=$((size - 1))
  fi
  [ "$size" -le 0 ] || dd if="$target" bs="$size" count=1 2>/dev/null || return
  after "$target"
}

before() {
  [ "$first" = 1 ] || head -n "$((first - 1))" "$1"
}

after() {
  tail -n "+$((last + 1))" "$1"
}

# Puts the output of a function in place of the target: by a rename, or, where the folder does not
# allow that or the file has other names, in place. Mode and owner stay.
replace() {
  if [ -z "$(find "$target" -prune -links +1 2>/dev/null)" ]; then
    temp=$target.ssox.$$
    if cp -p "$target" "$temp" 2>/dev/null && fill "$temp" "$@"; then
      if mv -f "$temp" "$target" 2>/dev/null; then
        temp=''
        return
      fi
    elif [ -w "${target%/*}/" ]; then
      # What is missing is space, and in place that would cost the file its end.
      drop_temp
      return 1
    fi
    drop_temp
  fi
  replace_in_place "$@"
}

replace_in_place() {
  replaced=1
  temp=$(temp_folder) || return
  if fill "$temp/old" cat "$target" && fill "$temp/new" "$@"; then
    unsure=$target
    if { cat "$temp/new" >"$target"; } 2>/dev/null && cmp -s "$temp/new" "$target"; then
      unsure='' replaced=0
    fi
  fi
  drop_temp
  return "$replaced"
}

# Also where TMPDIR names no folder.
temp_folder() {
  mktemp -d 2>/dev/null || TMPDIR=/tmp mktemp -d
}

# Writes the output of a function to a file, and reads it again.
fill() {
  into=$1
  shift
  { "$@" >"$into"; } 2>/dev/null && "$@" | cmp -s - "$into"
}

# Removes what was in the making; a file that was being written in place becomes what it was.
drop_temp() {
  if [ -n "$unsure" ] && ! cmp -s "$temp/old" "$unsure" &&
    ! { cat "$temp/old" >"$unsure"; } 2>/dev/null; then
    complain "$(tilde "$unsure") is not whole any more; what it was is in $temp/old" \
      "cp $(sh_quote "$temp/old") $(sh_quote "$unsure")"
    temp=''
  fi
  [ -z "$temp" ] || rm -rf "$temp"
  temp='' unsure=''
}

uninstall() {
  [ -n "$dry_run" ] || remove_left_overs
  start_up=$(start_up_files)
  all_hooks=$(hook_folders)
  found=''
  show_removal
  if [ -z "$found" ]; then
    say 'ssox is not installed here; nothing to remove.'
    return
  fi
  [ -z "$dry_run" ] || return 0
  # Without a terminal the option itself is the answer: only what install.sh made is removed.
  if [ -z "$yes" ] && can_ask && ! confirm 'Remove all this?'; then
    say 'Nothing was removed.'
    return
  fi
  each_start_up_file remove_from
  remove_files
  [ -n "$problems" ] || say 'Removed.'
  left_behind
  [ -z "$problems" ]
}

# Those that are on record, and where they usually are for a program that has lost its record.
start_up_files() {
  {
    [ ! -f "$lib/manifest" ] || sed -n 's/^start-up //p' "$lib/manifest"
    find_rc_zsh
    printf '%s\n' "$home/.bashrc" "$rc" "$config/fish/conf.d/ssox.fish" \
      "$config/powershell/profile.ps1"
  } | LC_ALL=C sort -u
}

each_start_up_file() {
  split_lines
  for rc in $start_up; do
    split_words
    note='' crlf='' blocks=0
    if target=$(real_file "$rc") && [ -f "$target" ] && [ -r "$target" ] && is_text "$target"; then
      find_copies "$target"
      [ -n "$dry_run" ] || remove_copies
    fi
    [ "$blocks" = 0 ] || "$1"
  done
  split_words
}

show_removal() {
  ! is_our_launcher || show_step "$launcher"
  [ ! -f "$lib/manifest" ] || show_step "$lib"
  split_lines
  for folder in $all_hooks; do show_step "$folder"; done
  split_words
  each_start_up_file show_block
}

show_step() {
  [ ! -e "$1" ] || {
    found=1
    step remove "$1"
  }
}

show_block() {
  found=1
  [ "$blocks" != broken ] || return 0
  times=''
  [ "$blocks" = 1 ] || times=" ($blocks times)"
  say '' "$(tilde "$rc")$times:" ''
  block_text "$target" | sed 's/^/  - /'
  say ''
}

remove_from() {
  if [ "$blocks" = broken ]; then
    complain "$(tilde "$rc") has ssox markers that do not match" \
      "remove them by hand, from line $first"
  elif [ -z "$modify_rc" ]; then
    say "$(tilde "$rc") was left as it is; without ssox its lines do nothing."
    return
  elif is_writable "$target" && remove_blocks; then
    return
  else
    complain "$(tilde "$rc") cannot be written" \
      "remove lines $first to $last by hand; without ssox they do nothing"
  fi
  problems=1
}

hook_folders() {
  {
    [ ! -f "$lib/manifest" ] || sed -n 's/^hooks //p' "$lib/manifest"
    printf '%s\n' "$hooks"
  } | LC_ALL=C sort -u
}

remove_files() {
  folders='' remaining=''
  if [ -f "$lib/manifest" ]; then
    # Children sort after their parents.
    folders=$(sed -n 's/^folder //p' "$lib/manifest" | LC_ALL=C sort -ru)
    remove "$lib"
  fi
  ! is_our_launcher || remove "$launcher"
  split_lines
  for folder in $all_hooks; do
    for name in ssox.bash ssox.zsh ssox.fish ssox.ps1 prefix; do remove "$folder/$name"; done
    rmdir "$folder" "${folder%/*}" 2>/dev/null
  done
  for folder in $folders; do rmdir "$folder" 2>/dev/null; done
  split_words
  if [ -n "$remaining" ]; then
    complain 'these could not be removed' "rm -rf$remaining"
    problems=1
  fi
}

remove() {
  rm -rf "$1" 2>/dev/null || remaining="$remaining $(sh_quote "$1")"
}

# One install.sh at a time for a home: two would both add their lines. The lock is a link, which is
# made in one step with its process in it; one that was killed is known to be.
take_lock() {
  place=$home/.ssox-install.lock tries=0
  until ln -s "install.sh:$$" "$place" 2>/dev/null; do
    tries=$((tries + 1))
    holder=$(readlink "$place")
    holder=${holder#install.sh:}
    if [ -z "$holder" ]; then
      # It is gone by now; or the home takes no links, and then no lock is better than no ssox.
      { ln -s . "$place-$$" && rm -f "$place-$$"; } 2>/dev/null || return 0
    elif [ "$holder" = $$ ] || ! kill -0 "$holder" 2>/dev/null; then
      drop_dead_lock
    elif [ "$tries" = 1 ]; then
      say "Waiting for another install.sh (process $holder)." >&2
    fi
    [ "$tries" -le 30 ] || die "another install.sh is at work (process $holder)" \
      "wait for its end; if there is none: rm $(sh_quote "$place")*"
    sleep 1
  done
  lock=$place
}

# Under another lock: what somebody else has put there since then is not dead.
drop_dead_lock() {
  if ! ln -s "install.sh:$$" "$place-$holder" 2>/dev/null; then
    other=$(readlink "$place-$holder")
    # This one is dead, too.
    [ -z "$other" ] || kill -0 "${other#install.sh:}" 2>/dev/null || rm -f "$place-$holder"
    return
  fi
  [ "$(readlink "$place")" != "install.sh:$holder" ] || rm -f "$place"
  rm -f "$place-$holder"
}

# Of an installer that was killed.
remove_left_overs() {
  for file in "$prefix"/lib/.ssox-new.* "$prefix"/lib/.ssox-old.* "$prefix"/bin/.ssox.* \
    "$hooks"/.ssox.*.* "$hooks"/.prefix.*; do
    if [ ! -e "$file" ] || ! is_dead "${file##*.}"; then continue; fi
    case $file in
      */.ssox-old.*) put_back "$file" || continue ;;
    esac
    rm -rf "$file"
  done
}

# The same beside a start-up file, as long as it holds nothing that is not there as well: what has
# such a name may still be somebody's copy.
remove_copies() {
  [ -f "$target" ] || return 0
  for file in "$target".ssox.*; do
    number=${file#"$target".ssox.}
    case $number in ????????*) continue ;; esac
    [ -n "$(find "$file" -prune -type f -user "$(id -u)" 2>/dev/null)" ] || continue
    is_dead "$number" || continue
    case $(without_block "$target") in
      "$(without_block "$file")"*) rm -f "$file" ;;
    esac
  done
}

without_block() {
  LC_ALL=C sed "/^$begin_marker/,/^$end_marker/d" "$1" 2>/dev/null
}

is_dead() {
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  ! kill -0 "$1" 2>/dev/null
}

# After an end between the two renames.
put_back() {
  for program in "$1"/*; do
    [ -e "$lib" ] || [ ! -d "$program" ] || mv "$program" "$lib" || return
  done
}

left_behind() {
  split_lines
  for rc in $start_up; do
    # A block that could not be removed, or was not to be, is no news.
    if [ -f "$rc" ] && [ -r "$rc" ] &&
      has_mention "$rc" "/^$begin_marker/,/^$end_marker/s/.*//;p"; then
      say "Line $line of $(tilde "$rc") is not from this installer, and mentions ssox."
    fi
  done
  split_words
  for file in "$config/ssox" "$(xdg "${XDG_STATE_HOME-}" .local/state)/ssox" \
    "$(xdg "${XDG_CACHE_HOME-}" .cache)/ssox" "${XDG_RUNTIME_DIR:+$XDG_RUNTIME_DIR/ssox}"; do
    [ ! -d "$file" ] || say "Left as it is: $file"
  done
  [ ! -d "$home/.aws" ] || say 'Left as it is: ~/.aws, with what you are signed in to'
  other=$(command -v ssox 2>/dev/null) && say "Another ssox is on your PATH: $other"
}

closing_words() {
  [ -z "$dry_run" ] || return 0
  say ''
  on_path ||
    say "$(tilde "$prefix/bin") is not on your PATH in this terminal. For now:" "  $(path_now)"
  other=$(command -v ssox 2>/dev/null) && [ "$other" != "$launcher" ] &&
    say "Another ssox comes first on your PATH: $other"
  if [ -z "$shells" ]; then
    say "There is no hook for ${SHELL:-an unknown shell} (--shell: bash, zsh, fish, powershell)."
  fi
  say 'Next: ssox login, or without an AWS account: ssox demo'
  printf '%s' "$notes"
}

on_path() {
  case ":$PATH:" in *":$prefix/bin:"*) ;; *) return 1 ;; esac
}

# In the language of the shell that was named, or is in $SHELL.
path_now() {
  name=${shells# }
  case $name in '' | *' '*) name=${SHELL-} ;; esac
  case ${name##*/} in
    fish) printf 'set -gx PATH $PATH %s\n' "$(spell fish "$prefix/bin")" ;;
    powershell | pwsh)
      printf '$env:PATH += [IO.Path]::PathSeparator + %s\n' "$(spell powershell "$prefix/bin")"
      ;;
    csh | tcsh) printf 'set path = ($path %s)\n' "$(spell csh "$prefix/bin")" ;;
    *) printf 'export PATH="$PATH":%s\n' "$(spell bash "$prefix/bin")" ;;
  esac
}

# Standard input may be a pipe with this script in it; the terminal is then still there.
can_ask() {
  [ -t 1 ] || [ -t 2 ] || return 1
  [ -t 0 ] || (: </dev/tty) 2>/dev/null
}

# True for yes, which Enter alone means too.
confirm() {
  if [ -t 0 ]; then
    printf '%s [Y/n] ' "$1" >&2
    IFS= read -r answer || no_answer
  else
    printf '%s [Y/n] ' "$1" >/dev/tty
    IFS= read -r answer </dev/tty || no_answer
  fi
  case $answer in '' | [yY] | [yY][eE][sS]) return 0 ;; esac
  return 1
}

no_answer() {
  echo
  answer=n
}

clean_up() {
  drop_temp
  [ -z "$stage" ] || rm -rf "$stage"
  if [ -n "$old" ] && [ -d "$old" ]; then
    put_back "$old" && rm -rf "$old"
  fi
  # Those with something in them stay; children sort after their parents.
  printf '%s' "$made" | LC_ALL=C sort -r | while IFS= read -r folder; do
    rmdir "${folder#folder }" 2>/dev/null
  done
  [ -z "$lock" ] || rm -f "$lock"
}

tilde() {
  case $1 in
    "$home"/*) printf '~%s\n' "${1#"$home"}" ;;
    *) printf '%s\n' "$1" ;;
  esac
}

say() { printf '%s\n' "$@"; }

step() { printf '  %-9s %s\n' "$1" "$2"; }

complain() {
  printf 'install.sh: %s\n  %s\n' "$1" "$2" >&2
}

die() {
  complain "$@"
  exit 1
}

wrong_usage() {
  complain "$1" './install.sh --help'
  exit 2
}

main "$@"; exit; }
