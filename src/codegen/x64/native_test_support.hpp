// SPDX-License-Identifier: Apache-2.0
//
// For tests of native code: functions written by hand, linked and called as a compiler's would be.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <vector>

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

inline void add_to(FunctionBatch& batch, uint32_t index, const Write& write) {
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

}  // namespace nacre::codegen::x64
