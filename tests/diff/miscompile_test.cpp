// SPDX-License-Identifier: Apache-2.0
//
// Programs that the single-pass compiler once got wrong, one for each mistake. What the
// interpreter does with them is what every other engine must do.
#include <array>

#include "../api/api_test.hpp"

namespace nacre::diff {
namespace {

struct Program {
  const char* name;
  const char* text;  // exports f: [i32 i64] -> [i64]
};

// Prints the name in place of an address.
void PrintTo(const Program& p, std::ostream* out) { *out << p.name; }

constexpr Program programs[] = {
    // A comparison of a value in memory with a load read both from memory.
    {"TwoInputsInMemory", R"((module (memory 1) (data (i32.const 8) "\05")
       (func $id (param i32) (result i32) local.get 0)
       (func (export "f") (param i32 i64) (result i64)
         (call $id (local.get 0)) (drop (call $id (i32.const 1)))
         (i32.load (i32.const 8)) i32.lt_s
         (if (result i64) (then (i64.const 11)) (else (i64.const 22))))))"},
    // The negation of a condition that needs a scratch register.
    {"NegatedVectorTest", R"((module
       (func (export "f") (param i32 i64) (result i64)
         (i64.extend_i32_u (i32.add (i32.eqz (i32x4.all_true (i32x4.splat (local.get 0))))
           (select (local.get 0) (i32.const 7)
             (i32.eqz (i64x2.all_true (i64x2.splat (local.get 1))))))))))"},
    // An argument whose code needs the register it was to be computed into.
    {"DivisionsAsArguments", R"((module
       (func $s (param i64 i64 i64) (result i64)
         (i64.add (i64.mul (local.get 0) (i64.const 3)) (i64.sub (local.get 1) (local.get 2))))
       (func (export "f") (param i32 i64) (result i64)
         (call $s (i64.div_u (local.get 1) (i64.const 10)) (i64.rem_s (local.get 1) (i64.const 7))
                  (i64.div_s (local.get 1) (i64.const 1000000007))))))"},
    // References that were operands of a finished computation were still roots.
    {"DeadReferences", R"((module (type $s (struct (field i64)))
       (func $make (param i64) (result (ref null $s)) (struct.new $s (local.get 0)))
       (func $burn (result i32) (drop (struct.new $s (i64.const 5))) (i32.const 3))
       (func (export "f") (param i32 i64) (result i64)
         (call $make (local.get 1)) (call $make (i64.const 9)) ref.eq (call $burn) i32.add
         i64.extend_i32_u
         (call $make (local.get 1)) (call $make (i64.const 77)) (local.get 0)
         (select (result (ref null $s))) (i64.extend_i32_s (call $burn)) (local.set 1)
         (struct.get $s 0) (local.get 1) i64.add i64.add)))"},
    // The value took the register of the array while it was computed.
    {"RotationStored", R"((module (type $a (array (mut i64)))
       (func (export "f") (param i32 i64) (result i64)
         (local $a (ref null $a)) (local $n i64) (local $v v128)
         (local.set $a (array.new_fixed $a 2 (i64.const 1) (i64.const 2)))
         (array.set $a (local.get $a) (i32.const 0)
           (i64.rotl (i64x2.extract_lane 0 (i64x2.splat (local.get 1))) (local.get 1)))
         (array.set $a (local.get $a) (i32.const 1) (i64.div_u (local.get 1) (i64.const 11)))
         (i64.add (array.get $a (local.get $a) (i32.rotl (local.get 0) (local.get 0)))
           (array.get $a (local.get $a) (i32.const 1))))))"},
    // Parameters of a block were taken from slots other than those they had been put in.
    {"BlockParameters", R"((module
       (func (export "f") (param i32 i64) (result i64) (local $v v128) (local $x i64) (local $y i32)
         (local.get 1)
         (i8x16.shr_u (i64x2.splat (local.get 1)) (local.get 0))
         (i32.const 3) (local.get 1) (local.get 0)
         (if (param i32 i64) (result i64)
           (then (local.set $x) (i64.extend_i32_u) (i64.add (local.get $x)))
           (else (local.set $x) (local.set $y)
                 (i64.sub (local.get $x) (i64.extend_i32_u (local.get $y)))))
         (local.set $x) (local.set $v)
         (i64.add (i64.xor (local.get $x)) (i64x2.extract_lane 1 (local.get $v))))))"},
    // The fault of a load that was part of an instruction was looked for at another.
    {"ConvertedLoad", R"((module (memory 1)
       (func (export "f") (param i32 i64) (result i64)
         (i64.reinterpret_f64 (f64.add
           (f64.add (f64.convert_i32_s (i32.load (local.get 0)))
                    (f64.convert_i64_s (i64.load offset=8 (local.get 0))))
           (f64.add (f64.promote_f32 (f32.load offset=16 (local.get 0)))
                    (f64.sqrt (f64.load offset=24 (local.get 0)))))))))"},
    // With every vector register in use, nothing was left for the instruction's own.
    {"ManyVectors", R"((module (memory 1) (data (i32.const 16) "\01\82\03\84\05\06\07")
       (func (export "f") (param i32 i64) (result i64)
         (local v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 i32) (local v128)
         (local.set 2 (i64x2.splat (local.get 1)))
         (loop
           (local.set 2 (i8x16.add (i8x16.add (local.get 2) (local.get 2)) (local.get 3)))
           (local.set 3 (i8x16.add (i8x16.add (local.get 3) (local.get 3)) (local.get 4)))
           (local.set 4 (i8x16.add (i8x16.add (local.get 4) (local.get 4)) (local.get 5)))
           (local.set 5 (i8x16.add (i8x16.add (local.get 5) (local.get 5)) (local.get 6)))
           (local.set 6 (i8x16.add (i8x16.add (local.get 6) (local.get 6)) (local.get 7)))
           (local.set 7 (i8x16.add (i8x16.add (local.get 7) (local.get 7)) (local.get 8)))
           (local.set 8 (i8x16.add (i8x16.add (local.get 8) (local.get 8)) (local.get 9)))
           (local.set 9 (i8x16.add (i8x16.add (local.get 9) (local.get 9)) (local.get 10)))
           (local.set 10 (i8x16.add (i8x16.add (local.get 10) (local.get 10)) (local.get 11)))
           (local.set 11 (i8x16.add (i8x16.add (local.get 11) (local.get 11)) (local.get 2)))
           (local.set 13 (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load (i32.const 16))
             (v128.load (i32.const 8)) (v128.load (i32.const 12))))
           (br_if 0 (i32.lt_u (local.tee 12 (i32.add (local.get 12) (i32.const 1))) (i32.const 5))))
         (i64x2.extract_lane 0 (v128.xor (local.get 13)
           (v128.xor (v128.xor (v128.xor (v128.xor (v128.xor (v128.xor (v128.xor (v128.xor (v128.xor (local.get 2) (local.get 3)) (local.get 4)) (local.get 5)) (local.get 6))
           (local.get 7)) (local.get 8)) (local.get 9)) (local.get 10)) (local.get 11)))))))"},
    {"RoundedLoad", R"((module (memory 1)
       (func (export "f") (param i32 i64) (result i64)
         (i64.reinterpret_f64 (f64.floor (f64.load (local.get 0)))))))"},
};

std::string outcome(const Program& p, const Config& config, uint32_t x, uint64_t y) {
  test::Fixture fixture(config);
  if (config.fuel) fixture.store.set_fuel(1'000'000);
  const std::array<Value, 2> args = {Value(x), Value(y)};
  const auto got = fixture.run(p.text).func("f")->call(args);
  return got ? std::to_string((*got)[0].u64()) : std::string(to_string(trap_code(got.error())));
}

class Miscompiled : public testing::TestWithParam<Program> {};

TEST_P(Miscompiled, AgreesWithTheInterpreter) {
  const std::array<Config, 3> configs = {
      Config{.engine = EngineKind::baseline},
      Config{.engine = EngineKind::baseline, .signals = false},
      Config{
          .engine = EngineKind::baseline, .interruptible = true, .fuel = true, .gc_stress = true}};
  if (const Result<void> usable = Engine(configs[0]).check(); !usable)
    GTEST_SKIP() << usable.error().message;
  for (const uint32_t x : {0u, 1u, 4u, 65530u, 0x7fffffffu, 0xffffffffu})
    for (const uint64_t y :
         {uint64_t{0}, uint64_t{1}, uint64_t{123456789012345}, ~uint64_t{0} << 63, ~uint64_t{0}}) {
      const std::string expected = outcome(GetParam(), {.engine = EngineKind::interpreter}, x, y);
      for (const Config& c : configs)
        EXPECT_EQ(outcome(GetParam(), c, x, y), expected) << x << " " << y;
    }
}

INSTANTIATE_TEST_SUITE_P(Baseline, Miscompiled, testing::ValuesIn(programs),
                         [](const testing::TestParamInfo<Program>& p) {
                           return std::string(p.param.name);
                         });

}  // namespace
}  // namespace nacre::diff
