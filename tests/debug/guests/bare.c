// SPDX-License-Identifier: Apache-2.0
//
// Traps for cases that look at notes.
#ifndef EXPORT
#define EXPORT "run"
#endif
volatile int zero;

__attribute__((noinline)) int inner(int n) { return n / zero; }

__attribute__((export_name(EXPORT))) int run(int n) { return inner(n) + 1; }
