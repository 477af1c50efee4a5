// SPDX-License-Identifier: Apache-2.0
//
// Native code: traps, stack overflow, interruption, backtraces.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <thread>
#include <vector>

#include "codegen/x64/native_test_support.hpp"

namespace nacre::codegen::x64 {
namespace {

size_t resident_bytes() {
  size_t pages = 0, total = 0;
  if (FILE* f = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(f, "%zu %zu", &total, &pages) != 2) pages = 0;
    std::fclose(f);
  }
  return pages * 4096;
}

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

}  // namespace
}  // namespace nacre::codegen::x64
