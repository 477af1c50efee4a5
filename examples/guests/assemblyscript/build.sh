#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh OUTPUT: needs node and the compiler (npm install assemblyscript@0.28.20); ASC is its bin/asc.js
set -eu
# --exportStart: like other languages, nothing runs before the host calls _initialize.
# --use abort=: a failed assertion traps, instead of calling an import of that name.
node "${ASC:-node_modules/assemblyscript/bin/asc.js}" "$(dirname "$0")/words.ts" -o "$1" -O2 --exportStart _initialize --use abort=
