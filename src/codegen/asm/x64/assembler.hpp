// SPDX-License-Identifier: Apache-2.0
//
// The x86-64 assembler. Calls read like the manual in Intel's operand order:
//
//   a.add(rax, mem(rbp, 16));
//   a.vpaddd(xmm0, xmm1, xmm2);
//   a.mov(Size::d, mem(rbp, -8), 1);      // no register says how wide: the size comes first
//   a.j(Cond::ne, loop);
//
// Every call writes one instruction in its shortest encoding. The caller answers for what the
// processor can do; only `Simd` (rows/x64/simd.hpp) looks at the features. 64-bit immediates are
// sign-extended from 32 bits except in mov_imm. Jumps to unbound labels are 32 bits wide unless
// Reach::near promises less than 128 bytes.
#pragma once

#include "codegen/asm/x64/operands.hpp"

namespace nacre::codegen::x64 {

enum Prefix : uint8_t { NP, P66, PF3, PF2 };
enum Map : uint8_t { M00, M0F, M38, M3A };

struct Opcode {
  Prefix prefix;
  Map map;
  uint8_t op;
};

enum class Reach : uint8_t { far, near };

class Assembler : public codegen::Assembler {
 public:
  using codegen::Assembler::Assembler;

  // The regular instructions.
  // clang-format off
#define ALU(name, n)                                                    \
  void name(Gpr d, Gpr s) { rr_sized((n) * 8, s.code, d.code, d.size); } \
  void name(Gpr d, const Mem& s) { rm_sized((n) * 8 + 2, d.code, s, d.size); } \
  void name(const Mem& d, Gpr s) { rm_sized((n) * 8, s.code, d, s.size); } \
  void name(Gpr d, int32_t imm) { alu_imm(n, d, imm); }                 \
  void name(Size size, const Mem& d, int32_t imm) { alu_imm(n, d, size, imm); }
#define SHIFT(name, n)                                                      \
  void name(Gpr d, uint8_t imm) { shift_imm(n, d, imm); }                   \
  void name##_cl(Gpr d) { group(0xD2, n, d); }
#define UNARY(name, n)                                                      \
  void name(Gpr d) { group(0xF6, n, d); }                   \
  void name(Size size, const Mem& d) { group(0xF6, n, size, d); }
#define GPR2(name, text, p, m, op)                                          \
  void name(Gpr d, Gpr s) { rr({p, m, op}, d.size == Size::q, d.code, s.code); } \
  void name(Gpr d, const Mem& s) { rm({p, m, op}, d.size == Size::q, d.code, s); }
#define BMI_RVM(name, p, m, op)                                             \
  void name(Gpr d, Gpr x, Gpr y) { vrr({p, m, op}, d.size == Size::q, d.code, x.code, y.code); } \
  void name(Gpr d, Gpr x, const Mem& y) { vrm({p, m, op}, d.size == Size::q, d.code, x.code, y); }
#define BMI_RMV(name, p, m, op)                                             \
  void name(Gpr d, Gpr x, Gpr y) { vrr({p, m, op}, d.size == Size::q, d.code, y.code, x.code); } \
  void name(Gpr d, const Mem& x, Gpr y) { vrm({p, m, op}, d.size == Size::q, d.code, y.code, x); }
#define BMI_VM(name, n)                                                     \
  void name(Gpr d, Gpr s) { vrr({NP, M38, 0xF3}, d.size == Size::q, n, d.code, s.code); } \
  void name(Gpr d, const Mem& s) { vrm({NP, M38, 0xF3}, d.size == Size::q, n, d.code, s); }
#define BIT(name, n)                                                        \
  void name(Gpr d, Gpr s) { rr({NP, M0F, 0x83 + 8 * (n)}, d.size == Size::q, s.code, d.code); } \
  void name(Gpr d, uint8_t imm) {                                           \
    rr({NP, M0F, 0xBA}, d.size == Size::q, n, d.code);                      \
    code_->put8(imm);                                                       \
  }
#define SSE_3(name, p, m, op)                                               \
  void name(Xmm d, Xmm s) { rr({p, m, op}, false, d.code, s.code); }        \
  void name(Xmm d, const Mem& s) { rm({p, m, op}, false, d.code, s); }      \
  void v##name(Xmm d, Xmm x, Xmm y) { vrr({p, m, op}, false, d.code, x.code, y.code); } \
  void v##name(Xmm d, Xmm x, const Mem& y) { vrm({p, m, op}, false, d.code, x.code, y); }
#define SSE_2(name, p, m, op)                                               \
  void name(Xmm d, Xmm s) { rr({p, m, op}, false, d.code, s.code); }        \
  void name(Xmm d, const Mem& s) { rm({p, m, op}, false, d.code, s); }      \
  void v##name(Xmm d, Xmm s) { vrr({p, m, op}, false, d.code, 0, s.code); } \
  void v##name(Xmm d, const Mem& s) { vrm({p, m, op}, false, d.code, 0, s); }
#define SSE_3I(name, p, m, op)                                              \
  void name(Xmm d, Xmm s, uint8_t i) { rr({p, m, op}, false, d.code, s.code), code_->put8(i); } \
  void name(Xmm d, const Mem& s, uint8_t i) { rm({p, m, op}, false, d.code, s, 1), code_->put8(i); } \
  void v##name(Xmm d, Xmm x, Xmm y, uint8_t i) {                            \
    vrr({p, m, op}, false, d.code, x.code, y.code), code_->put8(i);         \
  }                                                                         \
  void v##name(Xmm d, Xmm x, const Mem& y, uint8_t i) {                     \
    vrm({p, m, op}, false, d.code, x.code, y, 1), code_->put8(i);           \
  }
#define SSE_2I(name, p, m, op)                                              \
  void name(Xmm d, Xmm s, uint8_t i) { rr({p, m, op}, false, d.code, s.code), code_->put8(i); } \
  void name(Xmm d, const Mem& s, uint8_t i) { rm({p, m, op}, false, d.code, s, 1), code_->put8(i); } \
  void v##name(Xmm d, Xmm s, uint8_t i) { vrr({p, m, op}, false, d.code, 0, s.code), code_->put8(i); } \
  void v##name(Xmm d, const Mem& s, uint8_t i) {                            \
    vrm({p, m, op}, false, d.code, 0, s, 1), code_->put8(i);                \
  }
#define SSE_SHIFT(name, op, n)                                              \
  void name(Xmm d, uint8_t i) { rr({P66, M0F, op}, false, n, d.code), code_->put8(i); } \
  void v##name(Xmm d, Xmm s, uint8_t i) {                                   \
    vrr({P66, M0F, op}, false, n, d.code, s.code), code_->put8(i);          \
  }
#define SSE_BLEND(name, op, vop)                                            \
  void name(Xmm d, Xmm s) { rr({P66, M38, op}, false, d.code, s.code); }    \
  void name(Xmm d, const Mem& s) { rm({P66, M38, op}, false, d.code, s); }  \
  void v##name(Xmm d, Xmm x, Xmm y, Xmm mask) {                             \
    vrr({P66, M3A, vop}, false, d.code, x.code, y.code);                    \
    code_->put8(static_cast<uint8_t>(mask.code << 4));                      \
  }                                                                         \
  void v##name(Xmm d, Xmm x, const Mem& y, Xmm mask) {                      \
    vrm({P66, M3A, vop}, false, d.code, x.code, y, 1);                      \
    code_->put8(static_cast<uint8_t>(mask.code << 4));                      \
  }
#define AVX_2(name, m, op)                                                  \
  void name(Xmm d, Xmm s) { vrr({P66, m, op}, false, d.code, 0, s.code); }  \
  void name(Xmm d, const Mem& s) { vrm({P66, m, op}, false, d.code, 0, s); }
#define AVX_2I(name, m, op)                                                 \
  void name(Xmm d, Xmm s, uint8_t i) {                                      \
    vrr({P66, m, op}, false, d.code, 0, s.code), code_->put8(i);            \
  }                                                                         \
  void name(Xmm d, const Mem& s, uint8_t i) {                               \
    vrm({P66, m, op}, false, d.code, 0, s, 1), code_->put8(i);              \
  }
#define AVX_3(name, w, m, op)                                               \
  void name(Xmm d, Xmm x, Xmm y) { vrr({P66, m, op}, w, d.code, x.code, y.code); } \
  void name(Xmm d, Xmm x, const Mem& y) { vrm({P66, m, op}, w, d.code, x.code, y); }
#define FMA(name, w, op)                                                    \
  void name(Xmm d, Xmm x, Xmm y) { vrr({P66, M38, op}, w, d.code, x.code, y.code); } \
  void name(Xmm d, Xmm x, const Mem& y) { vrm({P66, M38, op}, w, d.code, x.code, y); }
#define SSE_MOVE(name, p, load, store)                                      \
  void name(Xmm d, Xmm s) { rr({p, M0F, load}, false, d.code, s.code); }    \
  void name(Xmm d, const Mem& s) { rm({p, M0F, load}, false, d.code, s); }  \
  void name(const Mem& d, Xmm s) { rm({p, M0F, store}, false, s.code, d); } \
  void v##name(Xmm d, Xmm s) { vmove({p, M0F, load}, {p, M0F, store}, d, s); } \
  void v##name(Xmm d, const Mem& s) { vrm({p, M0F, load}, false, d.code, 0, s); } \
  void v##name(const Mem& d, Xmm s) { vrm({p, M0F, store}, false, s.code, 0, d); }
#define SSE_STORE(name, p, op)                                              \
  void name(const Mem& d, Xmm s) { rm({p, M0F, op}, false, s.code, d); }    \
  void v##name(const Mem& d, Xmm s) { vrm({p, M0F, op}, false, s.code, 0, d); }
#define SSE_LOAD_3(name, p, op)                                             \
  void name(Xmm d, const Mem& s) { rm({p, M0F, op}, false, d.code, s); }    \
  void v##name(Xmm d, Xmm x, const Mem& s) { vrm({p, M0F, op}, false, d.code, x.code, s); }
#include "codegen/asm/x64/instructions.def"
  // clang-format on

  // Moves of general registers. Writing 32 bits clears the upper half.
  void mov(Gpr d, Gpr s) { rr_sized(0x88, s.code, d.code, d.size); }
  void mov(Gpr d, const Mem& s) { rm_sized(0x8A, d.code, s, d.size); }
  void mov(const Mem& d, Gpr s) { rm_sized(0x88, s.code, d, s.size); }
  void mov(Size size, const Mem& d, int32_t imm);
  // Any 64-bit value (32-bit for a 32-bit register) in the shortest form that leaves flags alone.
  void mov_imm(Gpr d, uint64_t imm);
  void movzx8(Gpr d, Gpr s) { rr_extend(0xB6, d, s.r8()); }
  void movzx8(Gpr d, const Mem& s) { rm({NP, M0F, 0xB6}, d.size == Size::q, d.code, s); }
  void movzx16(Gpr d, Gpr s) { rr_extend(0xB7, d, s.r16()); }
  void movzx16(Gpr d, const Mem& s) { rm({NP, M0F, 0xB7}, d.size == Size::q, d.code, s); }
  void movsx8(Gpr d, Gpr s) { rr_extend(0xBE, d, s.r8()); }
  void movsx8(Gpr d, const Mem& s) { rm({NP, M0F, 0xBE}, d.size == Size::q, d.code, s); }
  void movsx16(Gpr d, Gpr s) { rr_extend(0xBF, d, s.r16()); }
  void movsx16(Gpr d, const Mem& s) { rm({NP, M0F, 0xBF}, d.size == Size::q, d.code, s); }
  void movsxd(Gpr d, Gpr s) { rr({NP, M00, 0x63}, true, d.code, s.code); }
  void movsxd(Gpr d, const Mem& s) { rm({NP, M00, 0x63}, true, d.code, s); }
  void lea(Gpr d, const Mem& s) { rm({NP, M00, 0x8D}, d.size == Size::q, d.code, s); }
  void movbe(Gpr d, const Mem& s) { rm({NP, M38, 0xF0}, d.size == Size::q, d.code, s); }
  void movbe(const Mem& d, Gpr s) { rm({NP, M38, 0xF1}, s.size == Size::q, s.code, d); }
  void push(Gpr r);
  void pop(Gpr r);
  void push(const Mem& s) { rm({NP, M00, 0xFF}, false, 6, s); }
  void pop(const Mem& d) { rm({NP, M00, 0x8F}, false, 0, d); }

  // Integer arithmetic outside the regular groups.
  void test(Gpr x, Gpr y) { rr_sized(0x84, y.code, x.code, x.size); }
  void test(const Mem& x, Gpr y) { rm_sized(0x84, y.code, x, y.size); }
  void test(Gpr x, int32_t imm);
  void test(Size size, const Mem& x, int32_t imm);
  void imul(Gpr d, Gpr s, int32_t imm);
  void imul(Gpr d, const Mem& s, int32_t imm);
  void inc(Gpr d) { group(0xFE, 0, d); }
  void dec(Gpr d) { group(0xFE, 1, d); }
  void cdq() { code_->put8(0x99); }
  void cqo();
  void shld(Gpr d, Gpr s, uint8_t imm) { shift_double(0xA4, d, s), code_->put8(imm); }
  void shrd(Gpr d, Gpr s, uint8_t imm) { shift_double(0xAC, d, s), code_->put8(imm); }
  void shld_cl(Gpr d, Gpr s) { shift_double(0xA5, d, s); }
  void shrd_cl(Gpr d, Gpr s) { shift_double(0xAD, d, s); }
  void rorx(Gpr d, Gpr s, uint8_t imm);
  void rorx(Gpr d, const Mem& s, uint8_t imm);
  void bswap(Gpr d);

  // Conditions, jumps, calls.
  void set(Cond c, Gpr d) { rr({NP, M0F, cond_op(0x90, c)}, false, 0, d.code, needs_rex(d.r8())); }
  void set(Cond c, const Mem& d) { rm({NP, M0F, cond_op(0x90, c)}, false, 0, d); }
  void cmov(Cond c, Gpr d, Gpr s) {
    rr({NP, M0F, cond_op(0x40, c)}, d.size == Size::q, d.code, s.code);
  }
  void cmov(Cond c, Gpr d, const Mem& s) {
    rm({NP, M0F, cond_op(0x40, c)}, d.size == Size::q, d.code, s);
  }
  void j(Cond c, Label to, Reach reach = Reach::far);
  void jmp(Label to, Reach reach = Reach::far);
  void jmp(Gpr to) { rr({NP, M00, 0xFF}, false, 4, to.code); }
  void jmp(const Mem& to) { rm({NP, M00, 0xFF}, false, 4, to); }
  void call(Label to);
  void call(Gpr to) { rr({NP, M00, 0xFF}, false, 2, to.code); }
  void call(const Mem& to) { rm({NP, M00, 0xFF}, false, 2, to); }
  void ret() { code_->put8(0xC3); }
  void ud2();
  void int3() { code_->put8(0xCC); }
  // `bytes` bytes of as few no-operations as possible.
  void nop(unsigned bytes);
  void align(uint32_t alignment);

  // Atomics. xchg with memory locks by itself.
  void xchg(const Mem& d, Gpr s) { rm_sized(0x86, s.code, d, s.size); }
  void xchg(Gpr d, Gpr s) { rr_sized(0x86, s.code, d.code, d.size); }
  void lock_cmpxchg(const Mem& d, Gpr s) { locked(0xB0, d, s); }
  void lock_xadd(const Mem& d, Gpr s) { locked(0xC0, d, s); }
  void lock_add(const Mem& d, Gpr s) { code_->put8(0xF0), add(d, s); }
  void lock_sub(const Mem& d, Gpr s) { code_->put8(0xF0), sub(d, s); }
  void lock_and(const Mem& d, Gpr s) { code_->put8(0xF0), and_(d, s); }
  void lock_or(const Mem& d, Gpr s) { code_->put8(0xF0), or_(d, s); }
  void lock_xor(const Mem& d, Gpr s) { code_->put8(0xF0), xor_(d, s); }
  void lock_or(Size size, const Mem& d, int32_t imm) { code_->put8(0xF0), or_(size, d, imm); }
  void mfence();
  void pause();
  void rep_movsb();
  void rep_stosb();

  // Between general and vector registers. The general register's width chooses movd or movq.
  void movd(Xmm d, Gpr s) { rr({P66, M0F, 0x6E}, s.size == Size::q, d.code, s.code); }
  void movd(Gpr d, Xmm s) { rr({P66, M0F, 0x7E}, d.size == Size::q, s.code, d.code); }
  void vmovd(Xmm d, Gpr s) { vrr({P66, M0F, 0x6E}, s.size == Size::q, d.code, 0, s.code); }
  void vmovd(Gpr d, Xmm s) { vrr({P66, M0F, 0x7E}, d.size == Size::q, s.code, 0, d.code); }
  void movmskps(Gpr d, Xmm s) { rr({NP, M0F, 0x50}, false, d.code, s.code); }
  void movmskpd(Gpr d, Xmm s) { rr({P66, M0F, 0x50}, false, d.code, s.code); }
  void pmovmskb(Gpr d, Xmm s) { rr({P66, M0F, 0xD7}, false, d.code, s.code); }
  void vmovmskps(Gpr d, Xmm s) { vrr({NP, M0F, 0x50}, false, d.code, 0, s.code); }
  void vmovmskpd(Gpr d, Xmm s) { vrr({P66, M0F, 0x50}, false, d.code, 0, s.code); }
  void vpmovmskb(Gpr d, Xmm s) { vrr({P66, M0F, 0xD7}, false, d.code, 0, s.code); }
  // Conversions: the general register's width is the integer's.
  void cvtsi2ss(Xmm d, Gpr s) { rr({PF3, M0F, 0x2A}, s.size == Size::q, d.code, s.code); }
  void cvtsi2sd(Xmm d, Gpr s) { rr({PF2, M0F, 0x2A}, s.size == Size::q, d.code, s.code); }
  void cvtsi2ss(Size i, Xmm d, const Mem& s) { rm({PF3, M0F, 0x2A}, i == Size::q, d.code, s); }
  void cvtsi2sd(Size i, Xmm d, const Mem& s) { rm({PF2, M0F, 0x2A}, i == Size::q, d.code, s); }
  void vcvtsi2ss(Xmm d, Xmm x, Gpr s) {
    vrr({PF3, M0F, 0x2A}, s.size == Size::q, d.code, x.code, s.code);
  }
  void vcvtsi2sd(Xmm d, Xmm x, Gpr s) {
    vrr({PF2, M0F, 0x2A}, s.size == Size::q, d.code, x.code, s.code);
  }
  void vcvtsi2ss(Size i, Xmm d, Xmm x, const Mem& s) {
    vrm({PF3, M0F, 0x2A}, i == Size::q, d.code, x.code, s);
  }
  void vcvtsi2sd(Size i, Xmm d, Xmm x, const Mem& s) {
    vrm({PF2, M0F, 0x2A}, i == Size::q, d.code, x.code, s);
  }
  void cvttss2si(Gpr d, Xmm s) { rr({PF3, M0F, 0x2C}, d.size == Size::q, d.code, s.code); }
  void cvttsd2si(Gpr d, Xmm s) { rr({PF2, M0F, 0x2C}, d.size == Size::q, d.code, s.code); }
  void vcvttss2si(Gpr d, Xmm s) { vrr({PF3, M0F, 0x2C}, d.size == Size::q, d.code, 0, s.code); }
  void vcvttsd2si(Gpr d, Xmm s) { vrr({PF2, M0F, 0x2C}, d.size == Size::q, d.code, 0, s.code); }

  // Scalar loads clear the rest of the register; 32 and 64 bits.
  void movss(Xmm d, const Mem& s) { rm({PF3, M0F, 0x10}, false, d.code, s); }
  void movsd(Xmm d, const Mem& s) { rm({PF2, M0F, 0x10}, false, d.code, s); }
  void vmovss(Xmm d, const Mem& s) { vrm({PF3, M0F, 0x10}, false, d.code, 0, s); }
  void vmovsd(Xmm d, const Mem& s) { vrm({PF2, M0F, 0x10}, false, d.code, 0, s); }
  void movq(Xmm d, Xmm s) { rr({PF3, M0F, 0x7E}, false, d.code, s.code); }
  void vmovq(Xmm d, Xmm s) { vmove({PF3, M0F, 0x7E}, {P66, M0F, 0xD6}, d, s); }
  void movhlps(Xmm d, Xmm s) { rr({NP, M0F, 0x12}, false, d.code, s.code); }
  void vmovhlps(Xmm d, Xmm x, Xmm y) { vrr({NP, M0F, 0x12}, false, d.code, x.code, y.code); }

  // Single lanes.
  void pextrb(Gpr d, Xmm s, uint8_t i) {
    rr({P66, M3A, 0x14}, false, s.code, d.code), code_->put8(i);
  }
  void pextrw(Gpr d, Xmm s, uint8_t i) {
    rr({P66, M0F, 0xC5}, false, d.code, s.code), code_->put8(i);
  }
  void pextr(Gpr d, Xmm s, uint8_t i) {
    rr({P66, M3A, 0x16}, d.size == Size::q, s.code, d.code), code_->put8(i);
  }
  void pextr(Size lane, const Mem& d, Xmm s, uint8_t i);
  void pinsr(Size lane, Xmm d, Gpr s, uint8_t i);
  void pinsr(Size lane, Xmm d, const Mem& s, uint8_t i);
  void vpextrb(Gpr d, Xmm s, uint8_t i) {
    vrr({P66, M3A, 0x14}, false, s.code, 0, d.code), code_->put8(i);
  }
  void vpextrw(Gpr d, Xmm s, uint8_t i) {
    vrr({P66, M0F, 0xC5}, false, d.code, 0, s.code), code_->put8(i);
  }
  void vpextr(Gpr d, Xmm s, uint8_t i) {
    vrr({P66, M3A, 0x16}, d.size == Size::q, s.code, 0, d.code), code_->put8(i);
  }
  void vpextr(Size lane, const Mem& d, Xmm s, uint8_t i);
  void vpinsr(Size lane, Xmm d, Xmm x, Gpr s, uint8_t i);
  void vpinsr(Size lane, Xmm d, Xmm x, const Mem& s, uint8_t i);

  // Constants in the code's pool.
  Mem literal32(uint32_t bits);
  Mem literal64(uint64_t bits);
  Mem literal128(uint64_t low, uint64_t high);
  // Clears the whole register, and changes flags.
  void mov_zero(Gpr d) { xor_(d.r32(), d.r32()); }

  // The regular integer instructions by their number in instructions.def.
  void alu(uint8_t n, Gpr d, Gpr s) { rr_sized(n * 8u, s.code, d.code, d.size); }
  void alu(uint8_t n, Gpr d, const Mem& s) { rm_sized(n * 8u + 2, d.code, s, d.size); }
  void alu(uint8_t n, const Mem& d, Gpr s) { rm_sized(n * 8u, s.code, d, s.size); }
  void alu(uint8_t n, Gpr d, int32_t imm) { alu_imm(n, d, imm); }
  void alu(uint8_t n, Size size, const Mem& d, int32_t imm) { alu_imm(n, d, size, imm); }
  void shift(uint8_t n, Gpr d, uint8_t imm) { shift_imm(n, d, imm); }
  void shift_cl(uint8_t n, Gpr d) { group(0xD2, n, d); }

  // The encodings themselves, for code that has an Opcode as data.
  void rr(Opcode o, bool w, uint8_t reg, uint8_t rm, bool force_rex = false);
  // `following`: bytes of immediate that the caller appends.
  void rm(Opcode o, bool w, uint8_t reg, const Mem& m, unsigned following = 0,
          bool force_rex = false);
  void vrr(Opcode o, bool w, uint8_t reg, uint8_t v, uint8_t rm);
  void vrm(Opcode o, bool w, uint8_t reg, uint8_t v, const Mem& m, unsigned following = 0);

 private:
  // Without REX, byte registers 4 to 7 would be ah, ch, dh, bh.
  static constexpr bool needs_rex(Gpr r) { return r.size == Size::b && r.code >= 4; }
  static constexpr uint8_t cond_op(uint8_t op, Cond c) {
    return static_cast<uint8_t>(op + static_cast<uint8_t>(c));
  }
  // Opcodes of instructions with a byte form: the odd opcode is for the other sizes.
  void rr_sized(unsigned op, uint8_t reg, uint8_t rm, Size size);
  // Those whose ModRM.reg is part of the opcode.
  void group(unsigned op, uint8_t n, Gpr d);
  void group(unsigned op, uint8_t n, Size size, const Mem& d, unsigned following = 0);
  void rm_sized(unsigned op, uint8_t reg, const Mem& m, Size size, unsigned following = 0);
  void rr_extend(uint8_t op, Gpr d, Gpr s);
  void alu_imm(uint8_t n, Gpr d, int32_t imm);
  void alu_imm(uint8_t n, const Mem& d, Size size, int32_t imm);
  void shift_imm(uint8_t n, Gpr d, uint8_t imm);
  void shift_double(uint8_t op, Gpr d, Gpr s);
  void locked(uint8_t op, const Mem& d, Gpr s);
  void vmove(Opcode load, Opcode store, Xmm d, Xmm s);
  void put_imm(Size size, int32_t imm);
  uint8_t* put_modrm(uint8_t* p, uint8_t reg, const Mem& m);
  void finish_mem(uint8_t* p, const Mem& m, unsigned following);
};

}  // namespace nacre::codegen::x64
