#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds nacre on a fresh Debian or Ubuntu machine, compiles a C program to WebAssembly and runs it.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib.sh
need_packages g++ cmake ninja-build libcli11-dev clang lld wasi-libc libclang-rt-dev-wasm32
say "building nacre"
cmake --preset release -DNACRE_BUILD_TESTS=OFF -B build/quickstart >/dev/null
cmake --build build/quickstart -j "$(nproc)" | tail -n 1
say "compiling examples/hello/wc.c to WebAssembly and running it"
clang --target=wasm32-wasi -O2 examples/hello/wc.c -o build/quickstart/wc.wasm
set -x
build/quickstart/cli/nacre run --dir .::/project::ro build/quickstart/wc.wasm /project/README.md
