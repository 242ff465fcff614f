#!/bin/sh
# Written by the install.sh of ssox, which also removes it: sh @uninstaller@ --uninstall
node=@node@
program=@program@
[ ! -x "$node" ] || exec "$node" "$program" "$@"

# That Node is gone: an update, or another version manager.
pinned=$node
search=${program%/dist/*}/shell/find-node.sh
if [ -r "$search" ]; then
  # shellcheck source=/dev/null
  . "$search"
  if find_node; then exec "$node" "$program" "$@"; fi
fi
# `eval "$(ssox env x)" && deploy` must not go on.
case "${1-} $*" in *--format*) ;; 'env '*) echo false ;; esac
echo "ssox: Node 20 or later is not there any more; it was $pinned" >&2
echo '  install Node, then run install.sh again' >&2
exit 1
