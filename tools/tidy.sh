#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over the library and the command line; any finding fails.
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset clang >/dev/null
git ls-files 'src/*.cpp' 'cli/*.cpp' | grep -v '_test\.cpp$' | grep -vE '_windows\.cpp$' |
  xargs -P "${NACRE_JOBS:-$(nproc)}" -n 4 clang-tidy -p build/clang --quiet
