// SPDX-License-Identifier: Apache-2.0
//
// The layer below the compilers, run on functions assembled by hand: entry, host calls, tail calls,
// traps of every origin, stack limits, interruption, backtraces, images.
#include <gtest/gtest.h>

#include <atomic>
#include <cfenv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <thread>

#include "base/bytes.hpp"
#include "codegen/image.hpp"
#include "codegen/traps.hpp"
#include "codegen/unwind.hpp"
#include "codegen/x64/abi.hpp"
#include "os/fault_handler.hpp"
#include "os/threads.hpp"
#include "runtime/gc/heap.hpp"
#include "runtime/memory_storage.hpp"

namespace nacre::codegen::x64 {
namespace {

using runtime::Func;
using runtime::Instance;
using runtime::RuntimeType;
using runtime::Slot;
using runtime::Store;
using runtime::TypeRegistry;
using runtime::VmContext;
using wasm::f32_type;
using wasm::f64_type;
using wasm::i32_type;
using wasm::i64_type;
using wasm::v128_type;
using wasm::ValType;

// A function while it is written.
struct Body {
  CodeBuffer code;
  Assembler a{code, {}};
  FrameInfo frame{8, false};
  std::vector<Handler> handlers;
  std::vector<HandlerSite> handler_sites;
  std::vector<int32_t> local_refs, refs;
  std::vector<RefSite> ref_sites;
  std::vector<Site> sites;
  std::vector<Relocation> relocations;
  uint32_t direct = 0;
  Label overflow = a.label();
  uint32_t wasm = 1000;

  void begin(uint32_t bytes = 8, bool leaf = false) {
    frame = {bytes, leaf};
    emit_func_entry(a);
    direct = code.size();
    emit_prologue(a, frame, overflow);
  }
  void site(uint32_t offset, Site::Kind kind, Trap trap, uint32_t at) {
    sites.push_back({offset, at, kind, trap});
  }
  void call(uint32_t function, uint32_t at) {
    relocations.push_back({emit_call_function(a), function});
    site(call_site(a), Site::Kind::call, Trap::none, at);
  }
  void jump(uint32_t function) { relocations.push_back({emit_jump_function(a), function}); }
  void call_func(const Func* f, uint32_t at) {
    a.mov_imm(callee_reg, reinterpret_cast<uintptr_t>(f));
    emit_call_func(a);
    site(call_site(a), Site::Kind::call, Trap::none, at);
    emit_reload_vm(a);
  }
  void trap(Trap t, uint32_t at) { site(emit_trap(a), Site::Kind::trap, t, at); }
  void end(uint32_t param_bytes = 0) {
    emit_return(a, param_bytes);
    cold();
  }
  void cold() {
    a.bind(overflow);
    trap(Trap::stack_exhausted, wasm);
  }
};

using Write = std::function<void(Body&)>;

void add_to(FunctionBatch& batch, uint32_t index, const Write& write) {
  Body b;
  b.wasm = 1000 * (index + 1);
  write(b);
  EXPECT_TRUE(b.code.finish(0xCC));
  batch.add({.index = index,
             .bytes = b.code.bytes(),
             .direct = b.direct,
             .frame = b.frame,
             .sites = b.sites,
             .relocations = b.relocations,
             .handlers = b.handlers,
             .handler_sites = b.handler_sites,
             .local_refs = b.local_refs,
             .ref_sites = b.ref_sites,
             .refs = b.refs});
}

class Native : public ::testing::Test {
 protected:
  void SetUp() override {
    if (os::cpu_arch() != os::CpuArch::x64) GTEST_SKIP() << "code of another processor";
    stubs = Stubs::create();
    ASSERT_NE(stubs, nullptr);
    runtime::StoreLimits limits;
    limits.guarded_memories = true;
    make_store(limits);
  }
  void make_store(const runtime::StoreLimits& limits) {
    stack.reset();
    store = std::make_unique<Store>(nullptr, registry, limits);
    stack = std::make_unique<NativeStack>(*store, stubs);
    instance = new_instance();
  }
  Instance* new_instance() {
    Instance& i = instances.emplace_back();
    i.vm.store = store.get();
    stack->attach(i.vm);
    return &i;
  }
  void link(const std::vector<Write>& functions, bool signals = os::faults_supported()) {
    FunctionBatch batch;
    for (uint32_t i = 0; i < functions.size(); ++i) add_to(batch, i, functions[i]);
    image =
        CodeImage::link({&batch, 1}, static_cast<uint32_t>(functions.size()), 100, stubs, signals);
    ASSERT_NE(image, nullptr);
  }
  const RuntimeType* type(std::vector<ValType> params, std::vector<ValType> results) {
    return registry->intern_func(params, results);
  }
  Func* wasm_func(uint32_t index, const RuntimeType* t, Instance* in = nullptr) {
    Func& f = funcs.emplace_back();
    f.type = t;
    f.store = store.get();
    f.instance = in == nullptr ? instance : in;
    f.index = index;
    f.engine_code = const_cast<void*>(image->func_entry(index));
    f.engine_entry = reinterpret_cast<const void*>(stubs->entry(*t));
    return &f;
  }
  Func* host_func(const RuntimeType* t, runtime::HostCallback callback, void* env = nullptr) {
    Func* f = store->new_host_func(t, callback, env, nullptr, "host");
    f->engine_code = const_cast<void*>(stubs->host_call(*t));
    return f;
  }
  Trap call(uint32_t index, const RuntimeType* t, Slot* slots, Instance* in = nullptr) {
    return stack->call(*wasm_func(index, t, in), slots);
  }
  const std::vector<runtime::RawFrame>& frames() const { return store->trap_info.frames; }

  std::shared_ptr<TypeRegistry> registry = std::make_shared<TypeRegistry>();
  std::shared_ptr<Stubs> stubs;
  std::unique_ptr<Store> store;
  std::unique_ptr<NativeStack> stack;
  std::deque<Instance> instances;
  std::deque<Func> funcs;
  Instance* instance = nullptr;
  std::unique_ptr<CodeImage> image;
};

std::map<Store*, NativeStack*> stacks;

size_t resident_bytes() {
  size_t pages = 0, total = 0;
  if (FILE* f = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(f, "%zu %zu", &total, &pages) != 2) pages = 0;
    std::fclose(f);
  }
  return pages * 4096;
}

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
  EXPECT_EQ(std::memcmp(slots, &third, sizeof third), 0);
}

// --- traps

TEST_F(Native, TrapsByStubInstructionAndFault) {
  if (!os::faults_supported()) GTEST_SKIP() << "faults are not caught here";
  wasm::MemoryType memory_type;
  memory_type.limits.min = 1;
  runtime::Memory* const memory = store->new_memory(memory_type).value();
  ASSERT_TRUE(memory->storage->guarded());
  instance->memories = {memory};
  instance->vm.memory0_base = memory->base;
  link({[](Body& b) {
          b.begin(0, true);
          b.trap(Trap::integer_overflow, 11);
          b.cold();
        },
        [](Body& b) {
          b.begin(0, true);
          b.site(emit_trap_instruction(b.a), Site::Kind::trap, Trap::unreachable, 22);
          b.cold();
        },
        [](Body& b) {
          b.begin(0, true);
          b.a.mov(rdx, mem(vm_reg));
          b.site(b.code.size(), Site::Kind::memory, Trap::none, 33);
          b.a.mov(eax, mem(rdx, rax, 0, 0x7fffffff));
          b.end();
        },
        [](Body& b) {
          b.begin(0, true);
          b.a.mov(rdx, mem(vm_reg));
          b.site(b.code.size(), Site::Kind::memory, Trap::none, 44);
          b.a.mov(eax, mem(rdx, rax));
          b.end();
        }});
  const RuntimeType* t = type({i32_type}, {i32_type});
  const auto expect = [&](uint32_t function, Slot argument, Trap trap, uint64_t wasm) {
    Slot slots[1] = {argument};
    EXPECT_EQ(call(function, t, slots), trap);
    EXPECT_EQ(store->trap_info.trap, trap);
    ASSERT_EQ(frames().size(), 1u);
    EXPECT_EQ(frames()[0].func_index, 100 + function);
    EXPECT_EQ(frames()[0].offset, wasm);
    EXPECT_EQ(frames()[0].instance, instance);
    EXPECT_EQ(stack->state().entry, 0u);
  };
  for (int i = 0; i < 3; ++i) {
    expect(0, 0, Trap::integer_overflow, 11);
    expect(1, 0, Trap::unreachable, 22);
    expect(2, 0xffffffff, Trap::memory_out_of_bounds, 33);
    EXPECT_EQ(store->trap_info.address, 0x17ffffffeu);
    EXPECT_EQ(store->trap_info.bound, 65536u);
    expect(3, 65536, Trap::memory_out_of_bounds, 44);
    Slot slots[1] = {65532};
    EXPECT_EQ(call(3, t, slots), Trap::none);
    EXPECT_EQ(slots[0], 0u);
  }
  ASSERT_EQ(memory->grow(1), 1u);
  Slot slots[1] = {65536};
  EXPECT_EQ(call(3, t, slots), Trap::none);
  expect(3, 131069, Trap::memory_out_of_bounds, 44);  // the last three bytes, and one too many
}

TEST_F(Native, HostFunctionsTrap) {
  const RuntimeType* t = type({}, {});
  Func* host = host_func(t, [](void*, Store&, Instance*, Slot*) { return Trap::exit; });
  link({[&](Body& b) {
    b.begin();
    b.call_func(host, 7);
    b.end();
  }});
  Slot slots[1];
  EXPECT_EQ(call(0, t, slots), Trap::exit);
  ASSERT_EQ(frames().size(), 1u);
  EXPECT_EQ(frames()[0].offset, 7u);
}

TEST_F(Native, BuiltinsAreCalledAndFail) {
  static Store* current;
  current = store.get();
  const auto builtin = +[](uint64_t x, uint64_t y) -> uint64_t {
    if (y != 0) return x / y;
    current->set_trap(Trap::table_out_of_bounds, x, 1, 2);
    return ~uint64_t{0};
  };
  const void* const table[] = {nullptr, reinterpret_cast<const void*>(builtin)};
  instance->vm.builtins = table;
  link({[](Body& b) {
    b.begin();
    const Label failed = b.a.label();
    b.a.mov(r64(host_abi().arguments[1]), rdx);
    b.a.mov(r64(host_abi().arguments[0]), rax);
    b.site(emit_call_builtin(b.a, 1), Site::Kind::call, Trap::none, 3);
    b.a.cmp(rax, -1);
    b.a.j(Cond::e, failed);
    b.end();
    b.a.bind(failed);
    b.site(emit_trap(b.a), Site::Kind::dynamic, Trap::none, 3);
  }});
  const RuntimeType* t = type({i64_type, i64_type}, {i64_type});
  if (host_abi().arguments[0] == rdx.code) GTEST_SKIP() << "not this host ABI";
  Slot slots[2] = {42, 2};
  EXPECT_EQ(call(0, t, slots), Trap::none);
  EXPECT_EQ(slots[0], 21u);
  slots[0] = 5, slots[1] = 0;
  EXPECT_EQ(call(0, t, slots), Trap::table_out_of_bounds);
  EXPECT_EQ(store->trap_info.address, 5u);
}

Write endless_recursion(uint32_t frame) {
  return [frame](Body& b) {
    b.begin(frame);
    b.a.inc(rax);
    b.call(0, 77);
    b.end();
  };
}

TEST_F(Native, StackOverflow) {
  for (const uint32_t frame : {8u, 200u, 7000u, 9000u, 800000u}) {
    link({endless_recursion(frame)});
    Slot slots[1] = {0};
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(call(0, type({i64_type}, {i64_type}), slots), Trap::stack_exhausted);
    const auto took = std::chrono::steady_clock::now() - before;
    EXPECT_LT(took, std::chrono::seconds(2));
    // At least what was promised, and at most one granule of the limit more.
    const uint64_t most = store->limits().max_stack_bytes;
    EXPECT_GE(store->trap_info.frames_total + 2, most / (frame + 16));
    EXPECT_LE(store->trap_info.frames_total, (most + 65536) / (frame + 16) + 2);
    // It belongs to the call: the callee never began.
    ASSERT_FALSE(frames().empty());
    EXPECT_EQ(frames()[0].offset, 77u);
    EXPECT_LE(frames().size(), 64u);
  }
}

TEST_F(Native, StackOverflowOnASmallStack) {
  link({endless_recursion(8)});
  runtime::StoreLimits limits;
  limits.max_stack_bytes = uint64_t{1} << 40;  // more than the thread has
  make_store(limits);
  std::thread([&] {
    Slot slots[1] = {0};
    EXPECT_EQ(call(0, type({i64_type}, {i64_type}), slots), Trap::stack_exhausted);
  }).join();
  Slot slots[1] = {0};
  EXPECT_EQ(call(0, type({i64_type}, {i64_type}), slots), Trap::stack_exhausted);
}

TEST_F(Native, InterruptionStopsTheNextCall) {
  link({[](Body& b) {
          b.begin();
          const Label again = b.a.label();
          b.a.bind(again);
          b.call(1, 5);
          b.a.jmp(again);
          b.cold();
        },
        [](Body& b) {
          b.begin();
          b.end();
        }});
  const RuntimeType* t = type({}, {});
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    store->interrupt();
    stack->interrupt();
  });
  Slot slots[1];
  EXPECT_EQ(call(0, t, slots), Trap::interrupted);
  other.join();
  EXPECT_EQ(frames().size(), 1u);
  store->clear_interrupt();
  stack->clear_interrupt();
  EXPECT_EQ(call(1, t, slots), Trap::none);
}

TEST_F(Native, AMillionTrapsLeaveMemoryFlat) {
  if (!os::faults_supported()) GTEST_SKIP() << "faults are not caught here";
  link({[](Body& b) {
          b.begin();
          b.trap(Trap::unreachable, 1);
          b.cold();
        },
        [](Body& b) {
          b.begin();
          b.a.mov_zero(rdx);
          b.site(b.code.size(), Site::Kind::memory, Trap::none, 2);
          b.a.mov(rax, mem(rdx, 16));
          b.end();
        }});
  const RuntimeType* t = type({}, {});
  Slot slots[1];
  const auto run = [&](uint32_t function, Trap trap, int n) {
    const Func& func = *wasm_func(function, t);
    for (int i = 0; i < n; ++i) ASSERT_EQ(stack->call(func, slots), trap);
  };
  run(0, Trap::unreachable, 1000);
  run(1, Trap::memory_out_of_bounds, 1000);
  const size_t before = resident_bytes();
  run(0, Trap::unreachable, 900'000);
  run(1, Trap::memory_out_of_bounds, 100'000);
  EXPECT_LT(resident_bytes(), before + (1 << 20));
}

// wasm 0 -> wasm 1 -> host -> (entry) wasm 2, which traps; the host passes the trap on.

TEST_F(Native, BacktraceAcrossNestedCalls) {
  const RuntimeType* t = type({}, {});
  std::vector<runtime::RawFrame> live;
  uint64_t total = 0;
  std::function<Trap()> body = [&] {
    total = stack->frames(live, 100);
    Slot slots[1];
    return call(2, t, slots);
  };
  Func* host = host_func(
      t,
      [](void* env, Store&, Instance*, Slot*) {
        return (*static_cast<std::function<Trap()>*>(env))();
      },
      &body);
  Instance* const other = new_instance();
  Func* second = nullptr;
  link({[&](Body& b) {
          b.begin(40);
          b.a.mov_imm(r11, reinterpret_cast<uintptr_t>(&second));
          b.a.mov(callee_reg, mem(r11));
          emit_call_func(b.a);
          b.site(call_site(b.a), Site::Kind::call, Trap::none, 10);
          emit_reload_vm(b.a);
          b.end();
        },
        [&](Body& b) {
          b.begin(16);
          b.call_func(host, 20);
          b.end();
        },
        [](Body& b) {
          b.begin();
          b.call(3, 30);
          b.end();
        },
        [](Body& b) {
          b.begin(0, true);
          b.trap(Trap::unreachable, 40);
          b.cold();
        }});
  second = wasm_func(1, t, other);
  Slot slots[1];
  EXPECT_EQ(call(0, t, slots), Trap::unreachable);
  EXPECT_EQ(stack->state().entry, 0u);
  ASSERT_EQ(live.size(), 3u);
  EXPECT_EQ(total, 3u);
  EXPECT_EQ(live[0].host, host);
  EXPECT_EQ(live[1].instance, other);
  EXPECT_EQ(live[1].func_index, 101u);
  EXPECT_EQ(live[1].offset, 20u);
  EXPECT_EQ(live[2].instance, instance);
  EXPECT_EQ(live[2].offset, 10u);

  // What the inner call recorded, before the host passed its trap on.
  body = [&] {
    Slot inner[1];
    const Trap trap = call(2, t, inner);
    EXPECT_EQ(frames().size(), 5u);
    if (frames().size() == 5) {
      const uint64_t offsets[] = {40, 30, 0, 20, 10};
      for (int i = 0; i < 5; ++i) EXPECT_EQ(frames()[static_cast<size_t>(i)].offset, offsets[i]);
      EXPECT_EQ(frames()[2].host, host);
      EXPECT_EQ(frames()[3].instance, other);
    }
    return trap == Trap::unreachable ? Trap::none : Trap::host;
  };
  EXPECT_EQ(call(0, t, slots), Trap::none);
}

TEST_F(Native, StoresOnThreadsTrapIndependently) {
  if (!os::faults_supported()) GTEST_SKIP() << "faults are not caught here";
  link({[](Body& b) {
    b.begin();
    b.site(b.code.size(), Site::Kind::memory, Trap::none, 2);
    b.a.mov(rax, mem(rax));
    b.end();
  }});
  const RuntimeType* t = type({i64_type}, {i64_type});
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int n = 0; n < 4; ++n)
    threads.emplace_back([&] {
      Store own(nullptr, registry);
      NativeStack own_stack(own, stubs);
      Instance own_instance;
      own_instance.vm.store = &own;
      own_stack.attach(own_instance.vm);
      Func func;
      func.type = t;
      func.store = &own;
      func.instance = &own_instance;
      func.engine_code = const_cast<void*>(image->func_entry(0));
      func.engine_entry = reinterpret_cast<const void*>(stubs->entry(*t));
      for (int i = 0; i < 2000; ++i) {
        Slot slots[1] = {64};
        if (own_stack.call(func, slots) != Trap::memory_out_of_bounds) ++wrong;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

// --- exceptions and references

// What throw_ does, without a payload.
uint64_t throw_tag(VmContext* vm, uint64_t tag) {
  const runtime::GcRef e = vm->store->heap().new_exception(vm->tags[tag], 0);
  if (find_handler(vm, e)) return 0;
  vm->store->trap_info.exception = e;
  return static_cast<uint64_t>(vm->store->set_trap(Trap::uncaught_exception));
}

class NativeExceptions : public Native {
 protected:
  void SetUp() override {
    Native::SetUp();
    if (IsSkipped()) return;
    const RuntimeType* t = type({}, {});
    for (int i = 0; i < 3; ++i) tags.push_back(store->new_tag(t));
    static const void* const table[] = {reinterpret_cast<const void*>(&throw_tag)};
    instance->vm.tags = tags.data();
    instance->vm.builtins = table;
  }
  // throw `tag`, in the frame of `b`.
  static void write_throw(Body& b, uint32_t tag, uint32_t at, uint32_t clause = no_handler) {
    const Label failed = b.a.label(), on = b.a.label();
    b.a.mov(r64(host_abi().arguments[0]), vm_reg);
    b.a.mov_imm(r32(host_abi().arguments[1]), tag);
    const uint32_t site = emit_call_builtin(b.a, 0);
    b.site(site, Site::Kind::call, Trap::none, at);
    if (clause != no_handler) b.handler_sites.push_back({site, clause});
    b.a.test(eax, eax);
    b.a.j(Cond::ne, failed);
    b.a.jmp(mem(vm_reg, static_cast<int32_t>(offsetof(VmContext, resume))));
    b.a.bind(failed);
    b.site(emit_trap(b.a), Site::Kind::dynamic, Trap::none, at);
    b.a.bind(on);
  }
  // Returns `value` from a handler, after a look at the registers it was given.
  static uint32_t write_handler(Body& b, uint64_t value) {
    const uint32_t at = b.code.size();
    b.a.mov(rcx, rbp);
    b.a.sub(rcx, rsp);
    b.a.sub(rcx, static_cast<int32_t>(b.frame.bytes));  // 0
    b.a.add(rcx, mem(rbp, -16));                        // what the frame kept
    b.a.mov(rdx, frame_vm);
    b.a.sub(rdx, vm_reg);  // 0
    b.a.add(rcx, rdx);
    b.a.mov_imm(rax, value);
    b.a.add(rax, rcx);
    b.end();
    return at;
  }
  // f0() -> i64: calls f1 in a try with clauses for tag 0 and for all.
  static void write_catcher(Body& b) {
    b.begin(40);
    b.a.mov(Size::q, mem(rbp, -16), 1000);
    b.call(1, 10);
    b.handler_sites.push_back({b.sites.back().offset, 0});
    b.a.mov_imm(rax, 1);
    b.end();
    b.handlers = {{0, 0, 1}, {any_tag, 0, no_handler}};
    b.overflow = b.a.label();
    b.handlers[0].target = write_handler(b, 2);
    b.overflow = b.a.label();
    b.handlers[1].target = write_handler(b, 3);
  }
  uint64_t run() {
    Slot slots[1] = {};
    EXPECT_EQ(call(0, type({}, {i64_type}), slots), Trap::none);
    return slots[0];
  }
  std::vector<runtime::Tag*> tags;
};

TEST_F(NativeExceptions, ClausesAreChosenByTag) {
  for (uint32_t tag = 0; tag < 2; ++tag) {
    link({write_catcher,
          [](Body& b) {
            b.begin(72);
            b.call(2, 20);
            b.end();
          },
          [&](Body& b) {
            b.begin();
            write_throw(b, tag, 30);
            b.cold();
          }});
    EXPECT_EQ(run(), tag == 0 ? 1002u : 1003u);
  }
}

TEST_F(NativeExceptions, InnerClausesLeadToOuterOnes) {
  // f1 catches tag 1 only, from its own throw.
  for (uint32_t tag = 0; tag < 3; ++tag) {
    link({write_catcher, [&](Body& b) {
            b.begin(24);
            b.a.mov(Size::q, mem(rbp, -16), 5000);
            write_throw(b, tag, 20, 0);
            b.handlers = {{1, write_handler(b, 7), no_handler}};
          }});
    EXPECT_EQ(run(), tag == 0 ? 1002u : tag == 1 ? 1u : 1003u);
  }
}

TEST_F(NativeExceptions, UncaughtOnesAreTraps) {
  link({[](Body& b) {
          b.begin();
          b.call(1, 10);
          b.end();
        },
        [](Body& b) {
          b.begin();
          write_throw(b, 2, 20);
          b.cold();
        }});
  Slot slots[1];
  EXPECT_EQ(call(0, type({}, {i64_type}), slots), Trap::uncaught_exception);
  ASSERT_NE(store->trap_info.exception, 0u);
  EXPECT_EQ(store->heap().exception_tag(store->trap_info.exception), tags[2]);
  ASSERT_EQ(frames().size(), 2u);
  EXPECT_EQ(frames()[0].offset, 20u);
  EXPECT_EQ(stack->state().entry, 0u);
}

// f0 -> f1 -> f2 of another instance, which throws: the handler gets its own context back.
TEST_F(NativeExceptions, HandlersGetTheirOwnInstance) {
  Instance* const other = new_instance();
  std::vector<runtime::Tag*> other_tags{tags[2], tags[1], tags[0]};
  other->vm.tags = other_tags.data();
  other->vm.builtins = instance->vm.builtins;
  Func* callee = nullptr;
  link({write_catcher,
        [&](Body& b) {
          b.begin();
          b.a.mov_imm(r11, reinterpret_cast<uintptr_t>(&callee));
          b.a.mov(callee_reg, mem(r11));
          emit_call_func(b.a);
          b.site(call_site(b.a), Site::Kind::call, Trap::none, 1);
          emit_reload_vm(b.a);
          b.end();
        },
        [](Body& b) {
          b.begin();
          write_throw(b, 2, 30);  // tags[0]
          b.cold();
        }});
  callee = wasm_func(2, type({}, {i64_type}), other);
  EXPECT_EQ(run(), 1002u);
}

// wasm 0 (try) -> wasm 1 -> host -> (entry) wasm 2, which throws; the host lets it pass, or throws
// itself.
TEST_F(NativeExceptions, PassThroughHostFunctions) {
  const RuntimeType* t = type({}, {});
  std::function<Trap()> body = [&] {
    Slot none[1];
    const Trap trap = call(2, t, none);
    EXPECT_EQ(trap, Trap::uncaught_exception);
    EXPECT_EQ(frames().size(), 4u);
    return trap;
  };
  Func* host = host_func(
      t,
      [](void* env, Store&, Instance*, Slot*) {
        return (*static_cast<std::function<Trap()>*>(env))();
      },
      &body);
  const std::vector<Write> functions = {write_catcher,
                                        [&](Body& b) {
                                          b.begin(56);
                                          b.call_func(host, 20);
                                          b.end();
                                        },
                                        [](Body& b) {
                                          b.begin();
                                          write_throw(b, 1, 30);
                                          b.cold();
                                        }};
  link(functions);
  EXPECT_EQ(run(), 1003u);
  body = [&] {
    store->trap_info.exception = store->heap().new_exception(tags[0], 0);
    return Trap::uncaught_exception;
  };
  EXPECT_EQ(run(), 1002u);
  // From the host's call itself: nobody catches, and the frames are all there.
  body = [&] {
    Slot none[1];
    return call(2, t, none);
  };
  Slot slots[1];
  EXPECT_EQ(call(1, t, slots), Trap::uncaught_exception);
  ASSERT_EQ(frames().size(), 3u);
  EXPECT_EQ(frames()[0].offset, 30u);
  EXPECT_EQ(frames()[1].host, host);
  EXPECT_EQ(frames()[2].offset, 20u);
}

TEST_F(NativeExceptions, ThrowingManyTimesKeepsTheStackFlat) {
  link({[](Body& b) {
          b.begin(40);
          const Label again = b.a.label();
          b.a.mov(mem(rbp, -16), rax);
          b.a.bind(again);
          b.call(1, 10);
          b.handler_sites.push_back({b.sites.back().offset, 0});
          b.end();
          b.overflow = b.a.label();
          b.handlers = {{any_tag, b.code.size(), no_handler}};
          b.a.sub(Size::q, mem(rbp, -16), 1);
          b.a.j(Cond::ne, again);
          b.a.mov_imm(rax, 9);
          b.end();
        },
        [](Body& b) {
          b.begin();
          write_throw(b, 1, 20);
          b.cold();
        }});
  Slot slots[1] = {200000};
  EXPECT_EQ(call(0, type({i64_type}, {i64_type}), slots), Trap::none);
  EXPECT_EQ(slots[0], 9u);
}

TEST_F(Native, ReferencesInFramesAreRoots) {
  const RuntimeType* t = type({i64_type}, {i64_type});
  static std::vector<Slot> seen;
  seen.clear();
  struct Visitor : runtime::RootVisitor {
    void visit(Slot& ref) override {
      seen.push_back(ref);
      ref += 1000;
    }
  };
  const auto visit = +[](VmContext* vm) -> uint64_t {
    Visitor v;
    stacks[vm->store]->visit_roots(v);
    return 0;
  };
  const void* const table[] = {reinterpret_cast<const void*>(visit)};
  instance->vm.builtins = table;
  stacks[store.get()] = stack.get();
  Instance* const other = new_instance();
  other->vm.builtins = table;
  std::function<Trap(Slot*)> body;
  Func* host = host_func(
      t,
      [](void* env, Store&, Instance*, Slot* slots) {
        return (*static_cast<std::function<Trap(Slot*)>*>(env))(slots);
      },
      &body);
  // Locals at -16 (a reference) and -24 (not), an operand at -32 that lives at one of two sites.
  const auto frame = [](Body& b, int32_t value) {
    b.begin(48);
    b.a.mov(Size::q, mem(rbp, -16), value);
    b.a.mov(Size::q, mem(rbp, -24), value + 1);
    b.a.mov(Size::q, mem(rbp, -32), value + 2);
    b.local_refs = {-16};
    b.refs = {-32};
  };
  link({[&](Body& b) {
          frame(b, 10);
          b.call_func(host, 5);
          b.ref_sites = {{b.sites.back().offset, 0, 1}};
          b.a.mov(r64(host_abi().arguments[0]), vm_reg);
          b.site(emit_call_builtin(b.a, 0), Site::Kind::call, Trap::none, 3);  // operand not alive
          b.a.mov(rax, mem(rbp, -16));
          b.a.add(rax, mem(rbp, -24));
          b.a.add(rax, mem(rbp, -32));
          b.end();
        },
        [&](Body& b) {
          frame(b, 20);
          b.a.mov(r64(host_abi().arguments[0]), vm_reg);
          const uint32_t site = emit_call_builtin(b.a, 0);
          b.site(site, Site::Kind::call, Trap::none, 3);
          b.ref_sites = {{site, 0, 1}};
          b.a.mov(rax, mem(rbp, -32));
          b.end();
        }});
  body = [&](Slot* slots) { return call(1, t, slots, other); };
  Slot slots[1] = {0};
  ASSERT_EQ(call(0, t, slots), Trap::none);
  EXPECT_EQ(seen, (std::vector<Slot>{20, 22, 10, 12, 1010}));
  EXPECT_EQ(slots[0], 10u + 11 + 12 + 3000);
  stacks.clear();
}

TEST_F(Native, DeadlinesInterruptFromOutside) {
  const auto watchdog = std::make_shared<Watchdog>();
  stack.reset();
  stack = std::make_unique<NativeStack>(*store, stubs, watchdog);
  instance = new_instance();
  link({[](Body& b) {
          b.begin();
          const Label again = b.a.label();
          b.a.bind(again);
          b.call(1, 5);
          b.a.jmp(again);
          b.cold();
        },
        [](Body& b) {
          b.begin();
          b.end();
        }});
  const RuntimeType* t = type({}, {});
  using Clock = std::chrono::steady_clock;
  const auto set = [&](Clock::time_point when) {
    store->deadline = when;
    stack->set_deadline(when);
  };
  Slot slots[1];
  for (int i = 0; i < 3; ++i) {
    const auto begin = Clock::now();
    set(begin + std::chrono::milliseconds(10));
    EXPECT_EQ(call(1, t, slots), Trap::none);
    EXPECT_EQ(call(0, t, slots), Trap::deadline);
    EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(10));
    EXPECT_EQ(call(1, t, slots), Trap::deadline);
    set(Clock::time_point::max());
    EXPECT_EQ(call(1, t, slots), Trap::none);
  }
  // Moved and withdrawn in time.
  set(Clock::now() + std::chrono::milliseconds(5));
  set(Clock::now() + std::chrono::hours(5));
  set(Clock::now() + std::chrono::milliseconds(5));
  set(Clock::time_point::max());
  std::this_thread::sleep_for(std::chrono::milliseconds(15));
  EXPECT_EQ(call(1, t, slots), Trap::none);
  set(Clock::now() + std::chrono::hours(5));
  stack.reset();  // with an alarm
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
