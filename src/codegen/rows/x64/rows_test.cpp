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
#include <string_view>

#include "base/bytes.hpp"
#include "codegen/rows/meaning_test.hpp"
#include "codegen/rows/x64/row_chooser_test.hpp"
#include "codegen/rows/x64/row_frame_test.hpp"
#include "codegen/rows/x64/row_meaning_test.hpp"
#include "os/code_memory.hpp"

namespace nacre::codegen::x64::row_test {
namespace {

using codegen::testing::float_width_of_result;
using codegen::testing::meaning_of;
using wasm::Op;

class RowTest : RowChooser {
 public:
  RowTest(os::CpuFeatures features, const char* label) : RowChooser(features), label_(label) {}

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
  static unsigned bytes_of(ValueClass c) {
    return c == ValueClass::v128 ? 16 : c == ValueClass::i64 || c == ValueClass::f64 ? 8 : 4;
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

  const char* label_;
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
}  // namespace nacre::codegen::x64::row_test
