#!/usr/bin/env bash
# Makes a Debian folder in which the host tests find the real paint programs; nothing to do when it
# is there. Changes nothing in this system but to install mmdebstrap where it is missing.
#   tests/hosts/install.sh [SUITE]   trixie (the default: Krita 5.2, GIMP 3.0, Blender 4.3) or
#                                    forky, which has the next versions (Krita 5.3, GIMP 3.2)
#   HOSTS_ROOT   where the folders are, one a suite; ~/.cache/impasto-hosts unless told otherwise
set -euo pipefail

PACKAGES=(
  krita python3-pyqt5                    # Krita's plugins need PyQt; Debian only recommends it
  gimp
  xvfb openbox xdotool imagemagick       # a screen, windows, hands, and eyes from outside
  fonts-dejavu-core fonts-droid-fallback # Latin and Chinese letters for the screenshots
)

suite=${1:-trixie}
if [[ $suite != forky ]]; then # which has no Blender; install_bpy.sh brings the next one
  PACKAGES+=(blender python3-numpy)
fi
script=$(readlink -f "${BASH_SOURCE[0]}")
root=${HOSTS_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/impasto-hosts}/$suite
log=$root.log

fail() {
  echo "tests/hosts/install.sh: $1" >&2
  exit 1
}

# The folder is only ever replaced whole. A mount left inside would be emptied with it: never.
clear_folder() {
  ! grep -qF " $1/" /proc/self/mountinfo || fail "$1 has mounts inside: unmount them first."
  rm -rf --one-file-system "$1"
}

# Two installers may run at once: apt does not wait for another one's update.
install_mmdebstrap() (
  apt=(apt-get -o DPkg::Lock::Timeout=300)
  flock 8
  command -v mmdebstrap >/dev/null || {
    "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends mmdebstrap
  } >>"$log" 2>&1 8>&- 9>&- || fail "mmdebstrap could not be installed: $(tail -n 1 "$log")"
) 8>"$(dirname "$root")/mmdebstrap.lock"

# Where this machine's own Debian comes from.
mirror() {
  local codename
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
    awk -v release="$codename" '$1 == release && !found { print $2; found = 1 }'
}

install_debian() {
  mmdebstrap --variant=minbase \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
    --aptopt='Acquire::Retries "3"' --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --include="$(IFS=, && echo "${PACKAGES[*]}")" \
    "$suite" "$1" "$2" >>"$log" 2>&1 9>&- ||
    fail "Debian $suite could not be installed from $2: $(grep '^E:' "$log" | tail -n 1)"
}

main() {
  local stamp source
  stamp=$(sha256sum <"$script" | cut -d ' ' -f 1) # programs.py compares it too
  if [[ $(cat "$root/.impasto-stamp" 2>/dev/null) == "$stamp" ]]; then
    echo "The host programs are in $root."
    return
  fi
  [[ $(id -u) == 0 ]] || fail "making a Debian folder needs root: run it with sudo."
  command -v apt-get >/dev/null || fail "this needs a Debian system; else install the programs yourself."
  mkdir -p "$(dirname "$root")"
  exec 9>"$root.lock"
  flock --nonblock 9 || fail "another one is making $root just now: wait for it."

  echo "Installing ${PACKAGES[*]} from Debian $suite into $root; the log is $log."
  : >"$log"
  clear_folder "$root"
  clear_folder "$root.partial"
  command -v mmdebstrap >/dev/null || install_mmdebstrap
  source=$(mirror)
  [[ -n $source ]] || fail "apt's sources on this machine name no Debian mirror."
  install_debian "$root.partial" "$source"
  echo "$stamp" >"$root.partial/.impasto-stamp"
  mv "$root.partial" "$root"
  echo "Done in $SECONDS s: $(du -sm "$root" | cut -f 1) MB."
}

main # all of it is read by now: the script may be edited while it runs
