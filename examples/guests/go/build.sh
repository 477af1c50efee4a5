#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh OUTPUT: needs Go 1.24 or later, which has //go:wasmexport
set -eu
# c-shared makes a reactor: _initialize starts Go's runtime, then the exports may be called.
GOOS=wasip1 GOARCH=wasm GOTOOLCHAIN=local go build -buildmode=c-shared -trimpath -ldflags="-s -w" -o "$1" "$(dirname "$0")/words.go"
