# shellcheck shell=bash
# direnv: `use ssox <profile> [options of ssox env]` in an .envrc. Copy this file to
# ~/.config/direnv/lib/. It never opens a browser and never asks.

use_ssox() {
  local change ssox=${SSOX_BIN:-ssox}
  if change=$("$ssox" env "$@" --shell bash --no-login --no-input); then
    eval "$change"
  else
    # A failing .envrc leaves the keys of the shell around it in place, so this one does not fail.
    change=$("$ssox" env --clear --shell bash) ||
      change='unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN'
    eval "$change"
    # With a name that has no keys, no tool goes on to those of [default].
    case ${1-} in
      '' | -*) ;;
      *) export AWS_PROFILE=$1 ;;
    esac
    log_error "no credentials of ${1-AWS_PROFILE} in this folder, nor those that were set outside"
  fi
  # After the change, as `ssox env` may have written there.
  watch_file "${AWS_CONFIG_FILE:-$HOME/.aws/config}" \
    "${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}" \
    "$HOME/.aws/sso/cache" "$HOME/.aws/cli/cache" "${XDG_CONFIG_HOME:-$HOME/.config}/ssox/config"
}
