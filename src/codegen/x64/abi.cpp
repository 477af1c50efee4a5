// SPDX-License-Identifier: Apache-2.0
#include "codegen/x64/abi.hpp"

#include "base/platform.hpp"
#include "runtime/objects.hpp"
#include "runtime/vm_context.hpp"

namespace nacre::codegen::x64 {
namespace {

using runtime::Func;
using runtime::VmContext;

// Copies longer than this many slots are a loop.
constexpr uint32_t max_unrolled = 8;

Mem vm_field(size_t offset) { return mem(vm_reg, static_cast<int32_t>(offset)); }

constexpr Mem func_code = mem(callee_reg, static_cast<int32_t>(offsetof(Func, engine_code)));

// An instruction whose last field is a 32-bit distance to be filled in when the image is linked.
uint32_t distance(Assembler& a) {
  a.code().put32(0);
  return a.code().size() - 4;
}

}  // namespace

const HostAbi& host_abi() {
  static constexpr HostAbi system_v{{7, 6, 2, 1}, 0, false};
  static constexpr HostAbi windows{{1, 2, 8, 9}, 32, true};
  return host_is_windows ? windows : system_v;
}

void emit_func_entry(Assembler& a) {
  a.mov(vm_reg, mem(callee_reg, static_cast<int32_t>(offsetof(Func, instance))));
}

void emit_prologue(Assembler& a, const FrameInfo& frame, Label overflow, Reach reach) {
  const Mem limit = vm_field(offsetof(VmContext, stack_limit));
  const int32_t rest = static_cast<int32_t>(frame.bytes) - (frame.leaf ? 0 : 8);
  a.push(rbp);
  a.mov(rbp, rsp);
  if (!frame.leaf) a.push(vm_reg);
  if (frame.bytes >= big_frame) {
    a.lea(scratch_reg, mem(rsp, -rest));
    a.cmp(scratch_reg, limit);
    a.j(Cond::b, overflow, reach);
    if (host_is_windows) {
      const Label again = a.label();
      a.bind(again);
      a.sub(rsp, static_cast<int32_t>(stack_step));
      a.test(mem(rsp), eax);
      a.cmp(rsp, scratch_reg);
      a.j(Cond::a, again, Reach::near);
    }
    a.mov(rsp, scratch_reg);
    return;
  }
  if (rest != 0) a.sub(rsp, rest);
  if (frame.leaf) return;
  a.cmp(rsp, limit);
  a.j(Cond::b, overflow, reach);
}

void emit_make_room(Assembler& a, int32_t bytes) {
  if (host_is_windows)
    for (int32_t at = stack_step / 2; at <= bytes; at += stack_step / 2) a.test(mem(rsp, -at), eax);
  a.sub(rsp, bytes);
}

void emit_return(Assembler& a, uint32_t param_bytes) {
  a.code().put8(0xC9);  // leave
  if (param_bytes == 0) {
    a.ret();
    return;
  }
  a.code().put8(0xC2);
  a.code().put8(static_cast<uint8_t>(param_bytes));
  a.code().put8(static_cast<uint8_t>(param_bytes >> 8));
}

// The parameter area keeps its upper end. The outgoing area lies below the frame pointer, so the
// copy goes up, and from the top down it never overwrites what it has yet to read.
void emit_leave_for_tail_call(Assembler& a, uint32_t own_bytes, uint32_t callee_bytes) {
  const int32_t to =
      first_param + static_cast<int32_t>(own_bytes) - static_cast<int32_t>(callee_bytes);
  if (own_bytes != callee_bytes) a.mov(r11, mem(rbp, 8));
  a.mov(r13, mem(rbp));
  if (callee_bytes <= max_unrolled * 8) {
    for (int32_t at = static_cast<int32_t>(callee_bytes) - 8; at >= 0; at -= 8) {
      a.mov(r12, mem(rsp, at));
      a.mov(mem(rbp, to + at), r12);
    }
  } else {
    const Label again = a.label();
    a.mov_imm(r12.r32(), callee_bytes);
    a.bind(again);
    a.mov(r14, mem(rsp, r12, 0, -8));
    a.mov(mem(rbp, r12, 0, to - 8), r14);
    a.sub(r12, 8);
    a.j(Cond::ne, again);
  }
  a.lea(rsp, mem(rbp, to - 8));
  if (own_bytes != callee_bytes) a.mov(mem(rsp), r11);
  a.mov(rbp, r13);
}

uint32_t emit_call_function(Assembler& a) {
  a.code().put8(0xE8);
  return distance(a);
}

uint32_t emit_jump_function(Assembler& a) {
  a.code().put8(0xE9);
  return distance(a);
}

uint32_t emit_function_address(Assembler& a, Gpr d) {
  a.code().put8(static_cast<uint8_t>(0x48 | (d.code >> 3) << 2));
  a.code().put8(0x8D);
  a.code().put8(static_cast<uint8_t>((d.code & 7) << 3 | 5));
  return distance(a);
}

void emit_call_func(Assembler& a) { a.call(func_code); }
void emit_jump_func(Assembler& a) { a.jmp(func_code); }
void emit_reload_vm(Assembler& a) { a.mov(vm_reg, frame_vm); }

uint32_t emit_trap(Assembler& a) {
  a.call(vm_field(offsetof(VmContext, raise_trap)));
  return call_site(a);
}

uint32_t emit_trap_instruction(Assembler& a) {
  const uint32_t at = a.code().size();
  a.ud2();
  return at;
}

uint32_t emit_call_builtin(Assembler& a, uint32_t index) {
  a.mov_imm(rax.r32(), index);
  a.call(vm_field(offsetof(VmContext, call_builtin)));
  return call_site(a);
}

}  // namespace nacre::codegen::x64
