// SPDX-License-Identifier: Apache-2.0
//
// Up to 64 bytes are read completely before anything is written, in two or four pieces that may
// overlap one another; more than that goes in a loop, as long as source and destination are apart.
// The rest is the C library's work.
#include "codegen/x64/bulk.hpp"

#include <cstddef>
#include <cstring>

#include "codegen/x64/abi.hpp"
#include "runtime/vm_context.hpp"

namespace nacre::codegen::x64 {
namespace {

using runtime::VmContext;

constexpr Gpr dst = rax, src = rcx, length = rdx;
constexpr Gpr t0 = r10, t1 = r11;
constexpr int32_t max_loop = 512;
// What code may keep in registers and C++ may destroy.
constexpr Gpr kept[] = {rsi, rdi, r8, r9};
constexpr uint8_t first_kept_xmm = 5, kept_xmms = 10;

Mem vm_field(size_t offset) { return mem(vm_reg, static_cast<int32_t>(offset)); }
Mem before_end(Gpr base, int32_t bytes) { return mem(base, length, 0, -bytes); }

// Success: no carry.
void emit_done(Assembler& a) {
  a.test(eax, eax);
  a.ret();
}

// Leaves with the carry flag, or makes addresses of the operands.
void emit_check(Assembler& a, bool has_source) {
  const Label refuse = a.label(), good = a.label();
  a.mov_imm(t0.r32(), max_bulk_bytes);
  a.cmp(t0, length);
  a.j(Cond::b, refuse, Reach::near);
  a.mov(t0, vm_field(offsetof(VmContext, memory0_length)));
  a.sub(t0, length);
  a.j(Cond::b, refuse, Reach::near);
  a.cmp(t0, dst);
  a.j(Cond::b, refuse, Reach::near);
  if (has_source) a.cmp(t0, src);
  a.j(Cond::ae, good, Reach::near);
  a.bind(refuse);
  a.ret();
  a.bind(good);
  a.add(dst, vm_field(offsetof(VmContext, memory0_base)));
  if (has_source) a.add(src, vm_field(offsetof(VmContext, memory0_base)));
}

// function(dst, src or byte, length)
void emit_library(Assembler& a, const void* function) {
  constexpr auto xmm_bytes = int32_t{16} * kept_xmms;
  const uint8_t(&argument)[4] = host_abi().arguments;
  a.push(rbp);
  a.mov(rbp, rsp);
  for (const Gpr r : kept) a.push(r);
  a.sub(rsp, xmm_bytes);
  a.and_(rsp, -16);
  for (uint8_t i = 0; i < kept_xmms; ++i) a.movups(mem(rsp, 16 * i), xmm(first_kept_xmm + i));
  a.mov(r64(argument[2]), length);
  a.mov(r64(argument[1]), src);
  a.mov(r64(argument[0]), dst);
  const auto shadow = static_cast<int32_t>(host_abi().shadow);
  if (shadow != 0) a.sub(rsp, shadow);
  a.mov_imm(rax, reinterpret_cast<uintptr_t>(function));
  a.call(rax);
  for (uint8_t i = 0; i < kept_xmms; ++i)
    a.movups(xmm(first_kept_xmm + i), mem(rsp, shadow + 16 * i));
  a.lea(rsp, mem(rbp, -8 * static_cast<int32_t>(std::size(kept))));
  for (size_t i = std::size(kept); i-- != 0;) a.pop(kept[i]);
  a.pop(rbp);
  emit_done(a);
}

// Whether the length is at most `n`: falls through; else goes on at the label.
void emit_unless_longer(Assembler& a, int32_t n, Label longer) {
  a.cmp(length, n);
  a.j(Cond::a, longer, Reach::near);
}

// Two pieces of a size that together cover the length.
void emit_copy_pair(Assembler& a, Size size) {
  const auto bytes = static_cast<int32_t>(size);
  const Gpr x{t0.code, size}, y{t1.code, size};
  a.mov(x, mem(src, 0));
  a.mov(y, before_end(src, bytes));
  a.mov(mem(dst, 0), x);
  a.mov(before_end(dst, bytes), y);
  emit_done(a);
}

void emit_fill_pair(Assembler& a, Size size) {
  const Gpr pattern{src.code, size};
  a.mov(mem(dst, 0), pattern);
  a.mov(before_end(dst, static_cast<int32_t>(size)), pattern);
  emit_done(a);
}

// Lengths up to 16, by `pair` and for single bytes `one`.
template <class Pair, class One>
void emit_short(Assembler& a, Pair pair, One one) {
  const Label below_8 = a.label(), below_4 = a.label(), below_2 = a.label(), none = a.label();
  a.cmp(length, 8);
  a.j(Cond::b, below_8, Reach::near);
  pair(a, Size::q);
  a.bind(below_8);
  a.cmp(length, 4);
  a.j(Cond::b, below_4, Reach::near);
  pair(a, Size::d);
  a.bind(below_4);
  a.cmp(length, 2);
  a.j(Cond::b, below_2, Reach::near);
  pair(a, Size::w);
  a.bind(below_2);
  a.test(length, length);
  a.j(Cond::e, none, Reach::near);
  one();
  a.bind(none);
  emit_done(a);
}

// Goes to the label when two stretches of `length` bytes overlap.
void emit_unless_apart(Assembler& a, Label overlap) {
  a.mov(t0, dst);
  a.sub(t0, src);
  a.cmp(t0, length);
  a.j(Cond::b, overlap);
  a.neg(t0);
  a.cmp(t0, length);
  a.j(Cond::b, overlap);
}

void emit_copy_32(Assembler& a, Gpr to, Gpr from) {
  a.movups(xmm0, mem(from, 0));
  a.movups(xmm1, mem(from, 16));
  a.movups(mem(to, 0), xmm0);
  a.movups(mem(to, 16), xmm1);
}

// With the pattern in xmm0.
void emit_fill_32(Assembler& a, Gpr to) {
  a.movups(mem(to, 0), xmm0);
  a.movups(mem(to, 16), xmm0);
}

}  // namespace

void emit_copy_bytes(Assembler& a) {
  const Label over_16 = a.label(), over_32 = a.label(), over_64 = a.label(), next = a.label(),
              library = a.label();
  emit_check(a, true);
  emit_unless_longer(a, 16, over_16);
  emit_short(a, emit_copy_pair, [&] {
    a.movzx8(t0.r32(), mem(src, 0));
    a.mov(mem(dst, 0), t0.r8());
  });

  a.bind(over_16);
  emit_unless_longer(a, 32, over_32);
  a.movups(xmm0, mem(src, 0));
  a.movups(xmm1, before_end(src, 16));
  a.movups(mem(dst, 0), xmm0);
  a.movups(before_end(dst, 16), xmm1);
  emit_done(a);

  a.bind(over_32);
  emit_unless_longer(a, 64, over_64);
  a.movups(xmm0, mem(src, 0));
  a.movups(xmm1, mem(src, 16));
  a.movups(xmm2, before_end(src, 32));
  a.movups(xmm3, before_end(src, 16));
  a.movups(mem(dst, 0), xmm0);
  a.movups(mem(dst, 16), xmm1);
  a.movups(before_end(dst, 32), xmm2);
  a.movups(before_end(dst, 16), xmm3);
  emit_done(a);

  // Whole pieces of 32 bytes, then the last 32 once more or for the first time.
  a.bind(over_64);
  a.cmp(length, max_loop);
  a.j(Cond::a, library);
  emit_unless_apart(a, library);
  a.lea(t0, before_end(src, 32));
  a.lea(t1, before_end(dst, 32));
  a.bind(next);
  emit_copy_32(a, dst, src);
  a.add(src, 32);
  a.add(dst, 32);
  a.cmp(src, t0);
  a.j(Cond::b, next, Reach::near);
  emit_copy_32(a, t1, t0);
  emit_done(a);

  a.bind(library);
  emit_library(a, reinterpret_cast<const void*>(
                      static_cast<void* (*)(void*, const void*, size_t)>(std::memmove)));
}

void emit_fill_bytes(Assembler& a) {
  const Label over_16 = a.label(), over_32 = a.label(), over_64 = a.label(), next = a.label(),
              library = a.label();
  emit_check(a, false);
  a.movzx8(src.r32(), src);
  a.mov_imm(t0, 0x0101010101010101);
  a.imul(src, t0);
  emit_unless_longer(a, 16, over_16);
  emit_short(a, emit_fill_pair, [&] { a.mov(mem(dst, 0), src.r8()); });

  a.bind(over_16);
  a.movd(xmm0, src);
  a.punpcklqdq(xmm0, xmm0);
  emit_unless_longer(a, 32, over_32);
  a.movups(mem(dst, 0), xmm0);
  a.movups(before_end(dst, 16), xmm0);
  emit_done(a);

  a.bind(over_32);
  emit_unless_longer(a, 64, over_64);
  emit_fill_32(a, dst);
  a.movups(before_end(dst, 32), xmm0);
  a.movups(before_end(dst, 16), xmm0);
  emit_done(a);

  a.bind(over_64);
  a.cmp(length, max_loop);
  a.j(Cond::a, library);
  a.lea(t0, before_end(dst, 32));
  a.bind(next);
  emit_fill_32(a, dst);
  a.add(dst, 32);
  a.cmp(dst, t0);
  a.j(Cond::b, next, Reach::near);
  emit_fill_32(a, t0);
  emit_done(a);

  a.bind(library);
  emit_library(
      a, reinterpret_cast<const void*>(static_cast<void* (*)(void*, int, size_t)>(std::memset)));
}

}  // namespace nacre::codegen::x64
