#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over the library, the command line, examples and tests; any finding fails. A file is looked at again
# only when something it depends on has changed. Paths choose files: tools/tidy.sh src/wasi; see tools/tidy.py.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib.sh
need_packages clang clang-tidy
cmake --preset clang >/dev/null
exec tools/tidy.py "$@"
