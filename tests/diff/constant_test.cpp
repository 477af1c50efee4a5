// SPDX-License-Identifier: Apache-2.0
//
// An instruction computes the same whatever its operands are for the compiler: parameters,
// constants, locals, memory, results of other instructions. For every numeric instruction and many
// tuples of operands (edges and random ones), functions with all kinds of operands are compared
// with the interpreter given parameters, and with base/num.hpp. i32 results are also looked at as
// 64-bit numbers, for garbage above them, as conditions, and as addresses.
//
// NACRE_FULL_SWEEP=1 uses many times as many tuples.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "base/bytes.hpp"
#include "codegen/rows/meaning_test.hpp"
#include "probe.hpp"

namespace nacre::diff {
namespace {

// What an operand is.
enum class Kind : uint8_t { param, constant, local, memory, computed, pinned, slot, count };
enum class Use : uint8_t { result, condition, local, widened, count };

constexpr uint32_t operand_at = 32;  // operand i is also in memory 0 at operand_at + 16 * i

Op plain_load(char letter) {
  static constexpr Op ops[] = {Op::i32_load, Op::i64_load, Op::f32_load, Op::f64_load,
                               Op::v128_load};
  return ops[letter_index(letter)];
}

bool is_candidate(Op op) {
  if (!wasm::has_signature(op) || wasm::access_bytes(op) != 0) return false;
  const wasm::Imm imm = wasm::op_info(op).imm;
  if (imm != wasm::Imm::none && imm != wasm::Imm::lane && imm != wasm::Imm::shuffle) return false;
  const std::string_view in = wasm::operand_letters(op);
  return !in.empty() && in.find('a') == std::string_view::npos && !wasm::result_letters(op).empty();
}

// --- operands

constexpr uint64_t int_edges[] = {0,
                                  1,
                                  2,
                                  3,
                                  5,
                                  7,
                                  8,
                                  10,
                                  31,
                                  32,
                                  33,
                                  63,
                                  64,
                                  65,
                                  100,
                                  127,
                                  128,
                                  255,
                                  256,
                                  1000,
                                  0x7fff,
                                  0x8000,
                                  0xffff,
                                  0x10000,
                                  0x12345678,
                                  0x7fffffff,
                                  0x80000000,
                                  0x80000001,
                                  0xfffffffe,
                                  0xffffffff,
                                  0x100000000,
                                  0xffffffff80000000,
                                  0xffffffff7fffffff,
                                  1000000007,
                                  0x7fffffffffffffff,
                                  0x8000000000000000,
                                  0x8000000000000001,
                                  0xfffffffffffffffd,
                                  0xfffffffffffffffe,
                                  0xffffffffffffffff,
                                  0x0123456789abcdef};
constexpr uint32_t f32_edges[] = {
    0,          0x80000000, 1,          0x80000001, 0x007fffff, 0x00800000, 0x3f800000, 0xbf800000,
    0x3f000000, 0xbf000000, 0x3fc00000, 0x40200000, 0x4b000000, 0x4b000001, 0xcb000001, 0x4effffff,
    0x4f000000, 0xcf000000, 0xcf000001, 0x4f7fffff, 0x4f800000, 0x5effffff, 0x5f000000, 0xdf000000,
    0xdf000001, 0x5f7fffff, 0x5f800000, 0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000,
    0xffc00000, 0x7fa00000, 0xff812345, 0x7fd23456, 0x3eaaaaab, 0x40490fdb};
constexpr uint64_t f64_edges[] = {0,
                                  0x8000000000000000,
                                  1,
                                  0x8000000000000001,
                                  0x000fffffffffffff,
                                  0x0010000000000000,
                                  0x3ff0000000000000,
                                  0xbff0000000000000,
                                  0x3fe0000000000000,
                                  0xbfe0000000000000,
                                  0x3ff8000000000000,
                                  0x4004000000000000,
                                  0x4330000000000001,
                                  0xc330000000000001,
                                  0x41dfffffffc00000,
                                  0x41e0000000000000,
                                  0xc1e0000000000000,
                                  0xc1e0000000200000,
                                  0xc1e0000000100000,
                                  0x41efffffffe00000,
                                  0x41f0000000000000,
                                  0x43dfffffffffffff,
                                  0x43e0000000000000,
                                  0xc3e0000000000000,
                                  0xc3e0000000000001,
                                  0x43efffffffffffff,
                                  0x43f0000000000000,
                                  0x7fefffffffffffff,
                                  0xffefffffffffffff,
                                  0x7ff0000000000000,
                                  0xfff0000000000000,
                                  0x7ff8000000000000,
                                  0xfff8000000000000,
                                  0x7ff4000000000000,
                                  0xfff0123456789abc,
                                  0x7ffa3456789abcde,
                                  0x47efffffe0000000,
                                  0x47effffff0000000,
                                  0x36a0000000000000,
                                  0x3fd5555555555555};

Value edge(Random& random, char letter, uint32_t n) {
  switch (letter) {
    case 'i':
      return {int_edges[n % std::size(int_edges)] & 0xffffffff, 0};
    case 'l':
      return {int_edges[n % std::size(int_edges)], 0};
    case 'f':
      return {f32_edges[n % std::size(f32_edges)], 0};
    case 'd':
      return {f64_edges[n % std::size(f64_edges)], 0};
    default: {
      // Lanes of one width, all edges.
      const auto pick = [&](const auto& list) { return list[random.below(std::size(list))]; };
      Value v;
      switch (n % 5) {
        case 0:
          v = {pick(f64_edges), pick(f64_edges)};
          break;
        case 1:
          for (uint64_t* half : {&v.lo, &v.hi})
            *half = pick(f32_edges) | uint64_t{pick(f32_edges)} << 32;
          break;
        case 2:
          v = {pick(int_edges), pick(int_edges)};
          break;
        case 3:
          for (uint64_t* half : {&v.lo, &v.hi})
            for (unsigned i = 0; i < 64; i += 8) *half |= (pick(int_edges) & 0xff) << i;
          break;
        default:
          v = {random.bits(), random.bits()};
      }
      if (n % 11 == 0) v = {};
      if (n % 13 == 0) v = {~uint64_t{0}, ~uint64_t{0}};
      if (n % 17 == 0) v.hi = v.lo;
      return v;
    }
  }
}

Value any_value(Random& random, char letter) {
  if (random.chance(60)) return edge(random, letter, random.below(1u << 20));
  if (letter == 'v') return {random.bits(), random.bits()};
  const uint64_t bits = random.bits() >> random.below(64);
  const uint64_t v = random.chance(50) ? bits : 0 - bits;
  return {letter == 'i' || letter == 'f' ? v & 0xffffffff : v, 0};
}

// Divisors, shift counts and the like, where the constant decides what code there is.
std::vector<Value> special_constants(char letter) {
  std::vector<Value> list;
  const unsigned bits = letter == 'i' ? 32 : 64;
  for (unsigned b = 0; b < bits; ++b)
    for (const uint64_t d : {uint64_t{0}, ~uint64_t{0}, uint64_t{1}})
      for (const bool negative : {false, true}) {
        uint64_t v = (uint64_t{1} << b) + d;
        if (negative) v = 0 - v;
        list.push_back({letter == 'i' ? v & 0xffffffff : v, 0});
      }
  for (uint64_t n = 0; n < 130; ++n) list.push_back({n, 0});
  return list;
}

struct Lanes {
  uint8_t lane = 0;
  uint8_t shuffle[16] = {};
};

// Shuffles that look like a machine's: of bytes, words, doubles, one source, shifted, interleaved.
Lanes lanes_of(Random& random, Op op) {
  Lanes r;
  const std::string_view text = wasm::op_info(op).text;
  const unsigned count = text.substr(0, 5) == "i8x16"                  ? 16
                         : text.substr(0, 5) == "i16x8"                ? 8
                         : text.find("32x4") != std::string_view::npos ? 4
                                                                       : 2;
  r.lane = static_cast<uint8_t>(random.below(count));
  const uint32_t kind = random.below(8), width = 1u << random.below(4), shift = random.below(32);
  for (uint32_t i = 0; i < 16; ++i) {
    uint32_t from = random.below(32);
    if (kind == 1) from = (i + shift) % 32;
    if (kind == 2) from = (i / (2 * width)) * width + i % width + (i / width % 2) * 16;
    if (kind == 3) from = 8 + (i / (2 * width)) * width + i % width + (i / width % 2) * 16;
    if (kind == 4) from = (shift / width * width + i % width) % 32;
    if (kind == 5) from = (i ^ (shift & 15)) + (shift & 16);
    if (kind == 6) from = i + 16 * (random.bits() >> i & 1);
    if (kind == 7) from = random.below(16) + (shift & 16);
    if (kind >= 4 && width > 1 && kind != 5) {
      // Whole lanes of this width.
      const uint32_t first = i / width * width;
      if (i != first) from = r.shuffle[first] / width * width + i % width;
      else from = from / width * width;
    }
    r.shuffle[i] = static_cast<uint8_t>(from % 32);
  }
  return r;
}

// --- functions

struct Variant {
  Op op = Op::nop;
  std::vector<Value> in;
  Kind kinds[4] = {};
  Use use = Use::result;
  Lanes lanes;
};

// The operand's letters are the parameters; the same again are locals, then the result.
Code code_of(const Variant& v) {
  const std::string_view in = wasm::operand_letters(v.op), out = wasm::result_letters(v.op);
  const auto n = static_cast<uint32_t>(in.size());
  Code b;
  bool loops = false;
  for (uint32_t i = 0; i < n; ++i) {
    if (v.kinds[i] == Kind::local) b.get(i).set(n + i);
    if (v.kinds[i] == Kind::pinned) loops = true, b.get(i).set(n + i);
  }
  // In a loop, locals are in registers.
  if (loops) b.op(Op::loop).byte(0x40);
  for (uint32_t i = 0; i < n; ++i) {
    static constexpr Op neutral[] = {Op::i32_add, Op::i64_or, Op::f32_reinterpret_i32,
                                     Op::f64_reinterpret_i64, Op::v128_xor};
    switch (v.kinds[i]) {
      case Kind::constant:
        b.constant(in[i], v.in[i]);
        break;
      case Kind::local:
      case Kind::pinned:
        b.get(n + i);
        break;
      case Kind::memory:
        b.constant('i', operand_at + 16 * i).access(plain_load(in[i]), 0, 0);
        break;
      case Kind::slot: {
        // Spilled by a call.
        b.get(i).op(Op::call).index(first_source).op(Op::drop);
        break;
      }
      case Kind::computed:
        b.get(i);
        if (in[i] == 'f') b.op(Op::i32_reinterpret_f32);
        else if (in[i] == 'd') b.op(Op::i64_reinterpret_f64);
        else b.constant(in[i], Value{});
        b.op(neutral[letter_index(in[i])]);
        break;
      default:
        b.get(i);
    }
  }
  b.op(v.op);
  if (wasm::op_info(v.op).imm == wasm::Imm::lane) b.byte(v.lanes.lane);
  if (wasm::op_info(v.op).imm == wasm::Imm::shuffle)
    for (const uint8_t lane : v.lanes.shuffle) b.byte(lane);
  const uint32_t result = 2 * n;
  if (loops) {
    for (auto i = static_cast<uint32_t>(out.size()); i-- > 0;) b.set(result + i);
    b.get(result + 2).op(Op::i32_eqz).constant('i', 1).set(result + 2).op(Op::br_if).byte(0);
    b.op(Op::end);
    for (uint32_t i = 0; i < out.size(); ++i) b.get(result + i);
  }
  if (out == "i" && v.use == Use::condition) {
    b.op(Op::if_).byte(0x7f).constant('i', 1).op(Op::else_).constant('i', 0).op(Op::end);
  } else if (out == "i" && v.use == Use::widened) {
    b.op(Op::i64_extend_i32_u);
  } else if (out.size() == 1 && v.use == Use::local) {
    b.set(result).get(result);
  }
  return b;
}

std::string results_of(const Variant& v) {
  const std::string out(wasm::result_letters(v.op));
  return out == "i" && v.use == Use::widened ? "l" : out;
}

std::string locals_of(Op op) {
  const std::string in(wasm::operand_letters(op)), out(wasm::result_letters(op));
  return in + (out.size() == 1 ? out + out : out) + "i";
}

V128 bytes_of(const Value& v) {
  V128 r;
  store_le(r.bytes, v.lo);
  store_le(r.bytes + 8, v.hi);
  return r;
}
Value value_of(const V128& b) {
  return {load_le<uint64_t>(b.bytes), load_le<uint64_t>(b.bytes + 8)};
}

class Constants : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { setups_ = probe_setups(); }
  void SetUp() override {
    if (setups_.size() < 2) GTEST_SKIP() << "no compiler for this processor";
  }
  void TearDown() override {
    if (compared_ != 0)
      std::printf("%llu functions, %llu results compared, %llu NaNs of other bits\n",
                  static_cast<unsigned long long>(functions_),
                  static_cast<unsigned long long>(compared_),
                  static_cast<unsigned long long>(nans_));
  }

  // With every kind of every operand, in turn.
  void add(Op op, std::vector<Value> in, const Lanes& lanes, Random& random) {
    const size_t n = in.size();
    const auto variant = [&](auto kind_of, Use use) {
      Variant v{op, in, {}, use, lanes};
      for (size_t i = 0; i < n; ++i) v.kinds[i] = kind_of(i);
      variants_.push_back(v);
    };
    variant([](size_t) { return Kind::param; }, Use::result);
    for (size_t c = 0; c < n; ++c)
      variant([&](size_t i) { return i == c ? Kind::constant : Kind::param; }, Use::result);
    if (n > 1) variant([](size_t) { return Kind::constant; }, Use::result);
    const unsigned more = full_sweep() ? 6 : 2;
    for (unsigned k = 0; k < more; ++k)
      variant(
          [&](size_t) {
            return static_cast<Kind>(random.below(static_cast<uint32_t>(Kind::count)));
          },
          static_cast<Use>(random.below(static_cast<uint32_t>(Use::count))));
    if (variants_.size() > 3000) run();
  }

  void run() {
    if (variants_.empty() || HasFailure()) return;
    ProbeModule module;
    for (const Variant& v : variants_)
      module.add(std::string(wasm::operand_letters(v.op)), results_of(v), locals_of(v.op),
                 code_of(v));
    const std::vector<uint8_t> bytes = module.encode();
    std::vector<Outcome> expected(variants_.size());
    for (const ProbeSetup& setup : setups_) {
      // The interpreter says what the parameters give; the rest follows from that.
      Probe probe(setup, bytes);
      if (!probe.ok()) return;
      uint32_t last_plain = 0;
      for (uint32_t i = 0; i < variants_.size(); ++i) {
        const Variant& v = variants_[i];
        const bool plain = is_plain(v);
        if (plain) last_plain = i;
        const Outcome got = call(probe, i);
        if (!setup.compiled && plain) {
          expected[i] = got;
          check_meaning(v, got);
        }
        compare(setup, v, expected[last_plain], got);
        if (failures_ >= 8) GTEST_FAIL() << "and more";
      }
    }
    functions_ += variants_.size();
    variants_.clear();
  }

 private:
  static bool is_plain(const Variant& v) {
    for (size_t i = 0; i < v.in.size(); ++i)
      if (v.kinds[i] != Kind::param) return false;
    return v.use == Use::result;
  }

  Outcome call(Probe& probe, uint32_t i) {
    const Variant& v = variants_[i];
    for (size_t k = 0; k < v.in.size(); ++k) {
      const V128 b = bytes_of(v.in[k]);
      std::memcpy(probe.memory(0).data() + operand_at + 16 * k, b.bytes, 16);
    }
    Outcome o = probe.call(i, std::string(wasm::operand_letters(v.op)), v.in);
    o.writes.clear();
    o.globals.clear();
    return o;
  }

  // Whether every NaN that the instruction was given is canonical (so its results must be).
  static bool only_canonical(const Variant& v, unsigned width) {
    for (size_t i = 0; i < v.in.size(); ++i) {
      const char letter = wasm::operand_letters(v.op)[i];
      if (letter == 'i' || letter == 'l') continue;
      for (const unsigned w : {4u, 8u}) {
        if (letter == 'f' && w == 8) continue;
        if (letter == 'd' && w == 4) continue;
        if (letter == 'v' && w != width) continue;
        if (has_other_nan(v.in[i], w)) return false;
      }
    }
    return true;
  }
  static bool has_other_nan(const Value& v, unsigned width) {
    for (const uint64_t half : {v.lo, v.hi})
      for (unsigned at = 0; at < 8; at += width) {
        const uint64_t mask = width == 4 ? 0x7fffffff : ~uint64_t{0} >> 1;
        const uint64_t x = half >> (8 * at) & mask;
        const uint64_t infinity = width == 4 ? 0x7f800000 : 0x7ff0000000000000;
        const uint64_t canonical = width == 4 ? 0x7fc00000 : 0x7ff8000000000000;
        if (x > infinity && x != canonical) return true;
      }
    return false;
  }

  void compare(const ProbeSetup& setup, const Variant& v, const Outcome& plain,
               const Outcome& got) {
    ++compared_;
    const unsigned width = codegen::testing::float_width_of_result(v.op);
    bool same = plain.trap == got.trap && plain.results.size() == got.results.size();
    for (size_t i = 0; same && i < got.results.size(); ++i) {
      Value want = plain.results[i];
      if (v.use == Use::condition && wasm::result_letters(v.op) == "i") want.lo = want.lo != 0;
      same = same_value(wasm::result_letters(v.op)[i], want, got.results[i], width,
                        only_canonical(v, width));
      nans_ += same && want != got.results[i];
    }
    if (same) return;
    ++failures_;
    ADD_FAILURE() << setup.name << ": " << text_of(v) << "\n  expected " << describe(plain)
                  << "\n  got " << describe(got);
  }

  void check_meaning(const Variant& v, const Outcome& got) {
    const codegen::testing::Meaning meaning = codegen::testing::meaning_of(v.op);
    if (meaning == nullptr) return;
    V128 in[8] = {}, out[2] = {};
    size_t n = 0;
    // num.hpp takes lanes and selectors after the vectors, before a lane's new value.
    for (size_t i = 0; i < v.in.size(); ++i) {
      in[n++] = bytes_of(v.in[i]);
      if (wasm::op_info(v.op).imm == wasm::Imm::lane && i == 0) in[n++].bytes[0] = v.lanes.lane;
    }
    if (wasm::op_info(v.op).imm == wasm::Imm::shuffle)
      std::memcpy(in[n].bytes, v.lanes.shuffle, 16);
    const Trap trap = meaning(in, out);
    bool same = (trap == Trap::none) == (got.trap == TrapCode::none);
    const unsigned width = codegen::testing::float_width_of_result(v.op);
    for (size_t i = 0; same && i < got.results.size(); ++i)
      same =
          same_value(wasm::result_letters(v.op)[i], value_of(out[i]), got.results[i], width, false);
    if (same) return;
    ++failures_;
    ADD_FAILURE() << "the interpreter and num.hpp: " << text_of(v) << ", num.hpp says "
                  << static_cast<int>(trap) << ", " << std::hex << value_of(out[0]).lo << std::dec
                  << "\n  got " << describe(got);
  }

  static std::string text_of(const Variant& v) {
    static constexpr const char* names[] = {"param",    "constant", "local", "memory",
                                            "computed", "pinned",   "slot"};
    std::string s = wasm::op_info(v.op).text;
    for (size_t i = 0; i < v.in.size(); ++i) {
      char text[80];
      std::snprintf(text, sizeof text, " %s %llx:%llx", names[static_cast<int>(v.kinds[i])],
                    static_cast<unsigned long long>(v.in[i].hi),
                    static_cast<unsigned long long>(v.in[i].lo));
      s += text;
    }
    s +=
        " lane " + std::to_string(v.lanes.lane) + " use " + std::to_string(static_cast<int>(v.use));
    if (v.op == Op::i8x16_shuffle)
      for (const uint8_t lane : v.lanes.shuffle) s += " " + std::to_string(lane);
    return s;
  }

  static std::vector<ProbeSetup> setups_;
  std::vector<Variant> variants_;
  uint64_t functions_ = 0, compared_ = 0, nans_ = 0;
  int failures_ = 0;
};
std::vector<ProbeSetup> Constants::setups_;

TEST_F(Constants, GiveWhatParametersGive) {
  Random random(11);
  unsigned count = 0;
  for (unsigned i = 0; i < wasm::op_count && !HasFailure(); ++i) {
    const Op op = static_cast<Op>(i);
    if (!is_candidate(op)) continue;
    ++count;
    const std::string_view in = wasm::operand_letters(op);
    const unsigned tuples = full_sweep() ? 400 : 12;
    for (unsigned n = 0; n < tuples; ++n) {
      std::vector<Value> values;
      for (size_t k = 0; k < in.size(); ++k)
        values.push_back(n % 3 == 0 ? edge(random, in[k], n / 3 + static_cast<unsigned>(k) * 7)
                                    : any_value(random, in[k]));
      if (n % 5 == 4 && in.size() > 1 && in[0] == in[1]) values[1] = values[0];
      add(op, values, lanes_of(random, op), random);
    }
  }
  run();
  EXPECT_GT(count, 350u);
}

// Divisions, shifts and multiplications, whose constants have code of their own.
TEST_F(Constants, SpecialDivisorsAndShifts) {
  Random random(12);
  for (unsigned i = 0; i < wasm::op_count && !HasFailure(); ++i) {
    const Op op = static_cast<Op>(i);
    if (!is_candidate(op)) continue;
    const std::string_view text = wasm::op_info(op).text, in = wasm::operand_letters(op);
    const auto has = [&](std::string_view word) { return text.find(word) != text.npos; };
    if (in.size() != 2 || (in[1] != 'i' && in[1] != 'l')) continue;
    if (!has(".div") && !has(".rem") && !has(".sh") && !has(".rot") && !has(".mul") &&
        !has("and") && !has(".add") && !has(".sub") && !has("lt") && !has("ge"))
      continue;
    for (const Value& c : special_constants(in[1])) {
      if (!full_sweep() && !random.chance(in[0] == 'v' ? 10 : 25)) continue;
      const unsigned tuples = full_sweep() ? 8 : 1;
      for (unsigned n = 0; n < tuples; ++n)
        add(op, {any_value(random, in[0]), c}, lanes_of(random, op), random);
    }
  }
  run();
}

TEST_F(Constants, Shuffles) {
  Random random(13);
  const unsigned tuples = full_sweep() ? 6000 : 400;
  for (unsigned n = 0; n < tuples && !HasFailure(); ++n)
    add(Op::i8x16_shuffle, {{random.bits(), random.bits()}, {random.bits(), random.bits()}},
        lanes_of(random, Op::i8x16_shuffle), random);
  run();
}

}  // namespace
}  // namespace nacre::diff
