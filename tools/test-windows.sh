#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Cross-builds everything for Windows x64 by MinGW and runs it under Wine: unit tests, official suite on both engines,
# command line, golden files, WASI guests, local programs, C API, examples. What is left out is said, with the reason.
#   tools/test-windows.sh [STEP ...]     default: build unit spec cli wasi capi examples
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib.sh
need_packages g++-mingw-w64-x86-64-posix lld-19 wine64 googletest libcli11-dev cmake ninja-build python3 ccache clang-19 \
  wasi-libc libclang-rt-19-dev-wasm32
steps=("$@")
[ ${#steps[@]} -gt 0 ] || steps=(build unit spec cli wasi capi examples)
export WINEPREFIX=${WINEPREFIX:-$PWD/build/wine} WINEDEBUG=${WINEDEBUG:--all}
wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
built=$PWD/build/mingw
failed=()

# The tests' programs in Python start what they are given: for each NAME.exe a NAME beside it.
write_wrappers() {
  local exe
  while IFS= read -r exe; do
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$wine" "$exe" >"${exe%.exe}"
    chmod +x "${exe%.exe}"
  done < <(find "$built"/{cli,tests,examples} -name '*.exe')
}

# check WHAT COMMAND...: one part of the tests; the others run also when it fails.
check() {
  local what=$1
  shift
  "$@" || { echo "FAILED: $what"; failed+=("$what"); }
}

# The suites print how much they ran; these print nothing when all is well.
check_each() {
  local what=$1 passed=0 total=0 name
  shift
  for name in "$@"; do
    total=$((total + 1))
    if "run_$what" "$name"; then passed=$((passed + 1)); else failed+=("$what $name"); fi
  done
  echo "$passed of $total passed"
}
run_capi() { python3 tests/capi/run.py "$built/tests/capi/capi_$1" "tests/capi/$1".c*; }
run_capi_example() { python3 tests/capi/run.py "$built/examples/example_$1" "examples/$1/main.c"; }
run_example() {
  python3 tests/examples/run.py "$1" --program "$built/examples/example_$1" --work "$built/work/$1" || [ $? = 77 ]
}

for step in "${steps[@]}"; do
  say "windows: $step"
  case $step in
    build) configure_and_build mingw all ;;
    unit) check unit "$wine" "$built/tests/nacre-unit.exe" --gtest_brief=1 ;;
    spec)
      for engine in interpreter baseline; do
        check "spec $engine" "$wine" "$built/tests/nacre-spec.exe" --engine $engine ${NACRE_TEST_DATA:+--data "$NACRE_TEST_DATA"}
      done
      ;;
    cli)
      write_wrappers
      check cli tests/cli/run.py --nacre "$built/cli/nacre" \
        --skip "no objdump for Windows programs under Wine=--emit=asm|\bbytes\b" --skip "perf is of Linux=--profile" \
        --skip "Wine draws on terminals itself=terminal\.py" --skip "the environment has Wine's own variables=env -i"
      check golden tests/file/run.py --nacre "$built/cli/nacre" --engine interp --without objdump
      check programs tests/programs/run.py --nacre "$built/cli/nacre" --only local
      ;;
    wasi)
      write_wrappers
      links="needs symbolic links and POSIX' answers to renaming, which Windows does not give"
      sockets="needs sockets, which guests are not offered on Windows"
      check wasi tests/wasi/run.py --nacre "$built/cli/nacre" --skip "calls_preview1=$links" \
        --skip "calls_unstable=$links" --skip "poll_together=$sockets" --skip "listen=$sockets" \
        --skip "deadline_interrupts=a read of the console or a pipe that waits is not interrupted on Windows" \
        --skip "streams_closed_and_broken=closes descriptors as POSIX shells do" \
        --skip "terminal=Wine draws on terminals itself"
      ;;
    capi)
      write_wrappers
      names=()
      for source in tests/capi/*.c tests/capi/cxx.cpp; do names+=("$(basename "${source%.c*}")"); done
      check_each capi "${names[@]}"
      "$built/tests/capi/capi_complete" && echo "every function of the C API is linked"
      ;;
    examples)
      write_wrappers
      check_each example host_functions strings capture_stdout virtual_files sandbox plugins threads wasi_threads errors
      check_each capi_example c_hello c_sandbox
      ;;
    *) echo "no such step: $step"; exit 2 ;;
  esac
done
"${wine%/*}/wineserver" -k 2>/dev/null || true
if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed under Wine:'; printf ' [%s]' "${failed[@]}"; echo
  exit 1
fi
