// SPDX-License-Identifier: Apache-2.0
#include "codegen/rows/x64/row_frame_test.hpp"

#include <cstddef>

namespace nacre::codegen::x64::row_test {

namespace {

#if defined(_WIN32)
constexpr Gpr argument = rcx;
#else
constexpr Gpr argument = rdi;
#endif
constexpr uint8_t saved[] = {3, 5, 6, 7, 12, 13, 14, 15};

int32_t gpr_at(unsigned i) { return static_cast<int32_t>(offsetof(State, gpr) + 8 * i); }
int32_t xmm_at(unsigned i) { return static_cast<int32_t>(16 * i); }

}  // namespace

void enter(Assembler& a) {
  for (uint8_t r : saved) a.push(r64(r));
  a.sub(rsp, 168);
  for (uint8_t i = 6; i < 16; ++i) a.movups(mem(rsp, 16 * (i - 6)), xmm(i));
  a.push(argument);
  for (uint8_t i = 0; i < 16; ++i) a.movups(xmm(i), mem(argument, xmm_at(i)));
  for (uint8_t i = 0; i < 16; ++i)
    if (i != 4 && i != argument.code) a.mov(r64(i), mem(argument, gpr_at(i)));
  a.mov(argument, mem(argument, gpr_at(argument.code)));
}

void leave(Assembler& a) {
  a.push(rax);
  a.mov(rax, mem(rsp, 16));
  for (uint8_t i = 1; i < 16; ++i)
    if (i != 4) a.mov(mem(rax, gpr_at(i)), r64(i));
  for (uint8_t i = 0; i < 16; ++i) a.movups(mem(rax, xmm_at(i)), xmm(i));
  a.pop(rcx);
  a.mov(mem(rax, gpr_at(0)), rcx);
  a.pop(rcx);
  a.mov(mem(rax, static_cast<int32_t>(offsetof(State, status))), rcx);
  a.pop(rcx);
  for (uint8_t i = 6; i < 16; ++i) a.movups(xmm(i), mem(rsp, 16 * (i - 6)));
  a.add(rsp, 168);
  for (int i = 7; i >= 0; --i) a.pop(r64(saved[i]));
  a.ret();
}

void push_status(Assembler& a, uint8_t status) {
  a.code().put8(0x6A);
  a.code().put8(status);
}

void wrap(Assembler& a, const Row& row, Operands o) {
  const Label common = a.label(), taken = a.label();
  o.trap = {a.label(), a.label()};
  enter(a);
  const bool keeps = row.has(effect::keeps_flags);
  if (keeps) push_status(a, flags_before), a.code().put8(0x9D);  // popfq
  row.emit(a, row, o);
  if (row.gives_flags()) jump_if(a, row.condition, taken);
  else if (row.has(effect::zero_flag)) a.j(Cond::e, taken);
  if (keeps) a.code().put8(0x9C);  // pushfq: the flags are the status
  else push_status(a, 0);
  a.jmp(common);
  a.bind(taken);
  push_status(a, 1);
  a.jmp(common);
  for (int i = 0; i < 2; ++i) {
    a.bind(o.trap[i]);
    push_status(a, static_cast<uint8_t>(2 + i));
    if (i == 0) a.jmp(common);
  }
  a.bind(common);
  leave(a);
  a.align(16);
}

}  // namespace nacre::codegen::x64::row_test
