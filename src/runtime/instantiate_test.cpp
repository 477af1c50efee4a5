// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "runtime/gc/heap.hpp"
#include "runtime/ops.hpp"
#include "runtime/segments.hpp"
#include "runtime/testing_module.hpp"

namespace nacre::runtime {
namespace {

using testing::Host;
using testing::ModuleMaker;
using wasm::ExternKind;
using wasm::ValType;

Trap do_nothing(void*, Store&, Instance*, Slot*) { return Trap::none; }

Trap count_call(void* env, Store&, Instance*, Slot*) {
  ++*static_cast<int*>(env);
  return Trap::none;
}

Trap fail_call(void*, Store& store, Instance*, Slot*) {
  store.set_host_error(make_error(ErrorKind::trap, "the host says no"));
  return Trap::host;
}

std::string message_of(const Result<Instance*>& r) { return r ? "" : r.error().message; }

TEST(Instantiate, MemoryAndData) {
  Host host;
  ModuleMaker maker(host.registry);
  maker.memory(1, 2);
  maker.data(0, maker.i32(10), {1, 2, 3});
  maker.data(0, maker.i32(11), {9});
  maker.passive_data({5, 6, 7, 8});
  maker.export_as("mem", ExternKind::memory, 0);
  Instance* i = instantiate(host.store, maker.build(), {}).value();
  EXPECT_EQ(i->vm.memory0_length, 65536u);
  EXPECT_EQ(i->vm.memory0_base[10], 1);
  EXPECT_EQ(i->vm.memory0_base[11], 9);
  EXPECT_EQ(i->vm.memory0_base[12], 3);
  EXPECT_EQ(data_bytes(*i, 0).size(), 0u);
  EXPECT_EQ(ops::memory_init(*i, 2, 0, 65534, 1, 2), Trap::none);
  EXPECT_EQ(i->vm.memory0_base[65535], 7);
  EXPECT_EQ(ops::memory_init(*i, 2, 0, 65535, 1, 2), Trap::memory_out_of_bounds);
  EXPECT_EQ(ops::memory_init(*i, 2, 0, 0, 3, 2), Trap::memory_out_of_bounds);
  ops::data_drop(*i, 2);
  EXPECT_EQ(ops::memory_init(*i, 2, 0, 0, 0, 1), Trap::memory_out_of_bounds);
  EXPECT_EQ(ops::memory_init(*i, 2, 0, 65536, 0, 0), Trap::none);
  Extern e;
  ASSERT_TRUE(i->find_export("mem", e));
  EXPECT_EQ(e.memory, i->memories[0]);
  EXPECT_FALSE(i->find_export("me", e));
}

TEST(Instantiate, GrowthIsSeenByEveryInstanceOfTheMemory) {
  Host host;
  Memory* memory = host.store.new_memory(ModuleMaker::memory_type(1, 100)).value();
  ModuleMaker maker(host.registry);
  maker.import_memory("m", "mem", ModuleMaker::memory_type(1, 100));
  const auto module = maker.build();
  const Extern imports[] = {memory};
  Instance* a = instantiate(host.store, module, imports).value();
  Instance* b = instantiate(host.store, module, imports).value();
  EXPECT_EQ(ops::memory_grow(*a, 0, 50), 1u);
  for (Instance* i : {a, b}) {
    EXPECT_EQ(i->vm.memory0_base, memory->base);
    EXPECT_EQ(i->vm.memory0_length, 51u * 65536);
  }
  EXPECT_EQ(ops::memory_grow(*b, 0, 50), ~uint64_t{0});
}

TEST(Instantiate, SegmentsApplyInOrderAndEarlierWritesStay) {
  Host host;
  Memory* memory = host.store.new_memory(ModuleMaker::memory_type(1, 1)).value();
  ModuleMaker maker(host.registry);
  maker.import_memory("m", "mem", ModuleMaker::memory_type(1, 1));
  maker.data(0, maker.i32(0), {42});
  maker.data(0, maker.i32(65535), {1, 2});
  const Extern imports[] = {memory};
  const auto r = instantiate(host.store, maker.build(), imports);
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::trap);
  EXPECT_EQ(
      message_of(r).rfind("out of bounds memory access: 2 bytes at 0xffff, memory size 65536", 0),
      0u)
      << message_of(r);
  EXPECT_EQ(memory->base[0], 42);
  EXPECT_EQ(memory->base[65535], 0);
}

TEST(Instantiate, FirstLevelChecksAllSegmentsFirst) {
  StoreLimits limits;
  limits.segments_checked_first = true;
  Host host(limits);
  Memory* memory = host.store.new_memory(ModuleMaker::memory_type(1, 1)).value();
  Table* table = host.store.new_table(wasm::funcref_type, ModuleMaker::limits(1), 0).value();
  const auto make = [&](int32_t elem_at, int32_t data_at) {
    ModuleMaker maker(host.registry);
    maker.import_memory("m", "mem", ModuleMaker::memory_type(1, 1));
    maker.import_table("m", "tab", {wasm::funcref_type, ModuleMaker::limits(1)});
    maker.func_type({}, {});
    maker.m.funcs.push_back(maker.m.types[0]);
    maker.elem(0, maker.i32(elem_at), {0});
    maker.data(0, maker.i32(0), {42});
    maker.data(0, maker.i32(data_at), {1, 2});
    return maker.build();
  };
  const Extern imports[] = {memory, table};
  auto r = instantiate(host.store, make(0, 65535), imports);
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::unlinkable);
  EXPECT_EQ(message_of(r), "data segment does not fit");
  r = instantiate(host.store, make(1, 0), imports);
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::unlinkable);
  EXPECT_EQ(message_of(r), "elements segment does not fit");
  EXPECT_EQ(memory->base[0], 0);
  EXPECT_EQ(table->entries[0], 0u);
  ASSERT_TRUE(instantiate(host.store, make(0, 1), imports));
  EXPECT_EQ(memory->base[0], 42);
  EXPECT_NE(table->entries[0], 0u);
}

TEST(Instantiate, ElementsBecomeFunctionsOfTheInstance) {
  Host host;
  ModuleMaker maker(host.registry);
  maker.func_type({}, {});
  maker.import_func("m", "f", 0);
  maker.m.funcs.push_back(maker.m.types[0]);
  maker.table(wasm::funcref_type, 4);
  maker.elem(0, maker.i32(1), {1, 0});
  wasm::Elem passive;
  passive.funcs = {0, 1, 1};
  maker.m.elems.push_back(passive);
  wasm::Elem declared;
  declared.mode = wasm::SegmentMode::declarative;
  declared.funcs = {1};
  maker.m.elems.push_back(declared);
  Func* f = host.store.new_host_func(host.func_type({}, {}), do_nothing, nullptr, nullptr, "m.f");
  const Extern imports[] = {f};
  Instance* i = instantiate(host.store, maker.build(), imports).value();
  const std::vector<RefBits>& entries = i->tables[0]->entries;
  EXPECT_EQ(entries[0], 0u);
  EXPECT_EQ(entries[1], reinterpret_cast<uintptr_t>(i->func(1)));
  EXPECT_EQ(entries[2], reinterpret_cast<uintptr_t>(f));
  EXPECT_EQ(elem_size(*i, 0), 0u);
  EXPECT_EQ(elem_size(*i, 2), 0u);
  EXPECT_EQ(ops::table_init(*i, 1, 0, 0, 1, 2), Trap::none);
  EXPECT_EQ(entries[0], reinterpret_cast<uintptr_t>(i->func(1)));
  EXPECT_EQ(ops::table_init(*i, 1, 0, 2, 1, 3), Trap::table_out_of_bounds);
  EXPECT_EQ(ops::table_init(*i, 1, 0, 3, 1, 2), Trap::table_out_of_bounds);
  ops::elem_drop(*i, 1);
  EXPECT_EQ(ops::table_init(*i, 1, 0, 0, 0, 1), Trap::table_out_of_bounds);
}

TEST(Instantiate, ConstantExpressionsOfEveryKind) {
  StoreLimits limits;
  limits.gc_stress = true;
  Host host(limits);
  ModuleMaker maker(host.registry);
  const uint32_t pair = maker.struct_type({{wasm::anyref_type, true}, {wasm::i64_type, true}});
  const uint32_t array = maker.array_type(wasm::anyref_type);
  const uint32_t bytes = maker.array_type(ValType(wasm::Kind::i8));
  const auto p = static_cast<uint8_t>(pair), a = static_cast<uint8_t>(array),
             b = static_cast<uint8_t>(bytes);
  maker.import_global("m", "g", {wasm::i32_type, false});
  const auto global = [&](ValType t, std::vector<uint8_t> code) {
    maker.m.globals.push_back({{t, false}, maker.expr(std::move(code))});
  };
  // (1) 100 + g * 3 - 1
  global(wasm::i32_type, {0x41, 0xe4, 0, 0x23, 0, 0x41, 3, 0x6c, 0x6a, 0x41, 1, 0x6b});
  // (2) i64: -1 * 5
  global(wasm::i64_type, {0x42, 0x7f, 0x42, 5, 0x7e});
  // (3) v128
  global(wasm::v128_type, {0xfd, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
  // (4) struct.new (struct.new (i31 5) 6) 7
  global(wasm::anyref_type, {0x41, 5, 0xfb, 28, 0x42, 6, 0xfb, 0, p, 0x42, 7, 0xfb, 0, p});
  // (5) array.new_fixed 2: global 4, a default struct
  global(wasm::anyref_type, {0x23, 4, 0xfb, 1, p, 0xfb, 8, a, 2});
  // (6) array.new i8 of 3 x 200
  global(wasm::anyref_type, {0x41, 0xc8, 1, 0x41, 3, 0xfb, 6, b});
  // (7) array.new_default of 9; extern and back
  global(wasm::anyref_type, {0x41, 9, 0xfb, 7, b, 0xfb, 27, 0xfb, 26});
  // (8) f32, (9) f64, (10) null
  global(wasm::f32_type, {0x43, 0, 0, 0x80, 0x3f});
  global(wasm::f64_type, {0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f});
  global(wasm::anyref_type, {0xd0, 0x6e});
  const Slot seven[2] = {7, 0};
  const Extern imports[] = {host.store.new_global({wasm::i32_type, false}, seven)};
  Instance* i = instantiate(host.store, maker.build(), imports).value();
  gc::Heap& heap = host.store.heap();
  const auto value = [&](size_t k) { return i->globals[k]->value[0]; };
  const auto ref = [&](size_t k) { return static_cast<GcRef>(value(k)); };
  EXPECT_EQ(value(1), 120u);
  EXPECT_EQ(value(2), static_cast<uint64_t>(-5));
  EXPECT_EQ(std::memcmp(i->globals[3]->value, "\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20", 16), 0);
  const RuntimeType* pair_type = i->vm.types[0];
  const auto field = [&](GcRef r, size_t f) {
    Slot v[2];
    heap.load_field(r, pair_type->fields[f].offset, pair_type->fields[f], false, v);
    return v[0];
  };
  EXPECT_EQ(field(ref(4), 1), 7u);
  const auto inner = static_cast<GcRef>(field(ref(4), 0));
  EXPECT_EQ(field(inner, 1), 6u);
  EXPECT_EQ(field(inner, 0), gc::make_i31(5));
  EXPECT_EQ(heap.array_length(ref(5)), 2u);
  GcRef first;
  std::memcpy(&first, heap.array_data(ref(5)), 4);
  EXPECT_EQ(first, ref(4));
  EXPECT_EQ(heap.array_length(ref(6)), 3u);
  EXPECT_EQ(heap.array_data(ref(6))[2], 200);
  EXPECT_EQ(heap.array_length(ref(7)), 9u);
  EXPECT_EQ(value(8), 0x3f800000u);
  EXPECT_EQ(value(9), 0x3ff0000000000000u);
  EXPECT_EQ(value(10), 0u);

  const wasm::TypeId pair_id = 0, array_id = 1, bytes_id = 2;
  EXPECT_TRUE(ops::ref_matches(*i, ref(4), wasm::HeapType::concrete(pair_id)));
  EXPECT_FALSE(ops::ref_matches(*i, ref(4), wasm::HeapType::concrete(array_id)));
  EXPECT_TRUE(ops::ref_matches(*i, ref(5), wasm::Heap::array));
  EXPECT_FALSE(ops::ref_matches(*i, ref(5), wasm::Heap::struct_));
  EXPECT_TRUE(ops::ref_matches(*i, gc::make_i31(1), wasm::Heap::eq));
  EXPECT_FALSE(ops::ref_matches(*i, gc::make_i31(1), wasm::HeapType::concrete(bytes_id)));
  const GcRef box = heap.new_host_box(1);
  EXPECT_TRUE(ops::ref_matches(*i, box, wasm::Heap::any));
  EXPECT_FALSE(ops::ref_matches(*i, box, wasm::Heap::eq));
  EXPECT_TRUE(ops::ref_matches(*i, box, wasm::Heap::extern_));
}

TEST(Instantiate, ArraysFromSegments) {
  Host host;
  ModuleMaker maker(host.registry);
  maker.array_type(wasm::i32_type);
  maker.array_type(wasm::anyref_type);
  maker.passive_data({0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  wasm::Elem e;
  e.type = wasm::anyref_type;
  for (int32_t k = 0; k < 3; ++k)
    e.exprs.push_back(maker.expr({0x41, static_cast<uint8_t>(k), 0xfb, 28}));
  maker.m.elems.push_back(e);
  Instance* i = instantiate(host.store, maker.build(), {}).value();
  gc::Heap& heap = host.store.heap();
  GcRef a = 0;
  ASSERT_EQ(ops::array_new_data(*i, 0, 0, 1, 2, a), Trap::none);
  uint32_t v[2];
  std::memcpy(v, heap.array_data(a), 8);
  EXPECT_EQ(v[0], 0x04030201u);
  EXPECT_EQ(v[1], 0x08070605u);
  EXPECT_EQ(ops::array_new_data(*i, 0, 0, 3, 2, a), Trap::memory_out_of_bounds);
  EXPECT_EQ(ops::array_init_data(*i, 0, 0, a, 1, 0, 1), Trap::none);
  std::memcpy(v, heap.array_data(a), 8);
  EXPECT_EQ(v[1], 0x03020100u);
  EXPECT_EQ(ops::array_init_data(*i, 0, 0, a, 2, 0, 1), Trap::array_out_of_bounds);
  EXPECT_EQ(ops::array_init_data(*i, 0, 0, 0, 0, 0, 0), Trap::null_array);
  EXPECT_EQ(ops::array_copy(*i, 0, a, 0, a, 1, 1), Trap::none);
  std::memcpy(v, heap.array_data(a), 8);
  EXPECT_EQ(v[0], 0x03020100u);
  const Slot fill[2] = {7, 0};
  EXPECT_EQ(ops::array_fill(*i, 0, a, 0, fill, 2), Trap::none);
  std::memcpy(v, heap.array_data(a), 8);
  EXPECT_EQ(v[1], 7u);
  EXPECT_EQ(ops::array_fill(*i, 0, a, 1, fill, 2), Trap::array_out_of_bounds);
  ASSERT_EQ(ops::array_new_elem(*i, 1, 0, 1, 2, a), Trap::none);
  std::memcpy(v, heap.array_data(a), 8);
  EXPECT_EQ(v[1], gc::make_i31(2));
  EXPECT_EQ(ops::array_new_elem(*i, 1, 0, 2, 2, a), Trap::table_out_of_bounds);
  ops::elem_drop(*i, 0);
  EXPECT_EQ(ops::array_init_elem(*i, 1, 0, a, 0, 0, 1), Trap::table_out_of_bounds);
}

TEST(Instantiate, ImportTypesAreChecked) {
  Host host;
  Store& store = host.store;
  Func* func =
      store.new_host_func(host.func_type({wasm::i32_type}, {}), do_nothing, nullptr, nullptr, "f");
  Memory* memory = store.new_memory(ModuleMaker::memory_type(2, 5)).value();
  Table* table = store.new_table(wasm::funcref_type, ModuleMaker::limits(10, 20), 0).value();
  const Slot zero[2] = {0, 0};
  Global* global = store.new_global({wasm::i32_type, true}, zero);
  Global* func_global = store.new_global({ValType::ref(wasm::Heap::nofunc, true), false}, zero);
  Tag* tag = store.new_tag(host.func_type({wasm::i32_type}, {}));

  const auto link = [&](auto add, Extern value) {
    ModuleMaker maker(host.registry);
    maker.func_type({wasm::i32_type}, {});
    maker.func_type({}, {wasm::i32_type});
    add(maker);
    const Extern imports[] = {value};
    const auto r = instantiate(store, maker.build(), imports);
    if (!r) {
      EXPECT_EQ(r.error().kind, ErrorKind::unlinkable);
    }
    return message_of(r);
  };
  const auto want_func = [](uint32_t t) {
    return [t](ModuleMaker& m) { m.import_func("a", "b", t); };
  };
  const auto want_memory = [](wasm::MemoryType t) {
    return [t](ModuleMaker& m) { m.import_memory("a", "b", t); };
  };
  const auto want_table = [](wasm::TableType t) {
    return [t](ModuleMaker& m) { m.import_table("a", "b", t); };
  };
  const auto want_global = [](wasm::GlobalType t) {
    return [t](ModuleMaker& m) { m.import_global("a", "b", t); };
  };
  const auto want_tag = [](uint32_t t) {
    return [t](ModuleMaker& m) { m.import_tag("a", "b", t); };
  };
  const std::string bad = "incompatible import type: \"a\".\"b\" is ";

  EXPECT_EQ(link(want_func(0), func), "");
  EXPECT_EQ(link(want_func(1), func), bad + "(func (param i32)), expected (func (result i32))");
  EXPECT_EQ(link(want_func(1), memory), bad + "(memory 2 5), expected (func (result i32))");
  EXPECT_EQ(link(want_memory(ModuleMaker::memory_type(2, 5)), memory), "");
  EXPECT_EQ(link(want_memory(ModuleMaker::memory_type(1, 6)), memory), "");
  EXPECT_EQ(link(want_memory(ModuleMaker::memory_type(2, 4)), memory),
            bad + "(memory 2 5), expected (memory 2 4)");
  EXPECT_NE(link(want_memory(ModuleMaker::memory_type(3, 5)), memory), "");
  memory->grow(1);
  EXPECT_EQ(link(want_memory(ModuleMaker::memory_type(3, 5)), memory), "");
  wasm::MemoryType odd = ModuleMaker::memory_type(0, 100);
  odd.limits.is64 = true;
  EXPECT_EQ(link(want_memory(odd), memory), bad + "(memory 3 5), expected (memory i64 0 100)");
  odd.limits.is64 = false;
  odd.limits.shared = true;
  EXPECT_EQ(link(want_memory(odd), memory), bad + "(memory 3 5), expected (memory 0 100 shared)");
  odd.limits.shared = false;
  odd.page_size_log2 = 0;
  EXPECT_EQ(link(want_memory(odd), memory),
            "memory types incompatible: \"a\".\"b\" is (memory 3 5), expected (memory 0 100 "
            "(pagesize 1))");
  EXPECT_EQ(link(want_table({wasm::funcref_type, ModuleMaker::limits(10)}), table), "");
  EXPECT_EQ(link(want_table({wasm::externref_type, ModuleMaker::limits(10)}), table),
            bad + "(table 10 20 funcref), expected (table 10 externref)");
  EXPECT_NE(link(want_table({wasm::funcref_type, ModuleMaker::limits(10, 19)}), table), "");
  EXPECT_NE(link(want_table({wasm::funcref_type, ModuleMaker::limits(11, 20)}), table), "");
  EXPECT_EQ(link(want_global({wasm::i32_type, true}), global), "");
  EXPECT_EQ(link(want_global({wasm::i32_type, false}), global),
            bad + "(global (mut i32)), expected (global i32)");
  EXPECT_EQ(link(want_global({wasm::funcref_type, false}), func_global), "");
  EXPECT_NE(link(want_global({wasm::externref_type, false}), func_global), "");
  EXPECT_EQ(link(want_tag(0), tag), "");
  EXPECT_NE(link(want_tag(1), tag), "");
  EXPECT_EQ(link(want_func(0), Extern()), "unknown import \"a\".\"b\" (func (param i32))");

  Host other;
  ModuleMaker maker(host.registry);
  maker.import_memory("a", "b", ModuleMaker::memory_type(0, 10));
  const Extern foreign[] = {other.store.new_memory(ModuleMaker::memory_type(1, 1)).value()};
  const auto r = instantiate(store, maker.build(), foreign);
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::invalid_argument);
}

TEST(Instantiate, StartRunsLastAndItsFailureIsReported) {
  Host host;
  const auto make = [&] {
    ModuleMaker maker(host.registry);
    maker.func_type({}, {});
    maker.import_func("m", "start", 0);
    maker.m.start = 0;
    return maker.build();
  };
  int calls = 0;
  const RuntimeType* type = host.func_type({}, {});
  const Extern good[] = {host.store.new_host_func(type, count_call, &calls, nullptr, "m.start")};
  ASSERT_TRUE(instantiate(host.store, make(), good));
  EXPECT_EQ(calls, 1);
  const Extern bad[] = {host.store.new_host_func(type, fail_call, nullptr, nullptr, "m.start")};
  const auto r = instantiate(host.store, make(), bad);
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::trap);
  EXPECT_EQ(message_of(r), "the host says no");
}

TEST(Instantiate, HugeDeclaredSizesCostNothing) {
  Host host;
  ModuleMaker maker(host.registry);
  maker.memory(0, 65536);
  wasm::MemoryType big = ModuleMaker::memory_type(0, uint64_t{1} << 48);
  big.limits.is64 = true;
  maker.m.memories.push_back(big);
  maker.m.tables.push_back({{wasm::funcref_type, ModuleMaker::limits(0, 0xffffffff)}, {}});
  Instance* i = instantiate(host.store, maker.build(), {}).value();
  EXPECT_EQ(i->memories[1]->grow(1), 0u);
  EXPECT_EQ(i->tables[0]->grow(20'000'000, 0), ~uint64_t{0});
  EXPECT_EQ(i->tables[0]->grow(20, 5), 0u);
  EXPECT_EQ(i->tables[0]->entries[19], 5u);
}

TEST(Instantiate, StoreLimitsAreErrors) {
  StoreLimits limits;
  limits.max_memory_bytes = 3 * 65536;
  limits.max_table_entries = 5;
  limits.max_instances = 2;
  Host host(limits);
  const auto build = [&](uint64_t pages, uint64_t entries) {
    ModuleMaker maker(host.registry);
    maker.memory(pages, 100);
    maker.table(wasm::funcref_type, entries);
    return maker.build();
  };
  auto r = instantiate(host.store, build(4, 0), {});
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::limit);
  r = instantiate(host.store, build(3, 6), {});
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::limit);
  r = instantiate(host.store, build(1, 1), {});
  ASSERT_FALSE(r);
  EXPECT_EQ(message_of(r), "too many instances in this store");
  EXPECT_EQ(host.store.new_memory(ModuleMaker::memory_type(2, 1)).error().kind,
            ErrorKind::invalid_argument);
  Memory* m = host.store.new_memory(ModuleMaker::memory_type(1, 100)).value();
  EXPECT_EQ(m->grow(3), ~uint64_t{0});
  EXPECT_EQ(m->grow(2), 1u);
}

}  // namespace
}  // namespace nacre::runtime
