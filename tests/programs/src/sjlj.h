// SPDX-License-Identifier: Apache-2.0
// The run-time part of setjmp for wasm, which Debian's wasi-libc does not ship: clang
// lowers the calls to the functions in sjlj.c (LLVM, WebAssemblyLowerEmscriptenEHSjLj).
#pragma once
typedef struct { void *words[8]; } jmp_buf[1];
int setjmp(jmp_buf) __attribute__((returns_twice));
void longjmp(jmp_buf, int) __attribute__((noreturn));
