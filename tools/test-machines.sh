#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Cross-builds the official suite's runner and runs it under user-mode emulation:
#   tools/test-machines.sh [arm64] [riscv64] [i386] [s390x]      default: all four
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib.sh
need_packages qemu-user-static
machines=("$@")
[ ${#machines[@]} -gt 0 ] || machines=(arm64 riscv64 i386 s390x)
declare -A package=([arm64]=g++-aarch64-linux-gnu [riscv64]=g++-riscv64-linux-gnu [i386]=g++-i686-linux-gnu [s390x]=g++-s390x-linux-gnu)
declare -A emulator=([arm64]=qemu-aarch64-static [riscv64]=qemu-riscv64-static [i386]=qemu-i386-static [s390x]=qemu-s390x-static)
for m in "${machines[@]}"; do
  need_packages "${package[$m]}"
  say "$m: build"
  configure_and_build "$m" nacre-spec
  say "$m: official suite"
  "${emulator[$m]}" "build/$m/tests/nacre-spec" ${NACRE_TEST_DATA:+--data "$NACRE_TEST_DATA"}
done
