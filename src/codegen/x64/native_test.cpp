// SPDX-License-Identifier: Apache-2.0
//
// Native code: calls between functions, instances and the host, floating-point modes, images.
#include <bit>
#include <cfenv>
#include <cstring>
#include <random>
#include <vector>

#include "codegen/x64/native_test_support.hpp"

namespace nacre::codegen::x64 {
namespace {

TEST_F(Native, AddsTwo) {
  link({[](Body& b) {
    b.begin(0, true);
    b.a.add(eax, edx);
    b.end();
  }});
  const RuntimeType* t = type({i32_type, i32_type}, {i32_type});
  Slot slots[2] = {0xffffffff, 3};
  EXPECT_EQ(call(0, t, slots), Trap::none);
  EXPECT_EQ(slots[0], 2u);
  EXPECT_EQ(stack->state().entry, 0u);
  slots[0] = 40, slots[1] = 2;
  EXPECT_EQ(call(0, t, slots), Trap::none);
  EXPECT_EQ(slots[0], 42u);
}

TEST_F(Native, SeesTheVmContext) {
  link({[](Body& b) {
    b.begin(0, true);
    b.a.mov(rax, mem(vm_reg, static_cast<int32_t>(offsetof(VmContext, memory0_length))));
    b.end();
  }});
  instance->vm.memory0_length = 77;
  Slot slots[1] = {};
  EXPECT_EQ(call(0, type({}, {i64_type}), slots), Trap::none);
  EXPECT_EQ(slots[0], 77u);
}

// Parameters of every class, more than registers can hold, through a tail call to a host function
// that returns them in reverse.
struct Reversal {
  const RuntimeType* type;
  const Instance* caller = nullptr;
};

Trap reverse(void* env, Store&, Instance* caller, Slot* slots) {
  auto* r = static_cast<Reversal*>(env);
  r->caller = caller;
  const std::vector<Slot> in(slots, slots + r->type->param_slots);
  size_t from = in.size(), to = 0;
  for (size_t i = r->type->params.size(); i-- != 0;) {
    const uint32_t n = runtime::slots_of(r->type->params[i]);
    from -= n;
    for (uint32_t k = 0; k < n; ++k) slots[to++] = in[from + k];
  }
  return Trap::none;
}

TEST_F(Native, EveryShapeThroughHostCallsAndTailCalls) {
  std::mt19937_64 random(7);
  const ValType kinds[] = {i32_type, i64_type, f32_type, f64_type, v128_type, wasm::funcref_type};
  for (size_t count = 0; count < 60; ++count) {
    std::vector<ValType> params;
    for (size_t i = 0; i < (count == 59 ? 1000 : count); ++i) params.push_back(kinds[random() % 6]);
    const std::vector<ValType> results(params.rbegin(), params.rend());
    const RuntimeType* const t = type(params, results);
    const CallLayout layout = assign(params, results);
    Reversal r{t};
    Func* const host = host_func(t, reverse, &r);
    link({// Calls the host with its own parameters, by replacing its frame ...
          [&](Body& b) {
            b.begin();
            const int32_t area = static_cast<int32_t>(layout.param_bytes);
            if (area != 0) b.a.sub(rsp, area);
            for (int32_t at = 0; at < area; at += 8) {
              b.a.mov(r11, mem(rbp, first_param + at));
              b.a.mov(mem(rsp, at), r11);
            }
            emit_leave_for_tail_call(b.a, layout.param_bytes, layout.param_bytes);
            b.a.mov_imm(callee_reg, reinterpret_cast<uintptr_t>(host));
            emit_jump_func(b.a);
            b.cold();
          }});
    std::vector<Slot> in, slots;
    for (const ValType p : params) {
      const bool narrow = p == i32_type || p == f32_type;
      in.push_back(narrow ? static_cast<uint32_t>(random()) : random());
      if (p == v128_type) in.push_back(random());
    }
    slots = in;
    slots.resize(in.size() + 1);
    ASSERT_EQ(call(0, t, slots.data()), Trap::none);
    EXPECT_EQ(r.caller, instance);
    // Twice reversed is what it was.
    ASSERT_EQ(reverse(&(r = {type(results, params)}), *store, nullptr, slots.data()), Trap::none);
    slots.pop_back();
    ASSERT_EQ(slots, in) << count;
  }
}

TEST_F(Native, HostCallsKeepTheCallersContext) {
  const RuntimeType* t = type({i32_type, i64_type}, {i64_type});
  const auto mul = [](void* env, Store&, Instance* caller, Slot* s) {
    *static_cast<Instance**>(env) = caller;
    s[0] = s[0] * s[1];
    return Trap::none;
  };
  Instance* seen = nullptr;
  Func* host = host_func(t, mul, &seen);
  link({[&](Body& b) {
    b.begin();
    b.call_func(host, 5);
    b.a.add(rax, mem(vm_reg, static_cast<int32_t>(offsetof(VmContext, memory0_length))));
    b.end();
  }});
  instance->vm.memory0_length = 1000;
  Slot slots[2] = {6, 7};
  EXPECT_EQ(call(0, t, slots), Trap::none);
  EXPECT_EQ(slots[0], 1042u);
  EXPECT_EQ(seen, instance);
}

TEST_F(Native, CallsBetweenInstances) {
  const RuntimeType* t = type({}, {i64_type});
  Instance* const other = new_instance();
  Func* callee = nullptr;
  const auto length = static_cast<int32_t>(offsetof(VmContext, memory0_length));
  const Write leaf = [&](Body& b) {
    b.begin(0, true);
    b.a.mov(rax, mem(vm_reg, length));
    b.end();
  };
  const Write outer = [&](Body& b) {
    b.begin();
    b.a.mov_imm(r11, reinterpret_cast<uintptr_t>(&callee));
    b.a.mov(callee_reg, mem(r11));
    emit_call_func(b.a);
    b.site(call_site(b.a), Site::Kind::call, Trap::none, 1);
    emit_reload_vm(b.a);
    b.a.imul(rax, mem(vm_reg, length));
    b.end();
  };
  link({leaf, outer});
  callee = wasm_func(0, t, other);
  instance->vm.memory0_length = 3;
  other->vm.memory0_length = 5;
  Slot slots[1] = {};
  EXPECT_EQ(call(1, t, slots), Trap::none);
  EXPECT_EQ(slots[0], 15u);
}

// f(n) with no stack parameters and g(n, ... 20 more) call each other by tail calls.
TEST_F(Native, TailCallsOfAnySizeKeepTheStackFlat) {
  const std::vector<ValType> wide(21, i64_type);
  const CallLayout layout = assign(wide, std::vector<ValType>{i64_type});
  const auto area = static_cast<int32_t>(layout.param_bytes);
  ASSERT_GT(area, 64);
  link({[&](Body& b) {
          b.begin(48);
          b.a.sub(rsp, area);
          b.a.sub(rax, 1);
          for (int32_t at = 0; at < area; at += 8) b.a.mov(mem(rsp, at), rax);
          emit_leave_for_tail_call(b.a, 0, layout.param_bytes);
          b.jump(1);
          b.cold();
        },
        [&](Body& b) {
          b.begin(24);
          const Label done = b.a.label();
          b.a.cmp(rax, mem(rbp, first_param + area - 8));  // the last parameter arrived
          b.a.j(Cond::ne, b.overflow);
          b.a.cmp(rax, mem(rbp, first_param));
          b.a.j(Cond::ne, b.overflow);
          b.a.test(rax, rax);
          b.a.j(Cond::e, done);
          emit_leave_for_tail_call(b.a, layout.param_bytes, 0);
          b.jump(0);
          b.a.bind(done);
          b.a.mov_imm(rax, 99);
          b.end(layout.param_bytes);
        }});
  Slot slots[1] = {300000};
  EXPECT_EQ(call(0, type({i64_type}, {i64_type}), slots), Trap::none);
  EXPECT_EQ(slots[0], 99u);
}

// The mode that arithmetic has, which is not the one that fegetround() looks at.
bool rounds_up() {
  volatile double one = 1, three = 3;
  return one / three > 0.33333333333333331;
}

TEST_F(Native, SetsAndRestoresTheFloatingPointMode) {
  stack->use_floats();
  link({[](Body& b) {  // 1 / 3
          b.begin(0, true);
          b.a.divsd(xmm0, xmm1);
          b.end();
        },
        [](Body& b) {
          b.begin();
          b.a.divsd(xmm0, xmm1);
          b.a.bind(b.overflow);
          b.trap(Trap::unreachable, 1);
          b.overflow = b.a.label();
          b.cold();
        }});
  const RuntimeType* t = type({f64_type, f64_type}, {f64_type});
  const double in[2] = {1, 3};
  Slot nearest[2], upward[2];
  std::memcpy(nearest, in, sizeof in);
  std::memcpy(upward, in, sizeof in);
  ASSERT_EQ(call(0, t, nearest), Trap::none);
  std::fesetround(FE_UPWARD);
  ASSERT_EQ(call(0, t, upward), Trap::none);
  EXPECT_TRUE(rounds_up());
  Slot again[2];
  std::memcpy(again, in, sizeof in);
  EXPECT_EQ(call(1, t, again), Trap::unreachable);
  EXPECT_TRUE(rounds_up());
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(nearest[0], upward[0]);
}

TEST_F(Native, HostFunctionsCannotChangeTheFloatingPointMode) {
  stack->use_floats();
  const RuntimeType* t = type({f64_type, f64_type}, {f64_type});
  Func* host = host_func(type({}, {}), [](void*, Store&, Instance*, Slot*) {
    std::fesetround(FE_UPWARD);
    return Trap::none;
  });
  link({[&](Body& b) {
    b.begin(24);
    b.a.movsd(mem(rbp, -16), xmm0);
    b.a.movsd(mem(rbp, -24), xmm1);
    b.call_func(host, 1);
    b.a.movsd(xmm0, mem(rbp, -16));
    b.a.divsd(xmm0, mem(rbp, -24));
    b.end();
  }});
  const double in[2] = {1, 3};
  Slot slots[2];
  std::memcpy(slots, in, sizeof in);
  EXPECT_EQ(call(0, t, slots), Trap::none);
  std::fesetround(FE_TONEAREST);
  const double third = 1.0 / 3.0;
  EXPECT_EQ(slots[0], std::bit_cast<uint64_t>(third));
}

// --- images

TEST_F(Native, ImagesDoNotDependOnTheDivisionOfWork) {
  std::vector<Write> functions;
  for (uint32_t i = 0; i < 50; ++i)
    functions.push_back([i](Body& b) {
      b.begin();
      for (uint32_t k = 0; k < i % 7; ++k) b.a.add(eax, static_cast<int32_t>(1000 + k));
      b.call((i * 13 + 1) % 50, i);
      b.end();
    });
  link(functions);
  std::vector<FunctionBatch> batches(4), incomplete(4), ambiguous(4);
  for (std::vector<FunctionBatch>* to : {&batches, &incomplete, &ambiguous})
    for (uint32_t i = 50; i-- != 0;) add_to((*to)[i * 7 % 4], i, functions[i]);
  const auto other = CodeImage::link(batches, 50, 100, stubs, false);
  ASSERT_NE(other, nullptr);
  ASSERT_EQ(other->code().size(), image->code().size());
  EXPECT_TRUE(std::equal(other->code().begin(), other->code().end(), image->code().begin()));
  EXPECT_EQ(other->sites().bytes(), image->sites().bytes());
  // Incomplete or ambiguous work is refused.
  EXPECT_EQ(CodeImage::link({incomplete.data(), 3}, 50, 0, stubs, false), nullptr);
  EXPECT_EQ(CodeImage::link(incomplete, 49, 0, stubs, false), nullptr);
  ambiguous[0] = ambiguous[1];
  EXPECT_EQ(CodeImage::link(ambiguous, 50, 0, stubs, false), nullptr);
}

TEST_F(Native, EmptyImagesAndFunctionAddresses) {
  link({});
  EXPECT_EQ(image->code().size(), 0u);
  link({[](Body& b) {
          b.begin(0, true);
          b.relocations.push_back({emit_function_address(b.a, rax), 1, true});
          b.end();
        },
        [](Body& b) {
          b.begin(0, true);
          b.end();
        }});
  Slot slots[1];
  EXPECT_EQ(call(0, type({}, {i64_type}), slots), Trap::none);
  EXPECT_EQ(slots[0], reinterpret_cast<uintptr_t>(image->func_entry(1)));
}

}  // namespace
}  // namespace nacre::codegen::x64
