#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh OUTPUT: needs a JVM and the compiler; without Gradle:
#   npm pack kotlin-compiler@2.4.20 && tar xf kotlin-compiler-2.4.20.tgz && export KOTLIN_HOME=$PWD/package
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1.build"
kotlinc_wasm() {
  bash "$KOTLIN_HOME/bin/kotlinc-wasm" -Xwasm-target=wasm-wasi -libraries "$KOTLIN_HOME/lib/kotlin-stdlib-wasm-wasi.klib" \
    -ir-output-name words "$@"
}
kotlinc_wasm -ir-output-dir "$1.build" "$here/words.kt"
kotlinc_wasm -ir-output-dir "$1.build" -Xir-produce-js -Xinclude="$1.build/words.klib" -Xwasm-use-new-exception-proposal
mv "$1.build/words.wasm" "$1"
rm -r "$1.build"
