// SPDX-License-Identifier: Apache-2.0
// See sjlj.h. A setjmp records which activation of which call site it is; a longjmp throws the
// tag __c_longjmp with {buffer, value}; the landing code asks which site is meant.
#include <stddef.h>
#include <stdint.h>

struct site { void *activation; uint32_t label; struct { void *buf; int value; } thrown; };

void __wasm_setjmp(void *buf, uint32_t label, void *activation) {
  struct site *s = buf;
  s->activation = activation;
  s->label = label;
}

uint32_t __wasm_setjmp_test(void *buf, void *activation) {
  struct site *s = buf;
  return s->activation == activation ? s->label : 0;
}

void __wasm_longjmp(void *buf, int value) {
  struct site *s = buf;
  s->thrown.buf = buf;
  s->thrown.value = value ? value : 1;
  __builtin_wasm_throw(1, &s->thrown);
}
