# shellcheck shell=sh
# Where a Node may be. Read by install.sh, and by the launcher (ssox.sh) when its own is gone.

node_works() {
  case $1 in /*) ;; *) return 1 ;; esac
  [ -x "$1" ] || return 1
  NODE_OPTIONS='' "$1" -e 'const [major, minor] = process.versions.node.split(".")
    process.exit(major > 20 || (major == 20 && minor >= 8) ? 0 : 1)' \
    </dev/null >/dev/null 2>&1
}

# Sets node to the first that is new enough: the one on PATH, those of version managers and packages.
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
