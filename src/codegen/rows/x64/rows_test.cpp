// SPDX-License-Identifier: Apache-2.0
//
// Every row is executed by itself. For a row, operands are placed at random within its
// constraints (registers of outputs often those of inputs, high registers, memory, constants), the
// row is wrapped into a function that loads all registers from a State and stores them back, and
// what it computed is compared with base/num.hpp on edge and random values. Registers and memory
// that the row does not own must be unchanged. All of it once for each set of processor features.
#include "codegen/rows/x64/rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string_view>

#include "base/bytes.hpp"
#include "codegen/rows/meaning_test.hpp"
#include "os/code_memory.hpp"

namespace nacre::codegen::x64 {
namespace {

using testing::float_width_of_result;
using testing::meaning_of;
using wasm::Op;

constexpr unsigned memory_size = 64, memory_at = 24;  // where accesses go

struct State {
  V128 xmm[16];
  uint64_t gpr[16];
  // 0 fell through, 1 condition held (or the result is zero, where flags say so), 2 and 3 traps;
  // the flags if the row says that it leaves them alone.
  uint64_t status;
  alignas(16) uint8_t memory[memory_size];
};

#if defined(_WIN32)
constexpr Gpr argument = rcx;
#else
constexpr Gpr argument = rdi;
#endif
constexpr uint8_t saved[] = {3, 5, 6, 7, 12, 13, 14, 15};

constexpr uint8_t flags_before = 0x55, flags_mask = 0xD5;  // carry, parity, adjust, zero; not sign

int32_t gpr_at(unsigned i) { return static_cast<int32_t>(offsetof(State, gpr) + 8 * i); }
int32_t xmm_at(unsigned i) { return static_cast<int32_t>(16 * i); }

// The stack while the row runs: saved registers, the State's address. No row touches the stack.
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

// One function: the row with these operands.
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

class RowTest {
 public:
  RowTest(os::CpuFeatures features, const char* label) : features_(features), label_(label) {}

  void run_all() {
    for (const Row& row : rows())
      if (features_.has(row.features)) run(row);
  }

  void run(const Row& row) {
    // Where the constant decides what code there is, many of them.
    const bool specialised = row.op == RowOp(Op::i8x16_shuffle) || row.serves != nullptr;
    const unsigned placements = specialised ? 3000 : 40, rounds = 12;
    CodeBuffer code;
    Assembler a(code, features_);
    std::vector<Operands> placed;
    std::vector<uint32_t> entry;
    for (unsigned i = 0; i < placements; ++i) {
      Operands o;
      if (!place(row, o)) break;
      placed.push_back(o);
      entry.push_back(code.size());
      wrap(a, row, o);
    }
    ASSERT_FALSE(placed.empty()) << row.name << ": no placement found";
    ASSERT_TRUE(code.finish(0xCC)) << row.name;
    os::CodeMemory memory;
    ASSERT_TRUE(memory.allocate(code.size()));
    std::memcpy(memory.data(), code.data(), code.size());
    ASSERT_TRUE(memory.seal());
    ++rows_run;
    for (size_t i = 0; i < placed.size(); ++i) {
      const auto f = reinterpret_cast<void (*)(State*)>(memory.data() + entry[i]);
      for (unsigned k = 0; k < rounds; ++k) {
        ++executions;
        if (!check(row, placed[i], f)) return;
      }
    }
  }

  unsigned rows_run = 0, executions = 0;

 private:
  uint64_t random() { return rng_(); }
  unsigned below(unsigned n) { return static_cast<unsigned>(random() % n); }
  uint8_t random_gpr() {
    const uint8_t r = static_cast<uint8_t>(below(15));
    return r >= 4 ? r + 1 : r;
  }
  uint8_t random_reg(ValueClass c) {
    return is_vec(c) ? static_cast<uint8_t>(below(16)) : random_gpr();
  }

  // Addresses: base + disp or base + index. The State's memory is at base + disp (+ index).
  Address random_address() {
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

  Operand random_operand(const Row& row, unsigned i) {
    const Input& in = row.in[i];
    if (in.cls == ValueClass::address) return Operand::in_mem(random_address());
    if ((in.accepts & Input::imm_only) != 0) return random_constant(row, in);
    const unsigned choice = below(4);
    if (choice == 0 && (in.accepts & Input::mem) != 0) return Operand::in_mem(random_address());
    if (choice == 1 && (in.accepts & (Input::imm32 | Input::imm_any)) != 0)
      return random_constant(row, in);
    return Operand::in_reg(in.fixed != no_reg && below(8) != 0 ? in.fixed : random_reg(in.cls));
  }

  Operand random_constant(const Row& row, const Input& in) {
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

  bool place(const Row& row, Operands& o) {
    for (int attempt = 0; attempt < 20000; ++attempt) {
      o = {};
      for (unsigned i = 0; i < row.in_count; ++i) o.in[i] = random_operand(row, i);
      for (unsigned k = 0; k < row.out_count; ++k) {
        const Output& out = row.out[k];
        const unsigned like = below(row.in_count + 1);
        o.out[k] = random_reg(out.cls);
        if (like < row.in_count && o.in[like].is_reg() &&
            is_vec(row.in[like].cls) == is_vec(out.cls))
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

  // One register cannot hold an address and another input's value.
  bool consistent(const Row& row, const Operands& o) {
    for (unsigned i = 0; i < row.in_count; ++i)
      for (unsigned k = 0; k < row.in_count; ++k)
        if (o.in[i].is_mem() && o.in[k].is_reg() && is_gpr(row.in[k].cls) &&
            o.in[i].reads(o.in[k].reg))
          return false;
    return true;
  }

  static unsigned access_bytes(const Row& row) {
    for (unsigned i = 0; i < row.in_count; ++i)
      if (row.in[i].cls == ValueClass::address) return row.in[i].mem_bytes;
    return 0;
  }
  static unsigned lanes_of(const Row& row, unsigned bytes) {
    if (bytes != 0) return 16 / bytes;
    const std::string_view name = row.name;
    return name[1] == '8' ? 16 : name[1] == '1' ? 8 : name[1] == '3' ? 4 : 2;
  }

  V128 random_pattern() {
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
      if (kind == 7)
        b = static_cast<uint8_t>((first & 16) + i / 8 * 8 + (groups[i / 2] & 6) + i % 2);
      if (kind == 8) b = static_cast<uint8_t>((first & 16) + ((first + i) & 15));  // rotation
      if (kind == 9) b = static_cast<uint8_t>((first & 16) + (groups[i / n] * n + i % n) % 16);
    }
    if (below(10) == 0) p = V128{};
    return p;
  }

  template <class T>
  T pick(std::initializer_list<T> edges) {
    return *(edges.begin() + below(static_cast<unsigned>(edges.size())));
  }
  uint32_t random_f32() {
    const uint32_t r = static_cast<uint32_t>(random());
    switch (below(4)) {
      case 0:
        return r;
      case 1:
        return pick<uint32_t>(
            {0,          0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000,
             0xffc00000, 0x7fa00000, 0x7fc12345, 1,          0x807fffff, 0x4f000000, 0xcf000000,
             0x4effffff, 0x4f7fffff, 0x4f800000, 0x5f000000, 0xdf000000, 0x5effffff, 0x5f7fffff,
             0x5f800000, 0x3f000000, 0xbf000000, 0x4b000001, 0xbf7fffff});
      case 2:
        return std::bit_cast<uint32_t>(static_cast<float>(static_cast<int32_t>(r) >> below(32)) /
                                       2);
      default:
        return std::bit_cast<uint32_t>(
            static_cast<float>(static_cast<int64_t>(random()) >> below(64)));
    }
  }
  uint64_t random_f64() {
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
        return std::bit_cast<uint64_t>(static_cast<double>(static_cast<int64_t>(r) >> below(64)) /
                                       2);
      default:
        return std::bit_cast<uint64_t>(static_cast<double>(r >> below(64)));
    }
  }
  uint64_t random_int() {
    const uint64_t one = 1;
    switch (below(4)) {
      case 0:
        return random();
      case 1:
        return static_cast<uint64_t>(static_cast<int64_t>(random()) >> below(64));
      case 2:
        return (one << below(64)) - below(2);
      default:
        return pick<uint64_t>({0, 1, 2, ~one + 1, 7, 31, 32, 63, 64, 0x7f, 0x80, 0xff, 0x7fff,
                               0x8000, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff,
                               one << 63});
    }
  }
  V128 random_value(ValueClass c) {
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
        for (uint16_t& x : l)
          x = pick<uint16_t>({0, 1, 0x7fff, 0x8000, 0xffff, 0x00ff, 0x8080, 256});
        return from_lanes<uint16_t>(l);
      }
    }
  }

  static unsigned bytes_of(ValueClass c) {
    return c == ValueClass::v128 ? 16 : c == ValueClass::i64 || c == ValueClass::f64 ? 8 : 4;
  }

  // Where a quotient by a constant goes wrong first: next to multiples of it, the largest ones too.
  V128 around_multiple(const V128& value, ValueClass c, int64_t divisor) {
    const bool narrow = c == ValueClass::i32;
    const uint64_t limit = narrow ? UINT32_MAX : UINT64_MAX,
                   by = static_cast<uint64_t>(divisor) & limit;
    uint64_t x = lane<uint64_t>(value, 0);
    if (below(4) == 0) x = limit >> below(2);
    if (below(2) == 0) x = x / by * by + below(3) - 1;
    if (below(4) == 0) x = 0 - x;
    return from_lanes<uint64_t>({x & limit, 0});
  }

  // What the row must do, given the values of its inputs (for an address: what is in memory).
  struct Expected {
    uint64_t status = 0;
    V128 out[2] = {};
    bool stores = false;
    uint8_t stored[16] = {};
  };

  static bool loads_only(std::string_view n) { return n.find("load") != n.npos; }
  static uint64_t low_bytes(uint64_t x, unsigned n) {
    return n == 8 ? x : x & ((uint64_t{1} << 8 * n) - 1);
  }

  Expected expect(const Row& row, const Operands& o, const V128* in) {
    Expected e;
    const std::string_view name = row.name;
    const unsigned bytes = access_bytes(row);
    const auto as_int = [&](unsigned i) { return lane<uint64_t>(in[i], 0); };
    const auto result = [&](uint64_t x) { e.out[0] = from_lanes<uint64_t>({x, 0}); };
    const auto store = [&](uint64_t x) { e.stores = true, store_le(e.stored, x); };
    if (row.op.number >= wasm::op_count) {
      if (name.substr(0, 6) == "select") e.out[0] = lane<uint32_t>(in[2], 0) != 0 ? in[0] : in[1];
      if (name.substr(0, 4) == "move") e.out[0] = in[0];
      if (name.find("_to_mem") != name.npos) {
        const uint64_t x = as_int(0), y = as_int(1);
        store(name[0] == 's'   ? x - y
              : name[1] == 'd' ? x + y
              : name[1] == 'n' ? x & y
              : name[0] == 'o' ? x | y
                               : x ^ y);
      }
      return e;
    }
    const Op op = static_cast<Op>(row.op.number);
    if (name.find("_const") != name.npos) {
      e.out[0] = row.in_count == 0 ? o.pattern : in[0];
      return e;
    }
    if (name.find("atomic_rmw") != name.npos) {
      const uint64_t old = low_bytes(as_int(0), bytes), y = as_int(1);
      const auto is = [&](std::string_view s) { return name.find(s) != name.npos; };
      result(old);
      if (is("cmpxchg")) store(old == low_bytes(y, bytes) ? as_int(2) : old);
      else if (is("xchg")) store(y);
      else
        store(is("add")   ? old + y
              : is("sub") ? old - y
              : is("and") ? old & y
              : is("xor") ? old ^ y
                          : old | y);
      return e;
    }
    if (bytes != 0 && name.find("store") != name.npos && row.in[1].cls != ValueClass::v128) {
      store(as_int(1));
      return e;
    }
    if (name == "v128_store") {
      e.stores = true;
      std::memcpy(e.stored, in[1].bytes, 16);
      return e;
    }
    if (name == "atomic_fence") return e;
    if (bytes != 0 && loads_only(name) && meaning_of(op) == nullptr) {
      const uint64_t x = low_bytes(as_int(0), bytes < 8 ? bytes : 8);
      const bool sign = name.substr(name.size() - 2) == "_s";
      const unsigned shift = 64 - 8 * (bytes < 8 ? bytes : 8);
      const uint64_t y =
          sign ? static_cast<uint64_t>(static_cast<int64_t>(x << shift) >> shift) : x;
      if (bytes == 16) e.out[0] = in[0];
      else result(row.out[0].cls == ValueClass::i32 ? static_cast<uint32_t>(y) : y);
      return e;
    }
    if (row.gives_flags() && (name == "i32_and" || name == "i64_and")) {
      e.status = (as_int(0) & as_int(1)) != 0 ? 1 : 0;
      return e;
    }
    V128 arguments[5] = {in[0], in[1], in[2], in[3], {}};
    const V128 lane_number = from_lanes<uint64_t>({o.lane, 0});
    if (name.find("load") != name.npos && name.find("_lane") != name.npos)
      arguments[0] = in[1], arguments[1] = lane_number, arguments[2] = in[0];
    else if (name.find("store") != name.npos) arguments[0] = in[1], arguments[1] = lane_number;
    else if (name.find("replace_lane") != name.npos)
      arguments[1] = lane_number, arguments[2] = in[1];
    else if (name.find("extract_lane") != name.npos) arguments[1] = lane_number;
    else if (name == "i8x16_shuffle") arguments[2] = o.pattern;
    const testing::Meaning meaning = meaning_of(op);
    if (meaning == nullptr) {
      ADD_FAILURE() << row.name << ": nothing to compare with";
      return e;
    }
    V128 out[2] = {};
    const Trap trap = meaning(arguments, out);
    if (trap != Trap::none) {
      e.status = trap == row.traps[0] ? 2 : trap == row.traps[1] ? 3 : 99;
      return e;
    }
    if (row.gives_flags()) e.status = lane<uint32_t>(out[0], 0) != 0 ? 1 : 0;
    else if (name.find("store") != name.npos) store(lane<uint64_t>(out[0], 0));
    else e.out[0] = out[0], e.out[1] = out[1];
    return e;
  }

  // Equal, or both NaN where the payload is free.
  static bool same(const Row& row, ValueClass c, const V128& got, const V128& want,
                   bool canonical) {
    const unsigned bytes = bytes_of(c);
    if (is_gpr(c)) return lane<uint64_t>(got, 0) == lane<uint64_t>(want, 0);
    const unsigned width =
        row.op.number < wasm::op_count ? float_width_of_result(static_cast<Op>(row.op.number)) : 0;
    if (width == 0) return std::memcmp(got.bytes, want.bytes, bytes) == 0;
    for (unsigned at = 0; at < bytes; at += width) {
      const uint64_t g =
          width == 4 ? load_le<uint32_t>(got.bytes + at) : load_le<uint64_t>(got.bytes + at);
      const uint64_t w =
          width == 4 ? load_le<uint32_t>(want.bytes + at) : load_le<uint64_t>(want.bytes + at);
      const uint64_t infinity = width == 4 ? 0x7f800000 : 0x7ff0000000000000;
      const uint64_t magnitude = width == 4 ? 0x7fffffff : 0x7fffffffffffffff;
      const uint64_t quiet = width == 4 ? 0x00400000 : 0x0008000000000000;
      const bool want_nan = (w & magnitude) > infinity, got_nan = (g & magnitude) > infinity;
      if (want_nan ? !got_nan || (g & quiet) == 0 : g != w) return false;
      if (want_nan && canonical && (g & magnitude) != (infinity | quiet)) return false;
    }
    return true;
  }

  // Whether no NaN among the inputs has a payload: then that of the result may have none.
  static bool canonical_nans(const Row& row, const V128* in) {
    const unsigned width =
        row.op.number < wasm::op_count ? float_width_of_result(static_cast<Op>(row.op.number)) : 0;
    const std::string_view name = row.name;
    if (width == 0 || name.find("mote") != name.npos) return false;
    for (unsigned i = 0; i < row.in_count; ++i) {
      for (unsigned at = 0; at < bytes_of(row.in[i].cls); at += width) {
        const uint64_t x =
            width == 4 ? load_le<uint32_t>(in[i].bytes + at) : load_le<uint64_t>(in[i].bytes + at);
        const uint64_t infinity = width == 4 ? 0x7f800000 : 0x7ff0000000000000;
        const uint64_t magnitude = x & (width == 4 ? 0x7fffffff : 0x7fffffffffffffff);
        if (magnitude > infinity && magnitude != (infinity | ((infinity >> 1) & ~infinity)))
          return false;
      }
    }
    return true;
  }

  bool check(const Row& row, const Operands& o, void (*f)(State*)) {
    State before{};
    for (uint64_t& g : before.gpr) g = random();
    for (V128& x : before.xmm) x = from_lanes<uint64_t>({random(), random()});
    for (uint8_t& b : before.memory) b = static_cast<uint8_t>(random());
    V128 in[4] = {};
    State state = before;
    // Twice: a register may be several inputs, so values are read back from where they ended up.
    for (unsigned i = 0; i < row.in_count; ++i) {
      const Input& c = row.in[i];
      V128 value = random_value(c.cls == ValueClass::address ? ValueClass::i64 : c.cls);
      if (i == 0 && row.serves != nullptr) value = around_multiple(value, c.cls, o.in[1].imm);
      if (i == 1 && o.in[0].is_mem() && row.in[0].cls == ValueClass::address && below(2) == 0 &&
          std::string_view(row.name).find("cmpxchg") != std::string_view::npos)
        value = from_lanes<uint64_t>(
            {low_bytes(load_le<uint64_t>(before.memory + memory_at), row.in[0].mem_bytes), 0});
      if (o.in[i].is_reg() && is_vec(c.cls)) {
        std::memcpy(before.xmm[o.in[i].reg].bytes, value.bytes, bytes_of(c.cls));
      } else if (o.in[i].is_reg()) {
        before.gpr[o.in[i].reg] = lane<uint64_t>(value, 0);
      } else if (o.in[i].is_mem()) {
        const Address& m = o.in[i].mem;
        if (c.cls != ValueClass::address || row.in[i].mem_bytes == 8)
          std::memcpy(before.memory + memory_at, value.bytes,
                      c.cls == ValueClass::address ? 8 : bytes_of(c.cls));
        uint64_t base = reinterpret_cast<uintptr_t>(state.memory + memory_at) -
                        static_cast<uint64_t>(int64_t{m.disp});
        if (m.index != no_reg) {
          before.gpr[m.index] = below(1000);
          base -= before.gpr[m.index] << m.scale;
        }
        before.gpr[m.base] = base;
      }
    }
    // A register that is an i32 input must hold one even if another input wrote it.
    for (unsigned i = 0; i < row.in_count; ++i)
      if (o.in[i].is_reg() && row.in[i].cls == ValueClass::i32)
        before.gpr[o.in[i].reg] &= 0xffffffff;
    for (unsigned i = 0; i < row.in_count; ++i) {
      const unsigned n = row.in[i].cls == ValueClass::address ? 16 : bytes_of(row.in[i].cls);
      if (o.in[i].is_imm()) {
        const uint64_t v = static_cast<uint64_t>(o.in[i].imm);
        in[i] = from_lanes<uint64_t>({n == 4 ? static_cast<uint32_t>(v) : v, 0});
      } else if (o.in[i].is_mem()) {
        std::memcpy(in[i].bytes, before.memory + memory_at, n);
      } else if (is_vec(row.in[i].cls)) {
        std::memcpy(in[i].bytes, before.xmm[o.in[i].reg].bytes, n);
      } else {
        in[i] = from_lanes<uint64_t>({before.gpr[o.in[i].reg], 0});
      }
    }
    std::memcpy(state.xmm, before.xmm, sizeof state.xmm);
    std::memcpy(state.gpr, before.gpr, sizeof state.gpr);
    std::memcpy(state.memory, before.memory, sizeof state.memory);
    const Expected want = expect(row, o, in);
    f(&state);
    const auto where = [&] { return describe(row, o, in); };
    uint64_t want_status = want.status;
    if (row.has(effect::zero_flag) && !row.gives_flags())
      want_status = want.out[0] == V128{} ? 1 : 0;
    if (row.has(effect::keeps_flags)) {
      state.status &= flags_mask;
      want_status = flags_before;
    }
    EXPECT_EQ(state.status, want_status) << where();
    if (state.status != want_status) return false;
    if (want.status >= 2) return true;
    for (unsigned k = 0; k < row.out_count; ++k) {
      const ValueClass c = row.out[k].cls;
      if (c == ValueClass::flags) continue;
      V128 got{};
      if (is_vec(c)) got = state.xmm[o.out[k]];
      else got = from_lanes<uint64_t>({state.gpr[o.out[k]], 0});
      if (same(row, c, got, want.out[k], canonical_nans(row, in))) continue;
      ADD_FAILURE() << where() << "\n  output " << k << " is " << hex(got) << ", not "
                    << hex(want.out[k]);
      return false;
    }
    if (want.stores) std::memcpy(before.memory + memory_at, want.stored, access_bytes(row));
    if (std::memcmp(state.memory, before.memory, memory_size) != 0) {
      ADD_FAILURE() << where() << "\n  memory differs";
      return false;
    }
    for (uint8_t r = 0; r < 16; ++r) {
      if (!owns(row, o, r, true) && r != 4 && state.gpr[r] != before.gpr[r]) {
        ADD_FAILURE() << where() << "\n  general register " << int{r} << " changed";
        return false;
      }
      if (!owns(row, o, r, false) && !(state.xmm[r] == before.xmm[r])) {
        ADD_FAILURE() << where() << "\n  vector register " << int{r} << " changed";
        return false;
      }
    }
    return true;
  }

  static bool owns(const Row& row, const Operands& o, uint8_t r, bool general) {
    if (general && (row.destroys >> r & 1) != 0) return true;
    for (unsigned k = 0; k < row.out_count; ++k)
      if (is_gpr(row.out[k].cls) == general && o.out[k] == r) return true;
    for (unsigned s = 0; s < row.scratch_gprs + row.scratch_vecs; ++s)
      if ((s < row.scratch_gprs) == general && o.scratch[s] == r) return true;
    return false;
  }

  static std::string hex(const V128& v) {
    std::string s;
    for (int i = 15; i >= 0; --i) {
      s += "0123456789abcdef"[v.bytes[i] >> 4];
      s += "0123456789abcdef"[v.bytes[i] & 15];
    }
    return s;
  }
  std::string describe(const Row& row, const Operands& o, const V128* in) const {
    std::string s = std::string(row.name) + (row.gives_flags() ? " (flags)" : "") + " with " +
                    label_ + ": outputs";
    for (unsigned k = 0; k < row.out_count; ++k) s += " r" + std::to_string(o.out[k]);
    s += ", inputs";
    for (unsigned i = 0; i < row.in_count; ++i) {
      if (o.in[i].is_reg()) s += " r" + std::to_string(o.in[i].reg);
      if (o.in[i].is_mem())
        s +=
            " [" + std::to_string(o.in[i].mem.base) + "+" + std::to_string(o.in[i].mem.index) + "]";
      if (o.in[i].is_imm()) s += " " + std::to_string(o.in[i].imm);
      s += "=" + hex(in[i]);
    }
    s += ", scratch";
    for (uint8_t r : o.scratch) s += " " + std::to_string(r);
    return s + ", lane " + std::to_string(o.lane) + ", pattern " + hex(o.pattern);
  }

  os::CpuFeatures features_;
  const char* label_;
  std::mt19937_64 rng_{12345};
};

void run_with(uint32_t unwanted, uint32_t wanted, const char* label) {
  if (os::cpu_arch() != os::CpuArch::x64) GTEST_SKIP() << "rows of another processor";
  const os::CpuFeatures features = os::cpu_features().without(unwanted);
  if (!features.has(wanted)) GTEST_SKIP() << "this processor lacks " << label;
  RowTest test(features, label);
  test.run_all();
  ::testing::Test::RecordProperty("rows", static_cast<int>(test.rows_run));
  ::testing::Test::RecordProperty("executions", static_cast<int>(test.executions));
}

TEST(RowsX64, ComputeWhatNumSaysWithEverything) { run_with(0, os::cpu::avx2, "AVX2"); }
TEST(RowsX64, ComputeWhatNumSaysWithoutAvx2) { run_with(os::cpu::avx2, os::cpu::avx, "AVX"); }
TEST(RowsX64, ComputeWhatNumSaysWithoutAvx) {
  run_with(os::cpu::avx | os::cpu::avx2 | os::cpu::fma, os::cpu::sse42, "SSE4.2 and BMI");
}
TEST(RowsX64, ComputeWhatNumSaysOnTheFloor) {
  if (os::cpu_arch() != os::CpuArch::x64) GTEST_SKIP() << "rows of another processor";
  run_with(~os::cpu::sse41, os::cpu::sse41, "SSE4.1");
}

// Every instruction that is no control, call, reference or runtime operation has a row.
TEST(RowsX64, CoverEveryNumericVectorMemoryAndAtomicInstruction) {
  const RowChoice floor(rows(), os::CpuFeatures{os::cpu::sse41});
  unsigned covered = 0;
  for (unsigned i = 0; i < wasm::op_count; ++i) {
    const Op op = static_cast<Op>(i);
    const wasm::OpInfo& info = wasm::op_info(op);
    const std::string_view name = info.text;
    const bool by_runtime = info.sig[0] == '*' || info.imm == wasm::Imm::memory ||
                            name.find(".wait") != name.npos || name.find(".notify") != name.npos;
    if (by_runtime) continue;
    EXPECT_NE(floor.value(op), nullptr) << name;
    EXPECT_TRUE(!info.is(wasm::trait::compares) || floor.flags(op) != nullptr) << name;
    ++covered;
  }
  EXPECT_GT(covered, 480u);
}

TEST(RowsX64, ChoicePrefersWhatTheProcessorHas) {
  const RowChoice floor(rows(), os::CpuFeatures{os::cpu::sse41});
  const RowChoice bmi(rows(), os::CpuFeatures{os::cpu::sse41 | os::cpu::bmi2 | os::cpu::lzcnt});
  EXPECT_EQ(floor.value(Op::i32_shl)->in[1].fixed, 1);
  EXPECT_EQ(bmi.value(Op::i32_shl)->in[1].fixed, no_reg);
  EXPECT_EQ(floor.value(Op::i64_clz)->scratch_gprs, 1);
  EXPECT_EQ(bmi.value(Op::i64_clz)->scratch_gprs, 0);
  EXPECT_EQ(bmi.all(Op::i32_shl).size(), 2u);
  EXPECT_NE(floor.constant(Op::i32_div_u, 10), nullptr);
  EXPECT_EQ(floor.constant(Op::i32_div_u, 0), nullptr);
  EXPECT_EQ(floor.constant(Op::i32_div_s, -1), nullptr);
  EXPECT_NE(floor.constant(Op::i64_div_s, 8), floor.constant(Op::i64_div_s, 10));
  EXPECT_EQ(floor.constant(Op::i32_add, 1), nullptr);
}

TEST(RowsX64, SetAndSelectByEveryCondition) {
  if (os::cpu_arch() != os::CpuArch::x64) GTEST_SKIP() << "rows of another processor";
  const double values[] = {0.0, 1.0, std::bit_cast<double>(0x7ff8000000000000)};
  const RowChoice choice(rows(), os::cpu_features());
  for (const Op op : {Op::f64_eq, Op::f64_ne, Op::f64_lt, Op::f64_ge}) {
    for (int form = 0; form < 4; ++form) {
      const Row& row = *choice.flags(op);
      CodeBuffer code;
      Assembler a(code, os::cpu_features());
      Operands o;
      o.in = {Operand::in_reg(0), Operand::in_reg(1)};
      enter(a);
      a.mov_imm(rbx, 7);
      a.mov_imm(rcx, 8);
      row.emit(a, row, o);
      // Into the register of neither choice, the first, the second; or 1 and 0.
      const Condition c = form == 0 ? negate(negate(row.condition)) : row.condition;
      if (form == 3) set_if(a, c, rdx);
      else
        select_if(a, c, ValueClass::i64,
                  static_cast<uint8_t>(form == 0   ? 2
                                       : form == 1 ? 3
                                                   : 1),
                  3, Operand::in_reg(1));
      if (form == 1) a.mov(rdx, rbx);
      if (form == 2) a.mov(rdx, rcx);
      push_status(a, 0);
      leave(a);
      ASSERT_TRUE(code.finish(0xCC));
      os::CodeMemory memory;
      ASSERT_TRUE(memory.allocate(code.size()));
      std::memcpy(memory.data(), code.data(), code.size());
      ASSERT_TRUE(memory.seal());
      for (const double x : values) {
        for (const double y : values) {
          State state{};
          state.xmm[0] = from_lanes<double>({x, 0});
          state.xmm[1] = from_lanes<double>({y, 0});
          const V128 in[2] = {state.xmm[0], state.xmm[1]};
          V128 out{};
          meaning_of(op)(in, &out);
          const bool holds = lane<uint32_t>(out, 0) != 0;
          reinterpret_cast<void (*)(State*)>(memory.data())(&state);
          EXPECT_EQ(state.gpr[2], form == 3 ? (holds ? 1u : 0u)
                                  : holds   ? 7u
                                            : 8u)
              << row.name << " " << x << " " << y;
        }
      }
    }
  }
}

}  // namespace
}  // namespace nacre::codegen::x64
