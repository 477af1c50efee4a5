# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts in this folder: install missing Debian/Ubuntu packages by name.

say() { printf '\n== %s\n' "$*"; }

# need_packages NAME...: installs those that are missing; asks for nothing.
need_packages() {
  local missing=() p
  command -v dpkg-query >/dev/null || { echo "not a Debian system: please install: $*"; return 0; }
  for p in "$@"; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing+=("$p")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "installing ${missing[*]}"
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  export DEBIAN_FRONTEND=noninteractive
  $sudo apt-get update -q >/dev/null || true
  $sudo apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
}

# configure_and_build PRESET TARGET...: an incremental build in build/PRESET; its log is shown when it fails.
configure_and_build() {
  local preset=$1 log=build/$1.log
  shift
  mkdir -p build
  if ! { cmake --preset "$preset" && cmake --build "build/$preset" -j "${NACRE_JOBS:-$(nproc)}" --target "$@"; } >"$log" 2>&1; then
    grep -nE 'error|Error|FAILED' "$log" | head -n 40
    tail -n 40 "$log"
    return 1
  fi
  tail -n 1 "$log"
}
