// SPDX-License-Identifier: Apache-2.0
//
// Native code: exceptions, and references in frames.
#include <functional>
#include <map>
#include <vector>

#include "codegen/x64/native_test_support.hpp"

namespace nacre::codegen::x64 {
namespace {

std::map<Store*, NativeStack*> stacks;

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

}  // namespace
}  // namespace nacre::codegen::x64
