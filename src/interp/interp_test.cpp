// SPDX-License-Identifier: Apache-2.0
//
// The interpreter on small modules written in bytes. What instructions compute is tested by the
// official suite; here it is what that cannot see: dispatch without growing the host's stack,
// operands that move while they wait, traps with their places, and code of linear size.
#include "interp/interp.hpp"

#include <gtest/gtest.h>

#include "interp/exec.hpp"
#include "runtime/testing_module.hpp"

namespace nacre::interp {
namespace {

using runtime::testing::ModuleMaker;
using wasm::i32_type;
using Code = std::vector<uint8_t>;

constexpr uint8_t end = 0x0b;

// One module of functions (i32...) -> i32 with one page of memory.
class Program {
 public:
  explicit Program(runtime::CodeOptions options = {}, runtime::StoreLimits limits = {})
      : registry_(std::make_shared<runtime::TypeRegistry>()),
        engine_(make_interpreter(options)),
        maker_(registry_),
        store_(std::make_unique<runtime::Store>(engine_, registry_, limits)) {
    maker_.memory(1, 1);
  }

  // `body` starts with the locals and ends with the function's end.
  void function(uint32_t params, const Code& body) {
    const uint32_t type =
        maker_.func_type(std::vector<wasm::ValType>(params, i32_type), {i32_type});
    maker_.m.funcs.push_back(maker_.m.types[type]);
    maker_.m.bodies.push_back({bytes_.size(), static_cast<uint32_t>(body.size())});
    bytes_.insert(bytes_.end(), body.begin(), body.end());
  }

  void start() {
    maker_.m.features = wasm::Features::all();
    maker_.m.bytes = maker_.bytes(bytes_);
    module_ = maker_.build();
    auto& m = const_cast<runtime::CompiledModule&>(*module_);
    m.engine = engine_;
    m.code = engine_->compile(m).value();
    instance_ = runtime::instantiate(*store_, module_, {}).value();
  }

  Trap call(uint32_t index, std::vector<Slot> args, uint32_t* result = nullptr) {
    args.resize(args.size() + 1);
    const Trap t = store_->call(*instance_->func(index), args.data());
    if (result != nullptr) *result = static_cast<uint32_t>(args[0]);
    return t;
  }

  uint32_t value(uint32_t index, std::vector<Slot> args) {
    uint32_t r = 0;
    EXPECT_EQ(call(index, std::move(args), &r), Trap::none);
    return r;
  }

  runtime::Store& store() { return *store_; }
  ModuleMaker& maker() { return maker_; }
  const Body& body(uint32_t index) {
    ModuleImage& image = image_of(*instance_);
    return *image.translate(image.function(index));
  }

 private:
  std::shared_ptr<runtime::TypeRegistry> registry_;
  std::shared_ptr<runtime::ExecEngine> engine_;
  ModuleMaker maker_;
  Code bytes_;
  std::shared_ptr<const runtime::CompiledModule> module_;
  std::unique_ptr<runtime::Store> store_;
  runtime::Instance* instance_ = nullptr;
};

// fib(n) = n < 2 ? n : fib(n - 1) + fib(n - 2)
const Code fib = {0, 0x20, 0,    0x41, 2,    0x48, 0x04, 0x7f, 0x20, 0,    0x05, 0x20, 0,   0x41,
                  1, 0x6b, 0x10, 0,    0x20, 0,    0x41, 2,    0x6b, 0x10, 0,    0x6a, end, end};

TEST(Interp, Recursion) {
  Program p;
  p.function(1, fib);
  p.start();
  EXPECT_EQ(p.value(0, {20}), 6765u);
}

TEST(Interp, TenMillionDispatchesNeedNoHostStack) {
  Program p;
  // do { n = n - 1 } while (n), through a global-free loop of two instructions
  p.function(1, {0, 0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, end, 0x20, 0, end});
  p.start();
  EXPECT_EQ(p.value(0, {10'000'000}), 0u);
}

TEST(Interp, PendingLocalsAreCopiedBeforeAssignment) {
  Program p;
  // local.get 0; local.get 0; local.set 0 <- 7; add
  p.function(1, {0, 0x20, 0, 0x20, 0, 0x41, 7, 0x21, 0, 0x6a, 0x20, 0, 0x6a, end});
  // the same with a computed value, which must not be written before the copy
  p.function(1, {0, 0x20, 0, 0x20, 0, 0x41, 1, 0x6a, 0x21, 0, 0x20, 0, 0x6c, end});
  // tee keeps the value in the accumulator and in the local
  p.function(1, {0, 0x20, 0, 0x41, 3, 0x6a, 0x22, 0, 0x20, 0, 0x6c, end});
  p.start();
  EXPECT_EQ(p.value(0, {5}), 5u + 5u + 7u);
  EXPECT_EQ(p.value(1, {5}), 5u * 6u);
  EXPECT_EQ(p.value(2, {5}), 8u * 8u);
}

TEST(Interp, AssignmentAcrossBlocksWithWaitingOperand) {
  Program p;
  // local.get 0; if (local 1) local 0 = 9; add local 0
  p.function(2, {0, 0x20, 0, 0x20, 1, 0x04, 0x40, 0x41, 9, 0x21, 0, end, 0x20, 0, 0x6a, end});
  p.start();
  EXPECT_EQ(p.value(0, {4, 0}), 8u);
  EXPECT_EQ(p.value(0, {4, 1}), 13u);
}

TEST(Interp, ReferenceGlobalsLeaveTheAccumulatorAlone) {
  Program p;
  p.maker().m.globals.push_back({{wasm::externref_type, true}, p.maker().expr({0xd0, 0x6f})});
  // local 1 = local 0 + 1, which is then also in the accumulator; drop a global; local 1
  p.function(1, {1, 1, 0x7f, 0x20, 0, 0x41, 1, 0x6a, 0x21, 1, 0x23, 0, 0x1a, 0x20, 1, end});
  p.start();
  EXPECT_EQ(p.value(0, {41}), 42u);
}

TEST(Interp, NullsAreInPlaceWhenOnlySomePathsAllocate) {
  Program p;
  const auto type = static_cast<uint8_t>(p.maker().struct_type({}));
  p.function(1, {0, 0x20, 0, end});
  // Leave something where the null will be; ref.null any; if (!local 0) drop a new struct; is it
  // null?
  p.function(1, {0,    0x20, 0,    0x10, 0, 0x1a, 0xd0, 0x6e, 0x20, 0,
                 0x45, 0x04, 0x40, 0xfb, 0, type, 0x1a, end,  0xd1, end});
  p.start();
  EXPECT_EQ(p.value(1, {5}), 1u);
  EXPECT_EQ(p.value(1, {0}), 1u);
}

TEST(Interp, TrapsSayWhereAndWhat) {
  Program p;
  p.function(1, {0, 0x20, 0, 0x28, 2, 16, end});  // i32.load offset=16
  p.function(1, {0, 0x20, 0, 0x10, 0, end});      // calls it
  p.start();
  EXPECT_EQ(p.value(1, {0}), 0u);
  EXPECT_EQ(p.value(1, {65536 - 20}), 0u);
  EXPECT_EQ(p.call(1, {65536 - 19}), Trap::memory_out_of_bounds);
  const runtime::TrapInfo& info = p.store().trap_info;
  EXPECT_EQ(info.address, 65536u - 3u);
  EXPECT_EQ(info.size, 4u);
  EXPECT_EQ(info.bound, 65536u);
  ASSERT_EQ(info.frames.size(), 2u);
  EXPECT_EQ(info.frames[0].func_index, 0u);
  EXPECT_EQ(info.frames[0].offset, 3u);
  EXPECT_EQ(info.frames[1].func_index, 1u);
  EXPECT_EQ(info.frames[1].offset, 7u + 3u);
  EXPECT_EQ(p.call(1, {0xffffffff}), Trap::memory_out_of_bounds);
  EXPECT_EQ(p.value(1, {4}), 0u);
}

TEST(Interp, StackExhaustionIsATrapAgainAndAgain) {
  Program p;
  p.function(1, {0, 0x20, 0, 0x10, 0, end});
  p.function(1, {0, 0x20, 0, end});
  p.start();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(p.call(0, {1}), Trap::stack_exhausted);
  EXPECT_GT(p.store().trap_info.frames_total, 1000u);
  EXPECT_LE(p.store().trap_info.frames.size(), 64u);
  EXPECT_EQ(p.value(1, {3}), 3u);
}

TEST(Interp, ALargeFrameNeedsRoomBeforeItRuns) {
  runtime::StoreLimits limits;
  limits.max_stack_bytes = 64 << 10;
  Program p({}, limits);
  p.function(0, {1, 0xd0, 0x86, 3, 0x7f, 0x41, 1, end});  // 50,000 locals
  p.function(0, {0, 0x10, 0, end});
  p.start();
  EXPECT_EQ(p.call(0, {}), Trap::stack_exhausted);
  EXPECT_EQ(p.call(1, {}), Trap::stack_exhausted);
  ASSERT_EQ(p.store().trap_info.frames.size(), 1u);
  EXPECT_EQ(p.store().trap_info.frames[0].func_index, 1u);
}

TEST(Interp, FuelAndInterruptionEndLoops) {
  runtime::CodeOptions options;
  options.fuel = options.interruptible = true;
  Program p(options);
  p.function(0, {0, 0x03, 0x40, 0x0c, 0, end, 0x41, 0, end});
  p.start();
  p.store().fuel = 1000;
  EXPECT_EQ(p.call(0, {}), Trap::out_of_fuel);
  p.store().fuel = 1000;
  p.store().interrupt();
  EXPECT_EQ(p.call(0, {}), Trap::interrupted);
  p.store().clear_interrupt();
  p.store().fuel = int64_t{1} << 60;
  p.store().deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(5);
  EXPECT_EQ(p.call(0, {}), Trap::deadline);
}

// Code stays proportional to the body in shapes that tempt a translator to repeat itself.
TEST(Interp, CodeIsLinear) {
  const auto words = [](const Code& piece, int n) {
    Program p;
    Code body = {0};
    for (int i = 0; i < n; ++i) body.insert(body.end(), piece.begin(), piece.end());
    body.insert(body.end(), {0x41, 0, end});
    p.function(2, body);
    p.start();
    return p.body(0).num_words;
  };
  const Code pieces[] = {
      {0x20, 0, 0x20, 1, 0x21, 0, 0x1a},          // a pending local at every assignment
      {0x02, 0x40, 0x20, 0, 0x0d, 0, end},        // blocks with a jump
      {0x20, 0, 0x02, 0x40, end, 0x1a},           // settled at every block
      {0x20, 0, 0x41, 1, 0x48, 0x04, 0x40, end},  // compare and jump
  };
  for (const Code& piece : pieces) {
    const uint32_t small = words(piece, 100), large = words(piece, 10'000);
    EXPECT_LE(large, small * 101);
  }
}

TEST(Interp, ComparisonsFuseWithJumps) {
  Program p;
  p.function(
      2, {0, 0x02, 0x40, 0x20, 0, 0x20, 1, 0x48, 0x45, 0x0d, 0, 0x41, 1, 0x0f, end, 0x41, 0, end});
  p.start();
  EXPECT_EQ(p.value(0, {1, 2}), 1u);
  EXPECT_EQ(p.value(0, {2, 1}), 0u);
  // compare-and-jump, two returns: no instruction for the comparison, eqz or the condition
  EXPECT_LE(p.body(0).num_words, 2u + 3u * ptr_words + 3u + 2u * 3u);
}

}  // namespace
}  // namespace nacre::interp
