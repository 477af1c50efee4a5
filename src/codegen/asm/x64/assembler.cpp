// SPDX-License-Identifier: Apache-2.0
//
// How instructions become bytes: [prefix] [REX | VEX] opcode ModRM [SIB] [disp] [imm].
#include "codegen/asm/x64/assembler.hpp"

#include <cassert>

#include "base/bytes.hpp"

namespace nacre::codegen::x64 {
namespace {

constexpr uint8_t legacy_prefix[] = {0, 0x66, 0xF3, 0xF2};

constexpr bool is_int8(int32_t x) { return x == static_cast<int8_t>(x); }
constexpr uint8_t high_bit(uint8_t reg) { return reg >> 3 & 1; }
// The upper bit of an address's register; absent registers have none.
constexpr uint8_t high_bit_of(uint8_t reg) { return reg == no_reg ? 0 : high_bit(reg); }
constexpr uint8_t modrm(unsigned mod, uint8_t reg, uint8_t rm) {
  return static_cast<uint8_t>(mod << 6 | (reg & 7) << 3 | (rm & 7));
}

uint8_t* put_legacy(uint8_t* p, Opcode o, bool w, uint8_t r, uint8_t x, uint8_t b, bool force) {
  if (o.prefix != NP) *p++ = legacy_prefix[o.prefix];
  const uint8_t rex = static_cast<uint8_t>((w ? 8 : 0) | r << 2 | x << 1 | b);
  if (rex != 0 || force) *p++ = 0x40 | rex;
  if (o.map != M00) *p++ = 0x0F;
  if (o.map == M38) *p++ = 0x38;
  if (o.map == M3A) *p++ = 0x3A;
  *p++ = o.op;
  return p;
}

uint8_t* put_vex(uint8_t* p, Opcode o, bool w, uint8_t r, uint8_t x, uint8_t b, uint8_t v) {
  const uint8_t tail = static_cast<uint8_t>((~v & 15) << 3 | o.prefix);
  if (o.map == M0F && !w && x == 0 && b == 0) {
    *p++ = 0xC5;
    *p++ = static_cast<uint8_t>((r ^ 1) << 7 | tail);
  } else {
    *p++ = 0xC4;
    *p++ = static_cast<uint8_t>((r ^ 1) << 7 | (x ^ 1) << 6 | (b ^ 1) << 5 | o.map);
    *p++ = static_cast<uint8_t>((w ? 0x80 : 0) | tail);
  }
  *p++ = o.op;
  return p;
}

}  // namespace

void Assembler::rr(Opcode o, bool w, uint8_t reg, uint8_t rm, bool force_rex) {
  uint8_t* p = put_legacy(code_->reserve(), o, w, high_bit(reg), 0, high_bit(rm), force_rex);
  *p++ = modrm(3, reg, rm);
  code_->commit(p);
}

void Assembler::rm(Opcode o, bool w, uint8_t reg, const Mem& m, unsigned following,
                   bool force_rex) {
  uint8_t* p = put_legacy(code_->reserve(), o, w, high_bit(reg), high_bit_of(m.index),
                          high_bit_of(m.base), force_rex);
  finish_mem(put_modrm(p, reg, m), m, following);
}

void Assembler::vrr(Opcode o, bool w, uint8_t reg, uint8_t v, uint8_t rm) {
  uint8_t* p = put_vex(code_->reserve(), o, w, high_bit(reg), 0, high_bit(rm), v);
  *p++ = modrm(3, reg, rm);
  code_->commit(p);
}

void Assembler::vrm(Opcode o, bool w, uint8_t reg, uint8_t v, const Mem& m, unsigned following) {
  uint8_t* p =
      put_vex(code_->reserve(), o, w, high_bit(reg), high_bit_of(m.index), high_bit_of(m.base), v);
  finish_mem(put_modrm(p, reg, m), m, following);
}

// The exceptions of the format: base 101 without displacement means something else, base 100 and
// every index need a SIB byte, index 100 means none.
uint8_t* Assembler::put_modrm(uint8_t* p, uint8_t reg, const Mem& m) {
  if (m.label.valid()) {
    *p++ = modrm(0, reg, 5);
    store_le<uint32_t>(p, 0);
    return p + 4;
  }
  assert(m.index != rsp.code && (m.base != no_reg || m.index != no_reg));
  const bool no_base = m.base == no_reg;
  const bool needs_disp = !no_base && (m.base & 7) == 5;
  const unsigned mod = no_base || (m.disp == 0 && !needs_disp) ? 0 : is_int8(m.disp) ? 1 : 2;
  if (m.index != no_reg || (m.base & 7) == 4) {
    const uint8_t index = m.index == no_reg ? 4 : m.index;
    *p++ = modrm(mod, reg, 4);
    *p++ = modrm(m.scale, index, no_base ? 5 : m.base);
  } else {
    *p++ = modrm(mod, reg, m.base);
  }
  if (mod == 1) {
    *p++ = static_cast<uint8_t>(m.disp);
  } else if (mod == 2 || no_base) {
    store_le(p, static_cast<uint32_t>(m.disp));
    p += 4;
  }
  return p;
}

void Assembler::finish_mem(uint8_t* p, const Mem& m, unsigned following) {
  code_->commit(p);
  if (m.label.valid()) code_->fixup(m.label, Fixup::rel32, following, m.disp);
}

// vmovaps xmm0, xmm8 is a byte shorter as a store.
void Assembler::vmove(Opcode load, Opcode store, Xmm d, Xmm s) {
  if (s.code >= 8 && d.code < 8) vrr(store, false, s.code, 0, d.code);
  else vrr(load, false, d.code, 0, s.code);
}

void Assembler::rr_sized(unsigned op, uint8_t reg, uint8_t rm, Size size) {
  const bool byte = size == Size::b;
  const Opcode o{size == Size::w ? P66 : NP, M00, static_cast<uint8_t>(byte ? op : op | 1)};
  rr(o, size == Size::q, reg, rm, byte && (reg >= 4 || rm >= 4));
}

void Assembler::group(unsigned op, uint8_t n, Gpr d) {
  const Prefix prefix = d.size == Size::w ? P66 : NP;
  rr({prefix, M00, static_cast<uint8_t>(d.size == Size::b ? op : op | 1)}, d.size == Size::q, n,
     d.code, needs_rex(d));
}

void Assembler::group(unsigned op, uint8_t n, Size size, const Mem& d, unsigned following) {
  const Prefix prefix = size == Size::w ? P66 : NP;
  rm({prefix, M00, static_cast<uint8_t>(size == Size::b ? op : op | 1)}, size == Size::q, n, d,
     following);
}

void Assembler::rm_sized(unsigned op, uint8_t reg, const Mem& m, Size size, unsigned following) {
  const bool byte = size == Size::b;
  const Opcode o{size == Size::w ? P66 : NP, M00, static_cast<uint8_t>(byte ? op : op | 1)};
  rm(o, size == Size::q, reg, m, following, byte && reg >= 4);
}

void Assembler::rr_extend(uint8_t op, Gpr d, Gpr s) {
  rr({NP, M0F, op}, d.size == Size::q, d.code, s.code, needs_rex(s));
}

void Assembler::put_imm(Size size, int32_t imm) {
  uint8_t* p = code_->reserve();
  store_le(p, static_cast<uint32_t>(imm));
  code_->commit(p + (size == Size::b ? 1 : size == Size::w ? 2 : 4));
}

// rax has a form without ModRM, shorter when the immediate is long.
void Assembler::alu_imm(uint8_t n, Gpr d, int32_t imm) {
  if (d.size == Size::b) {
    if (d.code == 0) code_->put8(static_cast<uint8_t>(n * 8 + 4));
    else rr({NP, M00, 0x80}, false, n, d.code, needs_rex(d));
    return put_imm(Size::b, imm);
  }
  const Prefix prefix = d.size == Size::w ? P66 : NP;
  if (is_int8(imm)) {
    rr({prefix, M00, 0x83}, d.size == Size::q, n, d.code);
    return put_imm(Size::b, imm);
  }
  if (d.code == 0) {
    uint8_t* p = put_legacy(code_->reserve(), {prefix, M00, static_cast<uint8_t>(n * 8 + 5)},
                            d.size == Size::q, 0, 0, 0, false);
    code_->commit(p);
  } else {
    rr({prefix, M00, 0x81}, d.size == Size::q, n, d.code);
  }
  put_imm(d.size, imm);
}

void Assembler::alu_imm(uint8_t n, const Mem& d, Size size, int32_t imm) {
  const Prefix prefix = size == Size::w ? P66 : NP;
  const bool narrow = size == Size::b || is_int8(imm);
  const uint8_t op = size == Size::b ? 0x80 : narrow ? 0x83 : 0x81;
  rm({prefix, M00, op}, size == Size::q, n, d, narrow ? 1 : size == Size::w ? 2 : 4);
  put_imm(narrow ? Size::b : size, imm);
}

void Assembler::shift_imm(uint8_t n, Gpr d, uint8_t imm) {
  group(imm == 1 ? 0xD0 : 0xC0, n, d);
  if (imm != 1) code_->put8(imm);
}

void Assembler::shift_double(uint8_t op, Gpr d, Gpr s) {
  rr({NP, M0F, op}, d.size == Size::q, s.code, d.code);
}

void Assembler::locked(uint8_t op, const Mem& d, Gpr s) {
  code_->put8(0xF0);
  const bool byte = s.size == Size::b;
  rm({s.size == Size::w ? P66 : NP, M0F, static_cast<uint8_t>(byte ? op : op | 1)},
     s.size == Size::q, s.code, d, 0, needs_rex(s));
}

void Assembler::mov(Size size, const Mem& d, int32_t imm) {
  group(0xC6, 0, size, d, size == Size::b ? 1 : size == Size::w ? 2 : 4);
  put_imm(size, imm);
}

void Assembler::mov_imm(Gpr d, uint64_t imm) {
  const bool wide = d.size == Size::q && imm > UINT32_MAX;
  if (wide && imm == static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(imm)))) {
    rr({NP, M00, 0xC7}, true, 0, d.code);
    return put_imm(Size::d, static_cast<int32_t>(imm));
  }
  uint8_t* p = code_->reserve();
  const uint8_t rex = static_cast<uint8_t>((wide ? 8 : 0) | high_bit(d.code));
  if (rex != 0) *p++ = 0x40 | rex;
  *p++ = static_cast<uint8_t>(0xB8 | (d.code & 7));
  store_le(p, imm);
  code_->commit(p + (wide ? 8 : 4));
}

void Assembler::push(Gpr r) {
  if (r.code >= 8) code_->put8(0x41);
  code_->put8(static_cast<uint8_t>(0x50 | (r.code & 7)));
}

void Assembler::pop(Gpr r) {
  if (r.code >= 8) code_->put8(0x41);
  code_->put8(static_cast<uint8_t>(0x58 | (r.code & 7)));
}

void Assembler::test(Gpr x, int32_t imm) {
  if (x.code == 0) {
    const bool byte = x.size == Size::b;
    uint8_t* p =
        put_legacy(code_->reserve(),
                   {x.size == Size::w ? P66 : NP, M00, static_cast<uint8_t>(byte ? 0xA8 : 0xA9)},
                   x.size == Size::q, 0, 0, 0, false);
    code_->commit(p);
  } else {
    group(0xF6, 0, x);
  }
  put_imm(x.size, imm);
}

void Assembler::test(Size size, const Mem& x, int32_t imm) {
  group(0xF6, 0, size, x, size == Size::b ? 1 : size == Size::w ? 2 : 4);
  put_imm(size, imm);
}

void Assembler::imul(Gpr d, Gpr s, int32_t imm) {
  const bool narrow = is_int8(imm);
  rr({NP, M00, static_cast<uint8_t>(narrow ? 0x6B : 0x69)}, d.size == Size::q, d.code, s.code);
  put_imm(narrow ? Size::b : Size::d, imm);
}

void Assembler::imul(Gpr d, const Mem& s, int32_t imm) {
  const bool narrow = is_int8(imm);
  rm({NP, M00, static_cast<uint8_t>(narrow ? 0x6B : 0x69)}, d.size == Size::q, d.code, s,
     narrow ? 1 : 4);
  put_imm(narrow ? Size::b : Size::d, imm);
}

void Assembler::cqo() {
  code_->put8(0x48);
  code_->put8(0x99);
}

void Assembler::rorx(Gpr d, Gpr s, uint8_t imm) {
  vrr({PF2, M3A, 0xF0}, d.size == Size::q, d.code, 0, s.code);
  code_->put8(imm);
}

void Assembler::rorx(Gpr d, const Mem& s, uint8_t imm) {
  vrm({PF2, M3A, 0xF0}, d.size == Size::q, d.code, 0, s, 1);
  code_->put8(imm);
}

void Assembler::bswap(Gpr d) {
  uint8_t* p = code_->reserve();
  const uint8_t rex = static_cast<uint8_t>((d.size == Size::q ? 8 : 0) | high_bit(d.code));
  if (rex != 0) *p++ = 0x40 | rex;
  *p++ = 0x0F;
  *p++ = static_cast<uint8_t>(0xC8 | (d.code & 7));
  code_->commit(p);
}

// Backwards the distance is known, so the short form is taken when it reaches.
void Assembler::j(Cond c, Label to, Reach reach) {
  const uint8_t cc = static_cast<uint8_t>(c);
  const bool back = code_->is_bound(to);
  const bool near_back = back && code_->size() + 2 - code_->offset(to) <= 128;
  if (near_back || (!back && reach == Reach::near)) {
    code_->put8(0x70 | cc);
    code_->put8(0);
    return code_->fixup(to, Fixup::rel8);
  }
  code_->put8(0x0F);
  code_->put8(0x80 | cc);
  code_->put32(0);
  code_->fixup(to, Fixup::rel32);
}

void Assembler::jmp(Label to, Reach reach) {
  const bool back = code_->is_bound(to);
  const bool near_back = back && code_->size() + 2 - code_->offset(to) <= 128;
  const bool near = near_back || (!back && reach == Reach::near);
  code_->put8(near ? 0xEB : 0xE9);
  if (near) code_->put8(0);
  else code_->put32(0);
  code_->fixup(to, near ? Fixup::rel8 : Fixup::rel32);
}

void Assembler::call(Label to) {
  code_->put8(0xE8);
  code_->put32(0);
  code_->fixup(to, Fixup::rel32);
}

void Assembler::ud2() {
  code_->put8(0x0F);
  code_->put8(0x0B);
}

void Assembler::nop(unsigned bytes) {
  static constexpr uint8_t forms[9][9] = {{0x90},
                                          {0x66, 0x90},
                                          {0x0F, 0x1F, 0x00},
                                          {0x0F, 0x1F, 0x40, 0x00},
                                          {0x0F, 0x1F, 0x44, 0x00, 0x00},
                                          {0x66, 0x0F, 0x1F, 0x44, 0x00, 0x00},
                                          {0x0F, 0x1F, 0x80, 0x00, 0x00, 0x00, 0x00},
                                          {0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
                                          {0x66, 0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00}};
  for (; bytes > 0; bytes -= bytes < 9 ? bytes : 9) {
    const unsigned n = bytes < 9 ? bytes : 9;
    code_->put({forms[n - 1], n});
  }
}

void Assembler::align(uint32_t alignment) { nop((0u - code_->size()) & (alignment - 1)); }

void Assembler::mfence() {
  static constexpr uint8_t bytes[] = {0x0F, 0xAE, 0xF0};
  code_->put(bytes);
}

void Assembler::pause() {
  code_->put8(0xF3);
  code_->put8(0x90);
}

void Assembler::rep_movsb() {
  code_->put8(0xF3);
  code_->put8(0xA4);
}

void Assembler::rep_stosb() {
  code_->put8(0xF3);
  code_->put8(0xAA);
}

namespace {

// pinsrw alone is in the old map; pextrw to memory is not.
constexpr Opcode insert_op(Size lane) {
  return lane == Size::b   ? Opcode{P66, M3A, 0x20}
         : lane == Size::w ? Opcode{P66, M0F, 0xC4}
                           : Opcode{P66, M3A, 0x22};
}
constexpr Opcode extract_op(Size lane) {
  return {P66, M3A, static_cast<uint8_t>(lane == Size::b ? 0x14 : lane == Size::w ? 0x15 : 0x16)};
}

}  // namespace

void Assembler::pextr(Size lane, const Mem& d, Xmm s, uint8_t i) {
  rm(extract_op(lane), lane == Size::q, s.code, d, 1);
  code_->put8(i);
}
void Assembler::pinsr(Size lane, Xmm d, Gpr s, uint8_t i) {
  rr(insert_op(lane), lane == Size::q, d.code, s.code);
  code_->put8(i);
}
void Assembler::pinsr(Size lane, Xmm d, const Mem& s, uint8_t i) {
  rm(insert_op(lane), lane == Size::q, d.code, s, 1);
  code_->put8(i);
}
void Assembler::vpextr(Size lane, const Mem& d, Xmm s, uint8_t i) {
  vrm(extract_op(lane), lane == Size::q, s.code, 0, d, 1);
  code_->put8(i);
}
void Assembler::vpinsr(Size lane, Xmm d, Xmm x, Gpr s, uint8_t i) {
  vrr(insert_op(lane), lane == Size::q, d.code, x.code, s.code);
  code_->put8(i);
}
void Assembler::vpinsr(Size lane, Xmm d, Xmm x, const Mem& s, uint8_t i) {
  vrm(insert_op(lane), lane == Size::q, d.code, x.code, s, 1);
  code_->put8(i);
}

Mem Assembler::literal32(uint32_t bits) {
  uint8_t bytes[4];
  store_le(bytes, bits);
  return rip(code_->literal(bytes));
}

Mem Assembler::literal64(uint64_t bits) {
  uint8_t bytes[8];
  store_le(bytes, bits);
  return rip(code_->literal(bytes));
}

Mem Assembler::literal128(uint64_t low, uint64_t high) {
  uint8_t bytes[16];
  store_le(bytes, low);
  store_le(bytes + 8, high);
  return rip(code_->literal(bytes));
}

}  // namespace nacre::codegen::x64
