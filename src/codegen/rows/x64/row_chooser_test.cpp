// SPDX-License-Identifier: Apache-2.0
#include "codegen/rows/x64/row_chooser_test.hpp"

#include <bit>
#include <string_view>

namespace nacre::codegen::x64::row_test {

namespace {

unsigned lanes_of(const Row& row, unsigned bytes) {
  if (bytes != 0) return 16 / bytes;
  const std::string_view name = row.name;
  return name[1] == '8' ? 16 : name[1] == '1' ? 8 : name[1] == '3' ? 4 : 2;
}

// One register cannot hold an address and another input's value.
bool consistent(const Row& row, const Operands& o) {
  for (unsigned i = 0; i < row.in_count; ++i)
    for (unsigned k = 0; k < row.in_count; ++k)
      if (o.in[i].is_mem() && o.in[k].is_reg() && is_gpr(row.in[k].cls) &&
          o.in[i].reads(o.in[k].reg))
        return false;
  return true;
}

}  // namespace

bool RowChooser::place(const Row& row, Operands& o) {
  for (int attempt = 0; attempt < 20000; ++attempt) {
    o = {};
    for (unsigned i = 0; i < row.in_count; ++i) o.in[i] = random_operand(row, i);
    for (unsigned k = 0; k < row.out_count; ++k) {
      const Output& out = row.out[k];
      const unsigned like = below(row.in_count + 1);
      o.out[k] = random_reg(out.cls);
      if (like < row.in_count && o.in[like].is_reg() && is_vec(row.in[like].cls) == is_vec(out.cls))
        o.out[k] = o.in[like].reg;
      if (like < row.in_count && o.in[like].is_mem() && is_gpr(out.cls) && below(2) == 0)
        o.out[k] = o.in[like].mem.base;
      if (out.fixed != no_reg) o.out[k] = out.fixed;
      if (out.tied != no_reg) o.out[k] = o.in[out.tied].reg;
    }
    for (unsigned s = 0; s < row.scratch_gprs + row.scratch_vecs; ++s)
      o.scratch[s] = s < row.scratch_gprs ? random_gpr() : static_cast<uint8_t>(below(16));
    const unsigned bytes = access_bytes(row);
    o.lane = static_cast<uint8_t>(below(lanes_of(row, bytes)));
    o.pattern = random_pattern();
    if (violation(row, o, features_) == nullptr && consistent(row, o)) return true;
  }
  return false;
}

V128 RowChooser::random_value(ValueClass c) {
  const auto word = [](uint64_t x) { return from_lanes<uint64_t>({x, 0}); };
  switch (c) {
    case ValueClass::i32:
      return word(static_cast<uint32_t>(random_int()));
    case ValueClass::i64:
      return word(random_int());
    case ValueClass::f32:
      return word(random_f32());
    case ValueClass::f64:
      return word(random_f64());
    default:
      break;
  }
  switch (below(6)) {
    case 0:
      return from_lanes<uint64_t>({random(), random()});
    case 1:
      return from_lanes<uint32_t>({random_f32(), random_f32(), random_f32(), random_f32()});
    case 2:
      return from_lanes<uint64_t>({random_f64(), random_f64()});
    case 3:
      return from_lanes<uint64_t>({random_int(), random_int()});
    case 4: {
      V128 v{};
      for (uint8_t& b : v.bytes) b = pick<uint8_t>({0, 1, 0x7f, 0x80, 0xff, 15, 16, 31});
      return v;
    }
    default: {
      Lanes<uint16_t> l{};
      for (uint16_t& x : l) x = pick<uint16_t>({0, 1, 0x7fff, 0x8000, 0xffff, 0x00ff, 0x8080, 256});
      return from_lanes<uint16_t>(l);
    }
  }
}

V128 RowChooser::around_multiple(const V128& value, ValueClass c, int64_t divisor) {
  const bool narrow = c == ValueClass::i32;
  const uint64_t limit = narrow ? UINT32_MAX : UINT64_MAX,
                 by = static_cast<uint64_t>(divisor) & limit;
  uint64_t x = lane<uint64_t>(value, 0);
  if (below(4) == 0) x = limit >> below(2);
  if (below(2) == 0) x = x / by * by + below(3) - 1;
  if (below(4) == 0) x = 0 - x;
  return from_lanes<uint64_t>({x & limit, 0});
}

Address RowChooser::random_address() {
  Address m;
  m.base = random_gpr();
  m.disp = static_cast<int32_t>(below(3) * 100) - 100;
  if (below(2) == 0) {
    do m.index = random_gpr();
    while (m.index == m.base);
    m.scale = static_cast<uint8_t>(below(4));
  }
  return m;
}

Operand RowChooser::random_operand(const Row& row, unsigned i) {
  const Input& in = row.in[i];
  if (in.cls == ValueClass::address) return Operand::in_mem(random_address());
  if ((in.accepts & Input::imm_only) != 0) return random_constant(row, in);
  const unsigned choice = below(4);
  if (choice == 0 && (in.accepts & Input::mem) != 0) return Operand::in_mem(random_address());
  if (choice == 1 && (in.accepts & (Input::imm32 | Input::imm_any)) != 0)
    return random_constant(row, in);
  return Operand::in_reg(in.fixed != no_reg && below(8) != 0 ? in.fixed : random_reg(in.cls));
}

Operand RowChooser::random_constant(const Row& row, const Input& in) {
  const uint64_t v = lane<uint64_t>(random_value(in.cls), 0);
  if (row.serves != nullptr) {
    for (;;) {
      int64_t c = static_cast<int64_t>(lane<uint64_t>(random_value(in.cls), 0));
      if (below(2) == 0) c = static_cast<int64_t>(below(1000)) + 1;
      if (below(2) == 0) c = static_cast<int64_t>(uint64_t{1} << below(64));
      if (below(3) == 0) c = static_cast<int64_t>(0 - static_cast<uint64_t>(c));
      if (in.cls == ValueClass::i32) c = static_cast<int32_t>(c);
      if (row.serves(c)) return Operand::constant(c);
    }
  }
  if ((in.accepts & Input::imm32) != 0)
    return Operand::constant(static_cast<int32_t>(below(2) == 0 ? v : below(256)));
  if (in.cls == ValueClass::i32) return Operand::constant(static_cast<int32_t>(v));
  return Operand::constant(static_cast<int64_t>(v));
}

V128 RowChooser::random_pattern() {
  V128 p{};
  const unsigned kind = below(10), n = 1u << below(4), first = below(32), second = below(32);
  for (unsigned i = 0; i < 16; ++i) p.bytes[i] = static_cast<uint8_t>(random());
  uint8_t groups[16];
  for (uint8_t& g : groups) g = static_cast<uint8_t>(random());
  for (unsigned i = 0; i < 16; ++i) {
    uint8_t& b = p.bytes[i];
    if (kind < 2) b &= 31;                                                      // anything
    if (kind == 2) b = static_cast<uint8_t>((groups[i / n] * n + i % n) & 31);  // groups
    if (kind == 3) b = static_cast<uint8_t>((first + i) & 31);                  // concatenation
    if (kind == 4)
      b = static_cast<uint8_t>(((i / n % 2 ? 16 : 0) ^ (first & 16)) + (second & 8) +
                               i / n / 2 * n + i % n);
    if (kind == 5) b = static_cast<uint8_t>(i + (groups[i / 2] & 16));  // blend
    if (kind == 6)
      b = static_cast<uint8_t>((i < 8 ? first & 16 : second & 16) + (groups[i / 4] & 12) + i % 4);
    if (kind == 7) b = static_cast<uint8_t>((first & 16) + i / 8 * 8 + (groups[i / 2] & 6) + i % 2);
    if (kind == 8) b = static_cast<uint8_t>((first & 16) + ((first + i) & 15));  // rotation
    if (kind == 9) b = static_cast<uint8_t>((first & 16) + (groups[i / n] * n + i % n) % 16);
  }
  if (below(10) == 0) p = V128{};
  return p;
}

uint32_t RowChooser::random_f32() {
  const uint32_t r = static_cast<uint32_t>(random());
  switch (below(4)) {
    case 0:
      return r;
    case 1:
      return pick<uint32_t>({0,          0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000,
                             0x7fc00000, 0xffc00000, 0x7fa00000, 0x7fc12345, 1,          0x807fffff,
                             0x4f000000, 0xcf000000, 0x4effffff, 0x4f7fffff, 0x4f800000, 0x5f000000,
                             0xdf000000, 0x5effffff, 0x5f7fffff, 0x5f800000, 0x3f000000, 0xbf000000,
                             0x4b000001, 0xbf7fffff});
    case 2:
      return std::bit_cast<uint32_t>(static_cast<float>(static_cast<int32_t>(r) >> below(32)) / 2);
    default:
      return std::bit_cast<uint32_t>(
          static_cast<float>(static_cast<int64_t>(random()) >> below(64)));
  }
}

uint64_t RowChooser::random_f64() {
  const uint64_t r = random();
  switch (below(4)) {
    case 0:
      return r;
    case 1:
      return pick<uint64_t>({0,
                             uint64_t{1} << 63,
                             0x3ff0000000000000,
                             0xbff0000000000000,
                             0x7ff0000000000000,
                             0xfff0000000000000,
                             0x7ff8000000000000,
                             0xfff8000000000000,
                             0x7ff4000000000000,
                             1,
                             0x41e0000000000000,
                             0xc1e0000000000000,
                             0xc1e0000000200000,
                             0xc1e00000001fffff,
                             0x41dfffffffc00000,
                             0x41dfffffffffffff,
                             0x41efffffffe00000,
                             0x41efffffffffffff,
                             0x41f0000000000000,
                             0x43e0000000000000,
                             0xc3e0000000000000,
                             0x43dfffffffffffff,
                             0x43efffffffffffff,
                             0x43f0000000000000,
                             0x3fe0000000000000,
                             0xbfe0000000000000,
                             0xbfefffffffffffff});
    case 2:
      return std::bit_cast<uint64_t>(static_cast<double>(static_cast<int64_t>(r) >> below(64)) / 2);
    default:
      return std::bit_cast<uint64_t>(static_cast<double>(r >> below(64)));
  }
}

uint64_t RowChooser::random_int() {
  const uint64_t one = 1;
  switch (below(4)) {
    case 0:
      return random();
    case 1:
      return static_cast<uint64_t>(static_cast<int64_t>(random()) >> below(64));
    case 2:
      return (one << below(64)) - below(2);
    default:
      return pick<uint64_t>({0, 1, 2, ~one + 1, 7, 31, 32, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000,
                             0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff, one << 63});
  }
}

}  // namespace nacre::codegen::x64::row_test
