// SPDX-License-Identifier: Apache-2.0
//
// A compiler that reads an operand from memory as part of another instruction must trap as if the
// load stood alone: the same code at the same place, and nothing after it has happened. For every
// instruction that takes a number, and every load that can give it, functions are made in which
// that operand comes from memory, with all else varied at random: the other operands (parameters,
// constants, loads, calls and stores that must or must not have happened), what becomes of the
// result, how the address is computed, which memory it is, and whether it all happens in a
// loop. Each is called with addresses inside, at the end, across the end and far outside, and must
// do what the interpreter does.
//
// NACRE_FULL_SWEEP=1 makes many times as many.
#include <gtest/gtest.h>

#include <algorithm>

#include "probe.hpp"

namespace nacre::diff {
namespace {

// Parameters and locals of every function. The address is in `at32` or `at64`.
constexpr char params[] = "ilfdvil", locals[] = "iilfdvi";
constexpr uint32_t first_letter = 0, at32 = 5, at64 = 6, round = 7, first_own = 8, spare = 13;
constexpr uint32_t scratch_at = 512;  // where addresses are kept, in memory 0
constexpr uint64_t inside = 64;       // an address in bounds, aligned

enum class Other : uint8_t { param, constant, zero, load, bad_load, call, store, clobber, count };
enum class Use : uint8_t {
  result,
  drop,
  condition,
  branch,
  select,
  negate,
  store,
  update,
  global,
  call,
  nested,
  tee,
  early,
  count
};
enum class Form : uint8_t {
  local,
  constant,
  sum,
  sum_of_two,
  scaled,
  offset,
  loaded,
  wrapped,
  difference,
  shifted_sum,
  count
};

bool is_wide(uint32_t memory) { return memory == wide_memory; }

Op plain_load(char letter) {
  static constexpr Op ops[] = {Op::i32_load, Op::i64_load, Op::f32_load, Op::f64_load,
                               Op::v128_load};
  return ops[letter_index(letter)];
}
Op plain_store(char letter) {
  static constexpr Op ops[] = {Op::i32_store, Op::i64_store, Op::f32_store, Op::f64_store,
                               Op::v128_store};
  return ops[letter_index(letter)];
}

bool is_access(Op op) { return wasm::access_bytes(op) != 0; }
bool is_atomic(Op op) { return wasm::op_info(op).is(wasm::trait::atomic); }
bool is_load(Op op) {
  return is_access(op) && wasm::op_info(op).bytes_written() == 0 &&
         wasm::operand_letters(op) == "a" && wasm::result_letters(op).size() == 1;
}

std::vector<Op> loads_of(char letter) {
  std::vector<Op> found;
  for (unsigned i = 0; i < wasm::op_count; ++i) {
    const Op op = static_cast<Op>(i);
    if (wasm::has_signature(op) && is_load(op) && wasm::result_letters(op)[0] == letter)
      found.push_back(op);
  }
  return found;
}

// One function: `op` with operand `k` from memory by `load`, or (k == itself) accessing memory
// itself at the address that is varied.
struct Case {
  static constexpr unsigned itself = 99;
  Op op = Op::nop;
  unsigned k = 0;
  Op load = Op::nop;
  uint32_t memory = 0;      // of the load
  uint32_t own_memory = 0;  // of `op`, when it accesses memory
  Form form = Form::local;
  Use use = Use::result;
  Other others[4] = {};
  bool looped = false;
  uint8_t lane = 0;
  uint64_t delta = 0, target = 0;
  uint64_t seed = 0;
};

class Builder {
 public:
  explicit Builder(const Case& c) : c_(c) {}

  Code code() {
    Code body;
    body.constant('i', 1).op(Op::global_set).index(global_i32);
    if (c_.looped) {
      // The first round is in bounds: registers are in use when the second begins.
      body.get(at()).set(spare_at()).constant(address_letter(), first_round()).set(at());
      body.op(Op::loop).byte(0x40);
    }
    before_operands(body);
    operands(body);
    body.op(c_.op);
    if (is_access(c_.op)) {
      body.bytes.resize(body.bytes.size() - opcode_length());
      const bool self = c_.k == Case::itself;
      body.access(c_.op, self ? c_.memory : c_.own_memory, self ? offset() : 0, c_.lane);
    } else if (wasm::op_info(c_.op).imm == wasm::Imm::lane) {
      body.byte(c_.lane);
    } else if (wasm::op_info(c_.op).imm == wasm::Imm::shuffle) {
      for (unsigned i = 0; i < 16; ++i) body.byte(static_cast<uint8_t>((c_.seed >> i) % 32));
    } else if (wasm::op_info(c_.op).imm == wasm::Imm::memory) {
      body.index(c_.own_memory);
    }
    after(body);
    body.constant('i', 2).op(Op::global_set).index(global_i32);
    if (c_.looped) {
      body.get(spare_at()).set(at());
      body.get(round).op(Op::i32_eqz).constant('i', 1).set(round).op(Op::br_if).byte(0);
      body.op(Op::end);
    }
    if (result() != 0) body.get(own(result()));
    return body;
  }

  // The letter of the function's result, or 0.
  char result() const {
    const std::string_view r = wasm::result_letters(c_.op);
    if (r.size() != 1) return 0;
    return resolve(r[0], own_is_wide());
  }

  // What the parameter must be for the access to be at `target`.
  uint64_t argument(uint64_t target) const {
    uint64_t x = target;
    switch (c_.form) {
      case Form::sum:
        x -= c_.delta;
        break;
      case Form::sum_of_two:
        x -= 64;
        break;
      case Form::scaled:
        x -= uint64_t{64} << shift();
        break;
      case Form::shifted_sum:
        x -= (uint64_t{64} << shift()) + c_.delta;
        break;
      case Form::difference:
        x += c_.delta;
        break;
      case Form::offset:
        x -= offset();
        break;
      default:
        break;
    }
    return is_wide(c_.memory) ? x : static_cast<uint32_t>(x);
  }
  // Whether the address can be reached: offsets are added without wrapping.
  bool reaches(uint64_t target) const {
    if (c_.form == Form::constant) return target == c_.target;
    return c_.form != Form::offset || target >= offset();
  }
  bool through_memory() const { return c_.form == Form::loaded; }

 private:
  char address_letter() const { return is_wide(c_.memory) ? 'l' : 'i'; }
  uint32_t at() const { return is_wide(c_.memory) ? at64 : at32; }
  uint32_t spare_at() const { return is_wide(c_.memory) ? first_own + 1 : spare; }
  bool own_is_wide() const { return is_wide(c_.k == Case::itself ? c_.memory : c_.own_memory); }
  static char resolve(char letter, bool wide) { return letter != 'a' ? letter : wide ? 'l' : 'i'; }
  static uint32_t own(char letter) { return first_own + letter_index(letter); }
  unsigned shift() const { return 1 + static_cast<unsigned>(c_.delta % 3); }
  uint64_t offset() const { return c_.form == Form::offset ? c_.delta : 0; }
  uint64_t first_round() const {
    return c_.form == Form::loaded || c_.form == Form::constant ? 0 : argument(inside);
  }
  size_t opcode_length() const {
    Code only;
    return only.op(c_.op).bytes.size();
  }

  void address(Code& b) const {
    const bool wide = is_wide(c_.memory);
    const char a = address_letter();
    const Op add = wide ? Op::i64_add : Op::i32_add, shl = wide ? Op::i64_shl : Op::i32_shl;
    const uint32_t other = first_letter + letter_index(a);  // holds 64
    switch (c_.form) {
      case Form::constant:
        b.constant(a, c_.target);
        break;
      case Form::sum:
        b.get(at()).constant(a, c_.delta).op(add);
        break;
      case Form::difference:
        b.get(at()).constant(a, c_.delta).op(wide ? Op::i64_sub : Op::i32_sub);
        break;
      case Form::sum_of_two:
        b.get(at()).get(other).op(add);
        break;
      case Form::scaled:
        b.get(other).constant(a, shift()).op(shl).get(at()).op(add);
        break;
      case Form::shifted_sum:
        b.get(at()).get(other).constant(a, shift()).op(shl).op(add);
        b.constant(a, c_.delta).op(add);
        break;
      case Form::loaded:
        b.constant('i', scratch_at).access(wide ? Op::i64_load : Op::i32_load, 0, 0);
        break;
      case Form::wrapped:
        // With garbage in the upper half.
        if (wide) b.get(at());
        else
          b.get(at())
              .op(Op::i64_extend_i32_u)
              .constant('l', uint64_t{0xdeadbeef} << 32)
              .op(Op::i64_or)
              .op(Op::i32_wrap_i64);
        break;
      default:
        b.get(at());
    }
  }

  void other(Code& b, char letter, Other kind, bool is_address) const {
    if (is_address) {
      b.constant(letter, inside * 4);
      return;
    }
    switch (kind) {
      case Other::constant:
        b.constant(letter, source_value(letter));
        break;
      case Other::zero:
        b.constant(letter, Value{});
        break;
      case Other::load:
        b.constant('i', 128).access(plain_load(letter), 0, 0);
        break;
      case Other::bad_load:
        b.constant('i', page - 1).access(plain_load(letter), 0, 3);
        break;
      case Other::call:
        b.op(Op::call).index(first_source + letter_index(letter));
        break;
      case Other::store:
        b.constant('i', 24).constant('i', 7).access(Op::i32_store, 0, 0);
        b.get(first_letter + letter_index(letter));
        break;
      case Other::clobber:
        b.constant(address_letter(), 0).set(at());
        b.get(first_letter + letter_index(letter));
        break;
      default:
        b.get(first_letter + letter_index(letter));
    }
  }

  void operands(Code& b) const {
    const std::string_view in = wasm::operand_letters(c_.op);
    for (unsigned i = 0; i < in.size(); ++i) {
      const bool self = c_.k == Case::itself && in[i] == 'a';
      if (self || i == c_.k) {
        address(b);
        if (!self) b.access(c_.load, c_.memory, offset());
      } else {
        other(b, resolve(in[i], own_is_wide()), c_.others[i % 4], in[i] == 'a');
      }
    }
  }

  bool is_update() const {
    return c_.use == Use::update && c_.k != Case::itself &&
           result() == wasm::result_letters(c_.load)[0];
  }

  // What lies below the operands on the stack.
  void before_operands(Code& b) const {
    const char r = result();
    if (r == 0) return;
    if (is_update()) return address(b);
    switch (c_.use) {
      case Use::branch:
        if (r == 'i') b.op(Op::block).byte(0x40);
        break;
      case Use::select:
        if (r == 'i') b.get(first_letter + 1).constant('l', 5);
        break;
      case Use::store:
        b.constant('i', 32);
        break;
      case Use::nested:
        b.get(first_letter + letter_index(r));
        break;
      default:
        break;
    }
  }

  void after(Code& b) const {
    static constexpr Op combine[] = {Op::i32_sub, Op::i64_xor, Op::f32_add, Op::f64_sub,
                                     Op::i8x16_add};
    const char r = result();
    if (r == 0) {
      // Nothing, or two results.
      for (size_t i = 0; i < wasm::result_letters(c_.op).size(); ++i) b.set(own('l'));
      return;
    }
    if (is_update()) {
      b.access(plain_store(r), c_.memory, offset());
      return;
    }
    switch (c_.use) {
      case Use::drop:
        b.op(Op::drop);
        return;
      case Use::condition:
        if (r != 'i') break;
        b.op(Op::if_).byte(0x40).constant('l', 5).op(Op::global_set).index(global_i64);
        b.op(Op::else_).constant('l', 6).op(Op::global_set).index(global_i64).op(Op::end);
        return;
      case Use::branch:
        if (r != 'i') break;
        b.op(Op::br_if).byte(0).constant('l', 7).op(Op::global_set).index(global_i64);
        b.op(Op::end);
        return;
      case Use::select:
        if (r != 'i') break;
        b.op(Op::select).op(Op::global_set).index(global_i64);
        return;
      case Use::negate:
        if (r == 'i') b.op(Op::i32_eqz);
        break;
      case Use::store:
        b.access(plain_store(r), 0, 0);
        return;
      case Use::global:
        if (r != 'l') break;
        b.op(Op::global_set).index(global_i64);
        return;
      case Use::call:
        b.op(Op::call).index(first_sink + letter_index(r));
        return;
      case Use::nested:
        b.op(combine[letter_index(r)]);
        break;
      case Use::tee:
        b.tee(own(r)).op(Op::drop);
        return;
      case Use::early:
        if (c_.looped) break;
        b.op(Op::return_);
        return;
      default:
        break;
    }
    b.set(own(r));
  }

  const Case& c_;
};

// --- which

uint64_t targets_of(const Case& c, unsigned bytes, std::vector<uint64_t>& out) {
  out = {inside,      page - bytes, page,       page - 1,  page - bytes + 1,
         page + 4096, 0xffffffff,   0x7fffffff, 0x80000000};
  if (is_wide(c.memory))
    out.insert(out.end(), {uint64_t{1} << 32, (uint64_t{1} << 32) + inside, uint64_t{1} << 40,
                           ~uint64_t{0} >> 1, uint64_t{1} << 63, ~uint64_t{0}, 0 - uint64_t{bytes},
                           0 - uint64_t{page}});
  else if (c.form == Form::offset)
    out.insert(out.end(), {0xffffffff + c.delta, uint64_t{1} << 32, (uint64_t{1} << 32) + inside});
  if (bytes == 1) std::erase(out, uint64_t{page});
  out.push_back(page);
  return out.size();
}

class Folds : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { setups_ = probe_setups(); }
  void SetUp() override {
    if (setups_.size() < 2) GTEST_SKIP() << "no compiler for this processor";
  }
  void TearDown() override {
    if (functions_ != 0)
      std::printf("%llu functions, %llu calls compared, %llu of them traps\n",
                  static_cast<unsigned long long>(functions_),
                  static_cast<unsigned long long>(calls_), static_cast<unsigned long long>(traps_));
  }

  void vary(Case& c, Random& random) {
    c.memory = random.below(num_memories);
    if (c.k != Case::itself && !is_atomic(c.load) && c.memory == shared_memory && random.chance(70))
      c.memory = 0;
    const bool waits = c.op == Op::memory_atomic_wait32 || c.op == Op::memory_atomic_wait64;
    c.own_memory = waits ? shared_memory : random.below(num_memories);
    c.form = static_cast<Form>(random.below(static_cast<uint32_t>(Form::count)));
    c.use = static_cast<Use>(random.below(static_cast<uint32_t>(Use::count)));
    for (Other& o : c.others)
      o = static_cast<Other>(random.below(static_cast<uint32_t>(Other::count)));
    c.looped = random.chance(25);
    const unsigned lane_bytes =
        wasm::op_info(c.op).imm == wasm::Imm::memarg_lane ? wasm::access_bytes(c.op) : 8;
    c.lane = static_cast<uint8_t>(random.below(16 / std::max(lane_bytes, 1u)));
    if (wasm::op_info(c.op).imm == wasm::Imm::lane) c.lane = static_cast<uint8_t>(random.below(2));
    c.seed = random.bits();
    static constexpr uint64_t deltas[] = {1,          16,         0x1230,     0x7fffffff,
                                          0x80000000, 0xffffff00, 0xfffffff0, 65536};
    c.delta = deltas[random.below(8)];
    if (is_wide(c.memory) && random.chance(30))
      c.delta = c.form == Form::offset ? uint64_t{1} << (32 + random.below(31))
                                       : random.bits() >> random.below(40);
    const Op access = c.k == Case::itself ? c.op : c.load;
    std::vector<uint64_t> targets;
    targets_of(c, wasm::access_bytes(access), targets);
    c.target = targets[random.below(static_cast<uint32_t>(targets.size()))];
  }

  void add(const Case& c) {
    cases_.push_back(c);
    const Builder builder(cases_.back());
    const char r = builder_result(cases_.back());
    module_.add(params, r == 0 ? "" : std::string(1, r), locals, Builder(cases_.back()).code());
    if (module_.size() >= 400) run();
  }
  static char builder_result(const Case& c) { return Builder(c).result(); }

  struct Call {
    uint32_t function;
    uint64_t target;
    std::vector<Value> args;
    bool through_memory, wide;
    uint64_t address;
  };

  std::vector<Call> calls() const {
    std::vector<Call> all;
    for (uint32_t i = 0; i < cases_.size(); ++i) {
      const Case& c = cases_[i];
      const Builder b(c);
      std::vector<uint64_t> targets;
      targets_of(c, wasm::access_bytes(c.k == Case::itself ? c.op : c.load), targets);
      if (c.form == Form::constant) targets = {c.target};
      for (const uint64_t t : targets) {
        if (!b.reaches(t)) continue;
        if (!is_wide(c.memory) && t > 0xffffffff && c.form != Form::offset) continue;
        const uint64_t x = b.argument(t);
        if (c.form == Form::offset && t - c.delta != x) continue;
        Call call{i, t, {}, b.through_memory(), is_wide(c.memory), t};
        for (const char* l = letters; *l != 0; ++l) call.args.push_back(source_value(*l));
        call.args.push_back({x & 0xffffffff, 0});
        call.args.push_back({x, 0});
        all.push_back(call);
      }
    }
    return all;
  }

  void run() {
    if (module_.size() == 0) return;
    const std::vector<uint8_t> bytes = module_.encode();
    const std::vector<Call> list = calls();
    std::vector<Outcome> expected;
    uint64_t memories = 0;
    for (const ProbeSetup& setup : setups_) {
      Probe probe(setup, bytes);
      if (!probe.ok()) break;
      for (size_t i = 0; i < list.size(); ++i) {
        const Call& call = list[i];
        if (call.through_memory) store_address(probe, call);
        const Outcome got = probe.call(call.function, params, call.args);
        if (!setup.compiled) {
          traps_ += got.trap != TrapCode::none;
          expected.push_back(got);
          continue;
        }
        ++calls_;
        if (!agree(setup, expected[i], got, cases_[call.function])) {
          report(setup, call, expected[i], got);
          if (++failures_ >= 5) {
            GTEST_FAIL() << "and more";
          }
        }
      }
      // Stores may have reached any place, but the same.
      if (!setup.compiled) memories = probe.memories();
      else EXPECT_EQ(probe.memories(), memories) << setup.name;
    }
    functions_ += module_.size();
    module_ = {};
    cases_.clear();
  }

  static void store_address(Probe& probe, const Call& call) {
    for (unsigned i = 0; i < 8; ++i)
      probe.memory(0)[scratch_at + i] = static_cast<uint8_t>(call.address >> (8 * i));
  }

  // A guarded memory knows which byte was out of reach, not where an access across the end began.
  static bool agree(const ProbeSetup& setup, const Outcome& x, const Outcome& y, const Case& c) {
    if (x.trap != y.trap || x.frames != y.frames || x.globals != y.globals ||
        x.writes != y.writes || x.results.size() != y.results.size())
      return false;
    // The interpreter does not keep an address whose end is beyond 64 bits.
    const bool at_the_end = x.message.find("0xffffffffffffffff") != std::string::npos;
    if (!setup.guarded && !at_the_end && x.message != y.message) return false;
    const char letter = builder_result(c);
    for (size_t i = 0; i < x.results.size(); ++i)
      if (!same_value(letter, x.results[i], y.results[i], 0, false)) return false;
    return true;
  }

  void report(const ProbeSetup& setup, const Call& call, const Outcome& expected,
              const Outcome& got) {
    const Case& c = cases_[call.function];
    ADD_FAILURE() << setup.name << ": " << wasm::op_info(c.op).text << ", operand " << c.k << " by "
                  << wasm::op_info(c.load).text << " of memory " << c.memory << ", form "
                  << static_cast<int>(c.form) << ", use " << static_cast<int>(c.use) << ", others "
                  << static_cast<int>(c.others[0]) << static_cast<int>(c.others[1])
                  << static_cast<int>(c.others[2]) << ", delta " << c.delta << ", looped "
                  << c.looped << ", target " << call.target << "\n  expected " << describe(expected)
                  << "\n  got " << describe(got);
    if (const char* file = std::getenv("NACRE_DIFF_OUT")) {
      ProbeModule one;
      const char r = builder_result(c);
      one.add(params, r == 0 ? "" : std::string(1, r), locals, Builder(c).code());
      const std::vector<uint8_t> bytes = one.encode();
      if (std::FILE* f = std::fopen(file, "wb")) {
        std::fwrite(bytes.data(), 1, bytes.size(), f);
        std::fclose(f);
      }
    }
  }

  static std::vector<ProbeSetup> setups_;
  ProbeModule module_;
  std::vector<Case> cases_;
  uint64_t functions_ = 0, calls_ = 0, traps_ = 0;
  int failures_ = 0;
};
std::vector<ProbeSetup> Folds::setups_;

TEST_F(Folds, OperandsFromMemoryTrapAsLoads) {
  Random random(7);
  for (unsigned i = 0; i < wasm::op_count && !HasFailure(); ++i) {
    const Op op = static_cast<Op>(i);
    if (!wasm::has_signature(op)) continue;
    const std::string_view in = wasm::operand_letters(op);
    for (unsigned k = 0; k < in.size(); ++k)
      for (const char letter : {'i', 'l', 'f', 'd', 'v'}) {
        const bool address = in[k] == 'a';
        if (address ? letter != 'i' && letter != 'l' : letter != in[k]) continue;
        for (const Op load : loads_of(letter)) {
          const bool plain = load == plain_load(letter);
          const unsigned samples = full_sweep() ? (plain ? 150 : 15) : (plain ? 2 : 0);
          for (unsigned n = 0; n < samples + (samples == 0 && random.chance(10)); ++n) {
            Case c;
            c.op = op, c.k = k, c.load = load;
            vary(c, random);
            // The address type must be the letter's.
            if (address) c.own_memory = letter == 'l' ? wide_memory : 2 * random.below(2);
            if (address && is_atomic(op) && letter == 'i' && c.own_memory != 0) c.own_memory = 3;
            add(c);
          }
        }
      }
  }
  run();
}

TEST_F(Folds, AccessesTrapAlone) {
  Random random(8);
  for (unsigned i = 0; i < wasm::op_count && !HasFailure(); ++i) {
    const Op op = static_cast<Op>(i);
    if (!wasm::has_signature(op) || !is_access(op)) continue;
    for (unsigned n = 0; n < (full_sweep() ? 400u : 12u); ++n) {
      Case c;
      c.op = op, c.k = Case::itself, c.load = op;
      vary(c, random);
      if (op == Op::memory_atomic_wait32 || op == Op::memory_atomic_wait64) {
        c.memory = shared_memory;
        c.delta &= 0xffffffff;
        c.target &= 0xffffffff;
      }
      add(c);
    }
  }
  run();
}

}  // namespace
}  // namespace nacre::diff
