#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh OUTPUT: as for C, and libc++ (Debian 12: libc++-19-dev-wasm32 libc++abi-19-dev-wasm32)
set -eu
# Debian's libc++ for WebAssembly is built without exceptions.
"${CXX:-clang++-19}" --target=wasm32-wasi -mexec-model=reactor -O2 -Wall -Wextra -std=c++20 -fno-exceptions \
  "$(dirname "$0")/words.cpp" -o "$1"
