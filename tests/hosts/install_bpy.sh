#!/usr/bin/env bash
# Makes a Python environment in which the host tests find Blender as a module, of the version after
# Debian's; nothing to do when it is there. It is its own because it wants another numpy than ours.
#   tests/hosts/install_bpy.sh
#   HOSTS_ROOT   where the folder `bpy` is; ~/.cache/impasto-hosts unless told otherwise
#   PYTHON       a Python 3.11, the only one that this module is made for; python3.11 unless told
# It needs libraries of the system even without a screen. Debian's names of their packages:
#   libx11-6 libxrender1 libxfixes3 libxi6 libxkbcommon0 libsm6 libice6 libgl1 libegl1
set -euo pipefail

PACKAGE=bpy==5.0.1

script=$(readlink -f "${BASH_SOURCE[0]}")
root=${HOSTS_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/impasto-hosts}/bpy
log=$root.log

fail() {
  echo "tests/hosts/install_bpy.sh: $1" >&2
  exit 1
}

main() {
  local stamp
  stamp=$(sha256sum <"$script" | cut -d ' ' -f 1) # blender_program.py compares it too
  if [[ $(cat "$root/.impasto-stamp" 2>/dev/null) == "$stamp" ]]; then
    echo "Blender's module is in $root."
    return
  fi
  mkdir -p "$(dirname "$root")"
  exec 9>"$root.lock"
  flock --nonblock 9 || fail "another one is making $root just now: wait for it."

  echo "Installing $PACKAGE into $root; the log is $log."
  : >"$log"
  rm -rf "$root"
  # In place: an environment cannot be moved. The stamp comes last.
  "${PYTHON:-python3.11}" -m venv "$root" >>"$log" 2>&1 9>&- &&
    "$root/bin/pip" install --disable-pip-version-check "$PACKAGE" >>"$log" 2>&1 9>&- ||
    fail "$PACKAGE could not be installed: $(tail -n 1 "$log")"
  "$root/bin/python" -c 'import bpy' >>"$log" 2>&1 9>&- ||
    fail "Blender's module does not start: $(tail -n 1 "$log")"
  echo "$stamp" >"$root/.impasto-stamp"
  echo "Done in $SECONDS s: $(du -sm "$root" | cut -f 1) MB."
}

main # all of it is read by now: the script may be edited while it runs
