// SPDX-License-Identifier: Apache-2.0
#include "runtime/linker.hpp"

#include <gtest/gtest.h>

#include "runtime/backtrace.hpp"
#include "runtime/testing_module.hpp"

namespace nacre::runtime {
namespace {

using testing::Host;
using testing::ModuleMaker;
using wasm::ExternKind;

Trap add(void* env, Store&, Instance*, Slot* slots) {
  slots[0] = static_cast<uint32_t>(slots[0] + slots[1] + *static_cast<uint32_t*>(env));
  return Trap::none;
}

Trap call_again(void* env, Store& store, Instance*, Slot* slots) {
  ++slots[0];
  return store.call(**static_cast<Func**>(env), slots);
}

TEST(Linker, EveryMissingImportIsListed) {
  Host host;
  Linker linker(host.registry);
  ModuleMaker maker(host.registry);
  maker.func_type({wasm::i32_type}, {wasm::i64_type});
  maker.import_func("env", "f", 0);
  maker.import_memory("env", "mem\n", ModuleMaker::memory_type(1, 2));
  maker.import_global("other", "g", {wasm::f32_type, true});
  maker.import_table("other", "t", {wasm::funcref_type, ModuleMaker::limits(1)});
  maker.import_tag("other", "e", 0);
  const auto module = maker.build();
  const auto r = linker.instantiate(host.store, module);
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::unlinkable);
  EXPECT_EQ(r.error().message,
            "unknown import \"env\".\"f\" (func (param i32) (result i64)), \"env\".\"mem\\0a\" "
            "(memory 1 2), "
            "\"other\".\"g\" (global (mut f32)), \"other\".\"t\" (table 1 funcref), "
            "\"other\".\"e\" (tag (param i32) (result i64))");
}

TEST(Linker, HostFunctionsServeManyStores) {
  auto registry = std::make_shared<TypeRegistry>();
  auto env = std::make_shared<uint32_t>(100);
  std::weak_ptr<uint32_t> alive = env;
  {
    Linker linker(registry);
    const std::vector<wasm::ValType> params{wasm::i32_type, wasm::i32_type},
        results{wasm::i32_type};
    const RuntimeType* type = registry->intern_func(params, results);
    ASSERT_TRUE(linker.define_func("env", "add", type, add, env.get(), env));
    registry->release({&type, 1});
    env.reset();
    for (int i = 0; i < 3; ++i) {
      Store store(nullptr, registry);
      ModuleMaker maker(registry);
      maker.func_type(params, results);
      maker.import_func("env", "add", 0);
      maker.export_as("sum", ExternKind::func, 0);
      Instance* instance = linker.instantiate(store, maker.build()).value();
      Extern e;
      ASSERT_TRUE(instance->find_export("sum", e));
      EXPECT_EQ(e.func->host_info->name, "env.add");
      Slot slots[2] = {40, 2};
      EXPECT_EQ(store.call(*e.func, slots), Trap::none);
      EXPECT_EQ(slots[0], 142u);
    }
    EXPECT_FALSE(alive.expired());
  }
  EXPECT_TRUE(alive.expired());
  EXPECT_EQ(registry->live_types(), 0u);
}

TEST(Linker, InstancesAliasesAndOverriding) {
  Host host;
  Linker linker(host.registry);
  ModuleMaker maker(host.registry);
  maker.memory(1, 2);
  maker.export_as("mem", ExternKind::memory, 0);
  Instance* instance = instantiate(host.store, maker.build(), {}).value();
  ASSERT_TRUE(linker.define_instance("a", *instance));
  const auto again = linker.define_instance("a", *instance);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::invalid_argument);
  linker.allow_overriding(true);
  ASSERT_TRUE(linker.define_instance("a", *instance));
  linker.alias("a", "b");
  Extern e;
  ASSERT_TRUE(linker.find(host.store, "b", "mem", e));
  EXPECT_EQ(e.memory, instance->memories[0]);
  linker.remove("a", "mem");
  EXPECT_FALSE(linker.find(host.store, "a", "mem", e));
  linker.remove_module("b");
  EXPECT_FALSE(linker.find(host.store, "b", "mem", e));
  EXPECT_FALSE(linker.define("x", "y", Extern()));
}

TEST(Linker, ManyExportsAreFoundByName) {
  Host host;
  ModuleMaker maker(host.registry);
  maker.memory(1, 2);
  for (int i = 0; i < 1000; ++i) maker.export_as("e" + std::to_string(i), ExternKind::memory, 0);
  const auto module = maker.build();
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(module->find_export("e" + std::to_string(i)), &module->module.exports[i]);
  EXPECT_EQ(module->find_export("e1000"), nullptr);
  EXPECT_EQ(module->find_export(""), nullptr);
}

TEST(Store, HostCallsThatNestTooDeepTrap) {
  Host host;
  Func* self = nullptr;
  self = host.store.new_host_func(host.func_type({wasm::i32_type}, {}), call_again, &self, nullptr,
                                  "again");
  for (int i = 0; i < 3; ++i) {
    Slot slots[1] = {0};
    EXPECT_EQ(host.store.call(*self, slots), Trap::stack_exhausted);
    EXPECT_EQ(slots[0], host.limits.max_host_depth);
    EXPECT_EQ(host.store.host_depth, 0u);
    EXPECT_EQ(host.store.trap_error().message, "call stack exhausted");
  }
}

TEST(Backtrace, TrapTextsStartWithTheSuitesWording) {
  TrapInfo info;
  info.address = 65536;
  info.size = 4;
  info.bound = 65536;
  const auto text = [&](Trap t) {
    info.trap = t;
    return trap_text(info);
  };
  EXPECT_EQ(text(Trap::memory_out_of_bounds),
            "out of bounds memory access: 4 bytes at 0x10000, memory size 65536");
  EXPECT_EQ(text(Trap::table_out_of_bounds),
            "out of bounds table access: 4 entries at 65536, table size 65536");
  EXPECT_EQ(text(Trap::unreachable), "unreachable");
  info.address = 7;
  EXPECT_EQ(text(Trap::uninitialized_element), "uninitialized element 7");
  EXPECT_EQ(text(Trap::undefined_element), "undefined element 7: table size 65536");
  EXPECT_EQ(text(Trap::array_out_of_bounds),
            "out of bounds array access: index 7, array length 65536");
}

TEST(Backtrace, FramesGetNames) {
  Host host;
  ModuleMaker maker(host.registry);
  // Module "app", function 1 "main".
  const std::vector<uint8_t> names{0, 4, 3, 'a', 'p', 'p', 1, 7, 1, 1, 4, 'm', 'a', 'i', 'n'};
  maker.m.customs.push_back({maker.name("name"), maker.bytes(names), 0, 0});
  Instance* instance = instantiate(host.store, maker.build(), {}).value();
  Func* f = host.store.new_host_func(host.func_type({}, {}), add, nullptr, nullptr, "env.f");
  host.store.set_trap(Trap::unreachable);
  host.store.trap_info.frames = {
      {nullptr, f, 0, 0}, {instance, nullptr, 1, 77}, {instance, nullptr, 2, 88}};
  const Error e = host.store.trap_error();
  ASSERT_EQ(e.backtrace.size(), 3u);
  EXPECT_EQ(e.backtrace[0].func_name, "env.f");
  EXPECT_EQ(e.backtrace[1].func_name, "main");
  EXPECT_EQ(e.backtrace[1].module_name, "app");
  EXPECT_EQ(e.backtrace[1].offset, 77u);
  EXPECT_EQ(e.backtrace[2].func_name, "");
  EXPECT_EQ(e.backtrace[2].func_index, 2u);
  EXPECT_TRUE(host.store.trap_info.frames.empty());
}

}  // namespace
}  // namespace nacre::runtime
