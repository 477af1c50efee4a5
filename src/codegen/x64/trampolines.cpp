// SPDX-License-Identifier: Apache-2.0
//
// The stubs of trampolines.hpp for x86-64. Everything in an entry frame is found from rbp, and all
// entry frames look alike, so the shared trap stub can leave any of them:
//
//     rbp +  0    caller's rbp (C++'s)
//     rbp -  8    Func* of the function called
//     rbp - 48    rbx, r12 to r15
//     rbp - 56    RunState*
//     rbp - 64    Slot*
//     rbp - 72    RunState::entry before
//     rbp - 80    RunState::exit_frame before
//     rbp - 88    MXCSR before, or not_asked; + 4: the one loaded instead, or 0
//     ...         more registers where the host's convention preserves more; RunState::entry
//     ...         areas for results and parameters on the stack
#include <algorithm>
#include <cstddef>

#include "codegen/traps.hpp"
#include "codegen/x64/abi.hpp"
#include "codegen/x64/bulk.hpp"
#include "codegen/x64/subtype.hpp"

namespace nacre::codegen::x64 {
namespace {

using runtime::Func;
using runtime::RunState;
using runtime::VmContext;

constexpr int32_t at_registers = -48, at_run = -56, at_slots = -64, at_entry = -72, at_exit = -80,
                  at_mxcsr = -88;
constexpr uint8_t saved[] = {3, 12, 13, 14, 15};
constexpr int32_t more_bytes = 16 + 160;  // rdi, rsi, xmm6 to xmm15
// Round to nearest, denormals as they are, all exceptions masked; the lowest six bits are flags.
constexpr int32_t wasm_mxcsr = 0x1F80, mxcsr_mode = 0xFFC0;
constexpr uint8_t load_mxcsr = 2, store_mxcsr = 3;
constexpr int32_t not_asked = -1;  // never an MXCSR

constexpr int32_t exit_vm = -8, exit_func = -16, exit_mxcsr = -24;

Mem field(Gpr base, size_t offset) { return mem(base, static_cast<int32_t>(offset)); }
Gpr argument(unsigned n) { return r64(host_abi().arguments[n]); }
void mxcsr(Assembler& a, uint8_t what, const Mem& m) { a.rm({NP, M0F, 0xAE}, false, what, m); }

Mem slot_at(Gpr base, const ValuePlace& v) { return mem(base, static_cast<int32_t>(v.slot * 8)); }

// A value between its register and a slot; slots are written whole.
void load_register(Assembler& a, const ValuePlace& v, const Mem& slot) {
  switch (v.cls) {
    case ValueClass::i32:
      return a.mov(r32(v.reg), slot);
    case ValueClass::f32:
      return a.movss(xmm(v.reg), slot);
    case ValueClass::f64:
      return a.movsd(xmm(v.reg), slot);
    case ValueClass::v128:
      return a.movups(xmm(v.reg), slot);
    default:
      return a.mov(r64(v.reg), slot);
  }
}

void store_register(Assembler& a, const ValuePlace& v, Mem slot) {
  switch (v.cls) {
    case ValueClass::f32:
      a.movss(slot, xmm(v.reg));
      slot.disp += 4;
      return a.mov(Size::d, slot, 0);
    case ValueClass::f64:
      return a.movsd(slot, xmm(v.reg));
    case ValueClass::v128:
      return a.movups(slot, xmm(v.reg));
    default:
      return a.mov(slot, r64(v.reg));
  }
}

// A value from one place in memory to another, whole slots, narrow ones extended by zeros.
void copy_slot(Assembler& a, ValueClass cls, Mem to, Mem from) {
  const bool narrow = cls == ValueClass::i32 || cls == ValueClass::f32;
  const Gpr via = narrow ? scratch_reg.r32() : scratch_reg;
  a.mov(via, from);
  a.mov(to, scratch_reg);
  if (cls != ValueClass::v128) return;
  to.disp += 8, from.disp += 8;
  a.mov(scratch_reg, from);
  a.mov(to, scratch_reg);
}

Mem stack_at(Gpr base, int32_t area, const ValuePlace& v) {
  return mem(base, area + static_cast<int32_t>(v.stack));
}

// From an entry frame back to C++; rax is the result.
void emit_leave(Assembler& a) {
  const Label same_mode = a.label();
  a.mov(r9, mem(rbp, at_run));
  a.mov(rcx, mem(rbp, at_exit));
  a.mov(field(r9, offsetof(RunState, exit_frame)), rcx);
  a.mov(rcx, mem(rbp, at_entry));
  a.mov(field(r9, offsetof(RunState, entry)), rcx);
  a.cmp(Size::d, mem(rbp, at_mxcsr + 4), 0);
  a.j(Cond::e, same_mode, Reach::near);
  mxcsr(a, load_mxcsr, mem(rbp, at_mxcsr));
  a.bind(same_mode);
  if (host_abi().more_preserved) {
    for (uint8_t i = 0; i < 10; ++i) a.movups(xmm(i + 6), mem(rbp, at_mxcsr - 160 + 16 * i));
    a.mov(rsi, mem(rbp, at_mxcsr - 168));
    a.mov(rdi, mem(rbp, at_mxcsr - 176));
  }
  a.lea(rsp, mem(rbp, at_registers));
  for (unsigned i = 5; i-- != 0;) a.pop(r64(saved[i]));
  a.mov(rsp, rbp);
  a.pop(rbp);
  a.ret();
}

// Takes the mode of WebAssembly, put at rbp + `wanted`, if the one at rbp + `found` is another.
void emit_set_mode(Assembler& a, int32_t found, int32_t wanted) {
  const Label same_mode = a.label();
  a.mov(scratch_reg.r32(), mem(rbp, found));
  a.and_(scratch_reg.r32(), mxcsr_mode);
  a.cmp(scratch_reg.r32(), wasm_mxcsr);
  a.j(Cond::e, same_mode, Reach::near);
  a.mov(Size::d, mem(rbp, wanted), wasm_mxcsr);
  mxcsr(a, load_mxcsr, mem(rbp, wanted));
  a.bind(same_mode);
}

// After host code that may have changed the mode, whatever it is: setting it is many times cheaper
// than asking. `at` is a place of the frame.
void emit_mode_again(Assembler& a, int32_t at) {
  const Label no_floats = a.label();
  a.mov(scratch_reg, field(vm_reg, offsetof(VmContext, run)));
  a.cmp(Size::d, field(scratch_reg, offsetof(RunState, uses_floats)), 0);
  a.j(Cond::e, no_floats, Reach::near);
  a.mov(Size::d, mem(rbp, at), wasm_mxcsr);
  mxcsr(a, load_mxcsr, mem(rbp, at));
  a.bind(no_floats);
}

void emit_call_host(Assembler& a, const void* function) {
  a.and_(rsp, -16);
  if (host_abi().shadow != 0) a.sub(rsp, static_cast<int32_t>(host_abi().shadow));
  a.mov_imm(rax, reinterpret_cast<uintptr_t>(function));
  a.call(rax);
}

// The entry frame of the innermost call, from anywhere below it; then out.
void emit_end_call(Assembler& a) {
  a.mov(rcx, field(vm_reg, offsetof(VmContext, run)));
  a.mov(rbp, field(rcx, offsetof(RunState, entry)));
  a.lea(rbp, mem(rbp, stub_frames().entry_size));
  a.movzx8(eax, eax);
  emit_leave(a);
}

void emit_exit_frame(Assembler& a) {
  a.mov(scratch_reg, field(vm_reg, offsetof(VmContext, run)));
  a.mov(field(scratch_reg, offsetof(RunState, exit_frame)), rbp);
}

// Ends a host call that failed; eax is the trap. An exception may have a handler.
void emit_host_failed(Assembler& a) {
  const Label caught = a.label();
  a.mov(argument(0), vm_reg);
  a.movzx8(argument(1).r32(), rax);
  emit_call_host(a, reinterpret_cast<const void*>(&raise_host));
  a.test(eax, eax);
  a.j(Cond::e, caught);  // leaving is long where the host preserves more
  emit_end_call(a);
  a.bind(caught);
  emit_mode_again(a, exit_func);
  a.jmp(field(vm_reg, offsetof(VmContext, resume)));
}

// The frame of a call out of compiled code: what walkers look for, and where it is.
void emit_host_frame(Assembler& a) {
  a.push(rbp);
  a.mov(rbp, rsp);
  a.push(vm_reg);
  a.push(callee_reg);
  emit_exit_frame(a);
  a.mov(Size::q, field(scratch_reg, offsetof(RunState, trap_recorded)), 0);
}

// From C++, with a RunState*: entry frames that did not ask for the mode learn it now, since the
// code they called may yet change it.
void emit_remember_mode(Assembler& a) {
  const Label next = a.label(), known = a.label(), done = a.label();
  const int32_t mode = stub_frames().entry_size + at_mxcsr;
  a.mov(rax, field(argument(0), offsetof(RunState, entry)));
  a.bind(next);
  a.test(rax, rax);
  a.j(Cond::e, done, Reach::near);
  a.cmp(Size::d, mem(rax, mode), not_asked);
  a.j(Cond::ne, known, Reach::near);
  mxcsr(a, store_mxcsr, mem(rax, mode));
  a.mov(Size::d, mem(rax, mode + 4), wasm_mxcsr);
  a.bind(known);
  a.mov(rax, mem(rax, stub_frames().entry_size + at_entry));
  a.jmp(next, Reach::near);
  a.bind(done);
  a.ret();
}

void align(Assembler& a) { a.code().align(16, 0xCC); }

}  // namespace

const StubFrames& stub_frames() {
  static constexpr StubFrames plain{-at_mxcsr, at_entry, at_exit, exit_vm, exit_func};
  static constexpr StubFrames more{-at_mxcsr + more_bytes, at_entry, at_exit, exit_vm, exit_func};
  return host_abi().more_preserved ? more : plain;
}

SharedStubOffsets emit_shared_stubs(CodeBuffer& code) {
  Assembler a(code, {});
  SharedStubOffsets at{};
  const Label common = a.label();

  // Called by a cold stub: the return address says which.
  at.raise_trap = code.size();
  a.pop(argument(2));
  a.sub(argument(2), 1);
  a.mov_zero(argument(3));
  a.bind(common);
  a.mov(argument(0), vm_reg);
  a.mov(argument(1), rbp);
  emit_call_host(a, reinterpret_cast<const void*>(&raise));
  emit_end_call(a);

  // Resumed at after a fault: rax is the pc, rdx the address.
  align(a);
  at.raise_fault = code.size();
  a.mov(argument(3), rdx);
  a.mov(argument(2), rax);
  a.jmp(common);

  align(a);
  at.call_builtin = code.size();
  a.push(rbp);
  a.mov(rbp, rsp);
  a.push(vm_reg);
  a.sub(rsp, 8);
  a.mov(Size::q, mem(rbp, exit_func), 0);
  emit_exit_frame(a);
  a.and_(rsp, -16);
  if (host_abi().shadow != 0) a.sub(rsp, static_cast<int32_t>(host_abi().shadow));
  a.mov(scratch_reg, field(vm_reg, offsetof(VmContext, builtins)));
  a.call(mem(scratch_reg, rax, 3));
  emit_mode_again(a, exit_func);
  emit_return(a, 0);

  align(a);
  at.resume = code.size();
  a.mov(rcx, field(vm_reg, offsetof(VmContext, run)));
  a.mov(rbp, field(rcx, offsetof(RunState, resume.fp)));
  a.mov(rsp, field(rcx, offsetof(RunState, resume.sp)));
  a.mov(vm_reg, field(rcx, offsetof(RunState, resume.vm)));
  a.mov(rax, field(rcx, offsetof(RunState, resume.exception)));
  a.jmp(field(rcx, offsetof(RunState, resume.pc)));

  align(a);
  at.no_memory = code.size();
  emit_host_frame(a);
  a.mov_imm(rax.r32(), static_cast<uint8_t>(Trap::out_of_memory));
  emit_host_failed(a);

  align(a);
  at.remember_mode = code.size();
  emit_remember_mode(a);
  align(a);
  at.is_subtype = code.size();
  emit_is_subtype(a);
  align(a);
  at.copy_bytes = code.size();
  emit_copy_bytes(a);
  align(a);
  at.fill_bytes = code.size();
  emit_fill_bytes(a);
  align(a);
  return at;
}

uint32_t emit_entry(CodeBuffer& code, const CallLayout& layout) {
  Assembler a(code, {});
  align(a);
  const uint32_t at = code.size();
  const int32_t area = static_cast<int32_t>(layout.param_bytes + layout.result_bytes);
  a.push(rbp);
  a.mov(rbp, rsp);
  a.push(argument(1));
  for (uint8_t r : saved) a.push(r64(r));
  a.push(argument(0));
  a.push(argument(2));
  a.mov(r12, argument(0));
  a.mov(callee_reg, argument(1));
  a.mov(r14, argument(2));
  a.push(field(r12, offsetof(RunState, entry)));
  a.push(field(r12, offsetof(RunState, exit_frame)));
  a.sub(rsp, stub_frames().entry_size + at_exit);
  if (host_abi().more_preserved) {
    for (uint8_t i = 0; i < 10; ++i) a.movups(mem(rbp, at_mxcsr - 160 + 16 * i), xmm(i + 6));
    a.mov(mem(rbp, at_mxcsr - 168), rsi);
    a.mov(mem(rbp, at_mxcsr - 176), rdi);
  }
  const Label no_floats = a.label();
  a.mov(Size::d, mem(rbp, at_mxcsr), not_asked);
  a.mov(Size::d, mem(rbp, at_mxcsr + 4), 0);
  a.cmp(Size::d, field(r12, offsetof(RunState, uses_floats)), 0);
  a.j(Cond::e, no_floats, Reach::near);
  mxcsr(a, store_mxcsr, mem(rbp, at_mxcsr));
  emit_set_mode(a, at_mxcsr, at_mxcsr + 4);
  a.bind(no_floats);
  a.mov(field(r12, offsetof(RunState, entry)), rsp);

  if (area != 0) emit_make_room(a, area);
  for (const ValuePlace& v : layout.params)
    if (v.reg == no_reg) copy_slot(a, v.cls, stack_at(rsp, 0, v), slot_at(r14, v));
  for (const ValuePlace& v : layout.params)
    if (v.reg != no_reg) load_register(a, v, slot_at(r14, v));
  emit_call_func(a);
  a.mov(r14, mem(rbp, at_slots));
  for (const ValuePlace& v : layout.results) {
    if (v.reg != no_reg) store_register(a, v, slot_at(r14, v));
    else copy_slot(a, v.cls, slot_at(r14, v), stack_at(rsp, 0, v));
  }
  a.mov_zero(rax);
  emit_leave(a);
  return at;
}

uint32_t emit_host_call(CodeBuffer& code, const CallLayout& layout) {
  Assembler a(code, {});
  align(a);
  const uint32_t at = code.size();
  const Label failed = a.label(), overflow = a.label(), stopping = a.label(), go_on = a.label();
  const int32_t slots = static_cast<int32_t>(std::max(layout.param_slots, layout.result_slots) * 8);
  const int32_t shadow = static_cast<int32_t>(host_abi().shadow);
  emit_host_frame(a);
  emit_make_room(a, slots - exit_mxcsr + exit_func);
  a.and_(rsp, -16);
  a.cmp(rsp, field(vm_reg, offsetof(VmContext, stack_limit)));
  a.j(Cond::b, overflow);
  for (const ValuePlace& v : layout.params) {
    if (v.reg != no_reg) store_register(a, v, slot_at(rsp, v));
    else copy_slot(a, v.cls, slot_at(rsp, v), stack_at(rbp, first_param, v));
  }
  a.mov(argument(0), field(callee_reg, offsetof(Func, host_env)));
  a.mov(argument(1), field(callee_reg, offsetof(Func, store)));
  a.mov(argument(2), vm_reg);
  a.mov(argument(3), rsp);
  if (shadow != 0) a.sub(rsp, shadow);
  a.call(field(callee_reg, offsetof(Func, host)));
  a.test(rax.r8(), rax.r8());
  a.j(Cond::ne, failed);
  if (shadow != 0) a.add(rsp, shadow);
  a.cmp(Size::q, field(vm_reg, offsetof(VmContext, stack_limit)), -1);
  a.j(Cond::e, stopping);
  a.bind(go_on);
  emit_mode_again(a, exit_mxcsr);
  const int32_t results = first_param + static_cast<int32_t>(layout.param_bytes);
  for (const ValuePlace& v : layout.results) {
    if (v.reg != no_reg) load_register(a, v, slot_at(rsp, v));
    else copy_slot(a, v.cls, stack_at(rbp, results, v), slot_at(rsp, v));
  }
  emit_return(a, layout.param_bytes);

  a.bind(stopping);
  a.mov(argument(0), vm_reg);
  emit_call_host(a, reinterpret_cast<const void*>(&stop_after_host));
  if (shadow != 0) a.add(rsp, shadow);
  a.test(eax, eax);
  a.j(Cond::e, go_on);
  a.jmp(failed, Reach::near);

  a.bind(overflow);
  a.mov_imm(rax.r32(), static_cast<uint8_t>(Trap::stack_exhausted));
  a.bind(failed);
  emit_host_failed(a);
  return at;
}

}  // namespace nacre::codegen::x64
