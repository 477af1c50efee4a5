// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "validate/module_test_support.hpp"

namespace nacre::validate::test {
namespace {

// What a consumer is told about function 0's body; the error if it is not valid.
std::string trace(ModuleBytes& m) {
  auto module = m.decode();
  if (!module) return ModuleBytes::text(module.error());
  Recorder recorder;
  FunctionValidator<Recorder> validator(*module, recorder);
  if (!validator.run(0)) return ModuleBytes::text(validator.error());
  return recorder.log;
}

std::string trace(const ByteVector& params, const ByteVector& results, const ByteVector& code,
                  const ByteVector& locals = {0}) {
  ModuleBytes m;
  m.func(m.type(params, results), code, locals);
  return trace(m);
}

std::string check(const ByteVector& params, const ByteVector& results, const ByteVector& code,
                  const ByteVector& locals = {0}) {
  ModuleBytes m;
  m.func(m.type(params, results), code, locals);
  return m.check();
}

TEST(FunctionValidator, OperandsComeBeforeInstructions) {
  EXPECT_EQ(trace({i32, i32}, {i32}, {0x20, 0, 0x20, 1, 0x6a, 0x0b}),
            "begin:2 %0=get0 %1=get1 %2=i32.add(%0)(%1) end:L-1+r(%2) results(%3) finish");
}

TEST(FunctionValidator, LocalsAreCountedWithParams) {
  EXPECT_EQ(trace({i32}, {}, {0x41, 7, 0x21, 3, 0x0b}, {1, 3, i32}),
            "begin:4 %0=const:7 set3(%0) end:L-1+r results finish");
}

TEST(FunctionValidator, UnreachableCodeIsNotAnnounced) {
  // block; br 0; i32.const 1; drop; block; end; end
  EXPECT_EQ(trace({}, {}, {0x02, 0x40, 0x0c, 0, 0x41, 1, 0x1a, 0x02, 0x40, 0x0b, 0x0b, 0x0b}),
            "begin:0 block:L1 br:L1 end:L1-r results end:L-1+r results finish");
}

TEST(FunctionValidator, NothingIsAnnouncedAfterABlockThatIsNeverLeft) {
  // block (result i32); unreachable; end; drop; nop
  EXPECT_EQ(trace({}, {}, {0x02, i32, 0x00, 0x0b, 0x1a, 0x01, 0x0b}),
            "begin:0 block:L1 unreachable end:L1- end:L-1- finish");
}

TEST(FunctionValidator, LoopsAreLeftOnlyByFallingOut) {
  // loop; br 0; end; nop
  EXPECT_EQ(trace({}, {}, {0x03, 0x40, 0x0c, 0, 0x0b, 0x01, 0x0b}),
            "begin:0 loop:L1 br:L1 end:L1-r end:L-1- finish");
  EXPECT_EQ(trace({}, {}, {0x03, 0x40, 0x0b, 0x01, 0x0b}),
            "begin:0 loop:L1 end:L1+ results nop end:L-1+r results finish");
}

TEST(FunctionValidator, BothArmsOfAnIf) {
  // local.get 0; if (result i32); i32.const 1; else; i32.const 2; end
  EXPECT_EQ(trace({i32}, {i32}, {0x20, 0, 0x04, i32, 0x41, 1, 0x05, 0x41, 2, 0x0b, 0x0b}),
            "begin:1 %0=get0 if(%0):L1 %1=const:1 else:L1+(%1) else_params %2=const:2 "
            "end:L1+r(%2) results(%3) end:L-1+r(%3) results(%4) finish");
}

TEST(FunctionValidator, TheElseArmIsReachableThoughTheThenArmIsNot) {
  // local.get 0; if; unreachable; else; nop; end
  EXPECT_EQ(trace({i32}, {}, {0x20, 0, 0x04, 0x40, 0x00, 0x05, 0x01, 0x0b, 0x0b}),
            "begin:1 %0=get0 if(%0):L1 unreachable else:L1- else_params nop end:L1+r results "
            "end:L-1+r results finish");
}

TEST(FunctionValidator, AnIfWithoutElseIsAlwaysReached) {
  EXPECT_EQ(trace({i32}, {}, {0x20, 0, 0x04, 0x40, 0x00, 0x0b, 0x0b}),
            "begin:1 %0=get0 if(%0):L1 unreachable end:L1-r results end:L-1+r results finish");
}

TEST(FunctionValidator, ElseOfAnUnannouncedIfIsSilent) {
  // unreachable; if; else; end
  EXPECT_EQ(trace({}, {}, {0x00, 0x04, 0x40, 0x05, 0x0b, 0x0b}),
            "begin:0 unreachable end:L-1- finish");
}

TEST(FunctionValidator, BlockParamsMayBeRenamed) {
  ModuleBytes m;
  const uint32_t f = m.type({i32}, {i32});
  // local.get 0; block (param i32) (result i32); end
  m.func(f, {0x20, 0, 0x02, static_cast<uint8_t>(f), 0x0b, 0x0b});
  EXPECT_EQ(
      trace(m),
      "begin:1 %0=get0 block:L1(%0) end:L1+r(%0) results(%1) end:L-1+r(%1) results(%2) finish");
}

TEST(FunctionValidator, BrIfLeavesItsOperands) {
  // block (result i32); i32.const 5; local.get 0; br_if 0; end; drop
  EXPECT_EQ(
      trace({i32}, {}, {0x02, i32, 0x41, 5, 0x20, 0, 0x0d, 0, 0x0b, 0x1a, 0x0b}),
      "begin:1 block:L1 %0=const:5 %1=get0 br_if:L1(%1)(%0) end:L1+r(%0) results(%2) drop(%2) "
      "end:L-1+r results finish");
}

TEST(FunctionValidator, BrTableNamesEachTargetTheDefaultLast) {
  // block; block; local.get 0; br_table 0 1 0 (default 1); end; end
  EXPECT_EQ(
      trace({i32}, {}, {0x02, 0x40, 0x02, 0x40, 0x20, 0, 0x0e, 3, 0, 1, 0, 1, 0x0b, 0x0b, 0x0b}),
      "begin:1 block:L1 block:L2 %0=get0 br_table(%0):L2:L1:L2:L1 end:L2-r results "
      "end:L1+r results end:L-1+r results finish");
}

TEST(FunctionValidator, CallsSeeArgumentsAndResults) {
  ModuleBytes m;
  const uint32_t f = m.type({i32, i32}, {i32, i32});
  m.func(f, {0x41, 9, 0x20, 0, 0x20, 1, 0x10, 0, 0x1a, 0x6a, 0x20, 0, 0x0b});
  EXPECT_EQ(trace(m),
            "begin:2 %0=const:9 %1=get0 %2=get1 call0(%1)(%2)->(%3)(%4) drop(%4) "
            "%5=i32.add(%0)(%3) %6=get0 end:L-1+r(%5)(%6) results(%7)(%8) finish");
}

TEST(FunctionValidator, TailCallsEndTheArm) {
  ModuleBytes m;
  m.func(m.type({i32}, {i32}), {0x20, 0, 0x12, 0, 0x01, 0x0b});
  EXPECT_EQ(trace(m), "begin:1 %0=get0 return_call0(%0) end:L-1- finish");
}

TEST(FunctionValidator, WideArithmeticGivesTwoValues) {
  EXPECT_EQ(trace({i64, i64}, {i64, i64}, {0x20, 0, 0x20, 1, 0xfc, 0x15, 0x0b}),
            "begin:2 %0=get0 %1=get1 %2=i64.mul_wide_s(%0)(%1).lo %3=i64.mul_wide_s(%0)(%1).hi "
            "end:L-1+r(%2)(%3) results(%4)(%5) finish");
}

TEST(FunctionValidator, LegacyTryCatch) {
  ModuleBytes m;
  m.func(m.type({}, {i32}), {0x06, i32, 0x41, 1, 0x07, 0, 0x19, 0x09, 0, 0x0b, 0x0b});
  m.tag(m.type({i32}, {}));
  // try (result i32); i32.const 1; catch 0 (leaves its i32); catch_all; rethrow 0; end
  EXPECT_EQ(
      trace(m),
      "begin:0 try:L1 %0=const:1 catch+(%0)->(%1) catch_all+(%1) rethrow:L1 end:L1-r results(%2) "
      "end:L-1+r(%2) results(%3) finish");
}

TEST(FunctionValidator, LegacyDelegate) {
  // block; try; nop; delegate 0; end
  EXPECT_EQ(
      trace({}, {}, {0x02, 0x40, 0x06, 0x40, 0x01, 0x18, 0, 0x0b, 0x0b}),
      "begin:0 block:L1 try:L2 nop delegate+:L1 results end:L1+r results end:L-1+r results finish");
  // To the caller.
  EXPECT_EQ(trace({}, {}, {0x06, 0x40, 0x18, 0, 0x0b}),
            "begin:0 try:L1 delegate+:L-1 results end:L-1+r results finish");
  EXPECT_EQ(check({}, {}, {0x06, 0x40, 0x18, 1, 0x0b}), "invalid: unknown label 1, in delegate");
}

TEST(FunctionValidator, TryTableLabelsAreOutsideIt) {
  ModuleBytes m;
  m.func(m.type({}, {}),
         {0x02, i32, 0x1f, 0x40, 2, 0x00, 0, 0, 0x02, 1, 0x0b, 0x41, 1, 0x0b, 0x1a, 0x0b});
  m.tag(m.type({i32}, {}));
  // block (result i32); try_table (catch 0 0) (catch_all 1); end; i32.const 1; end; drop
  EXPECT_EQ(trace(m),
            "begin:0 block:L1 try_table:L1:L-1:L2 end:L2+r results %0=const:1 end:L1+r(%0) "
            "results(%1) drop(%1) "
            "end:L-1+r results finish");
}

TEST(FunctionValidator, OffsetsAreThoseOfTheBinary) {
  ModuleBytes m;
  m.func(m.type({}, {}), {0x41, 0x80, 0x01, 0x1a, 0x01, 0x0b});
  auto module = m.decode();
  ASSERT_TRUE(module);
  Recorder recorder;
  FunctionValidator<Recorder> validator(*module, recorder);
  ASSERT_TRUE(validator.run(0));
  const uint64_t first = module->bodies[0].offset + 1;
  EXPECT_EQ(recorder.offsets, (std::vector<uint64_t>{first, first + 3, first + 4, first + 5}));
}

TEST(FunctionValidator, ErrorsNameThePlaceAndTheInstruction) {
  ModuleBytes m;
  m.func(m.type({}, {}), {0x01, 0x42, 1, 0x41, 1, 0x6a, 0x1a, 0x0b});
  auto module = m.decode();
  ASSERT_TRUE(module);
  const Result<void> result = validate_module(*module);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::invalid);
  EXPECT_EQ(result.error().message,
            "type mismatch: instruction requires [i32] but stack has [i64], in i32.add");
  EXPECT_EQ(result.error().offset, module->bodies[0].offset + 6);
}

TEST(FunctionValidator, AValidatorSurvivesErrors) {
  ModuleBytes m;
  const uint32_t f = m.type({}, {});
  m.func(f, {0x02, 0x40, 0x41, 0, 0x0b, 0x0b});
  m.func(f, {0x0b});
  auto module = m.decode();
  ASSERT_TRUE(module);
  NullConsumer nothing;
  FunctionValidator<NullConsumer> validator(*module, nothing);
  EXPECT_FALSE(validator.run(0));
  EXPECT_EQ(validator.error().message.substr(0, 42), "type mismatch: block requires [] but stack");
  EXPECT_TRUE(validator.run(1));
}

TEST(FunctionValidator, Messages) {
  EXPECT_EQ(check({}, {i32}, {0x0b}),
            "invalid: type mismatch: instruction requires [i32] but stack has [], in end");
  EXPECT_EQ(check({}, {}, {0x20, 3, 0x0b}), "invalid: unknown local 3, in local.get");
  EXPECT_EQ(check({}, {}, {0x0c, 1, 0x0b}), "invalid: unknown label 1, in br");
  EXPECT_EQ(check({}, {}, {0x10, 7, 0x0b}), "invalid: unknown function 7, in call");
  EXPECT_EQ(check({}, {}, {0x23, 0, 0x0b}), "invalid: unknown global 0, in global.get");
  EXPECT_EQ(check({}, {}, {0x41, 0, 0x28, 2, 0, 0x1a, 0x0b}),
            "invalid: unknown memory 0, in i32.load");
  EXPECT_EQ(check({}, {}, {0x08, 0, 0x0b}), "invalid: unknown tag 0, in throw");
  EXPECT_EQ(check({}, {}, {0xd2, 0, 0x1a, 0x0b}),
            "invalid: undeclared function reference, in ref.func");
  EXPECT_EQ(check({}, {}, {0x09, 0, 0x0b}), "invalid: invalid rethrow label, in rethrow");
}

TEST(FunctionValidator, Alignment) {
  ModuleBytes m;
  m.memory({0, 1});
  m.func(m.type({}, {}), {0x41, 0, 0x28, 3, 0, 0x1a, 0x0b});
  EXPECT_EQ(m.check(), "invalid: alignment must not be larger than natural, in i32.load");
  ModuleBytes atomic;
  atomic.memory({3, 1, 1});
  atomic.func(atomic.type({}, {}), {0x41, 0, 0xfe, 0x10, 1, 0, 0x1a, 0x0b});
  EXPECT_EQ(atomic.check(), "invalid: atomic alignment must be natural, in i32.atomic.load");
}

TEST(FunctionValidator, OffsetsOfSmallMemoriesFitThem) {
  const ByteVector load{0x28, 2, 0x80, 0x80, 0x80, 0x80, 0x10, 0x1a, 0x0b};  // 2^32
  ModuleBytes m32, m64;
  m32.memory({0, 1});
  m64.memory({4, 1});
  ByteVector code32{0x41, 0}, code64{0x42, 0};
  append(code32, load);
  append(code64, load);
  m32.func(m32.type({}, {}), code32);
  m64.func(m64.type({}, {}), code64);
  EXPECT_EQ(m32.check(), "invalid: offset out of range, in i32.load");
  EXPECT_EQ(m64.check(), "");
}

TEST(FunctionValidator, BodiesMustEnd) {
  EXPECT_EQ(check({}, {}, {0x01}).substr(0, 50),
            "malformed: unexpected end of section or function");
  EXPECT_EQ(check({}, {}, {0x0b, 0x01}).substr(0, 32), "malformed: section size mismatch");
  EXPECT_EQ(check({}, {}, {0x05, 0x0b}).substr(0, 30), "malformed: END opcode expected");
  EXPECT_EQ(check({}, {}, {0xff, 0x0b}).substr(0, 28), "malformed: illegal opcode ff");
}

TEST(FunctionValidator, MalformedWinsOverInvalid) {
  ModuleBytes m;
  const uint32_t f = m.type({}, {});
  m.func(f, {0x6a, 0x0b});        // invalid
  m.func(f, {0x02, 0x40, 0x0b});  // malformed
  EXPECT_EQ(m.check().substr(0, 10), "malformed:");
  // An unknown block type is no obstacle.
  EXPECT_EQ(check({}, {}, {0x02, 0x33, 0xff, 0x0b}).substr(0, 10), "malformed:");
}

TEST(FunctionValidator, UninitializedLocals) {
  const ByteVector locals{1, 1, 0x64, 0x70};  // one (ref func)
  ModuleBytes unset;
  unset.func(unset.type({}, {}), {0x20, 0, 0x1a, 0x0b}, locals);
  EXPECT_EQ(unset.check(), "invalid: uninitialized local, in local.get");

  // Set inside a block, forgotten after it.
  const auto body = [](bool after) {
    ByteVector code{0x02, 0x40, 0xd2, 0, 0x21, 0};
    append(code,
           after ? ByteVector{0x0b, 0x20, 0, 0x1a, 0x0b} : ByteVector{0x20, 0, 0x1a, 0x0b, 0x0b});
    return code;
  };
  for (bool after : {false, true}) {
    ModuleBytes m;
    m.func(m.type({}, {}), body(after), locals);
    m.exports({1, 'f', 0, 0});
    EXPECT_EQ(m.check(), after ? "invalid: uninitialized local, in local.get" : "");
  }
}

TEST(FunctionValidator, LocalsAreLimited) {
  EXPECT_EQ(check({}, {}, {0x20, 0xcf, 0x86, 0x03, 0x1a, 0x0b}, {1, 0xd0, 0x86, 0x03, i32}),
            "");  // 50000
  EXPECT_EQ(check({}, {}, {0x0b}, {1, 0xd1, 0x86, 0x03, i32}).substr(0, 22),
            "limit: too many locals");
  EXPECT_EQ(check({}, {}, {0x0b}, {2, 0xff, 0xff, 0xff, 0xff, 0x0f, i32, 1, i32}).substr(0, 26),
            "malformed: too many locals");
}

TEST(FunctionValidator, LocalsBeyondTheExpandedOnesHaveTheirTypes) {
  // 1 x i64, 40000 x i32, 2 x f32; the last two are 40001 and 40002.
  const ByteVector locals{3, 1, i64, 0xc0, 0xb8, 0x02, i32, 2, f32};
  EXPECT_EQ(check({}, {f32}, {0x20, 0xc2, 0xb8, 0x02, 0x0b}, locals), "");
  EXPECT_EQ(check({}, {i32}, {0x20, 0xc0, 0xb8, 0x02, 0x0b}, locals), "");
  EXPECT_EQ(check({}, {}, {0x20, 0xc3, 0xb8, 0x02, 0x0b}, locals),
            "invalid: unknown local 40003, in local.get");
}

TEST(FunctionValidator, SelectNeedsOneTypeOrNumbers) {
  EXPECT_EQ(check({}, {}, {0xd0, 0x70, 0xd0, 0x70, 0x41, 0, 0x1b, 0x1a, 0x0b}).substr(0, 22),
            "invalid: type mismatch");
  EXPECT_EQ(check({}, {}, {0xd0, 0x70, 0xd0, 0x70, 0x41, 0, 0x1c, 1, 0x70, 0x1a, 0x0b}), "");
  EXPECT_EQ(check({}, {}, {0x41, 0, 0x1c, 0, 0x1a, 0x0b}),
            "invalid: invalid result arity, in select");
  EXPECT_EQ(check({}, {}, {0x00, 0x1b, 0x1a, 0x0b}), "");
}

TEST(FunctionValidator, PolymorphicStacks) {
  EXPECT_EQ(check({}, {i32}, {0x00, 0x6a, 0x0b}), "");
  EXPECT_EQ(check({}, {i32}, {0x00, 0x42, 0, 0x6a, 0x0b}).substr(0, 22), "invalid: type mismatch");
  EXPECT_EQ(check({}, {i32}, {0x00, 0xd1, 0x0b}), "");     // ref.is_null
  EXPECT_EQ(check({}, {}, {0x00, 0xd4, 0x1a, 0x0b}), "");  // ref.as_non_null
  EXPECT_EQ(check({}, {i64}, {0x00, 0xd4, 0x0b}).substr(0, 22), "invalid: type mismatch");
}

TEST(FunctionValidator, FeaturesGateInstructions) {
  ModuleBytes m;
  m.features = wasm::Features::wasm1();
  m.func(m.type({}, {}), {0x41, 0, 0xc0, 0x1a, 0x0b});
  EXPECT_EQ(m.check(),
            "unsupported: i32.extend8_s needs the feature 'sign-extension', which is switched off");
}

}  // namespace
}  // namespace nacre::validate::test
