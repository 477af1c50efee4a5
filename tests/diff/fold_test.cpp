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

#include "fold_case.hpp"

namespace nacre::diff::fold {
namespace {

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
}  // namespace nacre::diff::fold
