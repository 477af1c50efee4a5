#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh OUTPUT: needs clang, lld and wasi-libc (Debian 12: clang-19 lld-19 libclang-rt-19-dev-wasm32 wasi-libc)
set -eu
# A reactor has no main: its exports are called whenever the host likes, after _initialize.
"${CC:-clang-19}" --target=wasm32-wasi -mexec-model=reactor -O2 -Wall -Wextra "$(dirname "$0")/words.c" -o "$1"
