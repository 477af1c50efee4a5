#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what the tests need and runs them:
#   tools/test.sh            everything that runs on every change
#   tools/test.sh nightly    the above, then real programs from npm, other machines under
#                            emulation, clang-tidy and longer fuzzing
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib.sh
need_packages g++ cmake ninja-build libcli11-dev libgtest-dev python3 ccache clang clang-format-14 clang-19 lld-19 wasi-libc \
  libclang-rt-19-dev-wasm32 libc++-19-dev-wasm32 libc++abi-19-dev-wasm32 binutils pkg-config doxygen groff-base
need_packages "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"

say "format"  # guests stay as they are: their line numbers are expected results
git ls-files ':!tests/*/guests/*' 'src/*.[ch]pp' 'include/*.hpp' 'cli/*.[ch]pp' 'tests/*.[ch]pp' 'fuzz/*.[ch]pp' |
  xargs clang-format-14 --dry-run -Werror

say "release: unit tests, official suite, command line, programs"
configure_and_build release all
ctest --test-dir build/release --output-on-failure -j "${NACRE_JOBS:-$(nproc)}"
for engine in interpreter baseline; do
  printf '\nOfficial suite on the %s:\n' "$engine"
  build/release/tests/nacre-spec --engine "$engine"
done
printf '\nA program with both engines and WASI, stripped: '
strip -o build/release/embedding.stripped build/release/examples/example_capture_stdout
stat -c '%s bytes' build/release/embedding.stripped
printf 'The nacre command, stripped (text format and debug information besides): '
strip -o build/release/nacre.stripped build/release/cli/nacre
stat -c '%s bytes' build/release/nacre.stripped

say "address and undefined-behaviour sanitizers, loop dispatch"
configure_and_build asan all
ctest --test-dir build/asan --output-on-failure -j "${NACRE_JOBS:-$(nproc)}" -E 'spec_gc_stress|spec_roundtrip|spec_listeners' -LE packaging

say "thread sanitizer: eight threads on engines, modules, stores and memories they share"
configure_and_build tsan nacre-tsan
TSAN_OPTIONS="halt_on_error=1 suppressions=$PWD/tests/tsan.supp" build/tsan/tests/nacre-tsan --gtest_brief=1

say "library alone, without exceptions and RTTI"
configure_and_build no-exceptions all

say "fuzzing: a fixed number of inputs from a fixed seed, so that a change is judged by itself"
configure_and_build fuzz all
for target in build/fuzz/fuzz/fuzz_*; do
  [ -x "$target" ] && [ -f "$target" ] || continue
  corpus=build/fuzz/corpus/$(basename "$target")
  mkdir -p "$corpus"
  runs=${NACRE_FUZZ_RUNS:-5000}
  case $target in  # inputs that are programs, run by two engines, or orders of many calls
    *_engines) runs=$((runs / 20)) ;;
    *_api | *_api_c) runs=$((runs / 5)) ;;
  esac
  "$target" -seed=1 -runs="$runs" -timeout=20 -rss_limit_mb=2048 -print_final_stats=0 \
    -verbosity=0 "$corpus" fuzz/seeds
  echo "$(basename "$target"): no finding"
done

if [ "${1:-}" = nightly ]; then
  say "nightly: real programs"
  need_packages npm default-jre-headless
  tests/programs/run.py --nacre build/release/cli/nacre
  say "nightly: guests of other languages"
  for language in go kotlin assemblyscript; do  # 77: its compiler is not to be had here, which is said
    tests/examples/guests.py c $language --fetch --program build/release/examples/example_guests \
      --work build/release/examples/work/guests --engines automatic interpreter || [ $? = 77 ]
  done
  say "nightly: ways out of a directory, raced for 30 seconds"
  NACRE_ESCAPE_SECONDS=30 build/release/tests/nacre-unit --gtest_filter='*Escape*'
  say "nightly: fuzzing by time"
  for target in build/fuzz/fuzz/fuzz_*; do
    [ -x "$target" ] && [ -f "$target" ] || continue
    "$target" -max_total_time="${NACRE_FUZZ_SECONDS:-600}" -timeout=20 -rss_limit_mb=2048 -verbosity=0 \
      "build/fuzz/corpus/$(basename "$target")" fuzz/seeds
  done
  say "nightly: ways to install that compile the library again"
  tests/packaging/run.py --build build/release fetchcontent amalgamation static-cli shared deb conan
  say "nightly: other machines under emulation"
  tools/test-machines.sh
  say "nightly: Windows under Wine"
  tools/test-windows.sh
  say "nightly: clang-tidy"
  need_packages clang-tidy
  tools/tidy.sh
fi
say "done"
